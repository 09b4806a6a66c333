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
REFS = ("for-each-ref", "--format=%(refname) %(objectname)", "refs/worktree/reconciler")

_ahead: dict[str, Asked] = {}


class Asked:
    """`status` knows which files are not as committed and at which commit, `listed` which ones git does not compare,
    `refs` what this working copy has of a state branch."""

    def __init__(self, root: str) -> None:
        self._root, self._environment = root, environment_for(os.environ)
        self._begun: list[Process] = []
        try:
            # What takes longest first.
            self.status, self.listed = self._begin(STATUS), self._begin(LISTED)
            self.place, self.remotes, self.refs = self._begin(PLACE), self._begin(REMOTES), self._begin(REFS)
        except BaseException:
            self._end()
            raise

    def _begin(self, question: tuple[str, ...]) -> Process:
        process = Process(self._root, self._environment, question)
        self._begun.append(process)
        return process

    def _end(self) -> None:
        for process in self._begun:
            process.end()

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()


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
