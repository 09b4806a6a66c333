"""What policy refuses is not done by any command; everything else is done, and a pause never waits for a refusal."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.command import CANARY, Reconciler
from support.repository import ACCOUNT_FILE, SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.config.declared import load_desired
from reconciler.engine.policy import guard
from reconciler.run.apply import apply, carry_out
from reconciler.run.plan import make_plans
from reconciler.run.prepare import prepare
from reconciler.run.request import Request
from reconciler.run.session import Sessions

PROJECT = "project: acme-agency\npolicies: {%s}\n"
CAPPED = "max_daily_budget: 60.00 SGD"
OTHER = "act_2345678901"


@pytest.fixture
def still(repository: Repository, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STILL)
    return reconciler


def policies(reconciler: Reconciler, text: str) -> None:
    reconciler.repository.write("project.yaml", PROJECT % text)


def refusals(reconciler: Reconciler, *arguments: str) -> list[tuple[str, str]]:
    found = reconciler("plan", "--json", *arguments).ended(3).json["refusals"]
    return [(r["policy"], r["address"]) for r in found]


# ---- everything that spends is judged

LIFETIME = STILL.replace(
    "daily_budget: 50.00 SGD",
    "lifetime_budget: 900.00 SGD\nactivate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-03 09:00",
)


@pytest.mark.parametrize("limit", ["max_daily_budget", "max_account_daily_budget"])
def test_a_lifetime_budget_is_refused_by_what_it_comes_to_a_day(limit: str, still: Reconciler) -> None:
    still.repository.campaign("still", LIFETIME)
    policies(still, f"{limit}: 60.00 SGD")
    planned = still("plan").ended(3)
    assert f"Refused ({limit}): acme-sg" in planned.out
    assert "450.00 SGD a day is over the" in planned.out
    still.apply().ended(3)
    assert still.graph.writes() == []
    policies(still, f"{limit}: 450.00 SGD")
    still.apply().ended(0)


SCHEDULE = (
    "raw: {budget_schedule_specs: [{budget_value: 10000, budget_value_type: ABSOLUTE, "
    'time_start: "2026-12-12T00:00:00+0800", time_end: "2026-12-13T00:00:00+0800"}]}\n'
)


def test_a_budget_schedule_is_refused_by_its_highest_moment(still: Reconciler) -> None:
    still.repository.campaign("still", STILL + SCHEDULE)
    policies(still, "max_daily_budget: 149.99 SGD")
    said = "150.00 SGD a day is over the limit of 149.99 SGD"
    assert said in still("validate").ended(1).err
    assert said in still("plan", "--offline").ended(3).out
    policies(still, "max_daily_budget: 150.00 SGD")
    still("validate").ended(0)
    still("plan", "--offline").ended(0)


def test_a_budget_schedule_of_a_running_campaign_is_an_increase(still: Reconciler) -> None:
    still.apply().ended(0)
    still.repository.campaign("still", STILL + SCHEDULE)
    policies(still, "max_budget_increase: 100")
    said = "the budget rises by 200 % from 50.00 SGD to 150.00 SGD a day; the limit is 100 %"
    assert said in still("plan", "--offline").ended(3).out


def test_fewer_days_for_the_same_lifetime_budget_are_an_increase(still: Reconciler) -> None:
    still.repository.campaign("still", LIFETIME.replace("2026-12-03", "2026-12-11"))
    still.apply().ended(0)
    still.repository.campaign("still", LIFETIME)
    policies(still, "max_budget_increase: 100")
    assert "rises by 400 % from 90.00 SGD to 450.00 SGD a day" in still("plan").ended(3).out


def test_a_replacement_with_another_kind_of_budget_is_judged_by_the_day(still: Reconciler) -> None:
    still.apply().ended(0)
    still.repository.campaign("still", LIFETIME + "lifecycle: {replace: true}\n")
    policies(still, "max_budget_increase: 100")
    assert "rises by 800 % from 50.00 SGD to 450.00 SGD a day" in still("plan").ended(3).out


UNSEEN = [
    (
        "{adset_budgets: [{adset_id: '1', daily_budget: 1000000}]}",
        "adset_budgets",
        "write daily_budget or lifetime_budget",
    ),
    ("{budget_schedule_specs: [{budget_value: many}]}", "budget_schedule_specs", "budget_value_type: ABSOLUTE"),
    ("{rf_prediction_id: '6'}", "rf_prediction_id", "remove it"),
]


@pytest.mark.parametrize(("raw", "name", "mend"), UNSEEN)
def test_a_parameter_that_no_policy_can_judge_is_refused_by_its_name_and_place(
    raw: str, name: str, mend: str, still: Reconciler
) -> None:
    still.repository.campaign("still", STILL + f"raw: {raw}\n")
    told = still("validate").ended(1).err
    assert f"desired/campaigns/acme-sg/still.yaml:8:7: unjudged_spend: {name}" in told
    assert mend in told
    assert refusals(still, "--offline") == [("unjudged_spend", "acme-sg/still")]


def test_every_link_of_an_ad_is_judged(still: Reconciler) -> None:
    raw = "  raw: {asset_feed_spec: {link_urls: [{website_url: 'https://evil.example/'}]}}\n"
    still.repository.campaign("still", STILL + raw)
    policies(still, "allowed_domains: [acme.example]")
    assert "still.yaml:8:9: allowed_domains: evil.example is not among acme.example" in still("validate").ended(1).err
    assert refusals(still) == [("allowed_domains", "acme-sg/still/main/main")]


# ---- the spend


def test_the_plan_says_from_when_on_what_is_spent(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("still", STILL.replace("50.00", "70.00") + "status: ACTIVE\n")
    still.apply().ended(0)
    still.repository.campaign("spring", SPRING.replace("50.00", "80.00"))
    planned = still("plan").ended(0)
    assert (
        "Spending now: acme-sg 70.00 SGD a day, unchanged. From 2026-12-01 09:00 +08: 150.00 SGD a day." in planned.out
    )
    spend = still.plan().json["spend"]["acme-sg"]
    assert (spend["active_before"], spend["active_after"]) == (7000, 7000)
    assert spend["timeline"] == [
        {"at": "2026-12-01T09:00:00+08:00", "daily": 15000},
        {"at": "2026-12-31T23:59:00+08:00", "daily": 7000},
    ]


def test_an_account_that_cannot_be_planned_is_named_as_unknown(still: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.account(OTHER)
    still.repository.write("accounts/other.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER))
    sandbox.fault("error", f"/{OTHER}", method="GET", times=0, code=10)
    planned = still("plan").ended(1)
    assert "Spending now: other unknown: it could not be planned." in planned.said
    assert still("plan", "--json").ended(1).json["spend"]["other"] is None


def test_what_is_left_of_a_lifetime_budget_is_spent_on_the_days_that_are_left(
    still: Reconciler, sandbox: LocalGraph
) -> None:
    still.repository.campaign("still", LIFETIME)
    still.apply().ended(0)
    assert "From 2026-12-01 09:00 +08: 450.00 SGD a day" in still("plan").ended(0).out
    sandbox.at("2026-12-01T09:01:00+08:00")
    still("activate").ended(0)
    sandbox.at("2026-12-02T09:00:00+08:00")
    left = int(sandbox.value("acme-sg/still", "budget_remaining"))
    assert 0 < left < 90000
    assert still.plan().json["spend"]["acme-sg"]["active_before"] == left


@pytest.fixture
def halfway(still: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """A lifetime budget for ten days, five of which have gone by."""
    still.repository.campaign("still", TEN_DAYS)
    still.apply().ended(0)
    sandbox.at("2026-12-01T09:01:00+08:00")
    still("activate").ended(0)
    sandbox.at("2026-12-06T09:00:00+08:00")
    return still


TEN_DAYS = LIFETIME.replace("2026-12-03", "2026-12-11")


def a_day(reconciler: Reconciler, *statuses: int) -> tuple[int, int, int, int]:
    spend = reconciler("plan", "--json").ended(*statuses or (0,)).json["spend"]["acme-sg"]
    return spend["daily_before"], spend["daily_after"], spend["active_before"], spend["active_after"]


@pytest.mark.parametrize(
    ("end", "days", "said", "danger"),
    [("2026-12-07", 1, "more a day", True), ("2026-12-26", 20, "less a day", False)],
)
def test_other_days_for_a_lifetime_budget_change_what_is_spent_a_day_and_say_so_where_they_stand(
    end: str, days: int, said: str, danger: bool, halfway: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    left = int(sandbox.value("acme-sg/still", "budget_remaining"))
    before, after = -(-left // 5), -(-left // days)
    halfway.repository.campaign("still", LIFETIME.replace("2026-12-03", end))
    assert a_day(halfway) == (before, after, before, after)
    comment = tmp_path / "plan.md"
    told = halfway("plan", "--markdown", str(comment)).ended(0).out
    step = f"{before / 100:.2f} → {after / 100:.2f} SGD"
    assert f"end_time           2026-12-11 09:00 +08 → {end} 09:00 +08   # {said}: {step}" in told
    assert f"Spending now: acme-sg {step} a day." in told
    assert ("may spend more" in comment.read_text("utf-8")) is danger


def test_days_that_are_held_back_count_as_they_are(halfway: Reconciler) -> None:
    now, *_ = a_day(halfway)
    halfway.repository.campaign("still", LIFETIME.replace("2026-12-03", "2026-12-07"))
    policies(halfway, "max_budget_increase: 50")
    assert a_day(halfway, 3) == (now, now, now, now)
    assert "more a day" not in halfway("plan").ended(3).out


def test_the_times_of_another_timezone_are_other_days_for_a_lifetime_budget(halfway: Reconciler) -> None:
    now, *_ = a_day(halfway)
    halfway.repository.write("project.yaml", "project: acme-agency\ntimezone: Asia/Bangkok\n")
    daily_before, daily_after, active_before, active_after = a_day(halfway)
    assert daily_before == active_before == now
    assert daily_after == active_after < now


def test_an_earlier_start_than_the_live_one_makes_no_lifetime_budget_look_thinner(halfway: Reconciler) -> None:
    """Meta moves no start that has passed: five of ten days are left, whatever the file says of November."""
    moved = LIFETIME.replace("2026-12-01 09:00", "2026-11-01 09:00").replace("2026-12-03", "2026-12-07")
    halfway.repository.campaign("still", moved)
    policies(halfway, "max_budget_increase: 50")
    assert refusals(halfway) == [("max_budget_increase", "acme-sg/still/main")]
    policies(halfway, "max_daily_budget: 140.00 SGD")
    assert "150.00 SGD a day is over the limit of 140.00 SGD" in halfway("plan").ended(3).out


def test_a_longer_run_that_is_held_back_makes_no_room_in_the_account(halfway: Reconciler) -> None:
    """What nobody may do does not count as done: the days of the lifetime budget stay as few as they are."""
    halfway.repository.campaign("still", LIFETIME.replace("2026-12-03", "2026-12-31").replace("Still", "still"))
    halfway.repository.campaign("next", STILL.replace("Still", "Next").replace("50.00", "30.00"))
    policies(halfway, "name_pattern: '[A-Z].*', max_account_daily_budget: 100.00 SGD")
    assert ("max_account_daily_budget", "acme-sg") in refusals(halfway)


# ---- limits by currency


@pytest.fixture
def ringgit(still: Reconciler, sandbox: LocalGraph) -> Reconciler:
    sandbox.account(OTHER, currency="MYR")
    still.repository.write("accounts/kopi-my.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER).replace("SGD", "MYR"))
    still.repository.campaign("still", STILL.replace("50.00 SGD", "90.00 MYR"), "kopi-my")
    return still


def test_a_currency_without_a_limit_is_an_error_of_validate_at_the_policys_line(ringgit: Reconciler) -> None:
    policies(ringgit, CAPPED)
    told = ringgit("validate").ended(1).err
    assert (
        "desired/project.yaml:2:12: limit_currency: max_daily_budget has no amount in MYR, the currency of kopi-my"
        in told
    )
    for mended in ("max_daily_budget: [60.00 SGD, 100.00 MYR]", CAPPED):
        policies(ringgit, mended)
        if mended == CAPPED:
            ringgit.repository.edit("accounts/kopi-my.yaml", "name:", "policies: {max_daily_budget: 100.00 MYR}\nname:")
        ringgit("validate").ended(0)
        ringgit("plan").ended(0)


def test_a_limit_holds_in_its_own_currency(ringgit: Reconciler) -> None:
    policies(ringgit, "max_daily_budget: [60.00 SGD, 89.99 MYR]")
    assert refusals(ringgit) == [("max_daily_budget", "kopi-my/still")]
    assert "90.00 MYR a day is over the limit of 89.99 MYR" in ringgit("validate").ended(1).err


def test_without_a_limit_in_its_currency_an_account_stops_and_lowers_but_does_not_rise(
    ringgit: Reconciler, sandbox: LocalGraph
) -> None:
    ringgit.repository.edit_campaign("still", "ad:", "status: ACTIVE\nad:", "kopi-my")
    ringgit.repository.campaign("on", STILL.replace("50.00 SGD", "90.00 MYR") + "status: ACTIVE\n", "kopi-my")
    ringgit.apply().ended(0)
    policies(ringgit, CAPPED)
    ringgit.repository.edit_campaign("still", "90.00", "40.00", "kopi-my")
    ringgit.repository.edit_campaign("on", "status: ACTIVE", "status: PAUSED", "kopi-my")
    ringgit.repository.campaign("new", STILL.replace("50.00 SGD", "1.00 MYR"), "kopi-my")
    ringgit.apply().ended(3)
    assert sandbox.value("kopi-my/still", "daily_budget") == "4000"
    assert sandbox.status("kopi-my/on") == "PAUSED"
    assert sandbox.labelled("kopi-my/new") == []


# ---- a refusal holds back its campaign, a stop never


def test_a_refused_campaign_waits_and_the_rest_is_done(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("dear", STILL.replace("50.00", "500.00"))
    policies(still, CAPPED)
    planned = still("plan").ended(3)
    assert "Plan: 3 to add, 0 to change" in planned.out
    assert "Held back (max_daily_budget): acme-sg/dear: 3 to add" in planned.out
    told = still.apply().ended(3)
    assert "Apply complete! 3 added" in told.said
    assert "What a refusal holds back was not done." in told.err
    assert sandbox.labelled("acme-sg/still") and not sandbox.labelled("acme-sg/dear")


def test_a_refused_campaign_is_stopped_and_lowered_all_the_same(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("still", TRAFFIC.replace("20.00", "50.00") + "status: ACTIVE\n")
    still.apply().ended(0)
    policies(still, "name_pattern: 'SG .*'")
    still.repository.edit_campaign("still", "50.00", "30.00")
    still.repository.edit_campaign("still", "age_min: 21", "age_min: 25")
    still.apply().ended(3)
    assert sandbox.value("acme-sg/still/broad", "daily_budget") == "3000"
    assert sandbox.value("acme-sg/still/broad", "targeting")["age_min"] == 21
    still.repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    still.apply().ended(3)
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_a_decrease_goes_out_beside_a_field_that_cannot_be_changed(still: Reconciler, sandbox: LocalGraph) -> None:
    still.apply().ended(0)
    still.repository.campaign("still", STILL.replace("50.00", "30.00") + "buying_type: RESERVED\n")
    assert "Refused (immutable)" in still.apply().ended(3).said
    assert sandbox.value("acme-sg/still", "daily_budget") == "3000"


def test_while_a_conflict_keeps_a_decrease_back_nothing_rises_in_its_account(
    still: Reconciler, sandbox: LocalGraph
) -> None:
    still.repository.campaign("other", STILL.replace("Still", "Other") + "status: ACTIVE\n")
    still.apply().ended(0)
    sandbox.person_edits("acme-sg/still", daily_budget=9000)
    still.repository.edit_campaign("still", "50.00", "40.00")
    still.repository.edit_campaign("other", "50.00", "80.00")
    still.repository.campaign("new", STILL.replace("Still", "New"))
    planned = still("plan").ended(3)
    assert "Refused (conflict): acme-sg/still" in planned.out
    assert "Held back (conflict): acme-sg/still: of acme-sg/other 1 to change\n" in planned.out
    assert "Plan: 3 to add, 0 to change" in planned.out
    still.apply().ended(3)
    assert sandbox.value("acme-sg/other", "daily_budget") == "5000"
    assert sandbox.labelled("acme-sg/new")
    still.repository.edit_campaign("still", "40.00", "95.00")
    still.apply().ended(3)
    assert sandbox.value("acme-sg/other", "daily_budget") == "8000"


def test_a_target_does_not_pass_by_a_decrease_that_is_kept_back(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("other", STILL.replace("Still", "Other") + "status: ACTIVE\n")
    still.repository.campaign("spring", SPRING)
    still.apply().ended(0)
    sandbox.person_edits("acme-sg/still", daily_budget=9000)
    still.repository.edit_campaign("still", "50.00", "40.00")
    still.repository.edit_campaign("other", "50.00", "80.00")
    raised = still.apply("--target", "acme-sg/other").ended(3)
    assert "Refused (conflict): acme-sg/still" in raised.said
    sandbox.at("2026-12-01T09:01:00+08:00")
    launched = still("activate", "--target", "acme-sg/spring").ended(3)
    assert "Refused (conflict): acme-sg/still" in launched.said
    assert (sandbox.value("acme-sg/other", "daily_budget"), sandbox.status("acme-sg/spring")) == ("5000", "PAUSED")


def test_the_scheduled_job_starts_what_is_not_refused(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("spring", SPRING)
    still.repository.campaign("second", SPRING.replace("Spring", "Second"))
    still.apply().ended(0)
    policies(still, "name_pattern: '(Second|Still).*'")
    sandbox.at("2026-12-01T09:01:00+08:00")
    assert "Refused (name_pattern): acme-sg/spring" in still("activate").ended(3).said
    assert (sandbox.status("acme-sg/spring"), sandbox.status("acme-sg/second")) == ("PAUSED", "ACTIVE")
    policies(still, "require_url_tags: false")
    still("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


def test_what_is_refused_to_a_whole_account_is_launched_by_no_command(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("spring", SPRING)
    for number in range(3):
        still.repository.campaign(f"c{number}", STILL.replace("Still", f"C{number}"))
    still.apply().ended(0)
    for number in range(3):
        still.repository.remove(f"c{number}")
    sandbox.at("2026-12-01T09:01:00+08:00")
    assert "Waits: launches and raises of acme-sg wait" in still("plan").ended(3).out
    launched = still("activate").ended(3).said
    assert "Refused (max_removals): acme-sg" in launched
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    policies(still, "max_removals: 100")
    still("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


def test_what_was_removed_and_is_deleted_later_is_no_new_removal(still: Reconciler, sandbox: LocalGraph) -> None:
    for number in range(3):
        still.repository.campaign(f"c{number}", STILL.replace("Still", f"C{number}"))
    policies(still, "max_removals: 100")
    still.apply().ended(0)
    still.repository.remove("c2")
    still.apply().ended(0)
    policies(still, "require_url_tags: false")
    sandbox.person_edits("acme-sg/c2", status="DELETED")
    still.repository.edit_campaign("c1", "50.00", "60.00")
    planned = still("plan").ended(0).out
    assert "it is no longer at Meta" in planned
    still.apply().ended(0)
    assert sandbox.value("acme-sg/c1", "daily_budget") == "6000"
    assert "No changes" in still("plan").ended(0).out


def test_a_target_does_not_hide_the_removals_of_its_account(still: Reconciler, sandbox: LocalGraph) -> None:
    for number in range(4):
        still.repository.campaign(f"c{number}", STILL.replace("Still", f"C{number}"))
    still.apply().ended(0)
    for number in range(4):
        still.repository.remove(f"c{number}")
    assert refusals(still, "--target", "acme-sg/c1") == [("max_removals", "acme-sg")]


def test_what_the_limit_of_removals_says_to_write_lets_them_go_out(still: Reconciler, sandbox: LocalGraph) -> None:
    for number in range(4):
        still.repository.campaign(f"c{number}", STILL.replace("Still", f"C{number}") + "status: ACTIVE\n")
    still.apply("--late-activations").ended(0)
    for number in range(2):
        still.repository.remove(f"c{number}")
    held = still.apply().ended(3).said
    assert "6 of 15 managed resources (40 %) would be removed; the limit is 20 %" in held
    assert "write max_removals: 40 below policies in desired/accounts/acme-sg.yaml" in held
    assert "run reconciler pause ADDRESS" in held
    assert "mend: to keep them, bring the YAML back: git checkout -- desired, or git revert" in held
    assert sandbox.status("acme-sg/c0") == "ACTIVE"
    still.repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE + "policies:\n  max_removals: 40\n")
    still.apply().ended(0)
    assert [sandbox.status(f"acme-sg/c{number}") for number in range(3)] == ["PAUSED", "PAUSED", "ACTIVE"]


def test_a_budget_below_metas_minimum_holds_back_its_campaign_alone(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("small", STILL.replace("50.00", "0.10"))
    assert refusals(still) == [("minimum_budget", "acme-sg/small")]
    still.apply().ended(3)
    assert sandbox.labelled("acme-sg/still") and not sandbox.labelled("acme-sg/small")
    (told,) = still.plan().ended(3).json["refusals"]
    least = re.match(
        r"write daily_budget: ([0-9.]+ SGD) or more at desired/campaigns/acme-sg/small.yaml:2$", told["mend"]
    )
    assert least, told
    still.repository.edit_campaign("small", "0.10 SGD", least.group(1))
    still.apply().ended(0)
    still.converged()


# ---- whichever command it is


def request_of(reconciler: Reconciler) -> Request:
    environment = {"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": reconciler.graph.url}
    return Request(reconciler.repository.root, datetime.fromisoformat(reconciler.graph.now()), environment)


def test_a_refused_plan_handed_to_the_function_that_applies_writes_nothing(still: Reconciler) -> None:
    policies(still, "max_daily_budget: 10.00 SGD")
    (result,) = apply(request_of(still)).results
    assert result.refused and result.outcomes == ()
    assert still.graph.writes() == []


def test_a_plan_that_nobody_approved_is_not_applied(still: Reconciler) -> None:
    request = request_of(still)
    with Sessions(request, load_desired(request.root, request.now)) as sessions:
        planned, (one,) = make_plans(sessions, prepare)
        unapproved: Any = one.proposed
        with pytest.raises((TypeError, AttributeError)):
            carry_out(sessions, planned, [replace(one, approved=unapproved)])
        elsewhere = guard(one.proposed, replace(one.ground, account=replace(one.account, key="other")))
        (result,) = carry_out(sessions, planned, [replace(one, approved=elsewhere)]).results
    assert "approved for other" in str(result.error)
    assert still.graph.writes() == []


def test_the_json_says_what_is_held_back(still: Reconciler) -> None:
    policies(still, "max_daily_budget: 10.00 SGD")
    told = json.loads(still("plan", "--json").ended(3).out)
    assert told["resource_changes"] == [] and told["summary"]["create"] == 0
    assert {(h["policy"], h["refused"]) for h in told["held_back"]} == {("max_daily_budget", "acme-sg/still")}


def test_what_a_refused_raise_keeps_from_starting_the_scheduled_job_does_not_start(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_budget_increase: 50}\n")
    repository.campaign("still", STILL + "activate_at: 2026-11-30 12:00\n")
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "90.00")
    assert "From 2026-11-30" not in reconciler.plan().out
    sandbox.at("2026-11-30T12:01:00+08:00")
    assert "Refused (max_budget_increase)" in reconciler("activate").ended(3).out
    assert sandbox.activations() == []


def test_a_lifetime_budget_counts_over_its_declared_days_wherever_it_is_counted(
    repository: Repository, reconciler: Reconciler
) -> None:
    window = "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 09:00\n"
    repository.campaign("still", STILL.replace("daily_budget: 50.00", "lifetime_budget: 3000.00") + window)
    spend = reconciler.plan().ended(0).json["spend"]["acme-sg"]
    assert spend["daily_after"] == spend["timeline"][0]["daily"] == 10000


def test_a_start_outside_the_window_is_refused_offline(repository: Repository, reconciler: Reconciler) -> None:
    repository.write("project.yaml", "project: acme-agency\npolicies: {activation_window: Mon-Fri 09:00-18:00}\n")
    repository.campaign("still", STILL + "activate_at: 2026-11-28 12:00\n")
    refused = reconciler("validate").ended(1).err
    assert "still.yaml:8:" in refused
    assert "activate_at 2026-11-28 12:00 +08 is outside Mon-Fri 09:00-18:00" in refused
    repository.edit_campaign("still", "2026-11-28 12:00", "2026-11-30 12:00")
    reconciler("validate").ended(0)
    repository.edit_campaign("still", "2026-11-30 12:00", "2026-11-14 12:00")
    reconciler("validate").ended(0)


def test_a_launch_that_the_window_has_shut_out_says_when_it_opens_and_what_then(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.write("project.yaml", "project: acme-agency\npolicies: {activation_window: Mon-Fri 09:00-18:00}\n")
    repository.campaign("thursday", STILL.replace("Still", "Thursday") + "activate_at: 2026-11-26 17:55\n")
    repository.campaign("friday", STILL.replace("Still", "Friday") + "activate_at: 2026-11-27 17:55\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-26T18:05:00+08:00")
    said = reconciler("activate").ended(3).said
    assert "2026-11-26 18:05 +08 is outside Mon-Fri 09:00-18:00, which opens 2026-11-27 09:00 +08" in said
    assert "mend: it is turned on by the first run from then on; for another time change it at" in said
    sandbox.at("2026-11-27T18:05:00+08:00")
    said = reconciler("activate").ended(3).said
    assert "acme-sg/friday: 2026-11-27 18:05 +08 is outside Mon-Fri 09:00-18:00, which opens 2026-11-30 09:00" in said
    assert "by then it is more than 24 h late (max_lateness), and would wait for a person" in said
    assert "mend: write activate_at: 2026-11-30 09:00, or change it at desired/project.yaml" in said
    sandbox.at("2026-11-28T23:00:00+08:00")
    late = "to start it as soon as Mon-Fri 09:00-18:00 allows, write activate_at: 2026-11-30 09:00"
    assert late in reconciler("activate").ended(3).said
    repository.edit_campaign("friday", "2026-11-27 17:55", "2026-11-30 09:00")
    reconciler.apply()
    sandbox.at("2026-11-30T09:00:00+08:00")
    reconciler("activate")
    assert sandbox.status("acme-sg/friday") == "ACTIVE"


@pytest.mark.parametrize("later", [True, False])
def test_a_campaign_spends_now_where_one_of_its_ad_sets_runs(
    later: bool, repository: Repository, reconciler: Reconciler
) -> None:
    text = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")
    times = "\n    activate_at: 2026-12-01 09:00" if later else ""
    repository.campaign("t", text.replace("    name: Broad", f"    name: Broad{times}"))
    assert ("spends now" in reconciler.plan().out) is not later
