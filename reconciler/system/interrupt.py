"""Ends the command on Ctrl-C (SIGINT) and on SIGTERM, whatever its parent has told it to ignore.

A shell starts what runs in the background with SIGINT ignored, and so does whatever such a shell starts: Python then
installs no handler, and a run could not be stopped by it. Here both signals are listened to in each case.

The main thread is interrupted at once. The threads that work on accounts are not: what they have sent is answered and
recorded first; then they end in place of their next request or pause. A second signal waits for nothing.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

T = TypeVar("T")
R = TypeVar("R")

SIGNALS = {"SIGINT": "Interrupted", "SIGTERM": "Terminated", "SIGBREAK": "Terminated"}
"""SIGBREAK is what Windows knows beside Ctrl-C: Ctrl-Break, and what a runner sends that cancels a job."""

WORDS = {getattr(signal, name): word for name, word in SIGNALS.items() if hasattr(signal, name)}

SLICE = 0.2
"""Seconds. On Windows no signal reaches a main thread that waits for an event or a thread: so it waits in slices."""

_ending = threading.Event()
_by: list[signal.Signals] = []


def listen() -> None:
    """From now on either signal raises KeyboardInterrupt in the main thread. For a process of its own."""
    for number in WORDS:
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    if _ending.is_set():
        _say("Ended at once. The next run looks for what was not answered.")
        os._exit(status())
    _by.append(signal.Signals(number))
    _ending.set()
    if threading.active_count() > 1:
        _say(f"{WORDS[_by[0]]}: waiting for the answer to what was sent. A second signal ends at once.")
    raise KeyboardInterrupt


def _say(line: str) -> None:
    # The main thread may be inside a print, which cannot be entered twice.
    os.write(2, f"\n{line}\n".encode())


class Interrupted(Exception):
    """The command was to end, and says what became of its work."""


def word() -> str:
    """What happened, in one word."""
    return WORDS[_by[0] if _by else signal.SIGINT]


def status() -> int:
    """The exit status that a shell gives to a process which the signal has ended: 130 or 143."""
    return 128 + (_by[0] if _by else signal.SIGINT)


def check() -> None:
    """Raises KeyboardInterrupt once the command is to end: nothing may be sent any more."""
    if _ending.is_set():
        raise KeyboardInterrupt


def pause(seconds: float) -> None:
    """Sleeps; raises KeyboardInterrupt as soon as the command is to end."""
    while seconds > 0 and not _ending.wait(min(seconds, SLICE)):
        seconds -= SLICE
    check()


def gathered(
    pool: Executor, task: Callable[[T], R], items: Iterable[T], meanwhile: Callable[[], None] = lambda: None
) -> Iterator[R]:
    """`pool.map`, except that the main thread hears a signal meanwhile on every system, and that `meanwhile` is called
    now and then as long as it waits."""
    futures = [pool.submit(task, item) for item in items]
    try:
        for future in futures:
            _let_finish(future, meanwhile)
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _let_finish(future: Future[Any], meanwhile: Callable[[], None]) -> None:
    while not future.done():
        with suppress(TimeoutError):
            future.exception(SLICE)
        meanwhile()
