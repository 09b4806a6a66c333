"""One file of desired/campaigns with all that it starts from: templates, variables, and what its matrix makes. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.config import matrix, templates, variables
from reconciler.config.load import Repository
from reconciler.config.matrix import MATRIX, PREVIOUSLY, Made
from reconciler.config.misfits import slipped
from reconciler.config.variables import FIXED, VARS, Layer, Scope, Substitution
from reconciler.kinds.field_types import KEY_PATTERN
from reconciler.kinds.file_kind import LayeredFile
from reconciler.kinds.merging import at, from_code, merge, without
from reconciler.kinds.settings import PROJECT_FILE
from reconciler.kinds.variables import Combination, Judged
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.problem import Origin, Problem


@dataclass(frozen=True)
class Layered:
    """One whole file, or one of those that a matrix makes of it."""

    key: str
    document: Document
    taken: set[Origin]
    """What it takes away of what stands below it."""


@dataclass(frozen=True)
class Around:
    """What a file stands in. `built_in`: names of its account and project, with what they stand for."""

    repository: Repository
    zone: ZoneInfo
    currency: str | None
    built_in: Mapping[str, Any]
    max_matrix: int
    layers: tuple[Layer, ...]
    """Variables of the project, and of the account."""

    @cached_property
    def defaults(self) -> Document:
        return at(self.repository.project or from_code(PROJECT_FILE, {}), "defaults")

    @cached_property
    def names_in_defaults(self) -> frozenset[str]:
        return variables.names_in(self.defaults)

    def scope(self, file: Document) -> Scope:
        scope = Scope(self.built_in, Judged(self.currency, self.zone), file)
        for layer in self.layers:
            scope.add(layer)
        return scope


@dataclass
class Layering:
    """`own` is the file as it is written; `problems` takes what is wrong."""

    around: Around
    file: LayeredFile
    account: str
    key: str
    own: Document
    problems: list[Problem]
    told: set[Origin] = field(default_factory=set)
    """Places of values that variables have made wrong, of which enough is said."""
    made: dict[str, Made] = field(default_factory=dict)
    """What its matrix makes, by word."""

    def files(self) -> list[Layered]:
        """Without those that something is wrong with."""
        before = len(self.problems)
        repository = self.around.repository
        extended = templates.chain(self.own, repository.templates, self.problems)
        is_whole = len(self.problems) == before
        for layer in (self.own, *extended):
            self.problems += slipped(self.file.kind.written, layer)
        own_vars = variables.read(self.own, self.problems, self.built_in)
        if not is_whole:
            # What uses its variables and columns may stand in the template that is not there.
            return []
        layers = [variables.read(one, [], self.built_in, template=True) for one in extended]
        found: dict[str, Made] | None = {}
        if MATRIX in self.own.data:
            found = self._read_matrix(extended, [*self.around.layers, *layers], before)
        if found is None or len(self.problems) > before:
            return []
        self.made = found
        scope = self.around.scope(self.own)
        for each in (*layers, own_vars):
            scope.add(each)
        whole = [self._whole(one, extended, found, scope) for one in self._each(found)]
        if all(one is not None for one in whole):
            self.problems += variables.idle(self.own, [*self.around.layers, *layers], scope, own_vars)
        self.told = scope.told
        return [one for one in whole if one is not None]

    @property
    def built_in(self) -> frozenset[str]:
        return FIXED | self.file.level_names

    def _read_matrix(self, extended: list[Document], layers: list[Layer], before: int) -> dict[str, Made] | None:
        """What it makes, by word; None where something is wrong. How large it is, is told where nothing else is: there
        were `before` problems."""
        asked = {name for layer in layers for name in layer.declared}
        named = (variables.names_in(text) for text in (self.own, *extended))
        referred = frozenset(asked.union(self.around.names_in_defaults, *named))
        reading = matrix.Reading(
            self.own, self.file, self.around.repository.tables, self.built_in, referred, self.around.max_matrix
        )
        found = reading.read()
        self.problems += reading.problems
        if found is None or len(self.problems) > before:
            return None
        if reading.too_many(found):
            self.problems += reading.problems
            return None
        return found

    def _each(self, made: Mapping[str, Made]) -> list[Combination | None]:
        outermost = next(iter(self.file.makes))
        return list(made[outermost].combinations) if outermost in made else [None]

    def _whole(
        self, one: Combination | None, extended: list[Document], made: Mapping[str, Made], scope: Scope
    ) -> Layered | None:
        file, defaults, before = self.file, self.around.defaults, len(self.problems)
        key = f"{self.key}-{one.key}" if one else self.key
        if one is not None and (wrong := self._wrong_key(key, one)):
            self.problems.append(wrong)
            return None
        layers = [_less(layer) for layer in (*extended, self.own)]
        if one is not None:
            layers[-1], problems = file.with_fields(layers[-1], one, layers)
            layers[-1] = self._with_former(layers[-1], key, one)
            self.problems += problems
        inner = {word: each.combinations for word, each in made.items() if word != next(iter(file.makes))}
        spread = file.spread(layers, inner)
        self.problems += spread.problems
        *below, own = spread.layers
        if too_large := file.too_large(own, below, defaults):
            self.problems.append(too_large)
        if len(self.problems) > before:
            return None
        document, taken = file.merged(own, below, defaults)
        self.problems += file.misplaced(own, below, document)
        nearer = dict(spread.nearer)
        if one is not None:
            nearer[()] = one.variables
        scope.row = self._row(one, made)
        substitution = Substitution(
            scope, lambda whole, path: file.names_at(whole, path, key), file.level_names, nearer, self.problems
        )
        return Layered(key, substitution.of(document), taken)

    def _with_former(self, layer: Document, key: str, one: Combination) -> Document:
        """A file's former keys, and those of the values, are the former keys of each that is made of both."""
        written = layer.data.get(PREVIOUSLY, [])
        if not (one.former or written) or not isinstance(written, list):
            return layer
        files = (self.key, *map(str, written))
        keys = ("-".join(filter(None, way)) for way in product(files, (one.key, *one.former)))
        place = layer.origin((PREVIOUSLY,)).file
        return merge(layer, from_code(place, {PREVIOUSLY: [each for each in dict.fromkeys(keys) if each != key]}))

    @staticmethod
    def _row(one: Combination | None, made: Mapping[str, Made]) -> Origin | None:
        """Where the values of a table begin."""
        if one is not None and one.origin.file.endswith(".csv"):
            return one.origin
        return next((each.combinations[0].origin for each in made.values() if each.table), None)

    def _wrong_key(self, key: str, one: Combination) -> Problem | None:
        place = (self.file.kind.name, self.account, key)
        if not re.fullmatch(KEY_PATTERN, key):
            return Problem(one.origin, f"the key {key} is longer than 63 letters", "give the values shorter keys")
        if place in self.around.repository.files:
            other = self.around.repository.files[place].origin(()).file
            address = Address.of_file(self.account, self.file.kind.name, key)
            return Problem(one.origin, f"{other} declares {address}, too", "give one of the two another key")
        return None


def _less(layer: Document) -> Document:
    """Without what is read before anything is merged."""
    return without(without(layer, (VARS,)), (MATRIX,))


def unnamed_tables(repository: Repository, kinds: Mapping[str, LayeredFile]) -> Iterator[Problem]:
    """Tables that no matrix of a file beside them names. One that is not here, or cannot be read, may name it."""
    named = named_tables(repository, kinds)
    doubtful = {path.rpartition("/")[0] for path in repository.unread}
    for table in repository.tables:
        folder, _, name = table.rpartition("/")
        if table not in named and folder not in doubtful:
            mend = f"move it out of desired/, or name it in a file beside it: matrix: {{from: {name}}}"
            yield Problem(Origin(table, 1, 1), "no matrix names this table", mend)


def named_tables(repository: Repository, kinds: Collection[str]) -> frozenset[str]:
    """Those that a matrix of a file beside them names."""
    return frozenset(
        f"{one.origin(()).file.rpartition('/')[0]}/{name}"
        for (kind, _, _), one in repository.files.items()
        if kind in kinds
        for name in _tables_of(one.data.get(MATRIX))
    )


def _tables_of(written: Any) -> Iterator[str]:
    if isinstance(written, dict):
        for each in (written, *written.values()):
            if isinstance(each, dict) and isinstance(each.get(matrix.FROM), str):
                yield each[matrix.FROM]
