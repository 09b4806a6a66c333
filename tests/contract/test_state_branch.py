"""What is remembered is shared through a branch of its own: whoever runs next, wherever, knows what was done."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from support.command import Reconciler
from support.remote import BRANCH, Remote, deadly_git, git, refusing_git
from support.repository import ACCOUNT_FILE, NARROW, PROJECT, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.run.apply import Remembering
from reconciler.run.prepare import Prepared
from reconciler.store.files import atomic
from reconciler.store.files.runs import FileRuns
from reconciler.store.runs import Run

KEPT = "acme-sg/still.json"
ON = STILL + "status: ACTIVE\n"


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


@pytest.fixture
def first(remote: Remote, repository: Repository) -> Reconciler:
    """A clone with one campaign that is held, and which nothing has applied."""
    repository.campaign("still", STILL + "status: PAUSED\n")
    return remote.starts_from(repository)


def edit(reconciler: Reconciler, old: str, new: str, campaign: str = "still") -> None:
    """A change of main that is not pushed; the branch of state/ does not mind."""
    reconciler.repository.edit_campaign(campaign, old, new)


def nothing_twice(sandbox: LocalGraph, campaigns: int = 1) -> None:
    assert {kind: len(sandbox.objects(kind)) for kind in ("campaign", "ad_set", "ad")} == dict.fromkeys(
        ("campaign", "ad_set", "ad"), campaigns
    )
    assert len(sandbox.creates("campaign")) == campaigns


# ---- fetched before, pushed after


def test_an_apply_pushes_what_it_did_and_another_clone_knows_it(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    assert remote.commits() == ["Record what was applied: acme-sg"]
    assert remote.files() == [KEPT]
    assert remote.commits("main") == ["Edit"]
    second = remote.clone("second")
    second.plan().ended(0)
    assert second.repository.state("still") == first.repository.state("still")
    second.converged()
    nothing_twice(sandbox)


def before_another_applies(
    remote: Remote, repository: Repository, monkeypatch: pytest.MonkeyPatch, *, reconciled: bool
) -> Reconciler:
    """A clone with a campaign to be made and launched. Right before the first write of whoever applies next, another
    clone does the same. `reconciled`: something tells which files the account was brought to."""
    repository.campaign("on", TRAFFIC + "status: PAUSED\n")
    first = remote.starts_from(repository)
    first.apply().ended(0)
    second = remote.clone("second")
    if reconciled:
        FileRuns(first.repository.root).put("acme-sg", Run("1", "2", "0"))
        first("state push").ended(0)
    for one in (first, second):
        one.repository.campaign("still", ON)
    meanwhile(monkeypatch, second)
    return first


def meanwhile(monkeypatch: pytest.MonkeyPatch, other: Reconciler, *, too_late_to_hear: bool = False) -> None:
    """The other clone applies right before the first write of whoever applies next."""
    begin, others = Remembering.begin, [other]

    def beside_the_other(self: Remembering, prepared: Prepared) -> None:
        now = others.pop() if others else None
        if now and too_late_to_hear:
            begin(self, prepared)
        if now:
            now.apply().ended(0)
        if not (now and too_late_to_hear):
            begin(self, prepared)

    monkeypatch.setattr(Remembering, "begin", beside_the_other)


def test_what_another_publishes_right_before_the_first_write_is_not_lost(
    remote: Remote, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both write the same campaign: the one its budget, the other an ad set more."""
    repository.campaign("on", TRAFFIC)
    first = remote.starts_from(repository)
    first.apply().ended(0)
    second = remote.clone("second")
    FileRuns(first.repository.root).put("acme-sg", Run("1", "2", "0"))
    first("state push").ended(0)
    edit(first, "20.00 SGD", "25.00 SGD", "on")
    edit(second, "  broad:", NARROW + "  broad:", "on")
    meanwhile(monkeypatch, second)
    refused = first.apply().ended(1)
    assert "another run has changed what is remembered of acme-sg since this one planned" in refused.said
    assert set(remote.ids("on")) >= {"acme-sg/on/narrow", "acme-sg/on/narrow/still", "acme-sg/on/broad"}


@pytest.mark.parametrize("reconciled", [True, False])
def test_what_another_has_made_and_launched_since_the_plan_is_not_made_again(
    reconciled: bool, remote: Remote, repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = before_another_applies(remote, repository, monkeypatch, reconciled=reconciled)
    assert "nothing was written there" in first.apply().ended(1).said
    first.converged()
    assert len(sandbox.labelled("acme-sg/still")) == 1
    assert sandbox.deliverable() == dict.fromkeys(("campaign", "ad_set", "ad"), 1)


def test_of_what_two_make_at_once_all_know_the_older_and_it_is_launched_in_time(
    remote: Remote, repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-12-01 09:00\n")
    first = remote.starts_from(repository)
    second = remote.clone("second")
    meanwhile(monkeypatch, second, too_late_to_hear=True)
    first.apply().ended(0)
    older, younger = sorted(one["id"] for one in sandbox.labelled("acme-sg/still"))
    assert remote.ids("still")["acme-sg/still"] == older
    sandbox.at("2026-12-01T09:01:00+08:00")
    second("ci reconcile").ended(0)
    assert sandbox.deliverable() == dict.fromkeys(("campaign", "ad_set", "ad"), 1)
    assert {one["id"]: one["data"]["status"] for one in sandbox.labelled("acme-sg/still")} == {
        older: "ACTIVE",
        younger: "PAUSED",
    }


def test_a_run_without_changes_makes_no_commit_and_no_push(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    remote.hook("pre-receive", "exit 1")
    first.apply().ended(0)
    first("activate").ended(0)
    first("sync").ended(0)
    assert len(remote.commits()) == 1


def test_each_account_has_a_commit_of_its_own(remote: Remote, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.account("act_2")
    repository.write("accounts/acme-my.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_2"))
    for account in ("acme-sg", "acme-my"):
        repository.campaign("still", STILL + "status: PAUSED\n", account)
    here = remote.starts_from(repository)
    here.apply().ended(0)
    made = len(remote.commits())
    for account in ("acme-sg", "acme-my"):
        here.repository.edit_campaign("still", "50.00 SGD", "60.00 SGD", account)
    here.apply().ended(0)
    assert sorted(remote.commits()[made:]) == ["Record what was applied: acme-my", "Record what was applied: acme-sg"]
    assert remote.files() == ["acme-my/still.json", KEPT]


def test_activate_sync_pause_and_forget_push_too(remote: Remote, first: Reconciler, sandbox: LocalGraph) -> None:
    edit(first, "status: PAUSED", "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:59")
    first.apply().ended(0)
    sandbox.at("2026-12-01T09:01:00+08:00")
    first("activate").ended(0)
    sandbox.person_edits("acme-sg/still", name="Mei's")
    first("sync").ended(0)
    first("pause", "--all").ended(0)
    first.repository.remove("still")
    first.repository.campaign("other", STILL.replace("Still", "Other"))
    first("forget", "acme-sg/still").ended(0)
    whats = [message.removeprefix("Record what was ").removesuffix(": acme-sg") for message in remote.commits()]
    assert whats == ["applied", "applied", "live", "paused", "forgotten"]
    assert remote.files() == []


def test_a_pause_in_a_fresh_clone_holds_in_every_other(remote: Remote, first: Reconciler, sandbox: LocalGraph) -> None:
    edit(first, "status: PAUSED", "status: ACTIVE")
    first.apply().ended(0)
    sandbox.pass_time(3600)
    remote.clone("desk")("pause", "--all").ended(0)
    assert remote.records("still")["acme-sg/still"]["held"]
    run = first.apply()
    assert sandbox.status("acme-sg/still") == "PAUSED", run.said


def test_a_pause_works_and_pushes_while_no_yaml_parses(remote: Remote, first: Reconciler, sandbox: LocalGraph) -> None:
    edit(first, "status: PAUSED", "status: ACTIVE")
    first.repository.edit("project.yaml", PROJECT, PROJECT + "state:\n  # ours\n  branch: what-is-known\n")
    first.apply().ended(0)
    first.repository.write("campaigns/acme-sg/broken.yaml", "a: [")
    first.repository.edit("project.yaml", PROJECT, PROJECT + "timezone: [\n")
    first("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"
    assert remote.commits("what-is-known")[-1] == "Record what was paused: acme-sg"


def test_a_pause_stops_all_while_the_remote_cannot_be_reached_and_says_who_does_not_know(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    edit(first, "status: PAUSED", "status: ACTIVE")
    first.apply().ended(0)
    remote.moved_away()
    run = first("pause", "--all").ended(0)
    assert "Note: all is paused, and other clones do not know yet" in run.out
    assert sandbox.status("acme-sg/still") == "PAUSED"


# ---- where it is, and where it is not


def test_without_git_or_a_remote_state_stays_in_the_working_tree(
    repository: Repository, reconciler: Reconciler, tmp_path: Path
) -> None:
    repository.campaign("still", STILL + "status: PAUSED\n")
    reconciler.apply().ended(0)
    git(repository.root, "init", "-q")
    git(repository.root, "add", ".")
    reconciler.apply().ended(0)
    assert git(repository.root, "for-each-ref") == ""
    assert "state/ is kept in this working tree" in reconciler("state show").ended(0).out
    run = reconciler("state push").ended(64)
    assert "mend: git remote add origin" in run.said


def test_branch_null_keeps_state_in_the_working_tree(remote: Remote, first: Reconciler) -> None:
    first.repository.edit("project.yaml", PROJECT, PROJECT + "state: {branch: null}\n")
    first.apply().ended(0)
    assert remote.branches() == ["main"]


def test_a_project_that_git_does_not_track_is_not_shared(
    remote: Remote, first: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    inside = Repository(first.repository.root / "tried-out")
    inside.campaign("still", STILL + "status: PAUSED\n")
    Reconciler(inside, sandbox).apply().ended(0)
    assert remote.branches() == ["main"]


def test_what_a_sandbox_has_made_is_not_pushed_to_another_machine(remote: Remote, first: Reconciler) -> None:
    git(first.repository.root, "remote", "set-url", "origin", "https://git.acme.example/ads.git")
    run = first.apply().ended(0)
    assert "nothing of it is pushed to origin/reconciler-state" in run.said


def test_the_branch_that_is_checked_out_is_refused(remote: Remote, first: Reconciler, sandbox: LocalGraph) -> None:
    git(first.repository.root, "checkout", "-q", "-b", "trunk")
    first.repository.edit("project.yaml", PROJECT, PROJECT + "state: {branch: trunk}\n")
    run = first("plan").ended(0)
    assert "is the branch that is checked out here; mend: name a branch that is used for nothing else" in run.said


CLONES = {
    "shallow": ("--depth=1",),
    "of a single branch": ("--single-branch",),
    "without blobs": ("--filter=blob:none",),
}


@pytest.mark.parametrize("options", CLONES.values(), ids=CLONES.keys())
def test_any_clone_fetches_and_pushes(
    options: tuple[str, ...], remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    git(remote.path, "config", "uploadpack.allowFilter", "true")
    first.apply().ended(0)
    other = remote.clone("other", *options)
    git(other.repository.root, "checkout", "-q", "--detach")
    other.converged()
    edit(other, "50.00 SGD", "60.00 SGD")
    other.apply().ended(0)
    edit(first, "50.00 SGD", "60.00 SGD")
    edit(first, "headline: Outlet", "headline: Sale")
    first.apply().ended(0)
    edit(other, "headline: Outlet", "headline: Sale")
    other.converged()
    assert len(remote.commits()) == 3
    nothing_twice(sandbox)


def test_a_project_below_the_root_of_its_repository_has_its_own_folder_of_the_branch(
    tmp_path: Path, repository: Repository, sandbox: LocalGraph
) -> None:
    remote = Remote(tmp_path / "git", sandbox, 'für "ads"/')
    repository.campaign("still", STILL + "status: PAUSED\n")
    remote.starts_from(repository).apply().ended(0)
    assert remote.ids("still").keys() == {"acme-sg/still", "acme-sg/still/main", "acme-sg/still/main/main"}
    remote.clone("second").converged()
    nothing_twice(sandbox)


def test_two_linked_worktrees_of_one_repository_each_have_a_state_of_their_own(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    beside = remote.worktree(first, "beside")
    first.apply().ended(0)
    beside.converged()
    edit(beside, "50.00 SGD", "60.00 SGD")
    beside.apply().ended(0)
    edit(first, "50.00 SGD", "60.00 SGD")
    first.converged()
    assert first.repository.state("still") == beside.repository.state("still")


def test_no_hook_filter_or_setting_of_the_user_has_a_say(remote: Remote, first: Reconciler, tmp_path: Path) -> None:
    root = first.repository.root
    for name in ("pre-push", "pre-commit", "commit-msg", "reference-transaction", "post-checkout"):
        (root / ".git" / "hooks" / name).write_text("#!/bin/sh\nexit 1\n")
        (root / ".git" / "hooks" / name).chmod(0o755)
    for setting in ("core.autocrlf=true", "commit.gpgSign=true", "push.default=nothing", "fetch.prune=true"):
        git(root, "config", *setting.split("="))
    (root / ".git" / "info" / "attributes").write_text("* text eol=crlf\n")
    first.apply().ended(0)
    assert "\r" not in remote.text(KEPT)
    assert git(remote.path, "log", "-1", "--format=%an <%ae>", BRANCH) == (
        "reconciler <reconciler@users.noreply.github.com>"
    )


# ---- moving over from main


@pytest.fixture
def committed(remote: Remote, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """A repository whose state/ is committed on main, as it was before there was a branch for it."""
    repository.campaign("still", STILL + "status: PAUSED\n")
    Reconciler(repository, sandbox).apply().ended(0)
    return remote.starts_from(repository)


def test_a_missing_branch_is_made_from_what_is_on_main(
    remote: Remote, committed: Reconciler, sandbox: LocalGraph
) -> None:
    committed.apply().ended(0)
    assert remote.files() == [KEPT]
    nothing_twice(sandbox)


def test_what_is_on_main_is_not_read_once_there_is_a_branch(
    remote: Remote, committed: Reconciler, sandbox: LocalGraph
) -> None:
    edit(committed, "50.00 SGD", "60.00 SGD")
    committed.apply().ended(0)
    fresh = remote.clone("fresh")
    assert fresh.repository.state("still")["acme-sg/still"]["applied"]["daily_budget"] == 5000
    fresh.plan().ended(0)
    assert fresh.repository.state("still") == committed.repository.state("still")
    git(fresh.repository.root, "checkout", "-q", "--", "state")
    fresh.plan().ended(0)
    assert fresh.repository.state("still") == committed.repository.state("still")
    edit(fresh, "50.00 SGD", "60.00 SGD")
    fresh.apply().ended(0)
    assert len(remote.commits()) == 1


def test_doctor_says_how_main_is_rid_of_it_and_that_loses_nothing(
    remote: Remote, committed: Reconciler, sandbox: LocalGraph
) -> None:
    committed.apply().ended(0)
    root = committed.repository.root
    behind = remote.clone("behind")
    line = next(line for line in committed("doctor").said.splitlines() if "tracked beside desired/" in line)
    mend = line.split("mend: ")[1]
    subprocess.run(["sh", "-c", f"{mend} -qm Untrack"], cwd=root, env=_as_mei(), check=True)
    git(root, "push", "-q", "origin", "HEAD:main")
    assert "state/" not in git(root, "ls-files") and git(root, "status", "--short") == ""
    assert "tracked beside" not in committed("doctor").said
    # Git takes the files from the working tree of whoever pulls that; they come back from the branch.
    git(behind.repository.root, "pull", "-q")
    assert not behind.repository.state_text()
    behind.converged()
    assert behind.repository.state("still") == committed.repository.state("still")
    assert remote.files() == [KEPT]
    nothing_twice(sandbox)


def _as_mei() -> dict[str, str]:
    who = {"NAME": "Mei", "EMAIL": "mei@acme.example"}
    roles = ("GIT_AUTHOR", "GIT_COMMITTER")
    return {"PATH": os.environ["PATH"], **{f"{role}_{what}": text for role in roles for what, text in who.items()}}


def test_a_state_that_was_removed_or_cleaned_away_comes_back_from_the_branch(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    first.repository.forget_state()
    first.converged()
    assert remote.ids("still") == {at: one["id"] for at, one in first.repository.state("still").items()}


# ---- what becomes of the branch


def test_a_deleted_branch_is_pushed_anew_with_all_that_was_in_it_and_that_is_said(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    remote.put("acme-old/gone.json", remote.text(KEPT).replace("acme-sg/", "acme-old/").replace("/still", "/gone"))
    first.plan().ended(0)
    remote.delete()
    run = first.apply()
    assert "origin/reconciler-state is gone: the next push makes it again" in run.said
    assert remote.files() == ["acme-old/gone.json", KEPT]
    nothing_twice(sandbox)


def test_a_deleted_branch_is_pushed_anew_from_a_shallow_clone(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    edit(first, "50.00 SGD", "60.00 SGD")
    first.apply().ended(0)
    shallow = remote.clone("shallow", "--depth=1")
    shallow.plan().ended(0)
    remote.delete()
    edit(shallow, "50.00 SGD", "60.00 SGD")
    shallow.apply().ended(0)
    assert remote.files() == [KEPT]


def test_a_branch_that_was_rewritten_gets_what_this_clone_knows_merged_in(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    before = git(remote.path, "rev-parse", BRANCH)
    first.repository.campaign("other", STILL.replace("Still", "Other") + "status: PAUSED\n")
    first.apply().ended(0)
    rewritten = git(remote.path, "commit-tree", f"{before}^{{tree}}", "-m", "Rewritten")
    git(remote.path, "update-ref", f"refs/heads/{BRANCH}", rewritten)
    assert remote.files() == [KEPT]
    run = first.apply().ended(0)
    assert "origin/reconciler-state was rewritten" in run.said
    assert remote.files() == ["acme-sg/other.json", KEPT]
    nothing_twice(sandbox, 2)


def test_a_force_pushed_main_has_no_effect(remote: Remote, first: Reconciler, sandbox: LocalGraph) -> None:
    first.apply().ended(0)
    root = first.repository.root
    git(root, "commit", "-q", "--amend", "-m", "Rewritten")
    git(root, "push", "-q", "--force", "origin", "HEAD:main")
    first.converged()
    remote.clone("second").converged()
    assert len(remote.commits()) == 1


def test_a_hook_that_protects_main_lets_the_state_through(remote: Remote, first: Reconciler) -> None:
    remote.hook("pre-receive", "while read old new ref; do [ $ref = refs/heads/main ] && exit 1; done; exit 0")
    first.apply().ended(0)
    assert remote.files() == [KEPT]


def test_a_refused_push_ends_as_partly_done_with_what_to_grant_and_goes_through_later(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    remote.hook("pre-receive", "echo 'GH006: Protected branch update failed' >&2; exit 1")
    run = first.apply().ended(6)
    assert "origin/reconciler-state could not be pushed" in run.said
    assert "mend: leave this branch out of the rules of the repository" in run.said
    assert "Apply complete!" in run.said
    (remote.path / "hooks" / "pre-receive").unlink()
    assert first("state show").ended(0).out.count("Not pushed yet: acme-sg") == 1
    first.apply().ended(0)
    assert remote.files() == [KEPT]
    nothing_twice(sandbox)


# ---- a remote that cannot be reached


def test_at_a_desk_without_the_remote_things_are_made_and_changed_and_nothing_is_turned_on(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    edit(first, "status: PAUSED", "status: ACTIVE")
    edit(first, "50.00 SGD", "40.00 SGD")
    first.repository.campaign("other", STILL.replace("Still", "Other"))
    remote.moved_away()
    run = first.apply().ended(6)
    assert "origin/reconciler-state could not be fetched" in run.said
    assert "so nothing is turned on from here" in run.said
    assert sandbox.status("acme-sg/still") == "PAUSED"
    assert sandbox.live("acme-sg/still")["data"]["daily_budget"] in (4000, "4000")
    assert sandbox.live("acme-sg/other")
    first("activate").ended(6)
    remote.moved_back()
    first.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    assert remote.files() == ["acme-sg/other.json", KEPT]
    nothing_twice(sandbox, 2)


def test_at_a_desk_that_may_not_push_nothing_is_turned_on(
    remote: Remote, first: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    first.apply().ended(0)
    edit(first, "status: PAUSED", "status: ACTIVE")
    first.environment.update(refusing_git(tmp_path, "push", "remote: Permission to acme/ads.git denied to mei."))
    run = first.apply().ended(3)
    assert "origin/reconciler-state could not be pushed: remote: Permission to acme/ads.git denied to mei." in run.said
    assert "so nothing is turned on from here" in run.said and "let it push" in run.said
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_a_file_that_cannot_be_brought_in_is_named(
    remote: Remote, first: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.apply().ended(0)
    second = remote.clone("second")

    def full(file: int, _: bytes, **__: object) -> None:
        os.close(file)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(atomic, "_write", full)
        told = second.apply().ended(1).said
    assert f"state/{KEPT}: No space left on device\n  mend: make room on the disk" in told
    second.converged()


OF_A_FULL_DISK = {
    "a pack": (
        "fast-import",
        "fatal: sha1 file .git/objects/pack/a write error. Out of diskspace",
        "make room",
    ),
    "an object": ("fast-import", "fatal: unable to write loose object file: No space left on device", "make room"),
    "a ref": ("update-ref", "fatal: cannot update ref a: couldn't write a.lock", "see that the disk has room"),
}


@pytest.mark.parametrize(("command", "said", "mend"), OF_A_FULL_DISK.values(), ids=OF_A_FULL_DISK)
def test_a_full_disk_is_not_blamed_on_the_remote(
    command: str, said: str, mend: str, remote: Remote, first: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    usual = dict(first.environment)
    first.environment.update(refusing_git(tmp_path, command, said))
    run = first.apply()
    assert run.status != 0 and f"mend: {mend}" in run.err
    assert "ls-remote" not in run.said
    first.environment = usual
    first.apply().ended(0)
    assert remote.files() == [KEPT]
    nothing_twice(sandbox)


def test_in_ci_without_the_remote_the_run_goes_on_and_ends_as_partly_done(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    edit(first, "status: PAUSED", "status: ACTIVE")
    first.environment["CI"] = "true"
    remote.moved_away()
    run = first.apply().ended(6)
    assert "origin/reconciler-state could not be fetched" in run.said
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    first("activate").ended(6)
    remote.moved_back()
    first.apply().ended(0)
    assert remote.files() == [KEPT]
    nothing_twice(sandbox)


def test_without_git_installed_it_is_said_and_nothing_is_turned_on(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    edit(first, "status: PAUSED", "status: ACTIVE")
    first.environment["PATH"] = "/nowhere"
    run = first.apply().ended(3)
    assert "git is not installed" in run.said and "mend: install git" in run.said
    assert sandbox.status("acme-sg/still") == "PAUSED"


# ---- what is in it


HOSTILE = (
    "acme-sg/A.json", "acme-sg/a\nb.json", "-rf/x.json", "acme-sg/still.json.tmp", f"acme-sg/{'a' * 200}.json",
    "README.md", "runs/x/y.json", "con/nul.json ",
)  # fmt: skip


def test_what_is_no_file_of_ours_is_neither_written_nor_lost(remote: Remote, first: Reconciler, tmp_path: Path) -> None:
    first.apply().ended(0)
    for name in HOSTILE:
        remote.put(name, "hostile")
    remote.wrap("..")
    before = remote.files()
    assert len(before) == len(HOSTILE) + 2 and "../x.json" in before
    second = remote.clone("second")
    edit(second, "50.00 SGD", "60.00 SGD")
    second.apply().ended(0)
    state = second.repository.root / "state"
    here = {path.relative_to(state).as_posix() for path in state.rglob("*") if path.is_file()}
    assert {name for name in here if "/" in name} == {KEPT}
    assert remote.files() == before
    assert not (second.repository.root.parent / "x.json").exists()


def test_a_link_in_the_place_of_a_file_stops_its_account_with_a_mend_that_works(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    blob = git(remote.path, "hash-object", "-w", "--stdin", given="/etc/passwd")
    remote.put_entry(f"120000 {blob}", KEPT)
    run = first.apply().ended(1)
    assert "acme-sg: origin/reconciler-state: a link or a submodule stands in the place of a file" in run.said
    first("state rebuild").ended(0)
    first.converged()
    nothing_twice(sandbox)


def test_conflict_markers_on_the_branch_stop_their_account_with_a_mend_that_works(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    good = remote.text(KEPT)
    remote.put(KEPT, f"<<<<<<< HEAD\n{good}=======\n{good}>>>>>>> other\n")
    second = remote.clone("second")
    run = second.apply().ended(1)
    assert "state/acme-sg/still.json: it has git conflict markers" in run.said
    assert "reconciler state rebuild" in run.said
    edit(first, "50.00 SGD", "60.00 SGD")
    first.apply().ended(1)
    second("state rebuild").ended(0)
    second.converged()
    first.apply().ended(0)
    assert "<<<<" not in remote.text(KEPT)
    nothing_twice(sandbox)


def test_a_file_of_a_newer_version_stops_its_account(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    remote.put(KEPT, remote.text(KEPT).replace('"format_version": 2', '"format_version": 99'))
    assert "written by a newer version" in remote.clone("second").apply().ended(1).said


def test_what_two_clones_know_of_different_campaigns_and_ads_is_known_together(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    second = remote.clone("second")
    second.plan().ended(0)
    for one, key in ((first, "one"), (second, "two")):
        one.repository.campaign(key, STILL.replace("Still", key) + "status: PAUSED\n")
        one.repository.edit_campaign("still", "headline: Outlet", f"headline: {key}")
    first("apply", "--auto-approve", "--target", "acme-sg/one").ended(0)
    remote.hook("pre-receive", "")
    second("apply", "--auto-approve", "--target", "acme-sg/two").ended(0)
    assert remote.files() == ["acme-sg/one.json", KEPT, "acme-sg/two.json"]


# ---- the command

PUSHED = r"pushed last at \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? \+08"
"""In the project's zone, as all moments are told."""


def test_state_show_says_what_is_remembered_and_pushed(remote: Remote, first: Reconciler, sandbox: LocalGraph) -> None:
    first.apply().ended(0)
    run = first("state show").ended(0)
    assert re.search(rf"origin/reconciler-state: {PUSHED}\n", run.out)
    assert f"acme-sg/still {'':<46} {sandbox.id('acme-sg/still')}" in run.out
    told = first("state show", "--json").ended(0).json
    assert told["accounts"][0]["ids"] == remote.ids("still")
    assert (told["branch"], told["unpublished"], told["problem"]) == ("origin/reconciler-state", [], None)


def test_state_push_and_pull_bring_two_clones_together(remote: Remote, first: Reconciler) -> None:
    remote.moved_away()
    first.apply().ended(6)
    remote.moved_back()
    assert first("state push").ended(0).out == "acme-sg: pushed to origin/reconciler-state\n"
    second = remote.clone("second")
    second("state pull").ended(0)
    assert second.repository.state("still") == first.repository.state("still")


def test_state_rebuild_finds_all_by_labels_and_pushes_it(
    remote: Remote, first: Reconciler, sandbox: LocalGraph
) -> None:
    first.apply().ended(0)
    ids = remote.ids("still")
    remote.put(KEPT, json.dumps({"format_version": 2, "resources": {}}))
    second = remote.clone("second")
    second("state rebuild").ended(0)
    assert remote.ids("still") == ids
    first.converged()


def test_doctor_has_a_line_on_the_branch(remote: Remote, first: Reconciler) -> None:
    assert "origin/reconciler-state, made by the first apply" in first("doctor").said
    first.apply().ended(0)
    assert re.search(rf"origin/reconciler-state, {PUSHED}\n", first("doctor").said)
    remote.moved_away()
    assert "NO" in next(line for line in first("doctor").said.splitlines() if "could not be fetched" in line)


# ---- killed


MOMENTS = ("fetch", "fast-import", "push", "after push", "after fast-import", "after fetch")


@pytest.mark.share(2)
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_a_killed_run_did_is_taken_along_by_the_next_one_of_its_clone(
    moment: str, remote: Remote, first: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    first.process("apply", "--auto-approve", env=deadly_git(tmp_path, moment))
    first.process("apply", "--auto-approve").ended(0)
    assert remote.ids("still") == {at: one["id"] for at, one in first.repository.state("still").items()}
    assert all(remote.ids("still").values())
    nothing_twice(sandbox)
    remote.clone("second").converged()


@pytest.mark.parametrize("moment", ["fast-import", "push", "after push"])
def test_after_a_killed_run_another_clone_makes_nothing_twice(
    moment: str, remote: Remote, first: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    first.process("apply", "--auto-approve", env=deadly_git(tmp_path, moment))
    second = remote.clone("second")
    second.process("apply", "--auto-approve").ended(0)
    nothing_twice(sandbox)
    first.process("apply", "--auto-approve").ended(0)
    nothing_twice(sandbox)
    assert remote.ids("still") == {at: one["id"] for at, one in first.repository.state("still").items()}


def test_a_commit_that_never_arrived_outlives_a_cleaned_working_tree(
    remote: Remote, first: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    first.process("apply", "--auto-approve", env=deadly_git(tmp_path, "push"))
    git(first.repository.root, "clean", "-ffdxq")
    assert not first.repository.state_text()
    first("state pull").ended(0)
    assert first.repository.state("still")["acme-sg/still"]["id"] == sandbox.id("acme-sg/still")


def test_the_worktree_of_main_shows_no_trace_but_the_folder(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    root = first.repository.root
    assert git(root, "status", "--short") == "?? state/"
    assert "reconciler-state" not in git(root, "branch", "--list")
    assert git(root, "log", "--format=%s") == "Edit"


def test_an_apply_from_a_desk_says_how_its_checkout_stands_to_the_remotes_main(
    remote: Remote, repository: Repository
) -> None:
    repository.campaign("still", STILL)
    first = remote.starts_from(repository)
    here = remote.clone("desk")
    assert "as the remote has it" not in here.apply().ended(0).said
    first.repository.edit_campaign("still", "name: Still", "name: Other")
    remote.commit(first.repository.root)
    git(first.repository.root, "push", "-q", "origin", "HEAD:main")
    assert "main has 1 commit more; git pull brings it" in here.apply().ended(0).said
    git(here.repository.root, "checkout", "-q", "-b", "mine")
    assert "it is on mine; main has 1 commit more; git pull origin main brings it" in here.apply().ended(0).said


def test_a_journal_that_somebody_has_put_into_git_is_not_believed(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    journal = first.repository.root / "state" / ".acme-sg.journal"
    journal.write_text(
        '{"account": "act_1234567890", "currency": "SGD", "format_version": 2}\n{"acme-sg/still": null}\n'
    )
    git(first.repository.root, "add", "-f", "state/.acme-sg.journal")
    git(first.repository.root, "commit", "-q", "-m", "Forget it")
    git(first.repository.root, "push", "-q", "origin", "HEAD:main")
    second = remote.clone("second")
    told = second.plan().ended(1).said
    assert "state/.acme-sg.journal: it is in git, where no run has put it, so it is not believed" in told
    git(second.repository.root, "rm", "-q", "state/.acme-sg.journal")
    remote.commit(second.repository.root)
    second.converged()


def test_a_file_that_a_crash_has_emptied_comes_back(remote: Remote, first: Reconciler) -> None:
    first.apply().ended(0)
    second = remote.clone("second")
    second.converged()
    (second.repository.root / "state" / KEPT).write_text("")
    second.converged()
    assert (second.repository.root / "state" / KEPT).read_text() == f"{remote.text(KEPT)}\n"
