"""The fields of one object that is there: which are sent, which have drifted, and which stand in the way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reconciler.engine.activity import last_edit
from reconciler.engine.compare import (
    Judged,
    Verdict,
    differing,
    is_live,
    judge,
    put_beside,
    standing,
    undecided,
    unlike,
    visible,
)
from reconciler.engine.difference import Sides
from reconciler.engine.history import last_applied, said_of
from reconciler.engine.reverted import REVERTED
from reconciler.engine.settle import Settled
from reconciler.engine.spend.fields import direction
from reconciler.engine.withdrawn import NOT_TAKEN_AWAY, stays, what_stays
from reconciler.kinds import BUDGETS, KINDS, Api, OnChange
from reconciler.kinds.budget_schedules import SCHEDULES, beyond
from reconciler.kinds.codecs import parse_wire_time, wire_time
from reconciler.kinds.said import keeping, said, undoing, written
from reconciler.kinds.structure import Gap
from reconciler.model.plan import Drift, Refusal
from reconciler.model.problem import Origin
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.text.sanitize import plain

TO_BE_RID = "take it out in Ads Manager, write it again, or write lifecycle: {{ignore: [{name}]}} to leave it as it is"


@dataclass
class Update:
    """What is to be sent, and what of that Meta would refuse."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Why."""
    moved: str = ""
    """Where a budget comes from and goes to that is on another level, or of another kind."""
    fixed: set[str] = field(default_factory=set)
    """Fields that cannot be changed on an existing object."""

    def leave_out(self, names: set[str]) -> None:
        self.before = {name: value for name, value in self.before.items() if name not in names}
        self.after = {name: value for name, value in self.after.items() if name not in names}


@dataclass(frozen=True)
class FieldDiff:
    sides: Sides

    def update(self, resource: Resource, live: Object, settled: Settled | None, record: Record | None) -> Update:
        """Of what is compared with `record`. Drift and conflicts are told meanwhile."""
        known, kind, found = settled.record if settled else None, resource.kind, Update()
        for name, desired in unlike(resource.fields, record, live).items():
            value = live.fields.get(name)
            early = name in BUDGETS and (desired or 0) > (value or 0)
            if name in resource.lifecycle.ignore or (early and self.sides.is_undecided(resource, settled, name)):
                continue
            if stays(kind, name, desired):
                self._tell_what_stays(resource, name, record, live)
                continue
            may = standing(known, live, name, self.sides.observed)
            if self._to_be_sent(resource, name, record, live, judge(kind, name, desired, record, live, may)):
                if name == SCHEDULES and name in live.unread:
                    # What is added is held against what was applied: nothing else tells what is there.
                    value = record.applied.get(name) if record else None
                    if self._takes_away_unseen(resource, value, desired):
                        continue
                found.before[name], found.after[name] = value, desired
                if locked := self._immutable(resource, KINDS[kind].marker(name), name, record, live):
                    found.fixed.add(name)
                    found.refused.append(locked)
        if (start := self._start_that_has_come(resource, live, record)) is not None:
            found.before["start_time"], found.after["start_time"] = live.fields["start_time"], start
        self._keep_content_whole(resource, live, found)
        if moved := self._moved_budget(resource, live, record):
            found.fixed |= set(BUDGETS)
            found.moved = moved
        return found

    def _tell_what_stays(self, resource: Resource, name: str, record: Record | None, live: Object) -> None:
        value = what_stays(name, record, live, self.sides.now)
        if value is None:
            return
        shown = "" if visible(resource.kind, name, live) else ", and Meta does not show it"
        told = f"{name} is still {self._said(name, value)} at Meta{shown}: {NOT_TAKEN_AWAY}"
        self.sides.found.notes.append(f"{resource.address}: {told}; {TO_BE_RID.format(name=name)}")

    def _takes_away_unseen(self, resource: Resource, applied: Any, desired: Any) -> bool:
        """Whether it would take away budget schedules of which Meta shows no id. What is only added needs none."""
        gone = beyond(applied, desired)
        if gone:
            message = (
                f"{SCHEDULES}: {self._said(SCHEDULES, gone)} was applied and is not declared any more, and Meta does "
                "not show which budget schedules are there, so it stays and is not taken away"
            )
            mend = "delete it in Ads Manager, then write it and apply once more, or write it back into the YAML"
            origin = resource.origin_of(SCHEDULES)
            self.sides.found.refusals.append(Refusal("conflict", str(resource.address), message, origin, mend))
        return bool(gone)

    def last_applied(self, resource: Resource, known: Record | None, live: Object) -> Record | None:
        record = last_applied(resource, known, live, self.sides.history)
        if record is not None and record is not known:
            self.sides.found.applied[resource.address] = record
        return record

    def _to_be_sent(self, resource: Resource, name: str, record: Record | None, live: Object, judged: Judged) -> bool:
        if judged.verdict is Verdict.SAME:
            return False
        if any(gap.added for gap in judged.gaps) and undecided(record, live, name):
            self.sides.found.asked.add(live.id)
        reverted = self.sides.revert or self._asked_at(resource, name, live, judged.gaps) is not None
        if judged.verdict is Verdict.DRIFT:
            return self._drifted(resource, name, live, judged) and reverted
        if judged.verdict is Verdict.CONFLICT and not reverted:
            self._conflict(resource, name, record, live, judged)
            return False
        late = name == "start_time" and judged.verdict is Verdict.CHANGE and self._has_passed(live.fields.get(name))
        return not late

    def _drifted(self, resource: Resource, name: str, live: Object, judged: Judged) -> bool:
        """Tells each place. False where all of it is accepted."""
        asked = None if self.sides.revert else self._asked_at(resource, name, live, judged.gaps)
        reverted = self.sides.revert or asked is not None
        where = Drift(resource.address, name, None, None, id=live.id, reverted=reverted, asked_at=asked)
        seen = self._seen_before(resource, name, live)
        for gap in judged.gaps:
            values = {"path": gap.path, "recorded": gap.declared, "live": gap.live, "beyond": gap.beyond}
            values |= {"origin": resource.origin_of(gap.path), "word": resource.words.get(gap.path, "")}
            values["unchanged_at"] = self.sides.unchanged_at(resource, live) if gap not in seen else None
            self.sides.found.drift.append(replace(where, **values, accepted=self.sides.accept and gap.added))
        if name in BUDGETS and live.fields.get(name) is None and (now := self._budgets_instead(resource, live)):
            told = f"in place of {name}, {now} is live; to keep it, write that in place of it"
            self.sides.found.notes.append(f"{resource.address}: {told}")
        return not (self.sides.accept and all(gap.added for gap in judged.gaps))

    def _budgets_instead(self, resource: Resource, live: Object) -> str:
        """`lifetime_budget: 900.00 SGD`: of the object itself, of its campaign, or of what is in it."""
        at, objects = resource.address, self.sides.observed.objects
        near = [(at, live), *((one, objects[one]) for one in at.ancestors if one in objects)]
        near += [(one, objects[one]) for one in sorted(objects) if one.parent == at]
        told = [
            f"{name}: {self._said(name, value)}{'' if one == at else f' on {one}'}"
            for one, other in near
            for name in BUDGETS
            if not other.gone and (value := other.fields.get(name)) is not None
        ]
        return ", ".join(told)

    def reverted_already(self, resource: Resource, live: Object) -> Iterator[str]:
        """What `lifecycle.revert_drift` names and nobody has to overwrite any more."""
        drifted = {(d.address, d.field) for d in self.sides.found.drift} if resource.lifecycle.revert_drift else ()
        for path in resource.lifecycle.revert_drift:
            if (resource.address, path.partition(".")[0]) not in drifted or self.sides.is_done(resource, path):
                yield f"{resource.address}: {REVERTED}: remove it ({resource.revert_origin(path).line_text})"

    def _asked_at(self, resource: Resource, name: str, live: Object, gaps: Sequence[Gap]) -> Origin | None:
        """Where `lifecycle.revert_drift` says to overwrite it, and all that is live is what it names there; None where
        it does not, or has been done."""
        asked = resource.lifecycle.revert_drift if self.sides.heeds else {}
        paths = [at for at in asked if at.partition(".")[0] == name and not self.sides.is_done(resource, at)]
        if not gaps or not all(any(_lies_in(gap.path, at) for at in paths) for gap in gaps):
            return None
        settled = self.sides.settled.get(resource.address)
        may = standing(settled.record if settled else None, live, name, self.sides.observed)
        if not all(is_live(resource.kind, at, asked[at], live, may) for at in paths):
            return None
        return resource.revert_origin(paths[0])

    def _seen_before(self, resource: Resource, name: str, live: Object) -> list[Gap]:
        """Where the field was not as applied when it was looked at last: what is there still is as old as that."""
        record = self.sides.records.get(resource.address)
        if record is None or record.applied.get(name) is None:
            return []
        then = replace(live, fields={**live.fields, name: record.live.get(name)})
        may = standing(record, live, name, self.sides.observed)
        return differing(resource.kind, name, record.applied[name], then, may)

    def _has_passed(self, start: str | None) -> bool:
        """Meta refuses to move a start that has passed, which an ad set without times has too: its creation. The
        status alone keeps it from delivering then."""
        return start is not None and parse_wire_time(start) <= self.sides.now

    def _start_that_has_come(self, resource: Resource, live: Object, record: Record | None) -> str | None:
        """What has passed is not declared; but where Meta keeps the later one that we have sent, what is turned on now
        would wait for that."""
        moment, kept = resource.ahead.get("start_time"), live.fields.get("start_time")
        applied = record.applied.get("start_time") if record else None
        if (
            moment is None
            or moment > self.sides.now
            or not (kept and applied)
            or "start_time" in resource.lifecycle.ignore
        ):
            return None
        is_ours = parse_wire_time(kept) == parse_wire_time(applied)
        waits = resource.status in (None, ACTIVE) and not self._has_passed(kept)
        return wire_time(moment.astimezone(self.sides.zone)) if is_ours and waits else None

    def _conflict(self, resource: Resource, name: str, record: Record | None, live: Object, judged: Judged) -> None:
        where = resource.origin_of(name).line_text
        self.sides.found.asked.add(live.id)
        seen = self._seen_before(resource, name, live)
        unchanged_at = None if any(gap in seen for gap in judged.gaps) else self.sides.unchanged_at(resource, live)
        by = self._by(live.id, name, live.fields.get(name), unchanged_at)
        if all(gap.added for gap in judged.gaps):
            told = ", ".join(f"{plain(gap.path)} {self._said(name, gap.beyond, gap.path)}" for gap in judged.gaps)
            message = (
                f"{told} is live and not declared{by}, and an update of {name} ({where}), which is "
                "sent whole, would remove it"
            )
            keep, undo = "write it into the YAML to keep it", "remove"
        else:
            was, wanted = record.applied.get(name) if record else None, resource.fields[name]
            message = (
                f"{name} was changed on both sides: {self._said(name, was)} was applied, "
                f"{self._said(name, live.fields.get(name))} is live{by}, "
                f"{self._said(name, wanted)} is declared ({where})"
            )
            word = resource.words.get(name, "")
            line = written(name, live.fields.get(name), self.sides.observed.facts.currency, self.sides.zone, word)
            keep, undo = f"write {line or 'what is live'} there to keep that", "overwrite"
        way = direction(name, live.fields.get(name), resource.fields[name], lifetime=self._lifetime(resource, live))
        self._tell_as_drift(resource, name, live, judged, unchanged_at)
        origin, mend = resource.origin_of(name), f"{keep}, or {undoing(resource.address)} to {undo} it"
        self.sides.found.refusals.append(Refusal("conflict", str(resource.address), message, origin, mend, way < 0))

    def _tell_as_drift(
        self, resource: Resource, name: str, live: Object, judged: Judged, unchanged_at: datetime | None
    ) -> None:
        """Whoever asks for drift alone sees no refusals."""
        effect = f"conflict: {self._said(name, resource.fields[name])} is declared by now"
        for gap in judged.gaps:
            found = Drift(resource.address, name, gap.declared, gap.live, id=live.id, path=gap.path, beyond=gap.beyond)
            found = replace(found, origin=resource.origin_of(gap.path), word=resource.words.get(gap.path, ""))
            self.sides.found.conflicts.append(replace(found, unchanged_at=unchanged_at, effect=effect))

    def _by(self, object_id: str, name: str, live: Any, unchanged_at: datetime | None) -> str:
        """` (by Mei in Ads Manager, 2026-12-01 14:30 +08)`; "" where the log does not say."""
        observed = self.sides.observed
        edit = last_edit(observed.log_of(object_id), object_id, name, live, observed.identity, unchanged_at)
        return f" ({plain(said_of(edit, self.sides.zone))})" if edit else ""

    def _lifetime(self, resource: Resource, live: Object) -> bool:
        above = self.sides.observed.objects.get(resource.address.root, live)
        return any(one.fields.get("lifetime_budget") for one in (live, above))

    def _said(self, name: str, value: Any, path: str = "") -> str:
        return said(name, value, self.sides.observed.facts.currency, self.sides.zone, path)

    def _immutable(self, resource: Resource, api: Api, name: str, record: Record | None, live: Object) -> str:
        """Why Meta would refuse the change; "" where it does not."""
        refuses: Mapping[OnChange, Callable[[], bool]] = {
            OnChange.UPDATE: lambda: False,
            OnChange.REFUSE: lambda: True,
            OnChange.REFUSE_REMOVAL: lambda: resource.fields[name] is None,
            OnChange.REFUSE_PUBLISHED: lambda: self._published(resource, live, record),
        }
        if refuses[api.on_change]():
            return f"{name} {api.on_change.value}: {api.reason or 'Meta refuses it'}"
        return ""

    def _published(self, resource: Resource, live: Object, record: Record | None) -> bool:
        """Locked once it has ads or has run; an empty ad set is still a draft."""
        receipt = (record.activation or {}) if record else {}
        has_ads = any(a.parent == resource.address and not o.gone for a, o in self.sides.observed.objects.items())
        return has_ads or live.status != PAUSED or "activate_at" in receipt

    def _moved_budget(self, resource: Resource, live: Object, record: Record | None) -> str:
        """Daily ↔ lifetime and campaign ↔ ad sets are other objects to Meta's bidding."""
        if not KINDS[resource.kind].has_budget:
            return ""
        there = {n for n in BUDGETS if live.fields.get(n) is not None}
        has = {n for n in BUDGETS if resource.fields.get(n) is not None}
        had = {n for n in BUDGETS if record.applied.get(n) is not None} if record else has or there
        # A create that was cut short has left a record without fields: then live tells that nothing moves.
        if has in (had, there):
            return ""
        other = "its ad sets" if KINDS[resource.kind].launches else "the campaign"
        return f"the budget moves from {_list(had) or other} to {_list(has) or other}"

    def _tell_beside(self, resource: Resource, live: Object, update: Update) -> list[str]:
        """What an ad shows and no word says is drift, unless it had that when it was imported. All of it is returned
        that a new creative would be without."""
        record, kind = self.sides.records.get(resource.address), KINDS[resource.kind]
        beside = self.beside(resource, live)
        imported = record is not None and live.creative_id == record.creative_id
        for name in beside:
            elsewhere = name in kind.in_place_of_content
            if imported and not elsewhere:
                continue
            reverted = self.sides.revert and not elsewhere
            unchanged_at = self.sides.unchanged_at(resource, live)
            self.sides.found.drift.append(
                Drift(
                    resource.address, name, None, live.fields[name], id=live.id, reverted=reverted, path=name,
                    beyond=live.fields[name], origin=resource.origin, unchanged_at=unchanged_at,
                )
            )  # fmt: skip
            self.sides.found.asked.add(live.id)
            if reverted:
                update.before[name], update.after[name] = live.fields[name], None
        return [name for name in beside if name in kind.in_place_of_content or not self.sides.revert]

    def beside(self, resource: Resource, live: Object) -> list[str]:
        record = self.sides.records.get(resource.address)
        found = put_beside(live, record, self.sides.observed, resource.fields, record.applied if record else {})
        return [name for name in found if name not in resource.lifecycle.ignore]

    def _keep_content_whole(self, resource: Resource, live: Object, update: Update) -> None:
        """A creative is made anew with all that is in it: a change of one text would undo what was done to another."""
        content = KINDS[resource.kind].content
        unsaid = self._tell_beside(resource, live, update) if content else []
        changed = sorted(content & set(update.after)) if content else []
        if not changed:
            return
        drift = [d for d in self.sides.found.drift if d.address == resource.address and not d.reverted]
        here = [d for d in drift if d.field in content and d.field not in unsaid]
        if not (here or unsaid):
            return
        update.leave_out(set(changed))
        by = {d.field: self._by(d.id, d.field, d.live, d.unchanged_at) for d in here}
        told = ", ".join(
            [
                *(f"{d.field} {self._said(d.field, d.live)}{by[d.field]}" for d in here),
                *(f"{name} {self._said(name, live.fields[name])}" for name in unsaid),
            ]
        )
        where = resource.origin_of(changed[0])
        declared = [name for name in changed if name in resource.fields]
        makes = f"a change of {', '.join(declared)} ({where.line_text})" if declared else "to undo the rest"
        message = f"{told} is live and not declared, and {makes} makes a new creative, which would undo it"
        mend = keeping(resource.address, [*(d.field for d in here), *unsaid])
        self.sides.found.refusals.append(Refusal("conflict", str(resource.address), message, where, mend))
        self.sides.found.asked.add(live.id)


def _lies_in(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))


def _list(names: set[str]) -> str:
    return " and ".join(sorted(names))
