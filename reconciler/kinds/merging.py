"""Documents merged and taken apart, with the place of every key and value kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin

NOTHING = "~"
"""How a file takes away what a lower layer says."""


def from_code(name: str, data: Mapping[str, Any]) -> Document:
    """A layer that stands in the program, not in a file."""
    return Document(data=dict(data), values={(): Origin(name)}, keys={})


def merge(base: Document, over: Document) -> Document:
    """Mappings merge key by key; every other value of `over` replaces that of `base`, position and all."""
    values, keys = dict(base.values), dict(base.keys)
    data = _merge_mapping(base.data, over.data, (), (values, keys), over)
    # A level of the base may have a key where it stands, such as campaign: of the project's defaults.
    keys.pop((), None)
    values[()] = over.origin(())
    return Document(data=data, values=values, keys=keys)


def as_one(layers: Sequence[Document]) -> Document:
    """Layers merged key by key, lowest first; there is one at least."""
    found = layers[0]
    for layer in layers[1:]:
        found = merge(found, layer)
    return found


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
    key = layer.keys.get(path)
    values[path] = layer.values.get(path) or key or layer.origin(path)
    keys[path] = key or values[path]


def _forget(positions: Positions, path: KeyPath, value: Any) -> None:
    for table in positions:
        table.pop(path, None)
    for step, item in _items(value):
        _forget(positions, (*path, step), item)


def _place_all(positions: Positions, layer: Document, path: KeyPath, value: Any) -> None:
    _place(positions, layer, path)
    if isinstance(value, dict | list):
        for step, item in _items(value):
            _place_all(positions, layer, (*path, step), item)


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def less_nothing(value: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without each `key: ~`, and without what is empty by that: it stands for what a layer takes away."""
    found = {}
    for key, each in value.items():
        less = less_nothing(each) if isinstance(each, dict) else each
        if less is not None and (less or less == each):
            found[key] = less
    return found


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


def positions_below(positions: Mapping[KeyPath, Origin], path: KeyPath) -> dict[KeyPath, Origin]:
    """Of the value at `path`, `()`, and of what is in it."""
    size = len(path)
    return {at[size:]: origin for at, origin in positions.items() if at[:size] == path}


def holds(level: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(level, dict) or step not in level:
            return False
        level = level[step]
    return True


def without(document: Document, path: tuple[str, ...]) -> Document:
    """The document less `path`, and less the mappings that this leaves empty."""
    if not holds(document.data, path):
        return document
    while len(path) > 1 and len(below(document.data, path[:-1])) == 1:
        path = path[:-1]
    size = len(path)
    return Document(
        _cut(document.data, path),
        {p: o for p, o in document.values.items() if p[:size] != path},
        {p: o for p, o in document.keys.items() if p[:size] != path},
    )


def _cut(data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    if len(path) == 1:
        return {k: v for k, v in data.items() if k != path[0]}
    return {**data, path[0]: _cut(data[path[0]], path[1:])}


def below(data: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        data = data[step]
    return data
