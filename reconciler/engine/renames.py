"""Whether something that is to be made is something that is there already, under a former key, file or project name.

Making it anew would leave the former object behind: both would run, or its history would be lost. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.identity import label_digest
from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ARCHIVED
from reconciler.text.sanitize import plain

UNCOMPARED = frozenset({*BUDGETS, "start_time", "end_time"})
"""A rename often comes with another budget or other times."""


def renamed_from(
    resource: Resource,
    resources: Mapping[Address, Resource],
    records: Mapping[Address, Record],
    observed: Observed,
    renamed_account: str,
) -> str:
    """What it may be the new name of, and what to write then; "" where nothing looks like it."""
    return (
        _account(renamed_account)
        or _project(resource, observed.foreign)
        or _key(resource, resources, records, observed)
        or _orphan(resource, observed.orphans)
    )


def _account(key: str) -> str:
    if not key:
        return ""
    return (
        f"state/{key} remembers objects of this ad account, and nothing declares {key} any more; if the account's file "
        f"was renamed, write previously: [{key}] in it"
    )


def _project(resource: Resource, foreign: Iterable[Object]) -> str:
    own = label_digest(resource.address)
    for other in foreign:
        digests = {text.rpartition(":")[2] for text in other.labels}
        if resource.kind == other.kind and (own in digests or other.fields.get("name") == resource.name):
            return (
                f"{other.kind} {other.id} has this address or name, and carries the label "
                f"{plain(min(other.labels))} of another project; if project: was renamed, write the former name back"
            )
    return ""


IN_A_MATRIX = "in a matrix, at the value or in a column previously of its table: its own former key"


def _key(
    resource: Resource, resources: Mapping[Address, Resource], records: Mapping[Address, Record], observed: Observed
) -> str:
    for address in formers_of(resource, resources, records, observed):
        sibling = address.parent in (None, resource.address.parent)
        key = f"write previously: [{address.steps[-1]}] ({IN_A_MATRIX})"
        mend = key if sibling else f"put it back into {address.parent}"
        return f"it looks like {address}, whose YAML is gone; if it is the same one, {mend}"
    return ""


def formers_of(
    resource: Resource, resources: Mapping[Address, Resource], records: Mapping[Address, Record], observed: Observed
) -> Iterator[Address]:
    """Addresses without YAML whose object stands there and may be what the resource is the new name of. However long
    ago it was removed: a refusal that held for one run only would make a second one in the next."""
    for address, record in sorted(records.items()):
        live = observed.objects.get(address)
        stands_there = live is not None and not live.gone and live.status != ARCHIVED
        if address not in resources and stands_there and looks_like(resource, record):
            yield address


def looks_like(resource: Resource, record: Record) -> bool:
    """The same kind and name; of ad sets and ads, which share their campaign's name, the same content too."""
    if resource.kind != record.kind or record.applied.get("name") != resource.name:
        return False
    if KINDS[resource.kind].launches:
        return True
    names = {*resource.fields, *record.applied} - UNCOMPARED
    return all(resource.fields.get(name) == record.applied.get(name) for name in names)


def _orphan(resource: Resource, orphans: Iterable[Object]) -> str:
    for orphan in orphans:
        launches = KINDS[resource.kind].launches and orphan.kind == resource.kind
        if launches and orphan.fields.get("name") == resource.name:
            return (
                f"{orphan.kind} {orphan.id} has this name, is {orphan.status}, and carries a label of this project for "
                "another address; if it was renamed, write previously: [its former key]"
            )
    return ""
