"""One account as it lives at Meta, by address. Reads only.

Three listings (campaigns, ad sets, ads) whatever the number of objects. An object is ours by its label; which of
several with one label is ours is told by the recorded id, else by age. What a listing leaves out is not taken for
deleted: a recorded id is asked for by itself, an unrecorded address is looked for among the archived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from reconciler.engine.activity import creation_of, end_of
from reconciler.engine.compare import undecided_objects
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.identity import (
    LABEL_PREFIX,
    label,
    labels_in,
    project_prefix,
)
from reconciler.meta.client import Reader
from reconciler.model.account import Account, AccountFacts
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import AccountBlocked, Invalid, NotFound, Unavailable
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.observe.account_log import REACH, read_activities, read_identity
from reconciler.observe.content import Content
from reconciler.observe.decode import asked_of, decode, raw_names
from reconciler.observe.library import Library
from reconciler.observe.live_content import LiveContent
from reconciler.observe.plain import list_plain
from reconciler.observe.source import Source, Whole
from reconciler.observe.visible import VISIBLE_WITHIN, awaits_label, young

ARCHIVED_ONLY = '["ARCHIVED"]'


def observe(
    reader: Reader,
    account: Account,
    project: str,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    facts: AccountFacts,
) -> Observed:
    """Everything that is declared or recorded for the account, found by recorded id or by label."""
    return find_objects(reader, account, project, resources, records, Observed(account.key, facts, {}))


def find_objects(
    reader: Reader,
    account: Account,
    project: str,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    known: Observed,
) -> Observed:
    """Looks the objects up again; what is known of the account itself stays."""
    search = Search(reader, account, project, resources, records, Whole(reader, account))
    search.run()
    return replace(
        known,
        seen_at=moment(reader),
        label_ids=search.label_ids,
        objects=search.objects,
        copies=tuple(search.copies),
        disowned=frozenset(search.disowned),
        unlabelled_yet=frozenset(search.unlabelled_yet),
        label_awaited=frozenset(search.label_awaited),
        unlisted=frozenset(search.unlisted),
        orphans=tuple(search.orphans),
        in_copies=tuple(search.in_copies),
        unmanaged=tuple(search.unmanaged.values()),
        namesakes=tuple(search.namesakes()),
        doubtful=search.doubtful,
        unlabelled=search.unlabelled,
        foreign=tuple(search.foreign.values()),
        denied=frozenset(search.denied),
        unseen=frozenset(search.unseen),
        # The log is as old as the last look, and proves nothing of this one.
        identity=None,
    )


def moment(reader: Reader) -> datetime:
    """Now, by Meta's clock where it tells: this computer's may be wrong."""
    return reader.server_time or reader.connection.clock.now()


def label_ids_in(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By name, the ids of the labels that rows bear."""
    labels = (item for row in rows for item in labels_in(row))
    return {str(item["name"]): str(item["id"]) for item in labels if item.get("name") and item.get("id")}


def names_under_raw(kind: Kind, resources: Mapping[Address, Resource]) -> frozenset[str]:
    return raw_names(kind, (n for r in resources.values() if r.kind == kind.name for n in r.fields))


def with_log(
    reader: Reader,
    account: Account,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    seen: Observed,
    also: Collection[str] = (),
) -> Observed:
    """The look with what the log tells by now of additions that no baseline knows, and of some ids besides. Without the
    log, nobody knows whose they are."""
    asked = undecided_objects(resources, records, seen.objects) | frozenset(also)
    if not asked:
        return seen
    try:
        now = reader.connection.clock.now()
        log = read_activities(reader, account, asked, now, _age(seen, asked, now))
        return replace(seen, activities=log, identity=read_identity(reader))
    except (AccountBlocked, Invalid, NotFound, Unavailable):
        return seen


def _age(seen: Observed, asked: Collection[str], now: datetime) -> timedelta:
    """Of the oldest of these objects: the log says nothing of them that is older. Both clocks may be a little apart."""
    made = {live.id: live.created_time for live in seen.objects.values() if live.id in asked and live.created_time}
    return min(REACH, now - min(made.values()) + VISIBLE_WITHIN) if set(asked) <= set(made) else REACH


class _Listed:
    """Objects of one listing, by id and by label: an account may hold thousands."""

    def __init__(self, by_id: Mapping[str, Object]) -> None:
        self.by_id = by_id
        self._by_label: dict[str, list[Object]] = {}
        for live in by_id.values():
            for text in live.labels:
                self._by_label.setdefault(text, []).append(live)

    def carrying(self, labels: Iterable[str]) -> list[Object]:
        """Those with any of the labels, each once."""
        found = {live.id: live for text in labels for live in self._by_label.get(text, [])}
        return list(found.values())


@dataclass
class Search:
    reader: Reader
    account: Account
    project: str
    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    source: Source
    roots: frozenset[Address] | None = None
    """The campaigns that are looked for; None for all."""
    objects: dict[Address, Object] = field(default_factory=dict)
    copies: list[tuple[Address, Object]] = field(default_factory=list)
    disowned: set[Address] = field(default_factory=set)
    unlabelled_yet: set[Address] = field(default_factory=set)
    label_awaited: set[Address] = field(default_factory=set)
    unlisted: set[Address] = field(default_factory=set)
    orphans: list[Object] = field(default_factory=list)
    doubtful: dict[Address, str] = field(default_factory=dict)
    foreign: dict[str, Object] = field(default_factory=dict)
    denied: set[Address] = field(default_factory=set)
    unseen: set[Address] = field(default_factory=set)
    in_copies: list[Object] = field(default_factory=list)
    unmanaged: dict[str, Object] = field(default_factory=dict)
    strangers: dict[str, Object] = field(default_factory=dict)
    """What bears no label of ours and stands in nothing that does."""
    unlabelled: dict[Address, str] = field(default_factory=dict)
    in_twins: set[str] = field(default_factory=set)
    """Ids of objects that stand in a twin or a copy, at whatever level that is."""
    topmost: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """By id of what stands in nothing, its labels' ids by their names."""
    content: Content = field(init=False)

    def __post_init__(self) -> None:
        library = Library(self.reader, self.account.id)
        shown = LiveContent(self.reader, self.account, library)
        self.content = Content(self.reader, self.resources, self.records, library, shown)

    def run(self) -> None:
        for kind in LEVELS:
            self._find_level(KINDS[kind])
        self._take_in_what_holds_ours()
        self.objects |= self.content.read_whole(self.objects)

    def _find_level(self, kind: Kind) -> None:
        addresses = self._addresses[kind.name]
        ours = _Listed(self._listed(kind))
        unknown = dict(ours.by_id)
        missing = []
        outside = {copy.id for _, copy in self.copies} | self.in_twins
        for address in addresses:
            if self._parent_is_missing(address):
                # What carries its label all the same stands in something that is not ours.
                self._leave_alone(address, ours, unknown, outside)
                continue
            if not self._claim(kind, address, ours, unknown):
                missing.append(address)
            self._note_elsewhere(address, ours, outside)
        inside = [live for live in ours.by_id.values() if live.parent_id in outside]
        self.in_copies += inside
        self.in_twins |= {live.id for live in inside}
        self._find_recorded(kind, missing, ours)
        self._doubt_named([a for a in missing if a not in self.objects])
        self.copies += [(a, o) for a in missing if a in self.objects for o in self._beside(kind, a, ours)]
        self._find_archived(kind, [a for a in missing if a not in self.objects])
        self.orphans += [o for o in unknown.values() if o.id not in self.in_twins]
        self.orphans += [self.objects[a] for a in addresses if self._was_let_go(a) and a in self.objects]

    @cached_property
    def _addresses(self) -> Mapping[str, Sequence[Address]]:
        """By kind, those that are looked for, in their order."""
        found: dict[str, list[Address]] = {level: [] for level in LEVELS}
        for address in sorted({*self.resources, *self.records}):
            if self.roots is None or address.root in self.roots:
                found.setdefault(address.kind, []).append(address)
        return found

    def _doubt_named(self, missing: Iterable[Address]) -> None:
        """What the YAML names as being there, and no listing shows in its place, is not made in its stead."""
        for address in missing:
            resource = self.resources.get(address)
            if resource is None or not resource.existing:
                continue
            what, known = (
                f"existing names {resource.kind} {resource.existing}, which",
                self._owners.get(resource.existing),
            )
            if known is not None and known != address:
                beside = known.parent is None or known.parent == address.parent
                mend = f"write previously: [{known.steps[-1]}]" if beside else f"put it back into {known.parent}"
                self.unlabelled[address] = f"{what} is known as {known}; {mend}"
            else:
                self.unlabelled[address] = (
                    f"{what} is not there, or is archived or stands elsewhere, as in another ad account; remove its "
                    "YAML, or, only where it is gone for good, the line existing: to have a new one made"
                )

    def _leave_alone(
        self, address: Address, ours: _Listed, unknown: dict[str, Object], outside: Collection[str]
    ) -> None:
        """What it stands in may be what the parent's address had, without its label: then nothing is made beside it."""
        if address not in self.resources:
            return
        for live in ours.carrying(self._labels(address)):
            if self._of_another(address, live):
                continue
            unknown.pop(live.id, None)
            if live.parent_id in outside or live.parent_id in self._replaced:
                continue
            if live.parent_id in self._ids_of_ours() - {one.id for one in self.in_copies}:
                self.copies.append((address, live))
                continue
            self.in_copies.append(live)
            if live.parent_id not in self._ids_of_ours():
                self._doubt_above(address, live)

    def _doubt_above(self, address: Address, live: Object) -> None:
        """Every level that is missing above it may be there without its label."""
        above, holder = address.parent, live.parent_id
        while above is not None and above not in self.objects:
            self.unlabelled.setdefault(
                above,
                f"{live.kind} {live.id} carries the label of {address}, but {above.kind} {holder or 'around it'}, in "
                f"which it stands, carries none of {above}; if somebody has taken it off, put the label "
                f"{label(self.project, above)} back on {above.kind} {holder or 'around it'}; else remove the YAML of "
                f"{above}, and let go of what is there with reconciler forget {live.id}",
            )
            stranger = self.strangers.get(holder) or self.unmanaged.get(holder)
            above, holder = above.parent, stranger.parent_id if stranger else ""

    def _note_elsewhere(self, address: Address, ours: _Listed, outside: Collection[str]) -> None:
        """What somebody has duplicated into something else takes the label along, and spends there."""
        if address.parent is None:
            return
        parent, chosen = self.objects[address.parent].id, self.objects.get(address)
        for live in ours.carrying(self._labels(address)):
            placed = self._of_another(address, live) or (chosen is not None and live.id == chosen.id)
            if placed or live.parent_id == parent or live.parent_id in outside or live.parent_id in self._replaced:
                continue
            if live.parent_id in self._ids_of_ours() | set(self.unmanaged) | set(self.strangers):
                self.copies.append((address, live))
            else:
                self.in_copies.append(live)

    def _take_in_what_holds_ours(self) -> None:
        """A campaign without our label spends by what bears it in there. Unless that is a duplicate, somebody may have
        taken the label off: then all that is in it counts, as before."""
        copies = {copy.id for _, copy in self.copies}
        inside = {live.id: live for live in (*self.orphans, *self.in_copies, *(copy for _, copy in self.copies))}
        lost = set()
        for live in inside.values():
            holder = self.strangers.get(live.parent_id)
            while holder is not None:
                self.unmanaged[holder.id] = holder
                if live.id not in copies and not live.source_id:
                    lost.add(holder.id)
                holder = self.strangers.get(holder.parent_id)
        for live in self.strangers.values() if lost else ():
            if live.parent_id in lost:
                lost.add(live.id)
                self.unmanaged[live.id] = live

    @property
    def label_ids(self) -> dict[str, str]:
        """Of the topmost objects, which are looked for by them."""
        tops = (self.topmost.get(live.id, {}) for at, live in self.objects.items() if at.parent is None)
        return {name: id_ for labels in tops for name, id_ in labels.items()}

    @property
    def is_plain(self) -> bool:
        """Whether each of what is declared is there, listed and ours, and nothing else is that bears a label of
        ours."""
        doubts = (self.copies, self.in_copies, self.orphans, self.disowned, self.unlabelled_yet, self.doubtful)
        others = (
            self.label_awaited,
            self.unlisted & set(self.resources),
            self.unlabelled,
            self.foreign,
            self.denied,
            self.unseen,
        )
        return not any(map(bool, (*doubts, *others)))

    def namesakes(self) -> Iterator[Object]:
        """Campaigns that nothing tells from declared ones but a label that they do not carry."""
        names = {resource.name for resource in self.resources.values() if KINDS[resource.kind].launches}
        for live in self.strangers.values():
            if KINDS[live.kind].launches and live.status != ARCHIVED and live.fields.get("name") in names:
                yield live

    def _was_let_go(self, address: Address) -> bool:
        """What was removed and stopped, and somebody has turned on again."""
        record, live = self.records.get(address), self.objects.get(address)
        removed = record is not None and record.removed and address not in self.resources
        return removed and live is not None and live.status == ACTIVE

    def _parent_is_missing(self, address: Address) -> bool:
        return address.parent is not None and address.parent not in self.objects

    def _listed(self, kind: Kind, **params: Any) -> dict[str, Object]:
        """Objects that carry a label of this project or a recorded id, by id."""
        recorded = {r.id for r in self.records.values()} | {r.existing for r in self.resources.values()}
        prefix = project_prefix(self.project)
        raw = self._raw_names(kind)
        inside = self._ids_of_ours() | set(self.unmanaged)
        found, now = {}, self.reader.connection.clock.now()
        for row in self.source.rows(kind, raw, **params):
            live = decode(kind, row, raw, self.source.refused(kind), now)
            if live.is_elsewhere(self.account.id):
                continue
            labelled = any(text.startswith(prefix) for text in live.labels)
            if live.id not in self._replaced and (labelled or live.id in recorded):
                found[live.id] = live
                self._keep(kind, row)
            elif live.parent_id in inside and not live.gone and live.id not in self._replaced:
                self.unmanaged[live.id] = live
            else:
                self._stands_apart(live)
        return found

    def _keep(self, kind: Kind, row: Mapping[str, Any]) -> None:
        """Of a row what its object does not have. Whole ones would be held until all levels are looked at."""
        self.content.keep(kind, row)
        if not kind.parent_param:
            self.topmost[str(row["id"])] = label_ids_in([row])

    def _stands_apart(self, live: Object) -> None:
        if self._is_foreign(live):
            self.foreign[live.id] = live
        if not live.gone and live.id not in self._replaced:
            self.strangers[live.id] = live

    @cached_property
    def _replaced(self) -> set[str]:
        return {one for record in self.records.values() for one in record.replaced}

    def _ids_of_ours(self) -> set[str]:
        """Of the levels above: what carries our label."""
        copies = (copy for _, copy in self.copies)
        groups = (self.objects.values(), self.orphans, copies, self.in_copies)
        return {live.id for group in groups for live in group}

    def _is_foreign(self, live: Object) -> bool:
        """Of another project, and for an address or with a name of this one: was the project renamed?"""
        own = project_prefix(self.project)
        labels = [text for text in live.labels if text.startswith(LABEL_PREFIX)]
        if not labels or any(text.startswith(own) for text in labels):
            return False
        theirs = {text.rpartition(":")[2] for text in labels}
        wanted = {a: r for a, r in self.resources.items() if r.kind == live.kind and KINDS[live.kind].launches}
        same = {label(self.project, a).rpartition(":")[2] for a in wanted}
        return bool(theirs & same) or live.fields.get("name") in {r.name for r in wanted.values()}

    def _raw_names(self, kind: Kind) -> frozenset[str]:
        return self._raw_of_levels[kind.name]

    @cached_property
    def _raw_of_levels(self) -> dict[str, frozenset[str]]:
        return {level: names_under_raw(KINDS[level], self.resources) for level in LEVELS}

    def _labels(self, address: Address) -> set[str]:
        resource = self.resources.get(address)
        aliases = resource.aliases if resource else ()
        return {label(self.project, a) for a in (address, *aliases)}

    def _bears_its_label(self, address: Address, live: Object) -> bool:
        """Of what is declared no more, any label of ours will do: its former key may have been another."""
        if address in self.resources:
            return bool(live.labels & self._labels(address))
        return any(text.startswith(project_prefix(self.project)) for text in live.labels)

    def _of_another(self, address: Address, live: Object) -> bool:
        """One object has one address: the one that a record gives it, or that has claimed it before."""
        return self._owners.get(live.id, address) != address

    @cached_property
    def _owners(self) -> dict[str, Address]:
        """Addresses by the id that a record gives them, or that they have claimed."""
        return {record.id: address for address, record in self.records.items() if record.id}

    def _claim(self, kind: Kind, address: Address, ours: _Listed, unknown: dict[str, Object]) -> bool:
        labels = self._labels(address)
        parent = self.objects[address.parent].id if address.parent else ""
        carrying = ours.carrying(labels)
        for live in carrying:
            unknown.pop(live.id, None)
        mine = [o for o in carrying if not self._of_another(address, o)]
        here = [o for o in mine if not kind.parent_param or o.parent_id == parent]
        record = self.records.get(address)
        recorded = ours.by_id.get(record.id) if record and record.id else None
        if recorded is not None and self._left_behind(address, recorded):
            recorded, record = None, None
        if recorded is not None and _superseded(recorded, record, here):
            unknown.pop(recorded.id, None)
            recorded, record = None, None
        if recorded is not None:
            unknown.pop(recorded.id, None)
            if not self._bears_its_label(address, recorded):
                self._note_unlabelled(address, recorded)
            self._place(kind, address, recorded)
        elif here and not (record and record.id):
            self._claim_unrecorded(kind, address, here)
        elif not (record and record.id) and (named := self._named(address, ours)):
            unknown.pop(named.id, None)
            self._note_unlabelled(address, named)
            self._place(kind, address, named)
        chosen = self.objects.get(address)
        self.copies += [(address, o) for o in here if chosen is None or o.id != chosen.id]
        return chosen is not None

    def _named(self, address: Address, ours: _Listed) -> Object | None:
        """What the YAML names by its id, where it stands in the object that the address stands in."""
        resource = self.resources.get(address)
        live = ours.by_id.get(resource.existing) if resource and resource.existing else None
        parent = self.objects[address.parent].id if address.parent else ""
        fits = live is not None and live.kind == address.kind and (not parent or live.parent_id == parent)
        return live if fits and live is not None and not self._of_another(address, live) else None

    def _note_unlabelled(self, address: Address, live: Object) -> None:
        resource = self.resources.get(address)
        is_named = resource is not None and resource.existing == live.id
        if not is_named and awaits_label(self.records.get(address), live, self._now):
            self.label_awaited.add(address)
        else:
            (self.unlabelled_yet if is_named else self.disowned).add(address)

    @property
    def _now(self) -> datetime:
        """By Meta's clock, where it tells."""
        return moment(self.reader)

    def _claim_unrecorded(self, kind: Kind, address: Address, here: Sequence[Object]) -> None:
        """Without a record, what was duplicated from an object of this address is a copy, and the oldest of several is
        ours only where the log shows that we made them all."""
        ours = [live for live in here if not self._is_copy(address, live)]
        if not ours:
            return
        if len(ours) > 1 and not self._made_all(ours):
            ids = ", ".join(sorted(live.id for live in ours))
            self.doubtful[address] = f"{len(ours)} objects carry its label ({ids}), and not all of them are ours"
        self._place(kind, address, min(ours, key=age))

    def _is_copy(self, address: Address, live: Object) -> bool:
        """What somebody duplicated takes the label along. An imported copy has a source without the label."""
        if not live.source_id:
            return False
        try:
            source = self.reader.get(live.source_id, fields="id,adlabels")
        except (NotFound, Invalid):
            self.doubtful[address] = (
                f"{live.kind} {live.id} carries its label, and was duplicated from {live.source_id}, which cannot be "
                "read"
            )
            return False
        labels = {str(item.get("name", "")) for item in labels_in(source)}
        return bool(labels & self._labels(address))

    def _made_all(self, found: Sequence[Object]) -> bool:
        return self._made_after(found, None)

    def _made_after(self, found: Sequence[Object], former: str | None) -> bool:
        """Whether the log shows that we have made them all; where `former` is given, after that object was put away."""
        ids, now = frozenset(live.id for live in found), self.reader.connection.clock.now()
        asked = ids | {former} if former else ids
        try:
            log, identity = read_activities(self.reader, self.account, asked, now), read_identity(self.reader)
        except (AccountBlocked, Invalid, NotFound, Unavailable):
            return False
        made = [creation_of(log, one) for one in ids]
        ours = identity.application_id if identity is not None else ""
        if not ours or not all(one is not None and one.application_id == ours for one in made):
            return False
        return former is None or _came_after(made, end_of(log, former), ours)

    def _beside(self, kind: Kind, address: Address, ours: _Listed) -> Iterator[Object]:
        """What carries the label of an object that no listing shows, and is not that object."""
        return (live for live in self._in_place(kind, address, ours) if live.id != self.objects[address].id)

    def _in_place(self, kind: Kind, address: Address, ours: _Listed) -> Iterator[Object]:
        """What carries the label of an address, in the object that the address stands in."""
        parent = self.objects[address.parent].id if address.parent else ""
        for live in ours.carrying(self._labels(address)):
            if not kind.parent_param or live.parent_id == parent:
                yield live

    def _left_behind(self, address: Address, live: Object) -> bool:
        """In an object that a replacement has archived, or in a twin of the one that counts: made before a run was
        stopped there."""
        if address.parent is None:
            return False
        record = self.records.get(address.parent)
        twins = {twin.id for of, twin in self.copies if of == address.parent}
        in_a_twin = live.parent_id in twins or live.parent_id in self.in_twins
        return in_a_twin or (record is not None and live.parent_id in record.replaced)

    def _find_recorded(self, kind: Kind, missing: Iterable[Address], ours: _Listed) -> None:
        """A recorded object that no listing shows: archived, deleted, or gone from sight."""
        raw = self._raw_names(kind)
        for address in missing:
            record = self.records.get(address)
            if record is None or not record.id:
                continue
            self.unlisted.add(address)
            try:
                row = self.reader.read(record.id, asked_of(kind, raw))
            except (NotFound, Invalid) as error:
                if isinstance(error, Invalid) and not self._is_of_another_type(record.id):
                    raise
                self._find_denied(kind, address, record, ours)
                continue
            live = decode(kind, row, raw, self.reader.refused(record.id), self.reader.connection.clock.now())
            if live.is_elsewhere(self.account.id):
                self._doubt_recorded(address, live)
                continue
            if self._left_behind(address, live):
                continue
            if (live.gone or live.status == ARCHIVED) and (newer := self._made_in_its_place(kind, address, ours)):
                self.copies = [(at, copy) for at, copy in self.copies if copy.id != newer.id]
                self.unlisted.discard(address)
                self._place(kind, address, newer)
                continue
            self._keep(kind, row)
            if not self._bears_its_label(address, live) and not live.gone:
                self._note_unlabelled(address, live)
            self._place(kind, address, live)

    def _doubt_recorded(self, address: Address, live: Object) -> None:
        """What another ad account has is not written to through this one, and nothing is made in its stead. Of what
        is declared no more, the record alone is dropped."""
        self.unlisted.discard(address)
        if address in self.resources:
            self.unlabelled[address] = (
                f"state/ knows it as {live.kind} {live.id}, which Meta says is {live.owner}'s and not "
                f"{self.account.id}'s, so it is not written to; remove its YAML here and apply, and take our label off "
                f"with reconciler forget {live.id}, where {live.owner} is declared"
            )

    def _made_in_its_place(self, kind: Kind, address: Address, ours: _Listed) -> Object | None:
        """By a later run than the one that wrote the record: what that knows has been replaced, or deleted, before. A
        twin that was there by then, or of which the log does not tell, takes no place of what a person has put away."""
        found = [o for o in self._in_place(kind, address, ours) if not self._of_another(address, o)]
        found = [one for one in found if not self._is_copy(address, one)]
        return min(found, key=age) if found and self._made_after(found, self.records[address].id) else None

    def _is_of_another_type(self, object_id: str) -> bool:
        try:
            self.reader.read(object_id, "id,adlabels,effective_status")
        except (NotFound, Invalid):
            return True
        return False

    def _find_denied(self, kind: Kind, address: Address, record: Record, ours: _Listed) -> None:
        """The answer to the create may not have been Meta's, and its id nobody's: then our object is the one that has
        the label and is as old as the record, or there is none and never was."""
        made = [o for o in self._in_place(kind, address, ours) if _as_old_as(record, o)]
        if made:
            self.unlisted.discard(address)
            self._place(kind, address, min(made, key=age))
        elif young(record, self._now):
            status = record.status or PAUSED
            fields, creative_id = record.applied, record.creative_id
            self.unseen.add(address)
            self.objects[address] = Object(record.kind, record.id, fields, status, status, creative_id=creative_id)
        elif record.live or not record.created_at:
            self.objects[address] = Object(record.kind, record.id, {}, "DELETED", "DELETED")
        else:
            self.denied.add(address)

    def _find_archived(self, kind: Kind, missing: list[Address]) -> None:
        """Without a record an archived object would be made again; so they are looked at before a create."""
        wanted = [a for a in missing if a in self.resources and not self._parent_is_missing(a)]
        if not wanted:
            return
        archived = _Listed(self._listed(kind, effective_status=ARCHIVED_ONLY))
        for address in wanted:
            self._claim(kind, address, archived, {})

    def _place(self, kind: Kind, address: Address, live: Object) -> None:
        self._owners.setdefault(live.id, address)
        self.objects[address] = self.content.with_content(kind, address, live)


def _superseded(recorded: Object, record: Record | None, here: Iterable[Object]) -> bool:
    """A rival run, or a create that showed up late, has made the same object before: of twins that never ran, all runs
    take the oldest. A person's copy is younger, and has another name."""
    if recorded.status != PAUSED or (record is not None and "activate_at" in (record.activation or {})):
        return False
    return any(o.is_twin_of(recorded) and o.status != ARCHIVED and age(o) < age(recorded) for o in here)


def _came_after(made: Iterable[Activity | None], end: Activity | None, ours: str) -> bool:
    """Within one second nobody can tell, unless it was we who put the former one away, which is done first."""
    if end is None:
        return False
    by_us = end.application_id == ours
    return all(one is not None and (one.at > end.at or (by_us and one.at == end.at)) for one in made)


def age(live: Object) -> tuple[bool, datetime, str]:
    """Sort key: of several with one label the oldest that is not archived is ours."""
    return live.status == ARCHIVED, live.created_time or datetime.max.replace(tzinfo=UTC), live.id


def _as_old_as(record: Record, live: Object) -> bool:
    """Both clocks may be a little apart; a person's copy is younger."""
    if not record.created_at or live.created_time is None:
        return False
    return abs(live.created_time - datetime.fromisoformat(record.created_at)) < VISIBLE_WITHIN


def find_labelled(
    reader: Reader, account: Account, kind: Kind, wanted: Collection[tuple[str, str]], replaced: Collection[str]
) -> dict[tuple[str, str], str]:
    """For each label and parent id ("" for none) the oldest object of a kind that has both, archived ones included,
    but not those that were `replaced`."""
    edge, fields = f"{account.id}/{kind.edge}", kind.read_fields()
    found: dict[tuple[str, str], str] = {}
    if kind.stands_alone:
        listed = ((text, "", live.id) for live in list_plain(reader, account, kind) for text in live.labels)
        for text, parent, object_id in listed:
            if (text, parent) in wanted:
                found.setdefault((text, parent), object_id)
        return found
    for status in (None, ARCHIVED_ONLY):
        rows = reader.pages(edge, fields=fields, effective_status=status)
        for live in sorted((decode(kind, row) for row in rows), key=age):
            for key in ((text, live.parent_id) for text in live.labels):
                if key in wanted and live.id not in replaced:
                    found.setdefault(key, live.id)
        if len(found) == len(wanted):
            break
    return found
