"""``filtering=[{field, operator, value}]``: the SDK's operators, prefixes as clients send them (recorded)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.clock import parse_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.params import readable_fields
from reconciler.sandbox.statuses import DELIVERY, effective
from reconciler.sandbox.world import Node

_LEVELS = {
    "campaign": "campaign",
    "campaign_group": "campaign",
    "adset": "ad_set",
    "ad": "ad",
    "adgroup": "ad",
    "creative": "creative",
    "adcreative": "creative",
}
_OTHER_NAMES = {"time_created": "created_time", "time_updated": "updated_time"}  # leads and audiences (documented)
_PARENT_FIELDS = {"campaign": "campaign_id", "ad_set": "adset_id"}


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: str
    value: Any

    @property
    def asks_for_gone(self) -> bool:
        if self.field.rpartition(".")[2] not in ("delivery_info", "effective_status"):
            return False
        return bool({"deleted", "archived"} & {str(v).lower() for v in _listed(self.value)})


def conditions(raw: Any) -> list[Condition]:
    if raw in (None, "", []):
        return []
    if not isinstance(raw, list) or not all(isinstance(one, dict) and "field" in one for one in raw):
        raise GraphError("param", name="filtering", what="an array of {field, operator, value}")
    return [_condition(one) for one in raw]


def _condition(one: dict[str, Any]) -> Condition:
    operator = str(one.get("operator", "")).upper()
    if operator not in _OPERATORS:
        raise GraphError("bad_filter", field=one["field"], operator=operator)
    return Condition(str(one["field"]), operator, one.get("value"))


def holds(ctx: Context, node: Node, condition: Condition) -> bool:
    return compared(condition, _actual(ctx, node, condition))


def compared(condition: Condition, actual: Any) -> bool:
    try:
        return _OPERATORS[condition.operator](actual, condition.value)
    except (TypeError, ValueError, IndexError):
        raise GraphError("bad_filter", field=condition.field, operator=condition.operator) from None


def _actual(ctx: Context, node: Node, condition: Condition) -> Any:
    prefix, _, name = condition.field.rpartition(".")
    target = _target(ctx, node, prefix, condition)
    name = name if name in target.data else _OTHER_NAMES.get(name, name)
    if name in ("effective_status", "delivery_status"):
        return effective(ctx, target)
    if name == "delivery_info":
        return DELIVERY.get(effective(ctx, target), "inactive")
    if name == "configured_status":
        return target.data.get("status")
    if name in ("id", "ad_id", "adset_id", "campaign_id") and name not in target.data:
        return target.id
    if name in ("adlabels", "adlabel"):
        labels = [ctx.world.nodes[id] for id in target.data.get("adlabels", [])]
        return [label.id for label in labels] + [label.data["name"] for label in labels]
    if name not in target.data and name not in readable_fields(target.kind):
        raise GraphError("bad_filter", field=condition.field, operator=condition.operator)
    return target.data.get(name)


def _target(ctx: Context, node: Node, prefix: str, condition: Condition) -> Node:
    if not prefix or _LEVELS.get(prefix) == node.kind:
        return node
    parent = node.data.get(_PARENT_FIELDS.get(_LEVELS.get(prefix, ""), ""))
    if not parent:
        raise GraphError("bad_filter", field=condition.field, operator=condition.operator)
    return ctx.world.nodes[parent]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _same(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, int | float) and not isinstance(actual, bool):
        return float(actual) == parse_time(wanted)
    return str(actual) == str(wanted)


def _order(actual: Any, wanted: Any) -> float:
    if actual is None:
        return -1.0
    return float(actual) - parse_time(wanted)


def _in(actual: Any, wanted: Any) -> bool:
    return any(_same(actual, one) for one in _listed(wanted))


def _within(actual: Any, wanted: Any) -> bool:
    low, high = wanted
    return _order(actual, low) >= 0 and _order(actual, high) <= 0


def _contain(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, list):
        return all(str(one) in map(str, actual) for one in _listed(wanted))
    return str(wanted).lower() in str(actual or "").lower()


def _any(actual: Any, wanted: Any) -> bool:
    return bool(set(map(str, _listed(actual))) & set(map(str, _listed(wanted))))


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": _same,
    "NOT_EQUAL": lambda a, w: not _same(a, w),
    "GREATER_THAN": lambda a, w: _order(a, w) > 0,
    "GREATER_THAN_OR_EQUAL": lambda a, w: _order(a, w) >= 0,
    "LESS_THAN": lambda a, w: a is not None and _order(a, w) < 0,
    "LESS_THAN_OR_EQUAL": lambda a, w: a is not None and _order(a, w) <= 0,
    "AFTER": lambda a, w: _order(a, w) > 0,
    "BEFORE": lambda a, w: a is not None and _order(a, w) < 0,
    "IN_RANGE": _within,
    "NOT_IN_RANGE": lambda a, w: not _within(a, w),
    "CONTAIN": _contain,
    "NOT_CONTAIN": lambda a, w: not _contain(a, w),
    "STARTS_WITH": lambda a, w: str(a or "").lower().startswith(str(w).lower()),
    "IN": _in,
    "NOT_IN": lambda a, w: not _in(a, w),
    "ANY": _any,
    "ALL": lambda a, w: set(map(str, _listed(w))) <= set(map(str, _listed(a))),
    "NONE": lambda a, w: not _any(a, w),
}
