"""What an operation is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from reconciler.model.errors import UsageError
from reconciler.model.parallelism import DEFAULT_PARALLELISM
from reconciler.run.at_a_glance import zone_at
from reconciler.store.opening import Store, open_store
from reconciler.system.clock import SYSTEM, Clock
from reconciler.system.timings import UNTIMED, Timings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reconciler.meta.connection import Adapter
    from reconciler.model.address import Address
    from reconciler.model.plan import Options
    from reconciler.model.shard import Shard

Moment: TypeAlias = "Callable[[ZoneInfo], datetime]"
"""Another one than now, told once the project's time zone is known."""


@dataclass(frozen=True)
class Request:
    """What the user asked for. `now` is aware; `environment` holds tokens by variable name."""

    root: Path
    now: datetime
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    accounts: tuple[str, ...] = ()
    targets: tuple[Address, ...] = ()
    shard: Shard | None = None
    """Of what is asked for, only the accounts that are in it; None for all."""
    revert_drift: bool = False
    reviewed: bool = False
    """A person has seen this plan: a plan file is made or applied."""
    late_activations: bool = False
    """Turn on what is more than `max_lateness` late, too."""
    accept_live: bool = False
    """What was added to fields that are sent whole may stand from now on."""
    keep_drift: bool = False
    """Overwrite nothing that a person changed, whatever the policies say."""
    pause_orphans: bool = False
    """Pause what carries our label and what neither desired/ nor state/ knows."""
    offline: bool = False
    rebuild: bool = False
    """Forget what state/ remembers of each account first, so that all is found by its labels."""
    watching: bool = False
    """Ask whether each account is in order, also where that is remembered."""
    clock: Clock = SYSTEM
    adapter: Adapter | None = None
    """Instead of sockets, for trial runs within one process."""
    parallelism: int = DEFAULT_PARALLELISM
    """Accounts worked on at once."""
    timings: Timings = field(default=UNTIMED, compare=False, repr=False)

    @property
    def store(self) -> Store:
        return open_store(self.root, self.clock, partial(zone_at, self.root))

    @property
    def options(self) -> Options:
        from reconciler.model.plan import Options  # noqa: PLC0415  only who plans needs it

        return Options(**{field.name: getattr(self, field.name) for field in fields(Options)})

    @property
    def named_accounts(self) -> set[str]:
        """Those that are asked for, by their keys, or else in an address; none where all are. No address opens an
        account beside those that are named."""
        return set(self.accounts) or {target.account for target in self.targets}

    def check_fence(self) -> None:
        """Raises UsageError for a target outside the accounts that are named."""
        outside = sorted(target for target in self.targets if self.accounts and target.account not in self.accounts)
        if outside:
            raise UsageError(
                f"{outside[0]} is not in {', '.join(sorted(set(self.accounts)))}, so nothing was done\n"
                f"  mend: leave out --account, or name the target's: --account {outside[0].account}"
            )

    def chooses(self, account: str) -> bool:
        """Whether the account with this key is asked for."""
        named = self.named_accounts
        return (not named or account in named) and self.is_in_shard(account)

    def is_in_shard(self, account: str) -> bool:
        """Also of one that nobody declares: exactly one shard tells what is to be said of it."""
        return self.shard is None or self.shard.has(account)
