"""What is ACTIVE and has ended at Meta starts again by a later end alone. So it is paused first, and its start is a
launch like any other: told, held back by policies, doubted by the gate. Pure.

    ACTIVE, ended at Meta, a later end is to be sent  =>  = pause, ~ end_time, > activate
    a policy refuses the launch, or the gate doubts   =>  = pause, ~ end_time: it stays PAUSED
    its status is nobody's here, or its time not now  =>  the end waits until a person has paused it

The campaign goes with it where nothing else in it delivers: then it is the campaign that starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

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
    start = live.fields.get("start_time") if KINDS[live.kind].has_run else None
    return ended_at(live, now) is None and not (start and parse_wire_time(start) > now)


@dataclass(frozen=True)
class Restarts:
    """Once everything is compared."""

    sides: Sides
    statuses: StatusDiff

    def launch(self) -> None:
        ended = dict(self._ended())
        for address, end in ended.items():
            if self._is_on(address.root) and self._is_on(address) and not self._is_to_be_paused(address):
                self._launch(address, end)
        self._leave_to_apply(set(ended))

    def _ended(self) -> Iterator[tuple[Address, datetime]]:
        """What has ended at Meta and gets a later end, or none."""
        for change in self.sides.found.changes:
            live = self.sides.observed.objects.get(change.address)
            if change.action is Action.UPDATE and "end_time" in change.after and live is not None:
                end = ended_at(live, self.sides.now)
                if end is not None:
                    yield change.address, end

    def _is_on(self, address: Address) -> bool:
        live = self.sides.observed.objects.get(address)
        return live is not None and live.status == ACTIVE

    def _is_to_be_paused(self, address: Address) -> bool:
        return any(c.address == address and c.action is Action.PAUSE for c in self.sides.found.changes)

    def _launch(self, address: Address, end: datetime) -> None:
        resource = self.sides.resources[address]
        if "status" in resource.lifecycle.ignore:
            mend = "pause it in Ads Manager and turn it on there once that is sent, or take status out of lifecycle.ignore"
            self._leave_ended(resource, end, "and its status is ignored", mend)
        elif resource.status not in (None, ACTIVE):
            mend = f"pause it in Ads Manager, or {undoing(address)} to have it paused"
            self._leave_ended(
                resource, end, f"since somebody turned it on, and is to be {resource.status} now", mend
            )
        else:
            self._pause_first(resource, end)
            campaign = self.sides.resources.get(address.root)
            if campaign is not None and self._starts_with_it(campaign):
                self._pause_first(campaign, end)

    def _starts_with_it(self, campaign: Resource) -> bool:
        judged = campaign.status == ACTIVE and "status" not in campaign.lifecycle.ignore
        return (
            judged
            and not self._is_to_be_paused(campaign.address)
            and not delivers(campaign.address, self.sides.observed, self.sides.now)
        )

    def _pause_first(self, resource: Resource, end: datetime) -> None:
        live, ended = self.sides.observed.objects[resource.address], format_time(end, self.sides.zone)
        starts = resource.status == ACTIVE
        why = f"ended {ended}: is paused before its later end goes out" + ("" if starts else f"; {BY_HAND}")
        pause = Change(
            Action.PAUSE,
            resource.address,
            id=live.id,
            before={"status": ACTIVE},
            after={"status": PAUSED},
            consequences=(why,),
            origin=resource.origin_of("deactivate_at"),
            timed=True,
            due=end,
        )
        self.sides.found.changes.append(pause)
        if starts:
            # It has to come after the later end, which `activate` alone does not send.
            self.statuses.change(resource, live.id, PAUSED)
            self.sides.found.changes[-1] = replace(self.sides.found.changes[-1], timed=False)
        self.sides.found.asked.add(live.id)

    def _leave_ended(self, resource: Resource, end: datetime, why: str, mend: str) -> None:
        """A later end would start it at once, and nothing here may pause it before."""
        at, found = resource.address, self.sides.found
        found.changes = [left for change in found.changes if (left := _without_end(change, at)) is not None]
        message = (
            f"end_time is to be later ({resource.origin_of('deactivate_at').line_text}), which would start it at once: "
            f"it ended {format_time(end, self.sides.zone)}, is ACTIVE {why}"
        )
        found.refusals.append(Refusal("conflict", str(at), message, resource.origin_of("deactivate_at"), mend))

    def _leave_to_apply(self, ended: set[Address]) -> None:
        """`activate` sends no end, and what is over at Meta would be on in vain, or be started by that end later."""
        found = self.sides.found
        waiting = {at for at in ended if any(c.action is Action.ACTIVATE and c.address == at for c in found.changes)}
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
    waiting = sorted({c.address.root for c in changes if c.action is Action.ACTIVATE and c.due and not c.timed})
    if not waiting:
        return ""
    more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    return f"{waiting[0]} has ended at Meta and is to go on{more}: reconciler apply sends the later end and launches it"


def _without_end(change: Change, address: Address) -> Change | None:
    if change.address != address or change.action is not Action.UPDATE:
        return change
    before, after = ({n: v for n, v in side.items() if n != "end_time"} for side in (change.before, change.after))
    return replace(change, before=before, after=after) if after else None
