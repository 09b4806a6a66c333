"""Catalogues, product sets and feeds. A feed is only declared: nothing is fetched."""

from __future__ import annotations

import json
from typing import Any

from reconciler.sandbox import auth
from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change, event_source, products
from reconciler.sandbox.nodes.base import Action, Listing, NodeType, Params, children, success
from reconciler.sandbox.params import decoded
from reconciler.sandbox.world import Node

_SCOPE = "catalog_management"
_SCHEDULES = ("schedule", "update_schedule")


def create(ctx: Context, business: Node, params: Params) -> Any:
    """Linked to the business's ad accounts at once, which takes a call of its own at Meta."""
    auth.need_scope(ctx, _SCOPE)
    change.required(params, "name")
    data = change.storable("business", "owned_product_catalogs", params)
    ctx.about_to_write()
    data.setdefault("vertical", "commerce")
    data.update(created_time=ctx.now, business_id=business.id)
    node = ctx.wrote(ctx.world.add(Node(ctx.world.new_id("catalog"), "catalog", "", data)))
    for account in ctx.world.accounts():
        if account.hidden.get("business") == business.id and ctx.sees(account):
            account.hidden["catalogs"].append(node.id)
    return {"id": node.id}


def _update(kind: str) -> Action:
    def update(ctx: Context, node: Node, params: Params) -> Any:
        auth.need_scope(ctx, _SCOPE)
        changes = _checked(change.storable(kind, "", params))
        ctx.about_to_write()
        change.apply(ctx, node, changes)
        return success()

    return update


def _remove(ctx: Context, node: Node, params: Params) -> Any:
    auth.need_scope(ctx, _SCOPE)
    ctx.about_to_write()
    for account in ctx.world.accounts() if node.kind == "catalog" else ():
        account.hidden["catalogs"] = [id for id in account.hidden["catalogs"] if id != node.id]
    for kind in ("product_set", "product_feed", "product") if node.kind == "catalog" else ():
        for child in ctx.world.children(node.id, kind):
            ctx.world.forget(child)
    ctx.world.forget(node)
    return success()


def _create(kind: str, edge: str) -> Action:
    def create(ctx: Context, catalog: Node, params: Params) -> Any:
        auth.need_scope(ctx, _SCOPE)
        change.required(params, "name")
        data = _checked(change.storable("catalog", edge, params))
        ctx.about_to_write()
        data.update(catalog_id=catalog.id, created_time=ctx.now)
        return {"id": ctx.wrote(ctx.world.add(Node(ctx.world.new_id(kind), kind, "", data))).id}

    return create


def _checked(data: Params) -> Params:
    """A set's filter reads back as JSON text (documented); a feed's schedule as an object."""
    if "filter" in data:
        data["filter"] = json.dumps(data["filter"])
    for name in _SCHEDULES:
        if name in data:
            data[name] = _schedule(decoded(data[name]), name)
    return data


def _schedule(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value.get("url") or not value.get("interval"):
        raise GraphError("param", name=name, what="a JSON object with interval and url")
    return value


def _none(ctx: Context, node: Node) -> int:
    return 0


def _parent(ctx: Context, node: Node) -> Node:
    return ctx.world.nodes[node.data["catalog_id"]]


CATALOG = NodeType(
    kind="catalog",
    label="ProductCatalog",
    defaults=("id", "name"),
    readers={
        "product_count": lambda ctx, node: len(products.of_catalog(ctx.world, node.id)),
        "feed_count": lambda ctx, node: len(ctx.world.children(node.id, "product_feed")),
        "vertical": lambda ctx, node: node.data.get("vertical", "commerce"),
        "business": lambda ctx, node: ctx.world.get(str(node.data.get("business_id"))),
    },
    lists={
        "product_sets": Listing("product_set", children("product_set")),
        "product_feeds": Listing("product_feed", children("product_feed")),
        "products": Listing("product", products.rows),
        event_source.EDGE: Listing("event_source", event_source.rows),
    },
    reads={"check_batch_request_status": products.check_batch},
    posts={
        "items_batch": products.items_batch,
        "batch": products.batch,
        "products": products.create,
        "product_sets": _create("product_set", "product_sets"),
        "product_feeds": _create("product_feed", "product_feeds"),
        event_source.EDGE: event_source.add,
    },
    deletes={event_source.EDGE: event_source.remove},
    update=_update("catalog"),
    remove=_remove,
)
SET = NodeType(
    kind="product_set",
    label="ProductSet",
    defaults=("id", "name"),
    readers={"product_count": lambda ctx, node: len(products.in_set(ctx.world, node)), "product_catalog": _parent},
    lists={"products": Listing("product", products.set_rows())},
    update=_update("product_set"),
    remove=_remove,
)
FEED = NodeType(
    kind="product_feed",
    label="ProductFeed",
    defaults=("id", "name"),
    readers={
        "product_count": _none,
        "created_time": lambda ctx, node: graph_time(node.data["created_time"]),
        "feed_type": lambda ctx, node: node.data.get("feed_type"),  # read by Meta's own command line
        "deletion_enabled": lambda ctx, node: node.data.get("deletion_enabled", True),
    },
    update=_update("product_feed"),
    remove=_remove,
)
