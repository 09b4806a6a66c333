"""What an object was, and when: the part of its past that decides delivery.

Appended wherever a node is made or changed, so that figures of past days never move.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.world import Node

Span = tuple[float, float]
State = dict[str, Any]
FOREVER = float("inf")
_WATCHED = {
    "campaign": ("status", "daily_budget", "lifetime_budget", "spend_cap", "start_time", "stop_time"),
    "ad_set": ("status", "daily_budget", "lifetime_budget", "start_time", "end_time"),
    "ad": ("status", "ad_schedule_start_time", "ad_schedule_end_time"),
}
_STARTS = ("start_time", "ad_schedule_start_time")
_ENDS = ("stop_time", "end_time", "ad_schedule_end_time")


def note(node: Node, now: float) -> None:
    if node.kind not in _WATCHED:
        return
    state = {name: node.data[name] for name in _WATCHED[node.kind] if node.data.get(name)}
    if node.hidden.get("issues_info"):
        state["issues"] = True
    past = node.hidden.setdefault("history", [])
    while past and past[-1][0] > now:  # somebody has set the clock back
        past.pop()
    if not past or past[-1][1] != state:
        past.append([now, state])


def reviewed(ad: Node, now: float, due: float | None, passes: bool) -> None:
    """From now on the ad waits; once due, it may deliver if it passes."""
    kept = [one for one in ad.hidden.get("reviews", []) if one[0] < now]
    ad.hidden["reviews"] = [*kept, [now, False], *([[due, passes]] if due is not None else [])]


def decided(ad: Node, now: float, passes: bool) -> None:
    ad.hidden["reviews"] = [*(one for one in ad.hidden.get("reviews", []) if one[0] < now), [now, passes]]


def states(node: Node) -> list[tuple[float, float, State]]:
    past = node.hidden.get("history") or [[node.data.get("created_time", 0), dict(node.data)]]
    ends = [*(one[0] for one in past[1:]), FOREVER]
    return [(start, end, state) for (start, state), end in zip(past, ends, strict=True)]


def at(node: Node, moment: float) -> State:
    return next((state for start, end, state in states(node) if start <= moment < end), {})


def active(node: Node) -> list[Span]:
    """When the object itself was switched on, free of issues and within its own schedule."""
    found = []
    ready = node.hidden.get("in_process_until", 0)
    for start, end, state in states(node):
        if state.get("status") != "ACTIVE" or state.get("issues"):
            continue
        opens = [state[name] for name in _STARTS if state.get(name)]
        closes = [state[name] for name in _ENDS if state.get(name)]
        span = max([start, ready, *opens]), min([end, *closes])
        if span[0] < span[1]:
            found.append(span)
    return found


def passed(ad: Node) -> list[Span]:
    """When the ad was through review."""
    log = ad.hidden.get("reviews")
    if not log:
        return [(0, FOREVER)]
    ends = [*(one[0] for one in log[1:]), FOREVER]
    return [(start, end) for (start, passes), end in zip(log, ends, strict=True) if passes and start < end]


def overlap(one: list[Span], other: list[Span]) -> list[Span]:
    found = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return [span for span in found if span[0] < span[1]]
