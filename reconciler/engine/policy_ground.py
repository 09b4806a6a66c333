"""What policies judge on: one account, what is declared, live and remembered in it, and what a plan would do. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reconciler.engine.spend.future import Future
from reconciler.kinds.codecs import Money, format_money
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Change, Moment, Plan
from reconciler.model.problem import Origin, Problem
from reconciler.model.record import Record
from reconciler.model.resource import Resource

if TYPE_CHECKING:
    from reconciler.model.remote import Object, Observed


@dataclass(frozen=True)
class Ground:
    """What one account's plan is judged on, at the moment `now`. `removals` counts those of the whole account, whatever
    the plan was cut down to."""

    account: Account
    now: datetime
    zone: ZoneInfo
    resources: Mapping[Address, Resource]
    observed: Observed
    records: Mapping[Address, Record]
    removals: int = 0
    declares: bool = True
    """False where desired/ has no campaign of any account."""
    unsent: Mapping[str, int] = field(default_factory=dict)
    """By SHA-256, the bytes of each declared file of which nothing tells that Meta was sent it lately."""
    held: Collection[Address] = ()
    """What the clock does not turn on."""
    unlisted: Problem | None = None
    """Why nobody knows which files git has, where it should say so."""

    def has_no_file(self, address: Address) -> bool:
        """Whether nothing of its campaign, or of what stands alone, is declared by a file that is here."""
        return address.root not in self.roots

    @cached_property
    def roots(self) -> frozenset[Address]:
        return frozenset(address.root for address in self.resources)

    def future(self, changes: Sequence[Change], waiting: Collection[Address] = ()) -> Future:
        return Future(self.resources, self.observed, self.records, self.now, changes, waiting)


@dataclass(frozen=True)
class Look:
    account: Account
    now: datetime
    zone: ZoneInfo
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object] | None
    """None offline."""
    records: Mapping[Address, Record] | None = None
    future: Future | None = None
    """What a plan would make of it; None offline."""

    @classmethod
    def of(cls, ground: Ground, plan: Plan) -> Look:
        future = ground.future(plan.changes)
        objects, records = ground.observed.objects, ground.records
        return cls(ground.account, ground.now, ground.zone, ground.resources, objects, records, future)

    def money(self, minor: int) -> str:
        return format_money(Money(minor, self.account.currency)) if minor else f"0 {self.account.currency}"

    def place(self, limit: str) -> Origin:
        return self.account.policies.places.get(limit, self.account.origin)

    def since(self, moment: Moment) -> str:
        later = moment.at > self.now
        return f", from {format_time(moment.at, self.zone)} on" if later else ""
