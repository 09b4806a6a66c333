"""How values are said to people. Text from Meta is hostile: nothing in it may move a cursor or start a command."""

from __future__ import annotations

import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.identity import MEDIA_FIELDS, media_digest, media_path
from reconciler.kinds.codecs import Money, format_money, format_time, parse_wire_time
from reconciler.model import canonical_json

MONEY_FIELDS = frozenset({"daily_budget", "lifetime_budget", "spend_cap", "bid_amount"})
TIME_FIELDS = frozenset({"start_time", "end_time"})

UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = frozenset("\u200d")
"""Emoji families are joined with it; it moves nothing."""


def plain(text: str) -> str:
    """One line of visible text: escapes, line breaks and direction marks are written out as \\x1b and the like."""
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in JOINERS or unicodedata.category(character) not in UNPRINTABLE:
        return character
    return character.encode("unicode_escape").decode()


def said(name: str, value: Any, currency: str, zone: ZoneInfo) -> str:
    """One field's value as the plan prints it."""
    if value is None:
        return "(none)"
    if name in MONEY_FIELDS and isinstance(value, int):
        return format_money(Money(value, currency))
    if name in TIME_FIELDS and isinstance(value, str):
        return format_time(parse_wire_time(value), zone)
    if name in MEDIA_FIELDS and isinstance(value, str):
        return f"{plain(media_path(value))} ({media_digest(value)[:8]})"
    if isinstance(value, str):
        return plain(value if value.isupper() and value.replace("_", "").isalnum() else f'"{value}"')
    return plain(canonical_json(value))
