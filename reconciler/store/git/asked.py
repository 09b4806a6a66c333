"""What a look asks git of a working copy, all at once, and while the rest of the program is loaded.

Whatever is begun here only reads, and is read once or ended.
"""

from __future__ import annotations

import os
from types import TracebackType

from reconciler.store.git.process import Process, environment_for

FOLDERS = ("desired", "creatives")
PLACE = ("rev-parse", "--absolute-git-dir", "--show-prefix", "--is-shallow-repository")
REMOTES = ("remote", "-v")
LISTED = ("ls-files", "-v", "-z", "--", *FOLDERS)
STATUS = (
    "status", "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--untracked-files=all", "--", *FOLDERS
)  # fmt: skip

_ahead: dict[str, Asked] = {}


class Asked:
    """`status` knows which files are not as committed and at which commit, `listed` which ones git does not compare."""

    def __init__(self, root: str) -> None:
        environment = environment_for(os.environ)
        # What takes longest first.
        self.status, self.listed, self.place, self.remotes = (
            Process(root, environment, question) for question in (STATUS, LISTED, PLACE, REMOTES)
        )

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in (self.status, self.listed, self.place, self.remotes):
            process.end()


def ask_ahead(root: str) -> None:
    """For the next `asked_of` the same folder, whose path is absolute and leads through no link. Ended by `end_all`
    where nobody asks."""
    _ahead[root] = Asked(root)


def asked_of(root: str) -> Asked:
    return _ahead.pop(root, None) or Asked(root)


def end_all() -> None:
    """What was asked ahead and nobody has read."""
    while _ahead:
        with _ahead.popitem()[1]:
            pass
