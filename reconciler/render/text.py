"""A plan as people read it: what is said first, the changes by campaign, what somebody else changed, what is refused,
what it costs. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.plan import Plan
from reconciler.render.alike import failed_lines, refused_alike
from reconciler.render.changes import grouped, legend, matrices, nothing_to_do, other_notes, said_first, summary_line
from reconciler.render.drifted import drift_lines
from reconciler.render.effort import effort_lines
from reconciler.render.fields import Teller
from reconciler.render.refused import held_back, refusal_lines
from reconciler.render.spending import spend_lines
from reconciler.render.told import part_lines
from reconciler.text.sanitize import plain_lines

COLOURS = {
    "+": "green",
    "~": "yellow",
    "-/+": "red",
    ">": "green",
    "=": "yellow",
    "-": "red",
    "=>": "cyan",
    ".": "cyan",
}
REVIEWED = "This is what it does applied as a reviewed plan: reconciler apply FILE."
SCREEN = 20
"""Lines behind which what the plan says has scrolled away, and is said again."""
NOT_PLANNED = "Plan: unknown, since no account could be planned."

Line = tuple[str, str]
"""With its colour, "" for none."""


def as_text(plan: Plan, *, full: bool = False, idle: str = "") -> list[Line]:
    """`full`: every field of every object, nothing told together with its like. `idle`: what is said where nothing is
    to be done."""
    parts = [
        [(line, "red") for line in said_first(plan)],
        [(line, "") for line in matrices(plan)],
        [*_changes(plan, full)],
        [(line, "") for line in legend(plan.changes)],
        [(line, "yellow") for drift in plan.drift for line in drift_lines(plan, drift)],
        [*_remarks(plan)],
    ]
    closing = [(text, "") for text in _closing(plan, full=full, idle=idle)]
    return [*(line for part in parts if part for line in (*part, ("", ""))), *closing]


def _remarks(plan: Plan) -> Iterator[Line]:
    yield from ((f"Note: {text}", "") for text in other_notes(plan))
    yield from ((line, "red") for refusal in refused_alike(plan.refusals) for line in refusal_lines(refusal))
    yield from ((line, "red") for line in held_back(plan))
    yield from ((f"Error: {plain_lines(line)}", "red") for line in failed_lines(plan.failures))


def _closing(plan: Plan, *, full: bool, idle: str) -> Iterator[str]:
    verdict = _verdict(plan, idle)
    yield verdict
    if plan.options.reviewed and plan.changes:
        yield REVIEWED
    rest = [*spend_lines(plan, full=full), *effort_lines(plan.effort, full=full)]
    yield from rest
    if len(rest) > SCREEN:
        yield verdict


def _verdict(plan: Plan, idle: str) -> str:
    if plan.empty and not plan.refusals and (idle or not plan.failures):
        return idle or nothing_to_do(plan)
    return summary_line(plan) if plan.accounts or not plan.failures else NOT_PLANNED


# ---- changes


def _changes(plan: Plan, full: bool) -> Iterator[Line]:
    for group in grouped(plan, Teller(plan, full)):
        for told in group.others:
            yield from ((line, COLOURS[told.symbol]) for line in part_lines(told))
        for part in group.made:
            yield from ((line, COLOURS[group.made[0].symbol]) for line in part_lines(part))
