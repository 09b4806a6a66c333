"""How values are said to people. Text from Meta is hostile: see `inert.py`."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.identity import MEDIA_FIELDS, media_digest, media_path
from reconciler.inert import JOINERS, brief, plain, plain_lines
from reconciler.kinds.codecs import Money, format_money, format_time, parse_wire_time
from reconciler.model import canonical_json

MONEY_FIELDS = frozenset({"daily_budget", "lifetime_budget", "spend_cap", "bid_amount"})
TIME_FIELDS = frozenset({"start_time", "end_time"})
WORD = re.compile("[A-Z0-9_]*[A-Z][A-Z0-9_]*")
"""One of Meta's own words, such as LINK_CLICKS; anything else stands in quotes."""

__all__ = ["JOINERS", "brief", "plain", "plain_lines", "said"]


def said(name: str, value: Any, currency: str, zone: ZoneInfo) -> str:
    """One field's value as the plan prints it."""
    if value is None:
        return "(none)"
    if name in MONEY_FIELDS and isinstance(value, int):
        return format_money(Money(value, currency))
    if name in TIME_FIELDS and isinstance(value, str):
        return format_time(parse_wire_time(value), zone)
    if name in MEDIA_FIELDS and isinstance(value, str):
        return f"{brief(media_path(value))} ({media_digest(value)[:8]})"
    if isinstance(value, str):
        return value if WORD.fullmatch(value) else f'"{brief(value)}"'
    return brief(canonical_json(value))
