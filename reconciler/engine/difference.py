"""What comparing one account takes, and what it finds. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from reconciler.engine.history import History
from reconciler.engine.settle import Settled
from reconciler.model.address import Address
from reconciler.model.plan import Change, Drift, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource


@dataclass
class Difference:
    """All that differs in one account."""

    changes: list[Change] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Ids whose history would tell more."""
    lost: dict[Address, Resource] = field(default_factory=dict)
    """What would be made although nothing is known of it: somebody may have deleted what was there."""
    moves: dict[Address, set[str]] = field(default_factory=dict)
    """Fields whose references move over to what was made again."""
    held: dict[Address, str] = field(default_factory=dict)
    """What is not turned on by the clock alone from now on, and why."""
    settled: Mapping[Address, Settled] = field(default_factory=dict, compare=False)
    """What it compared with."""
    set_aside: set[Address] = field(default_factory=set)
    """Of which nobody can tell what is ours: nothing is remembered of what carries their labels."""
    applied: dict[Address, Record] = field(default_factory=dict)
    """What counts as last applied where that is not what the record says."""
    outdated: dict[Address, Record] = field(default_factory=dict)
    """Records that are older than our last run, as they should have been: with what the log tells of it."""
    silent: set[Address] = field(default_factory=set, compare=False)
    """What is there, and of which there was nothing to tell nor to ask."""
    conflicts: list[Drift] = field(default_factory=list)
    """What is refused as a conflict, as the drift that it is, too."""

    @property
    def extent(self) -> tuple[int, ...]:
        """How much has been told and asked."""
        lists = len(self.changes), len(self.drift), len(self.refusals), len(self.notes), len(self.asked)
        return *lists, len(self.lost), len(self.held), len(self.set_aside), len(self.applied), len(self.outdated)


@dataclass
class Sides:
    """Desired, recorded and live of one account, what the command was told, and what was found so far."""

    resources: Mapping[Address, Resource]
    observed: Observed
    records: Mapping[Address, Record]
    settled: Mapping[Address, Settled]
    moves: Mapping[Address, Address]
    now: datetime
    zone: ZoneInfo
    revert: bool
    accept: bool
    reviewed: bool = False
    renamed_account: str = ""
    heeds: bool = True
    """Whether `lifecycle.revert_drift` is."""
    silent: Collection[Address] = frozenset()
    found: Difference = field(default_factory=Difference)
    made_anew: set[Address] = field(default_factory=set)
    history: History = field(init=False)

    def __post_init__(self) -> None:
        self.history = History.of(self.observed)

    def is_done(self, resource: Resource, path: str) -> bool:
        known = self.records.get(resource.address)
        done = (known.reverted or {}) if known else {}
        return path in done and done[path] == resource.lifecycle.revert_drift[path]

    def unchanged_at(self, resource: Resource, live: Object) -> datetime | None:
        """When the object was looked at last, as far as its record tells."""
        record = self.records.get(resource.address)
        looked = record is not None and record.id == live.id and record.live
        return datetime.fromisoformat(record.as_of) if record and looked and record.as_of else None

    def is_undecided(self, resource: Resource, settled: Settled | None, name: str) -> bool:
        """Told, since it waits then."""
        why = settled.undecided.get(name) if settled else None
        if why:
            self.found.notes.append(f"{resource.address}: {why}")
        return bool(why)
