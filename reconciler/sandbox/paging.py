"""Cursor pages: ``after`` also on the last page, ``next`` only where there is more (recorded)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.world import Node


@dataclass(slots=True)
class Page:
    nodes: list[Node]
    paging: dict[str, Any]
    summary: dict[str, Any] | None

    def body(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        out: dict[str, Any] = {"data": rows}
        if self.paging:
            out["paging"] = self.paging
        if self.summary is not None:
            out["summary"] = self.summary
        return out


def cursor(node: Node) -> str:
    """Meta's cursors end in ZDZD where base64 has == (recorded); their content is opaque."""
    return base64.urlsafe_b64encode(f"QVFI{node.seq:012d}".encode()).decode().replace("=", "ZD")


def position(text: str) -> int:
    try:
        raw = base64.b64decode(text.replace("ZD", "="), altchars=b"-_", validate=True).decode("ascii")
        if not raw.startswith("QVFI"):
            raise ValueError
        return int(raw[4:])
    except (binascii.Error, ValueError):
        raise GraphError("bad_cursor") from None


def limit_of(params: dict[str, Any], settings: dict[str, Any]) -> int:
    """More than an edge's maximum is the maximum, with the right links (documented); where that lies is a guess."""
    raw = params.get("limit")
    if raw in (None, ""):
        return int(settings["default_page_size"])
    try:
        limit = int(str(raw))
    except ValueError:
        raise GraphError("param", name="limit", what="an integer") from None
    if limit < 1:
        raise GraphError("param", name="limit", what="greater than 0")
    return min(limit, int(settings["max_page_size"]))


def page(
    nodes: Sequence[Node],
    params: dict[str, Any],
    *,
    shows: Callable[[Node], bool] = lambda node: True,
    limit: int,
    newest_first: bool,
    url: str,
    token: str,
) -> Page:
    """``nodes`` in the order of creation, of which those that it ``shows`` are listed. Cursors are positions, so that
    pages survive new objects. No more of them is looked into than the page needs: a large account has thousands."""
    ordered = list(reversed(nodes)) if newest_first else list(nodes)
    after, before = params.get("after"), params.get("before")
    sign = -1 if newest_first else 1
    at = position(str(after or before)) * sign if after or before else 0
    if after:
        found = (node for node in ordered if node.seq * sign > at)
        chosen = list(islice(filter(shows, found), limit))
    elif before:
        found = (node for node in reversed(ordered) if node.seq * sign < at)
        chosen = list(islice(filter(shows, found), limit))[::-1]
    else:
        chosen = list(islice(filter(shows, ordered), limit))
    paging = _links(ordered, chosen, shows, sign, {**params, "limit": limit}, url, token) if chosen else {}
    return Page(chosen, paging, _summary(params, filter(shows, ordered)))


def _links(
    ordered: list[Node],
    chosen: list[Node],
    shows: Callable[[Node], bool],
    sign: int,
    params: dict[str, Any],
    url: str,
    token: str,
) -> dict[str, Any]:
    first, last = cursor(chosen[0]), cursor(chosen[-1])
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    kept = {k: v for k, v in params.items() if k not in ("after", "before", "access_token", "appsecret_proof")}
    kept = {"access_token": token, **kept}
    if any(node.seq * sign > chosen[-1].seq * sign and shows(node) for node in ordered):
        paging["next"] = f"{url}?{urlencode({**kept, 'after': last})}"
    if any(node.seq * sign < chosen[0].seq * sign and shows(node) for node in ordered):
        paging["previous"] = f"{url}?{urlencode({**kept, 'before': first})}"
    return paging


def _summary(params: dict[str, Any], shown: Iterator[Node]) -> dict[str, Any] | None:
    asked = str(params.get("summary", "")).lower()
    if "total_count" in asked or asked in ("true", "1") or "default_summary" in params:
        return {"total_count": sum(1 for _ in shown)}
    return None
