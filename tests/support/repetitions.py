"""How often what only repeats a law is played: a share by `make test`, all of it by `make test-all` and in CI."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

ALL = os.environ.get("RECONCILER_TESTS", "") == "all"


def often(whole: int, share: int) -> int:
    """A number of seeds."""
    return whole if ALL else share


def some(cases: Iterable[T], every: int, start: object = 0) -> list[T]:
    """Every so-manieth of the cases; `start` varies where among them the first one stands."""
    rows = list(cases)
    first = sum(str(start).encode()) % every
    return rows if ALL else rows[first::every]
