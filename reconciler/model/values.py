"""Values of fields, and the one text and digest of a JSON value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]


def canonical_json(value: object) -> str:
    """The one text of a JSON value: sorted keys, no spaces, no ASCII escapes."""
    return _ENCODER.encode(value)


# json.dumps makes an encoder of these settings for each of the tens of thousands of values of a plan.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
