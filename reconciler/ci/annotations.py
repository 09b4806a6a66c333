"""What a plan, or wrong files, say at the lines that cause it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.forge.reports import Annotation, Level
from reconciler.model.plan import Outcome, Plan
from reconciler.model.problem import Origin, Problem


def of_problems(problems: Iterable[Problem], level: Level = Level.ERROR) -> Iterator[Annotation]:
    title = "Not valid" if level is Level.ERROR else "Could be better"
    for problem in problems:
        yield _at(problem.origin, level, title, problem.message, problem.mend)


def of_plan(plan: Plan) -> Iterator[Annotation]:
    """Accounts that could not be planned first, since nothing is known of them."""
    for account, said in plan.failures.items():
        yield Annotation(Level.ERROR, f"Not planned: {account}", said, f"desired/accounts/{account}.yaml", 1)
    for refusal in plan.refusals:
        title = f"Refused ({refusal.policy}): {refusal.address}"
        yield _at(refusal.origin, Level.ERROR, title, refusal.message, refusal.mend)
    yield from of_problems(plan.warnings, Level.WARNING)
    for drift in plan.drift:
        by = f" by {drift.actor}" if drift.actor else ""
        said = f"{drift.path or drift.field} was changed outside{by}; the summary says what it was and is"
        yield _at(drift.origin, Level.NOTICE, f"Drift: {drift.address}", said, "")


def of_outcomes(outcomes: Iterable[Outcome]) -> Iterator[Annotation]:
    """What was to be done and was not."""
    for one in outcomes:
        if one.error:
            level = Level.WARNING if one.retry_at is not None else Level.ERROR
            title = f"Not done: {one.change.action} of {one.change.address}"
            yield _at(one.change.origin, level, title, one.error, "")


def _at(origin: Origin | None, level: Level, title: str, message: str, mend: str) -> Annotation:
    place = origin or Origin("")
    said = f"{message}\nmend: {mend}" if mend else message
    return Annotation(level, title, said, place.file, place.line, place.column)
