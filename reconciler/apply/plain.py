"""Applies kinds that stand alone: created, updated, let go or deleted; what never changes is made anew and archived.

Each is known by the marker in a text of its own. What is referred to is made first. A create goes through the same
protocol as any other: its intent is on disk before it is sent, and what was not answered is looked for before it is
sent again. What is archived has to be used by nothing, as a last look shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

from reconciler.apply.create import Create, Creator
from reconciler.apply.memory import Memory
from reconciler.apply.payload import payload, with_ids
from reconciler.apply.work import Work
from reconciler.engine.compare import reads_as
from reconciler.engine.immutable import told
from reconciler.engine.plain import applied_now
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling
from reconciler.kinds.identity import label, marked
from reconciler.meta.answers import Answer, taken
from reconciler.meta.client import Writer
from reconciler.meta.request import Part
from reconciler.model.address import Address
from reconciler.model.errors import (
    STOPPING,
    AccountBlocked,
    CredentialsError,
    GraphError,
    Invalid,
    NotFound,
    Unavailable,
)
from reconciler.model.plan import Action, Change, Outcome
from reconciler.model.remote import Object
from reconciler.model.status import ACTIVE, ARCHIVED
from reconciler.model.values import Fields
from reconciler.observe.plain import asked_of_plain, find_users, plain_object, speaking_for

GOES = frozenset({Action.FORGET, Action.DELETE, Action.ARCHIVE})
NO_LONGER = "No longer managed"
"""In place of a text that was nothing but the marker: Meta may take an empty one for none at all."""
CHANGED_SINCE = "somebody has changed it since the plan was made; plan again"


def is_plain(change: Change) -> bool:
    return KINDS[change.kind].stands_alone


class PlainApply:
    """One account's. `work.ids` grows with what is made, so that what refers to it can be sent."""

    def __init__(self, work: Work, writer: Writer, memory: Memory) -> None:
        self._work, self._writer, self._memory = work, writer, memory

    def make(self, changes: Iterable[Change]) -> Iterator[Outcome]:
        """What is made or changed, before anything that may refer to it."""
        wanted = {change.address: change for change in changes if is_plain(change) and change.action not in GOES}
        for address in _in_order(wanted):
            yield self._kept(wanted[address], self._made)

    def let_go(self, changes: Iterable[Change], changed: Mapping[Address, Fields]) -> Iterator[Outcome]:
        """What is no longer declared, after everything that referred to it. `changed`: the fields that were written, by
        address; what was held back or has failed refers to it still."""
        going = [change for change in changes if is_plain(change) and change.action in GOES]
        gone = {change.address for change in going if change.removal}
        for change in going:
            by = self._still_referring(change, changed, gone)
            if by is not None:
                yield Outcome(change, error=f"not tried: {by} still refers to it")
            else:
                yield self._kept(change, self._gone)

    def _still_referring(
        self, change: Change, changed: Mapping[Address, Fields], gone: Collection[Address]
    ) -> Address | None:
        if not change.removal or KINDS[change.kind].handling is Handling.IMMUTABLE:
            return None  # the account's list of what uses it is asked right before
        for address, live in sorted(self._work.objects.items()):
            written, kind = changed.get(address), KINDS[address.kind]
            ended = written is not None and (written.get("status") or live.status) != ACTIVE
            leaves = address in gone or (ended and address not in self._work.resources)
            if not leaves and change.address in kind.references({**live.fields, **(written or {})}):
                return address
        return None

    def _kept(self, change: Change, step: Any) -> Outcome:
        """A refusal of one leaves the others, and so does what Meta bars of its kind alone, such as audiences before
        their terms are accepted. What stops the account stops it."""
        try:
            step(change)
        except GraphError as error:
            if isinstance(error, STOPPING) and not isinstance(error, AccountBlocked):
                raise
            return Outcome(change, error=str(error), unknown=isinstance(error, Unavailable))
        except (LookupError, CredentialsError) as error:
            return Outcome(change, error=str(error))
        return Outcome(change)

    def _made(self, change: Change) -> None:
        if change.action is Action.CREATE:
            self._create(change)
        elif change.action is Action.UPDATE:
            self._update(change)
        else:
            self._remember(change.address, change.id)

    def _speaking_for(self, kind: Kind) -> Writer:
        return speaking_for(self._writer, self._work.account, kind)

    def _create(self, change: Change) -> None:
        address = change.address
        params = plain_params(change, self._work.project, self._work.ids)
        version = KINDS[change.kind].version(change.after)
        create = Create(address, params, self._work.project, lost=self._memory.awaits(address), version=version)
        writer = self._speaking_for(KINDS[change.kind])
        memory, taken = self._memory, lambda: set(self._work.ids.values())
        creator = Creator(writer, self._work.account, memory.intend, taken, again=memory.send_again)
        for (made,) in creator.make([create]):
            if made.id:
                self._work.ids[address] = made.id
                self._memory.made(change, made.id, "", found=made.unanswered)
                self._remember(address, made.id)
                self._keeps_its_marker(replace(change, id=made.id))
            elif made.error is not None:
                if not made.unanswered and not isinstance(made.error, Unavailable):
                    self._memory.not_made(change)
                raise made.error

    def _keeps_its_marker(self, change: Change) -> None:
        """Raises where Meta has cut it off: from the next run on nobody could tell that the object is ours. What cannot
        be read yet is left to that run."""
        kind = KINDS[change.kind]
        try:
            seen = self._look(change)
        except (Invalid, NotFound, Unavailable):
            return
        marker = label(self._work.project, change.address, kind.version(change.after))
        if marker not in seen.labels:
            there = f"{kind.title} {change.id} is there"
            mend = f"put {marker} there in Ads Manager with less text before it, and write that text here"
            if kind.handling is Handling.IMMUTABLE:
                mend = f"rename its file, write a shorter {kind.marked} in it, and archive {change.id} in Ads Manager"
            raise LookupError(
                f"{there}, but Meta has not kept what tells it as ours behind its {kind.marked}\n  mend: {mend}"
            )

    def _update(self, change: Change) -> None:
        if KINDS[change.kind].handling is Handling.IMMUTABLE:
            self._set_status(change, ACTIVE)
            self._remember(change.address, change.id)
            return
        live = self._look(change)
        if not all(reads_as(change.kind, name, value, live) for name, value in change.before.items()):
            raise LookupError(CHANGED_SINCE)
        params = plain_params(change, self._work.project, self._work.ids)
        answer = self._sent(Part("POST", change.id, params), KINDS[change.kind])
        seen = self._look(change)
        left = [name for name, value in change.after.items() if not reads_as(change.kind, name, value, seen)]
        if isinstance(answer, GraphError) and left:
            raise answer
        if left:
            raise LookupError(f"Meta took the write but not the value: {', '.join(left)}")
        if KINDS[change.kind].marked in change.after:
            self._keeps_its_marker(change)
        self._remember(change.address, change.id, seen)

    def _gone(self, change: Change) -> None:
        if change.action is Action.ARCHIVE:
            self._archive(change)
        elif change.action is Action.DELETE:
            self._used_by_nobody(change, {live.id for live in self._work.objects.values()})
            self._confirmed(Part("DELETE", change.id), KINDS[change.kind])
        elif change.unlabels:
            kind = KINDS[change.kind]
            own = str(self._look(change).fields.get(kind.marked) or NO_LONGER)
            self._confirmed(Part("POST", change.id, {kind.marked: own}), kind)
            if self._look(change).labels:
                raise LookupError(f"Meta has not taken the marker off its {kind.marked}")
        if change.removal:
            self._work.store.remove(change.address)

    def _archive(self, change: Change) -> None:
        """What was to take its place, or to leave it, may have failed or been held back."""
        if not change.removal and change.address not in self._work.ids and change.address in self._work.resources:
            raise LookupError("not tried: what takes its place could not be made")
        self._used_by_nobody(change, ())
        self._set_status(change, ARCHIVED)

    def _used_by_nobody(self, change: Change, ours: Collection[str]) -> None:
        """`ours`: ids of what is known to refer to it no more."""
        users = find_users(self._writer, (self._work.account, *self._work.sharing), KINDS[change.kind], [change.id])
        if left := [user for user in users.get(change.id, ()) if user.id not in ours]:
            raise LookupError(f"not tried: {told(left)} using it")

    def _set_status(self, change: Change, status: str) -> None:
        self._confirmed(Part("POST", change.id, {"status": status}, delivers=False), KINDS[change.kind])
        if (seen := self._look(change).status) != status:
            raise LookupError(f"Meta took the write but not the value: status reads {seen}, not {status}")

    def _confirmed(self, part: Part, kind: Kind) -> None:
        answer = self._sent(part, kind)
        if isinstance(answer, GraphError):
            raise answer

    def _sent(self, part: Part, kind: Kind) -> Answer:
        return taken(self._speaking_for(kind).write_all([part])[0])

    def _look(self, change: Change) -> Object:
        kind = KINDS[change.kind]
        live = plain_object(kind, self._speaking_for(kind).get(change.id, fields=asked_of_plain(kind)))
        refs = {object_id: str(address) for address, object_id in self._work.ids.items()}
        resource = self._work.resources.get(change.address)
        return replace(live, fields=kind.named(live.fields, resource.fields if resource else {}, refs))

    def _remember(self, address: Address, object_id: str, live: Object | None = None) -> None:
        resource, record = self._work.resources[address], self._work.store.get(address)
        seen = live or Object(address.kind, object_id, {}, "ACTIVE", "ACTIVE")
        drifted = self._work.drifted.get(address, frozenset())
        self._work.store.put(address, applied_now(resource, seen, record, drifted))


def plain_params(change: Change, project: str, ids: Mapping[Address, str]) -> dict[str, Any]:
    """With the marker behind its text, whatever else is sent: an update of the text must keep it."""
    kind = KINDS[change.kind]
    sent = payload(change.kind, with_ids(change.kind, change.after, ids), change.before)
    if kind.marked in change.after or change.action is Action.CREATE:
        marker = label(project, change.address, kind.version(change.after))
        sent[kind.marked] = marked(change.after.get(kind.marked), marker)
    return sent


def _in_order(wanted: Mapping[Address, Change]) -> list[Address]:
    """What is referred to first; of the rest, by address."""
    graph = {
        address: sorted(KINDS[address.kind].references(change.after) & set(wanted))
        for address, change in sorted(wanted.items())
    }
    return list(TopologicalSorter(graph).static_order())
