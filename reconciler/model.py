"""The types that pass between stages. Imports nothing of ours.

Words: a *resource* is declared in YAML, an *object* lives at Meta, a *record* is what `state/` remembers.
`Fields` hold canonical values: money as integers in minor units, times as ISO 8601 text with an offset, media
as `path@sha256:digest`, everything else as plain JSON.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a file. `file` is relative to the repository; lines and columns count from 1."""

    file: str
    line: int = 0
    column: int = 0
    written: str = field(default="", compare=False, repr=False)
    """The letters of an unquoted value that stands there: `10.10` and `TRUE`, where `data` has 10.1 and True."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def line_text(self) -> str:
        """`file:line`, as the plan prints it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and what would be right."""

    origin: Origin
    message: str
    mend: str = ""

    def sort_key(self) -> tuple[str, int, int, str]:
        return (self.origin.file, self.origin.line, self.origin.column, self.message)

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}" + (f"\n  mend: {self.mend}" if self.mend else "")


LEVELS = ("campaign", "ad_set", "ad")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """`account/campaign[/ad_set[/ad]]`: the stable path of a resource, whatever its name or id."""

    account: str
    campaign: str
    ad_set: str = ""
    ad: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Raises ValueError unless `text` has two to four non-empty steps."""
        steps = text.split("/")
        if not 2 <= len(steps) <= 4 or not all(steps):
            raise ValueError(f"{text!r} is not an address: write account/campaign[/ad_set[/ad]]")
        return cls(*steps)

    def __str__(self) -> str:
        return "/".join(self.steps)

    @property
    def steps(self) -> tuple[str, ...]:
        if self.ad:
            return self.account, self.campaign, self.ad_set, self.ad
        if self.ad_set:
            return self.account, self.campaign, self.ad_set
        return self.account, self.campaign

    @property
    def kind(self) -> str:
        return LEVELS[bool(self.ad_set) + bool(self.ad)]

    @property
    def parent(self) -> Address | None:
        return Address(*self.steps[:-1]) if self.ad_set else None

    @property
    def ancestors(self) -> tuple[Address, ...]:
        """What it is in: nearest first."""
        return tuple(Address(*self.steps[:size]) for size in range(len(self.steps) - 1, 1, -1))

    @property
    def root(self) -> Address:
        return Address(self.account, self.campaign)

    @classmethod
    def of_orphan(cls, account: str, kind: str, object_id: str) -> Address:
        """For an object that is ours by its label and has no address: no key has a `#`."""
        return cls(*(account, *["#"] * LEVELS.index(kind), f"#{object_id}"))

    @property
    def is_orphan(self) -> bool:
        return self.campaign.startswith("#")

    def within(self, other: Address) -> bool:
        return self.steps[: len(other.steps)] == other.steps


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

    @property
    def kind(self) -> str:
        return self.address.kind

    @property
    def name(self) -> str:
        return str(self.fields["name"])

    def origin_of(self, name: str) -> Origin:
        return self.origins.get(name, self.origin)


@dataclass(frozen=True, slots=True)
class Policies:
    """Guardrails. Money is minor units of the account's currency; None means no limit."""

    max_daily_budget: int | None = None
    max_account_daily_budget: int | None = None
    max_budget_increase: int | None = None
    max_removals: int = 20
    max_lateness_seconds: int = 24 * 3600
    activation_window: str | None = None
    allowed_domains: tuple[str, ...] | None = None
    name_pattern: str | None = None
    require_url_tags: bool = False
    drift: str = "keep"
    lacking: tuple[str, ...] = ()
    """Limits that the project writes for other currencies only, and the account not at all."""
    places: Mapping[str, Origin] = field(default_factory=dict, compare=False)
    """Where each limit stands."""


@dataclass(frozen=True)
class VerifiedIdentity:
    """`region` and `role` are where the account's file has its id, `key` is where the identities of an ad set do."""

    region: str
    role: str
    key: str
    id: str


@dataclass(frozen=True)
class Account:
    """One ad account, as `desired/accounts/<key>.yaml` declares it. `token` names an environment variable."""

    key: str
    id: str
    currency: str
    origin: Origin
    name: str = ""
    pages: tuple[str, ...] = ()
    pixels: tuple[str, ...] = ()
    identities: tuple[VerifiedIdentity, ...] = ()
    previously: tuple[str, ...] = ()
    """Former keys: names of the account's file before it was renamed."""
    token: str = "META_ACCESS_TOKEN"  # noqa: S105  the name of a variable
    policies: Policies = Policies()


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


@dataclass(frozen=True)
class Object:
    """One campaign, ad set or ad as it lives at Meta, in our vocabulary."""

    kind: str
    id: str
    fields: Fields
    status: str
    effective_status: str
    parent_id: str = ""
    labels: frozenset[str] = frozenset()
    created_time: datetime | None = None
    creative_id: str = ""
    issues: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    source_id: str = ""
    """What it was duplicated from; "" where it was not."""
    content_digest: str = ""
    """The SHA-256 in the name of its creative, which only we write there; "" where there is none."""
    unread: frozenset[str] = frozenset()
    """Fields that could not be asked for, or that Meta would not show: their absence says nothing."""
    budget_remaining: int | None = None
    """What is left of its budget, in minor units, where Meta says so."""

    @property
    def gone(self) -> bool:
        return self.status == "DELETED"

    def is_twin_of(self, other: Object) -> bool:
        """Of two with one label: made by a run, since what a person copies gets another name."""
        return self.id != other.id and self.fields.get("name") == other.fields.get("name")


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of the account's activity log."""

    object_id: str
    event_type: str
    at: datetime
    actor: str
    application: str = ""
    actor_id: str = ""
    application_id: str = ""
    object_name: str = ""
    new: str = ""
    """The value that it set, as the log words it; "" where it names none."""
    old: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose token this is, as the activity log names its owner."""

    application_id: str
    user_ids: frozenset[str]
    user_name: str = ""

    def made(self, activity: Activity) -> bool:
        """True for what this token did. Ids of one user differ between apps, so the name will do beside our app."""
        if not self.application_id or activity.application_id != self.application_id:
            return False
        return activity.actor_id in self.user_ids or bool(self.user_name and activity.actor == self.user_name)


@dataclass(frozen=True)
class AccountFacts:
    """What Meta says of the account. Minimums are minor units a day, by billing group."""

    currency: str
    name: str = ""
    timezone: str = ""
    status: int = 1
    minimum_daily: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """What we remember of one address: identity, what we last applied, what was last seen."""

    kind: str
    id: str = ""
    applied: Fields = field(default_factory=dict)
    live: Fields = field(default_factory=dict)
    status: str = ""
    """The declared status that we last set or found; "" while the status is the buyer's own."""
    on_remove: OnRemove = OnRemove.PAUSE
    protect: bool = False
    activation: Fields | None = None
    """Receipt: the declared `activate_at` and `deactivate_at` that have been carried out."""
    sent: Fields | None = None
    """By field (`status`, a budget) the `value` that was sent and that no look has shown yet, when by Meta's clock
    (`at`, ISO 8601; "" where it told none), and how many of the log's events since were `known` before: `sent.py`."""
    baseline: Fields | None = None
    """By field that is sent whole: what Meta added by itself to what was applied. `beyond` by path, and `at` (ISO 8601)
    while the log may not know yet of somebody who did it; "" once it has had the time. A field without an entry has not
    been looked at since it was written."""
    accepted: Fields | None = None
    """By field, by path: what somebody added and `--accept-live` has let stand."""
    dropped: Fields | None = None
    """By field what was sent, and what Meta took without a word and did not keep."""
    creative_id: str = ""
    replaced: tuple[str, ...] = ()
    """Ids of objects that this address had before and that a replacement archived."""
    created_at: str = ""
    """When the create was answered (ISO 8601, UTC): a young object may not show in reads yet."""
    pending: str = ""
    """When a create was sent, or was about to be, that has no id yet (ISO 8601, UTC)."""
    removed: bool = False
    """Its YAML is gone and what that asks for was done. Kept so that our own pause is not taken for a person's."""
    held: str = ""
    """Why only a person or a reviewed plan turns it on again; "" where the clock may."""
    as_of: str = ""
    """When the rest of the record was last changed (ISO 8601, UTC, by Meta's clock): it knows nothing of what the log
    tells of later."""

    @property
    def knows(self) -> bool:
        """False with neither an id nor a create under way: then what is there all the same was not ours to compare."""
        return bool(self.id or self.pending)


def by_object(log: Iterable[Activity]) -> dict[str, tuple[Activity, ...]]:
    """Events by the object that they speak of, in the log's order: each object asks for its own many times, and the log
    of a large account has thousands."""
    found: dict[str, list[Activity]] = {}
    for activity in log:
        found.setdefault(activity.object_id, []).append(activity)
    return {object_id: tuple(events) for object_id, events in found.items()}


@dataclass(frozen=True)
class Observed:
    """One account as it lives at Meta, by address."""

    account: str
    facts: AccountFacts
    objects: Mapping[Address, Object]
    copies: tuple[tuple[Address, Object], ...] = ()
    """Objects that carry an address's label but are not the one we manage."""
    disowned: frozenset[Address] = frozenset()
    """Recorded objects that no longer carry our label: never written to."""
    unlisted: frozenset[Address] = frozenset()
    """Objects that no listing shows, though they can be read by their id."""
    denied: frozenset[Address] = frozenset()
    """Addresses whose recorded object Meta denies, though a create was answered with its id."""
    unseen: frozenset[Address] = frozenset()
    """Made a moment ago and denied by Meta so far: what stands for them in `objects` is what was sent."""
    orphans: tuple[Object, ...] = ()
    """Objects that carry a label of this project for no known address."""
    in_copies: tuple[Object, ...] = ()
    """What carries our label and stands in something that does not belong to its address."""
    unmanaged: tuple[Object, ...] = ()
    """Objects without our label in one that carries it, or around one: never written to, but they spend."""
    namesakes: tuple[Object, ...] = ()
    """Campaigns without our label that are ACTIVE under the name of a declared one."""
    doubtful: Mapping[Address, str] = field(default_factory=dict)
    """Addresses of which nobody can tell what is theirs, and why: nothing is made, changed or turned on there."""
    unlabelled: Mapping[Address, str] = field(default_factory=dict)
    """Addresses whose object may be one without our label that holds what bears it, and what to do then."""
    foreign: tuple[Object, ...] = ()
    """Objects that carry the label of another project and an address or a name of this one."""
    deleted: Mapping[Address, Activity] = field(default_factory=dict)
    """Of what has no record: who deleted the object that it had before."""
    activities: tuple[Activity, ...] = ()
    identity: Identity | None = None
    """Whose token read the log; None where nobody asked or Meta does not tell."""
    log_since: datetime | None = None
    """How far the log goes back; None where it was not read."""

    @cached_property
    def log_by_object(self) -> Mapping[str, tuple[Activity, ...]]:
        return by_object(self.activities)

    def log_of(self, object_id: str) -> tuple[Activity, ...]:
        return self.log_by_object.get(object_id, ())

    @property
    def topmost_orphans(self) -> tuple[Object, ...]:
        ids = {live.id for live in self.orphans}
        return tuple(live for live in self.orphans if live.parent_id not in ids)


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


@dataclass(frozen=True)
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

    @property
    def kind(self) -> str:
        return self.address.kind


@dataclass(frozen=True)
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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that must not be done; `policy` names the rule, and `guard.HOLDS` says what waits for it."""

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
class Spend:
    """An account's money a day in minor units: `daily_*` all budgets together, `active_*` what runs. `timeline` are the
    later moments at which the latter changes."""

    currency: str
    daily_before: int
    daily_after: int
    active_before: int
    active_after: int
    timeline: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to turn one object on, as of a moment. Only `apply/gate.py` makes them."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Effort:
    """What an apply costs: calls, and about how many seconds they take at the account's tier, uploads left out."""

    reads: int
    writes: int
    seconds: float = 0
    tier: str = ""
    """"" where no reply has named it; then `seconds` are those of the full one."""
    seconds_if_limited: float = 0


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
    """What a plan was asked for, named as in `pipeline.Request`. A plan file records it: apply asks for the same."""

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


def canonical_json(value: object) -> str:
    """The one text of a JSON value: sorted keys, no spaces, no ASCII escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


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
    not_taken: tuple[str, ...] = ()
    """Fields that Meta said it wrote and that read otherwise."""
