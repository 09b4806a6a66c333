"""The files below desired/ as text: the only place that writes them, and only what still is as it was read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import FileError
from reconciler.store.files.atomic import read_regular, write_all_durably
from reconciler.store.files.os_errors import why

FOLDER = "desired/"
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Rewritten:
    """One file: what was read of it, and what it is to say."""

    was: str | None
    """None where there is to be none yet."""
    becomes: str


def read_declared(root: Path, file: str) -> str:
    """`file` is relative to `root`, as an `Origin` has it. Raises FileError."""
    try:
        return read_regular(_below_desired(root, file))
    except (OSError, UnicodeDecodeError) as error:
        said = why(error) if isinstance(error, OSError) else "it is no UTF-8"
        raise FileError(f"{file} could not be read ({said})\n  mend: see that it is a plain file") from None


def declared_files(root: Path) -> list[str]:
    """All YAML files below desired/, relative to `root`: plain ones, in folders that are no links."""
    return sorted(path.relative_to(root).as_posix() for path in _plain_files(root / FOLDER))


def _plain_files(folder: Path) -> Iterator[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir():
            yield from _plain_files(path)
        elif path.is_file() and path.suffix in SUFFIXES:
            yield path


def write_declared(root: Path, files: Mapping[str, Rewritten]) -> None:
    """All or, where one of them is not as it was read, none. Raises FileError."""
    for file, text in files.items():
        if _as_it_is(root, file) != text.was:
            raise FileError(
                f"{file} has changed meanwhile, so nothing was written\n  mend: save what you edit, and run it again"
            )
    try:
        write_all_durably({_below_desired(root, file): text.becomes for file, text in files.items()})
    except OSError as error:
        raise FileError(
            f"{', '.join(files)} could not be written ({why(error)})\n  mend: see git status, and run it again"
        ) from None


def _as_it_is(root: Path, file: str) -> str | None:
    return read_declared(root, file) if os.path.lexists(_below_desired(root, file)) else None


def refuse_written(root: Path, *files: str) -> None:
    """Raises FileError where one of the files is there already."""
    for file in files:
        if _below_desired(root, file).exists():
            raise FileError(_there(file))


def _there(file: str) -> str:
    return f"{file} is there already, and nothing is written over it\n  mend: choose another key, or delete it first"


def write_new_declared(root: Path, file: str, text: str) -> None:
    """A file that is not there yet. Raises FileError where something is, or where it cannot be written."""
    path = _below_desired(root, file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as new:
            new.write(text)
    except FileExistsError:
        raise FileError(_there(file)) from None
    except OSError as error:
        raise FileError(f"{file} could not be written ({why(error)})\n  mend: see who may write there") from None


def _below_desired(root: Path, file: str) -> Path:
    if not file.startswith(FOLDER) or ".." in Path(file).parts:
        raise FileError(f"{file} is not below desired/, and nothing else is written\n  mend: report this")
    return root / file
