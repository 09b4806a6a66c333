"""What an ad shows and no word of YAML says is somebody's: told, never overwritten unasked, and never launched."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from support.command import Reconciler
from support.existing import World, imported, settled
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

AD = "acme-sg/still/main/main"
TIMED = STILL + "activate_at: 2026-11-21 12:00\n"
START = "2026-11-21T12:00:00+08:00"
CARD = {"link": "https://phish.example/", "name": "x"}
TEXTS = {
    "bodies": [{"text": "Shop."}, {"text": "Mei's second text"}],
    "titles": [{"text": "Outlet"}],
    "link_urls": [{"website_url": "https://acme.example/outlet"}],
    "call_to_action_types": ["SHOP_NOW"],
    "ad_formats": ["SINGLE_IMAGE"],
    "optimization_type": "DEGREES_OF_FREEDOM",
}
GROUPS = {
    "groups": [
        {
            "group_uuid": "00000000-0000-4000-8000-000000000001",
            "images": [{"hash": "aaaa0123456789abcdef0123456789ab"}],
            "texts": [{"text": "Shown one", "text_type": "primary_text"}, {"text": "two", "text_type": "primary_text"}],
        }
    ]
}


def shown(sandbox: LocalGraph) -> str:
    """The id of the ad's creative."""
    return str(sandbox.value(AD, "creative")["id"])


def shows(sandbox: LocalGraph, name: str = "Mei's", part: dict[str, Any] | None = None, **beside: Any) -> str:
    """Somebody puts another creative on the ad: the same, with something else in its story or beside it."""
    story = sandbox.read(sandbox.id(AD), "creative{object_story_spec}")["creative"]["object_story_spec"]
    data = {key: value for key, value in story["link_data"].items() if key not in ("picture", "image_url")}
    story = {"page_id": story["page_id"], "link_data": {**data, **(part or {})}}
    made = sandbox.person_makes("adcreatives", name=name, object_story_spec=story, **beside)
    sandbox.person_posts(AD, creative={"creative_id": made})
    return made


BESIDE: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "a carousel": ({"child_attachments": [CARD, CARD]}, {}, "object_story_spec", "it is a carousel now"),
    "another link": ({"link": "https://phish.example/"}, {}, "object_story_spec", "link https://phish.example/"),
    "a shown address": ({"caption": "phish.example"}, {}, "object_story_spec", "caption phish.example"),
    "a second text": ({}, {"asset_feed_spec": TEXTS}, "asset_feed_spec", "it mixes several assets"),
    "a sponsor": (
        {},
        {"instagram_branded_content": {"sponsor_id": "17"}},
        "instagram_branded_content",
        "sponsor_id 17",
    ),
    "site links": (
        {},
        {"creative_sourcing_spec": {"site_links_spec": [{"site_link_url": "https://phish.example/"}]}},
        "creative_sourcing_spec",
        "https://phish.example/",
    ),
    "no ads beside it": (
        {},
        {"contextual_multi_ads": {"enroll_status": "OPT_OUT"}},
        "contextual_multi_ads",
        "enroll_status OPT_OUT",
    ),
    "an enhancement": (
        {},
        {"degrees_of_freedom_spec": {"creative_features_spec": {"image_touchups": {"enroll_status": "OPT_IN"}}}},
        "degrees_of_freedom_spec",
        "OPT_IN",
    ),
    "a description": ({"description": "Mei's"}, {}, "description", '"Mei\'s"'),
}


@pytest.fixture
def applied(reconciler: Reconciler, repository: Repository) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    return reconciler


@pytest.mark.parametrize(("part", "beside", "name", "told"), BESIDE.values(), ids=BESIDE)
def test_what_somebody_has_made_of_an_ad_is_drift_and_no_change_goes_over_it(
    part: dict[str, Any], beside: dict[str, Any], name: str, told: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    before = shown(sandbox)
    theirs = shows(sandbox, part=part, **beside)
    drift = applied("drift").ended(2).out
    assert f"Drift: {AD} {name} " in drift and told in drift and "by Mei" in drift
    applied.repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    refused = applied.apply().ended(3)
    assert "a change of headline" in refused.said and name in refused.said
    assert shown(sandbox) == theirs
    applied.repository.edit_campaign("still", "headline: Sale", "headline: Outlet")
    assert [each["field"] for each in applied.plan().json["drift"]] == [name]
    applied.apply("--revert-drift").ended(0)
    assert shown(sandbox) == before
    applied.converged()


@pytest.mark.parametrize(("part", "beside", "name", "told"), BESIDE.values(), ids=BESIDE)
def test_what_somebody_has_made_of_an_ad_is_not_turned_on(
    part: dict[str, Any],
    beside: dict[str, Any],
    name: str,
    told: str,
    reconciler: Reconciler,
    repository: Repository,
    sandbox: LocalGraph,
) -> None:
    repository.campaign("still", TIMED)
    reconciler.apply().ended(0)
    before = shown(sandbox)
    shows(sandbox, part=part, **beside)
    sandbox.at(START)
    said = reconciler("activate").said
    assert name in said and "is live and not declared" in said
    assert sandbox.activations() == []
    sandbox.person_posts(AD, creative={"creative_id": before})
    reconciler("activate").ended(0)
    assert set(sandbox.deliverable().values()) == {1}


WRITTEN = ("a sponsor", "site links", "no ads beside it", "an enhancement", "a description")


@pytest.mark.parametrize("case", WRITTEN)
def test_what_raw_can_say_is_pulled_and_stays_with_the_next_creative(
    case: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    part, beside, _, _ = BESIDE[case]
    shows(sandbox, part=part, **beside)
    applied("pull").ended(0)
    applied("sync").ended(0)
    applied.converged()
    applied.repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    applied.apply().ended(0)
    made = sandbox.read(shown(sandbox), f"object_story_spec,{','.join(beside)}")
    link = made["object_story_spec"]["link_data"]
    assert link["name"] == "Sale"
    assert link.get("description") == part.get("description")
    for key, value in beside.items():
        assert value.items() <= made[key].items() or key == "degrees_of_freedom_spec"


@pytest.mark.parametrize("case", ["a carousel", "another link", "a second text"])
def test_what_no_yaml_says_is_left_by_a_pull_with_the_reason(
    case: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    part, beside, name, _ = BESIDE[case]
    shows(sandbox, part=part, **beside)
    left = applied("pull", "--json").said
    assert name in left and "write an ad that this tool can make" in left


def test_a_creative_that_only_bears_the_name_of_ours_is_read(applied: Reconciler, sandbox: LocalGraph) -> None:
    ours = sandbox.read(shown(sandbox), "name")["name"].partition(" 2026")[0]
    theirs = shows(sandbox, name=ours, part={"message": "Mei rewrote this"})
    drift = [(each["field"], each["live"]) for each in applied.plan().json["drift"]]
    assert drift == [("primary_text", "Mei rewrote this")]
    applied.repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    applied.apply().ended(3)
    assert shown(sandbox) == theirs


def test_without_a_record_the_content_tells_whether_a_creative_is_what_its_name_says(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    applied.repository.forget_state()
    applied.apply().ended(0)
    applied.converged()
    ours = sandbox.read(shown(sandbox), "name")["name"].partition(" 2026")[0]
    shows(sandbox, name=ours, part={"message": "Mei rewrote this", "child_attachments": [CARD, CARD]})
    applied.repository.forget_state()
    assert {each["field"] for each in applied.plan().json["drift"]} == {"primary_text", "object_story_spec"}


def test_a_plan_reads_a_creative_only_where_it_is_not_the_recorded_one(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.forget_calls()
    applied.plan().ended(0)
    alone = Counter(call["path"] for call in sandbox.calls("GET"))
    theirs = shows(sandbox, part={"link": "https://phish.example/"})
    sandbox.forget_calls()
    applied.plan().ended(0)
    asked = Counter(call["path"] for call in sandbox.calls()) - alone
    assert not any(theirs in path for path in alone)
    assert any("phish" not in path for path in asked)


# ---- the flexible format, which stands on the ad


def test_an_ad_that_was_made_flexible_is_drift_and_no_text_goes_over_it(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    before = shown(sandbox)
    sandbox.meta_changes(AD, creative_asset_groups_spec=GROUPS)
    drift = applied("drift").ended(2).out
    assert f"Drift: {AD} creative_asset_groups_spec " in drift and "it is a flexible ad now" in drift
    applied.repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    for way in ((), ("--revert-drift",)):
        refused = applied.apply(*way).ended(3)
        assert "creative_asset_groups_spec" in refused.said and "take it back in Ads Manager" in refused.said
        assert shown(sandbox) == before


def test_an_ad_that_was_made_flexible_is_not_turned_on(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", TIMED)
    reconciler.apply().ended(0)
    sandbox.meta_changes(AD, creative_asset_groups_spec=GROUPS)
    sandbox.at(START)
    assert "creative_asset_groups_spec" in reconciler("activate").said
    assert sandbox.activations() == []


def test_a_flexible_ad_is_left_out_of_an_import_by_name(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    world = World(sandbox)
    ad_set = world.ad_set(world.campaign())
    world.ad(ad_set, "Plain")
    flexible = world.ad(ad_set, "Flexible")
    sandbox.meta_shows(flexible, creative_asset_groups_spec=GROUPS)
    left = settled(reconciler)["left_out"]
    assert [(each["id"], each["why"]) for each in left] == [(flexible, "it mixes several assets (flexible ad format)")]


# ---- what an import takes along

RAW: dict[str, Any] = {
    "contextual_multi_ads": {"enroll_status": "OPT_OUT"},
    "facebook_branded_content": {"sponsor_page_id": "29933"},
    "instagram_branded_content": {"sponsor_id": "178411"},
    "authorization_category": "POLITICAL",
    "creative_sourcing_spec": {"site_links_spec": [{"site_link_url": "https://acme.example/s"}]},
    "interactive_components_spec": {"components": [{"type": "POLL"}]},
    "omnichannel_link_spec": {"web": {"url": "https://acme.example/o"}},
    "applink_treatment": "deeplink_with_web_fallback",
    "template_url_spec": {"web": {"url": "https://acme.example/t"}},
    "portrait_customizations": {"specifications": [{"background_color": {"top_color": "FF1F1F1F"}}]},
    "platform_customizations": {"instagram": {"image_url": "https://acme.example/i.png"}},
}


@pytest.mark.parametrize("name", RAW)
def test_a_setting_of_a_creative_is_imported_under_raw_and_stays_with_the_next_text(
    name: str, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    world = World(sandbox)
    ad = world.ad(world.ad_set(world.campaign()), **{name: RAW[name]})
    settled(reconciler)
    repository.edit_campaign("old", "primary_text: Come.", "primary_text: Come today.")
    reconciler.apply().ended(0)
    shown = sandbox.read(ad, f"creative{{object_story_spec,{name}}}")["creative"]
    assert shown["object_story_spec"]["link_data"]["message"] == "Come today."
    assert shown[name] in (RAW[name], json.dumps(RAW[name]))


def test_another_link_than_the_button_s_is_told_by_an_import_and_no_text_takes_it_off(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    world = World(sandbox)
    creative = world.creative(object_story_spec=world.story(link="https://acme.example/other"))
    world.ad(world.ad_set(world.campaign()), creative_id=creative)
    notes = [each["text"] for each in settled(reconciler)["notes"]]
    assert "link stays at Meta as long as the ad shows what it does" in notes
    repository.edit_campaign("old", "primary_text: Come.", "primary_text: Come today.")
    refused = reconciler.apply().ended(3)
    assert "link_data.link https://acme.example/other is live and not declared" in refused.said
    assert not reconciler.plan().json["drift"]
    reconciler.apply("--revert-drift").ended(0)
    reconciler.converged()


def test_a_film_s_own_cover_is_told_by_an_import(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    world = World(sandbox)
    creative = world.creative(object_story_spec=world.story())
    ad = world.ad(world.ad_set(world.campaign()), creative_id=creative)
    film = {
        "video_id": "700000000000001",
        "image_url": "https://scontent.example/my-own-cover.jpg?oe=1",
        "message": "Come.",
        "call_to_action": {"type": "LEARN_MORE", "value": {"link": "https://acme.example/a"}},
    }
    story = sandbox.read(creative, "object_story_spec")["object_story_spec"]
    sandbox.meta_shows(creative, object_story_spec={"page_id": story["page_id"], "video_data": film})
    found = imported(reconciler, "--dry-run")
    assert any("image_url stays at Meta" in each["text"] for each in found["notes"]), (ad, found)
