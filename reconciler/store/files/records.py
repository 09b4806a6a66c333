"""The last stage: what `state/` remembers. One file a campaign; what stands in it is in `record_text.py`. What changes
while a run goes on is in `journal.py`, until the run's checkpoint writes the files."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from reconciler.model.address import Address
from reconciler.model.errors import StateError, UnwrittenState
from reconciler.model.record import Record
from reconciler.store.files.atomic import read_regular, remove_durably, write_all_durably
from reconciler.store.files.journal import Journal
from reconciler.store.files.os_errors import mend_of, why
from reconciler.store.files.places import journal_path, journalled, need_folders
from reconciler.store.files.record_text import File, file_of, parsed, row_of, text_of, unbelievable
from reconciler.store.records import NOTHING
from reconciler.store.runs import FOLDER
from reconciler.text.redact import credentials_known

MOST_BYTES = 64 * 1024 * 1024
"""Of one file: a campaign of 200 ad sets with 50 ads each has some twenty million."""


class FileRecords:
    """The records of one account, `store/records.py`, below state/ACCOUNT.

    `former` are the keys that the account's file had before; what they remember is read and moves over. Raises
    StateError where a file remembers objects of another ad account than `account_id`.
    """

    def __init__(
        self, root: Path, account: str, account_id: str = "", currency: str = "", former: Iterable[str] = ()
    ) -> None:
        self.folder = root / "state" / account
        self.account = account
        self.account_id = account_id
        self.currency = currency
        self._root = root
        self.fence: Callable[[], None] = lambda: None
        """Called before each write; raises where this run has lost the right to it."""
        self.now: Callable[[], datetime | None] = lambda: None
        """Meta's clock, for `as_of`."""
        self._rows: dict[Address, tuple[Record, int, str]] = {}
        self._files: dict[File, dict[Address, Record]] = {}
        self._gathered: dict[Address, Record | None] | None = None
        """What is changed and not in the journal yet; None where each change goes there at once."""
        self._unwritten: set[File] = set()
        """Files that are not as what stands in the journals."""
        self._journal = Journal(root, account)
        self._journals = (self._journal, *(Journal(root, key) for key in former))
        self._read((account, *former))

    def all(self) -> dict[Address, Record]:
        """A copy, by address."""
        return {address: record for file in self._files.values() for address, record in file.items()}

    def get(self, address: Address) -> Record | None:
        return self._files.get(file_of(address), {}).get(address)

    def put(self, address: Address, record: Record) -> None:
        """Durable when it returns: a synced line of the journal."""
        self.put_all({address: record})

    def put_all(self, records: Mapping[Address, Record]) -> None:
        """Many at once, in one line."""
        self._change({address: self._dated(address, record) for address, record in records.items()})

    def _dated(self, address: Address, record: Record) -> Record:
        """With the time of its change: not of one that changes nothing, nor of a move."""
        before, now = self.get(address), self.now()
        if before is not None:
            same_time = record if record.as_of == before.as_of else replace(record, as_of=before.as_of)
            if same_time == before:
                return before
        moved = before is None and bool(record.as_of)
        if now is None or moved:
            return record
        moment = now.astimezone(UTC).isoformat(timespec="seconds")
        # An old reply out of somebody's cache would make our own later writes look newer than what we know.
        return replace(record, as_of=max(moment, before.as_of if before is not None else ""))

    @contextmanager
    def together(self) -> Iterator[None]:
        self.fence()
        self._gathered = {}
        try:
            yield
        finally:
            gathered, self._gathered = self._gathered, None
            self._append(gathered)

    def remove(self, address: Address) -> None:
        self._change({address: None})

    def move(self, old: Address, new: Address) -> None:
        """A renamed address."""
        record = self.get(old)
        if record is not None:
            self._change({new: self._dated(new, record), old: None})

    def _change(self, changes: Mapping[Address, Record | None]) -> None:
        fresh = self._fresh(changes)
        if self._gathered is not None:
            self._take(fresh)
            self._gathered |= fresh
        else:
            self.fence()
            self._append(fresh)

    def _fresh(self, changes: Mapping[Address, Record | None]) -> dict[Address, Record | None]:
        return {address: record for address, record in changes.items() if record != self.get(address)}

    def _append(self, fresh: Mapping[Address, Record | None]) -> None:
        if not fresh:
            return
        try:
            if not self._journal.ready or any(one.path.exists() for one in self._journals[1:]):
                self.checkpoint()
            self._take(fresh)
            self._journal.append(fresh, self.account_id, self.currency)
        except OSError as error:
            raise UnwrittenState(self._journal.name, why(error), mend_of(error)) from None

    def _take(self, changes: Mapping[Address, Record | None]) -> None:
        for address, record in changes.items():
            file = file_of(address)
            self._unwritten.add(file)
            if record is None:
                self._files.get(file, {}).pop(address, None)
            else:
                self._files.setdefault(file, {})[address] = record

    def checkpoint(self, last: Mapping[Address, Record] = NOTHING) -> None:
        """The files are written, and the journals of earlier changes go. A crash within leaves the journals, which say
        the same as the files that were written already, or, of what is in `last`, what was before."""
        fresh = self._fresh({address: self._dated(address, record) for address, record in last.items()})
        if not (fresh or self._unwritten or self.is_journalled):
            return
        self.fence()
        self._take(fresh)
        self._write(sorted(self._unwritten))
        for journal in self._journals:
            self._remove(journal)
        self._unwritten.clear()

    def _remove(self, journal: Journal) -> None:
        try:
            journal.remove()
        except OSError as error:
            raise UnwrittenState(journal.name, why(error), mend_of(error)) from None

    @property
    def is_journalled(self) -> bool:
        """Whether something stands in a journal, and not in its file."""
        return any(journal.path.exists() for journal in self._journals)

    def texts(self) -> dict[str, str]:
        """The files that a checkpoint would write, by path below state/; "" for one that it would remove."""
        return {f"{file[0]}/{file[1]}.json": self._text(file) for file in sorted(self._unwritten)}

    def _read(self, accounts: Sequence[str]) -> None:
        """Again where a checkpoint has come between: its journal is gone, and its files may be read before it."""
        state = self._root / "state"
        need_folders(self._root, state, *(state / account for account in accounts))
        there = True
        while there:
            self._files.clear()
            self._unwritten.clear()
            found = [journal.read() for journal in self._journals]
            for account in accounts:
                self._read_files(account)
            there = any(
                one is not None and not journal.path.exists()
                for one, journal in zip(found, self._journals, strict=True)
            )
        for one, journal in zip(found, self._journals, strict=True):
            if one is not None:
                self._check_owner(journal.name, one.account, one.currency)
                self.account_id, self.currency = self.account_id or one.account, self.currency or one.currency
                self._take(one.changes)

    def _read_files(self, account: str) -> None:
        for path in self._listed(self._root / "state" / account):
            if account == FOLDER and _is_of_a_run(path):
                continue
            self._files[account, path.stem] = self._parse(path, f"state/{account}/{path.name}")

    def _listed(self, folder: Path) -> list[Path]:
        """`glob` takes a folder that cannot be read for an empty one."""
        try:
            names = os.listdir(folder)  # noqa: PTH208
        except FileNotFoundError:
            return []
        except OSError as error:
            name = folder.relative_to(self._root).as_posix()
            raise StateError(
                f"{name}: it cannot be read ({why(error)}); it is not taken for empty\n  mend: {mend_of(error)}"
            ) from None
        return [folder / name for name in sorted(names) if fnmatch(name, "*.json")]

    def _parse(self, path: Path, name: str) -> dict[Address, Record]:
        found = parsed(_text_of(path, name), name, path.stem)
        self._check_owner(name, found.account, found.currency)
        return dict(found.records)

    def _check_owner(self, name: str, account_id: str, currency: str) -> None:
        """Ids and amounts of one ad account mean nothing in another, or the wrong thing."""
        if account_id and self.account_id and account_id != self.account_id:
            raise StateError(
                f"{name}: it remembers objects of {account_id}, but {self.account} is {self.account_id} by now; what "
                f"runs in {account_id} goes on, and nothing is written to either\n"
                f"  mend: write account: {account_id} back into desired/accounts/{self.account}.yaml; to leave it, "
                f"remove its campaigns then and apply, which pauses them, give the new ad account a file of its own in "
                f"place of this one, and forget the former: reconciler state forget {self.account}; reconciler pause "
                f"--all --account {self.account} stops both at once"
            )
        if currency and self.currency and currency != self.currency:
            raise StateError(
                f"{name}: its amounts are in {currency}, but {self.account} says currency: {self.currency}\n"
                f"  mend: write currency: {currency} back into desired/accounts/{self.account}.yaml; an ad account at "
                "Meta never changes its currency"
            )

    def _write(self, files: Iterable[File]) -> None:
        texts = {self._path(file): (file, self._text(file)) for file in files}
        try:
            write_all_durably({path: text for path, (_, text) in texts.items() if text and not _holds(path, text)})
            for path, (file, text) in texts.items():
                if not text:
                    remove_durably(path)
                    self._files.pop(file, None)
        except OSError as error:
            names = ", ".join(path.relative_to(self._root).as_posix() for path in texts)
            raise UnwrittenState(names, why(error), mend_of(error)) from None

    def _path(self, file: File) -> Path:
        return self._root / "state" / file[0] / f"{file[1]}.json"

    def _text(self, file: File) -> str:
        """A file's content; "" where nothing is remembered of the campaign."""
        if not self._files.get(file):
            return ""
        rows = {at: self._row(at, record) for at, record in self._files[file].items()}
        return text_of(self.account_id, self.currency, rows)

    def _row(self, address: Address, record: Record) -> str:
        """A record as it stands in its file; kept, because the file is written anew for each of its records."""
        known = credentials_known()
        kept = self._rows.get(address)
        if kept is None or kept[0] is not record or kept[1] != known:
            kept = self._rows[address] = (record, known, row_of(record))
        return kept[2]


def _is_of_a_run(path: Path) -> bool:
    """Where an older version has kept an account of this key, its records stand beside what `runs.py` keeps."""
    try:
        return "creatives" in json.loads(read_regular(path, MOST_BYTES))
    except (OSError, ValueError, TypeError, RecursionError):
        return False


def _holds(path: Path, text: str) -> bool:
    try:
        return path.exists() and read_regular(path, MOST_BYTES) == text
    except (OSError, UnicodeDecodeError):
        return False


def recorded_accounts(root: Path) -> list[str]:
    """Account keys that have a folder under state/. Raises StateError where something else stands in its place."""
    folder = root / "state"
    if not folder.is_symlink():
        need_folders(root, folder)
    found = folder.iterdir() if folder.is_dir() else ()
    folders = (p for p in found if not p.name.startswith(".") and p.name != FOLDER and p.is_dir())
    return sorted({p.name for p in folders if any(p.glob("*.json"))} | journalled(root))


def discard(root: Path, account: str) -> None:
    """Removes the account's files, and their folder where nothing else stands in it."""
    remove_durably(journal_path(root, account))
    folder = root / "state" / account
    if folder.is_symlink():
        return
    for path in sorted(folder.glob("*.json")):
        remove_durably(path)
    with suppress(OSError):
        folder.rmdir()


def account_id_of(root: Path, account: str) -> str:
    """The ad account's id as the state files of an account have it; "" where there are none."""
    for path in sorted((root / "state" / account).glob("*.json")):
        try:
            found = str(json.loads(read_regular(path, MOST_BYTES)).get("account", ""))
        except (OSError, ValueError, AttributeError, RecursionError):
            continue
        if found:
            return found
    try:
        entries = Journal(root, account).read()
    except StateError:
        return ""
    return entries.account if entries is not None else ""


def checkpoint(root: Path, account: str) -> set[str]:
    """What a killed run has left in the journal, into the account's files: by path below state/ those that it takes
    away. Whoever calls this has the account's lease. Raises StateError where either cannot be used."""
    if not journal_path(root, account).exists():
        return set()
    records = FileRecords(root, account)
    emptied = {path for path, text in records.texts().items() if not text}
    records.checkpoint()
    return emptied


def _text_of(path: Path, name: str) -> str:
    try:
        return read_regular(path, MOST_BYTES)
    except UnicodeDecodeError:
        raise unbelievable(name, "it cannot be read (it is not UTF-8)") from None
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise unbelievable(name, f"it cannot be read ({why})") from None
