"""What budgets and accounts say once money has been spent."""

from __future__ import annotations

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights.delivery import spent
from reconciler.sandbox.world import Node

_LEAST = 1.1


def amount_spent(ctx: Context, account: Node) -> str:
    """What the account was seeded with, and what the sandbox has delivered since."""
    return str(int(account.data.get("amount_spent") or 0) + spent(ctx.world, account, ctx.zone(account), ctx.now))


def remaining(ctx: Context, node: Node) -> str:
    """Of today's budget, or of the lifetime budget."""
    daily, lifetime = node.data.get("daily_budget"), node.data.get("lifetime_budget")
    budget = int(daily or lifetime or 0)
    if not budget or not node.hidden.get("was_active"):
        return str(budget)
    return str(max(0, budget - spent(ctx.world, node, ctx.zone(node), ctx.now, today=bool(daily))))


def check_lifetime(ctx: Context, node: Node, budget: int | None) -> None:
    """A new lifetime budget is at least 110 % of what has been spent (documented)."""
    if not budget or not node.hidden.get("was_active"):
        return
    if budget < _LEAST * spent(ctx.world, node, ctx.zone(node), ctx.now):
        raise GraphError("lifetime_spent", blame=["lifetime_budget"])
