"""Which days: presets, ranges and increments, by the account's own calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from reconciler.sandbox.errors import GraphError

Range = tuple[date, date]
MONTHS_BACK = 37
_DAY = timedelta(days=1)
_INCREMENT = re.compile(r"[0-9]{1,2}$")


def _last(days: int) -> Callable[[date], Range]:
    return lambda today: (today - timedelta(days=days), today - _DAY)


def _month(today: date) -> date:
    return today.replace(day=1)


def _quarter(today: date) -> date:
    return today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)


def _year(today: date) -> date:
    return today.replace(month=1, day=1)


def _before(start: Callable[[date], date]) -> Callable[[date], Range]:
    """The whole period before the one that ``today`` is in."""
    return lambda today: (start(start(today) - _DAY), start(today) - _DAY)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _sunday(today: date) -> date:
    return today - timedelta(days=(today.weekday() + 1) % 7)


def months_before(today: date, months: int) -> date:
    number = today.year * 12 + today.month - 1 - months
    year, month = divmod(number, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(today.day, (following - _DAY).day))


PRESETS: dict[str, Callable[[date], Range]] = {
    "today": lambda today: (today, today),
    "yesterday": _last(1),
    "last_3d": _last(3),
    "last_7d": _last(7),
    "last_14d": _last(14),
    "last_28d": _last(28),
    "last_30d": _last(30),
    "last_90d": _last(90),
    "this_month": lambda today: (_month(today), today),
    "last_month": _before(_month),
    "this_quarter": lambda today: (_quarter(today), today),
    "last_quarter": _before(_quarter),
    "this_year": lambda today: (_year(today), today),
    "last_year": _before(_year),
    "this_week_mon_today": lambda today: (_monday(today), today),
    "this_week_sun_today": lambda today: (_sunday(today), today),
    "last_week_mon_sun": _before(_monday),
    "last_week_sun_sat": _before(_sunday),
    "maximum": lambda today: (months_before(today, MONTHS_BACK), today),
    "data_maximum": lambda today: (months_before(today, MONTHS_BACK), today),
}


def _day(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise GraphError("param", name=name, what="a date of the form YYYY-MM-DD") from None


def parsed(given: Any, name: str, today: date) -> Range:
    if not isinstance(given, dict) or not {"since", "until"} <= set(given):
        raise GraphError("param", name=name, what="{since, until}")
    since, until = _day(given["since"], f"{name}[since]"), _day(given["until"], f"{name}[until]")
    if since > until:
        raise GraphError("upside_down_range")
    if since < months_before(today, MONTHS_BACK):
        raise GraphError("too_long_ago")
    # what has not happened is cut off (guess)
    return since, max(since, min(until, today))


def buckets(span: Range, increment: Any) -> tuple[Range, ...]:
    """``time_increment``: 1 to 90 days, monthly, or all_days. The last bucket may be short."""
    since, until = span
    if increment in (None, "", "all_days"):
        return (span,)
    if increment == "monthly":
        return tuple(_months(since, until))
    if not _INCREMENT.match(str(increment)) or not 1 <= int(increment) <= 90:
        raise GraphError("param", name="time_increment", what="1 to 90, monthly or all_days")
    step = timedelta(days=int(increment))
    count = (until - since) // step + 1
    return tuple((since + n * step, min(since + (n + 1) * step - _DAY, until)) for n in range(count))


def _months(since: date, until: date) -> list[Range]:
    found = []
    while since <= until:
        following = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((since, min(following - _DAY, until)))
        since = following
    return found
