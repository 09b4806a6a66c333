"""Leads. Nobody fills a form in here, so there are only test leads: one a form, as at Meta (documented).

Guess: the refusal of a second one.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import NodeType, Params, children, success
from reconciler.sandbox.world import Node

SCOPE = "leads_retrieval"


def create(ctx: Context, form: Node, params: Params) -> Any:
    if ctx.world.children(form.id, "lead"):
        raise GraphError("param_free", what="This form has a test lead already; delete it first")
    given = params.get("field_data") or [{"name": one["key"]} for one in form.data["questions"]]
    answers = [_answer(one) for one in given]
    ctx.about_to_write()
    data = {"form_id": form.id, "created_time": ctx.now, "is_organic": False, "field_data": answers}
    node = Node(ctx.world.new_id("lead"), "lead", "", data, {"page_id": form.data["page_id"]})
    return {"id": ctx.wrote(ctx.world.add(node)).id}


def _answer(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not given.get("name"):
        raise GraphError("param", name="field_data", what="an array of {name, values}")
    name = str(given["name"])
    values = given.get("values") or [f"<test lead: dummy data for {name}>"]
    if not isinstance(values, list):
        raise GraphError("param", name="field_data", what="an array of {name, values}")
    return {"name": name, "values": [str(one) for one in values]}


def of_ad(ctx: Context, ad: Node, params: Params) -> list[Node]:
    """Test leads belong to no ad."""
    return []


def remove(ctx: Context, node: Node, params: Params) -> Any:
    ctx.about_to_write()
    ctx.world.forget(node)
    return success()


of_form = children("lead")
LEAD = NodeType(
    kind="lead",
    label="UserLeadGenInfo",
    defaults=("id", "created_time", "field_data"),
    readers={"created_time": lambda ctx, node: graph_time(node.data["created_time"])},
    remove=remove,
)
