"""What a sheet says of campaigns that are declared: level by level what differs, what is gone, and what is new.

What is new becomes lines of the campaign's own file, where these then declare what the sheet says, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from reconciler.edit.adding import CannotAddError, with_level
from reconciler.edit.canonical import level_lines
from reconciler.edit.yaml_text import CannotEditError
from reconciler.engine.policy_rules import breaches
from reconciler.kinds.files import LAYERED
from reconciler.kinds.sheets import (
    Difference,
    Read,
    differences,
    document_of,
    in_columns,
    moment_text,
    moved,
    plain_differences,
    rows_of,
    written_keys,
)
from reconciler.kinds.variables import as_it_stands
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError, FileError
from reconciler.model.problem import Problem
from reconciler.model.resource import Desired, Resource
from reconciler.run.room import with_room
from reconciler.run.sheets import Again, Ground, composed, read_back, without_ids
from reconciler.store.declared import Rewritten, read_declared

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Added:
    """Ad sets and ads of a sheet that the file does not declare, with their cells. `lines` is their YAML by the names
    that lead to where it belongs."""

    differences: tuple[Difference, ...]
    places: Mapping[Address, str]
    lines: Mapping[str, str]
    becomes: Rewritten | None = None
    """The whole file with them; None where no line more in it says so, for the reason `why`."""
    why: str = ""


@dataclass(frozen=True)
class Kept:
    """A campaign that is declared already, and what the sheet says otherwise."""

    address: Address
    file: str
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the sheet's campaign cannot be compared with it in all."""
    added: Added | None = None

    @property
    def is_same(self) -> bool:
        return not (self.differences or self.problems or self.added)


def known_campaigns(
    reads: tuple[Read, ...], declared: Mapping[Address, Resource], ids: Mapping[Address, str]
) -> dict[int, Address]:  # fmt: skip
    """By the position of a campaign in the sheet, the declared one that it is: by its id, else by its name, where not
    both have an id. One declared campaign is one of the sheet's."""
    roots = [at for at in declared if at.parent is None and at.kind == LAYERED.kind.name]
    by_id = {ids[at]: at for at in roots if at in ids}
    found = {at: by_id[id_] for at, read in enumerate(reads) if (id_ := read.ids.get((), "")) in by_id}
    for at, read in enumerate(reads):
        free = (root for root in roots if root not in found.values() and not (() in read.ids and root in ids))
        same = next((root for root in free if declared[root].name == read.tree.get("name")), None)
        if at not in found and same is not None:
            found[at] = same
    return found


@dataclass(frozen=True)
class Beside:
    """Declared campaigns of one account and the sheet's of the same, by their addresses."""

    ground: Ground
    reads: Mapping[Address, Read]
    declared: Mapping[Address, Resource]

    def kept(self) -> Iterator[Kept]:
        """Compared with what a sheet can say of them: what no column holds, nobody has changed in one."""
        of_sheet = {at: one for at, one in self.declared.items() if at.root in self.reads}
        rows = self._rows(of_sheet)
        for root, read in self.reads.items():
            own = {at: one for at, one in of_sheet.items() if at.root == root}
            found = _matched(read, root, own, self.ground.ids)
            kept = Kept(root, own[root].origin.file, *self._compared(root, own, found, rows))
            new = [keys for keys in read.parts if keys not in found and keys[:-1] in found]
            wrong = {keys: told for keys in new if (told := tuple(moved(read, keys, self.known)))}
            new = [keys for keys in new if keys not in wrong]
            kept = replace(kept, problems=(*kept.problems, *(one for told in wrong.values() for one in told)))
            yield replace(kept, added=_Adding(self, root, own, found).of(new)) if new else kept

    @cached_property
    def known(self) -> dict[str, Address]:
        return {id_: at for at, id_ in self.ground.ids.items() if at in self.declared}

    def _rows(self, resources: Mapping[Address, Resource]) -> Again:
        """A status that YAML leaves to the buyer is an empty cell in the row of what has an id, and else PAUSED."""
        said = {id_ for read in self.reads.values() for id_ in read.ids.values()}
        ids = {at: id_ for at, id_ in self.ground.ids.items() if id_ in said}
        return read_back(self.ground, rows_of(resources, ids, self.ground.around()), "the declared one")

    def _compared(
        self, root: Address, own: Mapping[Address, Resource], found: Mapping[Keys, Address], rows: Again
    ) -> tuple[tuple[Difference, ...], tuple[Problem, ...]]:  # fmt: skip
        gone = [at for at in own if at not in found.values() and at.parent in found.values()]
        missing = [Difference(at, "", own[at].name) for at in gone]
        read, (again, refused), by_rows = self.reads[root], self.sheet, rows.refused.get(root, [])
        if root not in refused and not by_rows:
            written = {Address.of(*root.steps, *said): keys for keys, said in self._written[root].items()}
            read_as = {found[keys]: again[at] for at, keys in written.items() if keys in found}
            there = {at: one for at, one in own.items() if at in read_as}
            return (*missing, *differences(there, read_as, rows.resources)), ()
        # What the declared one's own rows are refused for is no fault of the sheet's.
        known = {one.message for one in by_rows}
        wrong = tuple(in_columns(one) for one in refused.get(root, []) if one.message not in known)
        levels = {at: read.level(keys) for keys, at in found.items()}
        by_row = {at: one for at, one in rows.levels.items() if at in own}
        return (*missing, *plain_differences(own, by_row, levels)), wrong

    def otherwise(
        self, root: Address, after: Mapping[Address, Resource], found: Mapping[Keys, Address]
    ) -> list[Difference]:  # fmt: skip
        """What the sheet says otherwise than other files would declare."""
        return list(self._compared(root, after, found, self._rows(after))[0])

    @cached_property
    def documents(self) -> dict[Address, Document]:
        return {root: document_of(without_ids(read), *self.ground.settings) for root, read in self.reads.items()}

    @cached_property
    def sheet(self) -> tuple[dict[Address, Resource], dict[Address, list[Problem]]]:
        return composed(self.ground, self.documents)

    @cached_property
    def _written(self) -> dict[Address, Mapping[Keys, Keys]]:
        return {root: written_keys(read, self.documents[root]) for root, read in self.reads.items()}


def _matched(
    read: Read, root: Address, own: Mapping[Address, Resource], ids: Mapping[Address, str]
) -> dict[Keys, Address]:  # fmt: skip
    """The declared address of each level of the sheet: by its id, else by its name, in order. Of two that have ids,
    these alone decide."""
    found: dict[Keys, Address] = {(): root}
    for size in (1, 2):
        keys_here = [keys for keys in read.parts if len(keys) == size and keys[:-1] in found]
        for by in (_has_id, _has_name):
            for keys in (each for each in keys_here if each not in found):
                free = (at for at in own if at.parent == found[keys[:-1]] and at not in found.values())
                same = next((at for at in free if by(read, keys, own[at], ids.get(at, ""))), None)
                if same is not None:
                    found[keys] = same
    return found


def _has_id(read: Read, keys: Keys, one: Resource, id_: str) -> bool:
    return bool(id_) and read.ids.get(keys) == id_


def _has_name(read: Read, keys: Keys, one: Resource, id_: str) -> bool:
    return not (id_ and keys in read.ids) and one.name == read.level(keys).get("name")


# ---- what is new


@dataclass
class _Adding:
    """New ad sets and ads of one campaign of the sheet."""

    beside: Beside
    root: Address
    own: Mapping[Address, Resource]
    found: Mapping[Keys, Address]
    addresses: dict[Keys, Address] = field(default_factory=dict)

    def of(self, new: list[Keys]) -> Added:
        """`new`: the topmost of what is new."""
        read, file = self.beside.reads[self.root], self.own[self.root].origin.file
        for keys in new:
            self._address(keys)
        said = tuple(Difference(self.addresses[keys], "", None, read.parts[keys].name) for keys in new)
        places = {self.addresses[keys]: str(read.place(keys)) for keys in new}
        levels = {keys: self._level(keys) for keys in new}
        try:
            becomes, levels, why = *self._written(file, levels), ""
        except (CannotAddError, CannotEditError, FileError) as error:
            becomes, why = None, str(error)
        except ConfigError as error:
            becomes, why = None, "; ".join(f"{one.message} ({one.mend})" for one in error.problems[:3])
        lines = dict(self._lines(file, levels))
        return Added(said, places, lines, becomes, why)

    def _address(self, keys: Keys) -> Address:
        """Of a level and of those in it; a key that is taken gets a number."""
        above = self.found.get(keys[:-1]) or self.addresses[keys[:-1]]
        taken = {at.key for at in (*self.own, *self.addresses.values()) if at.parent == above}
        number, key = 1, keys[-1]
        while key in taken:
            number += 1
            key = f"{keys[-1][:60]}-{number}"
        self.addresses[keys] = Address.of(*above.steps, key)
        for below in (each for each in self.beside.reads[self.root].parts if each[:-1] == keys):
            self._address(below)
        return self.addresses[keys]

    def _level(self, keys: Keys) -> dict[str, Any]:
        """As it would stand in a file of its own."""
        document = document_of(self.beside.reads[self.root].only(keys), *self.beside.ground.settings)
        return dict(LAYERED.importing.level_at(document.data, Address.of(*self.root.steps, *keys)))

    def _written(self, file: str, levels: dict[Keys, dict[str, Any]]) -> tuple[Rewritten, dict[Keys, dict[str, Any]]]:
        """Raises ConfigError, and CannotAddError where the file with them would not declare what the sheet says."""
        if not file.endswith((".yaml", ".yml")):
            raise CannotAddError("the campaign is a line of a table")
        was = read_declared(self.beside.ground.request.root, file)
        text = self._with(file, was, levels)
        left = self._otherwise(file, text)
        if left:
            levels = {keys: self._explicit(level, keys, left) for keys, level in levels.items()}
            text = self._with(file, was, levels)
            left = self._otherwise(file, text)
        if left:
            names = ", ".join(dict.fromkeys(one.field or str(one.address) for one in left))
            raise CannotAddError(f"below it the file would say another {names} than the sheet")
        return Rewritten(was, text), levels

    def _with(self, file: str, text: str, levels: Mapping[Keys, dict[str, Any]]) -> str:
        ground = self.beside.ground
        for keys, level in levels.items():
            text, path = with_room(ground.trial, ground.desired.resources, file, text, self.addresses[keys])
            text = with_level(file, text, path, level)
        return text

    def _otherwise(self, file: str, text: str) -> list[Difference]:
        ground, account = self.beside.ground, self.root.account
        after = ground.trial.desired({file: text}, [account])
        known = breaches(ground.desired, ground.request.now)
        if refused := [one for one in breaches(after, ground.request.now) if one not in known]:
            raise ConfigError(refused)
        self._check_others(after)
        own = {at: one for at, one in after.of(account, ground.request.now).items() if at.root == self.root}
        found = {**self.found, **self.addresses}
        told = self.beside.otherwise(self.root, own, found)
        return [one for one in told if one.address in self.addresses.values()]

    def _check_others(self, after: Desired) -> None:
        now = self.beside.ground.request.now
        before, then = self.beside.ground.desired.of(self.root.account, now), after.of(self.root.account, now)
        if set(then) != {*before, *self.addresses.values()}:
            raise CannotAddError("its file makes several campaigns, ad sets or ads of one text")
        changed = next((at for at in before if _told(before[at]) != _told(then[at])), None)
        if changed is not None:
            raise CannotAddError(f"with it {changed} would change")

    def _explicit(self, level: dict[str, Any], keys: Keys, left: list[Difference]) -> dict[str, Any]:
        """With what stands above it in the file, or in a template, said otherwise here."""
        at = self.addresses[keys]
        own = {one.field: one.sheet for one in left if one.address == at}
        plain = {name: value for name, value in own.items() if isinstance(value, str | bool | None)}
        zone = self.beside.ground.desired.zone
        times = {name: moment_text(value, zone) for name, value in own.items() if isinstance(value, datetime)}
        return {**level, **as_it_stands(plain), **times}

    def _lines(self, file: str, levels: Mapping[Keys, dict[str, Any]]) -> Iterator[tuple[str, str]]:
        for keys, level in levels.items():
            at = self.addresses[keys]
            steps = ("ad_sets", at.key) if len(at.keys) == 2 else ("ad_sets", at.keys[1], "ads", at.key)
            yield ".".join(steps), "\n".join([f"{at.key}:", *level_lines(file, steps, level, 2)])


def _told(one: Resource) -> tuple[Any, ...]:
    return one.fields, one.schedule, one.lifecycle, one.existing
