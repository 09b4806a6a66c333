"""Stage 4: desired, recorded and live, field by field. Pure.

| desired ≠ recorded | live ≠ recorded |                                                             |
|--------------------|-----------------|-------------------------------------------------------------|
| no                 | no              | nothing                                                     |
| yes                | no              | a change                                                    |
| no                 | yes             | drift: reported, left alone                                 |
| yes                | yes             | nothing where they agree with each other, else a conflict   |

With no record, live ≠ desired is drift, so that nothing is overwritten by accident.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.activity import events_of
from reconciler.display import said
from reconciler.kinds import BUDGETS, KINDS, Api, OnChange
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.wire import JSON
from reconciler.model import (
    Action,
    Activity,
    Address,
    Change,
    Drift,
    Object,
    Observed,
    OnRemove,
    Record,
    Refusal,
    Resource,
)
from reconciler.sent import as_it_became, overtaken, too_early, value_of
from reconciler.spend_fields import direction
from reconciler.status import ACTIVE, ARCHIVED, PAUSED, due_since

RAW = Api(JSON)
LEARNING_STEP = 20
"""A budget change of more percent than this is widely reported to reset learning."""


class Verdict(Enum):
    SAME = "same"
    CHANGE = "change"
    DRIFT = "drift"
    CONFLICT = "conflict"


@dataclass
class Difference:
    """All that differs in one account."""

    changes: list[Change] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def diff(
    resources: Mapping[Address, Resource],
    observed: Observed,
    records: Mapping[Address, Record],
    moves: Mapping[Address, Address],
    now: datetime,
    zone: ZoneInfo,
    *,
    revert_drift: bool = False,
) -> Difference:
    """One account's differences. `records` are at their new addresses; `moves` tells which were elsewhere."""
    comparison = _Comparison(resources, observed, records, moves, now, zone, revert_drift)
    for address in sorted({*resources, *records}):
        comparison.compare(address)
    return comparison.found


def marker_of(kind: str, name: str) -> Api:
    """The field's marker; what stands under `raw` is compared as plain JSON."""
    return KINDS[kind].fields.get(name, RAW)


def equal(api: Api, one: Any, other: Any) -> bool:
    """The same declared value, whatever the order of its lists."""
    if one is None or other is None:
        return one is other
    return api.codec.same(one, other) and api.codec.same(other, one)


def reads_as(kind: str, name: str, value: Any, live: Object) -> bool:
    """Whether what was read is the value that was sent, as far as a read can tell."""
    api, read = marker_of(kind, name), live.fields.get(name)
    unread = name not in live.fields and (value is None or name not in KINDS[kind].fields)
    return unread or not api.compared(read) or api.codec.same(value, read)


def shared(record: Record, live: Object, kept: Collection[str]) -> dict[str, Any]:
    """Of what was applied to another object of the address: what this one has as well, and the fields to keep."""
    return {n: v for n, v in record.applied.items() if n in kept or reads_as(record.kind, n, v, live)}


def judge(api: Api, desired: Any, record: Record | None, name: str, live: Any) -> Verdict:
    """One field. `desired` None means: must not be set, if it was we who set it."""
    if record is None:
        differs = desired is not None and api.compared(live) and not api.codec.same(desired, live)
        return Verdict.DRIFT if differs else Verdict.SAME
    recorded = record.applied.get(name)
    if equal(api, desired, recorded):
        if recorded is None or not api.compared(live) or api.codec.same(recorded, live):
            return Verdict.SAME
        return Verdict.DRIFT
    if not api.compared(live):
        return Verdict.CHANGE
    met = live is None if desired is None else api.codec.same(desired, live)
    if recorded is None:
        return Verdict.SAME if met else Verdict.CHANGE
    if api.codec.same(recorded, live):
        return Verdict.CHANGE
    return Verdict.SAME if met else Verdict.CONFLICT


@dataclass
class _Comparison:
    resources: Mapping[Address, Resource]
    observed: Observed
    records: Mapping[Address, Record]
    moves: Mapping[Address, Address]
    now: datetime
    zone: ZoneInfo
    revert: bool
    found: Difference = field(default_factory=Difference)
    made_anew: set[Address] = field(default_factory=set)
    taken_down: set[Address] = field(default_factory=set)
    protected: set[Address] = field(default_factory=set)

    def compare(self, address: Address) -> None:
        resource = self.resources.get(address)
        live = self.observed.objects.get(address)
        if resource is None:
            self._removed(address, self.records[address], live)
        elif address in self.observed.disowned:
            self.found.refusals.append(
                Refusal(
                    "ownership",
                    str(address),
                    f"{resource.kind} {live.id if live else ''} does not carry the label of this address, so "
                    "it is not written to; after a rename keep previously: [former key] in the YAML, else put the "
                    "label back in Ads Manager, or remove the entry from state/ to make a new one",
                    lowers=bool(live and live.status == ACTIVE and resource.status == PAUSED),
                )
            )
        elif address.parent in self.made_anew:
            self._made(resource, Action.REPLACE if live and not live.gone else Action.CREATE, live)
        elif self._in_archived(address):
            return
        elif live is None:
            self._missing(resource)
        elif live.gone:
            self._deleted(resource, live)
        else:
            record = self.records.get(address)
            self._present(resource, live, record if record and record.knows else None)

    def _may_be_renamed(self, resource: Resource) -> bool:
        """A running campaign of ours with this name and no address: making another would spend twice."""
        for stranger in self.observed.strangers:
            if stranger.kind == resource.kind == "campaign" and stranger.fields.get("name") == resource.name:
                self.found.refusals.append(
                    Refusal(
                        "possible_rename",
                        str(resource.address),
                        f"campaign {stranger.id} with this name is active and carries a label of this project for "
                        "another address; write previously: [its former key], or pause it in Ads Manager",
                    )
                )
                return True
        return False

    def _in_archived(self, address: Address) -> bool:
        """Nothing below an archived object can be made or edited; what archived it is told at its own address."""
        parents = (p for p in (address.parent, address.root) if p is not None and p != address)
        return any(self.observed.objects[p].status == ARCHIVED for p in parents if p in self.observed.objects)

    def _missing(self, resource: Resource) -> None:
        parent = resource.address.parent
        available = parent is None or (parent in self.observed.objects and not self.observed.objects[parent].gone)
        if self._may_be_renamed(resource):
            return
        if resource.status != ARCHIVED and (available or parent in self.made_anew):
            self._made(resource, Action.CREATE, None)

    def _deleted(self, resource: Resource, live: Object) -> None:
        parent = resource.address.parent
        if parent is not None and self.observed.objects[parent].gone:
            return
        record = self.records.get(resource.address)
        recorded = (record.status if record else "") or PAUSED
        self.found.drift.append(
            Drift(resource.address, "status", recorded, "DELETED", id=live.id, reverted=self.revert)
        )
        if self.revert:
            self._made(resource, Action.CREATE, None)

    def _made(self, resource: Resource, action: Action, old: Object | None) -> None:
        """A create, and a separate activation where the status should be ACTIVE already."""
        self.made_anew.add(resource.address)
        after = {name: value for name, value in resource.fields.items() if value is not None}
        self.found.changes.append(
            Change(
                action,
                resource.address,
                id=old.id if old and action is Action.REPLACE else "",
                before=dict(old.fields) if old and action is Action.REPLACE else {},
                after={**after, "status": PAUSED},
                consequences=("loses its history: a new object takes its place",) if old else (),
                origin=resource.origin,
                due=resource.schedule.activate_at if resource.status == PAUSED and resource.schedule.timed else None,
            )
        )
        if resource.status == ACTIVE:
            self._status_change(resource, "", PAUSED)

    def _present(self, resource: Resource, live: Object, record: Record | None) -> None:
        if resource.address in self.moves:
            self._adopt(resource, live, f"was {self.moves[resource.address]}")
        elif record is None:
            self._adopt(resource, live, "found by its label")
        elif record.id and record.id != live.id:
            self._adopt(resource, live, f"the older of two that were made; {record.id} stays as it is")
        known = record = self._of_this(record, live) if record else None
        if record is not None:
            record = as_it_became(record, live, self.observed.activities)
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        refused: list[str] = []
        fixed: set[str] = set()
        for name, desired in resource.fields.items():
            if name in resource.lifecycle.ignore:
                continue
            api = marker_of(resource.kind, name)
            value = live.fields.get(name)
            if name in BUDGETS and (desired or 0) > (value or 0) and self._too_early(resource, known, name, live):
                continue
            verdict = judge(api, desired, record, name, value)
            if name == "start_time" and verdict is Verdict.CHANGE and self._has_passed(value):
                continue
            if verdict is Verdict.DRIFT:
                # Without a record, what we would have applied stands in for what we did.
                was = record.applied.get(name) if record else desired
                self.found.drift.append(Drift(resource.address, name, was, value, id=live.id, reverted=self.revert))
            if verdict is Verdict.CONFLICT and not self.revert:
                self._conflict(resource, name, record, live, desired)
            elif verdict is Verdict.CHANGE or (self.revert and verdict in (Verdict.DRIFT, Verdict.CONFLICT)):
                before[name], after[name] = value, desired
                locked = self._immutable(resource, api, name, record, live)
                fixed |= {name} if locked else set()
                refused += locked
        moved = self._moved_budget(resource, live, record)
        fixed |= set(BUDGETS) if moved else set()
        self._decide(resource, live, before, after, [*refused, *moved], fixed)
        self._compare_status(resource, live, record)

    def _too_early(self, resource: Resource, record: Record | None, name: str, live: Object) -> bool:
        early = too_early(record, name, live, self.observed.activities, self.now)
        if early:
            said_ = f"{resource.address}: Meta has confirmed its {name}, and it reads otherwise"
            self.found.notes.append(f"{said_}: whether somebody has changed it shows in the activity log within 30 min")
        return early

    def _of_this(self, record: Record, live: Object) -> Record:
        """A record of a younger twin tells of the older one what both have, and what somebody has changed in it."""
        if record.id in ("", live.id):
            return record
        edited = {n for n in record.applied if events_of(self.observed.activities, live.id, n)}
        return replace(record, applied=shared(record, live, edited), sent=None)

    def _has_passed(self, start: str | None) -> bool:
        """Meta refuses to move a start that has passed, which an ad set without times has too: its creation. The
        status alone keeps it from delivering then."""
        return start is not None and parse_wire_time(start) <= self.now

    def _adopt(self, resource: Resource, live: Object, why: str) -> None:
        self.found.changes.append(
            Change(Action.ADOPT, resource.address, id=live.id, consequences=(why,), origin=resource.origin)
        )

    def _conflict(self, resource: Resource, name: str, record: Record | None, found: Object, desired: Any) -> None:
        was, live = record.applied.get(name) if record else None, found.fields.get(name)
        lifetime = self._lifetime(resource, found)
        self.found.refusals.append(
            Refusal(
                "conflict",
                str(resource.address),
                f"{name} was changed on both sides: {self._said(name, was)} was applied, "
                f"{self._said(name, live)} is live, {self._said(name, desired)} is declared "
                f"({resource.origin_of(name).line_text}); write the live value into "
                "the YAML, or apply with --revert-drift to overwrite it",
                resource.origin_of(name),
                lowers=direction(name, live, desired, lifetime=lifetime) < 0,
            )
        )

    def _lifetime(self, resource: Resource, live: Object) -> bool:
        above = self.observed.objects.get(resource.address.root, live)
        return any(one.fields.get("lifetime_budget") for one in (live, above))

    def _said(self, name: str, value: Any) -> str:
        return said(name, value, self.observed.facts.currency, self.zone)

    def _immutable(self, resource: Resource, api: Api, name: str, record: Record | None, live: Object) -> list[str]:
        if api.on_change is OnChange.REFUSE or (
            api.on_change is OnChange.REFUSE_PUBLISHED and self._published(resource, live, record)
        ):
            return [f"{name} {api.on_change.value}: {api.reason or 'Meta refuses it'}"]
        return []

    def _published(self, resource: Resource, live: Object, record: Record | None) -> bool:
        """Locked once it has ads or has run; an empty ad set is still a draft."""
        receipt = (record.activation or {}) if record else {}
        has_ads = any(a.parent == resource.address and not o.gone for a, o in self.observed.objects.items())
        return has_ads or live.status != PAUSED or "activate_at" in receipt

    def _moved_budget(self, resource: Resource, live: Object, record: Record | None) -> list[str]:
        """Daily ↔ lifetime and campaign ↔ ad sets are other objects to Meta's bidding."""
        if resource.kind == "ad":
            return []
        there = {n for n in BUDGETS if live.fields.get(n) is not None}
        has = {n for n in BUDGETS if resource.fields.get(n) is not None}
        had = {n for n in BUDGETS if record.applied.get(n) is not None} if record else has or there
        # A create that was cut short has left a record without fields: then live tells that nothing moves.
        if has in (had, there):
            return []
        return [f"the budget moves from {_list(had)} to {_list(has)}: Meta cannot switch that on an existing object"]

    def _decide(
        self,
        resource: Resource,
        live: Object,
        before: dict[str, Any],
        after: dict[str, Any],
        refused: Sequence[str],
        fixed: Collection[str],
    ) -> None:
        """What is refused leaves the rest of the fields a change, so that what spends less can still go out."""
        if refused and resource.lifecycle.replace:
            self._made(resource, Action.REPLACE, live)
            return
        if refused:
            message = (
                "; ".join(refused)
                + f" ({resource.origin.line_text}); set lifecycle: {{replace: true}} to let a new object take its place"
            )
            self.found.refusals.append(Refusal("immutable", str(resource.address), message, resource.origin))
            before = {name: value for name, value in before.items() if name not in fixed}
            after = {name: value for name, value in after.items() if name not in fixed}
        if after and live.status == ARCHIVED:
            self.found.refusals.append(
                Refusal(
                    "archived",
                    str(resource.address),
                    f"it is archived at Meta, so {', '.join(after)} cannot be changed; remove its YAML, or write "
                    "status: ARCHIVED",
                )
            )
        elif after:
            self.found.changes.append(
                Change(
                    Action.UPDATE,
                    resource.address,
                    id=live.id,
                    before=before,
                    after=after,
                    consequences=tuple(consequences(resource.kind, before, after)),
                    origin=next((resource.origin_of(n) for n in after), resource.origin),
                )
            )

    def _compare_status(self, resource: Resource, live: Object, record: Record | None) -> None:
        wanted = resource.status
        if resource.address in self.made_anew or "status" in resource.lifecycle.ignore:
            return
        if live.status == ARCHIVED and wanted != ARCHIVED:
            self._status_drift(resource, live, record, can_revert=False)
            return
        if wanted is None or wanted == live.status:
            return
        if wanted == ACTIVE and self._too_early(resource, record, "status", live):
            return
        if self._person_decided(resource, live, record):
            self._status_drift(resource, live, record, can_revert=True)
            if not self.revert:
                return
        self._status_change(resource, live.id, live.status)

    def _person_decided(self, resource: Resource, live: Object, record: Record | None) -> bool:
        """True when the live status is somebody's choice that came after ours."""
        due = due_since(resource.schedule, self.now)
        last = self._last_status_event(live.id)
        if record is None:
            # Nothing is remembered, so the log decides; where no time asks for a pause, nothing is paused.
            if resource.status == PAUSED and due is None:
                return True
            # Under pre_review it was to be on all along, so a choice from before the launch counts as well.
            early = resource.schedule.active_before and resource.status == ACTIVE
            return last is not None and (due is None or early or last.at >= due)
        receipt = record.activation or {}
        sent = value_of(record, "status")
        # What was sent to undo somebody's choice, and has not arrived, leaves that choice as it was.
        if sent == resource.status and (record.sent or {})["status"]["former"] != sent:
            return overtaken(record, "status", live.id, self.observed.activities)
        if sent == live.status:
            return False
        if resource.status == PAUSED and due is not None:
            done = receipt.get("deactivate_at")
            if done is not None and datetime.fromisoformat(done) == due:
                return True
            # Nobody of ours has turned it on, and it went on after its end: the run that should have ended it is late.
            return record.status == PAUSED and last is not None and last.at >= due
        if record.status in ("", live.status):
            # A record may be older than a run whose state was lost: the log knows of a later choice.
            stale = resource.status == ACTIVE and not receipt and last is not None
            return bool(stale and due is not None and last is not None and last.at >= due)
        return True

    def _last_status_event(self, object_id: str) -> Activity | None:
        return next(iter(events_of(self.observed.activities, object_id, "status")[-1:]), None)

    def _status_drift(self, resource: Resource, live: Object, record: Record | None, *, can_revert: bool) -> None:
        was = (record.status if record else "") or resource.status or PAUSED
        if was == live.status:
            was = resource.status or PAUSED
        reverted = self.revert and can_revert
        self.found.drift.append(Drift(resource.address, "status", was, live.status, id=live.id, reverted=reverted))

    def _status_change(self, resource: Resource, object_id: str, live_status: str) -> None:
        wanted = str(resource.status)
        due = due_since(resource.schedule, self.now)
        self.found.changes.append(
            Change(
                STATUS_ACTIONS[wanted],
                resource.address,
                id=object_id,
                before={"status": live_status},
                after={"status": wanted},
                consequences=STATUS_CONSEQUENCES.get((resource.kind, wanted), ()),
                origin=resource.origin_of("deactivate_at" if wanted == PAUSED else "activate_at"),
                timed=due is not None and wanted in (ACTIVE, PAUSED),
                due=due,
            )
        )

    def _removed(self, address: Address, record: Record, live: Object | None) -> None:
        if any(address.within(kept) for kept in self.protected):
            return
        if record.protect:
            self.protected.add(address)
            self.found.refusals.append(
                Refusal(
                    "protect",
                    str(address),
                    "its YAML is gone, but it was protected; bring the YAML back, or set protect: false, apply, "
                    "and remove it then",
                    lowers=bool(live and live.status == ACTIVE),
                )
            )
            return
        action = self._removal(address, record, live)
        if action in (Action.ARCHIVE, Action.DELETE) or record.on_remove is OnRemove.FORGET:
            self.taken_down.add(address)
        status = REMOVED_STATUS.get(action)
        self.found.changes.append(
            Change(
                action,
                address,
                id=record.id,
                before={"status": live.status} if live and status else {},
                after={"status": status} if live and status else {},
                consequences=REMOVAL_CONSEQUENCES[action],
                removal=True,
            )
        )

    def _removal(self, address: Address, record: Record, live: Object | None) -> Action:
        parent_goes = any(address.within(a) for a in self.taken_down)
        if live is None or live.gone or address in self.observed.disowned or parent_goes:
            return Action.FORGET
        if live.status == ARCHIVED and record.on_remove is not OnRemove.DELETE:
            return Action.FORGET
        if record.on_remove is OnRemove.PAUSE and live.status != ACTIVE:
            return Action.FORGET
        return REMOVALS[record.on_remove]


STATUS_ACTIONS = {ACTIVE: Action.ACTIVATE, PAUSED: Action.PAUSE, ARCHIVED: Action.ARCHIVE}
STATUS_CONSEQUENCES = {
    ("campaign", ACTIVE): ("spends now",),
    ("campaign", ARCHIVED): ("cannot be undone",),
    ("ad_set", ARCHIVED): ("cannot be undone",),
    ("ad", ARCHIVED): ("cannot be undone",),
}
REMOVALS = {
    OnRemove.PAUSE: Action.PAUSE,
    OnRemove.ARCHIVE: Action.ARCHIVE,
    OnRemove.DELETE: Action.DELETE,
    OnRemove.FORGET: Action.FORGET,
}
REMOVED_STATUS = {Action.PAUSE: PAUSED, Action.ARCHIVE: ARCHIVED, Action.DELETE: "DELETED"}
REMOVAL_CONSEQUENCES = {
    Action.PAUSE: ("its YAML is gone",),
    Action.ARCHIVE: ("its YAML is gone", "cannot be undone"),
    Action.DELETE: ("its YAML is gone", "cannot be undone"),
    Action.FORGET: ("no longer managed; the object stays as it is",),
}


def consequences(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What an update of these fields sets off."""
    told = set()
    for name, value in after.items():
        said = marker_of(kind, name).consequence
        if name in BUDGETS and before.get(name) and value:
            step = round(100 * (value - before[name]) / before[name])
            said = f"{step:+d} %".replace("-", "−") + (": resets learning" if abs(step) > LEARNING_STEP else "")
        if said and said not in told:
            told.add(said)
            yield said


def _list(names: set[str]) -> str:
    return " and ".join(sorted(names)) or "another level"
