"""The looks before anything is turned on: until the gate has no passing doubt, and none that is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconciler.apply.gate import Doubt, Sight, judge
from reconciler.apply.work import Work
from reconciler.apply.write import FRESH, LOOK, Writes
from reconciler.kinds import KINDS
from reconciler.meta.client import Writer
from reconciler.meta.pace import WRITE
from reconciler.model.address import Address
from reconciler.model.plan import Change, Permit
from reconciler.model.remote import Observed
from reconciler.observe.objects import find_objects, with_log

GATE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Seconds between looks while what is to be turned on does not show in the listings yet."""

NO_ROOM = Doubt("the account's limits leave no room right after a look: run again", passing=True)

LONGEST_LOOK = timedelta(seconds=100)
"""A little less than what is waited for an answer that never comes: some 10,000 objects at a second a page."""

OLD_LOOK = Doubt("the look at the account took too long to rely on: run again", passing=True)

Verdicts = dict[Address, Permit | Doubt]


class Gatekeeper:
    """Says of each activation whether it may go out now."""

    def __init__(self, work: Work, writer: Writer, writes: Writes) -> None:
        self._work = work
        self._writer = writer
        self._writes = writes
        self._clock = writer.connection.clock
        self._look: tuple[datetime, Observed] | None = None

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
        sight = self._sight([self._work.ids[change.address] for change in wave], anew=anew)
        return {change.address: self._verdict(change, sight) for change in wave}

    def _verdict(self, change: Change, sight: Sight) -> Permit | Doubt:
        """Lost answers may have drawn the look out, and its first rows are as old as its beginning."""
        if self._look is None or self._clock.now() - self._look[0] > LONGEST_LOOK:
            return OLD_LOOK
        return judge(change, sight)

    def _sight(self, ids: Sequence[str], *, anew: bool) -> Sight:
        work, now = self._work, self._clock.now()
        if anew or self._look is None or now - self._look[0] > FRESH:
            seen = find_objects(
                self._writer, work.account, work.project, work.resources, work.store.all(), work.observed
            )
            seen = with_log(self._writer, work.account, work.resources, work.store.all(), seen)
            self._look = (now, seen)
        restless = self._writes.changed_since(ids)
        now, server = self._clock.now(), self._writer.server_time
        return Sight(work.resources, work.store.all(), self._look[1], work.ids, now, server, work.zone, restless)
