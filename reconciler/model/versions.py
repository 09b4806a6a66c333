"""Which versions of the Marketing API there are, and when they end. The table is data, `versions.toml`: the sandbox
reads it too, with lines of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pkgutil import get_data

_TABLE = tomllib.loads((get_data("reconciler", "versions.toml") or b"").decode())

DEFAULT: str = _TABLE["default"]
"""What the installed SDK speaks."""

ENDS: dict[str, date | None] = {name: row.get("ends") for name, row in _TABLE["versions"].items()}
"""Oldest first; None where Meta has announced no end."""

NOTICE = timedelta(days=60)
"""How long before a version's end it is told."""

UPGRADE = "upgrade the reconciler"


def number_of(name: str) -> tuple[int, ...]:
    """`v26.0` as something to compare."""
    return tuple(int(part) for part in name.removeprefix("v").split("."))


def live(now: datetime) -> list[str]:
    """The versions that Meta serves for ads at a moment, oldest first."""
    return [name for name in ENDS if _left(name, now) > timedelta()]


def has_ended(name: str, now: datetime) -> bool:
    """Surely: what is not in the table may be newer than it."""
    return name in ENDS and _left(name, now) <= timedelta()


def others(name: str) -> list[str]:
    """What can be tried where Meta answers as a version no more, whatever the table says; the newest first."""
    return [other for other in reversed(ENDS) if other != name]


def instead_of(name: str, now: datetime, named: Iterable[str] = ()) -> str:
    """What to do where Meta serves a version no more. `named`: versions that Meta names in its stead."""
    served = [other for other in others(name) if not has_ended(other, now)]
    unknown = [other for other in named if other not in ENDS]
    best = next((other for other in named if other in served), served[0] if served else "")
    if not best:
        return UPGRADE
    write = f"write api_version: {best} in desired/project.yaml"
    return f"{write}, or {UPGRADE}, which does not know {unknown[0]} yet" if unknown else write


def refusal(name: str, now: datetime) -> tuple[str, str] | None:
    """Why a version cannot be used, and what to write instead; None where it can."""
    if name not in ENDS:
        known = ", ".join(live(now))
        return f"{name} is no version that this reconciler knows; Meta serves {known}", _mend(name, now)
    if not has_ended(name, now):
        return None
    return f"Meta has ended {name} for ads on {ENDS[name]}", _mend(name, now)


def notice(name: str, now: datetime) -> tuple[str, str] | None:
    """That a version ends soon, and what to write instead; None while it does not."""
    left = _left(name, now)
    if not timedelta() < left <= NOTICE:
        return None
    return f"Meta ends {name} for ads on {ENDS[name]}, in {max(left.days, 1)} day{'s' * (left.days > 1)}", _mend(
        name, now
    )


def _left(name: str, now: datetime) -> timedelta:
    """Until its end; what is unknown has ended."""
    if name not in ENDS:
        return timedelta()
    ends = ENDS[name]
    return datetime.combine(ends, time(), UTC) - now if ends else timedelta.max


def _mend(name: str, now: datetime) -> str:
    """The SDK's own version while it lasts; a later one has not been tried with this SDK."""
    if _left(DEFAULT, now) > NOTICE:
        return f"write api_version: {DEFAULT} in desired/project.yaml" + (f", or {UPGRADE}" if name not in ENDS else "")
    return UPGRADE
