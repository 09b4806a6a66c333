"""Audiences and lead forms of a schedule: what is declared, what people do to them, and what must not happen.

What a schedule declares beside its campaigns is decided by a random generator of its own, so that the rest of a seed's
schedule is what it was.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from support.sandbox import label_of

from reconciler.sandbox.world import Node
from simulation.stack import ACCOUNT_KEY, Campaign

if TYPE_CHECKING:
    from simulation.oracle import Oracle, Snapshot
    from simulation.schedule import Schedule

SHARE = 0.5
"""Of the random schedules."""
AUDIENCE, FORM = "audience", "leadgen_form"
KINDS = {AUDIENCE: "audience", FORM: "lead_form"}
"""The sandbox's name of each → the tool's."""
MARKER = re.compile(r"reconciler:\S+")
DELETED = {"code": 411, "description": "Deleted"}


@dataclass(frozen=True)
class Alone:
    """`days` is that of the one audience, `question` the number of the form's own question; 0 where there is none.
    `leads`: keys of campaigns whose ads open the form."""

    days: int = 0
    question: int = 0
    leads: frozenset[str] = frozenset()

    @property
    def addresses(self) -> dict[str, str]:
        """By kind."""
        found = {AUDIENCE: f"{ACCOUNT_KEY}/audience:a0"} if self.days else {}
        return found | ({FORM: f"{ACCOUNT_KEY}/lead_form:f0"} if self.question else {})

    def files(self) -> dict[str, str]:
        """By path below desired/."""
        found = {}
        if self.days:
            body: dict[str, Any] = {"name": "Audience a0", "website": {"days": self.days}}
            found[f"audiences/{ACCOUNT_KEY}/a0.yaml"] = json.dumps(body)
        if self.question:
            asked = [{"type": "EMAIL"}, {"type": "CUSTOM", "label": f"Question {self.question}"}]
            policy = {"url": "https://acme.example/privacy"}
            body = {"name": "Form f0", "questions": asked, "privacy_policy": policy}
            found[f"lead_forms/{ACCOUNT_KEY}/f0.yaml"] = json.dumps({**body, "follow_up_url": "https://acme.example/"})
        return found

    def in_campaign(self, campaign: Campaign, text: str) -> str:
        """The campaign's file with what its ad sets target and its ads open."""
        body = json.loads(text)
        for ad_set in body["ad_sets"].values():
            if self.days:
                ad_set["targeting"]["custom_audiences"] = ["a0"]
            if self.question and campaign.key in self.leads:
                body["objective"], ad_set["optimization_goal"] = "OUTCOME_LEADS", "LEAD_GENERATION"
                for ad in ad_set["ads"].values():
                    del ad["destination_url"]
                    ad["lead_form"] = "f0"
        return json.dumps(body, indent=1)


def with_alone(schedule: Schedule) -> Schedule:
    """The schedule, or the same with audiences and forms that are edited, deleted and archived on the way."""
    rng = random.Random(f"{schedule.seed}/alone")
    if rng.random() >= SHARE:
        return schedule
    sort = rng.choice(("audience", "form", "both"))
    leads = frozenset(f"c{at}" for at in range(9) if rng.random() < 0.5)
    alone = Alone(30 if sort != "form" else 0, 1 if sort != "audience" else 0, leads)
    rounds = []
    for at, one in enumerate(schedule.rounds):
        if at and rng.random() < 0.3:
            more = {"days": alone.days and alone.days + 1} if rng.random() < 0.5 else {}
            alone = replace(alone, **more) if more else replace(alone, question=alone.question and alone.question + 1)
        gone = rng.choice(sorted(alone.addresses)) if at and rng.random() < 0.12 else ""
        rounds.append(replace(one, alone=alone, gone=gone))
    return replace(schedule, rounds=tuple(rounds))


@dataclass
class AloneOracle:
    """Judges I17 and I18, and that nothing of these kinds is lost."""

    oracle: Oracle
    declared: Alone = Alone()
    seen: dict[str, str] = field(default_factory=dict)
    """Marker by id, of all that was there at the last write."""
    gone: dict[str, float] = field(default_factory=dict)
    """By id, when a person has deleted or archived it."""
    audience_edited: bool = False
    """Whether the YAML of the audience was edited at some time."""

    def declare(self, alone: Alone) -> None:
        self.audience_edited |= bool(self.declared.days) and alone.days != self.declared.days
        self.declared = alone

    def nodes(self) -> Iterator[Node]:
        return (node for node in self.oracle.sandbox.world.nodes.values() if node.kind in KINDS)

    def on_write(self) -> None:
        for node in list(self.nodes()):
            if node.id not in self.seen:
                self.seen[node.id] = marker_of(node)
                if self.oracle.actor == "late":
                    self.oracle.came_late.add(node.id)
                elif self.oracle.actor == "tool":
                    self._made(node)

    def _made(self, node: Node) -> None:
        if not self.seen[node.id]:
            self.oracle.broken("I17", f"{node.kind} {node.id} was made without a marker")
        since = self.oracle.seen_since()
        for one in self.nodes() if not self.oracle.rivals else ():
            same = one.id != node.id and one.kind == node.kind and marker_of(one) == self.seen[node.id]
            could_be_seen = one.data["created_time"] <= since and one.id not in self.oracle.came_late
            if same and is_there(one) and (one.id in self.oracle.confirmed_ids or could_be_seen):
                self.oracle.broken("I17", f"{node.kind} {self.seen[node.id]} was made again, though {one.id} was there")

    def on_activated(self, top: Snapshot) -> None:
        """What begins to deliver with it uses nothing that a person has taken away before."""
        nodes = self.oracle.sandbox.world.nodes
        for one in self.oracle.delivering():
            if one.id in self.oracle.made_by_people or not self.oracle.is_below(one, top.id):
                continue
            node = nodes[one.id]
            used = json.dumps([node.data, nodes[node.data["creative"]].data if one.kind == "ad" else None])
            for id_, at in self.gone.items():
                if f'"{id_}"' in used and not is_usable(nodes[id_]) and self.oracle.could_see(at):
                    self.oracle.broken("I18", f"{one.kind} {one.id} was turned on with {id_}, which is gone")

    def person_takes(self, kind: str) -> None:
        """Deletes the audience, or archives the form: the newest that is there."""
        there = [node for node in self.nodes() if node.kind == kind and is_usable(node)]
        if not there:
            return
        node = there[-1]
        self.gone[node.id] = self.oracle.sandbox.clock.now()
        if kind == AUDIENCE:
            node.hidden["deleted"] = True
            node.data["operation_status"] = DELETED
        else:
            node.data["status"] = "ARCHIVED"
        self.oracle.touched |= {f"{ACCOUNT_KEY}/{key}" for key in self.oracle.stack}
        self.oracle.log(f"person takes {kind} {node.id}")

    def differences(self, *, undecided: bool) -> Iterator[str]:
        """Nothing is expected once a person has taken one away: the tool waits for a person's word. `undecided`: nor of
        the audience's content."""
        for kind, address in self.declared.addresses.items() if not self.gone else ():
            found = [one for one in self.nodes() if one.kind == kind and label_of(address) in marker_of(one)]
            as_declared = [
                one for one in found if is_usable(one) and ((undecided and kind == AUDIENCE) or self._says(one))
            ]
            # A second one, of a late call or of one that no listing showed in time, is told and stays: I17 judges
            # whether it could have been found.
            if not as_declared:
                yield f"{address}: {len(as_declared)} of {len(found)} are as declared"

    def _says(self, node: Node) -> bool:
        said = json.dumps(node.data)
        if node.kind == AUDIENCE:
            return str(self.declared.days * 86_400) in said
        return f'"Question {self.declared.question}"' in said

    def unaccounted(self, remembered: str, output: str, pending: set[str]) -> Iterator[str]:
        waits = pending & set(self.declared.addresses.values())
        for node in self.nodes():
            known = node.id in remembered or node.id in output or node.id in self.oracle.made_by_people
            if marker_of(node) and is_usable(node) and not known and not waits:
                yield f"{node.kind} {node.id} is neither in state/ nor told"


def marker_of(node: Node) -> str:
    """ "" of what bears none."""
    text = str(node.data.get("description" if node.kind == AUDIENCE else "name") or "")
    found = MARKER.search(text)
    return found.group() if found else ""


def is_there(node: Node) -> bool:
    return not node.hidden.get("deleted") and node.data.get("status") != "DELETED"


def is_usable(node: Node) -> bool:
    return is_there(node) and node.data.get("status") != "ARCHIVED"
