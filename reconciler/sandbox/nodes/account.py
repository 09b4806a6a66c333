"""Ad accounts, and the edges that list what is in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reconciler.sandbox import activity, currency
from reconciler.sandbox.context import Context
from reconciler.sandbox.insights import money, runs
from reconciler.sandbox.nodes import (
    account_fields,
    ad,
    ad_set,
    async_set,
    audience,
    campaign,
    change,
    creative,
    image,
    label,
    people,
    pixel,
    rule,
    rule_run,
    study,
    targeting_option,
    video,
)
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, Rows, local, owned, row, success
from reconciler.sandbox.targets import estimates
from reconciler.sandbox.world import Node


def _offset_hours(ctx: Context, node: Node) -> float:
    shift = datetime.fromtimestamp(ctx.now, ctx.zone(node)).utcoffset()
    return shift.total_seconds() / 3600 if shift else 0.0


def _minimums(ctx: Context, account: Node, params: Params) -> list[Node]:
    """One row a currency; this account's comes first in the sandbox (guess)."""
    codes = [account.data["currency"], *sorted(set(currency.UNITS_PER_USD) - {account.data["currency"]})]
    return [
        row(f"{number}", "minimum_budget", currency.minimum_budgets(code), "", number)
        for number, code in enumerate(codes, 1)
    ]


def _linked(key: str) -> Rows:
    def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
        return [ctx.world.nodes[id] for id in account.hidden[key] if id in ctx.world.nodes]

    return rows


def _creatives(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "creative")
    return [one for one in found if one.data["status"] != "DELETED"]


def update(ctx: Context, node: Node, params: Params) -> Any:
    changes = change.storable("account", "", params)
    changes.pop("spend_cap_action", None)
    if "spend_cap" in changes:
        changes["spend_cap"] = str(round(changes["spend_cap"] * currency.offset(node.data["currency"])))
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


TYPE = NodeType(
    kind="account",
    label="AdAccount",
    defaults=("id", "account_id"),
    readers={
        **account_fields.READERS,
        "account_id": lambda ctx, node: node.id.removeprefix("act_"),
        "created_time": local("created_time"),
        "amount_spent": money.amount_spent,
        "timezone_offset_hours_utc": _offset_hours,
        "min_daily_budget": lambda ctx, node: currency.minimum_daily(node.data["currency"]),
        "business": lambda ctx, node: ctx.world.get(node.hidden.get("business", "")),
        "owner": lambda ctx, node: node.hidden.get("business"),
        "user_tasks": lambda ctx, node: people.TASKS,
        "age": lambda ctx, node: round((ctx.now - node.data["created_time"]) / 86400, 2),
    },
    lists={
        "campaigns": Listing("campaign", owned("campaign"), hides=True),
        "adsets": Listing("ad_set", owned("ad_set"), hides=True),
        "ads": Listing("ad", owned("ad"), hides=True),
        "adcreatives": Listing("creative", _creatives),
        "adimages": Listing("image", image.rows),
        "advideos": Listing("video", video.rows),
        "adlabels": Listing("label", owned("label")),
        "campaignsbylabels": Listing("campaign", label.labelled("campaign"), hides=True),
        "adsetsbylabels": Listing("ad_set", label.labelled("ad_set"), hides=True),
        "adsbylabels": Listing("ad", label.labelled("ad"), hides=True),
        "adcreativesbylabels": Listing("creative", label.labelled("creative")),
        "activities": Listing("activity", activity.rows),
        "minimum_budgets": Listing("minimum_budget", _minimums, newest_first=False),
        "adspixels": Listing("pixel", _linked("pixels")),
        "promote_pages": Listing("page", _linked("pages")),
        "instagram_accounts": Listing("ig_user", _linked("ig_users")),
        "connected_instagram_accounts": Listing("ig_user", _linked("ig_users")),
        "customaudiences": Listing("audience", audience.rows),
        "customconversions": Listing("custom_conversion", pixel.conversions),
        "adrules_library": Listing("rule", rule.rows),
        "adrules_history": rule_run.ACCOUNT_LISTING,
        "asyncadrequestsets": Listing("async_set", async_set.rows),
        "ad_studies": Listing("study", study.about("adaccounts")),
        "impacting_ad_studies": Listing("study", study.about("adaccounts")),
        "assigned_users": Listing("assigned_user", people.assigned),
        "targetingsearch": Listing("targeting_option", targeting_option.searched, newest_first=False),
        "targetingbrowse": Listing("targeting_option", targeting_option.browsed, newest_first=False),
        "targetingsuggestions": Listing("targeting_option", targeting_option.suggested, newest_first=False),
        "targetingvalidation": Listing("targeting_option", targeting_option.validated, newest_first=False),
    },
    reads={
        "insights": runs.read,
        "reachestimate": estimates.reach,
        "delivery_estimate": estimates.delivery,
        "generatepreviews": creative.preview_of_spec,
    },
    posts={
        "insights": runs.start,
        "campaigns": campaign.create,
        "adsets": ad_set.create,
        "ads": ad.create,
        "adcreatives": creative.create,
        "adimages": image.create,
        "advideos": video.create,
        "adlabels": label.create,
        "customaudiences": audience.create,
        "customconversions": pixel.create_conversion,
        "adspixels": pixel.create,
        "adrules_library": rule.create,
        "asyncadrequestsets": async_set.create,
    },
    deletes={"adimages": image.remove, "advideos": video.remove_by_id},
    update=update,
)

ACTIVITY = NodeType(
    kind="activity", label="AdActivity", defaults=None, readers={"account_id": lambda ctx, node: node.account}
)
MINIMUM_BUDGET = NodeType(kind="minimum_budget", label="MinimumBudget", defaults=None)
