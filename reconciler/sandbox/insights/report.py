"""Rows: deliveries gathered by object, time and breakdown, then filtered, sorted, paged and summed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from reconciler.sandbox import currency, filtering, paging
from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import assets, breakdowns, figures, metrics
from reconciler.sandbox.insights.delivery import AdDay, campaign_days
from reconciler.sandbox.insights.figures import NOTHING, Vector
from reconciler.sandbox.insights.query import LEVELS, Query
from reconciler.sandbox.statuses import GONE, effective
from reconciler.sandbox.world import Node

Key = tuple[str, int, breakdowns.Cell]  # object, bucket, cell
Parts = dict[metrics.Labels, Vector]
_LEVEL_KEY = {"campaign": "campaign_id", "adset": "adset_id"}
_STATUS_FIELDS = ("effective_status", "delivery_info", "delivery_status")


def rows(ctx: Context, node: Node, query: Query, now: float, most: int = 0) -> list[dict[str, Any]]:
    """``most``: how many cells a synchronous answer may take."""
    own, wide = _sorted_filters(query)
    sums, parts = _gathered(ctx, node, query, own, now, most)
    found = [_Row(ctx, query, key).shown(sums[key], parts.get(key, {})) for key in sorted(sums, key=_order(ctx))]
    found = [row for row in found if all(_holds(row, one) for one in wide)]
    for name, descending in reversed(query.sort):
        found.sort(key=lambda row: metrics.comparable(row, name), reverse=descending)
    return [{name: value for name, value in row.items() if name in _visible(query)} for row in found]


def _visible(query: Query) -> set[str]:
    return {*query.fields, *breakdowns.keys(query.breakdowns), "date_start", "date_stop"}


def _order(ctx: Context) -> Any:
    return lambda key: (ctx.world.nodes[key[0]].seq, key[1])


def _sorted_filters(query: Query) -> tuple[list[filtering.Condition], list[filtering.Condition]]:
    """Conditions on objects, and conditions on rows."""
    own: list[filtering.Condition] = []
    wide: list[filtering.Condition] = []
    for one in query.filters:
        measured = metrics.bare(one.field).partition(":")[0] in {*metrics.METRICS, *breakdowns.KNOWN}
        (wide if measured else own).append(one)
    return own, wide


def _holds(row: dict[str, Any], condition: filtering.Condition) -> bool:
    value = metrics.comparable(row, metrics.bare(condition.field))
    return filtering.compared(condition, value)


def _gathered(
    ctx: Context, node: Node, query: Query, filters: list[filtering.Condition], now: float, most: int
) -> tuple[dict[Key, Vector], dict[Key, Parts]]:
    """``Parts`` only where the action breakdowns ask for what depends on the ad."""
    sums: dict[Key, Vector] = {}
    parts: dict[Key, Parts] = {}
    by_ad = metrics.BY_AD & set(query.options.cuts)
    places: dict[date, list[int]] = {}
    done = 0
    for ad, when, vectors in _ad_days(ctx, node, query, filters, now):
        done += len(vectors)
        if most and done > most:
            raise GraphError("too_much_data")
        id = _object(ad, query.level)
        if when not in places:
            places[when] = [at for at, (since, until) in enumerate(query.buckets) if since <= when <= until]
        for bucket in places[when]:
            for cell, one in vectors:
                key = (id, bucket, cell)
                sums[key] = figures.added(sums[key], one) if key in sums else one
                if by_ad:
                    _tell_apart(ctx, ad, query, one, parts.setdefault(key, {}))
    return sums, parts


def _tell_apart(ctx: Context, ad: Node, query: Query, one: Vector, parts: Parts) -> None:
    found = assets.labels(ctx.world, ad, query.options.cuts)
    for about, part in zip(found, figures.split(one, [1.0] * len(found)), strict=True):
        labels = tuple(sorted(about.items()))
        parts[labels] = figures.added(parts[labels], part) if labels in parts else part


def _object(ad: Node, level: str) -> str:
    return f"act_{ad.account}" if level == "account" else str(ad.data.get(_LEVEL_KEY.get(level, ""), ad.id))


_Cells = list[tuple[breakdowns.Cell, Vector]]


def _ad_days(
    ctx: Context, node: Node, query: Query, filters: list[filtering.Condition], now: float
) -> Iterator[tuple[Node, date, _Cells]]:
    since, until = query.span
    hourly = breakdowns.HOURLY in query.breakdowns
    for campaign in _campaigns(ctx, node):
        days = campaign_days(ctx.world, campaign, ctx.zone(node), since, until, now, hourly=hourly)
        manners: dict[str, tuple[figures.Rates, breakdowns.Weighted]] = {}
        for (id, when), day in days.items():
            ad = ctx.world.nodes[id]
            if id not in manners:
                if not _wanted(ctx, node, ad, query, filters):
                    continue
                cells = [] if hourly else breakdowns.cells(ctx.world, ad, query.breakdowns)
                manners[id] = figures.rates(ctx.world, ad), cells
            rate, cells = manners[id]
            whole = metrics.windowed(figures.vector(ctx.world, ad, rate, when, day.minor), query.options.windows)
            yield ad, when, _cut(whole, cells, day, hourly)


def _campaigns(ctx: Context, node: Node) -> list[Node]:
    if node.kind == "account":
        return ctx.world.of_account(node.id.removeprefix("act_"), "campaign")
    return [ctx.world.nodes[node.data.get("campaign_id", node.id)]]


def _cut(whole: Vector, cells: breakdowns.Weighted, day: AdDay, hourly: bool) -> _Cells:
    if hourly:
        hours = zip(breakdowns.HOURS, figures.split(whole, day.hours), strict=True)
        return [(cell, part) for cell, part in hours if any(part)]
    if len(cells) == 1:
        return [(cells[0][0], whole)]
    parts = figures.split(whole, [weight for _, weight in cells])
    return [(cell, part) for (cell, _), part in zip(cells, parts, strict=True) if any(part)]


def _wanted(ctx: Context, node: Node, ad: Node, query: Query, filters: list[filtering.Condition]) -> bool:
    """What is archived or deleted counts in its parents, and is listed where a filter speaks of status, or its own id
    is asked for (documented)."""
    if node.kind in ("ad_set", "ad") and node.id not in (ad.id, ad.data["adset_id"]):
        return False
    if not all(filtering.holds(ctx, ad, one) for one in filters):
        return False
    shown = _object(ad, query.level)
    spoken = any(one.field.rpartition(".")[2] in _STATUS_FIELDS for one in filters)
    return spoken or shown == node.id or effective(ctx, ctx.world.nodes[shown]) not in GONE


class _Row:
    def __init__(self, ctx: Context, query: Query, key: Key) -> None:
        self.ctx, self.query = ctx, query
        id, bucket, self.cell = key
        self.node = ctx.world.nodes[id]
        self.since, self.until = query.buckets[bucket]
        self.account = self.node if self.node.kind == "account" else ctx.world.account(self.node.account)

    def shown(self, sums: Vector, parts: Parts) -> dict[str, Any]:
        """Fields in the order asked for, then the dates, then the breakdowns (documented); also what sorting and
        filtering look at."""
        facts = metrics.Facts(sums, currency.offset(self.account.data["currency"]), self.query.options, parts)
        dates = {"date_start": self.since.isoformat(), "date_stop": self.until.isoformat()}
        own = {**dates, **breakdowns.shown(breakdowns.keys(self.query.breakdowns), self.cell)}
        names = [*self.query.fields, *(name.partition(":")[0] for name, _ in self.query.sort)]
        names += [metrics.bare(one.field).partition(":")[0] for one in self.query.filters]
        row = {name: own[name] if name in own else self._value(name, facts) for name in dict.fromkeys(names)}
        return {name: value for name, value in {**row, **own}.items() if value not in (None, "", [])}

    def _value(self, name: str, facts: metrics.Facts) -> Any:
        if name in metrics.RANKINGS:
            return metrics.ranking(name, self.node.id, facts) if self.node.kind == "ad" else None
        return metrics.METRICS[name](facts) if name in metrics.METRICS else self._about(name)

    def _about(self, name: str) -> Any:
        if name in ("account_id", "account_name", "account_currency"):
            data = self.account.data
            return {"account_id": data["account_id"], "account_name": data["name"]}.get(name, data["currency"])
        level, _, what = name.partition("_")
        if level in LEVELS and what in ("id", "name"):
            node = self._at(level)
            return None if node is None else node.id if what == "id" else node.data.get("name")
        if name in ("objective", "buying_type"):
            campaign = self._at("campaign")
            return campaign.data.get(name) if campaign else None
        if name in ("optimization_goal", "attribution_setting"):
            ad_set = self._at("adset")
            return ad_set.data.get(name) if ad_set else None
        if name in ("created_time", "updated_time") and self.node.kind != "account":
            return graph_time(self.node.data[name], self.ctx.zone(self.node))[:10]
        return None

    def _at(self, level: str) -> Node | None:
        """The object's own parent of that level; nothing below its own level."""
        kind = {"adset": "ad_set"}.get(level, level)
        if self.node.kind == kind:
            return self.node
        parent = self.node.data.get(_LEVEL_KEY.get(level, ""))
        return self.ctx.world.nodes.get(str(parent))


def summed(ctx: Context, node: Node, query: Query, now: float) -> dict[str, Any]:
    """The whole answer in one row, as if nothing had been cut up."""
    own, _ = _sorted_filters(query)
    total = metrics.windowed(NOTHING, query.options.windows)
    for _, when, vectors in _ad_days(ctx, node, query, own, now):
        if any(since <= when <= until for since, until in query.buckets):
            for _, one in vectors:
                total = figures.added(total, one)
    account = node if node.kind == "account" else ctx.world.account(node.account)
    facts = metrics.Facts(total, currency.offset(account.data["currency"]), query.options)
    row = {name: metrics.METRICS[name](facts) for name in query.summary if name in metrics.METRICS}
    since, until = query.span
    row |= {"date_start": since.isoformat(), "date_stop": until.isoformat()}
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def page(ctx: Context, found: list[dict[str, Any]], raw: dict[str, Any], url: str) -> dict[str, Any]:
    """Cursors are positions in the report: ``MAZDZD`` is the first (recorded)."""
    limit = paging.limit_of(raw, {**ctx.settings, "max_page_size": ctx.settings["insights_max_page_size"]})
    start = _position(raw["after"]) + 1 if raw.get("after") else 0
    if raw.get("before") and not raw.get("after"):
        start = max(0, _position(raw["before"]) - limit)
    chosen = found[start : start + limit]
    body: dict[str, Any] = {"data": chosen}
    if not chosen:
        return body
    first, last = _cursor(start), _cursor(start + len(chosen) - 1)
    body["paging"] = {"cursors": {"before": first, "after": last}}
    kept = {k: v for k, v in raw.items() if k not in ("after", "before") and isinstance(v, str | int)}
    kept = {"access_token": ctx.caller.token, **kept, "limit": limit}
    if start + limit < len(found):
        body["paging"]["next"] = f"{url}?{urlencode({**kept, 'after': last})}"
    if start:
        body["paging"]["previous"] = f"{url}?{urlencode({**kept, 'before': first})}"
    return body


def _cursor(at: int) -> str:
    return base64.urlsafe_b64encode(str(at).encode()).decode().replace("=", "ZD")


def _position(text: Any) -> int:
    try:
        return int(base64.b64decode(str(text).replace("ZD", "="), altchars=b"-_", validate=True).decode("ascii"))
    except (binascii.Error, ValueError):
        raise GraphError("bad_cursor") from None
