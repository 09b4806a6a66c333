"""Ads: an ad set, a creative, and Meta's review."""

from __future__ import annotations

import re
from typing import Any

from reconciler.sandbox import statuses, targeting
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import runs
from reconciler.sandbox.nodes import ad_set as ad_sets
from reconciler.sandbox.nodes import change, copying, creative, inline, label, lead, preview
from reconciler.sandbox.nodes.account_fields import name_of_account
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, local, success
from reconciler.sandbox.world import Node

# the registrable domain only (documented), so none with www
_DOMAIN = re.compile(r"(?!www\.[a-z0-9-]+\.)[a-z0-9-]+(\.[a-z0-9-]+)+$", re.IGNORECASE)
_TIMES = ("ad_schedule_start_time", "ad_schedule_end_time")


def create(ctx: Context, account: Node, params: Params) -> Any:
    if inline.given(params, "adset_spec"):
        return inline.create(ctx, account, params, "adset_spec", ad_sets.create, create)
    change.usable(ctx, account)
    name = change.name_of(params, 400)
    status = change.status_at_create(params)
    ad_set = _ad_set(ctx, account, params)
    if not account.data.get("funding_source"):
        raise GraphError("no_payment")
    change.required(params, "creative")
    draft = creative.chosen(ctx, account, params["creative"])
    _fits(ctx, ad_set, draft)
    _domain(params)
    _room(ctx, ad_set)
    number = ad_set.account
    data = change.storable("account", "ads", params)
    data.update({key: ctx.stamp(account, data[key]) for key in _TIMES if key in data})
    data.update(name=name, status=status, account_id=number, adset_id=ad_set.id)
    data["campaign_id"] = ad_set.data["campaign_id"]
    labels = label.checked(ctx, number, params.get("adlabels"))
    ctx.about_to_write()
    data["adlabels"] = label.resolved(ctx, number, labels)
    made = creative.commit(ctx, draft)
    data["creative"] = made.id
    node = Node(ctx.world.new_id("ad", number), "ad", number, data, {"app_id": ctx.caller.app_id})
    change.create(ctx, node)
    statuses.start_review(ctx, node, creative.primary_text(made.data))
    return {"id": node.id}


def _ad_set(ctx: Context, account: Node, params: Params) -> Node:
    change.required(params, "adset_id")
    node = ctx.world.get(str(params["adset_id"]), "ad_set")
    if node is None or f"act_{node.account}" != account.id or _fresh(ctx, node):
        raise GraphError("lost", method="post", id=params["adset_id"])
    gone = next((one for one in (node, *statuses.parents(ctx, node)) if one.data["status"] in statuses.GONE), None)
    if gone:
        name = "campaign_locked" if gone.kind == "campaign" else "ad_set_locked"
        raise GraphError(name, status=gone.data["status"].lower())
    return node


def _fresh(ctx: Context, node: Node) -> bool:
    return node not in ctx.written and ctx.now < float(node.data["created_time"]) + ctx.settings["read_lag_seconds"]


def _fits(ctx: Context, ad_set: Node, draft: Node) -> None:
    dynamic = creative.is_dynamic(draft.data)
    if dynamic != bool(ad_set.data.get("is_dynamic_creative")):
        raise GraphError("dynamic_mismatch", blame=["creative"])
    objective = ctx.world.nodes[ad_set.data["campaign_id"]].data["objective"]
    if objective == "OUTCOME_SALES" and creative.has_no_link(draft.data):
        raise GraphError("creative_for_objective", why="a sales ad needs a link", blame=["creative"])
    if ad_set.data.get("destination_type") == "ON_AD" and not creative.lead_form(draft.data):
        raise GraphError("creative_for_objective", why="a lead form is missing", blame=["creative"])
    for form in creative.lead_forms(draft.data):
        node, page = ctx.world.get(form, "leadgen_form"), (draft.data.get("object_story_spec") or {}).get("page_id")
        if node is None or node.data["status"] != "ACTIVE" or node.data["page_id"] != str(page):
            raise GraphError("bad_lead_form", id=form, blame=["creative"])
    if _opens_chats(ad_set) and not creative.holds(draft.data, "app_destination"):
        raise GraphError("creative_for_objective", why="an app_destination is missing", blame=["creative"])
    if ad_set.data["optimization_goal"] == "QUALITY_CALL" and not creative.holds(draft.data, "tel:"):
        raise GraphError("creative_for_objective", why="a number to call is missing", blame=["creative"])


def _opens_chats(ad_set: Node) -> bool:
    """Documented: their button names the app that it opens."""
    destination = str(ad_set.data.get("destination_type", ""))
    return destination.startswith("MESSAGING_") or destination in ("WHATSAPP", "MESSENGER", "INSTAGRAM_DIRECT")


def _domain(params: Params) -> None:
    domain = params.get("conversion_domain")
    if domain and not _DOMAIN.match(domain):
        raise GraphError("bad_domain")


def _room(ctx: Context, ad_set: Node) -> None:
    limit = ctx.settings["max_ads_per_ad_set"]
    live = [one for one in ctx.world.children(ad_set.id, "ad") if one.data["status"] not in statuses.GONE]
    if len(live) >= limit:
        raise GraphError("too_many", limit=limit, what="ads in an ad set")


def update(ctx: Context, node: Node, params: Params) -> Any:
    change.refuse_if_gone(node, params, "ad_locked")
    if params.get("adset_id") not in (None, node.data["adset_id"], int(node.data["adset_id"])):
        raise GraphError("immutable", field="adset_id", blame=["adset_id"])
    if "name" in params:
        change.name_of(params, 400)
    _domain(params)
    account = ctx.world.account(node.account)
    draft = creative.chosen(ctx, account, params["creative"]) if params.get("creative") else None
    if draft:
        _fits(ctx, ctx.world.nodes[node.data["adset_id"]], draft)
    changes = change.storable("ad", "", params)
    changes.pop("adlabels", None)
    changes.pop("adset_id", None)
    changes.update({key: ctx.stamp(account, changes[key]) for key in _TIMES if key in changes})
    labels = label.checked(ctx, node.account, params.get("adlabels"))
    ctx.about_to_write()
    if "adlabels" in params:
        changes["adlabels"] = label.resolved(ctx, node.account, labels)
    replaced = _replace(ctx, node, draft, changes)
    change.apply(ctx, node, changes)
    if replaced:
        statuses.start_review(ctx, node, creative.primary_text(replaced.data))
    return success()


def _replace(ctx: Context, node: Node, draft: Node | None, changes: Params) -> Node | None:
    """Another creative sends the ad back to review (documented); the same one does not."""
    if draft is None:
        return None
    made = creative.commit(ctx, draft)
    changes["creative"] = made.id
    return made if made.id != node.data["creative"] else None


def _tracking(ctx: Context, node: Node) -> Any:
    """Meta fills these in (recorded), appended to those that were sent; which ones, beside the page, is guessed."""
    ad_set = ctx.world.nodes[node.data["adset_id"]]
    pixel = (ad_set.data.get("promoted_object") or {}).get("pixel_id")
    own: list[dict[str, Any]] = [{"action.type": ["link_click", "post_engagement"]}]
    if pixel:
        own.insert(0, {"action.type": ["offsite_conversion"], "fb_pixel": [str(pixel)]})
    sent = node.data.get("tracking_specs") or []
    asked = [_in_lists(one) for one in (sent if isinstance(sent, list) else [sent])]
    return [*asked, *(one for one in own if one not in asked)]


def _in_lists(spec: Any) -> Any:
    """One word is read back as a list of one (documented)."""
    if not isinstance(spec, dict):
        return spec
    return {key: value if isinstance(value, list) else [value] for key, value in spec.items()}


def _conversions(ctx: Context, node: Node) -> Any:
    ad_set = ctx.world.nodes[node.data["adset_id"]]
    promoted = ad_set.data.get("promoted_object") or {}
    if promoted.get("pixel_id"):
        return [{"action.type": ["offsite_conversion"], "conversion_id": [str(promoted["pixel_id"])]}]
    return [{"action.type": ["link_click"]}]


TYPE = NodeType(
    kind="ad",
    label="Adgroup",
    readers={
        **label.LABEL_READERS,
        "account_name": name_of_account,
        "effective_status": statuses.effective,
        "configured_status": lambda ctx, node: node.data["status"],
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
        "ad_schedule_start_time": local("ad_schedule_start_time"),
        "ad_schedule_end_time": local("ad_schedule_end_time"),
        "campaign": lambda ctx, node: ctx.world.nodes[node.data["campaign_id"]],
        "adset": lambda ctx, node: ctx.world.nodes[node.data["adset_id"]],
        "creative": lambda ctx, node: ctx.world.nodes[node.data["creative"]],
        "targeting": lambda ctx, node: targeting.echoed(ctx, ctx.world.nodes[node.data["adset_id"]]),
        "tracking_specs": _tracking,
        "conversion_specs": _conversions,
        "source_ad_id": lambda ctx, node: node.data.get("source_ad_id", "0"),
        "source_ad": lambda ctx, node: ctx.world.get(str(node.data.get("source_ad_id"))),
        "bid_type": lambda ctx, node: "ABSOLUTE_OCPM",
        "last_updated_by_app_id": lambda ctx, node: node.hidden.get("app_id", "0"),
        "ad_review_feedback": statuses.feedback,
        "issues_info": lambda ctx, node: node.hidden.get("issues_info"),
        "preview_shareable_link": lambda ctx, node: f"https://fb.me/{node.id[-12:]}",
        "special_ad_categories": lambda ctx, node: ctx.world.nodes[node.data["campaign_id"]].data[
            "special_ad_categories"
        ],
    },
    lists={
        "copies": Listing("ad", copying.copies("ad"), hides=True),
        "adcreatives": Listing("creative", lambda ctx, ad, params: [ctx.world.nodes[ad.data["creative"]]]),
        "leads": Listing("lead", lead.of_ad, needs=lead.SCOPE),
    },
    reads={"insights": runs.read, "previews": preview.of_ad},
    posts={**label.LABEL_POSTS, "insights": runs.start, "copies": copying.copy_ad},
    deletes=label.LABEL_DELETES,
    update=update,
    remove=change.remove,
)
