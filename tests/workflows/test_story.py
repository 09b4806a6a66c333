"""One campaign from a branch to its launch and back, by the workflows that `init` writes: git, act and the sandbox."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from support.act import Act, Ran, head
from support.command import CANARY, EXECUTABLE, PATIENCE, Reconciler
from support.github import BOT, TOKEN, FakeGitHub
from support.remote import BRANCH, Remote, git
from support.repository import ACCOUNT_FILE, SPRING, TRAFFIC, Repository
from support.sandbox import LEVELS, LocalGraph

PROTECTED = 'if [ "$1" = refs/heads/main ]; then echo "protected branch hook declined" >&2; exit 1; fi'
"""Of the hook `update`: nobody pushes to main, but a merge at GitHub."""


@dataclass
class Story:
    remote: Remote
    desk: Reconciler
    act: Act
    github: FakeGitHub
    graph: LocalGraph
    runners: int = 0

    @property
    def root(self) -> Path:
        return self.desk.repository.root

    def pushes(self, branch: str = "spring", number: int = 7) -> None:
        """What the desk has, as a pull request."""
        self.remote.commit(self.root)
        self.proposes(branch, number)

    def proposes(self, branch: str, number: int) -> None:
        """What was committed already."""
        git(self.root, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        self.github.pull(number, head(self.desk))

    def merges(self, number: int = 7) -> None:
        git(self.remote.path, "update-ref", "refs/heads/main", head(self.desk))
        self.github.pull(number, head(self.desk), merged=head(self.desk))

    def runs(
        self, workflow: str, event: str, number: int = 0, commit: str = "main", payload: dict[str, Any] | None = None
    ) -> Ran:
        """On a machine of its own, with a fresh checkout. `payload` in place of what the fake would tell."""
        self.runners += 1
        here = self.remote.clone(f"runner-{self.runners}", "--no-single-branch")
        git(here.repository.root, "checkout", "-q", "--detach", f"origin/{commit}")
        return self.act(here, workflow, event, payload or self.github.event(event, number, after=head(here)))

    def comments(self, number: int = 7) -> list[str]:
        return self.github.comments(number)


@pytest.fixture
def story(tmp_path: Path, repository: Repository, sandbox: LocalGraph, github: FakeGitHub) -> Story:
    """A repository as `init` and its README make one, with main protected. Nothing is declared but the account."""
    secrets = {"META_ACCESS_TOKEN": CANARY, "META_ACCESS_TOKEN_READ": CANARY}
    (repository.root / "requirements.txt").write_text("ads-reconciler\n")
    subprocess.run(
        [str(EXECUTABLE), "init", str(repository.root), "--workflows"],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    remote = Remote(tmp_path / "git", sandbox)
    desk = remote.starts_from(repository)
    remote.hook("update", PROTECTED)
    return Story(remote, desk, Act(tmp_path / "act", github, secrets), github, sandbox)


def test_a_campaign_goes_from_a_branch_to_its_launch_and_back(story: Story, sandbox: LocalGraph) -> None:
    desk = story.desk.repository

    desk.campaign("spring", SPRING)
    story.pushes()
    story.runs("plan", "pull_request", 7, "spring").ended(0)
    (plan,) = story.comments()
    assert "50.00" in plan and "2026-12-01 09:00" in plan
    assert sandbox.writes() == []

    desk.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    story.pushes()
    ran = story.runs("plan", "pull_request", 7, "spring").ended(0)
    (plan,) = story.comments()
    assert "60.00" in plan and "50.00" not in plan
    assert {path.name for path in ran.kept.iterdir()} == {"plan.json", "plan.html"}

    story.merges()
    story.runs("reconcile", "push").ended(0)
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    (outcome,) = story.comments()
    assert "### Applied: 3 new" in outcome
    assert BRANCH in story.remote.branches()

    sandbox.at("2026-12-01T09:01:00+08:00")
    story.runs("reconcile", "schedule").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"

    sandbox.pass_time(3600)
    sandbox.person_pauses("acme-sg/spring")
    sandbox.pass_time(3600)
    story.runs("reconcile", "schedule").ended(0)
    story.runs("drift", "schedule").ended(0)
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    (issue,) = story.github.issues("open")
    assert "acme-sg" in issue["title"] and "Mei" in issue["body"]

    git(story.root, "revert", "--no-edit", "HEAD")
    story.proposes("rollback", 8)
    story.merges(8)
    story.runs("reconcile", "push").ended(0)
    assert sandbox.value("acme-sg/spring", "daily_budget") == "5000"
    assert sandbox.status("acme-sg/spring") == "PAUSED"


def test_a_run_with_nothing_due_ends_without_a_word_to_meta(story: Story, sandbox: LocalGraph) -> None:
    story.desk.repository.campaign("spring", SPRING)
    story.pushes()
    story.merges()
    story.runs("reconcile", "push").ended(0)
    sandbox.forget_calls()
    ran = story.runs("reconcile", "schedule").ended(0)
    assert "Nothing to do." in ran.said
    assert sandbox.calls() == []


def test_an_old_run_that_is_run_again_changes_nothing(story: Story, sandbox: LocalGraph) -> None:
    story.desk.repository.campaign("spring", SPRING)
    story.pushes("old")
    story.merges()
    story.desk.repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    story.pushes("new", 8)
    story.merges(8)
    ran = story.runs("reconcile", "push", commit="old").ended(0)
    assert "does all that is left" in ran.said
    assert sandbox.calls() == []


def test_files_that_are_wrong_fail_the_check_and_are_told_in_the_comment(story: Story, sandbox: LocalGraph) -> None:
    story.desk.repository.campaign("spring", SPRING.replace("headline", "headlin"))
    story.pushes()
    story.runs("plan", "pull_request", 7, "spring").ended(1)
    (comment,) = story.comments()
    assert "did you mean headline" in comment
    assert sandbox.calls() == []


def test_an_account_that_fails_is_told_by_its_name_while_the_other_is_done(story: Story, sandbox: LocalGraph) -> None:
    sandbox.account("act_99")
    desk = story.desk.repository
    desk.write("accounts/globex.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_99"))
    desk.campaign("spring", SPRING)
    desk.campaign("always-on", TRAFFIC, "globex")
    story.pushes()
    story.merges()
    sandbox.fault("error", "^/act_99/adsets$", method="POST", code=100, subcode=1487891)

    ran = story.runs("reconcile", "push").ended(1)
    assert (ran.outputs["exitcode"], ran.outputs["failed"]) == ("6", "2")
    for told in (ran.summary, *story.comments()):
        assert "<code>globex/always-on/broad</code> (new): Meta error 100/1487891" in told
        assert "| <b>acme-sg</b> | 3 | 0 |" in told
    assert ran.annotations
    assert all("file=desired/campaigns/globex/always-on.yaml,line=" in line for line in ran.annotations)
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    assert set(story.remote.ids("spring")) == {"acme-sg/spring", "acme-sg/spring/main", "acme-sg/spring/main/main"}

    sandbox.forget_calls()
    ran = story.runs("reconcile", "schedule").ended(0)
    assert ran.outputs["done"] == "2"
    assert {kind: len(sandbox.objects(kind)) for kind in LEVELS} == dict.fromkeys(LEVELS, 2)
    assert not [call for call in sandbox.calls() if "act_1234567890" in call["path"]]


def test_a_fork_s_pull_request_is_planned_offline_without_secrets_and_without_a_comment(
    story: Story, sandbox: LocalGraph, github: FakeGitHub, tmp_path: Path
) -> None:
    github.users[TOKEN] = {**BOT, "reads_only": True}
    fork = replace(story, act=Act(tmp_path / "act-of-the-fork", github, {}))
    fork.desk.repository.campaign("spring", SPRING)
    fork.pushes()
    github.pull(7, head(fork.desk), fork=True)
    ran = fork.runs("plan", "pull_request", 7, "spring").ended(0)
    assert "### Plan: 1 campaign starts" in ran.summary
    assert "stranger/ads/blob/" in ran.summary
    assert [path.name for path in ran.kept.iterdir()] == ["plan.html"]

    fork.desk.repository.edit_campaign("spring", "headline", "headlin")
    fork.pushes()
    github.pull(7, head(fork.desk), fork=True)
    ran = fork.runs("plan", "pull_request", 7, "spring").ended(1)
    (line,) = ran.annotations
    assert "file=desired/campaigns/acme-sg/spring.yaml,line=" in line
    assert "did you mean headline" in line and "did you mean headline" in ran.summary

    assert fork.comments() == []
    assert {call.method for call in github.calls} <= {"GET"}
    assert sandbox.calls() == []


def test_a_comment_on_the_drift_issue_becomes_a_pull_request_that_pulls_it(story: Story, sandbox: LocalGraph) -> None:
    story.desk.repository.campaign("spring", SPRING)
    story.pushes()
    story.merges()
    story.runs("reconcile", "push").ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)

    event = story.github.comment_event(100, "/reconciler pull acme-sg/spring; $(id) `id`")
    story.runs("command", "issue_comment", payload=event).ended(0)
    assert "Nothing was done" in story.comments(100)[-1]
    assert story.github.texts == {}

    event = story.github.comment_event(100, "/reconciler pull acme-sg/spring")
    for _ in range(2):
        story.runs("command", "issue_comment", payload=event).ended(0)
    ((number, (_, body)),) = story.github.texts.items()
    assert "80.00 SGD" in body
    branch = story.github.pulls[number]["head"]["ref"]
    changed = SPRING.replace("50.00", "80.00")
    assert story.github.files_of(branch) == {"desired/campaigns/acme-sg/spring.yaml": changed}
    assert f"/pull/{number}" in story.comments(100)[-1]

    ran = story.runs("command", "issue_comment", payload=story.github.comment_event(100, "Thanks!"))
    assert "reconciler ci" not in ran.ended(0).said
