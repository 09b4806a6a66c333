"""`ci command`: a comment that begins with /reconciler is answered with a pull request, and with nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from ci.conftest import Workflow
from support.command import Run
from support.github import FakeGitHub
from support.repository import STILL
from support.sandbox import LocalGraph

FILE = "desired/campaigns/acme-sg/still.yaml"
ROOT = "acme-sg/still"
MEI = {"login": "mei", "id": 7, "type": "User"}


@pytest.fixture
def drifted(workflow: Workflow, sandbox: LocalGraph) -> Workflow:
    """A campaign of 50.00 SGD, which Mei has set to 80.00 SGD."""
    reconciler = workflow.reconciler
    reconciler.repository.campaign("still", STILL)
    reconciler("apply", "--auto-approve").ended(0)
    sandbox.person_edits(ROOT, daily_budget=8000)
    return workflow


def comment(workflow: Workflow, body: str, user: dict[str, Any] = MEI) -> Run:
    return again(workflow, workflow.github.comment_event(7, body, user))


def again(workflow: Workflow, event: dict[str, Any]) -> Run:
    return workflow("ci command", event="issue_comment", payload=event)


def proposed(github: FakeGitHub) -> list[int]:
    return sorted(github.texts)


def answer(github: FakeGitHub) -> str:
    """The only comment that is ours."""
    (found,) = [text for text in github.comments(7) if text.startswith("<!-- reconciler:comment:")]
    return found


def test_pull_makes_a_pull_request_with_the_line_that_changes(drifted: Workflow, github: FakeGitHub) -> None:
    comment(drifted, f"/reconciler pull {ROOT}").ended(0)
    (number,) = proposed(github)
    pull, (title, body) = github.pulls[number], github.texts[number]
    assert github.files_of(pull["head"]["ref"]) == {FILE: STILL.replace("50.00", "80.00")}
    assert (pull["base"]["ref"], title) == ("main", f"Pull what was changed in Ads Manager: {ROOT}")
    assert "80.00 SGD" in body and "Approve workflows to run" in body and "`mei`" in body
    assert f"#{number}" in answer(github)


def test_revert_drift_makes_a_pull_request_that_names_what_is_to_be_overwritten(
    drifted: Workflow, github: FakeGitHub
) -> None:
    comment(drifted, f"/reconciler revert-drift {ROOT}\n\nPlease.").ended(0)
    (number,) = proposed(github)
    changed = github.files_of(github.pulls[number]["head"]["ref"])[FILE]
    assert "lifecycle: {revert_drift: {daily_budget: 80.00 SGD}}\n" in changed


def test_nothing_is_written_to_meta_to_main_nor_to_the_checkout(
    drifted: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    written = sandbox.writes()
    comment(drifted, f"/reconciler pull {ROOT}").ended(0)
    assert sandbox.writes() == written
    assert github.branches["main"] == "0" * 40
    assert (drifted.reconciler.repository.root / FILE).read_text("utf-8") == STILL


def test_the_same_comment_twice_makes_one_pull_request_and_one_answer(drifted: Workflow, github: FakeGitHub) -> None:
    event = github.comment_event(7, f"/reconciler pull {ROOT}")
    again(drifted, event).ended(0)
    again(drifted, event).ended(0)
    assert len(proposed(github)) == 1
    assert f"#{proposed(github)[0]}" in answer(github)


def test_a_run_that_was_killed_between_branch_and_pull_request_is_finished_by_the_next(
    drifted: Workflow, github: FakeGitHub
) -> None:
    event = github.comment_event(7, f"/reconciler pull {ROOT}")
    github.fault("POST", r".*/pulls", 403, "Resource not accessible by integration")
    again(drifted, event).ended(1)
    assert "Nothing was done" in answer(github)
    again(drifted, event).ended(0)
    assert len(proposed(github)) == 1
    assert f"#{proposed(github)[0]}" in answer(github)


@pytest.mark.parametrize("login", ["reader", "stranger"])
def test_who_may_not_write_gets_no_pull_request_whatever_the_event_says_of_him(
    drifted: Workflow, github: FakeGitHub, sandbox: LocalGraph, login: str
) -> None:
    sandbox.forget_calls()
    event = github.comment_event(7, f"/reconciler pull {ROOT}", {"login": login, "id": 9, "type": "User"})
    event["comment"] = {**event["comment"], "author_association": "OWNER"}
    again(drifted, event).ended(0)
    assert proposed(github) == []
    assert "only somebody with write access" in answer(github)
    assert sandbox.calls() == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"/reconciler aply {ROOT}", "there is no command"),
        ("/reconciler", "it names no command"),
        ("/reconciler pull", "it names no address"),
        ("/reconciler pull $(touch${IFS}/tmp/x)", "no account"),
        ("/reconciler pull `id`/`whoami`/../../x/y/z", "is not an address"),
        ("/reconciler pull acme-sg/nothing", "acme-sg/nothing"),
    ],
)
def test_what_is_not_understood_is_answered_with_what_there_is_or_why_not(
    drifted: Workflow, github: FakeGitHub, body: str, said: str
) -> None:
    comment(drifted, body).ended(0)
    assert proposed(github) == []
    assert "Nothing was done" in answer(github)
    assert said in answer(github).replace("&#39;", "'")


@pytest.mark.parametrize("body", [f"> /reconciler pull {ROOT}", f"Try /reconciler pull {ROOT}", "/reconcilers pull x"])
def test_what_does_not_begin_so_asks_for_nothing(drifted: Workflow, github: FakeGitHub, body: str) -> None:
    assert "Nothing was answered" in comment(drifted, body).ended(0).out
    assert github.sent("POST") == []


def test_a_bot_is_not_answered(drifted: Workflow, github: FakeGitHub) -> None:
    bot = {"login": "mei", "id": 41898282, "type": "Bot"}
    assert "a bot's" in comment(drifted, f"/reconciler pull {ROOT}", bot).ended(0).out


def test_where_nothing_has_drifted_that_is_the_answer(
    drifted: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(ROOT, daily_budget=5000)
    comment(drifted, f"/reconciler pull {ROOT}").ended(0)
    assert proposed(github) == []
    assert "There is no drift there" in answer(github)


def test_that_workflows_may_not_open_pull_requests_is_told_with_the_setting(
    drifted: Workflow, github: FakeGitHub
) -> None:
    refused = "GitHub Actions is not permitted to create or approve pull requests."
    github.fault("POST", r".*/pulls", 403, refused)
    run = comment(drifted, f"/reconciler pull {ROOT}").ended(1)
    assert "Allow GitHub Actions to create and approve pull requests" in run.err
    assert "Allow GitHub Actions to create and approve pull requests" in answer(github)


def test_hostile_names_stay_inert_in_what_is_proposed(
    drifted: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(ROOT, name="@acme/team <img src=x> [x](https://evil.example) #1")
    comment(drifted, f"/reconciler pull {ROOT}").ended(0)
    (number,) = proposed(github)
    assert "<img" not in github.texts[number][1]
    assert "@acme" not in github.texts[number][1]


def test_without_a_token_it_says_what_the_step_lacks(drifted: Workflow) -> None:
    drifted.without = ["GITHUB_TOKEN"]
    assert "no GITHUB_TOKEN" in comment(drifted, f"/reconciler pull {ROOT}").ended(1).err
