"""What a project is by default, and what its state branch may be called."""

from __future__ import annotations

import re

DEFAULT_TIMEZONE = "Asia/Singapore"
DEFAULT_STATE_BRANCH = "reconciler-state"
DEFAULT_TOKEN = "env/META_ACCESS_TOKEN"  # noqa: S105  the name of a variable, not a token

BRANCH = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]|/(?=[A-Za-z0-9_]))*")


def branch_name(name: str) -> str:
    """As git takes it, without the letters that a shell or YAML reads otherwise. Raises ValueError for others, and for
    one that is main's."""
    wrong = ".." in name or name.endswith((".", ".lock")) or ".lock/" in name or "./" in name
    if wrong or not BRANCH.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a branch; write letters, digits, - and /: reconciler-state")
    if name in ("main", "master"):
        raise ValueError(f"{name} holds desired/, and may be protected; write a branch of its own: reconciler-state")
    return name
