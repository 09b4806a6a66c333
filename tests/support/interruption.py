"""Ends a run in the middle, in this process, as if it had been killed there.

moment.setattr(Memory, "updated", interrupt)  # the run ends when it is about to record an update
"""

from __future__ import annotations


class Interrupted(BaseException):
    """Not an `Exception`: code that handles errors must not catch it, since a killed process handles nothing."""


def interrupt(*_: object) -> None:
    """Put in place of any function or method: the run ends when it is called."""
    raise Interrupted
