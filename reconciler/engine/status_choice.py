"""Whose choice a status is: what the clock asks for is done only where no person has decided otherwise. Pure.

A pause is our own where a record says why (the end of a window, a removal). Without a record it is our own where the
log shows that we made it within an hour after an end that was in force. Every other pause, and always `reconciler
pause`, is a person's: it stands until a person, or a plan that somebody has read, turns the object on again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from reconciler.engine.activity import events_of, is_metas
from reconciler.engine.history import History, is_pause, paused_at_an_end, said_of
from reconciler.engine.settle import Became, Settled
from reconciler.model.light import light
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED, due_since

TAKEN_IN = timedelta(minutes=10)
"""How long Meta may take to process a new object."""

BY_COMMAND = "was paused with reconciler pause"


@light(frozen=True)
class StatusChoice:
    """What is known of one object whose status may be somebody's choice."""

    resource: Resource
    live: Object
    settled: Settled | None
    """None where nothing is remembered of it."""
    observed: Observed
    now: datetime
    zone: tzinfo
    """In which a moment is said."""

    @property
    def record(self) -> Record | None:
        return self.settled.record if self.settled else None

    @property
    def history(self) -> History:
        return History.of(self.observed)

    @property
    def due(self) -> datetime | None:
        return due_since(self.resource.schedule, self.now)

    @property
    def last(self) -> Activity | None:
        """The last event of its status, but what Meta logs by itself while it takes a new object in."""
        events = events_of(log, self.live.id, "status") if (log := self.observed.log_of(self.live.id)) else ()
        return next((event for event in reversed(events) if not self._is_metas_own(event)), None)

    @property
    def is_newer_than_the_record(self) -> bool:
        """We have set the status since the record was written: it tells nothing of what came then."""
        if self.record is None or not self.observed.log_of(self.live.id):
            return False
        return self.history.ours_since(self.record, self.live, "status") is not None

    def _is_metas_own(self, event: Activity) -> bool:
        born = self.live.created_time
        return is_metas(event) and born is not None and event.at - born < TAKEN_IN

    def is_a_persons(self) -> bool:
        """Whether the live status, which is not the declared one, must stand."""
        wanted = self.resource.status
        if wanted == ACTIVE and self.record is not None and self.record.held:
            return True
        if self.settled is None or self.record is None:
            return self._stands_by_the_log(str(wanted))
        sent = self.settled.sent.get("status")
        # What was sent to undo somebody's choice, and has not arrived, leaves that choice as it was.
        if sent and sent.value == wanted != sent.former:
            return sent.became is Became.SUPERSEDED
        if sent and sent.became is Became.ARRIVED:
            return False
        if self.is_newer_than_the_record:
            return self._stands_by_the_log(str(wanted))
        if self.record.removed and self.live.status == PAUSED:
            return self.last is not None and not self.history.is_ours(self.last)
        if wanted == PAUSED and self.due is not None:
            return self._went_on_after_the_end(self.record, self.due)
        if self.record.status in ("", self.live.status):
            return wanted == ACTIVE and self._stopped_after(self.record)
        return True

    def _went_on_after_the_end(self, record: Record, due: datetime) -> bool:
        done = (record.activation or {}).get("deactivate_at")
        if done is not None and datetime.fromisoformat(done) == due:
            return True
        # Nobody of ours has turned it on, and it went on after its end: the run that should have ended it is late.
        return record.status == PAUSED and self._somebodys_since(due)

    def _stopped_after(self, record: Record) -> bool:
        """A record may be older than a run whose state was lost: the log knows of a later choice."""
        return self.due is not None and self._somebodys_since(self.due)

    def _somebodys_since(self, moment: datetime) -> bool:
        return self.last is not None and self.last.at >= moment and not self.history.is_ours(self.last)

    def _stands_by_the_log(self, wanted: str) -> bool:
        """Nothing is remembered."""
        if wanted == ACTIVE:
            return self._pause_stands()
        if wanted == PAUSED:
            return self._start_stands()
        return self.last is not None and not self.history.is_ours(self.last)

    def _start_stands(self) -> bool:
        """Nothing is remembered of what is on and should be off."""
        if self.due is None:
            return not self.history.is_ours(self.last)
        return self._somebodys_since(self.due)

    def _pause_stands(self) -> bool:
        """Nothing is remembered of what is off and should be on."""
        if self.last is None:
            return not self._untouched()
        return not self._was_ended_by_us()

    def _was_ended_by_us(self) -> bool:
        last = self.last
        return last is not None and self.history.is_ours(last) and is_pause(last) and self._at_an_end(last)

    def _untouched(self) -> bool:
        """No event means that nobody has turned it on or off, where the log goes back to its creation."""
        return self.history.since is None or self.live.created_time is None or self.history.reaches(self.live)

    def _at_an_end(self, event: Activity) -> bool:
        return paused_at_an_end(event, self.resource.address, self.observed, self._ends())

    def _ends(self) -> Iterable[datetime]:
        end = self.resource.schedule.deactivate_at
        return [end] if end is not None else []

    @property
    def waits(self) -> bool:
        """Whether it is off, as it should be now, and a time turns it on."""
        return self.live.status == PAUSED == self.resource.status and self.resource.schedule.timed

    def hold(self) -> str:
        """Why what waits is not turned on by the clock later; "" where it may be."""
        if not self.waits:
            return ""
        if self.record is not None and (self.record.held or self.record.removed):
            return self.record.held
        if self._was_ended_by_us() or (self.settled and self.settled.became("status") is Became.ARRIVED):
            return ""
        if not self._was_stopped():
            return ""
        return f"was paused {said_of(self.last, self.zone)}" if self.last else "was paused by somebody"

    def _was_stopped(self) -> bool:
        if self.settled is None or self.is_newer_than_the_record:
            return self.last is not None and is_pause(self.last)
        # Our last word was ACTIVE, and nobody of ours has paused it since.
        return self.settled.may_be_on(ACTIVE)
