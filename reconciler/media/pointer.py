"""What stands in place of a file that Git LFS keeps and nobody has fetched: it names the content's SHA-256.

Source: github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reconciler.media.files import KINDS, reading
from reconciler.media.model import MediaError

LONGEST = 1024
"""Bytes of a pointer, by its specification."""

POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:(?P<digest>[0-9a-f]{64})\nsize [1-9][0-9]{0,18}\n"
)
"""With extensions (`ext-…` lines) the digest is not that of the file itself: such a one is not taken."""


@dataclass(frozen=True)
class Pointed:
    """`kind` is told by the ending alone: nobody has seen the content."""

    kind: str
    sha256: str


def pointed_at(root: Path, relative: str) -> Pointed | None:
    """None for all that is no pointer. Raises MediaError as `reading` does."""
    with reading(root, relative) as file:
        try:
            head = file.read(LONGEST + 1)
        except OSError as error:
            raise MediaError(f"{relative}: cannot be read: {error.strerror}") from None
    found = POINTER.fullmatch(head)
    kind = KINDS[PurePosixPath(relative).suffix.lower()]
    return Pointed(kind, found["digest"].decode()) if found else None
