"""Pages and their lead forms. A form never changes: it is archived, and another one made (SDK).

Recorded: a user's token makes a form, while its listing and its archiving want the page's; what is refused without a
privacy policy, a style or a button_type; the echo, which has no privacy_policy. Typed in the SDK: `legal_content`, and
the id of a context card. Documented: an unknown error for a
link_text of more than 70 letters. Guess: that a listing wants no scope of its own, and what a user's token is told.
"""

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
_STYLES = ("LIST_STYLE", "PARAGRAPH_STYLE")
_BUTTONS = {
    "NONE": (), "VIEW_WEBSITE": ("website_url",), "CALL_BUSINESS": ("business_phone_number", "country_code"),
    "WHATSAPP": (), "DOWNLOAD": (), "SCHEDULE_APPOINTMENT": (), "VIEW_ON_FACEBOOK": (), "MESSAGE_BUSINESS": None,
}  # fmt: skip
_LINK_TEXT = 70
_TASKS = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"]


def create(ctx: Context, page: Node, params: Params) -> Any:
    auth.need_scope(ctx, _SCOPE)
    change.required(params, "name", "questions")
    for question in params["questions"] or [None]:
        if not isinstance(question, dict) or not question.get("type"):
            raise GraphError("param", name="questions", what="an array of {type, key, label}")
    policy = params.get("privacy_policy")
    if not isinstance(policy, dict) or not str(policy.get("url", "")).startswith("http"):
        raise GraphError("no_privacy_policy", blame=["privacy_policy"])
    if len(str(policy.get("link_text", ""))) > _LINK_TEXT:
        raise GraphError("unknown_error")
    _card(params.get("context_card"))
    _thank_you(params.get("thank_you_page"))
    data = change.storable("page", "leadgen_forms", params)
    ctx.about_to_write()
    data.update(name=str(params["name"]), page_id=page.id, status="ACTIVE", created_time=ctx.now)
    data["questions"] = [_question(one, number) for number, one in enumerate(params["questions"], 1)]
    data["privacy_policy_url"] = policy["url"]
    data["legal_content"] = {"id": ctx.world.new_id("lead"), "privacy_policy": policy}
    if disclaimer := data.pop("custom_disclaimer", None):
        data["legal_content"]["custom_disclaimer"] = disclaimer
    if data.get("context_card"):
        data["context_card"] = {"id": ctx.world.new_id("lead"), **data["context_card"]}
    # Documented: not considered any more.
    data.pop("allow_organic_lead_retrieval", None)
    data.setdefault("block_display_for_non_targeted_viewer", False)
    data.setdefault("locale", "EN_US")
    if data.get("thank_you_page"):
        data["thank_you_page"] = {"id": ctx.world.new_id("lead"), **data["thank_you_page"]}
        data["thank_you_page"]["enable_messenger"] = False
    if data.get("tracking_parameters"):
        data["tracking_parameters"] = [{"key": k, "value": v} for k, v in data["tracking_parameters"].items()]
    data.pop("privacy_policy", None)
    id = ctx.world.new_id("leadgen_form")
    return {"id": ctx.wrote(ctx.world.add(Node(id, "leadgen_form", "", data))).id}


def _card(card: Any) -> None:
    if card and (not isinstance(card, dict) or card.get("style") not in _STYLES):
        raise GraphError("param", name="context_card[style]", what=f"one of {', '.join(_STYLES)}")


def _thank_you(page: Any) -> None:
    if not page:
        return
    wanted = _BUTTONS.get(str(page.get("button_type"))) if isinstance(page, dict) else None
    if wanted is None:
        raise GraphError("param", name="thank_you_page[button_type]", what="a type of button")
    missing = [name for name in wanted if not page.get(name)]
    if missing or (page["button_type"] == "NONE" and page.get("button_text")):
        raise GraphError("param", name="thank_you_page", what=f"what its button wants: {', '.join(missing)}")


def _need_page(ctx: Context, page: str) -> None:
    if ctx.caller.page != page:
        raise GraphError("no_page_token")


def _forms(ctx: Context, page: Node, params: Params) -> list[Node]:
    _need_page(ctx, page.id)
    return children("leadgen_form")(ctx, page, params)  # type: ignore[return-value]


def _question(given: dict[str, Any], number: int) -> dict[str, Any]:
    key = given.get("key") or str(given["type"]).lower()
    return {"id": str(number), "key": key, "label": given.get("label", ""), **given}


def update(ctx: Context, node: Node, params: Params) -> Any:
    auth.need_scope(ctx, _SCOPE)
    _need_page(ctx, node.data["page_id"])
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
    lists={"leadgen_forms": Listing("leadgen_form", _forms)},
    reads={"picture": picture.read},
    posts={"leadgen_forms": create},
)
