"""What must never be, judged on Meta's side of things after every write that was accepted.

| | |
|---|---|
| I1 | at most one object of an address delivers; nothing is turned on beside a twin that a person has turned on |
| I2 | nothing is made ACTIVE, nor turned on by a tool while its declaration does not say ACTIVE by true time |
| I2 | nothing is turned on by a tool whose clock is wrong by more than a minute |
| I3 | what a tool writes never lifts the budgets that deliver above what is declared for them |
| I4 | whatever bears a label of ours is in `state/`, or told as a copy |
| I5 | without faults, what is declared is reached within three runs |
| I6 | no write to what is not ours, and none that puts something under a parent of another address |
| I7 | `state/` can be read after any crash |
| I8 | the token is nowhere |
| I9 | what a person changed is not overwritten by a tool that could have seen it |
| I9 | a person's stop of what ran as declared stands, whatever the YAML says later |
| I9 | what a person deleted or archived is not made again and turned on |
| I10 | one seed, one story |
| I11 | a run that has nothing to do writes nothing |
| I12 | no call while Meta's rate limit blocks the account |
| I13 | nothing that a person has copied is written to, launched, or put into |
| I14 | no write to another account than the declared one |
| I15 | while an orphan delivers, nothing is launched or raised; no plain run stops it; each is told |
| I16 | what is to run by true time is not stopped |

The ledger and the objects are the sandbox's own; nothing here asks the tool, but for `state/` in I4 and I7.
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
from simulation.others import Others
from simulation.stack import ACTIVE, PAUSED, Stack, Want, labels, wants

LEVELS = ("campaign", "ad_set", "ad")
GONE = ("ARCHIVED", "DELETED")
WATCHED = ("status", "daily_budget", "name")
LABEL = "label"
TOOL, PERSON, LATE, MEND = "tool", "person", "late", "mend"
"""MEND is a person who does what the tool has asked for."""

LOOK_AGE = 45.0
LOOKED = 900.0
"""Seconds that may lie between a look and the create that rests on it."""


class Violation(Exception):
    """An invariant that did not hold."""

    def __init__(self, invariant: str, why: str) -> None:
        super().__init__(f"{invariant}: {why}")
        self.invariant, self.why = invariant, why


@dataclass(frozen=True)
class Seen:
    """One object as the oracle saw it last."""

    id: str
    kind: str
    parent: str
    addresses: frozenset[str]
    """Those whose label it bears."""
    values: tuple[Any, ...]

    @property
    def status(self) -> str:
        return str(self.values[0])

    @property
    def budget(self) -> int:
        return int(self.values[1] or 0)


@dataclass
class ByHand:
    """What a person made of one field, and whether a tool has read of the object since, or its own row."""

    value: Any
    at: float
    read: bool = False
    shown: bool = False
    unknown: frozenset[str] = frozenset()
    """Campaigns whose times had been edited by then, and no run had come to its end since: nobody can tell which was
    first."""
    stands: bool = False
    """A stop of what ran as declared: only a person lifts it."""


class _Ledger(list[dict[str, Any]]):
    """The sandbox's ledger, with somebody who reads along."""

    def __init__(self, told: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._told = told

    def append(self, entry: dict[str, Any]) -> None:
        super().append(entry)
        self._told(entry)


@dataclass
class Oracle:
    sandbox: Sandbox
    log: Callable[[str], None]
    fail: Callable[[Violation], None]
    stack: Stack = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """Address by label, of everything that was ever declared."""
    actor: str = TOOL
    objects: dict[str, Seen] = field(default_factory=dict)
    by_hand: dict[tuple[str, str], ByHand] = field(default_factory=dict)
    by_tool: dict[tuple[str, str], Any] = field(default_factory=dict)
    """The value of a field that the tool has set last."""
    made_by_hand: set[str] = field(default_factory=set)
    was_on: set[str] = field(default_factory=set)
    """Ids that the tool has turned on before."""
    touched: set[str] = field(default_factory=set)
    """Campaign addresses in which a person has changed something."""
    edited: dict[str, float] = field(default_factory=dict)
    """When the times of a campaign's YAML were changed."""
    unknown: set[str] = field(default_factory=set)
    """Campaigns whose times were edited since a run came to its end."""
    blurred: set[str] = field(default_factory=set)
    """Ids whose values came late or by hand, so that a sum with them says nothing of the tool."""
    told: set[str] = field(default_factory=set)
    """Ids in replies to writes that the tool has had since it last lost its memory."""
    forgotten: bool = False
    """State was lost: what is live above its declaration may be a person's, so that it stays, and others rise."""
    on_in_run: set[str] = field(default_factory=set)
    made_in_run: set[str] = field(default_factory=set)
    came_late: set[str] = field(default_factory=set)
    rivals: bool = False
    """Several runs at once: then two may make the same."""
    clock_is_off: bool = False
    """By more than Meta's Date would let pass, all through this run."""
    dated: bool = True
    """Meta's replies have a Date that is true."""
    misled: bool = False
    """The tool's clock was wrong at some time: it may take the end for come, and a person's early start for its own."""
    moved: set[str] = field(default_factory=set)
    """Campaigns that the tool has paused since their start was moved: without `state/` that is anybody's pause."""
    writes: int = 0
    """Accepted, by the tool."""

    def __post_init__(self) -> None:
        self.wants: dict[str, Want] = {}
        self.sandbox.world.ledger = _Ledger(self._written)
        self.objects = dict(self._look())
        self.others = Others(self, ACCOUNT)

    # ---- what it is told

    def declare(self, stack: Stack, now: float) -> None:
        for key in set(self.stack) - set(stack):
            self.others.taken_out(key)
        for key, one in stack.items():
            before = self.stack.get(key)
            if before is None or before.times != one.times:
                self.edited[key] = now
                self.unknown.add(key)
        self.stack = stack
        self.known |= labels(stack)
        self.wants = {want.address: want for want in wants(stack)}
        self._agreed()

    def _agreed(self) -> None:
        """A person's value that the YAML has taken over is declared from then on."""
        for (id_, name), hand in list(self.by_hand.items()):
            want = self._want_of(id_)
            declared = {"daily_budget": want.budget, "name": want.name} if want else {}
            if name in declared and str(declared[name]) == str(hand.value):
                del self.by_hand[id_, name]

    @contextmanager
    def acting(self, actor: str) -> Iterator[None]:
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def answered(self, body: bytes, write: bool) -> None:
        """The tool has read what is in a reply, and knows what a reply to a write tells."""
        self.told |= {id_ for id_ in self.objects if id_.encode() in body} if write else set()
        for (id_, name), hand in self.by_hand.items():
            hand.shown = hand.shown or bool(re.search(rf'\\?"id\\?": ?\\?"{id_}\\?"'.encode(), body))
            # An update has a look of its own right before it, so any answer in between is one too many.
            # The log names the object too, and tells nothing of labels.
            named = "id" if name == LABEL else "(?:object_)?id"
            listed = bool(re.search(rf'\\?"{named}\\?": ?\\?"{id_}\\?"'.encode(), body))
            hand.read = hand.read or listed or name in ("daily_budget", "name")

    # ---- what it sees

    def _look(self) -> Iterator[tuple[str, Seen]]:
        nodes = self.sandbox.world.nodes
        for node in nodes.values():
            if node.kind in LEVELS:
                yield node.id, self._seen(node, nodes)

    def _seen(self, node: Node, nodes: dict[str, Node]) -> Seen:
        data = node.data
        names = [nodes[one].data["name"] for one in data.get("adlabels", ())]
        return Seen(
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
        if self.actor == MEND:
            return
        if self.actor == PERSON:
            self._by_person(before, changed)
            return
        self.writes += self.actor == TOOL
        self._not_ours(entry, before)
        for id_ in changed:
            self._changed(before.get(id_), self.objects[id_], before)

    def _short(self, entry: dict[str, Any]) -> str:
        return " ".join(f"{k}={v}" for k, v in sorted(entry["params"].items()) if k in WATCHED)

    def _by_person(self, before: dict[str, Seen], changed: list[str]) -> None:
        now = self.sandbox.clock.now()
        for id_ in changed:
            seen, was = self.objects[id_], before.get(id_)
            self.others.by_person(was, seen)
            if was is None:
                self.made_by_hand.add(id_)
                continue
            self.blurred.add(id_)
            self.touched |= {address_root(a) for a in seen.addresses | was.addresses}
            for name, value, old in zip(WATCHED, seen.values, was.values, strict=True):
                if value != old:
                    self._decided(seen, name, value, old)
            if seen.addresses != was.addresses:
                self.by_hand[id_, LABEL] = ByHand(None, now)

    def _decided(self, seen: Seen, name: str, value: Any, old: Any) -> None:
        """Who puts back what the tool has set last has only undone what another person did, but for a stop."""
        at, now = (seen.id, name), self.sandbox.clock.now()
        if self.by_tool.get(at) == value and value != PAUSED:
            self.by_hand.pop(at, None)
            return
        stop = name == "status" and (value, old) == (PAUSED, ACTIVE) and seen.id in self.was_on
        wants = [self.wants[a].campaign.wanted(now) for a in seen.addresses if a in self.wants]
        self.by_hand[at] = ByHand(value, now, unknown=frozenset(self.unknown), stands=stop and ACTIVE in wants)

    def _not_ours(self, entry: dict[str, Any], before: dict[str, Seen]) -> None:
        target = before.get(entry["path"].strip("/"))
        if self.actor == TOOL:
            self.others.written(entry, target)
        if self.actor == TOOL and target is not None and not target.addresses and self._told_of(target):
            self.broken("I6", f"{target.kind} {target.id} bears no label of ours")

    def _told_of(self, seen: Seen) -> bool:
        """Whether the tool can know that a label is gone: it has read it since, and did not send this before."""
        hand = self.by_hand.get((seen.id, LABEL))
        return hand is None or (hand.read and self.actor == TOOL and seen.id not in self.made_in_run)

    def _changed(self, was: Seen | None, seen: Seen, before: dict[str, Seen]) -> None:
        if was is None:
            self._created(seen)
        if self.actor == LATE:
            self.blurred.add(seen.id)
            self.came_late |= {seen.id} if was is None else set()
            for name in WATCHED:
                self.by_hand.pop((seen.id, name), None)
        elif was is not None:
            self._overwritten(was, seen)
        if self.actor == TOOL and was is not None:
            self.others.changed(was, seen)
            self._stopped(was, seen)
        if self.actor == TOOL:
            old = was.values if was else (None,) * len(WATCHED)
            self.by_tool |= {(seen.id, n): v for n, v, o in zip(WATCHED, seen.values, old, strict=True) if v != o}
        if was is not None and was.status != seen.status and seen.status == ACTIVE:
            self._activated(seen)
        if was is not None and was.budget != seen.budget:
            self._rebudgeted(seen, before)

    # ---- judgements

    def broken(self, invariant: str, why: str) -> None:
        self.fail(Violation(invariant, why))

    def _created(self, seen: Seen) -> None:
        self.made_in_run.add(seen.id)
        self._made_twice(seen)
        self.others.created(seen)
        if not seen.addresses:
            self.broken("I4", f"{seen.kind} {seen.id} was made without a label of its address")
        if seen.status != PAUSED:
            self.broken("I2", f"{seen.kind} {seen.id} was made {seen.status}")
        parent = self.objects.get(seen.parent)
        for address in seen.addresses:
            if parent is not None and address.rpartition("/")[0] not in parent.addresses and self._told_of(parent):
                self.broken("I6", f"{address} was made below {parent.kind} {parent.id} of {sorted(parent.addresses)}")

    def _made_twice(self, seen: Seen) -> None:
        """A second object, though the tool was told of the first, or could have found it by its label."""
        seen_since = self.seen_since()
        for one in self.objects.values() if self.actor == TOOL and not self.rivals else ():
            same = one.id != seen.id and one.addresses & seen.addresses and one.parent == seen.parent
            if not same or one.status in GONE or one.id in self.made_by_hand:
                continue
            born = self.sandbox.world.nodes[one.id].data["created_time"]
            if one.id in self.told or (born <= seen_since and one.id not in self.came_late):
                self.broken("I1", f"{sorted(seen.addresses)} was made again, though {one.id} could be seen")

    def seen_since(self) -> float:
        """What was made by then shows in every look that a write now may rest on."""
        lag = float(self.sandbox.world.settings["list_lag_seconds"])
        return self.sandbox.clock.now() - (lag + LOOKED if lag else 0.0)

    def could_see(self, at: float) -> bool:
        """A write rests on a look that is not older than that."""
        return self.sandbox.clock.now() - at > LOOK_AGE

    def _stopped(self, was: Seen, seen: Seen) -> None:
        """Without a true Date a stop goes through: it costs less."""
        wants = [self.wants[a].campaign for a in seen.addresses if a in self.wants]
        to_run = any(one.wanted(self.sandbox.clock.now()) == ACTIVE for one in wants)
        later = any(one.activate_at > self.sandbox.clock.now() for one in wants)
        if was.status == ACTIVE != seen.status and later:
            self.moved |= {address_root(a) for a in seen.addresses}
        if was.status == ACTIVE != seen.status and to_run and self.dated:
            self.broken("I16", f"{sorted(seen.addresses)} was made {seen.status}, and is to run by true time")

    def _activated(self, seen: Seen) -> None:
        now = self.sandbox.clock.now()
        self.was_on |= {seen.id} if self.actor == TOOL else set()
        if self.actor == TOOL:
            self._campaign_last(seen)
            for address in seen.addresses:
                want = self.wants.get(address)
                if want is None or want.campaign.wanted(now) != ACTIVE:
                    wanted = want.campaign.wanted(now) or "left to the buyer" if want else "not declared"
                    self.broken("I2", f"{address} was turned on, but is {wanted} by true time")
        self._one_delivers()
        if self.actor == TOOL:
            self._all_within(seen)
            self._beside_a_twin(seen)
            if self.clock_is_off:
                self.broken("I2", f"{sorted(seen.addresses)} was turned on by a clock that is wrong")

    def _beside_a_twin(self, seen: Seen) -> None:
        """A second one of the same name that somebody has turned on, there or in what begins to deliver."""
        mine = [one for one in self.delivering() if self._below(one, seen.id) and one.id not in self.made_by_hand]
        for one in mine or [seen]:
            for other in self.objects.values():
                twin = other.id != one.id and other.addresses & one.addresses and other.values[2] == one.values[2]
                hand = self.by_hand.get((other.id, "status"))
                if twin and hand and self.runs(other) and other.parent == one.parent and self._could_know(hand):
                    self.broken(
                        "I1", f"{one.id} was turned on beside {other.id} of {sorted(one.addresses)}, which is on"
                    )

    def _campaign_last(self, seen: Seen) -> None:
        self.on_in_run.add(seen.id)
        parent = self.objects.get(seen.parent)
        while parent is not None:
            if parent.id in self.on_in_run and not self.rivals:
                self.broken("I2", f"{seen.kind} {seen.id} was turned on after {parent.kind} {parent.id} above it")
            parent = self.objects.get(parent.parent)

    def _all_within(self, top: Seen) -> None:
        """What begins to deliver with this object costs no more than is declared for it. The gate looks level by level,
        so a person may still come in between."""
        for one in self.delivering():
            hand = self.by_hand.get((one.id, "daily_budget"))
            known = hand.shown if hand else one.id not in self.blurred
            if one.budget and self._below(one, top.id) and known and one.id not in self.made_by_hand:
                for address in one.addresses & set(self.wants):
                    if one.budget > self.wants[address].budget:
                        self.broken("I3", f"{address} delivers {one.budget}, declared are {self.wants[address].budget}")

    def _below(self, one: Seen, top: str) -> bool:
        while one.id != top and one.parent:
            one = self.objects[one.parent]
        return one.id == top

    def _one_delivers(self) -> None:
        count: dict[str, list[str]] = {}
        for one in self.delivering():
            if (one.id not in self.made_by_hand or one.id in self.was_on) and self._by_tool(one):
                for address in one.addresses if self.rooted(one) else ():
                    count.setdefault(address, []).append(one.id)
        for address, ids in sorted(count.items()):
            if len(ids) > 1:
                self.broken("I1", f"{len(ids)} objects of {address} deliver: {', '.join(sorted(ids))}")

    def rooted(self, one: Seen) -> bool:
        """A parent that lost its label by hand cannot be known for what it was."""
        parent = self.objects.get(one.parent)
        return parent is None or (bool(parent.addresses) and self.rooted(parent))

    def _by_tool(self, one: Seen) -> bool:
        hand = self.by_hand.get((one.id, "status"))
        return hand is None or hand.value != ACTIVE

    def delivering(self) -> Iterator[Seen]:
        for one in self.objects.values():
            if self.runs(one):
                yield one

    def runs(self, one: Seen | None) -> bool:
        while one is not None and one.status == ACTIVE:
            if not one.parent:
                return True
            one = self.objects.get(one.parent)
        return False

    def _rebudgeted(self, seen: Seen, before: dict[str, Seen]) -> None:
        """The sum over what delivers may not rise above what is declared for it."""
        if self.actor == LATE or self.forgotten or not self.runs(seen):
            return
        running = [o for o in self.delivering() if o.budget and o.id not in self.blurred and o.addresses]
        now = sum(o.budget for o in running)
        was = sum(before[o.id].budget for o in running if o.id in before)
        declared = sum(self.wants[a].budget for o in running for a in o.addresses if a in self.wants)
        if now > max(was, declared):
            self.broken("I3", f"{now} in all delivers after a write to {seen.id}, declared are {declared}")

    def _overwritten(self, was: Seen, seen: Seen) -> None:
        for name, value, old in zip(WATCHED, seen.values, was.values, strict=True):
            hand = self.by_hand.pop((seen.id, name), None) if value != old else None
            excused = hand is not None and name == "status" and self._may_overrule(seen, str(value), hand)
            if hand is not None and self._could_know(hand) and not excused:
                self.broken("I9", f"{name} of {seen.id} was {old} by hand and is {value} now: {sorted(seen.addresses)}")

    def _could_know(self, hand: ByHand) -> bool:
        return hand.read or self.could_see(hand.at)

    def _may_overrule(self, seen: Seen, status: str, hand: ByHand) -> bool:
        """A moment that has come since, a YAML that was edited since, or that is gone."""
        now = self.sandbox.clock.now()
        for address in seen.addresses:
            want = self.wants.get(address)
            if want is None or status in GONE:
                return True
            if campaign_key(address) in hand.unknown or self.misled:
                return True
            if hand.stands:
                continue
            campaign = want.campaign
            first = status == ACTIVE == campaign.status and seen.id not in self.was_on
            moment = campaign.activate_at if status == ACTIVE else campaign.deactivate_at
            if first or hand.at < moment <= now or self.edited.get(campaign.key, 0.0) >= hand.at:
                return True
        return not seen.addresses

    def awaits_budget(self, seen: Seen) -> bool:
        """An object of which the YAML wants another budget, and no person does."""
        want = self._want_of(seen.id)
        differs = want is not None and bool(seen.budget) and seen.budget != want.budget
        return differs and seen.status not in GONE and (seen.id, "daily_budget") not in self.by_hand

    def _want_of(self, id_: str) -> Want | None:
        return next((self.wants[a] for a in sorted(self.objects[id_].addresses) if a in self.wants), None)


def address_root(address: str) -> str:
    return "/".join(address.split("/")[:2])


def campaign_key(address: str) -> str:
    return address.split("/")[1]
