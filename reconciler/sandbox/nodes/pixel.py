"""Pixels, and the custom conversions that count on them.

Documented: 6200 where an account has its pixel already. Recorded: a conversion's times are +0000. Folk: one pixel
an account, and a conversion's rule is fixed (the SDK's update does not take it).
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import NodeType, Params, success
from reconciler.sandbox.params import decoded
from reconciler.sandbox.world import Node


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    change.required(params, "name")
    if account.hidden["pixels"]:
        raise GraphError("pixel_exists")
    ctx.about_to_write()
    id = ctx.world.new_id("pixel")
    data = {"name": str(params["name"]), "created_time": ctx.now, "is_unavailable": False}
    account.hidden["pixels"].append(id)
    return {"id": ctx.wrote(ctx.world.add(Node(id, "pixel", "", data))).id}


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
        "code": lambda ctx, node: f"<script>fbq('init', '{node.id}');fbq('track', 'PageView');</script>",
    },
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
