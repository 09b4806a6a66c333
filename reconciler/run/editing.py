"""Values put into the files of desired/, one after the other: each proposal is tried on the texts, read again, and
kept only where the YAML then says what it is to say. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.config.document import parse_document
from reconciler.config.tables import parse_table
from reconciler.config.trial import Trial
from reconciler.edit.places import CellEdit, Edit, Places, Way
from reconciler.edit.yaml_text import CannotEditError
from reconciler.engine.overtaken import Overtaken
from reconciler.kinds.variables import REFERENCE
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin
from reconciler.model.resource import Desired, Resource
from reconciler.store.declared import Rewritten, read_declared

BOM = "\ufeff"
SHARED = ("desired/project.yaml", "desired/accounts/", "desired/templates/")
"""Files whose lines may hold for more than one campaign, by the beginning of their names."""

Says = Callable[[Resource], bool]


@dataclass(frozen=True)
class Also:
    """A field of another resource, or another one of the same, that changes with an edit."""

    address: Address
    field: str

    def __str__(self) -> str:
        return f"{self.address} {self.field}"


@dataclass(frozen=True)
class Tried:
    """What becomes of the files, and of what they declare."""

    way: Way
    texts: Mapping[str, str]
    also: tuple[Also, ...]
    others: tuple[Also, ...] = ()
    """Of those what the line gives to others: the rest only follows from what was asked for, such as what a hold of a
    campaign pauses."""

    @property
    def is_above(self) -> bool:
        """Whether it stands in a file that is not its campaign's alone."""
        return any(edit.file.startswith(SHARED) for edit in self.way)

    @property
    def is_shared(self) -> bool:
        return bool(self.others) or self.is_above


@dataclass(frozen=True)
class Refused:
    """Why an edit will not do, in words, and what would be right, where that is known."""

    why: str
    mend: str = ""


@dataclass
class Editing:
    """The files of the repository at `root`. `now` is aware."""

    root: Path
    now: datetime
    desired: Desired
    _read: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)
    _declared: dict[frozenset[str], Desired] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._trial = Trial(self.root, self.now)

    # ---- as the files are by now

    @property
    def rewritten(self) -> dict[str, Rewritten]:
        """By file, those that differ from what is on the disk."""
        return {
            file: Rewritten(self._read[file], _as_read(self._read[file], text))
            for file, text in sorted(self._texts.items())
            if _as_read(self._read[file], text) != self._read[file]
        }

    def places(self, account: str) -> Places:
        currency = self.desired.accounts[account].currency
        return Places(self.document, currency, self.desired.zone, self._root_of, self._trial.templates_of, self.rows)

    def document(self, file: str) -> Document:
        if file not in self._documents:
            self._documents[file] = parse_document(self.text(file), file)
        return self._documents[file]

    def text(self, file: str) -> str:
        if file not in self._read:
            self._read[file] = read_declared(self.root, file)
        return self._texts.get(file, self._read[file].removeprefix(BOM))

    def resource(self, address: Address) -> Resource:
        return self._now(frozenset({address.account})).resources[address].at(self.now)

    def rows(self, table: str) -> Mapping[str, Document]:
        return {row.key: row.cells for row in parse_table(self.text(table), table).rows}

    def _root_of(self, address: Address) -> Resource:
        return self.resource(address.root)

    def _now(self, accounts: frozenset[str]) -> Desired:
        if accounts not in self._declared:
            self._declared[accounts] = self._trial.desired(self._texts, accounts)
        return self._declared[accounts]

    # ---- as they could be

    def attempt(self, way: Way, one: Overtaken, says: Says) -> Tried | Refused:
        """What comes of it, or why it will not do. `says`: whether the resource is as wanted then."""
        return self._attempt(way, one, lambda after: says(after.resources[one.address].at(self.now)))

    def _attempt(self, way: Way, one: Overtaken, says: Callable[[Desired], bool]) -> Tried | Refused:
        address = one.address
        accounts = self._concerned(way, address)
        try:
            texts = {**self._texts, **self._edited(way)}
            before, after = self._now(accounts), self._trial.desired(texts, accounts)
        except CannotEditError as error:
            return Refused(str(error))
        except ConfigError as error:
            first = error.problems[0]
            return Refused(f"the file would not be valid: {first.message}", first.mend)
        if set(before.resources) != set(after.resources) or not says(after):
            return Refused("the YAML cannot say it there")
        asked, lines = Also(address, one.field), self._lines(way, texts)
        also = tuple(each for each in _changed(before, after, self.now) if each != asked)
        others = (each for each in also if lines.give(each, asked, before, after))
        beside = _beside(one, before, after) if lines.of_variable else ()
        return Tried(way, texts, (*also, *beside), (*others, *beside))

    def attempt_all(self, ways: Sequence[Way], ones: Sequence[Overtaken]) -> Tried | Refused:
        """Several values of one campaign at once."""

        def say(after: Desired) -> bool:
            return all(one.is_settled_in(after.resources[one.address].at(self.now)) for one in ones)

        tried = self._attempt(tuple(edit for way in ways for edit in way), ones[0], say)
        if isinstance(tried, Refused):
            return tried
        asked = {Also(one.address, one.field) for one in ones}
        also, others = (tuple(each for each in found if each not in asked) for found in (tried.also, tried.others))
        return replace(tried, also=also, others=others)

    def is_made_text(self, way: Way) -> bool:
        """Whether what stands there is put together with `${…}`."""
        values = (self.document(one.file).value(one.path) for one in way if isinstance(one, Edit))
        return any(isinstance(value, str) and REFERENCE.search(value) for value in values)

    def _lines(self, way: Way, texts: Mapping[str, str]) -> Lines:
        """The places that are edited, as they are and as they become."""
        places: set[Origin] = set()
        for edit in way:
            if isinstance(edit, CellEdit):
                places.add(edit.origin)
                continue
            for document in (self.document(edit.file), parse_document(texts[edit.file], edit.file)):
                found = (document.keys.get(edit.path), document.values.get(edit.path))
                places.update(one for one in found if one is not None)
        return Lines(places, any(map(_is_variable, way)))

    def keep(self, tried: Tried) -> None:
        self._texts = dict(tried.texts)
        self._documents.clear()
        self._declared.clear()

    def _concerned(self, way: Way, address: Address) -> frozenset[str]:
        shared = any(edit.file.startswith(SHARED) and edit.file != _account_file(address) for edit in way)
        return frozenset(self.desired.accounts if shared else {address.account})

    def _edited(self, way: Way) -> dict[str, str]:
        texts: dict[str, str] = {}
        for edit in way:
            texts[edit.file] = edit.applied_to(texts.get(edit.file, self.text(edit.file)))
        return texts


def _account_file(address: Address) -> str:
    return f"desired/accounts/{address.account}.yaml"


def _as_read(was: str, text: str) -> str:
    return BOM + text if was.startswith(BOM) else text


def _beside(one: Overtaken, before: Desired, after: Desired) -> tuple[Also, ...]:
    """Other places of the same field that change, such as `targeting.age_max`."""
    was, becomes = (each.resources[one.address].fields.get(one.field) for each in (before, after))
    apart = (path for path in _differing(was, becomes, one.field) if not _is_one_in(path, one.path))
    return tuple(Also(one.address, path) for path in apart)


def _differing(was: Any, becomes: Any, path: str) -> Iterator[str]:
    if isinstance(was, Mapping) and isinstance(becomes, Mapping):
        for key in {**was, **becomes}:
            yield from _differing(was.get(key), becomes.get(key), f"{path}.{key}")
    elif was != becomes:
        yield path


def _is_one_in(path: str, other: str) -> bool:
    return any(f"{one}.".startswith((f"{two}.", f"{two}[")) for one, two in ((path, other), (other, path)))


def _is_variable(edit: Edit | CellEdit) -> bool:
    """A value that a `${…}` takes: of `vars:`, of a table, or a plain one of a matrix."""
    is_plain = len(edit.path) == PLAIN_VALUE or edit.path[PLAIN_VALUE:] == ("value",)
    of_matrix = edit.path[:1] == ("matrix",) and is_plain
    return isinstance(edit, CellEdit) or edit.path[:1] == ("vars",) or of_matrix


PLAIN_VALUE = len(("matrix", "ads", "video", "hero"))


@dataclass(frozen=True)
class Lines:
    """Places in the files, and whether a variable's value stands there."""

    places: Collection[Origin]
    of_variable: bool

    def give(self, other: Also, asked: Also, before: Desired, after: Desired) -> bool:
        """Whether what changes with the field that was asked for has its value from here. What is in a campaign or
        around an ad follows from it: a name that tells its countries, what has its name from it, and the status of what
        is in it, but never that of what it is in."""
        if not (other.address.within(asked.address) or asked.address.within(other.address)):
            return True
        if other.field == "status" and not other.address.within(asked.address):
            return True
        if other.field == "status" or (other.field == asked.field and other.address.within(asked.address)):
            return False
        is_below = other.address.within(asked.address) and other.address != asked.address
        return (self.of_variable or not is_below) and any(self._are_of(other, one) for one in (before, after))

    def _are_of(self, one: Also, desired: Desired) -> bool:
        origins = desired.resources[one.address].origins
        own = (origin for path, origin in origins.items() if path.partition(".")[0].partition("[")[0] == one.field)
        return any(origin in self.places or self._made(origin) for origin in own)

    def _made(self, origin: Origin) -> bool:
        return any(f"}} of {place}," in f"{origin.made}," for place in self.places)


def _changed(before: Desired, after: Desired, now: datetime) -> Iterator[Also]:
    for address, one in before.resources.items():
        was, becomes = one.at(now), after.resources[address].at(now)
        names = [*was.fields, *(name for name in becomes.fields if name not in was.fields)]
        yield from (Also(address, name) for name in names if was.fields.get(name) != becomes.fields.get(name))
        if was.status != becomes.status:
            yield Also(address, "status")
