"""Usage headers → how full the limits are and when there is room again.

Percentages are 0 to 100 and more. `estimated_time_to_regain_access` is in minutes, `reset_time_duration` in
seconds. Low figures prove nothing: the account's score limit does not show in any header.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

SLOW_FROM = 75.0
STOP_FROM = 95.0
LARGEST = 10_000_000
GAUGES = ("call_count", "total_cputime", "total_time", "acc_id_util_pct", "app_id_util_pct")
HEADERS = ("x-app-usage", "x-ad-account-usage", "x-business-use-case-usage", "x-fb-ads-insights-throttle")


@dataclass(frozen=True)
class Usage:
    """The fullest gauge of one reply, in percent, and the longest wait that it names.

    `regain`: of that what ends a block. When a gauge will be empty says so only where it is full: of one that is not,
    it may be a second.
    """

    percent: float = 0.0
    wait: timedelta = timedelta()
    regain: timedelta = timedelta()
    tier: str = ""
    """`ads_api_access_tier`; "" where no header names it."""

    @property
    def slow(self) -> bool:
        return self.percent >= SLOW_FROM

    @property
    def stop(self) -> bool:
        return self.percent >= STOP_FROM


def read_usage(headers: Mapping[str, str]) -> Usage:
    """Unreadable headers count as no use: Meta leaves them out at low load."""
    found = {name.lower(): value for name, value in headers.items()}
    gauges = [gauge for name in HEADERS for gauge in _gauges(found.get(name))]
    percent = max(map(_fullest, gauges), default=0.0)
    tier = next((str(g["ads_api_access_tier"]) for g in gauges if g.get("ads_api_access_tier")), "")
    regain = max((_regain(g) for g in gauges), default=timedelta())
    return Usage(percent, max([regain, *map(_emptied, gauges)]), regain, tier)


def _gauges(text: str | None) -> Iterator[Mapping[str, Any]]:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return
    if not isinstance(value, Mapping):
        return
    yield value
    for rows in value.values():
        if isinstance(rows, list):
            yield from (row for row in rows if isinstance(row, Mapping) and row.get("type") != "ads_insights")


def _figure(value: Any) -> float:
    """Of what is no figure, or none that a gauge could show, nothing is believed."""
    return float(value) if isinstance(value, (int, float)) and 0 <= value <= LARGEST else 0.0


def _regain(gauge: Mapping[str, Any]) -> timedelta:
    told = timedelta(minutes=_figure(gauge.get("estimated_time_to_regain_access")))
    return max(told, _emptied(gauge)) if _fullest(gauge) >= STOP_FROM else told


def _fullest(gauge: Mapping[str, Any]) -> float:
    return max(_figure(gauge.get(name)) for name in GAUGES)


def _emptied(gauge: Mapping[str, Any]) -> timedelta:
    return timedelta(seconds=_figure(gauge.get("reset_time_duration")))
