"""Settings that no field here declares: what `import` writes of them under `raw`, what it tells, and what Meta itself
has put there. Nothing that decides about delivery or money is lost without a word."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import yaml
from support.command import Reconciler
from support.existing import World, imported, settled
from support.repository import Repository
from support.sandbox import ACCOUNT, LocalGraph

PIXEL = "5647382910"
SALES = {"pixel_id": PIXEL, "custom_event_type": "PURCHASE"}


@pytest.fixture
def world(sandbox: LocalGraph) -> World:
    return World(sandbox)


def ad(world: World, ad_set: str, **more: Any) -> str:
    shown = {"creative_id": world.creative(object_story_spec=world.story())}
    return world.sandbox.person_makes("ads", account=ACCOUNT, adset_id=ad_set, name="Old ad", creative=shown, **more)


def levels(found: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The one campaign of an import, its ad set and its ad, as the file has them."""
    (text,) = [text for name, text in found["files"].items() if "/campaigns/" in name]
    campaign = yaml.safe_load(text)
    ad_set = next(iter(campaign["ad_sets"].values())) if "ad_sets" in campaign else campaign
    return campaign, ad_set, ad_set.get("ad") or next(iter(ad_set["ads"].values()))


CAMPAIGN = {
    "is_skadnetwork_attribution": True,
    "is_reels_trending_ads_enabled": True,
}
AD_SET = {
    "value_rule_set_id": "190000000000001",
    "value_rules_applied": True,
    "placement_soft_opt_out": {"facebook_positions": ["right_hand_column"]},
    "min_budget_spend_percentage": 20,
    "is_incremental_attribution_enabled": True,
}
AD = {
    "ad_schedule_start_time": "2026-12-10T09:00:00+0800",
    "ad_schedule_end_time": "2026-12-20T09:00:00+0800",
}


def test_settings_that_raw_can_say_are_written_where_they_stand(
    world: World, repository: Repository, reconciler: Reconciler
) -> None:
    ad(world, world.ad_set(world.campaign(**CAMPAIGN), **AD_SET), **AD)
    found = settled(reconciler)
    assert [level["raw"] for level in levels(found)] == [CAMPAIGN, AD_SET, AD]
    assert found["notes"] == []


def test_settings_that_are_as_meta_has_them_by_default_are_not_written_as_choices(
    world: World, repository: Repository, reconciler: Reconciler
) -> None:
    campaign = world.campaign(smart_promotion_type="GUIDED_CREATION", is_skadnetwork_attribution=False)
    ad_set = world.ad_set(campaign, pacing_type=["standard"], multi_optimization_goal_weight="UNDEFINED")
    ad(world, ad_set)
    found = settled(reconciler)
    assert not any("raw" in level for level in levels(found))
    assert found["notes"] == []


def test_a_campaign_that_is_paced_by_the_hour_is_imported_with_its_pacing_and_the_hours_of_its_ad_sets(
    world: World, repository: Repository, reconciler: Reconciler
) -> None:
    hours = [{"start_minute": 540, "end_minute": 1080, "days": [1, 2, 3, 4, 5], "timezone_type": "USER"}]
    campaign = world.campaign(daily_budget=None, lifetime_budget=90000, pacing_type=["day_parting"])
    ad(world, world.ad_set(campaign, adset_schedule=hours, end_time="2026-12-31T23:59:00+0800"))
    found = settled(reconciler)
    assert found["left_out"] == []
    above, below, _ = levels(found)
    assert above["raw"] == {"pacing_type": ["day_parting"]}
    assert below["raw"] == {"adset_schedule": hours}


TOLD = {
    "campaign": {"is_meta_moment_maker_enabled": True},
    "ad_set": {"existing_customer_budget_percentage": 20, "lifetime_imps": 500000},
}


def test_settings_that_no_yaml_says_are_told_with_their_values(
    world: World, repository: Repository, reconciler: Reconciler
) -> None:
    ad(world, world.ad_set(world.campaign(**TOLD["campaign"]), **TOLD["ad_set"]))
    found = settled(reconciler)
    told = [note["text"].partition(" stays at Meta")[0] for note in found["notes"]]
    assert told == [f"{name} {json.dumps(value)}" for level in TOLD.values() for name, value in level.items()]
    assert not any("raw" in level for level in levels(found))


def test_a_campaign_of_a_former_type_is_told(world: World, repository: Repository, reconciler: Reconciler) -> None:
    campaign = world.campaign()
    ad(world, world.ad_set(campaign))
    state = world.sandbox.control("world", method="GET")
    node = next(one for one in state["nodes"] if one["id"] == campaign)
    node["data"]["smart_promotion_type"] = "AUTOMATED_SHOPPING_ADS"
    world.sandbox.control("world", state)
    (note,) = imported(reconciler, "--dry-run")["notes"]
    assert note["text"].startswith('smart_promotion_type "AUTOMATED_SHOPPING_ADS" stays at Meta, and no YAML says it')


TRACKED = {
    "another pixel": [{"action.type": ["offsite_conversion"], "fb_pixel": ["999000999"]}],
    "events outside the web": [{"action.type": ["offline_conversion"], "dataset": [PIXEL]}],
    "one event of the pixel": [
        {"action.type": ["offsite_conversion"], "fb_pixel": [PIXEL], "fb_pixel_event": ["Lead"]}
    ],
}


@pytest.mark.parametrize("specs", TRACKED.values(), ids=TRACKED)
def test_of_what_an_ad_tracks_only_what_somebody_has_added_is_written(
    specs: list[dict[str, Any]], world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    campaign = world.campaign(objective="OUTCOME_SALES")
    ad_set = world.ad_set(campaign, optimization_goal="OFFSITE_CONVERSIONS", promoted_object=SALES)
    one = ad(world, ad_set, tracking_specs=specs)
    assert len(sandbox.read(one, "tracking_specs")["tracking_specs"]) == 3
    found = settled(reconciler)
    assert levels(found)[2]["raw"] == {"tracking_specs": specs}


def test_what_meta_tracks_by_itself_is_not_written(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    campaign = world.campaign(objective="OUTCOME_SALES")
    one = ad(world, world.ad_set(campaign, optimization_goal="OFFSITE_CONVERSIONS", promoted_object=SALES))
    assert len(sandbox.read(one, "tracking_specs")["tracking_specs"]) == 2
    assert "raw" not in levels(settled(reconciler))[2]


def test_a_pixel_that_the_ad_set_does_not_promote_is_tracked_by_choice(
    world: World, repository: Repository, reconciler: Reconciler
) -> None:
    specs = [{"action.type": ["offsite_conversion"], "fb_pixel": [PIXEL]}]
    ad(world, world.ad_set(world.campaign()), tracking_specs=specs)
    assert levels(settled(reconciler))[2]["raw"] == {"tracking_specs": specs}


def test_settings_of_a_new_ad_set_are_written_or_told_by_pull_new(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    ad(world, world.ad_set(world.campaign()))
    settled(reconciler)
    new = world.ad_set(sandbox.id("acme-sg/old"), "New set", existing_customer_budget_percentage=20, **AD_SET)
    ad(world, new, **AD)
    found = reconciler("pull", "--new", "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["left_out"]) == (0, 0, [])
    (note,) = found["notes"]
    assert note["text"].startswith("existing_customer_budget_percentage 20 stays at Meta")
    (text,) = found["files"].values()
    below = yaml.safe_load(text)["ad_sets"]["new-set"]
    assert below["raw"] == AD_SET
    assert (below.get("ad") or next(iter(below["ads"].values())))["raw"] == AD


def test_the_settings_are_read_in_the_listings_that_are_made_anyway(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    ad(world, world.ad_set(world.campaign(**CAMPAIGN), **AD_SET), **AD)
    sandbox.forget_calls()
    imported(reconciler, "--dry-run")
    read = Counter(call["path"].rpartition("/")[2] for call in sandbox.calls("GET"))
    assert [read[edge] for edge in ("campaigns", "adsets", "ads")] == [2, 2, 2]  # what is there, and what is archived
    assert not read.keys() & {sandbox.nodes(kind)[0]["id"] for kind in ("campaign", "ad_set", "ad")}


def test_a_setting_that_meta_refuses_to_list_is_told_and_the_rest_is_imported(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    ad(world, world.ad_set(world.campaign(), **AD_SET))
    message = "(#100) Tried accessing nonexisting field (value_rules_applied) on node type (AdCampaign)"
    sandbox.fault("error", "/adsets$", method="GET", code=100, message=message, times=1)
    found = imported(reconciler, "--dry-run")
    assert [note["text"] for note in found["notes"]] == [
        "Meta does not show value_rules_applied of ad sets; what is set there is in no file"
    ]
    assert levels(found)[1]["raw"] == {name: value for name, value in AD_SET.items() if name != "value_rules_applied"}
