"""What the emergency stop has to know of desired/ and state/, read line by line: neither has to be valid."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.errors import StateError, UsageError
from reconciler.model.project import DEFAULT_STATE_BRANCH, DEFAULT_TIMEZONE, DEFAULT_TOKEN, branch_name
from reconciler.store.files.atomic import read_regular
from reconciler.store.opening import Store, open_store

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reconciler.model.account import Account

PROJECT = re.compile(r"^project:\s*[\"']?([a-z0-9-]+)", re.MULTILINE)
VERSION = re.compile(r"^api_version:\s*[\"']?(v[0-9]+\.[0-9]+)", re.MULTILINE)
TIMEZONE = re.compile(r"^timezone:\s*[\"']?([A-Za-z][\w/+-]*)", re.MULTILINE)
STATE = re.compile(r"^[\"']?state[\"']?[ \t]*:((?:.*)(?:\n(?:[ \t#}].*|$))*)", re.MULTILINE)
"""All that stands below the key, in whatever form."""
BRANCH = re.compile(r"(?:^|[\s{,])[\"']?branch[\"']?[ \t]*:[ \t]*[\"']?([^\s\"'#},]+)", re.MULTILINE)
COMMENT = re.compile(r"(?:^|[ \t])#.*", re.MULTILINE)
ACCOUNT = re.compile(r"^account:\s*[\"']?(act_[0-9]+)", re.MULTILINE)
ACCOUNT_ID = re.compile(r"act_[0-9]+")
TOKEN = re.compile(r"^token:\s*[\"']?env/([A-Z_][A-Z0-9_]*)", re.MULTILINE)


def project_at(root: Path) -> str:
    """The project's name, read without parsing. Raises UsageError where there is none."""
    found = PROJECT.search(_text(root / "desired" / "project.yaml"))
    if not found:
        raise UsageError(
            "no project: line in desired/project.yaml: without it no object can be told to be ours: nothing was done\n"
            "  mend: write the line back as it was (git show HEAD:./desired/project.yaml), and say the same again; "
            "meanwhile pause in Ads Manager"
        )
    return found[1]


def version_at(root: Path, now: datetime) -> str:
    """The API version that the project writes, read without parsing, or the default where Meta has ended that."""
    from reconciler.model.versions import DEFAULT, has_ended  # noqa: PLC0415  reads a table

    found = VERSION.search(_text(root / "desired" / "project.yaml"))
    return found[1] if found and not has_ended(found[1], now) else DEFAULT


def zone_at(root: Path) -> ZoneInfo:
    """The project's timezone, read without parsing, or the default where none can be read."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    found = TIMEZONE.search(_text(root / "desired" / "project.yaml"))
    try:
        return ZoneInfo(found[1] if found else DEFAULT_TIMEZONE)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(DEFAULT_TIMEZONE)


def branch_at(root: Path) -> str | None:
    """Where the project shares state/, read without parsing; None where it keeps it in the working tree, or writes what
    is no name of a branch."""
    state = STATE.search(_text(root / "desired" / "project.yaml").replace("\r\n", "\n"))
    found = BRANCH.search(COMMENT.sub("", state[1])) if state else None
    name = found[1] if found else DEFAULT_STATE_BRANCH
    try:
        return branch_name(name) if name not in ("null", "~") else None
    except ValueError:
        return None


def declared_at(root: Path) -> list[str]:
    """The keys of all accounts that have a file in desired/accounts, whatever is in it."""
    return sorted(path.stem for path in (root / "desired" / "accounts").glob("*.yaml"))


def accounts_at(root: Path) -> list[Account]:
    """Every account that desired/ or state/ knows, whether or not its YAML parses; `id` is "" where none tells it."""
    from reconciler.model.account import Account  # noqa: PLC0415  only who stops needs them
    from reconciler.model.problem import Origin  # noqa: PLC0415

    folder = root / "desired" / "accounts"
    files = {p.stem: p for p in sorted(folder.glob("*.y*ml"))} if folder.is_dir() else {}
    store, found = open_store(root), []
    for key in sorted({*files, *_recorded_accounts(store)}):
        text = _text(files[key]) if key in files else ""
        match = ACCOUNT.search(text)
        account_id = match[1] if match else _recorded_account(store, key)
        token = TOKEN.search(text)
        variable = token[1] if token else DEFAULT_TOKEN.removeprefix("env/")
        origin = Origin(f"desired/accounts/{key}.yaml")
        if account_id or key in files:
            found.append(Account(key, account_id, "", origin, token=variable))
        # Where the file names another ad account by now, what runs in the recorded one is to stop as well.
        former = _recorded_account(store, key)
        if former and account_id and former != account_id:
            found.append(Account(key, former, "", origin, token=variable))
    return found


def _recorded_accounts(store: Store) -> list[str]:
    """What cannot be listed must not stop the stop: desired/ names its accounts, too."""
    try:
        return store.recorded_accounts()
    except (OSError, StateError):
        return []


def _recorded_account(store: Store, key: str) -> str:
    """A file of state/ may hold anything; what is no id must not become part of a URL."""
    found = store.account_id_of(key)
    return found if ACCOUNT_ID.fullmatch(found) else ""


def _text(path: Path) -> str:
    """ "" for what is no file of ours; a byte that is no UTF-8 must not hide the line that is sought."""
    try:
        return read_regular(path)
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", errors="replace")
    except OSError:
        return ""
