"""What the log proves: what counts as last applied where `state/` does not say, or says less than the log.

A live value is our own where the last event of that very field was made with this token's application and user and
names what is live; the creation counts where nothing came after it. So a run whose state was lost, or never pushed,
does not take what an earlier run of ours wrote for somebody's. Where the log proves nothing, what is declared stands
in, so that a live value which differs is drift and nothing is overwritten by accident. Pure.

| record of the field | what the log shows | last applied |
|---|---|---|
| none | our last event names the live value | the live value |
| none | our creation, and nothing since of the field | as declared, where live reads so; else the live value |
| none | anything else | nothing: the declared stands in |
| of a create without an answer, found since | our creation, and nothing since of the field | the live value |
| older than our last event | which names a value | that value |
| older than our last event | which names none, and somebody came after | the declared |
| older than our last event | which names none, and nobody came after | the record |
| another than the live value | we wrote the live value after the recorded one | the live value |
| any other | | the record |

What was sent and not seen yet is judged before, by `engine/settle.py`.

    state/ lost, log: "daily_budget 50 -> 80" by us, live 80, YAML 60   =>  last applied 80: a change to 60
    state/ lost, log: "daily_budget 50 -> 80" by Mei, live 80, YAML 60  =>  drift, kept
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from reconciler.engine.activity import (
    CLOCKS_APART,
    ENDS,
    HINTS,
    came_from,
    creation_of,
    events_of,
    may_speak_of,
    names,
    status_word,
    value_named,
)
from reconciler.engine.compare import ANYTHING, reads_as, visible
from reconciler.kinds import KINDS, TIME_FIELDS
from reconciler.kinds.codecs import parse_wire_time
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.moments import format_time
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Identity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import PAUSED

ONE_RUN = timedelta(hours=1)
"""How long after a declared end a pause of ours may come and still be the one that the end asked for."""

LOGGED_FIELDS = frozenset({*ENDS, *HINTS}) - {"bid_constraints"}
"""A floor's event tells that of the bids, and does not name it."""


@light(frozen=True)
class History:
    """What the log proves of one account. `since` is how far back it goes; None where it was not read."""

    by_object: Mapping[str, tuple[Activity, ...]]
    identity: Identity | None
    since: datetime | None

    @classmethod
    def of(cls, observed: Observed) -> History:
        return cls(observed.log_by_object, observed.identity, observed.log_since)

    def log_of(self, object_id: str) -> tuple[Activity, ...]:
        return self.by_object.get(object_id, ())

    def is_ours(self, event: Activity | None) -> bool:
        return event is not None and self.identity is not None and self.identity.made(event)

    def wrote(self, name: str, live: Object) -> bool:
        """Whether the live value of a field is one that we wrote last."""
        events = [e for e in events_of(self.log_of(live.id), live.id, name) if e is not self.creation(live.id)]
        # Events of one second have no order.
        last = [event for event in events if event.at == events[-1].at]
        if name in KINDS[live.kind].content:
            return bool(live.content_digest) and all(map(self.is_ours, last))
        if last and name in LOGGED_FIELDS:
            return all(map(self.is_ours, last)) and any(names(one, name, live.fields.get(name)) for one in last)
        return self.is_ours(self.creation(live.id)) and not self._stirred(name, live.id)

    def wrote_after(self, name: str, live: Object, recorded: Any) -> bool:
        """The same where a record says something else: only if the log shows that it is older than our last write."""
        events = events_of(self.log_of(live.id), live.id, name)
        ours = [event for event in events if self.is_ours(event)]
        older = any(came_from(event, name, recorded) for event in ours) or any(
            names(event, name, recorded) for event in ours[:-1]
        )
        return older and self.wrote(name, live)

    def ours_since(self, record: Record, live: Object, name: str) -> Activity | None:
        """Our last write of a field (`status`, too) that the record knows nothing of, since it is older: the run that
        made it had other records, or its own were lost."""
        if not record.as_of or record.id != live.id or live.id not in self.by_object:
            return None
        known = datetime.fromisoformat(record.as_of) + CLOCKS_APART
        events = events_of(self.log_of(live.id), live.id, name)
        found = [e for e in events if e.at > known and self.is_ours(e) and _tells_of(e, name, record, live)]
        return found[-1] if found else None

    def creation(self, object_id: str) -> Activity | None:
        return creation_of(self.log_of(object_id), object_id)

    def _stirred(self, name: str, object_id: str) -> bool:
        """Whether somebody else may have changed the field since the creation: by an event of its own, or by one that
        speaks of no field that is known here."""
        others = [e for e in self.log_of(object_id) if not self.is_ours(e)]
        return any(may_speak_of(e, name) for e in others)

    def made_by_another(self, object_id: str) -> Activity | None:
        """Who made an object, where the log says that it was another application. Whoever runs ours is us."""
        event = self.creation(object_id)
        ours = event is None or not self.application or event.application_id == self.application
        return None if ours else event

    @property
    def application(self) -> str:
        """ "" where Meta does not tell it."""
        return self.identity.application_id if self.identity else ""

    def reaches(self, live: Object) -> bool:
        """Whether the log goes back to the object's creation, so that no event of it is missing."""
        return self.since is not None and live.created_time is not None and live.created_time >= self.since


def last_applied(resource: Resource, record: Record | None, live: Object, history: History) -> Record | None:
    """The record to compare with; None where neither `state/` nor the log says anything."""
    if record is None:
        return _from_the_log(resource, live, history)
    told = bool(history.log_of(live.id))
    newer = {
        name: live.fields[name]
        for name, value in (record.applied.items() if told else ())
        if name in live.fields and live.fields[name] != value and history.wrote_after(name, live, value)
    }
    newer |= _of_an_earlier_create(record, live, history)
    if told:
        newer |= {
            n: value for n in resource.fields if (value := _sent_since(resource, record, n, live, history)) is not None
        }
    return replace(record, applied={**record.applied, **newer}) if newer else record


def _of_an_earlier_create(record: Record, live: Object, history: History) -> dict[str, Any]:
    """An earlier send of the create, which Meta has carried out hours later, may have had other values than the one
    that was written down last."""
    if record.id:
        return {}
    read = {name: value for name, value in record.applied.items() if _can_be_read(name, live)}
    other = {name for name, value in read.items() if not reads_as(live.kind, name, value, live, ANYTHING)}
    return {
        name: live.fields[name] for name in other if live.fields.get(name) is not None and history.wrote(name, live)
    }


def _tells_of(event: Activity, name: str, record: Record, live: Object) -> bool:
    """Start and end have events of one type, which do not say whose value they name: it is this one's where it is live,
    or where the event came from the recorded one."""
    if name not in TIME_FIELDS or not event.new:
        return True
    return names(event, name, live.fields.get(name)) or came_from(event, name, record.applied.get(name))


def _sent_since(resource: Resource, record: Record, name: str, live: Object, history: History) -> Any:
    """What a record that is older than our last write of the field would say; None where it says it already. Where the
    log does not name the value and somebody has changed it since, what is declared stands in: then that is drift."""
    ours = history.ours_since(record, live, name)
    if ours is None:
        return None
    said = value_named(ours, name)
    if said is not None:
        return said
    others = [
        e for e in events_of(history.log_of(live.id), live.id, name) if e.at >= ours.at and not history.is_ours(e)
    ]
    return resource.fields[name] if others else None


def _from_the_log(resource: Resource, live: Object, history: History) -> Record | None:
    own = {name for name in resource.fields if _can_be_read(name, live) and history.wrote(name, live)}
    if not own:
        return None
    # Meta's echo says more than what was sent: what is live as declared was applied as declared.
    newer = {name for name in own if not _is_met(resource, name, live)}
    applied = {n: live.fields.get(n) if n in newer else value for n, value in resource.fields.items()}
    return Record(
        kind=resource.kind,
        id=live.id,
        applied={n: value for n, value in applied.items() if value is not None},
        creative_id=live.creative_id,
    )


def _can_be_read(name: str, live: Object) -> bool:
    return name in live.fields or (name in KINDS[live.kind].fields and visible(live.kind, name, live))


def _is_met(resource: Resource, name: str, live: Object) -> bool:
    value = resource.fields[name]
    return name in live.fields and value is not None and reads_as(live.kind, name, value, live, ANYTHING)


def paused_at_an_end(event: Activity, address: Address, observed: Observed, declared: Iterable[datetime]) -> bool:
    """Whether a pause follows an end that was in force: a declared one, or one that Meta still has as `end_time`."""
    related = (live for at, live in observed.objects.items() if _related(at, address))
    ends = [parse_wire_time(end) for live in related if (end := live.fields.get("end_time"))]
    return any(timedelta() <= event.at - end <= ONE_RUN for end in (*ends, *declared))


def _related(one: Address, address: Address) -> bool:
    return one.within(address) or address.within(one)


def is_pause(event: Activity) -> bool:
    """A status event that does not say what it set counts as one."""
    return status_word(event.new) in ("", PAUSED)


def said_of(event: Activity, zone: tzinfo) -> str:
    """`by Mei in Ads Manager, 2026-12-01 14:30 +08`"""
    where = f" in {event.application}" if event.application else ""
    return f"by {event.actor or 'somebody'}{where}, {format_time(event.at.replace(second=0), zone)}"


def said_end(event: Activity, zone: tzinfo) -> str:
    """`was archived by Mei in Ads Manager, …`"""
    return f"was {event.new.lower()} {said_of(event, zone)}"


def end_of_former(ended: Mapping[Address, Activity], address: Address) -> Activity | None:
    """The event that put away what this address, or what it is in, had before."""
    return next((ended[at] for at in (address, *address.ancestors) if at in ended), None)
