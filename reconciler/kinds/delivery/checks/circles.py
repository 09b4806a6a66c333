"""Circles on a map: pins and cities with a radius. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

UNITS = ("kilometer", "mile")
SAID_UNITS = {
    **dict.fromkeys("km kms kilometers kilometre kilometres k".split(), "kilometer"),
    **dict.fromkeys("mi miles mls".split(), "mile"),
}
RANGES: Mapping[tuple[str, str], tuple[float, float]] = {
    ("cities", "kilometer"): (17, 80),
    ("cities", "mile"): (10, 50),
    ("custom_locations", "kilometer"): (1, 80),
    ("custom_locations", "mile"): (0.63, 50),
}
"""A city's least radius is told by clients of the API, the rest is what Ads Manager offers. Beyond them a circle may
reach nobody."""
PARTS = ("geo_locations", "excluded_geo_locations")
POLE, DATE_LINE = 90, 180
"""The farthest latitude and longitude."""


@dataclass(frozen=True)
class Circle:
    kind: str
    path: KeyPath
    place: Mapping[str, Any]


def _circles(scope: Scope) -> Iterator[Circle]:
    for path, ad_set in scope.ad_sets():
        for part in PARTS:
            places = (ad_set.targeting or {}).get(part)
            for kind in ("cities", "custom_locations"):
                listed = places.get(kind) if isinstance(places, dict) else None
                for i, place in enumerate(listed if isinstance(listed, list) else ()):
                    if isinstance(place, dict):
                        yield Circle(kind, (*path, "targeting", part, kind, i), place)


def circles(scope: Scope) -> Iterator[Problem]:
    """Places that are nowhere, and radii that are none."""
    for circle in _circles(scope):
        yield from _radius(scope, circle)
        if circle.kind == "custom_locations":
            yield from _position(scope, circle)


def _radius(scope: Scope, circle: Circle) -> Iterator[Problem]:
    radius, unit = circle.place.get("radius"), circle.place.get("distance_unit")
    size = _number(radius)
    if radius is not None and (size is None or size < 0):
        low, _ = RANGES[circle.kind, _unit(unit) or "kilometer"]
        yield scope.problem((*circle.path, "radius"), f"radius: {radius!r} is no distance", f"write radius: {low:g}")
    if unit is not None and unit not in UNITS:
        meant = _unit(unit)
        mend = f"did you mean {meant}?" if meant else "write distance_unit: kilometer, or mile"
        yield scope.problem((*circle.path, "distance_unit"), f"Meta knows no distance_unit {unit!r}", mend)
    if circle.kind == "cities" and radius is not None and unit is None:
        message = f"radius: {radius} of what? Meta has to be told"
        yield scope.problem((*circle.path, "radius"), message, "add distance_unit: kilometer, or mile")


def _position(scope: Scope, circle: Circle) -> Iterator[Problem]:
    latitude, longitude = (_number(circle.place.get(name)) for name in ("latitude", "longitude"))
    if latitude is not None and abs(latitude) > POLE:
        message = f"latitude: {latitude:g} is beyond the pole: it goes from -{POLE} to {POLE}"
        mend = f"write the latitude of the place, from -{POLE} to {POLE}"
        if longitude is not None and abs(longitude) <= POLE and abs(latitude) <= DATE_LINE:
            mend = f"swap the two: latitude: {longitude:g}, longitude: {latitude:g}"
        yield scope.problem((*circle.path, "latitude"), message, mend)
    elif longitude is not None and abs(longitude) > DATE_LINE:
        message = f"longitude: {longitude:g} is nowhere: it goes from -{DATE_LINE} to {DATE_LINE}"
        mend = f"write the longitude of the place, from -{DATE_LINE} to {DATE_LINE}"
        yield scope.problem((*circle.path, "longitude"), message, mend)


def doubtful_circles(scope: Scope) -> Iterator[Problem]:
    """Warnings: radii that Meta may refuse, or for which it finds nobody, and a pin without a unit."""
    for circle in _circles(scope):
        size, unit = _number(circle.place.get("radius")), circle.place.get("distance_unit")
        if size is not None and unit is None and circle.kind == "custom_locations":
            message = f"radius: {size:g} of what? Nothing says whether miles or kilometers are meant"
            yield scope.problem((*circle.path, "radius"), message, "add distance_unit: kilometer, or mile")
        if size is None or size < 0 or unit not in UNITS:
            continue
        low, high = RANGES[circle.kind, unit]
        if not low <= size <= high:
            pin = ", or a pin in custom_locations, which may be smaller" if circle.kind == "cities" else ""
            message = f"radius: Meta may take {low:g} to {high:g} {unit}s here, not {size:g}"
            mend = f"write a radius from {low:g} to {high:g}{pin if size < low else ''}"
            yield scope.problem((*circle.path, "radius"), message, mend)


def _unit(said: Any) -> str:
    letters = re.sub("[^a-z]", "", str(said)[:40].lower())
    return letters if letters in UNITS else SAID_UNITS.get(letters, "")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    with suppress(ValueError, OverflowError):
        return float(value)
    return None
