"""The body of a form, as `urllib.parse.urlencode` gives it. That asks for each byte by itself, and a batch is a form
whose parts are forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote_plus

CONTENT_TYPE = "application/x-www-form-urlencoded"

_CODES = {chr(byte): quote_plus(bytes([byte])) for byte in range(256)}
_PLAIN = re.compile(r"[0-9A-Za-z_.~-]*")
_AS_IT_IS = frozenset(character for character, code in _CODES.items() if character == code)


def form(fields: Mapping[str, str]) -> str:
    """`name=value&…`. Raises UnicodeEncodeError for half a surrogate pair."""
    return "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in fields.items())


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    text = text if text.isascii() else text.encode().decode("latin-1")
    # What stands for others is said last or first, lest it be quoted twice.
    for character in ("%", *(set(text) - _AS_IT_IS - {"%", " "}), " "):
        text = text.replace(character, _CODES[character])
    return text
