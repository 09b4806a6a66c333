"""What apply would do, and what became of it. Plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.problem import Origin, Problem
from reconciler.model.values import Fields, canonical_json, sha256_of


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    ACTIVATE = "activate"
    PAUSE = "pause"
    ARCHIVE = "archive"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"


@light(frozen=True)
class Change:
    """One thing that apply would do to one address. `before` and `after` hold the fields that differ."""

    action: Action
    address: Address
    id: str = ""
    before: Fields = field(default_factory=dict)
    after: Fields = field(default_factory=dict)
    consequences: tuple[str, ...] = ()
    origin: Origin | None = None
    removal: bool = False
    """True when the YAML is gone, so that the record goes too."""
    remembered: bool = False
    """True where the object stays at Meta, PAUSED, and its record stays, marked as removed."""
    unlabels: bool = False
    """True where our label is taken off, so that nothing tells it from what others made."""
    timed: bool = False
    """True for a change of status that the clock asks for, which `activate` may do alone."""
    not_before: datetime | None = None
    """Where Meta would refuse it until then: the budget has been changed as often as an hour allows."""
    due: datetime | None = None
    """The declared moment that asks for a change of status; of a new object, the one when it will go ACTIVE."""
    until: datetime | None = None
    """Of a new object, the declared moment when it will be PAUSED again."""
    former: Address | None = None
    """The address that it had before: its YAML was renamed."""
    comes_to: int | None = None
    """Of something new with a budget, in minor units, where its times are declared: what of a daily one may be spent
    until the end, and of a lifetime one a day."""

    @property
    def kind(self) -> str:
        return self.address.kind


@light(frozen=True)
class Drift:
    """A declared field whose live value, at `path` in it, is not what we last applied."""

    address: Address
    field: str
    recorded: Any
    """None where nobody declared what is live."""
    live: Any
    id: str = ""
    actor: str = ""
    application: str = ""
    at: datetime | None = None
    reverted: bool = False
    path: str = ""
    """Such as `targeting.genders`; the field itself where it is not compared part by part."""
    accepted: bool = False
    """Let to stand from now on."""
    beyond: Any = None
    """Of an addition, what is live beyond the declared."""
    origin: Origin | None = dataclasses.field(default=None, compare=False)
    """Where the field is declared, or its object."""
    unchanged_at: datetime | None = dataclasses.field(default=None, compare=False)
    """When a look has found another value there than what is live now."""
    asked_at: Origin | None = dataclasses.field(default=None, compare=False)
    """Of what `lifecycle.revert_drift` overwrites, where that is written."""
    word: str = dataclasses.field(default="", compare=False)
    """The word of YAML for what is live, where it is another one."""
    unnamed: bool = dataclasses.field(default=False, compare=False)
    """The log was read and names nobody."""
    held: str = dataclasses.field(default="", compare=False)
    """Of a status that a clock would set, why it does not: `was archived by Mei, …`, of the object or a former one."""
    effect: str = dataclasses.field(default="", compare=False)
    """What comes of it while it stands: a launch that waits, an end that comes all the same, a conflict; or why it
    was made."""


@light(frozen=True, slots=True)
class Refusal:
    """Something that must not be done; `policy` names the rule, and `policy.HOLDS` says what waits for it."""

    policy: str
    address: str
    message: str
    origin: Origin | None = field(default=None, compare=False)
    mend: str = field(default="", compare=False)
    lowers: bool = False
    """It keeps back what would spend less: nothing of its account may rise beside it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A change that is not done, since the refusal of `policy` at `refused` holds it back."""

    change: Change
    policy: str
    refused: str


@dataclass(frozen=True, slots=True)
class Moment:
    """From `at` (aware) on, so much is spent a day, in minor units."""

    at: datetime
    daily: int


@dataclass(frozen=True, slots=True)
class Capped:
    """A campaign that may spend so much in all, in minor units, and whose budgets come to more: what of the account's
    money a day is its own."""

    left: int
    """Of its spend cap; all of it where Meta does not say what is spent."""
    active_after: int
    timeline: tuple[Moment, ...] = ()
    rests: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Spend:
    """An account's money a day in minor units: `daily_*` all budgets together, `active_*` what runs. `timeline` are the
    later moments at which the latter changes."""

    currency: str
    daily_before: int
    daily_after: int
    active_before: int
    active_after: int
    timeline: tuple[Moment, ...] = ()
    rests: tuple[Moment, ...] = ()
    """What lifetime budgets come to until a moment beside their days: for less than a day more than their share of it
    (50 a day for six hours are 12.50, and what is left of the budget is 50), else less, since a day's share is rounded
    up."""
    capped: tuple[Capped, ...] = ()
    """Campaigns whose spend caps let them spend less in all than the days come to."""


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to turn one object on, as of a moment. Only `apply/gate.py` makes them."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Effort:
    """What an apply costs: calls, and about how many seconds they take at the account's tier. How long the bytes of
    uploads are on their way is left out."""

    reads: int
    writes: int
    seconds: float = 0
    tier: str = ""
    """"" where no reply has named it; then `seconds` are those of the full one."""
    seconds_if_limited: float = 0
    uploads: int = 0
    """Of the writes, those that send files."""
    due_reads: int = 0
    due_writes: int = 0
    """Beside all these, what launches and stops take that are declared for the next ten minutes."""


@dataclass(frozen=True, slots=True)
class Late:
    """A declared moment that has passed before anything came of it. `address` is the one that declares it."""

    address: Address
    due: datetime
    ended: bool = False
    """True for an end that lies in the past of something new, which therefore never starts."""
    held: bool = False
    """True where the launch waits for a person."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan was asked for, named as in `run.request.Request`. A plan file records it: apply asks for the same."""

    targets: tuple[Address, ...] = ()
    revert_drift: bool = False
    late_activations: bool = False
    pause_orphans: bool = False
    accept_live: bool = False
    reviewed: bool = False
    """Planned as a plan file that is given to apply, so with what only reviewed plans may do."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What one account's plan was made of: the ad account's id, and a digest of what the YAML declares in it."""

    id: str
    declared: str
    undeclared: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """What is on and nobody declares, by its place and id (`acme-sg/spring-sale/#120210`), with its budgets."""


OF_A_MATRIX = "matrix of "
"""How a note begins that says what a matrix makes; it stands at the head of the plan."""


@dataclass(frozen=True)
class Plan:
    """What apply would do, with all that a reviewer needs. Pure data."""

    project: str
    zone: ZoneInfo
    now: datetime
    changes: tuple[Change, ...] = ()
    drift: tuple[Drift, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    held: tuple[Held, ...] = ()
    """What is not done because of a refusal; `changes` has only what is."""
    notes: tuple[str, ...] = ()
    spend: Mapping[str, Spend] = field(default_factory=dict)
    effort: Mapping[str, Effort] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    """Accounts that could not be planned, with the error's text."""
    late: tuple[Late, ...] = ()
    options: Options = Options()
    accounts: Mapping[str, Basis] = field(default_factory=dict)
    """The accounts that were planned."""
    warnings: tuple[Problem, ...] = ()
    """What the YAML could say better, or what Meta may refuse."""
    media: Mapping[str, str] = field(default_factory=dict)
    """By SHA-256 of a declared file: its shape and length in words."""
    conflicts: tuple[Drift, ...] = ()
    """What was changed on both sides: live and recorded, as of a drift. The refusals tell them."""

    @property
    def empty(self) -> bool:
        return not self.changes

    @property
    def digest(self) -> str:
        """SHA-256 over what would be done, what it was decided on, and what was asked for. What only the passing of
        time changes, such as how late something is, is left out: the same digest means the same plan."""
        return sha256_of(self.facts)

    @property
    def facts(self) -> dict[str, Any]:
        """What the digest covers, as plain JSON."""
        return {
            "project": self.project,
            "options": _option_facts(self.options),
            "accounts": {key: basis.id for key, basis in self.accounts.items()},
            "changes": sorted(map(_change_facts, self.changes), key=canonical_json),
            "drift": sorted(map(drift_facts, self.drift), key=canonical_json),
            "refusals": sorted([r.policy, r.address] for r in self.refusals),
        }


def _option_facts(options: Options) -> dict[str, Any]:
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return {**values, "targets": sorted(map(str, options.targets))}


def _change_facts(change: Change) -> list[Any]:
    due = change.due.astimezone(UTC).isoformat() if change.due else None
    known = [str(change.address), change.action.value, change.id, dict(change.before), dict(change.after)]
    return [*known, change.removal, change.timed, due]


def drift_facts(drift: Drift) -> list[Any]:
    return [str(drift.address), drift.field, drift.recorded, drift.live, drift.reverted]


@dataclass(frozen=True)
class Outcome:
    """What became of one change. `error` is empty when it succeeded."""

    change: Change
    error: str = ""
    unknown: bool = False
    notes: tuple[str, ...] = ()
    retry_at: datetime | None = None
    """When it may be tried again, where a limit of Meta's is what stands in the way."""
    late: bool = False
    """The error has shown only when everything was read back."""
    not_applied: tuple[str, ...] = ()
    """Fields that Meta said it wrote and that read otherwise."""
