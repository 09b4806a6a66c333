"""Kinds that stand alone, as they live at Meta: found by the marker in a text of theirs, or by a recorded id.

Reads only. What is listed and bears no marker of ours is not ours, whatever a record says: it is never written to. Of
what never changes, the one that counts has the declared content; the others of its address are former ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling, Owner
from reconciler.kinds.identity import label, markers_in, project_prefix, unversioned, version_in, without_markers
from reconciler.meta.client import Reader
from reconciler.meta.fields import readable, without
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED
from reconciler.observe.decode import decode

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
) -> PlainObjects:
    """All that stands alone in one account. A kind that nothing declares or remembers is not asked for."""
    found = PlainObjects()
    declared = frozenset(text for resource in resources.values() for text in _labels_of(resource, project))
    for kind in ALONE:
        addresses = sorted(at for at in {*resources, *records} if at.kind == kind.name)
        if addresses:
            listed = list_plain(reader, account, kind)
            for address in addresses:
                _place(found, listed, address, resources.get(address), records.get(address), project, declared)
            taken = {live.id for live in found.objects.values()}
            taken |= {live.id for _, live in (*found.duplicates, *found.former)}
            ours = (live for live in listed if _bears_ours(live, project))
            found.orphans += [live for live in ours if live.id not in taken and live.status == ACTIVE]
            leaving = {live.id for _, live in found.former}
            leaving |= {live.id for at, live in found.objects.items() if at in addresses and at not in resources}
            found.users |= find_users(reader, account, kind, leaving)
    refs = found.ids
    for at, live in found.objects.items():
        fields = KINDS[at.kind].with_refs(live.fields, lambda text: refs.get(text, text))
        found.objects[at] = replace(live, fields=fields)
    return found


def speaking_for(client: Client, account: Account, kind: Kind) -> Client:
    """A page's edges want the page's own token."""
    return client.as_page(account.page) if kind.owner is Owner.PAGE else client


def list_plain(reader: Reader, account: Account, kind: Kind) -> list[Object]:
    """Everything of a kind that its owner lists, oldest first."""
    if kind.owner is Owner.PAGE and not account.page:
        return []
    rows = speaking_for(reader, account, kind).pages(kind.edge_of(account), fields=asked_of_plain(kind))
    by_age = sorted(rows, key=lambda row: (str(row.get(kind.created_field, "")), row["id"]))
    return [plain_object(kind, row) for row in by_age]


def find_users(reader: Reader, account: Account, kind: Kind, ids: Iterable[str]) -> dict[str, tuple[Object, ...]]:
    """By id, what of the account uses it, others' objects included."""
    wanted = sorted(ids)
    if kind.users is None or not wanted:
        return {}
    rows = list(reader.pages(f"{account.id}/{kind.users.edge}", fields=kind.users.fields))
    return {one: tuple(_user(row) for row in rows if _holds(row, one)) for one in wanted}


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
    live = decode(kind, {**row, kind.marked: without_markers(text)}, refused=_create_only(kind))
    # What has no status of its own is there or not.
    status = live.status if kind.handling is Handling.IMMUTABLE else ACTIVE
    return replace(live, labels=markers_in(text), status=status)


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
    recorded = next((live for live in listed if record and record.id and live.id == record.id), None)
    if recorded is not None and recorded not in ours and resource is None and _bears_ours(recorded, project):
        # It bears the marker of a former key, which was written in the file that is gone.
        if _bears(recorded, declared):
            return  # and that key is declared again: it has moved back
        ours.append(recorded)
    if recorded is not None and recorded not in ours:
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
