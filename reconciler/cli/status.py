"""What happened → exit status. One table for all commands that talk to Meta."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from reconciler.cli import CHANGES, ERROR, LOCKED, OK, PARTLY, REFUSED, THROTTLED
from reconciler.model.errors import LockedError, ReconcilerError, Throttled
from reconciler.model.plan import Plan
from reconciler.run.results import Result


def plan_status(plan: Plan, failures: Mapping[str, ReconcilerError], *, detailed: bool) -> int:
    if failures:
        return failure_status(failures.values())
    if plan.refusals:
        return REFUSED
    return CHANGES if detailed and plan.changes else OK


def apply_status(plan: Plan, failures: Mapping[str, ReconcilerError], results: Iterable[Result]) -> int:
    outcomes = [outcome for result in results for outcome in result.outcomes]
    errors = [*failures.values(), *(r.error for r in results if r.error is not None)]
    failed = bool(errors) or any(o.error for o in outcomes)
    if failed:
        done = any(not o.error for o in outcomes) or any(o.unknown for o in outcomes)
        worst = THROTTLED if any(o.retry_at for o in outcomes) else failure_status(errors)
        return worst if worst == THROTTLED or not done else PARTLY
    return REFUSED if plan.refusals else OK


def shared_status(status: int, unshared: Iterable[ReconcilerError | None]) -> int:
    """What was done and others do not know yet is done partly, unless there is worse to say."""
    return PARTLY if status in (OK, CHANGES, REFUSED) and any(unshared) else status


def failure_status(errors: Collection[ReconcilerError]) -> int:
    """The status that tells best what to do next: come back later, wait for the other run, or mend something."""
    for kind, status in ((Throttled, THROTTLED), (LockedError, LOCKED)):
        if any(isinstance(error, kind) for error in errors):
            return status
    return ERROR
