"""Eight runners at once, each with a clone of its own: nothing they know is lost, and nothing runs twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from support.command import CANARY, PATIENCE, Reconciler
from support.remote import Remote, deadly_git, git
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

RIVALS = 8
LEVELS = ("campaign", "ad_set", "ad")


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


def all_at_once(runners: list[Reconciler], *command: str) -> list[tuple[int, str]]:
    """Their exit statuses and what they said."""
    started = [runner.start(*command) for runner in runners]
    said = [process.communicate(timeout=PATIENCE) for process in started]
    assert all(CANARY not in out + err for out, err in said)
    return [(process.returncode, out + err) for process, (out, err) in zip(started, said, strict=True)]


def test_eight_runners_of_one_account_lose_nothing_and_run_nothing_twice(
    remote: Remote, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    remote.starts_from(repository)
    runners = [remote.clone(f"runner-{number}") for number in range(RIVALS)]
    for number, runner in enumerate(runners):
        runner.repository.campaign(f"own-{number}", STILL.replace("Still", f"Own {number}"))
    ended = all_at_once(runners, "apply", "--auto-approve")
    assert "Traceback" not in "".join(said for _, said in ended)
    # Whoever saw another's campaign, which its own files do not declare, has an orphan and launches nothing beside it.
    everything = remote.clone("everything")
    for number in range(RIVALS):
        everything.repository.campaign(f"own-{number}", STILL.replace("Still", f"Own {number}"))
    everything.process("apply", "--auto-approve").ended(0)
    known = {f"acme-sg/own-{number}" for number in range(RIVALS)} | {"acme-sg/still"}
    for address in sorted(known):
        assert remote.ids(address.removeprefix("acme-sg/"))[address] == sandbox.id(address)
    # Two that look at the same moment may both say ACTIVE to it; never to another one with the same label.
    assert len(set(sandbox.activations())) == len(LEVELS)
    on = [one for one in sandbox.labelled("acme-sg/still") if one["data"]["status"] == "ACTIVE"]
    assert len(on) == 1
    assert sandbox.deliverable() == dict.fromkeys(LEVELS, 1)
    assert all(len(sandbox.labelled(f"acme-sg/own-{number}")) == 1 for number in range(RIVALS))


def test_eight_runners_of_eight_accounts_each_make_theirs_once_and_push_them_all(
    remote: Remote, repository: Repository, sandbox: LocalGraph
) -> None:
    keys = [f"acme-{number}" for number in range(RIVALS)]
    (repository.root / "desired" / "accounts" / "acme-sg.yaml").unlink()
    for number, key in enumerate(keys):
        sandbox.account(f"act_{number + 1}")
        repository.write(f"accounts/{key}.yaml", ACCOUNT_FILE.replace("act_1234567890", f"act_{number + 1}"))
        repository.campaign("still", STILL + "status: ACTIVE\n", key)
    remote.starts_from(repository)
    runners = [remote.clone(f"runner-{key}") for key in keys]
    started = [
        runner.start("apply", "--auto-approve", "--account", key) for runner, key in zip(runners, keys, strict=True)
    ]
    said = [process.communicate(timeout=PATIENCE) for process in started]
    assert [process.returncode for process in started] == [0] * RIVALS, said
    assert sorted(remote.commits()) == [f"Record what was applied: {key}" for key in keys]
    assert remote.files() == [f"{key}/still.json" for key in keys]
    assert {kind: len(sandbox.objects(kind)) for kind in LEVELS} == dict.fromkeys(LEVELS, RIVALS)
    assert Counter(Counter(sandbox.activations()).values()) == {1: 3 * RIVALS}
    remote.clone("late").converged()


def test_of_two_that_make_the_missing_branch_at_once_each_finds_its_own_in_it(
    remote: Remote, repository: Repository, sandbox: LocalGraph
) -> None:
    for key in ("one", "two"):
        repository.campaign(key, STILL.replace("Still", key) + "status: PAUSED\n")
    remote.starts_from(repository)
    one, two = remote.clone("one"), remote.clone("two")
    runs = [
        (runner, runner.start("apply", "--auto-approve", "--target", f"acme-sg/{key}"), key)
        for runner, key in ((one, "one"), (two, "two"))
    ]
    for runner, process, key in runs:
        out, err = process.communicate(timeout=PATIENCE)
        if process.returncode == 1 and "another run has changed what is remembered" in err:
            runner.process("apply", "--auto-approve", "--target", f"acme-sg/{key}").ended(0)
        else:
            assert process.returncode == 0, out + err
    assert remote.files() == ["acme-sg/one.json", "acme-sg/two.json"]
    assert [git(remote.path, "rev-list", "--max-parents=0", "--count", "reconciler-state")] == ["1"]
    assert {kind: len(sandbox.objects(kind)) for kind in LEVELS} == dict.fromkeys(LEVELS, 2)


@pytest.mark.share(3)
@pytest.mark.parametrize("moment", ["after fetch", "fast-import", "update-ref", "push", "after push"])
def test_a_runner_that_is_killed_while_it_merges_with_a_rival_loses_nothing_of_either(
    moment: str, remote: Remote, repository: Repository, sandbox: LocalGraph, tmp_path: Path
) -> None:
    for key in ("one", "two"):
        repository.campaign(key, STILL.replace("Still", key) + "status: PAUSED\n")
    first = remote.starts_from(repository)
    first.apply().ended(0)
    second = remote.clone("second")
    second.plan().ended(0)
    first.repository.edit_campaign("one", "50.00 SGD", "60.00 SGD")
    second.repository.edit_campaign("two", "50.00 SGD", "70.00 SGD")
    second.repository.edit_campaign("one", "50.00 SGD", "60.00 SGD")
    # The rival's push comes while the second run is under way: its own is rejected, merged and killed.
    remote.hook("pre-receive", f"[ -e {tmp_path}/raced ] || {{ touch {tmp_path}/raced; exit 1; }}")
    first.process("apply", "--auto-approve", "--target", "acme-sg/one").ended(6)
    second.process("apply", "--auto-approve", "--target", "acme-sg/two", env=deadly_git(tmp_path, moment))
    first.process("apply", "--auto-approve", "--target", "acme-sg/one").ended(0)
    second.process("apply", "--auto-approve").ended(0)
    budgets = {key: remote.records(key)[f"acme-sg/{key}"]["applied"]["daily_budget"] for key in ("one", "two")}
    assert budgets == {"one": 6000, "two": 7000}
    assert {kind: len(sandbox.objects(kind)) for kind in LEVELS} == dict.fromkeys(LEVELS, 2)
    assert len(sandbox.creates("campaign")) == 2


def test_two_processes_of_one_clone_on_two_accounts_push_both(
    remote: Remote, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.account("act_2")
    repository.write("accounts/acme-my.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_2"))
    for key in ("acme-sg", "acme-my"):
        repository.campaign("still", STILL + "status: PAUSED\n", key)
    here = remote.starts_from(repository)
    started = [here.start("apply", "--auto-approve", "--account", key) for key in ("acme-sg", "acme-my")]
    for process in started:
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, out + err
    assert remote.files() == ["acme-my/still.json", "acme-sg/still.json"]
