"""Breakdowns: every way of cutting gives the same sums, and what Meta does not combine is refused."""

from collections import defaultdict
from itertools import product

import pytest

WINDOW = {"since": "2026-11-21", "until": "2026-11-24"}
DAY = 86400
HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
ASSETS = ("image_asset", "video_asset", "body_asset", "title_asset", "link_url_asset", "call_to_action_asset")
CUTS = (
    "age", "gender", "age,gender", "country", "region", "country,region", "dma", "publisher_platform",
    "publisher_platform,platform_position", "publisher_platform,impression_device", "impression_device",
    "device_platform", "publisher_platform,platform_position,impression_device",
    "publisher_platform,platform_position,device_platform", "product_id", HOURLY, *ASSETS, "image_asset,age,gender",
)  # fmt: skip


def feed(page, hashes):
    return {
        "object_story_spec": {"page_id": page},
        "asset_feed_spec": {
            "images": [{"hash": one} for one in hashes],
            "bodies": [{"text": "One"}, {"text": "Two"}],
            "titles": [{"text": "Shop"}],
            "link_urls": [{"website_url": "https://acme.example/"}],
            "call_to_action_types": ["SHOP_NOW"],
            "ad_formats": ["SINGLE_IMAGE"],
        },
    }


@pytest.fixture
def tree(graph):
    graph.settings(review_seconds=0)
    cards = [{"link": "https://acme.example/", "name": name} for name in ("Red", "Blue", "Green")]
    carousel = graph.creative(message="Cards", child_attachments=cards)
    hashes = [graph.image(), graph.image(graph.png + b"2", "two.png")]
    campaign = graph.campaign(status="ACTIVE")
    plain = graph.ad_set(campaign, status="ACTIVE", daily_budget=9000, targeting=graph.targeting("US", "MY"))
    dynamic = graph.ad_set(campaign, status="ACTIVE", is_dynamic_creative=True, daily_budget=7000)
    spec = feed(graph.page, hashes)
    ads = [graph.ad(plain, status="ACTIVE"), graph.ad(plain, status="ACTIVE", creative=carousel)]
    given = {"name": "Dynamic", "adset_id": dynamic, "status": "ACTIVE", "creative": spec}
    ads.append(graph.post(f"{graph.account}/ads", **given)["id"])
    graph.advance(3 * DAY)
    return {"sets": [plain, dynamic], "ads": ads, "hashes": hashes}


def rows(graph, id, **params):
    return graph.get(f"{id}/insights", **{"time_range": WINDOW, "limit": 5000, **params})["data"]


def sums(found, *by):
    out = defaultdict(lambda: [0.0, 0, 0])
    for row in found:
        for at, name in enumerate(("spend", "impressions", "clicks")):
            out[tuple(row.get(one) for one in by)][at] += float(row[name])
    return {key: [round(value, 2) for value in values] for key, values in out.items()}


FIELDS = "spend,impressions,clicks"


@pytest.mark.parametrize("breakdowns", CUTS)
@pytest.mark.parametrize("level", ["account", "adset", "ad"])
def test_a_breakdown_adds_up_to_the_unbroken_rows_at_every_level(graph, tree, breakdowns, level):
    id = {"account": (), "adset": ("adset_id",), "ad": ("ad_id",)}[level]
    asked = {"level": level, "fields": ",".join([FIELDS, *id])}
    whole = sums(rows(graph, graph.account, **asked), *id)
    assert sums(rows(graph, graph.account, **asked, breakdowns=breakdowns), *id) == whole


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("age,gender", "age"),
        ("age,gender", "gender"),
        ("country,region", "country"),
        ("country,region", "region"),
        ("publisher_platform,platform_position", "publisher_platform"),
        ("publisher_platform,platform_position,impression_device", "publisher_platform,platform_position"),
        ("publisher_platform,platform_position,impression_device", "impression_device"),
        ("publisher_platform,platform_position,device_platform", "device_platform"),
    ],
)
def test_one_family_agrees_with_itself_however_it_is_cut(graph, tree, wide, narrow):
    by = narrow.split(",")
    fine = rows(graph, graph.account, fields=FIELDS, breakdowns=wide)
    coarse = rows(graph, graph.account, fields=FIELDS, breakdowns=narrow)
    assert sums(fine, *by) == sums(coarse, *by)


@pytest.mark.parametrize("id", [0, 1, 2])
def test_an_ads_cells_are_the_ones_it_has_in_the_account(graph, tree, id):
    ad = tree["ads"][id]
    cut = {"fields": f"{FIELDS},ad_id", "breakdowns": "age,gender", "level": "ad"}
    own = sums(rows(graph, ad, **cut), "age", "gender")
    among = [row for row in rows(graph, graph.account, **cut) if row["ad_id"] == ad]
    assert own == sums(among, "age", "gender")


def test_regions_and_markets_are_names_of_places(graph, tree):
    found = {(row["country"], row["region"]) for row in rows(graph, tree["sets"][0], breakdowns="country,region")}
    assert {("US", "California"), ("MY", "Selangor")} <= found
    assert "New York, NY" in {row["dma"] for row in rows(graph, tree["sets"][0], breakdowns="dma")}


def test_targeted_regions_and_positions_are_the_only_ones(graph, tree):
    graph.settings(review_seconds=0)
    where = {"geo_locations": {"regions": [{"key": "3847", "country": "US"}]}}
    spec = graph.targeting(**where, facebook_positions=["feed", "story"], publisher_platforms=["facebook"])
    ad_set = graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE", targeting=spec)
    graph.ad(ad_set, status="ACTIVE")
    graph.advance(DAY)
    window = {"since": "2026-11-24", "until": "2026-11-25"}
    assert {row["region"] for row in rows(graph, ad_set, breakdowns="region", time_range=window)} == {"California"}
    placed = rows(graph, ad_set, breakdowns="publisher_platform,platform_position", time_range=window)
    assert {(row["publisher_platform"], row["platform_position"]) for row in placed} == {
        ("facebook", "facebook_stories"),
        ("facebook", "feed"),
    }


def test_assets_are_objects_and_an_ad_without_one_is_a_row_without_the_key(graph, tree):
    found = rows(graph, graph.account, breakdowns="image_asset")
    assert {row["image_asset"]["hash"] for row in found if "image_asset" in row} == set(tree["hashes"])
    assert any("image_asset" not in row for row in found)
    texts = {row["body_asset"]["text"] for row in rows(graph, graph.account, breakdowns="body_asset")}
    assert {"One", "Two", "Shop", "Cards"} <= texts
    (action,) = rows(graph, tree["ads"][2], breakdowns="call_to_action_asset")
    assert action["call_to_action_asset"]["name"] == "SHOP_NOW" and action["call_to_action_asset"]["id"].isdigit()


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"breakdowns": "platform_position"}, "action_type, platform_position"),
        ({"breakdowns": "country,region,dma"}, "action_type, country, dma, region"),
        ({"breakdowns": "country", "action_breakdowns": "action_device"}, "action_device, country"),
        ({"breakdowns": "age,gender,country"}, "action_type, age, country, gender"),
        ({"breakdowns": "publisher_platform,age"}, "action_type, age, publisher_platform"),
        ({"breakdowns": "image_asset,body_asset"}, "action_type, body_asset, image_asset"),
        ({"breakdowns": f"{HOURLY},age"}, f"action_type, age, {HOURLY}"),
        (
            {"breakdowns": "region", "action_breakdowns": "action_carousel_card_id"},
            "action_carousel_card_id, region",
        ),
    ],
)
def test_combinations_that_meta_does_not_have_are_refused_in_its_words(graph, params, named):
    error = graph.call("GET", f"{graph.account}/insights", params).json()["error"]
    assert error["code"] == 100
    assert error["message"] == f"(#100) Current combination of data breakdown columns ({named}) is invalid"


def test_a_breakdown_is_no_field(graph):
    error = graph.call("GET", f"{graph.account}/insights", {"fields": "age,gender,spend"}).json()["error"]
    assert error["code"] == 100 and error["message"].startswith("(#100) age, gender are not valid for fields param.")


@pytest.mark.parametrize("name", ["frequency_value", "skan_campaign_id", "user_segment_key"])
def test_other_breakdowns_are_unknown_or_not_emulated_and_never_empty(graph, name):
    assert graph.refused(f"{graph.account}/insights", "GET", breakdowns=name)[0] in (3, 100)


ACTION_CUTS = (
    "action_type", "action_device", "action_destination", "action_target_id", "action_reaction", "action_video_sound",
    "action_carousel_card_id", "action_carousel_card_name",
)  # fmt: skip


@pytest.mark.parametrize("cut", ACTION_CUTS)
def test_an_action_breakdown_adds_up_to_its_action(graph, tree, cut):
    def by_type(**params):
        found = defaultdict(float)
        for one in rows(graph, graph.account, fields="actions", **params)[0]["actions"]:
            found[one["action_type"]] += float(one["value"])
        return found

    assert by_type(action_breakdowns=["action_type", cut]) == by_type()


def test_action_breakdowns_tell_devices_destinations_reactions_and_cards_apart(graph, tree):
    def words(name, kind="link_click"):
        found = rows(graph, graph.account, fields="actions", action_breakdowns=["action_type", name])[0]["actions"]
        return {one.get(name) for one in found if one["action_type"] == kind}

    assert {"iphone", "android_smartphone", "desktop"} == words("action_device")
    assert "acme.example" in words("action_destination") and graph.page in words("action_target_id")
    assert "like" in words("action_reaction", "post_reaction") and words("action_reaction") == {None}
    assert {"Red", "Blue", "Green"} <= words("action_carousel_card_name")


def test_cutting_rows_and_actions_at_once_still_adds_up(graph, tree):
    plain = rows(graph, graph.account, fields="actions")[0]["actions"]
    whole = sum(int(one["value"]) for one in plain if one["action_type"] == "link_click")
    asked = {"breakdowns": "publisher_platform", "action_breakdowns": ["action_type", "action_device"]}
    cut = [one for row in rows(graph, graph.account, fields="actions", **asked) for one in row.get("actions", [])]
    clicks = [one for one in cut if one["action_type"] == "link_click"]
    assert sum(int(one["value"]) for one in clicks) == whole and all("action_device" in one for one in clicks)


def test_rows_can_be_filtered_and_sorted_by_what_they_are_cut_into(graph, tree):
    some = {"field": "impressions", "operator": "GREATER_THAN", "value": 0}
    found = rows(graph, graph.account, breakdowns="age,gender", filtering=[some], sort=["impressions_descending"])
    counts = [int(row["impressions"]) for row in found]
    assert counts == sorted(counts, reverse=True) and len(found) > 4
    assert set(product({"65+"}, {"female", "male"})) <= {(row["age"], row["gender"]) for row in found}
