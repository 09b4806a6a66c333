"""In the limited tier a launch finds the points that it needs, whatever an apply has to make beside it: counted in
Meta's points and in the seconds of the sandbox's clock."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from support.command import Reconciler, Run
from support.repository import STILL, Repository, still_campaign
from support.sandbox import LocalGraph

LAUNCH = "acme-sg/launch"
STARTS = "2026-11-21T10:05:00+08:00"
DUE = STILL + "activate_at: 2026-11-21 10:05\n"
MANY = 20
"""Campaigns that an apply needs several windows of points for."""


@pytest.fixture
def waiting(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """A campaign that starts in five minutes, made an hour ago, and many that are still to be made."""
    repository.campaign("launch", DUE)
    sandbox.at("2026-11-21T09:00:00+08:00")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T10:00:00+08:00")
    sandbox.settings(throttle=True, tier="limited")
    for number in range(MANY):
        repository.campaign(f"c{number:02}", still_campaign(f"H{number}", "status: PAUSED\n"))
    sandbox.forget_calls()
    return reconciler


def turned_on(sandbox: LocalGraph) -> list[datetime]:
    """When, by the sandbox's clock."""
    return [datetime.fromisoformat(w["time"]) for w in sandbox.writes() if w["params"].get("status") == "ACTIVE"]


def seconds_late(sandbox: LocalGraph, since: str = STARTS) -> float:
    return (max(turned_on(sandbox)) - datetime.fromisoformat(since)).total_seconds()


def test_a_launch_after_an_apply_of_some_windows_waits_for_no_points(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for number in range(4, MANY):
        repository.remove(f"c{number:02}")
    waiting.apply().ended(0)
    assert len(sandbox.creates("ad")) == 4 + 1
    begun = sandbox.now()
    assert datetime.fromisoformat(begun) >= datetime.fromisoformat(STARTS)
    assert "waits until" not in waiting("activate").ended(0).said
    assert len(turned_on(sandbox)) == 3
    assert seconds_late(sandbox, begun) < 5


def test_another_machine_launches_on_time_while_an_apply_goes_on(
    waiting: Reconciler, sandbox: LocalGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meta counts the points of both, and neither knows of the other's."""
    shutil.copytree(waiting.repository.root, tmp_path / "other")
    other, real, runs = Reconciler(Repository.at(tmp_path / "other"), sandbox), LocalGraph.pass_time, list[Run]()

    def and_launches_on_its_way(graph: LocalGraph, seconds: float) -> None:
        left = (datetime.fromisoformat(STARTS) - datetime.fromisoformat(graph.now())).total_seconds()
        if not 0 < left < seconds:
            real(graph, seconds)
            return
        real(graph, left)
        runs.append(other("activate"))
        real(graph, seconds - left)

    sandbox.at("2026-11-21T10:02:00+08:00")
    monkeypatch.setattr(LocalGraph, "pass_time", and_launches_on_its_way)
    waiting.apply().ended(0)
    (launch,) = runs
    assert "waits until" not in launch.ended(0).said
    assert len(turned_on(sandbox)) == 3


def test_an_apply_says_once_why_it_waits_and_makes_all_that_it_has_to(waiting: Reconciler, sandbox: LocalGraph) -> None:
    said = waiting.apply().ended(0).said
    assert "the points that are left are kept for the launches and stops of the next minutes" in said
    assert len(sandbox.creates("ad")) == MANY + 1


def make_five_more(waiting: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    """Campaigns that start at the same moment, made an hour before."""
    sandbox.settings(throttle=False)
    sandbox.at("2026-11-21T09:00:00+08:00")
    for number in range(5):
        repository.campaign(f"more{number}", still_campaign(f"M{number}", "activate_at: 2026-11-21 10:05\n"))
        waiting.apply("--target", f"acme-sg/more{number}").ended(0)


def test_launches_that_need_more_than_there_is_slow_an_apply_and_stop_it_not(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    make_five_more(waiting, repository, sandbox)
    sandbox.at("2026-11-21T10:00:00+08:00")
    sandbox.settings(throttle=True)
    said = waiting.apply().ended(0).said
    assert said.count("need 100 points, and 36 are kept: some of them will wait") == 1
    assert len(sandbox.creates("ad")) == MANY + 6


def test_where_the_points_do_not_last_for_all_some_campaigns_run_before_others_begin(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    make_five_more(waiting, repository, sandbox)
    sandbox.at("2026-11-21T10:05:00+08:00")
    sandbox.settings(throttle=True)
    sandbox.forget_calls()
    waiting("activate").ended(0)
    writes = [w for w in sandbox.writes() if w["params"].get("status") == "ACTIVE"]
    on = {w["path"]: datetime.fromisoformat(w["time"]) for w in writes}
    begun = datetime.fromisoformat(STARTS)
    names = ("launch", *(f"more{number}" for number in range(5)))
    late = [(on[f"/{sandbox.id(f'acme-sg/{name}')}"] - begun).total_seconds() for name in names]
    assert len(on) == 3 * len(names)
    assert min(late) < 10
    assert max(late) > 200


def test_in_the_full_tier_an_apply_waits_for_nothing(waiting: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.settings(tier="full")
    begun = sandbox.now()
    assert "waits until" not in waiting.apply().ended(0).said
    assert (datetime.fromisoformat(sandbox.now()) - datetime.fromisoformat(begun)).total_seconds() < 5


def test_what_is_due_goes_out_before_what_the_same_run_makes_elsewhere(
    waiting: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at("2026-11-21T10:05:10+08:00")
    waiting.apply().ended(0)
    order = [w["params"].get("status") for w in sandbox.writes()[-4 * MANY - 3 :]]
    assert order[:3] == ["ACTIVE"] * 3
    assert seconds_late(sandbox) < 20


def test_what_the_same_run_changes_is_changed_before_it_is_launched(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at("2026-11-21T10:05:10+08:00")
    repository.edit_campaign("launch", "name: Still", "name: Renamed")
    waiting.apply().ended(0)
    assert sandbox.writes()[-1]["params"]["status"] == "ACTIVE"
    assert sandbox.status(LAUNCH) == "ACTIVE"


def test_a_campaign_that_is_still_to_be_made_keeps_no_points_from_what_makes_it(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("launch", DUE)
    for number in range(MANY):
        repository.campaign(f"c{number:02}", still_campaign(f"H{number}", "status: PAUSED\n"))
    sandbox.settings(throttle=True, tier="limited")
    said = reconciler.apply().ended(0).said
    assert "are kept for the launches" not in said.partition("created acme-sg/launch/main/main")[0]
