"""What a run has changed in an account's records since their files were written: `state/.ACCOUNT.journal`.

A file of records is written anew as a whole, which takes the longer the more ads its campaign has. So each change is
appended here first, as one synced line, and the files are written once, at the run's checkpoint; then this goes. What
a killed run leaves is read over the files by whoever opens the records next.

    {"account": "act_1", "currency": "SGD", "format_version": 2}
    {"acme-sg/spring": {"kind": "campaign", "id": "1202…"}, "acme-sg/winter": null}     null: forgotten
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.record_codec import RECORDS_VERSION, record_json
from reconciler.store.files.atomic import append_durably, read_regular, remove_durably
from reconciler.store.files.places import journal_path
from reconciler.store.files.record_text import MOST_LEVELS, address_of, levels, record_in, refuse_newer, unbelievable
from reconciler.text.redact import without_credentials

LONGEST = 16 * 1024 * 1024
"""Bytes after which the files are written before more is appended."""

MOST_BYTES = 4 * LONGEST

Changes = Mapping[Address, Record | None]


@dataclass(frozen=True)
class Entries:
    """All that stands in one. `account` and `currency` are the ad account's id and money; "" where none was known."""

    account: str
    currency: str
    changes: Changes


class Journal:
    """One account's. Not to be shared by two runs: whoever has the account's lease appends."""

    def __init__(self, root: Path, account: str) -> None:
        self.path = journal_path(root, account)
        self.name = self.path.relative_to(root).as_posix()
        self._whole = False
        """Whether all of it is known to be whole lines, so that one may be appended."""
        self._bytes = 0

    def read(self) -> Entries | None:
        """None where there is none. A last line that is no JSON was cut by a crash: whoever wrote it has not been told
        that it is kept. Raises StateError for all else that cannot be believed."""
        try:
            lines = read_regular(self.path, MOST_BYTES).splitlines()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            lines = _as_far_as_text(self.path)
        except OSError as error:
            raise unbelievable(self.name, f"it cannot be read ({error.strerror})", _MEND) from None
        rows = [row for number, line in enumerate(lines, 1) if (row := self._row(line, number, len(lines))) is not None]
        return self._entries(rows)

    def _row(self, line: str, number: int, last: int) -> Mapping[str, Any] | None:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            if number == last:
                return None
            raise unbelievable(self.name, f"line {number} is not JSON", _MEND) from None
        if not isinstance(row, dict) or levels(row) > MOST_LEVELS:
            raise unbelievable(self.name, f"line {number} is not what any version has written", _MEND)
        return row

    def _entries(self, rows: list[Mapping[str, Any]]) -> Entries:
        head = rows[0] if rows else {}
        if rows:
            refuse_newer(self.name, head.get("format_version"), _MEND)
        version = int(head.get("format_version", RECORDS_VERSION))
        changes = {
            address_of(self.name, at, _MEND): self._record(at, row, version)
            for each in rows[1:]
            for at, row in each.items()
        }
        return Entries(str(head.get("account", "")), str(head.get("currency", "")), changes)

    def _record(self, at: str, row: Any, version: int) -> Record | None:
        return None if row is None else record_in(self.name, at, row, version, _MEND)

    def append(self, changes: Changes, account: str, currency: str) -> None:
        """On disk when it returns. Raises OSError where it cannot be, and has to be removed then before more is
        appended: `ready` says so."""
        self._whole = self._whole and self.path.exists()
        head = [] if self._whole else [{"account": account, "currency": currency, "format_version": RECORDS_VERSION}]
        rows = {str(at): None if one is None else without_credentials(record_json(one)) for at, one in changes.items()}
        text = _lines([*head, rows])
        self._whole = False
        append_durably(self.path, text)
        self._whole, self._bytes = True, self._bytes + len(text)

    @property
    def ready(self) -> bool:
        """Whether a line may be appended: it is not there yet, or holds whole lines of this run alone, and not too
        many."""
        return self._bytes < LONGEST if self._whole else not self.path.exists()

    def remove(self) -> None:
        self._whole, self._bytes = False, 0
        remove_durably(self.path)


_MEND = "delete it: what it alone remembers is found by its labels"


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=True, sort_keys=True) + "\n" for row in rows)


def _as_far_as_text(path: Path) -> list[str]:
    """A disk that has lost its power may have put anything where the last line was to be."""
    return path.read_bytes().decode("utf-8", "replace").splitlines()
