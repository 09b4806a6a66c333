"""Automated rules, ``adrules_library``: kept and checked, never carried out.

Recorded: filters need ``entity_type`` and ``time_preset``; CHANGE_BUDGET needs ad sets (1815677).
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change, rule_run
from reconciler.sandbox.nodes.base import NodeType, Params, local, success
from reconciler.sandbox.world import Node

_EVALUATIONS = ("SCHEDULE", "TRIGGER")
_EXECUTIONS = {
    "ADD_INTEREST_RELAXATION", "ADD_QUESTIONNAIRE_INTERESTS", "AUDIENCE_CONSOLIDATION", "CHANGE_BID", "CHANGE_BUDGET",
    "CHANGE_CAMPAIGN_BUDGET", "NOTIFICATION", "PAUSE", "PING_ENDPOINT", "REBALANCE_BUDGET", "ROTATE", "UNPAUSE",
}  # fmt: skip
_SCHEDULES = {"SEMI_HOURLY", "HOURLY", "DAILY", "CUSTOM"}
_NEEDED = ("entity_type", "time_preset")


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    name = change.name_of(params, 400)
    change.required(params, "evaluation_spec", "execution_spec")
    data = {**change.storable("account", "adrules_library", params), "name": name}
    _check(data)
    ctx.about_to_write()
    number = account.id.removeprefix("act_")
    data.setdefault("status", "ENABLED")
    maker = {"id": ctx.caller.user_id, "name": ctx.caller.user_name}
    data.update(account_id=number, created_by=maker, created_time=ctx.now, updated_time=ctx.now)
    node = ctx.world.add(Node(ctx.world.new_id("rule", number), "rule", number, data))
    return {"id": ctx.wrote(node).id}


def _check(data: Params) -> None:
    evaluation, execution = data.get("evaluation_spec") or {}, data.get("execution_spec") or {}
    kind = evaluation.get("evaluation_type")
    if kind not in _EVALUATIONS:
        raise GraphError("param", name="evaluation_spec[evaluation_type]", what="one of {SCHEDULE, TRIGGER}")
    if str(execution.get("execution_type")) not in _EXECUTIONS:
        raise GraphError("param", name="execution_spec[execution_type]", what="a known execution type")
    filters = evaluation.get("filters")
    if not isinstance(filters, list) or not all(isinstance(one, dict) and one.get("field") for one in filters):
        raise GraphError("param", name="evaluation_spec[filters]", what="an array of {field, operator, value}")
    values = {str(one["field"]): one.get("value") for one in filters}
    for name in _NEEDED if kind == "SCHEDULE" else _NEEDED[:1]:
        if name not in values:
            raise GraphError("rule_filter", name=name, blame=["evaluation_spec", "filters"])
    if execution["execution_type"] == "CHANGE_BUDGET" and values["entity_type"] != "ADSET":
        raise GraphError("rule_ad_sets", blame=["evaluation_spec", "filters"])
    if kind == "SCHEDULE":
        _schedule(data.get("schedule_spec") or {})
    elif not isinstance(evaluation.get("trigger"), dict):
        raise GraphError("param", name="evaluation_spec[trigger]", what="a JSON object")


def _schedule(spec: dict[str, Any]) -> None:
    if str(spec.get("schedule_type")) not in _SCHEDULES:
        words = ", ".join(sorted(_SCHEDULES))
        raise GraphError("param", name="schedule_spec[schedule_type]", what=f"one of {{{words}}}")
    if spec["schedule_type"] == "CUSTOM" and not spec.get("schedule"):
        raise GraphError("param", name="schedule_spec[schedule]", what="an array")


def update(ctx: Context, node: Node, params: Params) -> Any:
    if node.data["status"] == "DELETED":
        raise GraphError("lost", method="post", id=node.id)
    changes = change.storable("rule", "", params)
    _check({**node.data, **changes})
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "rule")
    return [one for one in found if one.data["status"] != "DELETED"]


TYPE = NodeType(
    kind="rule",
    label="AdRule",
    readers={"created_time": local("created_time"), "updated_time": local("updated_time")},
    lists={"history": rule_run.LISTING},
    posts={"preview": rule_run.preview, "execute": rule_run.execute},
    update=update,
    remove=change.remove,
)
