"""Images and videos that git has only pointers of, fetched when they are needed. Calls `git lfs`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reconciler.model.errors import UnsharedState
from reconciler.store.git.command import Git, refused

POINTER = b"version https://git-lfs"
"""How the file begins that stands in place of one."""

PATIENCE = 3600.0
"""Seconds: videos of an agency are gigabytes."""


def fetch_media(root: Path) -> None:
    """Nothing happens where every file below creatives/ is there. Raises UnsharedState where they cannot be fetched."""
    if next(_pointers(root / "creatives"), None) is None:
        return
    git = Git(root)
    if not git("lfs", "version").ok:
        raise UnsharedState(
            "creatives/ has files that Git LFS keeps, and git lfs is not installed\n  mend: install it: https://git-lfs.com"
        )
    prefix = git.need("rev-parse", "--show-prefix").text
    answer = git("lfs", "pull", f"--include={prefix}creatives/**", seconds=PATIENCE)
    if not answer.ok:
        raise refused("images and videos could not be fetched with git lfs pull", answer)


def _pointers(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(len(POINTER)) == POINTER:
                    yield path
