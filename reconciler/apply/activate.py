"""The looks before anything is turned on: until the gate has no passing doubt, and none that is old."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reconciler.apply.gate import Doubt, Sight, judge
from reconciler.apply.work import Work
from reconciler.apply.write import FRESH, LOOK, Writes
from reconciler.engine.activity import is_topmost_status, status_word
from reconciler.engine.policy import using
from reconciler.engine.referring import why_unusable
from reconciler.kinds import KINDS
from reconciler.meta.client import Writer
from reconciler.meta.pace import WRITE
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Permit
from reconciler.model.remote import Activity, Observed
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.observe.account_log import find_ended
from reconciler.observe.objects import with_log
from reconciler.observe.part import find_part
from reconciler.observe.plain import find_plain

GATE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Seconds between looks while what is to be turned on does not show in the listings yet."""

NO_ROOM = Doubt("the account's limits leave no room right after a look: run again", passing=True)

LONGEST_LOOK = timedelta(seconds=100)
"""A little less than what is waited for an answer that never comes: some 10,000 objects at a second a page."""

OLD_LOOK = Doubt("the look at the account took too long to rely on: run again", passing=True)

Verdicts = dict[Address, Permit | Doubt]


@dataclass(frozen=True)
class _Look:
    """Of some campaigns. `restless`: of the ids `asked` for those whose status somebody has changed since the plan."""

    at: datetime
    roots: frozenset[Address]
    seen: Observed
    unusable: Mapping[Address, str]
    planned: bool = False
    """It is the one that the plan was made on."""
    asked: frozenset[str] = frozenset()
    restless: frozenset[str] = frozenset()
    started: frozenset[str] = frozenset()
    """Names of what somebody has turned on since the plan, and no look shows."""
    ended: Mapping[Address, Activity] = field(default_factory=dict)
    """Of what was made while another create of it was unheard of: who has put that one away since the plan."""

    def is_off(self, roots: Collection[Address]) -> bool:
        """Whether nothing in these campaigns delivers, whatever in them is turned on."""
        found = [self.seen.objects.get(root) for root in roots]
        return all(live is not None and live.status == PAUSED for live in found)


class Gatekeeper:
    """Says of each activation whether it may go out now."""

    def __init__(self, work: Work, writer: Writer, writes: Writes) -> None:
        self._work = work
        self._writer = writer
        self._writes = writes
        self._clock = writer.connection.clock
        self._look: _Look | None = None
        self._expected: tuple[Address, ...] = ()
        self._writes_more = True

    def expect(self, changes: Sequence[Change]) -> None:
        """All that the run is to do. Where that is to turn on and nothing else, what the plan was made on is as it was,
        and its look will do while it is fresh for what delivers nothing yet."""
        self._expected = tuple(change.address for change in changes if change.action is Action.ACTIVATE)
        self._writes_more = len(self._expected) < len(changes)

    def verdicts(self, wave: Sequence[Change]) -> Verdicts:
        """A permit must not grow old while it waits for room: what finds none right after a look is left to the next
        run."""
        verdicts = self._judged(wave)
        if self._room() < sum(isinstance(verdict, Permit) for verdict in verdicts.values()):
            self._writer.pace.make_room(LOOK + WRITE * len(wave))
            verdicts = self._judged(wave)
        allowed = [address for address, verdict in verdicts.items() if isinstance(verdict, Permit)]
        return verdicts | dict.fromkeys(allowed[self._room() :], NO_ROOM)

    def _room(self) -> int:
        return self._writer.pace.room // WRITE

    def _judged(self, wave: Sequence[Change]) -> Verdicts:
        # A campaign gets a look of its own: it is the one write after which things deliver.
        verdicts = self._looked(wave, anew=KINDS[wave[0].kind].launches)
        for number, pause in enumerate(GATE_PAUSES):
            passing = [v.reason for v in verdicts.values() if isinstance(v, Doubt) and v.passing]
            if not passing:
                break
            if number == 0:
                self._writer.connection.tell_wait(sum(GATE_PAUSES), f"before something is turned on: {passing[0]}")
            self._writer.connection.sleep(pause)
            verdicts = self._looked(wave, anew=True)
        return verdicts

    def _looked(self, wave: Sequence[Change], *, anew: bool) -> Verdicts:
        roots = frozenset(change.address.root for change in wave)
        look = self._look or self._planned_look()
        if look is None or anew or not self._will_do(look, roots):
            look = self._new_look(roots if KINDS[wave[0].kind].launches else roots | self._expected_roots)
        ids = frozenset(self._work.ids[change.address] for change in wave)
        if not (ids <= look.asked and look.is_off(roots)):
            expected = {self._work.ids[at] for at in self._expected if at in self._work.ids and at.root in look.roots}
            log, asked = self._writes.log(), ids | expected
            restless, started = self._writes.changed_in(log, asked), self._started_unseen(log, look.seen)
            look = replace(look, asked=asked, restless=restless, started=started, ended=self._ended(log))
        self._look = look
        return {change.address: self._verdict(change, look) for change in wave}

    def _verdict(self, change: Change, look: _Look) -> Permit | Doubt:
        """Lost answers may have drawn the look out, and its first rows are as old as its beginning."""
        if self._clock.now() - look.at > LONGEST_LOOK:
            return OLD_LOOK
        return judge(change, self._sight(look))

    @property
    def _expected_roots(self) -> frozenset[Address]:
        return frozenset(at.root for at in self._expected)

    def _will_do(self, look: _Look, roots: frozenset[Address]) -> bool:
        fresh = self._clock.now() - look.at <= FRESH
        return fresh and roots <= look.roots and (look.is_off(roots) or not look.planned)

    def _planned_look(self) -> _Look | None:
        work, roots = self._work, self._expected_roots
        if self._writes_more or work.looked_at is None or self._clock.now() - work.looked_at > FRESH:
            return None
        seen = with_log(self._writer, work.account, work.resources, work.store.all(), work.observed)
        return _Look(work.looked_at, roots, seen, self._unusable(), planned=True)

    def _new_look(self, roots: frozenset[Address]) -> _Look:
        """At what is to be turned on soon, since the look will do for the next levels, too."""
        work, now = self._work, self._clock.now()
        unusable, known = self._unusable(), self._look.seen if self._look else work.observed
        seen = find_part(self._writer, work.account, work.project, work.resources, work.store.all(), known, roots)
        seen = with_log(self._writer, work.account, work.resources, work.store.all(), seen)
        return _Look(now, roots, seen, unusable)

    def _sight(self, look: _Look) -> Sight:
        work, now, server = self._work, self._clock.now(), self._writer.server_time
        return Sight(
            work.resources,
            work.store.all(),
            look.seen,
            work.ids,
            now,
            server,
            work.zone,
            look.restless,
            look.unusable,
            look.started,
            look.ended,
        )

    def _started_unseen(self, log: Iterable[Activity], seen: Observed) -> frozenset[str]:
        known = {*self._work.ids.values(), *_ids_of(self._work.observed), *_ids_of(seen)}
        fresh = [event for event in self._since_the_plan(log) if is_topmost_status(event)]
        # The last one counts: what shows no more may have been deleted.
        last = {event.object_id: event for event in fresh if event.object_id not in known}
        return frozenset(event.object_name for event in last.values() if status_word(event.new) == ACTIVE)

    def _since_the_plan(self, log: Iterable[Activity]) -> tuple[Activity, ...]:
        since = self._writes.since
        return tuple(event for event in log if since is None or event.at >= since)

    def _ended(self, log: Iterable[Activity]) -> dict[Address, Activity]:
        """What was made while another create was in question, and somebody has put the other away before the plan, the
        plan holds."""
        work, records = self._work, self._work.store.all()
        unheard = {at: work.resources[at] for at in self._expected if at in records and records[at].unheard}
        if not unheard:
            return {}
        former = frozenset(one for record in records.values() for one in (*record.replaced, record.id))
        return find_ended(self._writer, work.project, unheard, unheard, former, self._since_the_plan(log))

    def _unusable(self) -> dict[Address, str]:
        """Of what is referred to. What nothing refers to is not asked for."""
        work = self._work
        used = using(work.resources)
        declared = {at: resource for at, resource in work.resources.items() if at in used}
        records = {at: record for at, record in work.store.all().items() if at in used}
        if not used:
            return {}
        live = find_plain(self._writer, work.account, work.project, declared, records)
        unread = {at: "which cannot be looked at" for at in used if at.kind in live.unread}
        # What this run has made may not be listed yet.
        known = {at: one for at, one in live.objects.items() if at in work.objects or not one.gone}
        return {**unread, **{at: why for at, one in known.items() if (why := why_unusable(one))}}


def _ids_of(seen: Observed) -> set[str]:
    """All that it shows, whoever it belongs to."""
    strangers = (*seen.unmanaged, *seen.namesakes, *seen.foreign)
    return {live.id for live in (*seen.objects.values(), *seen.beside, *strangers)}
