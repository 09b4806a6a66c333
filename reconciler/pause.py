"""The emergency stop. Needs neither valid YAML nor state: it goes by labels, and by what can be read at a glance.

What it pauses stays paused: the record says ACTIVE, so the pause reads as a person's decision, which neither
`activate` nor an ordinary `apply` turns back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from reconciler.errors import ConfigError, StateError, UsageError
from reconciler.identity import label, project_prefix
from reconciler.kinds import KINDS
from reconciler.meta.client import Writer
from reconciler.model import Account, Address, Object, Origin, Record
from reconciler.observe import decode
from reconciler.record import Records, account_id_of, amended, recorded_accounts
from reconciler.settings import DEFAULT_TOKEN
from reconciler.status import ACTIVE, PAUSED

PROJECT = re.compile(r"^project:\s*[\"']?([a-z0-9-]+)", re.MULTILINE)
ACCOUNT = re.compile(r"^account:\s*[\"']?(act_[0-9]+)", re.MULTILINE)
TOKEN = re.compile(r"^token:\s*[\"']?env/([A-Z_][A-Z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True)
class Stopped:
    """One object that was paused, or is to be."""

    account: str
    kind: str
    id: str
    name: str


def project_at(root: Path) -> str:
    """The project's name, read without parsing. Raises UsageError where there is none."""
    found = PROJECT.search(_text(root / "desired" / "project.yaml"))
    if not found:
        raise UsageError("no project: line in desired/project.yaml: without it no object can be told to be ours")
    return found[1]


def accounts_at(root: Path) -> list[Account]:
    """Every account that desired/ or state/ knows, whether or not its YAML parses."""
    folder = root / "desired" / "accounts"
    files = {p.stem: p for p in sorted(folder.glob("*.y*ml"))} if folder.is_dir() else {}
    found = []
    for key in sorted({*files, *recorded_accounts(root)}):
        text = _text(files[key]) if key in files else ""
        match = ACCOUNT.search(text)
        account_id = match[1] if match else account_id_of(root, key)
        token = TOKEN.search(text)
        variable = token[1] if token else DEFAULT_TOKEN.removeprefix("env/")
        if account_id:
            found.append(Account(key, account_id, "", Origin(f"desired/accounts/{key}.yaml"), token=variable))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def stop_all(root: Path, project: str, account: Account, writer: Writer) -> Iterator[Stopped]:
    """Pauses every active campaign of the project in one account: nothing below it delivers then."""
    prefix = project_prefix(project)
    for live in _listed(account, "campaign", writer):
        if live.status == ACTIVE and any(text.startswith(prefix) for text in live.labels):
            yield _stop(root, account, live, writer)


def stop(root: Path, project: str, account: Account, address: Address, writer: Writer) -> Iterator[Stopped]:
    """Pauses what carries the address's label, copies included."""
    own = label(project, address)
    recorded = _recorded_id(root, account, address)
    found = [o for o in _listed(account, address.kind, writer) if own in o.labels or (o.id == recorded and o.labels)]
    if not found:
        known = sorted(map(str, _recorded(root, account)))
        near = get_close_matches(str(address), known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"nothing at Meta carries the label of {address}, so nothing was paused{hint}")
    for live in found:
        if live.status == ACTIVE:
            yield _stop(root, account, live, writer)


def _listed(account: Account, kind: str, writer: Writer) -> list[Object]:
    rows = writer.pages(f"{account.id}/{KINDS[kind].edge}", fields=KINDS[kind].read_fields())
    return [decode(KINDS[kind], row) for row in rows]


def _stop(root: Path, account: Account, live: Object, writer: Writer) -> Stopped:
    writer.update(live.id, {"status": PAUSED})
    _remember(root, account, live)
    return Stopped(account.key, live.kind, live.id, str(live.fields.get("name", "")))


def _recorded(root: Path, account: Account) -> dict[Address, Record]:
    try:
        return Records(root, account.key, account.id).all()
    except StateError:
        return {}


def _recorded_id(root: Path, account: Account, address: Address) -> str:
    record = _recorded(root, account).get(address)
    return record.id if record else ""


def _remember(root: Path, account: Account, live: Object) -> None:
    try:
        store = Records(root, account.key, account.id)
    except StateError:
        # The stop counts; a broken state file is told of by every other command.
        return
    for address, record in store.all().items():
        if record.id == live.id:
            seen = {**record.live, "status": PAUSED}
            store.put(address, amended(record, live.kind, status=ACTIVE, live=seen))


def still_to_start(root: Path) -> list[tuple[Address, datetime]]:
    """Campaigns that will start later all the same; empty where the YAML does not parse."""
    from reconciler.declared import load_desired  # noqa: PLC0415  the stop itself must not depend on parsing

    now = datetime.now(UTC)
    try:
        desired = load_desired(root, now)
    except ConfigError:
        return []
    return [
        (address, r.schedule.activate_at)
        for address, r in sorted(desired.resources.items())
        if r.kind == "campaign" and r.schedule.timed and r.schedule.activate_at and r.schedule.activate_at > now
    ]
