"""How many repetitions of one claim a run makes: a few in `make test`, all of them in `make test-all` and in CI."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

ALL = os.environ.get("RECONCILER_TESTS", "") == "all"


def full_or_share(full: int, share: int) -> int:
    """How many seeds to run: `full` in `make test-all`, `share` in `make test`."""
    return full if ALL else share


def sample(cases: Iterable[T], every: int, start: object = 0) -> list[T]:
    """All cases in `make test-all`; in `make test` one of each `every` in a row.

    `start` chooses which one, so that two tests over the same cases run different ones:

        sample(range(6), 3, "a")  # [1, 4]
        sample(range(6), 3, "b")  # [2, 5]
    """
    rows = list(cases)
    first = sum(str(start).encode()) % every
    return rows if ALL else rows[first::every]
