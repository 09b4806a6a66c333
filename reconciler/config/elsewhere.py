"""Where a key belongs that stands a level too deep or too shallow in its file. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from reconciler.kinds.said import counted, with_article
from reconciler.kinds.spec_tree import has_own_keys, spec_at, spec_below, written_fields
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Problem

DEEPEST = 2
"""Levels below a key that are looked into: `regulated.singapore.payer`."""


def elsewhere(model: type[BaseModel], document: Document, path: KeyPath) -> str:
    """The mend for a key that is none where it stands; "" where no level above or below takes it."""
    return _beside_an_owner(model, document, path) or _further_in(spec_at(model, path), str(path[-1]))


def _beside_an_owner(model: type[BaseModel], document: Document, path: KeyPath) -> str:
    name = str(path[-1])
    for depth in range(len(path) - 2, -1, -1):
        above, owner = path[:depth], path[depth]
        if isinstance(owner, int) or _has_free_keys(model, above):
            continue
        if name in written_fields(spec_at(model, (*above, name))) and not _is_written(document, (*above, name)):
            return f"write {name} beside {owner}{_out(document, path, (*above, owner))}"
    return ""


def _is_written(document: Document, path: KeyPath) -> bool:
    """What a preset says may be said otherwise."""
    return path in document.keys and document.keys[path].is_written


def _has_free_keys(model: type[BaseModel], path: KeyPath) -> bool:
    return bool(path) and has_own_keys(spec_at(model, path), str(path[-1]))


def _out(document: Document, path: KeyPath, owner: KeyPath) -> str:
    here, there = document.keys.get(path), document.keys.get(owner)
    if here is None or there is None or here.line == there.line or here.column <= there.column:
        return ""
    return f", {counted(here.column - there.column, 'space')} further out"


def _further_in(here: type[BaseModel], name: str) -> str:
    found = list(_below(here, name))
    nearest = min(map(len, found), default=0)
    places = [".".join(place) for place in found if len(place) == nearest]
    return f"write {name} below {' or '.join(places)}, further in" if places else ""


def _below(here: type[BaseModel], name: str, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for field in written_fields(here) if len(place) < DEEPEST else ():
        below = spec_below(here, field)
        if below is None or has_own_keys(here, field):
            continue
        if name in written_fields(below):
            yield (*place, field)
        else:
            yield from _below(below, name, (*place, field))


def among_keys(model: type[BaseModel], document: Document, path: KeyPath, value: Any) -> Problem | None:
    """`headline: Save` below `ads:`, beside the ads and not within one; None where it is nothing of that kind."""
    if len(path) < 2 or isinstance(value, dict) or not _has_free_keys(model, path[:-1]):
        return None
    *above, owner, name = path
    level = spec_at(model, path[:-1])
    below = spec_below(level, str(owner))
    siblings = list(document.value(path[:-1]))
    former = siblings[siblings.index(name) - 1] if siblings.index(name) else ""
    ways = []
    if former and below is not None and name in written_fields(below):
        ways.append(f"below {former}, two spaces further in")
    if name in written_fields(level) and not _is_written(document, (*above, name)):
        ways.append(f"beside {owner}{_out(document, path, path[:-1])}")
    if not ways:
        return None
    noun = with_article(str(owner)[:-1].replace("_", " "))
    said = f"{name} stands among the keys of {owner}, as if it were {noun}"
    return Problem(document.keys.get(path, document.origin(path)), said, f"write {name} {', or '.join(ways)}")
