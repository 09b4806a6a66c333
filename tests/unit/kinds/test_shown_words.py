"""What is said to somebody who knows neither YAML nor Ads Manager."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.buttons import TEXTS, button_text
from reconciler.kinds.enums import CALLS_TO_ACTION
from reconciler.kinds.reach import reach
from reconciler.kinds.shapes import FEED, STORY, shapes

SG = {"geo_locations": {"countries": ["SG"]}}


@pytest.mark.parametrize(
    ("word", "text"),
    [("SHOP_NOW", "Shop Now"), ("LEARN_MORE", "Learn More"), ("GET_A_QUOTE", "Get a Quote"), ("SIGN_UP", "Sign Up"),
     ("BUY_TICKETS", "Get Tickets"), ("WHATSAPP_MESSAGE", "WhatsApp"), ("SHOP_WITH_AI", "Shop with AI"),
     ("NO_BUTTON", "")],
)  # fmt: skip
def test_a_button_says_what_people_see(word: str, text: str) -> None:
    assert button_text(word) == text


def test_the_table_of_buttons_has_only_buttons() -> None:
    assert set(TEXTS) <= CALLS_TO_ACTION
    assert all(button_text(word) or word == "NO_BUTTON" for word in CALLS_TO_ACTION)


@pytest.mark.parametrize(
    ("targeting", "found"),
    [
        ({}, {FEED, STORY}),
        ({"publisher_platforms": ["facebook"]}, {FEED, STORY}),
        ({"publisher_platforms": ["facebook"], "facebook_positions": ["feed"]}, {FEED}),
        ({"publisher_platforms": ["instagram"], "instagram_positions": ["story", "reels"]}, {STORY}),
        ({"publisher_platforms": ["facebook", "instagram"], "facebook_positions": ["feed"]}, {FEED, STORY}),
        ({"publisher_platforms": ["audience_network"]}, set()),
    ],
)
def test_an_ad_has_the_shapes_of_its_placements(targeting: dict[str, Any], found: set[str]) -> None:
    assert shapes(targeting) == found


@pytest.mark.parametrize(
    ("targeting", "said"),
    [
        (SG, "people in Singapore; wherever Meta shows ads"),
        ({**SG, "age_min": 21}, "people in Singapore, aged 21 and over; wherever Meta shows ads"),
        ({**SG, "age_min": 25, "age_max": 55, "genders": [2]},
         "people in Singapore, women, aged 25 to 55; wherever Meta shows ads"),
        ({**SG, "age_max": 30}, "people in Singapore, aged up to 30; wherever Meta shows ads"),
        ({**SG, "age_max": 65}, "people in Singapore, aged 18 and over; wherever Meta shows ads"),
        ({"geo_locations": {"countries": ["SG", "MY", "TH"]}, "publisher_platforms": ["facebook", "instagram"]},
         "people in Singapore, Malaysia and Thailand; on Facebook and Instagram"),
        ({**SG, "custom_audiences": [{"id": "1", "name": "Buyers"}, {"id": "2"}], "excluded_custom_audiences": ["x"]},
         "people in Singapore, in the audience Buyers or 2, not in the audience x; wherever Meta shows ads"),
        ({**SG, "targeting_automation": {"advantage_audience": 1}},
         "people in Singapore; wherever Meta shows ads; Meta may go beyond these people where it expects more of "
         "others (Advantage+ audience)"),
        ({**SG, "excluded_geo_locations": {"countries": ["MY"]}},
         "people in Singapore, without Malaysia; wherever Meta shows ads"),
    ],
)  # fmt: skip
def test_whom_an_ad_set_reaches_is_told_in_words(targeting: dict[str, Any], said: str) -> None:
    assert reach(targeting) == said


@pytest.mark.parametrize(
    ("name", "value"),
    [("locales", [6, 24]), ("flexible_spec", [{"interests": [{"id": "6003", "name": "Coffee"}]}]),
     ("geo_locations", {"countries": ["SG"], "cities": [{"key": "2418779", "name": "Ipoh"}]}),
     ("geo_locations", {"countries": ["SG"], "location_types": ["home"]}),
     ("targeting_automation", {"individual_setting": {"age": 1}}), ("something_new", ["x y"])],
)  # fmt: skip
def test_what_the_words_do_not_know_is_told_as_it_stands(name: str, value: Any) -> None:
    told = reach({**SG, name: value})
    for leaf in _leaves(value):
        assert str(leaf) in told.replace("Singapore", "SG")


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    return [leaf for inner in value for leaf in _leaves(inner)] if isinstance(value, list) else [value]
