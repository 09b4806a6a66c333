"""What is asked of a repository at GitHub."""

from __future__ import annotations

import pytest
from support.github import REPOSITORY, FakeGitHub

from reconciler.forge.github import GitHub
from reconciler.model.errors import ForgeError


@pytest.mark.parametrize(("level", "may"), [("admin", True), ("write", True), ("read", False), ("none", False)])
def test_who_may_push_is_asked_of_github(client: GitHub, github: FakeGitHub, level: str, may: bool) -> None:
    github.permissions["tan"] = level
    assert client.may_write("tan") is may


def test_whom_nobody_knows_may_not_write(client: GitHub) -> None:
    assert client.may_write("stranger/../mei") is False


def test_a_refusal_to_say_who_may_write_is_an_error(client: GitHub, github: FakeGitHub) -> None:
    github.fault("GET", r".*/permission", 403, "Resource not accessible by integration")
    with pytest.raises(ForgeError, match="mend: "):
        client.may_write("mei")


def test_a_merged_commit_has_its_pull_request(client: GitHub, github: FakeGitHub) -> None:
    github.pull(6, "a" * 40)
    github.pull(7, "b" * 40, merged="c" * 40)
    found = client.merged_by("c" * 40)
    assert found is not None
    assert (found.number, found.is_merged) == (7, True)
    assert client.merged_by("a" * 40) is None
    assert client.merged_by("d" * 40) is None


def test_a_branch_has_a_newest_commit(client: GitHub, github: FakeGitHub) -> None:
    github.branches["release/1"] = "b" * 40
    assert client.head_of("release/1") == "b" * 40
    with pytest.raises(ForgeError) as error:
        client.head_of("gone")
    assert error.value.status == 404


def test_the_runs_of_a_workflow_are_told(client: GitHub, github: FakeGitHub) -> None:
    run = {"id": 1, "run_number": 1, "event": "schedule", "status": "completed", "conclusion": "success"}
    github.runs = [{**run, "head_sha": "a" * 40, "html_url": "https://x/1", "created_at": "2026-11-21T02:00:00Z"}]
    (found,) = client.runs_of("apply.yml", "main")
    assert found["event"] == "schedule"
    assert github.calls[-1].path == f"/repos/{REPOSITORY}/actions/workflows/apply.yml/runs"
