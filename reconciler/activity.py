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
    "promoted_object": ("conversion_event",),
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


def may_speak_of(activity: Activity, field: str) -> bool:
    """Whether the event may tell of the field: one that speaks of another field does not, a creation of every one."""
    if activity.event_type.startswith("create_"):
        return True
    if field in ENDS or field in HINTS:
        return speaks_of(activity, field)
    return not any(speaks_of(activity, other) for other in (*ENDS, *HINTS))


def only_ours(log: Iterable[Activity], author: tuple[str, str] | None, object_id: str, field: str) -> bool:
    """Whether the log shows a write of ours to the field, and nobody else's since. Its oldest first."""
    told = [a for a in log if a.object_id == object_id and may_speak_of(a, field)]
    ours = [a for a in told if author is not None and (a.actor_id, a.application_id) == author]
    return bool(ours) and not any(a.at >= ours[-1].at for a in told if a not in ours)


def events_of(log: Iterable[Activity], object_id: str, field: str, since: str = "") -> list[Activity]:
    """One object's that speak of the field, in the second of `since` (ISO 8601) and later, in the log's order."""
    found = [a for a in log if a.object_id == object_id and speaks_of(a, field)]
    return [a for a in found if not since or a.at >= datetime.fromisoformat(since)]
