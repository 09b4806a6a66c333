"""Declared, recorded and live values are compared: who changed what."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.render.inert import inert

BROAD = "acme-sg/t/broad"


@pytest.fixture
def two_applied(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
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
        "SG → MY",
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
    two_applied: Reconciler,
    repository: Repository,
    sandbox: LocalGraph,
) -> None:
    sandbox.person_edits(address, actor="Wei Ling", **params)
    if memory == "lost":
        repository.forget_state()
    writes = len(sandbox.writes())
    for _ in range(2):
        applied = two_applied.apply().ended(0)
        drift_line = next(
            line for line in applied.out.splitlines() if line.startswith(f"Drift: {address} {name} {step}")
        )
        assert drift_line.endswith("by Wei Ling in Ads Manager, 2026-11-21 11:00 +08 (kept)")
    assert len(sandbox.writes()) == writes
    two_applied("drift").ended(2)
    assert two_applied.plan().json["drift"][0]["actor"] == "Wei Ling"


def test_revert_drift_writes_the_yaml_s_value_back(two_applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    assert "(reverted)" in two_applied.apply("--revert-drift").ended(0).out
    assert sandbox.value(BROAD, "daily_budget") == "2000"
    two_applied.converged()


def test_the_policy_revert_does_so_by_itself(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    repository.write("project.yaml", "project: acme-agency\npolicies: {drift: revert}\n")
    two_applied.apply().ended(0)
    assert sandbox.value(BROAD, "daily_budget") == "2000"


def test_what_nobody_declared_is_left_alone(two_applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/still", spend_cap=90000)
    sandbox.person_edits(BROAD, pacing_type=["standard"])
    two_applied.converged()


def test_a_field_changed_on_both_sides_is_refused(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    repository.edit_campaign("t", "20.00", "30.00")
    writes = len(sandbox.writes())
    refused = two_applied.apply().ended(3)
    assert "Refused (conflict): acme-sg/t/broad: daily_budget was changed on both sides" in refused.out
    for figure in ("20.00 SGD", "40.00 SGD", "30.00 SGD", "desired/campaigns/acme-sg/t.yaml:6"):
        assert figure in refused.out
    assert len(sandbox.writes()) == writes
    two_applied.apply("--revert-drift").ended(0)
    assert sandbox.value(BROAD, "daily_budget") == "3000"
    two_applied.converged()


def test_the_same_change_on_both_sides_is_no_conflict(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=3000)
    repository.edit_campaign("t", "20.00", "30.00")
    writes = len(sandbox.writes())
    two_applied.converged()
    two_applied.apply().ended(0)
    assert len(sandbox.writes()) == writes
    repository.edit_campaign("t", "30.00", "31.00")
    assert two_applied.plan().ended(0).actions == [("update", BROAD)]


def test_a_change_beside_drift_is_applied_and_the_drift_stays(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    repository.edit_campaign("t", "name: Broad", "name: Broad SG")
    two_applied.apply().ended(0)
    assert (sandbox.value(BROAD, "name"), sandbox.value(BROAD, "daily_budget")) == ("Broad SG", "4000")
    assert [d["field"] for d in two_applied.plan().json["drift"]] == ["daily_budget"]


def test_an_ignored_field_is_neither_drift_nor_changed(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("t", "    name: Broad", "    lifecycle: {ignore: [daily_budget]}\n    name: Broad")
    sandbox.person_edits(BROAD, daily_budget=4000)
    two_applied.converged()
    repository.edit_campaign("t", "20.00", "25.00")
    two_applied.converged()


def test_drift_that_goes_back_is_no_drift_any_more(two_applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(BROAD, daily_budget=4000)
    two_applied("drift").ended(2)
    sandbox.person_edits(BROAD, daily_budget=2000)
    two_applied("drift").ended(0)
    two_applied.converged()


def test_a_creative_that_a_person_changed_is_drift_in_the_buyer_s_words(
    two_applied: Reconciler, sandbox: LocalGraph
) -> None:
    other = next(n["id"] for n in sandbox.nodes("creative") if n["id"] != _creative(sandbox))
    sandbox.person_posts("acme-sg/still/main/main", creative={"creative_id": other})
    drift = two_applied.plan().ended(0).json["drift"]
    assert {"headline", "primary_text", "image"} <= {d["field"] for d in drift}
    assert {d["address"] for d in drift} == {"acme-sg/still/main/main"}


def _creative(sandbox: LocalGraph) -> str:
    return str(sandbox.live("acme-sg/still/main/main")["data"]["creative"])


# ---- nobody is named for a change that another has made


NOBODY = "by Meta or somebody that the log does not name (kept)"


def drift_line(reconciler: Reconciler, place: str) -> str:
    return next(line for line in reconciler("plan").out.splitlines() if line.startswith(f"Drift: {place} "))


def changed_targeting(sandbox: LocalGraph) -> dict[str, object]:
    return {**sandbox.live(BROAD)["data"]["targeting"], "age_min": 30}


def test_our_own_write_of_hours_ago_is_not_what_somebody_has_done_since(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    two_applied.apply().ended(0)
    sandbox.pass_time(3600)
    two_applied.converged()
    sandbox.meta_changes(BROAD, targeting=changed_targeting(sandbox))
    assert drift_line(two_applied, f"{BROAD} targeting.age_min").endswith(NOBODY)
    assert two_applied.plan().json["drift"][0]["actor"] is None


def test_who_has_changed_it_before_it_was_as_declared_again_has_not_changed_it_since(
    two_applied: Reconciler, sandbox: LocalGraph
) -> None:
    before = sandbox.live(BROAD)["data"]["targeting"]
    sandbox.person_edits(BROAD, targeting=changed_targeting(sandbox))
    two_applied.apply("--revert-drift").ended(0)
    assert sandbox.live(BROAD)["data"]["targeting"] == before
    sandbox.pass_time(3600)
    two_applied.apply().ended(0)
    sandbox.meta_changes(BROAD, targeting=changed_targeting(sandbox))
    assert drift_line(two_applied, f"{BROAD} targeting.age_min").endswith(NOBODY)


def test_who_has_changed_what_is_known_for_hours_is_still_named(two_applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(BROAD, targeting=changed_targeting(sandbox))
    sandbox.pass_time(3600)
    two_applied("sync").ended(0)
    sandbox.pass_time(3600)
    assert "by Mei in Ads Manager, 2026-11-21 11:00 +08" in drift_line(two_applied, f"{BROAD} targeting.age_min")
    sandbox.meta_changes(BROAD, targeting={**changed_targeting(sandbox), "genders": [1]})
    assert "by Mei in Ads Manager" in drift_line(two_applied, f"{BROAD} targeting.age_min")
    assert drift_line(two_applied, f"{BROAD} targeting.genders").endswith(NOBODY)


def test_a_conflict_names_nobody_who_wrote_before_the_last_look(
    two_applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(BROAD, daily_budget=2000, name="Broad")
    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    two_applied.apply().ended(0)
    sandbox.pass_time(3600)
    two_applied.apply().ended(0)
    sandbox.meta_changes(BROAD, targeting=changed_targeting(sandbox))
    repository.edit_campaign("t", "age_min: 25", "age_min: 27")
    refused = two_applied.apply().ended(3).out
    assert "targeting was changed on both sides" in refused
    assert "(by " not in refused


def test_where_the_log_is_not_read_nothing_is_said_of_what_it_names(
    two_applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.meta_changes(BROAD, targeting=changed_targeting(sandbox))
    sandbox.fault("error", "/activities", method="GET", times=0, code=200, http=403)
    assert "the log" not in drift_line(two_applied, f"{BROAD} targeting.age_min")


@pytest.fixture
def paused_and_changed_on_both_sides(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """A person has paused a campaign that runs and changed its budget, which the YAML changes too."""
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits("acme-sg/still", daily_budget=7000)
    sandbox.person_pauses("acme-sg/still")
    repository.edit_campaign("still", "50.00", "60.00")
    return reconciler


def test_the_mend_of_a_conflict_says_that_it_also_turns_on_what_a_person_has_paused(
    paused_and_changed_on_both_sides: Reconciler, sandbox: LocalGraph
) -> None:
    said = paused_and_changed_on_both_sides("plan").ended(3).out
    way = "reconciler apply --revert-drift --target acme-sg/still to overwrite it"
    assert f"{way}; that also turns acme-sg/still on again" in said
    paused_and_changed_on_both_sides.apply("--revert-drift", "--target", "acme-sg/still").ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"


def test_the_way_back_from_one_drift_says_that_it_also_turns_on_what_a_person_has_paused(
    paused_and_changed_on_both_sides: Reconciler, repository: Repository
) -> None:
    repository.edit_campaign("still", "60.00", "50.00")
    said = paused_and_changed_on_both_sides("plan").ended(0).out.splitlines()
    way = said[next(n for n, line in enumerate(said) if line.startswith("Drift: acme-sg/still daily_budget")) + 1]
    assert way.endswith("--revert-drift --target acme-sg/still; that also turns acme-sg/still on again")


def test_a_plan_that_turns_on_what_a_person_has_paused_says_so_first(
    paused_and_changed_on_both_sides: Reconciler, tmp_path: Path
) -> None:
    comment, page = tmp_path / "plan.md", tmp_path / "plan.html"
    run = paused_and_changed_on_both_sides("plan", "--revert-drift", "--markdown", str(comment), "--html", str(page))
    told = "acme-sg/still, which was paused, by Mei in Ads Manager, 2026-11-21 11:00 +08"
    assert run.ended(0).out.splitlines()[0] == f"Turns on again: {told}"
    assert f"<b>Turns on again</b>: {inert(told)}" in comment.read_text("utf-8")
    assert f"Turns on again: {told}" in page.read_text("utf-8")
