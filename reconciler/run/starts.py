"""What starts all the same after an emergency stop: it was not on yet, so the stop has not reached it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.engine.lateness import Known, waits_for_a_person
from reconciler.engine.settle import Settled, judged
from reconciler.kinds.identity import label
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Desired, Resource
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.run.stop import Stop
from reconciler.store.records import rehomed

LATE = "with a reviewed plan or apply --late-activations"


@dataclass(frozen=True)
class Start:
    """What the stop has not reached, since it is not on yet, and when it starts."""

    address: Address
    when: str
    file: str = ""
    """Where its status is written, or what has none: `desired/campaigns/acme-sg/spring-sale.yaml:3`."""
    late: bool = False
    """It is more than `max_lateness` late, so that no ordinary apply starts it."""


def still_to_start(desired: Desired, now: datetime, stops: Iterable[Stop]) -> list[Start]:
    """What an apply or an activate turns on all the same."""
    found = []
    for one in stops:
        resources = desired.of(one.account.key, now)
        records, _ = rehomed(one.records(), resources)
        for address, resource in sorted(resources.items()):
            record = records.get(address)
            stopped = not (record and record.id) and label(desired.project, address) in one.held
            when = _start(resource, judged(record, None, None, now) if record else None, now)
            if when and one.asks_for(address) and not stopped:
                known = Known(desired.accounts[address.account], resources, _seen(records), records, now, desired.zone)
                late = resource.status == ACTIVE and waits_for_a_person(address, known)
                found.append(Start(address, LATE if late else when, _place(resource), late=late))
    return found


def _place(resource: Resource) -> str:
    """In the file of its own: what a template says holds others, too."""
    own = resource.origins.get("status")
    return (own if own is not None and own.file == resource.origin.file else resource.origin).line_text


def _seen(records: Mapping[Address, Record]) -> dict[Address, Object]:
    """What was seen last: of what the stop has paused, that."""
    return {a: Object(r.kind, r.id, {}, str(r.live.get("status") or PAUSED), "") for a, r in records.items() if r.id}


def _start(resource: Resource, settled: Settled | None, now: datetime) -> str:
    """When it starts; "" where nobody turns it on."""
    schedule, record = resource.schedule, settled.record if settled else None
    # What was on and is off by now is somebody's decision; a status that nobody has seen yet may be sent again.
    decided = record is not None and bool(record.id) and record.status == ACTIVE
    if record is not None and record.held:
        return ""
    unseen = settled is not None and "status" in settled.undecided
    if (decided and not unseen) or "status" in resource.lifecycle.ignore:
        return ""
    if resource.status == ACTIVE:
        return "with the next apply or activate" if schedule.timed else "with the next apply"
    if schedule.timed and schedule.activate_at and schedule.activate_at > now:
        return f"at {format_time(schedule.activate_at, schedule.activate_at.tzinfo)}"
    return ""
