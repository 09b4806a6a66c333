from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.text import redact as module
from reconciler.text.redact import (
    MASK,
    _however_encoded,
    redact,
    remember_credentials,
    remember_environment,
    remember_secret,
    without_credentials,
)

SECRET = "s3cret/with+signs=&more"


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_known", set())
    monkeypatch.setattr(module, "_credentials", set())
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
    pytest.param("Authorization:Bearer\tabc123", id="a header with a tab"),
    pytest.param("{b'Authorization': b'Bearer abc123'}", id="a header in bytes"),
    pytest.param("('Authorization', 'Bearer abc123')", id="a header as a pair"),
    pytest.param('{\\"authorization\\": \\"bearer abc123\\"}', id="a header in JSON inside JSON"),
    pytest.param("sent with Bearer ya29.a0abc123-def_ghi", id="what looks like a token behind its word"),
    pytest.param("bearer abc123|defghijklmnopqrstu:abc123", id="what looks like an app's token behind its word"),
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
    "Bearer Coats Winter | SG",
    "bearer: acme-sg/spring",
    "Bearer 2026",
    "+ acme-sg/bearer\n  name Spring-Sale-2026-Singapore",
    "Bearer\n  acme-sg/spring-sale-2026-singapore: 1 to add",
    "Bearer internationalisation-of-coats",
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


# ---- what goes to state/

TOKEN = "EAAB" + "x1Y2" * 10
APP_SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("credential", [SECRET, APP_SECRET], ids=["the token", "the app's secret"])
@pytest.mark.parametrize(
    "form",
    [
        pytest.param(str, id="as it is"),
        pytest.param(lambda text: quote(text, safe=""), id="URL-encoded"),
        pytest.param(lambda text: "".join(f"%{byte:02x}" for byte in text.encode()), id="percent-encoded"),
        pytest.param(lambda text: base64.b64encode(b"user:" + text.encode()).decode(), id="in base64"),
        pytest.param(lambda text: text.encode().hex(), id="in hex"),
    ],
)
def test_a_credential_of_meta_goes_nowhere_into_state(credential: str, form: Callable[[str], str]) -> None:
    remember_credentials(SECRET, APP_SECRET)
    kept = without_credentials({"live": {"names": [f"Sale {form(credential)}", 5, None, True]}})
    assert credential not in str(kept)
    assert MASK in kept["live"]["names"][0]
    assert kept["live"]["names"][1:] == [5, None, True]


def test_the_proof_goes_nowhere_into_state() -> None:
    remember_credentials(SECRET, APP_SECRET)
    (proof,) = module._credentials - {SECRET, APP_SECRET}
    assert without_credentials(f"appsecret_proof={proof}") == f"appsecret_proof={MASK}"


def test_a_token_that_nobody_told_of_goes_nowhere_into_state() -> None:
    assert without_credentials([f"Sale {TOKEN}"]) == [f"Sale {MASK}"]


DECLARED = [
    "https://shop.example/?access_token=abc&x=1",
    "Say access_token=abc123 now",
    "Authorization: Bearer abc123",
    "Bearer ya29.a0abc123-def_ghi",
    "https://user:abc123def@shop.example/",
    "resources",
    "454141" + "33" * 20,
]


@pytest.mark.parametrize("text", DECLARED)
def test_what_was_declared_is_kept_to_the_letter_in_state(text: str) -> None:
    remember_environment({"DB_PASSWORD": "resources"})
    remember_credentials("any", "")
    assert without_credentials({"applied": text}) == {"applied": text}


def test_keys_stay_in_state() -> None:
    remember_credentials("resources", "")
    assert without_credentials({"resources": "resources"}) == {"resources": MASK}


def test_a_long_row_of_backslashes_stays_and_is_gone_through_once() -> None:
    """A pattern with an unlimited repetition would start again at each character, which costs the square of their
    number."""
    remember_credentials(SECRET, APP_SECRET)
    row = "\\" * 60_000
    assert redact(row) == without_credentials(row) == row
    assert not re.search(r"\\\\[*+]", _however_encoded(SECRET).pattern)


# ---- what is too short to be a secret


@pytest.mark.parametrize("remember", [remember_secret, lambda text: remember_credentials(text, text)])
def test_a_word_that_is_too_short_for_a_secret_mangles_nothing(remember: Callable[[str], object]) -> None:
    remember("x")
    remember("account")
    assert redact("an account in index.yaml: text of 7 letters") == "an account in index.yaml: text of 7 letters"
    remember("accounts")
    assert redact("accounts") == MASK
