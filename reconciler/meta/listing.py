"""The pages of one list: where it goes on, when it has no end, and by what a row is known again. No network."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from reconciler.meta.errors import AGAIN, LIST_AGAIN
from reconciler.model.errors import GraphError, GraphReply, TooMuchData, Unavailable, Unreachable

SECRETS = frozenset({"access_token", "appsecret_proof"})
NO_PLACE = SECRETS | {"fields", "limit", "pretty", "format", "method", "debug", "locale"}
"""Of what the address of a next page says, what does not tell where in the list that is."""
PLACES = frozenset({"after", "until", "since", "offset", "__paging_token"})
"""What does, even where the same was asked."""

EMPTY_PAGES = 10
"""In a row, after which a list has no end. Meta takes out of a page what the token may not see, so that one or a few
come out empty; a thousand rows of nothing, at the usual size of a page, are no part of a list any more."""

LEAST_FIRST = 25
"""Rows that a list begins with at least."""

WENT_WRONG = frozenset({1, 2})
SERVER_ERROR = 500


class CursorRefused(Unavailable):
    """Meta does not go on with a list where it has said itself that it goes on."""


def edge_of(path: str) -> str:
    """`ads` of `act_1/ads`"""
    return path.rpartition("/")[2]


@dataclass
class Walk:
    """Through the pages of one list."""

    path: str
    limit: int
    """Rows asked for at a time."""
    after: dict[str, str] = field(default_factory=dict)
    """What leads to the next page; empty before the first one and after the last."""
    empty: int = 0
    """Pages in a row that have brought nothing new."""
    known: set[str] = field(default_factory=set)
    """Cursors that were followed."""
    fixed: bool = False
    """Whether what is too much for Meta is not asked for in smaller pages."""
    halved: bool = False
    """Whether a page was too much."""

    def go_on(self, after: dict[str, str], fresh: bool) -> None:
        """Raises Unavailable where that leads nowhere. What was read by then is not the whole list."""
        cursor = str(sorted(after.items()))
        self.after, self.empty = after, 0 if fresh else self.empty + 1
        if not after:
            return
        if cursor in self.known:
            raise self._endless("Meta repeats a page of it")
        if self.empty == EMPTY_PAGES:
            raise self._endless(f"{EMPTY_PAGES} pages in a row brought nothing new, and Meta says that more follow")
        self.known.add(cursor)

    def _endless(self, why: str) -> Unavailable:
        return Unavailable(GraphReply(0, message=f"the listing {self.path} has no end: {why}"), LIST_AGAIN)


@dataclass(frozen=True)
class Begun:
    """The first rows of a list. `whole`: Meta has said that there are no more. `finish`, once, reads on and gives all
    rows."""

    rows: list[dict[str, Any]]
    whole: bool
    finish: Callable[[], list[dict[str, Any]]]


def may_be_too_much(error: GraphError) -> bool:
    """Whether a smaller page may be answered. Meta has a text for that, which comes in the language of whoever asks,
    and says as often that something went wrong, or ends as a 5xx. What asks to be left alone is no question of size."""
    if isinstance(error, TooMuchData):
        return True
    reply = error.reply
    return (reply.code in WENT_WRONG or reply.http_status >= SERVER_ERROR) and not reply.remark


def unanswered(path: str, error: GraphError) -> GraphError:
    """With the list that it was asked for."""
    if isinstance(error, Unreachable):
        return error
    return Unavailable(replace(error.reply, asked=f"the listing {path}"), error.mend.replace(AGAIN, LIST_AGAIN))


def key_of(row: Mapping[str, Any], *, events: bool = False) -> str:
    """By which a row is known again. What events call their id may be their object's, and some rows have none."""
    return json.dumps(row, sort_keys=True) if events or row.get("id") is None else str(row["id"])


def is_page(page: Mapping[str, Any]) -> bool:
    rows, paging = page.get("data"), page.get("paging") or {}
    whole_rows = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    return whole_rows and isinstance(paging, dict) and isinstance(paging.get("cursors") or {}, dict)


def next_page(page: Mapping[str, Any], path: str, asked: Collection[str] = ()) -> dict[str, str]:
    """The parameters that lead to the next page; empty on the last. Never the URL: it carries the token. `asked`: the
    names of what was asked anyhow. Meta has had several words for the place in a list (`after`, `offset`,
    `__paging_token`, `__after_id`), so whatever the address says beyond what was asked is taken for one. Raises
    Unavailable where more rows follow and nothing leads to them: what was read is not the whole list."""
    paging = page.get("paging") or {}
    if not paging.get("next"):
        return {}
    if after := (paging.get("cursors") or {}).get("after"):
        return {"after": str(after)}
    query = parse_qsl(urlsplit(str(paging["next"])).query)
    found = {name: value for name, value in query if name not in NO_PLACE and (name in PLACES or name not in asked)}
    if not found:
        why = f"Meta says that more of the listing {path} follows, and not where"
        raise Unavailable(GraphReply(0, message=why), LIST_AGAIN)
    return found
