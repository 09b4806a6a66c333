"""What is written down of a value before it is sent: `Record.in_flight`, which `engine/settle.py` reads. Pure.

{"daily_budget": {"value": 8000, "former": 5000, "at": "2026-11-29T01:00:00+00:00", "known": 2}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reconciler.engine.activity import events_of
from reconciler.kinds import SPENDS
from reconciler.model.record import Record
from reconciler.model.remote import Activity
from reconciler.model.values import Fields


def sending(
    values: Fields, at: str, object_id: str, known: Iterable[Activity], before: Record, seen: Fields | None = None
) -> dict[str, Any]:
    """What to remember of values that are about to be sent, `at` by Meta's clock (ISO 8601; "" for any time). `before`
    says what counted as applied: without a sign that the value arrived, that does so again. `known` is the log, `seen`
    what is live by then, which is kept where that is something else."""
    events = list(known)
    return {
        name: {
            "at": at,
            "former": former,
            "known": len(events_of(events, object_id, name, at)),
            "value": value,
            **({"before": seen[name]} if name not in SPENDS and seen and seen.get(name) not in (None, former) else {}),
        }
        for name, value in values.items()
        if value is not None or name not in SPENDS
        for former in [before.status if name == "status" else before.applied.get(name)]
    }


SETTLED_AFTER = timedelta(minutes=5)
"""A create that has not shown up by then is taken for not done."""


def may_show_up(record: Record | None, now: datetime) -> bool:
    """Whether a create was sent lately that had no answer."""
    if record is None or not record.pending:
        return False
    return now - datetime.fromisoformat(record.pending) < SETTLED_AFTER


def at_rest(record: Record | None) -> bool:
    """Whether its object is known, and nothing that was sent to Meta is without an answer or has not been seen."""
    return record is not None and bool(record.id) and not (record.pending or record.in_flight)


def unheard_since(record: Record | None) -> str:
    """When the first create of it was sent (ISO 8601) that nobody has heard of: its object may show up beside what
    another one makes. "" where none was."""
    return (record.unheard or record.pending) if record is not None else ""


def create_again(record: Record | None, kind: str, declared: Mapping[str, Any]) -> Record:
    """What the record may say of values before a create of them is sent. Where an earlier send had no answer, nobody
    knows which of the two arrives: only what both say is known, and what spends is in question."""
    if record is None or not record.pending:
        return replace(record or Record(kind), applied=declared, in_flight=None)
    differing = {name: value for name, value in declared.items() if record.applied.get(name) != value}
    spends = {name: value for name, value in differing.items() if name in SPENDS}
    doubted = with_intent(record, sending(spends, "", "", (), record))
    kept = {n: v for n, v in declared.items() if n not in differing}
    kept |= {n: record.applied[n] for n in doubted.in_flight or {} if n in record.applied}
    return replace(doubted, applied=kept)


def with_intent(record: Record, sent: Fields) -> Record:
    """The record with values that are about to be sent, beside those of which nothing is known yet."""
    return replace(record, in_flight={**(record.in_flight or {}), **sent} or None)


def as_before(record: Record, former: Record) -> Record:
    """A definite refusal: what was in question before is so again."""
    return replace(record, in_flight=former.in_flight)


def without_status(record: Record) -> Record:
    """The record once its status is known, whatever a write was to make of it."""
    left = {name: one for name, one in (record.in_flight or {}).items() if name != "status"}
    return replace(record, in_flight=left or None)
