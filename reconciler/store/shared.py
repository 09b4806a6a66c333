"""`state/` as several working copies share it: fetched before work, published after each account."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Protocol

from reconciler.model.moments import format_time

if TYPE_CHECKING:
    from reconciler.model.errors import StateError
    from reconciler.store.runs import Run


@dataclass(frozen=True)
class Standing:
    """Where the shared state is and how it stands. `published` is when it was published last (ISO 8601), "" where it
    never was; `unpublished` are the accounts of which this working copy remembers more than it; `strays` are files that
    are tracked beside it, and not read."""

    name: str
    published: str = ""
    unpublished: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()

    def pushed(self, zone: tzinfo) -> str:
        """`pushed last at 2026-12-01 09:00 +08`; "" where it never was."""
        return f"pushed last at {format_time(datetime.fromisoformat(self.published), zone)}" if self.published else ""


@dataclass
class Told:
    """What a person should hear of; the list is the caller's to empty."""

    lines: list[str] = field(default_factory=list)


class SharedState(Protocol):
    """What this working copy remembers, and what all remember together.

    Nothing is lost: neither an id, nor a create or a write that is under way, whoever publishes when, and wherever a
    process is killed; what a killed run has not published is taken along by the next one of the working copy. A file
    that is missing here is no removal, unless it was there when it was brought in, by this object, and is gone when
    more is brought in or it is published.
    """

    @property
    def name(self) -> str:
        """As people call it."""

    @property
    def nearby(self) -> bool:
        """Whether it is on this machine: then it may hold what was only tried out."""

    @property
    def told(self) -> Told: ...

    def fetch(self, *, seconds: float | None = None) -> None:
        """What the others have published, to be brought in. Raises UnsharedState where that cannot be known; what was
        fetched before stays. `seconds`: at most so long, for who must not wait."""

    def accounts(self) -> list[str]:
        """The keys of all of which something was fetched, or was not published by a run that was killed; and those of
        which others have removed all, and something is remembered here still."""

    def published_runs(self, accounts: Iterable[str]) -> dict[str, Run | None]:
        """What the last runs have left, as it was fetched, of those accounts of which nothing is remembered here: what
        `bring_in` would put there. None where nothing was left, or nothing that can be believed."""

    def unpublished(self, accounts: Iterable[str]) -> set[str]:
        """Those of which something was to be published and is not known to have arrived."""

    def differing(self, accounts: Iterable[str]) -> set[str]:
        """Those of which `bring_in` would change what this working copy remembers, or cannot merge it."""

    def bring_in(self, account: str) -> None:
        """What was fetched, merged into what this working copy remembers of the account. Whoever calls this has the
        account's lease, and opens its records afterwards. Raises StateError where the two cannot be merged."""

    def bring_in_all(self, accounts: Iterable[str]) -> dict[str, StateError]:
        """The same of many at once, which is sooner done than one after the other: by account, why some cannot be
        merged."""

    def take_ours(self, account: str) -> None:
        """Instead of `bring_in`: what is remembered here is to replace what was fetched of the account."""

    def publish(self, accounts: Collection[str], message: str, *, seconds: float | None = None) -> bool:
        """What this working copy remembers of the accounts, for all others; False where they know it already. Merges
        first, where others have published meanwhile. Whoever calls this has the leases. Raises UnsharedState where it
        cannot be published, and StateError where it cannot be merged."""

    def check_publishing(self) -> None:
        """Raises UnsharedState where what is published from here would not be let in, as far as that can be known
        before."""

    def standing(self) -> Standing: ...
