"""YAML to plain data, with the place of every key and value.

The dialect is YAML 1.2's core schema without what a reviewer cannot see through: no anchors, aliases,
merge keys or tags, one document a file, every key a string. Reading is by parser events, because no
ready-made loader refuses all of that and keeps positions.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import pathlib
import re
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)
from ruamel.yaml.scanner import Scanner

from reconciler.comments import LINE_BREAK, Comments
from reconciler.errors import ConfigError
from reconciler.model import Origin, Problem
from reconciler.redact import META_TOKEN

try:
    from _ruamel_yaml import CParser
except ImportError:  # no wheel for this platform; ruamel's own parser is thirty times slower
    CParser = None

KeyPath = tuple[str | int, ...]
Scalar = str | int | float | bool | None
NextEvent = Callable[[], Any]

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_INT_DIGITS = 640  # the least that Python's own limit on int() and str() can be set to
MAX_CHARACTER_PROBLEMS = 20

LEAKED = "delete it here and in git's history, revoke it at Meta, and put a new one into the environment"


@dataclass(frozen=True)
class Document:
    """One file: `data` is dict, list, str, int, float, bool and None only.

    `values` says where each value starts, `keys` where each mapping key stands. Paths lead from the top
    level, `()`; a list's steps are its indexes. `cut` says where a `#` stands that may have cut an unquoted value off;
    documents made of several have none.
    """

    data: dict[str, Any]
    values: dict[KeyPath, Origin]
    keys: dict[KeyPath, Origin]
    cut: dict[KeyPath, Origin] = field(default_factory=dict)

    def origin(self, path: KeyPath) -> Origin:
        """Where the value at `path` starts, or its key; for what is not in the file, its nearest ancestor.

        Raises KeyError where not even `()` is known.
        """
        while path and path not in self.values and path not in self.keys:
            path = path[:-1]
        return self.values.get(path) or self.keys[path]


def read_document(path: pathlib.Path, name: str) -> Document:
    """Read one file; `name` is what errors call it. Raises ConfigError with all problems found."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            _refuse(Origin(name), "this is not a regular file", "put a YAML file in its place")
        _refuse_size(status.st_size, name)
        with path.open("rb") as file:
            return parse_document(file.read(MAX_BYTES + 1), name)
    except OSError as error:
        _refuse(
            Origin(name),
            f"the file cannot be read: {error.strerror}",
            "check that it exists and who may read it",
        )


def parse_document(text: bytes | str, name: str) -> Document:
    """Parse the content of one file; `name` is what errors call it.

    Raises ConfigError with all problems found. A syntax error or a broken limit ends the file.
    """
    source = _readable(text, name)
    if CParser is not None:
        # libyaml 0.1 stumbles over `{url: https://…}` and `[why?]`, which YAML 1.2 allows. So a syntax
        # error counts only when ruamel's own parser finds one too.
        with contextlib.suppress(YAMLError):
            return _compose(_Reader(CParser(source).get_event, name, source))
    reader = _Reader(_pure_parser().parse(source).__next__, name, source)
    try:
        return _compose(reader)
    except YAMLError as error:
        problem = _syntax_problem(error, source, name)
    except (ValueError, OverflowError):  # ruamel's chr() on "\UFFFFFFFF"
        problem = Problem(reader.last, "an escape after this is no character", "write the character itself")
    raise ConfigError([*reader.problems, problem])


def _pure_parser() -> Any:
    parser = YAML(typ="safe", pure=True)
    parser.Scanner = _ShallowScanner
    return parser


class _ShallowScanner(Scanner):  # type: ignore[misc]
    """Before it gives the first '[', ruamel looks a thousand characters ahead, and at each of them goes through every
    '[' that is open: a row of them costs its length squared. What lies deeper than MAX_DEPTH is never read, so that the
    file may as well end there."""

    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:  # noqa: N803  ruamel's name
        if self.flow_level > MAX_DEPTH:
            self.fetch_stream_end()
        else:
            super().fetch_flow_collection_start(TokenClass, to_push)


# ---- what may be in a file at all

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"\A(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*%")


def _readable(text: bytes | str, name: str) -> str:
    _refuse_size(len(text), name)
    source = (_decoded(text, name) if isinstance(text, bytes) else text).removeprefix("\ufeff")
    problems = [
        Problem(
            _place(source, match.start(), name),
            f"{_named(match.group())} may not stand in a YAML file",
            "delete it, or put an ordinary space or line break in its place",
        )
        for match in itertools.islice(_FORBIDDEN.finditer(source), MAX_CHARACTER_PROBLEMS)
    ]
    if problems:
        raise ConfigError(problems)
    if directive := _DIRECTIVE.match(source):
        _refuse(_place(source, directive.end() - 1, name), "a % directive is not allowed", "delete the line")
    return source


def _refuse_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        _refuse(Origin(name), f"the file is larger than {MAX_BYTES:,} bytes", "split it into several files")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        what = f"byte 0x{data[error.start]:02X} at offset {error.start} is not UTF-8"
        _refuse(_place(before, len(before), name), what, "save the file as UTF-8")


def _named(character: str) -> str:
    unnamed = "a control character" if unicodedata.category(character) == "Cc" else "no character"
    return f"U+{ord(character):04X} ({unicodedata.name(character, unnamed).lower()})"


def _place(text: str, index: int, name: str) -> Origin:
    before = text[:index]
    last_break = max(before.rfind("\n"), before.rfind("\r"))
    return Origin(name, len(LINE_BREAK.findall(before)) + 1, index - last_break)


def _refuse(origin: Origin, message: str, mend: str) -> NoReturn:
    raise ConfigError([Problem(origin, message, mend)])


# ---- syntax errors in plain words

# (in ruamel's "context: problem", what to say, mend); the first that matches counts.
# {char} is the character at fault, {since} the line where the broken thing begins.
_SYNTAX = tuple(
    (re.compile(pattern), message, mend)
    for pattern, message, mend in (
        (
            r"mapping values are not allowed",
            "a ':' stands here, inside a value that has begun already",
            "give each key its own line and indentation; quote a text that holds ': '",
        ),
        (
            r"sequence entries are not allowed",
            "a list item '- ' stands where no list can begin",
            "begin the list on a line of its own; quote a text that begins with '- '",
        ),
        (r"mapping keys are not allowed", "a '? ' stands where no key can begin", "quote the text"),
        (r"could not find expected ':'", "a key without a ':'", "write key: value on one line"),
        (r"an (anchor|alias)", "a value cannot begin with '&' or '*'", "quote the text"),
        (r"tag", "a value cannot begin with '!'", "quote the text"),
        (r"directive", "a % directive is not allowed", "delete the line"),
        (r"tab character", "a tab is used to indent", "indent with spaces"),
        (r"cannot start any token", "a value cannot begin with {char}", "quote the text"),
        (
            r"document separator",
            "a '---' or '...' inside a quoted text",
            "close the quote above it",
        ),
        (
            r"document end marker",
            "text after the end of the document",
            "keep one document a file",
        ),
        (r"end of stream", "a quote that is never closed", "write the closing quote"),
        (
            r"',' or '\]'",
            "the list that [ opens at line {since} has neither a ',' nor its ']' here",
            "put the ',' or the ']'",
        ),
        (
            r"',' or '\}'",
            "the mapping that {{ opens at line {since} has neither a ',' nor its '}}' here",
            "put the ',' or the '}'",
        ),
        (
            r"expected <block end>",
            "this does not continue what begins at line {since}",
            "line it up with its siblings; quote the whole of a text that begins with a quote",
        ),
        (
            r"escape character|escape sequence",
            "this is no escape of a double-quoted text",
            "write \\\\ for a backslash, or use single quotes",
        ),
        (
            r"a block scalar",
            "only |, >, + and - may stand on the line where a block text begins",
            "begin the text on the next line",
        ),
        (
            r"node content",
            "a value is expected here, and {char} begins none",
            "write a value, or quote the text",
        ),
    )
)


def _syntax_problem(error: Exception, source: str, name: str) -> Problem:
    said = f"{getattr(error, 'context', None) or ''}: {getattr(error, 'problem', None) or error}"
    context: Any = getattr(error, "context_mark", None)
    mark: Any = getattr(error, "problem_mark", None) or context
    if mark is None:
        return Problem(Origin(name), f"this is not YAML: {said}", "check the quotes and the indentation")
    char = source[mark.index : mark.index + 1]
    if char == "\t" and "cannot start" in said:
        said = "tab character"
    since = (context or mark).line + 1
    # The end of the file is nowhere to look: what was left open is.
    if context and not source[mark.index :].strip():
        mark = context
    origin = Origin(name, mark.line + 1, mark.column + 1)
    for pattern, message, mend in _SYNTAX:
        if pattern.search(said):
            return Problem(origin, message.format(char=repr(char) if char else "the end", since=since), mend)
    return Problem(origin, f"this is not YAML: {said.strip(': ')}", "check the quotes and the indentation")


# ---- scalars

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC_START = frozenset("0123456789-+.")
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_AMBIGUOUS = (
    (re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?"), "a number with a leading zero"),
    (re.compile(r"0x[0-9a-fA-F]+"), "a hexadecimal number"),
    (re.compile(r"0o[0-7]+"), "an octal number"),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), "not a finite number"),
)
# \e and its like survive in double quotes and would reach the terminal.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def _resolve(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises ValueError for one that readers of YAML disagree on."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMERIC_START:
        return text
    for pattern, what in _AMBIGUOUS:
        if pattern.fullmatch(text):
            raise ValueError(what)
    if _INT.fullmatch(text):
        if len(text) > MAX_INT_DIGITS:
            raise ValueError(f"a number of more than {MAX_INT_DIGITS} digits")
        return int(text)
    if not _FLOAT.fullmatch(text):
        return text
    if math.isinf(number := float(text)):
        raise ValueError("a number too large to hold")
    return number


# ---- events to data


def _compose(reader: _Reader) -> Document:
    data: Any = None
    with contextlib.suppress(_LimitError):
        data = reader.document()
    if reader.problems:
        raise ConfigError(reader.problems)
    return Document(data, reader.values, reader.keys, reader.cut)


class _LimitError(Exception):
    """The file is too deep or too wide to read on."""


class _Reader:
    """Turns one stream of events into data. Whatever is wrong goes to `problems`, and reading goes on."""

    def __init__(self, next_event: NextEvent, name: str, source: str) -> None:
        self.next_event = next_event
        self.name = name
        self.comments = Comments(source, name)
        self.cut: dict[KeyPath, Origin] = {}
        self.problems: list[Problem] = []
        self.values: dict[KeyPath, Origin] = {}
        self.keys: dict[KeyPath, Origin] = {}
        self.nodes = 0
        self.last = Origin(name, 1, 1)

    def problem(self, origin: Origin, message: str, mend: str) -> None:
        self.problems.append(Problem(origin, message, mend))

    def document(self) -> Any:
        self.next_event()
        if type(self.next_event()) is StreamEndEvent:
            self.problem(self.last, "the file is empty", "write key: value lines, or delete the file")
            return None
        data = self.node(self.next_event(), (), 1)
        if not isinstance(data, dict):
            what = "empty" if data is None else "a list" if isinstance(data, list) else "a single value"
            self.problem(self.values[()], f"the top level is {what}, not a mapping", "write key: value lines")
        self.next_event()
        if type(after := self.next_event()) is not StreamEndEvent:
            self.problem(self.place(after), "a second document begins here", "keep one document a file")
        return data

    def place(self, event: Any) -> Origin:
        mark = event.start_mark
        self.last = Origin(self.name, mark.line + 1, mark.column + 1)
        return self.last

    def node(self, event: Any, path: KeyPath, depth: int) -> Any:
        origin = self.values[path] = self.place(event)
        self.count(origin)
        if type(event) is AliasEvent:
            self.problem(origin, f"the alias *{event.anchor} is not allowed", "write the value out; quote a text")
            return None
        self.refuse_properties(event, origin)
        if type(event) is ScalarEvent:
            return self.scalar(event, origin)
        if depth > MAX_DEPTH:
            self.problem(origin, f"more than {MAX_DEPTH} levels of nesting", "flatten it")
            raise _LimitError
        return (self.mapping if type(event) is MappingStartEvent else self.sequence)(path, depth)

    def count(self, origin: Origin) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.problem(origin, f"more than {MAX_NODES:,} keys and values", "split it into several files")
            raise _LimitError

    def refuse_properties(self, event: Any, origin: Origin) -> None:
        if event.anchor:
            self.problem(origin, f"the anchor &{event.anchor} is not allowed", "write the value out where it is used")
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.problem(origin, f"the tag {tag} is not allowed", "delete it; quote a value that is a text")

    def scalar(self, event: Any, origin: Origin) -> Scalar:
        text: str = event.value
        if control := _CONTROL.search(text):
            self.problem(origin, f"the text holds {_named(control.group())}", "delete the escape")
        if META_TOKEN.search(text):
            self.problem(origin, "this holds an access token", LEAKED)
        if not event.implicit[0]:
            return text
        try:
            return _resolve(text)
        except ValueError as error:
            self.problem(origin, f"{_short(text)} is {error}, which may be meant as text", "put it in quotes")
            return text

    def note_cut(self, event: Any, path: KeyPath, indent: int) -> None:
        if type(event) is not ScalarEvent:
            return
        mark = event.end_mark
        if event.implicit[0]:
            self.note(path, self.comments.doubtful(mark.line, mark.column, indent))
        elif event.style in ("|", ">"):
            self.note(path, self.comments.below(mark.line + (mark.column > 0), indent))

    def note(self, path: KeyPath, origin: Origin | None) -> None:
        if origin is not None:
            self.cut[path] = origin

    def sequence(self, path: KeyPath, depth: int) -> list[Any]:
        items: list[Any] = []
        while type(event := self.next_event()) is not SequenceEndEvent:
            child = (*path, len(items))
            items.append(self.node(event, child, depth + 1))
            self.note_cut(event, child, event.start_mark.column - 2)
        return items

    def mapping(self, path: KeyPath, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while type(event := self.next_event()) is not MappingEndEvent:
            origin = self.place(event)
            key = self.key(event, origin, path, depth)
            child = (*path, key)
            if key in data:
                self.problem(
                    origin,
                    f"key {_short(key)} is written twice, first at {self.keys[child]}",
                    "keep one of the two",
                )
            else:
                self.keys[child] = origin
            value_event = self.next_event()
            value = self.node(value_event, child, depth + 1)
            if value is None and not getattr(value_event, "value", None):
                # The parsers disagree on where nothing stands, and the key is where to look.
                self.values[child] = origin
                mark = event.end_mark
                self.note(child, self.comments.behind_key(mark.line, mark.column, origin.column - 1))
            else:
                self.note_cut(value_event, child, origin.column - 1)
            data[key] = value
        return data

    def key(self, event: Any, origin: Origin, path: KeyPath, depth: int) -> str:
        """The key's text. Of one that is refused, something no other key can equal."""
        refused = f"\0{self.nodes}"
        if type(event) is not ScalarEvent:
            if type(event) is not AliasEvent:
                self.problem(origin, "a key must be a text, not a list or a mapping", "write a plain key, or quote it")
            self.node(event, (*path, refused), depth + 1)
            return refused
        self.count(origin)
        self.refuse_properties(event, origin)
        text: str = event.value
        if control := _CONTROL.search(text):
            self.problem(origin, f"the key holds {_named(control.group())}", "delete the escape")
        if not event.implicit[0]:
            return text
        if wrong := _wrong_key(text):
            self.problem(origin, *wrong)
            return refused
        return text


def _wrong_key(text: str) -> tuple[str, str] | None:
    """What is wrong with an unquoted key, and the mend."""
    if text == "<<":
        return "the merge key << is not allowed", "write the keys out"
    if ":" in text:
        return f"key {_short(text)} has no space after its ':'", "write key: value, or quote the key"
    try:
        is_text = isinstance(_resolve(text), str)
    except ValueError:
        is_text = False
    return None if is_text else (f"key {_short(text)} is not a text", "put it in quotes")


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
