"""What a person adds to our campaign spends money, too: it is counted and reported, and never written to."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph, label_of

OWN_BUDGET = {"daily_budget": 4000, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
RUNNING = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")
CAPPED = "project: acme-agency\npolicies: {max_daily_budget: 60.00 SGD}\n"


def add_ad_set(sandbox: LocalGraph, address: str, **params: object) -> str:
    """An ad set with an ad, both ACTIVE, without a label of ours, in the campaign of the address. Its id."""
    made = sandbox.person_makes(
        "adsets",
        name="Retargeting",
        campaign_id=sandbox.id(address),
        billing_event="IMPRESSIONS",
        targeting={"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}},
        **{"status": "ACTIVE", "optimization_goal": "LINK_CLICKS", **params},
    )
    creative = sandbox.read(sandbox.objects("ad")[0]["id"], "creative")["creative"]["id"]
    sandbox.person_makes("ads", name="Theirs", adset_id=made, creative={"creative_id": creative}, status="ACTIVE")
    return made


@pytest.fixture
def running(repository: Repository, reconciler: Reconciler) -> Repository:
    repository.campaign("t", RUNNING)
    reconciler.apply().ended(0)
    return repository


def test_a_persons_ad_set_in_our_campaign_is_counted_and_told(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    theirs = add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET)
    plan = reconciler.plan().ended(0)
    assert plan.json["spend"]["acme-sg"]["active_before"] == 6000
    assert plan.json["spend"]["acme-sg"]["active_after"] == 6000
    assert any(f"ad_set {theirs}" in note for note in plan.json["notes"])


def test_a_persons_paused_ad_set_spends_nothing(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET, status="PAUSED")
    assert reconciler.plan().ended(0).json["spend"]["acme-sg"]["active_before"] == 2000


def test_a_campaigns_cap_takes_a_persons_ad_set_in(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    theirs = add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET)
    running.write("project.yaml", CAPPED)
    reconciler.plan().ended(0)
    running.edit_campaign("t", "20.00", "30.00")
    refused = reconciler.apply().ended(3)
    assert "70.00 SGD a day is over the limit of 60.00 SGD" in refused.out
    assert theirs in refused.out
    assert sandbox.value("acme-sg/t/broad", "daily_budget") == "2000"


def test_a_campaigns_budget_is_spent_by_a_persons_ad_set_alone(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget"))
    reconciler.apply().ended(0)
    # Ad sets that share a campaign's budget share its goal.
    alike = {"promoted_object": sandbox.value("acme-sg/still/main", "promoted_object")}
    add_ad_set(sandbox, "acme-sg/still", optimization_goal="OFFSITE_CONVERSIONS", **alike)
    sandbox.person_pauses("acme-sg/still/main")
    assert reconciler.plan().json["spend"]["acme-sg"]["active_after"] == 5000


def test_what_a_person_added_is_never_written_to(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    theirs = add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET)
    before = len(sandbox.writes())
    running.edit_campaign("t", "20.00", "30.00")
    reconciler.apply().ended(0)
    running.campaign("still", STILL)
    running.remove("t")
    reconciler.apply().ended(0)
    assert theirs not in {str(write.get("id")) for write in sandbox.writes()[before:]}
    assert sandbox.read(theirs, "status")["status"] == "ACTIVE"


# ---- a label that was taken off


@pytest.mark.parametrize("yaml", ["there", "gone"])
@pytest.mark.parametrize("at", ["acme-sg/t", "acme-sg/t/broad"])
def test_what_lost_its_label_is_counted_while_what_is_in_it_keeps_its_own(
    at: str, yaml: str, running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    one = sandbox.id(at)
    sandbox.person_edits(at, adlabels=[])
    running.forget_state()
    if yaml == "gone":
        running.remove("t")
        running.campaign("still", STILL)
    plan = reconciler.plan().ended(3)
    assert plan.json["spend"]["acme-sg"]["active_before"] == 2000
    (note,) = [note for note in plan.json["notes"] if f" {one} " in note]
    assert "carries no label of ours" in note and "somebody" not in note


@pytest.mark.parametrize("yaml", ["there", "gone"])
def test_the_budget_of_a_campaign_that_lost_its_label_is_counted(
    yaml: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget"))
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/still", adlabels=[])
    repository.forget_state()
    if yaml == "gone":
        repository.remove("still")
        repository.campaign("t", TRAFFIC)
    assert reconciler.plan().ended(3).json["spend"]["acme-sg"]["active_before"] == 5000


def test_what_a_person_added_is_counted_beside_a_label_that_was_taken_off(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET)
    sandbox.person_edits("acme-sg/t", adlabels=[])
    running.forget_state()
    assert reconciler.plan().ended(3).json["spend"]["acme-sg"]["active_before"] == 6000


@pytest.mark.parametrize("at", ["acme-sg/t", "acme-sg/t/broad"])
def test_the_label_that_the_refusal_names_brings_it_back(
    at: str, running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    one = sandbox.id(at)
    sandbox.person_edits(at, adlabels=[])
    running.forget_state()
    (refusal,) = reconciler.plan().ended(3).json["refusals"]
    assert (
        f"put the label {label_of(at)} back on {'ad_set' if at.count('/') > 1 else 'campaign'} {one}"
        in refusal["message"]
    )
    sandbox.control("edit", {"id": one, "actor": "Mei", "params": {"adlabels": [{"name": label_of(at)}]}})
    reconciler.apply().ended(0)
    reconciler.converged()
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_nothing_is_made_where_only_an_ad_has_kept_its_label(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for at in ("acme-sg/t", "acme-sg/t/broad"):
        sandbox.person_edits(at, adlabels=[])
    running.forget_state()
    made = len(sandbox.objects("campaign"))
    assert reconciler.apply().ended(3).out.count("Refused (copy)") == 1
    assert len(sandbox.objects("campaign")) == made


# ---- what goes with the campaign that it stands in

WAYS = {
    "delete": "to be deleted",
    "archive": "to be archived",
    "pause": "to be paused",
    "replace": "archived and replaced",
}


@pytest.mark.parametrize("way", WAYS)
def test_the_note_says_that_an_addition_goes_with_its_campaign(
    way: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    kept = f"name: Always on\nlifecycle: {{on_remove: {way}}}" if way != "replace" else "name: Always on"
    repository.campaign("t", RUNNING.replace("name: Always on", kept))
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    theirs = add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET)
    if way == "replace":
        repository.edit_campaign("t", "OUTCOME_TRAFFIC", "OUTCOME_ENGAGEMENT\nlifecycle: {replace: true}")
    else:
        repository.remove("t")
    plan = reconciler.plan().ended(0)
    (note,) = [note for note in plan.json["notes"] if theirs in note]
    assert WAYS[way] in note and "left as it is" not in note
    spend = plan.json["spend"]["acme-sg"]
    assert (spend["active_before"], spend["active_after"]) == (6000, 2000 if way == "replace" else 0)
    reconciler.apply().ended(0)
    assert reconciler.plan().json["spend"]["acme-sg"]["active_before"] == spend["active_after"]


def test_a_cap_does_not_take_in_what_goes_with_the_campaign_that_is_replaced(
    running: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    add_ad_set(sandbox, "acme-sg/t", **OWN_BUDGET)
    running.write("project.yaml", CAPPED.replace("60.00", "50.00"))
    running.edit_campaign("t", "OUTCOME_TRAFFIC", "OUTCOME_ENGAGEMENT\nlifecycle: {replace: true}")
    reconciler.plan().ended(0)
