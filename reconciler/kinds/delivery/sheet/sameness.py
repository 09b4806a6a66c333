"""What a sheet says otherwise than the YAML does: resource by resource, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
SCHEDULED = ("status", START, END)

Path = tuple[str, ...]
Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One field. None stands for what is not said; `field` is empty where all of the resource is missing."""

    address: Address
    field: str
    declared: Any = None
    sheet: Any = None


def differences(
    declared: Mapping[Address, Resource],
    read: Mapping[Address, Resource],
    written: Mapping[Address, Resource] | None = None,
) -> Iterator[Difference]:  # fmt: skip
    """`read` by the addresses of what is declared; what is in neither of the two is nothing. `written`: what is
    declared as its own rows say it. What reads as these do, nobody has changed."""
    rows = declared if written is None else written
    for address, resource in declared.items():
        if address not in read:
            yield Difference(address, "", resource.name)
        elif address in rows:
            yield from _of_fields(resource, rows[address], read[address])
            above = address.parent if address.parent in declared and address.parent in read else None
            taken_over = set(_schedule(declared[above], rows[above], read[above])) if above and above in rows else set()
            for word, ours, theirs in _schedule(resource, rows[address], read[address]):
                if (word, ours, theirs) not in taken_over:
                    yield Difference(address, word, ours, theirs)


def plain_differences(
    declared: Mapping[Address, Resource], written: Mapping[Address, Tree], read: Mapping[Address, Tree]
) -> Iterator[Difference]:  # fmt: skip
    """The same of levels as rows say them, for campaigns that a sheet alone cannot say."""
    for address in (at for at in written if at in read):
        ours, theirs, schedule = written[address], read[address], declared[address].schedule
        for name in dict.fromkeys([*ours, *theirs]):
            one, other = (each.get(name, UNSAID.get(name)) for each in (ours, theirs))
            if name in SCHEDULED:
                if other not in (one, getattr(schedule, name)):
                    yield Difference(address, name, getattr(schedule, name), other)
            elif name == "targeting":
                yield from _changed(declared[address], _of_value((name,), one, other))
            else:
                yield from (Difference(address, ".".join(at), *pair) for at, *pair in _of_value((name,), one, other))


def _of_fields(declared: Resource, one: Resource, other: Resource) -> Iterator[Difference]:
    names = [*one.fields, *(name for name in other.fields if name not in one.fields)]
    for name in (each for each in names if each not in RUN):
        if name in MEDIA_FIELDS:
            yield from _of_media(declared, name, one, other)
            continue
        ours, theirs = (each.fields.get(name, UNSAID.get(name)) for each in (one, other))
        yield from _changed(declared, _of_value((name,), ours, theirs))


def _of_media(declared: Resource, name: str, one: Resource, other: Resource) -> Iterator[Difference]:
    real, ours, theirs = (str(each.fields.get(name) or "") for each in (declared, one, other))
    if media_digest(theirs) not in (media_digest(ours), media_digest(real)):
        yield Difference(declared.address, name, media_path(real) or real or None, media_path(theirs) or theirs or None)


def _of_value(path: Path, ours: Any, theirs: Any) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for name in dict.fromkeys([*ours, *theirs]):
            yield from _of_value((*path, name), ours.get(name), theirs.get(name))
    elif canonical_json(ours) != canonical_json(theirs):
        yield path, ours, theirs


def _changed(declared: Resource, found: Iterable[tuple[Path, Any, Any]]) -> Iterator[Difference]:
    """Of what differs from the declared one's own rows, what differs from the declared one, too, and what that says."""
    for path, ours, theirs in found:
        real = _declared(declared, path, ours)
        if canonical_json(real) != canonical_json(theirs):
            yield Difference(declared.address, ".".join(path), real, theirs)


def _declared(resource: Resource, path: Path, otherwise: Any) -> Any:
    """What stands at a path among its fields; `otherwise` where nothing does."""
    found: Any = resource.fields
    for step in path:
        if not isinstance(found, Mapping) or step not in found:
            return otherwise
        found = found[step]
    return found


def _schedule(declared: Resource, one: Resource, other: Resource) -> Iterator[tuple[str, Any, Any]]:
    """What differs, in YAML's words. What a level takes over from the one above is told there, and its campaign's
    end is no other end of what has none of its own."""
    for word, name in {**dict.fromkeys(SCHEDULED, ""), "pre_review": "active_before"}.items():
        real, ours, theirs = (getattr(each.schedule, name or word) for each in (declared, one, other))
        is_sent = real is None and word == END and theirs == declared.schedule.ends_at
        if theirs not in (real, ours) and not is_sent:
            yield word, real, theirs
