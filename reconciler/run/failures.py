"""Whatever goes wrong with one account becomes that account's error, so that the others are finished and reported."""

from __future__ import annotations

import logging

from reconciler.model.errors import Fault, FileError, ReconcilerError
from reconciler.store.files.os_errors import mend_of, why

log = logging.getLogger("reconciler")


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
