"""What the account's activity log speaks of. Pure."""

from __future__ import annotations

from reconciler.model import Activity

HINTS = {
    "status": ("run_status",),
    "daily_budget": ("budget",),
    "lifetime_budget": ("budget",),
    "name": ("name",),
    "targeting": ("target_spec", "targets_spec"),
    "bid_amount": ("bid",),
    "bid_strategy": ("bid",),
    "end_time": ("duration", "schedule"),
    "start_time": ("duration", "schedule"),
    "spend_cap": ("spend_cap",),
    "optimization_goal": ("optimization_goal",),
}
"""By field, what the types of its events hold; a creative's fields are all in `creative` events."""


def speaks_of(activity: Activity, field: str) -> bool:
    return any(hint in activity.event_type for hint in HINTS.get(field, ("creative",)))
