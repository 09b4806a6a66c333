"""The files of `state/` that are shared: which they are, what git calls their content, and two of them made one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from reconciler.model.errors import StateError
from reconciler.store.files.atomic import read_regular
from reconciler.store.files.journal import journal_path
from reconciler.store.files.record_text import FileOfRecords, parsed, row_of, text_of
from reconciler.store.files.records import MOST_BYTES, FileRecords
from reconciler.store.merging import merged
from reconciler.store.runs import FOLDER

Tree = dict[str, str]
"""The git id of each file, by its path below state/."""

_KEY = r"[a-z0-9][a-z0-9_-]{0,62}"
_RECORDS = re.compile(rf"({_KEY})/(?:[a-z_]+\.)?{_KEY}\.json")
_RUN = re.compile(rf"{FOLDER}/({_KEY})\.json")


def kept_path(path: str) -> str:
    """The account that a path below state/ belongs to; "" for what is no file of ours: it is neither read nor touched,
    whatever its name would do to a disk."""
    found = _RUN.fullmatch(path) or _RECORDS.fullmatch(path)
    return found[1] if found else ""


def is_run(path: str) -> bool:
    """Whether it tells of a run, and not of records."""
    return _RUN.fullmatch(path) is not None


def contents_here(state: Path, account: str) -> dict[str, str]:
    """The texts of an account's files in the working tree, by path, as the next checkpoint makes them. Raises
    StateError for one that cannot be read: it is not taken for missing."""
    found = {path: _read(state, path) for path in _paths(state, account)}
    if journal_path(state.parent, account).exists():
        found |= FileRecords(state.parent, account).texts()
    return {path: text for path, text in found.items() if text}


def _paths(state: Path, account: str) -> Iterator[str]:
    for folder in (account, FOLDER):
        found = (state / folder).iterdir() if (state / folder).is_dir() else ()
        yield from (path for one in found if kept_path(path := f"{folder}/{one.name}") == account)


def _read(state: Path, path: str) -> str:
    try:
        # A checkout of main on Windows may have put other line ends there.
        return read_regular(state / path, MOST_BYTES).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(
            f"state/{path}: it cannot be read ({error}); it is not taken for empty\n"
            "  mend: delete it: what was pushed of it comes back with the next command"
        ) from None


def git_id(text: str, digest: str) -> str:
    """What git calls a file with this content. `digest` is the repository's: sha1 or sha256."""
    content = text.encode("utf-8", errors="surrogateescape")
    return hashlib.new(digest, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def merged_text(name: str, path: str, base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """One file of two that both differ from the base; None where there is none. Raises StateError where one cannot be
    believed, or they are of different ad accounts."""
    if is_run(path):
        # Two runs that do not agree: none is believed, and the next one looks at everything.
        return None
    stem = Path(path).stem
    before = _side(base, f"{name} as both had it", stem)
    mine, others = _side(ours, f"{name} here", stem), _side(theirs, f"{name} on the branch", stem)
    if mine is None or others is None:
        return ours if others is None else theirs
    account = _same(name, "of ad account", mine.account, others.account)
    currency = _same(name, "in", mine.currency, others.currency)
    records = merged(before.records if before else {}, mine.records, others.records)
    if not records:
        return None
    return text_of(account, currency, {address: row_of(record) for address, record in records.items()})


def _side(text: str | None, name: str, stem: str) -> FileOfRecords | None:
    """Raises StateError for what cannot be believed: nothing is merged with it."""
    try:
        return parsed(text, name, stem) if text is not None else None
    except StateError as error:
        what, told, _ = str(error).partition("; it is not taken for empty")
        if not told:
            raise
        raise StateError(f"{what}, so the two cannot be merged\n  mend: reconciler state rebuild") from None


def _same(name: str, of: str, mine: str, others: str) -> str:
    if mine and others and mine != others:
        raise StateError(
            f"{name}: here it is {of} {mine}, on the branch {of} {others}, so the two cannot be merged\n"
            "  mend: see desired/accounts which of the two is right; delete the file here, or reconciler state rebuild"
        )
    return mine or others
