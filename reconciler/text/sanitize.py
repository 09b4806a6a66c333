"""Text of strangers made harmless: names from Meta, keys from YAML, paths from a pull request.

`plain` is for one piece of such text, `plain_lines` for an error of ours with such text in it, `screen` for whatever is
about to be printed: it stands at the only exit, so that a place that forgot `plain` still moves no cursor.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from reconciler.text.redact import redact

UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = frozenset("\u200d\ufe0e\ufe0f")
"""Emoji and Indic scripts are joined and varied with them. They move nothing, and are kept beside such characters."""

INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that show nothing: fillers, and variation selectors that can carry a message unseen."""

LONE_JOINER = re.compile(
    r"(?<![^\x00-\x7f\u200d\ufe0e\ufe0f])\u200d(?!\ufe0f)|\u200d(?![^\x00-\x7f\u200d\ufe0e\ufe0f])"
    r"|(?<![^\x00-\x7f\u200d\ufe0e\ufe0f]|[0-9#*])[\ufe0e\ufe0f]"
)
"""A joiner between Latin letters, where it only makes two names look like one."""

HALF = re.compile("[\ud800-\udfff]")

LONGEST = 1000
"""Characters of one piece of text; Meta's longest fields are shorter, and a terminal is to be read."""

# What a CI system takes for an order where it stands at the start of a line, or anywhere; and the end of a code fence.
ORDERS = (
    (re.compile(r"^(\s*):(?=:)"), r"\1\\x3a"),
    (re.compile(r"^(\s*)`(?=``)"), r"\1\\x60"),
    (re.compile(r"^(\s*)~(?=~~)"), r"\1\\x7e"),
    (re.compile(r"#(?=#\w*\[)"), r"\\x23"),
)
JSON_ORDERS = re.compile(r"#(?=#\w*\[)")


def as_seen(text: str) -> str:
    """Equal for texts that people take for one: without invisible signs, and whatever the spaces and the capitals."""
    seen = "".join(one for one in unicodedata.normalize("NFKC", text) if one.isspace() or _is_shown(one))
    return re.sub(r"\s+", " ", seen).strip().casefold()


def _is_shown(character: str) -> bool:
    return _is_visible(character) and character not in JOINERS


def plain(text: str) -> str:
    """One line of visible text: escapes, line breaks and direction marks are written out as \\x1b and the like."""
    if text.isascii() and text.isprintable():
        return text
    return LONE_JOINER.sub(_written_out, "".join(map(_visible, text)))


def _visible(character: str) -> str:
    return character if _is_visible(character) else _escape(character)


def _is_visible(character: str) -> bool:
    if character in JOINERS:
        return True
    return unicodedata.category(character) not in UNPRINTABLE and character not in INVISIBLE


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _written_out(match: re.Match[str]) -> str:
    return _escape(match[0])


def brief(text: str, longest: int = LONGEST) -> str:
    """`plain`, without tokens, and with an end. Tokens go first: half a token would be known by nothing."""
    shown = plain(redact(text))
    return shown if len(shown) <= longest else f"{shown[:longest]}… ({len(shown) - longest:,} more characters)"


def plain_lines(text: str) -> str:
    """`plain`, with the line breaks that our own errors have: what goes on is indented."""
    return "\n".join(plain(line) for line in re.split(r"\n(?=  )", text))


def screen(text: str) -> str:
    """What may be printed: no tokens, no escapes, and no line that a CI system would obey."""
    return "\n".join(_obeyed_by_nobody(plain(line)) for line in redact(text).split("\n"))


def _obeyed_by_nobody(line: str) -> str:
    for order, inert in ORDERS:
        line = order.sub(inert, line)
    return line


def screen_json(text: str) -> str:
    """JSON that says the same and prints only what is visible: the rest stands as \\u escapes inside its strings."""
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        text = "".join(c if c == "\n" or (_is_visible(c) and c not in JOINERS) else _json_escape(c) for c in text)
    return JSON_ORDERS.sub(r"\\u0023", text)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


HALF_IN_JSON = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def whole_json(text: str | bytes) -> Any:
    """What the JSON says, with U+FFFD for halves of characters. Raises ValueError where it is none."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    data = json.loads(text)
    has_others = "\\u" in text or not text.isascii()
    return whole(data) if has_others and HALF_IN_JSON.search(text) else data


def whole(value: Any) -> Any:
    """Plain data with U+FFFD for halves of characters, which JSON may hold and neither UTF-8 nor Meta takes back."""
    if isinstance(value, str):
        return HALF.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {whole(key): whole(inner) for key, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list) else value
