"""One resource three times: as declared, as recorded, as it lives. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds.said import padded, said, width
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
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
    rows = _rows(resource, record, live)
    names = max(NAMES, *(width(plain(name)) + 2 for name in rows)) if rows else NAMES
    yield f"{'':<{names}}{'desired':<{WIDTH}}{'recorded':<{WIDTH}}live"
    for name, values in rows.items():
        cells = [padded(_cell(name, value, currency, zone), WIDTH) for value in values]
        yield f"{padded(plain(name), names)}{''.join(cells)}".rstrip()
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


def _rows(resource: Resource | None, record: Record | None, live: Object | None) -> dict[str, tuple[Any, Any, Any]]:
    wanted = {**resource.fields, "status": resource.status} if resource else {}
    recorded = {**record.applied, "status": record.status or None} if record else {}
    seen = {**live.fields, "status": live.status, "effective_status": live.effective_status} if live else {}
    declared = sorted({*wanted, *recorded})
    names = [n for n in declared if any(s.get(n) is not None for s in (wanted, recorded, seen))]
    return {n: (wanted.get(n), recorded.get(n), seen.get(n)) for n in [*names, *(["effective_status"] if live else [])]}


def _cell(name: str, value: Any, currency: str, zone: ZoneInfo) -> str:
    text = "–" if value is None else said(name, value, currency, zone)
    return text if width(text) < WIDTH else f"{_first(text, WIDTH - 2)}…"


def _first(text: str, columns: int) -> str:
    """Its beginning, which takes no more columns of a terminal than that."""
    while width(text) > columns:
        text = text[:-1]
    return text
