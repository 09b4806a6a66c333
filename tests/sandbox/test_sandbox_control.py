import json
import re
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from reconciler.sandbox.settings import DEFAULTS


def fault(graph, **rule):
    return graph.control("faults", rule)


def create(graph, **params):
    return graph.call("POST", f"{graph.account}/campaigns", graph.campaign_params(**params))


def names(graph):
    return [one["name"] for one in graph.get(f"{graph.account}/campaigns", fields="name")["data"]]


def test_the_clock_stands_advances_and_runs(graph):
    assert graph.control("clock", method="GET")["now"] == "2026-11-21T02:00:00+0000"
    assert graph.control("clock", {"advance_seconds": 90})["now"] == "2026-11-21T02:01:30+0000"
    first = graph.control("clock", {"now": "2027-01-01T00:00:00Z", "run": True})["unix"]
    while graph.control("clock", method="GET")["unix"] == first:
        time.sleep(0.01)
    assert graph.control("clock", method="GET")["unix"] > first


@pytest.mark.parametrize(("effect", "error"), [("drop", requests.ConnectionError), ("reset", requests.ConnectionError)])
@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["Spring"])])
def test_a_connection_is_lost_before_or_after_the_write(graph, effect, error, when, made):
    fault(graph, method="POST", path="/campaigns$", effect=effect, when=when)
    with pytest.raises(error):
        create(graph)
    assert names(graph) == made
    create(graph)


def test_a_reply_may_come_too_late_or_never(graph, sandbox):
    fault(graph, method="POST", effect="timeout", seconds=0.05)
    with pytest.raises(requests.RequestException):
        create(graph)
    fault(graph, method="GET", effect="slow", seconds=0.2, times=2)
    graph.get("me")
    assert sandbox.handle("GET", "/v26.0/me", {"authorization": "Bearer x"}, b"").seconds == 0.2


def test_a_late_call_is_carried_out_after_the_client_gave_up(graph):
    fault(graph, method="POST", effect="late", seconds=60)
    with pytest.raises(requests.ConnectionError):
        create(graph)
    assert names(graph) == []
    graph.advance(61)
    assert names(graph) == ["Spring"]


def test_bad_gateways_and_half_bodies(graph):
    fault(graph, effect="status", status=502, when="after")
    reply = create(graph)
    assert reply.status_code == 502 and reply.text.startswith("<!DOCTYPE html>")
    assert names(graph) == ["Spring"]
    fault(graph, effect="garbage")
    with pytest.raises(requests.JSONDecodeError):
        graph.call("GET", "me").json()


def test_graph_errors_on_demand_also_inside_a_200(graph):
    fault(graph, effect="error", code=2, is_transient=True)
    reply = graph.call("GET", "me")
    assert (reply.status_code, reply.json()["error"]["code"]) == (500, 2)
    fault(graph, effect="error_200", code=100, subcode=1487390, message="Adcreative Create Failed")
    reply = graph.call("GET", "me")
    assert (reply.status_code, reply.json()["error"]["error_subcode"]) == (200, 1487390)


def test_a_rule_counts_matches_and_wears_out(graph):
    fault(graph, method="POST", path="/campaigns$", params={"name": "^B"}, nth=2, times=2, effect="error", code=1)
    outcomes = [create(graph, name=name).status_code for name in ("A", "B1", "B2", "A", "B3", "B4")]
    assert outcomes == [200, 200, 500, 200, 500, 200]
    fault(graph, times=0, effect="error", code=1)
    assert [graph.call("GET", "me").status_code for _ in range(3)] == [500] * 3
    graph.control("faults", method="DELETE")
    graph.get("me")


@pytest.mark.parametrize(("when", "made"), [("before", []), ("after", ["a"])])
def test_a_batch_entry_may_be_null(graph, when, made):
    fault(graph, path="/adlabels$", effect="null", when=when)
    entry = {"method": "POST", "relative_url": f"{graph.account}/adlabels", "body": "name=a"}
    replies = graph.post("", batch=[entry, {"method": "GET", "relative_url": "me"}])
    assert replies[0] is None and replies[1]["code"] == 200
    assert [row["name"] for row in graph.get(f"{graph.account}/adlabels", fields="name")["data"]] == made


def test_a_success_may_be_a_lie(graph):
    id = graph.campaign()
    fault(graph, method="POST", effect="lie")
    assert graph.post(id, name="Other") == {"success": True}
    assert names(graph) == ["Spring"]


def test_a_fresh_object_may_be_unreadable_for_a_while(graph):
    graph.settings(read_lag_seconds=10)
    id = graph.campaign()
    assert graph.refused(id, "GET") == (100, 33)
    assert graph.refused(f"{graph.account}/adsets", **graph.ad_set_params(id)) == (100, 33)
    graph.advance(11)
    graph.ad_set(id)


def test_unknown_rules_and_settings_are_refused(graph):
    for path, body in (
        ("faults", {"effect": "explode"}),
        ("faults", {"effect": "drop", "tims": 2}),
        ("settings", {"x": 1}),
    ):
        assert graph.http.post(f"{graph.url}/_sandbox/{path}", json=body, timeout=300).status_code == 400
    assert graph.http.get(f"{graph.url}/_sandbox/nothing", timeout=300).status_code == 404


def test_a_person_edits_past_every_lock(graph):
    id = graph.ad_set(status="ACTIVE")
    graph.control("edit", {"id": id, "params": {"optimization_goal": "REACH", "status": "PAUSED"}})
    seen = graph.get(id, fields="optimization_goal,status")
    assert (seen["optimization_goal"], seen["status"]) == ("REACH", "PAUSED")
    issue = [{"level": "AD_SET", "error_code": 2446446, "error_type": "HARD_ERROR"}]
    graph.control("edit", {"id": id, "params": {"issues_info": issue}, "actor": "Meta", "application": "Meta"})
    assert graph.get(id, fields="issues_info")["issues_info"] == issue


def test_a_person_copies_label_and_all(graph):
    campaign = graph.campaign(adlabels=[{"name": "ours"}])
    for _ in range(2):
        graph.ad(graph.ad_set(campaign))
    copied = graph.control("copy", {"id": campaign, "actor": "Mei"})["copied_campaign_id"]
    assert graph.get(copied, fields="adlabels{name}")["adlabels"] == [{"name": "ours"}]
    assert graph.ledger()[-1]["method"] == "COPY" and graph.ledger()[-1]["actor"] == "Mei"


def test_the_ledger_holds_accepted_writes_in_order_without_the_token(graph):
    id = graph.campaign()
    create(graph, objective="NONSENSE")
    graph.post(id, status="ACTIVE")
    graph.image()
    lines = graph.ledger()
    assert [(one["n"], one["method"]) for one in lines] == [(1, "POST"), (2, "POST"), (3, "POST")]
    assert lines[0]["id"] == lines[1]["id"] == id and lines[1]["params"] == {"status": "ACTIVE"}
    assert lines[0]["account"] == graph.account and lines[0]["params"]["special_ad_categories"] == []
    assert graph.token not in str(lines)


def test_every_call_is_counted_batch_entries_too(graph):
    graph.control("calls", method="DELETE")
    graph.get("me")
    graph.post("", batch=[{"method": "GET", "relative_url": "me"}] * 2)
    calls = graph.control("calls", method="GET")["calls"]
    assert [(one["method"], one["path"], one.get("batch", False)) for one in calls] == [
        ("GET", "/me", False),
        ("GET", "/me", True),
        ("GET", "/me", True),
        ("POST", "/", False),
    ]


def test_the_world_can_be_carried_away_and_put_back(graph):
    campaign = graph.campaign(adlabels=[{"name": "a"}])
    creative = graph.creative()
    saved = graph.control("world", method="GET")
    graph.control("reset", {"all": True})
    assert graph.refused(campaign, "GET") == (100, 33)
    graph.control("world", saved)
    assert graph.get(campaign, fields="adlabels{name}")["adlabels"] == [{"name": "a"}]
    assert graph.creative() == creative
    assert graph.campaign() != campaign


def test_a_reset_keeps_accounts(graph):
    graph.campaign()
    graph.control("reset", {})
    assert names(graph) == [] and graph.ledger() == []
    graph.ad()


def test_fresh_objects_may_be_missing_from_lists(graph):
    fault(graph, effect="hide_fresh", where="lists", seconds=60)
    graph.campaign()
    assert names(graph) == []
    graph.control("faults", method="DELETE")
    assert names(graph) == ["Spring"]


def test_the_page_explains_every_setting():
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()
    table = page.partition("### Settings")[2].partition("## ")[0]
    assert set(re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|[^|]*\|$)", table, re.MULTILINE)) == set(DEFAULTS)
    assert "](coverage.md)" in page and "`audience_terms`" in page


def test_a_slow_batch_is_answered_late_and_whole(graph, sandbox):
    fault(graph, method="POST", effect="slow", seconds=0.2, times=2)
    parts = json.dumps([{"method": "GET", "relative_url": "me"}])
    assert [part["code"] for part in graph.post("", batch=parts)] == [200]
    headers = {"authorization": "Bearer x", "content-type": "application/x-www-form-urlencoded"}
    answer = sandbox.handle("POST", "/v26.0/", headers, urlencode({"batch": parts}).encode())
    assert (answer.status, answer.seconds) == (200, 0.2)


@pytest.mark.parametrize(
    ("route", "given", "said"),
    [
        ("review", {"decision": "reject", "feedback": "Too loud"}, 'as in {"global": {'),
        ("review", {"decision": "reject", "feedback": {"global": "Too loud"}}, 'as in {"global": {'),
        ("review", {"decision": "maybe"}, "decision is one of approve, reject, pending"),
        ("edit", {"params": {"issues_info": "broken"}}, "issues_info is a list of objects, as in "),
        ("edit", {"params": {"issues_info": ["broken"]}}, "issues_info is a list of objects, as in "),
    ],
)
def test_what_would_break_later_reads_is_refused_with_an_example_and_changes_nothing(graph, route, given, said):
    id = create(graph).json()["id"]
    before = graph.control("world", method="GET")
    answer = requests.post(f"{graph.url}/_sandbox/{route}", json={"id": id, **given}, timeout=60)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert graph.control("world", method="GET") == before
    assert graph.get(id, fields="name,issues_info")["id"] == id


def test_a_clock_that_stands_says_what_waits_for_it(graph):
    standing = graph.control("clock", method="GET")
    assert standing["runs"] is False
    assert "videos are processed" in standing["note"] and '"advance_seconds"' in standing["note"]
    running = graph.control("clock", {"run": True})
    assert running["runs"] is True and "note" not in running
