"""How a text stands in YAML: what needs quotes, and which signs nobody sees."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LEADING_APOSTROPHE = re.compile(r"'(?:tis|twas|til|cause|em|n|bout|round|[0-9]0s)\b", re.IGNORECASE)
"""Words that begin with one: 'Tis the season."""
_INNER_APOSTROPHE = re.compile(r"(?<=\w)[’'](?=\w)")

ODD_SPACES = "\u00a0\u00ad\u1680\u2000-\u200f\u202a-\u202f\u205f-\u2064\u3000\ufeff"
"""Inside `[…]` of a pattern: what looks like a space or like nothing, as web pages and Word paste it."""

ODD_SPACE = re.compile(f"[{ODD_SPACES}]")

TYPOGRAPHIC = {"“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "«": "»", "「": "」", "『": "』", "＂": "＂"}
"""Quotes of typesetting, with what closes them. To YAML they are letters."""

LONGEST = 200
"""Characters of a line that a mend writes out."""

TOO_LONG = 4000
"""Characters of a line that is looked into."""


def named(character: str) -> str:
    unnamed = "a control character" if unicodedata.category(character) == "Cc" else "no character"
    return f"U+{ord(character):04X} ({unicodedata.name(character, unnamed).lower()})"


def quoted(text: str) -> str:
    """The text in quotes that YAML takes off again."""
    if ('"' in text or "\\" in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


_PLAIN = re.compile(r"[A-Za-z_](?:[\w ./+|-]*[\w.+])?")


def as_yaml(value: Any) -> str:
    """Plain data on one line of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if not isinstance(value, str):
        return str(value)
    is_word = value.lower() in ("true", "false", "null")
    return value if _PLAIN.fullmatch(value) and not is_word else quoted(value)


def without_typographic(text: str) -> str:
    """`“Save”` and `“Save"` without their quotes; any other text as it is, `“A” or “B”` too."""
    closing = TYPOGRAPHIC.get(text[:1])
    if len(text) <= 2 or not closing or text[-1] not in (closing, text[0], '"'):
        return text
    within = _INNER_APOSTROPHE.sub("", text[1:-1])
    return text if any(mark in within for mark in (text[0], text[-1])) else text[1:-1].strip()


KEY_AND_VALUE = re.compile(r"( *)((?:- +)*)([A-Za-z_][\w +./-]{0,40}?)[ \t]*:(?:[ \t]+(.*))?")


_CLOSED = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')\s*(.*)")
_COMMENT = re.compile(r"\s*  # .*")
_CLOSERS = {'"': "”“„＂", "'": "’‘"}
"""What a person who opened with that quote may have closed with; to YAML they are letters."""


def split_quotes(value: str) -> tuple[str, str] | None:
    """`"a" b` as `"a"` and `b`; None where no quote of YAML begins the value and is closed."""
    match = _CLOSED.fullmatch(value)
    return (match[1], match[2]) if match else None


def without_comment(line: str) -> str:
    """A line less what is plainly a comment behind its text: two spaces before the `#` and one after. A `#` in quotes
    that are closed is text, and so is one that may stand in the quotes of a list or mapping."""
    match = KEY_AND_VALUE.fullmatch(line)
    value = (match[4] or "") if match else line
    start = len(line) - len(value)
    if closed := split_quotes(value):
        start += len(closed[0])
    found = _COMMENT.search(line, start)
    if not found or not line[: found.start()].strip() or (value[:1] in ("[", "{") and re.search("[\"']", found[0])):
        return line
    return line[: found.start()]


def closed_by_typesetting(value: str) -> bool:
    """`"Save 30%”`: a quote of YAML, closed by one that is none."""
    closers = _CLOSERS.get(value[:1], "")
    return bool(closers) and value[-1] in closers and not any(each in value[1:-1] for each in (*closers, value[0]))


def quoted_line(line: str, *, brackets: bool = False) -> str:
    """`key: "the value in quotes"` for a line `key: value`; "" for any other, and for one too long to be read.

    With `brackets` also for a value that begins like a list or a mapping; else the text in question stands within it.
    """
    match = KEY_AND_VALUE.fullmatch(without_comment(line).rstrip()) if len(line) <= LONGEST else None
    if match is None or not match[4] or (match[4][0] in "[{" and not brackets):
        return ""
    return f"{match[3]}: {quoted(without_quotes(match[4].strip()))}"


def without_quotes(value: str) -> str:
    """The text inside quotes that do not enclose the whole, or are no quotes of YAML."""
    quote = value[0]
    if LEADING_APOSTROPHE.match(value) and value[-1] != quote:
        return value
    if quote in "\"'" and value[-1] == quote and len(value) > 2:
        return value[1:-1].replace(f"\\{quote}", quote).replace(quote * 2, quote)
    if quote in "\"'" and quote not in value[1:]:
        return (value[1:-1] if closed_by_typesetting(value) else value[1:]).strip()
    return without_typographic(value)


def put_in_quotes(line: str, *, brackets: bool = False) -> str:
    shown = quoted_line(line, brackets=brackets)
    return f"put the text in quotes: {shown}" if shown else "put the whole text in quotes"
