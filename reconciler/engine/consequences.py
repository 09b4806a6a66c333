"""What an update sets off beside the change itself, so that a plan can say it where it shows the field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.engine.spend.fields import RUN
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.codecs import grouped_money
from reconciler.model.plan import Change

LEARNING_STEP = 20
"""A budget change of more percent than this is widely reported to reset learning."""


MORE, LESS = "more a day: ", "less a day: "
"""How the remark on another start or end begins, where a lifetime budget is spread over the days between."""


def spread_remark(before: int, after: int, currency: str) -> str:
    """What is spent a day of a lifetime budget, in minor units, before and after its days have become others."""
    was, becomes = (grouped_money(minor, currency) for minor in (before, after))
    return f"{MORE if after > before else LESS}{was.partition(' ')[0]} → {becomes}"


def begins_anew(change: Change, left: int | None, currency: str) -> Iterator[str]:
    """What a replacement adds to what its former object, of whose lifetime budget so much is `left`, has spent: its
    budget and its limit begin at nothing."""
    former, budget = change.before.get("lifetime_budget"), change.after.get("lifetime_budget")
    if former and left is not None and former > left:
        spent = f"{grouped_money(former - left, currency)} of the former lifetime budget are spent, and "
        if budget:
            total = grouped_money(former - left + budget, currency)
            yield f"{spent}another {grouped_money(budget, currency)} begin: {total} in all"
        else:
            yield f"{spent}do not count in the new budget"
    elif former and left is None and budget:
        yield f"another {grouped_money(budget, currency)} begin, beside what the former lifetime budget has spent"
    if change.before.get("spend_cap") and change.after.get("spend_cap"):
        yield "the spend cap counts from nothing again"


def is_spread_anew(change: Change) -> bool:
    return any(said.startswith((MORE, LESS)) for said in change.consequences)


def causes(change: Change) -> dict[str, str]:
    """What an update sets off, by the field that does."""
    found = remarks(change.kind, change.before, change.after)
    moved = [name for name in change.after if name in RUN]
    of_time = [said for said in change.consequences if said.startswith((MORE, LESS))]
    return {**found, **dict(zip(moved[-1:], of_time, strict=False))}


def consequences(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What an update of these fields sets off, each thing once."""
    yield from remarks(kind, before, after).values()


def remarks(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What an update of these fields sets off, by the field that does; what several do, at the first of them."""
    found: dict[str, str] = {}
    for name, value in after.items():
        said = KINDS[kind].marker(name).consequence
        if name in BUDGETS and before.get(name) and value:
            step = round(100 * (value - before[name]) / before[name])
            said = f"{step:+d} %".replace("-", "−") + (": resets learning" if abs(step) > LEARNING_STEP else "")
        if said and said not in found.values():
            found[name] = said
    return found
