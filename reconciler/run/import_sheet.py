"""A sheet of Ads Manager's as files below desired/: new ones alone, and only what reads again as the sheet says it.

What is declared already stays as it is; where the sheet says otherwise, that is told. Loads no HTTP library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.edit.canonical import text_of
from reconciler.kinds.files import LAYERED
from reconciler.kinds.sheets import (
    NAMES,
    Difference,
    Held,
    Read,
    campaigns_of,
    document_of,
    held_in,
    in_columns,
    moved,
    strangers,
    table_in,
    unread_columns,
    unsaid_currency,
    zone_in,
)
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Problem
from reconciler.run.declared_in_sheet import Beside, Kept, known_campaigns
from reconciler.run.request import Request
from reconciler.run.sheets import Ground, files_of, judged, zone_of
from reconciler.sheets.reading import read_book
from reconciler.store.declared import Rewritten, write_declared
from reconciler.text.sanitize import as_seen

NAMED = 10
"""Addresses in a note before the others are counted."""


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
    changed: tuple[str, ...] = ()
    """Files of declared campaigns that have got what is new in the sheet, or would."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the sheet is left to be written by hand."""
        return all(one.is_same for one in self.kept)


@dataclass(frozen=True)
class Source:
    """Which file, and how it is to be read. `sheet`: its name; `skipped`: columns whose content may be lost; `dates`:
    `month-first`, `day-first` or "", where nobody has said it."""

    file: Path
    sheet: str = ""
    zone: str = ""
    skipped: frozenset[str] = frozenset()
    dates: str = ""
    new: bool = False
    """New ad sets and ads go into the files of declared campaigns."""


def import_sheet(request: Request, source: Source, *, dry_run: bool = False) -> Imported:
    """Raises ConfigError with every problem of the sheet, each at its cell, UsageError where not one account is meant,
    StateError and FileError. Writes all or nothing."""
    table = table_in(read_book(source.file, NAMES[LAYERED.kind.name]), source.sheet)
    ground = Ground.of(request, source.zone)
    ground = replace(ground, zone=zone_of(zone_in(table, source.zone), ground.zone))
    around = ground.around(is_text=table.is_text, dates=source.dates)
    result = campaigns_of(table, around, source.skipped)
    if problems := [*result.problems, *strangers(table, ground.owners(), around)]:
        raise ConfigError([*problems, *unread_columns(table, result)])
    try:
        working = _Working(ground, result.campaigns)
    except ConfigError as error:
        told = (in_columns(one) if one.origin.file.startswith(source.file.name) else one for one in error.problems)
        raise ConfigError([*told, *unread_columns(table, result)]) from None
    files, kept = working.files(source.file.name), [*working.kept(), *working.absent(held_in(table))]
    more = _with_new(kept) if source.new else {}
    kept = [replace(one, added=None) if one.file in more else one for one in kept]
    if (files or more) and not dry_run:
        new = {name: Rewritten(None, text) for name, text in files.items()}
        write_declared(request.root, {**new, **more})
    return Imported(
        ground.account.key,
        ground.account.currency,
        str(ground.zone),
        {**files, **{name: one.becomes for name, one in more.items()}},
        tuple(kept),
        result.left,
        (
            *table.notes,
            *unsaid_currency(table, ground.account.currency),
            *result.notes,
            *working.notes(),
            *working.not_there(held_in(table)),
        ),
        bool(files or more) and not dry_run,
        tuple(more),
    )


def _with_new(kept: Iterable[Kept]) -> dict[str, Rewritten]:
    return {one.file: one.added.becomes for one in kept if one.added is not None and one.added.becomes is not None}


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
        found = known_campaigns(reads, self._declared, ground.ids)
        self._known = [(reads[at], root) for at, root in found.items()]
        if doubts := [*self._moved(reads), *self._doubts(reads), *_twins(reads)]:
            raise ConfigError(doubts)
        known = {id(read) for read, _ in self._known}
        taken = {key for kind, account_key, key in ground.trial.keys if account_key == self._account}
        taken |= {address.keys[0] for address in self._declared}
        self._new = [(read, self._address(read, taken)) for read in reads if id(read) not in known]
        self._documents = {root: document_of(read, account, project) for read, root in self._new}
        now = ground.request.now
        self._read = judged(ground.trial, ground.desired, files_of(self._documents), now).of(self._account, now)

    def files(self, name: str) -> dict[str, str]:
        return {
            _file(root): text_of(_file(root), document.data, f"From {name}.")
            for root, document in self._documents.items()
        }

    def kept(self) -> Iterator[Kept]:
        if self._known:
            yield from Beside(self._ground, {root: read for read, root in self._known}, self._declared).kept()

    def absent(self, held: Held | None) -> Iterator[Kept]:
        """Campaigns of which an export of ours had rows, and that have none now. What was declared since had none."""
        if held is None:
            return
        there = {root for _, root in self._known if held.has(root)}
        for root in self._gone(held) if len(there) < held.campaigns else ():
            one = self._declared[root]
            yield Kept(root, one.origin.file, (Difference(root, "", one.name),))

    def not_there(self, held: Held | None) -> Iterator[str]:
        """A note, where a sheet that has declared campaigns does not say which it was to have."""
        gone = [str(root) for root in self._gone(Held(0))] if held is None and self._known else []
        if gone:
            more = f" and {len(gone) - NAMED} more" if len(gone) > NAMED else ""
            told = f"{', '.join(gone[:NAMED])}{more}"
            yield f"declared, and not in this sheet, which does not say what it was made of: {told}"

    def _gone(self, held: Held) -> list[Address]:
        known = {root for _, root in self._known}
        return [at for at in self._declared if at.parent is None and at not in known and held.has(at)]

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

    def _moved(self, reads: Iterable[Read]) -> Iterator[Problem]:
        known = {id_: at for at, id_ in self._ground.ids.items() if at in self._declared}
        for read in (one for one in reads if not any(one is each for each, _ in self._known)):
            yield from moved(read, (), known)

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
            if found is None or () in read.ids or any(read is one for one, _ in self._known):
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
