"""An agency has hundreds of accounts: what is wrong once is said once, with how many it hits and a few of them."""

from __future__ import annotations

import json
import re

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

KEYS = [f"client-{number:02}" for number in range(20)]
NAMED = "client-00, client-01, client-02, client-03, client-04 and 15 more"


@pytest.fixture
def agency(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Twenty accounts, each with a campaign, of whose token Meta knows nothing any more."""
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    for number, key in enumerate(KEYS):
        repository.write(f"accounts/{key}.yaml", ACCOUNT_FILE.replace("act_1234567890", f"act_{1000000000 + number}"))
        repository.campaign("outlet", STILL, key)
    return reconciler


@pytest.mark.parametrize("command", ["plan", "drift", "sync", "apply --auto-approve", "pause --all", "doctor"])
def test_a_graph_that_cannot_be_reached_is_told_once(command: str, agency: Reconciler) -> None:
    agency.environment["META_GRAPH_URL"] = "http://127.0.0.1:1"
    first, *options = command.split()
    said = agency(first, *options).said
    assert said.count("nothing listens at 127.0.0.1:1") == 1, said
    assert NAMED in said
    assert "client-05" not in said


def test_what_is_told_once_stands_in_the_json_of_each_account(agency: Reconciler) -> None:
    agency.environment["META_GRAPH_URL"] = "http://127.0.0.1:1"
    assert [one["account"] for one in agency.plan().json["failures"]] == KEYS


def test_a_token_that_is_missing_is_told_once_and_of_no_single_account(agency: Reconciler) -> None:
    agency.environment["META_ACCESS_TOKEN"] = ""
    said = agency("plan").said
    assert f"Error: {NAMED}: no token for each of them: the environment variable META_ACCESS_TOKEN is not set" in said
    assert said.count("META_ACCESS_TOKEN is not set") == 1


def test_a_currency_that_a_limit_leaves_out_is_told_once_of_all_its_accounts(agency: Reconciler) -> None:
    agency.repository.write("project.yaml", "project: acme\npolicies:\n  max_daily_budget: [100.00 USD]\n")
    said = agency("validate").ended(1).err
    assert f"max_daily_budget has no amount in SGD, the currency of {NAMED}\n" in said
    assert "policies in desired/accounts/<account>.yaml\n" in said
    assert said.count("limit_currency") == 1
    assert "20 problems." in said
    problems = agency("validate", "--json").json["problems"]
    assert [re.findall("currency of (.*)", one["message"])[0] for one in problems] == KEYS


def test_a_mistake_that_stands_in_many_files_is_told_once_with_a_few_of_its_places(agency: Reconciler) -> None:
    for key in KEYS:
        agency.repository.edit_campaign("outlet", "outlet/banner.jpg", "outlet/bannner.jpg", key)
    said = agency("validate").ended(1).err
    assert said.count("no such file below creatives/") == 1
    assert "  the same at desired/campaigns/client-01/outlet.yaml:4:10, desired/campaigns/client-02/" in said
    assert "and 14 more\n" in said
    assert len(agency("validate", "--json").json["problems"]) == len(KEYS)


def test_a_mistake_that_stands_in_a_few_files_is_told_at_each(agency: Reconciler) -> None:
    for key in KEYS[:3]:
        agency.repository.edit_campaign("outlet", "outlet/banner.jpg", "outlet/bannner.jpg", key)
    said = agency("validate").ended(1).err
    assert said.count("no such file below creatives/") == 3


def test_an_account_that_is_misspelt_is_answered_with_what_is_near_and_where_all_stand(agency: Reconciler) -> None:
    said = agency("plan", "--account", "client-5").ended(64).err
    assert "no account 'client-5' is declared; there are 20, the files of desired/accounts/" in said
    assert re.search("did you mean client-[0-9]5 or client-[0-9]{2} or client-[0-9]{2}\\?", said), said
    assert len(re.findall("client-[0-9]{2}", said)) == 3


def test_the_emergency_stop_lists_no_hundred_accounts(agency: Reconciler) -> None:
    said = agency("pause", "zzz").ended(64).err
    assert f"accounts: {NAMED}" in said


def test_the_json_of_a_run_holds_what_stopped_each_account(agency: Reconciler) -> None:
    agency.environment["META_GRAPH_URL"] = "http://127.0.0.1:1"
    out = agency("apply", "--auto-approve", "--json").out
    results = json.loads(out.splitlines()[-1])["results"]
    assert sorted(one["account"] for one in results) == KEYS


@pytest.mark.parametrize("command", ["plan", "validate", "apply --auto-approve"])
def test_a_mistake_in_another_account_is_a_warning_to_who_asks_for_one(
    command: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.account("act_1000000000")
    repository.write("accounts/other.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_1000000000"))
    repository.campaign("outlet", STILL)
    repository.campaign("outlet", STILL.replace("headline", "headlin"), "other")
    first, *options = command.split()
    asked = reconciler(first, *options, "--account", "acme-sg").ended(0)
    assert ("Warning: desired/campaigns/other/outlet.yaml:6:3: unknown key 'headlin'" in asked.err) is (
        first != "apply"
    )
    reconciler(first, *options, "--account", "other").ended(1)
    reconciler(first, *options).ended(1)


def test_a_mistake_in_what_all_accounts_share_stops_who_asks_for_one(reconciler: Reconciler) -> None:
    reconciler.repository.write("project.yaml", "project: acme\npolicys: {}\n")
    reconciler.repository.campaign("outlet", STILL)
    assert "unknown key 'policys'" in reconciler("plan", "--account", "acme-sg").ended(1).err


def test_templates_that_contradict_each_other_are_both_named(reconciler: Reconciler) -> None:
    for name, line in (("begins", "activate_at: 2026-12-11 09:00"), ("ends", "deactivate_at: 2026-12-05 09:00")):
        reconciler.repository.write(f"templates/{name}.yaml", f"{line}\n")
    reconciler.repository.campaign("outlet", f"extends: [begins, ends]\n{STILL}")
    said = reconciler("validate").ended(1).err
    assert "desired/templates/ends.yaml:1:16: deactivate_at is not after activate_at: it starts at " in said
    assert "2026-12-11 09:00 +08 (desired/templates/begins.yaml:1), after its end at 2026-12-05 09:00 +08" in said
