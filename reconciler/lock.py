"""One writer per account on this machine. It saves work; safety does not rest on it, since it does not reach further.

Held by the process through the kernel, so that a killed run leaves nothing to clean up. Who holds it, since when, and
under which id stands in the file; `force-unlock ID` takes it away from a run that hangs, which then writes no more.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from reconciler.clock import SYSTEM, Clock
from reconciler.errors import LockedError, UsageError


@dataclass(frozen=True)
class Holder:
    """What a lock's file says. `since` is ISO 8601."""

    id: str
    account: str
    owner: str
    since: str

    def said(self, now: datetime) -> str:
        age = max(now - datetime.fromisoformat(self.since), timedelta())
        return f"{self.owner}, since {self.since} ({_age(age)}), lock {self.id}"


class AccountLock:
    """Held from construction until `release` or the end of the process. Raises LockedError where another holds it."""

    def __init__(self, root: Path, account: str, clock: Clock = SYSTEM) -> None:
        self._path = _path(root, account)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._acquire(clock)
        self.holder = Holder(secrets.token_hex(4), account, _owner(), clock.moment())
        self._file.truncate(0)
        self._file.write(json.dumps(asdict(self.holder)))
        self._file.flush()

    def _acquire(self, clock: Clock) -> TextIO:
        while True:
            file = self._path.open("a+", encoding="utf-8")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                raise _held(_read(self._path), clock) from None
            if _same_file(file, self._path):
                return file
            # Taken away between opening and locking.
            file.close()

    def check(self) -> None:
        """Raises LockedError where somebody has taken the lock away: this run must not write any more."""
        if not _same_file(self._file, self._path):
            raise LockedError(
                f"the lock {self.holder.id} was taken away from this run\n"
                "  mend: what it has done is recorded; run it again when the other run has ended"
            )

    def release(self) -> None:
        self._file.close()


def force_unlock(root: Path, lock_id: str) -> Holder:
    """Takes a lock away by its id. Raises UsageError where no account has a lock with this id."""
    for path in sorted((root / "state").glob(".*.lock")):
        holder = _read(path)
        if holder is not None and holder.id == lock_id:
            path.unlink()
            return holder
    raise UsageError(
        f"no account is locked under the id {lock_id!r}\n  mend: take the id that the refused command has printed"
    )


def _held(holder: Holder | None, clock: Clock) -> LockedError:
    if holder is None:
        return LockedError("it is being changed by another process\n  mend: wait for that run to end")
    return LockedError(
        f"it is being changed by {holder.said(clock.now())}\n"
        f"  mend: wait for that run to end; if it hangs: reconciler force-unlock {holder.id}"
    )


def _path(root: Path, account: str) -> Path:
    return root / "state" / f".{account}.lock"


def _read(path: Path) -> Holder | None:
    try:
        holder = Holder(**json.loads(path.read_text("utf-8")))
        datetime.fromisoformat(holder.since)
    except (OSError, ValueError, TypeError):
        return None
    return holder


def _same_file(file: TextIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


def _owner() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"


def _age(age: timedelta) -> str:
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
