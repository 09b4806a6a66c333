"""A plan as machines read it, and as a plan file holds it; `plan_file.py` reads it back. Money is whole minor units;
times are ISO 8601 with an offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.engine.agenda import Event
from reconciler.model.plan import Change, Drift, Options, Outcome, Plan, Refusal, Spend
from reconciler.model.problem import Problem
from reconciler.model.values import sha256_of
from reconciler.render.spending import totals_by_currency
from reconciler.render.text import counts

FORMAT_VERSION = "1.2"


def as_json(plan: Plan) -> dict[str, Any]:
    """The documented shape: see docs/json.md and schemas/plan.schema.json."""
    whole = _whole(plan)
    return {**whole, "checksum": checksum(whole)}


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 over all of it but the checksum itself, so that no edit goes unnoticed."""
    return sha256_of({name: value for name, value in document.items() if name != "checksum"})


def _whole(plan: Plan) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "project": plan.project,
        "now": _moment(plan, plan.now),
        "digest": plan.digest,
        "options": _options(plan.options),
        "accounts": {key: asdict(basis) for key, basis in sorted(plan.accounts.items())},
        "late": [
            {"address": str(one.address), "due": _moment(plan, one.due), "ended": one.ended, "held": one.held}
            for one in plan.late
        ],
        "resource_changes": [_change(plan, c) for c in plan.changes],
        "drift": [_drift(plan, d) for d in plan.drift],
        "refusals": [_refusal(r) for r in plan.refusals],
        "held_back": [{**_change(plan, h.change), "policy": h.policy, "refused": h.refused} for h in plan.held],
        "notes": list(plan.notes),
        "warnings": [problem_json(warning) for warning in plan.warnings],
        "failures": [{"account": account, "message": text} for account, text in plan.failures.items()],
        "summary": counts(plan),
        "spend": {
            **{account: _spend(plan, spend) for account, spend in sorted(plan.spend.items())},
            **dict.fromkeys(sorted(plan.failures)),
        },
        "spend_by_currency": {
            currency: _spend(plan, total) for currency, total in sorted(totals_by_currency(plan.spend.values()).items())
        },
        "effort": {
            account: {
                "reads": e.reads,
                "writes": e.writes,
                "seconds": round(e.seconds),
                "seconds_if_limited": round(e.seconds_if_limited),
                "tier": e.tier,
            }
            for account, e in sorted(plan.effort.items())
        },
    }


def _moment(plan: Plan, at: datetime | None) -> str | None:
    return at.astimezone(plan.zone).isoformat(timespec="seconds") if at else None


def _options(options: Options) -> dict[str, Any]:
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return {**values, "targets": [str(target) for target in options.targets]}


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "policy": refusal.policy,
        "address": refusal.address,
        "message": refusal.message,
        "origin": str(refusal.origin) if refusal.origin else None,
        "mend": refusal.mend or None,
    }


def _spend(plan: Plan, spend: Spend) -> dict[str, Any]:
    return {
        "currency": spend.currency,
        "daily_before": spend.daily_before,
        "daily_after": spend.daily_after,
        "active_before": spend.active_before,
        "active_after": spend.active_after,
        "timeline": [{"at": _moment(plan, moment.at), "daily": moment.daily} for moment in spend.timeline],
    }


def _change(plan: Plan, change: Change) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "kind": change.kind,
        "id": change.id or None,
        "actions": [change.action.value],
        "before": dict(change.before) or None,
        "after": dict(change.after) or None,
        "due": _moment(plan, change.due),
        "until": _moment(plan, change.until),
        "timed": change.timed,
        "removal": change.removal,
        "consequences": list(change.consequences),
        "former": str(change.former) if change.former else None,
        "origin": str(change.origin) if change.origin else None,
    }


def _drift(plan: Plan, drift: Drift) -> dict[str, Any]:
    return {
        "address": str(drift.address),
        "field": drift.field,
        "path": drift.path or drift.field,
        "recorded": drift.recorded,
        "live": drift.live,
        "actor": drift.actor or None,
        "application": drift.application or None,
        "at": _moment(plan, drift.at),
        "reverted": drift.reverted,
        "accepted": drift.accepted,
        "origin": str(drift.origin) if drift.origin else None,
    }


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


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.origin.file,
        "line": problem.origin.line or None,
        "column": problem.origin.column or None,
        "message": problem.message,
        "mend": problem.mend or None,
    }
