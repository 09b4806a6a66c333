"""Stages 1 and 2 together: files to resources. What offline commands need, without an HTTP library."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from reconciler.load import load
from reconciler.media import MediaError, open_media
from reconciler.model import Desired
from reconciler.resolve import MediaFact, media_paths, resolve
from reconciler.specs import declare


def load_desired(root: Path, now: datetime) -> Desired:
    """Raises ConfigError with every problem of every file."""
    declared = declare(load(root))
    media = {path: _media_fact(root, path) for path in media_paths(declared)}
    return resolve(declared, media, now)


def _media_fact(root: Path, path: str) -> MediaFact:
    try:
        file = open_media(root / "creatives", path)
        return MediaFact(file.kind, file.sha256, file.warnings)
    except MediaError as error:
        return MediaFact(problem=(error.message, error.mend))
