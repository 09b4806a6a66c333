"""The files of `state/` that are shared: which they are, which are here, and what git calls their content."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from reconciler.store.runs import FOLDER

Files = dict[str, str]
"""The git id of each file, by its path below state/."""

Tree = dict[str, Files]
"""The files of a commit, by the account that they belong to."""

_KEY = r"[a-z0-9][a-z0-9_-]{0,62}"
_RECORDS = re.compile(rf"({_KEY})/(?:[a-z_]+\.)?{_KEY}\.json")
_RUN = re.compile(rf"{FOLDER}/({_KEY})\.json")


def kept_path(path: str) -> str:
    """The account that a path below state/ belongs to; "" for what is no file of ours: it is neither read nor touched,
    whatever its name would do to a disk."""
    found = _RUN.fullmatch(path) or _RECORDS.fullmatch(path)
    return found[1] if found else ""


def run_path(account: str) -> str:
    return f"{FOLDER}/{account}.json"


def is_run(path: str) -> bool:
    """Whether it tells of a run, and not of records."""
    return _RUN.fullmatch(path) is not None


def paths_here(state: Path, account: str) -> set[str]:
    """Of an account's files in the working tree, below state/."""
    folder, run = state / account, run_path(account)
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208
    found = {path for name in names if kept_path(path := f"{account}/{name}") == account}
    return found | {run} if (state / run).exists() else found


def missing_here(state: Path, wanted: Iterable[str]) -> bool:
    """Whether one of these files is not there, or nothing is in it."""
    return any(not _holds_something(state / path) for path in wanted)


def _holds_something(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return found.st_size > 0 or not stat.S_ISREG(found.st_mode)


def git_id(text: str, digest: str) -> str:
    """What git calls a file with this content. `digest` is the repository's: sha1 or sha256."""
    content = text.encode("utf-8", errors="surrogateescape")
    return hashlib.new(digest, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
