"""What budget schedules add to a daily budget, and when."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.world import Node, World

Period = dict[str, Any]
FOREVER = float("inf")


def raised(period: Period, budget: float) -> float:
    """The daily budget while the period lasts."""
    value = float(period["budget_value"])
    return budget + value if period["budget_value_type"] == "ABSOLUTE" else budget * (1 + value / 100)


def span(node: Node, until: float) -> Period:
    """What counts: from when it was said, within its own times, up to ``until``."""
    since = max(float(node.data["time_start"]), float(node.hidden.get("since", node.data["created_time"])))
    return {
        "budget_value": node.data["budget_value"],
        "budget_value_type": node.data["budget_value_type"],
        "time_start": since,
        "time_end": min(float(node.data["time_end"]), until),
    }


def periods(world: World, owner: Node) -> list[Period]:
    found = []
    for node in world.children(owner.id, "high_demand_period"):
        found += [*node.hidden.get("past", []), span(node, node.hidden.get("deleted_at", FOREVER))]
    return [one for one in found if one["time_start"] < one["time_end"]]


def budget_at(found: list[Period], budget: float, moment: float) -> float:
    """Where two overlap, both add."""
    more = [raised(one, budget) - budget for one in found if one["time_start"] <= moment < one["time_end"]]
    return budget + sum(more)
