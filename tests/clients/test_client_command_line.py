"""Meta's own command line (PyPI: meta-ads), the newest that there is."""

import json
import re
import subprocess

import pytest


@pytest.fixture
def meta(venv, server, folder):
    command = venv("meta-ads", (3, 12)).parent / "meta"
    environment = server.environment(folder) | {"AD_ACCOUNT_ID": server.account, "BUSINESS_ID": "300100000000001"}

    def run(*arguments):
        told = [str(command), "--no-input", "--output", "json", *arguments]
        return subprocess.run(told, env=environment, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def rows(meta):
    def read(*arguments):
        done = meta("ads", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(re.search(r"[\[{].*", done.stdout, re.DOTALL)[0])

    return read


@pytest.fixture
def made(rows):
    return lambda *arguments: rows(*arguments)[0]["id"]


def test_the_quick_start_of_its_readme(meta, rows, server):
    assert "Authenticated" in meta("auth", "status").stdout
    campaign = ("--name", "Sales Campaign", "--objective", "OUTCOME_SALES", "--daily-budget", "5000")
    id = rows("campaign", "create", *campaign)[0]["id"]
    assert [one["id"] for one in rows("campaign", "list")] == [id]
    assert rows("insights", "get", "--date-preset", "last_7d")["data"] == []
    assert server.objects("campaign")[0]["status"] == "PAUSED"


@pytest.fixture
def tree(made, server, folder):
    campaign = made(
        "campaign", "create", "--name", "Traffic", "--objective", "OUTCOME_TRAFFIC", "--no-adset-budget-sharing"
    )
    ad_set = made(
        *("adset", "create", "--campaign-id", campaign, "--name", "MY", "--optimization-goal", "LINK_CLICKS"),
        *("--billing-event", "IMPRESSIONS", "--targeting-countries", "MY", "--daily-budget", "2000"),
        *("--bid-strategy", "LOWEST_COST_WITHOUT_CAP"),
    )
    creative = made(
        *("creative", "create", "--name", "Hero", "--page-id", server.page, "--image", str(folder / "picture.png")),
        *("--body", "Buy", "--title", "Sale", "--link-url", "https://acme.example/", "--call-to-action", "SHOP_NOW"),
    )
    ad = made("ad", "create", "--adset-id", ad_set, "--name", "Ad", "--creative-id", creative)
    return campaign, ad_set, creative, ad


def test_what_it_has_made_goes_into_a_repository_and_out_again(tree, goes_through):
    found = goes_through()
    assert (found["objects"], found["labelled"], found["left_out"]) == (3, 3, [])


def test_a_whole_tree_and_its_end(rows, tree, meta):
    campaign, ad_set, creative, ad = tree
    assert rows("ad", "get", ad)[0]["adset_id"] == ad_set
    updated = rows("campaign", "update", campaign, "--name", "Traffic 2", "--status", "ACTIVE")[0]
    assert (updated["name"], updated["effective_status"]) == ("Traffic 2", "ACTIVE")
    for kind, id in (("ad", ad), ("creative", creative), ("adset", ad_set), ("campaign", campaign)):
        assert meta("ads", kind, "delete", id, "--force").returncode == 0
    assert "Traffic" not in meta("ads", "campaign", "list").stdout


def test_datasets_catalogues_and_pages(rows, made, meta, server):
    dataset = made("dataset", "create", "--name", "Shop")
    assert meta("ads", "dataset", "connect", dataset, "--ad-account-id", server.account).returncode == 0
    catalogue = made("catalog", "create", "--name", "Shop")
    assert meta("ads", "dataset", "connect", dataset, "--catalog-id", catalogue).returncode == 0
    assert [one["id"] for one in rows("page", "list")] == [server.page]
    feed = made("product-feed", "create", "--catalog-id", catalogue, "--name", "Feed")
    assert [one["id"] for one in rows("product-feed", "list", "--catalog-id", catalogue)] == [feed]


def test_what_is_not_emulated_says_so(meta):
    done = meta("ads", "guidance", "list")
    assert done.returncode != 0 and "not emulated" in done.stdout + done.stderr
