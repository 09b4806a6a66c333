"""Stage 7: the only one that changes anything at Meta. One account's plan, in waves.

Order: pauses (campaign first), removals, budget decreases, media, creatives, campaigns, ad sets, ads, other changes,
budget increases, activations (ads, ad sets, campaign last). A wave is what has no order within itself; it goes out in
batches, each part judged alone, and each success is recorded before the next batch. A failed address blocks only what
depends on it. How a create is made safe: `create.py`; what may be turned on: `gate.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.content import Contents
from reconciler.create import Create, Creator, Made, apart
from reconciler.diff import REMOVED_STATUS, marker_of
from reconciler.errors import STOPPING, GraphError, ReconcilerError, TooManyEdits, Unavailable
from reconciler.gate import Doubt, Sight, judge, stops_wrongly
from reconciler.identity import label
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.base import UNSET
from reconciler.media import MediaError
from reconciler.meta.client import Writer
from reconciler.meta.pace import WRITE
from reconciler.meta.upload import Progress
from reconciler.model import (
    LEVELS,
    Account,
    Action,
    Address,
    Change,
    Object,
    Observed,
    Outcome,
    Permit,
    Record,
    Resource,
)
from reconciler.observe import find_objects
from reconciler.record import Records, amended
from reconciler.refresh import refreshed
from reconciler.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.write import LOOK, Write, Writes

SETTLED_AFTER = timedelta(minutes=5)
"""A create that has not shown up by then is taken for not done."""

AN_HOUR = timedelta(hours=1)

NO_ROOM = Doubt("the account's limits leave no room right after a look: run again", passing=True)

FRESH = timedelta(seconds=30)
"""How long a look at the account is good for turning ads and ad sets on; a campaign gets a look of its own."""

GATE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Seconds between looks while what is to be turned on does not show in the listings yet."""


@dataclass
class Work:
    """One account, ready to be changed."""

    account: Account
    project: str
    root: Path
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]
    store: Records
    observed: Observed
    now: datetime
    zone: ZoneInfo
    server_time: datetime | None
    """Meta's clock when the account was last looked at."""
    drifted: Mapping[Address, frozenset[str]]
    progress: Callable[[str], Progress] = field(default=lambda title: lambda done, total: None)


def apply(work: Work, changes: tuple[Change, ...], writer: Writer) -> Iterator[Outcome]:
    """Does the changes in a safe order, an Outcome each. Raises what stops the account."""
    yield from _Apply(work, writer).run(changes)


def execution_order(change: Change) -> tuple[int, int, tuple[str, ...]]:
    """Sort key: phase, level within the phase, address."""
    level = LEVELS.index(change.kind)
    phase = _phase(change)
    return phase, -level if phase in BOTTOM_UP else level, change.address.steps


RECORDS_ONLY, PAUSES, REMOVALS, DECREASES, MAKES, CHANGES, INCREASES, ACTIVATIONS = range(8)

LOWERS, RAISES = frozenset({PAUSES, REMOVALS, DECREASES}), frozenset({INCREASES, ACTIVATIONS})
"""What can be spent must never be more than declared, also midway."""

BOTTOM_UP = frozenset({REMOVALS, ACTIVATIONS})
"""Nothing delivers until the campaign is on, and nothing below an archived campaign can be edited any more."""

PHASES = {
    Action.ADOPT: RECORDS_ONLY,
    Action.FORGET: RECORDS_ONLY,
    Action.PAUSE: PAUSES,
    Action.ARCHIVE: REMOVALS,
    Action.DELETE: REMOVALS,
    Action.CREATE: MAKES,
    Action.REPLACE: MAKES,
    Action.ACTIVATE: ACTIVATIONS,
}


def _phase(change: Change) -> int:
    if change.action is not Action.UPDATE:
        return PHASES[change.action]
    steps = {(change.after.get(n) or 0) - (change.before.get(n) or 0) for n in BUDGETS if n in change.after}
    if any(step > 0 for step in steps):
        return INCREASES
    return DECREASES if steps else CHANGES


def payload(kind: str, fields: Mapping[str, Any], former: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Fields as the parameters of a create or update. None is sent only to clear what was set before."""
    sent: dict[str, Any] = {}
    for name, value in fields.items():
        if name in KINDS[kind].content or name == "status":
            continue
        api = marker_of(kind, name)
        if value is not None:
            sent[name] = api.codec.encode(value)
        elif former is not None and api.clear is not UNSET:
            sent[name] = api.clear
    return sent


class _Apply:
    def __init__(self, work: Work, writer: Writer) -> None:
        self.work = work
        self.writer = writer
        self.clock = writer.connection.clock
        self.contents = Contents(writer, work.account, work.root, work.progress)
        self.writes = Writes(writer, work.account, work.project, work.zone, work.resources, work.objects)
        self.ids = {a: o.id for a, o in work.objects.items() if not o.gone}
        self.failed: dict[Address, str] = {}
        self.contents_ready = False
        self.not_lowered: list[Address] = []
        self.turned_on: dict[Address, list[Address]] = {}
        self.leaving: list[Address] = []
        self.look: tuple[datetime, Observed] | None = None

    def run(self, changes: tuple[Change, ...]) -> Iterator[Outcome]:
        ordered = sorted(changes, key=execution_order)
        for change in ordered:
            if change.action is Action.ACTIVATE and change.address.parent:
                self.turned_on.setdefault(change.address.parent, []).append(change.address)
        for (phase, _), wave in groupby(ordered, key=lambda change: execution_order(change)[:2]):
            if phase >= MAKES and not self.contents_ready:
                self._prepare_contents(ordered)
            yield from self._wave(phase, list(wave))
        # Only now, children first: a removal that was cut short must find its records again.
        for address in sorted(self.leaving, reverse=True):
            self.work.store.remove(address)

    def _wave(self, phase: int, wave: Sequence[Change]) -> Iterator[Outcome]:
        ready = []
        for change in wave:
            blocker = self._blocker(change, phase)
            if change.not_before is not None and self.clock.now() < change.not_before:
                held = Outcome(change, error=f"not tried: {change.consequences[-1]}", retry_at=change.not_before)
                self._note_what_did_not_fall(held, phase)
                yield held
            elif blocker is None:
                ready.append(change)
            else:
                self.failed[change.address] = blocker
                yield Outcome(change, error=f"not tried: {blocker}")
        for group in apart(ready, lambda change: change.address):
            for outcome in WAVES[phase](self, group):
                self._note_what_did_not_fall(outcome, phase)
                yield outcome

    def _note_what_did_not_fall(self, outcome: Outcome, phase: int) -> None:
        """What runs on, or at its old budget, though it should not: nothing may rise beside it."""
        live = self.work.objects.get(outcome.change.address)
        if outcome.error and phase in LOWERS and live is not None and live.status == ACTIVE:
            self.not_lowered.append(outcome.change.address)

    def _blocker(self, change: Change, phase: int) -> str | None:
        """A parent that could not be made; a budget that did not fall, or a stop that failed, beside which none may
        rise; or, for an activation, children of which none could be turned on."""
        if change.address in self.failed and change.action in (Action.ACTIVATE, Action.UPDATE):
            return self.failed[change.address]
        parent = change.address.parent
        if change.action in (Action.CREATE, Action.REPLACE) and parent in self.failed:
            return self.failed[parent]
        if phase in RAISES and self.not_lowered:
            return f"{self.not_lowered[0]} was to spend less and does not yet, so nothing may spend more"
        if change.action is Action.ACTIVATE:
            return self._nothing_below(change)
        return None

    def _nothing_below(self, change: Change) -> str | None:
        below = self.turned_on.get(change.address, [])
        if below and all(address in self.failed for address in below):
            return f"nothing in {change.address} could be activated"
        return None

    def _failure(self, change: Change, error: Exception) -> Outcome:
        self.failed[change.address] = f"{change.address} failed"
        later = self.clock.now() + AN_HOUR if isinstance(error, TooManyEdits) else None
        return Outcome(change, error=_words(error), unknown=isinstance(error, Unavailable), retry_at=later)

    # creates

    def _make(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        for outcome in self._retire(wave):
            if outcome.error:
                yield outcome
        creates: dict[Create, Change] = {}
        for change in wave:
            if change.address in self.failed:
                continue
            try:
                creates[self._create(change)] = change
            except (ReconcilerError, MediaError) as error:
                yield self._failure(change, error)
        stop: GraphError | None = None
        for made in Creator(self.writer, self.work.account, self._intend).make(list(creates)):
            change = creates[made.create]
            if made.error is None:
                self._made(change, made)
                yield Outcome(change)
                continue
            if not made.unheard and not isinstance(made.error, Unavailable):
                # A definite refusal: nothing was made, and the next run has nothing to look for.
                record = self.work.store.get(change.address)
                self._put(change, amended(record, change.kind, pending="", applied={}, status=""))
            yield self._failure(change, made.error)
            stop = made.error if isinstance(made.error, STOPPING) else stop
        if stop is not None:
            raise stop

    def _create(self, change: Change) -> Create:
        address, resource = change.address, self.work.resources[change.address]
        params = payload(resource.kind, change.after)
        if resource.kind == "ad":
            params["creative"] = {"creative_id": self.contents.creative(resource)}
        parent_id = self.ids[address.parent] if address.parent else ""
        parent_param = KINDS[resource.kind].parent_param
        if parent_param:
            params[parent_param] = parent_id
        params |= {"status": PAUSED, "adlabels": [{"name": label(self.work.project, address)}]}
        record = self.work.store.get(address)
        return Create(
            address, params, self.work.project, parent_id, self._unanswered(record), record.replaced if record else ()
        )

    def _unanswered(self, record: Record | None) -> bool:
        """A create that an earlier run sent lately and never heard of: it may still show up."""
        if record is None or not record.pending:
            return False
        return self.clock.now() - datetime.fromisoformat(record.pending) < SETTLED_AFTER

    def _intend(self, creates: Sequence[Create]) -> None:
        """With what is about to be sent: should the answer never come, a person's change since must read as one.
        After a send that had no answer either, only what both say: nobody knows which of them arrives."""
        moment = self.clock.moment()
        intents = {}
        for create in creates:
            record = self.work.store.get(create.address)
            intent = self._sent(create.address)
            if record is not None and record.pending:
                intent["applied"] = {n: v for n, v in intent["applied"].items() if record.applied.get(n) == v}
            intents[create.address] = self._kept(
                create.address,
                amended(
                    record,
                    create.address.kind,
                    id="",
                    pending=moment,
                    **intent,
                    live={},
                    activation=None,
                    replaced=_with_former(record),
                ),
            )
        self.work.store.put_all(intents)

    def _sent(self, address: Address) -> dict[str, Any]:
        resource = self.work.resources[address]
        applied = {name: value for name, value in resource.fields.items() if value is not None}
        return {"applied": applied, "status": PAUSED if resource.status is not None else ""}

    def _made(self, change: Change, made: Made) -> None:
        """With what the intent says was sent: what was found may be from an earlier send, of other values."""
        self.ids[change.address] = made.id
        fresh = change.kind == "ad" and not made.unheard
        creative_id = self.contents.creative(self.work.resources[change.address]) if fresh else ""
        moment = self.clock.moment()
        record = self.work.store.get(change.address)
        self._put(
            change, amended(record, change.kind, id=made.id, pending="", created_at=moment, creative_id=creative_id)
        )

    def _retire(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        """Archives what is to be replaced, first: a run that is stopped in between still knows it and goes on. Then it
        is remembered as replaced, so that its label does not bring it back."""
        old = [c for c in wave if c.action is Action.REPLACE and c.address in self.work.objects]
        live = [c for c in old if self.work.objects[c.address].status != ARCHIVED]
        yield from self._write(live, lambda c: self._writing(c, {"status": ARCHIVED}, partial(self._replaced, c)))
        for change in old:
            if change not in live:
                self._replaced(change)

    def _replaced(self, change: Change) -> None:
        record = amended(self.work.store.get(change.address), change.kind, id=self.work.objects[change.address].id)
        replaced = _with_former(record)
        self._put(change, amended(record, change.kind, id="", applied={}, replaced=replaced, activation=None))

    # writes to what exists

    def _write(self, wave: Sequence[Change], writing: Callable[[Change], Write]) -> Iterator[Outcome]:
        """A look at each object, then the writes, as many at a time as can go out at once."""
        for part in self.writes.rounds(wave):
            ready = []
            for change, misgiving in zip(part, self.writes.misgivings(part), strict=True):
                try:
                    if misgiving is not None:
                        raise misgiving
                    ready.append(writing(change))
                except (ReconcilerError, MediaError) as error:
                    yield self._failure(change, error)
                    if isinstance(error, STOPPING):
                        raise
            self._intend_status(ready)
            yield from self._send(ready)

    def _intend_status(self, writes: Sequence[Write]) -> None:
        """On disk before it is sent: a run that is stopped must not take a person's answer to it for its own past."""
        # Meta's clock, since it is compared with Meta's log.
        moment = (self.writer.server_time or self.clock.now()).astimezone(UTC).isoformat(timespec="seconds")
        known = {w.change.address: (w, self.work.store.get(w.change.address)) for w in writes if "status" in w.params}
        self.work.store.put_all(
            {
                address: amended(record, record.kind, sent=f"{write.params['status']} {moment}")
                for address, (write, record) in known.items()
                if record is not None and not write.change.removal
            }
        )

    def _send(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Raises what stops the account, after the outcomes."""
        sent = [write for write in writes if write.params]
        answers = dict(zip(map(id, sent), self.writes.answers(sent), strict=True))
        # What leaves the records is read back now: nobody would look at it again.
        leaving = [w for w in sent if w.change.removal and not isinstance(answers[id(w)], GraphError)]
        untaken = self.writes.untaken(leaving)
        stop: GraphError | None = None
        for write in writes:
            answer = answers.get(id(write))
            if isinstance(answer, GraphError):
                yield self._failure(write.change, answer)
                stop = answer if isinstance(answer, STOPPING) else stop
            elif write.change.address in untaken:
                yield self._failure(write.change, untaken[write.change.address])
            else:
                write.record()
                yield Outcome(write.change)
        if stop is not None:
            raise stop

    def _writing(
        self, change: Change, params: Mapping[str, Any], record: Callable[[], None], permit: Permit | None = None
    ) -> Write:
        return Write(change, change.id or self.ids[change.address], params, record, permit)

    def _update(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        yield from self._write(wave, self._updating)

    def _updating(self, change: Change) -> Write:
        resource = self.work.resources[change.address]
        record = self.work.store.get(change.address)
        former = record.applied if record else {}
        params = payload(resource.kind, change.after, former)
        creative_id = record.creative_id if record else ""
        if set(change.after) & KINDS[resource.kind].content:
            creative_id = self.contents.creative(resource)
            params["creative"] = {"creative_id": creative_id}
        applied = {n: v for n, v in {**former, **change.after}.items() if v is not None and n in resource.fields}
        fresh = amended(record, resource.kind, id=change.id, applied=applied, creative_id=creative_id)
        return self._writing(change, params, partial(self._put, change, fresh))

    def _pause(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        due = []
        for change in wave:
            resource = self.work.resources.get(change.address)
            server = self.writer.server_time or self.work.server_time
            doubt = stops_wrongly(change, resource, self.clock.now(), server)
            if doubt is None:
                due.append(change)
            else:
                yield self._doubted(change, doubt)
        yield from self._write(due, lambda c: self._writing(c, {"status": PAUSED}, partial(self._paused, c)))

    def _doubted(self, change: Change, doubt: Doubt) -> Outcome:
        self.failed[change.address] = f"{change.address} stays as it is"
        return Outcome(
            change, error=f"stays {change.before.get('status', PAUSED)}: {doubt.reason}", unknown=doubt.passing
        )

    def _paused(self, change: Change) -> None:
        self._left_or(change, PAUSED, {"deactivate_at": change.due.isoformat()} if change.due else {})

    def _remove(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        yield from self._write(wave, self._removing)

    def _removing(self, change: Change) -> Write:
        status = REMOVED_STATUS[change.action]
        return self._writing(change, {"status": status}, partial(self._left_or, change, status, {}))

    def _left_or(self, change: Change, status: str, receipt: Mapping[str, str]) -> None:
        if change.removal:
            self.leaving.append(change.address)
        else:
            self._put_status(change, status, receipt)

    # activations

    def _activate(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        for part in self.writes.rounds(wave, each=WRITE, before=LOOK):
            verdicts = self._judged_at_once(part)
            writes = []
            for change in part:
                verdict = verdicts[change.address]
                if isinstance(verdict, Doubt):
                    yield self._doubted(change, verdict)
                else:
                    writes.append(self._writing(change, {"status": ACTIVE}, partial(self._activated, change), verdict))
            self._intend_status(writes)
            yield from self._send(writes)

    def _judged_at_once(self, part: Sequence[Change]) -> dict[Address, Permit | Doubt]:
        """A permit must not grow old while it waits for room. Where a look takes so much that there is none for all
        right after it, the others are left to the next run; one goes on, so that every run gets further."""
        verdicts = self._judged(part)
        if self._room() < sum(isinstance(verdict, Permit) for verdict in verdicts.values()):
            self.writer.pace.make_room(LOOK + WRITE * len(part))
            verdicts = self._judged(part)
        allowed = [address for address, verdict in verdicts.items() if isinstance(verdict, Permit)]
        return verdicts | dict.fromkeys(allowed[max(1, self._room()) :], NO_ROOM)

    def _room(self) -> int:
        return self.writer.pace.room // WRITE

    def _judged(self, wave: Sequence[Change]) -> dict[Address, Permit | Doubt]:
        verdicts: dict[Address, Permit | Doubt] = {}
        for pause in (*GATE_PAUSES, None):
            sight = self._sight(anew=bool(verdicts) or wave[0].kind == "campaign")
            verdicts = {change.address: judge(change, sight) for change in wave}
            if pause is None or not any(isinstance(v, Doubt) and v.passing for v in verdicts.values()):
                break
            self.writer.connection.sleep(pause)
        return verdicts

    def _sight(self, *, anew: bool) -> Sight:
        work, now = self.work, self.clock.now()
        if anew or self.look is None or now - self.look[0] > FRESH:
            seen = find_objects(
                self.writer, work.account, work.project, work.resources, work.store.all(), work.observed
            )
            now = self.clock.now()
            self.look = (now, seen)
        return Sight(work.resources, work.store.all(), self.look[1], self.ids, now, self.writer.server_time, work.zone)

    def _activated(self, change: Change) -> None:
        # What the gate turns on has its end ahead, whatever an earlier run with a wrong clock has taken for done.
        receipt = {"activate_at": change.due.isoformat() if change.due else "status", "deactivate_at": ""}
        self._put_status(change, ACTIVE, receipt)

    # records

    def _remember(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        for change in wave:
            if change.action is Action.FORGET:
                self.leaving.append(change.address)
            else:
                self._adopt(change)
            yield Outcome(change)

    def _adopt(self, change: Change) -> None:
        """Written at once, so that what a person changed is remembered as drift whatever comes next."""
        self.work.store.put(change.address, self._adopted(change))

    def _adopted(self, change: Change) -> Record:
        live = self.work.objects[change.address]
        resource = self.work.resources[change.address]
        drifted = self.work.drifted.get(change.address, frozenset())
        return refreshed(resource, self.work.store.get(change.address), live, drifted, self.work.now)

    def _put_status(self, change: Change, status: str, receipt: Mapping[str, str]) -> None:
        # Without a record, what a person changed would not be known for drift any more.
        record = self.work.store.get(change.address)
        record = record if record and record.knows else self._adopted(change)
        activation = {name: moment for name, moment in {**(record.activation or {}), **receipt}.items() if moment}
        self._put(
            change,
            amended(
                record, change.kind, id=self.ids[change.address], status=status, sent="", activation=activation or None
            ),
        )

    def _put(self, change: Change, record: Record) -> None:
        self.work.store.put(change.address, self._kept(change.address, record))

    def _kept(self, address: Address, record: Record) -> Record:
        lifecycle = self.work.resources[address].lifecycle
        return amended(record, record.kind, on_remove=lifecycle.on_remove, protect=lifecycle.protect)

    def _prepare_contents(self, ordered: Iterable[Change]) -> None:
        self.contents_ready = True
        content = KINDS["ad"].content
        self.contents.prepare(
            self.work.resources[change.address]
            for change in ordered
            if change.kind == "ad" and _phase(change) in (MAKES, CHANGES) and content & set(change.after)
        )


WAVES: dict[int, Callable[[_Apply, Sequence[Change]], Iterator[Outcome]]] = {
    RECORDS_ONLY: _Apply._remember,
    PAUSES: _Apply._pause,
    REMOVALS: _Apply._remove,
    DECREASES: _Apply._update,
    MAKES: _Apply._make,
    CHANGES: _Apply._update,
    INCREASES: _Apply._update,
    ACTIVATIONS: _Apply._activate,
}


def _with_former(record: Record | None) -> tuple[str, ...]:
    """The ids that an address has had, with the one that it has until now."""
    if record is None:
        return ()
    return (*record.replaced, record.id) if record.id else record.replaced


def _words(error: Exception) -> str:
    if isinstance(error, MediaError):
        return f"{error.message}\n  mend: {error.mend}" if error.mend else error.message
    if isinstance(error, Unavailable):
        return f"{error.reply}: the outcome is not known\n  mend: {error.mend or 'run apply again'}"
    return str(error)
