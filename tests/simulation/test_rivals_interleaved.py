"""Two to four runs at the same time that no lock keeps apart: at most one object of an address ever delivers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.repeat import full_or_share

from simulation.race import run_race
from simulation.simulator import temporary_root

INTERLEAVINGS = full_or_share(500, 6)
CHUNK = 4


@pytest.fixture
def root() -> Iterator[Path]:
    folder = temporary_root()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("first", range(0, INTERLEAVINGS, CHUNK))
def test_runs_that_bypass_the_lock_never_make_two_deliver_and_one_alone_puts_all_in_order(
    first: int, root: Path
) -> None:
    for seed in range(first, first + CHUNK):
        simulator = run_race(str(seed), root)
        assert simulator.violations == [], f"interleaving {seed}: {simulator.last_events[-10:]}"


def test_one_seed_interleaves_in_one_way(root: Path) -> None:
    assert run_race("7", root).digest.hexdigest() == run_race("7", root).digest.hexdigest()
