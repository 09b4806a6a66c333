"""What lives at Meta, as `observe` found it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from reconciler.model.account import AccountFacts
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.status import ARCHIVED
from reconciler.model.values import Fields


@light(frozen=True)
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
    unusable: str = ""
    """Of what others use: what Meta says that keeps them from being delivered."""
    review: tuple[str, ...] = ()
    source_id: str = ""
    """What it was duplicated from; "" where it was not."""
    content_digest: str = ""
    """The SHA-256 in the name of its creative, where that says what the name does; "" where there is none."""
    is_read_whole: bool = False
    """Whether its creative may be somebody else's, and was read with all that it shows: what of it nobody declared
    stands in `fields`, too, as no word of YAML says it."""
    unread: frozenset[str] = frozenset()
    """Fields that could not be asked for, or that Meta would not show: their absence says nothing."""
    referred: Mapping[str, str] = field(default_factory=dict)
    """By id, as it is live, what it refers to: the reference that stands for it in `fields`."""
    budget_remaining: int | None = None
    """What is left of its budget, in minor units, where Meta says so."""
    owner: str = ""
    """The ad account that has it, act_ and digits, where Meta says so."""

    @cached_property
    def reads_as(self) -> dict[str, Any]:
        """By field the very value that was found to be what reads here, so that it is not looked into again."""
        return {}

    def is_elsewhere(self, account_id: str) -> bool:
        """Whether Meta says that another ad account has it: an id leads to objects of any account of the token."""
        return self.owner not in ("", account_id)

    @property
    def gone(self) -> bool:
        return self.status == "DELETED"

    def is_twin_of(self, other: Object) -> bool:
        """Of two with one label: made by a run, since what a person copies gets another name."""
        return self.id != other.id and self.fields.get("name") == other.fields.get("name")


@light(frozen=True, slots=True)
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
    """"" where Meta does not tell: then nothing is known to be ours, nor to be that user's in another application."""
    user_ids: frozenset[str]
    user_name: str = ""

    def made(self, activity: Activity) -> bool:
        """True for what this token did. Ids of one user differ between apps, so the name will do beside our app."""
        if not self.application_id or activity.application_id != self.application_id:
            return False
        return self._is_user(activity)

    def may_have_made(self, activity: Activity) -> bool:
        """True for what its user did, where nobody can tell whether with this token."""
        return not self.application_id and self._is_user(activity)

    def _is_user(self, activity: Activity) -> bool:
        return activity.actor_id in self.user_ids or bool(self.user_name and activity.actor == self.user_name)


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
    unlabelled_yet: frozenset[Address] = frozenset()
    """Objects that the YAML names by their ids and that do not carry our label: compared, and never written to."""
    label_awaited: frozenset[Address] = frozenset()
    """Made a moment ago, and without their label so far: ours, and not turned on."""
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
    """Campaigns without our label that have the name of a declared one."""
    doubtful: Mapping[Address, str] = field(default_factory=dict)
    """Addresses of which nobody can tell what is theirs, and why: nothing is made, changed or turned on there."""
    unlabelled: Mapping[Address, str] = field(default_factory=dict)
    """Addresses whose object may be one without our label that holds what bears it, and what to do then."""
    foreign: tuple[Object, ...] = ()
    """Objects that carry the label of another project and an address or a name of this one."""
    ended: Mapping[Address, Activity] = field(default_factory=dict)
    """Of what has no record, or may have had another object: who put that one away."""
    made_unseen: Mapping[Address, datetime] = field(default_factory=dict)
    """Of what is to be made: when, as the log tells, we have made one of its name that no listing shows yet."""
    activities: tuple[Activity, ...] = ()
    identity: Identity | None = None
    """Whose token read the log; None where nobody asked or Meta does not tell."""
    log_since: datetime | None = None
    """How far the log goes back; None where it was not read."""
    seen_at: datetime | None = None
    """When the look was over, by Meta's clock where it tells; None where nobody has looked."""
    label_ids: Mapping[str, str] = field(default_factory=dict)
    """By its name, the id of the label of what is topmost, as far as rows have shown them."""

    @cached_property
    def log_by_object(self) -> Mapping[str, tuple[Activity, ...]]:
        return by_object(self.activities)

    def log_of(self, object_id: str) -> tuple[Activity, ...]:
        return self.log_by_object.get(object_id, ())

    def in_archived(self, address: Address) -> bool:
        """Nothing below an archived object can be made or edited; what archived it is told at its own address."""
        return bool(self._archived) and not self._archived.isdisjoint(address.ancestors)

    @cached_property
    def _archived(self) -> frozenset[Address]:
        return frozenset(at for at, live in self.objects.items() if live.status == ARCHIVED)

    @property
    def beside(self) -> tuple[Object, ...]:
        """What carries a label of ours and is no object of an address."""
        return (*self.orphans, *self.in_copies, *(copy for _, copy in self.copies))

    @property
    def topmost_orphans(self) -> tuple[Object, ...]:
        ids = {live.id for live in self.orphans}
        return tuple(live for live in self.orphans if live.parent_id not in ids)
