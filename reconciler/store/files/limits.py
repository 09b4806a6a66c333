"""Points and blocks in `state/.*.json`, which git ignores.

`.acme-sg.usage.json` and `.acme-sg.block.json` are of an account as a whole, `.acme-sg.ads_insights.block.json` of one
use case.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.model.limits import LONGEST, Limit, Spent
from reconciler.store.files.atomic import read_regular
from reconciler.system.clock import SYSTEM, Clock

LARGEST = 1024 * 1024
"""Bytes of a file that keeps points."""

UNREADABLE = (OSError, ValueError, TypeError, KeyError, RecursionError)


class FileLimits:
    """`store/limits.py`, below `root`."""

    def __init__(self, root: Path, clock: Clock = SYSTEM) -> None:
        self._folder, self._clock = root / "state", clock

    def spent(self, limit: Limit) -> Spent:
        try:
            kept = json.loads(read_regular(self._path(limit, "usage"), LARGEST))
            tier = kept["tier"] if isinstance(kept["tier"], str) else ""
            return Spent(() if self._ahead(kept) else tuple(map(_point, kept["spent"])), tier)
        except UNREADABLE:
            return Spent()

    def keep_spent(self, limit: Limit, spent: Spent) -> None:
        points = [[at.isoformat(), cost] for at, cost in spent.points]
        self._keep(self._path(limit, "usage"), {"spent": points, "tier": spent.tier})

    def blocked_until(self, limit: Limit) -> datetime | None:
        try:
            kept = json.loads(read_regular(self._path(limit, "block"), LARGEST))
            return None if self._ahead(kept) else _until(kept, self._clock.now())
        except UNREADABLE:
            return None

    def block(self, limit: Limit, until: datetime) -> datetime:
        longest = max(until, self.blocked_until(limit) or until)
        self._keep(self._path(limit, "block"), {"blocked_until": longest.isoformat()})
        return longest

    def _path(self, limit: Limit, what: str) -> Path:
        # Windows has no `:` in names.
        parts = [limit.scope.replace(":", "."), limit.use_case, what, "json"]
        return self._folder / f".{'.'.join(filter(None, parts))}"

    def _ahead(self, kept: Mapping[str, Any]) -> bool:
        """Written by a clock that ran ahead: none of its times can be believed."""
        return datetime.fromisoformat(kept["saved_at"]) > self._clock.now() + timedelta(minutes=1)

    def _keep(self, path: Path, content: Mapping[str, Any]) -> None:
        """What cannot be written is forgotten: then Meta's own refusal stops the next run."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Renamed into its place: another run may read it, or be stopped, at any moment.
            fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
            fresh.write_text(json.dumps({**content, "saved_at": self._clock.now().isoformat()}), "utf-8")
            try:
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)
        except OSError:
            return


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
