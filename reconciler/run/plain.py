"""One account's kinds that stand alone, between the looks at its campaigns and their comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from reconciler.engine.compare import reads_as
from reconciler.engine.difference import Difference
from reconciler.engine.immutable import Retiring, moving, titled
from reconciler.engine.plain import applied_now, compare_plain
from reconciler.engine.referring import Users, grown_from_former, move_over, refuse_named, refuse_users, still_used
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE
from reconciler.observe.plain import PlainObjects
from reconciler.store.records import Records, amended

T = TypeVar("T")


def delivered(by_address: Mapping[Address, T]) -> dict[Address, T]:
    return {at: each for at, each in by_address.items() if not KINDS[at.kind].stands_alone}


def standing_alone(by_address: Mapping[Address, T]) -> dict[Address, T]:
    return {at: each for at, each in by_address.items() if KINDS[at.kind].stands_alone}


@dataclass(frozen=True)
class PlainAccount:
    """What of one account stands alone: declared, remembered and live."""

    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    live: PlainObjects
    referring: Mapping[Address, Address]
    """By address, something declared that refers to it."""

    @classmethod
    def of(
        cls, resources: Mapping[Address, Resource], records: Mapping[Address, Record], live: PlainObjects
    ) -> PlainAccount:
        """Of all that the account declares and remembers."""
        alone, remembered = standing_alone(resources), standing_alone(records)
        users = sorted(resources.items()) if alone.keys() | remembered.keys() else ()
        pairs = ((to, at) for at, one in users for to in KINDS[one.kind].references(one.fields))
        return cls(alone, remembered, live, dict(pairs))

    @property
    def located(self) -> dict[Address, Record]:
        """Records with the ids of what was found without one: what refers to it is read by them."""
        declared = {at: one.fields for at, one in self.resources.items()}
        found = {at: Record(live.kind, live.id, applied=declared.get(at, {})) for at, live in self.there.items()}
        made_again = {at: amended(found.get(at), at.kind, replaced=one.replaced) for at, one in self.records.items()}
        return {**found, **made_again, **{at: record for at, record in self.records.items() if record.id}}

    @property
    def unread(self) -> list[Address]:
        """Declared or remembered, of a kind that could not be looked at."""
        return [at for at in sorted({*self.resources, *self.records}) if at.kind in self.live.unread]

    @property
    def there(self) -> dict[Address, Object]:
        ours = {at: live for at, live in self.live.objects.items() if at not in self.live.disowned}
        return {at: live for at, live in ours.items() if not live.gone}

    @property
    def retiring(self) -> Retiring:
        return Retiring(self.live.former, self.live.users)

    def add_to(self, found: Difference, users: Users, *, revert_drift: bool) -> None:
        """The differences of what stands alone, beside those of campaigns, which may use it."""
        live, disowned = self.live.objects, frozenset(self.live.disowned)
        ours = frozenset(live.id for live in (*users.there.values(), *self.there.values()))
        retiring = replace(self.retiring, moving=moving(found.changes), ours=ours)
        removed = self.records.keys() - self.resources.keys()
        referring = {**still_used(found, users, self.there, self.resources), **self.referring} if removed else {}
        unread = set(self.unread)
        own = compare_plain(
            {at: one for at, one in self.resources.items() if at not in unread},
            live,
            disowned,
            {at: one for at, one in self.records.items() if at not in unread},
            referring,
            retiring,
            revert_drift=revert_drift,
        )
        found.changes += own.changes
        found.drift += own.drift
        found.refusals += [*own.refusals, *(_unread(at, self.live.unread[at.kind]) for at in self.unread)]
        found.notes += [*own.notes, *self._notes()]
        found.outdated |= self._brought_up(own)
        made = {change.address: "" for change in own.changes if change.action is Action.CREATE}
        current = {**{at: one.id for at, one in self.there.items()}, **made}
        move_over(found, users, current)
        found.notes += grown_from_former(self.resources, self.there, current)
        refuse_users(found, {**users.resources, **self.resources}, live)
        refuse_named(found, {**users.resources, **self.resources}, self.live.named)

    def _brought_up(self, own: Difference) -> dict[Address, Record]:
        """Records with what is to become of it without YAML, and with the ids of what a create made that had no answer,
        or of what a lost record forgot: whatever is done next, what refers to it is known by them."""
        found: dict[Address, Record] = {}
        for at, live in self.there.items():
            resource, record = self.resources.get(at), self.records.get(at)
            if resource is not None and record is not None and record.id == live.id:
                on_remove = resource.lifecycle.on_remove
                found |= {at: replace(record, on_remove=on_remove)} if record.on_remove is not on_remove else {}
            if resource is None or (record is not None and record.id) or live.status != ACTIVE:
                continue
            if record is None or not record.knows:
                drifted = frozenset(drift.field for drift in own.drift if drift.address == at)
                found[at] = applied_now(resource, live, record, drifted)
            elif KINDS[at.kind].version(record.applied) == KINDS[at.kind].version(resource.fields):
                found[at] = replace(record, id=live.id, pending="")
        return found

    def _notes(self) -> list[str]:
        twice = [
            f"{at}: {titled(live)} bears the same marker; it is left as it is; {_let_go(live)}"
            for at, live in self.live.duplicates
        ]
        stray = [
            f"{titled(live)} bears a marker of this project, and nothing declares it; {_let_go(live)}"
            for live in self.live.orphans
        ]
        said = [f"{at}: Meta says of it: {text}" for at, live in sorted(self.there.items()) for text in live.issues]
        return [*twice, *stray, *said]

    def remember(self, store: Records, changes: tuple[Change, ...], drifted: Mapping[Address, frozenset[str]]) -> None:
        """What a look has shown, without what is yet to be applied."""
        left = {change.address: frozenset(change.after) for change in changes}
        fresh = {}
        for at, live in self.there.items():
            # Of what never changes, a record says which content was applied last: that is for apply to say.
            waits = bool(left.get(at)) and KINDS[at.kind].handling is Handling.IMMUTABLE
            if at in self.resources and not waits and at.kind not in self.live.unread:
                refused = {n for n, v in self.resources[at].fields.items() if not reads_as(at.kind, n, v, live)}
                undone = drifted.get(at, frozenset()) | left.get(at, frozenset()) | refused
                fresh[at] = applied_now(self.resources[at], live, store.get(at), undone)
        store.put_all(fresh)


def _let_go(live: Object) -> str:
    if KINDS[live.kind].handling is Handling.IMMUTABLE:
        return "its name cannot be changed, so the marker stays there: archive it once nothing uses it"
    return f"to take the marker off: reconciler forget {live.id}"


def _unread(address: Address, error: ReconcilerError) -> Refusal:
    """Nothing is made of what may be there, and what refers to it waits."""
    said, _, mend = str(error).partition("\n  mend: ")
    message = f"no {KINDS[address.kind].title} can be looked at: {said}"
    return Refusal("unread", str(address), message, mend=mend or "run the same command again")
