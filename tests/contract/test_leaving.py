"""A client who leaves: an account that nobody declares any more is refused until somebody forgets it. That holds
for all clones, and touches nothing at Meta."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from support.command import Reconciler
from support.remote import Remote
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.model.errors import StaleError
from reconciler.run.leaving import Leaving, forget_account
from reconciler.run.request import Request

ON = STILL + "status: ACTIVE\n"
OTHER = "act_2"
FORGET = ("state forget", "leaver", "--auto-approve")


def two_accounts(repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.account(OTHER)
    repository.write("accounts/leaver.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER))
    repository.campaign("still", ON)
    repository.campaign("still", ON, account="leaver")


def leave(reconciler: Reconciler) -> None:
    (reconciler.repository.root / "desired/accounts/leaver.yaml").unlink()
    shutil.rmtree(reconciler.repository.root / "desired/campaigns/leaver")


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


@pytest.fixture
def left(remote: Remote, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """Of two accounts that run one is declared no more."""
    two_accounts(repository, sandbox)
    first = remote.starts_from(repository)
    first.apply().ended(0)
    leave(first)
    return first


def kept(reconciler: Reconciler) -> list[str]:
    return sorted(path.name for path in (reconciler.repository.root / "state").glob("leaver/*.json"))


def test_the_refusal_s_mend_ends_it_for_every_clone(left: Reconciler, remote: Remote, sandbox: LocalGraph) -> None:
    second = remote.clone("second")
    leave(second)
    refused = second("plan").ended(3)
    assert "Refused (undeclared_account): leaver" in refused.out
    assert "reconciler pause --all --account leaver; then reconciler state forget leaver" in refused.out
    left("pause", "--all", "--account", "leaver").ended(0)
    writes = len(sandbox.writes())
    said = left(*FORGET).ended(0).out
    assert "leaver: 3 objects of act_2 are remembered" in said
    assert "leaver/still (campaign " in said
    assert len(sandbox.writes()) == writes
    assert remote.commits()[-1] == "Record what was forgotten: leaver"
    assert not [path for path in remote.files() if "leaver" in path]
    for one in (left, second):
        plan = one.plan().ended(0).json
        assert plan["refusals"] == []
        assert not [note for note in plan["notes"] if "leaver" in note]
        assert kept(one) == []
        one.apply().ended(0)
    assert not [path for path in remote.files() if "leaver" in path]


def test_removing_the_files_alone_ends_nothing(left: Reconciler) -> None:
    shutil.rmtree(left.repository.root / "state" / "leaver")
    left.plan().ended(3)
    assert kept(left) == ["still.json"]


def test_it_needs_no_access_at_meta(left: Reconciler, sandbox: LocalGraph) -> None:
    calls = len(sandbox.calls())
    left(*FORGET).ended(0)
    assert len(sandbox.calls()) == calls


def test_without_a_branch_it_is_forgotten_here(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    two_accounts(repository, sandbox)
    reconciler.apply().ended(0)
    leave(reconciler)
    reconciler.plan().ended(3)
    run = reconciler(*FORGET, "--json").ended(0)
    assert run.json["branch"] is None
    assert run.json["forgotten"] == "leaver"
    assert [one["address"] for one in run.json["was_on"]] == ["leaver/still"]
    assert reconciler.plan().ended(0).json["refusals"] == []
    assert kept(reconciler) == []


def test_nobody_forgets_without_a_yes(left: Reconciler, remote: Remote) -> None:
    refused = left.process("state forget", "leaver").ended(1)
    assert "nothing was forgotten: there is no terminal to ask on\n  mend: add --auto-approve" in refused.err
    assert "leaver/still (campaign " in refused.out
    assert "leaver/still.json" in remote.files()


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("acme-sg", "desired/accounts/acme-sg.yaml declares acme-sg"),
        ("nobody", "nothing is remembered of 'nobody'"),
        ("../leaver", "nothing is remembered of '../leaver'"),
    ],
)
def test_what_is_declared_or_not_remembered_is_refused(left: Reconciler, account: str, said: str) -> None:
    assert said in left("state forget", account, "--auto-approve").ended(64).err


def test_an_account_whose_own_file_is_wrong_is_declared(left: Reconciler) -> None:
    left.repository.write("accounts/leaver.yaml", "account: wrong\n")
    assert "declares leaver" in left(*FORGET).ended(64).err


@pytest.mark.parametrize("more", ["", "previously: [leaver]\n"])
def test_an_ad_account_under_another_key_is_no_leaver(left: Reconciler, more: str) -> None:
    left.repository.write("accounts/heir.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER) + more)
    refused = left(*FORGET).ended(64).err
    assert ("leaver is what heir was called" if more else "write previously: [leaver]") in refused
    assert kept(left) == ["still.json"]


def test_what_another_run_has_changed_meanwhile_stays(left: Reconciler, remote: Remote) -> None:
    """A hold of a rival's, published between the look and the yes."""
    path = "leaver/still.json"
    told = json.loads(remote.text(path))
    told["resources"]["leaver/still"]["held"] = "was paused with reconciler pause"

    def meanwhile(leaving: Leaving) -> bool:
        remote.put(path, json.dumps(told, indent=2) + "\n")
        return True

    now = datetime.fromisoformat(left.graph.now())
    request = Request(left.repository.root, now, left.variables(), clock=left.patient_clock(now))
    with (
        patch.dict("os.environ", left.variables(), clear=True),
        pytest.raises(StaleError, match="reconciler state forget leaver"),
    ):
        forget_account(request, "leaver", meanwhile)
    assert remote.records("still", "leaver")["leaver/still"]["held"]
    assert "was paused with reconciler pause" in left(*FORGET).ended(0).out
    assert path not in remote.files()


def test_where_others_cannot_be_told_nothing_is_forgotten(left: Reconciler, remote: Remote) -> None:
    remote.path.rename(remote.path.with_suffix(".away"))
    left(*FORGET).ended(6)
    assert kept(left) == ["still.json"]


def test_what_could_not_be_pushed_is_pushed_later(left: Reconciler, remote: Remote) -> None:
    remote.hook("pre-receive", "exit 1")
    left(*FORGET).ended(6)
    remote.hook("pre-receive", "exit 0")
    assert left.plan().ended(0).json["refusals"] == []
    left("state push").ended(0)
    assert "leaver/still.json" not in remote.files()


def test_what_cannot_be_read_is_forgotten_too(left: Reconciler, remote: Remote) -> None:
    remote.put("leaver/still.json", "{")
    assert "cannot be read" in left(*FORGET).ended(0).out
    assert "leaver/still.json" not in remote.files()
    left.plan().ended(0)


def test_an_account_that_comes_back_is_found_by_its_labels(left: Reconciler, sandbox: LocalGraph) -> None:
    left(*FORGET).ended(0)
    left.repository.write("accounts/leaver.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER))
    left.repository.campaign("still", ON, account="leaver")
    left.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 2
    assert kept(left) == ["still.json"]


def test_to_leave_an_ad_account_for_another_one_the_former_is_forgotten(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    two_accounts(repository, sandbox)
    reconciler.apply().ended(0)
    sandbox.account("act_3")
    repository.edit("accounts/leaver.yaml", OTHER, "act_3")
    refused = reconciler("plan").ended(1)
    assert "forget the former: reconciler state forget leaver" in refused.said
    repository.edit("accounts/leaver.yaml", "act_3", OTHER)
    shutil.rmtree(repository.root / "desired/campaigns/leaver")
    reconciler.apply().ended(0)
    (repository.root / "desired/accounts/leaver.yaml").unlink()
    repository.write("accounts/next.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_3"))
    repository.campaign("still", ON, account="next")
    reconciler(*FORGET).ended(0)
    reconciler.apply().ended(0)
    assert reconciler.plan().ended(0).json["refusals"] == []


def test_forget_says_how_an_account_is_forgotten(left: Reconciler) -> None:
    assert "reconciler state forget leaver" in left("forget", "leaver").ended(64).err
    assert "reconciler state forget leaver" in left("forget", "leaver/still").ended(64).err
