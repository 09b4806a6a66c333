"""How many people a targeting spec reaches: the places' people, thinned by age, gender and interests (guess)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.base import Params
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.targets import interests, places
from reconciler.sandbox.world import Node

_ON_META = 0.6
_EVERYBODY = 3_000_000_000
_AGES = ((13, 17, 0.06), (18, 24, 0.2), (25, 34, 0.29), (35, 44, 0.2), (45, 54, 0.13), (55, 64, 0.08), (65, 99, 0.04))
_GENDERS = {1: 0.5, 2: 0.48}
_WITH_LANGUAGE = 0.5
_PER_SQUARE_KM = 1500
_KM = {"kilometer": 1.0, "mile": 1.6}
_OPTIONS = ("interests", "behaviors", "life_events", "family_statuses", "industries", "income")


def people(ctx: Context, spec: dict[str, Any]) -> float:
    geo = spec.get("geo_locations")
    own = _audiences(ctx, spec.get("custom_audiences"))
    if not isinstance(geo, dict) or not any(geo.values()):
        if own is None:
            raise GraphError("no_location", blame=["targeting", "geo_locations"])
        return own * _age_share(spec) * _gender_share(spec)
    found = sum(_SIZES[key](one) for key, listed in geo.items() if key in _SIZES for one in _list(listed))
    found = min(found, float(_EVERYBODY)) * _age_share(spec) * _gender_share(spec) * _interest_share(spec)
    if spec.get("locales"):
        found *= _WITH_LANGUAGE
    return found if own is None else min(found, own)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _country(code: Any) -> float:
    return 1000 * _ON_META * places.COUNTRIES.get(str(code), ("", 5000))[1]


def _group(key: Any) -> float:
    return sum(_country(code) for code in places.COUNTRY_GROUPS.get(str(key), ("", ()))[1])


def _place(known: dict[str, places.Place], usual: int) -> Callable[[Any], float]:
    def size(one: Any) -> float:
        place = known.get(str(one.get("key"))) if isinstance(one, dict) else None
        return 1000 * _ON_META * (place.people if place else usual)

    return size


def _circle(one: Any) -> float:
    if not isinstance(one, dict):
        return 0.0
    radius = _number(one.get("radius"), 1.0) * _KM.get(str(one.get("distance_unit") or "mile"), 1.6)
    return 3.14 * radius * radius * _PER_SQUARE_KM * _ON_META


_SIZES: dict[str, Callable[[Any], float]] = {
    "countries": _country,
    "country_groups": _group,
    "regions": _place(places.REGIONS, 2000),
    "cities": _place(places.CITIES, 500),
    "zips": _place(places.ZIPS, 20),
    "geo_markets": _place(places.MARKETS, 2000),
    "custom_locations": _circle,
    "places": _circle,
}


def _number(value: Any, usual: float) -> float:
    try:
        return max(0.0, min(float(value), 1e6))
    except (TypeError, ValueError):
        return usual


def _age_share(spec: dict[str, Any]) -> float:
    low, high = int(_number(spec.get("age_min"), 18)), int(_number(spec.get("age_max"), 65))
    top = 99 if high >= 65 else high
    share = 0.0
    for first, last, weight in _AGES:
        shared = min(last, top) - max(first, low) + 1
        share += weight * max(0, shared) / (last - first + 1)
    return share


def _gender_share(spec: dict[str, Any]) -> float:
    wanted = {int(_number(one, 0)) for one in _list(spec.get("genders"))}
    return sum(_GENDERS[one] for one in wanted if one in _GENDERS) or 1.0


def _interest_share(spec: dict[str, Any]) -> float:
    """Alternatives add up, ``flexible_spec`` demands one of each group (documented)."""
    share = _any_of(spec)
    for group in _list(spec.get("flexible_spec")):
        share *= _any_of(group) if isinstance(group, dict) else 1.0
    return share


def _any_of(group: dict[str, Any]) -> float:
    named = [one for name in _OPTIONS for one in _list(group.get(name))]
    if not named:
        return 1.0
    return min(1.0, sum(_one_share(one) for one in named))


def _one_share(one: Any) -> float:
    option = interests.BY_ID.get(str(one.get("id") if isinstance(one, dict) else one))
    return 1000 * (option.people if option else 30000) / _EVERYBODY


def _audiences(ctx: Context, sent: Any) -> float | None:
    found = _list(sent)
    if not found:
        return None
    total = 0.0
    for one in found:
        node = ctx.world.get(str(one.get("id") if isinstance(one, dict) else one), "audience")
        if node is None:
            raise GraphError("audience_gone", id=one, blame=["targeting", "custom_audiences"])
        total += float(node.data.get("approximate_count_lower_bound") or len(node.hidden.get("members", {})))
    return total


def _spec(params: Params) -> dict[str, Any]:
    spec = decoded(params.get("targeting_spec"))
    if spec in (None, "", {}):
        raise GraphError("required", name="targeting_spec")
    if not isinstance(spec, dict):
        raise GraphError("param", name="targeting_spec", what="a JSON object")
    return spec


def reach(ctx: Context, account: Node, raw: Params) -> Any:
    """``reachestimate``: one object, no list (recorded)."""
    params = typed(signature("account", "GET", "reachestimate"), raw)
    lower, upper = interests.bounds(people(ctx, _spec(params)))
    return {"data": {"users_lower_bound": lower, "users_upper_bound": upper, "estimate_ready": True}}


def delivery(ctx: Context, account: Node, raw: Params) -> Any:
    params = typed(signature("account", "GET", "delivery_estimate"), raw)
    if not params.get("optimization_goal"):
        raise GraphError("required", name="optimization_goal")
    return {"data": [_delivery(ctx, _spec(params))]}


def delivery_of_set(ctx: Context, ad_set: Node, raw: Params) -> Any:
    params = typed(signature("ad_set", "GET", "delivery_estimate"), raw)
    spec = _spec(params) if params.get("targeting_spec") else ad_set.data["targeting"]
    return {"data": [_delivery(ctx, spec)]}


def _delivery(ctx: Context, spec: dict[str, Any]) -> dict[str, Any]:
    """v26 has no curve and no daily actives any more (SDK)."""
    lower, upper = interests.bounds(people(ctx, spec))
    return {"estimate_mau_lower_bound": lower, "estimate_mau_upper_bound": upper, "estimate_ready": True}
