"""Moments that have passed before anything came of them: said first, and what is too late waits for a person. Pure.

A launch is late by the time of the level that declares it; what has no times of its own follows that level. What has
been launched at its moment, or is ACTIVE, is late no more: an ad that is added to a running campaign starts at once. A
stop is never held back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reconciler.engine.window import first_inside
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.moments import format_time, said_span
from reconciler.model.plan import Action, Change, Late, Refusal
from reconciler.model.problem import Problem
from reconciler.model.record import Record
from reconciler.model.resource import Desired, Resource
from reconciler.model.status import ACTIVE, due_since

if TYPE_CHECKING:
    from reconciler.model.remote import Object

POLICY = "max_lateness"

SAID_AFTER = 3600
"""Seconds: a runner that comes within the hour is no news."""

WRONG_YEAR = timedelta(days=30)
"""What is later than this was more likely mistyped than missed."""

WAYS_OUT = "reconciler plan --out plan.json, then reconciler apply plan.json; or reconciler apply --late-activations"


@dataclass(frozen=True)
class Known:
    """One account: what is declared, what lives, what is remembered, at the moment `now` (aware)."""

    account: Account
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]
    records: Mapping[Address, Record]
    now: datetime
    zone: ZoneInfo

    @property
    def limit(self) -> int:
        return self.account.policies.max_lateness_seconds

    def seconds_after(self, due: datetime) -> float:
        return (self.now - due).total_seconds()


def declaring(address: Address, resources: Mapping[Address, Resource]) -> Address:
    """The address whose times this one has: itself, or the one above that it follows."""
    parent = address.parent
    if parent is None or _times(resources[parent]) != _times(resources[address]):
        return address
    return declaring(parent, resources)


def _times(resource: Resource) -> tuple[object, ...]:
    return resource.schedule.status, resource.schedule.activate_at, resource.schedule.deactivate_at


def missed(changes: Iterable[Change], known: Known, *, allowed: bool) -> tuple[Late, ...]:
    """What the plan says first, one for each address that declares a time. `allowed`: too late is not held back."""
    changes = list(changes)
    # What somebody has turned on before its start, and is paused to be launched, has never been launched.
    early = {change.address for change in changes if change.action is Action.PAUSE and change.due is None}
    known = replace(known, objects={at: live for at, live in known.objects.items() if at not in early})
    found = {late.address: late for change in changes for late in _missed(change, known, allowed=allowed)}
    return tuple(found[address] for address in sorted(found))


def _missed(change: Change, known: Known, *, allowed: bool) -> Iterator[Late]:
    if change.address not in known.resources:
        return
    address = declaring(change.address, known.resources)
    end = known.resources[address].schedule
    if change.action is Action.CREATE and address == change.address:
        if end.timed and end.deactivate_at is not None and known.seconds_after(end.deactivate_at) >= 0:
            yield Late(address, end.deactivate_at, ended=True)
    elif change.action is Action.ACTIVATE and change.due is not None and not _launched(address, change.due, known):
        late = known.seconds_after(change.due)
        if late > min(SAID_AFTER, known.limit):
            yield Late(address, change.due, held=late > known.limit and not allowed)


def waits_for_a_person(address: Address, known: Known) -> bool:
    """Whether an apply that nobody has reviewed would refuse to launch it."""
    due = due_since(known.resources[address].schedule, known.now)
    at = declaring(address, known.resources)
    return due is not None and known.seconds_after(due) > known.limit and not _launched(at, due, known)


def _launched(address: Address, due: datetime, known: Known) -> bool:
    live = known.objects.get(address)
    return (live is not None and live.status == ACTIVE) or was_launched(known.records.get(address), due)


def was_launched(record: Record | None, due: datetime) -> bool:
    """Whether the launch of that moment has been carried out: what is turned on again after an end is not late."""
    return _receipt(record) == due


def _receipt(record: Record | None) -> datetime | None:
    """The moment of the launch that has been carried out."""
    try:
        return datetime.fromisoformat(str(((record and record.activation) or {}).get("activate_at", "")))
    except ValueError:
        return None


def refusals(late: Iterable[Late], known: Known) -> Iterator[Refusal]:
    """Each with the due time, the lateness and the ways out."""
    for one in late:
        if one.held:
            yield Refusal(POLICY, str(one.address), _why_held(one, known))


def _why_held(late: Late, known: Known) -> str:
    limit, window = said_span(known.limit), known.account.policies.activation_window
    soonest = first_inside(window, known.now.astimezone(known.zone)) if window else known.now
    start = "to start it now" if soonest <= known.now else f"to start it as soon as {window} allows"
    return (
        f"was to start {_when(late, known.zone, known.now)}, and what is more than {limit} late is not turned on by "
        f"itself: {_correction(late, known.resources[late.address], known.now, known.zone)}; {start}, write "
        f"activate_at: {format_time(soonest, known.zone)[:16]}, or keep the time and let a person decide: {WAYS_OUT}"
    )


def _correction(late: Late, resource: Resource, now: datetime, zone: ZoneInfo) -> str:
    name = "deactivate_at" if late.ended else "activate_at"
    said = f"if that is the wrong time, correct {name} ({resource.origin_of(name).line_text})"
    other = _of_another_year(late.due, now, zone) if now - late.due > WRONG_YEAR else None
    return f"{said}: {format_time(other, zone)[:16]}, perhaps" if other else said


def _of_another_year(due: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The next time that the calendar has this day; None where it has none within the year to come."""
    local = due.astimezone(zone)
    for year in (now.astimezone(zone).year, now.astimezone(zone).year + 1):
        try:
            other = local.replace(year=year)
        except ValueError:
            continue
        if other > now:
            return other
    return None


def headline(late: Iterable[Late], changes: Iterable[Change], now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """The first lines of a plan. `changes` are those that nothing holds back."""
    starting = [change.address for change in changes if change.action is Action.ACTIVATE]
    for one in late:
        when = _when(one, zone, now)
        if one.ended:
            yield f"Over: {one.address} was to stop {when}; it is made PAUSED and never starts: correct deactivate_at"
        elif one.held:
            yield f"Late: {one.address} was to start {when}; it stays PAUSED until a person decides, see {POLICY} below"
        elif any(address.within(one.address) for address in starting):
            yield f"Late: {one.address} was to start {when}; it is turned on now"
        else:
            yield f"Late: {one.address} was to start {when}; it stays PAUSED while something holds it back, see below"


def _when(late: Late, zone: ZoneInfo, now: datetime) -> str:
    return f"{format_time(late.due, zone)}, {said_span((now - late.due).total_seconds())} ago"


def warnings(known: Known) -> Iterator[Problem]:
    """For `validate`: times that have passed before anything came of them, as far as the records tell. Without any
    record of the account nothing is said: then the records are elsewhere, and every campaign that has long been
    running would be warned of for ever."""
    for address, resource in sorted(known.resources.items()) if known.records else ():
        late = _passed(address, resource, known)
        if late is not None:
            name, kept = ("deactivate_at", "never starts") if late.ended else ("activate_at", "stays PAUSED")
            yield Problem(
                resource.origin_of(name),
                f"{address}: {name} was {_when(late, known.zone, known.now)}: it is made PAUSED and {kept}",
                _correction(late, resource, known.now, known.zone),
            )


def _passed(address: Address, resource: Resource, known: Known) -> Late | None:
    if declaring(address, known.resources) != address or not resource.schedule.timed:
        return None
    record, due = known.records.get(address), due_since(resource.schedule, known.now)
    if due is None:
        return None
    if resource.status != ACTIVE:
        return Late(address, due, ended=True) if record is None else None
    running = record is not None and (was_launched(record, due) or ACTIVE in (record.status, record.live.get("status")))
    return None if running or known.seconds_after(due) <= known.limit else Late(address, due, held=True)


def known_offline(desired: Desired, account: Account, records: Mapping[Address, Record], now: datetime) -> Known:
    """What can be known at a moment (aware) without asking Meta."""
    return Known(account, desired.of(account.key, now), {}, records, now, desired.zone)
