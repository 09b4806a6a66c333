"""How long each stage of a run takes, and what it asks for meanwhile. Nothing is decided by it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

STAGES = (
    "read files", "resolve", "fetch", "settle", "compare", "plan", "policy", "apply", "wait", "verify", "record",
    "render",
)  # fmt: skip
"""In the order in which they are told. `wait`: for room within Meta's limits, whatever it was that had to."""

Meter = Callable[[], tuple[int, int]]
"""Requests and points so far of whatever a stage works with."""


def nothing_asked() -> tuple[int, int]:
    return 0, 0


@dataclass
class Taken:
    """By one stage, in all accounts together: what ran side by side adds up."""

    seconds: float = 0.0
    requests: int = 0
    points: int = 0


class Timings:
    """Of one run. A stage within another one is counted for itself alone, and each thread has stages of its own."""

    asked = True

    def __init__(self, seconds: Callable[[], float] = time.perf_counter) -> None:
        self._seconds, self._begun = seconds, seconds()
        self._lock = threading.Lock()
        self._threads = threading.local()
        self._taken = {stage: Taken() for stage in STAGES}

    def of(self, stage: str, meter: Meter = nothing_asked) -> AbstractContextManager[None]:
        """While it is open, time and requests count for `stage`, one of STAGES."""
        return self._open(_Open(self, stage, meter))

    @contextmanager
    def _open(self, inner: _Open) -> Iterator[None]:
        open_: list[_Open] = self._threads.__dict__.setdefault("open", [])
        if open_:
            open_[-1].stop()
        open_.append(inner)
        inner.start()
        try:
            yield
        finally:
            open_.pop().stop()
            if open_:
                open_[-1].start()

    def add(self, stage: str, seconds: float, requests: int, points: int) -> None:
        with self._lock:
            taken = self._taken[stage]
            taken.seconds += seconds
            taken.requests += requests
            taken.points += points

    def moment(self) -> float:
        return self._seconds()

    @property
    def whole(self) -> float:
        """Seconds since the run began."""
        return self._seconds() - self._begun

    @property
    def taken(self) -> dict[str, Taken]:
        """By stage, in the order of STAGES; those in which nothing was done are left out."""
        with self._lock:
            return {stage: taken for stage, taken in self._taken.items() if taken.seconds or taken.requests}


@dataclass
class _Open:
    to: Timings
    stage: str
    meter: Meter
    since: tuple[float, int, int] = field(default=(0.0, 0, 0))

    def start(self) -> None:
        self.since = (self.to.moment(), *self.meter())

    def stop(self) -> None:
        seconds, requests, points = self.since
        asked, spent = self.meter()
        self.to.add(self.stage, self.to.moment() - seconds, asked - requests, spent - points)


class Untimed(Timings):
    """Where nobody has asked."""

    asked = False

    def of(self, stage: str, meter: Meter = nothing_asked) -> AbstractContextManager[None]:
        return nullcontext()


UNTIMED = Untimed()
