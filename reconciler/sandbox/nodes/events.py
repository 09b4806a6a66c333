"""The Conversions API: events are checked and counted, by name and hour, and not kept.

Documented: what an event needs, a thousand at a time, seven days back. Folk: the subcodes.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any

from reconciler.sandbox.clock import graph_time, parse_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError, trace_id
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Params
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.world import Node

_NEEDED = ("event_name", "event_time", "user_data")
_MOST = 1000
_OLDEST = 7 * 86400
_SOONEST = 60
_HOUR, _DAY = 3600, 86400
_OFFSET = re.compile(r"T.*([+-])([01]\d):?([0-5]\d)$")


def create(ctx: Context, pixel: Node, params: Params) -> Any:
    change.required(params, "data")
    events = [decoded(one) for one in params["data"]]
    if not 1 <= len(events) <= _MOST:
        raise GraphError("param", name="data", what=f"an array of 1 to {_MOST} events")
    for number, event in enumerate(events):
        _check(ctx, event, number)
    ctx.about_to_write()
    pixel.data["last_fired_time"] = ctx.now
    for event in events:
        _count(pixel, event)
    ctx.wrote(pixel)
    trace = trace_id(f"events {ctx.world.count('events')}")
    return {"events_received": len(events), "messages": [], "fbtrace_id": trace}


def _count(pixel: Node, event: dict[str, Any]) -> None:
    hour = str(int(_time(event["event_time"], 0)) // _HOUR * _HOUR)
    counts = pixel.hidden.setdefault("events", {}).setdefault(hour, {})
    counts[str(event["event_name"])] = counts.get(str(event["event_name"]), 0) + 1


def stats(ctx: Context, pixel: Node, params: Params) -> Any:
    """Counts by the hour, empty hours left out; times carry the offset of ``start_time``."""
    asked = typed(signature("pixel", "GET", "stats"), params)
    aggregation = asked.get("aggregation") or "event"
    if aggregation != "event":
        raise GraphError("not_emulated", what=f"the aggregation {aggregation} of pixel stats")
    since = parse_time(asked.get("start_time") or ctx.now - _DAY)
    until = parse_time(asked.get("end_time") or ctx.now)
    hours = [(int(hour), counts) for hour, counts in sorted(pixel.hidden.get("events", {}).items())]
    rows = [
        {"start_time": graph_time(hour, zone), "aggregation": "event", "data": _rows(counts, asked.get("event"))}
        for zone in [_zone(str(asked.get("start_time")))]
        for hour, counts in hours
        if since - _HOUR < hour < until
    ]
    return {"data": [one for one in rows if one["data"]]}


def _rows(counts: dict[str, int], wanted: str | None) -> list[dict[str, Any]]:
    return [{"value": name, "count": count} for name, count in sorted(counts.items()) if wanted in (None, name)]


def _zone(text: str) -> tzinfo:
    match = _OFFSET.search(text)
    if match is None:
        return UTC
    shift = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-shift if match[1] == "-" else shift)


def _check(ctx: Context, event: Any, number: int) -> None:
    if not isinstance(event, dict):
        raise GraphError("param", name=f"data[{number}]", what="a JSON object")
    for name in _NEEDED:
        if event.get(name) in (None, "", {}):
            raise GraphError("required", name=f"data[{number}][{name}]")
    if not isinstance(decoded(event["user_data"]), dict):
        raise GraphError("param", name=f"data[{number}][user_data]", what="a JSON object")
    at = _time(event["event_time"], number)
    if at < ctx.now - _OLDEST:
        raise GraphError("old_event")
    if at > ctx.now + _SOONEST:
        raise GraphError("future_event")


def _time(value: Any, number: int) -> float:
    try:
        return parse_time(value)
    except (ValueError, OverflowError, TypeError):
        raise GraphError("param", name=f"data[{number}][event_time]", what="a unix time") from None
