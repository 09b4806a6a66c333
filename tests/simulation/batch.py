"""Runs many schedules, in several processes, and counts the violations."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from simulation.generate import generate
from simulation.naive_client import NaiveClient
from simulation.reconciler_client import ReconcilerClient
from simulation.schedule import Schedule
from simulation.simulator import Client, Simulator, temporary_root

CLIENTS: dict[str, Callable[[], Client]] = {"ours": ReconcilerClient, "naive": NaiveClient}
CHUNK = 10
"""Seeds that a process takes at a time."""

INVARIANTS = (
    "I0",
    "I1",
    "I2",
    "I3",
    "I4",
    "I5",
    "I6",
    "I7",
    "I8",
    "I9",
    "I11",
    "I12",
    "I13",
    "I14",
    "I15",
    "I16",
    "I17",
    "I18",
)


@dataclass
class Result:
    """How one schedule ended."""

    seed: str
    digest: str
    incidents: int
    """Network faults, crashes and edits by people."""
    invariants: tuple[str, ...] = ()
    """Those that did not hold, once for each violation."""
    violation: str = ""
    """The first one, in words."""
    last_events: tuple[str, ...] = field(default=(), repr=False)
    """The log of what came before the first violation."""


def run_seed(seed: str, client: str = "ours") -> Result:
    """Generates the schedule of a seed and runs it with a client: `ours` or `naive`."""
    return run_schedule(generate(seed), client)


def run_schedule(schedule: Schedule, client: str = "ours") -> Result:
    root = temporary_root()
    try:
        simulator = Simulator(schedule, root)
        simulator.run(CLIENTS[client]())
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return result_of(simulator)


def result_of(simulator: Simulator) -> Result:
    broken = tuple(v.invariant for v in simulator.violations)
    return Result(
        simulator.schedule.seed,
        simulator.digest.hexdigest(),
        simulator.network.faults + simulator.crashes + simulator.edits,
        broken,
        str(simulator.violations[0])[:600] if broken else "",
        simulator.last_events if broken else (),
    )


def _chunk(client: str, seeds: list[str]) -> list[Result]:
    # A schedule leaves few reference cycles behind; looking for them at Python's usual rate takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return [run_seed(seed, client) for seed in seeds]


def run_seeds(seeds: Iterable[str], client: str, jobs: int) -> Iterator[Result]:
    """The results, in the order of the seeds, whatever the number of processes."""
    rows = list(seeds)
    chunks = [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]
    if jobs == 1:
        for chunk in chunks:
            yield from _chunk(client, chunk)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for result in pool.map(partial(_chunk, client), chunks):
            yield from result


def replay_command(seed: str) -> str:
    return f"make simulate SEED={seed} N=1"


def failure_report(result: Result) -> str:
    """The violation, how to reproduce it, and what came before it."""
    lines = [
        f"seed {result.seed}: {result.violation}",
        f"  reproduce: {replay_command(result.seed)}",
        "  what came before:",
    ]
    return "\n".join([*lines, *(f"    {event[:200]}" for event in result.last_events)])


@dataclass
class Totals:
    schedules: int = 0
    eventful: int = 0
    """Schedules with at least three incidents."""
    broken: Counter[str] = field(default_factory=Counter)
    """How many schedules broke each invariant."""
    seconds: float = 0.0

    def take(self, result: Result) -> None:
        self.schedules += 1
        self.eventful += result.incidents >= 3
        self.broken.update(set(result.invariants))

    @property
    def rate(self) -> float:
        return self.schedules / max(self.seconds, 1e-9)


def run_batch(client: str, seeds: Iterable[str], jobs: int, on_failure: Callable[[Result], None]) -> Totals:
    """Runs all seeds with one client; `on_failure` gets each result that has a violation."""
    total, begun = Totals(), time.perf_counter()
    for result in run_seeds(seeds, client, jobs):
        total.take(result)
        if result.invariants:
            on_failure(result)
    total.seconds = time.perf_counter() - begun
    return total


def cores() -> int:
    return os.cpu_count() or 1
