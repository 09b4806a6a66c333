"""Several runs at the same time that no lock keeps apart, as on several computers.

Each run is a thread, but only one of them works at a time: at every call and every wait it lets another one go on.
Which one is decided by the seed, so that an interleaving that breaks something can be repeated.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from reconciler.model.errors import ReconcilerError
from simulation import reconciler_client
from simulation.network import Network, random_fault
from simulation.oracle import Violation
from simulation.reconciler_client import ReconcilerClient
from simulation.schedule import Round, Schedule
from simulation.simulator import Simulator, temporary_root, write_desired
from simulation.stack import ACTIVE, MINUTE, Stack, random_stack

LONGEST = 60.0
"""Seconds of real time after which an interleaving counts as hung."""


@dataclass
class Runner:
    """One thread with its own network and clock. `wakes` is the moment until which it waits."""

    name: str
    root: Path
    commands: list[str]
    wakes: float
    simulator: Simulator
    switch: Callable[[Runner], None]
    turn: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(
            self.simulator.sandbox, self.simulator.elapse, self._log, late_write=self.simulator._late
        )
        self.network.hook = self._before_call

    def _log(self, event: str) -> None:
        self.simulator.log(f"{self.name} {event}")

    def _before_call(self, call: int, request: requests.PreparedRequest) -> None:
        self.switch(self)

    def local_now(self) -> datetime:
        return datetime.fromtimestamp(self.simulator.true_now(), UTC)

    def sleep(self, seconds: float) -> None:
        self.wakes = self.simulator.true_now() + seconds
        self.switch(self)

    def run(self) -> None:
        for command in self.commands:
            self._log(f"run {command}")
            try:
                report: Any = reconciler_client.run_operation(self, command)  # type: ignore[arg-type]
                self._log(f"ended {sorted(report.errors)}")
            except ReconcilerError as error:
                self._log(f"ended {type(error).__name__}")
            except Exception as error:
                self.simulator.fail(Violation("I0", f"{type(error).__name__}: {error}"))
            self.wakes = self.simulator.true_now() + 1.0
            self.switch(self)


class Race:
    """Lets two or more runners run until all are done. With `shared` they work in the same folder."""

    def __init__(self, simulator: Simulator, runners: int, *, shared: bool) -> None:
        self.simulator = simulator
        self.rng = random.Random(f"{simulator.schedule.seed}/race")
        self.over = threading.Event()
        roots = [simulator.root, *(simulator.root if shared else temporary_root() for _ in range(runners - 1))]
        self.runners = [self._runner(at, root) for at, root in enumerate(roots)]

    def _runner(self, at: int, root: Path) -> Runner:
        commands = self.rng.choices(("apply", "activate"), (3, 1), k=self.rng.randint(1, 3))
        start = self.simulator.true_now() + self.rng.choice((0.0, 0.3, 5.0, 60.0)) * self.rng.random()
        return Runner(f"runner {at}", root, ["apply", *commands[1:]], start, self.simulator, self.switch)

    def declare(self, at: int, stack: Stack) -> None:
        write_desired(self.runners[at].root, stack)

    def switch(self, current: Runner) -> None:
        """Lets the next runner go on, and returns when it is the turn of `current` again."""
        chosen = self._next()
        if chosen is current:
            return
        current.turn.clear()
        if chosen is None:
            self.over.set()
        else:
            chosen.turn.set()
        if not current.done:
            current.turn.wait()

    def _next(self) -> Runner | None:
        waiting = [one for one in self.runners if not one.done]
        if not waiting:
            return None
        now = self.simulator.true_now()
        ready = [one for one in waiting if one.wakes <= now]
        if ready:
            return self.rng.choice(ready)
        first = min(waiting, key=lambda one: one.wakes)
        self.simulator.elapse(first.wakes - now)
        return first

    def run_all(self) -> None:
        for one in self.runners:
            threading.Thread(target=self._thread, args=(one,), daemon=True).start()
        first = self._next()
        assert first is not None
        first.turn.set()
        assert self.over.wait(LONGEST), "the interleaving hangs"

    def _thread(self, one: Runner) -> None:
        one.turn.wait()
        one.run()
        one.done = True
        self.switch(one)

    def close(self) -> None:
        for one in self.runners[1:]:
            if one.root != self.simulator.root:
                shutil.rmtree(one.root, ignore_errors=True)


def random_race(seed: str) -> tuple[Schedule, Stack, random.Random]:
    rng = random.Random(f"{seed}/rivals")
    chosen = sorted(random_stack(rng).items())[:2]
    stack = {key: replace(one, status=ACTIVE, activate_at=0.0, deactivate_at=0.0) for key, one in chosen}
    lag = rng.choice((0, 0, 3, 20, 90))
    settings = {
        "list_lag_seconds": lag,
        "label_lag_seconds": lag,
        "read_lag_seconds": lag if rng.random() < 0.3 else 0,
    }
    return Schedule(f"race {seed}", (Round(MINUTE, "apply", stack),), settings, image_known=True), stack, rng


def run_race(seed: str, root: Path) -> Simulator:
    """Two to four runners at once; then a single run must bring everything in order."""
    schedule, stack, rng = random_race(seed)
    simulator = Simulator(schedule, root)
    simulator.oracle.rivals = True
    simulator.forget_state()
    simulator.declare(stack)
    race = Race(simulator, rng.randint(2, 4), shared=rng.random() < 0.4)
    fault_rate = rng.choice((0.0, 0.0, 0.05, 0.12))
    try:
        for at, one in enumerate(race.runners):
            race.declare(at, stack)
            one.network.plan = _fault_plan(f"{seed}/{at}", fault_rate)
        with reconciler_client.patched_system(simulator):
            race.run_all()
        for one in race.runners:
            simulator.network.waiting += one.network.waiting
    finally:
        race.close()
    simulator.state_lost = True  # each folder has a state/ of its own, and the last run knows only one
    simulator.end_faults()
    simulator.check_convergence(ReconcilerClient())
    return simulator


def _fault_plan(seed: str, fault_rate: float) -> Any:
    def plan(call: int) -> Any:
        rng = random.Random(f"{seed}/{call}")
        return random_fault(rng) if rng.random() < fault_rate else None

    return plan
