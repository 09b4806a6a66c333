"""JSON as Meta's own examples write it: single quotes, bare keys and words, a comma at the end (documented)."""

from __future__ import annotations

import json
import re
from typing import Any

from reconciler.sandbox.wire import parse_json

_TOKEN = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}\[\]:,]|[^\s{}\[\]:,"']+)\s*""", re.DOTALL)
_MARKS = frozenset("{}[]:,")
_LONGEST = 200_000


def parse(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        if text[:1] not in ("{", "[") or len(text) > _LONGEST:
            raise
    return parse_json("".join(_written(_tokens(text))))


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no JSON from character {at} on")
        found.append(match.group(1))
        at = match.end()
    return found


def _written(tokens: list[str]) -> list[str]:
    pairs = zip(tokens, [*tokens[1:], ""], strict=True)
    return [_strict(one) for one, after in pairs if one != "," or after not in ("]", "}")]


def _strict(token: str) -> str:
    if token in _MARKS or token.startswith('"'):
        return token
    if token.startswith("'"):
        return json.dumps(token[1:-1].replace("\\'", "'"))
    try:
        parse_json(token)
    except ValueError:
        return json.dumps(token)
    return token
