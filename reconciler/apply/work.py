"""What the apply stage is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from reconciler.meta.upload import Progress
from reconciler.model import Account, Address, Object, Observed, Resource
from reconciler.record import Records


@dataclass
class Work:
    """One account, ready to be changed."""

    account: Account
    project: str
    root: Path
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]
    store: Records
    observed: Observed
    now: datetime
    zone: ZoneInfo
    server_time: datetime | None
    """Meta's clock when the account was last looked at."""
    drifted: Mapping[Address, frozenset[str]]
    progress: Callable[[str], Progress] = field(default=lambda title: lambda done, total: None)
    ids: dict[Address, str] = field(init=False)
    """Of what is there; grows with what is made."""

    def __post_init__(self) -> None:
        self.ids = {address: live.id for address, live in self.objects.items() if not live.gone}
