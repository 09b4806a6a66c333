"""`--account` beside addresses: no address opens an account that is not named, and what is to be stopped names them
all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.command import Reconciler
from support.remote import Remote
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.store.files.leases import FileLeases

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


@pytest.mark.parametrize("command", ["state show", "state pull", "state push", "state rebuild", "sync", "plan"])
def test_an_account_that_there_is_not_is_refused_with_the_one_that_was_meant(
    command: str, three_accounts: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    desk = Remote(tmp_path / "git", sandbox).starts_from(three_accounts.repository)
    run = desk(command, "--account", "acme").ended(64)
    assert "no account 'acme' is declared; there are: acme-sg, globex-us, initech-uk" in run.said
    assert "did you mean acme-sg?" in run.said


def test_what_is_remembered_of_an_account_whose_file_is_gone_is_shown(
    three_accounts: Reconciler, repository: Repository
) -> None:
    three_accounts.apply().ended(0)
    for path in (repository.root / "desired").glob("*/acme-sg*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert A in three_accounts("state show", "--account", "acme-sg").ended(0).out


def test_without_an_id_the_lock_that_is_held_is_named_with_the_way_to_take_it(
    three_accounts: Reconciler, repository: Repository
) -> None:
    told = three_accounts("force-unlock").ended(64).err
    assert "none is held in this working copy, so nothing stands in the way" in told
    held = FileLeases(repository.root).acquire("acme-sg")
    try:
        assert (
            f"lock {held.holder.id}: reconciler force-unlock {held.holder.id}\n" in three_accounts("force-unlock").err
        )
        shown = three_accounts("state show").ended(0)
        assert f"acme-sg is being changed by {held.holder.owner}, since " in shown.out
        assert f"lock {held.holder.id}" in shown.out
        assert [one["id"] for one in three_accounts("state show", "--json").json["locks"]] == [held.holder.id]
        held.check()
    finally:
        held.release()
    assert "is being changed" not in three_accounts("state show").ended(0).out
