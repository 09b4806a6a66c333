from __future__ import annotations

import re
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds.said import counted, padded, phrase, said, width, with_article, written
from reconciler.text.sanitize import JOINERS, plain

ZONE = ZoneInfo("Asia/Singapore")

FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f")

HOSTILE = [
    pytest.param("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m", id="colours"),
    pytest.param("a\rb", "a\\rb", id="a carriage return"),
    pytest.param("a\nb", "a\\nb", id="a line break"),
    pytest.param("\x1b]0;title\x07", "\\x1b]0;title\\x07", id="a window title"),
    pytest.param("\u202eevil", "\\u202eevil", id="text turned round"),
    pytest.param("a\u200bb", "a\\u200bb", id="a space of no width"),
    pytest.param("\u2028", "\\u2028", id="a line separator"),
    pytest.param("\x9b2J", "\\x9b2J", id="a one-byte escape"),
    pytest.param("\ud800", "\\ud800", id="half a character"),
    pytest.param("\ufeffa", "\\ufeffa", id="a byte order mark"),
    pytest.param("a\u200cb", "a\\u200cb", id="a non-joiner in Latin text"),
    pytest.param("\xe9\u200d\xe9", "\xe9\\u200d\xe9", id="a joiner in Latin text with accents"),
    pytest.param("\xe9\ufe0f", "\xe9\\ufe0f", id="a variation of a letter"),
    pytest.param("\u0430\u200c\u0431", "\u0430\\u200c\u0431", id="a non-joiner in Cyrillic text"),
    pytest.param("A\u200c\u0647", "A\\u200c\u0647", id="a non-joiner between two scripts"),
    pytest.param("\u06cc\u200c\u200c\u062e", "\u06cc\\u200c\\u200c\u062e", id="two non-joiners"),
    pytest.param("\u06cc\u200c", "\u06cc\\u200c", id="a non-joiner at the end"),
    pytest.param("\U0001f469\u200dx", "\U0001f469\\u200dx", id="a joiner between an emoji and a letter"),
    pytest.param("x\U000e0067", "x\\U000e0067", id="a tag after a letter"),
    pytest.param(
        "\U0001f3f4" + "\U000e0067" * 7 + "\U000e007f",
        "\U0001f3f4" + "\\U000e0067" * 7 + "\\U000e007f",
        id="more tags than a flag has",
    ),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_hostile_text_is_written_out(text: str, shown: str) -> None:
    assert plain(text) == shown


FRIENDLY = [
    "Spring Sale | SG",
    "Frühling für 30 €",
    "春の新作",
    "ลดราคา",
    "Ünïcode – “quotes”",
    "👨‍👩‍👧 🛒",
    "Pride \U0001f3f3\ufe0f\u200d\U0001f308",
    "Surf \U0001f3c4\U0001f3fd\u200d\u2640\ufe0f",
    "\U0001f642\u200d\u2194\ufe0f \u2764\ufe0f\u200d\U0001f525 1\ufe0f\u20e3 \u2139\ufe0f",
    "Come on \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937 \u0995\u09cd\u200c\u09b7",
    "",
    "100 %",
]


@pytest.mark.parametrize("text", FRIENDLY)
def test_what_buyers_write_is_left_alone(text: str) -> None:
    assert plain(text) == text


@given(st.text(st.characters(), max_size=30))
def test_nothing_that_is_shown_can_move_a_cursor(text: str) -> None:
    shown = plain(text)
    assert all(c in {*JOINERS, "\u200c"} or unicodedata.category(c)[0] not in "C" for c in FLAG.sub("", shown))
    assert not set(shown) & set("\u2028\u2029")
    assert plain(shown) == shown


SAID = [
    pytest.param("bid_constraints", {"roas_average_floor": 20000}, "roas_average_floor 2.0", id="a return"),
    pytest.param("daily_budget", 5000, "50.00 SGD", id="money"),
    pytest.param("spend_cap", 900, "9.00 SGD", id="a spend cap"),
    pytest.param("bid_amount", None, "(none)", id="nothing"),
    pytest.param("start_time", "2026-12-01T01:00:00+0000", "2026-12-01 09:00 +08", id="a time in the project's zone"),
    pytest.param("video", f"spring/hero.mp4@sha256:{'ab' * 32}", "spring/hero.mp4 (abababab)", id="media"),
    pytest.param("status", "PAUSED", "PAUSED", id="a word of Meta's"),
    pytest.param("optimization_goal", "LINK_CLICKS", "LINK_CLICKS", id="a word with an underscore"),
    pytest.param("name", "Spring", '"Spring"', id="text"),
    pytest.param("name", "a\x1bb", '"a\\x1bb"', id="hostile text"),
    pytest.param("targeting", {"b": 1, "a": ["é"]}, 'b 1; a "é"', id="a mapping"),
    pytest.param("targeting", {"a": "\u202e"}, 'a "\\u202e"', id="hostile text in a mapping"),
    pytest.param("special_ad_categories", [], "(none)", id="an empty list"),
    pytest.param("is_dynamic_creative", True, "true", id="a flag"),
]


@pytest.mark.parametrize(("name", "value", "text"), SAID)
def test_values_are_said_as_a_buyer_reads_them(name: str, value: Any, text: str) -> None:
    assert said(name, value, "SGD", ZONE) == text


def test_what_stands_within_a_field_is_said_by_its_path() -> None:
    assert said("bid_constraints", 12500, "SGD", ZONE, "bid_constraints.roas_average_floor") == "1.25"
    assert said("targeting", [1], "SGD", ZONE, "targeting.genders") == "men"


# ---- words, structures and columns


def test_numbers_and_articles_fit_their_nouns() -> None:
    assert [counted(n, "account") for n in (0, 1, 2, 1500)] == [
        "0 accounts",
        "1 account",
        "2 accounts",
        "1,500 accounts",
    ]
    assert [with_article(noun) for noun in ("image", "video", "ad set")] == ["an image", "a video", "an ad set"]


PHRASES = [
    ({"geo_locations": {"countries": ["SG", "MY"]}, "age_min": 21}, "countries SG, MY; age_min 21"),
    ({"targeting_automation": {"advantage_audience": 1}}, "advantage_audience on"),
    ({"excluded_geo_locations": {"countries": ["MY"]}}, "excluded_geo_locations.countries MY"),
    ({"genders": [2]}, "genders women"),
    ({"flexible_spec": [{"interests": [{"id": "6003", "name": "Tea; countries US"}]}]},
     'flexible_spec {interests "Tea; countries US" (6003)}'),
    ({"geo_locations": {"cities": [{"key": "1", "name": "Ipoh", "radius": 10}]}}, 'cities "Ipoh" (key 1; radius 10)'),
    ({"user_os": []}, "user_os (none)"),
    ({}, "(none)"),
    ({"locales": [6, 24], "x": {"y": None}}, "locales 6, 24; x.y null"),
    ({"user_os": ["iOS; age_min 13", "x\x1b"]}, 'user_os "iOS; age_min 13", "x\\x1b"'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "words"), PHRASES, ids=[words for _, words in PHRASES])
def test_a_targeting_is_said_in_words_that_no_name_can_feign(value: Any, words: str) -> None:
    assert phrase(value, "targeting") == words


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("daily_budget", 8000, "daily_budget: 80.00 SGD"),
        ("end_time", "2026-12-31T23:59:00+0800", "deactivate_at: 2026-12-31 23:59"),
        ("call_to_action", "SHOP_NOW", "call_to_action: SHOP_NOW"),
        ("headline", 'Say "#1"', 'headline: "Say \\"#1\\""'),
        ("targeting", {"age_min": 21}, ""),
        ("video", "a.mp4@sha256:00", ""),
        ("primary_text", "x" * 1001, ""),
    ],
)
def test_a_value_is_said_as_the_line_of_yaml_that_keeps_it(name: str, value: Any, line: str) -> None:
    assert written(name, value, "SGD", ZONE) == line


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("春の", 4), ("e\u0301", 1), ("👨‍👩‍👧", 2), ("🛒", 2), ("", 0)]
)
def test_a_column_is_as_wide_as_a_terminal_shows_it(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(padded(text, 6)) == 6
