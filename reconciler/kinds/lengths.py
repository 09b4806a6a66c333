"""How much of an ad's texts people see, and the most that Meta takes. Documented as advice, not as a rule: Meta cuts by
the width of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Length:
    """`shown`: about how many characters people see before the rest is folded away or cut."""

    shown: int
    most: int | None = None


LENGTHS: Mapping[str, Length] = {
    "primary_text": Length(125),
    "headline": Length(40, 255),
    "description": Length(30, 255),
}

STORY_SHOWN = 72
"""Of the primary text, over a story or a reel."""
