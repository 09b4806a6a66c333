"""Desired, recorded and live: whose change is whose."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

BROAD = "acme-sg/t/broad"


@pytest.fixture
def live(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("t", TRAFFIC)
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


CHANGES = (
    (BROAD, {"daily_budget": 4000}, "daily_budget", "20.00 SGD → 40.00 SGD"),
    (BROAD, {"name": "Broader"}, "name", '"Broad" → "Broader"'),
    (
        BROAD,
        {"targeting": {"geo_locations": {"countries": ["MY"]}}},
        "targeting.geo_locations.countries",
        '["SG"] → ["MY"]',
    ),
    ("acme-sg/still", {"daily_budget": 9900}, "daily_budget", "50.00 SGD → 99.00 SGD"),
    ("acme-sg/t/broad/still", {"name": "Other"}, "name", '"Always on" → "Other"'),
)


@pytest.mark.parametrize(("address", "params", "name", "step"), CHANGES, ids=lambda v: v if isinstance(v, str) else "")
@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_a_field_changed_in_ads_manager_is_kept_and_told_with_its_author(
    address: str,
    params: dict[str, object],
    name: str,
    step: str,
    memory: str,
    live: Reconciler,
    repository: Repository,
    sandbox: LocalGraph,
) -> None:
    sandbox.person_edits(address, actor="Wei Ling", **params)
    if memory == "lost":
        repository.forget_state()
    writes = len(sandbox.writes())
    for _ in range(2):
        applied = live.apply().ended(0)
        told = next(line for line in applied.out.splitlines() if line.startswith(f"Drift: {address} {name} {step}"))
        assert told.endswith("by Wei Ling in Ads Manager, 2026-11-21 11:00 +08 (kept)")
    assert len(sandbox.writes()) == writes
    live("drift").ended(2)
    assert live.plan().json["drift"][0]["actor"] == "Wei Ling"


def test_revert_drift_writes_the_yaml_s_value_back(live: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    assert "(reverted)" in live.apply("--revert-drift").ended(0).out
    assert sandbox.value(BROAD, "daily_budget") == "2000"
    live.converged()


def test_the_policy_revert_does_so_by_itself(live: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    repository.write("project.yaml", "project: acme-agency\npolicies: {drift: revert}\n")
    live.apply().ended(0)
    assert sandbox.value(BROAD, "daily_budget") == "2000"


def test_what_nobody_declared_is_left_alone(live: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/still", spend_cap=90000)
    sandbox.person_edits(BROAD, pacing_type=["standard"])
    live.converged()


def test_a_field_changed_on_both_sides_is_refused(
    live: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    repository.edit_campaign("t", "20.00", "30.00")
    writes = len(sandbox.writes())
    refused = live.apply().ended(3)
    assert "Refused (conflict): acme-sg/t/broad: daily_budget was changed on both sides" in refused.out
    for figure in ("20.00 SGD", "40.00 SGD", "30.00 SGD", "desired/campaigns/acme-sg/t.yaml:6"):
        assert figure in refused.out
    assert len(sandbox.writes()) == writes
    live.apply("--revert-drift").ended(0)
    assert sandbox.value(BROAD, "daily_budget") == "3000"
    live.converged()


def test_the_same_change_on_both_sides_is_no_conflict(
    live: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=3000)
    repository.edit_campaign("t", "20.00", "30.00")
    writes = len(sandbox.writes())
    live.converged()
    live.apply().ended(0)
    assert len(sandbox.writes()) == writes
    repository.edit_campaign("t", "30.00", "31.00")
    assert live.plan().ended(0).actions == [("update", BROAD)]


def test_a_change_beside_drift_is_applied_and_the_drift_stays(
    live: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    repository.edit_campaign("t", "name: Broad", "name: Broad SG")
    live.apply().ended(0)
    assert (sandbox.value(BROAD, "name"), sandbox.value(BROAD, "daily_budget")) == ("Broad SG", "4000")
    assert [d["field"] for d in live.plan().json["drift"]] == ["daily_budget"]


def test_an_ignored_field_is_neither_drift_nor_changed(
    live: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("t", "    name: Broad", "    lifecycle: {ignore: [daily_budget]}\n    name: Broad")
    sandbox.person_edits(BROAD, daily_budget=4000)
    live.converged()
    repository.edit_campaign("t", "20.00", "25.00")
    live.converged()


def test_drift_that_goes_back_is_no_drift_any_more(live: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    live("drift").ended(2)
    sandbox.person_edits(BROAD, daily_budget=2000)
    live("drift").ended(0)
    live.converged()


def test_a_creative_that_a_person_changed_is_drift_in_the_buyer_s_words(live: Reconciler, sandbox: LocalGraph) -> None:
    other = next(n["id"] for n in sandbox.nodes("creative") if n["id"] != _creative(sandbox))
    sandbox.person_posts("acme-sg/still/main/main", creative={"creative_id": other})
    drift = live.plan().ended(0).json["drift"]
    assert {"headline", "primary_text", "image"} <= {d["field"] for d in drift}
    assert {d["address"] for d in drift} == {"acme-sg/still/main/main"}


def _creative(sandbox: LocalGraph) -> str:
    return str(sandbox.live("acme-sg/still/main/main")["data"]["creative"])
