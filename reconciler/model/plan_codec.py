"""A plan to JSON and back, to the same plan. Its shape is documented in docs/json.md and `schemas/plan.schema.json`.

Money is whole minor units; times are ISO 8601 with an offset, in whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.model.address import Address
from reconciler.model.plan import (
    Action,
    Basis,
    Capped,
    Change,
    Drift,
    Effort,
    Held,
    Late,
    Moment,
    Options,
    Plan,
    Refusal,
    Spend,
)
from reconciler.model.problem import Origin, Problem

PLAN_VERSION = "1.6"

Row = Mapping[str, Any]


def plan_json(plan: Plan) -> dict[str, Any]:
    """All of a plan. What can be counted from it, and its checksum, are added where it is rendered."""
    zone = plan.zone
    return {
        "format_version": PLAN_VERSION,
        "project": plan.project,
        "timezone": str(zone),
        "now": moment_json(plan.now, zone),
        "digest": plan.digest,
        "options": {**_values(plan.options), "targets": [str(target) for target in plan.options.targets]},
        "accounts": {key: asdict(basis) for key, basis in sorted(plan.accounts.items())},
        "currencies": dict(sorted(plan.currencies.items())),
        "late": [{**_values(one), "address": str(one.address), "due": moment_json(one.due, zone)} for one in plan.late],
        "resource_changes": [change_json(change, zone) for change in plan.changes],
        "drift": [_drift_json(drift, zone) for drift in plan.drift],
        "refusals": [_refusal_json(refusal) for refusal in plan.refusals],
        "held_back": [
            {**change_json(held.change, zone), "policy": held.policy, "refused": held.refused} for held in plan.held
        ],
        "notes": list(plan.notes),
        "warnings": [problem_json(warning) for warning in plan.warnings],
        "failures": [{"account": account, "message": text} for account, text in plan.failures.items()],
        "spend": {
            **{account: spend_json(spend, zone) for account, spend in sorted(plan.spend.items())},
            **dict.fromkeys(sorted(plan.failures)),
        },
        "effort": {account: _effort_json(effort) for account, effort in sorted(plan.effort.items())},
        "media": dict(sorted(plan.media.items())),
    }


def plan_of(row: Row) -> Plan:
    """The plan that `plan_json` gave. Raises ValueError, and KeyError where the shape was not checked before."""
    zone = ZoneInfo(row["timezone"])
    return Plan(
        project=row["project"],
        zone=zone,
        now=_moment(row["now"], zone),
        changes=tuple(change_of(each, zone) for each in row["resource_changes"]),
        drift=tuple(_drift(each, zone) for each in row["drift"]),
        refusals=tuple(map(_refusal, row["refusals"])),
        held=tuple(Held(change_of(each, zone), each["policy"], each["refused"]) for each in row["held_back"]),
        notes=tuple(row["notes"]),
        spend={key: _spend(each, zone) for key, each in row["spend"].items() if each is not None},
        effort={key: Effort(**each) for key, each in row["effort"].items()},
        currencies=dict(row["currencies"]),
        failures={each["account"]: each["message"] for each in row["failures"]},
        late=tuple(
            Late(Address.parse(each["address"]), _moment(each["due"], zone), each["ended"], each["held"])
            for each in row["late"]
        ),
        options=Options(**{**row["options"], "targets": tuple(map(Address.parse, row["options"]["targets"]))}),
        accounts={key: Basis(**each) for key, each in row["accounts"].items()},
        warnings=tuple(map(_problem, row["warnings"])),
        media=dict(row["media"]),
    )


def _values(of: Any) -> dict[str, Any]:
    return {field.name: getattr(of, field.name) for field in fields(of)}


# ---- moments and places


def moment_json(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _or_never_json(at: datetime | None, zone: tzinfo) -> str | None:
    return moment_json(at, zone) if at else None


def _moment(text: str, zone: tzinfo) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(zone)


def _or_never(text: str | None, zone: tzinfo) -> datetime | None:
    return _moment(text, zone) if text else None


def _origin_json(origin: Origin | None) -> str | None:
    return str(origin) if origin else None


def _origin(text: str | None) -> Origin | None:
    """`file:line:column`, or a file alone."""
    if not text:
        return None
    parts = text.rsplit(":", 2)
    is_placed = len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit()
    return Origin(parts[0], int(parts[1]), int(parts[2])) if is_placed else Origin(text)


# ---- what a plan consists of


def change_json(change: Change, zone: tzinfo) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "kind": change.kind,
        "id": change.id or None,
        "actions": [change.action.value],
        "before": dict(change.before) or None,
        "after": dict(change.after) or None,
        "due": _or_never_json(change.due, zone),
        "until": _or_never_json(change.until, zone),
        "not_before": _or_never_json(change.not_before, zone),
        "timed": change.timed,
        "removal": change.removal,
        "remembered": change.remembered,
        "unlabels": change.unlabels,
        "consequences": list(change.consequences),
        "former": str(change.former) if change.former else None,
        "comes_to": change.comes_to,
        "origin": _origin_json(change.origin),
    }


def change_of(row: Row, zone: tzinfo) -> Change:
    return Change(
        action=Action(row["actions"][0]),
        address=Address.parse(row["address"]),
        id=row["id"] or "",
        before=row["before"] or {},
        after=row["after"] or {},
        consequences=tuple(row["consequences"]),
        origin=_origin(row["origin"]),
        removal=row["removal"],
        remembered=row["remembered"],
        unlabels=row["unlabels"],
        timed=row["timed"],
        not_before=_or_never(row["not_before"], zone),
        due=_or_never(row["due"], zone),
        until=_or_never(row["until"], zone),
        former=Address.parse(row["former"]) if row["former"] else None,
        comes_to=row["comes_to"],
    )


def _drift_json(drift: Drift, zone: tzinfo) -> dict[str, Any]:
    return {
        "address": str(drift.address),
        "field": drift.field,
        "path": drift.path or drift.field,
        "id": drift.id or None,
        "recorded": drift.recorded,
        "live": drift.live,
        "beyond": drift.beyond,
        "actor": drift.actor or None,
        "application": drift.application or None,
        "at": _or_never_json(drift.at, zone),
        "reverted": drift.reverted,
        "accepted": drift.accepted,
        "origin": _origin_json(drift.origin),
    }


def _drift(row: Row, zone: tzinfo) -> Drift:
    return Drift(
        address=Address.parse(row["address"]),
        field=row["field"],
        recorded=row["recorded"],
        live=row["live"],
        id=row["id"] or "",
        actor=row["actor"] or "",
        application=row["application"] or "",
        at=_or_never(row["at"], zone),
        reverted=row["reverted"],
        path="" if row["path"] == row["field"] else row["path"],
        accepted=row["accepted"],
        beyond=row["beyond"],
        origin=_origin(row["origin"]),
    )


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {**_values(refusal), "origin": _origin_json(refusal.origin), "mend": refusal.mend or None}


def _refusal(row: Row) -> Refusal:
    return Refusal(**{**row, "origin": _origin(row["origin"]), "mend": row["mend"] or ""})


def spend_json(spend: Spend, zone: tzinfo) -> dict[str, Any]:
    capped = [{**_values(one), **_moments_json(one, zone)} for one in spend.capped]
    return {**_values(spend), **_moments_json(spend, zone), "capped": capped}


def _moments_json(spend: Spend | Capped, zone: tzinfo) -> dict[str, Any]:
    listed = {"timeline": spend.timeline, "rests": spend.rests}
    return {name: [{"at": moment_json(m.at, zone), "daily": m.daily} for m in those] for name, those in listed.items()}


def _spend(row: Row, zone: tzinfo) -> Spend:
    capped = tuple(Capped(**{**each, **_moments(each, zone)}) for each in row["capped"])
    return Spend(**{**row, **_moments(row, zone), "capped": capped})


def _moments(row: Row, zone: tzinfo) -> dict[str, tuple[Moment, ...]]:
    return {
        name: tuple(Moment(_moment(each["at"], zone), each["daily"]) for each in row[name])
        for name in ("timeline", "rests")
    }


def _effort_json(effort: Effort) -> dict[str, Any]:
    return {
        **_values(effort),
        "seconds": round(effort.seconds),
        "seconds_if_limited": round(effort.seconds_if_limited),
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.origin.file,
        "line": problem.origin.line or None,
        "column": problem.origin.column or None,
        "message": problem.message,
        "mend": problem.mend or None,
    }


def _problem(row: Row) -> Problem:
    return Problem(Origin(row["file"], row["line"] or 0, row["column"] or 0), row["message"], row["mend"] or "")
