"""Where in a project what it remembers stands, and what git may have put into it."""

from __future__ import annotations

import re
from pathlib import Path

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
