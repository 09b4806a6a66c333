"""Layers of a campaign file, lowest precedence first: project defaults, preset, template, the file itself.

Works on plain data with positions, before anything is typed, so that every value keeps the place it came from.
The short form is written out here too: after it, every campaign has `ad_sets`, and every ad set has `ads`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.document import Document, KeyPath
from reconciler.model import Origin

MAIN = "main"

PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "advantage_plus_sales": {
        "campaign": {
            "preset": "advantage_plus_sales",
            "objective": "OUTCOME_SALES",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        },
        "ad_set": {
            "optimization_goal": "OFFSITE_CONVERSIONS",
            "billing_event": "IMPRESSIONS",
            "conversion_event": "PURCHASE",
            "advantage_audience": True,
            "countries": ["SG"],
        },
        "ad": {},
    },
    "none": {"campaign": {}, "ad_set": {}, "ad": {}},
}

DELIVERY = (
    "countries",
    "conversion_event",
    "advantage_audience",
    "page",
    "pixel",
    "catalog",
    "instagram_user",
    "url_tags",
)
"""Written on a campaign, these hold for its ad sets."""

TO_ADS = ("page", "instagram_user", "url_tags")
"""Of those, the ones that an ad inherits."""

SETTINGS = (
    "optimization_goal",
    "billing_event",
    "bid_amount",
    "bid_constraints",
    "targeting",
    "promoted_object",
    "destination_type",
    "attribution_spec",
)
"""What the short form writes on the campaign for its only ad set."""


def from_code(name: str, data: Mapping[str, Any]) -> Document:
    """A layer that stands in the program, not in a file."""
    return Document(data=dict(data), values={(): Origin(name)}, keys={})


def merge(base: Document, over: Document) -> Document:
    """Mappings merge key by key; every other value of `over` replaces that of `base`, position and all."""
    values, keys = dict(base.values), dict(base.keys)
    data = _merge_mapping(base.data, over.data, (), (values, keys), over)
    values[()] = over.origin(())
    return Document(data=data, values=values, keys=keys)


Positions = tuple[dict[KeyPath, Origin], dict[KeyPath, Origin]]


def _merge_mapping(
    base: Mapping[str, Any], over: Mapping[str, Any], path: KeyPath, positions: Positions, layer: Document
) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merged[key] = _merge_mapping(base[key], value, here, positions, layer)
            _place(positions, layer, here)
        else:
            merged[key] = value
            if key in base:
                _forget(positions, here, base[key])
            _place_all(positions, layer, here, value)
    return merged


def _place(positions: Positions, layer: Document, path: KeyPath) -> None:
    values, keys = positions
    values[path] = layer.origin(path)
    keys[path] = layer.keys.get(path, layer.origin(path))


def _forget(positions: Positions, path: KeyPath, value: Any) -> None:
    for table in positions:
        table.pop(path, None)
    for step, item in _items(value):
        _forget(positions, (*path, step), item)


def _place_all(positions: Positions, layer: Document, path: KeyPath, value: Any) -> None:
    _place(positions, layer, path)
    for step, item in _items(value):
        _place_all(positions, layer, (*path, step), item)


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def at(document: Document, *path: str) -> Document:
    """The part of a document below `path`, as a document of its own; empty where there is none."""
    data: Any = document.data
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    size = len(path)
    return Document(
        data=data if isinstance(data, dict) else {},
        values={p[size:]: o for p, o in document.values.items() if p[:size] == path} or {(): document.origin(path)},
        keys={p[size:]: o for p, o in document.keys.items() if p[:size] == path},
    )


def preset_of(document: Document) -> str:
    """The preset in force: written, else advantage_plus_sales where no objective is written."""
    written = document.data.get("preset")
    if isinstance(written, str):
        return written if written in PRESETS else "none"
    return "none" if document.data.get("objective") is not None else "advantage_plus_sales"


def written_out(document: Document) -> Document:
    """The full form of a campaign document: `ad` and `ads` become the ad set `main`."""
    campaign = _ad_written_out(document)
    if not isinstance(campaign.data.get("ads"), dict) or "ad_sets" in campaign.data:
        return campaign
    moved = [key for key in (*SETTINGS, "ads") if key in campaign.data]
    return _move(campaign, {(key,): ("ad_sets", MAIN, key) for key in moved})


def _ad_written_out(level: Document) -> Document:
    if isinstance(level.data.get("ad"), dict) and "ads" not in level.data:
        return _move(level, {("ad",): ("ads", MAIN)})
    return level


def _move(document: Document, moves: Mapping[KeyPath, tuple[str, ...]]) -> Document:
    data = {key: value for key, value in document.data.items() if (key,) not in moves}
    for path, target in moves.items():
        below = data
        for step in target[:-1]:
            below = below.setdefault(step, {})
        below[target[-1]] = document.data[str(path[0])]
    values = _moved_positions(document.values, moves)
    for path, target in moves.items():
        for size in range(1, len(target)):
            values.setdefault(target[:size], document.origin(path))
    return Document(data=data, values=values, keys=_moved_positions(document.keys, moves))


def _moved_positions(
    positions: Mapping[KeyPath, Origin], moves: Mapping[KeyPath, tuple[str, ...]]
) -> dict[KeyPath, Origin]:
    moved = {}
    for path, origin in positions.items():
        target = moves.get(path[:1]) if path else None
        moved[(*target, *path[1:]) if target else path] = origin
    return moved


def layered(file: Document, template: Document | None, defaults: Document) -> Document:
    """One campaign file with everything below it merged in, in the full form."""
    own = written_out(merge(template, file) if template else file)
    preset_name = preset_of(merge(at(defaults, "campaign"), own))
    preset = from_code(f"preset {preset_name}", PRESETS[preset_name])
    base = merge(at(defaults, "campaign"), at(preset, "campaign"))
    campaign = merge(base, own)
    ad_set_base = merge(at(defaults, "ad_set"), at(preset, "ad_set"))
    return _with_levels(campaign, ad_set_base, merge(at(defaults, "ad"), at(preset, "ad")))


def _with_levels(campaign: Document, ad_set_base: Document, ad_base: Document) -> Document:
    inherited = _only(campaign, DELIVERY)
    base = merge(ad_set_base, inherited)
    ad_sets = {
        key: _with_ads(merge(base, _ad_written_out(part)), ad_base) for key, part in _parts(campaign, "ad_sets").items()
    }
    return _replace(campaign, "ad_sets", ad_sets)


def _with_ads(ad_set: Document, ad_base: Document) -> Document:
    base = merge(ad_base, _only(ad_set, TO_ADS))
    return _replace(ad_set, "ads", {key: merge(base, part) for key, part in _parts(ad_set, "ads").items()})


def _parts(document: Document, name: str) -> dict[str, Document]:
    """The mappings below `name`, each a document of its own. Goes over the positions once, however many there are."""
    level = document.data.get(name)
    parts = {key: Document(level[key], {}, {}) for key in _mapping_keys(level)} if isinstance(level, dict) else {}
    for table in ("values", "keys"):
        for path, origin in getattr(document, table).items():
            if len(path) > 1 and path[0] == name and path[1] in parts:
                getattr(parts[path[1]], table)[path[2:]] = origin
    for key, part in parts.items():
        part.values.setdefault((), document.origin((name, key)))
    return parts


def _mapping_keys(value: Any) -> list[str]:
    return [k for k, v in value.items() if isinstance(v, dict)] if isinstance(value, dict) else []


def _only(document: Document, names: Iterable[str]) -> Document:
    kept = {name: document.data[name] for name in names if document.data.get(name) is not None}
    below = {p: o for p, o in document.values.items() if p[:1] and p[0] in kept}
    return Document(
        data=kept,
        values={(): document.origin(()), **below},
        keys={p: o for p, o in document.keys.items() if p[:1] and p[0] in kept},
    )


def _replace(document: Document, name: str, parts: Mapping[str, Document]) -> Document:
    """The document with other mappings below `name`; their keys stay where they are written."""
    if not parts:
        return document

    def is_kept(path: KeyPath) -> bool:
        return len(path) < 2 or path[0] != name or path[1] not in parts

    below = {key: part.data for key, part in parts.items()}
    values = {p: o for p, o in document.values.items() if is_kept(p)}
    keys = {p: o for p, o in document.keys.items() if is_kept(p) or len(p) == 2}
    for key, part in parts.items():
        values.update({(name, key, *p): o for p, o in part.values.items()})
        keys.update({(name, key, *p): o for p, o in part.keys.items()})
    return Document({**document.data, name: {**document.data[name], **below}}, values, keys)
