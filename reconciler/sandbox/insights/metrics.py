"""A row's sums become Meta's fields: strings, spend in major units, absent where there is nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.insights.chance import unit
from reconciler.sandbox.insights.figures import INDEX, MEASURES, Vector, spread

# purchase, omni_purchase and the pixel's own overlap, and must not be summed (documented)
ACTIONS: dict[str, str] = {
    "link_click": "link_clicks",
    "landing_page_view": "landing_views",
    "post_engagement": "engagements",
    "page_engagement": "engagements",
    "post_reaction": "reactions",
    "video_view": "video_views",
    "add_to_cart": "carts",
    "omni_add_to_cart": "carts",
    "offsite_conversion.fb_pixel_add_to_cart": "carts",
    "purchase": "purchases",
    "omni_purchase": "purchases",
    "offsite_conversion.fb_pixel_purchase": "purchases",
    "lead": "leads",
    "onsite_conversion.lead_grouped": "leads",
    "onsite_conversion.messaging_conversation_started_7d": "chats",
}
_PURCHASES = tuple(name for name, measure in ACTIONS.items() if measure == "purchases")
# 7d_view and 28d_view return nothing since 2026-01-12 (documented)
_WINDOWS = {"1d_click": 0.72, "7d_click": 0.9, "28d_click": 1.0, "1d_view": 0.1, "1d_ev": 0.03}
_EVERY = ""
# action breakdowns that are the same for every ad: which actions they tell apart, and the shares
_SHARES: dict[str, tuple[str, dict[str, float]]] = {
    "action_device": (_EVERY, {"iphone": 0.45, "android_smartphone": 0.42, "desktop": 0.13}),
    "action_reaction": (
        "post_reaction", {"like": 0.8, "love": 0.12, "haha": 0.04, "wow": 0.02, "sorry": 0.01, "anger": 0.01}
    ),
    "action_video_sound": ("video_view", {"off": 0.65, "on": 0.35}),
}  # fmt: skip
# action breakdowns that depend on the ad
BY_AD = frozenset({"action_target_id", "action_destination", "action_carousel_card_id", "action_carousel_card_name"})
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Options:
    """``cuts``: action_breakdowns. Every row has its ``action_type``, also where it was not asked for (guess)."""

    windows: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    uniques: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """``parts``: the same sums, told apart by what ``BY_AD`` asks for."""

    sums: Vector
    offset: int
    options: Options
    parts: Mapping[Labels, Vector] = field(default_factory=dict)

    def __getitem__(self, measure: str) -> int:
        return measured(self.sums, measure)

    def unique(self, measure: str) -> int:
        return uniques(self[measure])

    @property
    def spend(self) -> float:
        return self["spend"] / self.offset

    @property
    def reach(self) -> int:
        """Fewer people than impressions, the more so the longer one looks."""
        return min(self["impressions"], round(math.pow(self["impressions"], 0.96)))


Metric = Callable[[Facts], Any]


def windowed(sums: Vector, windows: tuple[str, ...]) -> Vector:
    """The same measures once more for each window, so that each window adds up over days, objects and cells."""
    shares = [_WINDOWS.get(one, 0) for one in windows]
    return (*sums, *(int(value * share) for share in shares for value in sums))


def measured(sums: Vector, measure: str, block: int = 0) -> int:
    """``block``: 0, or the number of a window. Engagement is clicks and reactions."""
    if measure == "engagements":
        return measured(sums, "clicks", block) + measured(sums, "reactions", block)
    return sums[INDEX[measure] + block * len(MEASURES)]


def uniques(count: float) -> int:
    """Fewer people than deeds."""
    return int(min(count, round(math.pow(count, 0.98))))


def number(value: float, digits: int = 6) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio(top: float, bottom: float) -> str | None:
    return number(top / bottom) if bottom else None


def _count(measure: str) -> Metric:
    return lambda facts: str(facts[measure]) if facts[measure] else None


def _per(measure: str, factor: float = 1) -> Metric:
    return lambda facts: _ratio(facts.spend * factor, facts[measure])


def _unique(read: Metric) -> Metric:
    return lambda facts: read(facts) if facts.options.uniques else None


def _rows(facts: Facts, kind: str, measure: str, unit: int = 1) -> list[dict[str, str]]:
    """``unit``: how many of the measure are one."""
    found: list[dict[str, str]] = []
    for labels, sums in (facts.parts or {(): facts.sums}).items():
        cut = _cut(facts.options.cuts, kind, measured(sums, measure))
        parts = [value for _, value in cut]
        windows = {one: measured(sums, measure, at) for at, one in enumerate(facts.options.windows, 1)}
        columns = {"value": parts, **{one: spread(whole, parts) for one, whole in windows.items()}}
        for at, (about, value) in enumerate(cut):
            figures = {name: number(column[at] / unit, 2) for name, column in columns.items() if column[at] > 0}
            if value > 0:
                found.append({"action_type": kind, **dict(labels), **about, **figures})
    return found


def _cut(cuts: tuple[str, ...], kind: str, value: int) -> list[tuple[dict[str, str], int]]:
    found: list[tuple[dict[str, str], int]] = [({}, value)]
    for name in cuts:
        only, shares = _SHARES.get(name, (None, {}))
        if only in (_EVERY, kind):
            found = [({**about, name: word}, part) for about, whole in found for word, part in _shared(whole, shares)]
    return found


def _shared(value: int, shares: Mapping[str, float]) -> Iterator[tuple[str, int]]:
    """Parts that add up to the whole."""
    done, before = 0.0, 0
    for word, weight in shares.items():
        done += weight
        until = int(value * done + 1e-6)
        yield word, until - before
        before = until


def actions(facts: Facts) -> list[dict[str, str]]:
    kinds = [(kind, measure) for kind, measure in ACTIONS.items() if facts[measure]]
    return [one for kind, measure in kinds for one in _rows(facts, kind, measure)]


def _unique_actions(facts: Facts) -> list[dict[str, str]]:
    return [{**_about(one), "value": str(uniques(float(one["value"])))} for one in actions(facts)]


def _unique_costs(facts: Facts) -> list[dict[str, str]]:
    kinds = [(kind, facts.unique(measure)) for kind, measure in ACTIONS.items() if facts[measure]]
    return [{"action_type": kind, "value": number(facts.spend / value)} for kind, value in kinds]


def _about(row: dict[str, str]) -> dict[str, str]:
    return {name: word for name, word in row.items() if name.startswith("action_")}


def _of(*kinds: str) -> Metric:
    return lambda facts: [one for one in actions(facts) if one["action_type"] in kinds]


def _values(facts: Facts) -> list[dict[str, str]]:
    return [one for kind in _PURCHASES for one in _rows(facts, kind, "value", facts.offset)] if facts["value"] else []


def _costs(facts: Facts) -> list[dict[str, str]]:
    kinds = [(kind, facts[measure]) for kind, measure in ACTIONS.items() if facts[measure]]
    return [{"action_type": kind, "value": number(facts.spend / value)} for kind, value in kinds]


def _roas(kind: str) -> Metric:
    def read(facts: Facts) -> list[dict[str, str]]:
        if not facts["value"] or not facts["spend"]:
            return []
        return [{"action_type": kind, "value": number(facts["value"] / facts["spend"])}]

    return read


def _percent(measure: str) -> Metric:
    return lambda facts: _ratio(100 * facts[measure], facts["impressions"])


def _unique_count(measure: str) -> Metric:
    return lambda facts: str(facts.unique(measure)) if facts[measure] else None


def _unique_rate(measure: str) -> Metric:
    return lambda facts: _ratio(100 * facts.unique(measure), facts.reach)


def _unique_cost(measure: str) -> Metric:
    return lambda facts: _ratio(facts.spend, facts.unique(measure))


def _one(kind: str, read: Metric) -> Metric:
    def row(facts: Facts) -> list[dict[str, str]]:
        value = read(facts)
        return [{"action_type": kind, "value": value}] if value else []

    return row


METRICS: dict[str, Metric] = {
    "spend": lambda facts: number(facts.spend, 2),
    "social_spend": lambda facts: "0",  # recorded so, of ads that no friend had liked
    "impressions": lambda facts: str(facts["impressions"]),
    "clicks": lambda facts: str(facts["clicks"]),
    "reach": _unique(lambda facts: str(facts.reach)),
    "frequency": _unique(lambda facts: _ratio(facts["impressions"], facts.reach)),
    "ctr": _percent("clicks"),
    "cpc": _per("clicks"),
    "cpm": _per("impressions", 1000),
    "cpp": _unique(lambda facts: _ratio(facts.spend * 1000, facts.reach)),
    "unique_clicks": _unique(lambda facts: str(facts.unique("clicks"))),
    "unique_ctr": _unique(_unique_rate("clicks")),
    "cost_per_unique_click": _unique(_unique_cost("clicks")),
    "unique_inline_link_clicks": _unique(_unique_count("link_clicks")),
    "unique_inline_link_click_ctr": _unique(_unique_rate("link_clicks")),
    "unique_link_clicks_ctr": _unique(_unique_rate("link_clicks")),
    "cost_per_unique_inline_link_click": _unique(_unique_cost("link_clicks")),
    "unique_outbound_clicks": _unique(_one("outbound_click", _unique_count("link_clicks"))),
    "unique_outbound_clicks_ctr": _unique(_one("outbound_click", _unique_rate("link_clicks"))),
    "cost_per_unique_outbound_click": _unique(_one("outbound_click", _unique_cost("link_clicks"))),
    "unique_actions": _unique(_unique_actions),
    "cost_per_unique_action_type": _unique(_unique_costs),
    "inline_link_clicks": _count("link_clicks"),
    "inline_link_click_ctr": _percent("link_clicks"),
    "cost_per_inline_link_click": _per("link_clicks"),
    "inline_post_engagement": _count("engagements"),
    "cost_per_inline_post_engagement": _per("engagements"),
    "outbound_clicks": _one("outbound_click", _count("link_clicks")),
    "outbound_clicks_ctr": _one("outbound_click", _percent("link_clicks")),
    "cost_per_outbound_click": _one("outbound_click", _per("link_clicks")),
    "website_ctr": _one("link_click", _percent("link_clicks")),
    "video_play_actions": _one("video_view", _count("video_views")),
    "actions": actions,
    "conversions": _of("lead", *_PURCHASES),
    "action_values": _values,
    "cost_per_action_type": _costs,
    "purchase_roas": _roas("omni_purchase"),
    "website_purchase_roas": _roas("offsite_conversion.fb_pixel_purchase"),
}


RANKINGS = ("quality_ranking", "engagement_rate_ranking", "conversion_rate_ranking")
_RANKS = ("ABOVE_AVERAGE", "AVERAGE", "AVERAGE", "BELOW_AVERAGE_35", "BELOW_AVERAGE_20", "BELOW_AVERAGE_10")
_RANKED_FROM = 500  # impressions (folk)


def ranking(name: str, id: str, facts: Facts) -> str:
    """Words are documented, UNKNOWN is recorded; which ad gets which is drawn."""
    if facts["impressions"] < _RANKED_FROM:
        return "UNKNOWN"
    return _RANKS[int(unit(name, id) * len(_RANKS))]


def bare(field: str) -> str:
    """``ad.impressions`` and ``impressions`` mean the same (clients send both)."""
    name, colon, kind = field.partition(":")
    return name.rpartition(".")[2] + colon + kind


def comparable(row: dict[str, Any], name: str) -> float | str:
    """For sorting and filtering; ``actions:link_click`` looks into the list."""
    field, _, kind = name.partition(":")
    value = row.get(field)
    if kind:
        value = sum(float(one["value"]) for one in value or [] if one["action_type"] == kind)
    if isinstance(value, list):
        value = sum(float(one["value"]) for one in value)
    try:
        return float(value or 0)
    except ValueError:
        return str(value)
