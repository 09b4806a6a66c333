"""Points and blocks in `state/.*.json`, which git ignores.

`.acme-sg.usage.json` and `.acme-sg.block.json` are of an account as a whole, `.acme-sg.ads_insights.block.json` of one
use case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.model.limits import LONGEST, Limit, Spent
from reconciler.store.files.hidden import UNREADABLE, is_ahead, keep, kept_in
from reconciler.system.clock import SYSTEM, Clock


class FileLimits:
    """`store/limits.py`, below `root`."""

    def __init__(self, root: Path, clock: Clock = SYSTEM) -> None:
        self._folder, self._clock = root / "state", clock

    def spent(self, limit: Limit) -> Spent:
        try:
            kept = kept_in(self._path(limit, "usage"))
            tier = kept["tier"] if isinstance(kept["tier"], str) else ""
            return Spent(() if is_ahead(kept, self._clock) else tuple(map(_point, kept["spent"])), tier)
        except UNREADABLE:
            return Spent()

    def keep_spent(self, limit: Limit, spent: Spent) -> None:
        points = [[at.isoformat(), cost] for at, cost in spent.points]
        keep(self._path(limit, "usage"), {"spent": points, "tier": spent.tier}, self._clock)

    def blocked_until(self, limit: Limit) -> datetime | None:
        try:
            kept = kept_in(self._path(limit, "block"))
            return None if is_ahead(kept, self._clock) else _until(kept, self._clock.now())
        except UNREADABLE:
            return None

    def block(self, limit: Limit, until: datetime) -> datetime:
        longest = max(until, self.blocked_until(limit) or until)
        keep(self._path(limit, "block"), {"blocked_until": longest.isoformat()}, self._clock)
        return longest

    def _path(self, limit: Limit, what: str) -> Path:
        # Windows has no `:` in names.
        parts = [limit.scope.replace(":", "."), limit.use_case, what, "json"]
        return self._folder / f".{'.'.join(filter(None, parts))}"


def _point(row: Any) -> tuple[datetime, int]:
    """Raises what UNREADABLE names for what no run has written."""
    text, cost = row
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without an offset")
    return at, int(cost)


def _until(kept: Mapping[str, Any], now: datetime) -> datetime | None:
    until = datetime.fromisoformat(kept["blocked_until"])
    return until if until <= now + LONGEST else None
