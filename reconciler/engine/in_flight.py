"""Values that were sent and that no look has shown yet: Meta has taken them, or not, and somebody may have come after.

A run that is cut off after a write leaves the value in `Record.in_flight`, with Meta's time. The activity log then
tells what became of it. An event that was not known when it was sent means that it was taken; if another value is live,
somebody has set that one since. No new event means that Meta has not done it, once the log has had time to know. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from reconciler.engine.activity import LOG_LAG, events_of
from reconciler.kinds import BUDGETS
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object

LOGGED = frozenset({"status", *BUDGETS})
"""Fields that spend; of these the log's events are known by type."""


def sending(
    values: Mapping[str, Any], at: str, object_id: str, known: Iterable[Activity], record: Record, live: Object | None
) -> dict[str, Any]:
    """What to remember of values that are about to be sent, `at` by Meta's clock (ISO 8601; "" for any time). `former`
    is what the record said before: without a sign that the value arrived, it says so again."""
    events = list(known)
    return {
        name: {
            "at": at,
            "former": _became(record, name, live, events),
            "known": len(events_of(events, object_id, name, at)),
            "value": value,
        }
        for name, value in values.items()
        if name in LOGGED and value is not None
    }


def value_of(record: Record | None, name: str) -> Any:
    """The value that is in question; None where none is."""
    return (record.in_flight or {}).get(name, {}).get("value") if record else None


def former_of(record: Record, name: str) -> Any:
    """What the record said before the value in question was sent."""
    return (record.in_flight or {})[name]["former"]


def superseded(record: Record, name: str, object_id: str, log: Iterable[Activity]) -> bool:
    """Whether the log knows of more than was known when the value was sent."""
    sent = (record.in_flight or {})[name]
    return len(events_of(log, object_id, name, sent["at"])) > int(sent["known"])


def as_it_became(record: Record, live: Object, log: Iterable[Activity]) -> Record:
    """The record with the budgets that were in question as they turned out: applied, or as if never sent."""
    events = list(log)
    budgets = {name: _became(record, name, live, events) for name in BUDGETS if value_of(record, name) is not None}
    applied = {name: value for name, value in {**record.applied, **budgets}.items() if value is not None}
    return replace(record, applied=applied)


def _became(record: Record, name: str, live: Object | None, log: Iterable[Activity]) -> Any:
    """What the record may say of a field: of one that is in question the value, if it has come, or else the former."""
    sent = (record.in_flight or {}).get(name)
    if sent is None or live is None:
        return record.status if name == "status" else record.applied.get(name)
    came = _read(live, name) == sent["value"] or superseded(record, name, live.id, log)
    return sent["value"] if came else sent["former"]


def _read(live: Object, name: str) -> Any:
    return live.status if name == "status" else live.fields.get(name)


def unconfirmed(record: Record, names: Iterable[str]) -> Record:
    """The record without Meta's word for some fields: a look right after the write has shown otherwise."""
    doubted = {name: sent["former"] for name, sent in (record.in_flight or {}).items() if name in set(names)}
    applied = {**record.applied, **{name: value for name, value in doubted.items() if name != "status"}}
    status = doubted.get("status", record.status)
    return replace(record, status=status, applied={name: value for name, value in applied.items() if value is not None})


def too_early(record: Record | None, name: str, live: Object, log: Iterable[Activity], now: datetime) -> bool:
    """Meta has confirmed a value that reads otherwise, and its log may not know yet who has come in between."""
    value = value_of(record, name)
    if record is None or value is None:
        return False
    confirmed = record.status if name == "status" else record.applied.get(name)
    at = (record.in_flight or {})[name]["at"]
    waited = not at or now - datetime.fromisoformat(at) >= LOG_LAG
    return confirmed == value != _read(live, name) and not waited and not superseded(record, name, live.id, log)


def still_in_question(record: Record, live: Object, settled: Iterable[str]) -> Mapping[str, Any] | None:
    """What is left of `sent` after a look. `settled` names fields of which something else is known by now."""
    done = set(settled)
    left = {
        name: sent
        for name, sent in (record.in_flight or {}).items()
        if name not in done and sent["value"] != _read(live, name)
    }
    return left or None
