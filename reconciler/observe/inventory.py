"""Everything delivered that an account has, whoever made it, with what each ad shows. Reads only.

Three listings whatever the number of objects, page by page; one listing more a level names what is archived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.file_kind import Importing
from reconciler.meta.client import Reader
from reconciler.model.account import Account
from reconciler.model.address import LEVELS
from reconciler.model.errors import Invalid, NotFound, UsageError
from reconciler.model.remote import Object
from reconciler.model.status import ARCHIVED
from reconciler.observe.decode import asked_of, decode, owner_of

ARCHIVED_ONLY = '["ARCHIVED"]'
MEDIA_BATCH = 50


@dataclass(frozen=True)
class Unfit:
    """One object that cannot be declared, and why."""

    kind: str
    id: str
    name: str
    why: str
    folded: bool = False
    """Told in one line with all others of this reason."""


@dataclass
class Stock:
    """Objects by level and id, parents first, as listed. What an ad shows is among its fields."""

    objects: dict[str, dict[str, Object]] = field(default_factory=lambda: {kind: {} for kind in LEVELS})
    unfit: list[Unfit] = field(default_factory=list)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By id of an object, what of its content stays at Meta and cannot be written."""
    fallen: list[Object] = field(default_factory=list)
    """What is listed, in something that is not."""

    def topmost(self) -> list[Object]:
        return list(self.objects[LEVELS[0]].values())

    def inside(self, parent: Object) -> Iterator[Object]:
        yield from self._by_parent.get(parent.id, ())

    def by_parent(self) -> None:
        """To be called once all is listed."""
        self._by_parent: dict[str, list[Object]] = {}
        for level in self.objects.values():
            for live in level.values():
                self._by_parent.setdefault(live.parent_id, []).append(live)


def take_stock(reader: Reader, account: Account, importing: Importing, only: Sequence[str] = ()) -> Stock:
    """`only`: ids of topmost objects; all of the account's unless given. Raises UsageError for one of them that is
    none, or another ad account's: an id leads to all that the token can see."""
    stock = Stock()
    owners: Sequence[str] = only or (account.id,)
    for place, name in enumerate(LEVELS):
        kind = KINDS[name]
        raw = importing.reads[name]
        for owner in owners:
            if only and place == 0:
                rows: Iterable[Mapping[str, Any]] = [_topmost(reader, account, kind, owner, raw)]
            else:
                rows = reader.pages(f"{owner}/{kind.edge}", fields=asked_of(kind, raw))
            for row in rows:
                _take(stock, account, importing, kind, row, raw, reader.connection.clock.now())
    if not only:
        for row in reader.pages(
            f"{account.id}/{KINDS[LEVELS[0]].edge}", fields="id,name", effective_status=ARCHIVED_ONLY
        ):
            stock.unfit.append(Unfit(LEVELS[0], str(row["id"]), str(row.get("name", "")), "it is archived"))
    _leave_out_the_fallen(stock)
    stock.by_parent()
    return stock


def _topmost(reader: Reader, account: Account, kind: Kind, object_id: str, raw: frozenset[str]) -> Mapping[str, Any]:
    """The account's own with this id."""
    try:
        row = reader.read(object_id, asked_of(kind, raw))
    except (Invalid, NotFound) as error:
        raise UsageError(_no_such(reader, kind, object_id) or f"{object_id}: {error}") from None
    # Of what is of another kind, Meta refuses the fields that it does not have.
    if reader.refused(object_id) and (why := _no_such(reader, kind, object_id)):
        raise UsageError(why)
    if (owner := owner_of(row)) != account.id:
        raise UsageError(
            f"{kind.title} {object_id} is {owner or 'another ad account'}'s, and {account.key} is {account.id}, so "
            f"nothing was imported\n  mend: reconciler import {owner or 'act_…'} --{kind.name} {object_id}"
        )
    return row


def _no_such(reader: Reader, kind: Kind, object_id: str) -> str:
    """What it is instead: something in an object of that kind; "" where that is not known."""
    holder = KINDS[LEVELS[1]].parent_param
    try:
        found = str(reader.read(object_id, f"id,{holder}").get(holder) or "")
    except (Invalid, NotFound):
        return ""
    return f"{object_id} is no {kind.title}, but stands in one\n  mend: --{kind.name} {found}" if found else ""


def _take(
    stock: Stock,
    account: Account,
    importing: Importing,
    kind: Kind,
    row: Mapping[str, Any],
    raw: frozenset[str],
    now: datetime,
) -> None:
    live = decode(kind, row, raw, now=now)
    if live.is_elsewhere(account.id):
        stock.unfit.append(_unfit(live, f"it is {live.owner}'s, another ad account's"))
        return
    if live.gone or live.status == ARCHIVED:
        stock.unfit.append(_unfit(live, f"it is {live.status.lower()}"))
        return
    if kind.content:
        whole = importing.whole(row.get(kind.content_field) or {})
        mixed = next((why for name, why in kind.in_place_of_content.items() if name in live.fields), "")
        if why := mixed or whole.why:
            stock.unfit.append(_unfit(live, why))
            return
        live = replace(live, fields={**live.fields, **whole.content})
        if whole.kept:
            stock.kept[live.id] = whole.kept
    stock.objects[kind.name][live.id] = live


def _unfit(live: Object, why: str) -> Unfit:
    return Unfit(live.kind, live.id, str(live.fields.get("name", "")), why)


def _leave_out_the_fallen(stock: Stock) -> None:
    """What stands in something that is left out."""
    for above, below in pairwise(LEVELS):
        there = stock.objects[above]
        for live in [one for one in stock.objects[below].values() if one.parent_id not in there]:
            stock.fallen.append(stock.objects[below].pop(live.id))


def archived_inside(reader: Reader, account: Account, stock: Stock, only: Sequence[str] = ()) -> Iterator[Unfit]:
    """What is archived in objects of the stock that are topmost, one listing a level: no list of what is there shows
    it, and neither what stands in it."""
    archived: dict[str, str] = {}
    for name in LEVELS[1:]:
        kind = KINDS[name]
        top = KINDS[LEVELS[0]].name
        for owner in only or (account.id,):
            rows = reader.pages(f"{owner}/{kind.edge}", fields=f"id,name,{top}_id", effective_status=ARCHIVED_ONLY)
            for row in rows:
                archived[str(row["id"])] = str(row.get(f"{top}_id", ""))
                yield from _folded(stock, name, row, archived[str(row["id"])])
    known = {one.id for one in stock.unfit}
    for live in stock.fallen:
        if live.id not in archived and live.id not in known:
            yield from _folded(stock, live.kind, {"id": live.id, **live.fields}, archived.get(live.parent_id, ""))


def _folded(stock: Stock, kind: str, row: Mapping[str, Any], inside: str) -> Iterator[Unfit]:
    top = stock.objects[LEVELS[0]].get(inside)
    if top is not None:
        name, why = str(row.get("name", "")), f"archived in {top.kind} {top.id} {top.fields.get('name', '')}".strip()
        yield Unfit(kind, str(row["id"]), name, why, folded=True)


def media_rows(reader: Reader, account: Account, noun: str, keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """By Meta's id or hash what is asked of videos and images; those that cannot be read are missing."""
    kind = KINDS[noun]
    found: dict[str, Mapping[str, Any]] = {}
    ordered = sorted(keys)
    for at in range(0, len(ordered), MEDIA_BATCH):
        now = ordered[at : at + MEDIA_BATCH]
        if kind.by_hash:
            rows = reader.pages(f"{account.id}/{kind.edge}", fields=",".join(kind.download), hashes=now)
            found |= {str(row["hash"]): row for row in rows if row.get("hash")}
        else:
            answers = reader.get_all(now, ",".join(kind.download))
            found |= {key: row for key, row in zip(now, answers, strict=True) if isinstance(row, Mapping)}
    return found
