"""Where the files of desired/ that are here are not those that git has. What git knows and what is not here must never
read as deleted: a campaign that runs would be paused. Pure but for one question: whether something is there.

`listed` are git's letters by path, as `store/git/listed.py` tells them.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from reconciler.kinds.said import counted
from reconciler.model.problem import Origin, Problem
from reconciler.text.git_mends import UNCOMPARED, compared, put_back
from reconciler.text.sanitize import plain

READ = (".yaml", ".yml", ".csv")
SEEN = frozenset("H?")

LEFT_OUT = "it is committed and not here: a sparse checkout leaves it out, or git is told to skip it"
FORGOTTEN = "it is committed and not here, and git is told to take it for unchanged, so nobody has deleted it"
UNMERGED = "git has begun to merge it and has not ended, so nobody has decided what it says"
NOT_FETCHED = "a submodule that is not here, with all that is declared in it"

UNMERGED_MEND = "git add it once it reads as it should, or git rm it"
FETCH = "git submodule update --init --recursive"
LETTERS = {LEFT_OUT: "S", FORGOTTEN: "h"}
TO_END = {LEFT_OUT: "delete it then", FORGOTTEN: "git rm it"}


def hidden(root: Path, listed: Mapping[str, str]) -> tuple[list[Problem], set[str]]:
    """What is declared and not here, told once a folder and reason; and all such paths, without their suffixes."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, letter in listed.items():
        if letter not in SEEN and (letter == "G" or path.endswith(READ)) and (reason := _reason(root / path, letter)):
            found.setdefault((str(PurePosixPath(path).parent), reason), []).append(path)
    problems = [_told(root, sorted(paths), reason) for (_, reason), paths in sorted(found.items())]
    return problems, {str(PurePosixPath(path).with_suffix("")) for paths in found.values() for path in paths}


def is_not_here(problem: Problem) -> bool:
    """Whether it is one of those that `hidden` tells."""
    return problem.message.startswith((LEFT_OUT, FORGOTTEN, UNMERGED, NOT_FETCHED))


def _reason(path: Path, letter: str) -> str:
    """ "" for what is here."""
    if letter == "G":
        return "" if path.is_dir() and any(path.iterdir()) else NOT_FETCHED
    if letter in "Mm":
        return UNMERGED
    if path.exists() or path.is_symlink():
        return ""
    return LEFT_OUT if letter in "Ss" else FORGOTTEN


def _told(root: Path, paths: Sequence[str], reason: str) -> Problem:
    more = len(paths) - 1
    rest = f"; so {'is' if more == 1 else 'are'} {counted(more, 'other file')} of its folder" if more else ""
    return Problem(Origin(plain(paths[0])), reason + rest, _mend(root, paths, reason))


def _mend(root: Path, paths: Sequence[str], reason: str) -> str:
    if reason not in LETTERS:
        return FETCH if reason == NOT_FETCHED else UNMERGED_MEND
    git, inner = _repository_of(root, paths)
    return f"{put_back(LETTERS[reason], inner, git)}; if it is to end, {TO_END[reason]}"


def _repository_of(root: Path, paths: Sequence[str]) -> tuple[str, list[str]]:
    """The command of the repository below desired/ that has these files of one folder, and their paths in it."""
    for folder in PurePosixPath(paths[0]).parents:
        if str(folder) != "." and os.path.lexists(root / folder / ".git"):
            return f"git -C {shlex.quote(plain(str(folder)))}", [path.removeprefix(f"{folder}/") for path in paths]
    return "git", list(paths)


def doubtful(root: Path, listed: Mapping[str, str], read: Collection[str]) -> Iterator[Problem]:
    """Of the files that were read, those that others do not have, or may have otherwise, and of which git status says
    nothing."""
    if "desired/project.yaml" not in listed:
        return  # the project is not in git, whatever folder it stands in is
    for path in _uncompared(root, listed):
        said = "git is told not to compare it: what is edited here is in no commit, and what was pulled may not be here"
        git, inner = _repository_of(root, [path])
        yield Problem(Origin(plain(path)), said, compared(listed[path], inner, git))
    for name in _unlisted(listed, read):
        said = "git ignores it, so it is here alone: neither CI nor another machine sees it"
        rule = f"git check-ignore -v {name} names the rule"
        yield Problem(Origin(name), said, f"git add --force {name}, and commit; {rule}")


def _uncompared(root: Path, listed: Mapping[str, str]) -> list[str]:
    told = (path for path, letter in listed.items() if letter in UNCOMPARED and path.endswith(READ))
    return sorted(path for path in told if (root / path).exists())


def _unlisted(listed: Mapping[str, str], read: Iterable[str]) -> list[str]:
    """Names as messages have them. A repository within this one lists its own files."""
    missing = {name for name in read if name not in listed}
    if missing:
        missing -= set(map(plain, listed))
    inner = (path.rstrip("/") for path, letter in listed.items() if letter == "G" or path.endswith("/"))
    within = tuple(f"{plain(path)}/" for path in inner)
    return sorted(name for name in missing if not name.startswith(within))
