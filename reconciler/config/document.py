"""YAML to plain data, with the place of every key and value.

The dialect is YAML 1.2's core schema without what a reviewer cannot see through: no anchors, aliases,
merge keys or tags, one document a file, every key a string. Reading is by parser events, because no
ready-made loader refuses all of that and keeps positions.
"""

from __future__ import annotations

import contextlib
import math
import pathlib
import re
import stat
from collections.abc import Callable
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

from reconciler.config.comments import LINE_BREAK, Comments
from reconciler.config.readable import MAX_BYTES, readable, refuse_size
from reconciler.config.sheet_files import refuse_sheet
from reconciler.config.syntax.among_lines import cause, separator_mend
from reconciler.config.syntax.parser_errors import explain
from reconciler.kinds import MONEY_FIELDS
from reconciler.kinds.files import LAYERED
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.text.redact import META_TOKEN
from reconciler.text.yaml import ODD_SPACE, named, put_in_quotes, without_typographic

try:
    from _ruamel_yaml import CParser
except ImportError:  # no wheel for this platform; ruamel's own parser is thirty times slower
    CParser = None

Scalar = str | int | float | bool | None
NextEvent = Callable[[], Any]

MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_INT_DIGITS = 640  # the least that Python's own limit on int() and str() can be set to
SHORTEST_POSTCODE = 5
MAX_LETTERS = 200  # of a list or mapping in brackets that a mend may write out

LEAKED = "delete it here and in git's history, revoke it at Meta, and put a new one into the environment"


def read_document(path: pathlib.Path, name: str) -> Document:
    """Read one file; `name` is what errors call it. Raises ConfigError with all problems found."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ConfigError([Problem(Origin(name), "this is not a regular file", "put a YAML file in its place")])
        refuse_size(status.st_size, name)
        with path.open("rb") as file:
            return parse_document(file.read(MAX_BYTES + 1), name)
    except OSError as error:
        said = f"the file cannot be read: {error.strerror}"
        raise ConfigError([Problem(Origin(name), said, "check that it exists and who may read it")]) from None


def parse_document(text: bytes | str, name: str) -> Document:
    """Parse the content of one file; `name` is what errors call it.

    Raises ConfigError with all problems found. A syntax error or a broken limit ends the file.
    """
    try:
        return _parsed(text, name)
    except ConfigError:
        refuse_sheet(text, name)
        raise


def _parsed(text: bytes | str, name: str) -> Document:
    source = readable(text, name)
    if CParser is not None:
        # libyaml 0.1 stumbles over `{url: https://…}` and `[why?]`, which YAML 1.2 allows. So a syntax
        # error counts only when ruamel's own parser finds one too.
        with contextlib.suppress(YAMLError):
            return _compose(_Reader(CParser(source).get_event, name, source))
    reader = _Reader(_pure_parser().parse(source).__next__, name, source)
    try:
        return _compose(reader)
    except YAMLError as error:
        problem = explain(error, source, name)
        reader.problems = [p for p in reader.problems if p.origin.line != problem.origin.line]
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


# ---- scalars

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC_START = frozenset("0123456789-+.")
_INT = re.compile(r"[-+]?[0-9]+")
_CUT_NUMBER = re.compile(r"[:\s]([0-9]+),\Z")
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
    if math.isinf(number := WrittenFloat(text)):
        raise ValueError("a number too large to hold")
    number.written = text
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


ANOTHER = f"; where another {LAYERED.kind.title} begins here, move it to a file of its own"
"""What else may be meant by a name that is written twice."""

FIELDS = frozenset(name for spec in LAYERED.makes.values() for name in spec.model_fields)
"""Keys of which nothing is to be said: the same stand in each of a thousand files."""


class WrittenFloat(float):
    """A number with its letters: an amount that is written 10.10, or 50.000, means more than 10.1 and 50.0 say."""

    written: str


class _Reader:
    """Turns one stream of events into data. Whatever is wrong goes to `problems`, and reading goes on."""

    def __init__(self, next_event: NextEvent, name: str, source: str) -> None:
        self.next_event = next_event
        self.name = name
        self.lines = LINE_BREAK.split(source)
        self.comments = Comments(source, name)
        self.cut: dict[KeyPath, Origin] = {}
        self.problems: list[Problem] = []
        self.values: dict[KeyPath, Origin] = {}
        self.keys: dict[KeyPath, Origin] = {}
        self.nodes = 0
        self.last = Origin(name, 1, 1)
        self.has_odd_key = False
        self.has_second = False

    def problem(self, origin: Origin, message: str, mend: str) -> None:
        self.problems.append(Problem(origin, message, mend))

    def document(self) -> Any:
        self.next_event()
        if type(self.next_event()) is StreamEndEvent:
            self.problem(self.last, "the file is empty", "write key: value lines, or delete the file")
            return None
        data = self.node(self.next_event(), (), 1)
        self.next_event()
        after = self.next_event()
        if not isinstance(data, dict):
            self.problems.append(self.no_mapping(data))
        if type(after) is not StreamEndEvent:
            start = self.place(after)
            mend = separator_mend(self.lines, start.line - 1, self.name)
            self.problem(start, "a second document begins here", mend)
        return data

    def no_mapping(self, data: Any) -> Problem:
        start = self.values[()]
        if isinstance(data, str) and (found := cause(self.lines, start.line - 1, self.name)):
            return found
        if isinstance(data, list):
            return Problem(start, "the top level is a list, not a mapping", "write key: value lines, without a '- '")
        what = "empty" if data is None else "a single value"
        mend = "write key: value lines, such as name: Spring Sale, or move the file out of desired/"
        return Problem(start, f"the top level is {what}, not a mapping", mend)

    def place(self, event: Any, written: str = "") -> Origin:
        mark = event.start_mark
        self.last = Origin(self.name, mark.line + 1, mark.column + 1, written)
        return self.last

    def node(self, event: Any, path: KeyPath, depth: int) -> Any:
        is_scalar = type(event) is ScalarEvent
        origin = self.values[path] = self.place(event, self.letters(event) if is_scalar else "")
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse_more(origin)
        if type(event) is AliasEvent:
            mend = f"write the value out; or {self.in_quotes(origin)}"
            self.problem(origin, f"the alias *{event.anchor} is not allowed", mend)
            return None
        if event.anchor or event.tag:
            self.refuse_properties(event, origin)
        if is_scalar:
            return self.scalar(event, origin, path)
        if depth > MAX_DEPTH:
            self.problem(origin, f"more than {MAX_DEPTH} levels of nesting", "flatten it")
            raise _LimitError
        data = (self.mapping if type(event) is MappingStartEvent else self.sequence)(path, depth)
        if event.flow_style:
            self.values[path] = self.with_letters(origin)
        return data

    def letters(self, event: Any) -> str:
        """A value as it stands: with the line breaks that YAML makes spaces of. "" of one in quotes on one line, and
        where each line is one of the text."""
        start, end = event.start_mark, event.end_mark
        if event.style == "|":
            return ""
        if start.line == end.line:
            return str(event.value) if event.implicit[0] or event.style == ">" else ""
        return "\n".join([self.lines[start.line][start.column :], *self.lines[start.line + 1 : end.line + 1]]).rstrip()

    def with_letters(self, origin: Origin) -> Origin:
        """The place of a list or mapping in brackets that ends on its line."""
        end = self.ended
        letters = self.lines[end.line][origin.column - 1 : end.column] if end.line == origin.line - 1 else ""
        return Origin(self.name, origin.line, origin.column, letters if len(letters) <= MAX_LETTERS else "")

    def in_quotes(self, origin: Origin) -> str:
        return put_in_quotes(self.lines[origin.line - 1])

    def refuse_more(self, origin: Origin) -> NoReturn:
        self.problem(origin, f"more than {MAX_NODES:,} keys and values", "split it into several files")
        raise _LimitError

    def refuse_properties(self, event: Any, origin: Origin) -> None:
        if event.anchor:
            mend = f"write the value out where it is used; or {self.in_quotes(origin)}"
            self.problem(origin, f"the anchor &{event.anchor} is not allowed", mend)
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.problem(origin, f"the tag {tag} is not allowed", f"delete it; or {self.in_quotes(origin)}")

    def scalar(self, event: Any, origin: Origin, path: KeyPath) -> Scalar:
        text: str = event.value
        if control := _CONTROL.search(text):
            self.problem(origin, f"the text holds {named(control.group())}", _escaped(text))
        if META_TOKEN.search(text):
            self.problem(origin, "this holds an access token", LEAKED)
        if not event.implicit[0]:
            return text
        try:
            return _resolve(text)
        except ValueError as error:
            if path[-1:] and path[-1] in MONEY_FIELDS and "raw" not in path:
                return text  # no text in quotes is an amount: its field says what one is
            # Of a postcode or an id the 0 is a part.
            spare = "leading" in str(error) and len(text) < SHORTEST_POSTCODE
            mend = f'put it in quotes: "{text[:60]}"' + ("; or write it without the 0" if spare else "")
            self.problem(origin, f"{_short(text)} is {error}, which may be meant as text", mend)
            return text

    def note_cut(self, event: Any, path: KeyPath, indent: int) -> None:
        if type(event) is not ScalarEvent or not self.comments.lines:
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
        self.ended = event.end_mark
        return items

    def mapping(self, path: KeyPath, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while type(event := self.next_event()) is not MappingEndEvent:
            origin = self.place(event)
            key = self.key(event, origin, path, depth)
            child = (*path, key)
            if key in data:
                self.refuse_twice(key, origin, path)
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
        self.ended = event.end_mark
        return data

    def refuse_twice(self, key: str, origin: Origin, path: KeyPath) -> None:
        if not path and self.has_second:
            return  # a second campaign is told once
        self.has_second = not path and key == "name"
        other = ANOTHER if not path and key == "name" else LAYERED.words.twice.get(key, "")
        said = f"key {_short(key)} is written twice, first at {self.keys[*path, key]}"
        self.problem(origin, said, f"keep one of the two{other}")

    def key(self, event: Any, origin: Origin, path: KeyPath, depth: int) -> str:
        """The key's text. Of one that is refused, something no other key can equal."""
        refused = f"\0{self.nodes}"
        if type(event) is not ScalarEvent:
            if type(event) is not AliasEvent:
                self.problem(origin, *self.no_key(origin))
            self.node(event, (*path, refused), depth + 1)
            return refused
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse_more(origin)
        if event.anchor or event.tag:
            self.refuse_properties(event, origin)
        text: str = event.value
        if text in FIELDS:
            return text
        if control := _CONTROL.search(text):
            self.problem(origin, f"the key holds {named(control.group())}", "delete the escape")
        if not event.implicit[0]:
            return text
        if wrong := _wrong_key(text):
            before = _CUT_NUMBER.search(self.lines[origin.line - 1][: origin.column - 1])
            if before and text.isdecimal():
                wrong = f"a comma cuts {before[1]},{text} in two", f"write {before[1]}.{text}, with a point"
            self.problem(origin, *wrong)
            return refused
        if odd := ODD_SPACE.search(text):
            return self.odd_key(origin, text, odd[0])
        return text

    def no_key(self, origin: Origin) -> tuple[str, str]:
        line = self.lines[origin.line - 1]
        if "{{" in line:
            is_whole = re.match(r"[^{]*:\s+\{\{", line) is not None
            return "YAML takes {{ for the beginning of a mapping", put_in_quotes(line, brackets=is_whole)
        return "a key must be a text, not a list or a mapping", "write a plain key, or quote it"

    def odd_key(self, origin: Origin, text: str, odd: str) -> str:
        """Pasted spaces are everywhere in a file: the first is told for all."""
        clean = " ".join(ODD_SPACE.sub(" ", text).split())
        if not self.has_odd_key:
            mend = f"write {clean}: with ordinary spaces before it, here and wherever {named(odd)} stands"
            self.problem(origin, f"{named(odd)} stands in this key", mend)
        self.has_odd_key = True
        return clean


def _escaped(text: str) -> str:
    """The mend for an escape: JSON has two for one sign, and YAML knows no such pairs."""
    if pair := _PAIR.search(text):
        sign = pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
        return f"write {sign} itself in place of its two escapes"
    return "delete the escape"


_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _wrong_key(text: str) -> tuple[str, str] | None:
    """What is wrong with an unquoted key, and the mend."""
    if text == "<<":
        return "the merge key << is not allowed", "write the keys out"
    if (bare := without_typographic(text)) != text:
        return f"{text[0]} is no quote of YAML", f"write {bare}:"
    if ":" in text:
        return f"key {_short(text)} has no space after its ':'", "write key: value, or quote the key"
    try:
        is_text = isinstance(_resolve(text), str)
    except ValueError:
        is_text = False
    return None if is_text else (f"key {_short(text)} is not a text", "put it in quotes")


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
