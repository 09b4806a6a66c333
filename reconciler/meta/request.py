"""What one call sends, and how its reply is read: parameters, files, parts of a batch, headers. No network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from reconciler.meta.form import CONTENT_TYPE, form
from reconciler.meta.multipart import Multipart
from reconciler.text.sanitize import whole_json

OK = 200
"""The one status with which Graph answers what it has done."""

Params = Mapping[str, Any]

Files = Mapping[str, tuple[str, BinaryIO | bytes, str]]


@dataclass(frozen=True)
class Range:
    """Bytes of a file that go out as a field of this name, read while they are sent."""

    name: str
    read_range: Callable[[int, int], bytes]
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """One call of a batch. `path` is an id or an edge."""

    method: str
    path: str
    params: Params = field(default_factory=dict)
    delivers: bool = True
    """False of what can spend nothing: its ACTIVE needs no permit."""

    def entry(self) -> dict[str, str]:
        sent = form(texts(self.params))
        if self.method == "GET":
            return {"method": "GET", "relative_url": f"{self.path}?{sent}"}
        return {"method": self.method, "relative_url": self.path, "body": sent}


def texts(params: Params) -> dict[str, str]:
    """As Graph wants them: structures as JSON; what is None is not sent."""
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items() if v is not None}


def body_of(sent: dict[str, str], files: Files | Range | None) -> dict[str, Any]:
    """As `requests` takes it."""
    if not files:
        return {"data": form(sent), "headers": {"Content-Type": CONTENT_TYPE}}
    if not isinstance(files, Range):
        return {"data": sent, "files": dict(files)}
    whole = Multipart(sent, files.name, files.read_range, files.start, files.end)
    return {"data": whole, "headers": {"Content-Type": whole.content_type}}


def part_headers(entry: Any) -> dict[str, str]:
    """Headers of one part of a batch: limits of an account may show in these alone."""
    rows = entry.get("headers") if isinstance(entry, dict) else None
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("name")): str(row.get("value")) for row in rows}


def header(headers: Mapping[str, str], name: str) -> str:
    return next((str(v) for k, v in headers.items() if k.lower() == name), "")


def read_json(text: Any) -> Any:
    """None where it is none."""
    try:
        return whole_json(text)
    except (ValueError, TypeError, RecursionError):
        return None
