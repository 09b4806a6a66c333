"""Whatever goes wrong with one account becomes that account's error, so that the others are finished and reported."""

from __future__ import annotations

import errno
import logging

from reconciler.errors import Fault, FileError, ReconcilerError

log = logging.getLogger("reconciler")

ROOM = "make room on the disk, then run the same command again"
RIGHTS = "give the user who runs this the right to read and to write it, then run the same command again"
PLACE = "move away what stands in its place, then run the same command again"

MENDS = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EFBIG: ROOM,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.EROFS: RIGHTS,
    errno.EEXIST: PLACE,
    errno.ENOTDIR: PLACE,
    errno.EISDIR: PLACE,
}


def failure_of(error: Exception, account: str = "") -> ReconcilerError:
    """The error as a user should read it. What nobody has foreseen is a fault of ours: its traceback goes to the log
    that -v shows."""
    if isinstance(error, ReconcilerError):
        return error
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return FileError(f"{where}{why(error)}\n  mend: {mend_of(error)}")
    log.debug("%s", account, exc_info=error)
    said = f"{type(error).__name__}: {error}"
    return Fault(f"this is a fault of the reconciler: {said}\n  mend: run it again with -v and report what it prints")


def why(error: OSError) -> str:
    return error.strerror or type(error).__name__


def mend_of(error: OSError) -> str:
    return MENDS.get(error.errno or 0, "run the same command again")
