from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.kinds.creative import MEDIA, URL, read_creative
from reconciler.kinds.wire import CATEGORIES, FLAG, JSON, MINOR_UNITS, TARGETING, TEXT, TIME, Codec, covers

plain_values = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.text("ab1", max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=10,
)


def echoed(value: Any, chance: random.Random) -> Any:
    """As Graph gives it back: numbers as text here and there, further keys, lists in another order."""
    if isinstance(value, dict):
        return {**{k: echoed(v, chance) for k, v in value.items()}, "added_by_meta": "x"}
    if isinstance(value, list):
        items = [echoed(v, chance) for v in value]
        chance.shuffle(items)
        return items
    if isinstance(value, bool):
        return chance.choice([value, int(value)])
    return str(value) if isinstance(value, int) and chance.random() < 0.5 else value


# ---- covers


@given(plain_values, st.randoms(use_true_random=False))
def test_an_echo_says_all_that_was_declared(value: Any, chance: random.Random) -> None:
    assert covers(value, echoed(value, chance))


@given(plain_values)
def test_a_value_covers_itself(value: Any) -> None:
    assert covers(value, value)


COVERED = [
    pytest.param({"a": 1}, {"a": 1, "b": 2}, True, id="further keys do not count"),
    pytest.param({"a": 1, "b": 2}, {"a": 1}, False, id="a missing key counts"),
    pytest.param([1, 2], [2, 1], True, id="the order of a list does not count"),
    pytest.param([1, 2], [1, 2, 3], False, id="a further item counts"),
    pytest.param([1, 1, 2], [1, 2, 2], False, id="how often an item stands counts"),
    pytest.param([1], ["1"], True, id="numbers as text in a list"),
    pytest.param(5, "5", True, id="a number as text"),
    pytest.param("5", 5, True, id="text as a number"),
    pytest.param(1.0, 1, True, id="a whole number written with a point"),
    pytest.param(1.5, 1, False, id="a fraction is not dropped"),
    pytest.param(True, 1, True, id="a flag as 1"),
    pytest.param(False, 0, True, id="a flag as 0"),
    pytest.param(True, 0, False, id="a flag turned round"),
    pytest.param({}, None, True, id="an empty mapping is omitted"),
    pytest.param([], None, True, id="an empty list is omitted"),
    pytest.param("", None, True, id="an empty text is omitted"),
    pytest.param(0, None, True, id="zero is omitted"),
    pytest.param(0, "0", True, id="zero as text"),
    pytest.param(False, None, True, id="false is omitted"),
    pytest.param(None, None, True, id="nothing is nothing"),
    pytest.param(None, "x", False, id="declared as unset, but set"),
    pytest.param(0, 5, False, id="zero is not five"),
    pytest.param({"a": {}}, {}, True, id="an empty mapping inside is omitted"),
    pytest.param({"a": 1}, None, False, id="a mapping that is gone"),
    pytest.param({"a": 1}, [1], False, id="a list in place of a mapping"),
    pytest.param([1], None, False, id="a list that is gone"),
    pytest.param([1], {"a": 1}, False, id="a mapping in place of a list"),
    pytest.param([{"id": "1"}], [{"id": "1", "name": "Coffee"}], True, id="items with names added"),
    pytest.param(
        [{"a": 1}, {"a": 1, "b": 2}],
        [{"a": 1, "b": 2}, {"a": 1}],
        True,
        id="a small item leaves the large one its match",
    ),
    pytest.param([{"a": 1}, {"a": 1}], [{"a": 1}, {"a": 2}], False, id="one match serves one item only"),
    pytest.param(
        "2026-12-01T09:00:00+0800", "2026-12-01T01:00:00+0000", True, id="the same moment in the account's zone"
    ),
    pytest.param("2026-12-01T09:00:00+0800", "2026-12-01T09:00:00+0000", False, id="another moment"),
    pytest.param("2026-12-01T09:00:00", "2026-12-01T09:00:00+0000", False, id="a time without an offset is text"),
    pytest.param("TOTAL", "TINY", False, id="words with a T"),
]


@pytest.mark.parametrize(("declared", "live", "result"), COVERED)
def test_what_live_says_of_what_is_declared(declared: Any, live: Any, result: bool) -> None:
    assert covers(declared, live) is result


# ---- Meta's echoes, from its documentation and from recorded replies

MOMENT = "2026-12-01T09:00:00+0800"
ECHOES = [
    pytest.param(MINOR_UNITS, 500, "500", id="a budget comes back as text"),
    pytest.param(MINOR_UNITS, 500, 500, id="a bid comes back as a number"),
    pytest.param(TIME, MOMENT, "2026-12-01T01:00:00+0000", id="a time in the account's zone"),
    pytest.param(TIME, MOMENT, "2026-11-30T20:00:00-0500", id="a time on another day"),
    pytest.param(
        TARGETING,
        {"geo_locations": {"countries": ["SG"]}, "targeting_automation": {"advantage_audience": 1}},
        {
            "age_max": 65,
            "age_min": 18,
            "age_range": [18, 65],
            "brand_safety_content_filter_levels": ["FACEBOOK_STANDARD", "AN_STANDARD"],
            "geo_locations": {"countries": ["SG"], "location_types": ["home", "recent"]},
            "targeting_automation": {"advantage_audience": 1, "individual_setting": {"age": 1, "gender": 1}},
            "targeting_optimization": "expansion_all",
        },
        id="targeting with all that Meta adds",
    ),
    pytest.param(
        TARGETING,
        {"custom_audiences": [{"id": "23", "name": "Old name"}]},
        {"custom_audiences": [{"id": "23", "name": "Buyers"}]},
        id="an audience by its id, whatever its name",
    ),
    pytest.param(CATEGORIES, [], ["NONE"], id="no special category reads as NONE"),
    pytest.param(CATEGORIES, ["HOUSING", "CREDIT"], ["HOUSING", "CREDIT"], id="categories in any order"),
    pytest.param(JSON, {"pixel_id": "5"}, {"pixel_id": 5, "smart_pse_enabled": False}, id="an id as a number"),
    pytest.param(TEXT, "Spring", "Spring ", id="a trailing space"),
    pytest.param(FLAG, False, None, id="a flag that is off is omitted"),
    pytest.param(URL, "https://acme.example", "https://acme.example/", id="the slash of a bare host"),
    pytest.param(MEDIA, f"a.mp4@sha256:{'a' * 64}", f"video 7@sha256:{'a' * 64}", id="media by their digest"),
]


@pytest.mark.parametrize(("codec", "declared", "wire"), ECHOES)
def test_an_echo_is_not_drift(codec: Codec, declared: Any, wire: Any) -> None:
    live = codec.decode(wire)
    canonical = codec.decode(codec.encode(declared)) if codec is not MEDIA else declared
    assert codec.same(canonical, live) if live is not None else not canonical


UNLIKE = [
    pytest.param(MINOR_UNITS, 500, "5000", id="ten times the budget"),
    pytest.param(TIME, MOMENT, "2026-12-01T09:00:01+0800", id="a second later"),
    pytest.param(
        TARGETING, {"geo_locations": {"countries": ["SG"]}}, {"geo_locations": {"countries": ["MY"]}}, id="a country"
    ),
    pytest.param(
        TARGETING, {"custom_audiences": [{"id": "1"}]}, {"custom_audiences": [{"id": "2"}]}, id="another audience"
    ),
    pytest.param(CATEGORIES, [], ["HOUSING"], id="a category"),
    pytest.param(TEXT, "Spring", "spring", id="a capital"),
    pytest.param(FLAG, True, False, id="a flag"),
    pytest.param(URL, "https://acme.example/a", "https://acme.example/b", id="another page"),
    pytest.param(MEDIA, f"a.mp4@sha256:{'a' * 64}", f"a.mp4@sha256:{'b' * 64}", id="another file by the same name"),
]


@pytest.mark.parametrize(("codec", "declared", "wire"), UNLIKE)
def test_what_a_person_changed_is_seen(codec: Codec, declared: Any, wire: Any) -> None:
    assert not codec.same(declared, codec.decode(wire))


UNSET = [
    pytest.param(MINOR_UNITS, "0", id="an unset budget reads as 0"),
    pytest.param(MINOR_UNITS, None, id="or is absent"),
    pytest.param(MINOR_UNITS, "", id="or is empty"),
    pytest.param(TIME, "1970-01-01T07:30:00+0730", id="an ancient object's end is the epoch"),
    pytest.param(TIME, None, id="no end"),
    pytest.param(TIME, "0", id="an end of zero"),
    pytest.param(TEXT, None, id="no text"),
    pytest.param(JSON, None, id="no spec"),
]


@pytest.mark.parametrize(("codec", "wire"), UNSET)
def test_what_is_unset_at_meta_decodes_to_none(codec: Codec, wire: Any) -> None:
    assert codec.decode(wire) is None


def test_audiences_are_sent_by_id_alone_and_the_declared_spec_is_left_as_it_is() -> None:
    declared = {"custom_audiences": [{"id": "1", "name": "x"}], "excluded_custom_audiences": [{"id": "2"}, "3"]}
    sent = TARGETING.encode(declared)
    assert sent == {"custom_audiences": [{"id": "1"}], "excluded_custom_audiences": [{"id": "2"}, "3"]}
    assert declared["custom_audiences"] == [{"id": "1", "name": "x"}]


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_every_field_agrees_with_itself(kind: str) -> None:
    samples: dict[Codec, Any] = {
        MINOR_UNITS: 5000, TIME: MOMENT, FLAG: True, JSON: {"a": [1]}, CATEGORIES: ["CREDIT"],
        TARGETING: {"geo_locations": {"countries": ["SG"]}}, TEXT: "x", URL: "https://a.example",
        MEDIA: f"a@sha256:{'a' * 64}",
    }  # fmt: skip
    for name, api in KINDS[kind].fields.items():
        sample = samples[api.codec]
        assert api.codec.same(sample, sample), name
        if api.codec is not MEDIA:
            assert api.codec.same(sample, api.codec.decode(api.codec.encode(sample))), name


# ---- creatives that we did not make


def test_a_foreign_video_creative_reads_in_a_buyers_words() -> None:
    story = {
        "page_id": "1",
        "instagram_user_id": "2",
        "video_data": {
            "video_id": "7",
            "image_hash": "h",
            "message": "Text",
            "title": "Head",
            "link_description": "Small",
            "call_to_action": {"type": "SHOP_NOW", "value": {"link": "https://a.example"}},
        },
    }
    assert read_creative({"object_story_spec": story, "url_tags": "a=b"}, {"7": "d" * 64}, {}) == {
        "video": f"video 7@sha256:{'d' * 64}",
        "thumbnail": "image h@sha256:unknown",
        "primary_text": "Text",
        "headline": "Head",
        "description": "Small",
        "call_to_action": "SHOP_NOW",
        "destination_url": "https://a.example",
        "url_tags": "a=b",
        "page": "1",
        "instagram_user": "2",
    }


def test_a_foreign_link_creative_reads_in_a_buyers_words() -> None:
    story = {
        "page_id": "1",
        "link_data": {"link": "https://a.example", "image_hash": "h", "name": "Head", "message": "T"},
    }
    assert read_creative({"object_story_spec": story}, {}, {"h": "e" * 64}) == {
        "image": f"image h@sha256:{'e' * 64}",
        "primary_text": "T",
        "headline": "Head",
        "destination_url": "https://a.example",
        "page": "1",
    }


def test_a_creative_without_a_story_says_nothing() -> None:
    assert read_creative({}, {}, {}) == {}
