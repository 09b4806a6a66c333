"""One call to GitHub: limits, retries, pages, and what is said of a refusal."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import format_datetime

import pytest
from forge.conftest import Waits
from support.github import REPOSITORY, TOKEN, FakeGitHub

from reconciler.forge.comments import sticky_comment
from reconciler.forge.github import GitHub
from reconciler.forge.issues import Issues
from reconciler.forge.marker import Marker
from reconciler.model.errors import ForgeError, ForgeThrottled, ForgeUnanswered

REPO = f"/repos/{REPOSITORY}"
PLAN = Marker("plan:acme-agency")


def test_a_limit_with_a_time_is_waited_out(client: GitHub, github: FakeGitHub, waits: Waits) -> None:
    github.fault("GET", f"{REPO}/branches/main", 403, "You have exceeded a secondary rate limit", retry_after="30")
    assert client.head_of("main") == "0" * 40
    assert waits == [30]


def test_a_used_up_hour_is_waited_out_by_github_s_clock(client: GitHub, github: FakeGitHub, waits: Waits) -> None:
    reset = str(int(github.now.timestamp()) + 90)
    spent = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": reset}
    github.fault("GET", f"{REPO}/branches/main", 403, "API rate limit exceeded", **spent)
    assert client.head_of("main") == "0" * 40
    assert waits == [91]


def test_a_limit_without_a_time_is_waited_out_longer_each_time(
    client: GitHub, github: FakeGitHub, waits: Waits
) -> None:
    for _ in range(2):
        github.fault("POST", f"{REPO}/issues/7/comments", 403, "You have exceeded a secondary rate limit")
    github.pull(7, "a" * 40)
    sticky_comment(client, 7, PLAN, "No changes.")
    assert waits == [60, 120]
    assert len(github.comments(7)) == 1


def test_a_limit_that_is_always_over_at_once_uses_up_the_patience_too(
    client: GitHub, github: FakeGitHub, waits: Waits
) -> None:
    for _ in range(700):
        github.fault("GET", f"{REPO}/branches/main", 429, "API rate limit exceeded", retry_after="0")
    with pytest.raises(ForgeThrottled):
        client.head_of("main")
    assert sum(waits) == 600


def test_a_limit_that_lasts_too_long_ends_the_run_with_the_time_to_come_back(
    client: GitHub, github: FakeGitHub, waits: Waits
) -> None:
    github.fault("GET", f"{REPO}/branches/main", 429, "API rate limit exceeded", retry_after="3600")
    with pytest.raises(ForgeThrottled, match=r"until 2026-11-21 03:00 \+00") as error:
        client.head_of("main")
    assert error.value.exit_code == 7
    assert waits == []


@pytest.mark.parametrize(("asked", "waited"), [("30", 30), ("date", 45), ("-5", 1), ("soon", 1)])
def test_a_failure_with_a_time_is_repeated_after_it(
    client: GitHub, github: FakeGitHub, waits: Waits, asked: str, waited: int
) -> None:
    after = format_datetime(github.now + timedelta(seconds=45), usegmt=True) if asked == "date" else asked
    github.fault("GET", f"{REPO}/branches/main", 503, retry_after=after)
    assert client.head_of("main") == "0" * 40
    assert waits == [waited]


def test_a_failure_that_asks_for_more_than_there_is_patience_is_told_with_that(
    client: GitHub, github: FakeGitHub, waits: Waits
) -> None:
    github.fault("GET", f"{REPO}/branches/main", 503, retry_after="3600")
    with pytest.raises(ForgeUnanswered, match=r"HTTP 503 \(it asks to be left alone for 60 min 0 s\)"):
        client.head_of("main")
    assert waits == []


def test_a_limit_whose_time_is_a_date_is_waited_out(client: GitHub, github: FakeGitHub, waits: Waits) -> None:
    after = format_datetime(github.now + timedelta(seconds=45), usegmt=True)
    github.fault("GET", f"{REPO}/branches/main", 429, "API rate limit exceeded", retry_after=after)
    assert client.head_of("main") == "0" * 40
    assert waits == [45]


@pytest.mark.parametrize("status", [0, 502])
def test_a_read_without_an_answer_is_repeated(client: GitHub, github: FakeGitHub, status: int) -> None:
    github.fault("GET", f"{REPO}/branches/main", status)
    assert client.head_of("main") == "0" * 40


def test_what_is_never_answered_ends_in_an_error(client: GitHub, github: FakeGitHub) -> None:
    for _ in range(4):
        github.fault("GET", f"{REPO}/branches/main", 503)
    with pytest.raises(ForgeUnanswered, match="503"):
        client.head_of("main")


@pytest.mark.parametrize("status", [0, 502])
@pytest.mark.parametrize("done", [True, False])
def test_a_comment_without_an_answer_is_looked_for_before_it_is_sent_again(
    client: GitHub, github: FakeGitHub, status: int, done: bool
) -> None:
    github.pull(7, "a" * 40)
    github.fault("POST", f"{REPO}/issues/7/comments", status, done=done)
    sticky_comment(client, 7, PLAN, "No changes.")
    assert len(github.comments(7)) == 1
    assert len(github.sent("POST")) == (1 if done else 2)


@pytest.mark.parametrize("done", [True, False])
def test_an_issue_without_an_answer_is_looked_for_before_it_is_sent_again(
    client: GitHub, github: FakeGitHub, done: bool
) -> None:
    github.fault("POST", f"{REPO}/issues", 502, done=done)
    Issues(client, "drift:acme-agency/", "drift").keep(Marker("drift:acme-agency/acme-sg"), title="Drift", body="One.")
    assert len(github.issues()) == 1


def test_what_stands_on_a_later_page_is_found(client: GitHub, github: FakeGitHub) -> None:
    github.page_size = 2
    github.pull(7, "a" * 40)
    for number in range(5):
        github.somebody_comments(7, f"Remark {number}")
    sticky_comment(client, 7, PLAN, "First.")
    sticky_comment(client, 7, PLAN, "Second.")
    assert len(github.comments(7)) == 6
    assert github.comments(7)[-1].endswith("Second.")


REFUSALS = {
    "a token that is wrong": (401, "Bad credentials", {}, "GITHUB_TOKEN: ${{ github.token }}"),
    "a permission that GitHub names": (
        403,
        "Resource not accessible by integration",
        {"x_accepted_github_permissions": "issues=write; pull_requests=write"},
        "permissions: {pull-requests: write or issues: write}",
    ),
    "a permission that GitHub does not name": (
        403,
        "Resource not accessible by integration",
        {},
        "permissions: {pull-requests: write}",
    ),
    "a conversation that is locked": (403, "Unable to create comment because issue is locked.", {}, "unlock it"),
    "a repository that is not there": (404, "Not Found", {}, "GITHUB_REPOSITORY"),
    "issues that are turned off": (410, "Issues has been disabled in this repository.", {}, "turn issues on"),
    "a repository that has moved": (301, "Moved Permanently", {}, "correct GITHUB_REPOSITORY"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_told_with_its_mend(client: GitHub, github: FakeGitHub, case: str) -> None:
    status, message, headers, mend = REFUSALS[case]
    github.pull(7, "a" * 40)
    github.fault("POST", f"{REPO}/issues/7/comments", status, message, **headers)
    with pytest.raises(ForgeError) as error:
        sticky_comment(client, 7, PLAN, "No changes.")
    assert message in str(error.value)
    assert mend in str(error.value).partition("mend: ")[2]
    assert github.sent("POST")[-1].status == status
    assert len(github.sent("POST")) == 1


def test_an_issue_that_may_not_be_written_names_its_own_permission(client: GitHub, github: FakeGitHub) -> None:
    github.fault("POST", f"{REPO}/issues", 403, "Resource not accessible by integration")
    issues = Issues(client, "drift:acme-agency/", "drift")
    with pytest.raises(ForgeError, match=r"permissions: \{issues: write\}"):
        issues.keep(Marker("drift:acme-agency/acme-sg"), title="Drift", body="One.")


def test_a_token_is_in_no_log_and_in_no_error(
    client: GitHub, github: FakeGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    github.users.clear()
    with caplog.at_level(logging.DEBUG), pytest.raises(ForgeError) as error:
        client.head_of("main")
    assert "/branches/main" in caplog.text
    assert TOKEN not in caplog.text + str(error.value) + repr(error.value)


def test_a_token_goes_over_https_only() -> None:
    with pytest.raises(ForgeError, match="https"):
        GitHub(REPOSITORY, TOKEN, "http://github.example/api/v3")


def test_the_address_of_a_github_enterprise_keeps_its_path(github: FakeGitHub, waits: Waits) -> None:
    """As GITHUB_API_URL has it: https://HOST/api/v3."""
    client = GitHub(REPOSITORY, TOKEN, f"{github.url}/api/v3/", waits.clock(github))
    github.fault("GET", f"/api/v3{REPO}/branches/main", 404, "Not Found")
    with pytest.raises(ForgeError, match=f"/api/v3{REPO}/branches/main"):
        client.head_of("main")
    client.close()
