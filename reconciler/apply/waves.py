"""One wave after the other. A wave is what has no order within itself; it goes out in batches, each part judged alone,
and each success is recorded before the next batch. A failed address blocks only what depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, groupby
from typing import Any

from reconciler.apply.activate import Gatekeeper
from reconciler.apply.content import Contents, shown_by
from reconciler.apply.create import Create, Creator, Made, apart
from reconciler.apply.failure import told
from reconciler.apply.first import First
from reconciler.apply.gate import Doubt, stops_wrongly
from reconciler.apply.memory import Memory
from reconciler.apply.order import (
    ACTIVATIONS,
    CHANGES,
    DECREASES,
    INCREASES,
    LOWERS,
    MAKES,
    PAUSES,
    RAISES,
    RECORDS_ONLY,
    REMOVALS,
    YIELDING,
    campaigns_to_launch,
    execution_order,
    in_turn,
    phase_of,
)
from reconciler.apply.payload import along, payload, with_ids
from reconciler.apply.plain import PlainApply, is_plain
from reconciler.apply.schedules import NO_STEPS
from reconciler.apply.sent import Sent
from reconciler.apply.work import Work
from reconciler.apply.write import LOOK, Answered, Write, Writes
from reconciler.engine.policy import Approved
from reconciler.engine.removals import REMOVED_STATUS
from reconciler.kinds import KINDS
from reconciler.kinds.budget_schedules import SCHEDULES, steps
from reconciler.kinds.identity import label
from reconciler.media import MediaError
from reconciler.meta.client import Writer
from reconciler.meta.pace import WRITE
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import (
    STOPPING,
    AccountBlocked,
    GraphError,
    LockedError,
    NotForNow,
    ReconcilerError,
    Throttled,
    Unavailable,
    UnwrittenState,
)
from reconciler.model.plan import Action, Change, Outcome, Permit
from reconciler.model.record import Record
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.model.values import Fields, sha256_of

AN_HOUR = timedelta(hours=1)

NOTHING_SENT = Answered({})

UNRECORDED = "done at Meta, and not in state/: the next plan finds it by its label"


def apply(work: Work, approved: Approved, writer: Writer) -> Iterator[Outcome]:
    """Does what policy has approved in a safe order, an Outcome each. Raises what stops the account, and TypeError or
    ValueError, before anything is written, for a plan that was not approved, or for another account."""
    if not isinstance(approved, Approved):
        raise TypeError("only what the guard has approved is applied")
    if approved.account != work.account.key:
        raise ValueError(f"a plan approved for {approved.account} is not one for {work.account.key}")
    return _Apply(work, writer).run(approved.plan.changes)


class _Apply:
    def __init__(self, work: Work, writer: Writer) -> None:
        self.work = work
        self.writer = writer
        self.clock = writer.connection.clock
        self.memory = Memory(work, self.clock, lambda: writer.server_time)
        where = sha256_of([work.account.id, writer.connection.graph_url])
        self.contents = Contents(
            writer,
            work.account,
            work.root,
            work.progress,
            work.ids,
            Sent(work.uploads, work.account.key, where, self.clock.now),
            shown_by(work.store.all(), work.objects),
            self._between,
            work.turn.waited,
            work.uploads_at_once,
        )
        self.writes = Writes(
            writer,
            work.account,
            work.project,
            work.zone,
            work.resources,
            work.objects,
            work.server_time,
            work.observed.activities,
            work.store.get,
            work.ids,
            work.observed.identity,
        )
        self.gatekeeper = Gatekeeper(work, writer, self.writes)
        self.first = First(work.resources, work.ids, work.objects, work.held, work.now, self.clock.now, work.turn)
        self.failed: dict[Address, str] = {}
        self.phase = RECORDS_ONLY
        self.lowered: list[Write] = []
        self.not_lowered: list[Address] = []
        self.turned_on: dict[Address, list[Address]] = {}
        self.unwritten: ReconcilerError | None = None

    def run(self, changes: tuple[Change, ...]) -> Iterator[Outcome]:
        """What is referred to comes before what refers to it, and goes after it. Neither keeps a stop waiting, nor what
        is made in one campaign the launch of another."""
        self.gatekeeper.expect(changes)
        plain = PlainApply(self.work, self.writer, self.memory)
        made = {change.address for change in changes if is_plain(change)}
        delivered = [change for change in changes if not is_plain(change)]
        early = [c for c in delivered if phase_of(c) < MAKES and not KINDS[c.kind].references(c.after) & made]
        early += self._ready_to_launch([change for change in delivered if change not in early], made)
        rest = [change for change in delivered if change not in early]
        changed: dict[Address, Fields] = {}
        yield from self._noted(early, changed)
        if made or rest:
            self._yields(True)
        for outcome in plain.make(changes):
            if outcome.error:
                self.failed[outcome.change.address] = f"{outcome.change.address} failed"
            yield outcome
        yield from self._noted(rest, changed)
        self.memory.forget_what_left()
        yield from plain.let_go(changes, changed)

    def _ready_to_launch(self, later: Sequence[Change], made: Collection[Address]) -> list[Change]:
        """The activations of campaigns in which nothing else is to be done, and that open nothing that is to be made;
        none where something that spends is still to fall or to be replaced."""
        if any(phase_of(change) in LOWERS or change.action is Action.REPLACE for change in later):
            return []
        busy = {change.address.root for change in later if change.action is not Action.ACTIVATE}
        for address, resource in self.work.resources.items():
            if address.root not in busy and KINDS[resource.kind].references(resource.fields) & set(made):
                busy.add(address.root)
        return [c for c in later if c.action is Action.ACTIVATE and c.address.root not in busy]

    def _yields(self, first: bool) -> None:
        """What makes or raises something leaves to launches and stops what they need of the account's limits."""
        self.writer.pace.yielding = self.first if first else None
        self.writer.pace.first = not first

    def _noted(self, changes: Sequence[Change], changed: dict[Address, Fields]) -> Iterator[Outcome]:
        """With the fields that were written, by address."""
        for outcome in self._delivered(changes):
            if not outcome.error:
                before = changed.get(outcome.change.address, {})
                changed[outcome.change.address] = {**before, **outcome.change.after}
            yield outcome

    def _delivered(self, changes: Iterable[Change]) -> Iterator[Outcome]:
        ordered = sorted(changes, key=execution_order)
        for change in ordered:
            if change.action is Action.ACTIVATE and change.address.parent:
                self.turned_on.setdefault(change.address.parent, []).append(change.address)
        for together in self._in_turn(ordered):
            contents_ready = False
            for (phase, _), wave in groupby(together, key=lambda change: execution_order(change)[:2]):
                self.phase = phase
                self._yields(phase in YIELDING)
                if phase in (MAKES, CHANGES) and not contents_ready:
                    contents_ready = True
                    yield from self._prepared_contents(together)
                if phase in RAISES and self.lowered:
                    self._confirm_lowered()
                yield from self._wave(phase, list(wave))

    def _in_turn(self, ordered: Sequence[Change]) -> Iterator[list[Change]]:
        """What stops or lowers anything, then campaigns whose films are at Meta, and then those whose are not: to send
        and process one may take half an hour."""
        lowering = [change for change in ordered if phase_of(change) < MAKES]
        rest = [change for change in ordered if phase_of(change) >= MAKES]
        late = {change.address.root for change in rest if self._waits_for_a_film(change)}
        yield lowering
        yield from self._launches_last([change for change in rest if change.address.root not in late])
        yield from self._launches_last([change for change in rest if change.address.root in late])

    def _waits_for_a_film(self, change: Change) -> bool:
        return _shows(change) and self.contents.awaits_a_film(self.work.resources[change.address])

    def _launches_last(self, ordered: Sequence[Change]) -> Iterator[list[Change]]:
        """Activations by campaigns, as many at a time as there is room for: where the points do not last for all, one
        campaign runs, and not the ads of ten in campaigns that wait."""
        yield [change for change in ordered if phase_of(change) != ACTIVATIONS]
        left = campaigns_to_launch([change for change in ordered if phase_of(change) == ACTIVATIONS])
        while left:
            room = self.writer.pace.room - LOOK * len(LEVELS)
            points = accumulate(WRITE * len(campaign) for campaign in left)
            number = max(1, sum(needed <= room for needed in points))
            yield sorted((change for campaign in left[:number] for change in campaign), key=execution_order)
            left = left[number:]

    def _between(self) -> None:
        """Stops and decreases are put off for nothing, and an error that ends the account is told first."""
        if self.phase in YIELDING and self.unwritten is None:
            self.work.turn()

    def _wave(self, phase: int, wave: Sequence[Change]) -> Iterator[Outcome]:
        ready = []
        for change in wave:
            blocker = self._blocker(change, phase)
            if change.not_before is not None and self.clock.now() < change.not_before:
                held = Outcome(change, error=f"not tried: {change.consequences[-1]}", retry_at=change.not_before)
                self._note_what_did_not_fall(held, phase)
                if phase in LOWERS:
                    self.failed[change.address] = f"{change.address} still has its old budget"
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

    def _prepared_contents(self, ordered: Iterable[Change]) -> Iterator[Outcome]:
        """An outcome for each whose content has met what stops the account, and that is raised then."""
        showing = [change for change in ordered if _shows(change)]
        try:
            self.contents.prepare(self.work.resources[change.address] for change in showing)
        except AccountBlocked:
            for change in showing:
                if error := self.contents.barred(self.work.resources[change.address]):
                    yield self._failure(change, error)
            raise

    # what a failure blocks

    def _note_what_did_not_fall(self, outcome: Outcome, phase: int) -> None:
        """What runs on, or at its old budget, though it should not: nothing may rise beside it."""
        live = self.work.objects.get(outcome.change.address)
        if outcome.error and phase in LOWERS and live is not None and live.status == ACTIVE:
            self.not_lowered.append(outcome.change.address)

    def _confirm_lowered(self) -> None:
        """Meta may confirm what it does not do: nothing rises before a look has shown what was to fall."""
        self.not_lowered += self.writes.untaken(self.lowered)
        self.lowered = []

    def _blocker(self, change: Change, phase: int) -> str | None:
        """A parent that could not be made; a budget that did not fall, or a stop that failed, beside which none may
        rise; or, for an activation, children of which none could be turned on."""
        if change.address in self.failed and change.action in (Action.ACTIVATE, Action.UPDATE):
            return self.failed[change.address]
        parent = change.address.parent
        if change.action in (Action.CREATE, Action.REPLACE) and parent in self.failed:
            return self.failed[parent]
        missing = [at for at in KINDS[change.kind].references(change.after) if at in self.failed]
        if missing:
            return f"{self.failed[missing[0]]}, and it refers to it"
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
        later = self.clock.now() + AN_HOUR if isinstance(error, NotForNow) else None
        if isinstance(error, Throttled):
            later = error.retry_at
        words = told(error, change, self.work.resources.get(change.address))
        return Outcome(change, error=words, unknown=isinstance(error, Unavailable), retry_at=later)

    def _doubted(self, change: Change, doubt: Doubt) -> Outcome:
        self.failed[change.address] = f"{change.address} stays as it is"
        return Outcome(
            change, error=f"stays {change.before.get('status', PAUSED)}: {doubt.reason}", unknown=doubt.passing
        )

    # records only

    def _remember(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        for change in wave:
            (self.memory.let_go if change.action is Action.FORGET else self.memory.adopt)(change)
            yield Outcome(change)

    # creates

    def _make(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        yield from (outcome for outcome in self._retire(wave) if outcome.error)
        self._look_at_parents(wave)
        creates: dict[Create, Change] = {}
        for change in wave:
            if change.address in self.failed:
                continue
            if change.address.parent in self.failed:
                self.failed[change.address] = self.failed[change.address.parent]
                yield Outcome(change, error=f"not tried: {self.failed[change.address]}")
                continue
            try:
                creates[self._create(change)] = change
            except (ReconcilerError, MediaError) as error:
                yield self._failure(change, error)
        stop: GraphError | None = None
        memory, taken = self.memory, self.work.ids.values
        creator = Creator(
            self.writer, self.work.account, memory.intend, taken, between=self._between, again=memory.send_again
        )
        for batch in creator.make(in_turn(list(creates), lambda create: create.address.root)):
            kept = self._keep([partial(self._remember_made, creates[made.create], made) for made in batch])
            for made in batch:
                change = creates[made.create]
                if made.error is None:
                    yield _done(change, kept=kept)
                    continue
                yield self._failure(change, made.error)
                stop = made.error if isinstance(made.error, STOPPING) else stop
        self._raise(stop)

    def _keep(self, records: Sequence[Callable[[], None]]) -> bool:
        """Of a whole batch, at once. What cannot be written down stops the account, after its answers are told."""
        if not records:
            return True
        try:
            with self.work.store.together():
                for record in records:
                    record()
        except (UnwrittenState, LockedError) as error:
            self.unwritten = error
            return False
        return True

    def _raise(self, stop: GraphError | None) -> None:
        if self.unwritten is not None:
            raise self.unwritten
        if stop is not None:
            raise stop

    def _look_at_parents(self, wave: Sequence[Change]) -> None:
        """Uploads may have taken long: what has lost its label since the plan was made gets nothing put into it."""
        parents = {c.address.parent for c in wave if c.address.parent in self.work.objects} - {None}
        for address in self.writes.disowned(sorted(address for address in parents if address)):
            self.failed[address] = f"{address} has lost its label, so it is not ours any more"

    def _create(self, change: Change) -> Create:
        address, resource = change.address, self.work.resources[change.address]
        kind = KINDS[resource.kind]
        params = payload(kind.name, with_ids(kind.name, change.after, self.work.ids))
        if kind.content:
            params[kind.content_field] = {"creative_id": self.contents.creative(resource)}
        parent_id = self.work.ids[address.parent] if address.parent else ""
        if kind.parent_param:
            params[kind.parent_param] = parent_id
        params |= {"status": PAUSED, "adlabels": [{"name": label(self.work.project, address)}]}
        record = self.work.store.get(address)
        replaced = record.replaced if record else ()
        lost = self.memory.awaits(address)
        sent = self._sent_before(address) if change.action is Action.CREATE else None
        return Create(address, params, self.work.project, parent_id, lost, replaced, sent=sent)

    def _sent_before(self, address: Address) -> datetime | None:
        """When an earlier run has sent it, by what is remembered, or else by the log that the plan has read."""
        unseen = None if self.work.resources[address].lifecycle.new else self.work.observed.made_unseen.get(address)
        return self.memory.sent_before(address) or unseen

    def _remember_made(self, change: Change, made: Made) -> None:
        if made.error is None:
            self.work.ids[change.address] = made.id
            resource = self.work.resources[change.address]
            creative_id = self.contents.creative(resource) if KINDS[change.kind].content else ""
            self.memory.made(change, made.id, creative_id, found=made.unanswered)
        elif not made.unanswered and not isinstance(made.error, Unavailable):
            self.memory.not_made(change)

    def _retire(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        """Archives what is to be replaced, first: a run that is stopped in between still knows it and goes on."""
        old = [c for c in wave if c.action is Action.REPLACE and c.address in self.work.objects]
        live = [c for c in old if self.work.objects[c.address].status != ARCHIVED]
        yield from self._write(live, lambda c: self._writing(c, {"status": ARCHIVED}, partial(self.memory.replaced, c)))
        for change in old:
            if change not in live:
                self.memory.replaced(change)

    # writes to what exists

    def _write(self, wave: Sequence[Change], writing: Callable[[Change], Write]) -> Iterator[Outcome]:
        """A look at each object, then the writes, as many at a time as can go out at once."""
        for part in self.writes.rounds(wave, between=self._between):
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
            yield from self._send(ready)

    def _send(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Raises what stops the account, after the outcomes."""
        before = self.memory.intend_write(writes, self.writer.server_time)
        sent = [write for write in writes if write.names]
        answered = dict(zip(map(id, sent), self.writes.answers(sent), strict=True))
        # What leaves the records is read back now: nobody would look at it again.
        leaving = [w for w in sent if w.leaves and not isinstance(answered[id(w)].answer, GraphError)]
        untaken = self.writes.untaken(leaving)
        answers = [answered.get(id(write), NOTHING_SENT) for write in writes]
        records = (self._to_record(*pair, untaken, before) for pair in zip(writes, answers, strict=True))
        kept = self._keep([record for record in records if record is not None])
        stop: GraphError | None = None
        for write, answer in zip(writes, (one.answer for one in answers), strict=True):
            if isinstance(answer, GraphError):
                yield self._failure(write.change, answer)
                stop = answer if isinstance(answer, STOPPING) else stop
            elif write.change.address in untaken:
                yield self._failure(write.change, untaken[write.change.address])
            else:
                self._note_lowered(write)
                self._note_paused(write)
                yield _done(write.change, kept=kept)
        self._raise(stop)

    def _to_record(
        self, write: Write, one: Answered, untaken: Collection[Address], before: Mapping[Address, Record]
    ) -> Callable[[], None] | None:
        """What its answer tells; None where it tells nothing yet."""
        at = write.change.address
        if not isinstance(one.answer, GraphError):
            return None if at in untaken else write.record
        return partial(self.memory.unsent, write.change, before[at]) if _is_refused(one) and at in before else None

    def _note_lowered(self, write: Write) -> None:
        live = self.work.objects.get(write.change.address)
        if phase_of(write.change) in LOWERS and live is not None and live.status == ACTIVE:
            self.lowered.append(write)

    def _note_paused(self, write: Write) -> None:
        if write.params.get("status") == PAUSED:
            self.writes.paused.add(write.object_id)

    def _writing(
        self, change: Change, params: Mapping[str, Any], record: Callable[[], None], permit: Permit | None = None
    ) -> Write:
        return Write(change, change.id or self.work.ids[change.address], params, record, permit)

    def _update(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        yield from self._write(wave, self._updating)

    def _updating(self, change: Change) -> Write:
        resource = self.work.resources[change.address]
        record = self.work.store.get(change.address)
        sent = with_ids(resource.kind, change.after, self.work.ids)
        params = payload(resource.kind, sent, record.applied if record else {})
        params |= along(change.address, sent, self.work.resources, self.work.ids)
        params.pop(SCHEDULES, None)
        schedules = steps(change.before.get(SCHEDULES), change.after[SCHEDULES]) if SCHEDULES in sent else NO_STEPS
        creative_id = record.creative_id if record else ""
        if set(change.after) & KINDS[resource.kind].content:
            creative_id = self.contents.creative(resource)
            params[KINDS[resource.kind].content_field] = {"creative_id": creative_id}
        updated = partial(self.memory.updated, change, creative_id)
        return replace(self._writing(change, params, updated), steps=schedules)

    def _pause(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        due = []
        for change in wave:
            resource = self.work.resources.get(change.address)
            server = self.writer.server_time or self.work.server_time
            doubt = stops_wrongly(change, resource, self.clock.now(), server, self.work.zone)
            if doubt is None:
                due.append(change)
            else:
                yield self._doubted(change, doubt)
        yield from self._write(due, partial(self._stopping, PAUSED))

    def _remove(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        yield from self._write(wave, self._removing)

    def _removing(self, change: Change) -> Write:
        if not change.unlabels:
            return self._stopping(REMOVED_STATUS[change.action], change)
        others = [{"name": text} for text in self.writes.other_labels(change.id, change.kind)]
        return self._writing(change, {"adlabels": others}, partial(self.memory.leave, change))

    def _stopping(self, status: str, change: Change) -> Write:
        return self._writing(change, {"status": status}, partial(self.memory.stopped, change, status))

    def _activate(self, wave: Sequence[Change]) -> Iterator[Outcome]:
        for part in self.writes.rounds(wave, each=WRITE, before=LOOK):
            verdicts = self.gatekeeper.verdicts(part)
            writes = []
            for change in part:
                verdict = verdicts[change.address]
                if isinstance(verdict, Doubt):
                    yield self._doubted(change, verdict)
                else:
                    activated = partial(self.memory.activated, change)
                    writes.append(self._writing(change, {"status": ACTIVE}, activated, verdict))
            yield from self._send(writes)


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


def _shows(change: Change) -> bool:
    """Whether it gives an ad something to show."""
    return phase_of(change) in (MAKES, CHANGES) and bool(KINDS[change.kind].content & set(change.after))


def _done(change: Change, *, kept: bool) -> Outcome:
    """What Meta has done is told, whatever the disk makes of it."""
    return Outcome(change, notes=() if kept else (UNRECORDED,))


def _is_refused(one: Answered) -> bool:
    """For certain: nothing of it was done."""
    return not one.unanswered and not isinstance(one.answer, Unavailable)
