"""Studies: split tests over campaigns or ad sets, and the cells they are made of.

Documented: cells with a share of treatment. Guessed: the share must come to no more than 100, and a study that
has begun is fixed but for its name and end.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.clock import graph_time, parse_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, children, success
from reconciler.sandbox.world import Node

_MEMBERS = {"adaccounts": "account", "campaigns": "campaign", "adsets": "ad_set"}
_TIMES = ("start_time", "end_time", "cooldown_start_time", "observation_end_time", "created_time", "updated_time",
          "canceled_time")  # fmt: skip
_LATER = {"name", "description", "end_time"}


def create(ctx: Context, owner: Node, params: Params) -> Any:
    change.required(params, "name", "start_time", "end_time", "type")
    data = change.storable("business", "ad_studies", params)
    cells = _cells(ctx, params.get("cells") or [], str(params["type"]))
    _times(data)
    ctx.about_to_write()
    data.pop("cells", None)
    data.update(owner=owner.id, created_time=ctx.now, updated_time=ctx.now)
    node = ctx.wrote(ctx.world.add(Node(ctx.world.new_id("study"), "study", "", data)))
    for cell in cells:
        cell["study_id"] = node.id
        ctx.world.add(Node(ctx.world.new_id("study_cell"), "study_cell", "", cell))
    return {"id": node.id}


def _times(data: Params) -> None:
    for name in _TIMES:
        if name in data:
            data[name] = _time(data[name], name)
    if data["end_time"] <= data["start_time"]:
        raise GraphError("param", name="end_time", what="later than start_time")


def _time(value: Any, name: str) -> float:
    try:
        stamp = parse_time(value)
        graph_time(stamp)
    except (ValueError, OverflowError, OSError):
        raise GraphError("param", name=name, what="a valid date/time") from None
    return stamp


def _cells(ctx: Context, given: list[Any], kind: str) -> list[Params]:
    if kind == "SPLIT_TEST" and len(given) < 2:
        raise GraphError("param", name="cells", what="an array of two cells or more")
    cells = [_cell(ctx, one) for one in given]
    if sum(cell["treatment_percentage"] for cell in cells) > 100:
        raise GraphError("param", name="cells", what="no more than 100 per cent together")
    named = [id for cell in cells for name in _MEMBERS for id in cell.get(name, [])]
    if len(named) != len(set(named)):
        raise GraphError("param", name="cells", what="without the same object twice")
    return cells


def _cell(ctx: Context, given: Any) -> Params:
    percentage = given.get("treatment_percentage") if isinstance(given, dict) else None
    if not isinstance(percentage, int) or not 0 <= percentage <= 100 or not given.get("name"):
        raise GraphError("param", name="cells", what="an array of {name, treatment_percentage, adsets|campaigns}")
    found: Params = {"name": str(given["name"]), "treatment_percentage": percentage}
    for name, kind in _MEMBERS.items():
        if given.get(name):
            found[name] = [ctx.need(_account_id(id) if kind == "account" else id, kind).id for id in given[name]]
    return found


def _account_id(id: Any) -> str:
    return f"act_{str(id).removeprefix('act_')}"


def update(ctx: Context, node: Node, params: Params) -> Any:
    changes = change.storable("study", "", params)
    if changes.pop("cells", None):
        raise GraphError("not_emulated", what="new cells of an existing study")
    if ctx.now >= node.data["start_time"]:
        for field in set(changes) - _LATER:
            raise GraphError("immutable", field=field, blame=[field])
    merged = {**node.data, **changes}
    _times(merged)
    ctx.about_to_write()
    change.apply(ctx, node, {name: merged[name] for name in changes})
    return success()


def remove(ctx: Context, node: Node, params: Params) -> Any:
    ctx.about_to_write()
    for cell in ctx.world.children(node.id, "study_cell"):
        ctx.world.forget(cell)
    ctx.world.forget(node)
    return success()


def owned(ctx: Context, owner: Node, params: Params) -> list[Node]:
    return [one for one in ctx.world.of_account("", "study") if one.data["owner"] == owner.id]


def about(name: str) -> Any:
    """Studies with a cell that holds this object, or something inside this account."""

    def rows(ctx: Context, node: Node, params: Params) -> list[Node]:
        cells = [one for one in ctx.world.of_account("", "study_cell") if _holds(ctx, one, node, name)]
        return [ctx.world.nodes[id] for id in dict.fromkeys(cell.data["study_id"] for cell in cells)]

    return rows


def _holds(ctx: Context, cell: Node, node: Node, name: str) -> bool:
    if node.id in cell.data.get(name, []):
        return True
    ids = [id for one in _MEMBERS for id in cell.data.get(one, [])]
    return node.kind == "account" and any(f"act_{ctx.world.nodes[id].account}" == node.id for id in ids)


def _utc(name: str) -> Any:
    return lambda ctx, node: graph_time(node.data[name]) if node.data.get(name) else None


def _members(name: str) -> Any:
    def rows(ctx: Context, cell: Node, params: Params) -> list[Node]:
        found = (ctx.world.get(id) for id in cell.data.get(name, []))
        return [one for one in found if one and ctx.sees(one)]

    return rows


STUDY = NodeType(
    kind="study",
    label="AdStudy",
    readers={
        **{name: _utc(name) for name in _TIMES},
        "business": lambda ctx, node: ctx.world.get(node.data["owner"], "business"),
    },
    lists={"cells": Listing("study_cell", children("study_cell"), newest_first=False)},
    update=update,
    remove=remove,
)
CELL = NodeType(
    kind="study_cell",
    label="AdStudyCell",
    defaults=("id", "name", "treatment_percentage"),
    lists={name: Listing(kind, _members(name)) for name, kind in _MEMBERS.items()},
)
