"""What was merged is applied, and what is due is done, whichever run comes and whatever became of the ones before."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ci.conftest import Workflow
from support.command import PATIENCE, Reconciler, Run
from support.github import BOT, FakeGitHub
from support.remote import Remote, counting_git, deadly_git, git, refusing_git
from support.repository import ACCOUNT_FILE, CREATIVES, SPRING, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.meta import throttle

MARKER = "<!-- reconciler:plan:acme-agency -->"
STARTS = "2026-12-01T09:00:00+08:00"
"""Of SPRING."""


class Actions:
    """Runs of the workflow that reconciles, each on a machine of its own with a fresh checkout."""

    def __init__(self, remote: Remote, github: FakeGitHub, folder: Path) -> None:
        self._remote, self._github, self._folder = remote, github, folder
        self.number = 0
        self.last: Workflow | None = None

    def checkout(self, commit: str = "main") -> Reconciler:
        self.number += 1
        here = self._remote.clone(f"runner-{self.number}", "--depth=1" if commit == "main" else "--no-single-branch")
        git(here.repository.root, "checkout", "-q", "--detach", commit if commit != "main" else "HEAD")
        return here

    def __call__(
        self,
        *rest: str,
        event: str = "schedule",
        commit: str = "main",
        branch: str = "main",
        command: str = "ci reconcile",
        **variables: str,
    ) -> Run:
        here = self.checkout(commit)
        self.last = Workflow(self._github, here, self._folder / f"temp-{self.number}", 7300 + self.number)
        given = {"GITHUB_SHA": git(here.repository.root, "rev-parse", "HEAD"), "GITHUB_REF_NAME": branch, **variables}
        return self.last(command, *rest, event=event, **given)

    @property
    def outputs(self) -> dict[str, str]:
        assert self.last is not None
        return self.last.outputs

    @property
    def summary(self) -> str:
        assert self.last is not None
        return self.last.summary


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


@pytest.fixture
def desk(remote: Remote, repository: Repository) -> Reconciler:
    """Where people edit main: a campaign that starts at STARTS."""
    repository.campaign("spring", SPRING)
    return remote.starts_from(repository)


@pytest.fixture
def actions(desk: Reconciler, remote: Remote, github: FakeGitHub, tmp_path: Path) -> Actions:
    return Actions(remote, github, tmp_path)


def merge(remote: Remote, desk: Reconciler, message: str = "Edit") -> str:
    """What the desk has becomes main; the commit."""
    remote.commit(desk.repository.root, message)
    git(desk.repository.root, "push", "-q", "origin", "HEAD:main")
    return git(desk.repository.root, "rev-parse", "HEAD")


def asked(sandbox: LocalGraph) -> int:
    """Calls of Meta's so far."""
    return len(sandbox.calls())


# ---- what it does


def test_a_look_at_many_accounts_tells_what_they_have_in_common_once(
    actions: Actions, desk: Reconciler, remote: Remote
) -> None:
    for number in range(10, 30):
        account = ACCOUNT_FILE.replace("act_1234567890", f"act_10000000{number}")
        desk.repository.write(f"accounts/client-{number}.yaml", account)
    merge(remote, desk)
    said = actions(command="ci look").ended(0).out
    assert "acme-sg, client-10, client-11, client-12, client-13 and 16 more: apply: " in said
    assert "client-20" not in said
    assert said.count("apply: ") == 1
    assert "- acme-sg, client-10, client-11, client-12, client-13 and 16 more: apply" in actions.summary
    assert len(actions("--json", command="ci look").json["accounts"]) == 21


def test_a_merge_is_applied_and_the_next_run_asks_meta_nothing(actions: Actions, sandbox: LocalGraph) -> None:
    actions(event="push").ended(0)
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    before = asked(sandbox)
    run = actions()
    assert "Nothing to do, so Meta was not asked: acme-sg." in run.ended(0).out
    assert asked(sandbox) == before
    assert actions.outputs == {
        "exitcode": "0", "done": "0", "failed": "0", "launched": "0", "idle_accounts": "1", "stopped": "false"
    }  # fmt: skip


def test_what_is_due_is_launched_by_the_next_run_and_nothing_else_is_looked_at_then(
    actions: Actions, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    sandbox.at(STARTS)
    actions().ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    assert actions.outputs["launched"] == "3"
    before = asked(sandbox)
    actions().ended(0)
    assert asked(sandbox) == before


def test_a_run_that_was_lost_is_made_good_by_the_next_whatever_started_it(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    merge(remote, desk)
    sandbox.at(STARTS)
    actions(event="workflow_dispatch").ended(0)
    actions().ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    assert sandbox.value("acme-sg/spring", "daily_budget") == "6000"


def test_a_new_version_of_main_is_applied_once(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    merge(remote, desk)
    actions(event="push").ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "6000"
    before = asked(sandbox)
    actions().ended(0)
    assert asked(sandbox) == before


def test_only_the_account_with_something_due_is_asked_for(
    desk: Reconciler, remote: Remote, actions: Actions, sandbox: LocalGraph
) -> None:
    sandbox.account("act_2")
    desk.repository.write("accounts/acme-my.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_2"))
    desk.repository.campaign("still", STILL + "status: PAUSED\n", "acme-my")
    merge(remote, desk)
    actions(event="push").ended(0)
    sandbox.at(STARTS)
    before = asked(sandbox)
    actions().ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    assert not [one for one in sandbox.calls()[before:] if "act_2" in str(one)]


# ---- only the newest main


def test_a_run_of_an_older_commit_does_nothing_and_says_why(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    old = git(desk.repository.root, "rev-parse", "HEAD")
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    new = merge(remote, desk)
    run = actions(event="push", commit=old).ended(0)
    assert (
        f"main is at {new[:7]} by now, and this run has {old[:7]}: the run of {new[:7]} does all that is left"
        in run.out
    )
    assert asked(sandbox) == 0
    assert actions.outputs["stopped"] == "true"


def test_a_dispatch_from_another_branch_does_nothing_and_says_why(actions: Actions, sandbox: LocalGraph) -> None:
    run = actions(event="workflow_dispatch", branch="draft").ended(0)
    assert "this run is of draft, and only main is applied" in run.out
    assert asked(sandbox) == 0


def test_files_that_were_never_committed_are_an_error_that_names_them(actions: Actions, sandbox: LocalGraph) -> None:
    here = actions.checkout()
    here.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    run = here("ci reconcile").ended(1)
    assert "not as committed: desired/campaigns/acme-sg/spring.yaml; only what was merged is applied" in run.err
    assert asked(sandbox) == 0


def test_a_folder_without_a_project_is_an_error_that_names_the_option(actions: Actions, sandbox: LocalGraph) -> None:
    here = actions.checkout()
    git(here.repository.root, "mv", "desired", "ads")
    assert "there is no desired/project.yaml" in here("ci reconcile").ended(1).err
    assert asked(sandbox) == 0


def test_a_commit_with_the_same_files_as_the_newest_main_goes_on(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    old = git(desk.repository.root, "rev-parse", "HEAD")
    (desk.repository.root / "NOTES.md").write_text("Something else.")
    merge(remote, desk)
    actions(event="push", commit=old).ended(0)
    assert len(sandbox.objects("campaign")) == 1


def test_the_default_branch_is_the_remotes_whatever_its_name(
    actions: Actions, remote: Remote, sandbox: LocalGraph
) -> None:
    git(remote.path, "branch", "-m", "main", "trunk")
    git(remote.path, "symbolic-ref", "HEAD", "refs/heads/trunk")
    here = remote.clone("elsewhere")
    here.environment |= {"CI": "true"}
    here("ci reconcile").ended(0)
    assert len(sandbox.objects("campaign")) == 1


def test_a_branch_whose_name_ends_like_main_is_not_main(actions: Actions, remote: Remote, sandbox: LocalGraph) -> None:
    tree = git(remote.path, "commit-tree", "main^{tree}", "-m", "Odd")
    git(remote.path, "update-ref", "refs/heads/backup/refs/heads/main", tree)
    actions(event="push").ended(0)
    assert len(sandbox.objects("campaign")) == 1


def test_where_nobody_can_tell_which_main_is_the_newest_nothing_is_done(
    actions: Actions, remote: Remote, sandbox: LocalGraph
) -> None:
    here = actions.checkout()
    remote.moved_away()
    assert "origin cannot be asked for its newest commit" in here("ci reconcile").ended(6).err
    assert asked(sandbox) == 0


# ---- what is tried again


def test_what_failed_is_tried_again_by_the_next_run(actions: Actions, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/ads$", method="POST", code=100, subcode=1487891)
    assert actions(event="push").status == 6
    actions().ended(0)
    assert len(sandbox.objects("ad")) == 1


def test_what_a_policy_refuses_is_looked_at_again_after_an_hour(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.edit(
        "project.yaml", "project: acme-agency\n", "project: acme-agency\npolicies: {max_removals: 0}\n"
    )
    desk.repository.edit_campaign("spring", "50.00 SGD", "500.00 SGD")
    desk.repository.edit(
        "accounts/acme-sg.yaml", "currency: SGD\n", "currency: SGD\npolicies: {max_daily_budget: 100.00 SGD}\n"
    )
    merge(remote, desk)
    actions(event="push").ended(3)
    before = asked(sandbox)
    actions().ended(3)
    assert asked(sandbox) == before
    sandbox.pass_time(3601)
    actions().ended(3)
    assert asked(sandbox) > before


@pytest.fixture
def held(actions: Actions, desk: Reconciler, remote: Remote) -> Actions:
    """A run that was refused a budget."""
    desk.repository.campaign("still", f"{STILL}status: PAUSED\n")
    merge(remote, desk)
    actions(event="push").ended(0)
    desk.repository.edit_campaign("still", "50.00 SGD", "500.00 SGD")
    limit = "currency: SGD\npolicies: {max_daily_budget: 100.00 SGD}\n"
    desk.repository.edit("accounts/acme-sg.yaml", "currency: SGD\n", limit)
    merge(remote, desk)
    assert "max_daily_budget" in actions(event="push").ended(3).said
    return actions


def test_what_is_held_back_is_said_again_by_each_run_until_it_is_tried_again(
    held: Actions, sandbox: LocalGraph
) -> None:
    before = asked(sandbox)
    for command in ("ci reconcile", "ci look"):
        told = held(command=command).ended(3)
        assert "  acme-sg/still: max_daily_budget: " in told.err
        assert "held back still" in held.summary
    assert "Nothing to do, so Meta was not asked: acme-sg." in held().ended(3).out
    assert held.outputs["exitcode"] == "3"
    assert "max_daily_budget" in held("--json").ended(3).events[-1]["held"]["acme-sg/still"]
    assert "max_daily_budget" in held("--json", command="ci look").ended(3).json["held"]["acme-sg/still"]
    assert asked(sandbox) == before


def test_a_launch_that_somebodys_change_keeps_waiting_is_said_where_nothing_is_to_be_done(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.campaign("still", f"{STILL}activate_at: 2026-12-01 09:00\n")
    merge(remote, desk)
    actions(event="push").ended(0)
    sandbox.person_edits("acme-sg/still", daily_budget="500000")
    desk.repository.edit_campaign("still", "name: Still", "name: Renamed")
    merge(remote, desk)
    actions(event="push")
    before = asked(sandbox)
    waits = "acme-sg/still: does not start 2026-12-01 09:00 while daily_budget is not as declared"
    for command in ("ci reconcile", "ci look"):
        told = actions(command=command).ended(0)
        assert waits in told.err and "does not start 2026-12-01 09:00 while" in actions.summary
    assert "daily_budget" in actions("--json", command="ci look").ended(0).json["waiting"]["acme-sg/still"]
    assert asked(sandbox) == before
    sandbox.person_edits("acme-sg/still", daily_budget="5000")
    desk.repository.edit_campaign("still", "name: Renamed", "name: Still")
    merge(remote, desk)
    actions(event="push").ended(0)
    assert "does not start" not in actions(command="ci look").ended(0).said


def test_a_launch_does_not_hide_what_is_held_back(held: Actions, sandbox: LocalGraph) -> None:
    sandbox.at("2026-12-01T08:30:00+08:00")
    held().ended(3)
    sandbox.at(STARTS)
    assert "acme-sg/still: max_daily_budget: " in held().ended(3).err
    assert held.outputs["launched"] == "3"


def test_what_is_no_longer_refused_is_said_no_more(held: Actions, desk: Reconciler, remote: Remote) -> None:
    desk.repository.edit_campaign("still", "500.00 SGD", "60.00 SGD")
    merge(remote, desk)
    held(event="push").ended(0)
    assert "max_daily_budget" not in held().ended(0).said
    assert "max_daily_budget" not in held(command="ci look").ended(0).said


@pytest.fixture
def unread(actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph) -> None:
    """An hour before the launch of SPRING a raised budget was merged, and its run could not read the account's log."""
    actions(event="push").ended(0)
    sandbox.at("2026-12-01T08:00:00+08:00")
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    merge(remote, desk)
    sandbox.fault("error", "/activities$", method="GET", times=0, code=200, http=403)
    assert "unread_log" in actions(event="push").ended(3).said
    sandbox.no_faults()


@pytest.mark.usefixtures("unread")
def test_what_a_log_that_was_not_read_holds_back_is_looked_at_again_by_the_next_run(
    actions: Actions, sandbox: LocalGraph
) -> None:
    actions(command="ci look").ended(0)
    assert actions.outputs == {"work": "true"}
    actions().ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "6000"


@pytest.mark.usefixtures("unread")
def test_a_launch_does_not_rely_on_a_look_at_the_account_whose_log_was_not_read(
    remote: Remote, sandbox: LocalGraph
) -> None:
    sandbox.at(STARTS)
    sandbox.forget_calls()
    remote.clone("laptop")("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    assert any(call["path"].endswith("/campaigns") for call in sandbox.calls())


def test_a_launch_does_not_rely_on_a_look_that_kept_a_decrease_back_elsewhere(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.campaign("still", STILL)
    merge(remote, desk)
    actions(event="push").ended(0)
    sandbox.at("2026-11-20T08:00:00+08:00")
    sandbox.person_edits("acme-sg/still", daily_budget=9000)
    sandbox.at("2026-12-01T08:30:00+08:00")
    desk.repository.edit_campaign("still", "50.00", "40.00")
    merge(remote, desk)
    assert "conflict" in actions(event="push").ended(3).said
    sandbox.at(STARTS)
    assert "conflict" in actions().ended(3).said
    assert sandbox.status("acme-sg/spring") == "PAUSED"


def test_where_a_log_was_not_read_while_something_was_stopped_the_next_run_looks_again(
    actions: Actions, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    sandbox.at(STARTS)
    actions().ended(0)
    sandbox.at("2026-12-31T23:59:00+08:00")
    sandbox.fault("error", "/activities$", method="GET", times=0, code=200, http=403)
    actions()
    sandbox.no_faults()
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    actions(command="ci look").ended(0)
    assert actions.outputs == {"work": "true"}
    actions().ended(0)
    actions(command="ci look").ended(0)
    assert actions.outputs == {"work": "false"}


def test_after_a_limit_of_meta_the_next_run_goes_on(actions: Actions, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/ads$", method="POST", code=17)
    assert actions(event="push").status == 7
    sandbox.pass_time(3600)
    actions().ended(0)
    assert len(sandbox.creates("campaign")) == 1
    assert len(sandbox.objects("ad")) == 1


@pytest.mark.parametrize("at", ["push", "after push"])
def test_a_runner_that_is_killed_beside_its_push_makes_nothing_twice(
    at: str, actions: Actions, remote: Remote, sandbox: LocalGraph, tmp_path: Path
) -> None:
    here = actions.checkout()
    done = here.process("ci reconcile", env=deadly_git(tmp_path, at))
    assert done.status != 0
    sandbox.pass_time(3600)
    actions().ended(0)
    assert {kind: len(sandbox.creates(kind)) for kind in ("campaign", "ad_set", "ad")} == dict.fromkeys(
        ("campaign", "ad_set", "ad"), 1
    )
    actions().ended(0)


def test_a_version_of_the_tool_that_is_new_looks_at_everything_once(
    actions: Actions, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions(event="push").ended(0)
    before = asked(sandbox)
    for module in ("look", "reconcile"):
        monkeypatch.setattr(f"reconciler.run.{module}.__version__", "9.9.9")
    actions().ended(0)
    assert asked(sandbox) > before


def test_the_revert_of_what_failed_half_way_is_applied(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    desk.repository.campaign("still", STILL + "status: PAUSED\n")
    merge(remote, desk)
    sandbox.fault("error", "/ads$", method="POST", code=100, subcode=1487891)
    assert actions(event="push").status == 6
    git(desk.repository.root, "revert", "--no-edit", "HEAD")
    git(desk.repository.root, "push", "-q", "origin", "HEAD:main")
    actions(event="push").ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "5000"


def test_what_a_desk_has_applied_and_nobody_merged_is_undone(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    elsewhere = remote.clone("laptop")
    elsewhere.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    elsewhere.apply().ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "6000"
    actions().ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "5000"


def test_a_look_at_an_address_that_nothing_has_is_wrong_usage(actions: Actions) -> None:
    run = actions("--target", "acme-sg/sprin", event="push", command="ci look").ended(64)
    assert "nothing has the address acme-sg/sprin; did you mean acme-sg/spring?" in run.said
    told = actions("--target", "acme-sg/spring", event="push", command="ci look").ended(0).out
    assert told.endswith("There is something to do.\n")


def test_a_run_by_hand_looks_at_everything_and_launches_what_is_late(actions: Actions, sandbox: LocalGraph) -> None:
    actions(event="push").ended(0)
    sandbox.at("2026-12-03T09:00:00+08:00")
    assert actions().status == 3
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    assert actions(event="workflow_dispatch", command="ci look").ended(0).out.endswith("There is something to do.\n")
    actions("--late-activations", event="workflow_dispatch").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


# ---- a launch beside a long apply


def many(desk: Reconciler, campaigns: int) -> None:
    """Campaigns that take some windows of Meta's points to make in the limited tier."""
    for number in range(campaigns):
        name = f"Still {number}"
        text = STILL.replace("name: Still", f"name: {name}").replace("headline: Outlet", f"headline: {name}")
        desk.repository.campaign(f"still-{number}", text + "status: PAUSED\n")


def test_what_becomes_due_while_an_apply_goes_on_is_launched_between_two_batches(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    many(desk, 30)
    merge(remote, desk)
    sandbox.settings(throttle=True, tier="limited")
    sandbox.at("2026-12-01T08:50:00+08:00")
    actions(event="push").ended(0)
    made = sandbox.creates("ad")
    started = [one for one in sandbox.writes() if one["params"].get("status") == "ACTIVE"]
    assert len(made) == 31
    assert len(started) == 3
    assert sandbox.writes().index(started[-1]) < sandbox.writes().index(made[-1])


def test_what_becomes_due_while_meta_processes_a_film_is_launched_meanwhile(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    hero = (CREATIVES / "spring" / "hero.mp4").read_bytes()
    desk.repository.creative("spring/long.mp4", hero + b"\0\0\0\x08free")
    film = STILL.replace("image: outlet/banner.jpg", "video: spring/long.mp4").replace("name: Still", "name: Film")
    desk.repository.campaign("film", film + "status: PAUSED\n")
    merge(remote, desk)
    sandbox.settings(video_seconds=1200)
    sandbox.at("2026-12-01T08:50:00+08:00")
    actions(event="push").ended(0)
    started = [one["time"] for one in sandbox.writes() if one["params"].get("status") == "ACTIVE"]
    assert len(started) == 3
    assert max(started)[:17] <= "2026-12-01T01:00:"
    assert sandbox.creates("ad")[-1]["time"] > "2026-12-01T01:10"


@pytest.mark.parametrize("minutes", [3, 5, 8])
def test_in_the_limited_tier_a_launch_waits_for_no_points_of_a_long_apply(
    minutes: int, actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    many(desk, 20)
    merge(remote, desk)
    sandbox.settings(throttle=True, tier="limited")
    sandbox.at(f"2026-12-01T08:{60 - minutes}:00+08:00")
    actions(event="push").ended(0)
    started = [one["time"] for one in sandbox.writes() if one["params"].get("status") == "ACTIVE"]
    assert len(started) == 3
    assert max(started)[:17] <= "2026-12-01T01:00:"
    assert len(sandbox.creates("ad")) == 21


@pytest.mark.parametrize("merged", [False, True])
def test_limits_that_are_nearly_used_up_keep_back_what_was_merged_and_no_launch(
    merged: bool,
    actions: Actions,
    desk: Reconciler,
    remote: Remote,
    sandbox: LocalGraph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others use most of the account's points. What is nearly all of them is lowered here, so that few calls are."""
    actions(event="push").ended(0)
    if merged:
        many(desk, 2)
        merge(remote, desk)
    sandbox.settings(throttle=True, tier="limited")
    sandbox.at("2026-12-01T09:00:00+08:00")
    monkeypatch.setattr(throttle, "STOP_FROM", 1.0)
    run = actions(event="schedule").ended(7 if merged else 0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    assert len(sandbox.creates("ad")) == 1
    assert ("the account's limit is" in run.err) == merged
    monkeypatch.undo()
    sandbox.pass_time(400)
    actions(event="schedule").ended(0)
    assert len(sandbox.creates("ad")) == (3 if merged else 1)


def test_a_launch_waits_for_no_long_upload_and_the_upload_goes_on_where_it_was(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    desk.repository.campaign("still", STILL.replace("image: outlet/banner.jpg", "video: always-on/film.mp4"))
    hero = (desk.repository.root / "creatives/spring/hero.mp4").read_bytes()
    desk.repository.creative("always-on/film.mp4", hero + b"\0\0\0\x09free\1")
    merge(remote, desk)
    sandbox.settings(throttle=True, tier="limited", video_chunk_bytes=1000, video_next_chunk_bytes=1000)
    sandbox.at("2026-12-01T08:57:00+08:00")
    begun = len(sandbox.creates("video"))
    actions(event="push").ended(0)
    started = [one for one in sandbox.writes() if one["params"].get("status") == "ACTIVE"]
    uploaded = sandbox.creates("video")[begun:]
    assert len(started) == 3 and max(one["time"] for one in started)[:17] <= "2026-12-01T01:00:"
    assert uploaded[0]["n"] < started[0]["n"] < uploaded[-1]["n"]
    offsets = [one["params"]["start_offset"] for one in uploaded if one["params"]["upload_phase"] == "transfer"]
    assert len(offsets) == len(set(offsets)) == 58
    assert [one["params"]["upload_phase"] for one in uploaded].count("start") == 1


def test_launches_minute_by_minute_do_not_keep_an_apply_from_its_end(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    for number in range(1, 30, 2):
        text = STILL.replace("name: Still", f"name: Starts {number}").replace("Outlet", f"Starts {number}")
        desk.repository.campaign(f"starts-{number:02}", f"{text}activate_at: 2026-12-01 09:{number:02}\n")
    merge(remote, desk)
    actions(event="push").ended(0)
    many(desk, 10)
    merge(remote, desk)
    sandbox.settings(throttle=True, tier="limited")
    sandbox.at("2026-12-01T08:55:00+08:00")
    actions(event="push")
    assert len(sandbox.creates("ad")) == 1 + 15 + 10


def test_what_is_overdue_is_launched_before_the_rest_of_a_long_apply(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    many(desk, 30)
    merge(remote, desk)
    sandbox.settings(throttle=True, tier="limited")
    sandbox.at("2026-12-01T09:01:00+08:00")
    actions(event="push").ended(0)
    started = [one for one in sandbox.writes() if one["params"].get("status") == "ACTIVE"]
    assert sandbox.writes().index(started[-1]) < sandbox.writes().index(sandbox.creates("ad")[-1])


# ---- what is told


def test_the_merged_pull_request_is_told_what_became_of_it(
    actions: Actions, desk: Reconciler, github: FakeGitHub
) -> None:
    commit = git(desk.repository.root, "rev-parse", "HEAD")
    github.pull(7, "a" * 40, merged=commit)
    github.somebody_comments(7, f"{MARKER}\nthe plan")
    actions(event="push").ended(0)
    ours = [text for text in github.comments(7) if text.startswith(MARKER) and "### Applied" in text]
    assert len(ours) == 1
    assert "### Applied: 3 new" in ours[0]
    actions().ended(0)
    assert [text for text in github.comments(7) if "### Applied" in text] == ours


def outcome_of(github: FakeGitHub, number: int) -> str:
    (ours,) = (text for text in github.comments(number) if text.startswith(MARKER) and "<!-- outcome of" in text)
    return ours


def test_two_merges_that_one_run_applies_are_both_told(
    actions: Actions, desk: Reconciler, remote: Remote, github: FakeGitHub
) -> None:
    for number, budget in ((7, "60.00"), (8, "70.00")):
        desk.repository.edit_campaign("spring", "daily_budget: ", f"daily_budget: {budget} SGD # ")
        github.pull(number, str(number) * 40, merged=merge(remote, desk))
        github.somebody_comments(number, f"{MARKER}\nthe plan", BOT)
    github.pull(9, "9" * 40, merged="9" * 40)
    github.somebody_comments(9, f"{MARKER}\nthe plan", BOT)
    github.apart["9" * 40, git(desk.repository.root, "rev-parse", "HEAD")] = (0, 1)
    actions(event="push").ended(0)
    assert "### Applied: 3 new" in outcome_of(github, 7)
    assert "### Applied: 3 new" in outcome_of(github, 8)
    assert github.comments(9) == [f"{MARKER}\nthe plan"]


def test_what_was_applied_stays_told_when_a_later_run_of_the_commit_finds_nothing(
    actions: Actions, desk: Reconciler, github: FakeGitHub
) -> None:
    github.pull(7, "a" * 40, merged=git(desk.repository.root, "rev-parse", "HEAD"))
    actions(event="push").ended(0)
    actions(event="workflow_dispatch").ended(0)
    actions(event="push").ended(0)
    assert outcome_of(github, 7).count("### ") == 1
    assert "### Applied: 3 new" in outcome_of(github, 7)


def test_what_a_later_run_of_the_commit_has_done_is_told_below(
    actions: Actions, desk: Reconciler, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    github.pull(7, "a" * 40, merged=git(desk.repository.root, "rev-parse", "HEAD"))
    sandbox.fault("error", "/ads$", method="POST", times=0, code=100)
    actions(event="push")
    actions()
    sandbox.no_faults()
    actions().ended(0)
    told = outcome_of(github, 7)
    assert told.count("<!-- outcome of") == 2
    assert told.index("in part") < told.index("### Applied: 1 new")


def test_a_merge_is_told_while_github_does_not_know_yet_whose_the_commit_is(
    actions: Actions, desk: Reconciler, github: FakeGitHub
) -> None:
    github.pull(7, "a" * 40, merged=git(desk.repository.root, "rev-parse", "HEAD"))
    github.associates_late = True
    actions(event="push").ended(0)
    assert "### Applied: 3 new" in outcome_of(github, 7)


def test_a_commit_that_no_pull_request_has_merged_is_told_nowhere(actions: Actions, github: FakeGitHub) -> None:
    actions(event="push").ended(0)
    assert github.sent("POST") == []


def test_a_failure_stands_at_the_line_that_asks_for_it_and_in_the_summary(
    actions: Actions, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "/ads$", method="POST", code=100, subcode=1487891)
    run = actions(event="push")
    (line,) = [one for one in run.err.splitlines() if one.startswith("::error") and "Not done%3A create of" in one]
    assert "file=desired/campaigns/acme-sg/spring.yaml,line=" in line
    assert "Not done" in actions.summary


@pytest.mark.parametrize("idle", [False, True], ids=["at work", "idle"])
def test_timings_are_told_before_the_last_line_and_on_standard_error(idle: bool, actions: Actions) -> None:
    if idle:
        actions(event="push").ended(0)
    run = actions("--json", "--timings", event="push").ended(0)
    assert [event["type"] for event in run.events[-2:]] == ["timings", "reconciled"]
    assert ("fetch" in {stage["stage"] for stage in run.events[-2]["stages"]}) is not idle
    assert run.err.count("whole run") == 1
    assert actions("--timings", event="push").ended(0).err.count("whole run") == 1


def test_timings_of_a_run_that_fails_come_before_its_error(actions: Actions, desk: Reconciler, remote: Remote) -> None:
    desk.repository.campaign("wrong", "name: Wrong\nheadlin: x\n")
    merge(remote, desk)
    events = actions("--json", "--timings", event="push").ended(1).events
    assert [events[-2]["type"], events[-1]["error"]] == ["timings", "config"]
    assert [event.get("type") for event in events].count("timings") == 1


def test_in_json_the_last_line_tells_each_round(actions: Actions) -> None:
    last = json.loads(actions("--json", event="push").ended(0).out.strip().splitlines()[-1])
    assert (last["type"], last["exitcode"], last["stopped"]) == ("reconciled", 0, "")
    assert [one["work"] for one in last["rounds"]] == ["apply"]


def test_files_that_are_wrong_are_told_in_summary_annotations_and_outputs(
    actions: Actions, desk: Reconciler, remote: Remote
) -> None:
    desk.repository.edit_campaign("spring", "headline", "headlin")
    merge(remote, desk)
    run = actions(event="push").ended(1)
    assert "did you mean headline" in actions.summary
    assert any("file=desired/campaigns/acme-sg/spring.yaml,line=" in one for one in run.err.splitlines())
    assert actions.outputs["exitcode"] == "1"


class Watchman:
    """A dead man's check: what it was asked for."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        paths = self.paths

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paths.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def watchman() -> Iterator[Watchman]:
    found = Watchman()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_a_dead_man_s_check_hears_of_each_run_that_is_well_and_of_each_that_failed(
    watchman: Watchman, actions: Actions, desk: Reconciler, remote: Remote
) -> None:
    there = {"RECONCILER_PING_URL": watchman.url}
    actions(event="push", **there).ended(0)
    actions(command="ci look", **there).ended(0)
    assert watchman.paths == ["/secret", "/secret"]
    desk.repository.edit_campaign("spring", "headline", "headlin")
    merge(remote, desk)
    run = actions(event="push", **there).ended(1)
    assert watchman.paths == ["/secret", "/secret", "/secret/fail"]
    assert watchman.url not in run.said


def test_a_run_that_must_do_nothing_tells_a_dead_man_s_check_nothing(watchman: Watchman, actions: Actions) -> None:
    actions(event="workflow_dispatch", branch="draft", RECONCILER_PING_URL=watchman.url).ended(0)
    assert watchman.paths == []


# ---- look


def test_look_tells_whether_there_is_work_without_asking_meta(actions: Actions, sandbox: LocalGraph) -> None:
    actions(command="ci look").ended(0)
    assert actions.outputs == {"work": "true"}
    actions(event="push").ended(0)
    before = asked(sandbox)
    actions(command="ci look").ended(0)
    assert actions.outputs == {"work": "false"}
    sandbox.at(STARTS)
    actions(command="ci look").ended(0)
    assert actions.outputs == {"work": "true"}
    assert asked(sandbox) == before


EVERY = "status|rev-parse|ls-files|remote|ls-remote|ls-tree|cat-file|fetch|for-each-ref|symbolic-ref|update-ref"
"""What git may be asked."""


def with_accounts(desk: Reconciler, sandbox: LocalGraph, number: int) -> None:
    for index in range(number):
        account = f"act_55{index:08}"
        sandbox.account(account)
        desk.repository.write(f"accounts/client-{index}.yaml", ACCOUNT_FILE.replace("act_1234567890", account))


@pytest.mark.parametrize("command", ["ci look", "ci reconcile", "activate"])
def test_what_has_nothing_to_do_in_a_fresh_checkout_takes_nothing_in(
    command: str, actions: Actions, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    before, here = asked(sandbox), actions.checkout()
    here.process(command).ended(0)
    assert asked(sandbox) == before
    assert not (here.repository.root / "state").exists()


def test_a_look_asks_git_as_often_for_many_accounts_as_for_one(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph, tmp_path: Path
) -> None:
    variables, log = counting_git(tmp_path / "git", EVERY)
    counted = []
    for number in (1, 12):
        with_accounts(desk, sandbox, number)
        merge(remote, desk, f"{number} more accounts")
        actions(event="push").ended(0)
        log.unlink(missing_ok=True)
        assert "Nothing to do." in actions.checkout().process("ci look", env=variables).ended(0).out
        counted.append(len(log.read_text().splitlines()))
    assert counted[0] == counted[1]


# ---- activate, where runs of the CI have left that nothing is due


@pytest.fixture
def settled(actions: Actions) -> Reconciler:
    """A clone of what the CI has wholly applied."""
    actions(event="push").ended(0)
    return actions.checkout()


def test_activate_says_what_comes_next_by_what_the_last_run_has_left(settled: Reconciler, sandbox: LocalGraph) -> None:
    before = asked(sandbox)
    told = settled("activate").ended(0).out
    assert told.startswith("Nothing is due. Next: 2026-12-01 09:00 +08, in ")
    assert told.endswith(": something in acme-sg starts or stops.\n")
    assert asked(sandbox) == before


def test_activate_does_what_has_become_due_since_the_last_run(settled: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(STARTS)
    settled("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


@pytest.mark.parametrize("commit", [False, True])
def test_activate_reads_files_that_no_run_has_applied(
    settled: Reconciler, sandbox: LocalGraph, remote: Remote, commit: bool
) -> None:
    """Its time has come by what the file says by now."""
    settled.repository.edit_campaign("spring", "activate_at: 2026-12-01 09:00", "activate_at: 2026-11-20 09:00")
    if commit:
        remote.commit(settled.repository.root)
    told = settled("activate").said
    assert "Nothing is due. Next" not in told
    assert "acme-sg/spring" in told


def test_look_tells_in_its_summary_what_is_to_be_done(actions: Actions) -> None:
    actions(command="ci look").ended(0)
    said = "acme-sg: apply: no run is known that has wholly applied it"
    assert actions.summary == f"There is something to do:\n\n- {said}\n"
    actions(event="push").ended(0)
    actions(command="ci look").ended(0)
    assert actions.summary == "Nothing to do.\n"


def changed_file(here: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph) -> None:
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    merge(remote, desk)


def changed_image(here: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph) -> None:
    desk.repository.creative("new.txt", b"x")
    merge(remote, desk)


def time_has_come(here: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph) -> None:
    sandbox.at(STARTS)


REASONS = {
    changed_file: "apply: desired/ is not what was wholly applied last",
    changed_image: "apply: creatives/ is not what was wholly applied last",
    time_has_come: "due: something is to start or stop since 2026-12-01 09:00 +08",
}


@pytest.mark.parametrize("do", REASONS, ids=lambda do: do.__name__)
def test_a_look_says_why_something_is_to_be_done(
    do: Callable[..., None], actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    do(actions, desk, remote, sandbox)
    here = actions.checkout()
    assert f"acme-sg: {REASONS[do]}\n" in here.process("ci look").ended(0).out
    found = here.process("ci look --json").ended(0).json
    assert f"{found['accounts']['acme-sg']}: {found['why']['acme-sg']}" == REASONS[do]


def test_a_look_says_what_was_held_back_and_is_tried_again(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.edit("accounts/acme-sg.yaml", "name:", "policies: {max_daily_budget: 1.00 SGD}\nname:")
    merge(remote, desk)
    actions(event="push").ended(3)
    assert "acme-sg: nothing\n" in actions(command="ci look").ended(3).out
    sandbox.pass_time(3700)
    told = actions(command="ci look").ended(0).out
    assert "acme-sg: apply: what was held back is tried again since 2026-11-21 11:00" in told
    assert " +08: acme-sg/spring" in told


def test_a_look_says_why_a_run_by_hand_has_something_to_do(actions: Actions) -> None:
    actions(event="push").ended(0)
    told = actions(command="ci look", event="workflow_dispatch").ended(0).out
    assert "Somebody has started this run by hand, so everything is looked at.\n" in told


def test_a_look_at_some_addresses_says_that_they_were_asked_for(settled: Reconciler) -> None:
    told = settled.process("ci look --target acme-sg/spring").ended(0).out
    assert "acme-sg: apply: it is asked for by its address\n" in told


def test_a_commit_that_was_never_pushed_is_told_as_that(settled: Reconciler, remote: Remote) -> None:
    settled.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    remote.commit(settled.repository.root)
    assert " is not pushed: main is at " in settled.process("ci look").ended(0).out


# ---- where the last runs tell nothing, or not enough


def narrowed(here: Reconciler, *paths: str) -> None:
    git(here.repository.root, "sparse-checkout", "set", "--no-cone", *paths)


def test_a_sparse_checkout_is_not_taken_for_the_whole_commit(actions: Actions, sandbox: LocalGraph) -> None:
    actions(event="push").ended(0)
    sandbox.at(STARTS)
    here = actions.checkout()
    narrowed(here, "/desired/project.yaml", "/desired/accounts/", "/creatives/")
    for command in ("ci look", "ci reconcile"):
        told = here.process(command).ended(1).said
        assert "not as committed: desired/campaigns/acme-sg/spring.yaml" in told
        assert "  mend: git sparse-checkout disable\n" in told
    actions().ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


FILE = "desired/campaigns/acme-sg/spring.yaml"
RESTORED = f"git restore --staged --worktree {FILE}"
NOT_AS_COMMITTED = {
    "skipped and here": (("--skip-worktree",), "", f"git update-index --no-skip-worktree {FILE}"),
    "taken for unchanged and here": (("--assume-unchanged",), "", f"git update-index --no-assume-unchanged {FILE}"),
    "both and here": (
        ("--skip-worktree", "--assume-unchanged"),
        "",
        f"git update-index --no-skip-worktree {FILE} and git update-index --no-assume-unchanged {FILE}",
    ),
    "skipped and away": (("--skip-worktree",), "rm", "git sparse-checkout disable"),
    "taken for unchanged and away": (
        ("--assume-unchanged",),
        "rm",
        f"git restore {FILE} and git update-index --no-assume-unchanged {FILE}",
    ),
    "deleted": ((), "rm", RESTORED),
    "deleted in the index, too": ((), "git rm", RESTORED),
}


@pytest.mark.parametrize("case", NOT_AS_COMMITTED)
def test_the_mend_of_what_is_not_as_committed_works(actions: Actions, case: str) -> None:
    flags, removed, mend = NOT_AS_COMMITTED[case]
    here = actions.checkout()
    root = here.repository.root
    if removed == "git rm":
        git(root, "rm", "-q", FILE)
    for flag in flags:
        git(root, "update-index", flag, FILE)
    if removed == "rm":
        (root / FILE).unlink()
    told = here.process("ci look").ended(1).said
    assert f"  mend: {mend}\n" in told
    for command in mend.split(" and "):
        git(root, *command.split(" ")[1:])
    assert "not as committed" not in here.process("ci look").said


def test_a_run_for_some_addresses_leaves_the_rest_to_be_done(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.campaign("still", STILL + "status: PAUSED\n")
    merge(remote, desk)
    actions("--target", "acme-sg/still", event="push").ended(0)
    assert len(sandbox.objects("campaign")) == 1
    actions(event="push").ended(0)
    assert len(sandbox.objects("campaign")) == 2


@pytest.mark.parametrize("command", ["ci look", "ci reconcile", "activate"])
def test_an_account_that_is_not_declared_is_never_idle(command: str, settled: Reconciler) -> None:
    assert "no account 'acme-sgg' is declared" in settled.process(f"{command} --account acme-sgg").ended(64).said


def test_an_address_that_is_nowhere_is_told(settled: Reconciler) -> None:
    assert "acme-sg/nope" in settled.process("ci reconcile --target acme-sg/nope").ended(64).said


@pytest.mark.parametrize("command", ["ci look", "ci reconcile"])
def test_where_the_state_cannot_be_fetched_nothing_is_idle(
    command: str, settled: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    before = asked(sandbox)
    variables = refusing_git(tmp_path, "fetch", "fatal: cannot lock ref") | {"CI": "true"}
    run = settled.process(command, env=variables)
    if command == "ci look":
        assert "acme-sg: apply: what other runs have found is not known: origin/" in run.ended(0).out
    else:
        assert "cannot lock ref" in run.ended(6).said
        assert asked(sandbox) > before


def test_what_was_not_pushed_keeps_a_working_copy_from_being_idle(
    actions: Actions, settled: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    sandbox.at(STARTS)
    refused = refusing_git(tmp_path, "push", "fatal: remote error: access denied") | {"CI": "true"}
    settled.process("ci reconcile", env=refused).ended(6)
    settled.process("ci reconcile", env=refused).ended(6)
    settled.process("ci reconcile", env={"CI": "true"}).ended(0)
    assert "Nothing to do." in actions.checkout().process("ci look").ended(0).out


RUN_AGAIN = """\
if [ ! -e looked ]; then
  touch looked
  export GIT_INDEX_FILE=looked.index
  git read-tree reconciler-state
  printf '100644 {blob}\\truns/acme-sg.json\\n' | git update-index --add --index-info
  made=$(git -c user.name=ci -c user.email=ci@acme.example commit-tree $(git write-tree) -p reconciler-state -m CI)
  git update-ref refs/heads/reconciler-state $made
fi"""
"""Of a remote: after the first push a run of CI, which has looked before what follows was written, says that all is as
it was merged."""


def test_what_a_desk_applied_unmerged_is_undone_though_a_run_has_looked_meanwhile(
    actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    blob = git(remote.path, "rev-parse", "reconciler-state:runs/acme-sg.json")
    remote.hook("post-receive", RUN_AGAIN.format(blob=blob))
    desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    desk.apply().ended(0)
    assert "CI" in remote.commits()
    assert sandbox.value("acme-sg/spring", "daily_budget") == "6000"
    actions().ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "5000"


def test_what_a_desk_has_launched_by_a_file_that_was_never_merged_is_looked_at(
    actions: Actions, desk: Reconciler, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    desk.repository.edit_campaign("spring", "activate_at: 2026-12-01 09:00", "activate_at: 2026-11-21 09:50")
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    assert "acme-sg: apply" in actions(command="ci look").ended(0).out


# ---- media


LFS = """\
#!/bin/sh
case "$1" in
  version) ;;
  pull) cp {original} creatives/outlet/banner.jpg; echo "$@" >> {log};;
esac
"""
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


@pytest.fixture
def pointed(
    actions: Actions, desk: Reconciler, remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """main has one image as Git LFS keeps it, and `git lfs` fetches it; the log of the fetches."""
    image, log = desk.repository.root / "creatives" / "outlet" / "banner.jpg", tmp_path / "lfs.log"
    original = tmp_path / "original.jpg"
    original.write_bytes(image.read_bytes())
    image.write_text(POINTER)
    desk.repository.campaign("still", STILL + "status: PAUSED\n")
    merge(remote, desk)
    program = tmp_path / "bin" / "git-lfs"
    program.parent.mkdir()
    program.write_text(LFS.format(original=original, log=log))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def test_images_that_git_lfs_keeps_are_fetched_where_they_are_needed_and_only_then(
    pointed: Path, actions: Actions, sandbox: LocalGraph
) -> None:
    actions(event="push").ended(0)
    assert len(sandbox.objects("ad")) == 2
    assert pointed.read_text() == "pull --include=creatives/**\n"
    actions(command="ci look").ended(0)
    assert len(pointed.read_text().splitlines()) == 1


@pytest.fixture
def unfetched(desk: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Puts a pointer in place of an image, and Git LFS has no budget left to fetch it."""
    program = tmp_path / "bin" / "git-lfs"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1" = version ] || { echo "batch response: over budget" >&2; exit 2; }\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    def put(name: str, content: bytes = b"") -> str:
        image = desk.repository.root / "creatives" / name
        digest = hashlib.sha256(content or image.read_bytes()).hexdigest()
        image.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 4711\n")
        return digest

    return put


def test_where_git_lfs_fetches_nothing_what_was_uploaded_before_is_known_by_its_pointer(
    unfetched: Callable[..., str], actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    desk.repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    merge(remote, desk)
    actions(event="push").ended(0)
    unfetched("outlet/banner.jpg")
    merge(remote, desk)
    uploads = len([write for write in sandbox.writes() if write["path"].endswith("adimages")])
    desk.repository.edit_campaign("still", "name: Still", "name: Renamed")
    merge(remote, desk)
    actions(event="push").ended(0)
    sandbox.at("2026-11-21T12:01:00+08:00")
    actions(event="schedule").ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    assert len([write for write in sandbox.writes() if write["path"].endswith("adimages")]) == uploads


def test_an_upload_of_what_git_lfs_has_not_fetched_is_an_error_of_its_ad_alone(
    unfetched: Callable[..., str], actions: Actions, desk: Reconciler, remote: Remote, sandbox: LocalGraph
) -> None:
    unfetched("outlet/banner.jpg", b"another image")
    desk.repository.campaign("still", STILL + "status: PAUSED\n")
    merge(remote, desk)
    said = actions(event="push").ended(6).said
    assert "this is a Git LFS pointer" in said
    assert "acme-sg/still" in said
    assert sandbox.labelled("acme-sg/spring")
    assert len(sandbox.objects("ad")) == 1


# ---- killed at each step

ACTS = "ls-remote|fetch|fast-import|update-ref|push"
"""Git's commands that ask the remote or write something. What only reads here can be killed without a trace."""

MOST = {
    ("apply", "request"): 27,
    ("apply", "git"): 13,
    ("launch", "request"): 27,
    ("launch", "git"): 13,
}
"""At least as many steps as a run makes that applies SPRING, and one that launches it."""

FOR_EVER = 3600.0
"""Seconds by which an answer is delayed, so that the process is killed before it comes."""

TEN_MINUTES = 600.0


def runner_that_is_to(do: str, actions: Actions, sandbox: LocalGraph) -> Reconciler:
    if do == "launch":
        actions(event="push").ended(0)
        sandbox.at(STARTS)
    return actions.checkout()


def killed(here: Reconciler, sandbox: LocalGraph, step: str, nth: int, folder: Path) -> bool:
    """Kills a run right before one of git's commands, or while it waits for the answer to what Meta has carried out.
    False where the run was over before."""
    if step == "git":
        variables, _ = counting_git(folder / "git", ACTS, nth)
        here.environment |= variables
    else:
        sandbox.fault("slow", ".", when="after", nth=nth, seconds=FOR_EVER)
    before = asked(sandbox)
    process = here.start("ci reconcile")
    try:
        while process.poll() is None and (step == "git" or asked(sandbox) < before + nth):
            time.sleep(0.01)
        if step == "request":
            process.kill()
    finally:
        process.communicate(timeout=PATIENCE)
    sandbox.no_faults()
    return process.returncode == -signal.SIGKILL


@pytest.mark.share(13)
@pytest.mark.parametrize(
    ("do", "step", "nth"), [(*key, nth) for key, most in MOST.items() for nth in range(1, most + 1)]
)
def test_a_runner_that_is_killed_at_any_step_is_made_good_by_the_next_ones(
    do: str, step: str, nth: int, actions: Actions, remote: Remote, sandbox: LocalGraph, tmp_path: Path
) -> None:
    if not killed(runner_that_is_to(do, actions, sandbox), sandbox, step, nth, tmp_path):
        pytest.skip("a run makes fewer steps")
    for _ in range(3):
        sandbox.pass_time(TEN_MINUTES)
        run = actions()
    run.ended(0)
    if do == "apply":
        assert sandbox.deliverable() == dict.fromkeys(("campaign", "ad_set", "ad"), 0)
        sandbox.at(STARTS)
        actions().ended(0)
    assert sandbox.deliverable() == dict.fromkeys(("campaign", "ad_set", "ad"), 1)
    made = ("campaign", "ad_set", "ad", "creative")
    assert {kind: len(sandbox.creates(kind)) for kind in made} == dict.fromkeys(made, 1)
    assert len([one for one in sandbox.nodes("video") if one["hidden"]["state"] != "uploading"]) == 1
    assert remote.ids("spring") == {address: sandbox.id(address) for address in remote.ids("spring")}
    assert set(remote.ids("spring").values()) == set(sandbox.activations())
    before = asked(sandbox)
    actions().ended(0)
    assert asked(sandbox) == before


@pytest.mark.parametrize("do", ["apply", "launch"])
def test_a_run_is_killed_at_all_of_its_steps(do: str, actions: Actions, sandbox: LocalGraph, tmp_path: Path) -> None:
    here = runner_that_is_to(do, actions, sandbox)
    variables, log = counting_git(tmp_path / "git", ACTS)
    before = asked(sandbox)
    here.process("ci reconcile", env=variables).ended(0)
    found = {"request": asked(sandbox) - before, "git": len(log.read_text().splitlines())}
    for step, number in found.items():
        assert MOST[do, step] // 2 < number <= MOST[do, step], f"write {number} or a little more into MOST"
