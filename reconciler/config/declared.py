"""Stages 1 and 2 together: files to resources. What offline commands need, without an HTTP library."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from reconciler.config.load import load
from reconciler.config.resolve import MediaFact, media_paths, resolve
from reconciler.config.specs import declare
from reconciler.media import MediaError, open_media, shape
from reconciler.model.account import Account
from reconciler.model.errors import UsageError
from reconciler.model.resource import Desired


def load_desired(root: Path, now: datetime) -> Desired:
    """Raises ConfigError with every problem of every file."""
    declared = declare(load(root))
    media = {path: _media_fact(root, path) for path in media_paths(declared)}
    return resolve(declared, media, now)


def choose_accounts(desired: Desired, wanted: Collection[str]) -> list[Account]:
    """The accounts named, or all where none is. Raises UsageError for one that is not declared."""
    unknown = sorted(set(wanted) - set(desired.accounts))
    if unknown:
        known = ", ".join(sorted(desired.accounts)) or "none"
        raise UsageError(f"no account {unknown[0]!r} is declared; there are: {known}")
    return [a for key, a in sorted(desired.accounts.items()) if not wanted or key in wanted]


def _media_fact(root: Path, path: str) -> MediaFact:
    try:
        file = open_media(root / "creatives", path)
        return MediaFact(file.kind, file.sha256, file.warnings, shape=shape(file.info))
    except MediaError as error:
        return MediaFact(problem=(error.message, error.mend))
