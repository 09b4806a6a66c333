"""What has ended at Meta while ACTIVE is started by no later end alone, and what somebody has turned on early by no
earlier start: that is a launch, told and doubted as one."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.interruption import Interrupted, interrupt
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

from reconciler.apply.memory import Memory

ADDRESS, AD_SET = "acme-sg/still", "acme-sg/still/main"
END, LATER = "2026-11-25 00:00", "2026-11-30 00:00"
ENDED = "2026-11-26T12:00:00+08:00"
SATURDAY_NIGHT = "2026-11-28T03:00:00+08:00"
AD = '{image: outlet/banner.jpg, primary_text: Shop., headline: Sale, destination_url: "https://acme.example/"}'


def until(end: str, budget: str = "daily_budget: 50.00 SGD") -> str:
    times = f"activate_at: 2026-11-23 09:00\n{f'deactivate_at: {end}' if end else ''}\n"
    return STILL.replace("daily_budget: 50.00 SGD", budget) + times


@pytest.fixture
def running(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """It was launched at its time."""
    repository.campaign("still", until(END))
    reconciler.apply().ended(0)
    sandbox.at("2026-11-23T09:00:20+08:00")
    reconciler("activate").ended(0)
    return reconciler


def test_a_later_end_of_what_has_ended_is_told_and_done_as_a_launch(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at(ENDED)
    repository.campaign("still", until(LATER))
    planned = running("plan").ended(0).out
    assert "2 to activate, 2 to pause" in planned and "spends now" in planned
    assert "Spending now: acme-sg 0 → 50.00 SGD a day" in planned
    running.apply().ended(0)
    assert sandbox.value(AD_SET, "end_time") == "2026-11-30T00:00:00+0800"
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert "No changes" in running("plan").ended(0).out
    assert "Nothing is due" in running("activate").ended(0).out


@pytest.mark.parametrize("end", [LATER, ""], ids=["a later end", "no end"])
@pytest.mark.parametrize("stopped", [True, False], ids=["paused by a run", "ended by Meta alone"])
def test_a_budget_of_somebody_s_does_not_run_on_by_a_later_end(
    *, stopped: bool, end: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    if stopped:
        sandbox.at("2026-11-25T00:00:20+08:00")
        running("activate").ended(0)
    sandbox.at(ENDED)
    sandbox.person_edits(ADDRESS, daily_budget="500000")
    repository.campaign("still", until(end))
    told = running.apply()
    assert "stays PAUSED: daily_budget of acme-sg/still is not as declared" in told.said
    assert sandbox.status(ADDRESS) == "PAUSED"
    running("activate")
    assert sandbox.status(ADDRESS) == "PAUSED"
    running.apply("--revert-drift").ended(0)
    assert (sandbox.status(ADDRESS), sandbox.value(ADDRESS, "daily_budget")) == ("ACTIVE", "5000")


def test_a_lifetime_budget_of_somebody_s_does_not_run_on_by_a_later_end(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", until(END, "lifetime_budget: 300.00 SGD"))
    reconciler.apply().ended(0)
    sandbox.at("2026-11-23T09:00:20+08:00")
    reconciler("activate").ended(0)
    sandbox.at(ENDED)
    sandbox.person_edits(ADDRESS, lifetime_budget="900000")
    repository.campaign("still", until(LATER, "lifetime_budget: 300.00 SGD"))
    assert "lifetime_budget of acme-sg/still is not as declared" in reconciler.apply().said
    assert sandbox.status(ADDRESS) == "PAUSED"


def test_a_restart_waits_for_the_activation_window(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at(SATURDAY_NIGHT)
    repository.write("project.yaml", "project: acme-agency\npolicies: {activation_window: Mon-Fri 09:00-18:00}\n")
    repository.campaign("still", until("2026-12-10 00:00"))
    told = running.apply().ended(3)
    assert "activation_window" in told.said and "it is turned on by the first run from then on" in told.said
    assert sandbox.status(ADDRESS) == "PAUSED"
    sandbox.at("2026-11-30T09:00:10+08:00")
    running("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_a_twin_that_is_on_holds_a_restart(running: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.at(ENDED)
    twin = sandbox.another_run_makes_a_duplicate(ADDRESS)
    sandbox.control("edit", {"id": twin, "actor": "Mei", "params": {"status": "ACTIVE"}})
    repository.campaign("still", until(LATER))
    assert f"campaign {twin}" in running.apply().said
    assert sandbox.status(ADDRESS) == "PAUSED"


def test_what_is_over_at_meta_is_not_turned_on_before_its_later_end_is_sent(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """That would be a launch in vain, and the end would start it."""
    sandbox.at("2026-11-25T00:00:20+08:00")
    running("activate").ended(0)
    sandbox.at(ENDED)
    repository.campaign("still", until(LATER))
    told = running("activate").ended(0).said
    assert "acme-sg/still has ended at Meta and is to go on: reconciler apply sends the later end" in told
    assert (sandbox.status(ADDRESS), sandbox.status(AD_SET)) == ("PAUSED", "PAUSED")
    running.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def two_ad_sets(end: str, other: str = "") -> str:
    rows = [
        f"  a: {{name: a, countries: [SG], activate_at: 2026-11-23 09:00, deactivate_at: {end}, ads: {{x: {AD}}}}}",
        f"  b: {{name: b, countries: [SG], {other}ads: {{x: {AD}}}}}",
    ]
    return "name: Two\ndaily_budget: 50.00 SGD\nstatus: ACTIVE\nad_sets:\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("alone", [True, False], ids=["it alone", "beside another that runs"])
def test_an_ad_set_with_times_of_its_own_starts_again_as_a_launch(
    *, alone: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    other = "status: PAUSED, " if alone else ""
    repository.campaign("two", two_ad_sets(END, other))
    reconciler.apply().ended(0)
    sandbox.at("2026-11-23T09:00:20+08:00")
    reconciler("activate").ended(0)
    sandbox.at(ENDED)
    sandbox.person_edits("acme-sg/two/a", bid_amount="900")
    sandbox.person_edits("acme-sg/two", daily_budget="500000")
    repository.campaign("two", two_ad_sets(LATER, other))
    said = reconciler.apply().said
    assert ("daily_budget of acme-sg/two is not as declared" in said) == alone
    # What runs beside it spends that budget already, so that this launch spends no more.
    assert sandbox.status("acme-sg/two") == ("PAUSED" if alone else "ACTIVE")
    assert sandbox.status("acme-sg/two/b") == ("PAUSED" if alone else "ACTIVE")


def test_an_ad_set_that_starts_later_does_not_start_its_campaign_s_drifted_budget(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Its campaign was on already, and nothing in it could be delivered."""
    repository.campaign("two", two_ad_sets(LATER, "status: PAUSED, "))
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/two") == "ACTIVE"
    sandbox.person_edits("acme-sg/two", daily_budget="500000")
    sandbox.at("2026-11-23T09:00:20+08:00")
    assert "daily_budget of acme-sg/two is not as declared" in reconciler("activate").said
    assert sandbox.status("acme-sg/two/a") == "PAUSED"


def test_what_is_made_in_a_campaign_with_somebody_s_budget_is_not_told_as_active_at_once(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("two", two_ad_sets(LATER, "status: PAUSED, "))
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/two", daily_budget="500000")
    third = f"  c: {{name: c, countries: [SG], ads: {{x: {AD}}}}}\n"
    repository.campaign("two", two_ad_sets(LATER, "status: PAUSED, ") + third)
    planned = reconciler("plan").out
    assert "ACTIVE at once" not in planned
    assert "PAUSED # stays PAUSED: daily_budget of acme-sg/two is not as declared, see Drift" in planned
    reconciler.apply()
    assert sandbox.status("acme-sg/two/c") == "PAUSED"


def test_what_somebody_turned_on_after_its_end_is_not_started_before_its_new_time(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at("2026-11-25T00:00:20+08:00")
    running("activate").ended(0)
    for address in (f"{AD_SET}/main", AD_SET, ADDRESS):
        sandbox.person_activates(address)
    sandbox.at(ENDED)
    repository.campaign("still", until(LATER).replace("11-23 09:00", "11-28 09:00"))
    told = running.apply().ended(3)
    assert "conflict" in told.said and "would start it at once" in told.said
    assert sandbox.value(AD_SET, "end_time") == "2026-11-25T00:00:00+0800"
    running.apply("--revert-drift").ended(0)
    assert (sandbox.status(ADDRESS), sandbox.value(AD_SET, "end_time")) == ("PAUSED", "2026-11-30T00:00:00+0800")


def test_a_campaign_that_is_turned_on_by_hand_is_left_off_before_its_later_end_goes_out(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    by_hand = STILL + "deactivate_at: {}\n"
    repository.campaign("still", by_hand.format(END))
    reconciler.apply().ended(0)
    for address in (f"{AD_SET}/main", AD_SET, ADDRESS):
        sandbox.person_activates(address)
    sandbox.at(ENDED)
    repository.campaign("still", by_hand.format(LATER))
    assert "it does not start by itself then" in reconciler.apply().ended(0).out
    assert sandbox.status(AD_SET) == "PAUSED" and sandbox.deliverable()["ad"] == 0


def test_a_person_s_own_later_end_in_ads_manager_stops_at_the_declared_one_all_the_same(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at(ENDED)
    sandbox.person_edits(AD_SET, end_time="2026-11-30T00:00:00+0800")
    running("activate").ended(0)
    assert sandbox.status(ADDRESS) == "PAUSED"


STEPS = {"the pause": "stopped", "the later end": "updated", "the launch": "activated"}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_restart_that_is_killed_after_any_of_its_steps_is_finished_by_the_next_run(
    step: str, running: Reconciler, repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.at(ENDED)
    repository.campaign("still", until(LATER))
    with monkeypatch.context() as patched, pytest.raises(Interrupted):
        patched.setattr(Memory, step, interrupt)
        running.apply()
    running.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert sandbox.value(AD_SET, "end_time") == "2026-11-30T00:00:00+0800"
    assert "No changes" in running("plan").ended(0).out


@pytest.mark.parametrize("refused", ["the pause", "the later end"])
def test_no_later_end_goes_out_to_what_could_not_be_paused_and_no_launch_without_it(
    refused: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at(ENDED)
    repository.campaign("still", until(LATER))
    nth = {"the pause": 1, "the later end": 2}[refused]
    sandbox.fault("error", f"^/?{sandbox.id(AD_SET)}$", method="POST", code=100, nth=nth, times=1)
    assert running.apply().status != 0
    assert sandbox.value(AD_SET, "end_time") == "2026-11-25T00:00:00+0800"
    assert sandbox.status(ADDRESS) == "PAUSED"
    running.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


@pytest.mark.parametrize("mend", ["a person pauses it", "its status is managed"])
def test_an_ended_ad_set_whose_status_is_ignored_is_not_started_by_a_later_end(
    mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("two", two_ad_sets(END, "status: PAUSED, "))
    reconciler.apply().ended(0)
    sandbox.at("2026-11-23T09:00:20+08:00")
    reconciler("activate").ended(0)
    sandbox.at(ENDED)
    ignored = two_ad_sets(LATER, "status: PAUSED, ").replace("{name: a, ", "{name: a, lifecycle: {ignore: [status]}, ")
    repository.campaign("two", ignored)
    told = reconciler.apply().ended(3).said
    assert "conflict" in told and "would start it at once" in told and "its status is ignored" in told
    assert sandbox.value("acme-sg/two/a", "end_time") == "2026-11-25T00:00:00+0800"
    if mend == "a person pauses it":
        assert "pause it in Ads Manager and turn it on there once that is sent" in told
        sandbox.person_pauses("acme-sg/two/a")
    else:
        assert "or take status out of lifecycle.ignore" in told
        repository.campaign("two", two_ad_sets(LATER, "status: PAUSED, "))
    reconciler.apply().ended(0)
    assert sandbox.value("acme-sg/two/a", "end_time") == "2026-11-30T00:00:00+0800"
    assert sandbox.status("acme-sg/two/a") == ("PAUSED" if mend == "a person pauses it" else "ACTIVE")
    assert "No changes" in reconciler("plan").ended(0).out


# ---- an earlier start


STARTS = "2026-12-10 09:00"
EARLIER = "2026-11-26 09:00"
PASSED = "2026-11-25 11:00"
NOON = "2026-11-25T12:00:00+08:00"


def starting(start: str) -> str:
    return STILL + f"activate_at: {start}\ndeactivate_at: 2026-12-20 09:00\n"


@pytest.fixture
def waiting(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", starting(STARTS))
    reconciler.apply().ended(0)
    return reconciler


@pytest.fixture
def turned_on_early(waiting: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """By somebody, before the start that Meta keeps."""
    for address in (f"{AD_SET}/main", AD_SET, ADDRESS):
        sandbox.person_activates(address)
    sandbox.at(NOON)
    return waiting


def test_an_earlier_start_of_what_somebody_turned_on_early_is_a_launch_at_that_time(
    turned_on_early: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", starting(EARLIER))
    planned = turned_on_early("plan").ended(0).out
    assert "2 to pause" in planned and f"it is turned on at its time, {EARLIER}" in planned
    turned_on_early.apply().ended(0)
    assert (sandbox.status(ADDRESS), sandbox.status(AD_SET)) == ("PAUSED", "PAUSED")
    assert sandbox.value(AD_SET, "start_time") == "2026-11-26T09:00:00+0800"
    assert "No changes" in turned_on_early("plan").out
    sandbox.at("2026-11-26T09:00:20+08:00")
    turned_on_early("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_a_budget_of_somebody_s_is_not_started_by_an_earlier_start(
    turned_on_early: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(ADDRESS, daily_budget="500000")
    repository.campaign("still", starting(EARLIER))
    turned_on_early.apply()
    sandbox.at("2026-11-26T09:00:20+08:00")
    assert "daily_budget of acme-sg/still is not as declared" in turned_on_early("activate").said
    assert sandbox.status(ADDRESS) == "PAUSED"


@pytest.mark.parametrize("early", [True, False], ids=["turned on early", "off"])
def test_a_start_that_is_moved_to_what_has_passed_starts_now_at_meta_too(
    *, early: bool, waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for address in (f"{AD_SET}/main", AD_SET, ADDRESS) if early else ():
        sandbox.person_activates(address)
    sandbox.at(NOON)
    repository.campaign("still", starting(PASSED))
    assert "Spending now: acme-sg 0 → 50.00 SGD a day" in waiting("plan").ended(0).out
    waiting.apply().ended(0)
    assert sandbox.value(AD_SET, "start_time") == "2026-11-25T11:00:00+0800"
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert "No changes" in waiting("plan").ended(0).out


def test_a_start_that_is_moved_to_long_ago_waits_for_a_person_though_somebody_has_turned_it_on(
    turned_on_early: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", starting("2026-11-20 09:00"))
    assert (
        "Refused (max_lateness): acme-sg/still: was to start 2026-11-20 09:00" in turned_on_early.apply().ended(3).out
    )
    assert (sandbox.status(ADDRESS), sandbox.status(AD_SET)) == ("PAUSED", "PAUSED")
    turned_on_early.apply("--late-activations").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_what_starts_later_at_meta_is_not_turned_on_in_vain_before_its_earlier_start_is_sent(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at(NOON)
    repository.campaign("still", starting(PASSED))
    told = waiting("activate").ended(0).said
    assert "acme-sg/still starts later at Meta and is to begin: reconciler apply sends the earlier start" in told
    assert (sandbox.status(ADDRESS), sandbox.status(AD_SET)) == ("PAUSED", "PAUSED")
    waiting.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_a_later_start_that_somebody_has_set_stays_when_the_declared_one_has_passed(
    waiting: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(AD_SET, start_time="2026-12-15T09:00:00+0800")
    sandbox.at("2026-12-10T09:00:20+08:00")
    waiting.apply()
    assert sandbox.value(AD_SET, "start_time") == "2026-12-15T09:00:00+0800"


def test_an_earlier_start_of_what_ignores_its_status_is_not_sent_while_it_is_on(
    turned_on_early: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    text = starting(EARLIER).replace(
        "\nad:\n", "\nad_sets:\n  main:\n    lifecycle: {ignore: [status]}\n    ads:\n      main:\n"
    )
    head, ad = text.split("      main:\n")
    lines = [f"      {line}" if line.startswith("  ") else line for line in ad.splitlines()]
    repository.campaign("still", head + "      main:\n" + "\n".join(lines) + "\n")
    told = turned_on_early.apply().ended(3).said
    assert "which would start it then without a look before" in told and "its status is ignored" in told
    assert sandbox.value(AD_SET, "start_time") == "2026-12-10T09:00:00+0800"
    sandbox.person_pauses(AD_SET)
    turned_on_early.apply().ended(0)
    assert sandbox.value(AD_SET, "start_time") == "2026-11-26T09:00:00+0800"
