"""The status of one object: what the clock asks for, what a person has chosen, and what is held. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.engine.difference import Sides
from reconciler.engine.history import end_of_former, said_end, said_of
from reconciler.engine.idle import SPENDS_NOW
from reconciler.engine.settle import Settled
from reconciler.engine.status_choice import BY_COMMAND, StatusChoice
from reconciler.kinds import KINDS
from reconciler.kinds.said import undoing
from reconciler.model.plan import Action, Change, Drift
from reconciler.model.problem import Origin
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED, due_since

STATUS_ACTIONS = {ACTIVE: Action.ACTIVATE, PAUSED: Action.PAUSE, ARCHIVED: Action.ARCHIVE}


@dataclass(frozen=True)
class StatusDiff:
    sides: Sides

    def compare(self, resource: Resource, live: Object, settled: Settled | None, choice: StatusChoice) -> None:
        wanted, record = resource.status, settled.record if settled else None
        self._tell_what_nobody_declares(resource, live, record)
        if resource.address in self.sides.made_anew or "status" in resource.lifecycle.ignore:
            return
        if live.status == ARCHIVED and wanted != ARCHIVED:
            self._status_drift(resource, live, record, reverted=False)
            return
        if wanted == live.status and (why := choice.hold()):
            self.sides.found.held[resource.address] = why
            self.sides.found.asked.add(live.id)
        elif wanted == live.status and choice.waits and not self._is_known(resource, live):
            # Once there is a record of it, nobody asks any more.
            self._hold_if_former_ended(resource, live)
        if wanted is None or wanted == live.status:
            return
        if wanted == ACTIVE and self.sides.is_undecided(resource, settled, "status"):
            return
        if choice.is_a_persons():
            asked = self._status_asked_at(resource, live)
            lifted = (self.sides.reviewed and wanted == ACTIVE) or asked is not None
            self._status_drift(resource, live, record, reverted=self.sides.revert or lifted, asked_at=asked)
            if not (self.sides.revert or lifted):
                return
        elif wanted == ACTIVE and self._hold_if_former_ended(resource, live):
            return
        self.change(resource, live.id, live.status)

    def _tell_what_nobody_declares(self, resource: Resource, live: Object, record: Record | None) -> None:
        """What `reconciler pause` has stopped and no YAML turns on again shows as neither change nor drift."""
        undeclared = resource.status is None or "status" in resource.lifecycle.ignore
        if undeclared and live.status == PAUSED and record is not None and record.held == BY_COMMAND:
            self.sides.found.notes.append(f"{resource.address} {BY_COMMAND} and stays off: {_way_back(resource)}")

    def _is_known(self, resource: Resource, live: Object) -> bool:
        record = self.sides.records.get(resource.address)
        return record is not None and record.id == live.id

    def _hold_if_former_ended(self, resource: Resource, live: Object) -> bool:
        """Whether somebody had put away what this address had before the object that it has now: asked where nothing is
        remembered of this one, or another was in question when it was made."""
        if self._is_known(resource, live) and not self.sides.records[resource.address].unheard:
            return False
        return self.hold_for(resource, live.created_time, "it was made again PAUSED")

    def hold_for(self, resource: Resource, until: datetime | None, what: str) -> bool:
        """Who has met both objects has chosen between them: later than `until`, an end is none of the one that is left.
        The log tells of whole seconds."""
        self.sides.found.lost[resource.address] = resource
        end = end_of_former(self.sides.observed.ended, resource.address)
        if end is None or self.sides.history.is_ours(end) or (until is not None and end.at > until):
            return False
        if self.sides.reviewed:
            self.sides.found.notes.append(
                f"{resource.address}: {said_end(end, self.sides.zone)}: {what}, and after this plan nothing holds it"
            )
            return False
        self.hold(resource, said_end(end, self.sides.zone), what)
        return True

    def hold(self, resource: Resource, why: str, what: str) -> None:
        self.sides.found.held[resource.address] = why
        above = resource.address.parent
        if above is None or above not in self.sides.found.held:
            self.sides.found.notes.append(
                f"{resource.address}: {why}: {what}, and only a person, or a plan file that was read, turns it on"
            )

    def hold_if_stopped(self, resource: Resource, old: Object) -> None:
        """What somebody has stopped does not start again because another object takes its place."""
        if resource.status != ACTIVE or old.status == ACTIVE or self.sides.revert or self.sides.reviewed:
            return
        settled = self.sides.settled.get(resource.address)
        choice = StatusChoice(resource, old, settled, self.sides.observed, self.sides.now, self.sides.zone)
        self.sides.found.asked.add(old.id)
        if choice.is_a_persons():
            last = f" {said_of(choice.last, self.sides.zone)}" if choice.last else ""
            self.hold(resource, f"was stopped{last}", "what takes its place is made PAUSED")

    def _status_asked_at(self, resource: Resource, live: Object) -> Origin | None:
        asked = resource.lifecycle.revert_drift.get("status") if self.sides.heeds else None
        if asked is None or asked != live.status or self.sides.is_done(resource, "status"):
            return None
        return resource.revert_origin("status")

    def _status_drift(
        self, resource: Resource, live: Object, record: Record | None, *, reverted: bool, asked_at: Origin | None = None
    ) -> None:
        was = (record.status if record else "") or resource.status or PAUSED
        if was == live.status:
            was = resource.status or PAUSED
        known = self.sides.records.get(resource.address)
        seen = known.live.get("status") if known else None
        unchanged_at = self.sides.unchanged_at(resource, live) if seen != live.status else None
        found = Drift(
            resource.address, "status", was, live.status, id=live.id, reverted=reverted, unchanged_at=unchanged_at
        )
        held = record.held if record and live.status == PAUSED else ""
        self.sides.found.drift.append(replace(found, origin=resource.origin_of("status"), asked_at=asked_at, held=held))

    def change(self, resource: Resource, object_id: str, live_status: str) -> None:
        wanted = str(resource.status)
        due = due_since(resource.schedule, self.sides.now)
        self.sides.found.changes.append(
            Change(
                STATUS_ACTIONS[wanted],
                resource.address,
                id=object_id,
                before={"status": live_status},
                after={"status": wanted},
                consequences=_of_a_status(resource.kind, wanted) if self._runs_below(resource) else (),
                origin=resource.origin_of("deactivate_at" if wanted == PAUSED else "activate_at"),
                timed=due is not None and wanted in (ACTIVE, PAUSED),
                due=due,
            )
        )

    def _runs_below(self, resource: Resource) -> bool:
        """False of a campaign whose ad sets all start later: turning it on spends nothing yet."""
        if not KINDS[resource.kind].launches or resource.status != ACTIVE:
            return True
        below = [r for r in self.sides.resources.values() if r.address.parent == resource.address]
        return not below or any(r.status in (None, ACTIVE) for r in below)


def _way_back(resource: Resource) -> str:
    by_hand = "to turn it on again, use Ads Manager"
    if "status" in resource.lifecycle.ignore:
        return by_hand
    at = resource.origin.line_text
    return f"{by_hand}, or write status: ACTIVE ({at}), and then {undoing(resource.address)}"


def _of_a_status(kind: str, status: str) -> tuple[str, ...]:
    if status == ARCHIVED:
        return ("cannot be undone",)
    return (SPENDS_NOW,) if status == ACTIVE and KINDS[kind].launches else ()
