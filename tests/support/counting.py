"""What work costs, in calls: the same number on a busy machine and on a slow one, so that none judges by time.

Every call of a Python function and of a built-in one counts. What one built-in call does inside C does not, so each
bound stands where the work is done piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from typing import Any


def calls(work: Callable[[], Any]) -> int:
    """How many calls `work` takes in this thread. What it raises goes on."""
    profile = Profile(builtins=True)
    profile.runcall(work)
    return sum(row.callcount for row in profile.getstats())


def bytes_read(work: Callable[[], Any]) -> int:
    """How many bytes this process reads from files meanwhile, by the kernel's count; 0 where it keeps none."""
    before = _read_so_far()
    work()
    return _read_so_far() - before


def _read_so_far() -> int:
    counts = Path("/proc/self/io")
    return int(counts.read_text("ascii").split()[1]) if counts.exists() else 0
