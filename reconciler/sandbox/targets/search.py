"""``GET /search?type=…``: what can be targeted, by the beginning of a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.params import decoded
from reconciler.sandbox.targets import interests, places

Rows = list[dict[str, Any]]
_USUAL = 8  # documented: what comes without ``limit``


def answer(ctx: Context) -> dict[str, Any]:
    params = {name: decoded(value) for name, value in ctx.call.params.items()}
    kind = str(params.get("type") or "").lower()
    if not kind:
        raise GraphError("required", name="type")
    verb = _VERBS.get(kind)
    if verb is None:
        raise GraphError("param", name="type", what="one of {" + ", ".join(sorted(_VERBS)) + "}")
    return {"data": verb(params)}


def matches(name: str, asked: str) -> bool:
    """By the beginning of any word; nothing asked is everything."""
    wanted, given = asked.casefold().strip(), name.casefold()
    return given.startswith(wanted) or f" {wanted}" in given or f"-{wanted}" in given


def _word(params: dict[str, Any], *, needed: bool = False) -> str:
    asked = params.get("q")
    if asked in (None, "") and needed:
        raise GraphError("required", name="q")
    if isinstance(asked, dict | list):
        raise GraphError("param", name="q", what="a string")
    return str(asked or "")


def _most(params: dict[str, Any], usual: int = _USUAL) -> int:
    raw = params.get("limit")
    if raw in (None, ""):
        return usual
    if not str(raw).isdecimal() or int(raw) < 1:
        raise GraphError("param", name="limit", what="greater than 0")
    return int(raw)


def _listed(params: dict[str, Any], name: str) -> list[str]:
    raw = params.get(name)
    if isinstance(raw, str) and raw:
        raw = raw.split(",")
    if raw in (None, ""):
        return []
    if not isinstance(raw, list):
        raise GraphError("param", name=name, what="an array")
    return [str(one) for one in raw]


_GEO: dict[str, Callable[[], Iterable[dict[str, Any]]]] = {
    "country": lambda: map(places.country_row, sorted(places.COUNTRIES)),
    "country_group": lambda: map(places.group_row, places.COUNTRY_GROUPS),
    "region": lambda: map(places.row, places.REGIONS.values()),
    "city": lambda: map(places.row, places.CITIES.values()),
    "zip": lambda: map(places.row, places.ZIPS.values()),
    "geo_market": lambda: map(places.row, places.MARKETS.values()),
}
# documented; the selection has none of them
_OTHER_GEO = {
    "electoral_district", "large_geo_area", "medium_geo_area", "metro_area", "neighborhood", "place", "small_geo_area",
    "subcity", "subneighborhood",
}  # fmt: skip
_USUAL_GEO = ("country", "region", "city", "zip")


def _geo(params: dict[str, Any]) -> Rows:
    kinds = _listed(params, "location_types") or list(_USUAL_GEO)
    unknown = [one for one in kinds if one not in _GEO and one not in _OTHER_GEO]
    if unknown:
        raise GraphError("param", name="location_types[0]", what="one of {" + ", ".join(sorted(_GEO)) + "}")
    if not set(kinds) & set(_GEO):
        raise GraphError("not_emulated", what=f"searching for {kinds[0]}")
    asked, most = _word(params), _most(params)
    by_code = str(params.get("match_country_code", "")).lower() in ("true", "1")
    found = [one for kind in kinds if kind in _GEO for one in _GEO[kind]()]
    for name in ("country_code", "region_id"):
        if params.get(name):
            found = [one for one in found if str(one.get(name)) == str(params[name])]
    if by_code:
        return [one for one in found if one["key"] == asked.upper()][:most]
    return [one for one in found if matches(one["name"], asked)][:most]


def _only(kind: str) -> Callable[[dict[str, Any]], Rows]:
    return lambda params: _geo({**params, "location_types": [kind]})


_META: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "countries": lambda key: places.country_row(key) if key in places.COUNTRIES else None,
    "country_groups": lambda key: places.group_row(key) if key in places.COUNTRY_GROUPS else None,
    "regions": lambda key: places.row(places.REGIONS[key]) if key in places.REGIONS else None,
    "cities": lambda key: places.row(places.CITIES[key]) if key in places.CITIES else None,
    "zips": lambda key: places.row(places.ZIPS[key]) if key in places.ZIPS else None,
    "geo_markets": lambda key: places.row(places.MARKETS[key]) if key in places.MARKETS else None,
}


def _geo_meta(params: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, read in _META.items():
        rows = {key: read(key) for key in _listed(params, name)}
        if rows:
            found[name] = {key: one for key, one in rows.items() if one}
    return found


def _locales(params: dict[str, Any]) -> Rows:
    asked = _word(params)
    found = [{"key": key, "name": name} for key, name in places.LOCALES.items() if matches(name, asked)]
    return found[: _most(params)]


def _interests(params: dict[str, Any]) -> Rows:
    asked = _word(params, needed=True)
    found = [one for one in interests.CLASSES["interests"] if matches(one.name, asked)]
    return [interests.interest_row(one) for one in found[: _most(params)]]


def _suggestions(params: dict[str, Any]) -> Rows:
    """Of the same topics as the ones named."""
    named = set(_listed(params, "interest_list"))
    if not named:
        raise GraphError("required", name="interest_list")
    every = interests.CLASSES["interests"]
    topics = {one.topic for one in every if one.name in named or one.id in named}
    found = [one for one in every if one.topic in topics and one.name not in named and one.id not in named]
    return [interests.interest_row(one) for one in found[: _most(params, 25)]]


def _valid(params: dict[str, Any]) -> Rows:
    names, ids = _listed(params, "interest_list"), _listed(params, "interest_fbid_list")
    if not names and not ids:
        raise GraphError("required", name="interest_list")
    by_name = {one.name: one for one in interests.CLASSES["interests"]}
    found = [_judged({"name": name}, by_name.get(name)) for name in names]
    return found + [_judged({"id": id}, interests.BY_ID.get(id)) for id in ids]


def _judged(asked: dict[str, Any], option: interests.Option | None) -> dict[str, Any]:
    if option is None:
        return {**asked, "valid": False}
    return {**interests.interest_row(option), "valid": True}


def _classes(params: dict[str, Any]) -> Rows:
    """``q`` is ignored (documented)."""
    name = str(params.get("class") or "")
    if name not in interests.CLASSES:
        raise GraphError("param", name="class", what="one of {" + ", ".join(sorted(interests.CLASSES)) + "}")
    found = interests.CLASSES[name]
    return [interests.row(one) for one in found[: _most(params, len(found))]]


def _by_name(kind: str) -> Callable[[dict[str, Any]], Rows]:
    def read(params: dict[str, Any]) -> Rows:
        asked = _word(params, needed=True)
        found = [one for one in interests.LISTED[kind] if matches(one[1], asked)]
        return [{"id": id, "name": name, "coverage": people} for id, name, people in found[: _most(params)]]

    return read


def _radius(params: dict[str, Any]) -> Rows:
    for name in ("latitude", "longitude"):
        if params.get(name) in (None, ""):
            raise GraphError("required", name=name)
    unit = str(params.get("distance_unit") or "mile")
    if unit not in ("mile", "kilometer"):
        raise GraphError("param", name="distance_unit", what="one of {kilometer, mile}")
    return [{"suggested_radius": 10 if unit == "mile" else 16, "distance_unit": unit}]


def _statuses(params: dict[str, Any]) -> Rows:
    ids = _listed(params, "targeting_option_list")
    if not ids:
        raise GraphError("required", name="targeting_option_list")
    return [{"id": id, "current_status": "NORMAL" if id in interests.BY_ID else "UNKNOWN"} for id in ids]


_VERBS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "adgeolocation": _geo,
    "adgeolocationmeta": _geo_meta,
    "adcountry": _only("country"),
    "adregion": _only("region"),
    "adcity": _only("city"),
    "adzipcode": _only("zip"),
    "adlocale": _locales,
    "adinterest": _interests,
    "adinterestsuggestion": _suggestions,
    "adinterestvalid": _valid,
    "adtargetingcategory": _classes,
    "adradiussuggestion": _radius,
    "targetingoptionstatus": _statuses,
    **{kind: _by_name(kind) for kind in interests.LISTED},
}
