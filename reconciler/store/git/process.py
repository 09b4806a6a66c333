"""A `git` command that runs: with nothing of the user's configuration that could change what it does, never asking,
never waiting for ever. Loads little: what a look asks git first runs while the rest of the program is loaded.
"""

from __future__ import annotations

import os
import signal
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress

LOCAL, REMOTE = 60.0, 90.0
"""Seconds that a command may take: one that stays on this machine, and one that asks another."""

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

_SET = tuple(word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}"))


class Process:
    """Begins at once. Whoever has begun it reads its answer, or ends it."""

    def __init__(
        self, folder: str, environment: Mapping[str, str], arguments: tuple[str, ...], given: bytes = b""
    ) -> None:
        self.arguments = arguments
        self._given, self._left = given, ""
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                ["git", *_SET, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE if given else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Of a terminal that it does not have, no program below can ask for a password.
                start_new_session=True,
            )
        except FileNotFoundError:
            self._left = "git is not installed, or not found"
        except OSError as error:
            self._left = f"git cannot be started: {error.strerror}"

    def read(self, seconds: float = LOCAL) -> tuple[int | None, bytes, str]:
        """Its exit status, its output and what it said, once it has ended. No status where it could not be started, or
        does not end in so many seconds from now: then it is ended."""
        if self._process is None:
            return None, b"", self._left
        process, self._process, self._left = self._process, None, "it was read already"
        try:
            out, said = process.communicate(self._given or None, timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return None, b"", f"no answer within {seconds:g} s"
        except BaseException:
            _end(process)
            raise
        return process.returncode, out, said.decode("utf-8", errors="replace")

    def end(self) -> None:
        """Of one that nobody has read; nothing else is done."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)


def environment_for(environment: Mapping[str, str]) -> dict[str, str]:
    """That of a command of git's, where this one is ours."""
    kept = {name: value for name, value in environment.items() if name not in REDIRECTING}
    return {**kept, **_headers(environment), **ENVIRONMENT}


def credentials(environment: Mapping[str, str]) -> tuple[str, ...]:
    """In GitHub Actions the run's token, and what it is in a header; none elsewhere."""
    server, token = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_TOKEN", "").strip()
    if environment.get("GITHUB_ACTIONS") != "true" or not token or not server.startswith("https://"):
        return ()
    return token, b64encode(f"x-access-token:{token}".encode()).decode()


def _headers(environment: Mapping[str, str]) -> dict[str, str]:
    """The run's token, so that a checkout need not leave it in a file. It is no part of the command line, which every
    process of the machine can read. The empty value takes away what a checkout has left all the same: GitHub refuses a
    request with two."""
    found = credentials(environment)
    if not found:
        return {}
    given = environment.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    values = ("", f"AUTHORIZATION: basic {found[1]}")
    server = environment["GITHUB_SERVER_URL"]
    settings = {f"GIT_CONFIG_KEY_{first + n}": f"http.{server}/.extraheader" for n in range(len(values))}
    settings |= {f"GIT_CONFIG_VALUE_{first + n}": value for n, value in enumerate(values)}
    return {**settings, "GIT_CONFIG_COUNT": str(first + len(values))}


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started, such as ssh."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.terminate()
    with suppress(OSError, ValueError):
        process.communicate()
