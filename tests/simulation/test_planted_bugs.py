"""The simulation notices when a guard is taken out. Each guard has a rare case in which it matters."""

from __future__ import annotations

import pytest

from simulation.batch import run_schedule
from simulation.planted_bugs import BUGS, with_bug
from simulation.rare_cases import generate_rare_case

WITHIN = 12
"""Schedules of the rare case, within which one must fail."""

GUARDS = (
    # what the guard no longer does, the rare case in which it matters, and the seed to begin with
    ("clocks are not compared before a start", "wrong clock", 2),
    ("the time is not looked at before a start", "crossed end", 0),
    ("the time is not looked at before a start", "wrong clock", 14),
    ("whether it is there is not looked at", "disturbed", 50),
    ("a choice since the plan is not looked at", "disturbed", 20),
    ("duplicates are not looked at before a start", "disturbed", 3),
    ("live values are not looked at before a start", "disturbed", 5),
    ("a clock 26 hours ahead is believed", "wrong clock", 2),
    ("a clock 26 hours behind is believed", "wrong clock", 0),
    ("a clock an hour ahead is believed", "wrong clock", 2),
    ("a clock an hour behind is believed", "wrong clock", 6),
    ("an older duplicate is left aside", "slow listings", 380),
    ("what stands in a duplicate is kept", "slow listings", 380),
    ("what a person duplicated counts as ours", "copied", 2),
    ("an orphan stands in nobody's way", "orphaned", 0),
    ("an orphan is paused by any run", "orphaned", 0),
    ("records of another account are believed", "other account", 0),
    ("what was removed is not remembered", "restored", 0),
    ("the log proves nothing", "older state", 2),
    ("the log proves everything", "older state", 7),
    ("a stop ends with its window", "new window", 2),
    ("what a person deleted is launched again", "deleted", 2),
    ("a person's pause is flipped back", "new window", 2),
)


@pytest.mark.share(2)
@pytest.mark.parametrize(("title", "case", "first"), GUARDS)
def test_a_guard_that_is_taken_out_is_noticed_within_a_dozen_schedules(title: str, case: str, first: int) -> None:
    with with_bug(next(bug for bug in BUGS if bug.title == title)):
        assert any(run_schedule(generate_rare_case(case, str(at))).invariants for at in range(first, first + WITHIN))
