"""What policies count of a campaign is at least what its plan says will be spent a day; what Meta would refuse of its
money is said before anything is written. Mends work when they are followed."""

from __future__ import annotations

import re

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

START, END = "2026-12-01 09:00", "2026-12-11 09:00"
LIMITS = "max_daily_budget: {0}, max_account_daily_budget: {0}"


def lifetime(amount: str = "300.00 SGD", start: str = START, end: str = END, more: str = "") -> str:
    run = f"lifetime_budget: {amount}\nactivate_at: {start}\ndeactivate_at: {end}\n"
    return STILL.replace("daily_budget: 50.00 SGD\n", run) + more


def policies(reconciler: Reconciler, text: str) -> None:
    reconciler.repository.write("project.yaml", f"project: acme-agency\npolicies: {{{text}}}\n")


def refused(reconciler: Reconciler, *arguments: str) -> list[tuple[str, str]]:
    found = reconciler("plan", "--json", *arguments).ended(3).json["refusals"]
    return [(r["policy"], r["address"]) for r in found]


def mend(reconciler: Reconciler) -> str:
    (found,) = reconciler("plan", "--json").ended(3).json["refusals"]
    return str(found["mend"])


@pytest.fixture
def still(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """30 a day for ten days, not made yet."""
    repository.campaign("still", lifetime())
    return reconciler


@pytest.fixture
def running(still: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """The same since five days, half spent."""
    still.apply().ended(0)
    sandbox.at("2026-12-01T09:00:20+08:00")
    still("activate").ended(0)
    sandbox.at("2026-12-06T09:00:00+08:00")
    return still


# ---- what begins anew, and what begins late


REPLACED = lifetime(
    more="objective: OUTCOME_TRAFFIC\noptimization_goal: LINK_CLICKS\ncountries: [SG]\nlifecycle: {replace: true}\n"
)


@pytest.mark.parametrize(
    ("limit", "policy"),
    [
        ("max_daily_budget: 31.00 SGD", "max_daily_budget"),
        ("max_account_daily_budget: 31.00 SGD", "max_account_daily_budget"),
        ("max_budget_increase: 50", "max_budget_increase"),
    ],
)
def test_the_budget_of_a_replacement_counts_from_now_on(limit: str, policy: str, running: Reconciler) -> None:
    running.repository.campaign("still", REPLACED)
    policies(running, limit)
    assert [name for name, _ in refused(running)] == [policy]
    before = running.graph.writes()
    running.apply().ended(3)
    assert running.graph.writes() == before


def test_a_paused_replacement_counts_as_the_next_plan_will_count_it(running: Reconciler) -> None:
    running.repository.campaign("still", f"{REPLACED}status: PAUSED\n")
    policies(running, "max_daily_budget: 59.99 SGD")
    assert refused(running) == [("max_daily_budget", "acme-sg/still")]
    policies(running, "max_daily_budget: 60.00 SGD")
    running.apply().ended(0)
    running("plan").ended(0)


def test_what_the_former_object_has_spent_is_told_with_its_replacement(running: Reconciler) -> None:
    running.repository.campaign("still", REPLACED)
    told = running("plan").ended(0).out
    spent, total = re.findall(r"([0-9.]+) SGD of the former lifetime .* begin: ([0-9.]+) SGD in all", told)[0]
    assert float(spent) == pytest.approx(150, abs=0.1)
    assert float(total) == pytest.approx(float(spent) + 300)


@pytest.mark.parametrize("limit", ["max_daily_budget", "max_account_daily_budget"])
def test_a_late_first_apply_is_judged_by_the_days_that_are_left(
    limit: str, still: Reconciler, sandbox: LocalGraph
) -> None:
    still.repository.campaign("still", lifetime("100.00 SGD", end="2026-12-03 09:00"))
    policies(still, f"{limit}: 50.00 SGD")
    sandbox.at("2026-12-02T05:00:00+08:00")
    still("validate").ended(0)
    assert [name for name, _ in refused(still)] == [limit]
    still.apply().ended(3)
    assert still.graph.writes() == []


@pytest.mark.parametrize("limit", ["max_daily_budget", "max_account_daily_budget"])
def test_a_late_launch_is_judged_by_what_is_spent_a_day_from_then_on(
    limit: str, still: Reconciler, sandbox: LocalGraph
) -> None:
    still.repository.campaign("still", lifetime("100.00 SGD", end="2026-12-03 09:00"))
    policies(still, f"{limit}: 50.00 SGD")
    still.apply().ended(0)
    sandbox.at("2026-12-02T05:00:00+08:00")
    assert [name for name, _ in refused(still)] == [limit]
    still("activate").ended(3)
    assert sandbox.value("acme-sg/still", "status") == "PAUSED"
    policies(still, f"{limit}: 85.72 SGD")
    still("activate").ended(0)
    still("plan").ended(0)


def test_late_launches_of_several_campaigns_count_together(still: Reconciler, sandbox: LocalGraph) -> None:
    for name in ("still", "next"):
        text = lifetime("100.00 SGD", end="2026-12-03 09:00").replace("Still", name.title())
        still.repository.campaign(name, text)
    policies(still, "max_account_daily_budget: 171.43 SGD")
    still.apply().ended(0)
    sandbox.at("2026-12-02T05:00:00+08:00")
    assert refused(still) == [("max_account_daily_budget", "acme-sg")]
    policies(still, "max_account_daily_budget: 171.44 SGD")
    still("activate").ended(0)


def test_a_launch_at_its_time_is_not_late(still: Reconciler, sandbox: LocalGraph) -> None:
    policies(still, LIMITS.format("30.00 SGD"))
    still.apply().ended(0)
    sandbox.at("2026-12-01T09:40:00+08:00")
    still("activate").ended(0)


def test_a_limit_does_not_begin_to_refuse_what_nobody_touches(running: Reconciler, sandbox: LocalGraph) -> None:
    """A little more than 30 a day are left by now."""
    policies(running, LIMITS.format("30.00 SGD"))
    assert running("plan", "--json").ended(0).json["spend"]["acme-sg"]["active_after"] > 3000
    sandbox.person_edits("acme-sg/still/main", name="Renamed by Mei")
    running("plan").ended(0)


def test_what_was_paused_by_a_person_is_judged_by_what_is_left_where_it_is_turned_on_again(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.person_edits("acme-sg/still", status="PAUSED")
    sandbox.at("2026-12-10T09:00:00+08:00")
    policies(running, "max_daily_budget: 140.00 SGD")
    running("plan").ended(0)
    assert refused(running, "--revert-drift") == [("max_daily_budget", "acme-sg/still")]


@pytest.fixture
def launched_late(still: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """50 a day by its declared days, launched with little more than one left, by a limit that let it."""
    still.repository.campaign("still", lifetime("100.00 SGD", end="2026-12-03 09:00"))
    still.apply().ended(0)
    sandbox.at("2026-12-02T05:00:00+08:00")
    still("activate").ended(0)
    return still


def another(start: str = "2026-12-02 05:00") -> str:
    run = f"daily_budget: 40.00 SGD\nactivate_at: {start}\ndeactivate_at: 2026-12-09 09:00\n"
    return STILL.replace("daily_budget: 50.00 SGD\n", run).replace("name: Still", "name: Next")


@pytest.mark.parametrize("start", ["2026-12-02 05:00", "2026-12-02 12:00"], ids=["now", "later"])
def test_beside_a_launch_what_runs_counts_by_what_it_may_still_spend_a_day(
    start: str, launched_late: Reconciler, sandbox: LocalGraph
) -> None:
    launched_late.repository.campaign("next", another(start))
    policies(launched_late, "max_account_daily_budget: 100.00 SGD")
    told = launched_late("plan").ended(3).out
    assert "max_account_daily_budget" in told and "acme-sg/still may spend 85.72 SGD" in told
    launched_late.apply().ended(3)
    sandbox.at("2026-12-02T12:00:20+08:00")
    launched_late("activate")
    assert sandbox.activations()[3:] == []
    sandbox.at("2026-12-03T09:00:20+08:00")
    launched_late.apply("--late-activations").ended(0)
    assert sandbox.status("acme-sg/next") == "ACTIVE"


def test_beside_no_launch_and_no_raise_it_counts_by_its_declared_days(launched_late: Reconciler) -> None:
    policies(launched_late, "max_account_daily_budget: 50.00 SGD")
    launched_late("plan").ended(0)
    launched_late.repository.edit_campaign("still", "name: Still", "name: Renamed")
    launched_late.apply().ended(0)


# ---- how much it rises


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (lifetime("500.00 SGD"), "acme-sg/still"),
        (lifetime(end="2026-12-07 09:00"), "acme-sg/still/main"),
    ],
    ids=["raised near its end", "ended earlier"],
)
def test_a_rise_is_judged_by_what_is_left_too(written: str, address: str, running: Reconciler) -> None:
    """Two thirds more of the whole, or of its days, are far more of what is left."""
    running.repository.campaign("still", written)
    policies(running, "max_budget_increase: 100")
    assert refused(running) == [("max_budget_increase", address)]
    raised = re.search(r"write max_budget_increase: ([0-9]+) at desired/project.yaml:2$", mend(running))
    assert raised, mend(running)
    policies(running, f"max_budget_increase: {raised.group(1)}")
    running.apply().ended(0)


def test_an_earlier_end_of_a_daily_budget_is_a_stop_that_no_policy_holds_back(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    daily = lifetime().replace("lifetime_budget: 300.00", "daily_budget: 30.00").replace("Still", "Daily")
    running.repository.campaign("daily", daily.replace(START, "2026-12-08 09:00"))
    running.apply().ended(0)
    running.repository.campaign("daily", daily.replace(START, "2026-12-08 09:00").replace(END, "2026-12-10 09:00"))
    policies(running, "max_daily_budget: 10.00 SGD, max_budget_increase: 1")
    running.apply().ended(3)
    assert sandbox.value("acme-sg/daily/main", "end_time").startswith("2026-12-10T09:00")


def test_a_lower_lifetime_budget_goes_out_of_a_refused_campaign(running: Reconciler, sandbox: LocalGraph) -> None:
    running.repository.campaign("still", lifetime("290.00 SGD"))
    policies(running, "max_daily_budget: 10.00 SGD, max_budget_increase: 1")
    running.apply().ended(3)
    assert sandbox.value("acme-sg/still", "lifetime_budget") == "29000"


def test_a_refused_increase_says_where_and_what_to_write(still: Reconciler) -> None:
    still.repository.campaign("still", STILL.replace("50.00", "100.00"))
    still.apply().ended(0)
    still.repository.edit_campaign("still", "100.00 SGD", "150.01 SGD")
    policies(still, "max_budget_increase: 50")
    assert "rises by 50.01 % from 100.00 SGD to 150.01 SGD; the limit is 50 %" in still("plan").ended(3).out
    place = r"at desired/campaigns/acme-sg/still.yaml:[0-9]+"
    found = re.fullmatch(
        rf"write daily_budget: (.*) or less {place}, or write (.*) at desired/project.yaml:2", mend(still)
    )
    assert found, mend(still)
    still.repository.edit_campaign("still", "150.01 SGD", found.group(1))
    still("plan").ended(0)
    still.repository.edit_campaign("still", found.group(1), "150.01 SGD")
    policies(still, found.group(2))
    still("plan").ended(0)


def test_the_stricter_of_two_limits_is_the_place_to_raise(still: Reconciler) -> None:
    policies(still, "max_daily_budget: 10.00 SGD")
    account = (still.repository.root / "desired/accounts/acme-sg.yaml").read_text("utf-8")
    still.repository.write("accounts/acme-sg.yaml", f"{account}policies: {{max_daily_budget: 20.00 SGD}}\n")
    assert mend(still).endswith("raise the limit at desired/project.yaml:2")


# ---- what is live


def test_a_persons_budget_over_a_limit_is_refused_in_its_campaign_too(still: Reconciler, sandbox: LocalGraph) -> None:
    still.repository.campaign("still", STILL)
    still.apply().ended(0)
    sandbox.person_edits("acme-sg/still", daily_budget=40000)
    policies(still, "max_daily_budget: 300.00 SGD, max_account_daily_budget: 350.00 SGD")
    assert refused(still) == [("max_daily_budget", "acme-sg/still"), ("max_account_daily_budget", "acme-sg")]
    told = still("plan").ended(3).out
    assert "400.00 SGD a day is over the limit of 300.00 SGD (daily_budget 400.00 SGD is live, and not what is" in told
    assert "overwrite it with reconciler apply --revert-drift --target acme-sg/still" in told
    still.apply("--revert-drift", "--target", "acme-sg/still").ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "5000"


# ---- what Meta would refuse


def test_a_lifetime_budget_below_what_is_spent_is_refused_with_the_least_that_meta_takes(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    running.repository.campaign("still", lifetime("50.00 SGD"))
    assert refused(running) == [("minimum_budget", "acme-sg/still")]
    least = re.match(r"write lifetime_budget: (165.00 SGD) or more at desired/campaigns/acme-sg/still", mend(running))
    assert least, mend(running)
    stop = re.search(r"write (status: PAUSED), and (lifetime_budget: [0-9.]+ SGD) again", mend(running))
    assert stop, mend(running)
    running.repository.campaign("still", lifetime(least.group(1)))
    running.apply().ended(0)
    assert sandbox.value("acme-sg/still", "lifetime_budget") == "16500"


def test_what_is_spent_can_be_stopped_as_the_mend_says(running: Reconciler, sandbox: LocalGraph) -> None:
    running.repository.campaign("still", lifetime("50.00 SGD", more="status: PAUSED\n"))
    running.apply().ended(3)
    assert sandbox.value("acme-sg/still", "status") == "PAUSED"
    running.repository.campaign("still", lifetime(more="status: PAUSED\n"))
    running.apply().ended(0)


def test_metas_own_refusal_of_a_lifetime_budget_has_its_place_and_a_mend(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    """Where somebody has spent more than the plan has seen."""
    running.repository.campaign("still", lifetime("200.00 SGD"))
    campaign = sandbox.id("acme-sg/still")
    sandbox.fault("error", f"/{campaign}", method="POST", code=100, subcode=1885650)
    told = running.apply().ended(1).said
    assert re.search(r"Meta error 100/1885650: .* \(desired/campaigns/acme-sg/still.yaml:[0-9]+\)\n", told), told
    assert "mend: write a lifetime_budget of 110 % of what is spent or more" in told


def test_a_spend_cap_below_the_accounts_least_is_refused_before_anything_is_made(still: Reconciler) -> None:
    still.repository.campaign("still", f"{STILL}spend_cap: 50.00 SGD\n")
    assert refused(still) == [("minimum_budget", "acme-sg/still")]
    least = re.match(r"write spend_cap: (130.00 SGD) or more at desired/campaigns/acme-sg/still.yaml", mend(still))
    assert least, mend(still)
    still.apply().ended(3)
    assert still.graph.writes() == []
    still.repository.edit_campaign("still", "spend_cap: 50.00 SGD", f"spend_cap: {least.group(1)}")
    still.apply().ended(0)


def test_a_spend_cap_of_0_is_told_a_cap_that_meta_takes(still: Reconciler) -> None:
    still.repository.campaign("still", f"{STILL}spend_cap: 0\n")
    told = still("validate").ended(1).err
    sample = re.search(r"take the line out for no limit, or write ([0-9.]+ SGD) or more", told)
    assert sample, told
    still.repository.edit_campaign("still", "spend_cap: 0", f"spend_cap: {sample.group(1)}")
    assert "spend_cap" not in still("validate").ended(0).said
    still.apply().ended(0)


# ---- totals


@pytest.mark.parametrize(
    ("end", "amount"),
    [("2026-12-04 09:00", "100.00"), ("2026-12-01 09:00:01", "100.00"), ("2026-12-08 21:30", "1000.00")],
)
def test_a_total_of_a_lifetime_budget_is_never_above_it(end: str, amount: str, still: Reconciler) -> None:
    still.repository.campaign("still", lifetime(f"{amount} SGD", end=end))
    comment = still.repository.root / "plan.md"
    still("plan", "--markdown", str(comment)).ended(0)
    (total, *_) = re.findall(r"about <b>([0-9.,]+) SGD</b> in all", comment.read_text("utf-8"))
    assert total.replace(",", "") == amount
