"""The sandbox's clock: real time, or a time that only moves when told to."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime, tzinfo
from typing import Any

Stamp = float
_WHOLE = re.compile(r"-*[0-9]+$")
_LAST_MOMENT = 4102444800.0  # the year 2100, beyond which calendars begin to fail


class Clock:
    """Real time until set; once set it stands still, or runs on from there with ``run``."""

    def __init__(self, start: str | None = None) -> None:
        self._fixed: Stamp | None = None
        self._offset: float = 0.0
        if start:
            self.set(start)

    def now(self) -> Stamp:
        return self._fixed if self._fixed is not None else time.time() + self._offset

    @property
    def runs(self) -> bool:
        return self._fixed is None

    def set(self, moment: str | float, run: bool = False) -> None:
        stamp = _possible(parse_time(moment))
        if run:
            self._fixed, self._offset = None, stamp - time.time()
        else:
            self._fixed = stamp

    def advance(self, seconds: float) -> None:
        _possible(self.now() + seconds)
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
        fixed, offset = saved.get("fixed"), float(saved.get("offset", 0.0))
        _possible(time.time() + offset if fixed is None else float(fixed))
        self._fixed, self._offset = fixed, offset


def _possible(stamp: Stamp) -> Stamp:
    if not 0 <= stamp < _LAST_MOMENT:
        raise ValueError(f"{stamp} is no moment between 1970 and 2100")
    return stamp


def _finite(value: Any) -> Stamp:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def parse_time(value: Any, zone: tzinfo = UTC) -> Stamp:
    """ISO 8601 or unix seconds; a time without an offset is read in ``zone``. ValueError if neither."""
    if isinstance(value, bool):
        raise ValueError(value)
    text = str(value).strip()
    if isinstance(value, int | float) or _WHOLE.match(text):
        return _finite(value)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def graph_time(stamp: Stamp, zone: tzinfo = UTC) -> str:
    """Graph writes the offset without a colon (recorded)."""
    return datetime.fromtimestamp(int(stamp), zone).strftime("%Y-%m-%dT%H:%M:%S%z")
