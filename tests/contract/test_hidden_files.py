"""What git has and this working copy has not is never taken for removed, and what is here alone is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Reconciler
from support.remote import Remote, counting_git, git, refusing_git
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

OUTLET = "desired/campaigns/acme-sg/outlet.yaml"
WRITING = ("plan", "apply --auto-approve", "activate", "sync", "drift", "show acme-sg/still", "doctor")


@pytest.fixture(params=["", "ads/"], ids=["at the top", "in a subfolder"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """A clone in which two campaigns run."""
    for key in ("outlet", "still"):
        repository.campaign(key, STILL.replace("name: Still", f"name: {key}") + "status: ACTIVE\n")
    here = Remote(tmp_path / "shared", sandbox, below=request.param).starts_from(repository)
    here.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"
    return here


def git_at(here: Reconciler, *arguments: str) -> str:
    return git(here.repository.root, *arguments)


def leave_out(here: Reconciler, path: str) -> None:
    top, below = git_at(here, "rev-parse", "--show-toplevel"), git_at(here, "rev-parse", "--show-prefix")
    git(Path(top), "sparse-checkout", "set", "--no-cone", "/*", f"!/{below}{path}")


def left_out(here: Reconciler) -> None:
    leave_out(here, OUTLET)


def skipped(here: Reconciler) -> None:
    git_at(here, "update-index", "--skip-worktree", OUTLET)
    here.repository.remove("outlet")


def taken_for_unchanged(here: Reconciler) -> None:
    git_at(here, "update-index", "--assume-unchanged", OUTLET)
    here.repository.remove("outlet")


def unmerged(here: Reconciler) -> None:
    """One side has changed it, and the other has removed it."""
    git_at(here, "switch", "-q", "-c", "other")
    here.repository.edit_campaign("outlet", "50.00 SGD", "60.00 SGD")
    git_at(here, "commit", "-q", "-a", "-m", "More")
    git_at(here, "switch", "-q", "-")
    git_at(here, "rm", "-q", OUTLET)
    git_at(here, "commit", "-q", "-m", "Away")
    with pytest.raises(AssertionError):
        git_at(here, "merge", "other")
    (here.repository.root / OUTLET).unlink()


SAID = {
    left_out: "it is committed and not here: a sparse checkout leaves it out, or git is told to skip it",
    skipped: "it is committed and not here: a sparse checkout leaves it out, or git is told to skip it",
    taken_for_unchanged: "it is committed and not here, and git is told to take it for unchanged",
    unmerged: "git has begun to merge it and has not ended",
}
MENDED = {
    left_out: ("sparse-checkout", "disable"),
    skipped: ("sparse-checkout", "disable"),
    taken_for_unchanged: ("restore", OUTLET),
    unmerged: ("restore", "--source=other", "--worktree", "--staged", OUTLET),
}


@pytest.mark.parametrize("hide", SAID)
def test_what_git_has_is_never_taken_for_removed(
    desk: Reconciler, sandbox: LocalGraph, hide: Callable[[Reconciler], None]
) -> None:
    hide(desk)
    sandbox.forget_calls()
    for command in WRITING:
        told = desk(*command.split(" ")).ended(1).said
        assert f"{OUTLET}: {SAID[hide]}" in told, command
    assert sandbox.calls() == []
    git_at(desk, *MENDED[hide])
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


def test_what_somebody_deletes_is_removed_as_ever(desk: Reconciler, sandbox: LocalGraph) -> None:
    desk.repository.remove("outlet")
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "PAUSED"


def test_validate_warns_of_what_is_not_here(desk: Reconciler) -> None:
    left_out(desk)
    told = desk("validate").ended(0).said
    assert f"Warning: {OUTLET}: it is committed and not here" in told
    assert "mend: git sparse-checkout disable" in told


def test_what_is_hidden_of_one_account_holds_up_no_other(desk: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.account("act_999")
    desk.repository.write("accounts/globex.yaml", ACCOUNT_FILE.replace("1234567890", "999"))
    desk.repository.campaign("sale", STILL, account="globex")
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "Another client")
    left_out(desk)
    told = desk.apply().ended(6).said
    assert f"{OUTLET}: it is committed and not here" in told
    assert sandbox.status("globex/sale") == "PAUSED"
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


def test_a_folder_that_is_left_out_is_told_once(desk: Reconciler) -> None:
    leave_out(desk, "desired/campaigns/")
    told = desk("plan").ended(1).said
    assert told.count("it is committed and not here") == 1
    assert "; so is 1 other file of its folder" in told


def test_a_template_that_is_left_out_is_told_itself_and_not_what_extends_it(desk: Reconciler) -> None:
    desk.repository.write("templates/shared.yaml", "objective: OUTCOME_SALES\n")
    desk.repository.campaign("still", "extends: shared\n" + STILL + "status: ACTIVE\n")
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "A template")
    git_at(desk, "update-index", "--skip-worktree", "desired/templates/shared.yaml")
    (desk.repository.root / "desired/templates/shared.yaml").unlink()
    told = desk("plan").ended(1).err
    assert "desired/templates/shared.yaml: it is committed and not here" in told
    assert told.count("mend:") == 1


def test_a_submodule_that_was_not_fetched_is_not_taken_for_removed(
    desk: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    client = tmp_path / "client"
    campaigns = desk.repository.root / "desired/campaigns/acme-sg"
    shutil.copytree(campaigns, client)
    git(client, "init", "-q")
    git(client, "add", "-A")
    git(client, "commit", "-q", "-m", "A client's own")
    git_at(desk, "rm", "-q", "-r", "desired/campaigns/acme-sg")
    git_at(desk, "submodule", "add", "-q", client.as_uri(), "desired/campaigns/acme-sg")
    git_at(desk, "commit", "-q", "-m", "As a submodule")
    desk.converged()
    git_at(desk, "submodule", "deinit", "-q", "-f", "--all")
    told = desk.apply().ended(1).said
    assert "desired/campaigns/acme-sg: a submodule that is not here" in told
    assert "mend: git submodule update --init" in told
    git_at(desk, "submodule", "update", "-q", "--init")
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


def test_a_sparse_checkout_that_git_does_not_tell_of_stops_everything(
    desk: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    left_out(desk)
    sandbox.forget_calls()
    told = desk.process("apply", "--auto-approve", env=refusing_git(tmp_path, "ls-files", "fatal: no")).ended(1).said
    assert "which files of desired/ the sparse checkout leaves out is not known" in told
    assert sandbox.calls() == []


# ---- what is here alone


def test_a_file_that_git_ignores_is_told(desk: Reconciler) -> None:
    desk.repository.campaign("mine", STILL)
    assert "git ignores it" not in desk("plan").ended(0).said
    (desk.repository.root / ".gitignore").write_text("state/.*\nmine.yaml\n")
    mine = "desired/campaigns/acme-sg/mine.yaml"
    for command in ("plan", "validate"):
        told = desk(command).ended(0).said
        assert f"Warning: {mine}: git ignores it, so it is here alone: neither CI nor another machine sees it" in told
        assert f"mend: git add --force {mine}, and commit; git check-ignore -v {mine} names the rule" in told
    assert ".gitignore:2:mine.yaml" in git_at(desk, "check-ignore", "-v", mine)
    git_at(desk, "add", "--force", mine)
    assert "git ignores it" not in desk("plan").ended(0).said


@pytest.mark.parametrize("option", ["skip-worktree", "assume-unchanged"])
def test_a_file_that_git_does_not_compare_is_told(desk: Reconciler, option: str) -> None:
    git_at(desk, "update-index", f"--{option}", OUTLET)
    told = desk("plan").ended(0).said
    assert f"Warning: {OUTLET}: git is told not to compare it" in told
    assert f"mend: git update-index --no-{option} {OUTLET}" in told
    git_at(desk, "update-index", f"--no-{option}", OUTLET)
    assert "git is told" not in desk("plan").ended(0).said


def test_of_a_project_that_is_not_in_git_nothing_is_told(
    repository: Repository, reconciler: Reconciler, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".git/info/exclude").write_text("*\n")
    repository.campaign("outlet", STILL)
    assert "git" not in reconciler("validate").ended(0).said


# ---- what it costs


def test_git_is_asked_once_for_all_files_and_not_at_all_outside_git(
    desk: Reconciler, repository: Repository, sandbox: LocalGraph, tmp_path: Path
) -> None:
    environment, log = counting_git(tmp_path / "counting", "ls-files|status|check-ignore")
    desk.process("validate", env=environment).ended(0)
    assert len(log.read_text().splitlines()) == 1
    log.unlink()
    Reconciler(repository, sandbox).process("validate", env=environment).ended(0)
    assert not log.exists()
