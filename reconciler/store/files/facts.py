"""What hardly ever changes of an account, in `state/.ACCOUNT.facts.json`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.model.account import AccountFacts
from reconciler.model.remote import Identity
from reconciler.store.facts import Facts
from reconciler.store.files.hidden import UNREADABLE, is_ahead, keep, kept_in
from reconciler.system.clock import SYSTEM, Clock


class FileFacts:
    """`store/facts.py`, below `root`."""

    def __init__(self, root: Path, clock: Clock = SYSTEM) -> None:
        self._folder, self._clock = root / "state", clock

    def get(self, account: str) -> Facts | None:
        try:
            kept = kept_in(self._path(account))
            return None if is_ahead(kept, self._clock) else _facts(kept)
        except UNREADABLE:
            return None

    def put(self, account: str, facts: Facts) -> None:
        who = facts.identity
        identity = {**asdict(who), "user_ids": sorted(who.user_ids)} if who else None
        content = {"basis": facts.basis, "at": facts.at.isoformat(), "account": asdict(facts.account)}
        keep(self._path(account), {**content, "identity": identity}, self._clock)

    def forget(self, account: str) -> None:
        with suppress(OSError):
            self._path(account).unlink(missing_ok=True)

    def _path(self, account: str) -> Path:
        return self._folder / f".{account}.facts.json"


def _facts(kept: Mapping[str, Any]) -> Facts:
    """Raises what UNREADABLE names for what no version has written."""
    at, who = datetime.fromisoformat(kept["at"]), kept["identity"]
    if at.tzinfo is None:
        raise ValueError("a moment without an offset")
    # What there is no access to is asked for each time.
    minimums = {str(name): int(amount) for name, amount in kept["account"]["minimum_daily"].items()}
    account = AccountFacts(**{**kept["account"], "minimum_daily": minimums, "no_access": ()})
    return Facts(
        str(kept["basis"]), at, account, Identity(**{**who, "user_ids": frozenset(who["user_ids"])}) if who else None
    )
