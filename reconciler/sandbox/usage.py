"""Rate limits and the headers that tell of them, shaped as recorded.

Documented: read 1, write 3; 60 points (limited) or 9,000 (full) an account, decaying within 300 s; blocks of
300 s or 60 s; 100 writes a second; 300 or 100,000 calls an hour plus 40 an active ad. Off by default.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.errors import GraphError


@dataclass(frozen=True, slots=True)
class Tier:
    max: int
    decay: int
    block: int
    hourly: int
    name: str


TIERS = {
    "limited": Tier(max=60, decay=300, block=300, hourly=300, name="development_access"),
    "full": Tier(max=9000, decay=300, block=60, hourly=100000, name="standard_access"),
}
_WRITES_PER_SECOND = 100
_HOUR = 3600


@dataclass(slots=True)
class _Account:
    points: deque[tuple[float, int]] = field(default_factory=deque)
    score: int = 0
    blocked_until: float = 0
    hour: deque[float] = field(default_factory=deque)
    writes: deque[float] = field(default_factory=deque)


class Usage:
    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def clear(self) -> None:
        self._accounts.clear()

    def count(self, account: str, write: bool, now: float, settings: dict[str, Any], active_ads: int) -> None:
        """Raises where the call is one too many."""
        tier = TIERS[settings["tier"]]
        state = self._accounts.setdefault(account, _Account())
        _decay(state, now, tier.decay)
        if now < state.blocked_until:
            raise GraphError("throttled")
        _writes(state, write, now)
        state.hour.append(now)
        if len(state.hour) > tier.hourly + 40 * active_ads:
            raise GraphError("throttled_buc")
        points = 3 if write else 1
        if state.score + points > tier.max:
            state.blocked_until = now + tier.block
            raise GraphError("throttled")
        state.points.append((now, points))
        state.score += points

    def headers(self, account: str, now: float, settings: dict[str, Any]) -> dict[str, str]:
        tier = TIERS[settings["tier"]]
        state = self._accounts.get(account) or _Account()
        _decay(state, now, tier.decay)
        score = round(100 * state.score / tier.max, 2)
        hourly = round(100 * len(state.hour) / tier.hourly)
        wait = max(0.0, state.blocked_until - now)
        reset = int(state.points[0][0] + tier.decay - now) if state.points else 0
        use = {
            "type": "ads_management",
            "call_count": hourly,
            "total_cputime": 0,
            "total_time": 0,
            "estimated_time_to_regain_access": -int(-wait // 60),
            "ads_api_access_tier": tier.name,
        }
        found = {"x-app-usage": _json({"call_count": hourly, "total_cputime": 0, "total_time": 0})}
        if account:
            gauge = {
                "acc_id_util_pct": score,
                "reset_time_duration": reset,
                "ads_api_access_tier": tier.name,
            }
            found["x-ad-account-usage"] = _json(gauge)
            found["x-business-use-case-usage"] = _json({account: [use]})
        return found


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _decay(state: _Account, now: float, decay: float) -> None:
    while state.points and state.points[0][0] <= now - decay:
        state.score -= state.points.popleft()[1]
    while state.hour and state.hour[0] <= now - _HOUR:
        state.hour.popleft()


def _writes(state: _Account, write: bool, now: float) -> None:
    while state.writes and state.writes[0] <= now - 1:
        state.writes.popleft()
    if write:
        if len(state.writes) >= _WRITES_PER_SECOND:
            raise GraphError("throttled_writes")
        state.writes.append(now)
