"""What an update sets off beside the change itself, so that a plan can say it where it shows the field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.kinds import BUDGETS, KINDS

LEARNING_STEP = 20
"""A budget change of more percent than this is widely reported to reset learning."""


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
