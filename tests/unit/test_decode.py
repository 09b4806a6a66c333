from __future__ import annotations

from typing import Any

import pytest
from support.values import at

from reconciler.kinds import KINDS
from reconciler.meta.address import checked_graph_url, is_loopback
from reconciler.model.errors import CredentialsError
from reconciler.observe.decode import decode

ROW: dict[str, Any] = {
    "id": "7",
    "name": "Broad ",
    "campaign_id": "6",
    "status": "PAUSED",
    "effective_status": "CAMPAIGN_PAUSED",
    "adlabels": [{"id": "1", "name": "reconciler:acme:0123"}, {"id": "2", "name": "Theirs"}],
    "created_time": "2026-11-20T02:00:00+0000",
    "daily_budget": "2000",
    "lifetime_budget": "0",
    "end_time": "1970-01-01T07:30:00+0730",
    "start_time": "2026-12-01T01:00:00+0000",
    "targeting": {"geo_locations": {"countries": ["SG"]}},
    "issues_info": [{"error_code": 5, "error_summary": "Bad"}, {"error_code": 6, "error_message": "Worse"}],
    "pacing_type": ["standard"],
}


def test_a_row_becomes_an_object_in_our_vocabulary() -> None:
    found = decode(KINDS["ad_set"], ROW, frozenset({"pacing_type"}))
    assert (found.kind, found.id, found.parent_id, found.status, found.effective_status) == (
        "ad_set",
        "7",
        "6",
        "PAUSED",
        "CAMPAIGN_PAUSED",
    )
    assert found.labels == {"reconciler:acme:0123", "Theirs"}
    assert found.created_time == at("11-20 10:00")
    assert found.issues == ("Bad (5)", "Worse (6)")
    assert found.fields["daily_budget"] == 2000
    assert found.fields["name"] == "Broad"
    assert found.fields["pacing_type"] == ["standard"]


def test_labels_are_read_as_a_list_and_as_an_edge() -> None:
    edge = {**ROW, "adlabels": {"data": ROW["adlabels"]}}
    assert decode(KINDS["ad_set"], edge).labels == decode(KINDS["ad_set"], ROW).labels != frozenset()


def test_what_is_unset_at_meta_is_left_out() -> None:
    assert not {"lifetime_budget", "end_time", "bid_amount"} & set(decode(KINDS["ad_set"], ROW).fields)


def test_raw_parameters_are_read_only_when_asked_for() -> None:
    assert "pacing_type" not in decode(KINDS["ad_set"], ROW).fields


@pytest.mark.parametrize(
    ("effective", "status", "gone"),
    [("DELETED", "DELETED", True), ("ACTIVE", "PAUSED", False), ("ARCHIVED", "PAUSED", False)],
)
def test_a_deleted_object_is_known_by_its_effective_status(effective: str, status: str, gone: bool) -> None:
    found = decode(KINDS["campaign"], {**ROW, "effective_status": effective})
    assert (found.status, found.gone) == (status, gone)


def test_an_ad_knows_its_creative_and_its_review() -> None:
    row = {"id": "8", "status": "ACTIVE", "creative": {"id": "9"}, "ad_review_feedback": {"global": {"Policy": "Why"}}}
    found = decode(KINDS["ad"], row)
    assert (found.creative_id, found.review, found.effective_status) == ("9", ("Policy: Why",), "ACTIVE")


def test_a_bare_row_is_an_object_all_the_same() -> None:
    found = decode(KINDS["ad"], {"id": 5})
    assert (found.id, found.status, dict(found.fields), found.created_time) == ("5", "", {}, None)


GOOD_URLS = [
    ("https://graph.facebook.com", "https://graph.facebook.com"),
    ("https://graph.facebook.com/", "https://graph.facebook.com"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("http://localhost:8000/", "http://localhost:8000"),
    ("http://[::1]:8000", "http://[::1]:8000"),
]
BAD_URLS = [
    "http://graph.facebook.com",
    "http://127.0.0.1.evil.example",
    "ftp://x",
    "graph.facebook.com",
    "https://",
    "http://[",
]


@pytest.mark.parametrize(("url", "base"), GOOD_URLS)
def test_a_token_travels_over_https_or_stays_on_this_machine(url: str, base: str) -> None:
    assert checked_graph_url(url) == base


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_token_never_travels_in_the_clear(url: str) -> None:
    with pytest.raises(CredentialsError, match=r"is refused: .*\n  mend: write http"):
        checked_graph_url(url)


@pytest.mark.parametrize(
    ("host", "answer"), [("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("localhost.x", False)]
)
def test_what_counts_as_this_machine(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer
