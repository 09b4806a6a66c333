"""Every kind of fault at every call, alone and in pairs; and a crash at every call and every system call.

`make test-all` runs all of them. `make test` runs one in twenty-nine places, a different one for each kind of fault.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from support.repeat import ALL, sample

from simulation.fixed_schedules import REFERENCE, SMALL, count_calls, fixed_schedule, simulate
from simulation.network import EFFECTS, Fault
from simulation.schedule import Round, Schedule
from simulation.simulator import temporary_root
from simulation.stack import Stack

KINDS = sorted(EFFECTS)
PAIRS = ("timeout after", "timeout before", "late", "null after", "null before", "limit")
"""The kinds that differ most: whether Meta carries the call out, whether the client learns of it, and when."""

MEMORIES = ("kept", "lost", "without intents")
EVERY = 29
SLICES = 4
"""Parts into which one long test is cut, so that several processes can share it."""


@pytest.fixture
def root() -> Iterator[Path]:
    folder = temporary_root()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def fault(kind: str, seconds: float = 90.0) -> Fault:
    return Fault(kind, kind.endswith("after"), seconds, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_at_any_call_breaks_nothing_and_is_made_good(kind: str, root: Path) -> None:
    calls, _ = count_calls(REFERENCE, root)
    for at in sample(range(calls), EVERY, kind):
        simulator = simulate(fixed_schedule(f"{kind} at {at}", REFERENCE, {at: fault(kind)}), root)
        assert simulator.violations == [], f"{kind} at call {at}: {simulator.last_events[-8:]}"


@pytest.mark.parametrize("part", range(SLICES))
def test_two_faults_at_any_two_calls_break_nothing_and_are_made_good(part: int, root: Path) -> None:
    calls, _ = count_calls(SMALL, root)
    places = [(a, b) for a in range(calls) for b in range(a + 1, calls + 4)]
    for at, ((one, other), (first, second)) in enumerate(product(product(PAIRS, PAIRS), places)):
        if at % STEP == 0 and at // STEP % SLICES == part:
            faults = {first: fault(one), second: fault(other, 400.0)}
            simulator = simulate(fixed_schedule(f"{one} at {first}, {other} at {second}", SMALL, faults), root)
            assert simulator.violations == [], f"{one} at {first}, {other} at {second}: {simulator.last_events[-8:]}"


STEP = 1 if os.environ.get("RECONCILER_PAIRS") == "all" else 23 if ALL else 23 * 19
"""One in STEP pairs is run. The factors are primes, so that the step never falls into the rhythm of the loops, and
every pair of kinds meets every part of the run."""


@pytest.mark.parametrize("memory", MEMORIES)
def test_a_run_that_ends_at_any_call_is_finished_by_the_next(memory: str, root: Path) -> None:
    calls, _ = count_calls(REFERENCE, root)
    for at in sample(range(calls), EVERY, memory):
        simulator = simulate(crashed(memory, REFERENCE, crash_call=at), root)
        assert simulator.crashes == 1
        assert simulator.violations == [], f"ended at call {at}, state {memory}: {simulator.last_events[-8:]}"


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("power", [True, False], ids=["power lost", "process lost"])
def test_a_run_that_ends_at_any_system_call_leaves_state_that_is_read_and_finished(
    memory: str, power: bool, root: Path
) -> None:
    stack = REFERENCE if power and memory == "kept" else SMALL
    _, system_calls = count_calls(stack, root)
    for at in sample(range(system_calls), EVERY, memory):
        simulator = simulate(crashed(memory, stack, crash_disk=at, power_lost=power), root)
        assert simulator.crashes == 1
        assert simulator.violations == [], f"ended at system call {at}, state {memory}: {simulator.last_events[-8:]}"


def crashed(memory: str, stack: Stack, **first: Any) -> Schedule:
    schedule = fixed_schedule(f"ended {first}", stack, **first)
    after = Round(60.0, "apply", stack, memory=memory)
    object.__setattr__(schedule, "rounds", (*schedule.rounds, after))
    return schedule
