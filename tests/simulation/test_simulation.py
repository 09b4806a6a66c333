"""Schedules from seeds: a few in `make test`, 500 in `make test-all`; `make simulate N=10000` runs as many as you
like."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.repeat import full_or_share

from simulation.batch import failure_report, run_seed

SCHEDULES = full_or_share(500, 18)
CHUNK = 10


@pytest.mark.parametrize("first", range(0, SCHEDULES, CHUNK))
def test_whatever_goes_wrong_nothing_is_made_twice_started_early_overspent_or_lost(first: int) -> None:
    results = [run_seed(str(seed)) for seed in range(first, first + CHUNK)]
    broken = [failure_report(one) for one in results if one.invariants]
    assert not broken, "\n\n".join(broken)


def test_a_naive_client_breaks_on_the_same_schedules() -> None:
    unbroken = {"I1", "I2", "I5", "I9"}
    for seed in range(60):
        unbroken -= set(run_seed(str(seed), "naive").invariants)
        if not unbroken:
            return
    assert unbroken == set()


@pytest.mark.parametrize("hashing", ["1", "2"])
def test_one_seed_has_one_digest_in_any_process(hashing: str) -> None:
    script = "from simulation.batch import run_seed; print([run_seed(str(seed)).digest for seed in range(2)])"
    environment = {**os.environ, "PYTHONHASHSEED": hashing, "PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=600, check=True
    )
    assert run.stdout.strip() == str([run_seed(str(seed)).digest for seed in range(2)])
