"""One issue per account tells what needs a person."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from ci.conftest import Workflow
from support.command import CANARY, Reconciler
from support.github import REPOSITORY, FakeGitHub
from support.remote import ALONE, Remote
from support.repository import STILL, Repository, still_campaign
from support.sandbox import LocalGraph

from reconciler.model.account_status import account_status

RUNNING = STILL + "status: ACTIVE\n"
MARKER = "<!-- reconciler:drift:acme-agency/acme-sg -->\n"


@pytest.fixture
def daily(workflow: Workflow, repository: Repository, reconciler: Reconciler) -> Workflow:
    """The daily job of a project with one campaign that runs."""
    repository.campaign("still", RUNNING)
    reconciler.apply().ended(0)
    workflow.reconciler.environment = {}
    return workflow


def watch(daily: Workflow, status: int = 0, *rest: str, **variables: str) -> str:
    """Runs it; the text of the one open issue, as a browser shows it, "" where none is open."""
    daily("ci drift", *rest, event="push", **variables).ended(status)
    issues = daily.github.issues("open")
    assert len(issues) <= 1
    return unescape(issues[0]["body"]).replace("\u200b", "") if issues else ""


def test_where_nothing_is_wrong_no_issue_is_opened(daily: Workflow, github: FakeGitHub) -> None:
    assert watch(daily) == ""
    assert github.sent("POST") + github.sent("PATCH") == []
    assert daily.outputs["exitcode"] == "0"
    assert "No drift" in daily.summary


def test_drift_is_told_with_who_when_and_the_command_that_undoes_it(daily: Workflow, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    text = watch(daily)
    assert text.startswith(MARKER)
    assert "acme-sg/still daily_budget 50.00 SGD → 80.00 SGD, by Mei in Ads Manager, 2026-11-21 10:00 +08" in text
    assert "`reconciler apply --revert-drift --target acme-sg/still`" in text
    assert daily.outputs == {
        **{"exitcode": "2", "accounts": "acme-sg", "drift": "1"},
        **{"overdue": "0", "rejected": "0", "undeclared": "0"},
    }


def test_the_command_that_the_issue_tells_closes_it(
    daily: Workflow, reconciler: Reconciler, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    watch(daily)
    reconciler("apply", "--auto-approve", "--revert-drift", "--target", "acme-sg/still").ended(0)
    assert watch(daily) == ""
    (closed,) = github.issues("closed")
    assert "Nothing is left" in closed["body"]


def test_the_next_day_edits_the_same_issue(daily: Workflow, sandbox: LocalGraph, github: FakeGitHub) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    watch(daily)
    sandbox.person_pauses("acme-sg/still")
    assert "status ACTIVE → PAUSED" in watch(daily)
    assert len(github.issues()) == 1


def test_a_day_without_news_sends_nothing(daily: Workflow, sandbox: LocalGraph, github: FakeGitHub) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    watch(daily)
    sandbox.pass_time(24 * 3600)
    watch(daily)
    assert github.sent("PATCH") == []


def test_drift_that_comes_back_opens_the_issue_again(
    daily: Workflow, reconciler: Reconciler, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    for amount in (8000, 9000):
        sandbox.person_edits("acme-sg/still", daily_budget=amount)
        assert f"{amount // 100}.00 SGD" in watch(daily)
        reconciler("apply", "--auto-approve", "--revert-drift").ended(0)
        watch(daily)
    assert [issue["state"] for issue in github.issues()] == ["closed"]


def test_a_rejected_ad_is_told_with_meta_s_reason(daily: Workflow, sandbox: LocalGraph) -> None:
    sandbox.control("review", {"id": sandbox.id("acme-sg/still/main/main"), "decision": "reject"})
    text = watch(daily)
    assert "`acme-sg/still/main/main` (`DISAPPROVED`" in text
    assert daily.outputs["rejected"] == "1"


@pytest.mark.parametrize("number", [2, 3, 7, 8, 9, 100, 101, 201, 202, 42])
def test_an_account_that_meta_may_hold_back_is_told_within_the_day_until_it_is_in_order(
    number: int, daily: Workflow, sandbox: LocalGraph
) -> None:
    """What the account is was asked, and remembered, while it was in order."""
    sandbox.account(account_status=number)
    text = watch(daily)
    status = account_status(number)
    assert status is not None
    assert f"the ad account is {status.said}; {status.so}; {status.mend}" in text
    assert ("nothing of it delivers" in text) == (number in (2, 3, 7, 101))
    assert (daily.outputs["rejected"], daily.outputs["exitcode"]) == ("1", "2")
    sandbox.account(account_status=1)
    assert watch(daily) == ""


def test_an_overdue_launch_is_told_until_it_has_taken_place(
    daily: Workflow, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("spring", still_campaign("Spring", "activate_at: 2026-11-22 09:00\n"))
    reconciler.apply().ended(0)
    sandbox.pass_time(30 * 3600)
    text = watch(daily)
    assert "`acme-sg/spring` was to start 2026-11-22 09:00 +08 and has not" in text
    assert "`reconciler activate`" in text
    assert daily.outputs["overdue"] == "1"
    daily.reconciler.environment = {}
    reconciler("activate").ended(0)
    assert watch(daily) == ""


def test_a_launch_that_is_too_late_says_how_a_person_starts_it(
    daily: Workflow, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("spring", still_campaign("Spring", "activate_at: 2026-11-22 09:00\n"))
    reconciler.apply().ended(0)
    sandbox.pass_time(3 * 24 * 3600)
    first = watch(daily)
    assert "`reconciler apply --late-activations`" in first
    sandbox.pass_time(3600)
    assert watch(daily) == first


def test_what_nobody_declares_is_told(daily: Workflow, sandbox: LocalGraph) -> None:
    copy = sandbox.person_duplicates("acme-sg/still")
    text = watch(daily)
    assert "At Meta, and not declared (1)" in text
    assert f"`reconciler pause {copy}`" in text
    assert daily.outputs["undeclared"] == "1"


def test_a_conflict_is_told_as_changed_outside(daily: Workflow, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    repository.edit_campaign("still", "50.00", "60.00")
    text = watch(daily)
    assert "Changed outside (1)" in text
    assert "was changed on both sides" in text
    assert "not declared" not in text
    assert (daily.outputs["drift"], daily.outputs["undeclared"]) == ("1", "0")


def test_of_an_account_that_cannot_be_read_the_issue_stays_as_it_is(
    daily: Workflow, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    before = watch(daily)
    run = daily("ci drift", event="push", META_ACCESS_TOKEN="").ended(1)
    assert "acme-sg could not be read; the issue of each stays as it is: " in run.err
    assert unescape(github.issues("open")[0]["body"]).replace("\u200b", "") == before
    assert github.sent("PATCH") == []


def test_the_issue_of_an_account_that_is_declared_no_more_is_closed(
    daily: Workflow, repository: Repository, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    watch(daily)
    account = repository.root / "desired/accounts/acme-sg.yaml"
    text = account.read_text("utf-8").replace("act_1234567890", "act_777")
    sandbox.account("act_777")
    repository.write("accounts/other.yaml", text)
    account.unlink()
    (repository.root / "desired/campaigns/acme-sg/still.yaml").unlink()
    repository.forget_state()
    assert watch(daily) == ""
    assert [issue["state"] for issue in github.issues()] == ["closed"]


def test_one_account_alone_touches_no_other_s_issue(
    daily: Workflow, repository: Repository, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    before = watch(daily)
    sandbox.account("act_777")
    text = (repository.root / "desired/accounts/acme-sg.yaml").read_text("utf-8")
    repository.write("accounts/other.yaml", text.replace("act_1234567890", "act_777"))
    assert watch(daily, 0, "--account", "other") == before


def test_a_run_of_another_branch_touches_no_issue(daily: Workflow, sandbox: LocalGraph, github: FakeGitHub) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    run = daily("ci drift", event="push", GITHUB_REF_NAME="spring").ended(0)
    assert "the branch spring" in run.err
    assert github.calls == []
    assert "80.00 SGD" in daily.summary


def test_a_person_s_issue_with_our_marker_is_left_alone(
    daily: Workflow, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    watch(daily)
    github.issues()[0]["user"] = {"login": "mei", "id": 7, "type": "User"}
    daily("ci drift", event="push").ended(0)
    assert len(github.issues("open")) == 2


def test_an_issue_that_may_not_be_written_names_the_permission(
    daily: Workflow, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    github.fault("POST", f"/repos/{REPOSITORY}/issues", 410, "Issues has been disabled in this repository.")
    run = daily("ci drift", event="push").ended(1)
    assert "turn issues on" in run.err
    assert daily.outputs["drift"] == "1"


def test_hostile_names_do_nothing_in_an_issue(
    daily: Workflow, repository: Repository, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", actor="@acme/all <img src=x> closes #1", name="--> ![x](http://x.example)")
    watch(daily)
    body = github.issues("open")[0]["body"].removeprefix(MARKER)
    for bad in ("@acme", "<img", "![x](", "#1"):
        assert bad not in body


def test_an_issue_has_room_for_all_that_github_takes(
    daily: Workflow, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    long = "The long name of this campaign " * 10
    for number in range(150):
        repository.campaign(f"more-{number:03}", RUNNING.replace("name: Still", f"name: {number} {long}"))
    reconciler.apply().ended(0)
    for number in range(150):
        sandbox.person_edits(f"acme-sg/more-{number:03}", name=f"{number} another {long}")
    text = watch(daily)
    assert 60_000 < len(github.issues()[0]["body"]) <= 65_536
    assert "Cut to fit in here:" in text
    assert "changes left out" in text


def test_a_token_that_a_person_quotes_is_in_no_issue(daily: Workflow, sandbox: LocalGraph, github: FakeGitHub) -> None:
    sandbox.person_edits("acme-sg/still", name=f"Sale {CANARY}", actor=f"Mei {CANARY}")
    text = watch(daily)
    assert "[redacted]" in text
    assert CANARY not in text + daily.summary


# ---- with the state on a branch of its own


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


@pytest.fixture
def shared(remote: Remote, repository: Repository, workflow: Workflow) -> Workflow:
    """The daily job in a clone of a repository whose state is shared."""
    repository.campaign("still", RUNNING)
    workflow.reconciler, workflow.machine = remote.starts_from(repository), dict(ALONE)
    workflow.reconciler.apply().ended(0)
    return workflow


def test_what_is_live_is_published(shared: Workflow, remote: Remote, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    watch(shared)
    assert '"daily_budget": 8000' in remote.text("acme-sg/still.json")


def test_where_the_state_cannot_be_published_the_issue_is_written_all_the_same(
    shared: Workflow, remote: Remote, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    sandbox.person_edits("acme-sg/still", daily_budget=8000)
    remote.hook("pre-receive", "echo protected >&2; exit 1")
    text = watch(shared, 6)
    assert "80.00 SGD" in text


def test_the_summary_tells_of_forty_accounts_and_counts_the_others(
    daily: Workflow, repository: Repository, sandbox: LocalGraph
) -> None:
    """None of 45 clients' accounts can be read."""
    text = (repository.root / "desired/accounts/acme-sg.yaml").read_text("utf-8")
    for number in range(45):
        sandbox.account(f"act_9{number:02}")
        repository.write(f"accounts/client-{number:02}.yaml", text.replace("act_1234567890", f"act_9{number:02}"))
        sandbox.fault("error", f"act_9{number:02}", method="GET", code=100, message=f"no {number}", times=10_000)
    daily("ci drift", event="push").ended(1)
    assert daily.summary.count("could not be read") == 40
    assert "- 5 more" in daily.summary
    sandbox.no_faults()
    sandbox.fault("error", "act_9[0-9]+", method="GET", code=100, message="no", times=10_000)
    daily("ci drift", event="push").ended(1)
    assert daily.summary.count("could not be read") == 1
    assert "`client-04` and 40 more could not be read" in daily.summary


def test_timings_are_in_the_value(repository: Repository, workflow: Workflow) -> None:
    repository.campaign("still", STILL)
    run = workflow("ci drift", "--json", "--timings", event="schedule").ended(0)
    assert "fetch" in {stage["stage"] for stage in run.json["timings"]["stages"]}
    assert run.err.count("whole run") == 1
    assert "timings" not in workflow("ci drift", "--json", event="schedule").ended(0).json
