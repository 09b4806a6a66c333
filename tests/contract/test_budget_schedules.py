"""Budget schedules, Ads Manager's high demand periods: what is live of them is compared, counted, and changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from support.command import Reconciler
from support.interruption import Interrupted, interrupt
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.apply.memory import Memory

STILL_AT, BROAD = "acme-sg/still", "acme-sg/t/broad"
FIRST, SECOND = ("2026-12-12", "2026-12-13"), ("2026-12-20", "2026-12-22")


def period(value: int, days: tuple[str, str] = FIRST, kind: str = "ABSOLUTE") -> dict[str, Any]:
    start, end = (f"{day}T00:00:00+0800" for day in days)
    return {"budget_value": value, "budget_value_type": kind, "time_start": start, "time_end": end}


class Schedules:
    """One campaign or ad set, with the schedules that its YAML declares and those that are live."""

    def __init__(self, address: str, repository: Repository, graph: LocalGraph, reconciler: Reconciler) -> None:
        self.address, self.repository, self.graph, self.run = address, repository, graph, reconciler

    def declare(self, *rows: dict[str, Any]) -> None:
        raw = f"raw: {{budget_schedule_specs: {json.dumps(rows)}}}\n" if rows else ""
        if self.address == STILL_AT:
            self.repository.campaign("still", STILL + raw)
        else:
            self.repository.campaign(
                "t", TRAFFIC.replace("  broad:\n", f"  broad:\n    {raw}" if raw else "  broad:\n")
            )

    def apply(self) -> None:
        self.run.apply().ended(0)
        self.run.converged()

    @property
    def rows(self) -> list[dict[str, Any]]:
        asked = "budget_schedules{id,budget_value,budget_value_type,time_start,time_end}"
        edge = self.graph.read(self.graph.id(self.address), asked).get("budget_schedules", {"data": []})
        return list(edge["data"])

    @property
    def live(self) -> list[tuple[int, str]]:
        return sorted((row["budget_value"], row["time_start"][:10]) for row in self.rows)

    def person_adds(self, value: int, days: tuple[str, str] = SECOND) -> None:
        self.graph.person_edits(self.address, budget_schedule_specs=[period(value, days)])


@pytest.fixture(params=[STILL_AT, BROAD], ids=["campaign", "ad set"])
def schedules(
    request: pytest.FixtureRequest, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> Schedules:
    return Schedules(request.param, repository, sandbox, reconciler)


@pytest.fixture
def still(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Schedules:
    return Schedules(STILL_AT, repository, sandbox, reconciler)


# ---- what the YAML says is what is live


def test_a_changed_budget_schedule_takes_the_place_of_the_former_one(schedules: Schedules) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    (before,) = schedules.rows
    schedules.declare(period(1500))
    schedules.apply()
    (after,) = schedules.rows
    assert (after["id"], after["budget_value"]) == (before["id"], 1500)


def test_budget_schedules_are_moved_added_and_taken_away(schedules: Schedules) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.declare(period(1000, SECOND), period(1800))
    schedules.apply()
    assert schedules.live == [(1000, "2026-12-20"), (1800, "2026-12-12")]
    schedules.declare(period(1000, ("2026-12-24", "2026-12-26")))
    schedules.apply()
    assert schedules.live == [(1000, "2026-12-24")]
    schedules.declare()
    schedules.apply()
    assert schedules.live == []


def test_the_limit_holds_however_often_a_schedule_is_rewritten(still: Schedules) -> None:
    still.repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 150.00 SGD}\n")
    for value in (9000, None, 9100, None, 9200):
        still.declare(*([period(value)] if value else []))
        still.apply()
    assert still.live == [(9200, "2026-12-12")]


def test_with_state_lost_no_budget_schedule_is_made_twice(schedules: Schedules) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.repository.forget_state()
    schedules.apply()
    assert schedules.live == [(2000, "2026-12-12")]


def test_one_that_has_ended_is_neither_declared_nor_taken_away(still: Schedules) -> None:
    still.declare(period(2000), period(1000, SECOND))
    still.apply()
    still.graph.at("2026-12-14T00:00:00+08:00")
    still.run.converged()
    still.declare(period(1000, SECOND))
    still.run.converged()
    assert len(still.rows) == 2


def test_one_that_runs_is_changed_in_place(still: Schedules) -> None:
    """Meta makes none whose beginning has passed."""
    still.declare(period(2000))
    still.apply()
    still.graph.at("2026-12-12T09:00:00+08:00")
    still.declare(period(3000, ("2026-12-12", "2026-12-14")))
    still.apply()
    assert still.live == [(3000, "2026-12-12")]


# ---- what somebody else has set


def test_a_high_demand_period_of_a_person_is_drift_with_their_name_and_stays(schedules: Schedules) -> None:
    schedules.declare()
    schedules.apply()
    schedules.person_adds(3000)
    told = schedules.run("drift").ended(2).out
    assert "budget_schedule_specs (none) → " in told and "30.00 SGD" in told and "by Mei" in told
    schedules.run.apply()
    assert schedules.live == [(3000, "2026-12-20")]
    schedules.run.apply("--revert-drift").ended(0)
    assert schedules.live == []
    schedules.run.converged()


def test_a_high_demand_period_of_a_person_counts_for_policies(still: Schedules) -> None:
    still.declare()
    still.apply()
    still.person_adds(35000)
    still.repository.write(
        "project.yaml",
        "project: acme-agency\npolicies: {max_daily_budget: 150.00 SGD, max_account_daily_budget: 200.00 SGD}\n",
    )
    told = still.run("plan").ended(3).out
    assert "Refused (max_daily_budget): acme-sg/still: 400.00 SGD a day is over the limit of 150.00 SGD" in told
    assert "those that are live and not declared count too" in told


@pytest.mark.parametrize(("status", "counts"), [("ACTIVE", True), ("PAUSED", False)])
def test_a_high_demand_period_of_a_person_is_in_the_spend_of_what_runs(
    status: str, counts: bool, still: Schedules
) -> None:
    still.repository.campaign("still", f"{STILL}status: {status}\n")
    still.run.apply().ended(0)
    still.run.apply().ended(0)
    still.person_adds(35000)
    assert ("From 2026-12-20 00:00 +08: 400.00 SGD a day" in still.run("plan").out) == counts


def test_a_person_s_high_demand_period_is_not_lost_by_a_change_of_the_yaml(schedules: Schedules) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.person_adds(3000)
    schedules.declare(period(1500))
    told = schedules.run.apply().ended(3).said
    assert "budget_schedule_specs was changed on both sides" in told
    assert schedules.live == [(2000, "2026-12-12"), (3000, "2026-12-20")]
    schedules.declare(period(1500), period(3000, SECOND))
    schedules.run.apply("--revert-drift").ended(0)
    assert schedules.live == [(1500, "2026-12-12"), (3000, "2026-12-20")]


def test_a_budget_schedule_that_a_person_has_deleted_is_drift(schedules: Schedules) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.graph.person_deletes(schedules.rows[0]["id"])
    schedules.run.apply()
    assert schedules.live == []
    assert [row["field"] for row in schedules.run.plan().json["drift"]] == ["budget_schedule_specs"]


def test_an_import_writes_high_demand_periods(still: Schedules) -> None:
    still.declare()
    still.apply()
    still.person_adds(3000)
    still.repository.remove("still")
    still.repository.forget_state()
    still.run("import", "acme-sg").ended(0)
    (written,) = (still.repository.root / "desired/campaigns").rglob("*.yaml")
    assert "budget_value: 3000" in written.read_text()
    assert still.run.plan().json["drift"] == []


# ---- what got no answer


def test_a_run_that_is_killed_between_two_writes_is_carried_on(
    schedules: Schedules, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.declare(period(1000, SECOND))
    with monkeypatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr("reconciler.apply.write.following", interrupt)
        schedules.run.apply()
    assert schedules.live == []
    schedules.apply()
    assert schedules.live == [(1000, "2026-12-20")]


def test_a_run_that_is_killed_before_it_has_written_down_what_was_done_makes_nothing_twice(
    schedules: Schedules, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.declare()
    schedules.apply()
    schedules.declare(period(2000))
    with monkeypatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(Memory, "updated", interrupt)
        schedules.run.apply()
    schedules.apply()
    assert schedules.live == [(2000, "2026-12-12")]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_budget_schedule_without_an_answer_is_made_once(when: str, schedules: Schedules) -> None:
    schedules.declare()
    schedules.apply()
    schedules.declare(period(2000))
    schedules.graph.fault("drop", "/budget_schedules$", method="POST", when=when)
    schedules.run.apply()
    schedules.graph.no_faults()
    schedules.apply()
    assert schedules.live == [(2000, "2026-12-12")]


def test_what_meta_refuses_of_a_change_leaves_the_rest_known(schedules: Schedules) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.declare(period(60000, SECOND))  # more than eight times the budget
    assert schedules.run.apply().status != 0
    schedules.declare(period(1000, SECOND))
    schedules.apply()
    assert schedules.live == [(1000, "2026-12-20")]


# ---- where Meta does not show them


NO_FIELD = {"code": 100, "message": "(#100) Tried accessing nonexisting field (budget_schedules)"}


@pytest.mark.parametrize("refusal", [{"code": 10}, NO_FIELD], ids=["for rights", "no such field"])
def test_where_meta_shows_none_nothing_is_taken_away_or_made_twice(refusal: dict[str, Any], still: Schedules) -> None:
    still.declare(period(2000))
    still.apply()
    still.graph.fault("error", "", method="GET", params={"fields": "budget_schedules"}, times=0, **refusal)
    told = still.run.plan().ended(0)
    assert told.actions == [] and "acme-sg/still raw.budget_schedule_specs" in told.out
    still.declare(period(1500))
    assert "delete it in Ads Manager" in still.run.apply().ended(3).said
    still.declare(period(2000), period(1000, SECOND))
    still.run.apply().ended(0)
    still.graph.no_faults()
    assert still.live == [(1000, "2026-12-20"), (2000, "2026-12-12")]
    still.run.converged()


# ---- into the YAML


@pytest.mark.parametrize("declared", [(), (period(2000),)], ids=["none declared", "one declared"])
def test_a_schedule_that_a_person_has_made_is_pulled_under_raw_without_its_id_and_the_plan_is_empty(
    schedules: Schedules, declared: tuple[dict[str, Any], ...]
) -> None:
    schedules.declare(*declared)
    schedules.apply()
    schedules.person_adds(3000)
    schedules.run("pull").ended(0)
    (file,) = (schedules.repository.root / "desired/campaigns/acme-sg").glob(f"{schedules.address.split('/')[1]}.yaml")
    campaign = yaml.safe_load(file.read_text("utf-8"))
    level = campaign if schedules.address == STILL_AT else campaign["ad_sets"]["broad"]
    rows = level["raw"]["budget_schedule_specs"]
    assert sorted(row["budget_value"] for row in rows) == [*(row["budget_value"] for row in declared), 3000]
    assert not any("id" in row for row in rows)
    schedules.run.converged()


def test_a_schedule_that_a_person_has_changed_or_ended_is_pulled_too(schedules: Schedules) -> None:
    schedules.declare(period(2000), period(2500, SECOND))
    schedules.apply()
    first = next(row["id"] for row in schedules.rows if row["budget_value"] == 2000)
    schedules.graph.meta_shows(first, budget_value=4000)
    schedules.run("pull").ended(0)
    schedules.run.converged()


def test_revert_drift_names_a_schedule_that_a_person_has_made_and_apply_takes_it_away_once(
    schedules: Schedules,
) -> None:
    schedules.declare(period(2000))
    schedules.apply()
    schedules.person_adds(3000)
    schedules.run("revert-drift", schedules.address).ended(0)
    schedules.run.apply().ended(0)
    assert [value for value, _ in schedules.live] == [2000]
