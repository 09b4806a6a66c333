"""Ads and ad sets that a matrix makes, put into each layer of a campaign file as if they were written out. Pure.

What is made many of is the one ad of `ad:`, and the one ad set of the short form, with what each layer says of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.kinds.delivery.layers import (
    ad_written_out,
    is_short,
    mapping_keys,
    over,
    parts_of,
    with_parts,
    written_out,
)
from reconciler.kinds.delivery.presets import MAIN
from reconciler.kinds.delivery.words import long_form_in
from reconciler.kinds.file_kind import Spread
from reconciler.kinds.merging import without
from reconciler.kinds.variables import REFERENCE, Combination
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

AD_SETS, ADS = "ad_sets", "ads"


def spread(layers: Sequence[Document], made: Mapping[str, Sequence[Combination]]) -> Spread:
    """`made`: by word, what a matrix makes of ad sets and ads."""
    found = Spread(list(layers))
    if AD_SETS not in made and ADS not in made:
        return found
    short = any(map(is_short, layers)) or not any(AD_SETS in layer.data for layer in layers)
    if AD_SETS in made and not short:
        origin = made[AD_SETS][0].origin
        mend = (
            "write its fields beside the campaign's name, without ad_sets:, and what the ads have in common below ad:"
        )
        found.problems.append(Problem(origin, "a matrix makes ad sets of the one ad set of the short form", mend))
        return found
    if ADS in made and (problem := _ads_written(layers, made[ADS][0].origin)):
        found.problems.append(problem)
        return found
    found.layers = [_full(layer, short=short) for layer in layers]
    if AD_SETS in made:
        _put_ad_sets(found, made[AD_SETS])
    if ADS in made:
        _put_ads(found, made[ADS])
    return found


def _ads_written(layers: Sequence[Document], origin: Origin) -> Problem | None:
    for layer in layers:
        for path in [(ADS,), *((AD_SETS, key, ADS) for key in mapping_keys(layer.data.get(AD_SETS)))]:
            if layer.value(path) is not None:
                here = layer.keys.get(path, layer.origin(path))
                said = f"ads: beside the matrix at {origin}, which makes the ads of one ad:"
                mend = "write ad: in place of ads:, with what all ads have in common below it and no key between"
                return Problem(here, said, mend)
    return None


def _full(layer: Document, *, short: bool) -> Document:
    written = written_out(layer, short=short)
    return with_parts(written, AD_SETS, {k: ad_written_out(part) for k, part in parts_of(written, AD_SETS).items()})


def _put_ad_sets(found: Spread, combinations: Sequence[Combination]) -> None:
    found.nearer |= {(AD_SETS, one.key): one.variables for one in combinations}
    last = len(found.layers) - 1
    parts = [parts_of(layer, AD_SETS).get(MAIN) for layer in found.layers]
    for at, layer in enumerate(found.layers):
        made = {}
        for one in combinations:
            part = parts[at]
            if at == last:
                part = _with_fields(found, part, one, _explicit(parts, one))
            if part is not None:
                made[one.key] = part
        found.layers[at] = _in_place(layer, (AD_SETS,), made)


def _put_ads(found: Spread, combinations: Sequence[Combination]) -> None:
    last = len(found.layers) - 1
    ad_sets = [parts_of(layer, AD_SETS) for layer in found.layers]
    keys = list(dict.fromkeys(key for parts in ad_sets for key in parts)) or [MAIN]
    for key in keys:
        found.nearer |= {(AD_SETS, key, ADS, one.key): one.variables for one in combinations}
        parts = [parts_of(each[key], ADS).get(MAIN) if key in each else None for each in ad_sets]
        for at in range(len(found.layers)):
            made = {}
            for one in combinations:
                part = parts[at]
                if at == last:
                    part = _with_fields(found, part, one, _explicit(parts, one))
                if part is not None:
                    made[one.key] = part
            found.layers[at] = _in_place(found.layers[at], (AD_SETS, key, ADS), made)


def _explicit(parts: Sequence[Document | None], one: Combination) -> frozenset[str]:
    """Fields in which a layer itself puts the value into a text: `name: Spring ${video}`."""

    def refers(value: Any, name: str) -> bool:
        return isinstance(value, str) and any(match["name"] == name for match in REFERENCE.finditer(value))

    return frozenset(
        name for name in one.fields.data for part in parts if part is not None and refers(part.data.get(name), name)
    )


def _with_fields(found: Spread, part: Document | None, one: Combination, explicit: frozenset[str]) -> Document:
    fields = one.fields
    for name in explicit:
        fields = without(fields, (name,))
    for name in fields.data:
        written = ((name,) if name in part.data else long_form_in(part.data, name)) if part is not None else ()
        if part is not None and written:
            here = part.keys.get(written, part.origin(written))
            long = ".".join(written)
            said = f"{long} is written here, and the matrix says it ({fields.keys.get((name,), one.origin)})"
            problem = Problem(here, said, f"delete it here, or take {name} out of the matrix")
            if problem not in found.problems:
                found.problems.append(problem)
    whole = over(part, fields) if part is not None else fields
    return Document(whole.data, {**whole.values, (): one.origin}, whole.keys)


def _in_place(layer: Document, path: tuple[str, ...], made: Mapping[str, Document]) -> Document:
    """The layer with these below `path` in place of what stands there."""
    if not made and layer.value(path) is None:
        return layer
    origin = layer.origin(path)
    less = without(layer, path) if layer.value(path) is not None else layer
    data = _set(less.data, path, {key: part.data for key, part in made.items()})
    values, keys = dict(less.values), dict(less.keys)
    for size in range(1, len(path) + 1):
        values.setdefault(path[:size], origin)
    for key, part in made.items():
        values |= {(*path, key, *at): place for at, place in part.values.items()}
        keys |= {(*path, key, *at): place for at, place in part.keys.items() if at}
    return Document(data, values, keys)


def _set(data: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    if len(path) == 1:
        return {**data, path[0]: value}
    return {**data, path[0]: _set(data.get(path[0]) or {}, path[1:], value)}


def with_fields(file: Document, one: Combination, layers: Sequence[Document]) -> tuple[Document, list[Problem]]:
    """The file of one campaign that a matrix makes."""
    found = Spread([])
    whole = _with_fields(found, file, one, _explicit(layers, one))
    return Document(whole.data, {**whole.values, (): file.origin(())}, whole.keys), found.problems


# ---- built-in names

LEVEL_NAMES = frozenset({"campaign", "objective", "countries", "ad_set", "ad"})


def names_at(document: Document, path: KeyPath, key: str) -> dict[str, Any]:
    """What built-in names stand for at a place of a merged document; `key` is the campaign's."""
    ad_set = str(path[1]) if path[:1] == (AD_SETS,) and len(path) > 2 else ""
    ad = str(path[3]) if len(path) > 4 and path[2] == ADS else ""
    found: dict[str, Any] = {"campaign": key, "ad_set": ad_set, "ad": ad}
    objective = document.data.get("objective")
    if isinstance(objective, str) and "${" not in objective and path != ("objective",):
        found["objective"] = objective.removeprefix("OUTCOME_")
    levels = [document.value((AD_SETS, ad_set))] if ad_set else [*_levels(document.data.get(AD_SETS))]
    countries = list(dict.fromkeys(code for level in levels for code in _countries(level)))
    if countries and "countries" not in path:
        found["countries"] = countries
    return {name: value for name, value in found.items() if value}


def _levels(ad_sets: Any) -> Iterator[Any]:
    yield from ad_sets.values() if isinstance(ad_sets, dict) else ()


def _countries(level: Any) -> list[str]:
    if not isinstance(level, dict):
        return []
    targeting = level.get("targeting")
    places = targeting.get("geo_locations") if isinstance(targeting, dict) else None
    long = places.get("countries") if isinstance(places, dict) else None
    codes = level.get("countries") or long
    return [code for code in codes if isinstance(code, str) and "${" not in code] if isinstance(codes, list) else []
