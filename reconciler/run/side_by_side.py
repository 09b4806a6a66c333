"""Accounts are worked on at the same time, and one that fails leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from reconciler.system.interrupt import gathered

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(task: Callable[[T], R], accounts: Iterable[T], parallelism: int) -> list[R]:
    """What the task returns for each, in their order. Ends when all have ended, also where the task raises or the main
    thread is interrupted."""
    with ThreadPoolExecutor(max_workers=parallelism) as pool:
        return list(gathered(pool, task, accounts))
