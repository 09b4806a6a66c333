"""What goes before what an apply makes and changes: the launches and stops of the next minutes.

A point counts for five minutes at Meta. So what an apply spends on creates is missing when a launch becomes due
meanwhile, and that waited as long. Points for it are left alone, from ten minutes before its moment until ten after,
since it may be another machine that launches:

    54 points, a launch of three objects in five minutes  =>  10 + 6 + 3 × 3 are left alone, 29 are for the rest

What is still to be made keeps nothing else waiting: it cannot be turned on before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import itemgetter
from typing import Protocol

from reconciler.apply.write import LOOK
from reconciler.meta.pace import READ, WRITE
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED

AHEAD = timedelta(minutes=10)
"""Twice as long as a point counts: what becomes due while something waits for room has its points all the same."""

AFTER = timedelta(minutes=10)
"""What was not launched by then waits for this very run."""

READS = 6
"""Of a launch or stop of one campaign."""


class Turn(Protocol):
    """How long an account may go on with what makes or raises something. `until` (aware): when something goes first;
    None where nothing does."""

    @property
    def until(self) -> datetime | None: ...

    def __call__(self) -> None:
        """Before each batch. Raises Due where the rest is to wait."""

    def waited(self) -> None:
        """The same while a batch waits for room, which is not begun until it has it."""


class Endless:
    """Nobody else has a turn."""

    until: datetime | None = None

    def __call__(self) -> None:
        pass

    def waited(self) -> None:
        pass


@dataclass(frozen=True)
class First:
    """Of one account, what is declared to start or stop after `since`, when the plan was made. `ids` grows with what is
    made; `objects` are those of the plan; `held` is turned on by no clock."""

    resources: Mapping[Address, Resource]
    ids: Mapping[Address, str]
    objects: Mapping[Address, Object]
    held: Mapping[Address, str]
    since: datetime
    now: Callable[[], datetime]
    turn: Turn

    @property
    def until(self) -> datetime | None:
        return self.turn.until

    def give_way(self) -> None:
        self.turn.waited()

    def points(self) -> int:
        """With those of a look at the whole account, of which a launch may have need."""
        reads, writes = self.calls()
        return reads * READ + writes * WRITE + (LOOK if writes else 0)

    def calls(self) -> tuple[int, int]:
        """Reads and writes of what is due from ten minutes ago until in ten minutes."""
        now = self.now()
        due: dict[Address, int] = {}
        begin, end = (bisect_right(self._moments, moment, key=itemgetter(0)) for moment in (now - AFTER, now + AHEAD))
        for _, at in self._moments[begin:end]:
            if self._is_there(at.root):
                due[at.root] = due.get(at.root, 0) + 1
        return READS * len(due), sum(due.values())

    @cached_property
    def _moments(self) -> list[tuple[datetime, Address]]:
        """In order: of thousands only those of a few minutes are asked for, and that before each batch."""
        return sorted((moment, at) for at, one in self.resources.items() for moment in self._moments_of(one))

    def _moments_of(self, resource: Resource) -> Iterator[datetime]:
        at, schedule, live = resource.address, resource.schedule, self.objects.get(resource.address)
        is_on = live is not None and live.status == ACTIVE
        if schedule.status is not None or self._is_held(at):
            return
        if schedule.activate_at is not None and schedule.activate_at > self.since and not is_on:
            yield schedule.activate_at
        if schedule.deactivate_at is not None and schedule.deactivate_at > self.since:
            yield schedule.deactivate_at

    def _is_held(self, address: Address) -> bool:
        above = (self.resources[at].schedule.status for at in address.ancestors if at in self.resources)
        return address in self.held or address.root in self.held or any(one in (PAUSED, ARCHIVED) for one in above)

    def _is_there(self, root: Address) -> bool:
        return all(at in self.ids for at in self._inside.get(root, ()))

    @cached_property
    def _inside(self) -> dict[Address, list[Address]]:
        found: dict[Address, list[Address]] = {}
        for at in self.resources:
            found.setdefault(at.root, []).append(at)
        return found
