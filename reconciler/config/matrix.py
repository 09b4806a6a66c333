"""`matrix:` of a file: what it makes many of, each with a key of its own. Pure.

Keys are made of the values' own keys, in the order of the dimensions' names, and never of positions: what is added
makes only what is new, and what is moved touches nothing.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from reconciler.config.tables import FORMER, KEY, Row, Table
from reconciler.config.variables import WRITE_OUT, part, wrong_name
from reconciler.kinds.field_types import KEY_PATTERN, free_key, key_of
from reconciler.kinds.file_kind import LayeredFile
from reconciler.kinds.merging import from_code, merge, positions_below, without
from reconciler.kinds.spec_tree import written_fields
from reconciler.kinds.variables import REFERENCE, Combination, Variable, as_text
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import as_yaml

MATRIX = "matrix"
FROM = "from"
PREVIOUSLY = "previously"
VALUE = "value"
DEFAULT_LIMIT = 200
OF_A_PATH = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
_FILE = re.compile(r"[^/\\:*?\"<>|]+\.csv")


@dataclass(frozen=True)
class Value:
    """One value of a dimension."""

    key: str
    path: KeyPath
    former: tuple[str, ...] = ()
    """What its key was; "" is from when its dimension was not there."""


@dataclass(frozen=True)
class Made:
    """What one word of a matrix makes."""

    word: str
    combinations: Sequence[Combination]
    sizes: Sequence[int] = ()
    names: Sequence[str] = ()
    table: str = ""

    def __str__(self) -> str:
        number, noun = len(self.combinations), self.word.replace("_", " ")
        noun = noun.removesuffix("s") if number == 1 else noun
        if self.table:
            return f"{number} {noun} from {self.table}"
        return f"{number} {noun} from {' × '.join(map(str, self.sizes))} ({' × '.join(self.names)})"


@dataclass
class Reading:
    """The matrix of one file. `tables` by the name that messages call them."""

    own: Document
    file: LayeredFile
    tables: Mapping[str, Table | None]
    """None of one that is there, and could not be read."""
    built_in: frozenset[str]
    referred: frozenset[str]
    """Names that a `${…}` of the file, or of what it starts from, has."""
    limit: int
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> dict[str, Made] | None:
        """By word, outermost first. None where something is wrong, which is in `problems`."""
        written = self.own.data.get(MATRIX)
        if MATRIX not in self.own.data:
            return {}
        if not isinstance(written, dict) or not written:
            self._wrong((MATRIX,), "matrix says nothing to make", self._form())
            return None
        words = list(self.file.makes)
        at: dict[str, KeyPath] = {word: (MATRIX, word) for word in written}
        if FROM in written:
            written, at = {words[0]: written}, {words[0]: (MATRIX,)}
        for word in [word for word in written if word not in words]:
            self._unknown_word(word, written[word])
        if self.problems:
            return None
        found: dict[str, Made] = {}
        for word in [word for word in words if word in written]:
            made = self._made(word, at[word])
            found |= {word: made} if made else {}
        return None if self.problems or len(found) < len(written) else found

    def _form(self) -> str:
        return f"write {' or '.join(self.file.makes)} below it, and the values below that"

    def _unknown_word(self, word: str, value: Any) -> None:
        near = get_close_matches(word, self.file.makes, n=1, cutoff=0.8)
        last = list(self.file.makes)[-1]
        if near:
            mend = f"did you mean {near[0]}?"
        else:
            mend = f"write {last}: above it, and this line with what is in it two spaces further in"
        self._wrong((MATRIX, word), f"{word} is nothing that a matrix makes: it makes {_listed(self.file.makes)}", mend)

    def _made(self, word: str, at: KeyPath) -> Made | None:
        written = self.own.value(at)
        if not isinstance(written, dict) or not written:
            mend = f"write what differs below {word}:, such as video: [spring/hero.mp4, spring/hero-square.mp4]"
            self._wrong(at, f"{at[-1]} says nothing to make {word.replace('_', ' ')} from", mend)
            return None
        if FROM in written:
            return self._of_table(word, at)
        names = sorted(written)
        values = {name: self._values((*at, name)) for name in names}
        for name in names:
            self._check_dimension(word, (*at, name), values[name])
        self._check_overlap(word, values)
        if self.problems:
            return None
        number = math.prod(len(one) for one in values.values())
        if number > self.limit:
            self._too_many(at, word, number, " × ".join(str(len(values[name])) for name in names))
            return None
        combinations = self._combinations(word, at, values)
        return Made(word, combinations, [len(values[name]) for name in names], names)

    def too_many(self, made: Mapping[str, Made]) -> bool:
        """Whether all words together make more than the policy lets."""
        number = math.prod(len(one.combinations) for one in made.values())
        if number <= self.limit or len(made) < 2:
            return False
        sizes = " × ".join(str(len(one.combinations)) for one in made.values())
        self._too_many((MATRIX,), list(made)[-1], number, sizes)
        return True

    def _too_many(self, at: KeyPath, word: str, number: int, sizes: str) -> None:
        noun = word.replace("_", " ")
        said = f"the matrix makes {number:,} {noun} ({sizes}), and policies.max_matrix is {self.limit:,}"
        mend = f"take values out, or write policies: {{max_matrix: {number}}} in desired/project.yaml"
        self._wrong(at, said, mend)

    # ---- dimensions

    def _check_dimension(self, word: str, at: KeyPath, values: Sequence[Value]) -> None:
        name, spec = str(at[-1]), self.file.makes[word]
        sets = name in written_fields(spec) or any(isinstance(self.own.value(one.path), dict) for one in values)
        if name not in written_fields(spec) and (wrong := wrong_name(name, self.built_in, self.own.value(at[:-1]))):
            self._wrong(at, *wrong)
        elif values and not sets and name not in self.referred:
            near = get_close_matches(name, written_fields(spec), n=1)
            mend = f"did you mean {near[0]}?" if near else f"write ${{{name}}} where the value is to stand"
            self._wrong(at, f"nothing uses {name}, so that all {word.replace('_', ' ')} would be alike", mend)

        for one in values if name in self.referred else ():
            said = self.own.value(one.path)
            if any(isinstance(text, str) and REFERENCE.search(text) for text in _items(said)):
                message = f"{name}: where ${{{name}}} stands the value is taken as it is, and holds no ${{…}}"
                self._wrong(one.path, message, WRITE_OUT)

    def _check_overlap(self, word: str, values: Mapping[str, Sequence[Value]]) -> None:
        """Each field is set by one dimension alone: of two, the one whose name comes later would win."""
        first: dict[str, tuple[str, Origin]] = {}
        told = set()
        for name, each in values.items():
            is_field = name in written_fields(self.file.makes[word])
            for one in each:
                inner = self.own.value(one.path)
                fields = (
                    [name] if is_field else [n for n in inner if n != PREVIOUSLY] if isinstance(inner, dict) else []
                )
                for field_ in fields:
                    place = self._place(one.path if is_field else (*one.path, field_))
                    by, there = first.setdefault(field_, (name, place))
                    if by != name and (field_, name) not in told:
                        told.add((field_, name))
                        said = f"{field_} is set by {by} ({there}) and by {name}, of which one alone would count"
                        self.problems.append(Problem(place, said, f"take {field_} out of {by} or of {name}"))

    def _values(self, at: KeyPath) -> list[Value]:
        written, name = self.own.value(at), str(at[-1])
        if isinstance(written, dict) and written:
            found = [self._value(str(key), (*at, key)) for key in written]
        elif isinstance(written, list) and written:
            found = [Value(self._key_of_item((*at, index)), (*at, index)) for index in range(len(written))]
        elif written is not None and not isinstance(written, dict | list):
            said = as_text(written, self.own.origin(at).written)[:60]
            several = f"write a list: {name}: [{said}], with the others in it"
            self._wrong(at, f"{name} is one value, and a matrix takes several", several)
            return []
        else:
            mend = f"write a list, such as {name}: [one, two], or keys with values: {name}: {{a: one, b: two}}"
            self._wrong(at, f"{name} has no values", mend)
            return []
        self._check_keys(name, found)
        self._check_former(found)
        return [one for one in found if one.key]

    def _value(self, key: str, at: KeyPath) -> Value:
        """`short: {previously: [brief], headline: …}`, or `hero: {value: a.mp4, previously: [main]}`."""
        written = self.own.value(at)
        if not isinstance(written, dict) or PREVIOUSLY not in written:
            return Value(key, at)
        if VALUE not in written and str(at[2]) in written_fields(self.file.makes[str(at[1])]):
            return Value(key, at)  # the field has a `previously` of its own
        for name in written if VALUE in written else ():
            if name not in (VALUE, PREVIOUSLY):
                said = f"{name} beside value: {VALUE} is the whole of it"
                self._wrong((*at, name), said, f"write {name} below value:, or delete one of the two")
        former, place = written[PREVIOUSLY], (*at, PREVIOUSLY)
        if not isinstance(former, list) or not all(_may_be_former(one) for one in former):
            said = "previously names the former keys of this value"
            self._wrong(place, said, 'write a list of keys: previously: [short]; "" is from before this dimension')
            return Value(key, at)
        return Value(key, (*at, VALUE) if VALUE in written else at, tuple(former))

    def _check_former(self, values: Sequence[Value]) -> None:
        """A former key is one value's: of two, each would claim the same objects."""
        by: dict[str, str] = {one.key: "" for one in values}
        for one in values:
            at = (*(one.path[:-1] if one.path[-1] == VALUE else one.path), PREVIOUSLY)
            for former in one.former:
                if former in by:
                    said = f"as {by[former]} does" if by[former] else "which is a value's key now"
                    named = former or '""'
                    mend = f"leave {named} out here: one value alone takes over what was called so"
                    self._wrong(at, f"previously names {named}, {said}", mend)
                by[former] = one.key

    def _key_of_item(self, path: KeyPath) -> str:
        value = self.own.value(path)
        if isinstance(value, dict) or value is None or isinstance(value, bool):
            said = "a mapping has no key of its own" if value else "nothing stands here"
            self._wrong(path, said, f"give it a key: {path[-2]}: {{a: …, b: …}}")
            return ""
        text, key = self._text(path), self._key_made_of(path)
        if not key:
            self._wrong(
                path, f"no key can be made of {text!r}", f"give each a key: {path[-2]}: {self._keyed(path[:-1])}"
            )
        return key

    def _text(self, path: KeyPath) -> str:
        return as_text(self.own.value(path), self.own.origin(path).written)

    def _key_made_of(self, path: KeyPath) -> str:
        text = self._text(path)
        return key_of(OF_A_PATH.sub("", text) if "/" in text or OF_A_PATH.search(text) else text.replace("+", "-"))

    def _keyed(self, at: KeyPath) -> str:
        """A list as a mapping, its keys those that are made of it and letters where none can be."""
        # Only this mend needs anything of sheets.
        from reconciler.model.sheet import letters  # noqa: PLC0415

        paths = [(*at, index) for index in range(len(self.own.value(at)))]
        has_none = (isinstance(self.own.value(path), dict | bool | None) for path in paths)
        made = ["" if none else self._key_made_of(path) for path, none in zip(paths, has_none, strict=True)]
        free = (name for at in itertools.count() if (name := letters(at).lower()) not in made)
        keys = list[str]()
        for key in made:
            keys.append(free_key(key, {*keys, *made[len(keys) + 1 :]} if key in keys else ()) if key else next(free))
        return (
            "{" + ", ".join(f"{key}: {self._as_it_stands(path)}" for key, path in zip(keys, paths, strict=True)) + "}"
        )

    def _as_it_stands(self, path: KeyPath) -> str:
        value = self.own.value(path)
        return as_yaml(value) if isinstance(value, str | dict | list) else self._text(path)

    def _check_keys(self, name: str, values: Sequence[Value]) -> None:
        first: dict[str, Value] = {}
        taken = {one.key for one in values}
        for one in values:
            right = free_key(key_of(one.key) or "hero", taken)
            if one.key and not re.fullmatch(KEY_PATTERN, one.key):
                write = f"write {right}: keys are at most 63 small letters, digits, - and _"
                self._wrong(one.path, f"{one.key!r} cannot be a key", write)
                taken.add(right)
            elif one.key in first:
                other = self._place(first[one.key].path)
                said = f"{one.key}: {self._said(first[one.key])}, {right}: {self._said(one)}"
                mend = f"give them keys: {name}: {{{said}}}"
                self._wrong(one.path, f"this value makes the key {one.key}, as that of {other} does", mend)
                taken.add(right)
            elif one.key:
                first[one.key] = one

    def _said(self, one: Value) -> str:
        return as_text(self.own.value(one.path))[:60]

    def _combinations(self, word: str, at: KeyPath, values: Mapping[str, Sequence[Value]]) -> list[Combination]:
        found: dict[str, Combination] = {}
        for each in itertools.product(*values.values()):
            key = "-".join(one.key for one in each)
            origin = self._place(each[0].path)
            if key in found:
                keys = " and ".join(one.key for one in each)
                said = f"{keys} make the key {key}, and other values make it, too"
                self._wrong(each[0].path, said, "give one of the values another key")
            elif not re.fullmatch(KEY_PATTERN, key):
                self._wrong(each[0].path, f"the key {key} is longer than 63 letters", "give the values shorter keys")
            else:
                chosen = dict(zip(values, each, strict=True))
                fields, former = self._fields(word, chosen, origin), _former(key, each)
                if former and word != next(iter(self.file.makes)):
                    fields = merge(fields, from_code(origin.file, {PREVIOUSLY: [one for one in former if one]}))
                found[key] = Combination(key, origin, self._variables(chosen), fields, former)
        return list(found.values())

    def _variables(self, chosen: Mapping[str, Value]) -> dict[str, Variable]:
        found = {}
        for name, one in chosen.items():
            if name in self.built_in:
                continue  # it sets the field of that name, which the built-in name then tells
            if isinstance(self.own.value(one.path), dict):
                key = Document({name: one.key}, {(): self._place(one.path), (name,): self._place(one.path)}, {})
                found[name] = Variable(name, key, (name,))
            else:
                found[name] = Variable(name, self.own, one.path)
        return found

    def _fields(self, word: str, chosen: Mapping[str, Value], origin: Origin) -> Document:
        fields = Document({}, {(): origin}, {})
        known = written_fields(self.file.makes[word])
        for name, one in chosen.items():
            value = self.own.value(one.path)
            if name in known:
                fields.data[name] = value
                fields.values.update({(name, *p): o for p, o in positions_below(self.own.values, one.path).items()})
                fields.values[name,] = replace(self.own.origin(one.path), variable=name)
                fields.keys.update({(name, *p): o for p, o in positions_below(self.own.keys, one.path).items()})
            elif isinstance(value, dict):
                inner = without(part(self.own, one.path), (PREVIOUSLY,))
                fields.data.update(inner.data)
                fields.values.update({p: o for p, o in inner.values.items() if p})
                fields.keys.update({p: o for p, o in inner.keys.items() if p})
        return fields

    # ---- tables

    def _of_table(self, word: str, at: KeyPath) -> Made | None:
        written, path = self.own.value(at), (*at, FROM)
        for name in [name for name in written if name != FROM]:
            self._wrong(
                (*at, name), f"{name} beside from: the table's columns say all", "make it a column, or remove it"
            )
        named = written[FROM]
        if not isinstance(named, str) or not _FILE.fullmatch(named):
            said = named if isinstance(named, str) else "that"
            name = said.replace("\\", "/").rpartition("/")[2]
            mend = f"write from: {name if _FILE.fullmatch(name) else 'launches.csv'}, a file beside this one"
            self._wrong(path, f"from: {said!r} is no CSV file beside this one", mend)
            return None
        folder = self.own.origin(()).file.rpartition("/")[0]
        whole = f"{folder}/{named}"
        if whole not in self.tables:
            self._wrong(path, f"there is no {whole}", self._other_table(folder, named))
            return None
        table = self.tables[whole]
        if table is None or self.problems:
            return None
        if len(table.rows) > self.limit:
            self._too_many(path, word, len(table.rows), named)
            return None
        self._check_columns(table)
        return Made(word, [self._of_row(word, row) for row in table.rows], table=named)

    def _of_row(self, word: str, row: Row) -> Combination:
        fields = Document({}, {(): row.origin}, {})
        if row.former and word != next(iter(self.file.makes)):
            fields = merge(fields, from_code(row.origin.file, {PREVIOUSLY: list(row.former)}))
        return Combination(row.key, row.origin, self._cells(row.cells), fields, row.former)

    def _other_table(self, folder: str, named: str) -> str:
        here = [one.rpartition("/")[2] for one in self.tables if one.rpartition("/")[0] == folder]
        if near := get_close_matches(named, here, n=1):
            return f"did you mean {near[0]}?"
        if elsewhere := next((one for one in self.tables if one.endswith(f"/{named}")), ""):
            return f"copy {elsewhere} there: a table stands beside its file"
        return "put the table there"

    def _cells(self, cells: Document) -> dict[str, Variable]:
        return {name: Variable(name, cells, (name,), cell=True) for name in cells.data if name not in (KEY, FORMER)}

    def _check_columns(self, table: Table) -> None:
        for name, origin in table.columns.items():
            if name in (KEY, FORMER):
                continue
            if wrong := wrong_name(name, self.built_in, table.columns):
                self.problems.append(Problem(origin, *wrong))
            elif name not in self.referred:
                open_ = self.referred - set(table.columns) - self.built_in
                near = get_close_matches(name, open_, n=1)
                without_column = f"; without a column are {', '.join(sorted(open_))}" if open_ else ""
                mend = (
                    f"did you mean {near[0]}?"
                    if near
                    else f"write ${{{name}}} where its cells are to stand, or delete it{without_column}"
                )
                self.problems.append(Problem(origin, f"nothing uses the column {name}", mend))

    # ---- places

    def _place(self, path: KeyPath) -> Origin:
        return self.own.keys.get(path, self.own.origin(path))

    def _wrong(self, path: KeyPath, message: str, mend: str) -> None:
        self.problems.append(Problem(self._place(path), message, mend))


def _may_be_former(key: Any) -> bool:
    return isinstance(key, str) and (not key or re.fullmatch(KEY_PATTERN, key) is not None)


def _former(key: str, each: Sequence[Value]) -> tuple[str, ...]:
    """Every key that values with these keys may have made."""
    ways = itertools.product(*((one.key, *one.former) for one in each))
    return tuple(one for one in dict.fromkeys("-".join(filter(None, way)) for way in ways) if one != key)


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _listed(words: Iterator[str] | Mapping[str, type[BaseModel]]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}"
