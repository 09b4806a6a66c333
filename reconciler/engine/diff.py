"""Desired, recorded and live, field by field: `engine/compare.py` judges each. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.engine.activity import events_of, last_edit, status_word
from reconciler.engine.compare import (
    Judged,
    Verdict,
    differing,
    is_live,
    judge,
    plainly_same,
    put_beside,
    standing,
    undecided,
)
from reconciler.engine.history import History, end_of_former, last_applied, said_end, said_of
from reconciler.engine.ownership import orphaned, why_not_ours
from reconciler.engine.removals import Removals
from reconciler.engine.renames import formers_of, renamed_from
from reconciler.engine.reverted import REVERTED
from reconciler.engine.settle import Settled
from reconciler.engine.spend_fields import direction
from reconciler.engine.status_choice import StatusChoice
from reconciler.kinds import BUDGETS, KINDS, Api, OnChange
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.kinds.said import counted, said, undoing, written
from reconciler.kinds.structure import Gap
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Refusal
from reconciler.model.problem import Origin
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import OnRemove, Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED, due_since
from reconciler.model.values import Fields
from reconciler.text.sanitize import plain

LEARNING_STEP = 20
"""A budget change of more percent than this is widely reported to reset learning."""


@dataclass
class Difference:
    """All that differs in one account."""

    changes: list[Change] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Ids whose history would tell more."""
    lost: dict[Address, Resource] = field(default_factory=dict)
    """What would be made although nothing is known of it: somebody may have deleted what was there."""
    moves: dict[Address, set[str]] = field(default_factory=dict)
    """Fields whose references move over to what was made again."""
    held: dict[Address, str] = field(default_factory=dict)
    """What is not turned on by the clock alone from now on, and why."""
    settled: Mapping[Address, Settled] = field(default_factory=dict, compare=False)
    """What it compared with."""
    set_aside: set[Address] = field(default_factory=set)
    """Of which nobody can tell what is ours: nothing is remembered of what carries their labels."""
    applied: dict[Address, Record] = field(default_factory=dict)
    """What counts as last applied where that is not what the record says."""
    outdated: dict[Address, Record] = field(default_factory=dict)
    """Records that are older than our last run, as they should have been: with what the log tells of it."""
    silent: set[Address] = field(default_factory=set, compare=False)
    """What is there, and of which there was nothing to tell nor to ask."""

    @property
    def extent(self) -> tuple[int, ...]:
        """How much has been told and asked."""
        lists = len(self.changes), len(self.drift), len(self.refusals), len(self.notes), len(self.asked)
        return *lists, len(self.lost), len(self.held), len(self.set_aside), len(self.applied), len(self.outdated)


def diff(
    resources: Mapping[Address, Resource],
    observed: Observed,
    records: Mapping[Address, Record],
    settled: Mapping[Address, Settled],
    moves: Mapping[Address, Address],
    now: datetime,
    zone: ZoneInfo,
    *,
    revert_drift: bool = False,
    reviewed: bool = False,
    renamed_account: str = "",
    pause_orphans: bool = False,
    accept_live: bool = False,
    declared_reverts: bool = True,
    silent: Collection[Address] = frozenset(),
) -> Difference:
    """One account's differences. `records` are at their new addresses; `moves` tells which were elsewhere. What
    counts as applied is in `settled`.

    `reviewed`: a person reads the plan before it is applied. `renamed_account`: an undeclared key that has this ad
    account in state/. `declared_reverts`: whether `lifecycle.revert_drift` is heeded. `silent`: what was compared
    before, with nothing to tell, and of which `observed` says no more than it did then.
    """
    comparison = _Comparison(
        resources, observed, records, settled, moves, now, zone, revert_drift, accept_live, reviewed, renamed_account,
        declared_reverts, silent,
    )  # fmt: skip
    for address in sorted({*resources, *records}):
        comparison.compare(address)
    comparison.keep_what_is_in_question()
    for orphan in (*observed.topmost_orphans, *comparison.turned_on_again):
        comparison.orphaned(orphan, pause=pause_orphans)
    comparison.found.settled = settled
    comparison.found.notes += _unverified(resources, observed.objects)
    comparison.found.notes += _unremembered(comparison.found.drift, records, observed.objects)
    return comparison.found


def _unremembered(
    drift: Iterable[Drift], records: Mapping[Address, Record], objects: Mapping[Address, Object]
) -> Iterator[str]:
    """Which file a creative of somebody else's shows, state/ alone knows: without it all of them look changed."""
    media = {one.address for one in drift if one.field in MEDIA_FIELDS and one.address not in records}
    lost = sorted(at for at in media if not objects[at].content_digest)
    if lost:
        first, number = lost[0], counted(len(lost), KINDS[lost[0].kind].title)
        yield (
            f"state/ does not remember which files {number} of {first.account} had ({first}{' …' * (len(lost) > 1)}): "
            f"if state/ was lost, and not they changed, reconciler import {first.account} remembers them as the YAML "
            "has them; --revert-drift would upload them all anew"
        )


def _unverified(resources: Mapping[Address, Resource], objects: Mapping[Address, Object]) -> Iterator[str]:
    """What stands under `raw` and cannot be read back: compared with the record alone, and said once."""
    found = [
        f"{address} {', '.join(f'raw.{plain(name)}' for name in names)}"
        for address, resource in sorted(resources.items())
        if address in objects and objects[address].unread
        if (names := sorted(objects[address].unread & set(resource.fields) - set(KINDS[resource.kind].fields)))
    ]
    if found:
        yield f"cannot be verified, since Meta does not show it: {'; '.join(found)}"


@dataclass
class _Comparison:
    resources: Mapping[Address, Resource]
    observed: Observed
    records: Mapping[Address, Record]
    settled: Mapping[Address, Settled]
    moves: Mapping[Address, Address]
    now: datetime
    zone: ZoneInfo
    revert: bool
    accept: bool
    reviewed: bool = False
    renamed_account: str = ""
    heeds: bool = True
    silent: Collection[Address] = frozenset()
    found: Difference = field(default_factory=Difference)
    history: History = field(init=False)
    made_anew: set[Address] = field(default_factory=set)
    in_question: set[Address] = field(default_factory=set)
    """What has no YAML any more, and may be what is to be made under another name."""
    turned_on_again: list[Object] = field(default_factory=list)
    """What we have paused because its YAML was gone, and somebody has turned on since."""
    removals: Removals = field(init=False)

    def __post_init__(self) -> None:
        self.history = History.of(self.observed)
        named = frozenset(one.existing for one in self.resources.values() if one.existing)
        self.removals = Removals(self.records, self.observed, named)

    def compare(self, address: Address) -> None:
        resource = self.resources.get(address)
        live = self.observed.objects.get(address)
        if resource is None and live is not None and self._removal_was_undone(self.records[address], live):
            self.turned_on_again.append(live)
        elif resource is None:
            self._add(self.removals.of(address, self.records[address], live))
        elif self.found.set_aside and any(address.within(at) for at in self.found.set_aside):
            return
        elif why := self._not_ours(resource, live):
            self.found.set_aside.add(address)
            self._refuse("copy", resource, why)
            if live is not None and resource.status == ACTIVE != live.status:
                # Held back by the refusal, and told with it.
                self._status_change(resource, live.id, live.status)
        elif address in self.observed.unlabelled_yet and live is not None:
            self._unlabelled_yet(resource, live)
        elif address in self.observed.disowned:
            self.found.refusals.append(
                Refusal(
                    "ownership",
                    str(address),
                    f"{resource.kind} {live.id if live else ''} does not carry the label of this address, so "
                    "it is not written to; "
                    f"{_line_back(live)}after a rename keep previously: [former key] in the YAML; if project: "
                    "was renamed, write the former name back; else put the label back in Ads Manager, or let go of it "
                    "with reconciler forget once its YAML is gone",
                    lowers=bool(live and live.status == ACTIVE and resource.status == PAUSED),
                )
            )
        elif address.parent in self.made_anew:
            self._made(resource, Action.REPLACE if live and not live.gone else Action.CREATE, live)
        elif self.observed.in_archived(address):
            return
        elif live is None:
            self._missing(resource)
        elif live.gone:
            self._deleted(resource, live)
        else:
            self._there(resource, live)

    def _there(self, resource: Resource, live: Object) -> None:
        if resource.address in self.silent:
            return
        before = self.found.extent
        self._present(resource, live, self.settled.get(resource.address))
        if self.found.extent == before:
            self.found.silent.add(resource.address)

    def _not_ours(self, resource: Resource, live: Object | None) -> str:
        """What the YAML names by its id may be anybody's work."""
        if live is not None and live.id == resource.existing:
            return ""
        return why_not_ours(resource.address, live, self.records.get(resource.address), self.observed, self.zone)

    def _unlabelled_yet(self, resource: Resource, live: Object) -> None:
        """What would be done is told, and neither that nor a stop is done: nothing is written to what is not ours."""
        before = len(self.found.changes)
        if live.gone:
            self._deleted(resource, live)
        else:
            self._present(resource, live, self.settled.get(resource.address))
        # Nothing is adopted before its label says so.
        wanted = [change for change in self.found.changes[before:] if change.action is not Action.ADOPT]
        del self.found.changes[before:]
        if not wanted:
            return
        names = sorted({name for change in wanted for name in change.after} or {"status"})
        message = (
            f"{resource.kind} {live.id} does not carry our label yet, so {', '.join(names)} would be changed and is "
            f"not; to let it be managed: reconciler import {resource.address.account}"
        )
        lowers = live.status == ACTIVE and resource.status == PAUSED
        self.found.refusals.append(Refusal("unlabelled", str(resource.address), message, lowers=lowers))

    def _removal_was_undone(self, record: Record, live: Object) -> bool:
        """By the log, of a record that is older than our removal. One that is not knows it was removed."""
        if record.on_remove is not OnRemove.PAUSE or live.status != ACTIVE:
            return False
        ours = self.history.ours_since(record, live, "status")
        last = events_of(self.observed.log_of(live.id), live.id, "status")[-1:]
        return ours is not None and status_word(ours.new) == PAUSED and not self.history.is_ours(last[0])

    def _add(self, found: Change | Refusal | None) -> None:
        if isinstance(found, Change):
            self.found.changes.append(found)
        elif found is not None:
            self.found.refusals.append(found)

    def orphaned(self, live: Object, *, pause: bool) -> None:
        if pause and live.status == ACTIVE:
            self.found.asked.add(live.id)
        self._add(orphaned(live, self.observed.account, self.history, self.zone, pause=pause))

    def _refuse(self, policy: str, resource: Resource, message: str) -> None:
        self.found.refusals.append(Refusal(policy, str(resource.address), message))

    def _may_be_renamed(self, resource: Resource) -> bool:
        """Making it anew would leave the former object behind: it would run twice, or lose its history."""
        if resource.lifecycle.new:
            return False
        why = renamed_from(resource, self.resources, self.records, self.observed, self.renamed_account)
        if why:
            self._refuse("possible_rename", resource, f"{why}; if it is another one, write lifecycle: {{new: true}}")
            self.in_question |= set(formers_of(resource, self.resources, self.records, self.observed))
        return bool(why)

    def keep_what_is_in_question(self) -> None:
        """What may have been renamed is neither let go of, archived nor deleted: the next run would make a second one.
        A pause goes out all the same, also in place of what waits."""
        kept = [self._while_in_question(change) for change in self.found.changes]
        self.found.changes = [change for change in kept if change is not None]

    def _while_in_question(self, change: Change) -> Change | None:
        asked = change.removal and any(change.address.within(at) for at in self.in_question)
        if not asked or change.remembered or change.action is Action.PAUSE:
            return change
        # What we have paused and a person has turned on again is theirs.
        runs = change.before.get("status") == ACTIVE and self.records[change.address].status != PAUSED
        if change.action is Action.FORGET or not runs:
            return None
        waits = f"its YAML is gone; to {change.action} it waits: it may have been renamed"
        return replace(change, action=Action.PAUSE, after={"status": PAUSED}, consequences=(waits,), removal=False)

    def _missing(self, resource: Resource) -> None:
        parent = resource.address.parent
        if parent in self.observed.unlabelled_yet:
            self.found.set_aside.add(resource.address)
            self._refuse("unlabelled", resource, f"{parent} does not carry our label yet, so nothing is made in it")
            return
        available = parent is None or (parent in self.observed.objects and not self.observed.objects[parent].gone)
        if resource.status == ARCHIVED or not (available or parent in self.made_anew):
            return
        record = self.records.get(resource.address)
        if self._is_there_all_the_same(resource, record) or self._may_be_renamed(resource):
            self.found.set_aside.add(resource.address)
            return
        # A create that was never answered may have been done late, and deleted by somebody before we saw it.
        if not (record and record.id):
            self._hold_for(resource, None, "it is made again PAUSED")
        self._made(resource, Action.CREATE, None)

    def _is_there_all_the_same(self, resource: Resource, record: Record | None) -> bool:
        """Meta denies the object, and its log tells that we made it: no clock is needed to know that it is there."""
        if record is None or resource.address not in self.observed.denied:
            return False
        self.found.asked.add(record.id)
        if self.history.creation(record.id) is None:
            return False
        said_ = f"{resource.address}: {resource.kind} {record.id} was made, and Meta does not show it"
        self.found.notes.append(f"{said_}: nothing is done with it until it does")
        return True

    def _hold(self, resource: Resource, why: str, what: str) -> None:
        self.found.held[resource.address] = why
        above = resource.address.parent
        if above is None or above not in self.found.held:
            self.found.notes.append(
                f"{resource.address}: {why}: {what}, and only a person, or a plan file that was read, turns it on"
            )

    def _deleted(self, resource: Resource, live: Object) -> None:
        parent = resource.address.parent
        if parent is not None and self.observed.objects[parent].gone:
            return
        record = self.records.get(resource.address)
        recorded = (record.status if record else "") or PAUSED
        gone = Drift(resource.address, "status", recorded, "DELETED", id=live.id, reverted=self.revert)
        self.found.drift.append(replace(gone, origin=resource.origin))
        if self.revert:
            self._made(resource, Action.CREATE, None)

    def _hold_if_stopped(self, resource: Resource, old: Object) -> None:
        """What somebody has stopped does not start again because another object takes its place."""
        if resource.status != ACTIVE or old.status == ACTIVE or self.revert or self.reviewed:
            return
        settled = self.settled.get(resource.address)
        choice = StatusChoice(resource, old, settled, self.observed, self.now, self.zone)
        self.found.asked.add(old.id)
        if choice.is_a_persons():
            last = f" {said_of(choice.last, self.zone)}" if choice.last else ""
            self._hold(resource, f"was stopped{last}", "what takes its place is made PAUSED")

    def _made(self, resource: Resource, action: Action, old: Object | None) -> None:
        """A create, and a separate activation where the status should be ACTIVE already."""
        self.made_anew.add(resource.address)
        above = resource.address.parent
        if above in self.found.held and above is not None:
            self.found.held.setdefault(resource.address, self.found.held[above])
        if old is not None and action is Action.REPLACE:
            self._hold_if_stopped(resource, old)
        after = {name: value for name, value in resource.fields.items() if value is not None}
        self.found.changes.append(
            Change(
                action,
                resource.address,
                id=old.id if old and action is Action.REPLACE else "",
                before=dict(old.fields) if old and action is Action.REPLACE else {},
                after={**after, "status": PAUSED},
                consequences=(
                    *(("loses its history: a new object takes its place",) if old else ()),
                    *_unstarted(resource),
                ),
                origin=resource.origin,
                due=resource.schedule.activate_at if resource.status == PAUSED and resource.schedule.timed else None,
                until=resource.schedule.deactivate_at if resource.schedule.timed else None,
            )
        )
        if resource.status == ACTIVE and resource.address not in self.found.held:
            self._status_change(resource, "", PAUSED)

    def _present(self, resource: Resource, live: Object, settled: Settled | None) -> None:
        known, kind = settled.record if settled else None, resource.kind
        if resource.address in self.moves:
            former = self.moves[resource.address]
            self._adopt(resource, live, f"was {former}", former)
        elif known is None:
            self._adopt(resource, live, "found by its label")
        elif known.id and known.id != live.id:
            self._adopt(resource, live, f"the older of two that were made; {known.id} stays as it is")
        record = self._last_applied(resource, known, live)
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        refused: list[str] = []
        fixed: set[str] = set()
        for name, desired in resource.fields.items():
            if plainly_same(name, desired, record, live):
                continue
            value = live.fields.get(name)
            early = name in BUDGETS and (desired or 0) > (value or 0) and self._is_undecided(resource, settled, name)
            if name in resource.lifecycle.ignore or early:
                continue
            may = standing(known, live, name, self.observed)
            if self._to_be_sent(resource, name, record, live, judge(kind, name, desired, record, live, may)):
                before[name], after[name] = value, desired
                locked = self._immutable(resource, KINDS[kind].marker(name), name, record, live)
                fixed |= {name} if locked else set()
                refused += locked
        self._keep_content_whole(resource, live, before, after)
        moved = self._moved_budget(resource, live, record)
        fixed |= set(BUDGETS) if moved else set()
        self._decide(resource, live, before, after, [*refused, *moved], fixed)
        choice = StatusChoice(resource, live, settled, self.observed, self.now, self.zone)
        self._compare_status(resource, live, settled, choice)
        self.found.notes += self._reverted_already(resource, live)
        if settled is not None and record is not None and settled.record.id == live.id:
            applied = record.applied.items() if record is not settled.record else ()
            newer = {n: v for n, v in applied if v != settled.record.applied.get(n)}
            self._bring_up(resource, live, choice, newer)

    def _bring_up(self, resource: Resource, live: Object, choice: StatusChoice, newer: Fields) -> None:
        """Before anything else is written: a later run could not tell any more that the record was older."""
        known = self.records[resource.address]
        held, status, wanted = known.held, known.status, resource.status
        if choice.is_newer_than_the_record and wanted is not None:
            held = self.found.held.get(resource.address, held)
            status = wanted if wanted != live.status and choice.is_a_persons() else live.status
        if newer or (status, held) != (known.status, known.held):
            brought_up = replace(known, applied={**known.applied, **newer}, status=status, held=held)
            self.found.outdated[resource.address] = brought_up

    def _keep_content_whole(
        self, resource: Resource, live: Object, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """A creative is made anew with all that is in it: a change of one text would undo what was done to another."""
        content = KINDS[resource.kind].content
        changed = sorted(content & set(after)) if content else []
        if not changed:
            return
        here = [d for d in self.found.drift if d.address == resource.address and d.field in content and not d.reverted]
        unsaid = [] if self.revert else self._put_beside(resource, live)
        if not (here or unsaid):
            return
        for name in changed:
            del before[name], after[name]
        by = {d.field: self._by(d.id, d.field, d.live, d.unchanged_at) for d in here}
        told = ", ".join(
            [
                *(f"{d.field} {self._said(d.field, d.live)}{by[d.field]}" for d in here),
                *(f"{name} {self._said(name, live.fields[name])}" for name in unsaid),
            ]
        )
        where = resource.origin_of(changed[0])
        message = (
            f"{told} is live and not declared, and a change of {', '.join(changed)} ({where.line_text}) makes a new "
            "creative, which would undo it"
        )
        mend = f"write what is live into the YAML to keep it, or {undoing(resource.address)} to overwrite it"
        self.found.refusals.append(Refusal("conflict", str(resource.address), message, where, mend))
        self.found.asked.add(live.id)

    def _put_beside(self, resource: Resource, live: Object) -> list[str]:
        """What the creative that somebody put there says, and neither the YAML nor what was applied has a word for."""
        record = self.records.get(resource.address)
        if record is None or live.creative_id in ("", record.creative_id):
            return []
        return put_beside(live, resource.fields, record.applied)

    def _last_applied(self, resource: Resource, known: Record | None, live: Object) -> Record | None:
        record = last_applied(resource, known, live, self.history)
        if record is not None and record is not known:
            self.found.applied[resource.address] = record
        return record

    def _to_be_sent(self, resource: Resource, name: str, record: Record | None, live: Object, judged: Judged) -> bool:
        if judged.verdict is Verdict.SAME:
            return False
        if any(gap.added for gap in judged.gaps) and undecided(record, live, name):
            self.found.asked.add(live.id)
        reverted = self.revert or self._asked_at(resource, name, live, judged.gaps) is not None
        if judged.verdict is Verdict.DRIFT:
            return self._drifted(resource, name, live, judged) and reverted
        if judged.verdict is Verdict.CONFLICT and not reverted:
            self._conflict(resource, name, record, live, judged)
            return False
        late = name == "start_time" and judged.verdict is Verdict.CHANGE and self._has_passed(live.fields.get(name))
        return not late

    def _drifted(self, resource: Resource, name: str, live: Object, judged: Judged) -> bool:
        """Tells each place. False where all of it is accepted."""
        asked = None if self.revert else self._asked_at(resource, name, live, judged.gaps)
        reverted = self.revert or asked is not None
        where = Drift(resource.address, name, None, None, id=live.id, reverted=reverted, asked_at=asked)
        seen = self._seen_before(resource, name, live)
        for gap in judged.gaps:
            values = {"path": gap.path, "recorded": gap.declared, "live": gap.live, "beyond": gap.beyond}
            values |= {"origin": resource.origin_of(gap.path), "word": resource.words.get(gap.path, "")}
            values["unchanged_at"] = self._unchanged_at(resource, live) if gap not in seen else None
            self.found.drift.append(replace(where, **values, accepted=self.accept and gap.added))
        return not (self.accept and all(gap.added for gap in judged.gaps))

    def _reverted_already(self, resource: Resource, live: Object) -> Iterator[str]:
        """What `lifecycle.revert_drift` names and nobody has to overwrite any more."""
        drifted = {(d.address, d.field) for d in self.found.drift} if resource.lifecycle.revert_drift else ()
        for path in resource.lifecycle.revert_drift:
            if (resource.address, path.partition(".")[0]) not in drifted or self._is_done(resource, path):
                yield f"{resource.address}: {REVERTED}: remove it ({resource.revert_origin(path).line_text})"

    def _is_done(self, resource: Resource, path: str) -> bool:
        known = self.records.get(resource.address)
        done = (known.reverted or {}) if known else {}
        return path in done and done[path] == resource.lifecycle.revert_drift[path]

    def _asked_at(self, resource: Resource, name: str, live: Object, gaps: Sequence[Gap]) -> Origin | None:
        """Where `lifecycle.revert_drift` says to overwrite it, and all that is live is what it names there; None where
        it does not, or has been done."""
        asked = resource.lifecycle.revert_drift if self.heeds else {}
        paths = [at for at in asked if at.partition(".")[0] == name and not self._is_done(resource, at)]
        if not gaps or not all(any(_lies_in(gap.path, at) for at in paths) for gap in gaps):
            return None
        settled = self.settled.get(resource.address)
        may = standing(settled.record if settled else None, live, name, self.observed)
        if not all(is_live(resource.kind, at, asked[at], live, may) for at in paths):
            return None
        return resource.revert_origin(paths[0])

    def _status_asked_at(self, resource: Resource, live: Object) -> Origin | None:
        asked = resource.lifecycle.revert_drift.get("status") if self.heeds else None
        if asked is None or asked != live.status or self._is_done(resource, "status"):
            return None
        return resource.revert_origin("status")

    def _unchanged_at(self, resource: Resource, live: Object) -> datetime | None:
        """When the object was looked at last, as far as its record tells."""
        record = self.records.get(resource.address)
        looked = record is not None and record.id == live.id and record.live
        return datetime.fromisoformat(record.as_of) if record and looked and record.as_of else None

    def _seen_before(self, resource: Resource, name: str, live: Object) -> list[Gap]:
        """Where the field was not as applied when it was looked at last: what is there still is as old as that."""
        record = self.records.get(resource.address)
        if record is None or record.applied.get(name) is None:
            return []
        then = replace(live, fields={**live.fields, name: record.live.get(name)})
        may = standing(record, live, name, self.observed)
        return differing(resource.kind, name, record.applied[name], then, may)

    def _is_undecided(self, resource: Resource, settled: Settled | None, name: str) -> bool:
        """Told, since it waits then."""
        why = settled.undecided.get(name) if settled else None
        if why:
            self.found.notes.append(f"{resource.address}: {why}")
        return bool(why)

    def _has_passed(self, start: str | None) -> bool:
        """Meta refuses to move a start that has passed, which an ad set without times has too: its creation. The
        status alone keeps it from delivering then."""
        return start is not None and parse_wire_time(start) <= self.now

    def _adopt(self, resource: Resource, live: Object, why: str, former: Address | None = None) -> None:
        self.found.changes.append(
            Change(
                Action.ADOPT,
                resource.address,
                id=live.id,
                consequences=(why,),
                origin=resource.origin,
                former=former,
            )
        )

    def _conflict(self, resource: Resource, name: str, record: Record | None, live: Object, judged: Judged) -> None:
        where = resource.origin_of(name).line_text
        self.found.asked.add(live.id)
        seen = self._seen_before(resource, name, live)
        unchanged_at = None if any(gap in seen for gap in judged.gaps) else self._unchanged_at(resource, live)
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
            line = written(name, live.fields.get(name), self.observed.facts.currency, self.zone, word)
            keep, undo = f"write {line or 'what is live'} there to keep that", "overwrite"
        way = direction(name, live.fields.get(name), resource.fields[name], lifetime=self._lifetime(resource, live))
        origin, mend = resource.origin_of(name), f"{keep}, or {undoing(resource.address)} to {undo} it"
        self.found.refusals.append(Refusal("conflict", str(resource.address), message, origin, mend, way < 0))

    def _by(self, object_id: str, name: str, live: Any, unchanged_at: datetime | None) -> str:
        """` (by Mei in Ads Manager, 2026-12-01 14:30 +08)`; "" where the log does not say."""
        edit = last_edit(self.observed.log_of(object_id), object_id, name, live, self.observed.identity, unchanged_at)
        return f" ({plain(said_of(edit, self.zone))})" if edit else ""

    def _lifetime(self, resource: Resource, live: Object) -> bool:
        above = self.observed.objects.get(resource.address.root, live)
        return any(one.fields.get("lifetime_budget") for one in (live, above))

    def _said(self, name: str, value: Any, path: str = "") -> str:
        return said(name, value, self.observed.facts.currency, self.zone, path)

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
        if not KINDS[resource.kind].has_budget:
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

    def _compare_status(self, resource: Resource, live: Object, settled: Settled | None, choice: StatusChoice) -> None:
        wanted, record = resource.status, settled.record if settled else None
        if resource.address in self.made_anew or "status" in resource.lifecycle.ignore:
            return
        if live.status == ARCHIVED and wanted != ARCHIVED:
            self._status_drift(resource, live, record, reverted=False)
            return
        if wanted == live.status and (why := choice.hold()):
            self.found.held[resource.address] = why
            self.found.asked.add(live.id)
        elif wanted == live.status and choice.waits and not self._is_known(resource, live):
            # Once there is a record of it, nobody asks any more.
            self._hold_if_former_ended(resource, live)
        if wanted is None or wanted == live.status:
            return
        if wanted == ACTIVE and self._is_undecided(resource, settled, "status"):
            return
        if choice.is_a_persons():
            asked = self._status_asked_at(resource, live)
            lifted = (self.reviewed and wanted == ACTIVE) or asked is not None
            self._status_drift(resource, live, record, reverted=self.revert or lifted, asked_at=asked)
            if not (self.revert or lifted):
                return
        elif wanted == ACTIVE and self._hold_if_former_ended(resource, live):
            return
        self._status_change(resource, live.id, live.status)

    def _is_known(self, resource: Resource, live: Object) -> bool:
        record = self.records.get(resource.address)
        return record is not None and record.id == live.id

    def _hold_if_former_ended(self, resource: Resource, live: Object) -> bool:
        """Whether somebody had put away what this address had before the object that it has now: asked where nothing is
        remembered of this one, or another was in question when it was made."""
        if self._is_known(resource, live) and not self.records[resource.address].unheard:
            return False
        return self._hold_for(resource, live.created_time, "it was made again PAUSED")

    def _hold_for(self, resource: Resource, until: datetime | None, what: str) -> bool:
        """Who has met both objects has chosen between them: later than `until`, an end is none of the one that is left.
        The log tells of whole seconds."""
        self.found.lost[resource.address] = resource
        end = end_of_former(self.observed.ended, resource.address)
        if end is None or self.history.is_ours(end) or (until is not None and end.at > until):
            return False
        if self.reviewed:
            self.found.notes.append(
                f"{resource.address}: {said_end(end, self.zone)}: {what}, and after this plan nothing holds it"
            )
            return False
        self._hold(resource, said_end(end, self.zone), what)
        return True

    def _status_drift(
        self, resource: Resource, live: Object, record: Record | None, *, reverted: bool, asked_at: Origin | None = None
    ) -> None:
        was = (record.status if record else "") or resource.status or PAUSED
        if was == live.status:
            was = resource.status or PAUSED
        seen = (self.records[resource.address].live if resource.address in self.records else {}).get("status")
        unchanged_at = self._unchanged_at(resource, live) if seen != live.status else None
        found = Drift(
            resource.address, "status", was, live.status, id=live.id, reverted=reverted, unchanged_at=unchanged_at
        )
        held = record.held if record and live.status == PAUSED else ""
        self.found.drift.append(replace(found, origin=resource.origin_of("status"), asked_at=asked_at, held=held))

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
        below = [r for r in self.resources.values() if r.address.parent == resource.address]
        return not below or any(r.status in (None, ACTIVE) for r in below)


def _line_back(live: Object | None) -> str:
    return f'if it never had one, put the line existing: "{live.id}" back; ' if live and not live.labels else ""


STATUS_ACTIONS = {ACTIVE: Action.ACTIVATE, PAUSED: Action.PAUSE, ARCHIVED: Action.ARCHIVE}


def _lies_in(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))


def _of_a_status(kind: str, status: str) -> tuple[str, ...]:
    if status == ARCHIVED:
        return ("cannot be undone",)
    return ("spends now",) if status == ACTIVE and KINDS[kind].launches else ()


def _unstarted(resource: Resource) -> Iterator[str]:
    """Why a new campaign will not start by itself, and how it does."""
    if not KINDS[resource.kind].launches or resource.status == ACTIVE or resource.schedule.activate_at is not None:
        return
    if resource.schedule.status is not None:
        yield f"does not start: held by status: {resource.schedule.status}"
    elif resource.status is None:
        yield "does not start by itself: turn it on in Ads Manager, or write activate_at"


def consequences(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What an update of these fields sets off, each thing once."""
    yield from remarks(kind, before, after).values()


def remarks(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """What an update of these fields sets off, by the field that does; what several do, at the first of them."""
    found: dict[str, str] = {}
    for name, value in after.items():
        said = KINDS[kind].marker(name).consequence
        if name in BUDGETS and before.get(name) and value:
            step = round(100 * (value - before[name]) / before[name])
            said = f"{step:+d} %".replace("-", "−") + (": resets learning" if abs(step) > LEARNING_STEP else "")
        if said and said not in found.values():
            found[name] = said
    return found


def _list(names: set[str]) -> str:
    return " and ".join(sorted(names)) or "another level"
