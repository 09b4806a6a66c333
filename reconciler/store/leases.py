"""One writer per account. It saves work; safety does not rest on it, since it may not reach every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from reconciler.model.moments import format_time


@dataclass(frozen=True)
class Holder:
    """Who holds a lease. `since` is ISO 8601 with an offset."""

    id: str
    account: str
    owner: str
    since: str

    def said(self, now: datetime, zone: tzinfo) -> str:
        since = datetime.fromisoformat(self.since)
        age = max(now - since, timedelta())
        return f"{self.owner}, since {format_time(since, zone)} ({_age(age)}), lock {self.id}"


class Lease(Protocol):
    """Held until `release`, or until the process ends, however it ends."""

    @property
    def holder(self) -> Holder:
        """This run."""

    def check(self) -> None:
        """The fence before each write: raises LockedError once somebody has taken the lease away, for ever."""

    def release(self) -> None:
        """Lets go. Never raises, and can be called again."""


class Ousted(Protocol):
    """A run whose lease was taken away."""

    @property
    def holder(self) -> Holder | None:
        """None where it had not said its name yet."""

    def over(self) -> bool:
        """Whether it has let go of the lease, or ended: then nothing of it is on its way any more."""


class Leases(Protocol):
    """At most one lease of an account is in force at any moment."""

    def acquire(self, account: str) -> Lease:
        """Raises LockedError where another run holds it, with who, since when, and how to get past it. Never waits."""

    def take_over(self, account: str) -> tuple[Lease, Sequence[Ousted]]:
        """The account's lease, and whom it was taken from. Raises LockedError where others take it again and again."""

    def held(self) -> Sequence[Holder]:
        """Who holds a lease right now, by account; who has not said its name yet is left out."""

    def force_unlock(self, lease_id: str) -> Holder | None:
        """Takes a lease away by its id, and leaves it to whoever acquires next; None where its run has ended, so that
        nobody holds it. Raises UsageError where no lease has this id."""


def _age(age: timedelta) -> str:
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
