"""The files below creatives/ by their names, to find the one that is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from reconciler.media.files import KINDS
from reconciler.system import platforms

MOST = 100_000
"""Files that are looked at."""


def media_names(root: Path) -> Iterator[str]:
    """The paths of films and pictures below the folder `root`, in order; links are not followed."""
    count = 0
    if platforms.is_link(root):
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            count += 1
            if count > MOST:
                return
            if Path(name).suffix.lower() in KINDS and not name.startswith("."):
                yield (Path(folder) / name).relative_to(root).as_posix()
