"""``asyncadrequestsets``: ads made later, one by one, by the clock. The one create that can be asked about.

Documented: the counts, INITIAL to SUCCESS or ERROR, ``result{id}``. Guessed: how an error looks in ``result``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.context import Caller, Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import ad, change
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, local, success
from reconciler.sandbox.params import signature, typed
from reconciler.sandbox.spool import Spool
from reconciler.sandbox.wire import Call
from reconciler.sandbox.world import Node, World

Record = Callable[[Context, Any], None]
_WAITING = ("INITIAL", "IN_PROGRESS")
_COUNTS = {"initial": "INITIAL", "in_progress": "IN_PROGRESS", "success": "SUCCESS", "error": "ERROR",
           "canceled": "CANCELED"}  # fmt: skip
_CALLER = ("token", "user_id", "user_name", "app_id", "app_name")


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    change.required(params, "name")
    specs = params.get("ad_specs")
    if not isinstance(specs, list) or not specs or not all(isinstance(one, dict) for one in specs):
        raise GraphError("param", name="ad_specs", what="an array of ads")
    ctx.about_to_write()
    world, number = ctx.world, account.id.removeprefix("act_")
    data = {
        "name": str(params["name"]),
        "owner_id": ctx.caller.user_id,
        "notification_mode": params.get("notification_mode") or "OFF",
        "notification_uri": params.get("notification_uri"),
        "created_time": ctx.now,
        "updated_time": ctx.now,
    }
    node = ctx.wrote(world.add(Node(world.new_id("async_set", number), "async_set", number, data)))
    caller = {name: getattr(ctx.caller, name) for name in _CALLER}
    for place, spec in enumerate(specs, 1):
        due = ctx.now + place * ctx.settings["async_request_seconds"]
        row = {"set_id": node.id, "status": "INITIAL", "input": spec, "type": "CREATE_AD", "created_time": ctx.now,
               "updated_time": ctx.now, "scope_object_id": number}  # fmt: skip
        hidden = {"due": due, "caller": caller}
        request = world.add(Node(world.new_id("async_request", number), "async_request", number, row, hidden))
        world.queue.append(request.id)
    return {"id": node.id}


def settle(world: World, now: float, spool: Spool, record: Record) -> None:
    """Requests whose time has come are carried out, each at its own moment."""
    due = [world.nodes[id] for id in world.queue if id in world.nodes and world.nodes[id].hidden["due"] <= now]
    for request in due:
        world.queue.remove(request.id)
        _carry_out(world, request, spool, record)


def _carry_out(world: World, request: Node, spool: Spool, record: Record) -> None:
    account, moment = world.account(request.account), request.hidden["due"]
    call = Call("POST", f"{account.id}/ads", "", dict(request.data["input"]), base_url="http://sandbox")
    ctx = Context(world, moment, Caller(**request.hidden["caller"]), call, spool)
    try:
        result = ad.create(ctx, account, typed(signature("account", "POST", "ads"), call.params))
        request.data.update(status="SUCCESS", result=result)
        record(ctx, result)
    except GraphError as problem:
        request.data.update(status="ERROR", result=problem.envelope("async"))
    request.data["updated_time"] = moment
    world.touch()


def _status(ctx: Context, request: Node) -> str:
    """IN_PROGRESS once those before it are done."""
    if request.data["status"] != "INITIAL":
        return str(request.data["status"])
    seconds = ctx.settings["async_request_seconds"]
    return "IN_PROGRESS" if ctx.now >= request.hidden["due"] - seconds else "INITIAL"


def _requests(ctx: Context, node: Node) -> list[Node]:
    return ctx.world.children(node.id, "async_request")


def _count(status: str) -> Any:
    return lambda ctx, node: sum(1 for one in _requests(ctx, node) if _status(ctx, one) == status)


def _is_completed(ctx: Context, node: Node) -> bool:
    return not any(_status(ctx, one) in _WAITING for one in _requests(ctx, node))


def _rows(ctx: Context, node: Node, params: Params) -> list[Node]:
    wanted = {str(one).upper() for one in params.get("statuses") or ()}
    return [one for one in _requests(ctx, node) if not wanted or _status(ctx, one) in wanted]


def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "async_set")
    done = params.get("is_completed")
    return [one for one in found if done is None or _is_completed(ctx, one) == done]


def _update(ctx: Context, node: Node, params: Params) -> Any:
    changes = change.storable("async_set", "", params)
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


def _cancel(ctx: Context, node: Node, params: Params) -> Any:
    """What has not been carried out yet never will be."""
    ctx.about_to_write()
    for one in [node] if node.kind == "async_request" else _requests(ctx, node):
        if one.id in ctx.world.queue:
            ctx.world.queue.remove(one.id)
            one.data.update(status="CANCELED", updated_time=ctx.now)
    ctx.wrote(node)
    return success()


SET = NodeType(
    kind="async_set",
    label="AdAsyncRequestSet",
    readers={
        **{f"{name}_count": _count(status) for name, status in _COUNTS.items()},
        "total_count": lambda ctx, node: len(_requests(ctx, node)),
        "is_completed": _is_completed,
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
    },
    lists={"requests": Listing("async_request", _rows, newest_first=False)},
    update=_update,
    remove=_cancel,
)
REQUEST = NodeType(
    kind="async_request",
    label="AdAsyncRequest",
    readers={
        "status": _status,
        "async_request_set": lambda ctx, node: ctx.world.nodes[node.data["set_id"]],
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
    },
    remove=_cancel,
)
