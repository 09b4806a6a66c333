"""`--timings` says what each stage of a run has taken, on standard error and where there are events."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

from reconciler.store.files.leases import FileLeases
from reconciler.store.leases import Lease
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


def test_a_plan_has_them_in_its_value_which_is_a_plan_file_all_the_same(still: Reconciler) -> None:
    assert "timings" not in still.plan().ended(0).json
    planned = still.plan("--timings").ended(0)
    assert [stage["stage"] for stage in planned.json["timings"]["stages"]][:3] == ["read files", "resolve", "fetch"]
    file = still.repository.root / "plan.json"
    file.write_text(planned.out)
    still("apply", str(file)).ended(0)


def test_drift_tells_what_it_has_asked_and_recorded(still: Reconciler, sandbox: LocalGraph) -> None:
    still.apply().ended(0)
    before = len(sandbox.calls())
    found = told(still("drift", "--timings").ended(0).err)
    assert found["fetch"][0] == len(sandbox.calls()) - before
    assert "record" in found
    assert "timings" not in still("drift", "--json").ended(0).json


HELD: list[Lease] = []
"""For as long as a test goes on."""


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    yield
    while HELD:
        HELD.pop().release()


def broken(still: Reconciler) -> int:
    still.repository.campaign("wrong", "name: Wrong\nheadlin: x\n")
    return 1


def without_token(still: Reconciler) -> int:
    still.environment["META_ACCESS_TOKEN"] = ""
    return 1


def locked(still: Reconciler) -> int:
    HELD.append(FileLeases(still.repository.root).acquire("acme-sg"))
    return 5


def refused(still: Reconciler) -> int:
    still.repository.edit("accounts/acme-sg.yaml", "name:", "policies: {max_daily_budget: 1.00 SGD}\nname:")
    return 3


def wrongly_asked(still: Reconciler) -> int:
    return 64


def unfinished(still: Reconciler) -> int:
    still.graph.fault("error", "/campaigns$", code=17, http=400, method="GET")
    return 7


ENDS = [broken, without_token, locked, refused, unfinished, wrongly_asked]
COMMANDS = [("plan",), ("apply", "--auto-approve"), ("activate",), ("validate",), ("drift",)]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_however_a_run_ends_they_are_told_once_in_text_and_in_json(
    command: tuple[str, ...], end: Callable[[Reconciler], int], still: Reconciler
) -> None:
    end(still)
    more = ("--account", "nobody") if end is wrongly_asked else ()
    text = still(*command, "--timings", *more)
    assert "whole run" in told(text.err)
    assert "timings" not in text.out
    run = still(*command, "--json", "--timings", *more)
    assert run.status == text.status
    if command[0] in ("plan", "validate", "drift"):
        assert run.json["timings"]["seconds"] > 0
    else:
        assert [event.get("type") for event in run.events].count("timings") == 1
        assert run.events[-2]["type"] == "timings"
    assert run.err.count("whole run") == 1


@pytest.mark.parametrize("end", ENDS)
def test_an_apply_ends_as_it_would_without_them(end: Callable[[Reconciler], int], still: Reconciler) -> None:
    status = end(still)
    more = ("--account", "nobody") if end is wrongly_asked else ()
    still.apply("--timings", "--json", *more).ended(status)


def test_a_stale_plan_file_and_a_question_that_nobody_answers_tell_them(still: Reconciler) -> None:
    file = still.repository.root / "plan.json"
    still("plan", "--out", str(file)).ended(0)
    still.repository.edit_campaign("still", "name: Still", "name: Other")
    events = still("apply", str(file), "--json", "--timings").ended(4).events
    assert [events[-2]["type"], events[-1]["error"]] == ["timings", "StaleError"]
    assert "fetch" in {stage["stage"] for stage in events[-2]["stages"]}
    asked = still("apply", "--json", "--timings").ended(1).events
    assert [event.get("type") for event in asked] == ["planned", "timings", None]


def test_what_is_typed_wrongly_has_them_alone(still: Reconciler) -> None:
    run = still("plan", "--json", "--timings", "--offline", "--out", "plan.json").ended(64)
    assert list(run.json) == ["timings"]
    both = ("--revert-drift", "--accept-live")
    assert [e["type"] for e in still.apply("--json", "--timings", *both).ended(64).events] == ["timings"]


def test_time_within_a_stage_of_another_one_counts_once() -> None:
    clock = iter(range(100))
    timings = Timings(lambda: float(next(clock)))
    asked = iter([(0, 0), (1, 1), (1, 1), (4, 7), (4, 7), (5, 8)])
    with timings.of("fetch", lambda: next(asked)), timings.of("compare", lambda: next(asked)):
        pass
    taken = {stage: (one.seconds, one.requests, one.points) for stage, one in timings.taken.items()}
    assert taken == {"fetch": (2.0, 2, 2), "compare": (1.0, 3, 6)}


def test_what_has_reached_nobody_is_no_point_of_meta_s(still: Reconciler) -> None:
    assert "a read is one, a write three" in still("plan", "--timings").ended(0).err
    now = still.graph.now()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    still.environment |= {"META_GRAPH_URL": f"http://127.0.0.1:{port}", "RECONCILER_NOW": now}
    run = still("plan", "--timings").ended(1)
    requests, points = told(run.err)["whole run"]
    assert (requests > 0, points) == (True, 0)
    assert "A point is" not in run.err
