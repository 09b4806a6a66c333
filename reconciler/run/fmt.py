"""The files of desired/ in canonical order and layout. A file is written only where its new text, read again, says the
same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.config.document import parse_document
from reconciler.config.texts import cut_text
from reconciler.edit.canonical import order_of, schema_and_spec, spec_of
from reconciler.edit.layout import CannotPlaceError, formatted
from reconciler.model.address import LEVELS
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError, UsageError
from reconciler.model.problem import Problem
from reconciler.store.declared import Rewritten, declared_files, read_declared, write_declared


@dataclass
class Formatted:
    """By file. What is in none of them was in order."""

    rewritten: dict[str, Rewritten] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    """Why it stays as it is, at the end of a sentence."""
    problems: list[Problem] = field(default_factory=list)
    """Of files that cannot be read."""


def fmt(root: Path, paths: Collection[Path], *, dry_run: bool) -> Formatted:
    """`paths` are files and folders below desired/; none stand for all of it. Raises UsageError for any other path,
    and FileError where nothing could be written."""
    found = Formatted()
    for file in _files(root, paths):
        _format(root, file, found)
    if not dry_run and found.rewritten:
        write_declared(root, found.rewritten)
    return found


def _files(root: Path, paths: Collection[Path]) -> list[str]:
    known = [file for file in declared_files(root) if schema_and_spec(file)]
    if not paths:
        return known
    chosen: set[str] = set()
    for path in paths:
        try:
            name = path.absolute().relative_to(root).as_posix()
        except ValueError:
            name = ""
        within = [file for file in known if file == name or file.startswith(f"{name}/") or name == "."]
        if not within:
            raise UsageError(f"{path} is no YAML file below desired/, and no folder that holds one")
        chosen.update(within)
    return sorted(chosen)


def _format(root: Path, file: str, found: Formatted) -> None:
    text = read_declared(root, file)
    try:
        document = parse_document(text, file)
        if cut := list(_cut(document, file)):
            raise ConfigError(cut)
        becomes = formatted(text, order_of(file))
        if becomes == text:
            return
        if parse_document(becomes, file).data != document.data:
            raise CannotPlaceError("it would not say the same afterwards")
        found.rewritten[file] = Rewritten(text, becomes)
    except ConfigError as error:
        found.problems.extend(error.problems)
    except CannotPlaceError as error:
        found.left[file] = str(error)


def _cut(document: Document, file: str) -> Iterator[Problem]:
    """With two spaces before its `#`, what is cut off would pass for a comment."""
    defaults = [("defaults", level) for level in LEVELS]
    for path in [(), *defaults]:
        if (spec := spec_of(file, path)) is not None and (not path or document.value(path) is not None):
            yield from cut_text(spec, document, path)
