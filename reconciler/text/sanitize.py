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
VARIATIONS = frozenset("\ufe0e\ufe0f")
ZWJ = "\u200d"
JOINERS = frozenset({ZWJ, *VARIATIONS})
"""Emoji and scripts such as Devanagari are joined and varied with them. They move nothing, and are kept where Unicode
gives them a meaning: elsewhere they only make two names look like one."""

INVISIBLE = JOINERS | frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that show nothing: fillers, joiners, and variation selectors that can carry a message unseen."""

MEANT = re.compile(
    "(?P<flag>\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"  # of a part of a country
    "|(?<=(?P<base>.))(?P<vary>[\ufe0e\ufe0f])"
    "|(?<=(?P<before>.))(?P<join>[\u200c\u200d])(?=(?P<after>.))"
)
"""Invisible characters to which Unicode may give a meaning where they stand."""

JOINED = frozenset(
    """
    ADLAM ARABIC BALINESE BENGALI BRAHMI CHAKMA DEVANAGARI GRANTHA GUJARATI GURMUKHI HANIFI JAVANESE KAITHI KANNADA
    KHMER KHUDAWADI LEPCHA MALAYALAM MANDAIC MANICHAEAN MODI MONGOLIAN MYANMAR NEWA NKO ORIYA PHAGS-PA SHARADA SINHALA
    SOGDIAN SUNDANESE SYRIAC TAI TAKRI TAMIL TELUGU TIBETAN TIRHUTA
    """.split()
)
"""Scripts whose letters join, by how the names of their characters begin. Between two of them a joiner changes what is
seen, and so does a non-joiner, which Persian has within words."""

VARIED = frozenset("0123456789#*\u2139")
"""What is no picture by itself, and becomes one."""

PICTURES = frozenset("\u2194\u2195" + "".join(map(chr, range(0x1F3FB, 0x1F400))))
"""Parts of emoji that are no symbols to Unicode: two arrows, and the colours of skin."""

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
    return unicodedata.category(character) not in UNPRINTABLE and character not in INVISIBLE


def plain(text: str) -> str:
    """One line of visible text: escapes, line breaks and direction marks are written out as \\x1b and the like."""
    if text.isascii() and text.isprintable():
        return text
    meant = {at for match in MEANT.finditer(text) if _is_meant(match) for at in range(*match.span())}
    return "".join(one if at in meant or _is_shown(one) else _escape(one) for at, one in enumerate(text))


def _is_meant(match: re.Match[str]) -> bool:
    if match["flag"]:
        return True
    if match["vary"]:
        return match["base"] in VARIED or _can_vary(match["base"])
    before, after = match["before"], match["after"]
    if match["join"] == ZWJ and _is_picture(after):
        return _is_picture(match.string[match.start() - 2 : match.start() - 1] if before in VARIATIONS else before)
    return _script(before) in JOINED and _script(before) == _script(after)


def _can_vary(character: str) -> bool:
    return _is_shown(character) and not character.isascii() and not _script(character)


def _is_picture(character: str) -> bool:
    return character != "" and (unicodedata.category(character) == "So" or character in PICTURES)


def _script(character: str) -> str:
    """ "" for what is neither a letter nor a mark."""
    is_letter = unicodedata.category(character)[0] in "LM" and _is_shown(character)
    return unicodedata.name(character, "").partition(" ")[0] if is_letter else ""


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def brief(text: str, longest: int = LONGEST) -> str:
    """`plain`, without tokens, and with an end. Tokens go first: half a token would be known by nothing."""
    shown = plain(redact(text))
    return shown if len(shown) <= longest else f"{shown[:longest]}… ({len(shown) - longest:,} more characters)"


def in_a_line(error: str) -> str:
    """`brief`, of an error of ours whose mend has a line of its own, as a part of a line."""
    return "; ".join(brief(line.strip()) for line in re.split(r"\n(?=  )", error))


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
        text = "".join(c if c == "\n" or _is_shown(c) else _json_escape(c) for c in text)
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
