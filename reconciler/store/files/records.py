"""The last stage: what `state/` remembers. One file a campaign, written as each object succeeds.

A file is sorted, one field a line, without counters or timestamps that change by themselves, so that its git
history reads as the campaign's. It holds no token, no raw reply, no signed URL.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from reconciler.model.address import Address
from reconciler.model.errors import StateError, UnwrittenState
from reconciler.model.record import Record
from reconciler.model.record_codec import RECORDS_VERSION, record_json, record_of
from reconciler.store.files.atomic import read_regular, remove_durably, write_all_durably
from reconciler.store.files.os_errors import mend_of, why
from reconciler.text.redact import credentials_known, without_credentials

CONFLICT_MARKERS = ("<<<<<<<", "=======", ">>>>>>>")
MOST_LEVELS = 100
"""Of nesting: YAML may have 50, and what is read from Meta has fewer."""

MOST_BYTES = 64 * 1024 * 1024
"""Of one file: a campaign of 200 ad sets with 50 ads each has some twenty million."""


File = tuple[str, str]
"""The scope's text, and the name of one file in its folder: a campaign's key, or `kind.key`."""


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
        for key in (account, *former):
            self._read(key)

    def all(self) -> dict[Address, Record]:
        """A copy, by address."""
        return {address: record for file in self._files.values() for address, record in file.items()}

    def get(self, address: Address) -> Record | None:
        return self._files.get(file_of(address), {}).get(address)

    def put(self, address: Address, record: Record) -> None:
        """Durable when it returns: temporary file, fsync, rename, fsync of the folder."""
        self.put_all({address: record})

    def put_all(self, records: Mapping[Address, Record]) -> None:
        """Many at once: each file is written once."""
        self.fence()
        for address, record in records.items():
            self._files.setdefault(file_of(address), {})[address] = self._dated(address, record)
        self._write(sorted({file_of(address) for address in records}))

    def _dated(self, address: Address, record: Record) -> Record:
        """With the time of its change: not of one that changes nothing, nor of a move."""
        before, now = self.get(address), self.now()
        if before is not None and replace(record, as_of=before.as_of) == before:
            return before
        moved = before is None and bool(record.as_of)
        if now is None or moved:
            return record
        return replace(record, as_of=now.astimezone(UTC).isoformat(timespec="seconds"))

    def remove(self, address: Address) -> None:
        self.fence()
        if self._files.get(file_of(address), {}).pop(address, None) is not None:
            self._write([file_of(address)])

    def move(self, old: Address, new: Address) -> None:
        """A renamed address. The new file is on disk before the old one goes, so that a crash keeps the record."""
        record = self.get(old)
        if record is not None:
            self.put(new, record)
            self.remove(old)

    def _read(self, account: str) -> None:
        own = self._root / "state" / account
        for folder in (own.parent, own):
            if folder.is_symlink():
                name = folder.relative_to(self._root).as_posix()
                raise StateError(
                    f"{name}: it is a symbolic link, which may lead anywhere\n  mend: put a folder in its place"
                )
        for path in self._listed(own):
            name = path.relative_to(self._root).as_posix()
            self._files[account, path.stem] = self._parse(path, name)

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
        data = _data_of(path, name)
        if not isinstance(data, dict) or not isinstance(data.get("resources"), dict):
            raise _unbelievable(name, "it has no resources")
        version = data.get("format_version")
        if not isinstance(version, int) or version < 1:
            raise _unbelievable(name, "it has no format_version")
        if version > RECORDS_VERSION:
            raise StateError(
                f"{name}: written by a newer version (format {version}, this one reads {RECORDS_VERSION})\n"
                "  mend: upgrade the reconciler to the version that your CI uses"
            )
        self._check_owner(name, str(data.get("account", "")), str(data.get("currency", "")))
        return {
            _address(name, path.stem, key): _record(name, key, row, version) for key, row in data["resources"].items()
        }

    def _check_owner(self, name: str, account_id: str, currency: str) -> None:
        """Ids and amounts of one ad account mean nothing in another, or the wrong thing."""
        if account_id and self.account_id and account_id != self.account_id:
            raise StateError(
                f"{name}: it remembers objects of {account_id}, but {self.account} is {self.account_id} by now; what "
                f"runs in {account_id} goes on, and nothing is written to either\n"
                f"  mend: write account: {account_id} back into desired/accounts/{self.account}.yaml; to leave it, "
                f"remove its campaigns then and apply, which pauses them, remove state/{self.account}, and give the "
                f"new ad account a file of its own; reconciler pause --all --account {self.account} stops both at once"
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
        rows = {str(at): self._row(at, record) for at, record in self._files[file].items()}
        data: dict[str, Any] = {"account": self.account_id, "format_version": RECORDS_VERSION}
        data |= {"currency": self.currency} if self.currency else {}
        head = [f"  {_json(name)}: {_json(value)}" for name, value in sorted(data.items())]
        body = [f"    {_json(at)}: {row}" for at, row in sorted(rows.items())]
        return ",\n".join([*head, '  "resources": {\n' + ",\n".join(body) + "\n  }"]).join(("{\n", "\n}\n"))

    def _row(self, address: Address, record: Record) -> str:
        """A record as it stands in its file; kept, because the file is written anew for each of its records."""
        known = credentials_known()
        kept = self._rows.get(address)
        if kept is None or kept[0] is not record or kept[1] != known:
            text = json.dumps(without_credentials(record_json(record)), indent=2, sort_keys=True, ensure_ascii=False)
            kept = self._rows[address] = (record, known, text.replace("\n", "\n    "))
        return kept[2]


def file_of(address: Address) -> File:
    """Windows has no `:` in names, and no key has a dot: `audience:buyers` is in `audience.buyers.json`."""
    return address.account, address.root.keys[0].replace(":", ".")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _holds(path: Path, text: str) -> bool:
    try:
        return path.exists() and read_regular(path, MOST_BYTES) == text
    except (OSError, UnicodeDecodeError):
        return False


def recorded_accounts(root: Path) -> list[str]:
    """Account keys that have a folder under state/."""
    folder = root / "state"
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(p.name for p in found if not p.name.startswith(".") and p.is_dir() and any(p.glob("*.json")))


def account_id_of(root: Path, account: str) -> str:
    """The ad account's id as the state files of an account have it; "" where there are none."""
    for path in sorted((root / "state" / account).glob("*.json")):
        try:
            found = str(json.loads(read_regular(path, MOST_BYTES)).get("account", ""))
        except (OSError, ValueError, AttributeError, RecursionError):
            continue
        if found:
            return found
    return ""


def _data_of(path: Path, name: str) -> Any:
    try:
        data = json.loads(_text_of(path, name))
    except ValueError as error:
        raise _unbelievable(name, f"it is not JSON ({error})") from None
    except RecursionError:
        raise _unbelievable(name, TOO_DEEP) from None
    if _levels(data) > MOST_LEVELS:
        raise _unbelievable(name, TOO_DEEP)
    return data


TOO_DEEP = f"it is nested deeper than {MOST_LEVELS} levels"


def _levels(data: Any) -> int:
    """Counted without recursion."""
    levels, here = 0, [data]
    while here:
        levels += 1
        nested = [value for value in here if isinstance(value, (dict, list))]
        here = [inner for value in nested for inner in (value.values() if isinstance(value, dict) else value)]
    return levels


def _text_of(path: Path, name: str) -> str:
    try:
        text = read_regular(path, MOST_BYTES)
    except UnicodeDecodeError:
        raise _unbelievable(name, "it cannot be read (it is not UTF-8)") from None
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise _unbelievable(name, f"it cannot be read ({why})") from None
    if any(line.startswith(CONFLICT_MARKERS) for line in text.splitlines()):
        raise _unbelievable(name, "it has git conflict markers")
    return text


def _unbelievable(name: str, why: str) -> StateError:
    return StateError(
        f"{name}: {why}; it is not taken for empty, because that could make everything twice\n"
        f"  mend: git checkout -- {name}, or delete the file: the next plan finds its objects by their labels"
    )


def _address(name: str, stem: str, text: str) -> Address:
    try:
        address = Address.parse(text)
    except ValueError as error:
        raise _unbelievable(name, str(error)) from None
    if file_of(address)[1] != stem:
        raise _unbelievable(name, f"it holds {text}, which belongs to another file")
    return address


def _record(name: str, key: str, row: Any, version: int) -> Record:
    try:
        return record_of(row, version)
    except ValueError as error:
        raise _unbelievable(name, f"{key} {error}") from None
