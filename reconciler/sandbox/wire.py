"""Bytes in and out: replies, uploads, Graph's own JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=UTF-8"
_DEEPEST = 60
_WIDEST = 1_000_000  # values in one text that a client sends
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(slots=True)
class Response:
    """A reply, and what a fault does to the connection that carries it."""

    status: int
    headers: dict[str, str]
    body: bytes
    connection: str = ""  # "", "drop", "reset" or "hang"
    seconds: float = 0.0

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Upload:
    filename: str
    content: bytes
    content_type: str = ""


@dataclass(slots=True)
class Call:
    """One Graph call: a whole request, or one entry of a batch."""

    method: str
    path: str
    version: str
    params: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    in_batch: bool = False
    overridden: bool = False
    """The method stands in a parameter."""

    @property
    def parts(self) -> list[str]:
        return [part for part in self.path.split("/") if part]


def parse_json(text: str, *, trusted: bool = False) -> Any:
    """Strict: what could not be written out again, or would take all memory, is a ValueError.

    ``trusted`` text may hold a whole world, and halves of characters for a client to choke on.
    """
    if not trusted and sum(map(text.count, ",[{")) > _WIDEST:
        raise ValueError("too many values")
    try:
        value = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except RecursionError:
        raise ValueError("too deep") from None
    if not shallow(value):
        raise ValueError("too deep")
    if not trusted and _HALF_PAIR.search(text):
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is a UnicodeEncodeError
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number of JSON")
    return number


def shallow(value: Any, left: int = _DEEPEST) -> bool:
    """What is too deep to be written out again must not be stored."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left > 0 and all(shallow(one, left - 1) for one in inner)


def graph_json(value: Any) -> bytes:
    """Escaped slashes, as Graph writes them, and keys in the order in which they were put (recorded)."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("/", "\\/").encode()
