"""What YAML declares, with everything resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.problem import Origin, Problem
from reconciler.model.values import Fields


class OnRemove(StrEnum):
    """What happens to an object whose YAML is gone."""

    PAUSE = "pause"
    ARCHIVE = "archive"
    DELETE = "delete"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    on_remove: OnRemove = OnRemove.PAUSE
    ignore: frozenset[str] = frozenset()
    protect: bool = False
    replace: bool = False
    new: bool = False
    """Make it although something that looks like it was removed, or runs under another label."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What YAML says about status: a fixed status, or times (aware), or nothing."""

    status: str | None = None
    activate_at: datetime | None = None
    deactivate_at: datetime | None = None
    active_before: bool = False
    """Under `pre_review`: on as soon as it exists, since its campaign stays off until the time."""

    @property
    def timed(self) -> bool:
        """True when the clock, not a written status, decides."""
        return self.status is None and (self.activate_at is not None or self.deactivate_at is not None)


@dataclass(frozen=True)
class Resource:
    """One declared campaign, ad set or ad with everything resolved for a given moment."""

    address: Address
    origin: Origin
    fields: Fields
    """Only what the user, a preset or a template declared. A value of None means: must not be set at Meta."""
    schedule: Schedule
    status: str | None
    """Desired status at `Desired.now`; None leaves it to the buyer."""
    lifecycle: Lifecycle = Lifecycle()
    aliases: tuple[Address, ...] = ()
    """Former addresses, from `previously`."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """By field, or by path in one."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The same way the word of YAML, where it is another one."""

    @property
    def kind(self) -> str:
        return self.address.kind

    @property
    def name(self) -> str:
        return str(self.fields["name"])

    def origin_of(self, name: str) -> Origin:
        """Of a field, or of a path in one; what is not written itself stands in what is around it."""
        while name and name not in self.origins:
            name = name[: max(name.rfind("."), name.rfind("["), 0)]
        return self.origins.get(name, self.origin)


@dataclass(frozen=True)
class Desired:
    """Everything declared, at the moment `now`."""

    project: str
    zone: ZoneInfo
    now: datetime
    accounts: Mapping[str, Account]
    resources: Mapping[Address, Resource]
    api_version: str = "v26.0"
    warnings: tuple[Problem, ...] = ()
    media: Mapping[str, str] = field(default_factory=dict)
    """By SHA-256 of a file: its shape and length in words, such as `16:9, 0:15`."""

    def of(self, account: str) -> dict[Address, Resource]:
        return {a: r for a, r in self.resources.items() if a.account == account}
