"""From resources, objects and changes to parts: what is there now, and once the changes are carried out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reconciler.engine.spend.parts import Part, Parts, Span, within
from reconciler.kinds import KINDS
from reconciler.kinds.budget_schedules import SCHEDULES, beyond, rows_of
from reconciler.kinds.codecs import parse_wire_time
from reconciler.model.address import LEVELS, Address
from reconciler.model.plan import Action, Change
from reconciler.model.record import Record
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED, Schedule
from reconciler.model.values import Fields

if TYPE_CHECKING:
    from reconciler.model.remote import Object, Observed

NOT_SHOWN = frozenset({"DISAPPROVED", "PENDING_BILLING_INFO"})
"""Effective statuses of ads that Meta keeps from running."""


def declared(
    resources: Mapping[Address, Resource],
    objects: Mapping[Address, Object] | None,
    now: datetime,
    records: Mapping[Address, Record] | None = None,
) -> dict[Address, Part]:
    """What the YAML allows to run, holds left out of account. Without `objects` a start that is not declared is not
    known; with them it is the live one, or `now`. A live one that has passed stays where it is."""
    known = records or {}
    return {
        address: Part(
            _with_schedules(resource.fields, _left_beside(resource, (objects or {}).get(address), known.get(address))),
            _declared_start(resource, objects, now),
            resource.schedule.deactivate_at,
        )
        for address, resource in resources.items()
        if KINDS[resource.kind].has_budget and resource.schedule.status != ARCHIVED
    }


def _declared_start(resource: Resource, objects: Mapping[Address, Object] | None, now: datetime) -> datetime | None:
    declared = resource.schedule.activate_at
    if objects is None or not KINDS[resource.kind].has_run:
        return declared
    live = objects.get(resource.address)
    kept = _live_start(live) if live else None
    if declared is None:
        return kept or now
    # Meta moves no start that has passed: an earlier one would only make a lifetime budget look thinner.
    return max(declared, kept) if kept is not None and kept <= now else declared


def _live_start(live: Object) -> datetime | None:
    start = live.fields.get("start_time")
    return parse_wire_time(start) if start else live.created_time


def _live_end(live: Fields) -> datetime | None:
    end = live.get("end_time")
    return parse_wire_time(end) if end else None


def as_live(objects: Mapping[Address, Object], records: Mapping[Address, Record]) -> dict[Address, Part]:
    """What is there, whether it is on or not, by the times that Meta keeps. Where Meta does not show budget schedules,
    those that were applied last count."""
    found = {}
    for address, live in objects.items():
        if live.gone or live.status == ARCHIVED:
            continue
        hidden = _applied_schedules(records.get(address)) if SCHEDULES in live.unread else None
        fields = _with_schedules(live.fields, hidden) if hidden else live.fields
        start = _live_start(live) if KINDS[live.kind].has_run else None
        found[address] = Part(fields, start, _live_end(live.fields), live.budget_remaining)
    return found


def _applied_schedules(record: Record | None) -> list[Any]:
    return list(rows_of(record.applied.get(SCHEDULES))) if record else []


def _left_beside(resource: Resource, live: Object | None, record: Record | None) -> list[Any]:
    """Budget schedules that are there and not declared, which no change takes away: somebody's. Where Meta does not
    show any, and offline, those that were applied may be there still."""
    applied = _applied_schedules(record)
    if live is None or SCHEDULES in live.unread:
        return beyond(applied, resource.fields.get(SCHEDULES))
    return beyond(live.fields.get(SCHEDULES), resource.fields.get(SCHEDULES), applied)


def _with_schedules(fields: Fields, more: list[Any]) -> Fields:
    return {**fields, SCHEDULES: [*rows_of(fields.get(SCHEDULES)), *more]} if more else fields


@dataclass(frozen=True)
class Future:
    """An account as it is once the changes are carried out. `waiting`: what is not launched, nor anything in it."""

    resources: Mapping[Address, Resource]
    observed: Observed
    records: Mapping[Address, Record]
    now: datetime
    """In the project's zone."""
    changes: Sequence[Change] = ()
    waiting: Collection[Address] = ()

    def undeclared(self) -> dict[Address, Part]:
        """What is on then and nobody declares. In what is replaced, archived or deleted nothing runs any more."""
        gone = {c.address for c in self.changes if c.action in TAKES_AWAY}
        found = undeclared(self.observed, self._orphans_off())
        return {a: part for a, part in found.items() if not gone & {a, *a.ancestors}}

    def _orphans_off(self) -> frozenset[str]:
        return frozenset(c.id for c in self.changes if c.address.is_orphan)

    @cached_property
    def parts(self) -> tuple[Parts, Mapping[Address, str]]:
        """Everything that is there then, and its statuses."""
        parts = as_live(self.observed.objects, self.records)
        lives, off = self.observed.objects, self._orphans_off()
        statuses = {at: PAUSED if lives[at].id in off else lives[at].status for at in parts}
        for change in self.changes:
            _carry_out(change, parts, statuses)
        return parts, statuses

    @cached_property
    def managed(self) -> Parts:
        """What of it is ours still."""
        gone = {c.address for c in self.changes if c.removal or c.action is Action.FORGET}
        return {at: self._by_declared_times(at, part) for at, part in self.parts[0].items() if at not in gone}

    def _by_declared_times(self, address: Address, part: Part) -> Part:
        resource = self.resources.get(address)
        if resource is None:
            return part
        start, end = _declared_start(resource, self.observed.objects, self.now), resource.schedule.deactivate_at
        return Part(part.fields, start, end, part.left, _kept(resource.kind, part.start or start, part.end or end))

    def allowed(self) -> dict[Address, Part]:
        """What may run of it from now on: by the declared times, or because it is on."""
        parts, statuses = self.parts
        found = {}
        for address, part in parts.items():
            resource = self.resources.get(address)
            if resource is None and statuses[address] == ACTIVE:
                found[address] = part
            elif resource is not None:
                found[address] = self._by_declared_times(address, part)
        return {**found, **self.undeclared()}

    @cached_property
    def running(self) -> Parts:
        """What runs then, and from when to when, if nobody comes in between."""
        parts, statuses = self.parts
        found = {}
        for address, part in parts.items():
            live, schedule = self.observed.objects.get(address), None
            if address in self.resources:
                schedule = self.resources[address].schedule
            waits = any(at in self.waiting for at in (address, *address.ancestors))
            span = _future(statuses[address], schedule, self.now, waits=waits)
            at_meta = (_start_at_meta(part.fields), part.end)
            on = within(span, at_meta) if span else None
            if on is not None and not (live and live.effective_status in NOT_SHOWN):
                found[address] = Part(part.fields, *on, part.left, _kept(address.kind, *at_meta))
        return {**found, **self.undeclared()}


def _kept(kind: str, start: datetime | None, end: datetime | None) -> Span | None:
    return (start, end) if KINDS[kind].has_run else None


TAKES_AWAY = frozenset({Action.REPLACE, Action.ARCHIVE, Action.DELETE})


def _start_at_meta(fields: Fields) -> datetime | None:
    start = fields.get("start_time")
    return parse_wire_time(start) if start else None


def _future(status: str, schedule: Schedule | None, now: datetime, *, waits: bool) -> Span | None:
    """Between which moments something of this status is on. What a person has paused stays so until its next time."""
    timed = schedule is not None and schedule.timed
    end = schedule.deactivate_at if schedule is not None and timed else None
    end = None if end is not None and end <= now else end
    if status == ACTIVE:
        return None, end
    start = schedule.activate_at if schedule is not None and timed else None
    return (start, end) if start is not None and start > now and not waits else None


def _carry_out(change: Change, parts: dict[Address, Part], statuses: dict[Address, str]) -> None:
    address = change.address
    if change.action in (Action.ARCHIVE, Action.DELETE):
        parts.pop(address, None)
        return
    if change.action in (Action.CREATE, Action.REPLACE):
        parts[address] = Part({})
    if address not in parts:
        return
    part = parts[address]
    fields = {**part.fields, **change.after}
    total, was = fields.get("lifetime_budget"), part.fields.get("lifetime_budget")
    left = None if part.left is None or total is None or was is None else max(0, part.left + int(total) - int(was))
    start = (_start_at_meta(fields) or part.start) if KINDS[change.kind].has_run else None
    parts[address] = Part(fields, start, _live_end(fields), left)
    statuses[address] = str(change.after.get("status", statuses.get(address, "")))


def undeclared(observed: Observed, off: Collection[str] = ()) -> dict[Address, Part]:
    """What is on and nobody declares (orphans, copies, what bears no label and stands in ours or around it), but for
    the ids that are `off` by then, under addresses made of its ids: `acme-sg/spring-sale/#120210` is an ad set that
    stands in our campaign."""
    ours = {live.id: address for address, live in observed.objects.items()}
    unknown = (*observed.beside, *observed.unmanaged)
    by_id = {live.id: live for live in unknown if live.id not in ours}
    found: dict[Address, Part] = {}
    for live in by_id.values():
        chain = [live]
        while chain[0].parent_id in by_id:
            chain.insert(0, by_id[chain[0].parent_id])
        above = _above(chain[0], ours, observed.account)
        if above is None or any(one.status != ACTIVE or one.id in off for one in chain):
            continue
        for size in range(2, len(above) + 1):
            if above[size - 1].startswith("#"):
                found[Address.of(*above[:size])] = Part({})
        found[Address.of(*above, *(f"#{one.id}" for one in chain))] = Part(
            live.fields, _start_at_meta(live.fields), _live_end(live.fields), live.budget_remaining
        )
    return found


HELD_FROM_ABOVE = frozenset({"CAMPAIGN_PAUSED", "ADSET_PAUSED", "ARCHIVED", "DELETED"})


def _above(live: Object, ours: Mapping[str, Address], account: str) -> tuple[str, ...] | None:
    """The steps of what it stands in. Of what no listing shows only the id is known, and whether it is off: then
    None."""
    if live.parent_id in ours:
        return ours[live.parent_id].steps
    unseen = LEVELS.index(live.kind)
    if unseen and live.effective_status in HELD_FROM_ABOVE:
        return None
    return (account, *["#"] * (unseen - 1), *[f"#{live.parent_id}"] * min(unseen, 1))
