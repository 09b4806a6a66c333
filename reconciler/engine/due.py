"""Which campaigns a launch or a stop may be due in, by what is remembered alone; and what a look at the whole account
must have found, so that the next look need only be at those. Pure.

A campaign is concerned while a declared moment of something in it has passed, and the record does not say that all was
done that this asks for: the status was neither set nor seen, something is in flight, no receipt of that moment is
there, or there is no record at all.

    activate_at passed, status ACTIVE, seen ACTIVE, receipt of it   =>  nothing is to be asked
    activate_at passed, status ACTIVE, seen PAUSED                  =>  concerned: whose pause is it?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from reconciler.engine.activity import ENDS, LOG_LAG, is_creation, is_of_a_review
from reconciler.engine.difference import Difference
from reconciler.engine.intents import at_rest
from reconciler.model.address import Address
from reconciler.model.plan import Action
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Identity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED, due_since

RELIED_ON = timedelta(hours=24)
"""How long a look at the whole account that found nothing unusual is relied on."""

MARGIN = timedelta(minutes=5)
"""Clocks may be apart."""

RECEIPTS = {ACTIVE: "activate_at", PAUSED: "deactivate_at"}


def concerned(
    resources: Mapping[Address, Resource], records: Mapping[Address, Record], now: datetime
) -> frozenset[Address]:
    """The campaigns in which something may be due."""
    found = (at.root for at, resource in resources.items() if not _is_done(resource, records.get(at), now))
    return frozenset(found)


def _is_done(resource: Resource, record: Record | None, now: datetime) -> bool:
    due, wanted = due_since(resource.schedule, now), str(resource.status)
    if due is None:
        return True
    if record is None or not at_rest(record) or record.removed:
        return False
    receipt = str((record.activation or {}).get(RECEIPTS[wanted], ""))
    return _is_of(receipt, due) and record.status == wanted == record.live.get("status")


def _is_of(receipt: str, moment: datetime) -> bool:
    """A receipt may also say that no time had asked for it."""
    try:
        return datetime.fromisoformat(receipt) == moment
    except (ValueError, TypeError):
        return False


def is_usual(observed: Observed, resources: Mapping[Address, Resource]) -> bool:
    """Whether a look at the whole account has found nothing that could hold a launch back, or spend, but what is
    declared."""
    unlisted = observed.unlisted & set(resources)
    beside = (observed.copies, observed.in_copies, observed.orphans, observed.unlabelled_yet, observed.label_awaited)
    doubts = (unlisted, observed.disowned, observed.doubtful, observed.unlabelled, observed.denied, observed.unseen)
    return not any(map(bool, (*beside, *doubts))) and not any(one.status == ACTIVE for one in observed.unmanaged)


def made_unusual(
    log: Iterable[Activity], identity: Identity | None, since: datetime, known: Mapping[Address, Object], ours: set[str]
) -> bool:
    """Whether somebody else has done something since a look that makes it doubtful: made or duplicated an object, or
    changed status or budget of one that is remembered and not looked at now (those that are: `ours`)."""
    remembered = {live.id for live in known.values()} - ours
    told = [event for event in log if event.at >= since - MARGIN]
    told = [event for event in told if not is_of_a_review(event)]
    others = [event for event in told if identity is None or not identity.made(event)]
    return any(
        is_creation(event)
        or (event.object_id in remembered and event.event_type.endswith(tuple(ENDS.values())))
        or (event.object_id not in remembered | ours and event.event_type.endswith(ENDS["status"]))
        for event in others
    )


def log_needed_since(
    difference: Difference,
    asked: Iterable[str],
    observed: Observed,
    records: Mapping[Address, Record],
    resources: Mapping[Address, Resource],
    now: datetime,
    looked_at: datetime | None = None,
) -> datetime | None:
    """From when on the activity log can tell anything of the objects asked for; None for as far as it is kept.

    Of a start or stop whose record is sound: what came since the record, or since the moment that asks for it; since
    the look at the whole account (`looked_at`) where that is later, as it has brought the records up to date and no
    moment had come by then. Of anything else: all since the objects were made. Of what may have had another object: all
    since that was sent.
    """
    ids = frozenset(asked)
    there = {at: live for at, live in observed.objects.items() if live.id in ids}
    sent = [records[at].unheard if at in records else "" for at in difference.lost]
    if not all(sent) or ids - {live.id for live in there.values()}:
        return None
    former = [datetime.fromisoformat(text) for text in sent]
    plain = not difference.drift and all(c.action in (Action.ACTIVATE, Action.PAUSE) for c in difference.changes)
    if plain and all(_is_sound(records.get(at), live) for at, live in there.items()):
        known = min((datetime.fromisoformat(text) for at in there for text in _known_at(records[at])), default=now)
        dues = [due for at in there if at in resources and (due := due_since(resources[at].schedule, now))]
        if looked_at is not None and all(due > looked_at for due in dues):
            known = max(known, looked_at)
        return min([known, *dues, *former]) - LOG_LAG - MARGIN
    made = [live.created_time for live in there.values()]
    return min([*(one for one in made if one), *former], default=now) - MARGIN if all(made) else None


def may_be_asked_alone(
    difference: Difference,
    asked: Iterable[str],
    observed: Observed,
    records: Mapping[Address, Record],
    since: datetime,
) -> bool:
    """Whether the log since a moment need only be asked for what it tells of each of these objects: they are there,
    were made since, so that their creation shows, have sound records, and are changed or have drifted. Where the log
    decides by knowing of nobody (a launch, a conflict, what was sent and is not seen, whatever was asked for by
    itself), or by others' events (what somebody has deleted), all of it is read."""
    ids = frozenset(asked)
    there = {at: live for at, live in observed.objects.items() if live.id in ids}
    made = [live.created_time for live in there.values()]
    return (
        not (difference.lost or difference.asked)
        and all(c.action is Action.UPDATE for c in difference.changes if c.id in ids)
        and ids == {live.id for live in there.values()}
        and all(one is not None and one >= since for one in made)
        and all(_is_sound(records.get(at), live) for at, live in there.items())
    )


def _known_at(record: Record) -> Iterator[str]:
    yield record.as_of
    yield from (str(one["at"]) for one in (record.baseline or {}).values() if one.get("at"))


def _is_sound(record: Record | None, live: Object) -> bool:
    return (
        record is not None
        and record.id == live.id
        and bool(record.as_of and record.live)
        and at_rest(record)
        and not record.removed
    )
