"""``POST /{id}/copies``: duplicates by design, PAUSED unless asked otherwise (documented)."""

from __future__ import annotations

import copy
from typing import Any

from reconciler.sandbox import statuses
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Params, Rows
from reconciler.sandbox.nodes.story import texts
from reconciler.sandbox.world import Node

_WORDS = {"campaign": "campaign", "ad_set": "ad_set", "ad": "ad"}
_PARENT = {"ad_set": "campaign_id", "ad": "adset_id"}
_SOURCE = {"campaign": "source_campaign_id", "ad_set": "source_adset_id", "ad": "source_ad_id"}
_MOST = 3  # "fewer than 3 objects" (recorded), yet documented as "up to 3": three pass


def copies(kind: str) -> Rows:
    """``GET /{id}/copies``."""

    def rows(ctx: Context, node: Node, params: Params) -> list[Node]:
        return [one for one in ctx.world.of_account(node.account, kind) if one.data.get(_SOURCE[kind]) == node.id]

    return rows


def copy_campaign(ctx: Context, node: Node, params: Params) -> Any:
    return {"copied_campaign_id": _copy(ctx, node, params, None)[0], "ad_object_ids": _rows(ctx)}


def copy_ad_set(ctx: Context, node: Node, params: Params) -> Any:
    parent = params.get("campaign_id")
    return {"copied_adset_id": _copy(ctx, node, params, parent)[0], "ad_object_ids": _rows(ctx)}


def copy_ad(ctx: Context, node: Node, params: Params) -> Any:
    return {"copied_ad_id": _copy(ctx, node, params, params.get("adset_id"))[0]}


def _rows(ctx: Context) -> list[dict[str, str]]:
    return [
        {"ad_object_type": _WORDS[n.kind], "source_id": n.data[_SOURCE[n.kind]], "copied_id": n.id}
        for n in ctx.written
        if n.kind in _WORDS
    ]


def _copy(ctx: Context, node: Node, params: Params, parent: Any) -> list[str]:
    family = [node, *(_descendants(ctx, node) if params.get("deep_copy") else [])]
    if len(family) > _MOST and ctx.caller.token:  # a person in Ads Manager has no such limit
        raise GraphError("copy_too_large")
    ctx.about_to_write()
    made: dict[str, str] = {}
    if parent:
        made[node.data[_PARENT[node.kind]]] = ctx.need(parent, "campaign" if node.kind == "ad_set" else "ad_set").id
    return [_one(ctx, source, params, made).id for source in family]


def _descendants(ctx: Context, node: Node) -> list[Node]:
    kinds = {"campaign": ("ad_set", "ad"), "ad_set": ("ad",), "ad": ()}[node.kind]
    found = [one for kind in kinds for one in ctx.world.children(node.id, kind)]
    return [one for one in found if statuses.effective(ctx, one) not in statuses.GONE]


def _one(ctx: Context, source: Node, params: Params, made: dict[str, str]) -> Node:
    data = copy.deepcopy(source.data)
    option = params.get("status_option") or "PAUSED"
    data["status"] = source.data["status"] if option == "INHERITED_FROM_SOURCE" else option
    if not made or source.kind == "campaign":
        data["name"] = _renamed(data["name"], params)
    data[_SOURCE[source.kind]] = source.id
    if not ctx.settings["copies_keep_labels"]:
        data["adlabels"] = []
    for key in ("campaign_id", "adset_id"):
        if key in data:
            data[key] = made.get(data[key], data[key])
    if source.kind == "ad":
        data["campaign_id"] = ctx.world.nodes[data["adset_id"]].data["campaign_id"]
    id = ctx.world.new_id(source.kind, source.account)
    made[source.id] = id
    node = change.create(ctx, Node(id, source.kind, source.account, data))
    if source.kind == "ad":
        statuses.start_review(ctx, node, texts(ctx.world.nodes[data["creative"]].data)["body"])
    return node


def _renamed(name: str, params: Params) -> str:
    options = params.get("rename_options") or {}
    if options.get("rename_strategy") == "NO_RENAME":
        return name
    suffix = options.get("rename_suffix") or ("" if options.get("rename_prefix") else " - Copy")
    return f"{options.get('rename_prefix', '')}{name}{suffix}"
