"""Bytes in and out: replies, uploads, Graph's own JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=UTF-8"


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

    @property
    def parts(self) -> list[str]:
        return [part for part in self.path.split("/") if part]


def graph_json(value: Any) -> bytes:
    """Alphabetical keys and escaped slashes, as Graph writes them (recorded)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode()
