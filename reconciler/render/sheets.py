"""What the export and the import of a sheet tell: as lines, and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.kinds import MONEY_FIELDS
from reconciler.kinds.codecs import Money, format_money
from reconciler.kinds.sheets import Difference
from reconciler.text.sanitize import brief


def difference_text(one: Difference, currency: str) -> str:
    """`acme-sg/spring: daily_budget is 50.00 SGD, in the sheet 60.00 SGD`"""
    if not one.field and one.declared is None:
        return f"{one.address}: {brief(str(one.sheet))[:100]!r} is new in the sheet, and not declared"
    if not one.field:
        return f"{one.address}: it is not in the sheet"
    ours, theirs = (_shown(one, value, currency) for value in (one.declared, one.sheet))
    return f"{one.address}: {one.field} is {ours}, in the sheet {theirs}"


def _shown(one: Difference, value: Any, currency: str) -> str:
    if one.field.rpartition(".")[2] in MONEY_FIELDS and not isinstance(value, bool) and str(value).isdecimal():
        return format_money(Money(int(value), currency))
    return "nothing" if value is None else brief(str(value))[:100]


def difference_json(one: Difference) -> dict[str, Any]:
    return {
        "address": str(one.address),
        "field": one.field,
        "declared": _plain(one.declared),
        "sheet": _plain(one.sheet),
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def columns_text(left: dict[str, int]) -> Iterator[str]:
    for name, count in left.items():
        yield f"{name} ({count} {'row' if count == 1 else 'rows'})"
