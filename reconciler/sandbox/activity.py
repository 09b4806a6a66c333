"""The account's activity log, ``act_X/activities``.

Event types are the SDK's; times are +0000 (recorded), object types Meta's older names (recorded): a campaign is a
``CAMPAIGN_GROUP``, an ad set a ``CAMPAIGN``, an ad an ``ADGROUP``. What ``extra_data`` holds: ``told.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from reconciler.sandbox import told
from reconciler.sandbox.clock import graph_time, parse_time
from reconciler.sandbox.context import Caller, Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import row
from reconciler.sandbox.world import Node, World

EVENTS: dict[str, dict[str, str]] = {
    "campaign": {
        "created": "create_campaign_group",
        "name": "update_campaign_name",
        "status": "update_campaign_run_status",
        "daily_budget": "update_campaign_budget",
        "lifetime_budget": "update_campaign_budget",
        "spend_cap": "update_campaign_group_spend_cap",
        "last_budget_toggling_time": "update_campaign_budget_optimization_toggling_status",
        "budget_schedules": "update_campaign_group_budget_scheduling_state",
        "stop_time": "update_campaign_schedule",
        "start_time": "update_campaign_schedule",
    },
    "ad_set": {
        "created": "create_ad_set",
        "name": "update_ad_set_name",
        "status": "update_ad_set_run_status",
        "daily_budget": "update_ad_set_budget",
        "lifetime_budget": "update_ad_set_budget",
        "targeting": "update_ad_set_target_spec",
        "budget_schedules": "update_campaign_budget_scheduling_state",
        "optimization_goal": "update_ad_set_optimization_goal",
        "bid_amount": "update_ad_set_bidding",
        "bid_constraints": "update_ad_set_bidding",
        "bid_strategy": "update_ad_set_bid_strategy",
        "start_time": "update_ad_set_duration",
        "end_time": "update_ad_set_duration",
        "promoted_object": "conversion_event_updated",
        "daily_spend_cap": "update_ad_set_spend_cap",
        "lifetime_spend_cap": "update_ad_set_spend_cap",
        "daily_min_spend_target": "update_ad_set_min_spend_target",
    },
    "ad": {
        "created": "create_ad",
        "name": "update_ad_friendly_name",
        "status": "update_ad_run_status",
        "creative": "update_ad_creative",
        "adlabels": "update_ad_labels",
        "bid_amount": "update_ad_bid_info",
    },
    "creative": {"name": "edit_and_update_ad_creative"},
    "image": {"created": "add_images", "deleted": "delete_images"},
    "audience": {
        "created": "create_audience",
        "name": "update_audience",
        "description": "update_audience",
        "rule": "update_audience",
    },
    "account": {"spend_cap": "ad_account_update_spend_limit"},
}

OBJECT_TYPES = {
    "campaign": "CAMPAIGN_GROUP",
    "ad_set": "CAMPAIGN",
    "ad": "ADGROUP",
    "creative": "CREATIVE",
    "image": "IMAGE",
    "account": "ACCOUNT",
}
_CATEGORIES = {"CAMPAIGN": {"campaign"}, "AD_SET": {"ad_set"}, "AD": {"ad"}, "ACCOUNT": {"account"}}
_WEEK = 7 * 86400


def log(world: World, now: float, caller: Caller, node: Node, event: str, extra: told.Extra) -> None:
    number = world.count("activity")
    world.activities.append(
        {
            "n": number,
            "at": now,
            "account": node.account or node.id.removeprefix("act_"),
            "kind": node.kind,
            "parents": [node.data.get("campaign_id"), node.data.get("adset_id")],
            "data": {
                "event_time": graph_time(now),
                "event_type": event,
                "translated_event_type": event.replace("_", " ").capitalize(),
                "actor_id": caller.user_id,
                "actor_name": caller.user_name,
                "application_id": caller.app_id,
                "application_name": caller.app_name,
                "object_id": node.id,
                "object_name": str(node.data.get("name", "")),
                "object_type": OBJECT_TYPES.get(node.kind, "UNKNOWN"),
                "extra_data": told.written(extra),
            },
        }
    )


def created(ctx: Context, node: Node) -> None:
    event = EVENTS.get(node.kind, {}).get("created")
    if event:
        log(ctx.world, ctx.now, ctx.caller, node, event, told.created(node, _currency(ctx, node)))
    if node.kind == "ad" and ctx.settings["status_steps"] == REVIEWED:
        extra = _extra(ctx, node, "status", told.PENDING, node.data.get("status"))
        log(ctx.world, ctx.now, ctx.caller, node, EVENTS["ad"]["status"], extra)


def changed(ctx: Context, node: Node, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    events = EVENTS.get(node.kind, {})
    for name in sorted(set(after) & set(events)):
        if before.get(name) == after[name]:
            continue
        if name == "status":
            _log_status(ctx, node, before.get(name), after[name])
            continue
        log(ctx.world, ctx.now, ctx.caller, node, events[name], _extra(ctx, node, name, before.get(name), after[name]))
        if node.kind == "ad" and ctx.settings["status_steps"] == REVIEWED and "status" not in after:
            status = node.data.get("status")
            _log_status(ctx, node, status, status)


def scheduled(ctx: Context, owner: Node) -> None:
    """A budget schedule of it was made, changed or deleted. The types are the SDK's; what the event holds nobody has
    told."""
    log(ctx.world, ctx.now, ctx.caller, owner, EVENTS[owner.kind]["budget_schedules"], {})


def _log_status(ctx: Context, node: Node, old: Any, new: Any) -> None:
    for step in pairwise(_way(ctx, node, old, new)):
        caller = META if step[0] == told.REVIEW else ctx.caller
        log(ctx.world, ctx.now, caller, node, EVENTS[node.kind]["status"], _extra(ctx, node, "status", *step))


def _way(ctx: Context, node: Node, old: Any, new: Any) -> tuple[Any, ...]:
    """An ad that is switched passes through Pending process, at many accounts with an event of its own, and what runs
    afterwards through Meta's review, which an edit sets off, too (recorded)."""
    steps = ctx.settings["status_steps"]
    if not steps or node.kind != "ad" or not {old, new} <= {"ACTIVE", "PAUSED"}:
        return old, new
    reviewed = steps == REVIEWED and new == "ACTIVE"
    return (old, told.PENDING, told.REVIEW, new) if reviewed else (old, told.PENDING, new)


REVIEWED = "reviewed"
META = Caller("", user_id="0", user_name="Meta", app_id="0", app_name="")


def _extra(ctx: Context, node: Node, name: str, old: Any, new: Any) -> told.Extra:
    return told.changed(name, node, _currency(ctx, node), old, new)


def _currency(ctx: Context, node: Node) -> str:
    account = node if node.kind == "account" else ctx.world.account(node.account)
    return str(account.data["currency"])


def rows(ctx: Context, account: Node, params: dict[str, Any]) -> list[Node]:
    """``/act_X/activities``. What ``oid`` does is documented and was never seen: ``log_of_one`` has other ways."""
    answer = _OF_ONE[ctx.settings["log_of_one"]] if params.get("oid") else _rows
    return answer(ctx, account, params)


def _rows(ctx: Context, account: Node, params: dict[str, Any]) -> list[Node]:
    number = account.id.removeprefix("act_")
    since, until = _window(ctx, account, params)
    oid = str(params["oid"]) if params.get("oid") else None
    kinds = _CATEGORIES.get(str(params.get("category") or ""))
    found = []
    for entry in ctx.world.activities:
        if entry["account"] != number or not since <= entry["at"] <= until:
            continue
        if (oid is None or _about(entry, oid, params)) and (kinds is None or entry["kind"] in kinds):
            extra = told.in_language(entry["data"]["extra_data"], ctx.caller.locale)
            spoken = _spoken(ctx, account, entry["at"])
            data = {**entry["data"], "date_time_in_timezone": spoken, "extra_data": extra}
            found.append(row(entry["data"]["object_id"], "activity", data, number, entry["n"]))
    return found


def _spoken(ctx: Context, account: Node, at: float) -> str:
    """``03/13/2023 at 6:30 AM`` in the account's zone (recorded)."""
    moment = datetime.fromtimestamp(at, ctx.zone(account))
    return f"{moment:%m/%d/%Y} at {moment.hour % 12 or 12}:{moment:%M %p}"


def rows_of(ctx: Context, node: Node, params: dict[str, Any]) -> list[Node]:
    """``/{ad set}/activities``."""
    return _rows(ctx, ctx.world.account(node.account), {**params, "oid": node.id})


def _refused(ctx: Context, account: Node, params: dict[str, Any]) -> list[Node]:
    raise GraphError("param", name="oid", what="a parameter of this edge")


def _creations(ctx: Context, account: Node, params: dict[str, Any]) -> list[Node]:
    return [one for one in _rows(ctx, account, params) if one.data["event_type"].startswith("create_")]


_BEHIND = 600
"""Seconds."""


def _behind(ctx: Context, account: Node, params: dict[str, Any]) -> list[Node]:
    return _rows(ctx, account, {**params, "until": int(ctx.now) - _BEHIND})


_OF_ONE: dict[str, Callable[[Context, Node, dict[str, Any]], list[Node]]] = {
    "honoured": _rows,
    "ignored": lambda ctx, account, params: _rows(ctx, account, {**params, "oid": None}),
    "refused": _refused,
    "empty": lambda ctx, account, params: [],
    "creations": _creations,
    "behind": _behind,
}


def _about(entry: dict[str, Any], oid: str, params: dict[str, Any]) -> bool:
    if entry["data"]["object_id"] == oid:
        return True
    return bool(params.get("add_children")) and oid in entry["parents"]


def _window(ctx: Context, account: Node, params: dict[str, Any]) -> tuple[float, float]:
    """Without ``since`` the log goes back one week (documented)."""
    try:
        zone = ctx.zone(account)
        until = parse_time(params["until"], zone) if params.get("until") else ctx.now
        since = parse_time(params["since"], zone) if params.get("since") else until - _WEEK
    except ValueError:
        raise GraphError("param", name="since", what="a valid date/time") from None
    return since, until
