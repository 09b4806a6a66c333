"""What `state/` remembers of each step: intents before anything is sent, successes right after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from reconciler.apply.create import Create
from reconciler.apply.work import Work
from reconciler.apply.write import Write
from reconciler.engine.intents import as_before, create_again, may_show_up, sending, unheard_since, with_intent
from reconciler.engine.refresh import refreshed
from reconciler.engine.settle import judged
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change
from reconciler.model.record import Record
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.model.values import Fields
from reconciler.store.records import amended
from reconciler.system.clock import Clock


class Memory:
    """One account's."""

    def __init__(self, work: Work, clock: Clock, server_time: Callable[[], datetime | None] = lambda: None) -> None:
        self._work = work
        self._store = work.store
        self._clock = clock
        self._server_time = server_time
        self._leaving: list[Address] = []
        self._paused: set[Address] = set()

    # before

    def intend(self, creates: Sequence[Create]) -> None:
        """With what is about to be sent: should the answer never come, a person's change since must read as one."""
        self._store.put_all({create.address: self._intent(create.address) for create in creates})

    def _intent(self, address: Address) -> Record:
        resource, record = self._work.resources[address], self._store.get(address)
        intent = amended(
            create_again(record, address.kind, self._declared(address)),
            address.kind,
            id="",
            pending=self._moment(),
            unheard=unheard_since(record),
            status=PAUSED if resource.status is not None else "",
            live={},
            activation=None,
            baseline=None,
            accepted=None,
            dropped=None,
            replaced=_with_former(record),
        )
        return self._kept(address, intent)

    def send_again(self, creates: Sequence[Create]) -> None:
        """Of those before nobody has heard: what came of them may show up beside these, and be put away unseen."""
        self._store.put_all({one.address: self._in_doubt(one.address) for one in creates})

    def _in_doubt(self, address: Address) -> Record:
        record = self._store.get(address)
        return amended(record, address.kind, unheard=unheard_since(record))

    def _declared(self, address: Address) -> dict[str, Any]:
        return {name: value for name, value in self._work.resources[address].fields.items() if value is not None}

    def awaits(self, address: Address) -> bool:
        """A create that an earlier run sent lately and never heard of: it may still show up."""
        return may_show_up(self._store.get(address), self._now())

    def sent_before(self, address: Address) -> datetime | None:
        """When an earlier run has first sent a create of which nobody has heard; None where none was, where another
        object was made since, and where the YAML says that this is another one."""
        record = self._store.get(address)
        since = unheard_since(record)
        if record is None or record.id or not since or self._work.resources[address].lifecycle.new:
            return None
        return datetime.fromisoformat(since)

    def _now(self) -> datetime:
        """By Meta's clock, where it tells: this computer's may be set right between two runs."""
        return self._server_time() or self._clock.now()

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")

    def intend_write(self, writes: Sequence[Write], server_time: datetime | None) -> dict[Address, Record]:
        """On disk before it is sent: a run that is stopped must not take a person's answer to it for its own past.
        Returns the records as they were, by address, for `unsent`."""
        # Meta's clock, since it is compared with Meta's log; without it, all that the log says counts.
        moment = server_time.astimezone(UTC).isoformat(timespec="seconds") if server_time else ""
        known = {w.change.address: (w, self._before(w.change)) for w in writes if _is_remembered(w)}
        records = {address: (write, record) for address, (write, record) in known.items() if record is not None}
        self._store.put_all(
            {
                address: with_intent(record, self._sending(write, moment, record))
                for address, (write, record) in records.items()
            }
        )
        return {address: record for address, (_, record) in records.items()}

    def _before(self, change: Change) -> Record | None:
        """With state/ lost a launch is the first that is remembered of its object. Without an intent, what Meta
        confirms and does not do would read as a person's choice later."""
        record, at = self._store.get(change.address), change.address
        if record is not None or at not in self._work.resources or at not in self._work.objects:
            return record
        return self._adopted(change)

    def _sending(self, write: Write, moment: str, record: Record) -> dict[str, Any]:
        work, change = self._work, write.change
        there = {*write.names, *KINDS[change.kind].content}
        values = {n: v for n, v in change.after.items() if n in there and change.action is Action.UPDATE}
        values |= {"status": write.params["status"]} if "status" in write.params else {}
        before = judged(record, work.objects.get(change.address), work.observed, work.now).record
        if change.address in self._paused:
            # The plan's look is older than that pause.
            before = replace(before, status=PAUSED)
        return sending(values, moment, write.object_id, work.observed.activities, before, change.before)

    def unsent(self, change: Change, former: Record) -> None:
        """A definite refusal: what was in question before is so again."""
        self._store.put(change.address, as_before(amended(self._store.get(change.address), change.kind), former))

    # after

    def made(self, change: Change, object_id: str, creative_id: str, *, found: bool) -> None:
        """What was `found` may be from an earlier send, of other values: of it only what the intent says is known."""
        answered = partial(self._amend, change, id=object_id, pending="", created_at=self._moment())
        if found:
            answered()
        else:
            answered(applied=self._declared(change.address), creative_id=creative_id, in_flight=None)

    def not_made(self, change: Change) -> None:
        """A definite refusal: the next run has nothing to look for."""
        self._amend(change, pending="", applied={}, status="")

    def replaced(self, change: Change) -> None:
        """So that its label does not bring it back."""
        former = amended(self._store.get(change.address), change.kind, id=self._work.objects[change.address].id)
        self._amend(
            change, id="", applied={}, replaced=_with_former(former), activation=None, in_flight=None, baseline=None
        )

    def updated(self, change: Change, creative_id: str) -> None:
        fields, record = self._work.resources[change.address].fields, self._store.get(change.address)
        former = record.applied if record else {}
        applied = {n: v for n, v in {**former, **change.after}.items() if v is not None and n in fields}
        self._amend(
            change,
            id=change.id,
            applied=applied,
            creative_id=creative_id,
            baseline=_unwritten(record.baseline if record else None, change),
            accepted=_unwritten(record.accepted if record else None, change),
            dropped=_unwritten(record.dropped if record else None, change),
        )

    def activated(self, change: Change) -> None:
        # What the gate turns on has its end ahead, whatever an earlier run with a wrong clock has taken for done.
        receipt = {"activate_at": change.due.isoformat() if change.due else "status", "deactivate_at": ""}
        self._status(change, ACTIVE, receipt)

    def stopped(self, change: Change, status: str) -> None:
        """Paused, archived or deleted."""
        if change.removal:
            self.let_go(change)
        else:
            ended = change.due if status == PAUSED else None
            self._paused |= {change.address} if status == PAUSED else set()
            self._status(change, status, {"deactivate_at": ended.isoformat()} if ended else {})

    def _status(self, change: Change, status: str, receipt: Mapping[str, str]) -> None:
        # Without a record, what a person changed would not be known for drift any more.
        record = self._store.get(change.address)
        record = record if record and record.knows else self._adopted(change)
        activation = {name: moment for name, moment in {**(record.activation or {}), **receipt}.items() if moment}
        object_id = self._work.ids[change.address]
        kept = {"held": "", "unheard": ""} if status == ACTIVE else {}
        fresh = amended(
            record, change.kind, id=object_id, status=status, activation=activation or None, removed=False, **kept
        )
        self._store.put(change.address, self._kept(change.address, fresh))

    def adopt(self, change: Change) -> None:
        """Written at once, so that what a person changed is remembered as drift whatever comes next."""
        self._store.put(change.address, self._adopted(change))

    def _adopted(self, change: Change) -> Record:
        work, address = self._work, change.address
        drifted = work.drifted.get(address, frozenset())
        live, record = work.objects[address], self._store.get(address)
        applied, held = work.applied.get(address), work.held.get(address, "")
        return refreshed(work.resources[address], record, live, drifted, work.now, work.observed, applied, held)

    def let_go(self, change: Change) -> None:
        """What stays at Meta, PAUSED, stays remembered as removed: should its YAML come back, our own pause must not be
        taken for a person's. Nothing is left to remember of the rest."""
        record = self._store.get(change.address)
        if record is None or not change.remembered:
            self.leave(change)
            return
        settled = self._work.settled.get(change.address)
        # A person had paused it: that stands when the YAML comes back.
        by_a_person = change.action is Action.FORGET and settled is not None and settled.may_be_on(ACTIVE)
        held = record.held or ("was paused before its YAML was removed" if by_a_person else "")
        self._store.put(
            change.address, amended(record, record.kind, status=PAUSED, removed=True, in_flight=None, held=held)
        )

    def leave(self, change: Change) -> None:
        """To be forgotten when all is done."""
        self._leaving.append(change.address)

    def forget_what_left(self) -> None:
        """Only at the end, children first: a removal that was cut short or failed must find its records again."""
        leaving = set(self._leaving)
        for address in sorted(leaving, reverse=True):
            if not any(self._is_still_to_go(parent, leaving) for parent in address.ancestors):
                self._store.remove(address)

    def _is_still_to_go(self, address: Address, leaving: set[Address]) -> bool:
        record = self._store.get(address)
        known = record is not None and not record.removed
        return known and address not in leaving and address not in self._work.resources

    def _amend(self, change: Change, **changed: Any) -> None:
        record = amended(self._store.get(change.address), change.kind, **changed)
        self._store.put(change.address, self._kept(change.address, record))

    def _kept(self, address: Address, record: Record) -> Record:
        if address not in self._work.resources:
            return record
        lifecycle = self._work.resources[address].lifecycle
        on_remove, protect, held = lifecycle.on_remove, lifecycle.protect, self._work.held.get(address, record.held)
        if (on_remove, protect, held) == (record.on_remove, record.protect, record.held):
            return record
        return replace(record, on_remove=on_remove, protect=protect, held=held)


def _is_remembered(write: Write) -> bool:
    """A removal's pause is, lest it be taken for a person's when the YAML comes back; what ends for good is not."""
    return not write.change.removal or write.params.get("status") == PAUSED


def _unwritten(known: Fields | None, change: Change) -> dict[str, Any] | None:
    """What stood beyond the declared in fields that the change has not sent whole."""
    return {name: one for name, one in (known or {}).items() if name not in change.after} or None


def _with_former(record: Record | None) -> tuple[str, ...]:
    """The ids that an address has had, with the one that it has until now."""
    if record is None:
        return ()
    return (*record.replaced, record.id) if record.id else record.replaced
