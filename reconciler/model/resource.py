"""What YAML declares, with everything resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.problem import Origin, Problem
from reconciler.model.status import Schedule, desired_status
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


@dataclass(frozen=True)
class Resource:
    """One declared campaign, ad set or ad with everything resolved, but for what depends on the moment: see `at`."""

    address: Address
    origin: Origin
    fields: Fields
    """Only what the user, a preset or a template declared. A value of None means: must not be set at Meta."""
    schedule: Schedule
    status: str | None = None
    """Desired at the moment that `at` was given; None leaves it to the buyer."""
    ahead: Mapping[str, datetime] = field(default_factory=dict)
    """Fields that are declared only until their moment: Meta refuses to change a start or an end that has passed."""
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

    def at(self, now: datetime) -> Resource:
        """As it is declared for a moment (aware)."""
        passed = {name for name, moment in self.ahead.items() if moment <= now}
        fields = {name: value for name, value in self.fields.items() if name not in passed} if passed else self.fields
        return replace(self, fields=fields, status=desired_status(self.schedule, now))

    def origin_of(self, name: str) -> Origin:
        """Of a field, or of a path in one; what is not written itself stands in what is around it."""
        while name and name not in self.origins:
            name = name[: max(name.rfind("."), name.rfind("["), 0)]
        return self.origins.get(name, self.origin)


@dataclass(frozen=True)
class Desired:
    """Everything declared, for whatever moment: `of` says what that is at one."""

    project: str
    zone: ZoneInfo
    accounts: Mapping[str, Account]
    resources: Mapping[Address, Resource]
    api_version: str = "v26.0"
    warnings: tuple[Problem, ...] = ()
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    """Accounts whose own files are wrong, which are therefore neither in `accounts` nor in `resources`."""
    media: Mapping[str, str] = field(default_factory=dict)
    """By SHA-256 of a file: its shape and length in words, such as `16:9, 0:15`."""

    def of(self, account: str, now: datetime) -> dict[Address, Resource]:
        """What one account is to be at a moment (aware)."""
        return {a: r.at(now) for a, r in self.resources.items() if a.account == account}
