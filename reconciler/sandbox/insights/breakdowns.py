"""Who saw it, where and when: an ad's day cut into cells."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from reconciler.sandbox import targeting
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights.chance import between
from reconciler.sandbox.world import Node, World

HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
Cell = tuple[str, ...]
Weighted = list[tuple[Cell, float]]

_PLATFORMS = {"facebook": 0.55, "instagram": 0.38, "audience_network": 0.05, "messenger": 0.02}
_POSITIONS = {
    "facebook": {"feed": 0.6, "facebook_reels": 0.25, "facebook_stories": 0.1, "right_hand_column": 0.05},
    "instagram": {"feed": 0.35, "instagram_reels": 0.35, "instagram_stories": 0.3},
    "audience_network": {"an_classic": 0.7, "rewarded_video": 0.3},
    "messenger": {"messenger_inbox": 1.0},
}
_DEVICES = {"mobile_app": 0.82, "mobile_web": 0.06, "desktop": 0.12}
_AGES = {(18, 24): 0.18, (25, 34): 0.32, (35, 44): 0.23, (45, 54): 0.14, (55, 64): 0.08, (65, 99): 0.05}
_GENDERS = {"female": 0.53, "male": 0.45, "unknown": 0.02}
_SEXES = {1: "male", 2: "female"}


def _countries(world: World, ad: Node, spec: dict[str, object]) -> Weighted:
    seed = str(world.settings["insights_seed"])
    found = sorted(targeting.countries(spec)) or ["unknown"]
    return [((code,), between(0.2, 1, seed, "country", ad.id, code)) for code in found]


def _platforms(world: World, ad: Node, spec: dict[str, object]) -> Weighted:
    chosen = spec.get("publisher_platforms")
    names = [name for name in _PLATFORMS if not isinstance(chosen, list) or name in chosen]
    return [((name,), _PLATFORMS[name]) for name in names or _PLATFORMS]


def _placements(world: World, ad: Node, spec: dict[str, object]) -> Weighted:
    return [
        ((name, position), weight * part)
        for (name,), weight in _platforms(world, ad, spec)
        for position, part in _POSITIONS[name].items()
    ]


def _ages(world: World, ad: Node, spec: dict[str, object]) -> Weighted:
    low, high = int(str(spec.get("age_min", 18))), int(str(spec.get("age_max", 65)))
    top = 99 if high >= 65 else high
    found = [(span, weight) for span, weight in _AGES.items() if span[0] <= top and span[1] >= low]
    return [((f"{span[0]}-{span[1]}" if span[0] < 65 else "65+",), weight) for span, weight in found]


def _genders(world: World, ad: Node, spec: dict[str, object]) -> Weighted:
    chosen = spec.get("genders")
    wanted = {_SEXES.get(one) for one in chosen} if isinstance(chosen, list) else set()
    return [((name,), weight) for name, weight in _GENDERS.items() if not wanted or name in wanted]


def _devices(world: World, ad: Node, spec: dict[str, object]) -> Weighted:
    return [((name,), weight) for name, weight in _DEVICES.items()]


_Cut = Callable[[World, Node, dict[str, object]], Weighted]
_CUTS: dict[Cell, _Cut] = {
    ("country",): _countries,
    ("publisher_platform", "platform_position"): _placements,
    ("publisher_platform",): _platforms,
    ("device_platform",): _devices,
    ("age",): _ages,
    ("gender",): _genders,
}
KNOWN = {HOURLY, *(name for names in _CUTS for name in names)}


def check(names: tuple[str, ...]) -> None:
    """Documented: positions need their platform, and hours go with nothing else."""
    for name in names:
        if name not in KNOWN:
            raise GraphError("not_emulated", what=f"the breakdown {name} of insights")
    if ("platform_position" in names and "publisher_platform" not in names) or (HOURLY in names and len(names) > 1):
        raise GraphError("breakdown_mix", names=", ".join(names))


def keys(names: tuple[str, ...]) -> Cell:
    return (HOURLY,) if HOURLY in names else tuple(name for cut in _cuts(names) for name in cut)


def _cuts(names: tuple[str, ...]) -> list[Cell]:
    left, found = set(names), []
    for cut in _CUTS:
        if left.issuperset(cut):
            found.append(cut)
            left -= set(cut)
    return found


def cells(world: World, ad: Node, names: tuple[str, ...]) -> Weighted:
    """Of one ad, on any day; hours are cut from the day itself."""
    spec = world.nodes[ad.data["adset_id"]].data["targeting"]
    parts = [_CUTS[cut](world, ad, spec) for cut in _cuts(names)]
    found = []
    for combined in product(*parts):
        weight = 1.0
        for _, one in combined:
            weight *= one
        found.append((tuple(word for cell, _ in combined for word in cell), weight))
    return found


HOURS: list[Cell] = [(f"{hour:02d}:00:00 - {hour:02d}:59:59",) for hour in range(24)]
