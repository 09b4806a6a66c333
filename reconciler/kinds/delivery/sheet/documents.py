"""A campaign of a sheet as a document of YAML, whose places are the sheet's cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds.delivery.presets import MAIN
from reconciler.kinds.delivery.sheet.columns import COLUMNS, ENHANCEMENTS, IDS, LEVELS, STARTS, STATUSES, STOPS
from reconciler.kinds.delivery.sheet.reading import Read
from reconciler.kinds.delivery.shorten import shortened
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.kinds.variables import as_it_stands
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

Keys = tuple[str, ...]

WORDS = {
    "countries": "Countries",
    "advantage_audience": "Advantage Audience",
    "pixel": "Optimized Conversion Tracking Pixels",
    "conversion_event": "Optimized Event",
    "page": "Link Object ID",
    "catalog": "Product Catalog ID",
    "thumbnail": "Image Hash",
}
"""Words of YAML whose column bears the name of another field."""
OF_A_LEVEL = {"existing": IDS, "status": STATUSES, "activate_at": STARTS, "deactivate_at": STOPS}


def document_of(read: Read, account: AccountSpec, project: ProjectSpec) -> Document:
    """As a person would write it, in the short form where that says the same. Nothing of a sheet is a variable."""
    tree = _with_ids(read)
    data = shortened(as_it_stands(tree), account, project)
    places = _Places(read)
    values: dict[KeyPath, Origin] = {(): read.place(())}
    keys: dict[KeyPath, Origin] = {}
    for path, here, steps in _walk(data, (), (), (), read):
        values[path] = keys[path] = places.of(here, steps)
    return Document(data, values, {path: place for path, place in keys.items() if isinstance(path[-1], str)})


def written_keys(read: Read, document: Document) -> dict[Keys, Keys]:
    """The keys of each level by its keys in the document, whose short form calls what stands alone `main`."""
    found: dict[Keys, Keys] = {(): ()}
    is_short = "ad_sets" not in document.data
    for keys in read.parts:
        if not keys:
            continue
        ad_set = MAIN if is_short else keys[0]
        level = document.data if is_short else document.data["ad_sets"][keys[0]]
        found[keys] = (ad_set,) if len(keys) == 1 else (ad_set, MAIN if "ad" in level else keys[1])
    return found


def _with_ids(read: Read) -> dict[str, Any]:
    def level(tree: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
        found = dict(tree)
        if keys in read.ids:
            found = {**_as_it_is(found), "existing": read.ids[keys]}
        for name in ("ad_sets", "ads"):
            if name in found:
                found[name] = {key: level(part, (*keys, key)) for key, part in found[name].items()}
        return found

    return level(read.tree, ())


def _as_it_is(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Without what Ads Manager tells of an ad's enhancements: Meta reads them back in other words, and what is there
    would get a new creative for it."""
    raw = {name: value for name, value in tree.get("raw", {}).items() if name != ENHANCEMENTS}
    return {**{name: value for name, value in tree.items() if name != "raw"}, **({"raw": raw} if raw else {})}


def _walk(
    value: Any, path: KeyPath, here: Keys, steps: Keys, read: Read
) -> Iterator[tuple[KeyPath, Keys, Keys]]:  # fmt: skip
    """Each place in the document, the level that it is in, and the names that lead to it from there."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for name, inner in items:
        below = (*path, name)
        level = _level(below, read)
        inside = here if level is None else level
        names = () if level is not None else (*steps, *([name] if isinstance(name, str) else []))
        yield below, inside, names
        yield from _walk(inner, below, inside, names, read)


def _level(path: KeyPath, read: Read) -> Keys | None:
    """The level that begins at a path, in whichever form the document is written."""
    steps = [str(step) for step in path]
    ad_sets = [keys[0] for keys in read.parts if len(keys) == 1]
    only = ad_sets[0] if len(ad_sets) == 1 else ""
    match steps:
        case ["ad_sets", key]:
            return (key,)
        case ["ad_sets", key, "ads", ad]:
            return (key, ad)
        case ["ad_sets", key, "ad"]:
            return _only_ad(read, key)
        case ["ads", ad] if only:
            return (only, ad)
        case ["ad"] if only:
            return _only_ad(read, only)
    return None


def _only_ad(read: Read, ad_set: str) -> Keys:
    return next(keys for keys in read.parts if len(keys) == 2 and keys[0] == ad_set)


class _Places:
    """Where each value came from."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def of(self, here: Keys, steps: Keys) -> Origin:
        """Of a value, or of the level itself: its cell, wherever in the rows of the level or of those in it."""
        for keys in self._levels(here):
            for column in _columns(steps, LEVELS[len(keys)]):
                if column in self._read.parts[keys].cells:
                    return self._read.place(keys, column)
        return self._read.place(here)

    def _levels(self, here: Keys) -> Iterator[Keys]:
        yield here
        yield from (keys for keys in self._read.parts if keys != here and keys[: len(here)] == here)
        yield from (here[:size] for size in range(len(here) - 1, -1, -1))


def _columns(steps: Keys, level: str) -> Iterator[str]:
    if not steps:
        return
    if steps[0] in WORDS:
        yield WORDS[steps[0]]
    if steps[0] in OF_A_LEVEL:
        yield OF_A_LEVEL[steps[0]][level]
    said = steps[1:] if steps[0] == "raw" else steps
    for column in COLUMNS:
        size = min(len(column.path), len(said))
        if size and column.level == level and column.path[:size] == said[:size]:
            yield column.name


def in_columns(problem: Problem) -> Problem:
    """A mistake that was told in YAML's words, with the columns that say so in a sheet."""
    said = f"{problem.message} {problem.mend}"
    # `page` alone is a word of the language as well; `page:` is one of YAML's.
    marks = {word: rf"\b{word}\b" if "_" in word else rf"\b{word}:" for word in COLUMNS_OF}
    named = {word: names for word, names in COLUMNS_OF.items() if re.search(marks[word], said)}
    told = ", ".join(f"{word} is {' or '.join(names)}" for word, names in named.items())
    return replace(problem, mend=f"{problem.mend} (in the sheet {told})") if told else problem


def _columns_of() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, by_level in OF_A_LEVEL.items():
        found[word] = list(by_level.values())
    for column in COLUMNS:
        if not column.name.startswith(("Beneficiary", "Payer")) and column.path[-1] != "name":
            found.setdefault(column.path[-1] if column.path[0] == "targeting" else column.path[0], []).append(
                column.name
            )
    found["countries"] = [WORDS["countries"]]
    return {word: tuple(names) for word, names in {**found, **{w: [n] for w, n in WORDS.items()}}.items()}


COLUMNS_OF = _columns_of()
"""By a word of YAML, the columns that say it."""
