"""What the suite is put through: how each kind of store is opened, spoilt and stopped at its worst moments.

A second implementation is added to `IMPLEMENTATIONS`.
"""

from __future__ import annotations

import random
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from simulation.disk import Crash, Disk

from reconciler.store.files import atomic
from reconciler.store.files.journal import journal_path
from reconciler.store.opening import Store, open_store
from reconciler.system.clock import Clock
from store.memory import Kept, MemoryStore

LOSSES = 6
"""Ways in which one crash is played: what was not synced goes either way."""

Step = Callable[[Store], object]


class Implementation(ABC):
    """One project's store, of which any number of processes may have one open."""

    @abstractmethod
    def open(self, clock: Clock) -> Store:
        """As another process opens it."""

    @abstractmethod
    def spoil_records(self, account: str) -> None:
        """One of the account's records cannot be read any more."""

    @abstractmethod
    def spoil_limits(self) -> None:
        """Nothing that is kept of limits can be read any more."""

    @abstractmethod
    def plan_name(self) -> str: ...

    @abstractmethod
    def crashes(self, before: Step, step: Step, clock: Clock) -> Iterator[Store]:
        """After `before`, a crash at each moment of `step`: what the next process opens."""


class Files(Implementation):
    def __init__(self, root: Path) -> None:
        self._root = root / "project"

    def open(self, clock: Clock) -> Store:
        return open_store(self._root, clock)

    def spoil_records(self, account: str) -> None:
        kept = [*(self._root / "state" / account).glob("*.json"), journal_path(self._root, account)]
        kept[0].write_text("{\n{")

    def spoil_limits(self) -> None:
        for path in (self._root / "state").glob(".*.json"):
            path.write_text("{")

    def plan_name(self) -> str:
        return str(self._root / "plan.json")

    def crashes(self, before: Step, step: Step, clock: Clock) -> Iterator[Store]:
        for loss in range(LOSSES):
            at, ended = 0, False
            while not ended:
                shutil.rmtree(self._root, ignore_errors=True)
                before(self.open(clock))
                ended = self._crashed(step, clock, Disk(random.Random(loss * 1000 + at)), at)
                yield self.open(clock)
                at += 1

    def _crashed(self, step: Step, clock: Clock, disk: Disk, at: int) -> bool:
        """Whether the step has ended before so many system calls."""
        disk.start(at)
        with patch.object(atomic, "os", disk):
            try:
                step(self.open(clock))
                return True
            except Crash:
                return False
            finally:
                disk.lose_power()


class Memory(Implementation):
    def __init__(self, root: Path) -> None:
        self._kept = Kept()

    def open(self, clock: Clock) -> Store:
        return MemoryStore(self._kept, clock)

    def spoil_records(self, account: str) -> None:
        self._kept.spoilt.add(account)

    def spoil_limits(self) -> None:
        self._kept.limits_spoilt = True

    def plan_name(self) -> str:
        return "plan"

    def crashes(self, before: Step, step: Step, clock: Clock) -> Iterator[Store]:
        """Each of its changes is a single moment."""
        self._kept = Kept()
        before(self.open(clock))
        step(self.open(clock))
        yield self.open(clock)


IMPLEMENTATIONS: dict[str, Callable[[Path], Implementation]] = {"files": Files, "memory": Memory}
