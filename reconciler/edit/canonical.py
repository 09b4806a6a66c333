"""The canonical form of the files below desired/: the order of their keys, and the text of a new one. Pure.

The order is that of the specs (`FIRST`, fields as declared, `LAST`). Keys that a writer chooses, of ads and ad sets,
and those of Meta's own mappings below `targeting` and `raw` have none: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from reconciler.edit.yaml_text import Order, flow, key_text, scalar
from reconciler.kinds import KINDS
from reconciler.kinds.base import Level
from reconciler.kinds.files import FILES, LAYERED
from reconciler.kinds.settings import AccountSpec, DefaultsSpec, ProjectSpec
from reconciler.kinds.spec_tree import has_own_keys, in_order, spec_below
from reconciler.model.document import KeyPath
from reconciler.text.yaml import fits_a_block

WIDTH = 80
"""Characters of a line up to which a short mapping or list stands in brackets."""

SETTINGS: dict[str, tuple[str, type[BaseModel]]] = {
    "project.yaml": ("project", ProjectSpec),
    "accounts": ("account", AccountSpec),
    "templates": ("template", LAYERED.kind.written),
}


def schema_and_spec(file: str) -> tuple[str, type[BaseModel]] | None:
    """The name of its schema and the spec of `desired/…`; None of what nothing reads."""
    steps = file.removesuffix(".yml").removesuffix(".yaml").split("/")
    if steps[0] != "desired" or len(steps) < 2:
        return None
    if steps[1:] == ["project"]:
        return SETTINGS["project.yaml"]
    if steps[1] in SETTINGS:
        return SETTINGS[steps[1]]
    kinds = (each.kind for each in FILES.values())
    return next(((kind.name, kind.written) for kind in kinds if kind.folder == steps[1]), None)


def spec_of(file: str, path: KeyPath) -> type[BaseModel] | None:
    """What the mapping at `path` is one of; None where its keys are the writer's or Meta's."""
    known = schema_and_spec(file)
    model = known[1] if known else None
    steps = list(path)
    while steps and model is not None:
        step = str(steps.pop(0))
        below = _below(model, step)
        if has_own_keys(model, step) and model is not DefaultsSpec:
            if not steps:
                return None
            steps.pop(0)
        elif steps and isinstance(steps[0], int):
            steps.pop(0)
        model = below
    return model


def _below(model: type[BaseModel], step: str) -> type[BaseModel] | None:
    """What `defaults` says of a level is merged before it is typed, so its own type says nothing."""
    return KINDS[step].written if model is DefaultsSpec and step in KINDS else spec_below(model, step)


def order_of(file: str) -> Order:
    """By path within the file, the keys there as a person writes them; () where they keep the order they have."""

    def keys(path: KeyPath) -> Sequence[str]:
        model = spec_of(file, path)
        return in_order(model) if model else ()

    return keys


def sorted_keys(names: Sequence[str], order: Sequence[str]) -> list[str]:
    """Those without a place keep to their neighbours before them: nobody knows where else they would be looked for."""
    if not order:
        return list(names)
    places = {name: at for at, name in enumerate(order)}
    last, ranked = -1, []
    for at, name in enumerate(names):
        last = places.get(name, last)
        ranked.append((last, at, name))
    return [name for _, _, name in sorted(ranked)]


# ---- the text of a new file


def text_of(file: str, tree: Mapping[str, Any], head: str = "") -> str:
    """The whole text of a new `file` (`desired/campaigns/acme-sg/spring.yaml`) that says `tree`.

    `tree` is plain nested data as it is read from YAML: money is `50.00 SGD`, a time `2026-12-01 09:00`, an id a
    string of digits. `head` becomes comments on top, below the line that names the schema. Read again, the text says
    `tree`, its keys in canonical order. Control characters are refused by whoever reads it: take them out before.
    """
    lines = [modeline(file), *(f"# {line}".rstrip() for line in head.splitlines())]
    return "\n".join([*lines, *_mapping(file, (), tree, 0)]) + "\n"


def level_lines(file: str, path: KeyPath, level: Mapping[str, Any], indent: int) -> Iterator[str]:
    """The lines of one mapping of a file, as they stand in a new one."""
    yield from _mapping(file, path, level, indent)


def modeline(file: str) -> str:
    """The first line of a file, which names its schema to an editor."""
    known = schema_and_spec(file)
    name = known[0] if known else "campaign"
    return f"# yaml-language-server: $schema={'../' * file.count('/')}schemas/{name}.schema.json"


def _mapping(file: str, path: KeyPath, value: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key in sorted_keys([*map(str, value)], order_of(file)(path)):
        yield from _entry(file, (*path, key), value[key], indent)


def _entry(file: str, path: KeyPath, value: Any, indent: int) -> Iterator[str]:
    start = f"{' ' * indent}{key_text(path[-1])}:"
    if isinstance(value, (Mapping, list, tuple)) and value:
        short = f"{start} {flow(in_brackets(file, path, value))}"
        if not _is_opened(file, path) and _is_short(value) and len(short) <= WIDTH:
            yield short
        elif isinstance(value, Mapping):
            yield start
            yield from _mapping(file, path, value, indent + 2)
        else:
            yield start
            yield from _items(file, path, value, indent + 2)
    elif isinstance(value, str) and fits_a_block(value):
        yield from _block(start, value, indent + 2)
    else:
        yield f"{start} {flow(value) if isinstance(value, (Mapping, list, tuple)) else scalar(value, None)}"


def in_brackets(file: str, path: KeyPath, value: Any) -> Any:
    """The same with its keys in order."""
    if isinstance(value, Mapping):
        names = sorted_keys([*map(str, value)], order_of(file)(path))
        return {name: in_brackets(file, (*path, name), value[name]) for name in names}
    return [in_brackets(file, (*path, at), item) for at, item in enumerate(value)] if isinstance(value, list) else value


def _items(file: str, path: KeyPath, value: Sequence[Any], indent: int) -> Iterator[str]:
    for at, item in enumerate(value):
        here = (*path, at)
        short = f"{' ' * indent}- {flow(in_brackets(file, here, item))}"
        is_short = _is_short(item) and len(short) <= WIDTH
        if isinstance(item, Mapping) and item and (len(item) == 1 or not is_short):
            first, *rest = _mapping(file, here, item, indent + 2)
            yield f"{' ' * indent}- {first[indent + 2 :]}"
            yield from rest
        else:
            yield short if isinstance(item, (Mapping, list)) else f"{' ' * indent}- {scalar(item, None)}"


def _block(start: str, text: str, indent: int) -> Iterator[str]:
    bare = text.rstrip("\n")
    keep = {0: "|-", 1: "|"}.get(len(text) - len(bare), "|+")
    yield f"{start} {keep}"
    yield from (f"{' ' * indent}{line}" if line else "" for line in bare.split("\n"))
    yield from [""] * (len(text) - len(bare) - 1)


def _is_opened(file: str, path: KeyPath) -> bool:
    """Levels and what holds them by key stand on lines of their own, however short."""
    above = spec_of(file, path[:-1])
    spec = spec_of(file, path)
    holds_levels = above is not None and has_own_keys(above, str(path[-1])) and spec_below(above, str(path[-1]))
    return bool(holds_levels) or (spec is not None and issubclass(spec, Level))


def _is_short(value: Any) -> bool:
    """A leaf: its values are single ones or lists of such, and need no quotes for the brackets' sake."""
    if isinstance(value, Mapping):
        return all(not isinstance(inner, Mapping) and _is_short(inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return all(not isinstance(item, (Mapping, list, tuple)) and _is_short(item) for item in value)
    return scalar(value, None) == scalar(value, None, within=True)
