"""What a sheet says otherwise than the YAML does: resource by resource, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.delivery.words import END, START
from reconciler.kinds.identity import MEDIA_FIELDS, media_digest, media_path
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.model.values import canonical_json

UNSAID = {"buying_type": "AUCTION", "is_adset_budget_sharing_enabled": False, "is_dynamic_creative": False}
"""What a field means that nobody writes."""
RUN = ("start_time", "end_time")


@dataclass(frozen=True)
class Difference:
    """One field. None stands for what is not said; `field` is empty where all of the resource is missing."""

    address: Address
    field: str
    declared: Any = None
    sheet: Any = None


def differences(declared: Mapping[Address, Resource], read: Mapping[Address, Resource]) -> Iterator[Difference]:
    """`read` by the addresses of what is declared; what is in neither of the two is nothing."""
    for address, resource in declared.items():
        if address not in read:
            yield Difference(address, "", resource.name)
        else:
            yield from _of_fields(address, resource, read[address])
            above = address.parent if address.parent in declared and address.parent in read else None
            taken_over = set(_schedule(declared[above], read[above])) if above else set()
            for word, ours, theirs in _schedule(resource, read[address]):
                if (word, ours, theirs) not in taken_over:
                    yield Difference(address, word, ours, theirs)


def _of_fields(address: Address, one: Resource, other: Resource) -> Iterator[Difference]:
    names = [*one.fields, *(name for name in other.fields if name not in one.fields)]
    for name in (each for each in names if each not in RUN):
        if name in MEDIA_FIELDS:
            yield from _of_media(address, name, one, other)
            continue
        ours, theirs = (each.fields.get(name, UNSAID.get(name)) for each in (one, other))
        yield from _of_value(address, name, ours, theirs)


def _of_media(address: Address, name: str, one: Resource, other: Resource) -> Iterator[Difference]:
    ours, theirs = (str(each.fields.get(name) or "") for each in (one, other))
    if media_digest(ours) != media_digest(theirs):
        yield Difference(address, name, media_path(ours) or ours or None, media_path(theirs) or theirs or None)


def _of_value(address: Address, path: str, ours: Any, theirs: Any) -> Iterator[Difference]:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for name in dict.fromkeys([*ours, *theirs]):
            yield from _of_value(address, f"{path}.{name}", ours.get(name), theirs.get(name))
    elif canonical_json(ours) != canonical_json(theirs):
        yield Difference(address, path, ours, theirs)


def _schedule(one: Resource, other: Resource) -> Iterator[tuple[str, Any, Any]]:
    """What differs, in YAML's words. What a level takes over from the one above is told there."""
    ours, theirs = one.schedule, other.schedule
    for word, mine, yours in (
        ("status", ours.status, theirs.status),
        (START, ours.activate_at, theirs.activate_at),
        (END, ours.deactivate_at, theirs.deactivate_at),
        ("pre_review", ours.active_before, theirs.active_before),
    ):
        if mine != yours:
            yield word, mine, yours
