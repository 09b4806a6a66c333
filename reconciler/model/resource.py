"""What YAML declares, with everything resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.problem import Origin, Problem
from reconciler.model.status import Schedule, desired_status
from reconciler.model.values import Fields


class OnRemove(StrEnum):
    """What happens to an object whose YAML is gone."""

    PAUSE = "pause"
    ARCHIVE = "archive"
    DELETE = "delete"
    FORGET = "forget"


@light(frozen=True, slots=True)
class Lifecycle:
    on_remove: OnRemove = OnRemove.PAUSE
    ignore: frozenset[str] = frozenset()
    protect: bool = False
    replace: bool = False
    new: bool = False
    """Make it although something that looks like it was removed, or runs under another label."""
    revert_drift: Fields = field(default_factory=dict)
    """By field, or by path in one, what is to be overwritten once, while it is live; None for what is not set."""
    revert_origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)
    """The same way, where it is written."""


@light(frozen=True)
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
    lapses: Mapping[str, Sequence[datetime | None]] = field(default_factory=dict)
    """By field that is a list, until when each of its items is declared; None for always."""
    lifecycle: Lifecycle = Lifecycle()
    aliases: tuple[Address, ...] = ()
    """Former addresses, from `previously`."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """By field, or by path in one."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The same way the word of YAML, where it is another one."""
    existing: str = ""
    """The id of the object that it is, where the YAML names one that was there before: that is never made."""

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
        for name, ends in self.lapses.items():
            left = [item for item, end in zip(fields[name], ends, strict=True) if end is None or end > now]
            fields = fields if len(left) == len(ends) else {**fields, name: left or None}
        status = desired_status(self.schedule, now)
        return self if fields is self.fields and status == self.status else replace(self, fields=fields, status=status)

    def revert_origin(self, path: str) -> Origin:
        """Where `lifecycle.revert_drift` names it."""
        return self.lifecycle.revert_origins.get(path, self.origin)

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
    state_branch: str | None = None
    """Where state/ is shared; None keeps it in the working tree."""
    media: Mapping[str, str] = field(default_factory=dict)
    """By SHA-256 of a file: its shape and length in words, such as `16:9, 0:15`."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """By SHA-256 of a file: its bytes."""
    matrices: tuple[tuple[Address, str], ...] = ()
    """What the matrix of a file makes, in words, by the address that the file would have without it."""
    unlisted: Problem | None = None
    """Why nobody knows which files git has, where it should say so: then what has no YAML may not be deleted at all."""

    def of(self, account: str, now: datetime) -> dict[Address, Resource]:
        """What one account is to be at a moment (aware)."""
        known = self._at_a_moment.get(account)
        if known is None or known[0] != now:
            known = now, {address: resource.at(now) for address, resource in self._by_account.get(account, ())}
            self._at_a_moment[account] = known
        return dict(known[1])

    @cached_property
    def _by_account(self) -> Mapping[str, Sequence[tuple[Address, Resource]]]:
        found: dict[str, list[tuple[Address, Resource]]] = {}
        for address, resource in self.resources.items():
            found.setdefault(address.account, []).append((address, resource))
        return found

    @cached_property
    def _at_a_moment(self) -> dict[str, tuple[datetime, Mapping[Address, Resource]]]:
        """By account, the last that was asked for: the stages of a run ask for the same moment one after the other."""
        return {}
