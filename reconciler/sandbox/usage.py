"""Rate limits and the headers that tell of them, shaped as recorded. Off until ``throttle`` is set.

Documented: read 1, write 3; 60 points (limited) or 9,000 (full) an account, decaying within 300 s; blocks of
300 s or 60 s, told as 17/2446079 or as 613/1487742 (``score_code`` chooses); 100 writes a second; hourly limits
by business use case, which grow with active ads or audiences.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.errors import GraphError


@dataclass(frozen=True, slots=True)
class Tier:
    max: int
    decay: int
    block: int
    name: str


@dataclass(frozen=True, slots=True)
class UseCase:
    """Calls an hour: a base by tier, more for each active ad or audience."""

    refusal: str
    base: dict[str, int]
    each: int
    most: int = 10**9


TIERS = {
    "limited": Tier(max=60, decay=300, block=300, name="development_access"),
    "full": Tier(max=9000, decay=300, block=60, name="standard_access"),
}
USE_CASES = {
    "ads_management": UseCase("throttled_buc", {"limited": 300, "full": 100000}, 40),
    "ads_insights": UseCase("throttled_insights", {"limited": 600, "full": 190000}, 400),
    "custom_audience": UseCase("throttled_audiences", {"limited": 5000, "full": 190000}, 40, 700000),
}
SCORE_REFUSALS = {17: "throttled", 613: "throttled_account"}
_WRITES_PER_SECOND = 100
_HOUR = 3600


@dataclass(slots=True)
class _Account:
    points: deque[tuple[float, int]] = field(default_factory=deque)
    score: int = 0
    blocked_until: float = 0
    hours: dict[str, deque[float]] = field(default_factory=dict)
    writes: deque[float] = field(default_factory=deque)


class Usage:
    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def clear(self) -> None:
        self._accounts.clear()

    def count(
        self, account: str, use: str, write: bool, now: float, settings: dict[str, Any], active: Callable[[], int]
    ) -> None:
        """Raises where the call is one too many. ``active``: the ads or audiences that widen the limit."""
        tier = TIERS[settings["tier"]]
        state = self._accounts.setdefault(account, _Account())
        _decay(state, now, tier.decay)
        if now < state.blocked_until:
            raise GraphError(SCORE_REFUSALS[settings["score_code"]])
        _writes(state, write, now)
        hour = state.hours.setdefault(use, deque())
        hour.append(now)
        case = USE_CASES[use]
        base = _base(use, settings)
        if len(hour) > base and len(hour) > min(base + case.each * active(), case.most):
            raise GraphError(case.refusal)
        points = 3 if write else 1
        if state.score + points > tier.max:
            state.blocked_until = now + tier.block
            raise GraphError(SCORE_REFUSALS[settings["score_code"]])
        state.points.append((now, points))
        state.score += points

    def headers(self, account: str, use: str, now: float, settings: dict[str, Any]) -> dict[str, str]:
        """At low load Meta has been seen to send none (recorded): ``usage_headers`` off."""
        if not settings["usage_headers"]:
            return {}
        tier = TIERS[settings["tier"]]
        state = self._accounts.get(account) or _Account()
        _decay(state, now, tier.decay)
        # Calls to the Marketing API do not count for the app (documented).
        found = {"x-app-usage": _json({"call_count": 0, "total_cputime": 0, "total_time": 0})}
        if account:
            used = ["ads_management", *(one for one in state.hours if one != "ads_management")]
            gone = _LEFT_OUT.get(settings["usage_headers"], frozenset())
            rows = [_without(gone, _use_row(state, one, now, settings)) for one in used]
            found["x-ad-account-usage"] = _json(_without(gone, _gauge(state, now, tier)))
            found["x-business-use-case-usage"] = _json({account: rows})
        if use == "ads_insights":
            share = float(_percent(state, use, settings))
            found["x-fb-ads-insights-throttle"] = f'{{"app_id_util_pct": {share:.2f},"acc_id_util_pct": {share:.2f}' + (
                "}" if settings["usage_headers"] == "no_tier" else f',"ads_api_access_tier": "{tier.name}"}}'
            )
        return found


_LEFT_OUT: dict[Any, frozenset[str]] = {
    "no_reset": frozenset({"reset_time_duration"}),
    "no_tier": frozenset({"reset_time_duration", "ads_api_access_tier"}),
}


def _without(gone: frozenset[str], row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in gone}


def _gauge(state: _Account, now: float, tier: Tier) -> dict[str, Any]:
    """Per cent, and seconds until it is empty."""
    return {
        "acc_id_util_pct": round(100 * state.score / tier.max, 2) if state.score else 0,
        "reset_time_duration": int(state.points[0][0] + tier.decay - now) if state.points else 0,
        "ads_api_access_tier": tier.name,
    }


def _use_row(state: _Account, use: str, now: float, settings: dict[str, Any]) -> dict[str, Any]:
    """Per cent, and minutes until calls are taken again."""
    hour = state.hours.get(use, deque())
    wait = max(0.0, state.blocked_until - now)
    if len(hour) > _base(use, settings):
        wait = max(wait, hour[0] + _HOUR - now)
    return {
        "type": use,
        "call_count": _percent(state, use, settings),
        "total_cputime": 0,
        "total_time": 0,
        "estimated_time_to_regain_access": -int(-wait // 60),
        "ads_api_access_tier": TIERS[settings["tier"]].name,
    }


def _base(use: str, settings: dict[str, Any]) -> int:
    return max(1, int(settings["hourly_limits"].get(use, USE_CASES[use].base[settings["tier"]])))


def _percent(state: _Account, use: str, settings: dict[str, Any]) -> int:
    return round(100 * len(state.hours.get(use, ())) / _base(use, settings))


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _decay(state: _Account, now: float, decay: float) -> None:
    while state.points and state.points[0][0] <= now - decay:
        state.score -= state.points.popleft()[1]
    for hour in state.hours.values():
        while hour and hour[0] <= now - _HOUR:
            hour.popleft()


def _writes(state: _Account, write: bool, now: float) -> None:
    while state.writes and state.writes[0] <= now - 1:
        state.writes.popleft()
    if write:
        if len(state.writes) >= _WRITES_PER_SECOND:
            raise GraphError("throttled_writes")
        state.writes.append(now)
