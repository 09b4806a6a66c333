"""``targetingsearch``, ``…browse``, ``…suggestions`` and ``…validation`` of an ad account: one tree, four ways in.

Documented: parameters and fields. Guessed: the order, and that suggestions are what shares a topic.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import NodeType, Params, row
from reconciler.sandbox.targets import interests
from reconciler.sandbox.targets.interests import TREE, Option
from reconciler.sandbox.targets.search import matches
from reconciler.sandbox.world import Node


def _rows(found: list[Option], **more: Any) -> list[Node]:
    rows = [{**interests.row(one), **more} for one in found]
    return [row(one["id"], "targeting_option", one, "", number) for number, one in enumerate(rows, 1)]


def _of_type(params: Params) -> list[Option]:
    """A type that the selection does not have is empty, as a country without it would be."""
    return [one for one in TREE if params.get("limit_type") in (None, one.type)]


def searched(ctx: Context, account: Node, params: Params) -> list[Node]:
    if not params.get("q"):
        raise GraphError("required", name="q")
    return _rows([one for one in _of_type(params) if matches(one.name, params["q"])])


def browsed(ctx: Context, account: Node, params: Params) -> list[Node]:
    return _rows(_of_type(params))


def suggested(ctx: Context, account: Node, params: Params) -> list[Node]:
    named = _ids(params.get("targeting_list"))
    topics = {(one.type, one.topic) for one in TREE if one.id in named}
    found = [one for one in _of_type(params) if (one.type, one.topic) in topics and one.id not in named]
    return _rows(found if named else _of_type(params))


def validated(ctx: Context, account: Node, params: Params) -> list[Node]:
    ids = [*_ids(params.get("targeting_list")), *(str(one) for one in params.get("id_list") or ())]
    names = [str(one) for one in params.get("name_list") or ()]
    if not ids and not names:
        raise GraphError("required", name="targeting_list")
    by_name = {one.name: one for one in TREE}
    asked = [({"id": id}, interests.BY_ID.get(id)) for id in ids]
    asked += [({"name": name}, by_name.get(name)) for name in names]
    rows = [{**interests.row(one), "valid": True} if one else {**given, "valid": False} for given, one in asked]
    return [row(str(one.get("id", "")), "targeting_option", one, "", number) for number, one in enumerate(rows, 1)]


def _ids(value: Any) -> list[str]:
    return [str(one["id"]) for one in value or () if isinstance(one, dict) and one.get("id")]


TYPE = NodeType(kind="targeting_option", label="AdAccountTargetingUnified", defaults=None)
