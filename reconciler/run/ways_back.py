"""How what an emergency stop has paused is turned on again, by what its YAML says of its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from reconciler.model.address import Address
from reconciler.model.resource import Desired, Resource
from reconciler.model.status import ACTIVE
from reconciler.run.results import Stopped
from reconciler.run.stop import Stop

UNDO = "reconciler apply --revert-drift --target {address}"
REVIEWED = "reconciler plan --out plan.json, then reconciler apply plan.json"


class Way(Enum):
    """What works for a paused object: a sentence with room for its address and the place of its YAML."""

    DECLARED = f"in Ads Manager, or {UNDO}"
    UNDECLARED = (
        f"in Ads Manager; or write status: ACTIVE{{place}}, since its YAML says nothing of that, and then {UNDO}"
    )
    OFF = "in Ads Manager, since its YAML says that it is off now"
    BY_HAND = "in Ads Manager"
    UNKNOWN = f"in Ads Manager; or, where its YAML says that it is on now, {UNDO}"


@dataclass(frozen=True)
class Back:
    """One paused object and how it is turned on again."""

    stopped: Stopped
    way: Way
    place: str = ""
    """The line of its YAML; "" where none is known."""

    @property
    def said(self) -> str:
        return self.way.value.format(address=self.stopped.address, place=f" ({self.place})" if self.place else "")


def ways_back(desired: Desired | None, stops: Iterable[Stop], now: datetime) -> Iterator[Back]:
    """None for a `desired` that nobody can read."""
    for one in stops:
        resources = desired.of(one.account.key, now) if desired is not None else None
        ids = {str(address): record.id for address, record in one.records().items()}
        for stopped in one.paused.values():
            # What bears another's label is a copy of it: no command turns that on.
            is_ours = bool(stopped.address) and ids.get(stopped.address, stopped.id) in ("", stopped.id)
            yield _way_back(stopped, resources) if is_ours else Back(stopped, Way.BY_HAND)


def _way_back(stopped: Stopped, resources: Mapping[Address, Resource] | None) -> Back:
    if resources is None:
        return Back(stopped, Way.UNKNOWN)
    resource = resources.get(Address.parse(stopped.address))
    if resource is None or "status" in resource.lifecycle.ignore:
        return Back(stopped, Way.BY_HAND)
    way = {None: Way.UNDECLARED, ACTIVE: Way.DECLARED}.get(resource.status, Way.OFF)
    return Back(stopped, way, resource.origin.line_text)
