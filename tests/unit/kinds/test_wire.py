from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.budget_schedules import CODEC as SCHEDULES
from reconciler.kinds.creative.creative import MEDIA, URL, read_creative
from reconciler.kinds.wire import CATEGORIES, ENUM, FLAG, JSON, MINOR_UNITS, TARGETING, TEXT, TIME, WORDS, Codec

# ---- Meta's echoes, from its documentation and from recorded replies

MOMENT = "2026-12-01T09:00:00+0800"
ECHOES = [
    pytest.param(MINOR_UNITS, 500, "500", id="a budget comes back as text"),
    pytest.param(MINOR_UNITS, 500, 500, id="a bid comes back as a number"),
    pytest.param(TIME, MOMENT, "2026-12-01T01:00:00+0000", id="a time in the account's zone"),
    pytest.param(TIME, MOMENT, "2026-11-30T20:00:00-0500", id="a time on another day"),
    pytest.param(
        TARGETING,
        {"custom_audiences": [{"id": "23", "name": "Old name"}]},
        {"custom_audiences": [{"id": "23", "name": "Buyers"}]},
        id="an audience by its id, whatever its name",
    ),
    pytest.param(CATEGORIES, [], ["NONE"], id="no special category reads as NONE"),
    pytest.param(CATEGORIES, ["HOUSING", "CREDIT"], ["HOUSING", "CREDIT"], id="categories in any order"),
    pytest.param(JSON, {"pixel_id": "5"}, {"pixel_id": 5}, id="an id as a number"),
    pytest.param(TEXT, "Spring", "Spring ", id="a trailing space"),
    pytest.param(FLAG, False, None, id="a flag that is off is omitted"),
    pytest.param(FLAG, False, "false", id="a flag as a word"),
    pytest.param(TEXT, "Acme ", "Acme", id="a trailing space that was declared"),
    pytest.param(URL, "https://acme.example", "https://acme.example/", id="the slash of a bare host"),
    pytest.param(URL, "https://acme.example?a=1", "https://acme.example/?a=1", id="the slash before a query"),
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
    pytest.param(URL, "https://acme.example/a", "https://acme.example/a/", id="a slash that leads elsewhere"),
    pytest.param(JSON, {"a": 1}, {"a": 1, "b": 2}, id="a key that nobody declared"),
    pytest.param(JSON, {}, {"a": 1}, id="a key where none was declared"),
    pytest.param(JSON, [{"a": 1}], [{"a": 1, "b": 0}], id="a key in an item, be it 0"),
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
    pytest.param(WORDS, ["7"], id="words that are none"),
    pytest.param(ENUM, "UNDEFINED", id="a destination that was never chosen"),
]


@pytest.mark.parametrize(("codec", "wire"), UNSET)
def test_what_is_unset_at_meta_decodes_to_none(codec: Codec, wire: Any) -> None:
    assert codec.decode(wire) is None


def test_audiences_are_sent_by_id_alone_and_the_declared_spec_is_left_as_it_is() -> None:
    declared = {"custom_audiences": [{"id": "1", "name": "x"}], "excluded_custom_audiences": [{"id": "2"}, "3"]}
    sent = TARGETING.encode(declared)
    assert sent == {"custom_audiences": [{"id": "1"}], "excluded_custom_audiences": [{"id": "2"}, "3"]}
    assert declared["custom_audiences"] == [{"id": "1", "name": "x"}]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "everybody",
        {"custom_audiences": [{"name": "Past buyers"}, "3", None]},
        {"custom_audiences": None, "excluded_custom_audiences": {"id": "1"}},
    ],
)
def test_targeting_of_another_shape_is_sent_and_compared_as_it_is(odd: Any) -> None:
    assert TARGETING.encode(odd) == odd
    assert TARGETING.same(odd, odd)


SCHEDULE = {"budget_value": 1000, "budget_value_type": "ABSOLUTE", "time_start": 1796086800, "time_end": 1796108400}


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_every_field_agrees_with_itself(kind: str) -> None:
    samples: dict[Codec, Any] = {
        MINOR_UNITS: 5000, TIME: MOMENT, FLAG: True, ENUM: "WEBSITE", JSON: {"a": [1]}, CATEGORIES: ["CREDIT"],
        TARGETING: {"geo_locations": {"countries": ["SG"]}}, WORDS: ["SINGAPORE_UNIVERSAL"], TEXT: "x", URL: "https://a.example",
        MEDIA: f"a@sha256:{'a' * 64}", SCHEDULES: [SCHEDULE],
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
        "thumbnail": "image h@sha256:meta:h",
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
