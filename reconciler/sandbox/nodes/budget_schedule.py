"""``budget_schedules``: more budget between two moments, on a campaign or an ad set. Delivery follows.

Documented: ABSOLUTE or MULTIPLIER, daily budgets only, at most 50, at least 3 hours, at most 8 times the budget.
Folk: a MULTIPLIER is a percentage on top, an end beyond the object's own is 100/3858090, less than 3 hours are
100/3858094, none is made whose beginning has passed, and those that have ended stay in the list. Guessed: the other
codes, and that one more is taken wherever it lies.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import activity
from reconciler.sandbox.clock import parse_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import demand
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, success
from reconciler.sandbox.world import Node

_MOST = 50
_LEAST_SECONDS = 3 * 3600
_MOST_TIMES = 8
_FIELDS = ("budget_value", "budget_value_type", "time_start", "time_end")
_KIND = "high_demand_period"


def create(ctx: Context, owner: Node, params: Params) -> Any:
    data = _new(ctx, owner.data, params)
    if len(_live(ctx, owner)) >= _MOST:
        raise GraphError("too_many", limit=_MOST, what="budget schedules of one object")
    ctx.about_to_write()
    return {"id": _add(ctx, owner, data).id}


def _add(ctx: Context, owner: Node, data: Params) -> Node:
    row = {**data, "ad_object_id": owner.id, "recurrence_type": "ONE_TIME", "created_time": ctx.now}
    activity.scheduled(ctx, owner)
    return ctx.wrote(ctx.world.add(Node(ctx.world.new_id(_KIND), _KIND, owner.account, row)))


def planned(ctx: Context, owner: Params, params: Params) -> list[Params]:
    """``budget_schedule_specs`` of a create or an update, checked before anything is written."""
    specs = params.get("budget_schedule_specs") or []
    if not all(isinstance(one, dict) for one in specs):
        raise GraphError("param", name="budget_schedule_specs", what="an array of objects")
    return [_new(ctx, owner, one) for one in specs]


def add(ctx: Context, owner: Node, rows: list[Params]) -> None:
    for one in rows:
        _add(ctx, owner, one)


def _checked(params: Params) -> Params:
    change.required(params, *_FIELDS)
    if params["budget_value_type"] not in ("ABSOLUTE", "MULTIPLIER"):
        raise GraphError("param", name="budget_value_type", what="one of {ABSOLUTE, MULTIPLIER}")
    data: Params = {"budget_value_type": params["budget_value_type"]}
    for name in ("budget_value", "time_start", "time_end"):
        try:
            data[name] = int(parse_time(params[name]))
        except (ValueError, OverflowError):
            raise GraphError("param", name=name, what="a number") from None
    return data


def _new(ctx: Context, owner: Params, params: Params) -> Params:
    data = _checked(params)
    if data["time_start"] < ctx.now:
        raise GraphError("schedule_times", blame=["time_start"])
    _fits(ctx, owner, data)
    return data


def _fits(ctx: Context, owner: Params, data: Params) -> None:
    budget = owner.get("daily_budget")
    if not budget:
        raise GraphError("schedule_budget", blame=["daily_budget"])
    if data["time_end"] - data["time_start"] < _LEAST_SECONDS:
        raise GraphError("schedule_short", blame=["time_end"])
    if data["time_end"] <= ctx.now:
        raise GraphError("schedule_times", blame=["time_end"])
    ends = owner.get("end_time") or owner.get("stop_time")
    if ends and data["time_end"] > ends:
        raise GraphError("schedule_end", blame=["time_end"])
    if not 0 < demand.raised(data, float(budget)) <= _MOST_TIMES * budget:
        raise GraphError("schedule_value", blame=["budget_value"])


def _live(ctx: Context, owner: Node) -> list[Node]:
    return [one for one in ctx.world.children(owner.id, _KIND) if "deleted_at" not in one.hidden]


def rows(ctx: Context, owner: Node, params: Params) -> list[Node]:
    """``time_start`` and ``time_stop`` choose what lies between them."""
    first, last = (ctx.stamp(owner, params[name]) if params.get(name) else None for name in ("time_start", "time_stop"))
    found = _live(ctx, owner)
    return [
        one
        for one in found
        if (first is None or one.data["time_end"] >= first) and (last is None or one.data["time_start"] <= last)
    ]


def _update(ctx: Context, node: Node, params: Params) -> Any:
    """What it was until now stays in the figures."""
    _alive(ctx, node)
    owner = ctx.world.nodes[node.data["ad_object_id"]]
    data = _checked({**{name: node.data[name] for name in _FIELDS}, **params})
    _fits(ctx, owner.data, data)
    ctx.about_to_write()
    node.hidden.setdefault("past", []).append(demand.span(node, until=ctx.now))
    node.hidden["since"] = ctx.now
    node.data.update(data)
    activity.scheduled(ctx, owner)
    ctx.wrote(node)
    return success()


def _remove(ctx: Context, node: Node, params: Params) -> Any:
    _alive(ctx, node)
    ctx.about_to_write()
    node.hidden["deleted_at"] = ctx.now
    activity.scheduled(ctx, ctx.world.nodes[node.data["ad_object_id"]])
    ctx.wrote(node)
    return success()


def _alive(ctx: Context, node: Node) -> None:
    if "deleted_at" in node.hidden:
        raise GraphError("lost", method=ctx.call.method.lower(), id=node.id)


def _time(name: str) -> Any:
    return lambda ctx, node: ctx.local_time(node, node.data[name])


LISTING = Listing(_KIND, rows)
TYPE = NodeType(
    kind=_KIND,
    label="HighDemandPeriod",
    defaults=("id", *_FIELDS, "recurrence_type"),
    readers={"time_start": _time("time_start"), "time_end": _time("time_end")},
    update=_update,
    remove=_remove,
)
