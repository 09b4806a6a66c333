"""A store in memory: small, and for this suite alone, which it shows to be about the promises and not about files."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from reconciler.model.address import Address
from reconciler.model.errors import LockedError, StateError, UsageError
from reconciler.model.limits import LONGEST, Limit, Spent
from reconciler.model.record import Record
from reconciler.store.facts import Facts
from reconciler.store.leases import Holder
from reconciler.store.records import NOTHING
from reconciler.store.runs import Run
from reconciler.store.uploads import Uploads
from reconciler.system.clock import Clock


@dataclass
class Account:
    id: str = ""
    currency: str = ""
    records: dict[Address, Record] = field(default_factory=dict)


@dataclass
class Kept:
    """What outlives a process."""

    accounts: dict[str, Account] = field(default_factory=dict)
    spoilt: set[str] = field(default_factory=set)
    plans: dict[str, str] = field(default_factory=dict)
    held: dict[str, MemoryLease] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    spent: dict[Limit, tuple[datetime, Spent]] = field(default_factory=dict)
    blocks: dict[Limit, tuple[datetime, datetime]] = field(default_factory=dict)
    limits_spoilt: bool = False
    runs: dict[str, Run] = field(default_factory=dict)
    facts: dict[str, tuple[datetime, Facts]] = field(default_factory=dict)
    uploads: dict[str, tuple[datetime, Uploads]] = field(default_factory=dict)


class MemoryStore:
    def __init__(self, kept: Kept, clock: Clock) -> None:
        self._kept = kept
        self.runs, self.facts, self.uploads = MemoryRuns(kept), MemoryFacts(kept, clock), MemoryUploads(kept, clock)
        self.plans, self.leases, self.limits = MemoryPlans(kept), MemoryLeases(kept, clock), MemoryLimits(kept, clock)

    def records(
        self, account: str, account_id: str = "", currency: str = "", former: Iterable[str] = ()
    ) -> MemoryRecords:
        return MemoryRecords(self._kept, account, account_id, currency, former)

    def discard(self, account: str) -> None:
        self._kept.accounts.pop(account, None)
        self._kept.spoilt.discard(account)
        self._kept.runs.pop(account, None)
        self._kept.facts.pop(account, None)
        self._kept.uploads.pop(account, None)

    def recorded_accounts(self) -> list[str]:
        return sorted(key for key, account in self._kept.accounts.items() if account.records)

    def account_id_of(self, account: str) -> str:
        return self._kept.accounts.get(account, Account()).id


class MemoryRecords:
    def __init__(self, kept: Kept, account: str, account_id: str, currency: str, former: Iterable[str]) -> None:
        self.fence: Callable[[], None] = lambda: None
        self.now: Callable[[], datetime | None] = lambda: None
        self._kept, self._of = kept, Account(account_id, currency)
        for key in (account, *former):
            found = kept.accounts.get(key, Account())
            other_account = found.id and account_id and found.id != account_id
            if key in kept.spoilt or other_account or (found.currency and currency and found.currency != currency):
                raise StateError(f"{key}: it cannot be believed")
            self._of.records |= found.records

    def all(self) -> dict[Address, Record]:
        return dict(self._of.records)

    def get(self, address: Address) -> Record | None:
        return self._of.records.get(address)

    def put(self, address: Address, record: Record) -> None:
        self.put_all({address: record})

    def put_all(self, records: Mapping[Address, Record]) -> None:
        self.fence()
        for address, record in records.items():
            self._of.records[address] = self._dated(address, record)
            self._account(address).records[address] = self._of.records[address]

    @contextmanager
    def together(self) -> Iterator[None]:
        self.fence()
        yield

    def remove(self, address: Address) -> None:
        self.fence()
        self._of.records.pop(address, None)
        self._account(address).records.pop(address, None)

    def move(self, old: Address, new: Address) -> None:
        if (record := self.get(old)) is not None:
            self.put(new, record)
            self.remove(old)

    def checkpoint(self, last: Mapping[Address, Record] = NOTHING) -> None:
        """There is one place alone."""
        if last:
            self.put_all(last)

    def _account(self, address: Address) -> Account:
        account = self._kept.accounts.setdefault(address.account, Account())
        account.id, account.currency = self._of.id, self._of.currency
        return account

    def _dated(self, address: Address, record: Record) -> Record:
        before, now = self.get(address), self.now()
        if before is not None and replace(record, as_of=before.as_of) == before:
            return before
        moved = before is None and record.as_of
        if now is None or moved:
            return record
        return replace(record, as_of=max(now.astimezone(UTC).isoformat(), before.as_of if before is not None else ""))


class MemoryRuns:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def get(self, account: str) -> Run | None:
        return self._kept.runs.get(account)

    def put(self, account: str, run: Run) -> None:
        self._kept.runs[account] = run

    def forget(self, account: str) -> None:
        self._kept.runs.pop(account, None)


class MemoryPlans:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def write(self, name: str, text: str) -> None:
        self._kept.plans[name] = text

    def read(self, name: str) -> str:
        if name not in self._kept.plans:
            raise FileNotFoundError(name)
        return self._kept.plans[name]


class MemoryLease:
    numbers = itertools.count(1)

    def __init__(self, kept: Kept, account: str, since: str) -> None:
        self._kept, self.ended = kept, False
        self.holder = Holder(f"{next(self.numbers):08}", account, "me", since)

    def check(self) -> None:
        if self._kept.held.get(self.holder.account) is not self:
            raise LockedError("it was taken away from this run")

    def release(self) -> None:
        self.ended = True
        self._kept.ended.add(self.holder.id)
        if self._kept.held.get(self.holder.account) is self:
            del self._kept.held[self.holder.account]

    def over(self) -> bool:
        return self.ended


class MemoryLeases:
    def __init__(self, kept: Kept, clock: Clock) -> None:
        self._kept, self._clock = kept, clock

    def acquire(self, account: str) -> MemoryLease:
        if (held := self._kept.held.get(account)) is not None:
            raise LockedError(
                f"held by {held.holder.said(self._clock.now(), UTC)}; reconciler force-unlock {held.holder.id}"
            )
        self._kept.held[account] = MemoryLease(self._kept, account, self._clock.moment())
        return self._kept.held[account]

    def take_over(self, account: str) -> tuple[MemoryLease, list[MemoryLease]]:
        held = self._kept.held.pop(account, None)
        return self.acquire(account), [held] if held is not None else []

    def force_unlock(self, lease_id: str) -> Holder | None:
        for account, held in self._kept.held.items():
            if held.holder.id == lease_id:
                return self._kept.held.pop(account).holder
        if lease_id in self._kept.ended:
            return None
        raise UsageError(f"no lease has the id {lease_id}")


class MemoryLimits:
    def __init__(self, kept: Kept, clock: Clock) -> None:
        self._kept, self._clock = kept, clock

    def spent(self, limit: Limit) -> Spent:
        at, spent = self._kept.spent.get(limit, (self._clock.now(), Spent()))
        if self._kept.limits_spoilt:
            return Spent()
        return Spent(tier=spent.tier) if self._is_ahead(at) else spent

    def keep_spent(self, limit: Limit, spent: Spent) -> None:
        self._kept.spent[limit] = self._clock.now(), spent

    def blocked_until(self, limit: Limit) -> datetime | None:
        if limit not in self._kept.blocks or self._kept.limits_spoilt:
            return None
        at, until = self._kept.blocks[limit]
        return None if self._is_ahead(at) or until > self._clock.now() + LONGEST else until

    def block(self, limit: Limit, until: datetime) -> datetime:
        longest = max(until, self.blocked_until(limit) or until)
        self._kept.blocks[limit] = self._clock.now(), longest
        return longest

    def _is_ahead(self, at: datetime) -> bool:
        return at > self._clock.now() + timedelta(minutes=1)


class MemoryFacts:
    def __init__(self, kept: Kept, clock: Clock) -> None:
        self._kept, self._clock = kept, clock

    def get(self, account: str) -> Facts | None:
        saved, facts = self._kept.facts.get(account, (datetime.max.replace(tzinfo=UTC), None))
        return None if self._kept.limits_spoilt or saved > self._clock.now() + timedelta(minutes=1) else facts

    def put(self, account: str, facts: Facts) -> None:
        self._kept.facts[account] = (self._clock.now(), facts)

    def forget(self, account: str) -> None:
        self._kept.facts.pop(account, None)


class MemoryUploads:
    def __init__(self, kept: Kept, clock: Clock) -> None:
        self._kept, self._clock = kept, clock

    def get(self, account: str) -> Uploads | None:
        saved, uploads = self._kept.uploads.get(account, (datetime.max.replace(tzinfo=UTC), None))
        return None if self._kept.limits_spoilt or saved > self._clock.now() + timedelta(minutes=1) else uploads

    def put(self, account: str, uploads: Uploads) -> None:
        self._kept.uploads[account] = (self._clock.now(), uploads)

    def forget(self, account: str) -> None:
        self._kept.uploads.pop(account, None)
