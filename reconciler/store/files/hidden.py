"""Files that are a help and no truth: `state/.*.json`, which git ignores."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.store.files.atomic import read_regular
from reconciler.system.clock import Clock

LARGEST = 1024 * 1024
"""Bytes of such a file."""

UNREADABLE = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading one may raise, whatever it holds."""


def kept_in(path: Path) -> dict[str, Any]:
    """Raises what UNREADABLE names."""
    found = json.loads(read_regular(path, LARGEST))
    return dict(found)


def is_ahead(kept: Mapping[str, Any], clock: Clock) -> bool:
    """Written by a clock that ran ahead: none of its times can be believed."""
    return datetime.fromisoformat(kept["saved_at"]) > clock.now() + timedelta(minutes=1)


def keep(path: Path, content: Mapping[str, Any], clock: Clock) -> None:
    """What cannot be written is forgotten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into its place: another run may read it, or be stopped, at any moment.
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
        try:
            fresh.write_text(json.dumps({**content, "saved_at": clock.now().isoformat()}), "utf-8")
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError:
        return
