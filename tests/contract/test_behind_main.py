"""A clone that is behind main undoes nothing of what newer commits have made: it says so, and waits for git pull."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import Reconciler
from support.remote import Remote, git
from support.repository import PROJECT, STILL, Repository
from support.sandbox import LocalGraph

ON = STILL + "status: ACTIVE\n"
LACKS = "main has 1 commit that this clone lacks, and desired/campaigns/acme-sg/{} {}"
NEW, CHANGED = "is new there and not here yet", "was changed there"


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


@pytest.fixture
def newest(remote: Remote, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    repository.campaign("still", ON)
    repository.campaign("other", ON.replace("Still", "Other"))
    first = remote.starts_from(repository)
    first.apply().ended(0)
    return first


@pytest.fixture
def behind(remote: Remote, newest: Reconciler) -> Reconciler:
    """A colleague's clone, before the newest one goes on."""
    return remote.clone("behind")


def merge(remote: Remote, newest: Reconciler) -> None:
    """What stands in the newest clone is merged and applied."""
    root = newest.repository.root
    git(root, "add", "desired")
    git(root, "commit", "-q", "-m", "Go on")
    git(root, "push", "-q", "origin", "HEAD:main")
    newest.apply().ended(0)


def test_what_a_newer_commit_has_made_is_not_removed_and_every_form_of_a_plan_says_why(
    remote: Remote, newest: Reconciler, behind: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    newest.repository.campaign("flash", ON.replace("Still", "Flash"))
    merge(remote, newest)
    assert sandbox.status("acme-sg/flash") == "ACTIVE"
    forms = {form: tmp_path / f"plan.{form}" for form in ("out", "markdown", "html")}
    words = [word for form, path in forms.items() for word in (f"--{form}", str(path))]
    lacks, note = LACKS.format("flash.yaml", NEW), "this is not main as the remote has it: main has 1 commit more"
    told = behind("plan", *words).ended(3).said
    assert f"Refused (behind_main): acme-sg/flash: {lacks}" in told
    assert f"Note: {note}; git pull brings it" in told
    assert "its YAML is gone" not in told and "its file is gone" not in told
    for path in forms.values():
        text = path.read_text()
        assert note in text and "is new there and not here yet" in text and "its file is gone" not in text
    as_json = behind.plan("--json").ended(3).json
    assert any(note in one for one in as_json["notes"])
    assert [one["policy"] for one in as_json["refusals"]] == ["behind_main"]
    behind("apply", str(forms["out"])).ended(3)
    assert sandbox.status("acme-sg/flash") == "ACTIVE"
    behind.apply().ended(3)
    assert sandbox.status("acme-sg/flash") == "ACTIVE"


def test_what_a_newer_commit_has_set_stays_and_what_it_leaves_alone_is_applied(
    remote: Remote, newest: Reconciler, behind: Reconciler, sandbox: LocalGraph
) -> None:
    newest.repository.edit_campaign("still", "50.00 SGD", "55.00 SGD")
    merge(remote, newest)
    behind.repository.edit_campaign("other", "50.00 SGD", "45.00 SGD")
    run = behind.apply().ended(3)
    assert f"Refused (behind_main): acme-sg/still: {LACKS.format('still.yaml', CHANGED)}" in run.said
    budget = {key: sandbox.value(f"acme-sg/{key}", "daily_budget") for key in ("still", "other")}
    assert budget == {"still": "5500", "other": "4500"}


def test_a_pull_ends_it(remote: Remote, newest: Reconciler, behind: Reconciler, sandbox: LocalGraph) -> None:
    newest.repository.edit_campaign("still", "50.00 SGD", "55.00 SGD")
    merge(remote, newest)
    assert "mend: git pull, then the same command again" in behind("plan").ended(3).said
    git(behind.repository.root, "pull", "-q")
    assert "as the remote has it" not in behind("plan").ended(0).said


def test_the_same_by_another_commit_is_no_older(remote: Remote, newest: Reconciler, behind: Reconciler) -> None:
    newest.repository.edit_campaign("still", "50.00 SGD", "55.00 SGD")
    merge(remote, newest)
    for edited in ("55.00 SGD", "60.00 SGD"):
        before = "50.00 SGD" if edited == "55.00 SGD" else "55.00 SGD"
        behind.repository.edit_campaign("still", before, edited)
        remote.commit(behind.repository.root)
        run = behind("plan")
        assert ("behind_main" in run.said) is (edited == "60.00 SGD")


def test_what_all_files_share_holds_the_account(
    remote: Remote, newest: Reconciler, behind: Reconciler, sandbox: LocalGraph
) -> None:
    newest.repository.edit("project.yaml", PROJECT, PROJECT + "defaults: {campaign: {daily_budget: 10.00 SGD}}\n")
    merge(remote, newest)
    behind.repository.edit_campaign("still", "50.00 SGD", "45.00 SGD")
    run = behind.apply().ended(3)
    assert (
        "Refused (behind_main): acme-sg: main has 1 commit that this clone lacks, and desired/project.yaml" in run.said
    )
    assert "reconciler pause --all --account acme-sg" in run.said
    assert sandbox.value("acme-sg/still", "daily_budget") == "5000"


def test_a_stop_by_an_end_that_a_newer_commit_has_moved_waits_too(
    remote: Remote, newest: Reconciler, behind: Reconciler, sandbox: LocalGraph
) -> None:
    newest.repository.edit_campaign("still", "name: Still", "name: Moved")
    merge(remote, newest)
    behind.repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    assert "behind_main" in behind.apply().ended(3).said
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    behind("pause acme-sg/still").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_a_run_of_ci_and_a_state_of_its_own_ask_nobody(
    remote: Remote, newest: Reconciler, behind: Reconciler, sandbox: LocalGraph
) -> None:
    newest.repository.edit_campaign("still", "50.00 SGD", "55.00 SGD")
    merge(remote, newest)
    in_ci = behind.process("plan", env={"CI": "true"}).ended(0)
    assert "105.00 → 100.00 SGD a day" in in_ci.out
    behind.repository.edit("project.yaml", PROJECT, PROJECT + "state: {branch: null}\n")
    alone = behind("plan").ended(0)
    assert "as the remote has it" not in alone.said


@pytest.mark.parametrize("options", [("--depth=1",), ("--filter=blob:none",)], ids=["shallow", "without blobs"])
def test_any_clone_learns_what_it_lacks(
    options: tuple[str, ...], remote: Remote, newest: Reconciler, sandbox: LocalGraph
) -> None:
    git(remote.path, "config", "uploadpack.allowFilter", "true")
    behind = remote.clone("some", *options)
    newest.repository.campaign("flash", ON.replace("Still", "Flash"))
    merge(remote, newest)
    behind.repository.edit_campaign("other", "50.00 SGD", "45.00 SGD")
    said = behind.apply().ended(3).said
    assert f"Refused (behind_main): acme-sg/flash: {LACKS.format('flash.yaml', NEW)}" in said
    assert "Refused (behind_main): acme-sg/other" not in said
    assert sandbox.value("acme-sg/other", "daily_budget") == "4500"
    assert sandbox.status("acme-sg/flash") == "ACTIVE"
