"""Reading an edge: what it holds, what it hides, what the caller filters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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
    conditions = filtering.conditions(decoded(raw.get("filtering")))
    checks = (*_fresh(ctx, edge), *_visible(ctx, edge_type, params, conditions))

    def shows(one: Node) -> bool:
        return all(check(one) for check in checks) and all(filtering.holds(ctx, one, c) for c in conditions)

    url = f"{ctx.call.base_url}/{ctx.call.version}/{node.id}/{edge}"
    link_params = {k: v if isinstance(v, str | int) else json.dumps(v) for k, v in raw.items()}
    return paging.page(
        rows,
        link_params,
        shows=shows,
        limit=limit,
        newest_first=edge_type.newest_first,
        url=url,
        token=ctx.caller.token,
    )


Check = Callable[[Node], bool]


def _fresh(ctx: Context, edge: str) -> Iterator[Check]:
    """What is new shows late."""
    lag = ctx.settings["label_lag_seconds" if edge.endswith("bylabels") else "list_lag_seconds"]
    if lag:
        yield lambda one: ctx.now >= one.data.get("created_time", 0) + lag


def _visible(
    ctx: Context, edge_type: Listing, params: dict[str, Any], conditions: list[filtering.Condition]
) -> Iterator[Check]:
    if not edge_type.hides:
        return
    wanted = params.get("effective_status")
    if wanted and "DELETED" in wanted:
        raise GraphError("deleted_listing")
    if wanted:
        yield lambda one: effective(ctx, one) in wanted
    elif not any(c.asks_for_gone for c in conditions):
        yield lambda one: effective(ctx, one) not in GONE
    if since := params.get("updated_since"):
        yield lambda one: bool(one.data["updated_time"] >= since)
