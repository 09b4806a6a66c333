"""Ad sets: budget, bid, goal and promoted object, schedule, targeting, regional identities."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import activity, regions, statuses, targeting
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import runs
from reconciler.sandbox.insights.money import check_lifetime, remaining
from reconciler.sandbox.nodes import ad_set_money, budget_schedule, change, copying, day_parting, inline, label, study
from reconciler.sandbox.nodes import campaign as campaigns
from reconciler.sandbox.nodes.account_fields import name_of_account
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, children, local, success
from reconciler.sandbox.nodes.objectives import BILLING, CONVERSION_GOALS, OBJECTIVES
from reconciler.sandbox.targets import estimates
from reconciler.sandbox.world import Node

_LOCKED = ("promoted_object", "optimization_goal", "billing_event", "attribution_spec", "destination_type")
_TIMES = ("start_time", "end_time")


def create(ctx: Context, account: Node, params: Params) -> Any:
    if inline.given(params, "campaign_spec"):
        return inline.create(ctx, account, params, "campaign_spec", campaigns.create, create)
    change.usable(ctx, account)
    name = change.name_of(params, 400)
    status = change.status_at_create(params)
    campaign = _campaign(ctx, account, params)
    change.required(params, "optimization_goal", "billing_event")
    data = change.storable("account", "adsets", params)
    data = {name: value for name, value in ad_set_money.without_shares(data).items() if value is not None}
    data.update(name=name, status=status, account_id=campaign.account, campaign_id=campaign.id)
    _schedule(ctx, account, data, None)
    _goal(ctx, account, campaign, data)
    _shared_goal(ctx, campaign, data, None)
    ad_set_money.check(account, campaign, data)
    day_parting.check(campaign.data, data)
    data["targeting"] = targeting.stored(ctx, campaign.account, params.get("targeting"), None)
    _regions(ctx, account, data)
    _room(ctx, campaign)
    labels = label.checked(ctx, campaign.account, params.get("adlabels"))
    schedules = budget_schedule.planned(ctx, data, params)
    ctx.about_to_write()
    data["adlabels"] = label.resolved(ctx, campaign.account, labels)
    node = Node(ctx.world.new_id("ad_set", campaign.account), "ad_set", campaign.account, data)
    change.create(ctx, node)
    budget_schedule.add(ctx, node, schedules)
    return {"id": node.id}


def _campaign(ctx: Context, account: Node, params: Params) -> Node:
    change.required(params, "campaign_id")
    campaign = ctx.world.get(str(params["campaign_id"]), "campaign")
    if campaign is None or f"act_{campaign.account}" != account.id or _unreadable(ctx, campaign):
        raise GraphError("lost", method="post", id=params["campaign_id"])
    if campaign.data["status"] in statuses.GONE:
        raise GraphError("campaign_locked", status=campaign.data["status"].lower())
    return campaign


def _unreadable(ctx: Context, node: Node) -> bool:
    return node not in ctx.written and ctx.now < float(node.data["created_time"]) + float(
        ctx.settings["read_lag_seconds"]
    )


def _room(ctx: Context, campaign: Node) -> None:
    limit = ctx.settings["max_ad_sets_per_campaign"]
    live = [one for one in ctx.world.children(campaign.id, "ad_set") if one.data["status"] not in statuses.GONE]
    if len(live) >= limit:
        raise GraphError("too_many", limit=limit, what="ad sets in a campaign")


def _schedule(ctx: Context, account: Node, data: Params, former: Node | None) -> None:
    """``end_time=0`` means no end (documented). An unset start reads as the second of creation (recorded)."""
    for key in _TIMES:
        if key in data:
            data[key] = ctx.stamp(account, data[key])
    start = data.get("start_time") or (former.data["start_time"] if former else ctx.now)
    data["start_time"] = start
    end = data.get("end_time")
    if not end:
        if "end_time" in data:
            data["end_time"] = None
        return
    if end <= ctx.now:
        raise GraphError("end_past", blame=["end_time"])
    if end <= start:
        raise GraphError("end_before_start", blame=["end_time"])
    if data.get("daily_budget") and end - start <= 86400:
        raise GraphError("too_short", blame=["end_time"])


def _goal(ctx: Context, account: Node, campaign: Node, data: Params) -> None:
    goals = OBJECTIVES[campaign.data["objective"]]
    goal, billing = data["optimization_goal"], data["billing_event"]
    if goal not in goals:
        raise GraphError(
            "goal_for_objective", goal=goal, objective=campaign.data["objective"], blame=["optimization_goal"]
        )
    if billing != "IMPRESSIONS" and goal not in BILLING.get(billing, set()):
        raise GraphError("billing_for_goal", billing=billing, goal=goal, blame=["billing_event"])
    promoted = data.get("promoted_object") or {}
    needs = goals[goal]
    if needs and not any(all(promoted.get(key) for key in one) for one in needs):
        wanted = " or ".join("+".join(sorted(one)) for one in needs)
        raise GraphError("no_promoted_object", needs=wanted, blame=["promoted_object"])
    if promoted.get("custom_event_type") == "OTHER" and not promoted.get("custom_event_str"):
        raise GraphError("no_promoted_object", needs="custom_event_str", blame=["promoted_object"])
    _assets(ctx, account, promoted)


def _shared_goal(ctx: Context, campaign: Node, data: Params, itself: Node | None) -> None:
    """Under a campaign's budget without a cap, all ad sets that are not archived have one goal (recorded)."""
    if not campaigns.has_budget(campaign.data) or campaign.data.get("bid_strategy") in ad_set_money.CAPPED:
        return
    for other in ctx.world.children(campaign.id, "ad_set"):
        goal = other.data["optimization_goal"]
        if other is not itself and other.data["status"] not in statuses.GONE and goal != data["optimization_goal"]:
            raise GraphError("goals_differ", goal=goal, blame=["optimization_goal"])


def _assets(ctx: Context, account: Node, promoted: dict[str, Any]) -> None:
    if not ctx.settings["check_assets"]:
        return
    page, pixel = promoted.get("page_id"), promoted.get("pixel_id")
    if page and str(page) not in account.hidden["pages"]:
        raise GraphError("page_access", id=page, blame=["promoted_object", "page_id"])
    if pixel and str(pixel) not in account.hidden["pixels"]:
        raise GraphError(
            "no_promoted_object", needs="a pixel of this ad account", blame=["promoted_object", "pixel_id"]
        )


def _regions(ctx: Context, account: Node, data: Params) -> None:
    countries = targeting.countries(data["targeting"])
    regions.with_dsa(account, data, countries)
    regions.check(ctx, account, data, countries)


def update(ctx: Context, node: Node, params: Params) -> Any:
    change.refuse_if_gone(node, params, "ad_set_locked")
    account = ctx.world.account(node.account)
    campaign = ctx.world.nodes[node.data["campaign_id"]]
    if params.get("campaign_id") not in (None, campaign.id):
        raise GraphError("immutable", field="campaign_id", blame=["campaign_id"])
    changes = _changes(ctx, account, node, params)
    _locks(ctx, node, changes)
    merged = {**node.data, **changes}
    _merged_checks(ctx, account, campaign, merged, changes)
    if "optimization_goal" in changes:
        _shared_goal(ctx, campaign, merged, node)
    if changes.get("status") == "ACTIVE" or set(changes) & {"targeting", *_REGIONAL}:
        _update_regions(ctx, account, merged, changes)
    check_lifetime(ctx, node, changes.get("lifetime_budget"))
    ad_set_money.count_edit(ctx, node, changes, commit=False)
    labels = label.checked(ctx, node.account, params.get("adlabels"))
    schedules = budget_schedule.planned(ctx, merged, params)
    ctx.about_to_write()
    ad_set_money.count_edit(ctx, node, changes, commit=True)
    if "adlabels" in params:
        changes["adlabels"] = label.resolved(ctx, node.account, labels)
    change.apply(ctx, node, changes)
    budget_schedule.add(ctx, node, schedules)
    return success()


_REGIONAL = ("regional_regulated_categories", "regional_regulation_identities", *regions.DSA_FIELDS)


def _changes(ctx: Context, account: Node, node: Node, params: Params) -> Params:
    if "name" in params:
        change.name_of(params, 400)
    changes = change.storable("ad_set", "", params)
    changes.pop("adlabels", None)
    changes = ad_set_money.without_shares(changes)
    if "targeting" in params:
        changes["targeting"] = targeting.stored(ctx, node.account, params["targeting"], node.data["targeting"])
    if "start_time" in changes:
        wanted = ctx.stamp(account, changes["start_time"])
        if ctx.now >= node.data["start_time"] and int(wanted) != int(node.data["start_time"]):
            raise GraphError("start_fixed", blame=["start_time"])
    if any(key in changes for key in _TIMES):
        _schedule(ctx, account, changes, node)
    if "regional_regulation_identities" in changes:
        # null takes an identity away (documented)
        given = changes["regional_regulation_identities"]
        changes["regional_regulation_identities"] = {k: v for k, v in given.items() if v}
    return changes


def _locks(ctx: Context, node: Node, changes: Params) -> None:
    if not statuses.published(ctx, node):
        return
    for field in _LOCKED:
        if field in changes and changes[field] != node.data.get(field):
            raise GraphError("published_lock", field=field, blame=[field])


def _merged_checks(ctx: Context, account: Node, campaign: Node, merged: Params, changes: Params) -> None:
    if {"optimization_goal", "billing_event", "promoted_object"} & set(changes):
        _goal(ctx, account, campaign, merged)
    if day_parting.FIELDS & set(changes):
        day_parting.check(campaign.data, merged)
        changes.update({name: merged[name] for name in day_parting.FIELDS & set(changes)})
    if ad_set_money.MONEY & set(changes):
        ad_set_money.check_update(account, campaign, merged, changes)


def _update_regions(ctx: Context, account: Node, merged: Params, changes: Params) -> None:
    _regions(ctx, account, merged)
    for field in regions.DSA_FIELDS:
        changes[field] = merged.get(field)


def _money(name: str) -> Any:
    """A string; "0" where the other kind of budget, or none, is set (recorded)."""
    return lambda ctx, node: str(node.data.get(name) or 0)


def _attribution(ctx: Context, node: Node) -> Any:
    if node.data.get("attribution_spec"):
        return node.data["attribution_spec"]
    click = {"event_type": "CLICK_THROUGH", "window_days": 1}
    if node.data["optimization_goal"] not in CONVERSION_GOALS:
        return [click]
    return [{**click, "window_days": 7}, {"event_type": "VIEW_THROUGH", "window_days": 1}]


def _learning(ctx: Context, node: Node) -> Any:
    if not node.hidden.get("was_active"):
        return None
    return {"attribution_windows": ["1d_view", "7d_click"], "conversions": 0, "status": "LEARNING"}


def _creatives(ctx: Context, node: Node, params: Params) -> list[Node]:
    ids = dict.fromkeys(ad.data["creative"] for ad in ctx.world.children(node.id, "ad"))
    return [ctx.world.nodes[id] for id in ids]


def _bid_strategy(ctx: Context, node: Node) -> str:
    return ad_set_money.strategy(ctx.world.nodes[node.data["campaign_id"]].data, node.data)


TYPE = NodeType(
    kind="ad_set",
    label="AdCampaign",
    readers={
        **label.LABEL_READERS,
        "account_name": name_of_account,
        "effective_status": statuses.effective,
        "configured_status": lambda ctx, node: node.data["status"],
        "daily_budget": _money("daily_budget"),
        "lifetime_budget": _money("lifetime_budget"),
        "budget_remaining": remaining,
        "targeting": targeting.echoed,
        "regional_regulated_categories": regions.categories,
        "bid_strategy": _bid_strategy,
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
        "start_time": local("start_time"),
        "end_time": local("end_time"),
        "campaign": lambda ctx, node: ctx.world.nodes[node.data["campaign_id"]],
        "destination_type": lambda ctx, node: node.data.get("destination_type", "UNDEFINED"),
        "attribution_spec": _attribution,
        "source_adset_id": lambda ctx, node: node.data.get("source_adset_id", "0"),
        "source_adset": lambda ctx, node: ctx.world.get(str(node.data.get("source_adset_id"))),
        "is_dynamic_creative": lambda ctx, node: bool(node.data.get("is_dynamic_creative")),
        "optimization_sub_event": lambda ctx, node: node.data.get("optimization_sub_event", "NONE"),
        "pacing_type": lambda ctx, node: node.data.get("pacing_type", ["standard"]),
        "recurring_budget_semantics": lambda ctx, node: True,
        "use_new_app_click": lambda ctx, node: False,
        "lifetime_imps": lambda ctx, node: node.data.get("lifetime_imps", 0),
        "learning_stage_info": _learning,
        "issues_info": lambda ctx, node: node.hidden.get("issues_info"),
        "special_ad_categories": lambda ctx, node: ctx.world.nodes[node.data["campaign_id"]].data[
            "special_ad_categories"
        ],
    },
    lists={
        "copies": Listing("ad_set", copying.copies("ad_set"), hides=True),
        "ad_studies": Listing("study", study.about("adsets")),
        "ads": Listing("ad", children("ad"), hides=True),
        "adcreatives": Listing("creative", _creatives),
        "activities": Listing("activity", activity.rows_of),
        "budget_schedules": budget_schedule.LISTING,
    },
    reads={"insights": runs.read, "delivery_estimate": estimates.delivery_of_set},
    posts={
        **label.LABEL_POSTS,
        "insights": runs.start,
        "copies": copying.copy_ad_set,
        "budget_schedules": budget_schedule.create,
    },
    deletes=label.LABEL_DELETES,
    update=update,
    remove=change.remove,
)
