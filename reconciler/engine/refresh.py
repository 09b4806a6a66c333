"""Records brought up to what is live: after a sync, after an apply, after an activation. Pure.

What agrees with the YAML counts as applied from then on; what a person changed stays as it was recorded, so that
it stays visible as drift.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from reconciler.engine.compare import (
    Verdict,
    baseline,
    differing,
    judge,
    put_beside,
    reads_as,
    shared,
    standing,
    unlike,
)
from reconciler.engine.intents import sending, unheard_since
from reconciler.engine.settle import Became, Settled, judged
from reconciler.kinds import BUDGETS, KINDS, SPENDS
from reconciler.kinds.base import UNSET
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED, due_since
from reconciler.model.values import Fields


def refreshed(
    resource: Resource,
    record: Record | None,
    live: Object,
    drifted: frozenset[str],
    now: datetime,
    observed: Observed | None = None,
    last_applied: Record | None = None,
    held: str = "",
    just_sent: Collection[str] = (),
) -> Record:
    """The record as it should stand. `drifted` names the fields that the difference reported as drift; the log in
    `observed` tells whose an addition is that no baseline knows.

    `now` is the moment for which `resource` is declared: a run may take minutes from there to its look.

    `last_applied` is what it compared with, where that was not the record; `held` says why the clock alone does not
    turn it on later. `just_sent`: fields that this run has sent and Meta has confirmed.
    """
    if record is not None and record.id not in ("", live.id):
        record = _of_its_twin(record, live, drifted)
    base = record or Record(kind=resource.kind)
    former = record
    record = record if record and record.knows else None
    look = judged(base, live, observed, now, just_sent)
    sent = look.sent if record else {}
    # Drift from what was sent tells that it had arrived: somebody's choice has superseded it.
    over = {n for n in set(sent) & drifted if n in SPENDS or sent[n].became is not Became.CONFIRMED}
    looked = _known(record, look, over) if record else None
    known = last_applied if record is None else looked
    # A budget that the YAML has moved elsewhere stays recorded, so that its move stays refused.
    before = base.applied if record else live.fields
    applied = {n: v for n, v in before.items() if n in BUDGETS and resource.fields.get(n) is None}
    applied |= {n: v for n, v in before.items() if _has_passed(resource, n)}
    to_judge = unlike(resource.fields, known, live)
    applied |= {n: v for n, v in resource.fields.items() if v is not None and n not in to_judge}
    for name, desired in to_judge.items():
        value = _applied(resource, known, former, live, name, desired, observed)
        if value is not None:
            applied[name] = value
    looked_at = observed.seen_at if observed is not None and observed.seen_at else now
    learnt, accepted = baseline(resource, former, applied, live, looked_at, observed)
    status, receipt = _status(resource, None if "status" in over else looked, live, "status" in drifted, now)
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
        dropped=look.record.dropped,
        reverted=_reverted(resource, former, live, observed),
        creative_id=live.creative_id if _is_as_applied(resource, base, live, applied, observed) else base.creative_id,
        in_flight=look.left(over | _as_declared(resource, live)),
        # Seen by its label, it can no longer be too young to be seen.
        created_at="" if live.labels else base.created_at,
        pending="",
        # Beside an id, an intent is another run's create: what came of it may still show up.
        unheard="" if live.status == ACTIVE else (unheard_since(base) if base.id else base.unheard),
        removed=False,
        held="" if live.status == ACTIVE else held or base.held,
    )


def _has_passed(resource: Resource, name: str) -> bool:
    """Of an end that is declared no more since it has passed: taken out of the YAML, it is to be cleared."""
    gone = name in resource.ahead and name not in resource.fields
    return gone and KINDS[resource.kind].marker(name).clear is not UNSET


def _of_its_twin(record: Record, live: Object, drifted: Collection[str]) -> Record:
    """What a record of another object says of this one. A budget that it has otherwise may be an earlier send's or a
    person's, which only the log tells, and that may be late: so it is in question until the next look."""
    applied = shared(record, live, drifted)
    other = {name: value for name, value in record.applied.items() if name in BUDGETS and name not in applied}
    return replace(record, applied=applied, in_flight=sending(other, "", "", (), Record(record.kind)) or None)


def _reverted(
    resource: Resource, record: Record | None, live: Object, observed: Observed | None
) -> dict[str, Any] | None:
    """What has been overwritten, or needs to be no more, since what is live is as declared."""
    done = (record.reverted or {}) if record and record.id in ("", live.id) else {}
    found = {
        path: value
        for path, value in resource.lifecycle.revert_drift.items()
        if (path in done and done[path] == value) or _is_as_declared(resource, record, live, path, observed)
    }
    return found or None


def _is_as_declared(
    resource: Resource, record: Record | None, live: Object, path: str, observed: Observed | None
) -> bool:
    name = path.partition(".")[0]
    if name == "status":
        return resource.status == live.status
    value = resource.fields.get(name)
    return not differing(resource.kind, name, value, live, standing(record, live, name, observed))


def _is_as_applied(
    resource: Resource, record: Record, live: Object, applied: Fields, observed: Observed | None
) -> bool:
    """Whether the creative that an ad has says what counts as applied. A record that named a person's creative would
    have that read as ours from then on, and the next change of ours overwrite it."""
    content = KINDS[resource.kind].content
    if live.creative_id == record.creative_id or not content:
        return True
    told = {name for name in content if applied.get(name) is not None}
    same = all(reads_as(resource.kind, n, applied[n], live) for n in told)
    return same and not put_beside(live, record, observed, applied)


def _known(record: Record, look: Settled, over: Collection[str]) -> Record:
    """What the record says once it was looked at; of what is undecided, what it said before."""
    open_ = set(look.undecided) - set(over)
    applied = {**look.record.applied, **{n: record.applied[n] for n in open_ if n in record.applied}}
    applied |= {name: look.sent[name].value for name in over if name != "status"}
    return replace(look.record, applied=applied, status=record.status if "status" in open_ else look.record.status)


def _as_declared(resource: Resource, live: Object) -> set[str]:
    """Of what may be in question, what needs no answer any more."""
    done = {name for name in BUDGETS if resource.fields.get(name) in (None, live.fields.get(name))}
    return done | ({"status"} if resource.status in (None, live.status) else set())


def seen(resource: Resource, live: Object) -> dict[str, Any]:
    """Live values of the declared fields, the statuses, and when it was made: of two records, that tells the older
    object, as all runs choose it."""
    values = {n: live.fields[n] for n in resource.fields if n in live.fields}
    made = {"created_time": live.created_time.isoformat()} if live.created_time else {}
    return {**values, "status": live.status, "effective_status": live.effective_status, **made}


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
