"""Judges I13 to I15 and a part of I9: the tool must leave alone what is not its own.

That is: what a person has copied, other ad accounts, what a person has deleted, and orphans. An orphan is an object
with a label of ours whose address is not declared and which `state/` does not know, as when both the YAML and `state/`
were lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulation.stack import ACTIVE

if TYPE_CHECKING:
    from simulation.oracle import Oracle, Snapshot

GONE = ("ARCHIVED", "DELETED")


@dataclass
class Ownership:
    oracle: Oracle
    account: str
    """The ad account that is declared."""
    orphans: frozenset[str] = frozenset()
    """Ids of the orphans that deliver and that were created early enough for this run to see them in a listing."""
    deleted: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Address to moment and id: when a person archived or deleted which object of it."""
    copied: set[str] = field(default_factory=set)
    """Campaign addresses in which a person has copied something."""

    def on_run_start(self, remembered: str, pending: set[str]) -> None:
        seen_since = self.oracle.seen_since()
        nodes = self.oracle.sandbox.world.nodes
        found = (one.id for one in self.orphaned(remembered, pending))
        self.orphans = frozenset(id_ for id_ in found if nodes[id_].data["created_time"] <= seen_since)

    def orphaned(self, remembered: str, pending: set[str]) -> Iterator[Snapshot]:
        """`pending`: addresses with a create that has no answer yet, so that `state/` knows of it without an id."""
        for one in self.oracle.delivering():
            known = (
                one.addresses & (set(self.oracle.declared) | pending)
                or one.id in remembered
                or one.id in self.oracle.made_by_people
            )
            if one.addresses and not known and self.oracle.parents_are_labelled(one):
                yield one

    def on_run_end(self, output: str) -> None:
        for id_ in sorted(self.orphans - self._reported_in(output)):
            self.oracle.broken("I15", f"{id_} delivers, nothing declares or remembers it, and it is not told")

    def _reported_in(self, output: str) -> set[str]:
        """Orphans whose id, or the id of something above them, is in the output: a report of a campaign covers its
        ads."""
        objects = self.oracle.objects
        return {i for i in self.orphans if i in output or any(above in output for above in self._above(objects[i]))}

    def _above(self, one: Snapshot) -> Iterator[str]:
        while one.parent:
            yield one.parent
            one = self.oracle.objects[one.parent]

    # ---- what people do

    def on_edit_by_person(self, was: Snapshot | None, seen: Snapshot) -> None:
        now = self.oracle.sandbox.clock.now()
        roots = {"/".join(address.split("/")[:2]) for address in seen.addresses}
        if was is None:
            self.copied |= roots
        elif seen.status in GONE and was.status not in GONE and seen.id not in self.oracle.made_by_people:
            self.deleted |= dict.fromkeys(seen.addresses, (now, seen.id))

    def on_yaml_removed(self, campaign: str) -> None:
        """The campaign's YAML was removed. If the key comes back, it declares a new campaign, which may be created."""
        self.deleted = {a: at for a, at in self.deleted.items() if a.split("/")[1] != campaign}

    # ---- what the tool does

    def on_write(self, entry: dict[str, Any], target: Snapshot | None) -> None:
        if entry["account"] and entry["account"] != self.account:
            self.oracle.broken("I14", f"a write in {entry['account']}, while {self.account} is declared")
        if target is not None and self._is_copied(target):
            self.oracle.broken("I13", f"a write to {target.kind} {target.id}, which a person has copied")

    def _is_copied(self, one: Snapshot) -> bool:
        return bool({one.id, *self._above(one)} & self.oracle.made_by_people)

    def on_create(self, seen: Snapshot) -> None:
        if seen.parent and self._is_copied(self.oracle.objects[seen.parent]):
            self.oracle.broken("I13", f"{seen.kind} {seen.id} was made in a campaign that a person has copied")

    def on_change(self, was: Snapshot, seen: Snapshot) -> None:
        on = {id_ for id_ in self.orphans if self.oracle.objects[id_].status == ACTIVE}
        started = seen.status == ACTIVE != was.status
        if (started or seen.budget > was.budget > 0) and on:
            what = "launched" if started else "raised"
            self.oracle.broken("I15", f"{sorted(seen.addresses)} was {what} beside orphans that run: {sorted(on)}")
        if seen.id in self.orphans and seen.status != was.status:
            self.oracle.broken("I15", f"{seen.id}, an orphan, was made {seen.status} by a plain run")
        if started:
            self._deleted_and_started(seen)

    def _was_in_a_duplicate(self, gone: str, seen: Snapshot) -> bool:
        """Whether a run has created a campaign twice, and the deleted object was in the other one. What a person
        deletes in one of the two says nothing about the one that is left."""
        objects = self.oracle.objects
        former, parent = objects.get(objects[gone].parent), objects.get(seen.parent)
        if former is None or parent is None or former.id == parent.id:
            return False
        return former.status not in GONE and bool(former.addresses & parent.addresses)

    def _deleted_and_started(self, seen: Snapshot) -> None:
        born = self.oracle.sandbox.world.nodes[seen.id].data["created_time"]
        for address in seen.addresses & set(self.deleted):
            at, gone = self.deleted[address]
            # If a person took the label off an object above the deleted one, the tool cannot know which address that
            # was.
            known = self.oracle.parents_are_labelled(self.oracle.objects[gone]) and not self._was_in_a_duplicate(
                gone, seen
            )
            if known and born >= at and self.oracle.could_see(at):
                self.oracle.broken("I9", f"{address} was deleted by a person, made again and turned on")
