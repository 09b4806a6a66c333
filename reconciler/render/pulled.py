"""What was written into the YAML, what was left, and the files before and after as git shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from reconciler.engine.overtaken import Overtaken
from reconciler.kinds.said import said, undoing
from reconciler.model.plan import Plan
from reconciler.text.sanitize import brief

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def diff_lines(file: str, was: str, becomes: str) -> Iterator[tuple[str, str]]:
    """With the colour of each line, "" for none."""
    found = unified_diff(was.splitlines(), becomes.splitlines(), f"a/{file}", f"b/{file}", lineterm="")
    for line in found:
        yield line, COLOURS.get(line[:1], "") if not line.startswith(("+++", "---")) else ""


MOST_OTHERS = 5


def taken_lines(
    plan: Plan, done: str, one: Overtaken, file: str, line: int, also: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    yield f"{done} {_value(plan, one)} ({file}:{line})", "green"
    if was := _was(plan, one):
        yield f"  was {was}", ""
    if also:
        yield f"  with it changes {_listed(also)}: see the plan", "yellow"


def left_lines(plan: Plan, one: Overtaken, why: str, mend: str, also: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    where = one.resource.origin_of(one.path).line_text
    yield f"Not written: {_value(plan, one)}: {brief(why)} ({where})", "yellow"
    if also:
        yield f"  with it would change {_listed(also)}", "yellow"
    yield f"  mend: {brief(mend)}; to undo it: {undoing(one.address)}", "yellow"


def _was(plan: Plan, one: Overtaken) -> str:
    """What the files said before; "" where they said nothing, or the place is a part of something longer."""
    declared = one.resource.status if one.field == "status" else one.resource.fields.get(one.field)
    if declared is None or one.path != one.field:
        return ""
    currency = plan.currencies.get(one.address.account, "")
    return said(one.field, declared, currency, plan.zone, one.path)


def _value(plan: Plan, one: Overtaken) -> str:
    currency = plan.currencies.get(one.address.account, "")
    return f"{one.address} {brief(one.path)} {said(one.field, one.live, currency, plan.zone, one.path)}"


def _listed(also: tuple[str, ...]) -> str:
    more = len(also) - MOST_OTHERS
    return ", ".join(also[:MOST_OTHERS]) + (f" and {more:,} more" if more > 0 else "")
