"""What a targeting spec says twice, or says and takes back: places in each other, places and audiences that are both
included and excluded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reconciler.kinds.delivery.ad_set import PLACES_WITH_A_COUNTRY, AdSetSpec
from reconciler.kinds.targeting_fields import is_place
from reconciler.kinds.wire import AUDIENCE_KEYS
from reconciler.model.document import KeyPath
from reconciler.model.light import light
from reconciler.model.problem import Problem
from reconciler.model.values import canonical_json

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

PREFIX = re.compile("([A-Z]{2}):.")
"""Of a postcode's key, `US:94304`."""


@light(frozen=True)
class Place:
    """`path` begins below the part of the spec that it stands in."""

    path: KeyPath
    kind: str
    country: str
    written: Any

    @property
    def said(self) -> str:
        return canonical_json([self.kind, self.written])


PLACES_WITHIN = ("countries", *PLACES_WITH_A_COUNTRY)
"""What lies in a country, or is one."""


def _places(part: Any) -> list[Place]:
    """Countries, and whatever lies in one by its own word."""
    if not isinstance(part, Mapping):
        return []
    found = []
    for kind in (each for each in PLACES_WITHIN if each in part):
        for i, each in enumerate(part[kind] if isinstance(part[kind], list) else ()):
            country = each if kind == "countries" else _country_of(each)
            found.append(Place((kind, i), kind, str(country), each))
    return found


def _country_of(place: Any) -> str:
    named, key = (place.get("country"), place.get("key")) if isinstance(place, Mapping) else (None, place)
    prefix = PREFIX.match(str(key))
    return str(named) if named else prefix[1] if prefix else ""


def _parts(ad_set: AdSetSpec) -> tuple[list[Place], list[Place]]:
    targeting = ad_set.composed_targeting
    return _places(targeting.get("geo_locations")), _places(targeting.get("excluded_geo_locations"))


def overlaps(scope: Scope) -> Iterator[Problem]:
    """Places in a country that is named too (1487756), and places of which exclusions leave nothing."""
    for path, ad_set in scope.ad_sets():
        shown, hidden = _parts(ad_set)
        whole = {place.country for place in shown if place.kind == "countries"}
        within = {
            place.kind: place for place in reversed(shown) if place.kind != "countries" and place.country in whole
        }
        for kind, place in within.items():
            message = (
                f"{kind} of {place.country} beside countries: [{place.country}]: Meta takes no places that overlap"
            )
            others = f"{place.country} from countries" if len(whole) > 1 else "countries"
            mend = f"remove {kind} where all of {place.country} is meant, or {others} where these places alone are"
            yield scope.problem((*path, "targeting", "geo_locations", *place.path), message, mend)
        taken = {place.country for place in hidden if place.kind == "countries"}
        if shown and taken and all(place.country in taken for place in shown) and _says_all(ad_set):
            last = next(place for place in hidden if place.country == shown[-1].country)
            message = f"{last.country} is excluded, and nothing is left where the ads may run"
            mend = f"remove {last.country} here, or write other places where the ads run"
            yield scope.problem((*path, "targeting", "excluded_geo_locations", *last.path), message, mend)


def _says_all(ad_set: AdSetSpec) -> bool:
    """Whether all its places have a country: a group of countries, say, has none."""
    places = ad_set.composed_targeting.get("geo_locations") or {}
    return {name for name, value in places.items() if value and is_place(name)} <= set(PLACES_WITHIN)


def doubtful_overlaps(scope: Scope) -> Iterator[Problem]:
    """Warnings: a place or an audience that is included and excluded at once, while others are left."""
    for path, ad_set in scope.ad_sets():
        here = (*path, "targeting")
        shown, hidden = _parts(ad_set)
        included = {place.said for place in shown} if hidden else set()
        some_are_left = bool(included - {place.said for place in hidden})
        for place in hidden if some_are_left else ():
            if place.said in included:
                at = (*here, "excluded_geo_locations", *place.path)
                yield scope.problem(
                    at, f"{place.kind}: this is included, too", "remove it here, or where it is included"
                )
        targeting = ad_set.targeting or {}
        for name in AUDIENCE_KEYS:
            for said, i in _twice(targeting.get(name)):
                yield scope.problem((*here, name, i), f"audience {said} stands twice", "remove it here")
        audiences = _ids(targeting.get("custom_audiences"))
        for name, i in _ids(targeting.get("excluded_custom_audiences")).items():
            if name in audiences:
                at = (*here, "excluded_custom_audiences", i)
                yield scope.problem(at, f"audience {name} is included, too", "remove it here, or from custom_audiences")


def _twice(audiences: Any) -> Iterator[tuple[str, int]]:
    """What stands before in the list, with its place."""
    seen: set[str] = set()
    for i, each in enumerate(audiences if isinstance(audiences, list) else ()):
        for said in _ids([each]):
            if said in seen:
                yield said, i
            seen.add(said)


def _ids(audiences: Any) -> dict[str, int]:
    listed = audiences if isinstance(audiences, list) else []
    ids = {i: each["id"] if isinstance(each, Mapping) and "id" in each else each for i, each in enumerate(listed)}
    return {each: i for i, each in ids.items() if isinstance(each, str)}
