"""An ad that brings its assets under `raw.asset_feed_spec` settles, whatever Meta writes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

AD = "acme-sg/still/main/main"


def feed(address: str, *texts: str) -> dict[str, Any]:
    return {
        "bodies": [{"text": text} for text in texts or ("Shop.", "Come by.")],
        "titles": [{"text": "Outlet"}],
        "link_urls": [{"website_url": address}],
        "call_to_action_types": ["SHOP_NOW"],
        "ad_formats": ["SINGLE_IMAGE"],
        "optimization_type": "DEGREES_OF_FREEDOM",
    }


def with_feed(spec: dict[str, Any]) -> str:
    return STILL + f"  raw: {json.dumps({'asset_feed_spec': spec})}\n"


def shown(sandbox: LocalGraph) -> dict[str, Any]:
    return dict(sandbox.read(sandbox.id(AD), "creative{id,asset_feed_spec,object_story_spec}")["creative"])


@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("address", ["https://acme.example", "https://ACME.example", "https://acme.example?a=1"])
def test_a_host_alone_settles_in_an_asset_feed(
    address: str, memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_feed(feed(address)))
    reconciler.apply().ended(0)
    if memory == "lost":
        repository.forget_state()
        reconciler.apply().ended(0)
    reconciler.converged()
    assert reconciler.plan().json["drift"] == []
    repository.campaign("still", with_feed(feed(address)) + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    assert sandbox.status(AD) == "ACTIVE"


def test_another_page_in_an_asset_feed_is_drift(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_feed(feed("https://acme.example")))
    reconciler.apply().ended(0)
    story = shown(sandbox)["object_story_spec"]
    story["link_data"].pop("picture", None)
    other = feed("https://acme.example/sale")
    made = sandbox.person_makes("adcreatives", name="Mei's", object_story_spec=story, asset_feed_spec=other)
    sandbox.person_posts(AD, creative={"creative_id": made})
    (row,) = reconciler.plan().json["drift"]
    assert (row["path"], row["actor"]) == ("asset_feed_spec.link_urls[0].website_url", "Mei")


def test_several_texts_are_taken_back_to_one(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_feed(feed("https://acme.example/outlet")))
    reconciler.apply().ended(0)
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    reconciler.converged()
    assert "asset_feed_spec" not in shown(sandbox)


GROUPS = {
    "groups": [
        {
            "images": [{"hash": "aaaa0123456789abcdef0123456789ab"}],
            "texts": [{"text": "One", "text_type": "primary_text"}, {"text": "Two", "text_type": "primary_text"}],
        }
    ]
}
DYNAMIC = {name: value for name, value in feed("https://acme.example/outlet").items() if name != "optimization_type"}
FLEXIBLE = STILL + f"  raw: {json.dumps({'creative_asset_groups_spec': GROUPS})}\n"
MIXED = (
    STILL.replace("ad:\n", "is_dynamic_creative: true\nad:\n") + f"  raw: {json.dumps({'asset_feed_spec': DYNAMIC})}\n"
)
REPLACE = "lifecycle: {replace: true}\n"
ABOVE, _, INSIDE = STILL.partition("ad:\n")
INDENTED = "".join(f"      {line}\n" for line in INSIDE.splitlines())
SINGLE = {
    "flexible": STILL + f"  {REPLACE}",
    "dynamic": f"{ABOVE}ad_sets:\n  main:\n    {REPLACE}    ads:\n      main:\n{INDENTED}",
}
SEVERAL = {
    "flexible": (FLEXIBLE, "creative_asset_groups_spec", " to let"),
    "dynamic": (MIXED, "is_dynamic_creative", " below ad_sets: main: to let"),
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_what_meta_cannot_take_back_to_one_creative_is_refused_before_anything_is_sent(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text, field, where = SEVERAL[kind]
    repository.campaign("still", text)
    reconciler.apply().ended(0)
    writes = len(sandbox.writes())
    repository.campaign("still", STILL + "status: ACTIVE\n")
    refused = reconciler.apply().ended(3)
    assert f"{field} cannot be " in refused.said and f"set lifecycle: {{replace: true}}{where}" in refused.said
    assert len(sandbox.writes()) == writes


@pytest.mark.parametrize("kind", SEVERAL)
def test_the_mend_of_that_leads_back_to_one_creative(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text, _, _ = SEVERAL[kind]
    repository.campaign("still", text)
    reconciler.apply().ended(0)
    single = SINGLE[kind]
    repository.campaign("still", single)
    reconciler.apply().ended(0)
    reconciler.converged()
    left = [ad["data"] for ad in sandbox.nodes("ad") if ad["data"]["status"] != "ARCHIVED"]
    assert [ad.get("creative_asset_groups_spec") for ad in left] == [None]
    assert "asset_feed_spec" not in sandbox.read(left[0]["creative"], "asset_feed_spec")


def test_a_flexible_ad_s_texts_are_changed_in_place(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", FLEXIBLE)
    reconciler.apply().ended(0)
    ad = sandbox.id(AD)
    repository.campaign("still", FLEXIBLE.replace('"Two"', '"Three"'))
    reconciler.apply().ended(0)
    assert sandbox.id(AD) == ad
    assert "Three" in json.dumps(sandbox.live(AD)["data"]["creative_asset_groups_spec"])
    reconciler.converged()
