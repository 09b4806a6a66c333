"""Files to resources. What offline commands need, without an HTTP library."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from reconciler.config.load import load
from reconciler.config.resolve import media_paths, resolve
from reconciler.config.specs import declare
from reconciler.media import MediaError, open_media, shape
from reconciler.model.account import Account
from reconciler.model.errors import UsageError
from reconciler.model.media import MediaFact
from reconciler.model.resource import Desired


def load_desired(root: Path, now: datetime, *, by_account: bool = False) -> Desired:
    """Raises ConfigError with every problem of every file. With `by_account` what is wrong in one account's files keeps
    back that account alone: a slip in one client's file must not hold up the stops and launches of the others."""
    declared = declare(load(root))
    media = {path: _media_fact(root, path) for path in media_paths(declared)}
    return resolve(declared, media, now, by_account=by_account)


def choose_accounts(desired: Desired, wanted: Collection[str]) -> list[Account]:
    """The accounts named, or all where none is. Raises UsageError for one that is not declared."""
    unknown = sorted(set(wanted) - {*desired.accounts, *desired.broken})
    if unknown:
        known = ", ".join(sorted({*desired.accounts, *desired.broken})) or "none"
        raise UsageError(f"no account {unknown[0]!r} is declared; there are: {known}")
    return [a for key, a in sorted(desired.accounts.items()) if not wanted or key in wanted]


def _media_fact(root: Path, path: str) -> MediaFact:
    try:
        file = open_media(root / "creatives", path)
        return MediaFact(file.kind, file.sha256, file.warnings, shape=shape(file.info))
    except MediaError as error:
        return MediaFact(problem=(error.message, error.mend))
