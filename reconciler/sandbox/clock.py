"""The sandbox's clock: real time, or a time that only moves when told to."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo
from typing import Any

Stamp = float


class Clock:
    """Real time until set; once set it stands still, or runs on from there with ``run``."""

    def __init__(self, start: str | None = None) -> None:
        self._fixed: Stamp | None = None
        self._offset: float = 0.0
        if start:
            self.set(start)

    def now(self) -> Stamp:
        return self._fixed if self._fixed is not None else time.time() + self._offset

    def set(self, moment: str | float, run: bool = False) -> None:
        stamp = parse_time(moment)
        if run:
            self._fixed, self._offset = None, stamp - time.time()
        else:
            self._fixed = stamp

    def advance(self, seconds: float) -> None:
        if self._fixed is None:
            self._offset += seconds
        else:
            self._fixed += seconds

    def release(self) -> None:
        """Run on from wherever the clock stands."""
        if self._fixed is not None:
            self._offset = self._fixed - time.time()
            self._fixed = None

    def dump(self) -> dict[str, Any]:
        return {"fixed": self._fixed, "offset": self._offset}

    def load(self, saved: dict[str, Any]) -> None:
        self._fixed, self._offset = saved.get("fixed"), saved.get("offset", 0.0)


def parse_time(value: Any, zone: tzinfo = UTC) -> Stamp:
    """ISO 8601 or unix seconds; a time without an offset is read in ``zone``. ValueError if neither."""
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip()
    if text.lstrip("-").isdigit():
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def graph_time(stamp: Stamp, zone: tzinfo = UTC) -> str:
    """Graph writes the offset without a colon (recorded)."""
    return datetime.fromtimestamp(int(stamp), zone).strftime("%Y-%m-%dT%H:%M:%S%z")
