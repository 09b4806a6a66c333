"""What is asked: parameters in the SDK's types, with the slips that Graph forgives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reconciler.sandbox import filtering
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import breakdowns, dates, metrics
from reconciler.sandbox.insights.delivery import local_date
from reconciler.sandbox.params import decoded, readable_fields, signature, typed
from reconciler.sandbox.wire import parse_json
from reconciler.sandbox.world import Node

LEVELS = ("account", "campaign", "adset", "ad")
LEVEL_OF = {"account": "account", "campaign": "campaign", "ad_set": "adset", "ad": "ad"}
_DEFAULT_PRESET = "last_30d"
_SPLIT = (
    "fields", "breakdowns", "action_breakdowns", "sort", "summary", "action_attribution_windows",
    "summary_action_breakdowns",
)  # fmt: skip
_LOOSE = ("time_range", "time_ranges", "filtering")
# of more than 13 months no uniques are kept once they are broken down (documented; that they are left out: guess)
_UNIQUE_MONTHS = 13


@dataclass(frozen=True, slots=True)
class Query:
    level: str
    fields: tuple[str, ...]
    buckets: tuple[dates.Range, ...]
    breakdowns: tuple[str, ...]
    filters: tuple[filtering.Condition, ...]
    sort: tuple[tuple[str, bool], ...]  # name, descending
    summary: tuple[str, ...]
    options: metrics.Options
    today: date
    counts: bool = field(default=False)  # summary.total_count

    @property
    def span(self) -> dates.Range:
        return min(since for since, _ in self.buckets), max(until for _, until in self.buckets)


def read(ctx: Context, node: Node, raw: dict[str, Any], now: float) -> Query:
    params = typed(signature("account", "GET", "insights"), {name: _loose(name, raw[name]) for name in raw})
    today = local_date(ctx.zone(node), now)
    level = _level(node, params)
    cuts = tuple(params.get("breakdowns") or ())
    parts = tuple(params.get("action_breakdowns") or ())
    breakdowns.check(cuts, parts)
    fields = _fields(params, level)
    ranges = _buckets(params, today)
    summary = [str(one) for one in params.get("summary") or ()]
    wanted = tuple(name for name in summary if name not in ("true", "1", "total_count", "false", "0"))
    check_fields(wanted)
    old = min(since for since, _ in ranges) < dates.months_before(today, _UNIQUE_MONTHS)
    return Query(
        level=level,
        fields=fields,
        buckets=ranges,
        breakdowns=cuts,
        filters=tuple(filtering.conditions(params.get("filtering"))),
        sort=tuple(_sort(str(one)) for one in params.get("sort") or ()),
        summary=wanted or (fields if params.get("default_summary") else ()),
        options=metrics.Options(
            windows=tuple(params.get("action_attribution_windows") or ()),
            cuts=parts,
            uniques=breakdowns.HOURLY not in cuts and not (old and cuts),
        ),
        today=today,
        counts=bool({"true", "1", "total_count"} & set(summary)),
    )


def _loose(name: str, value: Any) -> Any:
    if name in _SPLIT and isinstance(value, str | bool):
        listed = decoded(value)
        return listed if isinstance(listed, list) else [one.strip() for one in str(value).lower().split(",") if one]
    if name in _LOOSE and isinstance(value, str):
        return _loose_json(value)
    return value


def _loose_json(text: str) -> Any:
    """Also with the single quotes that Meta's own examples have."""
    for attempt in (text, text.replace("'", '"')):
        try:
            return parse_json(attempt)
        except ValueError:
            continue
    return text


def _level(node: Node, params: dict[str, Any]) -> str:
    own = LEVEL_OF[node.kind]
    level = str(params.get("level") or own)
    if LEVELS.index(level) < LEVELS.index(own):
        raise GraphError("unknown_error")  # documented: 1/99 where the level is above the object
    return level


def check_fields(names: tuple[str, ...]) -> None:
    """A breakdown is no field, also where it is asked for as a breakdown (recorded)."""
    bad = [name for name in names if name not in readable_fields("insights")]
    if bad:
        raise GraphError("bad_insights_field", fields=", ".join(bad), verb="are" if len(bad) > 1 else "is")


def _fields(params: dict[str, Any], level: str) -> tuple[str, ...]:
    asked = tuple(str(one) for one in params.get("fields") or ())
    check_fields(asked)
    if asked:
        return asked
    ids = tuple(f"{one}_id" for one in LEVELS[: LEVELS.index(level) + 1])
    return (*ids, "impressions", "spend")


def _buckets(params: dict[str, Any], today: date) -> tuple[dates.Range, ...]:
    """Several ranges make the increment, the one range and the preset count for nothing (documented)."""
    if params.get("time_ranges"):
        return tuple(dates.parsed(one, "time_ranges", today) for one in params["time_ranges"])
    if params.get("time_range"):
        span = dates.parsed(params["time_range"], "time_range", today)
    else:
        span = dates.PRESETS[str(params.get("date_preset") or _DEFAULT_PRESET)](today)
    return dates.buckets(span, params.get("time_increment"))


def _sort(text: str) -> tuple[str, bool]:
    """Upwards where no direction is given (documented)."""
    name, _, direction = text.rpartition("_")
    name = name if direction in ("ascending", "descending") else text
    if name.partition(":")[0] not in readable_fields("insights"):
        raise GraphError("param", name="sort", what="{field}_ascending or {field}_descending")
    return name, direction == "descending"
