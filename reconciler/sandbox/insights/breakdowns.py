"""Who saw it, where and when: an ad's day cut into cells.

Documented: names, values, and which combinations there are. Recorded: ``country`` with ``region``, what else is
refused, and its message. A name further down a family (a region, a device) is always cut through what lies above it,
so that every way of cutting agrees with every other. Guessed: the shares; that what has no such asset or product is
one row without the key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from typing import Any

from reconciler.sandbox import targeting
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import assets
from reconciler.sandbox.insights.chance import between
from reconciler.sandbox.targets import places
from reconciler.sandbox.world import Node, World

HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
HOURS: list[Cell] = [(f"{hour:02d}:00:00 - {hour:02d}:59:59",) for hour in range(24)]
Cell = tuple[str, ...]
Weighted = list[tuple[Cell, float]]
Spec = dict[str, Any]

_PLATFORMS = {"facebook": 0.55, "instagram": 0.38, "audience_network": 0.05, "messenger": 0.02}
_POSITIONS = {
    "facebook": {"feed": 0.58, "facebook_reels": 0.25, "facebook_stories": 0.1, "right_hand_column": 0.04,
                 "marketplace": 0.03},
    "instagram": {"feed": 0.35, "instagram_reels": 0.35, "instagram_stories": 0.3},
    "audience_network": {"an_classic": 0.7, "rewarded_video": 0.3},
    "messenger": {"messenger_inbox": 1.0},
}  # fmt: skip
# a position's word in targeting, where insights has another
_TARGETED = {
    "facebook": {"story": "facebook_stories"},
    "instagram": {"stream": "feed", "story": "instagram_stories", "reels": "instagram_reels"},
    "audience_network": {"classic": "an_classic"},
}
_DEVICES = {
    ("iphone", "mobile_app"): 0.38, ("iphone", "mobile_web"): 0.02, ("android_smartphone", "mobile_app"): 0.4,
    ("android_smartphone", "mobile_web"): 0.03, ("ipad", "mobile_app"): 0.04, ("android_tablet", "mobile_app"): 0.02,
    ("desktop", "desktop"): 0.11,
}  # fmt: skip
_DESKTOP_ONLY = {"right_hand_column"}
_AGES = {(13, 17): 0.02, (18, 24): 0.18, (25, 34): 0.31, (35, 44): 0.23, (45, 54): 0.14, (55, 64): 0.07, (65, 99): 0.05}
_GENDERS = {"female": 0.53, "male": 0.45, "unknown": 0.02}
_SEXES = {1: "male", 2: "female"}
_UNKNOWN = "Unknown"


def _countries(world: World, ad: Node, spec: Spec) -> Weighted:
    seed = str(world.settings["insights_seed"])
    found = sorted(targeting.countries(spec)) or ["unknown"]
    return [((code,), between(0.2, 1, seed, "country", ad.id, code)) for code in found]


def _regions(world: World, ad: Node, spec: Spec, above: Cell) -> Weighted:
    """The ones targeted, or all that the selection knows."""
    seed, (country,) = str(world.settings["insights_seed"]), above
    found = places.regions_of(country)
    chosen = _targeted_regions(spec)
    names = [one.name for one in found if one.key in chosen] or [one.name for one in found] or [_UNKNOWN]
    return [((name,), between(0.2, 1, seed, "region", ad.id, name)) for name in names]


def _targeted_regions(spec: Spec) -> set[str]:
    geo = spec.get("geo_locations") or {}
    if geo.get("countries"):
        return set()
    known = {"regions": places.REGIONS, "cities": places.CITIES, "zips": places.ZIPS, "geo_markets": places.MARKETS}
    listed = [(name, one) for name in known for one in geo.get(name) or () if isinstance(one, dict)]
    found = [known[name].get(str(one.get("key"))) for name, one in listed]
    return {one.region or one.key for one in found if one}


def _markets(world: World, ad: Node, spec: Spec, above: Cell) -> Weighted:
    seed = str(world.settings["insights_seed"])
    names = [one.name for one in places.MARKETS.values() if one.country == above[0]] + [_UNKNOWN]
    return [((name,), between(0.2, 1, seed, "dma", ad.id, name)) for name in names]


def _platforms(world: World, ad: Node, spec: Spec) -> Weighted:
    chosen = spec.get("publisher_platforms")
    names = [name for name in _PLATFORMS if not isinstance(chosen, list) or name in chosen]
    return [((name,), _PLATFORMS[name]) for name in names or _PLATFORMS]


def _positions(world: World, ad: Node, spec: Spec, above: Cell) -> Weighted:
    platform = above[0]
    words, chosen = _TARGETED.get(platform, {}), spec.get(f"{platform}_positions")
    wanted = {words.get(str(one), str(one)) for one in chosen} if isinstance(chosen, list) else set()
    every = _POSITIONS[platform]
    return [((name,), weight) for name, weight in every.items() if name in wanted] or [
        ((name,), weight) for name, weight in every.items()
    ]


def _devices(world: World, ad: Node, spec: Spec, above: Cell) -> Weighted:
    desktop = above[-1] in _DESKTOP_ONLY
    return [(cell, weight) for cell, weight in _DEVICES.items() if not desktop or cell[1] == "desktop"]


def _ages(world: World, ad: Node, spec: Spec) -> Weighted:
    low, high = int(str(spec.get("age_min", 18))), int(str(spec.get("age_max", 65)))
    top = 99 if high >= 65 else high
    found = [(span, weight) for span, weight in _AGES.items() if span[0] <= top and span[1] >= low]
    return [((f"{span[0]}-{span[1]}" if span[0] < 65 else "65+",), weight) for span, weight in found]


def _genders(world: World, ad: Node, spec: Spec, above: Cell) -> Weighted:
    chosen = spec.get("genders")
    wanted = {_SEXES[one] for one in chosen if one in _SEXES} if isinstance(chosen, list) else set()
    return [((name,), weight) for name, weight in _GENDERS.items() if not wanted or name in wanted]


def _assets(kind: str) -> _First:
    def cut(world: World, ad: Node, spec: Spec) -> Weighted:
        seed, found = str(world.settings["insights_seed"]), assets.of(world, ad, kind)
        texts = [json.dumps(one, sort_keys=True) if isinstance(one, dict) else one for one in found]
        return [((text,), between(0.3, 1, seed, kind, ad.id, text)) for text in texts] or [(("",), 1.0)]

    return cut


_First = Callable[[World, Node, Spec], Weighted]
_Next = Callable[[World, Node, Spec, Cell], Weighted]
_Step = tuple[Cell, Any]  # the names that a step adds, and how

_AUDIENCE: tuple[_Step, ...] = ((("age",), _ages), (("gender",), _genders))
_PLACE: tuple[_Step, ...] = ((("country",), _countries), (("region",), _regions))
_FAMILIES: tuple[tuple[_Step, ...], ...] = (
    *(((((name,)), _assets(name)),) for name in (*assets.KINDS, "product_id")),
    _PLACE,
    ((("country",), _countries), (("dma",), _markets)),
    ((("country",), _countries), (("comscore_market",), _markets)),
    (
        (("publisher_platform",), _platforms),
        (("platform_position",), _positions),
        (("impression_device", "device_platform"), _devices),
    ),
    _AUDIENCE,
)
KNOWN = {HOURLY, *(name for family in _FAMILIES for names, _ in family for name in names)}

_PLATFORM, _POSITION, _DEVICE = "publisher_platform", "platform_position", "impression_device"
_STATED = ({"age"}, {"gender"}, {"age", "gender"})
_POSSIBLE = {
    frozenset(one)
    for one in (
        set(), *_STATED, {"country"}, {"region"}, {"country", "region"}, {"dma"}, {"comscore_market"}, {"product_id"},
        {_PLATFORM}, {_PLATFORM, _DEVICE}, {_PLATFORM, _POSITION}, {_PLATFORM, _POSITION, _DEVICE},
        {_DEVICE}, {"device_platform"}, {_PLATFORM, "device_platform"}, {_PLATFORM, _POSITION, "device_platform"},
        {HOURLY}, *({kind, *more} for kind in assets.KINDS for more in (set(), *_STATED)),
    )
}  # fmt: skip
_WITH_DEVICE = {
    frozenset(one)
    for one in (set(), {_DEVICE}, {_PLATFORM}, {_PLATFORM, _DEVICE}, {_PLATFORM, _POSITION},
                {_PLATFORM, _POSITION, _DEVICE})
}  # fmt: skip
_WITH_CARDS = {frozenset(one) for one in (set(), {_DEVICE}, {"country"}, *_STATED)}
_ALONE = {frozenset[str]()}
# which breakdowns an action breakdown can be joined with
_JOINS = {
    "action_type": _POSSIBLE,
    "action_target_id": _POSSIBLE,
    "action_destination": _POSSIBLE,
    "action_device": _WITH_DEVICE,
    "action_carousel_card_id": _WITH_CARDS,
    "action_carousel_card_name": _WITH_CARDS,
    "action_reaction": _ALONE,
    "action_video_sound": _ALONE,
}


def check(names: tuple[str, ...], cuts: tuple[str, ...]) -> None:
    """``action_type`` is there where no other action breakdown is asked for (documented)."""
    for name in (*names, *cuts):
        if name not in KNOWN and name not in _JOINS:
            raise GraphError("not_emulated", what=f"the breakdown {name} of insights")
    asked, joined = frozenset(names), cuts or ("action_type",)
    if asked not in _POSSIBLE or not all(asked in _JOINS[cut] for cut in joined):
        raise GraphError("breakdown_mix", names=", ".join(sorted({*names, *joined})))


def keys(names: tuple[str, ...]) -> Cell:
    return (HOURLY,) if HOURLY in names else tuple(name for family in _wanted(names) for name in _named(family, names))


def _named(family: tuple[_Step, ...], names: tuple[str, ...]) -> list[str]:
    return [name for step, _ in family for name in step if name in names]


def _wanted(names: tuple[str, ...]) -> list[tuple[_Step, ...]]:
    """Families that hold what is asked for, each no deeper than needed."""
    left, found = set(names), []
    for family in _FAMILIES:
        depths = [at for at, (step, _) in enumerate(family, 1) if left & set(step)]
        own = {name for step, _ in family for name in step}
        if depths:
            found.append(family[: max(depths)])
            left -= own
    return found


def cells(world: World, ad: Node, names: tuple[str, ...]) -> Weighted:
    """Of one ad, on any day; hours are cut from the day itself. One cell may come more than once."""
    spec = world.nodes[ad.data["adset_id"]].data["targeting"]
    parts = [_through(world, ad, spec, family, names) for family in _wanted(names)]
    found = []
    for combined in product(*parts):
        weight = 1.0
        for _, one in combined:
            weight *= one
        found.append((tuple(word for cell, _ in combined for word in cell), weight))
    return found


def _through(world: World, ad: Node, spec: Spec, family: tuple[_Step, ...], names: tuple[str, ...]) -> Weighted:
    (_, first), *rest = family
    found = _shares(first(world, ad, spec))
    for _, step in rest:
        found = [
            (above + cell, weight * share)
            for above, weight in found
            for cell, share in _shares(step(world, ad, spec, above))
        ]
    titles = [name for step, _ in family for name in step]
    kept = [at for at, name in enumerate(titles) if name in names]
    return [(tuple(cell[at] for at in kept), weight) for cell, weight in found]


def _shares(found: Weighted) -> Weighted:
    total = sum(weight for _, weight in found)
    return [(cell, weight / total) for cell, weight in found]


def shown(names: Cell, cell: Cell) -> dict[str, Any]:
    """Assets are objects, everything else is a word; what there is none of is left out."""
    found = dict(zip(names, cell, strict=True))
    return {name: json.loads(word) if name in assets.KINDS else word for name, word in found.items() if word}
