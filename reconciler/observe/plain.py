"""Kinds that are plain at Meta, as they live there: found by the marker in their description, or by a recorded id.

Reads only. What is listed and bears no marker of ours is not ours, whatever a record says: it is never written to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling
from reconciler.kinds.identity import label, markers_in, project_prefix, without_markers
from reconciler.meta.client import Reader
from reconciler.meta.fields import readable, without
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.observe.decode import decode

PLAIN = tuple(kind for kind in KINDS.values() if kind.handling is Handling.PLAIN)


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
    """All plain kinds of one account. A kind that nothing declares or remembers is not asked for."""
    found = PlainObjects()
    for kind in PLAIN:
        addresses = sorted(at for at in {*resources, *records} if at.kind == kind.name)
        if addresses:
            listed = list_plain(reader, account, kind)
            for address in addresses:
                _place(found, listed, address, resources.get(address), records.get(address), project)
            taken = {live.id for live in found.objects.values()} | {live.id for _, live in found.duplicates}
            ours = (live for live in listed if any(text.startswith(project_prefix(project)) for text in live.labels))
            found.orphans += [live for live in ours if live.id not in taken]
    refs = found.ids
    for at, live in found.objects.items():
        fields = KINDS[at.kind].with_refs(live.fields, lambda text: refs.get(text, text))
        found.objects[at] = replace(live, fields=fields)
    return found


def list_plain(reader: Reader, account: Account, kind: Kind) -> list[Object]:
    """Everything of a kind that the account lists, oldest first."""
    rows = reader.pages(f"{account.id}/{kind.edge}", fields=asked_of_plain(kind))
    by_age = sorted(rows, key=lambda row: (str(row.get(kind.created_field, "")), row["id"]))
    return [plain_object(kind, row) for row in by_age]


def asked_of_plain(kind: Kind) -> str:
    return without(kind.read_fields(), _create_only(kind))


def _create_only(kind: Kind) -> frozenset[str]:
    """What is sent and never shown."""
    return frozenset(kind.fields) - readable(kind.graph_name)


def plain_object(kind: Kind, row: Mapping[str, Any]) -> Object:
    """With the markers of its description as its labels, and the description without them."""
    text = str(row.get("description") or "")
    return replace(
        decode(kind, {**row, "description": without_markers(text)}, refused=_create_only(kind)),
        labels=markers_in(text),
        status="ACTIVE",
    )


def _place(
    found: PlainObjects,
    listed: Iterable[Object],
    address: Address,
    resource: Resource | None,
    record: Record | None,
    project: str,
) -> None:
    wanted = {label(project, one) for one in (address, *(resource.aliases if resource else ()))}
    ours = [live for live in listed if live.labels & wanted]
    recorded = next((live for live in listed if record and record.id and live.id == record.id), None)
    if recorded is not None and recorded not in ours:
        found.objects[address] = recorded
        found.disowned.add(address)
        return
    chosen = recorded or (ours[0] if ours else None)
    if chosen is not None:
        found.objects[address] = chosen
        found.duplicates += [(address, live) for live in ours if live.id != chosen.id]
    elif record is not None and record.id:
        found.objects[address] = Object(record.kind, record.id, {}, "DELETED", "DELETED")
