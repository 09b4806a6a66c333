"""Where in the files what is live could be written: each way a few edits, the best one first. Pure.

A way is only a proposal. Whoever carries it out reads the changed text again, and sees whether it says what is live and
nothing else has changed by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.edit.canonical import order_of
from reconciler.edit.made import Making, Rows
from reconciler.edit.table_text import with_cell
from reconciler.edit.values import in_yaml, moment_in_yaml
from reconciler.edit.yaml_text import Letters, with_value, without_value
from reconciler.engine.overtaken import Overtaken
from reconciler.kinds import KINDS
from reconciler.kinds.files import FILES
from reconciler.kinds.said import YAML_NAMES
from reconciler.kinds.structure import IDS
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin
from reconciler.model.resource import Resource

TABLE = ".csv"
COUNTRIES, PLACES = "countries", "targeting.geo_locations"
"""The word, and the long form that takes its place where there is more to say than countries."""


@dataclass(frozen=True)
class Edit:
    """One value of one file. `value` None takes it out."""

    file: str
    path: KeyPath
    value: Any

    def applied_to(self, text: str) -> str:
        """Raises CannotEditError."""
        if self.value is None:
            return without_value(text, self.path)
        return with_value(text, self.path, self.value, order_of(self.file))


@dataclass(frozen=True)
class CellEdit:
    """One cell of a table, by the place of its first letter."""

    origin: Origin
    value: Any
    path: KeyPath = ()

    @property
    def file(self) -> str:
        return self.origin.file

    def applied_to(self, text: str) -> str:
        """Raises CannotEditError."""
        return with_cell(text, self.origin.line, self.origin.column, self.value)


Way = tuple[Edit | CellEdit, ...]


@dataclass(frozen=True)
class Places:
    """The files of one account as they are now."""

    document: Callable[[str], Document]
    """By file, as it is written: without what it extends."""
    currency: str
    zone: ZoneInfo
    root: Callable[[Address], Resource]
    """What a file declares at its top, by the address of anything in it."""
    templates_of: Callable[[Document], Sequence[Document]]
    rows: Rows

    def where_it_is(self, one: Overtaken) -> Iterator[Way]:
        """The line or cell that has the value now, wherever that is."""
        if one.field == "status" or KINDS[one.resource.kind].stands_alone:
            return
        if cell := self.cell(one):
            yield self.in_cell(one, cell)
        where = self.written(one)
        if where is not None:
            yield (Edit(*where, self.value(one)),)
            yield from self._as_a_whole(one, *where)

    def own_ways(self, one: Overtaken) -> Iterator[Way]:
        """Lines in its own file: at its level, then in the value of a matrix that makes it."""
        if KINDS[one.resource.kind].stands_alone:
            yield from self._of_alone(one)
            return
        for level in self.levels(one.address):
            if one.field == "status":
                yield from self._of_status(one, level)
            elif one.field in YAML_NAMES:
                yield self._times(one, level)
            else:
                yield from self._in_place_of_countries(one, level)
                yield (Edit(self.own_file(one.address), self._own_path(one, level), self.value(one)),)

    def instead(self, one: Overtaken) -> Iterator[Way]:
        """Where only this one's value could be said, in place of what is said for others, the nearest first."""
        origin = one.resource.origin_of(one.path)
        making = self.making(one.address)
        if origin.variable and (cell := making.cell(origin.variable)):
            yield self.in_cell(one, cell)
        if origin.variable and not making.table:
            yield (Edit(self.own_file(one.address), ("vars", origin.variable), self.value(one)),)
        yield from self.own_ways(one)

    def before_made(self, one: Overtaken) -> KeyPath:
        """Where it would stand in its file, in what a matrix makes many of."""
        level = self.level(one.address)
        path = next((way[-1].path for way in self.own_ways(one)), (*level, one.field))
        return ("ad", *path[len(level) :]) if level[-2:-1] == ("ads",) else path

    def making(self, address: Address) -> Making:
        return Making(self.document(self.own_file(address)), address, self.rows)

    def levels(self, address: Address) -> Iterator[KeyPath]:
        """Where in its own file the fields of an address may stand."""
        own = self.level(address)
        yield own
        for word, path in self.making(address).values():
            yield (*path, *_below(word, own))

    def reverting(self, one: Overtaken) -> Iterator[Way]:
        """The value as `lifecycle.revert_drift` names it, always in its own file."""
        if KINDS[one.resource.kind].stands_alone:
            return
        word = one.resource.words.get(one.path, "") or YAML_NAMES.get(one.field, "")
        steps, value = _steps(one.path), one.live
        if any(isinstance(step, int) for step in steps):
            # A list is named as a whole.
            steps = steps[: next(at for at, step in enumerate(steps) if isinstance(step, int))]
            value = _at(one.object.fields, steps)
        elif isinstance(value, (list, Mapping)):
            value = _at(one.object.fields, steps)
        raw = () if one.field == "status" else _raw(one)
        names = (word,) if word and " " not in word else (*raw, *steps)
        said = in_yaml(one.field, one.path, value, self.currency, self.zone, word)
        for level in self.levels(one.address):
            path = (*level, "lifecycle", "revert_drift", *names)
            yield (Edit(self.own_file(one.address), path, Letters("~") if said is None else said),)

    def own_file(self, address: Address) -> str:
        return self.root(address).origin.file

    def level(self, address: Address) -> KeyPath:
        document = self.document(self.own_file(address))
        return FILES[address.root.kind].level(document, self.templates_of(document), address)

    def cell(self, one: Overtaken) -> Origin | None:
        """Where the value stands in a table, if it does."""
        origin = one.resource.origins.get(one.path) or one.resource.origins.get(one.field)
        return origin if origin is not None and origin.file.endswith(TABLE) else None

    def in_cell(self, one: Overtaken, cell: Origin) -> Way:
        """The value as a cell has it, which is taken to the letter and holds no variable."""
        value = self.value(one)
        return (CellEdit(cell, one.live if isinstance(value, str) and not isinstance(value, Letters) else value),)

    def written(self, one: Overtaken) -> tuple[str, KeyPath] | None:
        """The file and the path of the line that has the value now, or that of what it would stand in."""
        path = one.path
        while path:
            word = one.resource.words.get(path, "")
            origin = one.resource.origins.get(path)
            last = word or _steps(path)[-1]
            found = self._path_at(origin, last) if origin is not None and (path == one.path or not word) else None
            if origin is not None and found is not None:
                return origin.file, (*found, *_steps(one.path)[len(_steps(path)) :])
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None

    def _path_at(self, origin: Origin, last: str | int) -> KeyPath | None:
        """Of what stands there the one with that last step: a mapping in a list begins where its first key does."""
        if not origin.file.startswith("desired/") or origin.file.endswith(TABLE):
            return None
        document = self.document(origin.file)
        if origin.variable:
            return next((path for path, place in document.values.items() if place == origin and path), None)
        table = document.values if isinstance(last, int) else document.keys
        return next((path for path, place in table.items() if place == origin and path and path[-1] == last), None)

    def value(self, one: Overtaken) -> Any:
        """What is live, as YAML says it."""
        if one.said is not None:
            return one.said
        word = one.resource.words.get(one.path, "")
        return in_yaml(one.field, one.path, one.live, self.currency, self.zone, word)

    def _own_path(self, one: Overtaken, level: KeyPath) -> KeyPath:
        word = one.resource.words.get(one.path, "")
        if word:
            return (*level, word)
        return (*level, *_raw(one), *_steps(one.path))

    def _of_status(self, one: Overtaken, level: KeyPath) -> Iterator[Way]:
        file = self.own_file(one.address)
        status = Edit(file, (*level, "status"), one.live)
        yield (status,)
        # A level with a status of its own has times of its own, too.
        yield (status, *self._own_times(one.resource, file, level))
        yield (Edit(file, (*level, "status"), None),)

    def _own_times(self, resource: Resource, file: str, level: KeyPath) -> Iterator[Edit]:
        times = {"activate_at": resource.schedule.activate_at, "deactivate_at": resource.schedule.deactivate_at}
        for word, moment in times.items():
            if moment is not None:
                yield Edit(file, (*level, word), moment_in_yaml(moment, self.zone))

    def _times(self, one: Overtaken, level: KeyPath) -> Way:
        """Times of its own, of which one is what is live."""
        file, word = self.own_file(one.address), YAML_NAMES[one.field]
        other = (each for each in self._own_times(one.resource, file, level) if each.path[-1] != word)
        held = one.resource.schedule.status
        status = (Edit(file, (*level, "status"), held),) if held else ()
        return (*status, *other, Edit(file, (*level, word), self.value(one)))

    def _as_a_whole(self, one: Overtaken, file: str, path: KeyPath) -> Iterator[Way]:
        """Of a list the item that is written as one word, such as the key of what its id names."""
        *above, last = path
        if last in IDS and above and isinstance(above[-1], int):
            yield (Edit(file, tuple(above), in_yaml(one.field, one.path, {last: one.live}, self.currency, self.zone)),)

    def _in_place_of_countries(self, one: Overtaken, level: KeyPath) -> Iterator[Way]:
        if not one.path.startswith(f"{PLACES}.") or one.path == f"{PLACES}.{COUNTRIES}":
            return
        file = self.own_file(one.address)
        places = dict((one.resource.fields["targeting"] or {}).get("geo_locations") or {})
        _set(places, _steps(one.path)[2:], one.live)
        value = in_yaml(one.field, PLACES, places, self.currency, self.zone)
        short = Edit(file, (*level, COUNTRIES), None)
        is_there = (*level, COUNTRIES) in self.document(file).keys
        yield (*([short] if is_there else []), Edit(file, (*level, "targeting", "geo_locations"), value))

    def _of_alone(self, one: Overtaken) -> Iterator[Way]:
        """What has a file of its own says Meta's fields in words of its own."""
        said = KINDS[one.resource.kind].words({one.field: one.live})
        file = one.resource.origin.file
        yield tuple(
            Edit(file, (word,), in_yaml(word, word, value, self.currency, self.zone)) for word, value in said.items()
        )


def _raw(one: Overtaken) -> tuple[str, ...]:
    """What the field stands under: what has no word beside it."""
    api = KINDS[one.resource.kind].fields.get(one.field)
    return ("raw",) if api is None or (api.composed and api.under_raw) else ()


def _below(word: str, level: KeyPath) -> KeyPath:
    """The rest of a level's path within what a matrix makes of that word."""
    return () if word == "ads" else tuple(step for step in level[-1:] if step == "ad") if word == "ad_sets" else level


def _steps(path: str) -> list[str | int]:
    """`targeting.flexible_spec[0].interests`"""
    return [int(at) if at else name for name, at in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]


def _at(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _set(value: Any, steps: list[str | int], new: Any) -> None:
    """Within plain data of which the outermost mapping is the caller's own."""
    for step, below in pairwise(steps):
        inner = value.get(step) if isinstance(step, str) else value[step]
        value[step] = copy(inner) if isinstance(inner, dict | list) else [] if isinstance(below, int) else {}
        value = value[step]
    if new is None and isinstance(value, dict):
        value.pop(steps[-1], None)
    else:
        value[steps[-1]] = new
