"""The write protocol for what exists: looked at right before, absolute values, sent again where no answer came.

Meta has no If-Match. So every object is read right before it is written to, in batches that can go out at once: what
was seen must not grow old while a write waits for room. Whoever edits between that look and the write is overwritten
all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.diff import reads_as
from reconciler.display import said
from reconciler.errors import GraphError, GraphReply, Invalid, NotFound
from reconciler.identity import label
from reconciler.kinds import KINDS, Kind
from reconciler.meta.client import BATCH, Answer, Part, Writer
from reconciler.meta.pace import READ, WRITE
from reconciler.model import Account, Action, Address, Change, Object, Permit, Resource
from reconciler.observe import decode
from reconciler.status import ACTIVE, ARCHIVED, PAUSED

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


@dataclass(frozen=True)
class Writes:
    """Writes to one account's objects. `objects` is what the plan was made on."""

    writer: Writer
    account: Account
    project: str
    zone: ZoneInfo
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]

    def rounds(self, wave: Sequence[Change], *, each: int = READ + WRITE, before: int = 0) -> Iterator[list[Change]]:
        """The wave in parts that fit into the account's limits right now; `each` and `before` are in points."""
        left = list(wave)
        while left:
            most = self.writer.pace.ready(min(len(left), BATCH), each, before)
            yield left[:most]
            left = left[most:]

    def misgivings(self, wave: Sequence[Change]) -> list[GraphError | None]:
        """Why a change must not be written, each in its place: the object is not ours any more, or a value is no longer
        what the plan was made on. What cannot be read is no reason to let it run on."""
        kind = KINDS[wave[0].kind]
        raw = frozenset(n for c in wave for n in c.before if n not in kind.fields and n != "status")
        answers = self.writer.get_all([change.id for change in wave], kind.read_fields(raw))
        return [self._misgiving(kind, c, answer, raw) for c, answer in zip(wave, answers, strict=True)]

    def _misgiving(self, kind: Kind, change: Change, answer: Answer, raw: frozenset[str]) -> GraphError | None:
        if isinstance(answer, GraphError):
            return answer if change.action is Action.UPDATE else None
        live = decode(kind, answer, raw)
        if not live.gone and not live.labels & self._labels(change.address):
            return _invalid("it has lost its label after the plan was made, so it is not ours any more")
        moved = [] if live.gone else list(COMPARED.get(change.action, _nothing)(self, change, live))
        return _invalid(f"it was changed after the plan was made: {', '.join(moved)}; plan again") if moved else None

    def _labels(self, address: Address) -> set[str]:
        resource = self.resources.get(address)
        return {label(self.project, one) for one in (address, *(resource.aliases if resource else ()))}

    def _moved(self, change: Change, live: Object) -> Iterator[str]:
        content = KINDS[change.kind].content
        if content & set(change.before) and live.creative_id != self.objects[change.address].creative_id:
            yield "it has another creative by now"
        for name, value in change.before.items():
            read = live.fields.get(name)
            same = read is None if value is None else reads_as(change.kind, name, value, live)
            if name not in content and not same:
                yield f"{name} is {said(name, read, self.account.currency, self.zone)} by now"

    def _turned_on(self, change: Change, live: Object) -> Iterator[str]:
        if live.status == ACTIVE and change.before.get("status") != ACTIVE:
            yield "it is ACTIVE by now"

    def untaken(self, writes: Sequence[Write]) -> dict[Address, GraphError]:
        """Of objects whose status was written: those that read otherwise, or cannot be read."""
        found: dict[Address, GraphError] = {}
        answers = self.writer.get_all([write.object_id for write in writes], "status,effective_status")
        for write, answer in zip(writes, answers, strict=True):
            if isinstance(answer, NotFound):
                continue
            if isinstance(answer, GraphError):
                found[write.change.address] = answer
            elif str(answer.get("status")) not in SETTLED[str(write.params["status"])]:
                why = f"Meta took the write but not the value: status reads {answer.get('status')}"
                found[write.change.address] = _invalid(f"{why}, not {write.params['status']}")
        return found

    def answers(self, writes: Sequence[Write]) -> list[Answer]:
        permits = [write.permit for write in writes if write.permit is not None]
        return self.writer.settle([Part("POST", write.object_id, write.params) for write in writes], permits)


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
