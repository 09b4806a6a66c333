"""What happened → exit status. One table for all commands that talk to Meta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.cli import CHANGES, ERROR, OK, PARTLY, REFUSED, THROTTLED
from reconciler.errors import ReconcilerError, Throttled
from reconciler.model import Plan
from reconciler.pipeline import Result


def plan_status(plan: Plan, failures: Mapping[str, ReconcilerError], *, detailed: bool) -> int:
    if failures:
        return _failure(failures.values())
    if plan.refusals:
        return REFUSED
    return CHANGES if detailed and plan.changes else OK


def apply_status(plan: Plan, failures: Mapping[str, ReconcilerError], results: Iterable[Result]) -> int:
    outcomes = [outcome for result in results for outcome in result.outcomes]
    errors = [*failures.values(), *(r.error for r in results if r.error is not None)]
    failed = bool(errors) or any(o.error for o in outcomes)
    if failed:
        throttled = any(isinstance(error, Throttled) for error in errors)
        done = any(not o.error for o in outcomes) or any(o.unknown for o in outcomes)
        return THROTTLED if throttled else (PARTLY if done else ERROR)
    return REFUSED if plan.refusals else OK


def _failure(errors: Iterable[ReconcilerError]) -> int:
    return THROTTLED if any(isinstance(error, Throttled) for error in errors) else ERROR
