"""What a run leaves for its CI: annotations, outputs and the step summary as GitHub's runner reads them, and files.

The formats: docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from reconciler.model.errors import FileError
from reconciler.text.sanitize import brief

MOST_ANNOTATIONS = 10
"""That GitHub shows of each level in a step; of others nobody learns."""

LONGEST_SUMMARY = 1_048_576
"""Bytes of a step's summary: of a longer one GitHub shows nothing."""

LONGEST_MESSAGE = 4_000
"""Characters of one annotation's message. GitHub takes 64 KB; a reader does not."""


class Level(StrEnum):
    """The worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Annotation:
    """A remark at a line of a file; `file` is from the top of the repository, "" for one at no file."""

    level: Level
    title: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


def commands(annotations: Iterable[Annotation]) -> list[str]:
    """The lines that make a runner show them, the worst first; at most ten of a level, of which the last says how many
    more there are. Among equals their order stays."""
    levels = list(Level)
    ordered = sorted(annotations, key=lambda one: levels.index(one.level))
    return [_command(one) for level, of_it in groupby(ordered, lambda one: one.level) for one in _most(level, [*of_it])]


def _most(level: Level, annotations: Sequence[Annotation]) -> Iterable[Annotation]:
    if len(annotations) <= MOST_ANNOTATIONS:
        return annotations
    shown = annotations[: MOST_ANNOTATIONS - 1]
    more = f"{len(annotations) - len(shown):,} more of these stand in the summary of this run"
    return [*shown, Annotation(level, f"{len(annotations):,} in all", more)]


def _command(one: Annotation) -> str:
    """`::error file=desired/…,line=3,col=7,title=…::message`"""
    known = {
        "file": one.file,
        "line": str(one.line) if one.file and one.line else "",
        "endLine": str(one.line) if one.file and one.line else "",
        "col": str(one.column) if one.file and one.column else "",
        "title": brief(one.title, 200),
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in known.items() if value)
    lines = one.message.split("\n")
    message = "\n".join(brief(line, LONGEST_MESSAGE) for line in lines)
    return f"::{one.level} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def below(annotations: Iterable[Annotation], top: str) -> list[Annotation]:
    """With files named from the top of the repository, in which `top` is the folder with desired/; "" for itself."""
    return [replace(one, file=f"{top}/{one.file}" if top and one.file else one.file) for one in annotations]


# ---- files


def add_outputs(path: Path, outputs: Mapping[str, str | int | bool]) -> None:
    """`name=value` lines, which GITHUB_OUTPUT and GitLab's dotenv reports both are. A value is one line."""
    _write(path, "".join(f"{name}={_value(value)}\n" for name, value in outputs.items()), add=True)


def _value(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else brief(str(value))


def add_summary(path: Path, markdown: str) -> None:
    """Beside what stands there. Raises FileError where both together would be more than GitHub shows."""
    text = markdown.rstrip("\n") + "\n"
    there = path.stat().st_size if path.exists() else 0
    if there + len(text.encode()) > LONGEST_SUMMARY:
        raise FileError(
            f"the summary is full: {there:,} bytes stand in it, and {len(text.encode()):,} more would hide them all\n"
            "  mend: run reconciler in a step of its own"
        )
    _write(path, text, add=True)


def write_text(path: Path, text: str) -> None:
    """In place of what stands there; makes the folder."""
    _write(path, text, add=False)


def remove(path: Path) -> None:
    """Where it is there."""
    with _told_as_file_error(path):
        path.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    with _told_as_file_error(path):
        path.mkdir(parents=True, exist_ok=True)


def _write(path: Path, text: str, *, add: bool) -> None:
    make_folder(path.parent)
    with _told_as_file_error(path), path.open("a" if add else "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


@contextmanager
def _told_as_file_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(
            f"{path} could not be written ({error.strerror})\n  mend: name a folder that this run may write to"
        ) from None
