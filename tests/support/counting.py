"""Measures work by counting, not by time: counts are the same on a busy or slow machine.

Every call of a function counts, built-in functions included. Work inside one built-in call does not count. So this only
bounds work that is many calls: a loop over lines counts each line, a single `text.split()` counts as one.
"""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from typing import Any


def calls(work: Callable[[], Any]) -> int:
    """How many calls `work` makes in this thread. An exception that it raises is passed on."""
    profile = Profile(builtins=True)
    profile.runcall(work)
    return sum(row.callcount for row in profile.getstats())


def bytes_read(work: Callable[[], Any]) -> int:
    """How many bytes this process reads from files during `work`, as the kernel counts them; 0 where the system does
    not count."""
    before = _read_so_far()
    work()
    return _read_so_far() - before


def _read_so_far() -> int:
    counts = Path("/proc/self/io")
    return int(counts.read_text("ascii").split()[1]) if counts.exists() else 0
