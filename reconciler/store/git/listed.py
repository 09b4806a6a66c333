"""What git says of each file below desired/: one command a repository, which asks no remote and changes nothing."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from reconciler.model.problem import Origin, Problem
from reconciler.store.git.command import Answer, Git, mend_of
from reconciler.text.git_mends import put_back
from reconciler.text.sanitize import plain

FOLDER = "desired"
MEDIA = "creatives"
SUBMODULE = "160000"
QUESTION = ("ls-files", "-v", "-s", "-c", "-o", "--exclude-standard", "-z")


def listed(root: Path) -> Mapping[str, str] | Problem | None:
    """By path from `root`, the letter of `git ls-files -v`: H for a file that git compares, S for one that it skips, M
    for an unmerged one, ? for one that nobody has added, in small letters where git is told to take it for unchanged; G
    stands for a submodule, whose own files are listed beside it where it is here. What git ignores has none.

    None outside git. A problem, with its mend, where git does not answer: nobody can tell then what was deleted from
    what is left out.
    """
    folder = root.absolute() / FOLDER
    if not folder.is_dir():
        return None
    home = _home_of(folder)
    asked = [(FOLDER, home)] if home is not None else []
    asked += [(f"{FOLDER}/{below}", folder / below / ".git") for below in _repositories_in(folder)]
    rows: dict[str, str] = {}
    for name, own in asked:
        answer = Git(root / name)(*QUESTION)
        if not answer.ok:
            return _untold(name, own, answer)
        rows |= _rows(answer.out.decode("utf-8", errors="surrogateescape"), name)
    return rows if asked else None


def media_of(root: Path) -> Callable[[str], str]:
    """Given a path below creatives/ that is not here: how it is put back, "" where git does not have it. Git is asked
    once, for the first such path."""
    letters: dict[str, str] = {}

    @cache
    def ask() -> None:
        answer = Git(root)("ls-files", "-v", "-z", "--", MEDIA) if _home_of(root.absolute()) else None
        rows = answer.out.decode("utf-8", errors="surrogateescape").split("\0") if answer and answer.ok else []
        letters.update((row[2:], row[0]) for row in rows if row)

    def mend(path: str) -> str:
        ask()
        return put_back(letters[path], [path]) if path in letters else ""

    return mend


def _home_of(folder: Path) -> Path | None:
    """The nearest .git, as git looks for it; it may be a link or a file that leads nowhere."""
    homes = (each / ".git" for each in (folder, *folder.parents))
    return next((home for home in homes if os.path.lexists(home)), None)


def _repositories_in(folder: Path) -> Iterator[str]:
    """Submodules and clones as deep as files are read: desired/KIND and desired/KIND/ACCOUNT."""
    for kind in _folders(folder):
        yield from (name for name in (kind, *_below(folder, kind)) if os.path.lexists(folder / name / ".git"))


def _below(folder: Path, kind: str) -> Iterator[str]:
    return (f"{kind}/{name}" for name in _folders(folder / kind))


def _folders(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(one.name for one in entries if one.name != ".git" and one.is_dir(follow_symlinks=False))
    except OSError:
        return []  # who reads the files tells it


def _untold(name: str, home: Path, answer: Answer) -> Problem:
    no_repository = f"bring back the repository that {plain(str(home))} stands for; if it stands for none, remove it"
    asking = f"see what git -C {shlex.quote(plain(name))} ls-files says"
    otherwise = no_repository if "not a git repository" in answer.said else asking
    why = f"git does not say which files it has ({answer.why})"
    return Problem(Origin(name), why, mend_of(answer, otherwise, beside=""))


def _rows(text: str, folder: str) -> Iterator[tuple[str, str]]:
    """`H 100644 ID 0<tab>PATH`, and `? PATH`."""
    for row in text.split("\0"):
        letter, _, rest = row.partition(" ")
        if letter == "?":
            yield f"{folder}/{rest}", letter
        elif rest:
            about, _, path = rest.partition("\t")
            # A submodule that is asked of itself is called ./ by the repository around it.
            whole = folder if path == "./" else f"{folder}/{path}"
            yield whole, "G" if about.startswith(SUBMODULE) else letter
