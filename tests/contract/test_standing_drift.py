"""What somebody's change in Ads Manager does to what is declared to come is told from the day on which it is seen."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

ADDRESS, AD_SET = "acme-sg/still", "acme-sg/still/main"
START, END = "2026-11-25 09:00", "2026-11-30 00:00"
AT_START = "2026-11-25T09:00:20+08:00"
TIMED = STILL + f"activate_at: {START}\ndeactivate_at: {END}\n"
AD = '{image: outlet/banner.jpg, primary_text: Shop., headline: Sale, destination_url: "https://acme.example/"}'


@pytest.fixture
def applied(repository: Repository, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", TIMED)
    reconciler.apply().ended(0)
    return reconciler


# ---- a launch that it holds


def test_a_launch_that_a_budget_of_somebody_s_holds_is_told_days_before_and_does_not_count(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    assert "From 2026-11-25 09:00: 50.00 SGD a day" in applied("plan").ended(0).out
    sandbox.person_edits(ADDRESS, daily_budget="500000")
    told = applied("plan").ended(0).out
    assert "(kept; it does not start 2026-11-25 09:00 +08 while that stands)" in told
    assert "launches of acme-sg wait while what somebody has changed stands" in told
    assert "acme-sg/still (2026-11-25 09:00)" in told
    assert "a day. From" not in told


def test_schedule_and_ci_drift_say_so_after_the_next_look(applied: Reconciler, sandbox: LocalGraph) -> None:
    assert "wait while" not in applied("schedule").ended(0).said
    sandbox.person_edits(ADDRESS, daily_budget="500000")
    assert "it does not start 2026-11-25 09:00 +08" in applied("drift").ended(2).out
    assert "by the last look, launches of acme-sg wait while" in applied("schedule").ended(0).said


@pytest.mark.parametrize("command", [("plan",), ("activate", "--dry-run")], ids=" ".join)
def test_a_launch_that_is_held_is_not_told_as_one_that_happens(
    command: tuple[str, ...], applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(ADDRESS, daily_budget="500000")
    sandbox.at(AT_START)
    told = applied(*command).ended(0).out
    assert "stays PAUSED: daily_budget is not as declared, see Drift" in told and "spends now" not in told
    assert "5,000.00" not in told
    assert "stays PAUSED" in applied("activate").ended(6).said
    assert sandbox.status(ADDRESS) == "PAUSED"


def test_a_comment_names_a_launch_that_is_held_and_does_not_say_that_it_starts(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    sandbox.person_edits(ADDRESS, daily_budget="500000")
    sandbox.at(AT_START)
    applied("plan", "--markdown", str(repository.root / "comment.md")).ended(0)
    comment = (repository.root / "comment.md").read_text("utf-8")
    assert "<b>Does not start</b> while what was changed in Ads Manager stands" in comment
    assert "<b>Starts with the merge</b>" not in comment


def test_what_is_overwritten_or_written_into_the_yaml_holds_nothing(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    sandbox.person_edits(ADDRESS, daily_budget="6000")
    assert "wait while" not in applied("plan", "--revert-drift").ended(0).out
    applied("pull").ended(0)
    told = applied("plan").ended(0).out
    assert "wait while" not in told and "From 2026-11-25 09:00: 60.00 SGD a day" in told


def test_a_name_of_somebody_s_holds_no_launch(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(ADDRESS, name="Renamed by Mei")
    told = applied("plan").ended(0).out
    assert "Renamed by Mei" in told and "does not start" not in told and "wait while" not in told
    sandbox.at(AT_START)
    applied("activate").ended(0)
    assert sandbox.status(ADDRESS) == "ACTIVE"


def two_ads(start: str) -> str:
    return (
        f"name: Two\ndaily_budget: 50.00 SGD\nactivate_at: {start}\n"
        f"ad_sets:\n  a: {{name: a, countries: [SG], ads: {{x: {AD}, y: {AD}}}}}\n"
        f"  b: {{name: b, countries: [SG], ads: {{x: {AD}}}}}\n"
    )


def test_what_holds_one_ad_set_holds_no_other_and_what_holds_all_holds_the_campaign(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """What is foretold is what happens."""
    repository.campaign("two", two_ads(START))
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/two/a", targeting={"geo_locations": {"countries": ["MY"]}})
    told = reconciler("plan").ended(0).out
    assert "acme-sg/two/a (2026-11-25 09:00)" in told and "From 2026-11-25 09:00: 50.00 SGD a day" in told
    sandbox.person_edits("acme-sg/two/b", targeting={"geo_locations": {"countries": ["MY"]}})
    told = reconciler("plan").ended(0).out
    assert "acme-sg/two (2026-11-25 09:00)" in told and "a day. From" not in told
    sandbox.at(AT_START)
    assert reconciler("activate").status == 6
    assert {sandbox.status(at) for at in ("acme-sg/two", "acme-sg/two/a", "acme-sg/two/b")} == {"PAUSED"}


# ---- an end that comes all the same


@pytest.mark.parametrize("end", ["2026-12-05T00:00:00+0800", "0"], ids=["later", "none"])
def test_a_later_end_in_ads_manager_is_told_with_the_declared_one_that_comes_all_the_same(
    end: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at(AT_START)
    applied("activate").ended(0)
    sandbox.person_edits(AD_SET, end_time=end)
    told = applied("plan").ended(0).out
    assert "it stops 2026-11-30 00:00 +08 all the same, since its file says so" in told
    assert f"or run reconciler pull {AD_SET}" in told
    assert "all the same" in applied("drift").ended(2).out
    sandbox.at("2026-11-30T00:00:20+08:00")
    applied("activate").ended(0)
    assert sandbox.status(ADDRESS) == "PAUSED"


def test_an_earlier_end_in_ads_manager_is_just_kept(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(AT_START)
    applied("activate").ended(0)
    sandbox.person_edits(AD_SET, end_time="2026-11-27T00:00:00+0800")
    assert "all the same" not in applied("plan").ended(0).out


# ---- a conflict is drift, too


def test_drift_lists_a_conflict_with_both_values_and_ends_as_for_drift(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.person_edits(ADDRESS, daily_budget="20000")
    repository.campaign("still", STILL.replace("50.00 SGD", "120.00 SGD"))
    told = reconciler("drift").ended(2).out
    assert "No drift" not in told and "daily_budget 50.00 SGD → 200.00 SGD, by Mei in Ads Manager" in told
    assert "conflict: 120.00 SGD is declared by now" in told
    (entry,) = reconciler("drift", "--json").ended(2).json["drift"]
    assert (entry["address"], entry["recorded"], entry["live"], entry["actor"]) == (ADDRESS, 5000, 20000, "Mei")
    assert "Refused (conflict)" in reconciler("plan").ended(3).out
    assert "Drift:" not in reconciler("plan").out
    reconciler("pull").ended(0)
    assert "No drift" in reconciler("drift").ended(0).out
