"""What is not the tool's to start or to change: a person's copies, orphans, another account, what a person deleted.

An orphan bears a label of ours for an address that is not declared, and `state/` does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulation.stack import ACTIVE

if TYPE_CHECKING:
    from simulation.oracle import Oracle, Seen

GONE = ("ARCHIVED", "DELETED")


@dataclass
class Others:
    oracle: Oracle
    account: str
    """The one that is declared."""
    orphans: frozenset[str] = frozenset()
    """Ids of those that deliver and that this run can see."""
    deleted: dict[str, tuple[float, str]] = field(default_factory=dict)
    """By address since when, and which object: a person has archived or deleted it."""
    copied: set[str] = field(default_factory=set)
    """Campaign addresses in which a person has copied something."""

    def run_begins(self, remembered: str) -> None:
        seen_since = self.oracle.seen_since()
        nodes = self.oracle.sandbox.world.nodes
        found = (one.id for one in self.orphaned(remembered))
        self.orphans = frozenset(id_ for id_ in found if nodes[id_].data["created_time"] <= seen_since)

    def orphaned(self, remembered: str) -> Iterator[Seen]:
        for one in self.oracle.delivering():
            known = one.addresses & set(self.oracle.wants) or one.id in remembered or one.id in self.oracle.made_by_hand
            if one.addresses and not known and self.oracle.rooted(one):
                yield one

    def run_ends(self, told: str) -> None:
        for id_ in sorted(self.orphans - self._ids_in(told)):
            self.oracle.broken("I15", f"{id_} delivers, nothing declares or remembers it, and it is not told")

    def _ids_in(self, told: str) -> set[str]:
        """Who is told of a campaign has been told of what is in it."""
        objects = self.oracle.objects
        return {i for i in self.orphans if i in told or any(above in told for above in self._above(objects[i]))}

    def _above(self, one: Seen) -> Iterator[str]:
        while one.parent:
            yield one.parent
            one = self.oracle.objects[one.parent]

    # ---- what people do

    def by_person(self, was: Seen | None, seen: Seen) -> None:
        now = self.oracle.sandbox.clock.now()
        roots = {"/".join(address.split("/")[:2]) for address in seen.addresses}
        if was is None:
            self.copied |= roots
        elif seen.status in GONE and was.status not in GONE and seen.id not in self.oracle.made_by_hand:
            self.deleted |= dict.fromkeys(seen.addresses, (now, seen.id))

    def taken_out(self, campaign: str) -> None:
        """Its YAML is gone: what comes under its key later is another one."""
        self.deleted = {a: at for a, at in self.deleted.items() if a.split("/")[1] != campaign}

    # ---- what the tool does

    def written(self, entry: dict[str, Any], target: Seen | None) -> None:
        if entry["account"] and entry["account"] != self.account:
            self.oracle.broken("I14", f"a write in {entry['account']}, while {self.account} is declared")
        if target is not None and self._is_copied(target):
            self.oracle.broken("I13", f"a write to {target.kind} {target.id}, which a person has copied")

    def _is_copied(self, one: Seen) -> bool:
        return bool({one.id, *self._above(one)} & self.oracle.made_by_hand)

    def created(self, seen: Seen) -> None:
        if seen.parent and self._is_copied(self.oracle.objects[seen.parent]):
            self.oracle.broken("I13", f"{seen.kind} {seen.id} was made in a campaign that a person has copied")

    def changed(self, was: Seen, seen: Seen) -> None:
        on = {id_ for id_ in self.orphans if self.oracle.objects[id_].status == ACTIVE}
        started = seen.status == ACTIVE != was.status
        if (started or seen.budget > was.budget > 0) and on:
            what = "launched" if started else "raised"
            self.oracle.broken("I15", f"{sorted(seen.addresses)} was {what} beside orphans that run: {sorted(on)}")
        if seen.id in self.orphans and seen.status != was.status:
            self.oracle.broken("I15", f"{seen.id}, an orphan, was made {seen.status} by a plain run")
        if started:
            self._deleted_and_started(seen)

    def _in_a_twin(self, gone: str, seen: Seen) -> bool:
        """Of two that a run has made of one campaign, what a person deletes in one says nothing of the other."""
        objects = self.oracle.objects
        former, parent = objects.get(objects[gone].parent), objects.get(seen.parent)
        if former is None or parent is None or former.id == parent.id:
            return False
        return former.status not in GONE and bool(former.addresses & parent.addresses)

    def _deleted_and_started(self, seen: Seen) -> None:
        born = self.oracle.sandbox.world.nodes[seen.id].data["created_time"]
        for address in seen.addresses & set(self.deleted):
            at, gone = self.deleted[address]
            # What a person has taken the label off, above what was deleted, nobody can know for what it was.
            known = self.oracle.rooted(self.oracle.objects[gone]) and not self._in_a_twin(gone, seen)
            if known and born >= at and self.oracle.could_see(at):
                self.oracle.broken("I9", f"{address} was deleted by a person, made again and turned on")
