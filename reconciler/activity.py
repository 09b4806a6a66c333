"""What the account's activity log speaks of. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reconciler.model import Activity

ENDS = {"status": "_run_status", "daily_budget": "_budget", "lifetime_budget": "_budget"}
"""Of what spends, how the types of its events end. Others that hold the word tell of review, schedules and bidding."""

HINTS = {
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
    if field in ENDS:
        return activity.event_type.endswith(ENDS[field])
    return any(hint in activity.event_type for hint in HINTS.get(field, ("creative",)))


def events_of(log: Iterable[Activity], object_id: str, field: str, since: str = "") -> list[Activity]:
    """One object's that speak of the field, in the second of `since` (ISO 8601) and later, in the log's order."""
    found = [a for a in log if a.object_id == object_id and speaks_of(a, field)]
    return [a for a in found if not since or a.at >= datetime.fromisoformat(since)]
