"""How a moment is written for people, everywhere: `2026-12-01 09:00 +08`. Imports nothing of ours."""

from __future__ import annotations

from datetime import datetime, tzinfo

NOTHING_AHEAD = "No declared time lies ahead."


def format_time(dt: datetime, zone: tzinfo | None = None) -> str:
    """In `zone`, or in this machine's; seconds and the minutes of the offset only if not zero.

    `dt` must be aware. parse_time reads the text back to the same instant, to the second.
    """
    if dt.utcoffset() is None:
        raise ValueError(f"{dt.isoformat()} has no offset; give an aware datetime")
    text = dt.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    minute, seconds, utc_offset = text[:16], text[16:19], text[19:]
    return f"{minute}{seconds.removeprefix(':00')} {utc_offset.removesuffix(':00')}"


def said_wait(seconds: float) -> str:
    """`4 min 32 s`"""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def said_span(seconds: float) -> str:
    """`314 days`, `30 h`, `45 min`; cut, not rounded."""
    for unit, name in ((86400, "days"), (3600, "h")):
        if seconds >= 2 * unit:
            return f"{int(seconds // unit)} {name}"
    return f"{int(seconds // 60)} min"


def said_length(seconds: float) -> str:
    """`9 h`, `1 h 30 min`, `1 s`: all of it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def said_next(at: datetime, now: datetime, zone: tzinfo, what: str) -> str:
    """`Next: 2026-12-12 00:00 +08, in 11 days: acme-sg/product-launch starts.` `what` happens `at` that moment."""
    return f"Next: {format_time(at, zone)}, in {said_span((at - now).total_seconds())}: {what}."
