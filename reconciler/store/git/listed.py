"""What git says of each file below desired/: one command, which asks no remote and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from reconciler.model.errors import SourceError
from reconciler.store.git.command import Git, mend_of

FOLDER = "desired"
SUBMODULE = "160000"


def listed(root: Path) -> Mapping[str, str] | None:
    """By path from `root`, the letter of `git ls-files -v`: H for a file that git compares, S for one that it skips, M
    for an unmerged one, ? for one that nobody has added, in small letters where git is told to take it for unchanged; G
    stands for a submodule, whose own files are not listed. What git ignores has none.

    None outside git, and where git does not answer. Raises SourceError where it does not in a sparse checkout: nobody
    can tell then what was deleted from what is left out.
    """
    folder = (root / FOLDER).absolute()
    homes = [one for each in (folder, *folder.parents) if (one := each / ".git").exists()]
    if not homes or not folder.is_dir():
        return None
    answer = Git(folder)("ls-files", "-v", "-s", "-c", "-o", "--exclude-standard", "-z")
    if answer.ok:
        return dict(_rows(answer.out.decode("utf-8", errors="surrogateescape")))
    if _is_sparse(homes[0]):
        raise SourceError(
            f"git ls-files: {answer.why}: which files of desired/ the sparse checkout leaves out is not known, and "
            f"nothing tells them from deleted ones\n  mend: {mend_of(answer, 'git sparse-checkout disable')}"
        )
    return None


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """`H 100644 ID 0<tab>PATH`, and `? PATH`."""
    for row in text.split("\0"):
        letter, _, rest = row.partition(" ")
        if letter == "?":
            yield f"{FOLDER}/{rest}", letter
        elif rest:
            about, _, path = rest.partition("\t")
            yield f"{FOLDER}/{path}", "G" if about.startswith(SUBMODULE) else letter


def _is_sparse(home: Path) -> bool:
    """As far as the files of a clone's own .git say it."""
    for name in ("config.worktree", "config"):
        try:
            lines = (home / name).read_text("utf-8", errors="replace").lower().replace(" ", "").split()
        except OSError:
            continue
        if "sparsecheckout=true" in lines:
            return True
    return False
