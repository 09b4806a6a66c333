"""`--timings` says what each stage of a run has taken, on standard error and where there are events."""

from __future__ import annotations

import re

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

from reconciler.system.timings import STAGES, Timings

LINE = re.compile(r"^(\w[\w ]*?) +(\d+\.\d{3}) +([\d,]+) +([\d,]+)$", re.MULTILINE)


@pytest.fixture
def still(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STILL)
    return reconciler


def told(err: str) -> dict[str, tuple[int, int]]:
    """By stage, requests and points."""
    return {line[1]: (int(line[3].replace(",", "")), int(line[4].replace(",", ""))) for line in LINE.finditer(err)}


def test_a_plan_tells_each_stage_with_the_requests_that_the_sandbox_has_counted(
    still: Reconciler, sandbox: LocalGraph
) -> None:
    before = len(sandbox.calls())
    run = still("plan", "--timings").ended(0)
    found = told(run.err)
    assert list(found) == [
        *(s for s in STAGES if s not in ("apply", "wait", "verify", "record")),
        "whole run",
    ]
    asked = len(sandbox.calls()) - before
    assert found["fetch"] == found["whole run"] == (asked, asked)
    assert all(found[stage] == (0, 0) for stage in found if stage not in ("fetch", "whole run"))
    assert "seconds" not in run.out


def test_an_apply_tells_its_writes_at_three_points_each(still: Reconciler) -> None:
    found = told(still("apply", "--auto-approve", "--timings").ended(0).err)
    requests, points = found["apply"]
    assert points > requests >= 3
    assert found["verify"][0] >= 1
    assert found["record"] == (0, 0)


def test_the_rest_of_the_run_is_told_and_what_it_has_waited_for_room(
    still: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.settings(throttle=True, tier="limited")
    for number in range(9):
        repository.campaign(f"more{number}", STILL.replace("Outlet", f"More {number}"))
    err = still("apply", "--auto-approve", "--timings").ended(0).err
    seconds = {line[1]: float(line[2]) for line in re.finditer(r"^(\w[\w ]*?) +(\d+\.\d{3})", err, re.MULTILINE)}
    assert told(err)["wait"] == (0, 0)
    assert {"the rest", "whole run"} <= set(seconds)
    assert sum(seconds.values()) == pytest.approx(2 * seconds["whole run"], abs=0.01)


@pytest.mark.parametrize("command", [("apply", "--auto-approve"), ("activate",)])
def test_the_events_have_them_as_a_line_of_their_own_and_only_where_they_are_asked_for(
    still: Reconciler, command: tuple[str, ...]
) -> None:
    still(*command, "--json").ended(0)
    events = still(*command, "--json", "--timings").ended(0).events
    lines = [event for event in events if event["type"] == "timings"]
    assert [event["type"] for event in events[-2:-1]] == ["timings"]
    (line,) = lines
    assert {"read files", "resolve"} <= {stage["stage"] for stage in line["stages"]}
    assert all(set(stage) == {"stage", "seconds", "requests", "points"} for stage in line["stages"])
    assert [e for e in still(*command, "--json").ended(0).events if e["type"] == "timings"] == []


def test_validate_has_them_in_its_value(still: Reconciler) -> None:
    assert "timings" not in still("validate", "--json").ended(0).json
    value = still("validate", "--json", "--timings").ended(0).json
    assert [stage["stage"] for stage in value["timings"]["stages"]][:2] == ["read files", "resolve"]


def test_a_run_that_fails_tells_what_it_has_taken_until_then(still: Reconciler) -> None:
    still.repository.campaign("wrong", "name: Wrong\nheadlin: x\n")
    run = still("validate", "--timings").ended(1)
    assert {"read files", "resolve", "whole run"} == set(told(run.err))


def test_time_within_a_stage_of_another_one_counts_once() -> None:
    clock = iter(range(100))
    timings = Timings(lambda: float(next(clock)))
    asked = iter([(0, 0), (1, 1), (1, 1), (4, 7), (4, 7), (5, 8)])
    with timings.of("fetch", lambda: next(asked)), timings.of("compare", lambda: next(asked)):
        pass
    taken = {stage: (one.seconds, one.requests, one.points) for stage, one in timings.taken.items()}
    assert taken == {"fetch": (2.0, 2, 2), "compare": (1.0, 3, 6)}
