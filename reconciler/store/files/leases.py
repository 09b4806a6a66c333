"""Leases as locks of one working copy: `state/.ACCOUNT.lock`.

Held by the process through the kernel, so that a killed run leaves nothing to clean up. Who holds it, since when, and
under which id stands in the file; `force-unlock ID` takes it away from a run that hangs, which then writes no more,
and the emergency stop from whoever has it.

The lock in force is the file that has no successor. Where an open file can be removed, taking a lock away removes it;
Windows keeps it, and there `.acme.lock` gets the successor `.acme.lock.1`.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import secrets
import socket
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TextIO

from reconciler.model.errors import LockedError, StateError, UsageError
from reconciler.store.files.atomic import read_regular, sweep
from reconciler.store.files.places import need_folders
from reconciler.store.leases import Holder
from reconciler.system import platforms
from reconciler.system.clock import SYSTEM, Clock, Zone, in_utc

LARGEST = 4096
"""Bytes that a lock's file may have."""

TRIES = 5
"""Of a lock that others take again and again."""


class FileLease:
    """`Lease` of `store/leases.py`."""

    def __init__(self, path: Path, file: TextIO, holder: Holder) -> None:
        self.holder = holder
        self._path, self._file = path, file
        try:
            file.truncate(0)
            file.write(json.dumps(asdict(holder)))
            file.flush()
        except OSError as error:
            self.release()
            error.filename = str(path)
            raise

    def check(self) -> None:
        if not _in_force(self._file, self._path):
            raise LockedError(
                f"the lock {self.holder.id} was taken away from this run, by pause or by force-unlock\n"
                "  mend: what it has done is recorded; run it again when the other run has ended"
            )

    def release(self) -> None:
        # Closing writes what a full disk has not taken; the lock goes all the same.
        with suppress(OSError):
            self._file.close()


@dataclass(frozen=True)
class FileOusted:
    """`Ousted` of `store/leases.py`."""

    holder: Holder | None
    file: TextIO

    def over(self) -> bool:
        return _locked(self.file)


class FileLeases:
    """`store/leases.py`, below `root`."""

    def __init__(self, root: Path, clock: Clock = SYSTEM, zone: Zone = in_utc) -> None:
        self._root, self._folder, self._clock, self._zone = root, root / "state", clock, zone

    def acquire(self, account: str) -> FileLease:
        need_folders(self._root, self._folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        path, file = self._acquired(account)
        for folder in (self._folder, self._folder / account):
            sweep(folder)
        return FileLease(path, file, Holder(secrets.token_hex(4), account, _owner(), self._clock.moment()))

    def take_over(self, account: str) -> tuple[FileLease, list[FileOusted]]:
        ousted: list[FileOusted] = []
        for _ in range(TRIES):
            try:
                return self.acquire(account), ousted
            except LockedError:
                ousted += filter(None, [_oust(_path(self._root, account))])
        return self.acquire(account), ousted

    def _acquired(self, account: str) -> tuple[Path, TextIO]:
        while True:
            path = _path(self._root, account)
            file = _opened(path)
            if not _locked(file):
                file.close()
                raise _held(_read(path), self._clock.now(), self._zone())
            if _in_force(file, path):
                return path, file
            # Taken away between opening and locking.
            file.close()

    def held(self) -> list[Holder]:
        found = []
        for path in self._locks():
            holder = _read(path)
            if holder is not None and _is_held(path):
                found.append(holder)
        return found

    def _locks(self) -> list[Path]:
        return sorted(path for path in self._folder.glob(".*.lock*") if LOCK.fullmatch(path.name))

    def force_unlock(self, lease_id: str) -> Holder | None:
        need_folders(self._root, self._folder)
        for path in self._locks():
            holder = _read(path)
            if holder is not None and holder.id == lease_id:
                return holder if _oust(path) else None
        raise UsageError(
            f"no account is locked under the id {lease_id!r}\n  mend: take the id that the refused command has printed"
        )


def _oust(path: Path) -> FileOusted | None:
    """None where nobody holds it: the file stays behind when a run ends."""
    file = _opened(path)
    if _locked(file):
        file.close()
        return None
    holder = _read(path)
    try:
        path.unlink(missing_ok=True)
    except PermissionError as error:
        if not platforms.is_in_use(error):
            raise
        _successor(path).touch()
    return FileOusted(holder, file)


def _is_held(path: Path) -> bool:
    """In force, and by somebody."""
    if _successor(path).exists():
        return False
    with _opened(path) as file:
        return not _locked(file)


def _opened(path: Path) -> TextIO:
    """Raises StateError for a link and whatever else is no file: a pull request can put it there, and what it leads to
    would be overwritten."""
    try:
        platforms.refuse_link(path)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | platforms.PLAIN, 0o644)
    except OSError:
        if platforms.is_link(path) or path.is_dir():
            raise _no_file(path) from None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _no_file(path)
    return os.fdopen(file, "a+", encoding="utf-8")


def _no_file(path: Path) -> StateError:
    return StateError(f"state/{path.name}: the lock is a link, or no file at all\n  mend: rm -r state/{path.name}")


def _locked(file: TextIO) -> bool:
    return platforms.lock(file.fileno())


def _held(holder: Holder | None, now: datetime, zone: tzinfo) -> LockedError:
    if holder is None:
        return LockedError("it is being changed by another process\n  mend: wait for that run to end")
    return LockedError(
        f"it is being changed by {holder.said(now, zone)}\n"
        f"  mend: wait for that run to end; if it hangs: reconciler force-unlock {holder.id}"
    )


LOCK = re.compile(r"\..+\.lock(?:\.[1-9][0-9]*)?")


def _path(root: Path, account: str) -> Path:
    """The newest: an older one may be left where a run that hangs has it open."""
    path = root / "state" / f".{account}.lock"
    while (successor := _successor(path)).exists():
        path = successor
    return path


def _successor(path: Path) -> Path:
    """.acme.lock → .acme.lock.1 → .acme.lock.2"""
    number = path.suffix.removeprefix(".")
    return path.with_suffix(f".{int(number) + 1}") if number.isdigit() else path.with_name(f"{path.name}.1")


def _in_force(file: TextIO, path: Path) -> bool:
    return _same_file(file, path) and not _successor(path).exists()


def _read(path: Path) -> Holder | None:
    """None for what no run has written, or has not written yet."""
    try:
        holder = Holder(**json.loads(read_regular(path, LARGEST)))
        dated = datetime.fromisoformat(holder.since).tzinfo is not None
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return holder if dated and all(isinstance(text, str) for text in asdict(holder).values()) else None


def _same_file(file: TextIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except OSError:
        return False


def _owner() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = platforms.user()
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"
