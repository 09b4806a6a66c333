"""Ad labels: made on their own, or inside the create call of what they label.

Documented (SDK): the ``…bylabels`` edges. Guessed: a second label of one name gives the first one's id, and
an absent ``operator`` means ANY.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import Action, Listing, NodeType, Params, Reader, Rows, local, success
from reconciler.sandbox.nodes.change import apply, required
from reconciler.sandbox.params import decoded
from reconciler.sandbox.world import Node


def create(ctx: Context, account: Node, params: Params) -> Any:
    required(params, "name")
    ctx.about_to_write()
    return {"id": named(ctx, account.id.removeprefix("act_"), str(params["name"])).id}


def named(ctx: Context, account: str, name: str) -> Node:
    existing = ctx.world.by_content(account, "label", name)
    if existing:
        return existing
    id = ctx.world.new_id("label", account)
    data = {"name": name, "created_time": ctx.now, "updated_time": ctx.now}
    return ctx.wrote(ctx.world.add(Node(id, "label", account, data, {"label": name})))


def checked(ctx: Context, account: str, value: Any) -> list[dict[str, Any]]:
    """``adlabels=[{name}|{id}]``, refused before anything is written."""
    wanted = decoded(value) or []
    for one in wanted:
        if not isinstance(one, dict) or not (one.get("name") or one.get("id")):
            raise GraphError("param", name="adlabels", what="an array of {id} or {name}")
        if one.get("id"):
            known = ctx.world.get(str(one["id"]), "label")
            if known is None or known.account != account:
                raise GraphError("param", name="adlabels", what="an array of labels of this ad account")
    return list(wanted)


def resolved(ctx: Context, account: str, wanted: list[dict[str, Any]]) -> list[str]:
    ids = [str(one["id"]) if one.get("id") else named(ctx, account, str(one["name"])).id for one in wanted]
    return list(dict.fromkeys(ids))


def shown(ctx: Context, node: Node) -> Any:
    lag = ctx.settings["shown_label_lag_seconds"]
    if lag and ctx.now < float(node.data["created_time"]) + lag:
        return []
    labels = [ctx.world.nodes[id] for id in node.data.get("adlabels", [])]
    return [
        {
            "id": label.id,
            "name": label.data["name"],
            "created_time": ctx.local_time(label, label.data["created_time"]),
            "updated_time": ctx.local_time(label, label.data["updated_time"]),
        }
        for label in labels
    ]


def attach(ctx: Context, node: Node, params: Params) -> Any:
    wanted = checked(ctx, node.account, params.get("adlabels"))
    ctx.about_to_write()
    ids = [*node.data.get("adlabels", []), *resolved(ctx, node.account, wanted)]
    apply(ctx, node, {"adlabels": list(dict.fromkeys(ids))})
    return success()


def detach(ctx: Context, node: Node, params: Params) -> Any:
    wanted = checked(ctx, node.account, params.get("adlabels"))
    ctx.about_to_write()
    gone = set(resolved(ctx, node.account, wanted))
    apply(ctx, node, {"adlabels": [id for id in node.data.get("adlabels", []) if id not in gone]})
    return success()


def labelled(kind: str) -> Rows:
    """``act_X/adsbylabels?ad_label_ids=[…]&operator=ANY|ALL``."""

    def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
        required(params, "ad_label_ids")
        wanted = {str(id) for id in params["ad_label_ids"]}
        test = wanted.issubset if params.get("operator") == "ALL" else lambda has: bool(wanted & set(has))
        found = ctx.world.of_account(account.id.removeprefix("act_"), kind)
        return [node for node in found if test(node.data.get("adlabels", []))]

    return rows


def _bearers(kind: str) -> Rows:
    def rows(ctx: Context, label: Node, params: Params) -> list[Node]:
        found = ctx.world.of_account(label.account, kind)
        return [node for node in found if label.id in node.data.get("adlabels", [])]

    return rows


def _update(ctx: Context, node: Node, params: Params) -> Any:
    required(params, "name")
    ctx.about_to_write()
    apply(ctx, node, {"name": str(params["name"])})
    return success()


def _remove(ctx: Context, node: Node, params: Params) -> Any:
    ctx.about_to_write()
    for kind in ("campaign", "ad_set", "ad", "creative"):
        for bearer in _bearers(kind)(ctx, node, {}):
            bearer.data["adlabels"] = [id for id in bearer.data["adlabels"] if id != node.id]
    ctx.world.forget(node)
    return success()


LABEL_POSTS: dict[str, Action] = {"adlabels": attach}
LABEL_DELETES: dict[str, Action] = {"adlabels": detach}
LABEL_READERS: dict[str, Reader] = {"adlabels": shown}

TYPE = NodeType(
    kind="label",
    label="AdLabel",
    defaults=("id", "name"),
    readers={
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
        "account": lambda ctx, node: ctx.world.account(node.account),
    },
    lists={
        "campaigns": Listing("campaign", _bearers("campaign"), hides=True),
        "adsets": Listing("ad_set", _bearers("ad_set"), hides=True),
        "ads": Listing("ad", _bearers("ad"), hides=True),
        "adcreatives": Listing("creative", _bearers("creative")),
    },
    update=_update,
    remove=_remove,
)
