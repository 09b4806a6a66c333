"""Several machines share the accounts: each account is in exactly one shard, and nothing is done or told twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command import Reconciler
from support.remote import Remote
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.model.shard import Shard

KEYS = st.lists(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True), unique=True, max_size=40)
ACCOUNTS = ("acme-sg", *(f"client-{number}" for number in range(1, 6)))
HELD = STILL + "status: PAUSED\n"


@pytest.fixture
def many(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Six accounts with a campaign each."""
    for number, key in enumerate(ACCOUNTS[1:], 2):
        sandbox.account(f"act_{number}")
        repository.write(f"accounts/{key}.yaml", ACCOUNT_FILE.replace("act_1234567890", f"act_{number}"))
    for key in ACCOUNTS:
        repository.campaign("still", HELD, key)
    return reconciler


def of(shard: str) -> list[str]:
    return [key for key in ACCOUNTS if Shard.parse(shard).has(key)]


def made(sandbox: LocalGraph) -> Counter[str]:
    return Counter(f"act_{one['account']}" for one in sandbox.nodes("campaign"))


def asked(sandbox: LocalGraph) -> list[str]:
    """Of which account each request was."""
    ids = {f"act_{number}": key for number, key in enumerate(ACCOUNTS[1:], 2)} | {"act_1234567890": "acme-sg"}
    found = (next((key for at, key in ids.items() if f"/{at}/" in f"{call}/"), "") for call in sandbox.calls())
    return list(filter(None, found))


@given(keys=KEYS, count=st.integers(1, 60))
def test_every_account_is_in_exactly_one_shard(keys: list[str], count: int) -> None:
    shards = [Shard(index, count) for index in range(1, count + 1)]
    assert Counter(key for one in shards for key in keys if one.has(key)) == Counter(keys)


def test_the_shard_of_an_account_is_the_same_in_every_version_and_process() -> None:
    """Another one would leave some accounts to nobody while machines have different versions."""
    keys = ("acme-sg", "globex-us", "kopi-my", "sakura-tw", "client-1")
    assert {key: str(Shard.of(key, 3)) for key in keys} == {
        "acme-sg": "3/3",
        "globex-us": "3/3",
        "kopi-my": "1/3",
        "sakura-tw": "1/3",
        "client-1": "2/3",
    }


def test_shards_plan_and_apply_all_accounts_and_each_once(many: Reconciler, sandbox: LocalGraph) -> None:
    planned = [many.plan("--shard", f"{index}/3").ended(0).json for index in (1, 2, 3)]
    assert sorted(key for plan in planned for key in plan["accounts"]) == sorted(ACCOUNTS)
    for index in (1, 2, 3):
        many.apply("--shard", f"{index}/3").ended(0)
    assert set(made(sandbox).values()) == {1}
    assert len(made(sandbox)) == len(ACCOUNTS)
    many.converged()


@pytest.mark.parametrize("command", ["plan", "sync", "drift"])
def test_a_shard_asks_meta_only_of_its_own_accounts(command: str, many: Reconciler, sandbox: LocalGraph) -> None:
    many.apply().ended(0)
    sandbox.forget_calls()
    many(command, "--shard", "1/3").ended(0)
    assert set(asked(sandbox)) == set(of("1/3"))


@pytest.mark.parametrize("command", ["plan", "sync", "drift", "pull"])
def test_with_a_parallelism_of_1_accounts_are_read_one_after_the_other(
    command: str, many: Reconciler, sandbox: LocalGraph
) -> None:
    many.apply().ended(0)
    sandbox.forget_calls()
    many(command, "--parallelism", "1").ended(0)
    assert [key for key, _ in groupby(asked(sandbox))] == sorted(ACCOUNTS)


def test_a_shard_of_named_accounts_has_those_of_them_that_are_in_it(many: Reconciler) -> None:
    named = ("--account", "acme-sg", "--account", "client-1", "--account", "client-2")
    found = [many.plan(*named, "--shard", f"{index}/2").ended(0).json["accounts"] for index in (1, 2)]
    assert sorted([*found[0], *found[1]]) == ["acme-sg", "client-1", "client-2"]


def test_a_shard_without_an_account_does_nothing_and_says_so(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    repository.campaign("still", HELD)
    empty = next(f"{index}/2" for index in (1, 2) if not Shard(index, 2).has("acme-sg"))
    run = reconciler("plan", "--shard", empty, "--out", str(tmp_path / "plan.json")).ended(0)
    assert f"Note: only shard {empty}: none of the accounts that are asked for is in it" in run.out
    reconciler("apply", str(tmp_path / "plan.json")).ended(0)
    reconciler.apply("--shard", empty).ended(0)
    assert not sandbox.nodes("campaign")


def test_a_plan_file_keeps_its_accounts_however_many_shards_there_are_by_then(
    many: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    file = str(tmp_path / "plan.json")
    many("plan", "--shard", "1/2", "--out", file).ended(0)
    refused = many("apply", file, "--shard", "1/3").ended(64)
    assert "a plan file has its options in it" in refused.err
    many("apply", file).ended(0)
    assert sum(made(sandbox).values()) == len(of("1/2"))


def test_an_account_whose_file_is_gone_is_told_by_one_shard(many: Reconciler) -> None:
    many.repository.edit_campaign("still", "status: PAUSED", "status: ACTIVE", "client-3")
    many.apply().ended(0)
    for path in ("accounts/client-3.yaml", "campaigns/client-3/still.yaml"):
        (many.repository.root / "desired" / path).unlink()
    told = [many("plan", "--shard", f"{index}/3").said for index in (1, 2, 3)]
    assert [
        text.count("no desired/accounts/client-3.yaml declares the account: what they spend") for text in told
    ].count(1) == 1
    assert sum("state/client-3" in text for text in told) == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0/3", "the first is 1/3, the last 3/3; a JOB_COMPLETION_INDEX, which counts from 0, needs 1 added"),
        ("4/3", "the first is 1/3, the last 3/3"),
        ("1/0", "there can be 1 to 1000 shards, not 0"),
        ("a/b", "'a/b' is no shard: write its number and how many there are, such as 1/3"),
        ("1", "is no shard"),
        ("1/3/3", "is no shard"),
        ("-1/3", "is no shard"),
        ("", "is no shard"),
        ("１/３", "is no shard"),
        ("1/1001", "there can be 1 to 1000 shards"),
    ],
)
def test_what_is_no_shard_is_refused(written: str, said: str, reconciler: Reconciler) -> None:
    run = reconciler("plan", "--shard", written).ended(64)
    assert said in run.err


def test_shards_that_push_at_once_leave_all_of_it_on_the_branch(
    many: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    remote = Remote(tmp_path / "git", sandbox)
    remote.starts_from(many.repository)
    machines = [remote.clone(f"machine-{index}") for index in range(1, 5)]
    with ThreadPoolExecutor(4) as pool:
        shards = enumerate(machines, 1)
        runs = [pool.submit(one.process, "apply", "--auto-approve", "--shard", f"{index}/4") for index, one in shards]
        for run in runs:
            run.result().ended(0)
    assert remote.files() == [f"{key}/still.json" for key in sorted(ACCOUNTS)]
    assert set(made(sandbox).values()) == {1}
    remote.clone("afterwards").converged()


def test_a_shard_that_has_none_of_the_accounts_that_are_asked_for_says_that_nothing_was_looked_at(
    many: Reconciler, sandbox: LocalGraph
) -> None:
    other = next(shard for shard in ("1/2", "2/2") if "acme-sg" not in of(shard))
    sandbox.forget_calls()
    for command in ("plan", "drift", "apply"):
        more = ("--auto-approve",) if command == "apply" else ()
        run = many(command, "--account", "acme-sg", "--shard", other, *more).ended(0)
        assert "Nothing was looked at: none of the accounts that are asked for is in this shard." in run.out
        assert "matches desired/" not in run.out
        assert "What is live" not in run.out
    assert sandbox.calls() == []
