"""Every misfortune at every call, alone and in pairs, and the process ended at every call and every system call.

`make test` takes one in twenty-nine of the places, others for each kind; `make test-all` takes them all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from support.repetitions import ALL, some

from simulation.drawn import REFERENCE, SMALL, calls_of, played, written
from simulation.network import EFFECTS, Fault
from simulation.schedule import Round, Schedule
from simulation.stack import Stack
from simulation.story import scratch

KINDS = sorted(EFFECTS)
PAIRS = ("timeout after", "timeout before", "late", "null after", "null before", "limit")
"""What differs most: done or not, told or not, now or later."""

MEMORIES = ("kept", "lost", "without intents")
EVERY = 29
SLICES = 4
"""Parts of one long test, for several processes."""


@pytest.fixture
def root() -> Iterator[Path]:
    folder = scratch()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def fault(kind: str, seconds: float = 90.0) -> Fault:
    return Fault(kind, kind.endswith("after"), seconds, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_at_any_call_breaks_nothing_and_is_made_good(kind: str, root: Path) -> None:
    calls, _ = calls_of(REFERENCE, root)
    for at in some(range(calls), EVERY, kind):
        story = played(written(f"{kind} at {at}", REFERENCE, {at: fault(kind)}), root)
        assert story.violations == [], f"{kind} at call {at}: {story.tail[-8:]}"


@pytest.mark.parametrize("part", range(SLICES))
def test_two_faults_at_any_two_calls_break_nothing_and_are_made_good(part: int, root: Path) -> None:
    calls, _ = calls_of(SMALL, root)
    places = [(a, b) for a in range(calls) for b in range(a + 1, calls + 4)]
    for at, ((one, other), (first, second)) in enumerate(product(product(PAIRS, PAIRS), places)):
        if at % STEP == 0 and at // STEP % SLICES == part:
            faults = {first: fault(one), second: fault(other, 400.0)}
            story = played(written(f"{one} at {first}, {other} at {second}", SMALL, faults), root)
            assert story.violations == [], f"{one} at {first}, {other} at {second}: {story.tail[-8:]}"


STEP = 1 if os.environ.get("RECONCILER_PAIRS") == "all" else 23 if ALL else 23 * 19
"""Of all pairs every so-manieth: of primes, so that every pair of kinds meets every part of the run."""


@pytest.mark.parametrize("memory", MEMORIES)
def test_a_run_that_ends_at_any_call_is_finished_by_the_next(memory: str, root: Path) -> None:
    calls, _ = calls_of(REFERENCE, root)
    for at in some(range(calls), EVERY, memory):
        story = played(crashed(memory, REFERENCE, crash_call=at), root)
        assert story.crashes == 1
        assert story.violations == [], f"ended at call {at}, state {memory}: {story.tail[-8:]}"


@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("power", [True, False], ids=["power lost", "process lost"])
def test_a_run_that_ends_at_any_system_call_leaves_state_that_is_read_and_finished(
    memory: str, power: bool, root: Path
) -> None:
    stack = REFERENCE if power and memory == "kept" else SMALL
    _, system_calls = calls_of(stack, root)
    for at in some(range(system_calls), EVERY, memory):
        story = played(crashed(memory, stack, crash_disk=at, power_lost=power), root)
        assert story.crashes == 1
        assert story.violations == [], f"ended at system call {at}, state {memory}: {story.tail[-8:]}"


def crashed(memory: str, stack: Stack, **first: Any) -> Schedule:
    schedule = written(f"ended {first}", stack, **first)
    after = Round(60.0, "apply", stack, memory=memory)
    object.__setattr__(schedule, "rounds", (*schedule.rounds, after))
    return schedule
