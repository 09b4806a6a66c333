"""What the apply stage is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from reconciler.apply.first import Endless, Turn
from reconciler.engine.settle import Settled
from reconciler.meta.upload import Progress
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.store.records import Records
from reconciler.store.uploads import UploadsKept


@dataclass
class Work:
    """One account, ready to be changed."""

    account: Account
    project: str
    root: Path
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]
    store: Records
    uploads: UploadsKept
    observed: Observed
    now: datetime
    zone: ZoneInfo
    server_time: datetime | None
    """Meta's clock when the account was last looked at."""
    drifted: Mapping[Address, frozenset[str]]
    looked_at: datetime | None = None
    """When that look began, by this computer's clock; None where it is not to be relied on."""
    applied: Mapping[Address, Record] = field(default_factory=dict)
    """What counts as last applied where that is not what the record says."""
    settled: Mapping[Address, Settled] = field(default_factory=dict)
    """What counts as applied by the plan's look, and what is undecided."""
    held: Mapping[Address, str] = field(default_factory=dict)
    """What the clock alone does not turn on from now on, and why."""
    uploads_at_once: int = 1
    """Videos that are uploaded side by side."""
    turn: Turn = field(default_factory=Endless)
    """Asked before each batch of what makes or raises something."""
    sharing: tuple[Account, ...] = ()
    """Other declared accounts whose ads may open what the account's page has."""
    progress: Callable[[str], Progress] = field(default=lambda title: lambda done, total: None)
    ids: dict[Address, str] = field(init=False)
    """Of what is there; grows with what is made."""

    def __post_init__(self) -> None:
        self.ids = {address: live.id for address, live in self.objects.items() if not live.gone}
