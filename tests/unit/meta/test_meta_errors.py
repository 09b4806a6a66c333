from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.meta.errors import TABLE, meaning_of, read_reply
from reconciler.model import errors
from reconciler.model.errors import (
    AccountBlocked,
    GraphError,
    GraphReply,
    Invalid,
    NotForNow,
    NotFound,
    Throttled,
    TokenRefused,
    TooMuchData,
    Unavailable,
    VersionEnded,
)

ROWS = [
    pytest.param(1, None, Unavailable, id="unknown error: perhaps done"),
    pytest.param(1, 99, Unavailable, id="unknown error with some subcode"),
    pytest.param(2, None, Unavailable, id="service unavailable: perhaps done"),
    pytest.param(960, None, Unavailable, id="request aborted: perhaps done"),
    pytest.param(389, None, Unavailable, id="a file that could not be fetched"),
    pytest.param(352, None, Invalid, id="a film of another format"),
    pytest.param(382, 1363023, Invalid, id="a film that is too large"),
    pytest.param(6000, 1363019, Unavailable, id="an upload that may be tried again"),
    pytest.param(6001, 1363033, Unavailable, id="an upload of which a part is missing"),
    pytest.param(6000, 1363030, Unavailable, id="an upload that took too long, or the service"),
    pytest.param(2, 1363030, Unavailable, id="an upload that took too long, told as the service's fault"),
    pytest.param(2, 1363047, Unavailable, id="the service, with a subcode near those of uploads"),
    pytest.param(4, None, Throttled, id="application limit"),
    pytest.param(17, None, Throttled, id="user limit"),
    pytest.param(17, 1885172, NotForNow, id="too many spend cap changes"),
    pytest.param(17, 2446079, Throttled, id="account limit"),
    pytest.param(32, None, Throttled, id="page limit"),
    pytest.param(341, None, Throttled, id="temporary limit"),
    pytest.param(613, None, Throttled, id="custom limit"),
    pytest.param(613, 1487742, Throttled, id="too many calls of the ad account"),
    pytest.param(613, 1487632, NotForNow, id="too many budget changes"),
    pytest.param(80000, None, Throttled, id="insights limit"),
    pytest.param(80004, 2446079, Throttled, id="ads management limit"),
    pytest.param(80014, None, Throttled, id="the last business limit"),
    pytest.param(4, 2207051, AccountBlocked, id="action blocked, not a limit"),
    pytest.param(190, None, TokenRefused, id="token expired"),
    pytest.param(190, 463, TokenRefused, id="session expired"),
    pytest.param(190, 460, TokenRefused, id="password changed"),
    pytest.param(102, None, TokenRefused, id="session key invalid"),
    pytest.param(104, None, TokenRefused, id="wrong proof"),
    pytest.param(10, None, AccountBlocked, id="no permission"),
    pytest.param(200, None, AccountBlocked, id="permission missing"),
    pytest.param(200, 1870034, AccountBlocked, id="audience terms"),
    pytest.param(200, 1870090, AccountBlocked, id="audience terms, as a newer page has it"),
    pytest.param(200, 1870050, AccountBlocked, id="an account outside a business"),
    pytest.param(270, None, AccountBlocked, id="development access only"),
    pytest.param(272, None, AccountBlocked, id="no such permission"),
    pytest.param(294, None, AccountBlocked, id="ads_management missing"),
    pytest.param(3, None, AccountBlocked, id="no capability"),
    pytest.param(31, None, AccountBlocked, id="checkpoint"),
    pytest.param(368, None, AccountBlocked, id="blocked by policy"),
    pytest.param(100, 1359188, AccountBlocked, id="no payment method"),
    pytest.param(100, 1885183, AccountBlocked, id="app in development mode"),
    pytest.param(100, 33, NotFound, id="no such object"),
    pytest.param(803, None, NotFound, id="no such alias"),
    pytest.param(100, None, Invalid, id="invalid parameter"),
    pytest.param(100, 1885272, Invalid, id="budget too low"),
    pytest.param(100, 3858548, Invalid, id="Singapore's beneficiary missing"),
    pytest.param(100, 3260011, Invalid, id="published ad set locked"),
    pytest.param(100, 1870199, Invalid, id="location types"),
    pytest.param(2635, None, VersionEnded, id="dead version"),
    pytest.param(2500, None, Invalid, id="bad path"),
    pytest.param(6000, None, Unavailable, id="an upload that went wrong"),
    pytest.param(6000, 1363045, Invalid, id="a file of another size than announced"),
    pytest.param(100, 1487534, TooMuchData, id="too much data asked for"),
    pytest.param(31415926, None, Unavailable, id="a code that nobody knows: perhaps done"),
    pytest.param(31415926, 7, Unavailable, id="a code and subcode that nobody knows"),
]


@pytest.mark.parametrize(("code", "subcode", "error"), ROWS)
@pytest.mark.parametrize("status", [400, 200, 500])
def test_numbers_alone_decide_what_an_error_means(
    status: int, code: int, subcode: int | None, error: type[GraphError]
) -> None:
    assert meaning_of(GraphReply(status, code, subcode, message="anything at all")).error is error


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, Unavailable),
        (502, Unavailable),
        (504, Unavailable),
        (200, Unavailable),
        (404, Unavailable),
        (413, Invalid),
    ],
)
def test_an_answer_without_a_code_is_an_unknown_outcome_unless_it_was_too_large(
    status: int, error: type[GraphError]
) -> None:
    assert meaning_of(read_reply(status, "<html>")).error is error


@given(st.integers(-10, 10**6), st.one_of(st.none(), st.integers(0, 10**7)), st.sampled_from([200, 400, 403, 429, 500]))
def test_every_answer_means_something(code: int, subcode: int | None, status: int) -> None:
    assert issubclass(meaning_of(GraphReply(status, code, subcode)).error, GraphError)


@given(st.integers(1, 10**6))
def test_a_code_outside_the_table_is_never_a_definite_refusal(code: int) -> None:
    if (code, None) not in TABLE:
        assert meaning_of(GraphReply(400, code)).error is Unavailable


def test_what_a_person_has_to_mend_says_how() -> None:
    for (code, subcode), meaning in TABLE.items():
        if meaning.error in (AccountBlocked, TokenRefused, NotFound):
            assert meaning.mend, (code, subcode)


# ---- reading Meta's envelope

FULL = {
    "error": {
        "message": "Invalid parameter",
        "type": "OAuthException",
        "code": 100,
        "error_subcode": 1885272,
        "is_transient": False,
        "error_user_title": "Budget is too low",
        "error_user_msg": "Spend more.",
        "error_data": {"blame_field_specs": [["daily_budget"], ["targeting", "geo_locations"]]},
        "fbtrace_id": "AbC",
    }
}


def test_the_whole_envelope_is_read() -> None:
    reply = read_reply(400, FULL)
    assert (reply.code, reply.subcode, reply.http_status, reply.trace_id) == (100, 1885272, 400, "AbC")
    assert reply.blame == "daily_budget, targeting.geo_locations"
    assert str(reply) == (
        "Meta error 100/1885272: Budget is too low: Spend more."
        " (field daily_budget, targeting.geo_locations) [trace AbC]"
    )


def test_error_data_is_read_as_json_text_too() -> None:
    data = {"blame_field": "name"}
    assert read_reply(400, {"error": {"error_data": json.dumps(data)}}).blame == "name"
    assert read_reply(400, {"error": {"error_data": "not JSON"}}).blame == ""


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "<html>",
        [],
        {},
        {"error": "x"},
        {"error": None},
        {"error": {}},
        {"error": {"code": "100"}},
        {"error": {"code": True}},
    ],
    ids=repr,
)
def test_an_answer_of_any_shape_is_read(body: Any) -> None:
    reply = read_reply(500, body)
    assert reply.code is None
    assert "HTTP 500" in str(reply)


def test_a_message_can_neither_show_a_token_nor_move_the_cursor() -> None:
    text = "bad access_token=SECRETVALUE \x1b[2J\r\nsecond line \u202e"
    reply = read_reply(
        400, {"error": {"message": text, "error_user_title": text, "error_user_msg": text, "fbtrace_id": text}}
    )
    for said in (reply.message, reply.user_title, reply.user_message, reply.trace_id):
        assert "SECRETVALUE" not in said
        assert said.isprintable()


# ---- the error tree


def test_few_errors_have_exit_codes_of_their_own() -> None:
    tree = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.ReconcilerError)]
    assert {c.__name__: c.exit_code for c in tree if c.exit_code != 1} == {
        "UsageError": 64,
        "UnsharedState": 6,
        "Throttled": 7,
        "ForgeThrottled": 7,
        "LockedError": 5,
        "StaleError": 4,
    }


def test_an_error_carries_its_mend() -> None:
    assert str(Invalid(GraphReply(400, 100, message="no"), "do this")) == "Meta error 100: no\n  mend: do this"
    assert str(Invalid(GraphReply(400, 100, message="no"))) == "Meta error 100: no"
