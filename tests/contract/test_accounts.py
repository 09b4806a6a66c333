"""Accounts side by side: one that fails leaves the others alone, and the exit status tells."""

from __future__ import annotations

import re

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import BLOCK, LocalGraph

OTHER = "act_2345678901"


@pytest.fixture
def two_accounts(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    sandbox.account(OTHER)
    repository.write("accounts/other.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER))
    for account in ("acme-sg", "other"):
        repository.campaign("still", STILL, account)
    return reconciler


def campaigns(sandbox: LocalGraph) -> list[str]:
    return sorted(f"act_{n['account']}" for n in sandbox.nodes("campaign"))


@pytest.mark.parametrize("trouble", [{"code": 10}, {"code": 200}, {"code": 100, "subcode": 33}, {"code": 2}])
def test_an_account_that_cannot_be_read_leaves_the_other_alone(
    trouble: dict[str, int], two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", f"/{OTHER}", method="GET", times=0, **trouble)
    two_accounts("plan").ended(1)
    failed = two_accounts.apply().ended(6)
    assert "Error: other:" in failed.said
    assert "Apply incomplete! 3 added" in failed.out
    assert campaigns(sandbox) == ["act_1234567890"]
    sandbox.no_faults()
    two_accounts.apply().ended(0)
    assert campaigns(sandbox) == ["act_1234567890", OTHER]
    two_accounts.converged()


def test_an_account_without_a_payment_method_stops_by_itself(two_accounts: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", f"/{OTHER}/ads$", method="POST", times=0, code=100, subcode=1359188)
    stopped = two_accounts.apply().ended(6)
    assert "add a payment method to the ad account" in stopped.err
    assert len(sandbox.nodes("ad")) == 1


def test_a_rate_limit_stops_the_account_with_the_time_to_come_back(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", f"/{OTHER}/adsets$", method="POST", times=0, code=17, subcode=2446079, http=400)
    stopped = two_accounts.apply().ended(7)
    assert re.search(r"Run again after \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? \+08\b", stopped.err)
    assert len(sandbox.nodes("ad")) == 1
    sandbox.no_faults()
    sandbox.pass_time(BLOCK)
    two_accounts.apply().ended(0)
    assert campaigns(sandbox) == ["act_1234567890", OTHER]
    assert len(sandbox.nodes("ad")) == 2
    two_accounts.converged()


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80000, 80004, 80014])
def test_every_code_of_a_rate_limit_ends_with_status_7(
    code: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/campaigns$", method="GET", times=0, code=code, http=403)
    limited = reconciler("plan").ended(7)
    assert re.search(r"run the same command again after \d{4}-\d\d-\d\d \d\d:\d\d", limited.said)
    assert len([c for c in sandbox.calls() if c["path"].endswith("/campaigns")]) == 1
    in_json = reconciler("plan", "--json").ended(7).json
    assert in_json["failures"][0]["account"] == "acme-sg"


def test_in_the_limited_tier_an_apply_slows_down_and_meta_never_has_to_refuse(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.settings(throttle=True, tier="limited")
    for number in range(30):
        two_accounts.repository.campaign(f"c{number}", STILL)
    slow = two_accounts.apply().ended(0)
    assert re.search(r"acme-sg: waits until \S+ \S+ \+08 at most \(5 min 15 s\): to stay within what", slow.err)
    assert [c for c in sandbox.calls() if c["status"] >= 400] == []
    assert len(sandbox.objects("ad")) == 30 + 2


def test_a_dead_token_stops_only_the_accounts_that_use_it(two_accounts: Reconciler, sandbox: LocalGraph) -> None:
    two_accounts.repository.edit("accounts/other.yaml", "name:", "token: env/META_TOKEN_OTHER\nname:")
    two_accounts.environment["META_TOKEN_OTHER"] = "expired-token-of-other"
    sandbox.settings(strict_tokens=False)
    sandbox.token("expired-token-of-other", valid=False, scopes=["ads_management"])
    failed = two_accounts.apply().ended(6)
    assert "Meta error 190" in failed.said
    assert "make a new system-user token in Business settings and set it in META_TOKEN_OTHER" in failed.said
    assert "META_ACCESS_TOKEN" not in failed.said
    assert "expired-token-of-other" not in failed.said
    assert campaigns(sandbox) == ["act_1234567890"]


def test_a_definite_refusal_blocks_only_what_depends_on_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("one", STILL)
    repository.campaign("two", STILL)
    sandbox.fault("error", "/adsets$", method="POST", code=100, subcode=1885272, nth=1)
    partly = reconciler.apply().ended(6)
    assert "acme-sg/one/main/main: create failed: not tried" in partly.err
    assert len(sandbox.nodes("ad")) == 1
    reconciler.apply().ended(0)
    reconciler.converged()


def test_a_refusal_in_one_account_leaves_the_other_working(two_accounts: Reconciler, sandbox: LocalGraph) -> None:
    two_accounts.repository.edit("accounts/other.yaml", "name:", "policies: {max_daily_budget: 10.00 SGD}\nname:")
    refused = two_accounts.apply().ended(3)
    assert "Refused (max_daily_budget): other/still: 50.00 SGD a day is over the limit of 10.00 SGD" in refused.out
    assert campaigns(sandbox) == ["act_1234567890"]


def test_account_limits_the_work_to_one(two_accounts: Reconciler, sandbox: LocalGraph) -> None:
    two_accounts.apply("--account", "other").ended(0)
    assert campaigns(sandbox) == [OTHER]
    assert {c["path"].split("/")[1] for c in sandbox.calls() if c["path"].startswith("/act_")} == {OTHER}


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [("TWD", "1600 TWD", "1600"), ("JPY", "7500 JPY", "7500"), ("USD", "50.00 USD", "5000")],
)
def test_money_is_sent_in_meta_s_minor_units(
    currency: str, written: str, minor: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """TWD and JPY have an offset of one at Meta, whatever ISO says of TWD."""
    sandbox.account(OTHER, currency=currency)
    text = ACCOUNT_FILE.replace("act_1234567890", OTHER).replace("SGD", currency)
    repository.write("accounts/other.yaml", text)
    repository.campaign("still", STILL.replace("50.00 SGD", written), "other")
    reconciler.apply().ended(0)
    assert sandbox.creates("campaign")[0]["params"]["daily_budget"] == minor
    reconciler.converged()


SLIPS = {
    "a campaign that is no YAML": ("campaigns/other/still.yaml", "name Still\n"),
    "a campaign with a mistake": ("campaigns/other/still.yaml", STILL.replace("daily_budget", "daily_budgit")),
    "media that are not there": ("campaigns/other/still.yaml", STILL.replace("banner.jpg", "gone.jpg")),
    "an account that is no YAML": ("accounts/other.yaml", "account act_2345678901\n"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_files_of_one_account_leaves_the_other_alone(
    slip: str, two_accounts: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for account in ("acme-sg", "other"):
        repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n", account)
    two_accounts.apply().ended(0)
    path, text = SLIPS[slip]
    repository.write(path, text)
    sandbox.pass_time(3 * 3600)
    assert f"desired/{path}" in two_accounts("plan").ended(1).said
    launched = two_accounts("activate").ended(6)
    assert f"other: desired/{path}" in launched.said
    assert "no desired/accounts/other.yaml" not in launched.said
    on = {f"act_{node['account']}" for node in sandbox.nodes("campaign") if node["data"]["status"] == "ACTIVE"}
    assert on == {"act_1234567890"}
    assert two_accounts("activate", "--account", "acme-sg").ended(0)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"campaigns/third/still.yaml": STILL}, id="campaigns of no account"),
        pytest.param({"templates/base.yaml": "name Base\n"}, id="a template"),
        pytest.param(
            {
                "accounts/new.yaml": ACCOUNT_FILE.replace("act_1234567890", OTHER) + "previously: [other]\n",
                "accounts/other.yaml": "account\n",
            },
            id="an account that is being renamed",
        ),
        pytest.param(
            {"accounts/new.yaml": ACCOUNT_FILE.replace("act_1234567890", OTHER), "accounts/other.yaml": "account\n"},
            id="an account that has another file",
        ),
    ],
)
def test_what_may_concern_several_accounts_stops_them_all(
    files: dict[str, str], two_accounts: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    two_accounts.apply().ended(0)
    for path, text in files.items():
        repository.write(path, text)
    before = len(sandbox.calls())
    two_accounts.apply().ended(1)
    two_accounts("activate").ended(1)
    assert len(sandbox.calls()) == before


@pytest.mark.parametrize(
    ("written", "set_ones", "meant"),
    [
        ("META_TOKEN_ACNE", ("META_TOKEN_ACME", "META_TOKEN_BETA"), "META_TOKEN_ACME"),
        ("META_ACCES_TOKEN", (), "META_ACCESS_TOKEN"),
        ("META_TOKEN_BETA", ("META_TOKEN_ACME",), ""),
    ],
)
def test_a_token_s_name_is_likened_to_those_that_are_set_and_not_to_another_client_s(
    repository: Repository, sandbox: LocalGraph, written: str, set_ones: tuple[str, ...], meant: str
) -> None:
    account = repository.root / "desired" / "accounts" / "acme-sg.yaml"
    account.write_text(account.read_text() + f"token: env/{written}\n")
    said = Reconciler(repository, sandbox, dict.fromkeys(set_ones, "token"))("plan").said
    assert f"the environment variable {written} is not set" in said
    likened = f"did you mean {meant}, which is set? Then write token: env/{meant} in desired/accounts/acme-sg.yaml"
    assert (likened in said) if meant else ("did you mean" not in said)


def test_a_token_that_is_too_short_to_be_one_is_refused_by_its_variable_where_meta_is_asked(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.environment |= {"META_ACCESS_TOKEN": "x"}
    sandboxed = reconciler.plan().ended(0).out
    assert "acme-sg/still" in sandboxed and "[redacted]" not in sandboxed
    reconciler.environment |= {"META_GRAPH_URL": "", "RECONCILER_NOW": ""}
    run = reconciler("plan").ended(1)
    assert "META_ACCESS_TOKEN has only 1 character, which is no secret of Meta's: Meta was not asked" in run.said
    assert "[redacted]" not in run.said
