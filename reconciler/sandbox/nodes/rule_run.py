"""A rule's ``preview``, ``execute`` and history. By itself no rule runs: only when it is executed.

Documented: a preview lists what passes every filter now, a run is told by the history, newest first, with its three
filters. Guessed: that a run is over at once; that an object without figures counts as nought. A filter or an action
that is not here says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.sandbox import currency, filtering
from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.filtering import Condition
from reconciler.sandbox.insights import metrics, query, report
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, row, success
from reconciler.sandbox.statuses import GONE, effective
from reconciler.sandbox.world import Node

_KINDS = {"CAMPAIGN": ("campaign", "campaign"), "ADSET": ("ad_set", "adset"), "AD": ("ad", "ad")}
_PRESETS = {
    "TODAY": "today", "YESTERDAY": "yesterday", "LAST_3_DAYS": "last_3d", "LAST_7_DAYS": "last_7d",
    "LAST_14_DAYS": "last_14d", "LAST_28_DAYS": "last_28d", "LAST_30_DAYS": "last_30d", "LIFETIME": "maximum",
    "MAXIMUM": "maximum", "THIS_MONTH": "this_month", "LAST_MONTH": "last_month",
}  # fmt: skip
_SELECTORS = ("entity_type", "time_preset", "attribution_window")
_MONEY = {"spend", "cpc", "cpm", "cpp"}
_OWN = {"id", "name", "status", "effective_status", "configured_status", "daily_budget", "lifetime_budget"}
_BUDGETS = ("daily_budget", "lifetime_budget")


def preview(ctx: Context, rule: Node, params: Params) -> Any:
    return {"data": [{"id": one.id} for one in _passing(ctx, rule)]}


def execute(ctx: Context, rule: Node, params: Params) -> Any:
    if rule.data["status"] == "DELETED":
        raise GraphError("lost", method="post", id=rule.id)
    spec = rule.data["execution_spec"]
    act = _ACTIONS.get(str(spec["execution_type"]))
    if act is None:
        raise GraphError("not_emulated", what=f"executing a rule of the type {spec['execution_type']}")
    found = _passing(ctx, rule)
    planned = [(one, act(ctx, rule, one)) for one in found]
    ctx.about_to_write()
    results = [_carried_out(ctx, one, changes) for one, changes in planned]
    entry = {"timestamp": ctx.now, "results": results, "rule_id": rule.id}
    rule.hidden.setdefault("runs", []).append(entry)
    ctx.wrote(rule)
    return success()


def _passing(ctx: Context, rule: Node) -> list[Node]:
    evaluation = rule.data["evaluation_spec"]
    if evaluation.get("evaluation_type") != "SCHEDULE":
        raise GraphError("not_emulated", what="evaluating a trigger-based rule")
    filters = evaluation["filters"]
    chosen = {str(one["field"]): one.get("value") for one in filters}
    kind, level = _kind(chosen.get("entity_type"))
    conditions = filtering.conditions([one for one in filters if one["field"] not in _SELECTORS])
    figures = _figures(ctx, rule, level, chosen, conditions)
    live = [one for one in ctx.world.of_account(rule.account, kind) if effective(ctx, one) not in GONE]
    return [one for one in live if all(_holds(ctx, one, figures.get(one.id, {}), c) for c in conditions)]


def _kind(value: Any) -> tuple[str, str]:
    word = str(value[0] if isinstance(value, list) and value else value).upper()
    if word not in _KINDS:
        raise GraphError("param", name="evaluation_spec[filters]", what="an entity_type of {AD, ADSET, CAMPAIGN}")
    return _KINDS[word]


def _figures(
    ctx: Context, rule: Node, level: str, chosen: dict[str, Any], conditions: list[Condition]
) -> dict[str, dict[str, Any]]:
    names = [one.field for one in conditions if one.field.rpartition(".")[2] not in _OWN]
    unknown = [name for name in names if name not in metrics.METRICS]
    if unknown:
        raise GraphError("not_emulated", what=f"the rule filter {unknown[0]}")
    if not names:
        return {}
    preset = _PRESETS.get(str(chosen.get("time_preset")).upper())
    if preset is None:
        raise GraphError("not_emulated", what=f"the time_preset {chosen.get('time_preset')} of a rule")
    account = ctx.world.account(rule.account)
    asked = {"level": level, "date_preset": preset, "fields": [f"{level}_id", *names]}
    rows = report.rows(ctx, account, query.read(ctx, account, asked, ctx.now), ctx.now)
    return {one[f"{level}_id"]: one for one in rows}


def _holds(ctx: Context, node: Node, figures: dict[str, Any], condition: Condition) -> bool:
    """A rule's money is in minor units (documented), a report's in major ones."""
    name = condition.field
    if name not in metrics.METRICS:
        return filtering.holds(ctx, node, condition)
    value = metrics.comparable(figures, name)
    factor = currency.offset(ctx.world.account(node.account).data["currency"]) if name in _MONEY else 1
    return filtering.compared(condition, float(value) * factor)


def _switch(status: str) -> Callable[[Context, Node, Node], Params]:
    return lambda ctx, rule, node: {} if node.data["status"] == status else {"status": status}


def _nothing(ctx: Context, rule: Node, node: Node) -> Params:
    return {}


def _budget(ctx: Context, rule: Node, node: Node) -> Params:
    name = next((one for one in _BUDGETS if node.data.get(one)), None)
    spec = _change_spec(rule)
    if name is None:
        return {}
    now = int(node.data[name])
    amount = float(spec["amount"])
    value = now * (1 + amount / 100) if str(spec.get("unit")).upper() == "PERCENTAGE" else now + amount
    limit = spec.get("limit")
    if limit not in (None, ""):
        value = min(value, max(now, float(limit))) if amount > 0 else max(value, min(now, float(limit)))
    return {name: int(value)} if 0 < int(value) != now else {}


def _change_spec(rule: Node) -> dict[str, Any]:
    options = rule.data["execution_spec"].get("execution_options") or []
    found = [one.get("value") for one in options if isinstance(one, dict) and one.get("field") == "change_spec"]
    spec = found[0] if found and isinstance(found[0], dict) else {}
    try:
        float(spec["amount"])
        float(spec.get("limit") or 0)
    except (TypeError, KeyError, ValueError):
        raise GraphError(
            "param", name="execution_spec[execution_options]", what="a change_spec with an amount"
        ) from None
    return dict(spec)


def _carried_out(ctx: Context, node: Node, changes: Params) -> dict[str, Any]:
    actions = [
        {"action": _WORDS[name if name != "status" else str(value)], "field": name,
         "old_value": str(node.data.get(name, "")), "new_value": str(value)}
        for name, value in changes.items()
    ]  # fmt: skip
    if changes:
        silent = frozenset(_BUDGETS) if node.kind == "campaign" else frozenset[str]()
        change.apply(ctx, node, dict(changes), silent=silent)
    kind = next(word for word, (one, _) in _KINDS.items() if one == node.kind)
    return {"object_id": node.id, "object_type": kind, "actions": actions or [{"action": "NOT_CHANGED"}]}


_WORDS = {
    "PAUSED": "PAUSED", "ACTIVE": "UNPAUSED", "daily_budget": "CHANGED_BUDGET", "lifetime_budget": "CHANGED_BUDGET",
}  # fmt: skip
_ACTIONS: dict[str, Callable[[Context, Node, Node], Params]] = {
    "PAUSE": _switch("PAUSED"),
    "UNPAUSE": _switch("ACTIVE"),
    "CHANGE_BUDGET": _budget,
    "CHANGE_CAMPAIGN_BUDGET": _budget,
    "NOTIFICATION": _nothing,
}


def history(ctx: Context, rule: Node, params: Params) -> list[Node]:
    return _entries(rule, rule.hidden.get("runs", []), params, with_rule=False)


def account_history(ctx: Context, account: Node, params: Params) -> list[Node]:
    rules = ctx.world.of_account(account.id.removeprefix("act_"), "rule")
    runs = [run for one in rules for run in one.hidden.get("runs", [])]
    return _entries(account, sorted(runs, key=lambda run: float(run["timestamp"])), params, with_rule=True)


def _entries(owner: Node, runs: list[dict[str, Any]], params: Params, *, with_rule: bool) -> list[Node]:
    found = []
    for number, run in enumerate(runs, 1):
        results = [one for one in run["results"] if _asked(one, params)]
        if results or not (params.get("action") or params.get("object_id") or params.get("hide_no_changes")):
            data = {"timestamp": graph_time(run["timestamp"]), "is_manual": True, "results": results}
            more = {"rule_id": run["rule_id"]} if with_rule else {}
            found.append(row(f"{owner.id}:{number}", "rule_history", {**data, **more}, "", number))
    return found


def _asked(result: dict[str, Any], params: Params) -> bool:
    words = {one["action"] for one in result["actions"]}
    if params.get("hide_no_changes") and words == {"NOT_CHANGED"}:
        return False
    if params.get("action") and params["action"] not in words:
        return False
    return params.get("object_id") in (None, "", result["object_id"])


LISTING = Listing("rule_history", history)
ACCOUNT_LISTING = Listing("rule_history", account_history)
HISTORY = NodeType(kind="rule_history", label="AdRuleHistory", defaults=None)
