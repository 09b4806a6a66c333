"""The `git` command: its answers, and its refusals in words. How it is started, `process.py` knows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import UnsharedState
from reconciler.store.git.process import LOCAL, Process, credentials, environment_for
from reconciler.text.redact import redact, remember_secret

ACCESS = re.compile(r"://[^/\s@]+@")
"""What an address has before its host: a name, or a token."""

WRITE = (
    "let it push: in GitHub Actions, permissions: {contents: write} and the credentials that actions/checkout keeps; "
    "or env: {GITHUB_TOKEN: ${{ github.token }}}; here, log git in to the remote, with gh auth login or a key that may "
    "write"
)
RULES = (
    "leave this branch out of the rules of the repository (Settings, Rules, target branches), or let who pushes pass"
)
REACH = "see that the remote answers: git ls-remote"
INTACT = "see what git fsck says of this clone"
ROOM = "make room on the disk, then run the same command again"
RIGHTS = "let the user who runs this write in the folder of this clone and in its .git, then run the same command again"
ROOM_OR_RIGHTS = f"see that the disk has room; if it has, {RIGHTS}"
THERE = "see that the remote's disk has room, and that you may write to it"

MENDS = (
    (("dubious ownership",), "git config --global --add safe.directory, with the folder's path behind it"),
    (("hook declined", "GH006", "GH013", "protected branch"), RULES),
    (("remote unpack failed", "unpacker error"), THERE),
    (("No space left", "Out of diskspace", "Disk quota exceeded"), ROOM),
    (("': Permission denied", "insufficient permission", "Read-only file system"), RIGHTS),
    (
        (
            "Authentication failed", "could not read Username", "could not read Password", "Permission denied",
            "Permission to ", "error: 403", "error: 401", "Access denied", "read-only", "not allowed to push",
        ),
        WRITE,
    ),
    (("shallow update not allowed",), "git fetch --unshallow, then run the same command again"),
    (("LFS budget", "exceeded its LFS", "bandwidth limit"), "buy data for Git LFS in the billing of the owner"),
    (("index.lock", ".lock': File exists", ".lock: File exists"), "no other git may run here; remove the lock's file"),
    # Of a lock's file and of a pack git does not say why it cannot write them.
    (("couldn't write", "could not write", "unable to write", "nable to create", "write error"), ROOM_OR_RIGHTS),
)  # fmt: skip
"""What git says, and the way out."""


@dataclass(frozen=True)
class Answer:
    """`status` is git's; None where it did not end in time, or could not be started."""

    status: int | None
    out: bytes
    said: str

    @property
    def ok(self) -> bool:
        return self.status == 0

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", errors="surrogateescape").strip()

    @property
    def why(self) -> str:
        """The line that tells most, without tokens: a remote's address may have one."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote: error", "!"))]
        return redact(ACCESS.sub("://", (telling or lines or ["git failed without a word"])[0]))


class Git:
    """In one folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        given = os.environ if environment is None else environment
        for secret in credentials(given):
            remember_secret(secret)
        self._environment = environment_for(given)

    def begin(self, *arguments: str, given: bytes = b"") -> Process:
        """Goes on while something else is done. Whoever begins it reads its answer, or ends it."""
        return Process(str(self.folder), self._environment, arguments, given)

    def __call__(self, *arguments: str, given: bytes = b"", seconds: float = LOCAL) -> Answer:
        return answer_of(self.begin(*arguments, given=given), seconds)

    def need(self, *arguments: str, given: bytes = b"") -> Answer:
        """For what asks no remote. Raises UnsharedState where git refuses."""
        return needed(self.begin(*arguments, given=given))


def answer_of(process: Process, seconds: float = LOCAL) -> Answer:
    return Answer(*process.read(seconds))


def needed(process: Process) -> Answer:
    """Of one that asks no remote. Raises UnsharedState where git refuses."""
    answer = answer_of(process)
    if not answer.ok:
        raise refused(f"git {process.arguments[0]}", answer, INTACT)
    return answer


def refused(what: str, answer: Answer, otherwise: str = REACH) -> UnsharedState:
    return UnsharedState(f"{what}: {answer.why}\n  mend: {mend_of(answer, otherwise)}")


INSTALL = "install git, 2.30 or newer"
UNSHARED = "; or write state: {branch: null} into desired/project.yaml"
"""Beside that: what needs git is the state branch."""


def mend_of(answer: Answer, otherwise: str = REACH, beside: str = UNSHARED) -> str:
    """`otherwise`: where git says nothing that is known."""
    if answer.status is None and "installed" in answer.said:
        return INSTALL + beside
    return next((mend for signs, mend in MENDS if any(sign in answer.said for sign in signs)), otherwise)
