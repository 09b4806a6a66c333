"""Where a look takes its rows from: the listings of the whole account, or some of its campaigns alone. Reads only.

What is taken of some campaigns comes in one read, with all that stands in them:

    act_1/campaignsbylabels?ad_label_ids=[…]&operator=ANY&fields=id,…,adsets{id,…,ads{id,…}}

The edge lists whatever bears one of the labels, so a second campaign of the same label shows, too, and the edges within
it list a second ad set or ad. Anything out of the ordinary makes the look no good: then the whole account is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.kinds import KINDS, Kind
from reconciler.meta.client import BATCH, Reader
from reconciler.model.account import Account
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import GraphError
from reconciler.model.remote import Object
from reconciler.observe.decode import asked_of

Row = Mapping[str, Any]
Raw = Mapping[str, frozenset[str]]
"""By kind, what is asked for of what stands under `raw`."""


class NotEnough(Exception):
    """Some campaigns alone do not tell: the whole account has to be looked at. `seen`: what they have told."""

    def __init__(self, why: str, seen: Iterable[tuple[Address, Object]] = ()) -> None:
        super().__init__(why)
        self.seen = tuple(seen)


class Source(Protocol):
    def rows(self, kind: Kind, raw: frozenset[str], **params: Any) -> Iterable[Row]:
        """Of one level. Raises NotEnough where it cannot tell."""

    def refused(self, kind: Kind) -> frozenset[str]:
        """The fields that Meta has refused to show."""


@dataclass(frozen=True)
class Whole:
    """The account's own listings, page by page."""

    reader: Reader
    account: Account

    def rows(self, kind: Kind, raw: frozenset[str], **params: Any) -> Iterator[Row]:
        return self.reader.pages(self._edge(kind), fields=asked_of(kind, raw), **params)

    def refused(self, kind: Kind) -> frozenset[str]:
        return self.reader.refused(self._edge(kind))

    def _edge(self, kind: Kind) -> str:
        return f"{self.account.id}/{kind.edge}"


@dataclass(frozen=True)
class Part:
    """Some campaigns and all in them, as they were read."""

    by_kind: Mapping[str, Sequence[Row]]

    def rows(self, kind: Kind, raw: frozenset[str], **params: Any) -> Sequence[Row]:
        if params:
            raise NotEnough("nothing but what is listed was read")
        return self.by_kind.get(kind.name, ())

    def refused(self, kind: Kind) -> frozenset[str]:
        return frozenset()


def by_labels(reader: Reader, account: Account, label_ids: Sequence[str], raw: Raw) -> Part:
    """The topmost objects with any of the labels, and all in them. Raises NotEnough, and what a listing raises."""
    edge = f"{account.id}/{KINDS[LEVELS[0]].edge}bylabels"
    fields, rows = _nested(reader, raw), list[Row]()
    for at in range(0, len(label_ids), BATCH):
        some = list(label_ids[at : at + BATCH])
        rows += reader.pages(edge, ad_label_ids=some, operator="ANY", fields=fields)
    return _part(rows, reader.refused(edge))


def by_ids(reader: Reader, ids: Sequence[str], raw: Raw) -> Part:
    """The topmost objects with these ids, and all in them; a read each. Raises NotEnough, and what a read raises."""
    fields = _nested(reader, raw)
    answers = [reader.read(ids[0], fields)] if len(ids) == 1 else reader.get_all(ids, fields)
    rows = [row for row in answers if not isinstance(row, GraphError)]
    if len(rows) < len(ids):
        raise NotEnough("one of them cannot be read")
    return _part(rows, frozenset(name for one in ids for name in reader.refused(one)))


def _nested(reader: Reader, raw: Raw) -> str:
    limit, inner = reader.pace.limits.page_size, ""
    for level in reversed(LEVELS):
        kind = KINDS[level]
        own = asked_of(kind, raw.get(level, frozenset()))
        inner = f"{own},{inner}" if inner else own
        if level != LEVELS[0]:
            inner = f"{kind.edge}.limit({limit}){{{inner}}}"
    return inner


def _part(rows: Iterable[Row], refused: frozenset[str]) -> Part:
    if refused:
        raise NotEnough("a field was refused, and nobody knows of which level")
    found: dict[str, Sequence[Row]] = {}
    level = [dict(row) for row in rows]
    for kind, below in zip(LEVELS, (*LEVELS[1:], ""), strict=True):
        inside: list[dict[str, Any]] = []
        for row in level:
            if below:
                inside += _inside(row.pop(KINDS[below].edge, {}))
        found[kind] = level
        level = inside
    return Part(found)


def _inside(page: Any) -> Iterator[dict[str, Any]]:
    rows = page.get("data", []) if isinstance(page, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise NotEnough("what is listed inside of them is no list")
    if (page.get("paging") or {}).get("next"):
        raise NotEnough("more stands in one of them than a page holds")
    yield from (dict(row) for row in rows)
