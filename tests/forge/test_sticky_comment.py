"""One comment of ours on a pull request, whatever else happens there."""

from __future__ import annotations

from support.github import BOT, PERSONAL, REPOSITORY, SOMEBODY, FakeGitHub

from reconciler.forge.comments import sticky_comment
from reconciler.forge.github import GitHub, Written
from reconciler.forge.marker import Marker, Stamp

COMMENTS = f"/repos/{REPOSITORY}/issues/7/comments"


def marker(run: int, commit: str, attempt: int = 1) -> Marker:
    return Marker("plan:acme-agency", Stamp(run, attempt, commit))


def test_the_next_run_edits_the_same_comment(client: GitHub, github: FakeGitHub) -> None:
    first = sticky_comment(client, 7, marker(1, "aaaa"), "One.")
    second = sticky_comment(client, 7, marker(2, "bbbb"), "Two.")
    assert [first.written, second.written] == [Written.CREATED, Written.EDITED]
    assert first.url == second.url
    assert [body.splitlines()[-1] for body in github.comments(7)] == ["Two."]


def test_an_edit_that_changes_nothing_is_not_sent(client: GitHub, github: FakeGitHub) -> None:
    sticky_comment(client, 7, marker(1, "aaaa"), "One.")
    assert sticky_comment(client, 7, marker(2, "bbbb"), "One.").written is Written.UNCHANGED
    assert github.sent("PATCH") == []


def test_an_older_run_does_not_overwrite_a_newer_one(client: GitHub, github: FakeGitHub) -> None:
    sticky_comment(client, 7, marker(2, "bbbb"), "Two.")
    late = sticky_comment(client, 7, marker(1, "aaaa", attempt=3), "One.")
    assert late.written is Written.NEWER
    assert github.comments(7)[0].endswith("Two.")


def test_a_run_that_is_run_again_overwrites_itself(client: GitHub, github: FakeGitHub) -> None:
    sticky_comment(client, 7, marker(2, "bbbb"), "Two.")
    assert sticky_comment(client, 7, marker(2, "bbbb", attempt=2), "Two again.").written is Written.EDITED


def test_two_runs_at_once_leave_one_comment_with_what_the_newer_says(client: GitHub, github: FakeGitHub) -> None:
    newer = marker(2, "bbbb")
    github.before.append((f"POST {COMMENTS}", lambda: _made(github, newer.text + "Two.")))
    late = sticky_comment(client, 7, marker(1, "aaaa"), "One.")
    assert late.written is Written.NEWER
    assert github.comments(7) == [newer.text + "Two."]


def test_two_runs_at_once_agree_whichever_cleans_up(client: GitHub, github: FakeGitHub) -> None:
    older = marker(1, "aaaa")
    github.before.append((f"POST {COMMENTS}", lambda: _made(github, older.text + "One.")))
    sticky_comment(client, 7, marker(2, "bbbb"), "Two.")
    assert github.comments(7) == [marker(2, "bbbb").text + "Two."]


def test_a_double_that_another_run_has_deleted_is_no_error(client: GitHub, github: FakeGitHub) -> None:
    for body in ("One.", "Two."):
        _made(github, marker(1, "aaaa").text + body)
    github.fault("DELETE", r".*/comments/\d+", 404, "Not Found", done=True)
    sticky_comment(client, 7, marker(2, "bbbb"), "Three.")
    assert github.comments(7) == [marker(2, "bbbb").text + "Three."]


def test_a_person_s_comment_with_our_marker_is_not_edited(client: GitHub, github: FakeGitHub) -> None:
    theirs = marker(9, "ffff").text + "All is well, merge it."
    github.somebody_comments(7, theirs)
    sticky_comment(client, 7, marker(1, "aaaa"), "One.")
    assert github.comments(7) == [theirs, marker(1, "aaaa").text + "One."]


def test_a_bot_that_quotes_our_comment_is_not_edited(client: GitHub, github: FakeGitHub) -> None:
    quoted = "> " + marker(9, "ffff").text.replace("\n", "\n> ") + "One."
    github.somebody_comments(7, quoted, {**BOT, "login": "quoter[bot]"})
    sticky_comment(client, 7, marker(1, "aaaa"), "One.")
    assert github.comments(7)[0] == quoted


def test_of_a_person_s_token_only_that_person_s_comment_is_ours(github: FakeGitHub) -> None:
    other = marker(1, "aaaa").text + "Of another."
    github.somebody_comments(7, other, {**SOMEBODY, "login": "tan"})
    client = GitHub(REPOSITORY, PERSONAL, github.url)
    for body in ("One.", "Two."):
        sticky_comment(client, 7, marker(2, "bbbb"), body)
    client.close()
    assert github.comments(7) == [other, marker(2, "bbbb").text + "Two."]


def test_two_projects_of_one_repository_have_a_comment_each(client: GitHub, github: FakeGitHub) -> None:
    for project in ("acme", "acme-agency"):
        sticky_comment(client, 7, Marker(f"plan:{project}"), f"Of {project}.")
    assert [body.splitlines()[-1] for body in github.comments(7)] == ["Of acme.", "Of acme-agency."]


def test_what_github_has_kept_with_other_line_ends_is_ours_and_the_same(client: GitHub, github: FakeGitHub) -> None:
    _made(github, (marker(1, "aaaa").text + "One.\n\nTwo.").replace("\n", "\r\n"))
    assert sticky_comment(client, 7, marker(1, "aaaa"), "One.\n\nTwo.").written is Written.UNCHANGED


def _made(github: FakeGitHub, body: str) -> None:
    github.somebody_comments(7, body, BOT)
