"""Records to JSON and back, in every version that has been written. Does no I/O: the store knows where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from reconciler.model.record import Record
from reconciler.model.resource import OnRemove

RECORDS_VERSION = 2
"""Version 1 called what is in flight `sent`, and knew no references."""

DEFAULTS = Record(kind="")
FORMER_NAMES: Mapping[int, Mapping[str, str]] = {1: {"sent": "in_flight"}}
"""By version: what a field was called there."""


DEFAULT_VALUES = {field.name: getattr(DEFAULTS, field.name) for field in fields(Record)}


def record_json(record: Record) -> dict[str, Any]:
    """A record without what says nothing."""
    row, values = dict[str, Any](), vars(record)
    for name, default in DEFAULT_VALUES.items():
        value = values[name]
        if name == "on_remove":
            row[name] = str(value)
        elif value != default or name in ("kind", "id"):
            row[name] = list(value) if isinstance(value, tuple) else value
    return row


SHAPES: dict[str, type] = {
    "applied": dict,
    "live": dict,
    "activation": dict,
    "in_flight": dict,
    "baseline": dict,
    "accepted": dict,
    "dropped": dict,
    "reverted": dict,
    "replaced": list,
    "references": list,
}
TEXTS = frozenset({"kind", "id", "status", "creative_id", "created_at", "pending", "unheard", "held", "as_of"})
LISTS = tuple(name for name, shape in SHAPES.items() if shape is list)


def record_of(written: Any, version: int) -> Record:
    """What `record_json` gave, in whatever version. Raises ValueError with what is wrong, which follows its name."""
    former = FORMER_NAMES.get(version, {})
    if not isinstance(written, Mapping) or not written.keys() <= _names_of(version):
        raise ValueError("holds what no version has written")
    row = {former.get(name, name): value for name, value in written.items()}
    wrong = {name for name, value in row.items() if name in SHAPES and not isinstance(value, SHAPES[name])}
    if wrong:
        named = ", ".join(name for name in SHAPES if name in wrong)
        raise ValueError(f"has {named} in another shape than any version has written")
    if not all(isinstance(value, str) for name, value in row.items() if name in TEXTS):
        raise ValueError("has an id or a status that is not text")
    try:
        _check_moments(row)
        lists = {name: tuple(row[name]) for name in LISTS if name in row}
        return Record(**{**row, **lists, "kind": row["kind"], "on_remove": OnRemove(row.get("on_remove", "pause"))})
    except (KeyError, ValueError, TypeError) as error:
        raise ValueError(f"is incomplete ({error})") from None


@cache
def _names_of(version: int) -> frozenset[str]:
    """What a record of that version may hold."""
    former = FORMER_NAMES.get(version, {})
    return frozenset({field.name for field in fields(Record)} - set(former.values()) | set(former))


def _check_moments(row: Mapping[str, Any]) -> None:
    """Raises ValueError, TypeError or KeyError."""
    in_flight = row.get("in_flight") or {}
    baseline = row.get("baseline") or {}
    moments = {name: row.get(name) for name in ("pending", "unheard", "created_at", "as_of")}
    moments |= {name: one["at"] for entries in (in_flight, baseline) for name, one in entries.items()}
    beyond = [one["beyond"] for one in baseline.values()] + list((row.get("accepted") or {}).values())
    if not all(isinstance(paths, dict) for paths in beyond):
        raise ValueError("what stands beyond the declared is not what any version has written")
    for name, moment in moments.items():
        if moment and datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError(f"{name} has no offset")
    if not all(isinstance(one["known"], int) and {"value", "former"} <= set(one) for one in in_flight.values()):
        raise ValueError("what is in flight is not what any version has written")
