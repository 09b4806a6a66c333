"""What Meta says in its own way of what was sent, or alone says: no change, no drift, no doubt before a launch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

T, BROAD = "acme-sg/t", "acme-sg/t/broad"
ON = "status: ACTIVE\n"
STRICT = ["FACEBOOK_STRICT", "AN_STRICT", "FEED_STRICT"]


def targeted(**more: Any) -> str:
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
    repository.campaign("t", targeted(**NAMED))
    reconciler.apply().ended(0)
    sandbox.person_edits(BROAD, targeting=as_meta_names_them(sandbox))
    reconciler.converged()
    repository.campaign("t", targeted(**NAMED) + ON)
    reconciler.apply().ended(0)
    assert sandbox.status(BROAD) == "ACTIVE"


def test_another_id_under_the_same_name_is_told(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", targeted(**NAMED))
    reconciler.apply().ended(0)
    spec = as_meta_names_them(sandbox)
    spec["interests"][0] = {"id": "6003020834693", "name": "Football"}
    sandbox.person_edits(BROAD, targeting=spec)
    assert {row["path"] for row in reconciler.plan().json["drift"]} == {"targeting.interests[0].id"}
