"""The fixture as other projects use it: in a separate pytest process, in a folder of its own."""

import os
import subprocess
import sys

TESTS = """
import json
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def graph(sandbox, path, **params):
    data = urlencode({"access_token": sandbox.token, **params}).encode()
    method = params.pop("method", "POST")
    url = f"{sandbox.url}/v26.0/{path}"
    with direct.open(urllib.request.Request(url, data, method=method), timeout=300) as reply:
        return json.load(reply)


def campaign(sandbox, account=None):
    params = {"name": "Mine", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": "[]", "status": "PAUSED",
              "is_adset_budget_sharing_enabled": "false"}
    return graph(sandbox, f"{account or sandbox.account}/campaigns", **params)["id"]


def test_one_makes_a_campaign(graph_sandbox):
    id = campaign(graph_sandbox)
    assert [one["id"] for one in graph_sandbox.objects("campaign")] == [id]
    assert graph_sandbox.ledger()[0]["id"] == id
    assert graph_sandbox.calls()[0]["path"] == f"/{graph_sandbox.account}/campaigns"
    graph_sandbox.forget_calls()
    assert graph_sandbox.calls() == []


def test_another_sees_nothing_of_it(graph_sandbox):
    assert graph_sandbox.objects("campaign") == []


def test_time_people_and_meta(graph_sandbox):
    graph_sandbox.set_clock("2026-12-01T09:00:00+08:00")
    graph_sandbox.advance(60)
    assert graph_sandbox.now() == "2026-12-01T01:01:00+0000"
    id = campaign(graph_sandbox)
    graph_sandbox.edit(id, actor="Priya", status="ACTIVE")
    copied = graph_sandbox.copy(id)["copied_campaign_id"]
    assert {one["id"]: one["status"] for one in graph_sandbox.objects("campaign")} == {id: "ACTIVE", copied: "PAUSED"}
    assert graph_sandbox.ledger()[1]["actor"] == "Priya"
    graph_sandbox.review(id, "reject")


def test_accounts_tokens_and_settings(graph_sandbox):
    account = graph_sandbox.add_account("act_77", currency="JPY")
    assert graph_sandbox.settings(review_seconds=5)["review_seconds"] == 5
    campaign(graph_sandbox, account)
    graph_sandbox.reset()
    assert graph_sandbox.objects("campaign") == [] and len(graph_sandbox.objects("account")) == 2
    graph_sandbox.add_token("another-token")
    with pytest.raises(urllib.error.HTTPError):
        campaign(graph_sandbox)


def test_misfortune(graph_sandbox):
    graph_sandbox.fault("error", method="POST", path="/campaigns$", code=2, when="after", times=0)
    with pytest.raises(urllib.error.HTTPError):
        campaign(graph_sandbox)
    assert len(graph_sandbox.objects("campaign")) == 1
    graph_sandbox.no_faults()
    campaign(graph_sandbox)


def test_a_mistake_in_a_test_is_told(graph_sandbox):
    with pytest.raises(AssertionError, match="effect must be one of"):
        graph_sandbox.fault("explode")
"""


def run(folder, *options):
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_every_test_gets_a_world_of_its_own(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_mine.py").write_text(TESTS)
    done = run(tmp_path, "-p", "reconciler.sandbox.pytest_plugin")
    assert done.returncode == 0 and "6 passed" in done.stdout, done.stdout + done.stderr


def test_it_is_told_by_pytest(tmp_path):
    done = run(tmp_path, "-p", "reconciler.sandbox.pytest_plugin", "--fixtures")
    assert "graph_sandbox" in done.stdout and "A fresh Graph API on a free port" in done.stdout
