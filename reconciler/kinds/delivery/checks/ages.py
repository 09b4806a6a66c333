"""Ages as people write them: `18+`, `25-34`, `{min: 18, max: 45}`, and the forms that Meta takes. Pure."""

from __future__ import annotations

import re
from typing import Any

ADULT, YOUNGEST, OLDEST = 18, 13, 65
"""Where Meta begins unless told, and the least and the most that it takes."""
ADVANTAGE_MAX_AGE_MIN = 25
MOST_DIGITS = 20
"""Numbers in a value that is guessed at."""
_ONLY_UP_TO = re.compile(r"<|≤|under|below|up to|max|until", re.IGNORECASE)
_OR_OLDER = re.compile(r">|≥|over|above|min|from|\+", re.IGNORECASE)


def _numbers(value: Any) -> list[int]:
    return [int(digits) for digits in re.findall(r"(?<![\d.])\d{1,3}(?![\d])(?!\.[1-9])", str(value))[:MOST_DIGITS]]


def one_age(value: Any, name: str) -> int:
    """The age that `age_min` or `age_max` was meant to have, as near as Meta takes it."""
    is_least = name == "age_min"
    ages = _numbers(value) or [ADULT if is_least else OLDEST]
    return min(max(ages[0] if is_least else ages[-1], YOUNGEST), OLDEST)


def both_ages(value: Any) -> tuple[int, int] | None:
    """The youngest and the oldest of a range; None where it says none that Meta takes."""
    ages = _numbers(value)
    if not ages:
        return None
    low, high = min(ages), max(ages)
    if len(ages) == 1:
        is_most = _ONLY_UP_TO.search(str(value)) and not _OR_OLDER.search(str(value))
        low, high = (ADULT, high) if is_most else (low, OLDEST)
    return (low, high) if YOUNGEST <= low <= high <= OLDEST else None


def is_free(low: int, high: int) -> bool:
    """Whether Advantage+ audience takes them as age_min and age_max."""
    return low <= ADVANTAGE_MAX_AGE_MIN and high == OLDEST


def bounds(low: int, high: int) -> str:
    return f"age_min: {low}, age_max: {high}"


def suggestion(low: int, high: int) -> str:
    return f"age_range: [{low}, {high}]"
