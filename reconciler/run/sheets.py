"""What export and import of sheets have in common: one account, its zone, and what is known of ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.config.declared import choose_accounts, keys_of
from reconciler.config.trial import Trial
from reconciler.engine.policy_rules import breaches
from reconciler.kinds.files import LAYERED
from reconciler.kinds.settings import AccountSpec, ProjectSpec, known_zone
from reconciler.kinds.sheets import (
    SHEET,
    WRITTEN,
    Around,
    Owners,
    Read,
    Rows,
    campaigns_of,
    document_of,
    table_in,
    written_keys,
)
from reconciler.media.names import media_names
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError, UsageError
from reconciler.model.problem import Origin, Problem
from reconciler.model.record import Record
from reconciler.model.resource import Desired, Resource
from reconciler.model.sheet import Book, Grid
from reconciler.run.declared import declared_by
from reconciler.run.request import Request
from reconciler.store.records import rehomed


@dataclass(frozen=True)
class Ground:
    """One account, as its files and state/ tell it."""

    request: Request
    desired: Desired
    account: Account
    trial: Trial
    ids: Mapping[Address, str]
    """Of what has been made and of what the YAML names by its id, by address."""
    zone: ZoneInfo
    """Of the times in the sheet."""
    names: Mapping[Address, str] = field(default_factory=dict)
    """Of campaigns that have been made, as they were called last."""

    @classmethod
    def of(cls, request: Request, zone: str) -> Ground:
        """Raises ConfigError, UsageError where not one account is meant, and StateError."""
        desired = declared_by(request)
        accounts = choose_accounts(desired, keys_of(desired, request.named_accounts))
        if len(accounts) != 1:
            known = ", ".join(account.key for account in accounts) or "none"
            raise UsageError(f"a sheet belongs to one ad account; name it with --account: {known}")
        account = accounts[0]
        remembered = request.store.records(account.key, account.id).all()
        own = desired.of(account.key, request.now)
        records, _ = rehomed(remembered, own)
        ids = {address: one.existing for address, one in own.items() if one.existing}
        ids |= {address: record.id for address, record in records.items() if record.id}
        trial = Trial(request.root, request.now)
        return cls(request, desired, account, trial, ids, zone_of(zone, desired.zone), names_of(records))

    @property
    def settings(self) -> tuple[AccountSpec, ProjectSpec]:
        return self.trial.specs(self.account.key)

    def owners(self) -> Owners:
        """Raises StateError where the records of an account cannot be read."""
        accounts = self.desired.accounts
        made = {
            record.id: key
            for key, one in accounts.items()
            if key != self.account.key
            for record in self.request.store.records(key, one.id).all().values()
            if record.id
        }
        own = self.desired.of(self.account.key, self.request.now).values()
        used = frozenset(text for one in own for text in _texts(one.fields))
        return Owners(self.account.key, {key: self.trial.specs(key)[0] for key in accounts}, made, used)

    def around(self, *, is_text: bool = False, dates: str = "") -> Around:
        alone = {id_: address.key for address, id_ in self.ids.items() if ":" in address.keys[0]}
        media = tuple(media_names(self.request.root / "creatives"))
        spec = self.settings[0]
        ids = {*self.ids.values(), spec.page, spec.pixel, spec.instagram_user, spec.catalog} - {None}
        return Around(self.account.currency, self.zone, is_text, alone, media, dates, {str(one) for one in ids})


def names_of(records: Mapping[Address, Record]) -> dict[Address, str]:
    """Of the campaigns among what has been made."""
    made = ((at, record) for at, record in records.items() if record.id and at.kind == LAYERED.kind.name)
    return {at: str(record.applied.get("name") or record.live.get("name") or "") for at, record in made}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def zone_of(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    """Raises UsageError for what names no place, as a file below desired/ may not either: `Etc/GMT+8` is UTC-8."""
    try:
        return ZoneInfo(known_zone(name)) if name else otherwise
    except ValueError as error:
        raise UsageError(str(error)) from None


def composed(
    ground: Ground, documents: Mapping[Address, Document]
) -> tuple[dict[Address, Resource], dict[Address, list[Problem]]]:  # fmt: skip
    """What the documents declare, in place of the account's campaigns; those that are refused are left out, with what
    is wrong in them."""
    left, told = dict(documents), dict[Address, list[Problem]]()
    while left:
        files = files_of(left)
        try:
            found = ground.trial.instead(ground.account.key, files).of(ground.account.key, ground.request.now)
        except ConfigError as error:
            wrong = {root: said for root, one in left.items() if (said := _problems_in(error, one))}
            if not wrong:
                raise
            told |= wrong
            left = {root: one for root, one in left.items() if root not in wrong}
        else:
            return {at: one for at, one in found.items() if at.root in left}, told
    return {}, told


def files_of(documents: Mapping[Address, Document]) -> dict[tuple[str, str, str], Document]:
    """By kind, account and key."""
    return {(root.kind, root.account, root.keys[0]): one for root, one in documents.items()}


def judged(
    trial: Trial,
    before: Desired,
    files: Mapping[tuple[str, str, str], Document],
    now: datetime,
    accounts: Mapping[str, str] = MappingProxyType({}),
) -> Desired:
    """What is declared with new files beside those that are there. Raises ConfigError with all that validate would say
    of it: what is wrong, else what the policies refuse and did not refuse before."""
    after = trial.beside(files, accounts)
    known = breaches(before, now)
    if refused := [one for one in breaches(after, now) if one not in known]:
        raise ConfigError(refused)
    return after


def _problems_in(error: ConfigError, document: Document) -> list[Problem]:
    places = {origin.file for origin in document.values.values()}
    return [problem for problem in error.problems if problem.origin.file in places]


def without_ids(read: Read) -> Read:
    """To be compared with what is declared, which may say nothing of ids."""
    return replace(read, ids={})


# ---- rows, read again as an import would read them


@dataclass(frozen=True)
class Again:
    """What rows declare, by the addresses that they were written from. `refused`: campaigns that are not valid so, and
    those whose rows contradict each other."""

    resources: Mapping[Address, Resource]
    refused: Mapping[Address, list[Problem]]
    levels: Mapping[Address, Mapping[str, Any]] = field(default_factory=dict)
    """What the rows say of each, also where its campaign is refused."""


def read_back(ground: Ground, rows: Rows, file: str) -> Again:
    """`file` is what places are called by."""
    if not rows.lines:
        return Again({}, {})
    book = Book(file, (Grid(SHEET, (WRITTEN, *(_cells(line) for line in rows.lines))),))
    table = table_in(book)
    result = campaigns_of(table, ground.around())
    account, project = ground.settings
    reads = [(read, rows.addresses[read.parts[()].rows[0]][0]) for read in result.campaigns]
    wrong = _by_campaign(result.problems, reads)
    documents = {root: document_of(without_ids(read), account, project) for read, root in reads if root not in wrong}
    found, refused = composed(ground, documents)
    addresses = dict(_addresses([each for each in reads if each[1] in documents], documents, rows))
    again = {addresses[at]: one for at, one in found.items() if at in addresses}
    levels = {
        rows.addresses[part.rows[0]][len(keys)]: read.level(keys)
        for read, _ in reads
        for keys, part in read.parts.items()
    }
    return Again(again, {**wrong, **refused}, levels)


def _cells(line: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(line.get(name, "")) for name in WRITTEN)


def _by_campaign(
    problems: Iterable[Problem], reads: Iterable[tuple[Read, Address]]
) -> dict[Address, list[Problem]]:  # fmt: skip
    rows = {_row(part.origin): root for read, root in reads for part in read.parts.values()}
    found: dict[Address, list[Problem]] = {}
    for problem in problems:
        if (root := rows.get(_row(problem.origin))) is not None:
            found.setdefault(root, []).append(problem)
    return found


def _row(origin: Origin) -> str:
    """`12` of `ads.xlsx Sheet1!AB12`"""
    return re.sub(r".*[A-Z]", "", origin.file)


def _addresses(
    reads: Iterable[tuple[Read, Address]], documents: Mapping[Address, Document], rows: Rows
) -> Iterator[tuple[Address, Address]]:  # fmt: skip
    """The address that a document's own keys make, and that of what its row was written from."""
    for read, root in reads:
        for keys, written in written_keys(read, documents[root]).items():
            yield Address.of(*root.steps, *written), rows.addresses[read.parts[keys].rows[0]][len(keys)]
