"""Which versions the sandbox speaks. The table, ``versions.toml``, is data of the whole package; no code is shared."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path

_TABLE = tomllib.loads((Path(__file__).parents[1] / "versions.toml").read_text("utf-8"))
_ENDS: dict[str, date | None] = {name: row.get("ends") for name, row in _TABLE["versions"].items()}

DEFAULT: str = _TABLE["default"]
SPOKEN = [name for name, ends in _ENDS.items() if ends is None or ends > _TABLE["recorded"]]
"""Those that lived when the table was written: of older ones nothing is emulated, whatever the clock says."""


def number(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name[1:].split("."))


def live(now: float) -> list[str]:
    """Documented: the day on which each ends for ads. The hour is a guess."""
    return [name for name in SPOKEN if not _ended(name, now)]


def _ended(name: str, now: float) -> bool:
    ends = _ENDS[name]
    return ends is not None and now >= datetime.combine(ends, time(), UTC).timestamp()
