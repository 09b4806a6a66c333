"""Where Meta writes a value in another form than it was sent, or adds one, there is no change, no drift, and no doubt
before a launch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.sandbox import targeting

T, BROAD = "acme-sg/t", "acme-sg/t/broad"
ON = "status: ACTIVE\n"
STRICT = ["FACEBOOK_STRICT", "AN_STRICT", "FEED_STRICT"]


def with_targeting(**more: Any) -> str:
    spec = {"geo_locations": {"countries": ["SG"]}, "age_min": 21, **more}
    return TRAFFIC.replace("{geo_locations: {countries: [SG]}, age_min: 21}", json.dumps(spec))


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_what_comes_of_the_account_s_inventory_filter_is_nobody_s_change(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    reconciler.apply().ended(0)
    sandbox.settings(inventory_filter=STRICT)
    assert set(STRICT) == set(sandbox.value(BROAD, "targeting")["effective_brand_safety_content_filter_levels"])
    if memory == "lost":
        repository.forget_state()
        reconciler.apply().ended(0)
    reconciler.converged()
    writes = len(sandbox.writes())
    reconciler.apply("--revert-drift").ended(0)
    assert len(sandbox.writes()) == writes
    repository.campaign("t", TRAFFIC + ON)
    reconciler.apply().ended(0)
    assert sandbox.status(BROAD) == "ACTIVE"


AD = "acme-sg/still/main/main"
IN_WORDS = [
    {"action.type": "offsite_conversion", "fb_pixel": "5647382910"},
    {"action.type": ["rsvp"], "event": "17"},
]


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_tracking_specs_in_words_are_what_meta_reads_in_lists(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + f"  raw: {json.dumps({'tracking_specs': IN_WORDS})}\n{ON}")
    reconciler.apply().ended(0)
    live = sandbox.value(AD, "tracking_specs")
    assert {"action.type": ["offsite_conversion"], "fb_pixel": ["5647382910"]} in live
    assert sandbox.status(AD) == "ACTIVE"
    if memory == "lost":
        repository.forget_state()
        reconciler.apply().ended(0)
    reconciler.converged()


def test_a_tracking_spec_in_words_that_is_taken_out_is_one_write(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + f"  raw: {json.dumps({'tracking_specs': IN_WORDS})}\n")
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + f"  raw: {json.dumps({'tracking_specs': IN_WORDS[:1]})}\n")
    reconciler.apply().ended(0)
    assert len([w for w in sandbox.writes() if "tracking_specs" in w["params"]]) == 2
    assert all(spec.get("event") != ["17"] for spec in sandbox.value(AD, "tracking_specs"))
    reconciler.converged()


NAMED = {
    "interests": [{"id": "6003107902433", "name": "Football"}],
    "geo_locations": {"cities": [{"key": "2421836", "name": "SG city", "region": "East", "country": "SG"}]},
}


def as_meta_names_them(sandbox: LocalGraph) -> dict[str, Any]:
    spec = json.loads(json.dumps(sandbox.live(BROAD)["data"]["targeting"]))
    spec["interests"][0]["name"] = "Association football (Soccer)"
    spec["geo_locations"]["cities"][0] |= {"name": "Singapore", "region": "Singapore", "region_id": "3263"}
    return dict(spec)


def test_a_name_beside_an_id_is_meta_s_own_word(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", with_targeting(**NAMED))
    reconciler.apply().ended(0)
    sandbox.person_edits(BROAD, targeting=as_meta_names_them(sandbox))
    reconciler.converged()
    repository.campaign("t", with_targeting(**NAMED) + ON)
    reconciler.apply().ended(0)
    assert sandbox.status(BROAD) == "ACTIVE"


def test_another_id_under_the_same_name_is_told(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", with_targeting(**NAMED))
    reconciler.apply().ended(0)
    spec = as_meta_names_them(sandbox)
    spec["interests"][0] = {"id": "6003020834693", "name": "Football"}
    sandbox.person_edits(BROAD, targeting=spec)
    assert {row["path"] for row in reconciler.plan().json["drift"]} == {"targeting.interests[0].id"}


# ---- what Meta shows of regulation and of floors


def test_regulated_categories_that_somebody_has_emptied_are_told_and_hold_a_launch(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    assert "VOLUNTARY_VERIFICATION" in sandbox.value(BROAD, "regional_regulated_categories")
    reconciler.converged()
    sandbox.pass_time(3600)
    sandbox.person_edits(BROAD, regional_regulated_categories=[])
    (row,) = reconciler.plan().json["drift"]
    assert (row["path"], row["actor"]) == ("regional_regulated_categories", None)
    repository.campaign("t", TRAFFIC + ON)
    assert "regional_regulated_categories of acme-sg/t/broad is not as declared" in reconciler.apply().said
    assert sandbox.status(BROAD) == "PAUSED"
    reconciler.apply("--revert-drift").ended(0)
    reconciler.converged()


def test_who_has_changed_a_floor_is_named(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    floor = "bid_strategy: LOWEST_COST_WITH_MIN_ROAS\nbid_constraints: {roas_average_floor: 2.0}\n"
    floor += "optimization_goal: VALUE\nconversion_event: PURCHASE\n"
    repository.campaign("still", STILL + floor)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits("acme-sg/still/main", bid_constraints={"roas_average_floor": 15000})
    (row,) = reconciler.plan().json["drift"]
    assert (row["path"], row["actor"]) == ("bid_constraints.roas_average_floor", "Mei")


def test_without_the_application_nothing_is_ours_and_nothing_is_blamed_on_us(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = targeting._with_additions
    monkeypatch.setattr(targeting, "_with_additions", lambda *given: {**real(*given), "new_default": 1})
    repository.campaign("t", TRAFFIC)
    sandbox.fault("error", "/app$", method="GET", code=100, times=0)
    assert "targeting.new_default" in reconciler.apply().ended(6).said
    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    sandbox.pass_time(3600)
    reconciler.apply("--revert-drift")
    sandbox.pass_time(3600)
    out = reconciler("plan").out
    assert "Drift: acme-sg/t/broad targeting.new_default (none) → 1 (kept)" in out
    assert "Meta does not tell whose token this is" in out
    reconciler.apply("--accept-live").ended(0)
    reconciler.converged()
    sandbox.person_edits(BROAD, daily_budget=9000)
    assert {row["actor"] for row in reconciler.plan().json["drift"]} == {"Mei"}
