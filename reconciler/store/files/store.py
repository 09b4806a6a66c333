"""All stores of a repository, below `state/` but for plan files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.system.clock import SYSTEM, Clock, Zone, in_utc

if TYPE_CHECKING:
    from reconciler.store.files.facts import FileFacts
    from reconciler.store.files.leases import FileLeases
    from reconciler.store.files.limits import FileLimits
    from reconciler.store.files.plans import FilePlans
    from reconciler.store.files.records import FileRecords
    from reconciler.store.files.runs import FileRuns
    from reconciler.store.files.uploads import FileUploads


class FileStore:
    """`Store` of `store/opening.py`."""

    def __init__(self, root: Path, clock: Clock = SYSTEM, zone: Zone = in_utc) -> None:
        self._root, self._clock, self._zone = root, clock, zone

    @cached_property
    def plans(self) -> FilePlans:
        from reconciler.store.files.plans import FilePlans

        return FilePlans()

    @cached_property
    def leases(self) -> FileLeases:
        from reconciler.store.files.leases import FileLeases

        return FileLeases(self._root, self._clock, self._zone)

    @cached_property
    def limits(self) -> FileLimits:
        from reconciler.store.files.limits import FileLimits

        return FileLimits(self._root, self._clock)

    @cached_property
    def runs(self) -> FileRuns:
        from reconciler.store.files.runs import FileRuns

        return FileRuns(self._root)

    @cached_property
    def facts(self) -> FileFacts:
        from reconciler.store.files.facts import FileFacts

        return FileFacts(self._root, self._clock)

    @cached_property
    def uploads(self) -> FileUploads:
        from reconciler.store.files.uploads import FileUploads

        return FileUploads(self._root, self._clock)

    def records(
        self, account: str, account_id: str = "", currency: str = "", former: Iterable[str] = ()
    ) -> FileRecords:
        from reconciler.store.files.records import FileRecords

        return FileRecords(self._root, account, account_id, currency, former)

    def discard(self, account: str) -> None:
        from reconciler.store.files.records import discard

        discard(self._root, account)
        self.runs.forget(account)
        self.facts.forget(account)
        self.uploads.forget(account)

    def recorded_accounts(self) -> list[str]:
        from reconciler.store.files.records import recorded_accounts

        return recorded_accounts(self._root)

    def account_id_of(self, account: str) -> str:
        from reconciler.store.files.records import account_id_of

        return account_id_of(self._root, account)
