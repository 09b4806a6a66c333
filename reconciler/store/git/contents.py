"""What is in the files of `state/` that are shared: here, with what a journal adds, and two of them made one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from reconciler.model.errors import StateError
from reconciler.store.files.atomic import read_regular
from reconciler.store.files.places import journal_path
from reconciler.store.files.record_text import FileOfRecords, parsed, row_of, text_of
from reconciler.store.files.records import MOST_BYTES, FileRecords
from reconciler.store.files.runs import NO_RUN, run_of, run_text
from reconciler.store.git.files import is_run, paths_here
from reconciler.store.merging import merged, merged_run
from reconciler.store.runs import Run


def contents_here(state: Path, account: str) -> dict[str, str]:
    """The texts of an account's files in the working tree, by path, as the next checkpoint makes them. Raises
    StateError for one that cannot be read: it is not taken for missing."""
    found = {path: _read(state, path) for path in paths_here(state, account)}
    if journal_path(state.parent, account).exists():
        found |= FileRecords(state.parent, account).texts()
    return {path: text for path, text in found.items() if text}


def _read(state: Path, path: str) -> str:
    try:
        # A checkout of main on Windows may have put other line ends there.
        return read_regular(state / path, MOST_BYTES).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(
            f"state/{path}: it cannot be read ({error}); it is not taken for empty\n"
            "  mend: delete it: what was pushed of it comes back with the next command"
        ) from None


def merged_text(name: str, path: str, base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """One file of two that both differ from the base; None where there is none. Raises StateError where one cannot be
    believed, or they are of different ad accounts."""
    if is_run(path):
        agreed = merged_run(_run(ours, name), _run(theirs, name))
        return run_text(agreed) if agreed is not None else NO_RUN
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


def _run(text: str | None, name: str) -> Run | None:
    """None also for what cannot be believed."""
    with suppress(StateError):
        return run_of(text, name) if text is not None else None
    return None


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
