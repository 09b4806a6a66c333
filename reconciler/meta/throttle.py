"""Usage headers → how full the limits are and when there is room again.

Percentages are 0 to 100 and more. `estimated_time_to_regain_access` is in minutes, `reset_time_duration` in
seconds. Low figures prove nothing: the account's score limit does not show in any header.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from reconciler.meta.use_cases import ADS_INSIGHTS
from reconciler.model.limits import EVERY

SLOW_FROM = 75.0
STOP_FROM = 95.0
"""What can wait stops itself here, lest Meta shut the account for all."""
FULL = 100.0
"""From here on Meta refuses."""
LARGEST = 10_000_000
GAUGES = ("call_count", "total_cputime", "total_time", "acc_id_util_pct", "app_id_util_pct")
HEADERS = {"x-ad-account-usage": EVERY, "x-fb-ads-insights-throttle": ADS_INSIGHTS}
"""Headers that are one gauge, and whose calls it counts. Not among them is `x-app-usage`: it counts what the app does
elsewhere, and calls of the Marketing API are left out there. Where it is shut for them Meta refuses with code 4."""
BY_USE_CASE = "x-business-use-case-usage"
"""Rows of gauges by the id of a business, an ad account or a page; the `type` of a row says which calls it counts."""


@dataclass(frozen=True)
class Usage:
    """The fullest gauge of some, in percent, and the longest wait that they name.

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

    def stops(self, *, first: bool = False) -> bool:
        """`first`: what nothing goes before is sent for as long as Meta takes it."""
        return self.percent >= (FULL if first else STOP_FROM)


NO_USE = Usage()


def fullest(several: Iterable[Usage]) -> Usage:
    """What several gauges say together; the tier is the first one's that names it."""
    found = list(several)
    if len(found) < 2:
        return found[0] if found else NO_USE
    return Usage(
        max(usage.percent for usage in found),
        max(usage.wait for usage in found),
        max(usage.regain for usage in found),
        next((usage.tier for usage in found if usage.tier), ""),
    )


def read_usage(headers: Mapping[str, str], holder: str = "") -> dict[str, Usage]:
    """By use case, and under EVERY what is counted whatever the calls are for. Unreadable headers count as no use: Meta
    leaves them out at low load. `holder` is the id of the ad account or page that was asked: where it has rows of its
    own, those of others, of which one reply may have up to 32, say nothing of it."""
    texts = {name.lower(): value for name, value in headers.items()}
    found: dict[str, list[Usage]] = {}
    for name in (*HEADERS, BY_USE_CASE):
        for use_case, usage in _usages(name, texts.get(name), holder):
            found.setdefault(use_case, []).append(usage)
    return {use_case: fullest(usages) for use_case, usages in found.items()}


@lru_cache(maxsize=64)
def _usages(name: str, text: str | None, holder: str) -> tuple[tuple[str, Usage], ...]:
    """What one header says. The parts of a batch have headers of their own, which mostly say the same."""
    gauges = _rows(_read(text), holder) if name == BY_USE_CASE else [(HEADERS[name], _read(text))]
    return tuple((use_case, _usage(gauge)) for use_case, gauge in gauges)


def _rows(by_holder: Mapping[str, Any], holder: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    own = next((by_holder[key] for key in (holder, holder.removeprefix("act_")) if by_holder.get(key)), None)
    for rows in by_holder.values() if own is None else (own,):
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping):
                yield str(row.get("type") or EVERY), row


def _read(text: str | None) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}


def _usage(gauge: Mapping[str, Any]) -> Usage:
    percent = max(_figure(gauge.get(name)) for name in GAUGES)
    regain = timedelta(minutes=_figure(gauge.get("estimated_time_to_regain_access")))
    emptied = timedelta(seconds=_figure(gauge.get("reset_time_duration")))
    wait = max(regain, emptied)
    tier = str(gauge.get("ads_api_access_tier") or "")
    return Usage(percent, wait, wait if percent >= STOP_FROM else regain, tier)


def _figure(value: Any) -> float:
    """Of what is no figure, or none that a gauge could show, nothing is believed."""
    return float(value) if isinstance(value, (int, float)) and 0 <= value <= LARGEST else 0.0
