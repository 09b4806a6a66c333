"""`vars:` read, and put in place of `${name}`. Pure.

Project, account, templates and file each may give a variable a value; the later wins. A template says which ones it
wants, with their types. Text is put together, never computed: no expressions, no functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from reconciler.kinds.copy import LINKS
from reconciler.kinds.field_types import free_key, free_keys
from reconciler.kinds.merging import positions_below
from reconciler.kinds.tags import is_macro
from reconciler.kinds.variables import NAME, REFERENCE, TYPE_WORDS, TYPES, Judged, Variable, as_text, example
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem
from reconciler.model.ref import texts
from reconciler.text.yaml import LONGEST, as_yaml

VARS = "vars"
PARTS = ("type", "default", "value", "description")
"""What a declaration may say."""
ESCAPE = "for the signs ${ themselves write $${"
LIKELY = re.compile(r"(?<!\$)\$([a-z][a-z0-9_]*)\b|\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
FIXED = frozenset({"account", "client", "currency", "project"})
"""Built-in names of every file, by what it stands below."""


@dataclass(frozen=True)
class Declared:
    """What is asked of a variable."""

    name: str
    origin: Origin
    type: str = ""
    """Empty: any plain value."""
    default: Variable | None = None


@dataclass(frozen=True)
class Layer:
    """What one document says of variables."""

    declared: Mapping[str, Declared] = field(default_factory=dict)
    values: Mapping[str, Variable] = field(default_factory=dict)


def read(document: Document, problems: list[Problem], built_in: frozenset[str], *, template: bool = False) -> Layer:
    """Of one file; what is wrong in it is put to `problems`."""
    written = document.data.get(VARS)
    if VARS not in document.data:
        return Layer()
    if not isinstance(written, dict):
        mend = "write the variables below it, two spaces further in, such as budget: 50.00 SGD"
        problems.append(Problem(document.origin((VARS,)), "vars: expected a mapping of names to values", mend))
        return Layer()
    declared: dict[str, Declared] = {}
    values: dict[str, Variable] = {}
    for name, value in written.items():
        here = (VARS, name)
        wrong = list(_wrong(document, here, value, built_in, template=template))
        problems.extend(wrong)
        if wrong:
            continue
        if template or isinstance(value, dict):
            declared[name] = _declared(document, here, value)
            if isinstance(value, dict) and "value" in value:
                values[name] = Variable(name, document, (*here, "value"))
        else:
            values[name] = Variable(name, document, here)
    return Layer(declared, values)


def _declared(document: Document, here: KeyPath, value: Any) -> Declared:
    name, origin = str(here[-1]), document.keys.get(here, document.origin(here))
    if not isinstance(value, dict):
        return Declared(name, origin, value)
    default = Variable(name, document, (*here, "default")) if "default" in value else None
    return Declared(name, origin, value.get("type", ""), default)


def _wrong(
    document: Document, here: KeyPath, value: Any, built_in: frozenset[str], *, template: bool
) -> Iterator[Problem]:
    key = document.keys.get(here, document.origin(here))
    if wrong := wrong_name(str(here[-1]), built_in, document.value(here[:-1])):
        yield Problem(key, *wrong)
    elif isinstance(value, dict):
        yield from _wrong_declaration(document, here, value)
    elif template:
        yield from _wrong_type(document, here, value)
    else:
        yield from _wrong_value(document, here, value)


def wrong_name(name: str, built_in: frozenset[str], beside: Collection[str]) -> tuple[str, str] | None:
    """`beside`: the names that stand there, this one among them."""
    if name in built_in:
        other = free_key(f"my_{name}", beside, "_")
        return f"${{{name}}} is built in, and means the same everywhere", f"choose another name, such as {other}"
    if not NAME.fullmatch(name):
        right = free_keys([*built_in, *beside], _name_meant, "_")[name]
        said = f"write {right}" if _name_of(name) else f"write a name such as {right}"
        return f"{name!r} cannot be the name of a variable", f"{said}: names are small letters, digits and _"
    return None


def _name_meant(name: str) -> str:
    """What is to be written in the stead of one that cannot be a name."""
    return "" if NAME.fullmatch(name) else _name_of(name) or "budget"


def _name_of(text: str) -> str:
    made = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:LONGEST]
    return made if NAME.fullmatch(made) else ""


def _wrong_declaration(document: Document, here: KeyPath, value: Mapping[str, Any]) -> Iterator[Problem]:
    for name in value:
        if name not in PARTS:
            near = get_close_matches(name, PARTS, n=1)
            mend = f"did you mean {near[0]}?" if near else f"write {here[-1]}: and one value, or {{type: string}}"
            said = f"{here[-1]}: {name} is no part of a variable's declaration"
            yield Problem(document.keys.get((*here, name), document.origin(here)), said, mend)
    if not set(value) & {"type", "default", "value"} and not set(value) - set(PARTS):
        yield Problem(document.origin(here), f"{here[-1]} has no type", "write type: string, or another type, below it")
    if "type" in value:
        yield from _wrong_type(document, (*here, "type"), value["type"])
    for part in ("default", "value"):
        if part in value:
            yield from _wrong_value(document, (*here, part), value[part])


def _wrong_type(document: Document, here: KeyPath, value: Any) -> Iterator[Problem]:
    if value in TYPES if isinstance(value, str) else False:
        return
    name, meant = str(here[1]), TYPE_WORDS.meant(value) if isinstance(value, str) else ""
    known = f"types are {', '.join(sorted(TYPES))}"
    mend = f"did you mean {meant}?" if meant else f"write {name}: string, or another type: {known}"
    if not meant and here[-1] == name and value is not None:
        mend = f"write {name}: {{type: {_type_of(value)}, default: {as_yaml(value)[:LONGEST]}}}; {known}"
    said = "nothing" if value is None else repr(value) if isinstance(value, str) else as_yaml(value)[:LONGEST]
    yield Problem(document.origin(here), f"{name}: {said} is no type", mend)


def _type_of(value: Any) -> str:
    forms = {bool: "boolean", int: "integer", list: "list"}
    return forms.get(type(value), "string")


def _wrong_value(document: Document, here: KeyPath, value: Any) -> Iterator[Problem]:
    if value is None:
        yield Problem(document.origin(here), f"{here[1]} is written with nothing", "write its value, or delete the key")
    elif isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value)):
        yield Problem(document.origin(here), f"{here[1]} is more than one value", "write one value, or a plain list")
    else:
        texts = [(here, value)] if not isinstance(value, list) else [((*here, at), one) for at, one in enumerate(value)]
        for path, one in texts:
            if isinstance(one, str) and REFERENCE.search(one):
                said = f"{here[1]}: a variable's value is taken as it is, and holds no ${{…}}"
                yield Problem(document.origin(path), said, WRITE_OUT)


def names_of_types(document: Document) -> Iterator[Problem]:
    """Values that are a type's name, as a template would have it: `promo: string` goes live as the word."""
    written = document.data.get(VARS)
    for name, value in written.items() if isinstance(written, dict) else ():
        origin = document.origin((VARS, name))
        # In quotes it is meant: only what stands without them is known by its letters.
        if isinstance(value, str) and value in TYPES and origin.written:
            mend = f'write the value itself; where the word is meant put it in quotes: {name}: "{value}"'
            yield Problem(origin, f"{name}: {value} is a type's name, and stands in texts as this word", mend)


# ---- of one file


@dataclass
class Scope:
    """The variables of one file: what is asked of each, and its value where it has one."""

    built_in: Mapping[str, Any]
    judged: Judged
    file: Document
    """Where a value that is lacking would be written."""
    declared: dict[str, Declared] = field(default_factory=dict)
    values: dict[str, Variable] = field(default_factory=dict)
    """The later layer's where several give one."""
    row: Origin | None = None
    """The line of a table that gives this file its values."""
    used: set[str] = field(default_factory=set)
    told: set[Origin] = field(default_factory=set)
    """Places of values that something is wrong with: what their fields would say of them is said already."""

    def add(self, layer: Layer) -> None:
        for name, one in layer.declared.items():
            known = self.declared.get(name, one)
            default = one.default or known.default
            self.declared[name] = Declared(name, one.origin, one.type or known.type, default)
        self.values |= layer.values

    def variable(self, name: str, nearer: Mapping[str, Variable]) -> Variable | None:
        """`nearer`: of a combination of a matrix."""
        declared = self.declared.get(name)
        given = nearer.get(name) or self.values.get(name)
        if given is not None and given.cell and not given.value:
            given = self.values.get(name)  # an empty cell says nothing
        found = given or (declared.default if declared else None)
        if found is not None and found.cell and declared and declared.type:
            return found.with_value(TYPES[declared.type].of_cell(found.value))
        return found

    def wrong(self, variable: Variable) -> Problem | None:
        """What its declared type says of a value."""
        type_ = self.declared[variable.name].type if variable.name in self.declared else ""
        if not type_:
            return None
        try:
            TYPES[type_].check(variable.value, self.judged)
        except ValueError as error:
            message, _, mend = str(error).partition("; ")
            place = self.declared[variable.name].origin
            asked = f"${{{variable.name}}} is to be {type_} ({place}): "
            return Problem(variable.origin, f"{asked}{message}", mend)
        return None

    @property
    def names(self) -> frozenset[str]:
        return frozenset({*self.built_in, *self.declared, *self.values})


Leveled = Callable[[Document, KeyPath], Mapping[str, Any]]
"""Built-in names whose values follow from where in the merged document a text stands."""


@dataclass
class Substitution:
    """`${…}` in one merged document. `nearer`: variables of what a matrix has made, by the path that it stands at."""

    scope: Scope
    leveled: Leveled
    level_names: frozenset[str]
    nearer: Mapping[KeyPath, Mapping[str, Variable]]
    problems: list[Problem]

    def _tell(self, problem: Problem, where: Origin) -> None:
        self.problems.append(problem)
        self.scope.told |= {problem.origin, where}

    def of(self, document: Document) -> Document:
        written = list(texts(document.data))
        if not (_has_a_sign("\0".join(written)) and any(map(_may_refer, written))):
            return document
        found = Document(_copied(document.data), dict(document.values), dict(document.keys), document.cut)
        late = []
        for path, text in list(_texts(document.data, ())):
            if self.level_names & set(_names(text)):
                late.append((path, text))
            else:
                self._put(found, path, text, {})
        made = Document(_copied(found.data), dict(found.values), dict(found.keys), found.cut)
        for path, text in late:
            self._put(made, path, text, self.leveled(found, path))
        return made

    def _put(self, document: Document, path: KeyPath, text: str, leveled: Mapping[str, Any]) -> None:
        self._warn_of_likely(text, document.origin(path))
        if not REFERENCE.search(text):
            return
        where = document.origin(path)
        nearer = self._near(path)
        whole = REFERENCE.fullmatch(text)
        if whole and whole["end"] and not whole["escaped"] and (found := self._variable(whole["name"], nearer)):
            self.scope.used.add(found.name)
            if wrong := self.scope.wrong(found):
                self._tell(wrong, where)
            _stand(document, path, found, where)
            return
        value = self._built_in(whole["name"], leveled) if whole and whole["end"] and not whole["escaped"] else None
        if value is not None:
            _set(document.data, path, value)
            document.values[path] = Origin(where.file, where.line, where.column)
            return
        self._put_text(document, path, text, nearer, leveled)

    def _put_text(
        self,
        document: Document,
        path: KeyPath,
        text: str,
        nearer: Mapping[str, Variable],
        leveled: Mapping[str, Any],
    ) -> None:
        where = document.origin(path)
        made: list[Variable] = []

        def filled(match: re.Match[str]) -> str:
            if match["escaped"]:
                return match[0][1:]
            if not match["end"]:
                self._tell(Problem(where, f"{match[0][:40]!r} has no }}", f"write }} behind it; {ESCAPE}"), where)
                return match[0]
            if (value := self._built_in(match["name"], leveled)) is not None:
                return as_text(value)
            found = self._variable(match["name"], nearer)
            if found is None and path[-1] in LINKS and is_macro(match["name"]):
                return match[0]  # told with all that is wrong with the link
            if found is None:
                self._tell(self._unknown(match["name"], where, nearer), where)
                return match[0]
            self.scope.used.add(found.name)
            if wrong := self.scope.wrong(found):
                self._tell(wrong, where)
            made.append(found)
            return found.in_text()

        _set(document.data, path, REFERENCE.sub(filled, text))
        note = ", ".join(f"${{{one.name}}} of {one.origin}" for one in made)
        said = f"made with {note}" if note else ""
        document.values[path] = Origin(where.file, where.line, where.column, made=said)

    def _warn_of_likely(self, text: str, where: Origin) -> None:
        """`$budget` and `{{budget}}`, as other tools write it."""
        for match in LIKELY.finditer(text):
            name = match[1] or match[2]
            if name in self.scope.declared or name in self.scope.values:
                self._tell(Problem(where, f"{match[0]} is text as it stands", f"write ${{{name}}}"), where)

    def _near(self, path: KeyPath) -> dict[str, Variable]:
        near: dict[str, Variable] = {}
        for size in range(len(path) + 1):
            near |= self.nearer.get(path[:size], {})
        return near

    def _variable(self, name: str, nearer: Mapping[str, Variable]) -> Variable | None:
        return None if name in self.scope.built_in or name in self.level_names else self.scope.variable(name, nearer)

    def _built_in(self, name: str, leveled: Mapping[str, Any]) -> Any:
        return self.scope.built_in.get(name, leveled.get(name))

    def _unknown(self, name: str, where: Origin, nearer: Mapping[str, Variable]) -> Problem:
        scope = self.scope
        if name in self.level_names:
            return Problem(where, f"${{{name}}} says nothing here", self._level_mend(name))
        if (declared := scope.declared.get(name)) is not None:
            return self._lacking(declared, nearer)
        if is_macro(name) and not NAME.fullmatch(name):
            meta = f"write {{{{{name}}}}} where Meta is to fill it in; {ESCAPE}"
            return Problem(where, f"${{{name}}} names no variable", meta)
        known = sorted(scope.names | self.level_names | {n for near in self.nearer.values() for n in near})
        near = get_close_matches(name.strip().lower(), known, n=1)
        if near:
            return Problem(where, f"nothing declares ${{{name}}}", f"did you mean ${{{near[0]}}}? Else {ESCAPE}")
        if scope.row is not None and NAME.fullmatch(name):
            add = f"add a column {name} there, or declare it below vars: in a template"
            return Problem(Origin(scope.row.file, 1, 1), f"there is no column {name}, which {where} wants", add)
        if not NAME.fullmatch(name):
            form = f"names are small letters, digits and _; {ESCAPE}"
            return Problem(where, f"${{{name}}} names no variable", form)
        give = f"give it a value below vars:, in this file or in the project's; {ESCAPE}"
        return Problem(where, f"nothing declares ${{{name}}}", give)

    def _level_mend(self, name: str) -> str:
        if name in ("countries", "objective"):
            return f"write {name}, or another name in the text"
        return f"{name} names the one that it stands in: write it there, or leave it out here"

    def _lacking(self, declared: Declared, nearer: Mapping[str, Variable]) -> Problem:
        scope, name = self.scope, declared.name
        said = f"${{{name}}} has no value: {declared.origin} declares it without a default"
        given = nearer.get(name)
        if given is not None and given.cell:
            return Problem(given.origin, f"{name} is empty, and {declared.origin} declares it without a default", CELL)
        if scope.row is not None:
            return Problem(Origin(scope.row.file, 1, 1), said, f"add a column {name}")
        file = scope.file
        sample = example(declared.type)
        if isinstance(file.data.get(VARS), dict):
            return Problem(file.origin((VARS,)), said, f"write {name}: {sample} below vars:")
        place = file.keys.get(("extends",), Origin(file.origin(()).file, 1, 1))
        return Problem(place, said, f"write vars: {{{name}: {sample}}} in this file")


WRITE_OUT = "write the value out"
CELL = "write its value into the cell"


def _stand(document: Document, path: KeyPath, variable: Variable, where: Origin) -> None:
    """The variable's value, with its places, where a text took it as a whole."""
    _set(document.data, path, variable.value)
    cell = "; a cell is text unless vars: gives its column a type" if variable.cell else ""
    note = f"taken by ${{{variable.name}}} at {where}{cell}"
    for at, origin in variable.positions.items():
        document.values[(*path, *at)] = Origin(
            origin.file, origin.line, origin.column, origin.written, variable.name, note
        )


def _texts(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, (*path, at))


def _has_a_sign(text: str) -> bool:
    """Hardly a file has one, which is seen much sooner than what they begin."""
    return "$" in text or "{{" in text


def _may_refer(text: str) -> bool:
    return _has_a_sign(text) and bool(REFERENCE.search(text) or LIKELY.search(text))


def _names(text: str) -> Iterator[str]:
    return (match["name"] for match in REFERENCE.finditer(text) if not match["escaped"])


def names_in(document: Document) -> frozenset[str]:
    """Each name that a `${…}` in a file has."""
    return frozenset(name for path, text in _texts(document.data, ()) if path[:1] != (VARS,) for name in _names(text))


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _set(data: Any, path: KeyPath, value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


# ---- what nothing uses


def idle(file: Document, layers: Sequence[Layer], scope: Scope, own: Layer) -> Iterator[Problem]:
    """Variables of a file that neither it nor what it starts from knows: most likely misspelt."""
    asked = {name for layer in layers for name in (*layer.declared, *layer.values)}
    for name in own.values:
        if name not in scope.used and name not in asked:
            here = (VARS, name)
            near = get_close_matches(name, sorted({*asked, *scope.used}), n=1)
            mend = f"did you mean {near[0]}?" if near else "delete it, or use it"
            yield Problem(file.keys.get(here, file.origin(here)), f"nothing uses the variable {name}", mend)
    for name in own.values:
        if name in asked and name not in scope.used and (wrong := scope.wrong(own.values[name])):
            yield wrong


def told(problem: Problem) -> Problem:
    """A problem of a value that variables have made says how it came about."""
    if not problem.origin.made:
        return problem
    return Problem(problem.origin, f"{problem.message} ({problem.origin.made})", problem.mend)


def part(document: Document, path: KeyPath) -> Document:
    """What stands at a path, as a document of its own."""
    value = document.value(path)
    return Document(
        value if isinstance(value, dict) else {},
        positions_below(document.values, path) or {(): document.origin(path)},
        positions_below(document.keys, path),
    )
