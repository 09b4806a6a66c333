"""A shared state in memory: for its suite alone, which it shows to be about the promises and not about git."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.errors import StateError, UnsharedState
from reconciler.model.record import Record
from reconciler.store.merging import merged, merged_run
from reconciler.store.runs import Run
from reconciler.store.shared import Standing, Told
from store.memory import Account, Kept


@dataclass
class Content:
    """What is known of one account."""

    id: str = ""
    currency: str = ""
    records: dict[Address, Record] = field(default_factory=dict)
    run: Run | None = None
    spoilt: bool = False


@dataclass
class Common:
    """What all share. `line` changes where what was there was thrown away, not where it went on."""

    accounts: dict[str, Content] | None = None
    version: int = 0
    line: int = 0
    reachable: bool = True
    refuses: bool = False
    published: str = ""


@dataclass
class Clone:
    """What one working copy keeps, whatever process has it open."""

    kept: Kept = field(default_factory=Kept)
    fetched: dict[str, Content] = field(default_factory=dict)
    base: dict[str, Content] = field(default_factory=dict)
    line: int = 0
    version: int = -1
    there: bool = False


class MemoryShared:
    name = "everybody"
    nearby = True

    def __init__(self, common: Common, clone: Clone) -> None:
        self.told = Told()
        self._common, self._clone = common, clone
        self._seen: dict[str, set[str]] = {}
        self._gone = False

    def fetch(self, *, seconds: float | None = None) -> None:
        common, clone = self._common, self._clone
        if not common.reachable:
            raise UnsharedState("everybody could not be fetched\n  mend: wait")
        self._gone = common.accounts is None and clone.there
        if self._gone:
            self.told.lines.append("everybody is gone: it is made again")
        if common.accounts is None:
            return
        if clone.there and clone.line != common.line:
            self.told.lines.append("everybody was rewritten")
            clone.base = {}
        clone.fetched, clone.version = copy.deepcopy(common.accounts), common.version
        clone.line, clone.there = common.line, True

    def accounts(self) -> list[str]:
        return sorted(self._clone.fetched)

    def published_runs(self, accounts: Iterable[str]) -> dict[str, Run | None]:
        known = {*self._clone.kept.accounts, *self._clone.kept.runs, *self._clone.base}
        return {key: self._clone.fetched.get(key, Content()).run for key in set(accounts) - known}

    def differing(self, accounts: Iterable[str]) -> set[str]:
        return {account for account in accounts if self._differs(account)}

    def _differs(self, account: str) -> bool:
        with suppress(StateError):
            return self._merged(account, set()) != self._here(account)
        return True

    def bring_in(self, account: str) -> None:
        removed = self._removed_here(account)
        self._bring_in(account, removed)
        self._seen[account] = self._campaigns(self._here(account)) | removed

    def bring_in_all(self, accounts: Iterable[str]) -> dict[str, StateError]:
        failed: dict[str, StateError] = {}
        for account in accounts:
            try:
                self.bring_in(account)
            except StateError as error:
                failed[account] = error
        return failed

    def _bring_in(self, account: str, removed: set[str]) -> None:
        found = self._merged(account, removed)
        if found.records or account in self._clone.kept.accounts:
            self._clone.kept.accounts[account] = Account(found.id, found.currency, dict(found.records))
        self._clone.kept.runs.pop(account, None)
        if found.run is not None:
            self._clone.kept.runs[account] = found.run
        if account in self._clone.fetched:
            self._clone.base[account] = copy.deepcopy(self._clone.fetched[account])

    def _merged(self, account: str, removed: set[str]) -> Content:
        base = self._clone.base.get(account, Content())
        theirs = self._clone.fetched.get(account, Content())
        ours = self._here(account)
        campaigns = self._campaigns(ours)
        missing = {at: one for at, one in base.records.items() if at.root.key not in campaigns | removed}
        mine = {**ours.records, **missing}
        if theirs.spoilt and not base.spoilt:
            raise StateError(f"{account}: it cannot be believed\n  mend: reconciler state rebuild")
        if theirs.id and ours.id and theirs.id != ours.id:
            raise StateError(f"{account}: of two ad accounts\n  mend: see which is right")
        run = (
            ours.run
            if theirs.run in (ours.run, base.run)
            else theirs.run
            if ours.run in (base.run, None)
            else merged_run(ours.run, theirs.run)
        )
        if mine != base.records != theirs.records:
            run = None
        return Content(
            ours.id or theirs.id, ours.currency or theirs.currency, merged(base.records, mine, theirs.records), run
        )

    def take_ours(self, account: str) -> None:
        self._clone.base[account] = copy.deepcopy(self._clone.fetched.get(account, Content()))
        self._seen[account] = self._campaigns(self._clone.base[account]) | self._campaigns(self._here(account))

    def publish(self, accounts: Collection[str], message: str, *, seconds: float | None = None) -> bool:
        removed = {key: self._removed_here(key) for key in accounts}
        if self._common.reachable and self._common.version != self._clone.version:
            self.fetch()
        for key in accounts:
            self._bring_in(key, removed[key])
        ours = {key: self._here(key) for key in accounts}
        unchanged = all(ours[key].records == self._clone.fetched.get(key, Content()).records for key in accounts)
        unchanged &= all(ours[key].run == self._clone.fetched.get(key, Content()).run for key in accounts)
        if unchanged and not self._gone and not any(self._clone.fetched.get(key, Content()).spoilt for key in accounts):
            return False
        if not self._common.reachable or self._common.refuses:
            raise UnsharedState("everybody could not be told\n  mend: wait")
        others = self._clone.fetched if self._common.accounts is None else self._common.accounts
        self._common.accounts = {**others, **ours}
        self._common.version += 1
        self._common.published = "2026-11-21T02:00:00+00:00"
        self.fetch()
        for key in accounts:
            self._clone.base[key] = copy.deepcopy(ours[key])
            self._seen[key] = self._campaigns(ours[key])
        return True

    def check_publishing(self) -> None:
        if not self._common.reachable:
            raise UnsharedState("everybody could not be told\n  mend: wait")

    def standing(self) -> Standing:
        keys = {*self._clone.kept.accounts, *self._clone.fetched}
        behind = [
            k for k in sorted(keys) if self._merged(k, set()).records != self._clone.fetched.get(k, Content()).records
        ]
        return Standing(self.name, self._common.published, tuple(behind))

    def _here(self, account: str) -> Content:
        found = self._clone.kept.accounts.get(account, Account())
        return Content(found.id, found.currency, dict(found.records), self._clone.kept.runs.get(account))

    def _removed_here(self, account: str) -> set[str]:
        return self._seen.get(account, set()) - self._campaigns(self._here(account))

    @staticmethod
    def _campaigns(content: Content) -> set[str]:
        return {at.root.key for at in content.records}
