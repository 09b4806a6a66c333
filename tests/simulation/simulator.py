"""Runs one schedule: a sandbox on a virtual clock, a client that is tested, faults, people, and the oracle that judges.

The schedule has two halves. In the first one faults happen, and only what must never happen is judged. In the second
one nothing goes wrong any more, and within three runs everything must be as declared.
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
from simulation.alone import Alone
from simulation.disk import Crash, Disk
from simulation.final_checks import differences, unaccounted
from simulation.initial_world import ELSEWHERE, initial_world
from simulation.manual_edits import ACTIONS
from simulation.network import Network
from simulation.oracle import ADVISED, GONE, LATE, PERSON, Oracle, Violation
from simulation.schedule import ManualAction, Round, Schedule
from simulation.stack import ACCOUNT_KEY, HOUR, IMAGE, START, Stack, yaml_of

CANARY = "canary4242SecretOfThisTest/with+signs"
QUIET = 3 * HOUR
"""Seconds between the two halves. By then every delayed call has arrived, and every block by Meta has ended."""

MOST_RUNS = 3
"""Runs without faults within which all must be as declared."""

LAST_EVENTS = 40
"""Events that are kept for the report of a violation."""

SECONDS_OFF = 60.0
"""How far a clock may be off and still count as right."""

BETWEEN = 600.0
"""Seconds between two runs of the second half, as between two runs of a scheduled job."""

NOTHING_ALONE = Alone()
TOO_SHORT = "more than 24 hours"
POLICIES = "policies: {max_removals: 100, max_lateness: 400d}\n"


class Client(Protocol):
    """What is tested: the reconciler, or the naive client beside it."""

    def run_command(self, simulator: Simulator, command: str, number: int) -> Report:
        """`apply` or `activate`; `number` is that of the run in the schedule."""

    def stop(self, simulator: Simulator, address: str) -> None:
        """The emergency stop (`reconciler pause ADDRESS`)."""


@dataclass
class Report:
    """How one run ended. `output` is everything that it printed and logged."""

    output: str = ""
    errors: list[str] = field(default_factory=list)
    changes: int = 0
    """In the plan."""
    refused: frozenset[str] = frozenset()
    """Names of the policies and rules that refused something."""
    crashed: bool = False


def temporary_root() -> Path:
    """A new folder with the media file of all ads; in memory where the system allows it, which is faster."""
    memory = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="simulation-", dir=memory if memory.is_dir() else None))
    (root / "creatives" / IMAGE).parent.mkdir(parents=True)
    shutil.copyfile(CREATIVES / IMAGE, root / "creatives" / IMAGE)
    return root


class Simulator:
    """One schedule with its sandbox. `run` runs it; `violations` and `digest` are the result."""

    def __init__(self, schedule: Schedule, root: Path) -> None:
        self.schedule = schedule
        self.root = root
        self.rng = random.Random(f"{schedule.seed}/story")
        self.digest = hashlib.sha256()
        self.events: deque[str] = deque(maxlen=LAST_EVENTS)
        self.last_events: tuple[str, ...] = ()
        """The last events before the first violation."""
        self.violations: list[Violation] = []
        world = World.load(copy.deepcopy(initial_world(schedule.image_known)))
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
        self.state_lost = False
        """Whether `state/` was deleted or replaced at least once."""
        self.too_short = False
        """Whether Meta has refused a declared end because it came less than 24 hours after the start."""
        self.refused: frozenset[str] = frozenset()
        self.stack: Stack = {}
        self.elsewhere = False
        self.alone = Alone()
        self.state_before: dict[str, str] = {}
        """The files of state/ as they were before the last run, by name."""
        self.crashes = 0
        self.edits = 0

    # ---- time

    def elapse(self, seconds: float) -> None:
        self.sandbox.clock.advance(seconds)

    def true_now(self) -> float:
        return self.sandbox.clock.now()

    def local_now(self) -> datetime:
        """What the clock of the client's computer says. After a crash the process must do nothing more."""
        if self.disk.dead:
            raise Crash("after the end")
        return datetime.fromtimestamp(self.true_now() + self.skew, UTC)

    def sleep(self, seconds: float) -> None:
        if self.disk.dead:
            raise Crash("after the end")
        self.log(f"sleep {seconds:.3f}")
        self.elapse(seconds)

    # ---- the log

    def log(self, event: str) -> None:
        line = f"{self.true_now() - START:.3f} {event}"
        self.digest.update(line.encode())
        self.events.append(line)

    def fail(self, violation: Violation) -> None:
        self.log(f"VIOLATION {violation}")
        self.last_events = self.last_events or tuple(self.events)
        self.violations.append(violation)

    def _late(self, deliver: Callable[[], Any]) -> None:
        with self.oracle.acting(LATE):
            deliver()

    def _meanwhile(self, before: dict[str, dict[str, Any]], number: int) -> None:
        """A person reacts to a write: undoes it, or changes the object in another way. `before` has the objects
        as they were."""
        for id_, data in before.items():
            if self.oracle.objects[id_].status in GONE or not self.oracle.objects[id_].addresses:
                continue
            self.edits += 1
            with self.oracle.acting(PERSON):
                if number % 2:
                    former = {n: data[n] for n in ("status", "daily_budget") if n in data}
                    self.edit_object(id_, **former)
                else:
                    ACTIONS[("pause", "activate", "raise")[number % 3]](self, id_)

    def _called_in_block(self, call: str) -> None:
        """A client with a wrong clock, or without its `state/`, cannot know that Meta takes no calls, so it is not
        blamed."""
        if not self.oracle.misled and not self.oracle.forgotten:
            self.fail(Violation("I12", f"{call} though Meta takes no calls yet"))

    # ---- the first half, with faults

    def run(self, client: Client) -> None:
        """Both halves, from an empty `state/` on."""
        self.client = client
        shutil.rmtree(self.root / "desired", ignore_errors=True)
        self.forget_state()
        write_desired(self.root, {})
        for number, one in enumerate(self.schedule.rounds):
            self.run_round(client, number, one)
        self.end_faults()
        self.check_convergence(client)

    def run_round(self, client: Client, number: int, one: Round) -> None:
        """One run of the client, with what the schedule has before and during it."""
        self.elapse(max(0.0, one.at - self.true_now()) if one.at else one.wait)
        self.network.deliver_late()
        self.alone = one.alone
        self.declare(one.stack, elsewhere=one.elsewhere)
        if one.gone:
            self.edits += 1
            self.oracle.alone.person_takes(one.gone)
        for action in one.before:
            self.perform(action)
        self._change_state(one.memory)
        self.skew = one.skew
        self.oracle.misled |= bool(abs(one.skew) > SECONDS_OFF or one.jump)
        self.oracle.clock_is_off = abs(one.skew) > SECONDS_OFF and one.jump is None
        self.oracle.dated = one.date == "true"
        self.network.plan = lambda call: self.schedule.fault(number, call)
        self.network.hook = lambda call, request: self._before_call(one, call, request)
        self.network.lost_answer_edge = one.lost_answer_edge
        self.action_before_launch, self.listings_left = one.before_launch, one.before_listing
        self.edited_before_write = False
        self.slow = one.slow
        self.network.date, self.network.token_dead, self.network.calls = one.date, False, 0
        self.disk.start(one.crash_disk)
        report = self.run_command(client, one.command, number)
        if report.crashed:
            self.crashes += 1
            # A client that is killed may not have noted yet that Meta takes no calls.
            self.network.block_ends = 0.0
            self.oracle.confirmed_ids.clear()
            self.log(f"crashed{' without power' if one.power_lost else ''}")
            if one.power_lost:
                self.disk.lose_power()
        self.disk.forget()
        self.check_state_is_readable()

    def _before_call(self, one: Round, call: int, request: requests.PreparedRequest) -> None:
        if one.edit_before_write is not None and not self.edited_before_write and request.method != "GET":
            self._edit_before_write(one.edit_before_write)
        self.listings_left -= is_campaign_listing(request)
        if self.action_before_launch is not None and (self.listings_left <= 0 or request.method != "GET"):
            action, self.action_before_launch = self.action_before_launch, None
            self.perform(action)
        if self.slow is not None and call >= self.slow[0] and request.method == "GET":
            self.elapse(self.slow[1])
            self.slow = None
        if call in one.during:
            self.perform(one.during[call])
        if one.jump is not None and one.jump[0] == call:
            self.skew = one.jump[1]
        if one.token_dies is not None and call >= one.token_dies:
            self.network.token_dead = True
        if self.disk.dead:
            raise Crash("after the end")
        if call == one.crash_call:
            self.disk.dead = True
            raise Crash(f"at call {call}")

    def _edit_before_write(self, action: ManualAction) -> None:
        """A person changes the last object, by order of creation, whose budget the YAML wants changed."""
        ids = [o.id for o in self.oracle.objects.values() if self.oracle.awaits_budget(o)]
        if ids:
            self.edited_before_write = True
            self.edits += 1
            with self.oracle.acting(PERSON):
                ACTIONS[action.action](self, ids[-1])

    def run_command(self, client: Client, command: str, number: int) -> Report:
        self.log(f"run {number} {command}")
        self.oracle.on_in_run.clear()
        self.oracle.made_in_run.clear()
        self.oracle.ownership.on_run_start(self.remembered(), self.pending())
        try:
            report = client.run_command(self, command, number)
        except Crash:
            report = Report(crashed=True)
        if not report.crashed and not report.errors:
            self.oracle.unknown.clear()
            if command == "apply":
                self.oracle.ownership.on_run_end(report.output)
        self.check_token_is_absent(report.output)
        self.log(f"ended {number} {sorted(report.errors)} {report.changes}")
        return report

    def declare(self, stack: Stack, *, elsewhere: bool = False) -> None:
        if (stack, elsewhere, self.alone) != (self.stack, self.elsewhere, self.oracle.alone.declared):
            account = ELSEWHERE if elsewhere else ACCOUNT
            write_desired(self.root, stack, account, self.alone)
            self.oracle.alone.declare(self.alone)
            self.stack, self.elsewhere = stack, elsewhere
            self.oracle.ownership.account = account
            self.oracle.declare(stack, self.true_now())
            self.log(f"declared {sorted(stack)}")

    # ---- people, and what happens to state/

    def perform(self, action: ManualAction) -> None:
        """A person does it, if there is an object to do it to."""
        ours = [o for o in self.oracle.objects.values() if o.addresses and o.status not in GONE]
        if action.address:
            ours = [o for o in ours if action.address in o.addresses and o.id not in self.oracle.made_by_people]
        if not ours:
            return
        id_ = sorted(o.id for o in ours)[action.pick % len(ours)]
        self.edits += 1
        self.log(f"person {action.action} {id_}")
        with self.oracle.acting(PERSON):
            ACTIONS[action.action](self, id_)

    @contextmanager
    def without_faults(self) -> Iterator[None]:
        """For a command that a person gives in the middle of a round: no fault meets it. Afterwards faults, clock and
        block are as they were before."""
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

    def edit_object(self, id_: str, **params: Any) -> None:
        control._edit(self.sandbox, {"id": id_, "params": params})

    def forget_state(self) -> None:
        shutil.rmtree(self.root / "state", ignore_errors=True)

    def _change_state(self, memory: str) -> None:
        if memory != "kept":
            self.oracle.confirmed_ids.clear()
            self.oracle.forgotten = True
        if memory == "lost":
            self.state_lost = True
            self.forget_state()
        elif memory == "older":
            self.state_lost = True
            for path in self.state_files():
                path.unlink()
            for name, text in self.state_before.items():
                (self.root / "state" / ACCOUNT_KEY / name).write_text(text, "utf-8")
        elif memory == "without intents":
            self.state_lost = True
            for path in self.state_files():
                answered = {k: r for k, r in records_in(path).items() if not r.get("pending")}
                text = path.read_text("utf-8")
                if answered != records_in(path):
                    path.write_text(json.dumps({**json.loads(text), "resources": answered}), "utf-8")
        self.state_before = {path.name: path.read_text("utf-8") for path in self.state_files()}

    # ---- what is judged after every run

    def state_files(self) -> list[Path]:
        return sorted((self.root / "state" / ACCOUNT_KEY).glob("*.json"))

    def journals(self) -> list[Path]:
        return sorted((self.root / "state").glob(".*.journal"))

    def check_state_is_readable(self) -> None:
        for path in self.state_files():
            try:
                json.loads(path.read_text("utf-8"))["resources"].items()
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.fail(Violation("I7", f"{path.name} cannot be read: {type(error).__name__}"))

    def remembered(self) -> str:
        """All of `state/` as one text, to look for ids in."""
        return "".join(path.read_text("utf-8", "replace") for path in self.state_files())

    def pending(self) -> set[str]:
        """Addresses with a create that has no answer yet."""
        rows = (records_in(path).items() for path in self.state_files())
        return {address for file in rows for address, row in file if row.get("pending")}

    def check_token_is_absent(self, text: str) -> None:
        kept = "".join(p.read_text("utf-8", "replace") for p in (self.root / "state").rglob("*") if p.is_file())
        for spelling in TOKEN_SPELLINGS:
            if spelling in text or spelling in kept:
                self.fail(Violation("I8", f"the token was told or kept, as {spelling[:6]}…"))

    # ---- the second half, without faults

    def end_faults(self) -> None:
        self.network.plan, self.network.hook = _no_fault, _nothing
        self.network.date, self.network.token_dead, self.skew = "true", False, 0.0
        self.network.lost_answer_edge, self.oracle.clock_is_off, self.oracle.dated = "", False, True
        self.sandbox.world.settings |= {"list_lag_seconds": 0, "label_lag_seconds": 0, "read_lag_seconds": 0}
        self.disk.start(None)
        self.log("calm")
        self.elapse(QUIET)
        self.network.deliver_late()

    def check_convergence(self, client: Client) -> None:
        """Within three runs all must be as declared, and then a further run must write nothing. The same is checked
        again at each declared start and end that is still to come."""
        self.declare(self.stack)
        self._leave_the_other_account()
        self._end_orphans(client)
        self._converge(client, "apply", MOST_RUNS)
        moments = {m + 60 for c in self.stack.values() for m in (c.activate_at, c.deactivate_at) if m}
        for moment in sorted(m for m in moments if m > self.true_now()):
            self.elapse(max(0.0, moment - self.true_now()))
            self._converge(client, "activate", MOST_RUNS)

    def _leave_the_other_account(self) -> None:
        """The account file names the first account again. What was created in the other one is archived by a person,
        and its records are deleted, as the tool tells people to do."""
        for path in (*self.state_files(), *self.journals()):
            if f'"account": "{ELSEWHERE}"' in path.read_text("utf-8"):
                path.unlink()
        with self.oracle.acting(ADVISED):
            for node in list(self.sandbox.world.nodes.values()):
                if (
                    node.account == ELSEWHERE.removeprefix("act_")
                    and node.kind == "campaign"
                    and node.data["status"] not in GONE
                ):
                    self.edit_object(node.id, status="ARCHIVED")

    def _end_orphans(self, client: Client) -> None:
        """A person pauses what the tool has reported as unmanaged."""
        if any(self.oracle.ownership.orphaned(self.remembered(), self.pending())):
            self.run_command(client, "apply", 90)
            with self.oracle.acting(ADVISED):
                for one in list(self.oracle.ownership.orphaned(self.remembered(), self.pending())):
                    self.edit_object(one.id, status="PAUSED")

    def _converge(self, client: Client, command: str, runs: int) -> None:
        """Runs the command until all is as declared, then once more, and judges I5, I11 and I4."""
        report, found, before = Report(), [""], 0
        for attempt in range(runs):
            self.elapse(attempt * BETWEEN)
            before = self.oracle.writes
            report = self.run_command(client, command, 100 + attempt)
            found = self.deviations(report)
            if not found and not report.errors:
                break
        if found:
            self.fail(Violation("I5", f"after {runs} runs without faults: {'; '.join(found)}\n{report.output}"))
            return
        again = report
        if self.oracle.writes > before:  # a run that wrote nothing is itself the proof
            before = self.oracle.writes
            again = self.run_command(client, command, 200)
        if report.refused and self.oracle.writes > before:  # what the first run has stopped may have held others back
            before = self.oracle.writes
            again = self.run_command(client, command, 300)
        if self.oracle.writes > before:
            self.fail(Violation("I11", f"{self.oracle.writes - before} writes by a run that had nothing to do"))
        if command == "apply" and not again.refused:
            seen = self.remembered(), report.output + again.output, self.pending()
            for what in (*unaccounted(self.oracle, *seen), *self.oracle.alone.unaccounted(*seen)):
                self.fail(Violation("I4", what))

    def deviations(self, report: Report) -> list[str]:
        """What is not as declared after a run, without what nobody can expect the tool to mend."""
        touched = set(self.oracle.touched)
        self.refused |= report.refused
        if self.refused and (touched or self.refused - {"conflict"}):
            return []  # a conflict with a person's change, or with an older object, waits until a person decides
        # Without state/, a copy can be told from its original only by its name and the log, which may not be enough.
        # Without state/, a pause by the tool looks like a person's, unless a declared end explains it. A start that was
        # moved explains nothing. Example: it started at 9:00, at 10:00 its start was moved to 12:00, the tool paused
        # it, and state/ was lost. At 12:00 nobody can tell that the pause was the tool's.
        excused = touched | (self.oracle.ownership.copied | self.oracle.moved if self.state_lost else set())
        # Nothing logs what was changed of an audience: without state/, an edit of the YAML that nobody has applied yet
        # looks like one that somebody has made at Meta, and what uses the audience waits for a person's word.
        undecided = self.state_lost and self.oracle.alone.audience_edited
        if undecided and "conflict" in self.refused:
            return []
        found = [*differences(self.oracle, excused), *self.oracle.alone.differences(undecided=undecided)]
        self.too_short |= any(TOO_SHORT in error for error in report.errors)
        if self.too_short:
            return []  # the first run came so late that Meta does not take the declared end any more
        if not excused:
            found += report.errors
        return found


def _no_fault(call: int) -> None:
    return None


def _nothing(call: int, request: requests.PreparedRequest) -> None:
    """Nobody does anything."""


def is_campaign_listing(request: requests.PreparedRequest) -> bool:
    """A request for the campaigns of an account: with it the tool begins each listing of all objects."""
    url = urlsplit(request.url or "")
    return request.method == "GET" and url.path.endswith("/campaigns") and "ARCHIVED" not in url.query


TOKEN_SPELLINGS = {
    CANARY,
    quote(CANARY),
    quote_plus(CANARY),
    quote(CANARY, safe=""),
    *(base64.b64encode(b"x" * n + CANARY.encode())[4:-4].decode() for n in range(3)),
}


def records_in(path: Path) -> dict[str, dict[str, Any]]:
    """The record of each address in a state file; none where the file cannot be read."""
    try:
        return dict(json.loads(path.read_text("utf-8"))["resources"])
    except (ValueError, KeyError, TypeError):
        return {}


def write_desired(root: Path, stack: Stack, account: str = ACCOUNT, alone: Alone = NOTHING_ALONE) -> None:
    folder = root / "desired"
    campaigns = folder / "campaigns" / ACCOUNT_KEY
    campaigns.mkdir(parents=True, exist_ok=True)
    (folder / "accounts").mkdir(exist_ok=True)
    (folder / "project.yaml").write_text(PROJECT, "utf-8")
    (folder / "accounts" / f"{ACCOUNT_KEY}.yaml").write_text(ACCOUNT_FILE.replace(ACCOUNT, account) + POLICIES, "utf-8")
    for path in campaigns.glob("*.yaml"):
        path.unlink()
    for campaign in stack.values():
        text = alone.in_campaign(campaign, yaml_of(campaign))
        (campaigns / f"{campaign.key}.yaml").write_text(text, "utf-8")
    for name in ("audiences", "lead_forms"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path, text in alone.files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
