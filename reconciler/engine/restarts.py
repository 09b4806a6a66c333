"""What is ACTIVE and has ended at Meta starts again by a later end alone, and what somebody has turned on before its
start begins by an earlier start alone. So it is paused first, and its start is a launch like any other: told, held back
by policies, doubted by the gate. Pure.

    ACTIVE, ended at Meta, a later end is to be sent  =>  = pause, ~ end_time, > activate
    ACTIVE, not begun, an earlier start is to be sent =>  = pause, ~ start_time, > activate once that has come
    a policy refuses the launch, or the gate doubts   =>  = pause, ~ end_time: it stays PAUSED
    its status is nobody's here, or its time not now  =>  the end waits until a person has paused it

The campaign goes with it where nothing else in it delivers: then it is the campaign that starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from reconciler.engine.difference import Sides
from reconciler.engine.status_diff import StatusDiff
from reconciler.kinds import KINDS
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.said import undoing
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED

BY_HAND = "it does not start by itself then: turn it on in Ads Manager, or write activate_at"


def ended_at(live: Object, now: datetime) -> datetime | None:
    """The end that Meta keeps, where that has passed."""
    end = live.fields.get("end_time") if KINDS[live.kind].has_run else None
    moment = parse_wire_time(end) if end else None
    return moment if moment is not None and moment <= now else None


def delivers(campaign: Address, seen: Observed, now: datetime, *, beside: Address | None = None) -> bool:
    """Whether something in a campaign that is on can be delivered, as far as a look shows: an ad set that is on and in
    its time, with an ad that is on. What lies in `beside` does not count. Of an ad set that is not ours its ads are not
    asked for."""
    ours = {at: live for at, live in seen.objects.items() if at.within(campaign) and not live.gone}
    strangers = [live for live in (*seen.unmanaged, *seen.beside) if live.status == ACTIVE and _in_time(live, now)]
    counted = (at for at, live in ours.items() if live.status == ACTIVE and not (beside and at.within(beside)))
    showing = {ours[at.parent].id for at in counted if at.parent in ours} | {live.parent_id for live in strangers}
    running = {at.parent for at, one in ours.items() if one.id in showing and _runs(one, now)}
    return campaign in running or any(live.parent_id == ours[campaign].id for live in strangers if campaign in ours)


def _runs(live: Object, now: datetime) -> bool:
    return KINDS[live.kind].has_run and live.status == ACTIVE and _in_time(live, now)


def _in_time(live: Object, now: datetime) -> bool:
    return ended_at(live, now) is None and _begins_at(live, now) is None


def _begins_at(live: Object, now: datetime) -> datetime | None:
    """The start that Meta keeps, where that lies ahead."""
    start = live.fields.get("start_time") if KINDS[live.kind].has_run else None
    moment = parse_wire_time(start) if start else None
    return moment if moment is not None and moment > now else None


@dataclass(frozen=True)
class _Words:
    later: str
    kept: str
    why: str
    origin: str


WORDS = {
    "end_time": _Words("later", "it ended {}", "ended {}: is paused before its later end goes out", "deactivate_at"),
    "start_time": _Words(
        "earlier", "it starts {} at Meta", "is on before its start {}: is paused before an earlier one goes out",
        "activate_at",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class _Start:
    """A field that starts what is on, and the moment at Meta that keeps it from being delivered now."""

    name: str
    kept: datetime

    @property
    def words(self) -> _Words:
        return WORDS[self.name]

    @property
    def ended(self) -> bool:
        return self.name == "end_time"


@dataclass(frozen=True)
class Restarts:
    """Once everything is compared."""

    sides: Sides
    statuses: StatusDiff

    def launch(self) -> None:
        starts = dict(self._starts())
        for address, start in starts.items():
            if self._is_on(address.root) and self._is_on(address) and not self._is_to_be_paused(address):
                self._launch(address, start)
        self._leave_to_apply(set(starts))

    def _starts(self) -> Iterator[tuple[Address, _Start]]:
        """What has ended at Meta and gets a later end, or none; and what has not begun and gets an earlier start."""
        for change in self.sides.found.changes:
            live = self.sides.observed.objects.get(change.address)
            if change.action is not Action.UPDATE or live is None:
                continue
            end, begins = ended_at(live, self.sides.now), _begins_at(live, self.sides.now)
            if "end_time" in change.after and end is not None:
                yield change.address, _Start("end_time", end)
            elif begins is not None and (start := change.after.get("start_time")) and parse_wire_time(start) < begins:
                yield change.address, _Start("start_time", begins)

    def _is_on(self, address: Address) -> bool:
        live = self.sides.observed.objects.get(address)
        return live is not None and live.status == ACTIVE

    def _is_to_be_paused(self, address: Address) -> bool:
        return any(c.address == address and c.action is Action.PAUSE for c in self.sides.found.changes)

    def _launch(self, address: Address, start: _Start) -> None:
        resource = self.sides.resources[address]
        if "status" in resource.lifecycle.ignore:
            mend = (
                "pause it in Ads Manager and turn it on there once that is sent, or take status out of lifecycle.ignore"
            )
            self._leave_unsent(resource, start, "and its status is ignored", mend)
        elif start.ended and resource.status not in (None, ACTIVE):
            mend = f"pause it in Ads Manager, or {undoing(address)} to have it paused"
            self._leave_unsent(
                resource, start, f"since somebody turned it on, and is to be {resource.status} now", mend
            )
        else:
            self._pause_first(resource, start)
            campaign = self.sides.resources.get(address.root)
            if campaign is not None and self._starts_with_it(campaign, start):
                self._pause_first(campaign, start)

    def _starts_with_it(self, campaign: Resource, start: _Start) -> bool:
        judged = campaign.status in ((ACTIVE,) if start.ended else (ACTIVE, PAUSED))
        return (
            judged
            and "status" not in campaign.lifecycle.ignore
            and not self._is_to_be_paused(campaign.address)
            and not delivers(campaign.address, self.sides.observed, self.sides.now)
        )

    def _pause_first(self, resource: Resource, start: _Start) -> None:
        live = self.sides.observed.objects[resource.address]
        starts, zone = resource.status == ACTIVE, self.sides.zone
        why = start.words.why.format(format_time(start.kept, zone))
        pause = Change(
            Action.PAUSE,
            resource.address,
            id=live.id,
            before={"status": ACTIVE},
            after={"status": PAUSED},
            consequences=(why + ("" if starts else f"; {_way_on(resource, zone)}"),),
            origin=resource.origin_of(start.words.origin),
            timed=start.ended,
            due=start.kept if start.ended else None,
        )
        self.sides.found.changes.append(pause)
        self._overwrite_early_start(resource.address)
        if starts:
            # It has to come after what is sent, which `activate` alone does not send.
            self.statuses.change(resource, live.id, PAUSED)
            self.sides.found.changes[-1] = replace(self.sides.found.changes[-1], timed=False)
        self.sides.found.asked.add(live.id)

    def _overwrite_early_start(self, address: Address) -> None:
        """What somebody has turned on before its time is paused now: that it runs on is not told."""
        found = self.sides.found
        found.drift = [replace(d, reverted=True) if (d.address, d.field) == (address, "status") else d
                       for d in found.drift]  # fmt: skip

    def _leave_unsent(self, resource: Resource, start: _Start, why: str, mend: str) -> None:
        """It would start at once, and nothing here may pause it before."""
        at, found, origin = resource.address, self.sides.found, resource.origin_of(start.words.origin)
        found.changes = [left for change in found.changes if (left := _without(start.name, change, at)) is not None]
        kept = start.words.kept.format(format_time(start.kept, self.sides.zone))
        starts = "start it at once" if start.ended else "start it then without a look before"
        changed = f"{start.name} is to be {start.words.later} ({origin.line_text})"
        message = f"{changed}, which would {starts}: {kept}, is ACTIVE {why}"
        found.refusals.append(Refusal("conflict", str(at), message, origin, mend))

    def _leave_to_apply(self, kept: set[Address]) -> None:
        """`activate` sends no times, and what is not in its time at Meta would be on in vain, or be started by them
        later."""
        found = self.sides.found
        waiting = {at for at in kept if any(c.action is Action.ACTIVATE and c.address == at for c in found.changes)}
        for root in {at.root for at in waiting}:
            below = {c.address for c in found.changes if c.action is Action.ACTIVATE and KINDS[c.kind].has_run}
            if {at for at in below if at.within(root)} <= waiting and not delivers(
                root, self.sides.observed, self.sides.now
            ):
                waiting.add(root)
        found.changes = [
            replace(change, timed=False) if change.action is Action.ACTIVATE and change.address in waiting else change
            for change in found.changes
        ]


def left_to_apply(changes: Iterable[Change]) -> str:
    """Of launches whose time has come and that `activate` leaves out; "" where there are none."""
    changes = list(changes)
    waiting = sorted({c.address.root for c in changes if c.action is Action.ACTIVATE and c.due and not c.timed})
    if not waiting:
        return ""
    more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    begins = any("start_time" in c.after for c in changes if c.action is Action.UPDATE and c.address.within(waiting[0]))
    said = "starts later at Meta and is to begin" if begins else "has ended at Meta and is to go on"
    sent = "earlier start" if begins else "later end"
    return f"{waiting[0]} {said}{more}: reconciler apply sends the {sent} and launches it"


def _without(name: str, change: Change, address: Address) -> Change | None:
    if change.address != address or change.action is not Action.UPDATE:
        return change
    before, after = ({n: v for n, v in side.items() if n != name} for side in (change.before, change.after))
    return replace(change, before=before, after=after) if after else None


def _way_on(resource: Resource, zone: tzinfo) -> str:
    start = resource.schedule.activate_at if resource.schedule.starts else None
    return BY_HAND if start is None else f"it is turned on at its time, {format_time(start, zone)}"
