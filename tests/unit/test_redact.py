from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler import redact as module
from reconciler.redact import MASK, redact, remember_secret

SECRET = "s3cret/with+signs=&more"


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_known", set())
    yield


FORMS = [
    pytest.param(SECRET, id="as it is"),
    pytest.param(quote(SECRET, safe=""), id="URL-encoded"),
    pytest.param(base64.b64encode(SECRET.encode()).decode(), id="in base64"),
    pytest.param(base64.b64encode(SECRET.encode()).decode().rstrip("="), id="in base64 without padding"),
    pytest.param(f"prefix{SECRET}suffix", id="inside a word"),
]


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_was_read_is_taken_out_in_each_of_its_forms(form: str) -> None:
    remember_secret(SECRET)
    assert SECRET not in redact(form)
    assert MASK in redact(form)


UNKNOWN = [
    pytest.param("EAAB" + "x1Y2" * 10, id="a token by its shape"),
    pytest.param("GET /me?access_token=abc123&x=1", id="a token in a query"),
    pytest.param("access_token%3Dabc123", id="a token in an encoded query"),
    pytest.param('{"access_token": "abc123"}', id="a token in JSON"),
    pytest.param("appsecret_proof=abc123", id="a proof"),
    pytest.param("input_token=abc123", id="a token that is asked about"),
    pytest.param("ACCESS_TOKEN=abc123", id="in capitals"),
    pytest.param("Authorization: Bearer abc123", id="a header"),
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_token_that_was_never_read_is_taken_out_by_its_place(text: str) -> None:
    assert "abc123" not in redact(text)
    assert "x1Y2" not in redact(text)
    assert MASK in redact(text)


HARMLESS = [
    "META_ACCESS_TOKEN is not set",
    "the environment variable META_ACCESS_TOKEN=… is missing",
    "act_1234567890",
    "EAAT at Joe's",
    "page 1029384756",
    "",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_what_follows_a_token_in_a_query_is_kept() -> None:
    assert redact("?access_token=abc&limit=5") == f"?access_token={MASK}&limit=5"


def test_no_secret_is_no_mask() -> None:
    remember_secret("")
    assert redact("nothing") == "nothing"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text("abcXYZ0129/+=", min_size=8, max_size=30),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_no_text_gives_a_known_secret_away(secret: str, before: str, after: str) -> None:
    remember_secret(secret)
    assert secret not in redact(before + secret + after)


def test_a_secret_inside_another_is_taken_out_with_it() -> None:
    remember_secret("abcdefgh")
    remember_secret("abcdefghijkl")
    assert redact("abcdefghijkl abcdefgh") == f"{MASK} {MASK}"
