"""One issue a subject: edited in place, closed, opened again."""

from __future__ import annotations

from support.github import REPOSITORY, FakeGitHub

from reconciler.forge.github import GitHub, Written
from reconciler.forge.issues import Issues
from reconciler.forge.marker import Marker

FAMILY = "drift:acme-agency/"
SG, MY = Marker(f"{FAMILY}acme-sg"), Marker(f"{FAMILY}acme-my")


def issues(client: GitHub) -> Issues:
    return Issues(client, FAMILY, "reconciler")


def keep(client: GitHub, body: str, marker: Marker = SG) -> Written:
    return issues(client).keep(marker, title="Drift in acme-sg", body=body).written


def test_the_next_run_edits_the_same_issue(client: GitHub, github: FakeGitHub) -> None:
    assert [keep(client, "One."), keep(client, "Two."), keep(client, "Two.")] == ["created", "edited", "unchanged"]
    (issue,) = github.issues("open")
    assert issue["body"].endswith("Two.")
    assert issue["labels"] == [{"name": "reconciler"}]


def test_an_issue_is_closed_and_opened_again(client: GitHub, github: FakeGitHub) -> None:
    keep(client, "One.")
    assert issues(client).close(SG, "Nothing is left.").written is Written.CLOSED
    (closed,) = github.issues("closed")
    assert closed["body"].endswith("Nothing is left.")
    assert closed["state_reason"] == "completed"
    assert keep(client, "One.") is Written.EDITED
    assert [issue["number"] for issue in github.issues("open")] == [closed["number"]]


def test_where_none_is_open_none_is_closed(client: GitHub, github: FakeGitHub) -> None:
    assert issues(client).close(SG, "Nothing is left.").written is Written.NONE
    assert github.sent("POST") + github.sent("PATCH") == []


def test_what_a_person_has_closed_stays_closed_until_there_is_news(client: GitHub, github: FakeGitHub) -> None:
    keep(client, "One.")
    github.somebody_closes(github.issues()[0]["number"])
    assert keep(client, "One.") is Written.UNCHANGED
    assert github.issues("open") == []
    assert keep(client, "Two.") is Written.EDITED
    assert len(github.issues("open")) == 1


def test_two_runs_at_once_leave_one_open_issue(client: GitHub, github: FakeGitHub) -> None:
    github.before.append((f"POST /repos/{REPOSITORY}/issues", lambda: _other_run(client)))
    keep(client, "One.")
    assert len(github.issues("open")) == 1
    assert [issue["state_reason"] for issue in github.issues("closed")] == ["not_planned"]


def _other_run(client: GitHub) -> None:
    client.rest.post(
        f"{client.path}/issues",
        {"title": "Drift in acme-sg", "body": SG.text + "One.", "labels": ["reconciler"]},
        find=lambda: None,
    )


def test_the_open_ones_are_known_by_their_subject(client: GitHub) -> None:
    keep(client, "One.", SG)
    keep(client, "One.", MY)
    keep(client, "One.", Marker("drift:another/acme-id"))
    issues(client).close(MY, "Nothing is left.")
    assert issues(client).subjects() == {"acme-sg"}


def test_a_title_that_a_person_has_changed_is_put_right(client: GitHub, github: FakeGitHub) -> None:
    keep(client, "One.")
    github.issues()[0]["title"] = "Old"
    assert keep(client, "One.") is Written.EDITED
    assert github.issues()[0]["title"] == "Drift in acme-sg"
