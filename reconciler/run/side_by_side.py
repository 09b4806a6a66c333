"""Accounts are worked on at the same time, and one that fails leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from reconciler.run.events import StillWaiting, Subscriber
from reconciler.system.clock import Clock
from reconciler.system.interrupt import gathered

T = TypeVar("T")
R = TypeVar("R")

WORTH_TELLING = timedelta(seconds=15)
"""After which a person is told whom the run waits for: then each time that it has doubled."""


class Watch:
    """Whom the run waits for: told by the main thread, since who hangs tells nothing."""

    def __init__(self, clock: Clock, notify: Subscriber) -> None:
        self._clock, self._notify, self._lock = clock, notify, Lock()
        self._begun: dict[str, tuple[datetime, datetime]] = {}
        """By account, when its work has begun and when it is to be told next."""

    def begin(self, account: str) -> None:
        now = self._clock.now()
        with self._lock:
            self._begun[account] = now, now + WORTH_TELLING

    def end(self, account: str) -> None:
        with self._lock:
            self._begun.pop(account, None)

    def __call__(self) -> None:
        now = self._clock.now()
        with self._lock:
            late = {key: since for key, (since, next_) in self._begun.items() if next_ <= now}
            self._begun |= {key: (since, now + (now - since)) for key, since in late.items()}
        for key, since in sorted(late.items()):
            self._notify(StillWaiting(key, (now - since).total_seconds()))


def side_by_side(
    task: Callable[[T], R], accounts: Iterable[T], parallelism: int, meanwhile: Callable[[], None] = lambda: None
) -> list[R]:
    """What the task returns for each, in their order. Ends when all have ended, also where the task raises or the main
    thread is interrupted."""
    with ThreadPoolExecutor(max_workers=parallelism) as pool:
        return list(gathered(pool, task, accounts, meanwhile))
