"""Who works in a business: the caller, as each business knows that person.

Documented: the edges and their tasks. Folk: what they show unasked. Guess: the length of the ids.
"""

from __future__ import annotations

import zlib

from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import NodeType, Params, row
from reconciler.sandbox.world import Node

TASKS = ["DRAFT", "ANALYZE", "ADVERTISE", "MANAGE"]


def _person(ctx: Context, business: Node, kind: str) -> Node:
    number = zlib.crc32(f"{ctx.caller.user_id}:{business.id}".encode())
    data = {"name": ctx.caller.user_name, "business_id": business.id, "role": "ADMIN", "user_type": "business_user"}
    return row(f"10009{number:010d}", kind, data)


def in_businesses(ctx: Context, user: Node, params: Params) -> list[Node]:
    found = [one for one in ctx.world.nodes.values() if one.kind == "business"]
    return [_person(ctx, one, "business_user") for one in found]


def of_business(ctx: Context, business: Node, params: Params) -> list[Node]:
    return [_person(ctx, business, "business_user")]


def assigned(ctx: Context, account: Node, params: Params) -> list[Node]:
    change.required(params, "business")
    business = ctx.world.get(str(params["business"]), "business")
    if business is None or account.hidden.get("business") != business.id:
        return []
    return [_person(ctx, business, "assigned_user")]


def _business(ctx: Context, node: Node) -> Node | None:
    return ctx.world.get(node.data["business_id"])


BUSINESS_USER = NodeType(
    kind="business_user",
    label="BusinessUser",
    defaults=("id", "name", "business", "role"),
    readers={"business": _business},
)
ASSIGNED_USER = NodeType(
    kind="assigned_user",
    label="AssignedUser",
    defaults=("id", "name", "tasks"),
    readers={"business": _business, "tasks": lambda ctx, node: TASKS},
)
