"""`Kind`: one declaration per resource kind, and the markers that its fields carry.

A pydantic spec is the table: YAML validation, JSON Schema, comparison and payload all come from it. A field with
an `Api` marker is sent, read back and compared; one without is a buyer's word that `compose` turns into such
fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import Enum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
)

from reconciler.kinds.field_types import FormerKey, Id, Name, OneOf, TimeField
from reconciler.kinds.merging import less_nothing
from reconciler.kinds.structure import is_nothing
from reconciler.kinds.wire import JSON, TEXT, Codec
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.media import MediaFact
from reconciler.model.problem import Problem
from reconciler.model.ref import exchanged, references, texts, versioned
from reconciler.model.resource import OnRemove
from reconciler.model.values import sha256_of


class OnChange(Enum):
    """What a changed field means for an object that exists."""

    UPDATE = "sent to the object"
    REFUSE = "cannot be changed in place"
    REFUSE_PUBLISHED = "cannot be changed once the object has run"
    REFUSE_REMOVAL = "cannot be taken away"


class _Unset(Enum):
    TOKEN = "unset"  # noqa: S105  a sentinel, not a password


UNSET = _Unset.TOKEN


@dataclass(frozen=True)
class Along:
    """What goes along with another value of a field: a parameter with a field of each object below, by their ids."""

    parameter: str
    field: str
    values: frozenset[str]
    """Those that need it."""

    def needed(self, value: Any) -> bool:
        return value in self.values


@dataclass(frozen=True)
class Api:
    """Marks a field that lives at Meta under the same name."""

    codec: Codec = TEXT
    on_change: OnChange = OnChange.UPDATE
    reason: str = ""
    """Why Meta cannot change it, for the refusal."""
    consequence: str = ""
    """What a change sets off, for the plan."""
    clear: Any = UNSET
    """What to send when the field is no longer declared; unset where Meta documents nothing that takes it away: then
    it stays, and each plan says so."""
    maybe_unread: bool = False
    """True where no recorded reply shows the field: its absence from a read proves nothing."""
    appends: bool = False
    """True where Meta adds items of its own to the list: what stands there beyond the declared is not somebody's."""
    refers: bool = False
    """True where it may hold references in place of ids."""
    id_of: str = ""
    """The kind whose id it holds where it holds no reference; "" where it may hold other texts, or several kinds'."""
    log: tuple[str, ...] = ()
    """What the types of the activity log's events hold that speak of it."""
    along: Along | None = None
    """What Meta wants in the same request as another value of it."""
    read_as: str = ""
    """What a read asks for in its place, in Graph's field syntax; "" where a read shows it under its own name."""
    told: bool = False
    """True where what is live of it counts though neither the YAML nor the record says anything of it."""
    composed: bool = False
    """Written by `compose` from other fields. YAML that writes it is refused; the field's description is the mend."""
    under_raw: bool = False
    """True where `raw` may say the composed field in place of those others."""

    def reads_unset(self, live: Any) -> bool:
        """Whether a value that was read says that there is none: Meta leaves it out, or shows what clears it."""
        return is_nothing(live) or (self.clear is not UNSET and self.codec.same(self.clear, live))

    @property
    def shown_as(self) -> str:
        """The name under which a row shows it, where it is another one."""
        return self.read_as.partition("{")[0].partition(".")[0]

    def compared(self, live: Any) -> bool:
        """Whether a value that was read can be compared with what was declared or recorded."""
        return not (self.maybe_unread and live is None)


BUDGETS = ("daily_budget", "lifetime_budget")
"""Fields that say how much may be spent; a resource has one of them, or none."""
BESIDE: Mapping[str, tuple[str, ...]] = {
    "bid_strategy": ("bid_amount", "bid_constraints"),
    "daily_budget": ("lifetime_budget", "end_time"),
}
"""By field, others of the same object, or of what stands in it, that a value of it may need, or that take its place."""
SHARES = ("daily_min_spend_target", "daily_spend_cap", "lifetime_min_spend_target", "lifetime_spend_cap")
"""Fields that say what an ad set takes of its campaign's budget, at least and at most."""


class Spec(BaseModel):
    """Base of everything that YAML declares. Unknown keys are errors; nothing is coerced."""

    # Built when it is first used: a command needs the specs of what is declared, and most repositories have few kinds.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
    SAID: ClassVar[Mapping[str, str]] = {}
    """Words of Ads Manager and of the API, in small letters with `_` → the field here, or the mend where it is none."""
    FIRST: ClassVar[tuple[str, ...]] = ()
    """Fields that a person writes before the others, which follow as they are declared here."""
    LAST: ClassVar[tuple[str, ...]] = ("raw", "previously", "lifecycle")
    """Fields that a person writes behind the others."""


RAW = Api(JSON)


@dataclass(frozen=True)
class Condition:
    """What Meta says of an object that is not as it should be. `usable`: what uses it is delivered all the same."""

    said: str = ""
    usable: bool = True


FINE = Condition()


class Owner(Enum):
    """Whose edge makes and lists a kind: its token, its limits and its lock count."""

    ACCOUNT = "ad account"
    PAGE = "page"


class Identity(Enum):
    """How an object is known again with `state/` gone."""

    LABEL = "an ad label"
    DESCRIPTION = "a marker in its description"
    NAME = "a marker in its name"
    CONTENT = "the digest of its content in its name"


EXISTING = "existing"
"""The word that names, by Meta's id, what was there before."""

MARKED = {Identity.DESCRIPTION: "description", Identity.NAME: "name"}
"""The field that a marker stands in."""


@dataclass(frozen=True)
class Users:
    """Where the account lists what may use an object: an edge, and the fields of its rows in which the id then stands.
    Others' objects are among them."""

    edge: str
    fields: str


class Handling(Enum):
    """Which handler applies a kind."""

    DELIVERABLE = "created PAUSED; turned on by the clock, after the gate"
    PLAIN = "created, updated, deleted"
    IMMUTABLE = "a change is a new one; the old one is archived"


@dataclass(frozen=True)
class Composing:
    """What a kind may look at when it makes Meta's fields of a spec."""

    document: Document
    address: Address
    """Of what the file declares."""
    account: Any
    """The account's spec."""
    account_file: Document
    project: Any
    """The project's spec."""
    declared: Mapping[str, frozenset[str]]
    """By kind, the keys that are declared in the account."""
    media: Mapping[str, MediaFact]
    """By path below creatives/."""
    now: datetime
    """The moment that is judged from, aware."""
    references: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By kind and key, what stands for it; of what is declared in a file of its own."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """By domain, the account that declares it; "" where several do."""

    def address_of(self, kind: str, key: str) -> str:
        """A reference: what stands in place of the id of something that is declared."""
        return str(Address.of_file(self.address.account, kind, key))

    def unknown(self, kind: str, key: str, path: KeyPath) -> Problem:
        near = get_close_matches(key, self.declared.get(kind, ()), n=1)
        mend = f"did you mean {near[0]}?" if near else "declare it, or write the id of one that is not, in quotes"
        return Problem(self.document.origin(path), f"no {kind.replace('_', ' ')} {key!r} is declared", mend)


def as_written(spec: BaseModel, composing: Composing) -> dict[str, Any]:
    """Where a file says Meta's fields under Meta's names."""
    return {name: getattr(spec, name) for name in api_fields(type(spec))}


def under_their_names(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where a read shows each field under the name that a create takes."""
    return {}


@dataclass(frozen=True)
class Upload:
    """The calls that sending a file takes, about."""

    reads: int = 0
    writes: int = 0


NO_UPLOAD = Upload()


@dataclass(frozen=True)
class Kind:
    """One kind of object. `edge` is its owner's edge for creating and listing it."""

    name: str
    spec: type[BaseModel]
    edge: str
    parent_param: str = ""
    read_also: tuple[str, ...] = ()
    """What a read asks for beyond the declared fields, in Graph's field syntax."""
    content: frozenset[str] = frozenset()
    """Declared fields that live on another object, the creative."""
    content_field: str = ""
    """The field of a read in which that object stands."""
    content_read: tuple[str, ...] = ()
    """What is asked of it, beyond what stands under `raw`."""
    content_whole: frozenset[str] = frozenset()
    """What is asked of it besides, where it may be somebody else's."""
    unwritten: frozenset[str] = frozenset()
    """What its content may say and neither an import nor a pull writes."""
    has_become: Callable[[str, Any], str] = lambda name, value: ""
    """Of what its content says under that name and nobody declared: what it is by now, in a few words."""
    in_place_of_content: Mapping[str, str] = field(default_factory=dict)
    """By field of its own that decides what people see, whatever its content says: what it is where that is set."""
    graph_name: str = ""
    """Meta's node name, as in error messages and the SDK."""
    raw: Mapping[str, Api] = field(default_factory=dict)
    """Markers of parameters under `raw` that are more than plain JSON."""
    created_field: str = "created_time"
    """Where Meta says when an object was made; asked for with `read_also`."""
    source_field: str = ""
    """Where Meta says what an object was duplicated from."""
    owner: Owner = Owner.ACCOUNT
    identity: Identity = Identity.LABEL
    handling: Handling = Handling.DELIVERABLE
    folder: str = ""
    """Below desired/, where each of its resources has an `OwnFile`: `audiences`. Empty where it stands in another's."""
    compose: Callable[[Any, Composing], Mapping[str, Any]] = as_written
    """Meta's fields of what a file says; references stand for the ids of what is declared."""
    checks: tuple[Callable[[Any, Composing], Iterator[Problem]], ...] = ()
    title: str = ""
    """What people call one; the name unless written."""
    short_key: str = ""
    """The key of the only one, where a short form writes what is its own beside what it is in."""
    users: tuple[Users, ...] = ()
    """What may use one; where it is archived or deleted, nothing does."""
    shown: Callable[[Mapping[str, Any]], Mapping[str, Any]] = under_their_names
    """Fields that a row of a listing shows elsewhere than under their names."""
    deleted: Callable[[Mapping[str, Any]], bool] = lambda row: False
    """Of a row that no listing shows, and that can be read by its id: whether it is deleted all the same."""
    terms: str = ""
    """What Meta's `tos_accepted` of the account calls the terms that a person has to accept before one can be made."""
    words: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    """Meta's fields, declared, recorded or read, in the words of YAML: what people read of them. What has no word there
    keeps Meta's."""
    condition: Callable[[Mapping[str, Any]], Condition] = lambda row: FINE
    """Of a row, what Meta says of its state, where it has none to be declared."""
    once: tuple[str, ...] = ()
    """Fields that no two of one account may have alike: Meta makes no second one."""
    of_account: frozenset[str] = frozenset()
    """Fields that the account's file says, and none of its own."""
    import_reads: tuple[str, ...] = ()
    """What an import asks for besides, or in full, of one that somebody else has made."""
    undeclarable: Callable[[Mapping[str, Any], str], str] = lambda row, account_id: ""
    """Of such a row, listed by the ad account of that id: why no file may declare it. Fields say the rest."""
    files: Callable[[Mapping[str, Any]], Mapping[str, str]] = lambda fields: {}
    """What files its fields show: by SHA-256, as which kind."""
    upload: Callable[[int], Upload] = lambda size: NO_UPLOAD
    """How a file of so many bytes is sent."""
    new_id: str = ""
    """What the new id means that a change brings, where it makes another one."""
    lost: str = ""
    """What becomes of what uses one, once somebody has taken it away."""
    leads_away: bool = False
    """True where its links lead people to pages."""
    launches: bool = False
    """The topmost of what it holds: turning it on is what people call a launch, and its name tells it from others."""
    together: int = 50
    """How many creates Meta takes in one batch. Documented: fifty calls, of which ten may make ads."""
    one_at_a_time: bool = False
    """True where never two in one campaign are written in one batch."""
    log: tuple[str, ...] = ()
    """The same for the whole of an object, where no event names its field."""
    raw_of_content: Api = RAW
    """Marker of parameters under `raw` that are the creative's."""
    download: tuple[str, ...] = ()
    """Of what is a file: what is asked of it to have its content again; the names of addresses are among them."""
    by_hash: bool = False
    """Of what is a file: True where ads name it by a hash, which its edge can be asked for."""
    written: type[BaseModel] = BaseModel
    """What YAML writes of one, buyers' words included; `spec` unless given."""
    fields: Mapping[str, Api] = field(init=False)
    referring: tuple[str, ...] = field(init=False)
    """The fields in which references may stand."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", api_fields(self.spec))
        object.__setattr__(self, "referring", tuple(name for name, api in self.fields.items() if api.refers))
        object.__setattr__(self, "title", self.title or self.name)
        object.__setattr__(self, "written", self.spec if self.written is BaseModel else self.written)

    @cached_property
    def codecs_of_rows(self) -> tuple[tuple[str, str, Codec], ...]:
        """Of each field that a row of a listing shows itself, and the name under which it does."""
        own = ((name, api) for name, api in self.fields.items() if name not in self.content)
        return tuple((name, api.shown_as or name, api.codec) for name, api in own)

    @cached_property
    def shown_as(self) -> Mapping[str, str]:
        """By the name under which a row shows a field, the field's own, where that is another one."""
        return {api.shown_as: name for name, api in self.fields.items() if api.read_as}

    @property
    def marked(self) -> str:
        """The field that holds its marker; "" where it is known otherwise."""
        return MARKED.get(self.identity, "")

    @property
    def stands_alone(self) -> bool:
        """Whether it has files of its own, and neither status nor clock nor gate: campaigns refer to it."""
        return self.handling is not Handling.DELIVERABLE

    @property
    def takes_existing(self) -> bool:
        """Whether a file of its own may name one that was there before, since no marker can be put on it: that one is
        compared, and neither made nor written to."""
        return EXISTING in self.fields

    def version(self, fields: Mapping[str, Any]) -> str:
        """Of what never changes, the digest of its content, or of the id that names it; "" of all else."""
        if self.handling is not Handling.IMMUTABLE:
            return ""
        named = fields.get(EXISTING)
        return sha256_of({EXISTING: named} if named else dict(fields))[:16]

    def reference(self, address: Address, fields: Mapping[str, Any]) -> str:
        """What stands elsewhere for its id: where a change makes another object, it tells which of them."""
        return versioned(address, self.version(fields))

    def edge_of(self, account: Account) -> str:
        """Where it is made and listed."""
        return f"{account.page if self.owner is Owner.PAGE else account.id}/{self.edge}"

    def marker(self, name: str) -> Api:
        """A field's; what stands under `raw` without one is compared as plain JSON."""
        if known := self.fields.get(name):
            return known
        return self.raw.get(name, self.raw_of_content if name in self.content else RAW)

    def shows(self, name: str) -> bool:
        """Whether people see it by a field."""
        return name in self.content or name in self.in_place_of_content

    def with_refs(self, fields: Mapping[str, Any], other: Callable[[str], str]) -> dict[str, Any]:
        """Fields with their references exchanged: addresses for ids, or ids for addresses."""
        return {n: exchanged(v, other) if (api := self.fields.get(n)) and api.refers else v for n, v in fields.items()}

    def named(self, live: Mapping[str, Any], declared: Mapping[str, Any], refs: Mapping[str, str]) -> dict[str, Any]:
        """Fields that were read with references for ids. What the declared fields name by its id keeps that: both are
        one thing. `refs`: by id, what stands for it."""
        as_written = self.referred_texts(declared)
        return self.with_refs(live, lambda text: text if text in as_written else refs.get(text, text))

    def referred_texts(self, fields: Mapping[str, Any]) -> frozenset[str]:
        """All that stands where references may: those, ids, and whatever else such a field holds."""
        return frozenset(text for name in self.referring if name in fields for text in texts(fields[name]))

    def ids_named(self, fields: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        """By field that names what is not declared: the kind, and the id."""
        named = {n: (api.id_of, str(fields.get(n) or "")) for n, api in self.fields.items() if api.id_of}
        return {n: (kind, text) for n, (kind, text) in named.items() if text.isdigit()}

    def references(self, fields: Mapping[str, Any]) -> frozenset[Address]:
        return frozenset(at for name in self.referring if name in fields for at in references(fields[name]))

    def takes_away(self, name: str) -> bool:
        """Whether a field that is no longer declared is taken away at Meta, as far as Meta documents how: what a
        creative says goes with the creative, what has parts is taken away part by part. What may not stay is
        refused."""
        marker = self.marker(name)
        may_not_stay = marker.on_change is OnChange.REFUSE_REMOVAL
        return name in self.content or marker.clear is not UNSET or marker.told or may_not_stay

    @property
    def has_budget(self) -> bool:
        return not self.fields.keys().isdisjoint(BUDGETS)

    @property
    def has_run(self) -> bool:
        """Whether Meta keeps when it starts and ends."""
        return "start_time" in self.fields

    def read_fields(self, raw: frozenset[str] = frozenset()) -> str:
        """The `fields` parameter of a read: what is compared, what identifies, and the `raw` names asked for."""
        compared = {api.read_as or n for n, api in self.fields.items() if n not in self.content}
        compared |= {*self.in_place_of_content}
        inner = [*self.content_read, *sorted(raw & self.content)]
        nested = [f"{self.content_field}{{{','.join(inner)}}}"] if self.content_field else []
        source = [self.source_field] if self.source_field else []
        return ",".join([*self.read_also, *source, *nested, *sorted(compared | (raw - self.content))])


@cache
def api_fields(spec: type[BaseModel]) -> Mapping[str, Api]:
    """`{field name: marker}` of every field of the spec that lives at Meta."""
    return {
        name: marker for name, info in spec.model_fields.items() for marker in info.metadata if isinstance(marker, Api)
    }


SAID_STATUSES = {
    **dict.fromkeys("on yes true enabled enable live running run started start go play 1".split(), "ACTIVE"),
    **dict.fromkeys("off no false disabled disable stopped stop hold draft inactive 0".split(), "PAUSED"),
    **dict.fromkeys("deleted delete removed".split(), "ARCHIVED"),
}


class LifecycleSpec(Spec):
    """How an object is treated when its YAML goes away or asks for the impossible."""

    on_remove: Annotated[str, OneOf(frozenset(OnRemove))] = "pause"
    """What to do with the object when its YAML is removed."""
    ignore: list[str] = Field(default_factory=list)
    """Fields that others drive: set at creation, then neither compared nor changed."""
    protect: bool = False
    """Refuse every plan that would pause, archive, delete or replace it because of an edit."""
    replace: bool = False
    """Allow a new object to take its place when a field changes that Meta cannot change."""
    revert_drift: dict[str, Any] = Field(default_factory=dict)
    """What somebody has set in Ads Manager, such as {daily_budget: 80.00 SGD}: overwritten once, and only while just
    that is live. reconciler revert-drift writes it."""
    new: bool = False
    """Make it although something that looks like it was removed, or carries another label; counts once."""


class OwnLifecycleSpec(Spec):
    """How it is treated when its YAML goes away."""

    on_remove: Annotated[str, OneOf(frozenset({"forget", "delete"}))] = "forget"
    """forget leaves it at Meta, no longer managed; delete deletes it."""


class OwnFile(Spec):
    """What every file of a kind with a folder of its own may say."""

    previously: list[FormerKey] = Field(default_factory=list)
    """Former keys: renames its address without touching the object."""
    lifecycle: OwnLifecycleSpec = Field(default_factory=OwnLifecycleSpec)
    """Whether it is left at Meta when its YAML goes away."""


class Level(Spec):
    """What campaigns, ad sets and ads have in common."""

    FIRST: ClassVar[tuple[str, ...]] = (
        "name", "extends", "vars", "matrix", "preset", "objective", "buying_type", "special_ad_categories",
        "special_ad_category_country",
        "daily_budget", "lifetime_budget", "spend_cap", "is_adset_budget_sharing_enabled",
        "bid_strategy", "bid_amount", "bid_constraints", "pre_review", "status", "activate_at", "deactivate_at",
    )  # fmt: skip
    LAST: ClassVar[tuple[str, ...]] = ("ad_sets", "ads", "ad", *Spec.LAST)

    name: Name | None = None
    """Shown in Ads Manager; renaming keeps the object. Ad sets and ads default to the campaign's name."""
    status: Annotated[str, OneOf(frozenset({"ACTIVE", "PAUSED", "ARCHIVED"}), SAID_STATUSES)] | None = None
    """PAUSED holds it whatever the times say. Without status and times the status is the buyer's own."""
    activate_at: TimeField | None = None
    """When it goes ACTIVE, in the project's timezone (GMT+8 unless changed)."""
    deactivate_at: TimeField | None = None
    """When it is paused again."""
    existing: Id | None = None
    """Meta's id of the object that this is, where it was there before: it is never made, and not written to before it
    carries our label, which reconciler import puts there."""
    previously: list[FormerKey] = Field(default_factory=list)
    """Former keys of this resource: renames its address without touching the object."""
    lifecycle: LifecycleSpec = Field(default_factory=LifecycleSpec)
    """How it is treated when its YAML goes away or asks for the impossible."""
    raw: Annotated[dict[str, Any], AfterValidator(less_nothing)] = Field(default_factory=dict)
    """Any further Marketing API parameter; sent and compared as it is."""
