import re

import pytest


def refused(graph, **params):
    return graph.refused(f"{graph.account}/adcreatives", **params)


def video_story(graph, **more):
    action = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    data = {"video_id": graph.video(), "image_hash": graph.image(), "call_to_action": action, **more}
    graph.advance(5)
    return {"page_id": graph.page, "video_data": {k: v for k, v in data.items() if v is not None}}


def test_a_creative_has_a_16_digit_id_and_a_dated_suffix_on_its_name(graph):
    id = graph.creative()
    assert len(id) == 16
    name = graph.get(id, fields="name")["name"]
    assert re.fullmatch(r"Hero 2026-11-21-[0-9a-f]{32}", name)


def test_the_same_content_gives_the_same_id_and_the_new_name_is_ignored(graph):
    id = graph.creative()
    again = graph.post(f"{graph.account}/adcreatives", name="Another", object_story_spec=graph.story())["id"]
    assert again == id
    assert graph.get(id, fields="name")["name"].startswith("Hero ")
    assert graph.creative(message="Different") != id


def test_only_name_labels_and_status_can_change(graph):
    id = graph.creative()
    graph.post(id, name="Renamed", object_story_spec=graph.story(message="Changed"))
    seen = graph.get(id, fields="name,object_story_spec")
    assert seen["name"] == "Renamed"
    assert seen["object_story_spec"]["link_data"]["message"] == "Shop"


def test_the_echo_adds_what_meta_adds(graph):
    story = video_story(graph, message="Body", title="Title")
    id = graph.post(f"{graph.account}/adcreatives", name="Film", object_story_spec=story, url_tags="a=b")["id"]
    seen = graph.get(id, fields="object_type,body,title,call_to_action_type,video_id,object_story_spec,url_tags")
    assert (seen["object_type"], seen["body"], seen["title"]) == ("VIDEO", "Body", "Title")
    assert seen["call_to_action_type"] == "SHOP_NOW" and seen["url_tags"] == "a=b"
    assert seen["object_story_spec"] == story
    assert seen["video_id"] != story["video_data"]["video_id"]
    more = graph.get(id, fields="effective_object_story_id,degrees_of_freedom_spec")
    assert more["effective_object_story_id"].startswith(f"{graph.page}_")
    assert "adapt_to_placement" in more["degrees_of_freedom_spec"]["creative_features_spec"]


def test_thumbnail_urls_change_at_every_read(graph):
    id = graph.creative()
    first, second = (graph.get(id, fields="thumbnail_url")["thumbnail_url"] for _ in range(2))
    assert first != second
    assert graph.http.get(first).content.startswith(b"\x89PNG")


def test_a_video_needs_a_thumbnail_a_link_and_to_be_ready(graph):
    assert refused(graph, object_story_spec=video_story(graph, image_hash=None)) == (100, 1443226)
    bare = {"type": "SHOP_NOW", "value": {}}
    assert refused(graph, object_story_spec=video_story(graph, call_to_action=bare)) == (100, 2061015)
    story = video_story(graph)
    story["video_data"]["video_id"] = graph.video()
    assert refused(graph, object_story_spec=story)[0] == 100
    graph.advance(5)
    graph.post(f"{graph.account}/adcreatives", object_story_spec=story)


@pytest.mark.parametrize(
    ("params", "subcode"),
    [
        ({"object_story_spec": {"page_id": "1029384756", "link_data": {"message": "x"}}}, 2061015),
        ({"object_story_spec": {"page_id": "404", "link_data": {"link": "https://a.example"}}}, 1815694),
        ({"object_story_spec": {"page_id": "1029384756"}}, None),
        ({"object_story_spec": {"link_data": {"link": "https://a.example"}}}, None),
        ({"object_story_id": "1_2", "source_instagram_media_id": "3"}, 1487929),
        ({}, None),
        (
            {
                "object_story_id": "1_2",
                "degrees_of_freedom_spec": {
                    "creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_IN"}}
                },
            },
            3858504,
        ),
    ],
)
def test_creatives_are_refused_as_recorded(graph, params, subcode):
    assert refused(graph, name="x", **params) == (100, subcode)


def test_the_former_instagram_field_is_refused(graph):
    story = {**graph.story(), "instagram_actor_id": "1"}
    assert refused(graph, object_story_spec=story) == (100, None)
    story = {**graph.story(), "instagram_user_id": "404"}
    assert refused(graph, object_story_spec=story) == (100, 1815199)
    graph.post(
        f"{graph.account}/adcreatives", object_story_spec={**graph.story(), "instagram_user_id": graph.instagram}
    )


def test_a_carousel_has_two_to_ten_cards(graph):
    card = {"link": "https://acme.example/a", "image_hash": graph.image()}
    assert refused(graph, object_story_spec=graph.story(child_attachments=[card]))[0] == 100
    graph.creative(child_attachments=[card, card])


def test_an_unknown_image_is_refused(graph):
    assert refused(graph, object_story_spec=graph.story(image_hash="0" * 32))[0] == 100


def test_asset_feeds_gain_two_keys(graph):
    feed = {"bodies": [{"text": "a"}], "optimization_type": "DEGREES_OF_FREEDOM"}
    story = {"page_id": graph.page}
    id = graph.post(f"{graph.account}/adcreatives", object_story_spec=story, asset_feed_spec=feed)["id"]
    seen = graph.get(id, fields="asset_feed_spec")["asset_feed_spec"]
    assert seen == {**feed, "reasons_to_shop": False, "shops_bundle": False}


def test_ineligible_features_are_dropped(graph):
    features = {"video_auto_crop": {"enroll_status": "OPT_IN"}, "image_touchups": {"enroll_status": "OPT_OUT"}}
    spec = {"creative_features_spec": features}
    params = {"object_story_spec": graph.story(), "degrees_of_freedom_spec": spec}
    id = graph.post(f"{graph.account}/adcreatives", **params)["id"]
    seen = graph.get(id, fields="degrees_of_freedom_spec")["degrees_of_freedom_spec"]["creative_features_spec"]
    assert set(seen) == {"image_touchups", "adapt_to_placement"}


def test_nulls_and_empty_values_inside_a_story_are_dropped_as_recorded(graph):
    value = {"link": "https://acme.example/", "app_link": None}
    card = {"link": "https://acme.example/", "call_to_action": {"type": "SHOP_NOW", "value": value}, "image_crops": {}}
    story = graph.story(child_attachments=[card, card], multi_share_end_card=False, retailer_item_ids=[])
    id = graph.post(f"{graph.account}/adcreatives", object_story_spec={**story, "instagram_actor_id": None})["id"]
    seen = graph.get(id, fields="object_story_spec")["object_story_spec"]
    shown = {"link": card["link"], "call_to_action": {"type": "SHOP_NOW", "value": {"link": card["link"]}}}
    link_data = {"link": card["link"], "message": "Shop", "child_attachments": [shown, shown]}
    assert seen == {"page_id": graph.page, "link_data": {**link_data, "multi_share_end_card": False}}


def test_nulls_inside_targeting_and_promoted_objects_are_dropped(graph):
    spec = graph.targeting(income=[], interests=None, exclusions={"interests": []})
    id = graph.ad_set(targeting=spec, promoted_object={"page_id": graph.page, "pixel_id": None})
    seen = graph.get(id, fields="targeting,promoted_object")
    assert not {"income", "interests", "exclusions"} & set(seen["targeting"])
    assert seen["promoted_object"] == {"page_id": graph.page}
    graph.post(id, promoted_object={}, targeting={**graph.targeting("PH"), "age_min": None})
    assert graph.get(id, fields="promoted_object")["promoted_object"] == {"page_id": graph.page}


def test_crops_outside_the_story_are_dropped_and_those_inside_are_read_at_the_top_too(graph):
    """Recorded in 2026."""
    crops = {"100x100": [[0, 420], [1080, 1500]]}
    outside = graph.post(f"{graph.account}/adcreatives", object_story_spec=graph.story(), image_crops=crops)["id"]
    assert graph.get(outside, fields="image_crops") == {"id": outside}
    inside = graph.creative(image_crops=crops)
    assert graph.get(inside, fields="image_crops") == {"id": inside, "image_crops": crops}


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad", "creative"])
def test_a_parameter_that_is_no_field_is_not_read_back(graph, kind):
    """Unknown names are ignored, as are parameters that only a create has."""
    stray = {"pacing_typ": ["x"], "budget_schedule_spec": [{}], "shoe_size": 5}
    made = {
        "campaign": lambda: graph.campaign(**stray),
        "ad_set": lambda: graph.ad_set(**stray),
        "ad": lambda: graph.ad(**stray, contextual_multi_ads={"enroll_status": "OPT_OUT"}),
        "creative": lambda: graph.post(f"{graph.account}/adcreatives", object_story_spec=graph.story(), **stray)["id"],
    }[kind]()
    graph.post(made, name="n", **stray)
    for name in (*stray, *(["contextual_multi_ads"] if kind == "ad" else [])):
        assert graph.refused(made, "GET", fields=name) == (100, None)
