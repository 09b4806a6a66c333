"""Where in a project what it remembers stands, and what git may have put into it."""

from __future__ import annotations

import re
from pathlib import Path

from reconciler.model.errors import StateError
from reconciler.store.files.os_errors import PLACE
from reconciler.system import platforms

SUFFIX = ".journal"

CONFLICT_MARKS = ("<<<<<<<", "=======", ">>>>>>>")
CONFLICT = re.compile(f"^(?:{'|'.join(CONFLICT_MARKS)})", re.MULTILINE)
"""What git leaves in a file that it could not merge."""


def journal_path(root: Path, account: str) -> Path:
    return root / "state" / f".{account}{SUFFIX}"


def journalled(root: Path) -> set[str]:
    """Account keys of which a journal is there."""
    found = (root / "state").glob(f".*{SUFFIX}")
    return {path.name[1 : -len(SUFFIX)] for path in found}


def need_folders(root: Path, *folders: Path) -> None:
    """Raises StateError, with the place and its mend, where one of them is something else, such as a file: what is
    asked for below it would be told of in its stead. What is not there is made when it is needed."""
    for folder in folders:
        name = folder.relative_to(root).as_posix()
        if platforms.is_link(folder):
            raise StateError(
                f"{name}: it is a symbolic link, which may lead anywhere\n  mend: put a folder in its place"
            )
        if folder.exists() and not folder.is_dir():
            raise StateError(f"{name}: it is no folder, and what is remembered is kept in one\n  mend: {PLACE}")
