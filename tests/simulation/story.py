"""Runs one schedule: a sandbox on a virtual clock, a client, faults and people, and the oracle who reads along.

First with faults, then without: what must never be is judged all the time, what must come about only then.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import random
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, quote_plus, urlsplit

import requests
from support.repository import ACCOUNT_FILE, CREATIVES, PROJECT
from support.sandbox import ACCOUNT

from reconciler.sandbox import Clock as SandboxClock
from reconciler.sandbox import Sandbox, control
from reconciler.sandbox.world import World
from simulation.disk import Crash, Disk
from simulation.ending import as_declared, lost
from simulation.network import Network
from simulation.oracle import GONE, LATE, MEND, PERSON, Oracle, Violation
from simulation.people import PEOPLE
from simulation.schedule import Hand, Round, Schedule
from simulation.stack import ACCOUNT_KEY, HOUR, IMAGE, START, Stack, yaml_of
from simulation.template import ELSEWHERE, template

CANARY = "canary4242SecretOfThisTest/with+signs"
QUIET = 3 * HOUR
"""Without faults, until the first run: what was late has come, every block is over."""

MOST_RUNS = 3
LAST_EVENTS = 40
SECONDS_OFF = 60.0
"""How far a clock may be off and still count as right."""

BETWEEN = 600.0
"""Seconds between runs without faults, as a scheduled job has them."""

TOO_SHORT = "more than 24 hours"
POLICIES = "policies: {max_removals: 100, max_lateness: 400d}\n"


class Client(Protocol):
    """What is put to the test."""

    def run(self, story: Story, command: str, number: int) -> Report: ...

    def stop(self, story: Story, address: str) -> None:
        """The emergency stop of one address."""


@dataclass
class Report:
    """How one run ended. `told` is everything that it said."""

    told: str = ""
    errors: list[str] = field(default_factory=list)
    changes: int = 0
    refused: frozenset[str] = frozenset()
    """Policies and rules that stood in the way of something."""
    crashed: bool = False


def scratch() -> Path:
    """In memory where that can be had: the tests' own disk is no part of the story."""
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="simulation-", dir=memory if memory.is_dir() else None))
    (root / "creatives" / IMAGE).parent.mkdir(parents=True)
    shutil.copyfile(CREATIVES / IMAGE, root / "creatives" / IMAGE)
    return root


class Story:
    """One schedule, from its beginning to its end."""

    def __init__(self, schedule: Schedule, root: Path) -> None:
        self.schedule = schedule
        self.root = root
        self.chance = random.Random(f"{schedule.seed}/story")
        self.digest = hashlib.sha256()
        self.events: deque[str] = deque(maxlen=LAST_EVENTS)
        self.tail: tuple[str, ...] = ()
        """What came before the first violation."""
        self.violations: list[Violation] = []
        world = World.load(copy.deepcopy(template(schedule.image_known)))
        world.settings |= schedule.settings
        self.sandbox = Sandbox(world, SandboxClock(START))  # type: ignore[arg-type]
        self.network = Network(self.sandbox, self.elapse, self.log)
        self.disk = Disk(random.Random(f"{schedule.seed}/disk"))
        self.oracle = Oracle(self.sandbox, self.log, self.fail)
        self.network.answered = self.oracle.answered
        self.network.late_write = self._late
        self.network.in_block = self._called_in_block
        self.network.meanwhile = self._meanwhile
        self.skew = 0.0
        self.lost = False
        """State was lost at least once."""
        self.too_short = False
        self.refused: frozenset[str] = frozenset()
        self.stack: Stack = {}
        self.elsewhere = False
        self.kept: dict[str, str] = {}
        """The files of state/ as they were before the last run."""
        self.crashes = 0
        self.edits = 0

    # ---- time

    def elapse(self, seconds: float) -> None:
        self.sandbox.clock.advance(seconds)

    def true_now(self) -> float:
        return self.sandbox.clock.now()

    def local_now(self) -> datetime:
        """What the client's clock says. A process that has ended asks no more."""
        if self.disk.dead:
            raise Crash("after the end")
        return datetime.fromtimestamp(self.true_now() + self.skew, UTC)

    def sleep(self, seconds: float) -> None:
        if self.disk.dead:
            raise Crash("after the end")
        self.log(f"sleep {seconds:.3f}")
        self.elapse(seconds)

    # ---- what is told

    def log(self, event: str) -> None:
        line = f"{self.true_now() - START:.3f} {event}"
        self.digest.update(line.encode())
        self.events.append(line)

    def fail(self, violation: Violation) -> None:
        self.log(f"VIOLATION {violation}")
        self.tail = self.tail or tuple(self.events)
        self.violations.append(violation)

    def _late(self, deliver: Callable[[], Any]) -> None:
        with self.oracle.acting(LATE):
            deliver()

    def _meanwhile(self, before: dict[str, dict[str, Any]], number: int) -> None:
        """A person puts back what was written, or does something else to it."""
        for id_, data in before.items():
            if self.oracle.objects[id_].status in GONE or not self.oracle.objects[id_].addresses:
                continue
            self.edits += 1
            with self.oracle.acting(PERSON):
                if number % 2:
                    back = {n: data[n] for n in ("status", "daily_budget") if n in data}
                    self.by_hand(id_, **back)
                else:
                    PEOPLE[("pause", "activate", "raise")[number % 3]](self, id_)

    def _called_in_block(self, call: str) -> None:
        """Who has a wrong clock, or has lost what was written down, cannot know."""
        if not self.oracle.misled and not self.oracle.forgotten:
            self.fail(Violation("I12", f"{call} though Meta takes no calls yet"))

    # ---- the two halves

    def play(self, client: Client) -> None:
        self.client = client
        shutil.rmtree(self.root / "desired", ignore_errors=True)
        self.forget_state()
        write_desired(self.root, {})
        for number, one in enumerate(self.schedule.rounds):
            self.round(client, number, one)
        self.calm()
        self.must_converge(client)

    def round(self, client: Client, number: int, one: Round) -> None:
        self.elapse(max(0.0, one.at - self.true_now()) if one.at else one.wait)
        self.network.deliver_late()
        self.declare(one.stack, elsewhere=one.elsewhere)
        for hand in one.before:
            self.person(hand)
        self._forget(one.memory)
        self.skew = one.skew
        self.oracle.misled |= bool(abs(one.skew) > SECONDS_OFF or one.jump)
        self.oracle.clock_is_off = abs(one.skew) > SECONDS_OFF and one.jump is None
        self.oracle.dated = one.date == "true"
        self.network.plan = lambda call: self.schedule.fault(number, call)
        self.network.hook = lambda call, request: self._during(one, call, request)
        self.network.loses = one.loses
        self.meddled, self.launches, self.looks = False, one.at_launch, one.at_look
        self.slow = one.slow
        self.network.date, self.network.token_dead, self.network.calls = one.date, False, 0
        self.disk.start(one.crash_disk)
        report = self.run(client, one.command, number)
        if report.crashed:
            self.crashes += 1
            # Who is ended in the middle of it may not have written down that Meta takes no calls.
            self.network.block_ends = 0.0
            self.oracle.told.clear()
            self.log(f"crashed{' without power' if one.power_lost else ''}")
            if one.power_lost:
                self.disk.lose_power()
        self.disk.forget()
        self.readable()

    def _during(self, one: Round, call: int, request: requests.PreparedRequest) -> None:
        if one.meddles is not None and not self.meddled and request.method != "GET":
            self._meddle(one.meddles)
        self.looks -= is_look(request)
        if self.launches is not None and (self.looks <= 0 or request.method != "GET"):
            hand, self.launches = self.launches, None
            self.person(hand)
        if self.slow is not None and call >= self.slow[0] and request.method == "GET":
            self.elapse(self.slow[1])
            self.slow = None
        if call in one.during:
            self.person(one.during[call])
        if one.jump is not None and one.jump[0] == call:
            self.skew = one.jump[1]
        if one.token_dies is not None and call >= one.token_dies:
            self.network.token_dead = True
        if self.disk.dead:
            raise Crash("after the end")
        if call == one.crash_call:
            self.disk.dead = True
            raise Crash(f"at call {call}")

    def _meddle(self, hand: Hand) -> None:
        """At the last budget that is about to be changed."""
        ids = [o.id for o in self.oracle.objects.values() if self.oracle.awaits_budget(o)]
        if ids:
            self.meddled = True
            self.edits += 1
            with self.oracle.acting(PERSON):
                PEOPLE[hand.what](self, ids[-1])

    def run(self, client: Client, command: str, number: int) -> Report:
        self.log(f"run {number} {command}")
        self.oracle.on_in_run.clear()
        self.oracle.made_in_run.clear()
        self.oracle.others.run_begins(self.remembered())
        try:
            report = client.run(self, command, number)
        except Crash:
            report = Report(crashed=True)
        if not report.crashed and not report.errors:
            self.oracle.unknown.clear()
            if command == "apply":
                self.oracle.others.run_ends(report.told)
        self.secret(report.told)
        self.log(f"ended {number} {sorted(report.errors)} {report.changes}")
        return report

    def declare(self, stack: Stack, *, elsewhere: bool = False) -> None:
        if (stack, elsewhere) != (self.stack, self.elsewhere):
            account = ELSEWHERE if elsewhere else ACCOUNT
            write_desired(self.root, stack, account)
            self.stack, self.elsewhere = stack, elsewhere
            self.oracle.others.account = account
            self.oracle.declare(stack, self.true_now())
            self.log(f"declared {sorted(stack)}")

    # ---- people, and what they do to state/

    def person(self, hand: Hand) -> None:
        ours = [o for o in self.oracle.objects.values() if o.addresses and o.status not in GONE]
        if hand.address:
            ours = [o for o in ours if hand.address in o.addresses and o.id not in self.oracle.made_by_hand]
        if not ours:
            return
        id_ = sorted(o.id for o in ours)[hand.pick % len(ours)]
        self.edits += 1
        self.log(f"person {hand.what} {id_}")
        with self.oracle.acting(PERSON):
            PEOPLE[hand.what](self, id_)

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """A command that a person gives between two runs; what went on in them goes on after it."""
        network, skew = self.network, self.skew
        before = network.plan, network.hook, network.block_ends
        network.plan, network.hook, network.block_ends, self.skew = _no_fault, _nothing, 0.0, 0.0
        self.disk.start(None)
        try:
            yield
        finally:
            network.plan, network.hook, network.block_ends = before
            self.skew = skew
            self.disk.forget()

    def by_hand(self, id_: str, **params: Any) -> None:
        control._edit(self.sandbox, {"id": id_, "params": params})

    def forget_state(self) -> None:
        shutil.rmtree(self.root / "state", ignore_errors=True)

    def _forget(self, memory: str) -> None:
        if memory != "kept":
            self.oracle.told.clear()
            self.oracle.forgotten = True
        if memory == "lost":
            self.lost = True
            self.forget_state()
        elif memory == "older":
            self.lost = True
            for path in self.state_files():
                path.unlink()
            for name, text in self.kept.items():
                (self.root / "state" / ACCOUNT_KEY / name).write_text(text, "utf-8")
        elif memory == "without intents":
            self.lost = True
            for path in self.state_files():
                kept = {k: r for k, r in resources_in(path).items() if not r.get("pending")}
                text = path.read_text("utf-8")
                if kept != resources_in(path):
                    path.write_text(json.dumps({**json.loads(text), "resources": kept}), "utf-8")
        self.kept = {path.name: path.read_text("utf-8") for path in self.state_files()}

    # ---- what is checked after every run

    def state_files(self) -> list[Path]:
        return sorted((self.root / "state" / ACCOUNT_KEY).glob("*.json"))

    def readable(self) -> None:
        for path in self.state_files():
            try:
                json.loads(path.read_text("utf-8"))["resources"].items()
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.fail(Violation("I7", f"{path.name} cannot be read: {type(error).__name__}"))

    def remembered(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in self.state_files())

    def pending(self) -> set[str]:
        rows = (resources_in(path).items() for path in self.state_files())
        return {address for file in rows for address, row in file if row.get("pending")}

    def secret(self, text: str) -> None:
        kept = "".join(p.read_text("utf-8", "replace") for p in (self.root / "state").rglob("*") if p.is_file())
        for spelling in SPELLINGS:
            if spelling in text or spelling in kept:
                self.fail(Violation("I8", f"the token was told or kept, as {spelling[:6]}…"))

    # ---- without faults

    def calm(self) -> None:
        self.network.plan, self.network.hook = _no_fault, _nothing
        self.network.date, self.network.token_dead, self.skew = "true", False, 0.0
        self.network.loses, self.oracle.clock_is_off, self.oracle.dated = "", False, True
        self.sandbox.world.settings |= {"list_lag_seconds": 0, "label_lag_seconds": 0, "read_lag_seconds": 0}
        self.disk.start(None)
        self.log("calm")
        self.elapse(QUIET)
        self.network.deliver_late()

    def must_converge(self, client: Client) -> None:
        """Within three runs; then a run writes nothing; then the same at every moment that is still to come."""
        self.declare(self.stack)
        self._leave_the_other_account()
        self._end_orphans(client)
        self._reach(client, "apply", MOST_RUNS)
        moments = {m + 60 for c in self.stack.values() for m in (c.activate_at, c.deactivate_at) if m}
        for moment in sorted(m for m in moments if m > self.true_now()):
            self.elapse(max(0.0, moment - self.true_now()))
            self._reach(client, "activate", MOST_RUNS)

    def _leave_the_other_account(self) -> None:
        """What was made while the file named it is remembered as its own: a person ends that, as the tool says."""
        for path in self.state_files():
            if f'"account": "{ELSEWHERE}"' in path.read_text("utf-8"):
                path.unlink()
        with self.oracle.acting(MEND):
            for node in list(self.sandbox.world.nodes.values()):
                if (
                    node.account == ELSEWHERE.removeprefix("act_")
                    and node.kind == "campaign"
                    and node.data["status"] not in GONE
                ):
                    self.by_hand(node.id, status="ARCHIVED")

    def _end_orphans(self, client: Client) -> None:
        """A person does as the tool has said."""
        if any(self.oracle.others.orphaned(self.remembered())):
            self.run(client, "apply", 90)
            with self.oracle.acting(MEND):
                for one in list(self.oracle.others.orphaned(self.remembered())):
                    self.by_hand(one.id, status="PAUSED")

    def _reach(self, client: Client, command: str, runs: int) -> None:
        report, wrong, before = Report(), [""], 0
        for attempt in range(runs):
            self.elapse(attempt * BETWEEN)
            before = self.oracle.writes
            report = self.run(client, command, 100 + attempt)
            wrong = self.wrong(report)
            if not wrong and not report.errors:
                break
        if wrong:
            self.fail(Violation("I5", f"after {runs} runs without faults: {'; '.join(wrong)}\n{report.told}"))
            return
        again = report
        if self.oracle.writes > before:  # else the run had nothing to do itself
            before = self.oracle.writes
            again = self.run(client, command, 200)
        if self.oracle.writes > before:
            self.fail(Violation("I11", f"{self.oracle.writes - before} writes by a run that had nothing to do"))
        if command == "apply" and not again.refused:
            for what in lost(self.oracle, self.remembered(), report.told + again.told, self.pending()):
                self.fail(Violation("I4", what))

    def wrong(self, report: Report) -> list[str]:
        touched = set(self.oracle.touched)
        self.refused |= report.refused
        if self.refused and (touched or self.refused - {"conflict"}):
            return []  # a conflict with a person, or with what stood there before, until somebody decides
        # With a copy and without state/, nobody can tell which is which, but for its name and the log.
        # Why something was paused is told by a declared end alone, and not by a start that has been moved.
        excused = touched | (self.oracle.others.copied | self.oracle.moved if self.lost else set())
        found = list(as_declared(self.oracle, excused))
        self.too_short |= any(TOO_SHORT in error for error in report.errors)
        if self.too_short:
            return []  # so late that Meta would not take the declared end any more
        if not excused:
            found += report.errors
        return found


def _no_fault(call: int) -> None:
    return None


def _nothing(call: int, request: requests.PreparedRequest) -> None:
    """Nobody does anything."""


def is_look(request: requests.PreparedRequest) -> bool:
    """The first page of the campaigns, as a look at the whole account begins with it."""
    url = urlsplit(request.url or "")
    return request.method == "GET" and url.path.endswith("/campaigns") and "ARCHIVED" not in url.query


SPELLINGS = {
    CANARY,
    quote(CANARY),
    quote_plus(CANARY),
    quote(CANARY, safe=""),
    *(base64.b64encode(b"x" * n + CANARY.encode())[4:-4].decode() for n in range(3)),
}


def resources_in(path: Path) -> dict[str, dict[str, Any]]:
    """What a state file says of each address; nothing where it cannot be read."""
    try:
        return dict(json.loads(path.read_text("utf-8"))["resources"])
    except (ValueError, KeyError, TypeError):
        return {}


def write_desired(root: Path, stack: Stack, account: str = ACCOUNT) -> None:
    folder = root / "desired"
    campaigns = folder / "campaigns" / ACCOUNT_KEY
    campaigns.mkdir(parents=True, exist_ok=True)
    (folder / "accounts").mkdir(exist_ok=True)
    (folder / "project.yaml").write_text(PROJECT, "utf-8")
    (folder / "accounts" / f"{ACCOUNT_KEY}.yaml").write_text(ACCOUNT_FILE.replace(ACCOUNT, account) + POLICIES, "utf-8")
    for path in campaigns.glob("*.yaml"):
        path.unlink()
    for campaign in stack.values():
        (campaigns / f"{campaign.key}.yaml").write_text(yaml_of(campaign), "utf-8")
