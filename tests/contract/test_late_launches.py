"""A launch whose moment has long passed: the plan says it first, only this launch is held back, and a person can start
it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LEVELS, LocalGraph

ADDRESSES = ("acme-sg/spring", "acme-sg/spring/main", "acme-sg/spring/main/main")
WRONG_YEAR = SPRING.replace("2026-12-01 09:00", "2026-01-12 09:00")
"""The start is 313 days ago, because somebody wrote 2026 for 2027."""

HEADLINE = "Late: acme-sg/spring was to start 2026-01-12 09:00 +08, 313 days ago"
OFF, ON = dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, 1)


@pytest.fixture
def overdue(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """Declared, and nothing applied."""
    repository.campaign("spring", WRONG_YEAR)
    return reconciler


@pytest.fixture
def overdue_applied(overdue: Reconciler) -> Reconciler:
    """Applied, so that all of it is there and PAUSED."""
    overdue.apply().ended(3)
    return overdue


def apply_reviewed_plan(reconciler: Reconciler, tmp_path: Path, *options: str) -> None:
    file = str(tmp_path / "plan.json")
    reconciler("plan", "--out", file, *options).ended(0)
    reconciler("apply", file).ended(0)


def test_a_launch_of_the_wrong_year_is_made_paused_and_said_first(overdue: Reconciler, sandbox: LocalGraph) -> None:
    plan = overdue("plan").ended(3).out
    assert plan.startswith(f"{HEADLINE}; it stays PAUSED until a person decides")
    applied = overdue.apply().ended(3)
    assert "Apply complete! 3 added, 0 changed, 0 removed, 0 activated" in applied.out
    assert sandbox.deliverable() == OFF
    assert [sandbox.status(address) for address in ADDRESSES] == ["PAUSED"] * 3


@pytest.mark.parametrize("command", [("apply", "--auto-approve"), ("activate",)], ids=["apply", "activate"])
def test_neither_the_schedule_nor_an_ordinary_apply_starts_it(
    command: tuple[str, ...], overdue_applied: Reconciler, sandbox: LocalGraph
) -> None:
    refused = overdue_applied(*command).ended(3).out
    assert refused.startswith(HEADLINE)
    assert refused.count("Refused (max_lateness): acme-sg/spring: was to start 2026-01-12 09:00 +08, 313 days") == 1
    assert sandbox.activations() == []


def test_it_costs_nothing_in_the_plan_until_somebody_decides(overdue: Reconciler) -> None:
    spend = overdue.plan().ended(3).json["spend"]["acme-sg"]
    assert (spend["daily_after"], spend["active_after"]) == (5000, 0)


def test_apply_with_late_activations_starts_it(overdue: Reconciler, sandbox: LocalGraph) -> None:
    said = overdue.apply("--late-activations").ended(0).out
    assert said.startswith(f"{HEADLINE}; it is turned on now")
    assert sandbox.deliverable() == ON
    overdue.converged()


@pytest.mark.parametrize("before", ["declared", "made"])
def test_a_plan_file_shows_that_it_starts_it_and_does(
    before: str, overdue: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    if before == "made":
        overdue.apply().ended(3)
    file = str(tmp_path / "plan.json")
    shown = overdue("plan", "--out", file).ended(0).out
    assert shown.startswith(f"{HEADLINE}; it is turned on now")
    assert "3 to activate" in shown
    assert "applied as a reviewed plan" in shown
    assert "Spending now: acme-sg 0 → 50.00 SGD a day." in shown
    overdue("apply", file).ended(0)
    assert sandbox.deliverable() == ON
    overdue.converged()


def test_the_mend_for_a_wrong_year_is_the_right_one(overdue_applied: Reconciler, sandbox: LocalGraph) -> None:
    told = overdue_applied.apply().ended(3).out
    assert "correct activate_at (desired/campaigns/acme-sg/spring.yaml:3): 2027-01-12 09:00, perhaps" in told
    overdue_applied.repository.edit_campaign("spring", "2026-01-12", "2027-01-12")
    overdue_applied.repository.edit_campaign("spring", "2026-12-31", "2027-01-31")
    overdue_applied.apply().ended(0)
    overdue_applied.converged()
    sandbox.at("2027-01-12T08:59:00+08:00")
    overdue_applied("activate").ended(0)
    assert sandbox.deliverable() == OFF
    sandbox.at("2027-01-12T09:00:00+08:00")
    overdue_applied("activate").ended(0)
    assert sandbox.deliverable() == ON


def test_to_start_it_now_the_time_that_is_said_can_be_written(overdue_applied: Reconciler, sandbox: LocalGraph) -> None:
    told = overdue_applied.apply().ended(3).out
    assert "to start it now, write activate_at: 2026-11-21 10:00" in told
    overdue_applied.repository.edit_campaign("spring", "2026-01-12 09:00", "2026-11-21 10:00")
    overdue_applied.apply().ended(0)
    assert sandbox.deliverable() == ON


def test_only_the_launch_is_held_back_not_its_campaign_nor_its_account(
    overdue_applied: Reconciler, sandbox: LocalGraph
) -> None:
    overdue_applied.repository.campaign("still", STILL + "status: ACTIVE\n")
    overdue_applied.repository.edit_campaign("spring", "50.00", "55.00")
    overdue_applied.apply().ended(3)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "5500"
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    assert sandbox.deliverable() == ON
    assert sandbox.status("acme-sg/spring") == "PAUSED"


def test_a_late_stop_is_never_held_back(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "status: ACTIVE", "deactivate_at: 2026-01-31 09:00")
    reconciler("activate").ended(0)
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_a_runner_that_is_hours_late_catches_up_and_says_so(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T14:00:00+08:00")
    said = reconciler("activate").ended(0).out
    assert said.startswith("Late: acme-sg/spring was to start 2026-12-01 09:00 +08, 5 h ago; it is turned on now")
    assert sandbox.deliverable() == ON


def test_a_runner_within_the_hour_says_nothing(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T10:00:00+08:00")
    assert "Late:" not in reconciler("activate").ended(0).out
    assert sandbox.deliverable() == ON


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_an_ad_that_is_added_to_a_long_running_campaign_starts_with_an_ordinary_apply(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text = TRAFFIC.replace("name: Always on", "name: Always on\nactivate_at: 2026-12-01 09:00")
    repository.campaign("t", text)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    reconciler("activate").ended(0)
    sandbox.at("2027-01-20T09:00:00+08:00")
    ad = text[text.index("      still:") :]
    repository.campaign("t", text + ad.replace("      still:", "      second:"))
    if memory == "lost":
        repository.forget_state()
    assert "Late:" not in reconciler.apply().ended(0).out
    assert sandbox.status("acme-sg/t/broad/second") == "ACTIVE"
    reconciler.converged()


def test_a_hold_that_is_lifted_after_weeks_goes_on(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """It was launched at its moment."""
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    reconciler("activate").ended(0)
    repository.edit_campaign("spring", "name:", "status: PAUSED\nname:")
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == OFF
    sandbox.at("2026-12-20T09:00:00+08:00")
    repository.edit_campaign("spring", "status: PAUSED\nname:", "name:")
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == ON


def test_a_hold_that_was_there_before_the_launch_makes_it_late(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", "status: PAUSED\n" + SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-20T09:00:00+08:00")
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(3)
    assert sandbox.deliverable() == OFF


def test_a_yaml_that_is_restored_weeks_into_its_window_is_not_turned_on_by_itself(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Without state/ nobody can tell that it has been launched before."""
    text = SPRING.replace("2026-12-01 09:00", "2026-11-21 09:30")
    repository.campaign("still", STILL)
    repository.campaign("spring", text)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == ON
    repository.remove("spring")
    reconciler.apply().ended(0)
    repository.forget_state()
    sandbox.at("2026-12-10T09:00:00+08:00")
    repository.campaign("spring", text)
    reconciler.apply()
    assert sandbox.deliverable() == OFF


def test_an_ad_set_is_late_by_its_own_time(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, tmp_path: Path
) -> None:
    text = TRAFFIC.replace("name: Always on", "name: Always on\nactivate_at: 2026-11-21 09:00")
    text = text.replace("    name: Broad", "    name: Broad\n    activate_at: 2026-10-21 09:00")
    repository.campaign("t", text)
    refused = reconciler.apply().ended(3).out
    assert "Refused (max_lateness): acme-sg/t/broad: was to start 2026-10-21 09:00 +08, 31 days ago" in refused
    assert [sandbox.status(f"acme-sg/t{rest}") for rest in ("", "/broad", "/broad/still")] == [
        "ACTIVE",
        "PAUSED",
        "PAUSED",
    ]
    apply_reviewed_plan(reconciler, tmp_path)
    assert sandbox.deliverable() == ON


def test_what_pre_review_turned_on_is_not_late_and_its_late_campaign_is_held(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING + "pre_review: true\n")
    assert "Late:" not in reconciler.apply().ended(0).out
    assert [sandbox.status(a) for a in ADDRESSES] == ["PAUSED", "ACTIVE", "ACTIVE"]
    sandbox.at("2026-12-03T09:00:00+08:00")
    refused = reconciler("activate").ended(3).out
    assert refused.count("Refused (max_lateness): acme-sg/spring:") == 1
    reconciler.apply().ended(3)
    assert [sandbox.status(a) for a in ADDRESSES] == ["PAUSED", "ACTIVE", "ACTIVE"]


def test_status_active_without_a_time_is_not_late(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    assert "Late:" not in reconciler.apply().ended(0).out
    assert sandbox.deliverable() == ON


def test_something_new_whose_end_has_passed_is_made_paused_and_said(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text = SPRING.replace("2026-12-01 09:00", "2026-01-12 09:00").replace("2026-12-31 23:59", "2026-01-31 23:59")
    repository.campaign("spring", text)
    said = reconciler.apply().ended(0).out
    assert said.startswith("Over: acme-sg/spring was to stop 2026-01-31 23:59 +08, 293 days ago; it is made PAUSED")
    assert sandbox.deliverable() == OFF
    assert "Over:" not in reconciler("plan").ended(0).out


def test_validate_warns_of_a_wrong_year_and_not_of_what_has_long_been_running(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", WRONG_YEAR)
    assert "Warning" not in reconciler("validate").ended(0).err  # nothing is known of this account here
    repository.remove("spring")
    repository.campaign("still", STILL + "activate_at: 2026-11-21 09:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-12-21T09:00:00+08:00")
    assert "Warning" not in reconciler("validate").ended(0).err
    repository.campaign("spring", WRONG_YEAR)
    warned = reconciler("validate").ended(0).err
    assert "Warning: desired/campaigns/acme-sg/spring.yaml:3:1: acme-sg/spring: activate_at was 2026-01-12" in warned
    assert "2027-01-12 09:00, perhaps" in warned
