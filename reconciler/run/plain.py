"""One account's kinds that stand alone, between the looks at its campaigns and their comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from reconciler.engine.diff import Difference
from reconciler.engine.immutable import Retiring, moving
from reconciler.engine.plain import applied_now, compare_plain
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling
from reconciler.model.address import Address
from reconciler.model.plan import Change
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.observe.plain import PlainObjects
from reconciler.store.records import Records

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
        pairs = ((to, at) for at, one in sorted(resources.items()) for to in KINDS[one.kind].references(one.fields))
        return cls(standing_alone(resources), standing_alone(records), live, dict(pairs))

    @property
    def located(self) -> dict[Address, Record]:
        """Records with the ids of what was found without one: what refers to it is read by them."""
        declared = {at: one.fields for at, one in self.resources.items()}
        found = {at: Record(live.kind, live.id, applied=declared.get(at, {})) for at, live in self.there.items()}
        return {**found, **{at: record for at, record in self.records.items() if record.id}}

    @property
    def there(self) -> dict[Address, Object]:
        ours = {at: live for at, live in self.live.objects.items() if at not in self.live.disowned}
        return {at: live for at, live in ours.items() if not live.gone}

    def add_to(self, found: Difference, *, revert_drift: bool) -> None:
        """The differences of what stands alone, beside those of campaigns."""
        live, disowned = self.live.objects, frozenset(self.live.disowned)
        retiring = Retiring(self.live.former, self.live.users, moving(found.changes))
        own = compare_plain(
            self.resources, live, disowned, self.records, self.referring, retiring, revert_drift=revert_drift
        )
        found.changes += own.changes
        found.drift += own.drift
        found.refusals += own.refusals
        found.notes += [*own.notes, *self._notes()]

    def _notes(self) -> list[str]:
        twice = [
            f"{at}: {KINDS[live.kind].title} {live.id} bears the same marker; it is left as it is"
            for at, live in self.live.duplicates
        ]
        stray = [
            f"{KINDS[live.kind].title} {live.id} bears a marker of this project, and nothing declares it"
            for live in self.live.orphans
        ]
        return [*twice, *stray]

    def remember(self, store: Records, changes: tuple[Change, ...], drifted: Mapping[Address, frozenset[str]]) -> None:
        """What a look has shown, without what is yet to be applied."""
        left = {change.address: frozenset(change.after) for change in changes}
        fresh = {}
        for at, live in self.there.items():
            # Of what never changes, a record says which content was applied last: that is for apply to say.
            waits = bool(left.get(at)) and KINDS[at.kind].handling is Handling.IMMUTABLE
            if at in self.resources and not waits:
                undone = drifted.get(at, frozenset()) | left.get(at, frozenset())
                fresh[at] = applied_now(self.resources[at], live, store.get(at), undone)
        store.put_all(fresh)
