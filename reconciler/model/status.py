"""Desired status as a function of the clock. Pure.

| declared                         | desired at `now`                                          |
|----------------------------------|-----------------------------------------------------------|
| nothing                          | None: the buyer's own, not compared                       |
| `status`                         | that status, whatever the times say                       |
| `activate_at`, `deactivate_at`   | ACTIVE from the first until the second, else PAUSED       |
| only `deactivate_at`             | None until then, PAUSED after                             |
| times, in what has ended         | None where they ask for ACTIVE: nothing of it can run     |
"""

from __future__ import annotations

from datetime import datetime

from reconciler.model.light import light

ACTIVE = "ACTIVE"
PAUSED = "PAUSED"
ARCHIVED = "ARCHIVED"


@light(frozen=True, slots=True)
class Schedule:
    """What YAML says about status: a fixed status, or times (aware), or nothing."""

    status: str | None = None
    activate_at: datetime | None = None
    deactivate_at: datetime | None = None
    active_before: bool = False
    """Under `pre_review`: on as soon as it exists, since its campaign stays off until the time."""
    over_at: datetime | None = None
    """Of times of its own, the end of what it is in: from then on nothing of it can run."""

    @property
    def timed(self) -> bool:
        """True when the clock, not a written status, decides."""
        return self.status is None and (self.activate_at is not None or self.deactivate_at is not None)

    @property
    def starts(self) -> bool:
        """Whether it is turned on without anybody, now or at its time."""
        return self.status == ACTIVE or (self.timed and self.activate_at is not None)

    @property
    def ends_at(self) -> datetime | None:
        """The earliest end, its own or that of what it is in."""
        ends = [end for end in (self.deactivate_at, self.over_at) if end is not None]
        return min(ends, default=None)

    def is_over(self, now: datetime) -> bool:
        """Whether what it is in has ended by then."""
        return self.over_at is not None and now >= self.over_at


def desired_status(schedule: Schedule, now: datetime) -> str | None:
    """ACTIVE, PAUSED, ARCHIVED, or None where nothing is declared for `now` (aware)."""
    if schedule.status is not None:
        return schedule.status
    if schedule.deactivate_at is not None and now >= schedule.deactivate_at:
        return PAUSED
    if schedule.activate_at is None or schedule.is_over(now):
        return None
    return ACTIVE if schedule.active_before or now >= schedule.activate_at else PAUSED


def due_since(schedule: Schedule, now: datetime) -> datetime | None:
    """The declared moment that asks for the status desired at `now`; None where no time does."""
    if not schedule.timed:
        return None
    if schedule.deactivate_at is not None and now >= schedule.deactivate_at:
        return schedule.deactivate_at
    if schedule.is_over(now):
        return None
    if schedule.activate_at is not None and now >= schedule.activate_at:
        return schedule.activate_at
    return None
