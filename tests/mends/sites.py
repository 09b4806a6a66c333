"""Where in the code a mend can be given, and how it may read. Found in the syntax tree, so that none is forgotten.

A site is a call that makes a problem: `Problem`, `Refusal`, `MediaError`, a function that hands its own `mend` on to
one of them, or a `ValueError("what is wrong; what would be right")` of a field's reader. A text is followed through
conditions, names, constants, tables and the functions that return it; what only a run knows is a gap in it.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "reconciler"

GAP = None
Text = tuple[str | None, ...]
"""Literal parts, and gaps where a run puts something in."""
UNKNOWN: Text = (GAP,)
NO_MEND: Text = ("",)

Function = ast.FunctionDef
MOST_ALTERNATIVES = 60
DEEPEST = 12


@dataclass(frozen=True)
class Site:
    module: str
    function: str
    line: int
    messages: tuple[Text, ...]
    mends: tuple[Text, ...]

    def __str__(self) -> str:
        return f"reconciler/{self.module}.py:{self.line} ({self.function})"


@dataclass(frozen=True)
class Maker:
    """A call that makes a problem: which of its arguments are the message and the mend. A text that is no argument
    stands in the function itself."""

    mend: int
    message: int | tuple[Text, ...]


@dataclass(frozen=True)
class Place:
    module: str
    function: Function | None = None
    seen: frozenset[tuple[str, str]] = frozenset()

    def within(self, module: str, function: Function) -> Place:
        return Place(module, function, self.seen | {(module, function.name)})


# ---- the package as trees


def modules() -> list[str]:
    names = [p.relative_to(PACKAGE).with_suffix("").as_posix() for p in sorted(PACKAGE.rglob("*.py"))]
    return [name for name in names if not name.startswith("sandbox")]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))


@cache
def functions(module: str) -> dict[str, Function]:
    return {node.name: node for node in ast.walk(tree(module)) if isinstance(node, Function)}


@cache
def constants(module: str) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
    return found


@cache
def imported(module: str) -> dict[str, tuple[str, str]]:
    """Local name → module of ours and the name there; "" where it is the module itself."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree(module)):
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith("reconciler"):
            continue
        home = str(node.module).removeprefix("reconciler").removeprefix(".").replace(".", "/")
        for alias in node.names:
            inner = f"{home}/{alias.name}".lstrip("/")
            is_module = (PACKAGE / f"{inner}.py").is_file()
            source = home if (PACKAGE / f"{home}.py").is_file() else f"{home}/__init__"
            found[alias.asname or alias.name] = (inner, "") if is_module else (source, alias.name)
    return found


@cache
def owners(module: str) -> dict[ast.AST, Function]:
    """Each node's innermost function."""
    found: dict[ast.AST, Function] = {}
    for function in [n for n in ast.walk(tree(module)) if isinstance(n, Function)]:
        for node in ast.walk(function):
            found[node] = function
    return found


# ---- what an expression may read as


def texts(node: ast.expr | None, at: Place, deep: int = 0) -> list[Text]:  # noqa: C901  a row for each form
    if node is None or deep > DEEPEST:
        return [UNKNOWN]
    match node:
        case ast.Constant(value=str(text)):
            return [(text,)]
        case ast.JoinedStr(values=parts):
            return _product([_part(part, at, deep) for part in parts])
        case ast.IfExp(body=one, orelse=other):
            return texts(one, at, deep + 1) + texts(other, at, deep + 1)
        case ast.BoolOp(values=values):
            return [text for value in values for text in texts(value, at, deep + 1)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _product([texts(left, at, deep + 1), texts(right, at, deep + 1)])
        case ast.NamedExpr(value=value):
            return texts(value, at, deep + 1)
        case ast.Dict(values=values):
            return [text for value in values for text in texts(value, at, deep + 1)]
        case ast.Name(id=name):
            return _of_name(name, at, deep)
        case ast.Subscript(value=holder, slice=ast.Constant(value=int(index))):
            return elements(holder, index, at, deep + 1)
        case ast.Subscript(value=holder):
            return texts(holder, at, deep + 1)
        case ast.Call():
            return _of_call(node, at, deep)
    return [UNKNOWN]


def elements(node: ast.expr, index: int, at: Place, deep: int = 0) -> list[Text]:
    """The item `index` of what an expression gives: a tuple, or each of many."""
    if deep > DEEPEST:
        return [UNKNOWN]
    match node:
        case ast.Tuple(elts=items) if not any(isinstance(item, ast.Starred) for item in items):
            return texts(items[index], at, deep + 1) if index < len(items) else [UNKNOWN]
        case ast.IfExp(body=one, orelse=other):
            return elements(one, index, at, deep + 1) + elements(other, index, at, deep + 1)
        case ast.NamedExpr(value=value):
            return elements(value, index, at, deep + 1)
        case ast.Constant(value=None):
            return []
        case ast.Name(id=name):
            values = [value for value, _ in _assigned(name, at) if value is not None]
            return [t for value in values for t in elements(value, index, at, deep + 1)] or [UNKNOWN]
        case ast.Call():
            found = _function(node, at)
            if found is not None:
                inner = at.within(*found)
                return [t for value in _given(found[1]) for t in elements(value, index, inner, deep + 1)]
    return [UNKNOWN]


def _part(node: ast.expr, at: Place, deep: int) -> list[Text]:
    if not isinstance(node, ast.FormattedValue):
        return texts(node, at, deep)
    if node.conversion != -1 or node.format_spec is not None:
        return [UNKNOWN]
    # Words that the code puts in are words of the mend; an amount, a list or a name is a gap, however it is written.
    inner = texts(node.value, at, deep + 1)
    are_words = all(text == NO_MEND or is_known(text) for text in inner)
    return inner if are_words and len(inner) <= MOST_ALTERNATIVES else [UNKNOWN]


def _product(parts: list[list[Text]]) -> list[Text]:
    size = 1
    for part in parts:
        size *= len(part)
    if size > MOST_ALTERNATIVES:
        parts = [part if len(part) == 1 else [UNKNOWN] for part in parts]
    return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*parts)]


def _of_name(name: str, at: Place, deep: int) -> list[Text]:
    found: list[Text] = []
    for value, index in _assigned(name, at):
        if value is not None:
            found += texts(value, at, deep + 1) if index is None else elements(value, index, at, deep + 1)
    for value in _appended(name, at):
        more = texts(value, at, deep + 1)
        found += _product([found, more])
    if found or (at.function is not None and name in _parameters(at.function)):
        return found or [UNKNOWN]
    if name in constants(at.module):
        return texts(constants(at.module)[name], Place(at.module), deep + 1)
    if name in imported(at.module):
        home, there = imported(at.module)[name]
        if there and there in constants(home):
            return texts(constants(home)[there], Place(home), deep + 1)
    return [UNKNOWN]


def _assigned(name: str, at: Place) -> Iterator[tuple[ast.expr | None, int | None]]:
    """Values that a function gives to a name, and which item of the value it is."""
    for node in ast.walk(at.function) if at.function is not None else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=one)], value=value) if one == name:
                yield value, None
            case ast.Assign(targets=[ast.Tuple(elts=items)], value=value):
                yield from ((value, i) for i, item in enumerate(items) if _is(item, name))
            case ast.AnnAssign(target=ast.Name(id=one), value=value) if one == name:
                yield value, None
            case ast.NamedExpr(target=ast.Name(id=one), value=value) if one == name:
                yield value, None
            case ast.For(target=ast.Tuple(elts=items), iter=source):
                for i, item in enumerate(items):
                    if _is(item, name):
                        yield from _looped(source, i, at)


def _looped(source: ast.expr, index: int, at: Place) -> Iterator[tuple[ast.expr | None, int | None]]:
    match source:
        case ast.Tuple(elts=rows):
            yield from ((row, index) for row in rows)
        case ast.Name(id=name) if name in constants(at.module):
            table = constants(at.module)[name]
            rows = list(_rows(table))
            yield from ((row, index) for row in rows)
        case _:
            yield source, index


def _rows(table: ast.expr) -> Iterator[ast.expr]:
    """The rows of a table that stands in the module, also where it is made by a comprehension over them."""
    for node in ast.walk(table):
        if isinstance(node, ast.comprehension) and isinstance(node.iter, ast.Tuple):
            yield from node.iter.elts
            return
    if isinstance(table, (ast.Tuple, ast.List)):
        yield from table.elts


def _appended(name: str, at: Place) -> Iterator[ast.expr]:
    for node in ast.walk(at.function) if at.function is not None else ():
        if isinstance(node, ast.AugAssign) and _is(node.target, name):
            yield node.value


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


SAME_TEXT = {"rstrip", "strip", "lower", "removesuffix"}


def _of_call(node: ast.Call, at: Place, deep: int) -> list[Text]:
    match node.func:
        case ast.Attribute(value=holder, attr="get"):
            default = texts(node.args[1], at, deep + 1) if len(node.args) > 1 else []
            return texts(holder, at, deep + 1) + default
        case ast.Attribute(value=holder, attr="format"):
            return [text if text == UNKNOWN else _opened(text) for text in texts(holder, at, deep + 1)]
        case ast.Attribute(value=holder, attr=attr) if attr in SAME_TEXT:
            return texts(holder, at, deep + 1)
    found = _function(node, at)
    if found is None:
        return [UNKNOWN]
    inner = at.within(*found)
    return [text for value in _given(found[1]) for text in texts(value, inner, deep + 1)] or [UNKNOWN]


def _opened(text: Text) -> Text:
    """`{since}` of a format is a gap; `{{` is a brace."""
    said = "".join(part or "" for part in text)
    parts = re.split(r"(?<!\{)\{\w+\}(?!\})", said)
    whole = itertools.chain.from_iterable((part.replace("{{", "{").replace("}}", "}"), GAP) for part in parts)
    return tuple(whole)[:-1]


def _function(node: ast.Call, at: Place) -> tuple[str, Function] | None:
    match node.func:
        case ast.Name(id=name):
            module, wanted = at.module, name
            if name not in functions(module):
                module, wanted = imported(module).get(name, ("", ""))
        case ast.Attribute(value=ast.Name(id=holder), attr=wanted):
            module = imported(at.module).get(holder, ("", ""))[0] if holder != "self" else at.module
        case _:
            return None
    found = functions(module).get(wanted) if module else None
    return None if found is None or (module, wanted) in at.seen else (module, found)


def _given(function: Function) -> list[ast.expr]:
    """What a function returns or yields."""
    given = [n.value for n in ast.walk(function) if isinstance(n, (ast.Return, ast.Yield))]
    return [value for value in given if value is not None]


# ---- calls that make problems


def _parameters(function: Function) -> list[str]:
    names = [argument.arg for argument in function.args.args]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


FIRST = {"Problem": Maker(2, 1), "Refusal": Maker(4, 2), "MediaError": Maker(1, 0)}


@cache
def makers() -> dict[tuple[str, str], Maker]:
    """By module and name; "" for any module. Grows by the functions that hand a `mend` of theirs on."""
    found = {("", name): maker for name, maker in FIRST.items()}
    while True:
        more = {key: maker for key, maker in _handing_on(found) if key not in found}
        if not more:
            return found
        found |= more


def _handing_on(known: dict[tuple[str, str], Maker]) -> Iterator[tuple[tuple[str, str], Maker]]:
    for module in modules():
        for call, maker in _calls(module, known):
            function = owners(module).get(call)
            if function is None or function.name == "__init__":
                continue
            names = _parameters(function)
            mend = _argument(call, maker.mend, "mend")
            if (
                not isinstance(mend, ast.Name)
                or mend.id not in names
                or list(_assigned(mend.id, Place(module, function)))
            ):
                continue
            message = _message(call, maker, Place(module, function))
            is_method = isinstance(mend, ast.Name) and "self" in [a.arg for a in function.args.args]
            node = _argument(call, maker.message, "message") if isinstance(maker.message, int) else None
            at = names.index(node.id) if isinstance(node, ast.Name) and node.id in names else tuple(message)
            yield ("" if is_method else module, function.name), Maker(names.index(mend.id), at)


def _calls(module: str, known: dict[tuple[str, str], Maker]) -> Iterator[tuple[ast.Call, Maker]]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            maker = known.get((module, name)) or known.get(("", name))
            if maker is not None:
                yield node, maker


def _argument(call: ast.Call, index: int, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[index] if index < len(call.args) else None


def _message(call: ast.Call, maker: Maker, at: Place) -> Iterable[Text]:
    if not isinstance(maker.message, int):
        return maker.message
    starred = _starred(call)
    if starred is not None:
        return elements(starred, 0, at)
    return texts(_argument(call, maker.message, "message"), at)


def _starred(call: ast.Call) -> ast.expr | None:
    return next((argument.value for argument in call.args if isinstance(argument, ast.Starred)), None)


def _mends(call: ast.Call, maker: Maker, at: Place) -> list[Text]:
    starred = _starred(call)
    if starred is not None:
        return elements(starred, 1, at)
    mend = _argument(call, maker.mend, "mend")
    return [NO_MEND] if mend is None else texts(mend, at)


@cache
def sites() -> list[Site]:
    """Every place that makes a problem, except those that only hand on what their caller says."""
    found: list[Site] = []
    for module in modules():
        for call, maker in _calls(module, makers()):
            function = owners(module).get(call)
            at = Place(module, function)
            mend = _argument(call, maker.mend, "mend")
            if function is not None and isinstance(mend, ast.Name) and _hands_on(function, mend.id, at):
                continue
            name = function.name if function else ""
            messages, mends = dict.fromkeys(_message(call, maker, at)), dict.fromkeys(_mends(call, maker, at))
            found.append(Site(module, name, call.lineno, tuple(messages), tuple(mends)))
    return found + list(_readers())


def _hands_on(function: Function, name: str, at: Place) -> bool:
    return name in _parameters(function) and not list(_assigned(name, at))


READERS = ("kinds/", "settings")
"""Modules whose ValueErrors are what a field of YAML answers with."""


def _readers() -> Iterator[Site]:
    for module in modules():
        for node in ast.walk(tree(module)) if module.startswith(READERS) else ():
            if (
                not isinstance(node, ast.Raise)
                or not isinstance(node.exc, ast.Call)
                or not _is(node.exc.func, "ValueError")
            ):
                continue
            function = owners(module).get(node)
            said = texts(node.exc.args[0], Place(module, function))
            parts = [_parted(text) for text in dict.fromkeys(said)]
            messages, mends = dict.fromkeys(m for m, _ in parts), dict.fromkeys(m for _, m in parts)
            yield Site(module, function.name if function else "", node.lineno, tuple(messages), tuple(mends))


def _parted(text: Text) -> tuple[Text, Text]:
    """At the first "; " that stands in it."""
    for i, part in enumerate(text):
        if part is not None and "; " in part:
            before, _, after = part.partition("; ")
            return (GAP, *text[:i], before), (after, *text[i + 1 :])
    return (GAP, *text), NO_MEND


def pattern(text: Text) -> re.Pattern[str]:
    return re.compile("".join(".*" if part is GAP else re.escape(part) for part in text), re.DOTALL)


def shown(text: Text) -> str:
    return "".join("…" if part is GAP else part for part in text)


def is_known(text: Text) -> bool:
    """Whether enough of it stands in the code to tell it from others."""
    return sum(len(part.strip()) for part in text if part) > 2
