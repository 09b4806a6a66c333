"""Records brought up to what is live: after a sync, after an apply, after an activation. Pure.

What agrees with the YAML counts as applied from then on; what a person changed stays as it was recorded, so that
it stays visible as drift.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from reconciler.engine.compare import Verdict, baseline, judge, shared, standing
from reconciler.engine.in_flight import still_in_question, value_of
from reconciler.kinds import BUDGETS
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED, due_since


def refreshed(
    resource: Resource,
    record: Record | None,
    live: Object,
    drifted: frozenset[str],
    now: datetime,
    observed: Observed | None = None,
    last_applied: Record | None = None,
    held: str = "",
) -> Record:
    """The record as it should stand. `drifted` names the fields that the difference reported as drift; the log in
    `observed` tells whose an addition is that no baseline knows.

    `last_applied` is what it compared with, where that was not the record; `held` says why the clock alone does not
    turn it on later.
    """
    if record is not None and record.id not in ("", live.id):
        record = replace(record, applied=shared(record, live, drifted), in_flight=None)
    base = record or Record(kind=resource.kind)
    former = record
    record = record if record and record.knows else None
    # Drift from what was sent tells that it had arrived: somebody's choice has superseded it.
    over = {name for name in drifted if value_of(record, name) is not None}
    known = replace(record, applied={**record.applied, **_arrived(record, live, over)}) if record else None
    known = last_applied if record is None else known
    # A budget that the YAML has moved elsewhere stays recorded, so that its move stays refused.
    before = base.applied if record else live.fields
    applied = {n: v for n, v in before.items() if n in BUDGETS and resource.fields.get(n) is None}
    for name, desired in resource.fields.items():
        value = _applied(resource, known, former, live, name, desired, observed)
        if value is not None:
            applied[name] = value
    learnt, accepted = baseline(resource, former, applied, live, now, observed)
    status, receipt = _status(resource, None if "status" in over else record, live, "status" in drifted, now)
    status = live.status if value_of(record, "status") == live.status and status else status
    return replace(
        base,
        id=live.id,
        applied=applied,
        live=seen(resource, live),
        status=status,
        activation={**(base.activation or {}), **receipt} or None,
        on_remove=resource.lifecycle.on_remove,
        protect=resource.lifecycle.protect,
        baseline=learnt,
        accepted=accepted,
        creative_id=live.creative_id,
        in_flight=still_in_question(base, live, over | _as_declared(resource, live)),
        # Seen by its label, it can no longer be too young to be seen.
        created_at="" if live.labels else base.created_at,
        pending="",
        removed=False,
        held="" if live.status == ACTIVE else held or base.held,
    )


def _arrived(record: Record, live: Object, over: set[str]) -> dict[str, Any]:
    """Budgets that were sent and have been there."""
    sent = {name: value_of(record, name) for name in BUDGETS}
    return {n: v for n, v in sent.items() if v is not None and (n in over or live.fields.get(n) == v)}


def _as_declared(resource: Resource, live: Object) -> set[str]:
    """Of what may be in question, what needs no answer any more."""
    done = {name for name in BUDGETS if resource.fields.get(name) in (None, live.fields.get(name))}
    return done | ({"status"} if resource.status in (None, live.status) else set())


def seen(resource: Resource, live: Object) -> dict[str, Any]:
    """Live values of the declared fields, and the statuses."""
    values = {n: live.fields[n] for n in resource.fields if n in live.fields}
    return {**values, "status": live.status, "effective_status": live.effective_status}


def _applied(
    resource: Resource,
    record: Record | None,
    former: Record | None,
    live: Object,
    name: str,
    desired: Any,
    observed: Observed | None,
) -> Any:
    recorded = record.applied.get(name) if record else None
    may = standing(former, live, name, observed)
    if judge(resource.kind, name, desired, record, live, may).verdict is Verdict.SAME:
        return desired
    # Without a record, what we would have applied stands in for what we did, so that drift stays drift.
    return recorded if record is not None else desired


def _status(
    resource: Resource, record: Record | None, live: Object, drifted: bool, now: datetime
) -> tuple[str, dict[str, str]]:
    wanted = resource.status
    if wanted is None:
        return "", {}
    due = due_since(resource.schedule, now)
    moment = due.isoformat() if due else ""
    done = {"deactivate_at" if wanted == PAUSED else "activate_at": moment} if moment else {}
    if live.status == wanted:
        # An object that was never on has not been deactivated; one found on has been activated by somebody.
        return wanted, done
    if drifted and record is None:
        return wanted, done
    if record is None:
        return live.status, {}
    return record.status, {}
