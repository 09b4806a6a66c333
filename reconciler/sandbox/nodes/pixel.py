"""Pixels, and the custom conversions that count on them.

Documented: 6200 where an account has its pixel already. Recorded: a conversion's times are +0000. Folk: one pixel
an account, and a conversion's rule is fixed (the SDK's update does not take it).
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change, events
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, success
from reconciler.sandbox.params import decoded
from reconciler.sandbox.world import Node


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    change.required(params, "name")
    if account.hidden["pixels"]:
        raise GraphError("pixel_exists")
    ctx.about_to_write()
    node = _add(ctx, params)
    account.hidden["pixels"].append(node.id)
    return {"id": node.id}


def _add(ctx: Context, params: Params, **more: Any) -> Node:
    data = {"name": str(params["name"]), "created_time": ctx.now, "is_unavailable": False, **more}
    return ctx.wrote(ctx.world.add(Node(ctx.world.new_id("pixel"), "pixel", "", data)))


def create_in_business(ctx: Context, business: Node, params: Params) -> Any:
    """No account has it until it is shared with one."""
    change.required(params, "name")
    ctx.about_to_write()
    return {"id": _add(ctx, params, business_id=business.id).id}


def of_business(ctx: Context, business: Node) -> list[str]:
    return [one.id for one in ctx.world.of_account("", "pixel") if one.data.get("business_id") == business.id]


def _sharing(ctx: Context, params: Params) -> Node:
    change.required(params, "account_id", "business")
    return ctx.need(f"act_{str(params['account_id']).removeprefix('act_')}", "account")


def _share(ctx: Context, node: Node, params: Params) -> Any:
    account = _sharing(ctx, params)
    ctx.about_to_write()
    if node.id not in account.hidden["pixels"]:
        account.hidden["pixels"].append(node.id)
    ctx.wrote(account)
    return success()


def _unshare(ctx: Context, node: Node, params: Params) -> Any:
    account = _sharing(ctx, params)
    ctx.about_to_write()
    account.hidden["pixels"] = [id for id in account.hidden["pixels"] if id != node.id]
    ctx.wrote(account)
    return success()


def _shared(ctx: Context, node: Node, params: Params) -> list[Node]:
    change.required(params, "business")
    return [one for one in ctx.world.accounts() if ctx.sees(one) and node.id in one.hidden["pixels"]]


def update(ctx: Context, node: Node, params: Params) -> Any:
    changes = change.storable("pixel", "", params)
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


def _utc(name: str) -> Any:
    return lambda ctx, node: graph_time(node.data[name])


def _owner(ctx: Context, node: Node) -> Node | None:
    return next((one for one in ctx.world.accounts() if node.id in one.hidden["pixels"]), None)


PIXEL = NodeType(
    kind="pixel",
    label="AdsPixel",
    readers={
        "creation_time": _utc("created_time"),
        "owner_ad_account": _owner,
        "owner_business": lambda ctx, node: ctx.world.get(node.data.get("business_id", "")),
        "last_fired_time": lambda ctx, node: graph_time(fired) if (fired := node.data.get("last_fired_time")) else None,
        "code": lambda ctx, node: f"<script>fbq('init', '{node.id}');fbq('track', 'PageView');</script>",
    },
    lists={"shared_accounts": Listing("account", _shared)},
    reads={"stats": events.stats},
    posts={"shared_accounts": _share, "events": events.create},
    deletes={"shared_accounts": _unshare},
    update=update,
)


def create_conversion(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    name = change.name_of(params, 400)
    change.required(params, "rule")
    pixel = _event_source(ctx, account, params)
    data = change.storable("account", "customconversions", params)
    if not isinstance(decoded(params["rule"]), dict):
        raise GraphError("param", name="rule", what="a JSON object")
    ctx.about_to_write()
    number = account.id.removeprefix("act_")
    data.pop("event_source_id", None)
    data.update(name=name, account_id=number, pixel_id=pixel.id, created_time=ctx.now, is_archived=False)
    data.setdefault("custom_event_type", "OTHER")
    node = ctx.world.add(Node(ctx.world.new_id("custom_conversion", number), "custom_conversion", number, data))
    return {"id": ctx.wrote(node).id}


def _event_source(ctx: Context, account: Node, params: Params) -> Node:
    change.required(params, "event_source_id")
    pixel = ctx.world.get(str(params["event_source_id"]), "pixel")
    if pixel is None or pixel.id not in account.hidden["pixels"]:
        raise GraphError("param", name="event_source_id", what="a pixel of this ad account")
    return pixel


def _update_conversion(ctx: Context, node: Node, params: Params) -> Any:
    for field in ("rule", "event_source_id", "custom_event_type"):
        if params.get(field):
            raise GraphError("immutable", field=field, blame=[field])
    changes = change.storable("custom_conversion", "", params)
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


def _remove_conversion(ctx: Context, node: Node, params: Params) -> Any:
    """Archived, and off the list (guess)."""
    ctx.about_to_write()
    change.apply(ctx, node, {"is_archived": True})
    return success()


def conversions(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "custom_conversion")
    return [one for one in found if not one.data["is_archived"]]


CONVERSION = NodeType(
    kind="custom_conversion",
    label="CustomConversion",
    readers={
        "creation_time": _utc("created_time"),
        "pixel": lambda ctx, node: ctx.world.get(node.data["pixel_id"]),
        "event_source_type": lambda ctx, node: "pixel",
        "data_sources": lambda ctx, node: [{"id": node.data["pixel_id"], "source_type": "PIXEL"}],
        "is_unavailable": lambda ctx, node: False,
        "retention_days": lambda ctx, node: 0,
    },
    update=_update_conversion,
    remove=_remove_conversion,
)
