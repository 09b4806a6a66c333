"""Commands that put a file back which git has and a working copy does not show, by its letter in `git ls-files -v`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from reconciler.text.sanitize import plain

SKIPPED = frozenset({"S", "s"})
TAKEN_FOR_UNCHANGED = frozenset({"h", "s"})
UNCOMPARED = SKIPPED | TAKEN_FOR_UNCHANGED
MOST = 5
"""Files that a command names."""


def put_back(letter: str, paths: Sequence[str], git: str = "git") -> str:
    """Of files that are not here; the letter is "" where git compares them. `git` may name a folder: `git -C FOLDER`,
    where the paths begin then."""
    if letter in SKIPPED:
        return f"{git} sparse-checkout disable"
    # What git compares may be deleted in the index, too.
    staged = "" if letter in TAKEN_FOR_UNCHANGED else "--staged --worktree "
    return f"{git} restore {staged}{_named(paths)}"


def compared(letter: str, paths: Sequence[str], git: str = "git") -> str:
    """Of files that are here, and of which git is told not to look."""
    told = (("--no-skip-worktree", SKIPPED), ("--no-assume-unchanged", TAKEN_FOR_UNCHANGED))
    options = [option for option, letters in told if letter in letters] or ["--no-assume-unchanged"]
    return " and ".join(f"{git} update-index {option} {_named(paths)}" for option in options)


def _named(paths: Sequence[str]) -> str:
    more = f" and so on, {len(paths) - MOST} more" if len(paths) > MOST else ""
    return " ".join(shlex.quote(plain(path)) for path in paths[:MOST]) + more
