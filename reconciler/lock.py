"""One writer per account on this machine. It saves work; safety does not rest on it, since it does not reach further.

Held by the process through the kernel, so that a killed run leaves nothing to clean up.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from reconciler.errors import LockedError


class AccountLock:
    """Held from construction until `release` or the end of the process. Raises LockedError where another holds it."""

    def __init__(self, root: Path, account: str) -> None:
        folder = root / "state"
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / f".{account}.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip() or "another process"
            self._file.close()
            raise LockedError(
                f"{account} is being changed by {holder}\n  mend: wait for that run to end, then run this one again"
            ) from None
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        self._file.close()
