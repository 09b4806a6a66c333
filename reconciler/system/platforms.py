"""What Linux, macOS and Windows do not have in common, in one place.

What counts is whether a name is there, never what the system is called: so the tests can take names away, and a system
that nobody has thought of gets what it can do.
"""

from __future__ import annotations

import errno
import os
import shlex
import stat
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


# Linux and macOS have the one, Windows has the other.
_FCNTL, _MSVCRT = _module("fcntl"), _module("msvcrt")


def flags(*names: str) -> int:
    """For `os.open`: those of the names that are known here."""
    return sum(getattr(os, name, 0) for name in names)


PLAIN = flags("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
"""For a file that a stranger may have put there: no link is followed, no FIFO waited for, no byte translated."""

OPENS_FOLDERS = hasattr(os, "O_DIRECTORY")
"""Windows opens none: there a path is walked by name, and a rename is safe without a sync of the folder."""

_NAME_SURROGATE = 0x20000000
"""In the tag of a reparse point of Windows: it stands for another place, as links and junctions do. Files that OneDrive
keeps in the cloud have tags without it."""


def is_link(path: Path) -> bool:
    """A symbolic link, or a junction of Windows. False for what is not there."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_reparse_tag", 0) & _NAME_SURROGATE)


def refuse_link(path: Path) -> None:
    """To be asked before an open with PLAIN: where that would follow a link, this raises what it raises elsewhere."""
    if not hasattr(os, "O_NOFOLLOW") and is_link(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


_LOCKED_BYTE = 1 << 30
"""Windows keeps others from reading what is locked, so that one byte far behind the text is."""


def lock(file: int) -> bool:
    """Locks an open file for this handle; False where another one has it. The system lets it go when the file is closed
    or the process ends, however it ends."""
    try:
        if _FCNTL is not None:
            _FCNTL.flock(file, _FCNTL.LOCK_EX | _FCNTL.LOCK_NB)
        else:
            os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
            _MSVCRT.locking(file, _MSVCRT.LK_NBLCK, 1)
    except OSError:
        return False
    return True


SYNCS_ALL = hasattr(os, "sync") and not hasattr(_FCNTL, "F_FULLFSYNC")
"""Whether one call brings all that was written to disk, and returns when it is there: on Linux. macOS does not wait."""


def flush_drive(file: int) -> None:
    """On macOS fsync leaves the content in the drive's own memory; a drive that cannot be asked for more is not."""
    if full := getattr(_FCNTL, "F_FULLFSYNC", None):
        with suppress(OSError):
            _FCNTL.fcntl(file, full)


_IN_USE = frozenset({5, 32, 33})
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION."""


def is_in_use(error: OSError) -> bool:
    """Windows refuses to replace or remove a file while somebody has it open, a virus scanner for instance."""
    return getattr(error, "winerror", None) in _IN_USE


def set_variable(name: str, value: str) -> str:
    """What a person types to set an environment variable: in PowerShell, or in any shell elsewhere."""
    return f'$env:{name} = "{value}"' if os.name == "nt" else f'export {name}="{value}"'


def unset_variable(name: str) -> str:
    return f"Remove-Item Env:{name}" if os.name == "nt" else f"unset {name}"


def typed_path(path: Path) -> str:
    """A path as a person types it: one word, which no program takes for an option."""
    text = f".{os.sep}{path}" if str(path).startswith("-") else str(path)
    return f'"{text}"' if os.name == "nt" else shlex.quote(text)


def user() -> str:
    """Of this process: a number where it has no name, "somebody" where there are no numbers either."""
    numbered = getattr(os, "getuid", None)
    return str(numbered()) if numbered else "somebody"
