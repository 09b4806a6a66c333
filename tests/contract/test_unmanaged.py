"""What a person adds to a campaign of ours spends too: it is counted, told, and never written to."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

OWN_BUDGET = {"daily_budget": 4000, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
RUNNING = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")
CAPPED = "project: acme-agency\npolicies: {max_daily_budget: 60.00 SGD}\n"


def add_ad_set(sandbox: LocalGraph, address: str, **params: object) -> str:
    """An ad set with an ad, both ACTIVE, without a label of ours, in the campaign of the address. Its id."""
    made = sandbox.person_makes(
        "adsets",
        name="Retargeting",
        campaign_id=sandbox.id(address),
        optimization_goal="LINK_CLICKS",
        billing_event="IMPRESSIONS",
        targeting={"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}},
        **{"status": "ACTIVE", **params},
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
    add_ad_set(sandbox, "acme-sg/still")
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
