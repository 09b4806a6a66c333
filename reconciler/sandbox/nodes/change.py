"""What campaigns, ad sets and ads share when they are created or changed."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import activity, history, statuses
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import Params, success
from reconciler.sandbox.params import filled, signature
from reconciler.sandbox.world import Node

_NOT_STORED = {
    "execution_options", "date_format", "campaign_spec", "adset_spec", "adset_budgets", "adset_bid_amounts",
    "include_demolink_hashes", "budget_schedule_specs", "topline_id", "line_number", "rb_prediction_id",
    "draft_adgroup_id",
}  # fmt: skip
_NULL_SAYS = {"regional_regulation_identities"}  # a null in it takes an identity away (documented)
_USABLE = {1, 3, 8, 9}


def storable(kind: str, edge: str, params: Params) -> Params:
    """Parameters that Graph knows here; empty ones count as not sent (recorded: dropped in the echo)."""
    known = signature(kind, "POST", edge).types
    kept = {name: value for name, value in params.items() if name in known and name not in _NOT_STORED}
    kept = {name: value if name in _NULL_SAYS else filled(value) for name, value in kept.items()}
    return {name: value for name, value in kept.items() if value not in (None, "", {})}


def usable(ctx: Context, account: Node) -> None:
    if account.data["account_status"] not in _USABLE:
        raise GraphError("account_disabled")


def required(params: Params, *names: str) -> None:
    for name in names:
        if params.get(name) in (None, ""):
            raise GraphError("required", name=name)


def name_of(params: Params, longest: int) -> str:
    required(params, "name")
    name = str(params["name"])
    if len(name) > longest:
        raise GraphError("param", name="name", what=f"no longer than {longest} characters")
    return name


def status_at_create(params: Params) -> str:
    """Only ACTIVE and PAUSED (documented); left out it is ACTIVE (folk)."""
    status = params.get("status") or "ACTIVE"
    if status not in ("ACTIVE", "PAUSED"):
        raise GraphError("param", name="status", what="one of {ACTIVE, PAUSED}")
    return str(status)


def refuse_if_gone(node: Node, params: Params, refusal: str) -> None:
    """ARCHIVED: only the name, or deletion. DELETED: only the name. (documented)"""
    status = node.data["status"]
    if status not in statuses.GONE:
        return
    wanted = {name for name in storable(_update_kind(node), "", params) if name != "name"}
    if wanted - {"status"} or ("status" in wanted and params["status"] != "DELETED"):
        raise GraphError(refusal, status=status.lower())


def _update_kind(node: Node) -> str:
    return node.kind


def create(ctx: Context, node: Node) -> Node:
    node.data["created_time"] = node.data["updated_time"] = ctx.now
    if ctx.settings["in_process_seconds"]:
        node.hidden["in_process_until"] = ctx.now + ctx.settings["in_process_seconds"]
    ctx.world.add(node)
    history.note(node, ctx.now)
    statuses.activated(ctx, node)
    activity.created(ctx, node)
    return ctx.wrote(node)


def apply(ctx: Context, node: Node, changes: Params, *, silent: frozenset[str] = frozenset()) -> None:
    """``silent`` fields do not move updated_time (documented for campaign budgets)."""
    before = dict(node.data)
    moved = {name for name, value in changes.items() if before.get(name) != value}
    for name, value in changes.items():
        if value is None:
            node.data.pop(name, None)
        else:
            node.data[name] = value
    if moved - silent:
        node.data["updated_time"] = ctx.now
    history.note(node, ctx.now)
    activity.changed(ctx, node, before, changes)
    if "status" in moved:
        statuses.activated(ctx, node)
    ctx.wrote(node)


def remove(ctx: Context, node: Node, params: Params) -> Any:
    """DELETE is the same as status=DELETED, and may be repeated (recorded)."""
    ctx.about_to_write()
    if node.data["status"] != "DELETED":
        apply(ctx, node, {"status": "DELETED"})
    return success()
