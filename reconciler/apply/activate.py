"""The looks before anything is turned on: until the gate has no passing doubt, and none that is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from reconciler.apply.gate import Doubt, Sight, judge
from reconciler.apply.work import Work
from reconciler.apply.write import LOOK
from reconciler.meta.client import Writer
from reconciler.meta.pace import WRITE
from reconciler.model import Address, Change, Observed, Permit
from reconciler.observe import find_objects

FRESH = timedelta(seconds=30)
"""How long a look at the account is good for turning ads and ad sets on; a campaign gets a look of its own."""

GATE_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Seconds between looks while what is to be turned on does not show in the listings yet."""

NO_ROOM = Doubt("the account's limits leave no room right after a look: run again", passing=True)

Verdicts = dict[Address, Permit | Doubt]


class Gatekeeper:
    """Says of each activation whether it may go out now."""

    def __init__(self, work: Work, writer: Writer) -> None:
        self._work = work
        self._writer = writer
        self._clock = writer.connection.clock
        self._look: tuple[datetime, Observed] | None = None

    def verdicts(self, wave: Sequence[Change]) -> Verdicts:
        """A permit must not grow old while it waits for room. Where a look takes so much that there is none for all
        right after it, the others are left to the next run; one goes on, so that every run gets further."""
        verdicts = self._judged(wave)
        if self._room() < sum(isinstance(verdict, Permit) for verdict in verdicts.values()):
            self._writer.pace.make_room(LOOK + WRITE * len(wave))
            verdicts = self._judged(wave)
        allowed = [address for address, verdict in verdicts.items() if isinstance(verdict, Permit)]
        return verdicts | dict.fromkeys(allowed[max(1, self._room()) :], NO_ROOM)

    def _room(self) -> int:
        return self._writer.pace.room // WRITE

    def _judged(self, wave: Sequence[Change]) -> Verdicts:
        verdicts: Verdicts = {}
        for pause in (*GATE_PAUSES, None):
            sight = self._sight(anew=bool(verdicts) or wave[0].kind == "campaign")
            verdicts = {change.address: judge(change, sight) for change in wave}
            if pause is None or not any(isinstance(v, Doubt) and v.passing for v in verdicts.values()):
                break
            self._writer.connection.sleep(pause)
        return verdicts

    def _sight(self, *, anew: bool) -> Sight:
        work, now = self._work, self._clock.now()
        if anew or self._look is None or now - self._look[0] > FRESH:
            seen = find_objects(
                self._writer, work.account, work.project, work.resources, work.store.all(), work.observed
            )
            now = self._clock.now()
            self._look = (now, seen)
        return Sight(
            work.resources, work.store.all(), self._look[1], work.ids, now, self._writer.server_time, work.zone
        )
