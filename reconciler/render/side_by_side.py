"""One resource three times: as declared, as recorded, as it lives. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling
from reconciler.kinds.said import leaf_name, padded, said, width
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE
from reconciler.render.nested import differing, is_nested
from reconciler.text.sanitize import brief, plain

WIDTH = 38
NAMES = 24
"""Columns of the names, unless one of them is longer."""


def side_by_side(
    address: Address,
    resource: Resource | None,
    record: Record | None,
    live: Object | None,
    currency: str,
    zone: ZoneInfo,
) -> Iterator[str]:
    """A table, one field a row."""
    yield f"{address.kind} {address}" + (f"   {resource.origin.line_text}" if resource else "   (not declared)")
    yield f"id {live.id if live else (record.id if record else '') or '(none)'}"
    if resource is not None:
        yield from _times(resource, zone)
    yield ""
    rows = [(plain(name), cells) for name, cells in _cells(_rows(resource, record, live), currency, zone)]
    names = max(NAMES, *(width(name) + 2 for name, _ in rows)) if rows else NAMES
    yield f"{'':<{names}}{'desired':<{WIDTH}}{'recorded':<{WIDTH}}live"
    for name, cells in rows:
        yield f"{padded(name, names)}{''.join(padded(_cut(cell), WIDTH) for cell in cells)}".rstrip()
    if live is not None:
        yield from (f"issue: {brief(text)}" for text in live.issues)
        yield from (f"review: {brief(text)}" for text in live.review)


def side_by_side_json(
    address: Address, resource: Resource | None, record: Record | None, live: Object | None
) -> dict[str, Any]:
    return {
        "address": str(address),
        "kind": address.kind,
        "id": live.id if live else (record.id if record else None),
        "desired": {**resource.fields, "status": resource.status} if resource else None,
        "recorded": {**record.applied, "status": record.status or None} if record else None,
        "live": {**live.fields, "status": live.status, "effective_status": live.effective_status} if live else None,
    }


def _times(resource: Resource, zone: ZoneInfo) -> Iterator[str]:
    for name in ("activate_at", "deactivate_at"):
        moment = getattr(resource.schedule, name)
        if moment is not None:
            yield f"{name} {format_time(moment, zone)}"


def _rows(resource: Resource | None, record: Record | None, live: Object | None) -> dict[str, Row]:
    kind = KINDS[(resource or record or live).kind]  # type: ignore[union-attr]  # one of them is there
    if kind.stands_alone:
        return _rows_in_words(kind, resource, record, live)
    wanted = {**resource.fields, "status": resource.status} if resource else {}
    recorded = {**record.applied, "status": record.status or None} if record else {}
    seen = {**live.fields, "status": live.status, "effective_status": live.effective_status} if live else {}
    declared = sorted({*wanted, *recorded})
    names = [n for n in declared if any(s.get(n) is not None for s in (wanted, recorded, seen))]
    return {n: (wanted.get(n), recorded.get(n), seen.get(n)) for n in [*names, *(["effective_status"] if live else [])]}


def _rows_in_words(kind: Kind, resource: Resource | None, record: Record | None, live: Object | None) -> dict[str, Row]:
    """Of what stands alone, as its file says it: in the file's order. Only what never changes has a status."""
    wanted, recorded, seen = (
        kind.words({n: v for n, v in fields.items() if v is not None})
        for fields in (
            resource.fields if resource else {},
            record.applied if record else {},
            live.fields if live else {},
        )
    )
    rows = {n: (wanted.get(n), recorded.get(n), seen.get(n)) for n in dict.fromkeys((*wanted, *recorded))}
    if live is not None and kind.handling is Handling.IMMUTABLE:
        rows["status"] = (ACTIVE if resource else None, None, live.status)
    return rows


Row = tuple[Any, Any, Any]
"""Desired, recorded, live."""


def _cells(rows: Mapping[str, Row], currency: str, zone: ZoneInfo) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, values in rows.items():
        yield name, tuple("–" if value is None else said(name, value, currency, zone) for value in values)
        yield from ((f"  {path}", cells) for path, cells in _leaves(name, values).items())


def _leaves(name: str, values: Row) -> dict[str, tuple[str, str, str]]:
    """By its path, what desired and live each have otherwise than recorded, or desired than live without a record."""
    desired, recorded, live = values
    declared = recorded if is_nested(recorded) else live
    wanted = differing(name, desired, declared) if is_nested(desired) and is_nested(declared) else ()
    found = differing(name, recorded, live, to_live=True) if is_nested(recorded) and is_nested(live) else ()
    ours, theirs = ({leaf.path: leaf.text for leaf in leaves} for leaves in (wanted, found))
    return {leaf_name(path): (ours.get(path, ""), "", theirs.get(path, "")) for path in {**ours, **theirs}}


def _cut(text: str) -> str:
    return text if width(text) < WIDTH else f"{_first(text, WIDTH - 2)}…"


def _first(text: str, columns: int) -> str:
    """Its beginning, which takes no more columns of a terminal than that."""
    while width(text) > columns:
        text = text[:-1]
    return text
