"""Pages and their lead forms. A form never changes: it is archived, and another one made (SDK)."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import auth
from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change, lead, picture
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, children, success
from reconciler.sandbox.world import Node

_SCOPE = "pages_manage_ads"
_TASKS = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"]


def create(ctx: Context, page: Node, params: Params) -> Any:
    auth.need_scope(ctx, _SCOPE)
    change.required(params, "name", "questions", "privacy_policy")
    for question in params["questions"] or [None]:
        if not isinstance(question, dict) or not question.get("type"):
            raise GraphError("param", name="questions", what="an array of {type, key, label}")
    policy = params["privacy_policy"]
    if not isinstance(policy, dict) or not str(policy.get("url", "")).startswith("http"):
        raise GraphError("param", name="privacy_policy[url]", what="a URL")
    data = change.storable("page", "leadgen_forms", params)
    ctx.about_to_write()
    data.update(name=str(params["name"]), page_id=page.id, status="ACTIVE", created_time=ctx.now)
    data["questions"] = [_question(one, number) for number, one in enumerate(params["questions"], 1)]
    data["privacy_policy_url"] = policy["url"]
    data["allow_organic_lead"] = bool(data.pop("allow_organic_lead_retrieval", False))
    data.setdefault("locale", "EN_US")
    id = ctx.world.new_id("leadgen_form")
    return {"id": ctx.wrote(ctx.world.add(Node(id, "leadgen_form", "", data))).id}


def _question(given: dict[str, Any], number: int) -> dict[str, Any]:
    key = given.get("key") or str(given["type"]).lower()
    return {"id": str(number), "key": key, "label": given.get("label", ""), **given}


def update(ctx: Context, node: Node, params: Params) -> Any:
    auth.need_scope(ctx, _SCOPE)
    for field in change.storable("page", "leadgen_forms", params):
        raise GraphError("immutable", field=field, blame=[field])
    change.required(params, "status")
    ctx.about_to_write()
    change.apply(ctx, node, {"status": params["status"]})
    return success()


TYPE = NodeType(
    kind="leadgen_form",
    label="LeadgenData",
    defaults=("id", "locale", "name", "status"),
    readers={
        "created_time": lambda ctx, node: graph_time(node.data["created_time"]),
        "page": lambda ctx, node: ctx.world.nodes[node.data["page_id"]],
        "leads_count": lambda ctx, node: len(lead.of_form(ctx, node, {})),
        "organic_leads_count": lambda ctx, node: 0,
        "expired_leads_count": lambda ctx, node: 0,
    },
    lists={
        "leads": Listing("lead", lead.of_form, needs=lead.SCOPE),
        "test_leads": Listing("lead", lead.of_form, needs=lead.SCOPE),
    },
    posts={"test_leads": lead.create},
    update=update,
)
PAGE = NodeType(
    kind="page",
    label="Page",
    defaults=("id", "name"),
    readers={"access_token": auth.page_token, "tasks": lambda ctx, node: _TASKS},
    lists={"leadgen_forms": Listing("leadgen_form", children("leadgen_form"))},
    reads={"picture": picture.read},
    posts={"leadgen_forms": create},
)
