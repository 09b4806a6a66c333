"""A sheet of Ads Manager's as files below desired/: new ones alone, and only what reads again as the sheet says it.

What is declared already stays as it is; where the sheet says otherwise, that is told. Loads no HTTP library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.edit.canonical import text_of
from reconciler.kinds.files import LAYERED
from reconciler.kinds.sheets import (
    NAMES,
    Difference,
    Read,
    campaigns_of,
    differences,
    document_of,
    rows_of,
    strangers,
    table_in,
    unread_columns,
    unsaid_currency,
    written_keys,
)
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource
from reconciler.run.request import Request
from reconciler.run.sheets import Ground, composed, files_of, judged, read_back, without_ids
from reconciler.sheets.reading import read_book
from reconciler.store.declared import Rewritten, write_declared
from reconciler.text.sanitize import as_seen


@dataclass(frozen=True)
class Kept:
    """A campaign that is declared already, and what the sheet says otherwise."""

    address: Address
    file: str
    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...] = ()
    """Why the sheet's campaign cannot be compared with it."""


@dataclass(frozen=True)
class Imported:
    """`files` by their paths are new, and written unless it was a dry run; `left` are columns that nothing reads, with
    the number of rows in which something stands."""

    account: str
    currency: str
    zone: str
    files: Mapping[str, str]
    kept: tuple[Kept, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    written: bool = False


@dataclass(frozen=True)
class Source:
    """Which file, and how it is to be read. `sheet`: its name; `skipped`: columns whose content may be lost; `dates`:
    `month-first`, `day-first` or "", where nobody has said it."""

    file: Path
    sheet: str = ""
    zone: str = ""
    skipped: frozenset[str] = frozenset()
    dates: str = ""


def import_sheet(request: Request, source: Source, *, dry_run: bool = False) -> Imported:
    """Raises ConfigError with every problem of the sheet, each at its cell, UsageError where not one account is meant,
    StateError and FileError. Writes all or nothing."""
    ground = Ground.of(request, source.zone)
    table = table_in(read_book(source.file, NAMES[LAYERED.kind.name]), source.sheet)
    around = ground.around(is_text=table.is_text, dates=source.dates)
    result = campaigns_of(table, around, source.skipped)
    if problems := [*result.problems, *strangers(table, ground.owners(), around)]:
        raise ConfigError([*problems, *unread_columns(table, result)])
    try:
        working = _Working(ground, result.campaigns)
    except ConfigError as error:
        raise ConfigError([*error.problems, *unread_columns(table, result)]) from None
    files, kept = working.files(source.file.name), working.kept()
    if files and not dry_run:
        write_declared(request.root, {name: Rewritten(None, text) for name, text in files.items()})
    return Imported(
        ground.account.key,
        ground.account.currency,
        str(ground.zone),
        files,
        tuple(kept),
        result.left,
        (*table.notes, *unsaid_currency(table, ground.account.currency), *result.notes, *working.notes()),
        bool(files) and not dry_run,
    )


class _Working:
    """The campaigns of a sheet beside those that are declared. Raises ConfigError where they are not valid."""

    def __init__(self, ground: Ground, reads: tuple[Read, ...]) -> None:
        self._ground = ground
        self._account = ground.account.key
        self._declared = {
            address: one
            for address, one in ground.desired.of(self._account, ground.request.now).items()
            if address.root.kind == LAYERED.kind.name
        }
        account, project = ground.settings
        if doubts := [*self._doubts(reads), *_twins(reads)]:
            raise ConfigError(doubts)
        self._known = [(read, root) for read in reads if (root := self._is_declared(read)) is not None]
        known = {id(read) for read, _ in self._known}
        taken = {key for kind, account_key, key in ground.trial.keys if account_key == self._account}
        taken |= {address.keys[0] for address in self._declared}
        self._new = [(read, self._address(read, taken)) for read in reads if id(read) not in known]
        self._documents = {root: document_of(read, account, project) for read, root in self._new}
        again = {root: document_of(without_ids(read), account, project) for read, root in self._known}
        now = ground.request.now
        self._read = judged(ground.trial, ground.desired, files_of(self._documents), now).of(self._account, now)
        self._written = {root: written_keys(read, again[root]) for read, root in self._known}
        self._again, self._refused = composed(ground, again)

    def files(self, name: str) -> dict[str, str]:
        return {
            _file(root): text_of(_file(root), document.data, f"From {name}.")
            for root, document in self._documents.items()
        }

    def kept(self) -> Iterator[Kept]:
        """Compared with what a sheet can say of them: what no column holds, nobody has changed in one."""
        roots = {root for _, root in self._known}
        declared = {at: one for at, one in self._declared.items() if at.root in roots}
        # A status that YAML leaves to the buyer is an empty cell in the row of what has been made, and else PAUSED.
        said = {id_ for read, _ in self._known for id_ in read.ids.values()}
        ids = {at: id_ for at, id_ in self._ground.ids.items() if id_ in said}
        rows = rows_of(declared, ids, self._ground.around())
        as_sheet = read_back(self._ground, rows, "the declared one")
        for read, root in self._known:
            file = self._declared[root].origin.file
            if wrong := self._refused.get(root) or as_sheet.refused.get(root):
                yield Kept(root, file, (), tuple(wrong))
            else:
                own = {at: one for at, one in as_sheet.resources.items() if at.root == root}
                yield Kept(root, file, tuple(differences(own, dict(self._matched(read, root, own)))))

    def notes(self) -> Iterator[str]:
        starting = [str(root) for _, root in self._new if self._read[root].status == "ACTIVE"]
        if starting:
            yield f"ACTIVE as soon as they are applied: {', '.join(starting)}"
        if there := [str(root) for read, root in self._new if () in read.ids]:
            yield (
                f"at Meta already, and not written to before they carry our label: {', '.join(there)}; to put it "
                f"there: reconciler import {self._account}"
            )

    # ---- what is what

    def _is_declared(self, read: Read) -> Address | None:
        """The campaign's address, by its id in state/ or else by its name."""
        by_id = {id_: address for address, id_ in self._ground.ids.items()}
        found = by_id.get(read.ids.get((), ""))
        if found in self._declared:
            return found
        roots = (at for at in self._declared if at.parent is None)
        return next((at for at in roots if self._declared[at].name == read.tree.get("name")), None)

    def _doubts(self, reads: Iterable[Read]) -> Iterator[Problem]:
        """Campaigns without an id whose name people could not tell from one that is there: a second would be made."""
        by_sight: dict[str, tuple[Address, str]] = {}
        for address, name in self._ground.names.items():
            by_sight.setdefault(as_seen(name), (address, name))
        for address, one in self._declared.items():
            if address.parent is None:
                by_sight[as_seen(one.name)] = (address, one.name)
        for read in reads:
            name = str(read.tree.get("name", ""))
            found = by_sight.get(as_seen(name))
            if found is None or () in read.ids or self._is_declared(read) is not None:
                continue
            address, known = found
            id_ = self._ground.ids.get(address)
            said = f"{name!r} has no Campaign ID, and {address} is called {known!r}: is it that one?"
            exact = f"write {id_} into Campaign ID" if id_ else f"write the name exactly so, {known!r}"
            mend = f"{exact} where it is; else give the new one a name that differs in more than spaces and capitals"
            yield Problem(read.place((), NAMES[LAYERED.kind.name]), said, mend)

    def _address(self, read: Read, taken: set[str]) -> Address:
        number, key = 1, read.key
        while key in taken:
            number += 1
            key = f"{read.key[:60]}-{number}"
        taken.add(key)
        return Address.of(self._account, key)

    def _matched(
        self, read: Read, root: Address, declared: Mapping[Address, Resource]
    ) -> Iterator[tuple[Address, Resource]]:  # fmt: skip
        """The declared address of each level of the sheet: by its id, else by its name, in order."""
        by_id = {id_: address for address, id_ in self._ground.ids.items()}
        written = {keys: Address.of(*root.steps, *said) for keys, said in self._written[root].items()}
        found: dict[tuple[str, ...], Address] = {(): root}
        left = [at for at in declared if at != root]
        for keys in sorted((keys for keys in read.parts if keys), key=len):
            above = found.get(keys[:-1])
            name = self._again[written[keys]].name
            within = [at for at in left if at.parent == above]
            same = [at for at in within if by_id.get(read.ids.get(keys, "")) == at]
            same = same or [at for at in within if declared[at].name == name]
            if same:
                found[keys] = same[0]
                left.remove(same[0])
        for keys, address in found.items():
            yield address, self._again[written[keys]]


def _twins(reads: Iterable[Read]) -> Iterator[Problem]:
    """Two campaigns of the sheet's own that people take for one."""
    seen: dict[str, Read] = {}
    for read in (one for one in reads if () not in one.ids):
        first = seen.setdefault(as_seen(str(read.tree.get("name", ""))), read)
        if first is not read:
            said = f"{read.tree.get('name')!r} would be a second campaign beside {first.tree.get('name')!r}"
            said = f"{said} of {first.place((), NAMES[LAYERED.kind.name])}"
            mend = "write both alike where they are one, else names that differ in more than spaces and capitals"
            yield Problem(read.place((), NAMES[LAYERED.kind.name]), said, mend)


def _file(root: Address) -> str:
    return f"desired/{LAYERED.kind.folder}/{root.account}/{root.keys[0]}.yaml"
