"""What the system says when a file cannot be read or written, with the way out."""

from __future__ import annotations

import errno

ROOM = "make room on the disk, then run the same command again"

RIGHTS = "give the user who runs this the right to read and to write it, then run the same command again"

WRITABLE = "run it in a checkout that can be written to"

PLACE = "move away what stands in its place, then run the same command again"

MENDS = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EFBIG: ROOM,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.EROFS: WRITABLE,
    errno.EEXIST: PLACE,
    errno.ENOTDIR: PLACE,
    errno.EISDIR: PLACE,
}


def why(error: OSError) -> str:
    return error.strerror or type(error).__name__


def mend_of(error: OSError) -> str:
    return MENDS.get(error.errno or 0, "run the same command again")
