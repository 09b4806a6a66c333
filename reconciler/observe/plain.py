"""Kinds that stand alone, as they live at Meta: found by the marker in a text of theirs, or by a recorded id.

Reads only. What is listed and bears no marker of ours is not ours, whatever a record says: it is never written to. What
a file names by its id, as being there before, is that one, marked or not, and never written to either. Of what never
changes, the one that counts has the declared content; the others of its address are former ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from reconciler.engine.referring import Named
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import EXISTING, Handling, Owner
from reconciler.kinds.identity import label, markers_in, project_prefix, unversioned, version_in, without_markers
from reconciler.meta.answers import Answer
from reconciler.meta.client import Reader
from reconciler.meta.fields import readable, without
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import (
    AccountBlocked,
    CredentialsError,
    GraphError,
    Invalid,
    NotFound,
    ReconcilerError,
    Throttled,
    TokenRefused,
)
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.status import ACTIVE, ARCHIVED
from reconciler.observe.decode import decode
from reconciler.observe.visible import young
from reconciler.text.sanitize import brief

ALONE = tuple(kind for kind in KINDS.values() if kind.stands_alone)

Client = TypeVar("Client", bound=Reader)


@dataclass
class PlainObjects:
    """Of one account: what lives there, by address."""

    objects: dict[Address, Object] = field(default_factory=dict)
    disowned: set[Address] = field(default_factory=set)
    """Recorded objects that bear our marker no more."""
    duplicates: list[tuple[Address, Object]] = field(default_factory=list)
    """Further objects with a marker that another one bears."""
    orphans: list[Object] = field(default_factory=list)
    """What bears a marker of this project for nothing that is known."""
    former: list[tuple[Address, Object]] = field(default_factory=list)
    """What an address had before its content changed, and is still in use."""
    users: dict[str, tuple[Object, ...]] = field(default_factory=dict)
    """By id of what may have to be archived, what uses it."""
    named: dict[tuple[Address, str], Named] = field(default_factory=dict)
    """By resource and field, what is declared nowhere and named by its id."""
    unread: dict[str, ReconcilerError] = field(default_factory=dict)
    """By kind that could not be looked at, why: nothing is known of any of it."""

    @property
    def ids(self) -> dict[str, str]:
        """By id, the address that stands for it elsewhere."""
        return {live.id: str(at) for at, live in self.objects.items() if at not in self.disowned and not live.gone}


def find_plain(
    reader: Reader,
    account: Account,
    project: str,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    sharing: Sequence[Account] = (),
) -> PlainObjects:
    """All that stands alone in one account. A kind that nothing declares or remembers is not asked for, and what keeps
    one from being read keeps nothing else. `sharing`: other declared accounts whose ads may open what the account's
    page has. Raises what stops the account."""
    found, known = PlainObjects(), {at.kind for at in (*resources, *records)}
    for kind in ALONE:
        if kind.name not in known:
            continue
        try:
            _find_kind(found, reader, account, project, kind, resources, records, sharing)
        except (GraphError, CredentialsError) as error:
            if isinstance(error, (Throttled, TokenRefused)) and kind.owner is Owner.ACCOUNT:
                raise
            found.unread[kind.name] = error
    found.named = find_named(reader, account, resources.values())
    # What was made of one that somebody has deleted is still of that address.
    former = {one: str(at) for at, record in records.items() for one in (record.id, *record.replaced) if one}
    refs = {**former, **found.ids}
    for at, live in found.objects.items():
        declared = resources[at].fields if at in resources else {}
        kind = KINDS[at.kind]
        referred = {text: refs[text] for text in kind.referred_texts(live.fields) if text in refs}
        found.objects[at] = replace(live, fields=kind.named(live.fields, declared, refs), referred=referred)
    return found


def _find_kind(
    found: PlainObjects,
    reader: Reader,
    account: Account,
    project: str,
    kind: Kind,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    sharing: Sequence[Account],
) -> None:
    """All of it is read before anything is said of it."""
    listed = list_plain(reader, account, kind)
    own = PlainObjects()
    addresses = sorted(at for at in {*resources, *records} if at.kind == kind.name)
    known = {at: _known(at, resources.get(at), records.get(at)) for at in addresses}
    listed += unlisted(reader, account, project, {at: one for at, one in known.items() if one}, listed)
    declared = frozenset(text for resource in resources.values() for text in _labels_of(resource, project))
    for address in addresses:
        _place(own, listed, address, resources.get(address), records.get(address), project, declared)
    taken = {live.id for live in own.objects.values()}
    taken |= {live.id for _, live in (*own.duplicates, *own.former)}
    ours = (live for live in listed if _bears_ours(live, project))
    leaving = {live.id for _, live in own.former}
    removed = [at for at in own.objects if at not in resources and records[at].on_remove is not OnRemove.FORGET]
    leaving |= {own.objects[at].id for at in removed if not own.objects[at].gone}
    found.users |= find_users(reader, (account, *sharing), kind, leaving)
    found.objects |= own.objects
    found.disowned |= own.disowned
    found.duplicates += own.duplicates
    found.former += own.former
    found.orphans += [live for live in ours if live.id not in taken and live.status == ACTIVE]


def speaking_for(client: Client, account: Account, kind: Kind) -> Client:
    """A page's edges want the page's own token."""
    return client.as_page(account.page) if kind.owner is Owner.PAGE else client


def list_plain(reader: Reader, account: Account, kind: Kind) -> list[Object]:
    """Everything of a kind that its owner lists, oldest first."""
    return [plain_object(kind, row) for row in _rows(reader, account, kind, asked_of_plain(kind))]


def list_existing(reader: Reader, account: Account, kind: Kind) -> list[tuple[Object, str]]:
    """The same, each with why no file may declare it; "" where its fields alone decide that."""
    fully = frozenset(each.partition("{")[0] for each in kind.import_reads)
    asked = ",".join((without(asked_of_plain(kind), fully), *kind.import_reads))
    rows = _rows(reader, account, kind, asked)
    return [(plain_object(kind, row), kind.undeclarable(row, account.id)) for row in rows]


def _rows(reader: Reader, account: Account, kind: Kind, asked: str) -> list[Mapping[str, Any]]:
    if kind.owner is Owner.PAGE and not account.page:
        return []
    rows = speaking_for(reader, account, kind).pages(kind.edge_of(account), fields=asked)
    return sorted(rows, key=lambda row: (str(row.get(kind.created_field, "")), row["id"]))


def unlisted(
    reader: Reader, account: Account, project: str, records: Mapping[Address, Record], listed: Iterable[Object]
) -> list[Object]:
    """Recorded objects of one kind that a listing leaves out: it may lag behind, or hide what is archived. What Meta
    denies by its id as well is gone, unless it was made a moment ago: then it stands as it was made."""
    there = {live.id for live in listed}
    missing = {at: record for at, record in records.items() if record.id and record.id not in there}
    if not missing:
        return []
    kind = KINDS[next(iter(missing)).kind]
    client, now = speaking_for(reader, account, kind), reader.server_time or reader.connection.clock.now()
    answers = _answered(client, reader, [record.id for record in missing.values()], asked_of_plain(kind))
    found: list[Object] = []
    for (address, record), answer in zip(missing.items(), answers, strict=True):
        if isinstance(answer, GraphError):
            # What a file names may be anybody's, and not for these tokens to see.
            barred = isinstance(answer, AccountBlocked) and _is_named(record)
            if not isinstance(answer, (NotFound, Invalid)) and not barred:
                raise answer
            if young(record, now):
                found.append(_as_made(kind, project, address, record))
        elif not kind.deleted(answer):
            found.append(plain_object(kind, answer))
    return found


def _known(address: Address, resource: Resource | None, record: Record | None) -> Record | None:
    """Whose id is known. What the file names goes before what is remembered."""
    if resource is not None and resource.existing:
        return Record(address.kind, resource.existing, resource.fields)
    return record


def _is_named(record: Record) -> bool:
    """Whether it is of what was there before, and bears no marker of ours."""
    return bool(record.applied.get(EXISTING))


def _as_made(kind: Kind, project: str, address: Address, record: Record) -> Object:
    marker = label(project, address, kind.version(record.applied))
    return Object(kind.name, record.id, record.applied, ACTIVE, ACTIVE, labels=frozenset({marker}))


def find_named(reader: Reader, account: Account, resources: Iterable[Resource]) -> dict[tuple[Address, str], Named]:
    """By resource and field. What cannot be looked at, for want of a right or for any other cause, is left out: what
    uses it may work all the same."""
    wanted: dict[tuple[str, str], dict[str, list[tuple[Address, str]]]] = {}
    for resource in resources:
        page = str(resource.fields.get("page") or account.page)
        for name, (kind, object_id) in KINDS[resource.kind].ids_named(resource.fields).items():
            wanted.setdefault((kind, page), {}).setdefault(object_id, []).append((resource.address, name))
    return {
        place: Named(live, page)
        for (kind, page), places in sorted(wanted.items())
        for live in find_by_id(reader, account, KINDS[kind], page, sorted(places))
        for place in places[live.id]
    }


def find_by_id(reader: Reader, account: Account, kind: Kind, page: str, ids: Sequence[str]) -> Iterator[Object]:
    """With the token of the page that is to use it."""
    try:
        client = speaking_for(reader, replace(account, page=page), kind)
        answers = _answered(client, reader, ids, asked_of_plain(kind))
    except (GraphError, CredentialsError) as error:
        if isinstance(error, Throttled):
            raise
        return
    for object_id, answer in zip(ids, answers, strict=True):
        if isinstance(answer, NotFound) or (not isinstance(answer, GraphError) and kind.deleted(answer)):
            yield Object(kind.name, object_id, {}, "DELETED", "DELETED")
        elif not isinstance(answer, GraphError):
            yield plain_object(kind, answer)


def _answered(client: Reader, reader: Reader, ids: Sequence[str], asked: str) -> list[Answer]:
    """What a page's token is not allowed to see may be another page's, which the account's own, the reader's, tells."""
    answers = client.get_all(ids, asked)
    barred = [one for one, answer in zip(ids, answers, strict=True) if isinstance(answer, AccountBlocked)]
    seen = dict(zip(barred, reader.get_all(barred, asked), strict=True))
    return [seen.get(one, answer) for one, answer in zip(ids, answers, strict=True)]


def find_users(
    reader: Reader, accounts: Sequence[Account], kind: Kind, ids: Iterable[str]
) -> dict[str, tuple[Object, ...]]:
    """By id, what uses it, others' objects included. `accounts`: its own, and those that share its page. One of those
    that this token cannot read may use all of it."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    rows = list(_rows_of_users(reader, accounts[0], kind))
    hidden: list[Object] = []
    for other in accounts[1:] if kind.owner is Owner.PAGE else ():
        try:
            rows += _rows_of_users(reader, other, kind)
        except (AccountBlocked, Invalid, NotFound):
            hidden.append(_user({"id": other.id, "name": f"{other.key}, which this token cannot read"}))
    return {
        one: (*(_user(row) for row in rows if str(row["id"]) != one and _holds(row, one)), *hidden) for one in wanted
    }


def _rows_of_users(reader: Reader, account: Account, kind: Kind) -> Iterator[Mapping[str, Any]]:
    for users in kind.users:
        yield from reader.pages(f"{account.id}/{users.edge}", fields=users.fields)


def _user(row: Mapping[str, Any]) -> Object:
    return Object("", str(row["id"]), {"name": str(row.get("name") or "")}, "", "")


def _holds(value: Any, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(inner, text) for inner in value.values())
    return any(_holds(inner, text) for inner in value) if isinstance(value, list) else str(value) == text


def asked_of_plain(kind: Kind) -> str:
    return without(kind.read_fields(), _create_only(kind))


def _create_only(kind: Kind) -> frozenset[str]:
    """What is sent and never shown."""
    return frozenset(kind.fields) - readable(kind.graph_name)


def plain_object(kind: Kind, row: Mapping[str, Any]) -> Object:
    """With the markers of its description, or of its name, as its labels, and that text without them."""
    text = str(row.get(kind.marked) or "")
    told = {**row, **kind.shown(row), kind.marked: without_markers(text)}
    live = decode(kind, told, refused=_create_only(kind))
    # What has no status of its own is there or not.
    status = live.status if kind.handling is Handling.IMMUTABLE else ACTIVE
    found = kind.condition(row)
    issues, unusable = ((said,) if (said := brief(found.said)) else ()), "" if found.usable else brief(found.said)
    return replace(live, labels=markers_in(text), status=status, issues=issues, unusable=unusable)


def _place(
    found: PlainObjects,
    listed: Iterable[Object],
    address: Address,
    resource: Resource | None,
    record: Record | None,
    project: str,
    declared: frozenset[str],
) -> None:
    """`declared`: the labels of all that is."""
    wanted = _labels_of(resource, project) if resource else {label(project, address)}
    ours = [live for live in listed if _bears(live, wanted)]
    if resource is not None and resource.existing:
        _place_named(found, listed, resource, ours)
        return
    recorded = next((live for live in listed if record and record.id and live.id == record.id), None)
    if recorded is not None and recorded not in ours and resource is None and _bears_ours(recorded, project):
        # It bears the marker of a former key, which was written in the file that is gone.
        if _bears(recorded, declared):
            return  # and that key is declared again: it has moved back
        ours.append(recorded)
    # Of what a file named before and names no more, something of our own takes the place.
    gives_way = resource is not None and record is not None and _is_named(record)
    if recorded is not None and recorded not in ours and not gives_way:
        found.objects[address] = recorded
        found.disowned.add(address)
        return
    if KINDS[address.kind].handling is Handling.IMMUTABLE:
        _place_version(found, ours, address, resource, record)
        return
    chosen = recorded or (ours[0] if ours else None)
    if chosen is not None:
        found.objects[address] = chosen
        found.duplicates += [(address, live) for live in ours if live.id != chosen.id]
    elif record is not None and record.id:
        found.objects[address] = Object(record.kind, record.id, {}, "DELETED", "DELETED")


def _place_named(found: PlainObjects, listed: Iterable[Object], resource: Resource, ours: Iterable[Object]) -> None:
    """What the file names, wherever it was found. What we have made at the address has made room for it."""
    address, one = resource.address, resource.existing
    named = next((live for live in listed if live.id == one), None)
    found.objects[address] = named or Object(address.kind, one, {}, "DELETED", "DELETED")
    found.former += [(address, live) for live in ours if live.id != one and not (live.gone or live.status == ARCHIVED)]


def _place_version(
    found: PlainObjects, ours: list[Object], address: Address, resource: Resource | None, record: Record | None
) -> None:
    """The one with the declared content, in use rather than archived; without YAML, the one that is recorded."""
    kind = KINDS[address.kind]
    known = resource.fields if resource else record.applied if record else {}
    wanted = kind.version(known)
    recorded = record.id if record else ""
    there = [live for live in ours if not live.gone]
    same = [live for live in there if wanted in versions_of(live)]
    same.sort(key=lambda live: (live.status == ARCHIVED, live.id != recorded))
    if same:
        found.objects[address] = same[0]
        found.duplicates += [(address, live) for live in same[1:] if live.status == ACTIVE]
    elif record is not None and record.id and kind.version(record.applied) == wanted:
        found.objects[address] = Object(record.kind, record.id, {}, "DELETED", "DELETED")
    found.former += [(address, live) for live in there if live not in same and live.status != ARCHIVED]


def versions_of(live: Object) -> set[str]:
    return {version_in(text) for text in live.labels}


def _labels_of(resource: Resource, project: str) -> set[str]:
    return {label(project, one) for one in (resource.address, *resource.aliases)}


def _bears(live: Object, labels: Collection[str]) -> bool:
    return any(unversioned(text) in labels for text in live.labels)


def _bears_ours(live: Object, project: str) -> bool:
    return any(text.startswith(project_prefix(project)) for text in live.labels)
