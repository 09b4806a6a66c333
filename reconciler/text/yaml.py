"""How a text stands in YAML: what needs quotes, and which signs nobody sees."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LEADING_APOSTROPHE = re.compile(r"'(?:tis|twas|til|cause|em|n|bout|round|[0-9]0s)\b", re.IGNORECASE)
"""Words that begin with one: 'Tis the season."""
_INNER_APOSTROPHE = r"(?<=\w)[’'](?=\w)"

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
    return in_double_quotes(text)


_ESCAPED = '[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]'
_ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def in_double_quotes(text: str) -> str:
    """Joiners of emoji stay as they are; what YAML may not hold as it is, or takes for a line break, is written out."""
    return '"' + re.sub(_ESCAPED, _escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _ESCAPES.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


_LETTER = "A-Za-z_(\u00a1-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd\U00020000-\U0002fffd"
_TEXT = f"[{_LETTER}][^\x00-\x1f\x7f-\xa0\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u2028\u2029]*"
_NO_TEXT = r": |:$| #|\s$|\s\s|\\n"
AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)? [A-Z]{3}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d(?::?\d\d)?)?")
_MEASURE = r"[0-9]+(?:\.[0-9]+)?%|[1-9][0-9]*[mhd]"
_COUNTED = r"[0-9][0-9.,%]* (?=.*[A-Za-z]{2})[A-Za-z0-9 ,.!?%&|/()+-]*[A-Za-z0-9.!?%)]"
_WITHIN = r"[\w ./+|%-]+|https?://[\w./?=&%+~-]+"
_WORDS = frozenset("~ null true false yes no on off y n".split())
"""What YAML, or a reader of YAML 1.1, takes for something else than text."""


def may_be_plain(text: str, *, within: bool = False) -> bool:
    """Whether YAML reads the letters without quotes as this text, and a person sees it so; `within`: in brackets."""
    if AMOUNT.fullmatch(text) or MOMENT.fullmatch(text) or re.fullmatch(_MEASURE, text):
        return True
    if text.lower() in _WORDS or text[:1] in TYPOGRAPHIC or ODD_SPACE.search(text) or re.search(_NO_TEXT, text):
        return False
    if not re.fullmatch(_TEXT, text) and not re.fullmatch(_COUNTED, text):
        return False
    return not within or re.fullmatch(_WITHIN, text) is not None


def fits_a_block(text: str) -> bool:
    """Whether a text of several lines stands behind `|` letter by letter."""
    if "\n" not in text or text[0] in " \n\t" or re.search(_NO_BLOCK, text):
        return False
    return all(line == line.rstrip() for line in text.split("\n"))


_NO_BLOCK = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"


_PLAIN = r"[A-Za-z_](?:[\w ./+|-]*[\w.+])?"


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
    return value if re.fullmatch(_PLAIN, value) and not is_word else quoted(value)


def without_typographic(text: str) -> str:
    """`“Save”` and `“Save"` without their quotes; any other text as it is, `“A” or “B”` too."""
    closing = TYPOGRAPHIC.get(text[:1])
    if len(text) <= 2 or not closing or text[-1] not in (closing, text[0], '"'):
        return text
    within = re.sub(_INNER_APOSTROPHE, "", text[1:-1])
    return text if any(mark in within for mark in (text[0], text[-1])) else text[1:-1].strip()


KEY_AND_VALUE = re.compile(r"( *)((?:- +)*)([A-Za-z_][\w +./-]{0,40}?)[ \t]*:(?:[ \t]+(.*))?")


_CLOSED = r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')\s*(.*)"
_COMMENT = re.compile(r"\s*  # .*")
_CLOSERS = {'"': "”“„＂", "'": "’‘"}
"""What a person who opened with that quote may have closed with; to YAML they are letters."""


def split_quotes(value: str) -> tuple[str, str] | None:
    """`"a" b` as `"a"` and `b`; None where no quote of YAML begins the value and is closed."""
    match = re.fullmatch(_CLOSED, value)
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
