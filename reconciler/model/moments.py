"""How a moment is written for people, everywhere: `2026-12-01 09:00 +08`. Imports nothing of ours."""

from __future__ import annotations

from datetime import datetime, tzinfo


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
