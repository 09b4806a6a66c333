"""What Ads Manager writes into a cell where nothing is set: `0`, `[]`, `No`, `NONE`. Pure.

From its own exports, and from tools that write what it exports. The same sign in another column is a value: `No` is a
text in Title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.sheet import Cell, SheetRow

ZERO, EMPTY, NO = r"0(\.0+)?", r"\[\s*\]|\{\s*\}", r"no|false"

NOTHING = (
    (r"Ad Set Lifetime Impressions", ZERO),
    (r"(Campaign|Ad Set) High Demand Periods|Additional Custom Tracking Specs|Flexible (Inclusions|Exclusions)"
     r"|Ad Set Schedule|Frequency Control|(Excluded )?(Product Audience Specs|Dynamic Audiences)"
     r"|Targeted Business Locations|Creative Onsite Destinations|Individual Setting|Targeting Relaxation", EMPTY),
    (r"Is Budget Scheduling Enabled For (Campaign|Ad Set)|Use Accelerated Delivery|Optimize text per person"
     r"|Optimized Ad Creative|Video Retargeting|Use Page as Actor|Force Single Link|Add End Card"
     r"|Dynamic Creative Additional Optimizations|Product [0-9]+ - Is Static Card", NO),
    (r"Automatically Set Bid", "yes|true"),
    (r"Use Average Bid", NO),
    (r"Destination Type", "undefined"),
    (r"Targeting Optimization", "none|expansion_all"),
    (r"User Operating System|User Device", "all"),
    (r"Regional Regulated Categories|Text Transformations", "none"),
)  # fmt: skip
"""Columns and what says nothing in them, in small letters. `expansion_all` is what Meta answers where nothing was
chosen."""

BUDGETS = tuple(f"{level} {run} Budget" for level in ("Campaign", "Ad Set") for run in ("Daily", "Lifetime"))
"""An ad set of a daily budget has 0 as its lifetime budget."""

SAID_BEFORE: Mapping[str, tuple[str, str, str]] = {
    "Text Transformations": ("text_liquidity", "Optimize text per person", "yes"),
}
"""A column, what stands there, and the column that says the same with what."""
SAME_AS: Mapping[str, str] = {"Conversion Tracking Pixels": "Optimized Conversion Tracking Pixels"}
"""Meta counts an ad by the pixel that its ad set promotes, whether or not the ad names it."""


def nothing_in(row: SheetRow) -> Iterator[Cell]:
    """The cells that say nothing, or what another cell of the row says."""
    said = {name: _plain(cell.value) for name, cell in row.cells.items()}
    has_budget = any(name in said and not re.fullmatch(ZERO, said[name]) for name in BUDGETS)
    for name, cell in row.cells.items():
        is_no_budget = has_budget and name in BUDGETS and re.fullmatch(ZERO, said[name])
        if is_no_budget or _is_nothing(name, said[name]) or _is_said_before(name, said):
            yield cell


def _is_nothing(name: str, said: str) -> bool:
    return any(re.fullmatch(columns, name) and re.fullmatch(values, said) for columns, values in NOTHING)


def _is_said_before(name: str, said: Mapping[str, str]) -> bool:
    if name in SAME_AS:
        return said[name] == said.get(SAME_AS[name])
    value, other, same = SAID_BEFORE.get(name, ("", "", ""))
    return name in SAID_BEFORE and said[name] == value and said.get(other) == same


def _plain(value: Any) -> str:
    return str(value).strip().lower()
