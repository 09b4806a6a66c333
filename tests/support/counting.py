"""What work costs, in calls: the same number on a busy machine and on a slow one, so that none judges by time.

Every call of a Python function and of a built-in one counts. What one built-in call does inside C does not, so each
bound stands where the work is done piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from typing import Any


def calls(work: Callable[[], Any]) -> int:
    """How many calls `work` takes in this thread. What it raises goes on."""
    profile = Profile(builtins=True)
    profile.runcall(work)
    return sum(row.callcount for row in profile.getstats())
