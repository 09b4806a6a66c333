from __future__ import annotations

import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.display import JOINERS, plain, said

ZONE = ZoneInfo("Asia/Singapore")

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
    "",
    "100 %",
]


@pytest.mark.parametrize("text", FRIENDLY)
def test_what_buyers_write_is_left_alone(text: str) -> None:
    assert plain(text) == text


@given(st.text(st.characters(), max_size=30))
def test_nothing_that_is_shown_can_move_a_cursor(text: str) -> None:
    shown = plain(text)
    assert all(c in JOINERS or unicodedata.category(c)[0] not in "C" for c in shown)
    assert not set(shown) & set("\u2028\u2029")
    assert plain(shown) == shown


SAID = [
    pytest.param("daily_budget", 5000, "50.00 SGD", id="money"),
    pytest.param("spend_cap", 900, "9.00 SGD", id="a spend cap"),
    pytest.param("bid_amount", None, "(none)", id="nothing"),
    pytest.param("start_time", "2026-12-01T01:00:00+0000", "2026-12-01 09:00 +08", id="a time in the project's zone"),
    pytest.param("video", f"spring/hero.mp4@sha256:{'ab' * 32}", "spring/hero.mp4 (abababab)", id="media"),
    pytest.param("status", "PAUSED", "PAUSED", id="a word of Meta's"),
    pytest.param("optimization_goal", "LINK_CLICKS", "LINK_CLICKS", id="a word with an underscore"),
    pytest.param("name", "Spring", '"Spring"', id="text"),
    pytest.param("name", "a\x1bb", '"a\\x1bb"', id="hostile text"),
    pytest.param("targeting", {"b": 1, "a": ["é"]}, '{"a":["é"],"b":1}', id="a mapping"),
    pytest.param("targeting", {"a": "\u202e"}, '{"a":"\\u202e"}', id="hostile text in a mapping"),
    pytest.param("is_dynamic_creative", True, "true", id="a flag"),
]


@pytest.mark.parametrize(("name", "value", "text"), SAID)
def test_values_are_said_as_a_buyer_reads_them(name: str, value: Any, text: str) -> None:
    assert said(name, value, "SGD", ZONE) == text
