"""An agency's first day: six accounts as people leave them, taken in by one command, and the first plan is empty."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from support.command import Reconciler
from support.existing import World
from support.repository import CREATIVES, Repository
from support.sandbox import PAGE, LocalGraph

ACCOUNTS = {
    "names-sg": ("act_1000000001", "SGD"),
    "archived-us": ("act_1000000002", "USD"),
    "copied-my": ("act_1000000003", "MYR"),
    "formats-eu": ("act_1000000004", "EUR"),
    "tools-jp": ("act_1000000005", "JPY"),
    "media-gb": ("act_1000000006", "GBP"),
}
ODD = ["🌸🌸", "🌸🌸", "x" * 400, "Sale", "SALE!", "null", "- *a: &b", "春のセール", "Save ${product}"]
TEN_MINUTES = 2 * 8_100
"""Points of one account: nine tenths of what the full tier has in five minutes, so much as this tool makes use of."""
FIXED, EACH = 30, 5
"""Points of an account whatever is in it, and of each object: a label is a write, read before and after."""
LARGE = 3_000
"""Objects of an account as large as an agency's usually are."""


def names(world: World) -> None:
    for name in ODD:
        world.whole(name)


def archived(world: World) -> None:
    """A campaign, an ad set and an ad, each with what stands in it."""
    gone, kept = world.whole("Last year"), world.whole("This year")
    old = world.ad_set(kept, "Old set")
    world.ad(old, "In an old set")
    new = world.ad_set(kept, "New set")
    ad = world.ad(new, "Last year's ad")
    world.ad(new, "New ad")
    for one in (gone, old, ad):
        edited(world, one, status="ARCHIVED")


def copied(world: World) -> None:
    campaign = world.whole("Original")
    world.sandbox.control("copy", {"id": campaign, "actor": "Mei", "params": {"deep_copy": True}})
    edited(world, campaign, status="ACTIVE")


def formats(world: World) -> None:
    campaign = world.campaign("Formats")
    feed = {"bodies": [{"text": "a"}], "link_urls": [{"website_url": "https://acme.example/"}]}
    dynamic = world.creative(asset_feed_spec=feed, object_story_spec={"page_id": PAGE})
    world.ad(world.ad_set(campaign, "Dynamic", is_dynamic_creative=True), "Mixed", creative_id=dynamic)
    several = world.ad_set(campaign, "Several")
    world.ad(several, "Boosted", creative_id=world.creative(object_story_id=f"{PAGE}_42"))
    world.ad(several, "Plain")


def of_another_tool(world: World) -> None:
    """With its labels, and with what Ads Manager has no button for."""
    campaign = world.campaign("Bought by a robot", adlabels=[{"name": "robot:7"}])
    ad_set = world.ad_set(campaign, "Robot's", adlabels=[{"name": "robot:8"}], pacing_type=["no_pacing"])
    world.ad(ad_set, "Robot's ad")


def lost_media(world: World) -> None:
    """Meta shows an address for it, where nothing is."""
    sandbox, film = world.sandbox, (CREATIVES / "spring/hero.mp4").read_bytes()
    video = sandbox.person_uploads("advideos", "film.mp4", film, account=world.account)["id"]
    sandbox.pass_time(3600)
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    shown = {"video_id": video, "image_hash": world.image(), "message": "Hi", "title": "T", "call_to_action": button}
    creative = world.creative(object_story_spec={"page_id": PAGE, "video_data": shown})
    world.ad(world.ad_set(world.campaign("Its film is gone")), creative_id=creative)
    sandbox.meta_shows(video)


def edited(world: World, one: str, **params: Any) -> None:
    world.sandbox.control("edit", {"id": one, "actor": "Mei", "params": params})


# What is lost is lost first: the sandbox has none of the files of a world that is put in place anew.
WORLDS: dict[str, Callable[[World], None]] = {
    "media-gb": lost_media,
    "names-sg": names,
    "archived-us": archived,
    "copied-my": copied,
    "formats-eu": formats,
    "tools-jp": of_another_tool,
}


@pytest.fixture
def agency(repository: Repository, sandbox: LocalGraph) -> Repository:
    shutil.rmtree(repository.root / "desired/accounts")
    shutil.rmtree(repository.root / "creatives")
    for key, (account, currency) in ACCOUNTS.items():
        sandbox.account(account, name=key, currency=currency)
        repository.write(
            f"accounts/{key}.yaml", f'account: {account}\nname: {key}\ncurrency: {currency}\npage: "{PAGE}"\n'
        )
    for key, make in WORLDS.items():
        make(World(sandbox, ACCOUNTS[key][0]))
    return repository


def points(sandbox: LocalGraph) -> int:
    """As Meta counts them: a write is three, each part of a batch a call of its own."""
    counted = Counter(call["method"] for call in sandbox.calls() if call["path"].strip("/").rpartition("/")[2])
    return counted["GET"] + 3 * (counted["POST"] + counted["DELETE"])


def test_six_accounts_are_imported_at_once_and_the_first_plan_is_empty(
    agency: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.settings(throttle=True, tier="full")
    before = {kind: len(sandbox.nodes(kind)) for kind in ("campaign", "ad_set", "ad", "creative")}
    sandbox.forget_calls()
    found = {one["account"]: one for one in reconciler("import", "--all", "--json").ended(0).json["accounts"]}
    assert set(found) == set(ACCOUNTS)
    assert all((one["changes"], one["drift"], one["refusals"]) == (0, 0, []) for one in found.values())
    assert {
        key: sorted(each["why"].partition(" campaign ")[0] for each in one["left_out"]) for key, one in found.items()
    } == {
        "names-sg": [],
        "archived-us": [*["archived in"] * 3, "it is archived"],
        "copied-my": [],
        "formats-eu": ["it mixes several assets (dynamic creative)", "it shows an existing post"],
        "tools-jp": [],
        "media-gb": [],
    }
    assert any("could not be downloaded" in note["text"] for note in found["media-gb"]["notes"])
    assert all(one["objects"] == one["labelled"] > 0 for one in found.values())
    assert len([file for file in found["names-sg"]["files"] if "/campaigns/" in file]) == len(ODD)
    text = "\n".join(found["archived-us"]["files"].values())
    assert "New ad" in text
    assert "Last year's ad" not in text
    assert "old set" not in text
    reconciler.converged()
    assert {kind: len(sandbox.nodes(kind)) for kind in before} == before
    assert {frozenset(write["params"]) for write in sandbox.writes()} == {frozenset({"adlabels"})}


def test_its_points_fit_into_ten_minutes_of_the_full_tier(
    agency: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.forget_calls()
    found = reconciler("import", "--all", "--json").ended(0).json["accounts"]
    objects = sum(one["objects"] for one in found)
    assert points(sandbox) <= FIXED * len(ACCOUNTS) + EACH * objects
    assert FIXED + EACH * LARGE <= TEN_MINUTES
