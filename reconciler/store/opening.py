"""The one place that knows how a project's things are kept: whoever needs a store gets it here, by its protocols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reconciler.model.errors import StateError
from reconciler.store.files.store import FileStore
from reconciler.system.clock import SYSTEM, Clock, Zone, in_utc

if TYPE_CHECKING:
    # Of what is remembered, each run loads what it asks for.
    from reconciler.model.account import Account
    from reconciler.model.address import Address
    from reconciler.model.record import Record
    from reconciler.store.facts import FactsKept
    from reconciler.store.git.place import Place
    from reconciler.store.leases import Leases
    from reconciler.store.limits import Limits
    from reconciler.store.plans import Plans
    from reconciler.store.records import Records
    from reconciler.store.runs import Runs
    from reconciler.store.shared import SharedState
    from reconciler.store.uploads import UploadsKept


class Store(Protocol):
    """All that one project remembers."""

    @property
    def plans(self) -> Plans: ...

    @property
    def leases(self) -> Leases: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def runs(self) -> Runs: ...

    @property
    def facts(self) -> FactsKept: ...

    @property
    def uploads(self) -> UploadsKept: ...

    def records(self, account: str, account_id: str = "", currency: str = "", former: Iterable[str] = ()) -> Records:
        """The records of one account as they are now. `former` are the keys that the account had before; what they
        remember is read and moves over.

        Never empty for what cannot be read, which could make everything twice: raises StateError where something kept
        cannot be believed, is of a newer version, or remembers objects of another ad account than `account_id` or
        amounts of another currency than `currency`; "" asks for neither.
        """

    def discard(self, account: str) -> None:
        """Nothing is remembered of the account any more, neither what cannot be believed nor what runs have found.
        Raises OSError where it cannot be removed."""

    def recorded_accounts(self) -> list[str]:
        """The accounts of which something is remembered, in order; what a run has moved or removed counts until its
        checkpoint. Raises OSError where they cannot be listed, and StateError where no folder keeps them."""

    def account_id_of(self, account: str) -> str:
        """The ad account's id as an account's records have it, those that cannot be believed left out; "" for none."""


def open_store(root: Path, clock: Clock = SYSTEM, zone: Zone = in_utc) -> Store:
    """What the project at `root` remembers. Touches nothing yet. `zone`: in which it tells moments."""
    return FileStore(root, clock, zone)


def open_shared_state(
    root: Path, branch: str | None, clock: Clock = SYSTEM, place: Place | None = None
) -> SharedState | None:
    """Where others see what the project at `root` remembers; None where that is this working tree: without a branch,
    outside git, where git does not track desired/project.yaml, and without a remote. Raises UnsharedState where git
    does not tell. `place` is where the project stands, where that is known."""
    # Most commands share nothing.
    from reconciler.store.git.branch import GitBranch  # noqa: PLC0415
    from reconciler.store.git.place import place_of  # noqa: PLC0415

    place = place or (place_of(root) if branch is not None else None)
    return GitBranch(root, place, branch, clock) if place and branch else None


def may_run(store: Store, account: str) -> bool:
    """Whether something was on when a record of the account was last written; True where they cannot be believed."""
    try:
        records = store.records(account).all()
    except StateError:
        return True
    return bool(running(records))


def running(records: Mapping[Address, Record]) -> dict[Address, Record]:
    """Of what stands topmost, that which was on when its record was last written. What is held may be off by now."""
    from reconciler.model.status import ACTIVE  # noqa: PLC0415

    topmost = {at: record for at, record in records.items() if at.parent is None and not record.removed}
    return {at: record for at, record in topmost.items() if ACTIVE in (record.status, record.live.get("status"))}


def renamed_account(store: Store, account: Account, declared: Iterable[str]) -> str:
    """A key that nothing declares any more and that has this ad account in its records; "" where there is none."""
    undeclared = (key for key in store.recorded_accounts() if key not in set(declared) | set(account.previously))
    return next((key for key in undeclared if store.account_id_of(key) == account.id), "")
