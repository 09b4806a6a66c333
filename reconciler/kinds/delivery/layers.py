"""Layers of a campaign file, lowest precedence first: project defaults, preset, templates in order, the file itself.

Works on plain data with positions, before anything is typed, so that every value keeps the place it came from.
The short form is written out here too: after it, every campaign has `ad_sets`, and every ad set has `ads`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reconciler.kinds.delivery.ad_set import AdSetSettings
from reconciler.kinds.delivery.presets import MAIN, PRESETS, preset_of
from reconciler.kinds.delivery.words import ALTERNATIVES, DELIVERY, TO_ADS, give_way
from reconciler.kinds.merging import NOTHING, as_one, at, from_code, merge, without
from reconciler.model.document import Document, KeyPath
from reconciler.model.light import light
from reconciler.model.problem import Origin

SETTINGS = tuple(AdSetSettings.model_fields)
"""What the short form writes on the campaign for its only ad set."""


def is_short(document: Document) -> bool:
    """Whether a campaign document, with its template, has `ad` or `ads` in place of `ad_sets`."""
    return "ad_sets" not in document.data and any(isinstance(document.data.get(name), dict) for name in ("ad", "ads"))


def written_out(document: Document, *, short: bool | None = None) -> Document:
    """The full form of a campaign document: `ad` and `ads` become the ad set `main`.

    `short` says whether it is the short form where the document is only one layer of a campaign.
    """
    if not (is_short(document) if short is None else short):
        return document
    campaign = ad_written_out(document)
    moved = [key for key in (*SETTINGS, "ads") if key in campaign.data]
    return _move(campaign, {(key,): ("ad_sets", MAIN, key) for key in moved})


def ad_written_out(level: Document) -> Document:
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


@light(frozen=True)
class Layer:
    """What one document says of a campaign; `ad_set` and `ad` hold for all of the campaign's."""

    campaign: Document
    ad_set: Document
    ad: Document
    ad_sets: dict[str, Document] = field(default_factory=dict)
    ads: dict[str, dict[str, Document]] = field(default_factory=dict)
    to_ad_sets: Document = field(init=False)
    """What the campaign says for its ad sets."""
    to_ads: Document = field(init=False)
    """What the campaign, and `ad_set`, say for ads."""
    of_ad_sets: dict[str, Document] = field(init=False)
    """What each ad set says for its ads."""

    def __post_init__(self) -> None:
        # Once a layer: there may be thousands of ads to hand this to.
        to_ads = over(_only(self.campaign, TO_ADS), _only(self.ad_set, TO_ADS))
        object.__setattr__(self, "to_ad_sets", _only(self.campaign, DELIVERY))
        object.__setattr__(self, "to_ads", to_ads)
        object.__setattr__(self, "of_ad_sets", {key: _only(part, TO_ADS) for key, part in self.ad_sets.items()})

    @classmethod
    def of_fields(cls, document: Document) -> Layer:
        """A layer of `campaign`, `ad_set` and `ad`: the project's defaults, or a preset."""
        return cls(at(document, "campaign"), at(document, "ad_set"), at(document, "ad"))

    @classmethod
    def of_campaign(cls, document: Document) -> Layer:
        campaign, parts = taken_apart(document, "ad_sets")
        apart = {key: taken_apart(ad_written_out(part), "ads") for key, part in parts.items()}
        ad_sets = {key: ad_set for key, (ad_set, _) in apart.items()}
        return cls(
            campaign, _nothing(document), _nothing(document), ad_sets, {key: ads for key, (_, ads) in apart.items()}
        )


def layered(file: Document, templates: Sequence[Document], defaults: Document) -> Document:
    """One campaign file with everything below it merged in, in the full form.

    What a document says beats all that lower documents say, at whatever level; within one document an ad beats its ad
    set, and an ad set its campaign.
    """
    own = as_one((*templates, file))
    short = is_short(own)
    said = defaults.data.get("campaign")
    below = _below(defaults, preset_of({**(said if isinstance(said, dict) else {}), **own.data}))
    layers = [Layer.of_campaign(written_out(each, short=short)) for each in (*templates, file)]
    campaign = _campaign(below.campaign, layers)
    ad_sets = {key: _ad_set(campaign, key, below, layers) for key in mapping_keys(campaign.data.get("ad_sets"))}
    return with_parts(campaign, "ad_sets", ad_sets)


@dataclass(frozen=True)
class Below:
    """What every file of an account starts from: a campaign, each of its ad sets, each of their ads."""

    campaign: Document
    ad_set: Document
    ad: Document


@lru_cache(maxsize=len(PRESETS))
def _below(defaults: Document, preset: str) -> Below:
    layers = [Layer.of_fields(defaults), Layer.of_fields(from_code(f"preset {preset}", PRESETS[preset]))]
    nothing = _nothing(defaults)
    return Below(_campaign(nothing, layers), _of_ad_set(nothing, "", layers), _of_ad(nothing, "", "", layers))


def idle_defaults(project: Document, presets: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    """What the project's defaults say, and nothing takes from there: each of these presets, which are those of all
    files, says it itself. By its path, with the name of what is said."""
    defaults = at(project, "defaults")
    taken = set[Origin]()
    for preset in presets:
        below = _below(defaults, preset)
        taken |= {o for p, o in below.campaign.values.items() if p and p[0] not in DELIVERY}
        taken |= {o for part in (below.ad_set, below.ad) for o in part.values.values()}
    for path, origin in defaults.values.items():
        value = defaults.value(path)
        is_leaf = len(path) > 1 and not isinstance(value, dict) and not any(isinstance(step, int) for step in path)
        if presets and is_leaf and origin not in taken and not _is_said(path, value, presets):
            yield ("defaults", *path), ".".join(map(str, path[1:]))


def _is_said(path: KeyPath, value: Any, presets: Collection[str]) -> bool:
    """Whether each of the presets says the very same."""
    return all(any(part.get(str(path[-1])) == value for part in PRESETS[preset].values()) for preset in presets)


def taken_away(file: Document, templates: Sequence[Document], defaults: Document) -> set[Origin]:
    """Places of each `key: ~` that takes away what a document below its own says."""
    layers = [*templates, file]
    if not any(origin.written == NOTHING for layer in layers for origin in layer.values.values()):
        return set()
    merged = layered(file, templates, defaults)
    below = {}
    for size, layer in enumerate(layers):
        # Of this layer and those above it only the shape: what is below it then says all the rest.
        frame = _frame(as_one(layers[size:]))
        below[layer.origin(()).file] = layered(frame, layers[:size], defaults)
    return {
        origin
        for path, origin in merged.values.items()
        if origin.written == NOTHING and merged.value(path) is None
        if origin.file in below and below[origin.file].value(path) is not None
    }


PARTS = frozenset(["ad", "ads", "ad_sets"])


def _frame(file: Document) -> Document:
    """Of a file only what makes its shape: which ad sets and ads there are, and what its preset follows from."""
    data = {name: value for name, value in file.data.items() if name in ("preset", "objective")}
    return Document({**data, **_shape(file.data)}, file.values, file.keys)


def _shape(level: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shape_of(name, level[name]) for name in PARTS & set(level) if isinstance(level[name], dict)}


def _shape_of(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    return {} if name == "ad" else {key: _shape(each) for key, each in part.items() if isinstance(each, dict)}


def _campaign(found: Document, layers: list[Layer]) -> Document:
    for layer in layers:
        budgets_below = any(_budgets(part) for part in (layer.ad_set, *layer.ad_sets.values()))
        if budgets_below and not _budgets(layer.campaign):
            found = _less(found, BUDGETS)
        found = over(found, layer.campaign)
    return found


def _ad_set(campaign: Document, key: str, below: Below, layers: list[Layer]) -> Document:
    found = _of_ad_set(below.ad_set, key, layers)
    ads = {ad: _ad(found, key, ad, below, layers) for ad in mapping_keys(found.data.get("ads"))}
    return _standing_at(with_parts(found, "ads", ads), campaign.origin(("ad_sets", key)))


def _of_ad_set(found: Document, key: str, layers: list[Layer]) -> Document:
    for layer in layers:
        whole = layer.campaign
        dropped = (*(BUDGETS if _budgets(whole) else ()), *(("bid_strategy",) if "bid_strategy" in whole.data else ()))
        found = _less(found, dropped)
        for part in (layer.to_ad_sets, layer.ad_set, layer.ad_sets.get(key)):
            found = over(found, part) if part else found
    return found


def _ad(ad_set: Document, key: str, ad: str, below: Below, layers: list[Layer]) -> Document:
    return _standing_at(_of_ad(below.ad, key, ad, layers), ad_set.origin(("ads", ad)))


def _of_ad(found: Document, key: str, ad: str, layers: list[Layer]) -> Document:
    for layer in layers:
        for part in (layer.to_ads, layer.of_ad_sets.get(key), layer.ad, layer.ads.get(key, {}).get(ad)):
            found = over(found, part) if part else found
    return found


BUDGETS = ALTERNATIVES[0]


def over(base: Document, higher: Document) -> Document:
    """One level of two layers merged: what the higher one says in another form is not said twice."""
    return merge(give_way(base, higher), higher) if higher.data else base


def _budgets(level: Document) -> bool:
    return any(level.data.get(name) is not None for name in BUDGETS)


def _less(document: Document, names: Iterable[str]) -> Document:
    for name in names:
        document = without(document, (name,))
    return document


def _nothing(document: Document) -> Document:
    return Document({}, {(): document.origin(())}, {})


def _standing_at(document: Document, origin: Origin) -> Document:
    return Document(document.data, {**document.values, (): origin}, document.keys)


def parts_of(document: Document, name: str) -> dict[str, Document]:
    """The mappings below `name`, each a document of its own."""
    return taken_apart(document, name)[1]


def taken_apart(document: Document, name: str) -> tuple[Document, dict[str, Document]]:
    """The document with nothing in the mappings below `name`, and these, each a document of its own. Goes over the
    positions once, however many there are."""
    level = document.data.get(name)
    if not isinstance(level, dict):
        return document, {}
    parts = {key: Document(level[key], {}, {}) for key in mapping_keys(level)}
    rest = Document({**document.data, name: {key: {} if key in parts else level[key] for key in level}}, {}, {})
    for table in ("values", "keys"):
        left, taken = getattr(rest, table), {key: getattr(part, table) for key, part in parts.items()}
        for path, origin in getattr(document, table).items():
            part = taken.get(path[1]) if len(path) > 1 and path[0] == name else None
            if part is not None:
                part[path[2:]] = origin
            if part is None or len(path) == 2:
                left[path] = origin
    for key, part in parts.items():
        part.values.setdefault((), document.origin((name, key)))
    return rest, parts


def mapping_keys(value: Any) -> list[str]:
    return [k for k, v in value.items() if isinstance(v, dict)] if isinstance(value, dict) else []


def _only(document: Document, names: Iterable[str]) -> Document:
    kept = {name: document.data[name] for name in names if name in document.data}
    if not kept:
        return _nothing(document)
    below = {p: o for p, o in document.values.items() if p[:1] and p[0] in kept}
    return Document(
        data=kept,
        values={(): document.origin(()), **below},
        keys={p: o for p, o in document.keys.items() if p[:1] and p[0] in kept},
    )


def with_parts(document: Document, name: str, parts: Mapping[str, Document]) -> Document:
    """The document with other mappings below `name`; their keys stay where they are written."""
    if not parts:
        return document

    def is_kept(path: KeyPath) -> bool:
        return len(path) < 2 or path[0] != name or path[1] not in parts

    below = {key: part.data for key, part in parts.items()}
    values = {p: o for p, o in document.values.items() if is_kept(p)}
    keys = {p: o for p, o in document.keys.items() if is_kept(p) or len(p) == 2}
    for key, part in parts.items():
        paths = {p: (name, key, *p) for p in part.values}  # those of the keys, too: there are thousands of each
        values.update({paths[p]: o for p, o in part.values.items()})
        keys.update({paths.get(p) or (name, key, *p): o for p, o in part.keys.items()})
    return Document({**document.data, name: {**document.data[name], **below}}, values, keys)
