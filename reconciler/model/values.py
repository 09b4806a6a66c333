"""Values of fields, and the one text and digest of a JSON value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

Fields = Mapping[str, Any]


def canonical_json(value: object) -> str:
    """The one text of a JSON value: sorted keys, no spaces, no ASCII escapes."""
    return _ENCODER.encode(value)


# json.dumps makes an encoder of these settings for each of the tens of thousands of values of a plan.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of_each(values: Iterable[object]) -> str:
    """That of the list of them, which is never held whole, nor its text."""
    found = hashlib.sha256(b"[")
    for at, value in enumerate(values):
        found.update((f",{canonical_json(value)}" if at else canonical_json(value)).encode())
    found.update(b"]")
    return found.hexdigest()


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
