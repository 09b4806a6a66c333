"""Reading an edge: what it holds, what it hides, what the caller filters."""

from __future__ import annotations

import json
from typing import Any

from reconciler.sandbox import filtering, paging
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import Listing
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.statuses import GONE, effective
from reconciler.sandbox.world import Node

# read here the same way for every edge, whatever type one edge gives them
COMMON = frozenset({"fields", "filtering", "limit", "after", "before", "summary"})


def page(ctx: Context, node: Node, edge: str, raw: dict[str, Any]) -> paging.Page:
    edge_type = TYPES[node.kind].lists[edge]
    sig = signature(node.kind, "GET", edge)
    # what this edge does not know is ignored: updated_since filters ad sets and ads, and no campaigns (SDK)
    own = {name: value for name, value in raw.items() if name not in COMMON and name in sig.types}
    params = typed(sig, own)
    limit = paging.limit_of(raw, ctx.settings)
    rows = list(edge_type.rows(ctx, node, params))
    rows = _fresh_hidden(ctx, edge, rows)
    conditions = filtering.conditions(decoded(raw.get("filtering")))
    rows = _visible(ctx, edge_type, rows, params, conditions)
    rows = [one for one in rows if all(filtering.holds(ctx, one, c) for c in conditions)]
    url = f"{ctx.call.base_url}/{ctx.call.version}/{node.id}/{edge}"
    link_params = {k: v if isinstance(v, str | int) else json.dumps(v) for k, v in raw.items()}
    return paging.page(
        rows, link_params, limit=limit, newest_first=edge_type.newest_first, url=url, token=ctx.caller.token
    )


def _fresh_hidden(ctx: Context, edge: str, rows: list[Node]) -> list[Node]:
    lag = ctx.settings["label_lag_seconds" if edge.endswith("bylabels") else "list_lag_seconds"]
    if not lag:
        return rows
    return [one for one in rows if ctx.now >= one.data.get("created_time", 0) + lag]


def _visible(
    ctx: Context,
    edge_type: Listing,
    rows: list[Node],
    params: dict[str, Any],
    conditions: list[filtering.Condition],
) -> list[Node]:
    if not edge_type.hides:
        return rows
    wanted = params.get("effective_status")
    if wanted and "DELETED" in wanted:
        raise GraphError("deleted_listing")
    if not wanted and any(c.asks_for_gone for c in conditions):
        shown = rows
    elif wanted:
        shown = [one for one in rows if effective(ctx, one) in wanted]
    else:
        shown = [one for one in rows if effective(ctx, one) not in GONE]
    since = params.get("updated_since")
    return [one for one in shown if one.data["updated_time"] >= since] if since else shown
