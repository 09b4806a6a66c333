"""Files to resources. What offline commands need, without an HTTP library."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from reconciler.config.load import load
from reconciler.config.resolve import Resolving, media_paths
from reconciler.config.specs import declare_files, declare_shared, files_by_account, idle_defaults
from reconciler.media import LFS_MEND, MediaError, open_media, pointed_at, shape
from reconciler.model.account import Account
from reconciler.model.errors import UsageError
from reconciler.model.media import MediaFact
from reconciler.model.problem import Problem
from reconciler.model.resource import Desired

MOST_NEAR = 3
ACCOUNT_ID = re.compile(r"act_[0-9]{1,30}")

Timed = Callable[[str], AbstractContextManager[None]]
"""Given a stage's name: what is to be open while it works."""


def untimed(stage: str) -> AbstractContextManager[None]:
    return nullcontext()


Committed = Callable[[str], str]
"""Given a path from the project's folder: how a file that git has is put back; "" for one that it does not have."""


def unknown(path: str) -> str:
    return ""


def load_desired(
    root: Path,
    now: datetime,
    *,
    by_account: bool = False,
    timed: Timed = untimed,
    listed: Mapping[str, str] | Problem | None = None,
    lenient: bool = False,
    committed: Committed = unknown,
) -> Desired:
    """Raises ConfigError with every problem of every file. With `by_account` what is wrong in one account's files keeps
    back that account alone: a slip in one client's file must not hold up the stops and launches of the others.
    `listed` and `lenient` are those of `load`; a problem in place of what git says is why it does not. `committed` is
    asked of media files that are not here."""
    unlisted = listed if isinstance(listed, Problem) else None
    known = None if isinstance(listed, Problem) else listed
    with timed("read files"):
        repository = load(root, known, lenient=lenient)
    with timed("resolve"):
        declared = declare_shared(repository)
    media: dict[str, MediaFact] = {}
    resolving = Resolving(declared, media, now)
    for account, names in files_by_account(repository).items():
        with timed("resolve"):
            declare_files(repository, names, declared, letting_go=True)
        files, declared.files = declared.files, {}
        with timed("read files"):
            new = [path for path in media_paths(files) if path not in media]
            media |= {path: _known_to_git(root, path, media_fact(root, path), committed) for path in new}
        with timed("resolve"):
            resolving.take(account, files)
    with timed("resolve"):
        declared.warnings += idle_defaults(declared)
        desired = resolving.desired(by_account=by_account)
    return desired if unlisted is None else replace(desired, unlisted=unlisted)


def keys_of(desired: Desired, names: Collection[str]) -> list[str]:
    """Keys of accounts, of which some are named by their ids. Raises UsageError for an id that nothing declares."""
    keys = {account.id: account.key for account in desired.accounts.values()}
    unknown = sorted(name for name in names if ACCOUNT_ID.fullmatch(name) and name not in keys)
    if unknown:
        raise UsageError(
            f"no account here has account: {unknown[0]}; {_there_are(desired)}\n"
            f"  mend: name one of them, or write desired/accounts/<key>.yaml for it: reconciler import {unknown[0]}"
        )
    return [keys.get(name, name) for name in names]


MOST_LISTED = 10
"""Accounts that stand in one line: hundreds would scroll away what is said before them."""


def _there_are(desired: Desired) -> str:
    keys = sorted({*desired.accounts, *desired.broken})
    if len(keys) > MOST_LISTED:
        return f"there are {len(keys)}, the files of desired/accounts/"
    return f"there are: {', '.join(keys) or 'none'}"


def choose_accounts(desired: Desired, wanted: Collection[str]) -> list[Account]:
    """The accounts named, or all where none is. Raises UsageError for one that is not declared."""
    unknown = sorted(set(wanted) - {*desired.accounts, *desired.broken})
    if unknown:
        key = next((one.key for one in desired.accounts.values() if one.id == unknown[0]), "")
        near = get_close_matches(unknown[0], [*desired.accounts, *desired.broken], n=MOST_NEAR)
        mend = f"\n  mend: that is the id of {key}: name it by this key" if key else ""
        mend = mend or (f"\n  mend: did you mean {' or '.join(near)}?" if near else "")
        raise UsageError(f"no account {unknown[0]!r} is declared; {_there_are(desired)}{mend}")
    return [a for key, a in sorted(desired.accounts.items()) if not wanted or key in wanted]


def _known_to_git(root: Path, path: str, fact: MediaFact, committed: Committed) -> MediaFact:
    if fact.problem is None or not (mend := committed(f"creatives/{path}")):
        return fact
    is_here = os.path.lexists(root / "creatives" / path)
    return fact if is_here else replace(fact, problem=(f"{path}: it is committed and not here", mend))


NOT_FETCHED = "Git LFS has not fetched it; it is not looked into, and where it has to be uploaded, that fails"


def media_fact(root: Path, path: str) -> MediaFact:
    creatives = root / "creatives"
    try:
        if (pointed := pointed_at(creatives, path)) is not None:
            return MediaFact(pointed.kind, pointed.sha256, absent=(NOT_FETCHED, LFS_MEND), shape="not fetched")
        file = open_media(creatives, path)
        return MediaFact(file.kind, file.sha256, file.warnings, size=file.size, shape=shape(file.info))
    except MediaError as error:
        return MediaFact(problem=(error.message, error.mend))
