"""Two to four runs at once that no lock keeps apart: at most one object of an address ever delivers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.repetitions import often

from simulation.race import play_race
from simulation.story import scratch

INTERLEAVINGS = often(500, 6)
CHUNK = 4


@pytest.fixture
def root() -> Iterator[Path]:
    folder = scratch()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("first", range(0, INTERLEAVINGS, CHUNK))
def test_runs_that_bypass_the_lock_never_make_two_deliver_and_one_alone_puts_all_in_order(
    first: int, root: Path
) -> None:
    for seed in range(first, first + CHUNK):
        story = play_race(str(seed), root)
        assert story.violations == [], f"interleaving {seed}: {story.tail[-10:]}"


def test_one_seed_interleaves_in_one_way(root: Path) -> None:
    assert play_race("7", root).digest.hexdigest() == play_race("7", root).digest.hexdigest()
