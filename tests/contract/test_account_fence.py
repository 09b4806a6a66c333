"""`--account` beside addresses: no address opens an account that is not named, and what is to be stopped names them
all."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

OTHERS = {"globex-us": "act_555", "initech-uk": "act_666"}
A = "acme-sg/still"


@pytest.fixture
def three_accounts(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    for key, account in OTHERS.items():
        sandbox.account(account)
        repository.write(f"accounts/{key}.yaml", ACCOUNT_FILE.replace("act_1234567890", account))
        repository.campaign("still", STILL, key)
    return reconciler


@pytest.mark.parametrize(
    "command",
    [
        ("plan",),
        ("plan", "--offline"),
        ("plan", "--json"),
        ("apply", "--auto-approve"),
        ("activate",),
        ("drift",),
        ("pull",),
        ("revert-drift", A),
        ("schedule",),
        ("validate",),
        ("ci plan",),
        ("ci drift",),
        ("ci look",),
        ("ci reconcile",),
    ],
)
def test_a_target_outside_the_named_accounts_is_refused_before_anything_is_asked(
    command: tuple[str, ...], three_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    run = three_accounts(*command, "--account", "globex-us", "--account", "initech-uk", "--target", A).ended(64)
    assert f"{A} is not in globex-us, initech-uk, so nothing was done" in run.said
    assert "leave out --account, or name the target's: --account acme-sg" in run.said
    assert not sandbox.calls()


def test_an_address_of_its_own_is_held_to_the_named_accounts_too(three_accounts: Reconciler) -> None:
    assert f"{A} is not in globex-us" in three_accounts("pull", A, "--account", "globex-us").ended(64).said


def test_a_target_within_the_named_accounts_is_done(three_accounts: Reconciler, sandbox: LocalGraph) -> None:
    three_accounts.apply("--account", "acme-sg", "--account", "globex-us", "--target", A).ended(0)
    assert {node["account"] for node in sandbox.objects("campaign")} == {"1234567890"}


@pytest.mark.parametrize(
    ("chosen", "stop"),
    [
        ((), "reconciler pause --all"),
        (("globex-us",), "reconciler pause --all --account globex-us"),
        (("acme-sg", "globex-us"), "reconciler pause --all --account acme-sg --account globex-us"),
    ],
)
def test_the_way_to_stop_what_could_not_be_planned_names_every_account_of_it(
    chosen: tuple[str, ...], stop: str, three_accounts: Reconciler
) -> None:
    three_accounts.apply().ended(0)
    three_accounts.environment["META_ACCESS_TOKEN"] = ""
    run = three_accounts("activate", *(word for key in chosen for word in ("--account", key))).ended(1)
    assert f"To stop all of it now: {stop}\n" in run.out
