"""The page at /: who gets it, what feeds it, and that Graph's own / is left alone."""

import json
import re
import subprocess
import sys

import pytest

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def browse(graph):
    return lambda path="/", method="GET", **headers: graph.http.request(
        method, graph.url + path, headers={**HTML, **headers}, timeout=300
    )


@pytest.fixture
def view(graph):
    return lambda **asked: graph.http.get(f"{graph.url}/_page/view", params=asked, timeout=300).json()


def test_a_browser_gets_the_page(browse):
    reply = browse()
    assert reply.status_code == 200 and reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Graph sandbox</title>" in reply.text
    assert browse(method="HEAD").status_code == 200


def test_graph_keeps_its_own_root(graph, browse):
    assert browse(Accept="*/*").json()["error"]["code"]
    assert browse("/?access_token=t").json()["error"]["code"]
    assert browse(Authorization="Bearer t").json()["error"]["code"]
    assert browse("/v26.0/me?access_token=t").json()["id"]
    entry = {"method": "GET", "relative_url": "me"}
    sent = {"access_token": "t", "batch": json.dumps([entry])}
    assert graph.http.post(graph.url + "/", data=sent, headers=HTML, timeout=300).json()[0]["code"] == 200


def test_only_the_pages_own_script_may_run(browse):
    policy = browse().headers["content-security-policy"]
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "unsafe" not in policy
    assert len(re.findall(r"sha256-[A-Za-z0-9+/=]{44}'", policy)) == 2


def test_the_page_is_small_and_asks_nobody_else(browse):
    text = browse().text
    assert len(text.encode()) < 40_000
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", text) == []
    assert "innerHTML" not in text and "insertAdjacentHTML" not in text and "eval(" not in text


def test_looking_at_the_page_is_no_call_of_graph(graph, browse, view):
    graph.control("calls", method="DELETE")
    browse()
    view()
    assert graph.control("calls", method="GET")["calls"] == []


def test_the_view_holds_the_tree_with_both_statuses(graph, view):
    campaign = graph.budget_campaign(name="Spring", status="PAUSED")
    ad_set = graph.ad_set(campaign, status="ACTIVE", daily_budget=None, bid_strategy=None)
    graph.ad(ad_set)
    rows = view()["rows"]
    assert [(row["kind"], row["level"]) for row in rows] == [("account", 1), ("campaign", 2), ("ad_set", 3), ("ad", 4)]
    assert (rows[2]["status"], rows[2]["effective"]) == ("ACTIVE", "CAMPAIGN_PAUSED")
    assert rows[1]["budget"] == {"field": "daily_budget", "minor": 5000, "currency": "SGD", "offset": 100}
    assert rows[3]["effective"] == "PENDING_REVIEW"


def test_closed_branches_are_not_sent(graph, view):
    campaign = graph.campaign()
    graph.ad_set(campaign)
    assert [row["kind"] for row in view(open=graph.account)["rows"]] == ["account", "campaign"]
    assert [row["kind"] for row in view(open="none")["rows"]] == ["account"]


def test_a_big_account_is_shown_in_part(graph, view):
    for _ in range(201):
        graph.post(f"{graph.account}/campaigns", **graph.campaign_params())
    assert [row["kind"] for row in view(open="none")["rows"]] == ["account"]
    rows = view()["rows"]
    assert len(rows) == 202 and rows[-1]["kind"] == "more" and rows[-1]["name"] == "1 more"


def test_the_deleted_are_shown_on_demand(graph, view):
    graph.delete(graph.campaign())
    assert len(view()["rows"]) == 1
    assert view(gone="1")["rows"][1]["effective"] == "DELETED"


def test_an_ad_is_previewed(graph, view):
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    story = {"message": "All you need", "name": "Spring sale", "call_to_action": button, "image_hash": graph.image()}
    detail = view(selected=graph.ad(creative=graph.creative(**story)))["detail"]
    shown = detail["preview"]
    assert (shown["text"], shown["title"], shown["button"]) == ("All you need", "Spring sale", "SHOP_NOW")
    assert graph.http.get(graph.url + shown["picture"], timeout=300).headers["content-type"] == "image/png"


def test_cards_videos_and_reviews_are_previewed(graph, view):
    cards = [{"link": "https://acme.example/", "name": name, "image_hash": graph.image()} for name in ("One", "Two")]
    ad = graph.ad(creative=graph.creative(child_attachments=cards))
    graph.control("review", {"id": ad, "decision": "reject", "feedback": {"global": {"Cosmetics": "No claims"}}})
    detail = view(selected=ad)["detail"]
    assert [card["title"] for card in detail["preview"]["cards"]] == ["One", "Two"]
    assert ["Review", "Cosmetics: No claims"] in detail["facts"]
    graph.settings(video_seconds=0)
    film = {"video_id": graph.video(), "image_hash": graph.image(), "title": "Film"}
    spec = {"page_id": graph.page, "video_data": film}
    creative = graph.post(f"{graph.account}/adcreatives", name="v", object_story_spec=spec)["id"]
    assert view(selected=graph.ad(creative=creative))["detail"]["preview"]["video"] is True


def test_the_log_tells_who_did_what(graph, view):
    campaign = graph.budget_campaign()
    graph.ad_set(campaign, daily_budget=None, bid_strategy=None)
    graph.control("edit", {"id": campaign, "params": {"daily_budget": 7500}, "actor": "Mei"})
    log = view(selected=campaign)["log"]
    assert (log[0]["who"], log[0]["old"], log[0]["new"]) == ("Mei · Ads Manager", "SGD 50.00", "SGD 75.00")
    assert "Create ad set" in [line["what"] for line in log]


def test_the_view_of_nothing(graph, view):
    graph.control("reset", {"all": True})
    assert view() == {"clock": view()["clock"], "rows": [], "detail": None, "log": []}


def test_there_is_nothing_else_under_page(browse):
    assert browse("/_page/other").status_code == 404


def test_the_page_imports_nothing_of_the_reconciler():
    code = "import sys, reconciler.sandbox.page; print(*[m for m in sys.modules if m.startswith('reconciler.')])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in seen if not name.startswith("reconciler.sandbox")] == []
