"""The write protocol for what exists: looked at right before, absolute values, looked at again where no answer came.

Meta has no If-Match. So every object is read right before it is written to, in batches that can go out at once: what
was seen must not grow old while a write waits for room. Whoever edits between that look and the write is overwritten
all the same. A write without an answer is sent again only where a look shows that it has not arrived and the log that
nobody has come in between.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.apply.schedules import NO_STEPS, ending, failed, following, proved, together
from reconciler.engine.activity import events_of
from reconciler.engine.compare import NONE, Standing, differing, plainly_read, reads_as, standing
from reconciler.engine.history import is_pause
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.budget_schedules import SCHEDULES, Steps
from reconciler.kinds.identity import label, project_prefix
from reconciler.kinds.said import said
from reconciler.kinds.structure import Gap
from reconciler.meta.answers import Answer
from reconciler.meta.client import BATCH, Writer
from reconciler.meta.pace import READ, WRITE
from reconciler.meta.request import Part
from reconciler.model.account import Account
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import STOPPING, GraphError, GraphReply, Invalid, NotFound, Unavailable
from reconciler.model.plan import Action, Change, Permit
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Identity, Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.observe.account_log import REACH, of_objects, read_log
from reconciler.observe.decode import raw_names, read_all
from reconciler.observe.visible import awaits_label

FRESH = timedelta(seconds=30)
"""How long a look at the account is good for turning something on."""

RESEND_PAUSES = (0.5, 1.0)
"""Seconds before a look at what got no answer."""

LOG_MARGIN = timedelta(minutes=5)
"""Clocks may be apart: what is asked of the log begins so much earlier, and is counted by Meta's own times."""

LOOK = 10
"""Points of a look at the whole account, where it has few objects."""


@dataclass(frozen=True)
class Write:
    """One write to an object that exists, and what to remember once Meta has taken it."""

    change: Change
    object_id: str
    params: Mapping[str, Any]
    record: Callable[[], None]
    permit: Permit | None = None
    steps: Steps = NO_STEPS
    """Of its budget schedules, which are objects of their own."""

    @property
    def names(self) -> frozenset[str]:
        """The fields that are written."""
        return frozenset(self.params) | ({SCHEDULES} if self.steps != NO_STEPS else frozenset())

    @property
    def leaves(self) -> bool:
        """Afterwards no record names the object, so that no later run would look at it."""
        return self.change.removal or self.change.action is Action.REPLACE


@dataclass(frozen=True)
class Answered:
    """`unanswered`: some send of it had no answer, so a refusal of another does not prove that nothing was done."""

    answer: Answer
    unanswered: bool = False


@dataclass(frozen=True)
class Writes:
    """Writes to one account's objects. `objects` is what the plan was made on, `since` when (by Meta's clock, if
    it told), `known` what the log said then."""

    writer: Writer
    account: Account
    project: str
    zone: ZoneInfo
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]
    since: datetime | None
    known: Sequence[Activity]
    remembered: Callable[[Address], Record | None] = lambda address: None
    """The record of an address, which knows what Meta adds by itself."""
    ids: Mapping[Address, str] = field(default_factory=dict)
    """Of all that is there by now: what an object refers to reads as an address."""
    identity: Identity | None = None
    """Whose token this is, as the log names its owner."""
    paused: set[str] = field(default_factory=set)
    """Ids of what this run has paused."""

    def _found(self, kind: Kind, ids: Sequence[str], raw: frozenset[str] = frozenset()) -> list[Object | GraphError]:
        refs = {object_id: str(address) for address, object_id in self.ids.items() if address.kind not in LEVELS}
        found = read_all(self.writer, kind, ids, raw)
        at = {live.id: address for address, live in self.objects.items()} if refs else {}
        declared = {one: self.resources[at[one]].fields for one in ids if at.get(one) in self.resources}
        return [
            replace(one, fields=kind.named(one.fields, declared.get(one.id, {}), refs))
            if isinstance(one, Object) and refs
            else one
            for one in found
        ]

    def rounds(
        self,
        wave: Sequence[Change],
        *,
        each: int = READ + WRITE,
        before: int = 0,
        between: Callable[[], None] = lambda: None,
    ) -> Iterator[list[Change]]:
        """The wave in parts that fit into the account's limits right now; `each` and `before` are in points. `between`
        is called before the wait for each."""
        left = list(wave)
        while left:
            between()
            most = self.writer.pace.ready(min(len(left), BATCH), each, before)
            yield left[:most]
            left = left[most:]

    def misgivings(self, wave: Sequence[Change]) -> list[GraphError | None]:
        """Why a change must not be written, each in its place: the object is not ours any more, or a value is no longer
        what the plan was made on. What cannot be read is no reason to let it run on."""
        kind = KINDS[wave[0].kind]
        raw = raw_names(kind, (name for change in wave for name in change.before))
        answers = self._found(kind, [change.id for change in wave], raw)
        return [self._misgiving(c, answer) for c, answer in zip(wave, answers, strict=True)]

    def disowned(self, addresses: Sequence[Address]) -> list[Address]:
        """Of objects of one level those that do not carry their label any more."""
        if not addresses:
            return []
        kind = KINDS[addresses[0].kind]
        answers = self._found(kind, [self.objects[address].id for address in addresses])
        live = {a: found for a, found in zip(addresses, answers, strict=True) if isinstance(found, Object)}
        return [address for address, found in live.items() if self._lost_its_label(address, found)]

    def _misgiving(self, change: Change, live: Object | GraphError) -> GraphError | None:
        if isinstance(live, GraphError):
            return live if change.action is Action.UPDATE else None
        if self._lost_its_label(change.address, live):
            return _invalid("it has lost its label after the plan was made, so it is not ours any more")
        moved = [] if live.gone else list(COMPARED.get(change.action, _nothing)(self, change, live))
        return _invalid(f"it was changed after the plan was made: {', '.join(moved)}; plan again") if moved else None

    def _lost_its_label(self, address: Address, live: Object) -> bool:
        if address.is_orphan or address not in self.resources:
            return not live.gone and not self._project_labels(live)
        now = self.writer.server_time or self.writer.connection.clock.now()
        if live.gone or awaits_label(self.remembered(address), live, now):
            return False
        return not live.labels & self._labels(address)

    def _project_labels(self, live: Object) -> set[str]:
        return {text for text in live.labels if text.startswith(project_prefix(self.project))}

    def other_labels(self, object_id: str, kind: str) -> list[str]:
        """What stays on an object when ours is taken off; as it reads right now."""
        live = self._found(KINDS[kind], [object_id])[0]
        if isinstance(live, GraphError):
            raise live
        return sorted(live.labels - self._project_labels(live))

    def _labels(self, address: Address) -> set[str]:
        resource = self.resources.get(address)
        return {label(self.project, one) for one in (address, *(resource.aliases if resource else ()))}

    def _moved(self, change: Change, live: Object) -> Iterator[str]:
        content = KINDS[change.kind].content
        if content & set(change.before) and live.creative_id != self.objects[change.address].creative_id:
            yield "it has another creative by now"
        for name, value in change.before.items():
            if name not in content and name not in live.unread and not self._is_as_wanted(change, name, live):
                for gap in self._since_the_plan(change.kind, name, value, live):
                    yield f"{gap.path} is {said(name, gap.live, self.account.currency, self.zone, gap.path)} by now"

    def _is_as_wanted(self, change: Change, name: str, live: Object) -> bool:
        """What goes along with the write of an object above is there before its own."""
        wanted = change.after.get(name)
        return wanted is not None and plainly_read(name, wanted, live)

    def _since_the_plan(self, kind: str, name: str, value: Any, live: Object) -> list[Gap]:
        """What was live then stands for what was declared, to the letter."""
        read = live.fields.get(name)
        if value is None:
            return [] if read is None else [Gap(name, None, read)]
        return differing(kind, name, value, live)

    def _turned_on(self, change: Change, live: Object) -> Iterator[str]:
        if live.status == ACTIVE and change.before.get("status") != ACTIVE:
            yield "it is ACTIVE by now"

    def untaken(self, writes: Sequence[Write]) -> dict[Address, GraphError]:
        """Those that read otherwise than they were written, or cannot be read."""
        found: dict[Address, GraphError] = {}
        for write, live in self._read(writes):
            if isinstance(live, GraphError):
                found[write.change.address] = live
            elif live is not None and not self._arrived(write, live):
                status = f"status reads {live.status}, not {write.params.get('status', live.status)}"
                found[write.change.address] = _invalid(f"Meta took the write but not the value: {status}")
        return found

    def _read(self, writes: Sequence[Write]) -> Iterator[tuple[Write, Object | GraphError | None]]:
        """Each with its object as it is now; None where there is none any more."""
        for _, group in groupby(sorted(writes, key=lambda w: w.change.kind), key=lambda w: w.change.kind):
            same = list(group)
            kind = KINDS[same[0].change.kind]
            raw = raw_names(kind, (name for write in same for name in write.change.after))
            answers = self._found(kind, [write.object_id for write in same], raw)
            for write, live in zip(same, answers, strict=True):
                yield write, None if isinstance(live, NotFound) else live

    def _arrived(self, write: Write, live: Object) -> bool:
        kind = KINDS[write.change.kind]
        wanted = write.params.get("status")
        if write.change.unlabels and self._project_labels(live):
            return False
        if wanted is not None and live.status not in SETTLED.get(str(wanted), {wanted}):
            return False
        creative = write.params.get(kind.content_field, {}).get("creative_id")
        if creative is not None and creative != live.creative_id:
            return False
        written = {n: v for n, v in write.change.after.items() if n in write.names and n not in kind.content}
        return all(
            n == "status" or reads_as(write.change.kind, n, v, live, self._meta(write.change.address, live, n))
            for n, v in written.items()
        )

    def _meta(self, address: Address, live: Object, name: str) -> Standing:
        """What Meta is known to add. What was accepted goes with a write, so that its presence tells that none came."""
        record = self.remembered(address)
        return Standing(standing(record, live, name, None).meta) if record else NONE

    def answers(self, writes: Sequence[Write]) -> list[Answered]:
        """Each sent once. What got no answer is looked at: what has arrived is done, what has not is sent again, and
        what somebody has changed meanwhile is left to them. What is still unknown then is left to the next run."""
        found = self._sent(writes)
        for pause in RESEND_PAUSES:
            unanswered = [at for at, one in enumerate(found) if isinstance(one.answer, Unavailable)]
            if not unanswered or self.writer.pace.room < (READ + WRITE) * len(unanswered) + LOOK:
                break
            self.writer.connection.sleep(pause)
            looked = self._looked_after([writes[at] for at in unanswered])
            for at, answer in zip(unanswered, looked, strict=True):
                found[at] = Answered(answer or found[at].answer, unanswered=True)
            pairs = zip(unanswered, looked, strict=True)
            again = [at for at, answer in pairs if not answer and self._fresh(writes[at])]
            for at, one in zip(again, self._sent([writes[at] for at in again]), strict=True):
                found[at] = Answered(one.answer, unanswered=True)
        return found

    def _sent(self, writes: Sequence[Write]) -> list[Answered]:
        permits = [write.permit for write in writes if write.permit is not None]
        found: list[list[Answer]] = [[] for _ in writes]
        for parts_of in (_first, _later):
            asked = [(at, part) for at, write in enumerate(writes) if not failed(found[at]) for part in parts_of(write)]
            answers = self.writer.write_all([part for _, part in asked], permits)
            for (at, part), answer in zip(asked, answers, strict=True):
                found[at].append(proved(part, answer))
        return [Answered(*together(each)) for each in found]

    def _fresh(self, write: Write) -> bool:
        """What the gate has allowed must not go out on an old look. A budget schedule that was made may come late, and
        would add to a second one."""
        if write.steps.made:
            return False
        return write.permit is None or self.writer.connection.clock.now() - write.permit.at < FRESH

    def _looked_after(self, writes: Sequence[Write]) -> list[Answer | None]:
        """What became of writes without an answer, each in its place; None where nothing did."""
        try:
            seen = {write.object_id: live for write, live in self._read(writes)}
            left = {w.object_id for w in writes if not self._settled(w, seen[w.object_id])}
            touched = self.changed_since(left, {name for w in writes for name in w.names}) if left else frozenset()
        except GraphError as error:
            return [error for _ in writes]
        return [self._became(write, seen[write.object_id], touched) for write in writes]

    def _settled(self, write: Write, live: Object | GraphError | None) -> bool:
        return not isinstance(live, Object) or self._arrived(write, live)

    def _became(self, write: Write, live: Object | GraphError | None, touched: Collection[str]) -> Answer | None:
        if isinstance(live, GraphError):
            # What cannot be read is as unknown as before.
            return live if isinstance(live, STOPPING) else Unavailable(live.reply, live.mend)
        if live is None:
            return _invalid("it is gone")
        if self._arrived(write, live):
            return {"success": True}
        if write.object_id in touched:
            return _invalid("somebody has changed it while it was written; plan again")
        moved = list(self._moved(write.change, live)) if write.change.action is Action.UPDATE else []
        return _invalid(f"it was changed while it was written: {', '.join(moved)}; plan again") if moved else None

    def log(self) -> tuple[Activity, ...]:
        """What the account's log tells by now, from a little before the plan."""
        now = self.writer.connection.clock.now()
        back = max(now - self.since, timedelta()) + LOG_MARGIN if self.since else REACH
        return read_log(self.writer, self.account, now - back)

    def changed_since(self, ids: Collection[str], names: Collection[str] = ("status",)) -> frozenset[str]:
        """Of some objects those of which the log tells, by now, more than it did when the plan was made."""
        return self.changed_in(self.log(), ids, names)

    def changed_in(
        self, log: Iterable[Activity], ids: Collection[str], names: Collection[str] = ("status",)
    ) -> frozenset[str]:
        """The same by a log that was read already."""
        log = of_objects(log, frozenset(ids))
        at = self.since.isoformat() if self.since else ""
        return frozenset(
            id_
            for id_ in ids
            for name in names
            if len(events_of(log, id_, name, at)) - self._own_pause(log, id_, name, at)
            > len(events_of(self.known, id_, name, at))
        )

    def _own_pause(self, log: tuple[Activity, ...], object_id: str, name: str, at: str) -> bool:
        """Whether one of the events is that of this run, which has paused it; of more, the others are news."""
        if name != "status" or object_id not in self.paused or self.identity is None:
            return False
        return any(self.identity.made(event) and is_pause(event) for event in events_of(log, object_id, name, at))


def _first(write: Write) -> list[Part]:
    own = [Part("POST", write.object_id, write.params)] if write.params else []
    return [*ending(write.steps), *own]


def _later(write: Write) -> list[Part]:
    return list(following(write.object_id, write.steps))


def _nothing(writes: Writes, change: Change, live: Object) -> Iterator[str]:
    yield from ()


COMPARED: Mapping[Action, Callable[[Writes, Change, Object], Iterator[str]]] = {
    Action.UPDATE: Writes._moved,
    Action.ARCHIVE: Writes._turned_on,
    Action.DELETE: Writes._turned_on,
}


SETTLED = {
    PAUSED: frozenset({PAUSED, ARCHIVED, "DELETED"}),
    ARCHIVED: frozenset({ARCHIVED, "DELETED"}),
    "DELETED": frozenset({"DELETED"}),
}
"""By the status that was written: how an object may read afterwards."""


def _invalid(why: str) -> Invalid:
    return Invalid(GraphReply(0, message=why))
