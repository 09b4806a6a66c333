"""What may be in a YAML file at all, before anything of it is read: its size, its letters, and what a merge or a paste
has left. Pure."""

from __future__ import annotations

import itertools
import re
from typing import NoReturn

from reconciler.config.comments import LINE_BREAK
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import named

MAX_BYTES = 1_000_000
MAX_CHARACTER_PROBLEMS = 20
MOST_LINES = 1000

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_DIRECTIVE = re.compile(r"\A(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n))*%")


_CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)
_CONFLICT_IN_TEXT = tuple(re.compile(rf"^[ \t]+{mark}{{7}} (?=\S)", re.MULTILINE) for mark in "<>")
"""Further in, where each alone may be an ornament of a text, it takes both."""
CONFLICT_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
CONFLICT = (
    "a merge conflict is left in the file",
    "keep the lines of one side, and delete those of the other and the lines <<<<<<<, ======= and >>>>>>>",
)


def readable(text: bytes | str, name: str) -> str:
    """The text of one file; `name` is what errors call it. Raises ConfigError."""
    refuse_size(len(text), name)
    source = (_decoded(text, name) if isinstance(text, bytes) else text).removeprefix("\ufeff")
    if any(mark in source for mark in CONFLICT_MARKS):
        _refuse_conflict(source, name)
    problems = [
        Problem(
            _place(source, match.start(), name),
            f"{named(match.group())} may not stand in a YAML file",
            "delete it, or put an ordinary space or line break in its place",
        )
        for match in itertools.islice(_FORBIDDEN.finditer(source), MAX_CHARACTER_PROBLEMS)
    ]
    if problems:
        raise ConfigError(problems)
    _refuse_pasted(source, name)
    if directive := _DIRECTIVE.match(source):
        _refuse(_place(source, directive.end() - 1, name), "a % directive is not allowed", "delete the line")
    return source


def _refuse_conflict(source: str, name: str) -> None:
    if conflict := _CONFLICT.search(source) or _conflict_in_text(source):
        _refuse(_place(source, conflict.start(), name), *CONFLICT)


def _conflict_in_text(source: str) -> re.Match[str] | None:
    first, last = (mark.search(source) for mark in _CONFLICT_IN_TEXT)
    return first if last else None


_BEFORE_PASTED = frozenset("+>0123456789")
_PASTED = (
    (re.compile(r"\+"), "each line begins with a '+', as in a diff", "delete the + at the beginning of each line"),
    (
        re.compile(r">"),
        "each line begins with a '>', as in an answer to an e-mail",
        "delete the > at the beginning of each line",
    ),
    (
        re.compile(r"\s*[0-9]+[:.|)]?(?:\s|$)"),
        "each line begins with its number",
        "delete the number at the beginning of each line, the spaces before it and one sign behind it",
    ),
)


def _refuse_pasted(source: str, name: str) -> None:
    """What stands before every line belongs to where the lines were copied."""
    if source.lstrip()[:1] not in _BEFORE_PASTED:
        return
    lines = [line for line in itertools.islice(LINE_BREAK.split(source), MOST_LINES) if line.strip()]
    for before, said, mend in _PASTED:
        if len(lines) > 1 and all(before.match(line) for line in lines):
            _refuse(Origin(name, 1, 1), said, mend)


def refuse_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        _refuse(Origin(name), f"the file is larger than {MAX_BYTES:,} bytes", "split it into several files")


SAVE = "save the file as UTF-8: in Notepad, Save as, Encoding: UTF-8"


def _decoded(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\0" in data[:2] and len(data.strip(b"\0")) > 1):
        _refuse(Origin(name, 1, 1), 'the file is UTF-16, as Windows\' "Unicode" is', SAVE)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        shown = data[error.start : error.start + 1].decode("cp1252", "replace")
        what = f"byte 0x{data[error.start]:02X} at offset {error.start} is not UTF-8"
        known = f"; in Windows' Western letters it is {shown}" if shown.isprintable() and shown != "\ufffd" else ""
        _refuse(_place(before, len(before), name), what + known, SAVE)


def _place(text: str, index: int, name: str) -> Origin:
    before = text[:index]
    last_break = max(before.rfind("\n"), before.rfind("\r"))
    return Origin(name, len(LINE_BREAK.findall(before)) + 1, index - last_break)


def _refuse(origin: Origin, message: str, mend: str) -> NoReturn:
    raise ConfigError([Problem(origin, message, mend)])
