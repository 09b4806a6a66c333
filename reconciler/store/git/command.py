"""The `git` command: with nothing of the user's configuration that could change what it does, never asking, never
waiting for ever, and with its refusals in words."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import UnsharedState
from reconciler.text.redact import redact, remember_secret

LOCAL, REMOTE = 60.0, 90.0
"""Seconds that a command may take: one that stays on this machine, and one that asks another."""

ACCESS = re.compile(r"://[^/\s@]+@")
"""What an address has before its host: a name, or a token."""

SETTINGS = {
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "fetch.prune": "false",
    "fetch.pruneTags": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "push.followTags": "false",
    "push.gpgSign": "false",
    "push.recurseSubmodules": "no",
}

ENVIRONMENT = {
    "GCM_INTERACTIVE": "never",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "LANGUAGE": "",
}

REDIRECTING = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""Set where git itself has started this command, as a hook does; they would lead to another repository."""

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
        self._environment = _clean(os.environ if environment is None else environment)

    def __call__(self, *arguments: str, given: bytes = b"", seconds: float = LOCAL) -> Answer:
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        try:
            process = subprocess.Popen(
                ["git", *settings, *arguments],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Of a terminal that it does not have, no program below can ask for a password.
                start_new_session=True,
            )
        except FileNotFoundError:
            return Answer(None, b"", "git is not installed, or not found")
        except OSError as error:
            return Answer(None, b"", f"git cannot be started: {error.strerror}")
        try:
            out, said = process.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return Answer(None, b"", f"no answer within {seconds:g} s")
        except BaseException:
            _end(process)
            raise
        return Answer(process.returncode, out, said.decode("utf-8", errors="replace"))

    def need(self, *arguments: str, given: bytes = b"") -> Answer:
        """For what asks no remote. Raises UnsharedState where git refuses."""
        answer = self(*arguments, given=given)
        if not answer.ok:
            raise refused(f"git {arguments[0]}", answer, INTACT)
        return answer


def refused(what: str, answer: Answer, otherwise: str = REACH) -> UnsharedState:
    return UnsharedState(f"{what}: {answer.why}\n  mend: {mend_of(answer, otherwise)}")


def mend_of(answer: Answer, otherwise: str = REACH) -> str:
    """`otherwise`: where git says nothing that is known."""
    if answer.status is None and "installed" in answer.said:
        return "install git, 2.30 or newer; or write state: {branch: null} into desired/project.yaml"
    return next((mend for signs, mend in MENDS if any(sign in answer.said for sign in signs)), otherwise)


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if name not in REDIRECTING}
    return {**kept, **_credentials(environment), **ENVIRONMENT}


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """In GitHub Actions the run's token, so that a checkout need not leave it in a file. It is no part of the command
    line, which every process of the machine can read. The empty value takes away what a checkout has left all the same:
    GitHub refuses a request with two."""
    server, token = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_TOKEN", "").strip()
    if environment.get("GITHUB_ACTIONS") != "true" or not token or not server.startswith("https://"):
        return {}
    basic = b64encode(f"x-access-token:{token}".encode()).decode()
    for secret in (token, basic):
        remember_secret(secret)
    given = environment.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    values = ("", f"AUTHORIZATION: basic {basic}")
    settings = {f"GIT_CONFIG_KEY_{first + n}": f"http.{server}/.extraheader" for n in range(len(values))}
    settings |= {f"GIT_CONFIG_VALUE_{first + n}": value for n, value in enumerate(values)}
    return {**settings, "GIT_CONFIG_COUNT": str(first + len(values))}


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started, such as ssh."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(OSError, ValueError):
        process.communicate()
