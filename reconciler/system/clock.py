"""What time it is and how to wait: given to whatever needs it, so that a trial run can have a time of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from reconciler.system.interrupt import pause


@dataclass(frozen=True)
class Clock:
    """`now` is aware; `sleep` takes seconds."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = pause

    def moment(self) -> str:
        """Now as the records write it: ISO 8601, UTC, whole seconds."""
        return self.now().astimezone(UTC).isoformat(timespec="seconds")


SYSTEM = Clock()

Zone = Callable[[], tzinfo]
"""In which moments are told to people; asked for only then."""


def in_utc() -> tzinfo:
    return UTC


def moved_to(start: datetime) -> Clock:
    """A clock that says `start` now and runs on from there."""
    begun = time.monotonic()
    return Clock(lambda: datetime.fromtimestamp(start.timestamp() + time.monotonic() - begun, start.tzinfo))
