"""``adset_schedule`` with ``pacing_type=["day_parting"]``: stored and echoed; delivery does not follow it.

Documented: lifetime budgets only; a campaign with the budget has the pacing, its ad sets the schedules; whole hours, at
least one hour, days from 0 (Sunday), USER or ADVERTISER.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import Params

FIELDS = {"adset_schedule", "pacing_type"}
_ZONES = ("USER", "ADVERTISER")
_HOUR, _DAY = 60, 1440


def check(campaign: Params, data: Params) -> None:
    rows, pacing = data.get("adset_schedule") or [], data.get("pacing_type") or []
    if "day_parting" in pacing and not rows:
        raise _wrong("day_parting needs an adset_schedule")
    if not rows:
        return
    if not (data.get("lifetime_budget") or campaign.get("lifetime_budget")):
        raise _wrong("An ad schedule needs a lifetime budget")
    if "day_parting" not in [*pacing, *(campaign.get("pacing_type") or [])]:
        raise _wrong("An ad schedule needs the pacing_type day_parting")
    data["adset_schedule"] = [_row(one) for one in rows]


def _row(one: Any) -> dict[str, Any]:
    given = one if isinstance(one, dict) else {}
    start, end = _whole(given.get("start_minute")), _whole(given.get("end_minute"))
    days = given.get("days")
    zone = str(given.get("timezone_type") or "USER").upper()
    if start is None or end is None or not 0 <= start < end <= _DAY or start % _HOUR or end % _HOUR:
        raise _wrong("start_minute and end_minute are whole hours of one day, in minutes, the end after the start")
    if not isinstance(days, list) or not days or not all(_whole(day) in range(7) for day in days):
        raise _wrong("days is an array of numbers from 0 (Sunday) to 6")
    if zone not in _ZONES:
        raise _wrong("timezone_type is one of {ADVERTISER, USER}")
    return {"start_minute": start, "end_minute": end, "days": [_whole(day) for day in days], "timezone_type": zone}


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and not isinstance(value, bool) else None


def _wrong(why: str) -> GraphError:
    return GraphError("day_parting", why=why, blame=["adset_schedule"])
