"""Judges what must never happen. It looks at the sandbox's objects after every write that the sandbox has accepted.

"The tool" is the client that is tested. "True time" is the sandbox's clock, whatever the clock of the tool's computer
says. An object delivers when it and everything above it are ACTIVE.

| | |
|---|---|
| I0 | no run ends with an unexpected exception |
| I1 | at most one object of an address delivers; nothing is turned on beside a duplicate that a person has turned on |
| I2 | nothing is created ACTIVE, and nothing is turned on that the YAML does not want ACTIVE by true time |
| I2 | nothing is turned on while the tool's clock is wrong by more than a minute |
| I3 | no write raises the sum of the budgets that deliver above the sum that is declared for them |
| I4 | every object with a label of ours is in `state/`, or the tool reports it |
| I5 | without faults, all is as declared after at most three runs |
| I6 | no write to an object without our label, and no create below a parent that has another address |
| I7 | `state/` can be read after any crash |
| I8 | the token is nowhere |
| I9 | a value that a person has set is not overwritten, where the tool could have seen it |
| I9 | what a person has paused while it ran as declared stays paused, whatever the YAML says later |
| I9 | what a person has deleted or archived is not created again and turned on |
| I10 | the same seed gives the same log (a test compares the digests) |
| I11 | a run that has nothing to do writes nothing |
| I12 | no call while Meta's rate limit blocks the account |
| I13 | a person's copy is not written to, not turned on, and nothing is created in it |
| I14 | no write to another account than the declared one |
| I15 | while an orphan delivers, nothing is turned on and no budget rises; no plain run pauses it; each is reported |
| I16 | what the YAML wants ACTIVE by true time is not paused, unless Meta has ended it |
| I17 | no audience and no lead form is made twice |
| I18 | nothing is turned on that uses an audience which somebody has deleted, or a form that is archived |

The tool is not asked, except for its `state/` in I4 and I7 and its output in I4, I8 and I15: a tool that is wrong about
what it did must not be believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from support.sandbox import ACCOUNT

from reconciler.sandbox import Sandbox
from reconciler.sandbox.world import Node
from simulation.alone import AloneOracle
from simulation.ownership import Ownership
from simulation.stack import ACTIVE, PAUSED, DeclaredObject, Stack, declared_objects, labels

LEVELS = ("campaign", "ad_set", "ad")
GONE = ("ARCHIVED", "DELETED")
WATCHED = ("status", "daily_budget", "name")
LABEL = "label"
TOOL, PERSON, LATE, ADVISED = "tool", "person", "late", "mend"
"""Who makes a write. LATE: a call of the tool that the network delivers later, or a second time. ADVISED: a person who
does what the tool has told people to do; such writes are not judged."""

READ_AGE = 45.0
"""Seconds that may pass between the tool's last read of an object and its write to it."""

LISTING_AGE = 900.0
"""Seconds that may pass between a listing and a create that relies on it."""


class Violation(Exception):
    """An invariant that did not hold."""

    def __init__(self, invariant: str, why: str) -> None:
        super().__init__(f"{invariant}: {why}")
        self.invariant, self.why = invariant, why


@dataclass(frozen=True)
class Snapshot:
    """One object as the oracle saw it last."""

    id: str
    kind: str
    parent: str
    addresses: frozenset[str]
    """Those whose labels it has."""
    values: tuple[Any, ...]
    """Of the fields in WATCHED, in that order."""

    @property
    def status(self) -> str:
        return str(self.values[0])

    @property
    def budget(self) -> int:
        return int(self.values[1] or 0)


@dataclass
class ManualValue:
    """A value that a person has given to a field of an object, at a moment."""

    value: Any
    at: float
    read: bool = False
    """Whether the tool could have seen it since, in an answer or in the activity log."""
    shown: bool = False
    """Whether an answer since then had the object itself."""
    unknown: frozenset[str] = frozenset()
    """Campaigns whose times were edited in the YAML shortly before, with no finished run in between. Then the tool
    cannot know whether the person or the YAML spoke last."""
    stands: bool = False
    """A pause of something that ran as declared: only a person may end it."""


class _Ledger(list[dict[str, Any]]):
    """The sandbox's list of accepted writes; it calls a function for each new one."""

    def __init__(self, on_write: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._on_write = on_write

    def append(self, entry: dict[str, Any]) -> None:
        super().append(entry)
        self._on_write(entry)


@dataclass
class Oracle:
    sandbox: Sandbox
    log: Callable[[str], None]
    fail: Callable[[Violation], None]
    stack: Stack = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """Address by label, of everything that was ever declared."""
    actor: str = TOOL
    objects: dict[str, Snapshot] = field(default_factory=dict)
    manual_values: dict[tuple[str, str], ManualValue] = field(default_factory=dict)
    """By id and field."""
    by_tool: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By id and field: the last value that the tool has set."""
    made_by_people: set[str] = field(default_factory=set)
    """Ids of objects that people have created, which are copies."""
    was_on: set[str] = field(default_factory=set)
    """Ids that the tool has turned on at some time."""
    touched: set[str] = field(default_factory=set)
    """Campaign addresses in which a person has changed something."""
    edited: dict[str, float] = field(default_factory=dict)
    """By key of a campaign: when the times in its YAML were changed last."""
    unknown: set[str] = field(default_factory=set)
    """Keys of campaigns whose times were edited in the YAML since the last run that ended without an error."""
    blurred: set[str] = field(default_factory=set)
    """Ids with values from people or from late calls. They are left out of sums of budgets, which judge the tool
    only."""
    confirmed_ids: set[str] = field(default_factory=set)
    """Ids that the tool has read in answers to writes, since it last crashed or lost `state/`."""
    forgotten: bool = False
    """Whether `state/` was lost at some time. Sums of budgets are not judged then: the tool cannot know whether a
    person has set a budget that is higher than declared, so it leaves it, while it may raise others as declared."""
    on_in_run: set[str] = field(default_factory=set)
    """Ids that were turned on in this run."""
    made_in_run: set[str] = field(default_factory=set)
    """Ids that were created in this run."""
    came_late: set[str] = field(default_factory=set)
    """Ids that were created by late calls."""
    rivals: bool = False
    """Whether several runs take place at once. Then two of them may create the same object."""
    clock_is_off: bool = False
    """Whether the tool's clock is wrong by more than a minute during this whole run."""
    dated: bool = True
    """Whether the Date header of Meta's answers is true in this run. Without it the tool cannot know that its clock is
    wrong."""
    misled: bool = False
    """Whether the tool's clock was wrong at some time. Then it may think that an end has come, or that a start by a
    person was its own."""
    moved: set[str] = field(default_factory=set)
    """Campaign addresses that the tool has paused because their start was moved to later. Without `state/` such a pause
    looks like a person's."""
    writes: int = 0
    """How many writes of the tool were accepted."""

    def __post_init__(self) -> None:
        self.declared: dict[str, DeclaredObject] = {}
        self.sandbox.world.ledger = _Ledger(self._written)
        self.objects = dict(self._look())
        self.ownership = Ownership(self, ACCOUNT)
        self.alone = AloneOracle(self)

    # ---- what the simulator reports

    def declare(self, stack: Stack, now: float) -> None:
        for key in set(self.stack) - set(stack):
            self.ownership.on_yaml_removed(key)
        for key, one in stack.items():
            before = self.stack.get(key)
            if before is None or before.times != one.times:
                self.edited[key] = now
                self.unknown.add(key)
        self.stack = stack
        self.known |= labels(stack)
        self.declared = {want.address: want for want in declared_objects(stack)}
        self._forget_values_now_declared()

    def _forget_values_now_declared(self) -> None:
        """A person's value that the YAML now declares, too, is no longer the person's."""
        for (id_, name), manual in list(self.manual_values.items()):
            want = self._want_of(id_)
            declared = {"daily_budget": want.budget, "name": want.name} if want else {}
            if name in declared and str(declared[name]) == str(manual.value):
                del self.manual_values[id_, name]

    @contextmanager
    def acting(self, actor: str) -> Iterator[None]:
        """Writes within the block are by `actor`."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def answered(self, body: bytes, write: bool) -> None:
        """The tool has got an answer with this body."""
        known = (*self.objects, *self.alone.seen)
        self.confirmed_ids |= {id_ for id_ in known if id_.encode() in body} if write else set()
        for (id_, name), manual in self.manual_values.items():
            manual.shown = manual.shown or bool(re.search(rf'\\?"id\\?": ?\\?"{id_}\\?"'.encode(), body))
            # A row of the activity log counts as seen, too, except for labels: it has an object_id, but no labels.
            # Names and budgets count as seen with any answer: the tool reads them right before it updates them, so an
            # answer between the person's edit and the update can only be that read, or one that should have come before
            # it.
            named = "id" if name == LABEL else "(?:object_)?id"
            listed = bool(re.search(rf'\\?"{named}\\?": ?\\?"{id_}\\?"'.encode(), body))
            manual.read = manual.read or listed or name in ("daily_budget", "name")

    # ---- what the sandbox shows

    def _look(self) -> Iterator[tuple[str, Snapshot]]:
        nodes = self.sandbox.world.nodes
        for node in nodes.values():
            if node.kind in LEVELS:
                yield node.id, self._seen(node, nodes)

    def _seen(self, node: Node, nodes: dict[str, Node]) -> Snapshot:
        data = node.data
        names = [nodes[one].data["name"] for one in data.get("adlabels", ())]
        return Snapshot(
            node.id,
            node.kind,
            str(data.get("adset_id") or data.get("campaign_id") or ""),
            frozenset(self.known[name] for name in names if name in self.known),
            tuple(data.get(name) for name in WATCHED),
        )

    def _written(self, entry: dict[str, Any]) -> None:
        before, self.objects = self.objects, dict(self._look())
        changed = [id_ for id_, seen in self.objects.items() if before.get(id_) != seen]
        self.log(f"write by {self.actor}: {entry['method']} {entry['path']} -> {entry['id']} {self._short(entry)}")
        if self.actor == ADVISED:
            return
        self.alone.on_write()
        if self.actor == PERSON:
            self._by_person(before, changed)
            return
        self.writes += self.actor == TOOL
        self._not_ours(entry, before)
        for id_ in changed:
            self._changed(before.get(id_), self.objects[id_], before)

    def _short(self, entry: dict[str, Any]) -> str:
        return " ".join(f"{k}={v}" for k, v in sorted(entry["params"].items()) if k in WATCHED)

    def _by_person(self, before: dict[str, Snapshot], changed: list[str]) -> None:
        now = self.sandbox.clock.now()
        for id_ in changed:
            seen, was = self.objects[id_], before.get(id_)
            self.ownership.on_edit_by_person(was, seen)
            if was is None:
                self.made_by_people.add(id_)
                continue
            self.blurred.add(id_)
            self.touched |= {address_root(a) for a in seen.addresses | was.addresses}
            for name, value, old in zip(WATCHED, seen.values, was.values, strict=True):
                if value != old:
                    self._note_manual_value(seen, name, value, old)
            if seen.addresses != was.addresses:
                self.manual_values[id_, LABEL] = ManualValue(None, now)

    def _note_manual_value(self, seen: Snapshot, name: str, value: Any, old: Any) -> None:
        """Notes the new value of a field as a person's. If it is the last value that the tool has set, the person has
        only undone another person's edit, and it is the tool's again; but a pause always counts as the person's."""
        at, now = (seen.id, name), self.sandbox.clock.now()
        if self.by_tool.get(at) == value and value != PAUSED:
            self.manual_values.pop(at, None)
            return
        stop = name == "status" and (value, old) == (PAUSED, ACTIVE) and seen.id in self.was_on
        declared = [self.declared[a].campaign.declared_status(now) for a in seen.addresses if a in self.declared]
        self.manual_values[at] = ManualValue(
            value, now, unknown=frozenset(self.unknown), stands=stop and ACTIVE in declared
        )

    def _not_ours(self, entry: dict[str, Any], before: dict[str, Snapshot]) -> None:
        target = before.get(entry["path"].strip("/"))
        if self.actor == TOOL:
            self.ownership.on_write(entry, target)
        if self.actor == TOOL and target is not None and not target.addresses and self._knows_label_is_gone(target):
            self.broken("I6", f"{target.kind} {target.id} bears no label of ours")

    def _knows_label_is_gone(self, seen: Snapshot) -> bool:
        """Whether the tool can know that a person took the label off: it has read the object since, and has not created
        it in this run."""
        manual = self.manual_values.get((seen.id, LABEL))
        return manual is None or (manual.read and self.actor == TOOL and seen.id not in self.made_in_run)

    def _changed(self, was: Snapshot | None, seen: Snapshot, before: dict[str, Snapshot]) -> None:
        if was is None:
            self._created(seen)
        if self.actor == LATE:
            self.blurred.add(seen.id)
            self.came_late |= {seen.id} if was is None else set()
            for name in WATCHED:
                self.manual_values.pop((seen.id, name), None)
        elif was is not None:
            self._overwritten(was, seen)
        if self.actor == TOOL and was is not None:
            self.ownership.on_change(was, seen)
            self._stopped(was, seen)
        if self.actor == TOOL:
            old = was.values if was else (None,) * len(WATCHED)
            self.by_tool |= {(seen.id, n): v for n, v, o in zip(WATCHED, seen.values, old, strict=True) if v != o}
        if was is not None and was.status != seen.status and seen.status == ACTIVE:
            self._activated(seen)
        if was is not None and was.budget != seen.budget:
            self._rebudgeted(seen, before)

    # ---- the invariants

    def broken(self, invariant: str, why: str) -> None:
        self.fail(Violation(invariant, why))

    def _created(self, seen: Snapshot) -> None:
        self.made_in_run.add(seen.id)
        self._made_twice(seen)
        self.ownership.on_create(seen)
        if not seen.addresses:
            self.broken("I4", f"{seen.kind} {seen.id} was made without a label of its address")
        if seen.status != PAUSED:
            self.broken("I2", f"{seen.kind} {seen.id} was made {seen.status}")
        parent = self.objects.get(seen.parent)
        for address in seen.addresses:
            if (
                parent is not None
                and address.rpartition("/")[0] not in parent.addresses
                and self._knows_label_is_gone(parent)
            ):
                self.broken("I6", f"{address} was made below {parent.kind} {parent.id} of {sorted(parent.addresses)}")

    def _made_twice(self, seen: Snapshot) -> None:
        """I1: a second object of an address, though the tool had an answer with the id of the first, or could have
        found it by its label."""
        seen_since = self.seen_since()
        for one in self.objects.values() if self.actor == TOOL and not self.rivals else ():
            same = one.id != seen.id and one.addresses & seen.addresses and one.parent == seen.parent
            if not same or one.status in GONE or one.id in self.made_by_people:
                continue
            born = self.sandbox.world.nodes[one.id].data["created_time"]
            if one.id in self.confirmed_ids or (born <= seen_since and one.id not in self.came_late):
                self.broken("I1", f"{sorted(seen.addresses)} was made again, though {one.id} could be seen")

    def seen_since(self) -> float:
        """The moment before which an object must have been created to show in every listing that a write now may rely
        on."""
        lag = float(self.sandbox.world.settings["list_lag_seconds"])
        return self.sandbox.clock.now() - (lag + LISTING_AGE if lag else 0.0)

    def could_see(self, at: float) -> bool:
        """Whether the tool must have read, before a write now, what happened at that moment."""
        return self.sandbox.clock.now() - at > READ_AGE

    def _stopped(self, was: Snapshot, seen: Snapshot) -> None:
        """I16. Not judged without a true Date header: then the tool may pause by a wrong clock, which costs less than a
        wrong start. What has ended at Meta delivers nothing: it is paused before a later end goes out, and I5 asks
        whether it runs again."""
        declared = [self.declared[a].campaign for a in seen.addresses if a in self.declared]
        to_run = any(one.declared_status(self.sandbox.clock.now()) == ACTIVE for one in declared)
        later = any(one.activate_at > self.sandbox.clock.now() for one in declared)
        if was.status == ACTIVE != seen.status and later:
            self.moved |= {address_root(a) for a in seen.addresses}
        if was.status == ACTIVE != seen.status and to_run and self.dated and not self._is_over(seen):
            self.broken("I16", f"{sorted(seen.addresses)} was made {seen.status}, and is to run by true time")

    def _is_over(self, seen: Snapshot) -> bool:
        """Whether the end of an ad set, or of each ad set of a campaign, has passed at Meta."""
        nodes, now = self.sandbox.world.nodes, self.sandbox.clock.now()
        sets = [one.id for one in self.objects.values() if one.kind == "ad_set" and seen.id in (one.id, one.parent)]
        ends = [nodes[id_].data.get("end_time") for id_ in sets]
        return bool(ends) and all(end and end <= now for end in ends)

    def _activated(self, seen: Snapshot) -> None:
        now = self.sandbox.clock.now()
        self.was_on |= {seen.id} if self.actor == TOOL else set()
        if self.actor == TOOL:
            self._campaign_last(seen)
            for address in seen.addresses:
                want = self.declared.get(address)
                if want is None or want.campaign.declared_status(now) != ACTIVE:
                    wanted = want.campaign.declared_status(now) or "left to the buyer" if want else "not declared"
                    self.broken("I2", f"{address} was turned on, but is {wanted} by true time")
        self._one_delivers()
        if self.actor == TOOL:
            self._all_within(seen)
            self.alone.on_activated(seen)
            self._beside_a_duplicate(seen)
            if self.clock_is_off:
                self.broken("I2", f"{sorted(seen.addresses)} was turned on by a clock that is wrong")

    def _beside_a_duplicate(self, seen: Snapshot) -> None:
        """I1: beside the object, or beside something in it that begins to deliver, there is a second one with the same
        label and name that a person has turned on."""
        mine = [one for one in self.delivering() if self.is_below(one, seen.id) and one.id not in self.made_by_people]
        for one in mine or [seen]:
            for other in self.objects.values():
                duplicate = other.id != one.id and other.addresses & one.addresses and other.values[2] == one.values[2]
                manual = self.manual_values.get((other.id, "status"))
                if (
                    duplicate
                    and manual
                    and self.runs(other)
                    and other.parent == one.parent
                    and self._could_know(manual)
                ):
                    self.broken(
                        "I1", f"{one.id} was turned on beside {other.id} of {sorted(one.addresses)}, which is on"
                    )

    def _campaign_last(self, seen: Snapshot) -> None:
        """I2: ads are turned on before their ad set, ad sets before their campaign."""
        self.on_in_run.add(seen.id)
        parent = self.objects.get(seen.parent)
        while parent is not None:
            if parent.id in self.on_in_run and not self.rivals:
                self.broken("I2", f"{seen.kind} {seen.id} was turned on after {parent.kind} {parent.id} above it")
            parent = self.objects.get(parent.parent)

    def _all_within(self, top: Snapshot) -> None:
        """I3: whatever begins to deliver with this object has at most its declared budget. A person's budget is judged
        only where an answer has shown it: the tool checks one level after the other, so a person may raise a budget in
        between."""
        for one in self.delivering():
            manual = self.manual_values.get((one.id, "daily_budget"))
            known = manual.shown if manual else one.id not in self.blurred
            if one.budget and self.is_below(one, top.id) and known and one.id not in self.made_by_people:
                for address in one.addresses & set(self.declared):
                    if one.budget > self.declared[address].budget:
                        self.broken(
                            "I3", f"{address} delivers {one.budget}, declared are {self.declared[address].budget}"
                        )

    def is_below(self, one: Snapshot, top: str) -> bool:
        while one.id != top and one.parent:
            one = self.objects[one.parent]
        return one.id == top

    def _one_delivers(self) -> None:
        count: dict[str, list[str]] = {}
        for one in self.delivering():
            if (one.id not in self.made_by_people or one.id in self.was_on) and self._by_tool(one):
                for address in one.addresses if self.parents_are_labelled(one) else ():
                    count.setdefault(address, []).append(one.id)
        for address, ids in sorted(count.items()):
            if len(ids) > 1:
                self.broken("I1", f"{len(ids)} objects of {address} deliver: {', '.join(sorted(ids))}")

    def parents_are_labelled(self, one: Snapshot) -> bool:
        """Whether everything above it has a label. Below an object whose label a person took off, the tool cannot know
        addresses."""
        parent = self.objects.get(one.parent)
        return parent is None or (bool(parent.addresses) and self.parents_are_labelled(parent))

    def _by_tool(self, one: Snapshot) -> bool:
        manual = self.manual_values.get((one.id, "status"))
        return manual is None or manual.value != ACTIVE

    def delivering(self) -> Iterator[Snapshot]:
        for one in self.objects.values():
            if self.runs(one):
                yield one

    def runs(self, one: Snapshot | None) -> bool:
        """Whether it and everything above it are ACTIVE."""
        while one is not None and one.status == ACTIVE:
            if not one.parent:
                return True
            one = self.objects.get(one.parent)
        return False

    def _rebudgeted(self, seen: Snapshot, before: dict[str, Snapshot]) -> None:
        """I3: a write must not raise the sum of the budgets that deliver above the sum that is declared for them."""
        if self.actor == LATE or self.forgotten or not self.runs(seen):
            return
        running = [o for o in self.delivering() if o.budget and o.id not in self.blurred and o.addresses]
        now = sum(o.budget for o in running)
        was = sum(before[o.id].budget for o in running if o.id in before)
        declared = sum(self.declared[a].budget for o in running for a in o.addresses if a in self.declared)
        if now > max(was, declared):
            self.broken("I3", f"{now} in all delivers after a write to {seen.id}, declared are {declared}")

    def _overwritten(self, was: Snapshot, seen: Snapshot) -> None:
        for name, value, old in zip(WATCHED, seen.values, was.values, strict=True):
            manual = self.manual_values.pop((seen.id, name), None) if value != old else None
            excused = manual is not None and name == "status" and self._may_overrule(seen, str(value), manual)
            if manual is not None and self._could_know(manual) and not excused:
                self.broken("I9", f"{name} of {seen.id} was {old} by hand and is {value} now: {sorted(seen.addresses)}")

    def _could_know(self, manual: ManualValue) -> bool:
        return manual.read or self.could_see(manual.at)

    def _may_overrule(self, seen: Snapshot, status: str, manual: ManualValue) -> bool:
        """Whether the tool may change a status that a person has set: because a declared start or end has come since,
        or because the YAML was edited or removed since."""
        now = self.sandbox.clock.now()
        for address in seen.addresses:
            want = self.declared.get(address)
            if want is None or status in GONE:
                return True
            if campaign_key(address) in manual.unknown or self.misled:
                return True
            if manual.stands:
                continue
            campaign = want.campaign
            first = status == ACTIVE == campaign.status and seen.id not in self.was_on
            moment = campaign.activate_at if status == ACTIVE else campaign.deactivate_at
            if first or manual.at < moment <= now or self.edited.get(campaign.key, 0.0) >= manual.at:
                return True
        return not seen.addresses

    def awaits_budget(self, seen: Snapshot) -> bool:
        """Whether the YAML wants another budget for it, and no person has set one."""
        want = self._want_of(seen.id)
        differs = want is not None and bool(seen.budget) and seen.budget != want.budget
        return differs and seen.status not in GONE and (seen.id, "daily_budget") not in self.manual_values

    def _want_of(self, id_: str) -> DeclaredObject | None:
        return next((self.declared[a] for a in sorted(self.objects[id_].addresses) if a in self.declared), None)


def address_root(address: str) -> str:
    """The address of its campaign."""
    return "/".join(address.split("/")[:2])


def campaign_key(address: str) -> str:
    return address.split("/")[1]
