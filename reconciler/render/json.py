"""What machines read: plans with what can be counted from them, outcomes, events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.engine.agenda import Event
from reconciler.model.plan import Outcome, Plan
from reconciler.model.plan_codec import plan_json, spend_json
from reconciler.model.values import sha256_of
from reconciler.render.changes import counts
from reconciler.render.spending import totals_by_currency


def as_json(plan: Plan, beside: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """The documented shape: see docs/json.md and schemas/plan.schema.json. `beside`: what it says of the run that has
    made it, which is part of no plan."""
    totals = sorted(totals_by_currency(plan.spend.values()).items())
    whole = {
        **plan_json(plan),
        "summary": counts(plan),
        "spend_by_currency": {currency: spend_json(total, plan.zone) for currency, total in totals},
        **beside,
    }
    return {**whole, "checksum": checksum(whole)}


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 over all of it but the checksum itself, so that no edit goes unnoticed."""
    return sha256_of({name: value for name, value in document.items() if name != "checksum"})


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "address": str(outcome.change.address),
        "kind": outcome.change.kind,
        "actions": [outcome.change.action.value],
        "error": outcome.error or None,
        "unknown": outcome.unknown,
        "retry_at": outcome.retry_at.isoformat(timespec="seconds") if outcome.retry_at else None,
        "notes": list(outcome.notes),
    }


def event_json(event: Event, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "at": event.at.astimezone(zone).isoformat(),
        "address": str(event.address),
        "status": event.status,
        "name": event.name,
    }
