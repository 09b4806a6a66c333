"""What an ad's money buys in a day: whole numbers, so that they add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import add, sub

from reconciler.sandbox import currency
from reconciler.sandbox.insights.chance import between
from reconciler.sandbox.world import Node, World

Vector = tuple[int, ...]
MEASURES = (
    "spend", "impressions", "clicks", "link_clicks", "landing_views", "reactions", "video_views", "carts",
    "purchases", "leads", "chats", "value",
)  # fmt: skip
INDEX = {name: at for at, name in enumerate(MEASURES)}
NOTHING: Vector = (0,) * len(MEASURES)
_SALES = {"OFFSITE_CONVERSIONS", "VALUE"}
_LEADS = {"LEAD_GENERATION", "QUALITY_LEAD"}


@dataclass(frozen=True, slots=True)
class Rates:
    """One ad's own manners, drawn from the seed."""

    cpm: float  # minor units for a thousand impressions
    ctr: float
    link: float
    landing: float
    video: float
    cart: float
    purchase: float
    lead: float
    chat: float
    order: float  # minor units for one purchase


def rates(world: World, ad: Node) -> Rates:
    seed, code = str(world.settings["insights_seed"]), world.account(ad.account).data["currency"]
    ad_set = world.nodes[ad.data["adset_id"]]
    goal, objective = ad_set.data["optimization_goal"], world.nodes[ad.data["campaign_id"]].data["objective"]
    converts = between(0.02, 0.06, seed, "conversion", ad.id)
    sells = objective == "OUTCOME_SALES" or (goal in _SALES and objective != "OUTCOME_LEADS")
    collects = goal in _LEADS or objective == "OUTCOME_LEADS"
    return Rates(
        cpm=currency.minor_from_usd(between(3, 12, seed, "cpm", ad.id), code),
        ctr=between(0.009, 0.025, seed, "ctr", ad.id),
        link=between(0.55, 0.85, seed, "link", ad.id),
        landing=between(0.7, 0.9, seed, "landing", ad.id),
        video=between(0.15, 0.4, seed, "video", ad.id) if _is_video(world, ad) else 0,
        cart=4 * converts if sells else 0,
        purchase=converts if sells else 0,
        lead=2 * converts if collects else 0,
        chat=2 * converts if goal == "CONVERSATIONS" else 0,
        order=currency.minor_from_usd(between(25, 90, seed, "order", ad.id), code),
    )


def _is_video(world: World, ad: Node) -> bool:
    spec = world.nodes[ad.data["creative"]].data.get("object_story_spec") or {}
    return bool(spec.get("video_data"))


def vector(world: World, ad: Node, rate: Rates, when: date, spend: int) -> Vector:
    seed = str(world.settings["insights_seed"])
    mood = between(0.9, 1.1, seed, "mood", ad.id, when.isoformat())
    impressions = int(spend * 1000 / (rate.cpm * mood))
    clicks = int(impressions * rate.ctr * mood)
    links = int(clicks * rate.link)
    purchases = int(links * rate.purchase)
    return (
        spend,
        impressions,
        clicks,
        links,
        int(links * rate.landing),
        int(impressions * 0.01),
        int(impressions * rate.video),
        int(links * rate.cart),
        purchases,
        int(links * rate.lead),
        int(links * rate.chat),
        int(purchases * rate.order),
    )


def added(one: Vector, other: Vector) -> Vector:
    return tuple(map(add, one, other))


def split(whole: Vector, weights: Sequence[float]) -> list[Vector]:
    """By weights, rounded so that the parts add up to the whole. What lies beyond the measures are their windows: those
    follow the parts of their measure, so that no window holds more than what it is a window of."""
    total = sum(weights)
    shares = [done / total if total else 0.0 for done in accumulate(weights)]
    shares[-1] = 1.0
    size, nothing = len(MEASURES), [0] * len(shares)
    columns = [_column(value, shares) if value else nothing for value in whole[:size]]
    columns += [spread(value, columns[at % size]) for at, value in enumerate(whole[size:])]
    return list(zip(*columns, strict=True))


def _column(value: int, shares: Sequence[float]) -> list[int]:
    until = [int(value * share + 1e-9) for share in shares]
    return [until[0], *map(sub, until[1:], until)]


def spread(part: int, parts: Sequence[int]) -> list[int]:
    """A part of a whole over the whole's own parts; none gets more than it has."""
    whole = sum(parts)
    until = [part * done // whole if whole else 0 for done in accumulate(parts)]
    return [until[0], *map(sub, until[1:], until)]
