"""Text files of which, after a crash at any moment, either the old content or the whole new one is there.

Written to a temporary file in the same folder, fsync, rename, fsync of the folder: most programs get one of the four
wrong. All system calls go through this module's `os`, so that tests can stop the program at each of them.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.system import platforms

TEMPORARY = re.compile(r"\..+\.[0-9]+\.[0-9]+\.tmp")
"""A file's name, a process and a thread."""

LONG_AGO = 3600.0
"""Seconds."""

MANY = 50
"""Files: of fewer, a sync of each is sooner over than one of all that the machine has in memory."""

NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | platforms.flags("O_BINARY")

WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the tries to replace a file that somebody reads at that moment; only Windows minds."""


def write_durably(path: Path, text: str) -> None:
    """On disk when it returns. Raises OSError where it cannot be, and leaves the old content then."""
    write_all_durably({path: text})


def write_all_durably(texts: Mapping[Path, str]) -> None:
    """Several files, all on disk when it returns; their folders are synced once. The content of many is synced at once,
    where the system can: one after the other takes a millisecond or more each."""
    together = len(texts) > MANY and platforms.SYNCS_ALL
    temporaries = {path: path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp") for path in texts}
    try:
        for path, text in texts.items():
            with _named(path):
                if together:
                    path.parent.mkdir(parents=True, exist_ok=True)
                else:
                    _make_folder(path.parent)
                _write(os.open(temporaries[path], NEW, 0o644), text.encode("utf-8"), synced=not together)
        if together:
            os.sync()
        for path, temporary in temporaries.items():
            with _named(path):
                _replace(temporary, path)
    except OSError:
        for temporary in temporaries.values():
            with suppress(OSError):
                temporary.unlink()
        raise
    if together:
        os.sync()
    else:
        for folder in sorted({path.parent for path in texts}):
            _sync_folder(folder)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """People know the file, and not the temporary one."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _make_folder(path: Path) -> None:
    """A new folder is only there for good once the one above it has been synced."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir(exist_ok=True)
        _sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Removes what killed writes have left in a folder long ago: one that goes on takes no second."""
    for path in () if platforms.is_link(folder) else folder.glob(".*.tmp"):
        with suppress(OSError):
            if TEMPORARY.fullmatch(path.name) and time.time() - path.lstat().st_mtime > LONG_AGO:
                path.unlink()


def _replace(temporary: Path, path: Path) -> None:
    waits = iter(WAITS)
    while True:
        try:
            os.replace(temporary, path)  # noqa: PTH105  one place to stop the program in tests
            return
        except OSError as error:
            wait = next(waits, None)
            if wait is None or not platforms.is_in_use(error):
                raise
            time.sleep(wait)


MOST = 16 * 1024 * 1024
"""Bytes that a file of ours may have."""


def read_regular(path: Path, most: int = MOST) -> str:
    """Text of a regular file that is not behind a link: a pull request can put anything into a repository. Raises
    OSError for whatever else stands there, or is larger (FileNotFoundError for nothing), and UnicodeDecodeError."""
    platforms.refuse_link(path)
    file = os.open(path, os.O_RDONLY | platforms.PLAIN)
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        if found.st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most} bytes")
        with os.fdopen(file, "rb", closefd=False) as stream:
            return stream.read().decode("utf-8")  # of a size: room for that much would be made each time
    finally:
        os.close(file)


def append_durably(path: Path, text: str) -> None:
    """At the end of the file, which is made where there is none; on disk when it returns. Raises OSError where it
    cannot be: then a part of the text may stand there."""
    _make_folder(path.parent)
    platforms.refuse_link(path)
    new = not path.exists()
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | platforms.PLAIN
    _write(os.open(path, flags, 0o644), text.encode("utf-8"))
    if new:
        _sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Gone for good when it returns; nothing happens where there is no such file."""
    try:
        os.unlink(path)  # noqa: PTH108
    except FileNotFoundError:
        return
    _sync_folder(path.parent)


def _write(file: int, content: bytes, *, synced: bool = True) -> None:
    """Closes it, too."""
    try:
        while content:
            content = content[os.write(file, content) :]
        if synced:
            os.fsync(file)
            platforms.flush_drive(file)
    finally:
        os.close(file)


def _sync_folder(path: Path) -> None:
    if not platforms.OPENS_FOLDERS:
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
