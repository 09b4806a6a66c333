"""Campaigns: objective, special ad categories, campaign budget and its switch."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import currency as money
from reconciler.sandbox import statuses
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import runs
from reconciler.sandbox.insights.money import check_lifetime, remaining
from reconciler.sandbox.nodes import budget_schedule, change, copying, label, study
from reconciler.sandbox.nodes.account_fields import name_of_account
from reconciler.sandbox.nodes.ad_set_money import CAPPED, NO_SPEND_CAP
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, children, local, success
from reconciler.sandbox.nodes.objectives import ADVANTAGE_STATE, OBJECTIVES
from reconciler.sandbox.world import Node

_FIXED = ("objective", "buying_type")
# a budget edit does not move updated_time (documented)
_SILENT = frozenset({"daily_budget", "lifetime_budget", "spend_cap"})
_TIMES = ("start_time", "stop_time")


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    name = change.name_of(params, 400)
    _objective(params)
    _categories(params)
    status = change.status_at_create(params)
    _sharing(params, has_budget(params))
    _budgets(ctx, account, params)
    number = account.id.removeprefix("act_")
    labels = label.checked(ctx, number, params.get("adlabels"))
    data = change.storable("account", "campaigns", params)
    data.update(name=name, status=status, account_id=number)
    data.update({key: ctx.stamp(account, data[key]) for key in _TIMES if key in data})
    data.setdefault("buying_type", "AUCTION")
    data.setdefault("special_ad_categories", [])
    if data.get("spend_cap") == NO_SPEND_CAP:
        del data["spend_cap"]
    if has_budget(data):
        # the documented default is the dear one; ad sets without a bid then fail
        data.setdefault("bid_strategy", "LOWEST_COST_WITH_BID_CAP")
    schedules = budget_schedule.planned(ctx, data, params)
    ctx.about_to_write()
    data["adlabels"] = label.resolved(ctx, number, labels)
    node = Node(ctx.world.new_id("campaign", number), "campaign", number, data)
    change.create(ctx, node)
    budget_schedule.add(ctx, node, schedules)
    return {"id": node.id}


def has_budget(data: Params) -> bool:
    return bool(data.get("daily_budget") or data.get("lifetime_budget"))


def _objective(params: Params) -> None:
    change.required(params, "objective")
    if params["objective"] not in OBJECTIVES:
        raise GraphError("legacy_objective", objective=params["objective"])
    # documented: in no version since v25, which is the oldest that is spoken
    if params.get("smart_promotion_type") in ("AUTOMATED_SHOPPING_ADS", "SMART_APP_PROMOTION"):
        raise GraphError("former_promotion", type=params["smart_promotion_type"], blame=["smart_promotion_type"])


def _categories(params: Params, known: Any = None) -> None:
    """``known``: the countries that the campaign has already."""
    categories = params.get("special_ad_categories")
    if categories is None:
        raise GraphError("required", name="special_ad_categories")
    if "NONE" in categories and len(categories) > 1:
        raise GraphError("param", name="special_ad_categories", what="either NONE or other categories")
    params["special_ad_categories"] = [one for one in categories if one != "NONE"]
    if params["special_ad_categories"] and not (params.get("special_ad_category_country") or known):
        raise GraphError("category_country", blame=["special_ad_category_country"])


def _sharing(params: Params, campaign_budget: bool) -> None:
    flag = params.get("is_adset_budget_sharing_enabled")
    if flag is None and not campaign_budget:
        raise GraphError("sharing_flag", blame=["is_adset_budget_sharing_enabled"])
    if flag and campaign_budget:
        raise GraphError("sharing_with_cbo")


def _budgets(ctx: Context, account: Node, params: Params) -> None:
    if params.get("daily_budget") and params.get("lifetime_budget"):
        raise GraphError("budget_kinds")
    code = account.data["currency"]
    minimum = money.minimum_daily(code)
    budget = params.get("daily_budget") or params.get("lifetime_budget")
    if budget and budget < minimum:
        raise GraphError("campaign_budget_low", blame=["daily_budget"], minimum=money.display(minimum, code))
    cap = params.get("spend_cap")
    if cap and cap != NO_SPEND_CAP and cap < money.minor_from_usd(100, code):
        raise GraphError("param", name="spend_cap", what="at least 100 US dollars in the account's currency")


def update(ctx: Context, node: Node, params: Params) -> Any:
    change.refuse_if_gone(node, params, "campaign_locked")
    for field in _FIXED:
        if field in params and params[field] != node.data.get(field):
            raise GraphError("immutable", field=field, blame=[field])
    changes = _changes(ctx, node, params)
    check_lifetime(ctx, node, changes.get("lifetime_budget"))
    toggled = [*_toggle(ctx, node, params, changes), *_to_bids(ctx, node, params, changes)]
    labels = label.checked(ctx, node.account, params.get("adlabels"))
    schedules = budget_schedule.planned(ctx, {**node.data, **changes}, params)
    ctx.about_to_write()
    for child, child_changes in toggled:
        change.apply(ctx, child, child_changes)
    if "adlabels" in params:
        changes["adlabels"] = label.resolved(ctx, node.account, labels)
    change.apply(ctx, node, changes, silent=_SILENT)
    budget_schedule.add(ctx, node, schedules)
    return success()


def _changes(ctx: Context, node: Node, params: Params) -> Params:
    account = ctx.world.account(node.account)
    if "special_ad_categories" in params:
        _categories(params, node.data.get("special_ad_category_country"))
    if "name" in params:
        change.name_of(params, 400)
    _budgets(ctx, account, params)
    changes = change.storable("campaign", "", params)
    changes.pop("adlabels", None)
    changes.update({key: ctx.stamp(account, changes[key]) for key in _TIMES if key in changes})
    if changes.get("spend_cap") == NO_SPEND_CAP:
        changes["spend_cap"] = None
    if changes.get("is_adset_budget_sharing_enabled") and not node.data.get("is_adset_budget_sharing_enabled"):
        _refuse_sharing_on(node)
    return changes


def _refuse_sharing_on(node: Node) -> None:
    if node.data["status"] == "ACTIVE":
        raise GraphError("sharing_on")
    if has_budget(node.data):
        raise GraphError("sharing_with_cbo")


def _toggle(ctx: Context, node: Node, params: Params, changes: Params) -> list[tuple[Node, Params]]:
    """Between campaign budget and ad set budgets (documented: ``adset_budgets`` names every live child)."""
    live = [one for one in ctx.world.children(node.id, "ad_set") if one.data["status"] not in statuses.GONE]
    if params.get("adset_budgets"):
        return _to_ad_set_budgets(node, params["adset_budgets"], live, changes, ctx.now)
    if has_budget(changes) and has_budget(node.data):
        for field in ("daily_budget", "lifetime_budget"):
            if changes.get(field) and not node.data.get(field):
                raise GraphError("budget_switch")
    if has_budget(changes) and not has_budget(node.data):
        changes["last_budget_toggling_time"] = ctx.now
        changes.setdefault("bid_strategy", node.data.get("bid_strategy", "LOWEST_COST_WITH_BID_CAP"))
        none: Params = {"daily_budget": None, "lifetime_budget": None}
        return [(child, dict(none)) for child in live]
    return []


def _to_bids(ctx: Context, node: Node, params: Params, changes: Params) -> list[tuple[Node, Params]]:
    """Documented: ``adset_bid_amounts`` is set along with ``bid_strategy``, and required from an automatic bid to a
    manual one. An ad set that has a bid already needs none in it."""
    chosen, former = params.get("bid_strategy"), node.data.get("bid_strategy")
    if chosen not in CAPPED or not has_budget({**node.data, **changes}):
        return []
    given = {str(id): int(bid) for id, bid in (params.get("adset_bid_amounts") or {}).items()}
    live = [one for one in ctx.world.children(node.id, "ad_set") if one.data["status"] not in statuses.GONE]
    if former not in CAPPED and any(one.id not in given and not one.data.get("bid_amount") for one in live):
        raise GraphError("bid_missing", strategy=chosen, blame=["adset_bid_amounts"])
    return [(one, {"bid_amount": given[one.id]}) for one in live if one.id in given]


def _to_ad_set_budgets(
    node: Node, budgets: list[Any], live: list[Node], changes: Params, now: float
) -> list[tuple[Node, Params]]:
    given = {str(one.get("adset_id")): one for one in budgets if isinstance(one, dict)}
    missing = [child.id for child in live if child.id not in given]
    if missing:
        raise GraphError("no_budget", blame=["adset_budgets"])
    changes.update(daily_budget=None, lifetime_budget=None, last_budget_toggling_time=now)
    fields = ("daily_budget", "lifetime_budget")
    return [
        (child, {name: int(given[child.id][name]) for name in fields if given[child.id].get(name)}) for child in live
    ]


def _text(name: str) -> Any:
    """Budgets read back as strings (recorded); an unset one is left out."""
    return lambda ctx, node: str(node.data[name]) if node.data.get(name) else None


def _budget(name: str, other: str) -> Any:
    """Where one kind of budget is set, the other reads "0" (recorded both ways)."""

    def read(ctx: Context, node: Node) -> Any:
        if node.data.get(name):
            return str(node.data[name])
        return "0" if node.data.get(other) else None

    return read


def _category(ctx: Context, node: Node) -> str:
    categories = node.data["special_ad_categories"]
    return str(categories[0]) if categories else "NONE"


def _start(ctx: Context, node: Node) -> Any:
    """Left out, it reads one second after creation (recorded in v25)."""
    return ctx.local_time(node, node.data.get("start_time", node.data["created_time"] + 1))


def _advantage(ctx: Context, node: Node) -> Any:
    """Documented: campaign budget, Advantage+ audience in an ad set, no placement field in any."""
    name = ADVANTAGE_STATE.get(node.data["objective"])
    if name is None:
        return None
    targetings = [one.data["targeting"] for one in ctx.world.children(node.id, "ad_set")]
    audience = any(t.get("targeting_automation", {}).get("advantage_audience") == 1 for t in targetings)
    placed = any(key.endswith(("_positions", "publisher_platforms")) for t in targetings for key in t)
    parts = {
        "advantage_budget_state": has_budget(node.data),
        "advantage_audience_state": audience,
        "advantage_placement_state": not placed,
    }
    state = {key: "ENABLED" if on else "DISABLED" for key, on in parts.items()}
    return {"advantage_state": name if all(parts.values()) else "DISABLED", **state}


TYPE = NodeType(
    kind="campaign",
    label="AdCampaignGroup",
    keeps_empty=frozenset({"special_ad_categories"}),
    readers={
        **label.LABEL_READERS,
        "account_name": name_of_account,
        "effective_status": statuses.effective,
        "configured_status": lambda ctx, node: node.data["status"],
        "daily_budget": _budget("daily_budget", "lifetime_budget"),
        "lifetime_budget": _budget("lifetime_budget", "daily_budget"),
        "budget_remaining": remaining,
        "spend_cap": _text("spend_cap"),
        "created_time": local("created_time"),
        "updated_time": local("updated_time"),
        "start_time": _start,
        "stop_time": local("stop_time"),
        "last_budget_toggling_time": local("last_budget_toggling_time"),
        "special_ad_category": _category,
        "source_campaign_id": lambda ctx, node: node.data.get("source_campaign_id", "0"),
        "source_campaign": lambda ctx, node: ctx.world.get(str(node.data.get("source_campaign_id"))),
        "smart_promotion_type": lambda ctx, node: node.data.get("smart_promotion_type", "GUIDED_CREATION"),
        "can_use_spend_cap": lambda ctx, node: True,
        "budget_rebalance_flag": lambda ctx, node: bool(node.data.get("budget_rebalance_flag")),
        "pacing_type": lambda ctx, node: node.data.get("pacing_type", ["standard"]),
        "topline_id": lambda ctx, node: "0",
        "issues_info": lambda ctx, node: node.hidden.get("issues_info"),
        "advantage_state_info": _advantage,
    },
    lists={
        "copies": Listing("campaign", copying.copies("campaign"), hides=True),
        "ad_studies": Listing("study", study.about("campaigns")),
        "adsets": Listing("ad_set", children("ad_set"), hides=True),
        "ads": Listing("ad", children("ad"), hides=True),
        "budget_schedules": budget_schedule.LISTING,
    },
    reads={"insights": runs.read},
    posts={
        **label.LABEL_POSTS,
        "insights": runs.start,
        "copies": copying.copy_campaign,
        "budget_schedules": budget_schedule.create,
    },
    deletes=label.LABEL_DELETES,
    update=update,
    remove=change.remove,
)
