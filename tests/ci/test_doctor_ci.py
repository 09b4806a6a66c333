"""`doctor --ci`: a line each on what a repository at GitHub needs, so that its workflows can be relied on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.command import EXECUTABLE, PATIENCE, Reconciler
from support.github import PERSONAL, TOKEN, Environment, FakeGitHub
from support.remote import BRANCH, Remote, git
from support.repository import Repository
from support.sandbox import LocalGraph

MAIN_RULES: list[dict[str, Any]] = [
    {"type": "pull_request"},
    {"type": "non_fast_forward"},
    {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "plan"}]}},
]


@pytest.fixture
def desk(repository: Repository, sandbox: LocalGraph, github: FakeGitHub, tmp_path: Path) -> Reconciler:
    """A clone of a repository that docs/github.md was followed for, at whose desk no token of Meta's is known."""
    typed = [str(EXECUTABLE), "init", str(repository.root), "--workflows"]
    subprocess.run(typed, check=True, capture_output=True, timeout=PATIENCE)
    made = Remote(tmp_path / "git", sandbox).starts_from(repository)
    git(made.repository.root, "remote", "set-url", "origin", "git@github.com:acme/ads.git")
    given = {"GITHUB_API_URL": github.url, "GITHUB_REPOSITORY": "", "GITHUB_TOKEN": PERSONAL, "META_ACCESS_TOKEN": ""}
    made.environment |= given
    github.environments["meta"] = Environment(["main"], ["META_ACCESS_TOKEN"])
    github.secrets = ["META_ACCESS_TOKEN_READ"]
    github.rules["main"] = list(MAIN_RULES)
    github.branches[BRANCH] = "1" * 40
    github.ran(github.now - timedelta(minutes=3))
    return made


def lines(desk: Reconciler, status: int) -> dict[tuple[str, str], dict[str, str]]:
    """By name and state."""
    found = desk("doctor", "--ci", "--json").ended(status).json["findings"]
    assert all(one["mend"] or one["state"] == "ok" for one in found)
    return {(one["name"], one["state"]): one for one in found}


NAMES = ("workflows", "github", "environment", "secrets", "main", "state", "schedule", "commands")


def test_a_repository_as_the_docs_say_has_a_good_line_on_each(desk: Reconciler, sandbox: LocalGraph) -> None:
    assert [name for name, state in lines(desk, 0) if state == "ok"] == list(NAMES)
    printed = desk("doctor", "--ci").ended(0).out.splitlines()
    assert all(line.startswith("ok  ") and "mend: " not in line for line in printed)
    assert sandbox.calls() == []


def test_it_changes_nothing_at_github(desk: Reconciler, github: FakeGitHub) -> None:
    lines(desk, 0)
    assert {call.method for call in github.calls} == {"GET"}


def makes(**values: Any) -> Callable[[FakeGitHub], None]:
    return lambda github: [setattr(github, name, value) for name, value in values.items()] and None


def meta(branches: Any, *secrets: str) -> dict[str, Environment]:
    return {"meta": Environment(branches, list(secrets or ("META_ACCESS_TOKEN",)))}


ALL = ("plan.yml", "reconcile.yml", "drift.yml", "command.yml")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
STOPS = [{"type": "pull_request"}]

WRONG: dict[str, tuple[Callable[[FakeGitHub], Any], str, str, str]] = {
    "no environment": (
        makes(environments={}, secrets=["META_ACCESS_TOKEN", "META_ACCESS_TOKEN_READ"]),
        *("environment", "warning", "there is no meta"),
    ),
    "an environment for every branch": (
        makes(environments=meta(None)),
        *("environment", "warning", "meta is not limited"),
    ),
    "an environment for more branches": (
        makes(environments=meta(["main", "draft-*"])),
        *("environment", "warning", "meta takes more than main: draft-*"),
    ),
    "an environment for others": (
        makes(environments=meta(["release"])),
        *("environment", "error", "meta does not take main"),
    ),
    "an environment for protected branches of which main is none": (
        makes(environments=meta("protected")),
        *("environment", "error", "main has no branch protection"),
    ),
    "a secret that is missing": (makes(secrets=[]), "secrets", "error", "META_ACCESS_TOKEN_READ is missing"),
    "a token that every branch may read": (
        makes(secrets=["META_ACCESS_TOKEN_READ", "META_ACCESS_TOKEN"]),
        *("secrets", "warning", "META_ACCESS_TOKEN is a secret of the repository"),
    ),
    "a main that anybody pushes to": (
        makes(rules={"main": MAIN_RULES[1:]}),
        *("main", "warning", "changes it without a pull request"),
    ),
    "a plan that nobody has to wait for": (
        makes(rules={"main": MAIN_RULES[:2]}),
        *("main", "warning", "merged without the check plan"),
    ),
    "a rule of the state branch": (
        makes(rules={"main": MAIN_RULES, BRANCH: STOPS}),
        *("state", "warning", "rules hold for reconciler-state: pull_request"),
    ),
    "a rule of a state branch that is not there yet": (
        makes(rules={"main": MAIN_RULES, BRANCH: STOPS}, branches={"main": "0" * 40}),
        *("state", "error", "rules hold for reconciler-state: pull_request"),
    ),
    "an older protection of the state branch": (
        makes(protections={BRANCH: []}),
        *("state", "warning", "branch protection"),
    ),
    "a schedule that GitHub has put to sleep": (
        makes(workflows=dict.fromkeys(ALL, "active") | {"reconcile.yml": "disabled_inactivity"}),
        *("schedule", "error", "reconcile.yml: GitHub has disabled it, since nothing was committed for 60 days"),
    ),
    "a workflow that was not merged": (
        makes(workflows={name: "active" for name in ALL if name != "drift.yml"}),
        *("schedule", "error", "drift.yml: GitHub knows no such workflow"),
    ),
    "no run yet": (makes(runs=[]), "schedule", "warning", "reconcile.yml has not run by the clock yet"),
    "a last run that failed": (
        lambda github: github.ran(NOW, "failure"),
        *("schedule", "error", "reconcile.yml ran by the clock at 2026-11-21 10:00"),
    ),
    "no pull requests by workflows": (
        makes(runs_make_pull_requests=False),
        *("commands", "warning", "workflows may make no pull request"),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_mend(case: str, desk: Reconciler, github: FakeGitHub) -> None:
    change, name, state, said = WRONG[case]
    change(github)
    found = desk("doctor", "--ci", "--json")
    assert any(
        (one["name"], one["state"]) == (name, state) and said in one["detail"] and one["mend"]
        for one in found.json["findings"]
    ), found.out
    assert found.status == int(any(one["state"] == "error" for one in found.json["findings"]))


# ---- the schedule


@pytest.mark.parametrize(("hours", "state"), [(1, "ok"), (2, "ok"), (3, "warning")])
def test_a_schedule_is_late_only_beyond_what_github_is_often_late(
    hours: int, state: str, desk: Reconciler, github: FakeGitHub
) -> None:
    github.runs = []
    github.ran(NOW - timedelta(hours=hours))
    found = desk("doctor", "--ci", "--json").json["findings"]
    (line,) = [one for one in found if "reconcile.yml" in one["detail"] and one["name"] == "schedule"]
    assert line["state"] == state


def test_a_run_by_the_clock_counts_and_a_push_does_not(desk: Reconciler, github: FakeGitHub) -> None:
    github.runs = []
    github.ran(NOW - timedelta(days=2))
    for minute in range(30):
        github.ran(NOW - timedelta(minutes=30 - minute), event="push")
    assert "was to run at 2026-11-21 07:57" in lines(desk, 0)["schedule", "warning"]["detail"]


def test_a_run_that_a_newer_one_has_replaced_says_nothing_of_the_work(desk: Reconciler, github: FakeGitHub) -> None:
    github.ran(NOW, "cancelled")
    assert ("schedule", "ok") in lines(desk, 0)


# ---- what this token may not see


@pytest.mark.parametrize("token", [TOKEN, "ghp_reader"])
def test_what_a_token_may_not_see_is_no_error(token: str, desk: Reconciler, github: FakeGitHub) -> None:
    github.users["ghp_reader"] = {"login": "tan", "id": 9, "type": "User", "reads_only": True}
    desk.environment["GITHUB_TOKEN"] = token
    found = lines(desk, 0)
    for name in ("secrets", "commands"):
        assert "cannot be seen with this token" in found[name, "warning"]["detail"]
    assert ("environment", "ok") in found


def test_a_plan_without_rules_is_told_as_that(desk: Reconciler, github: FakeGitHub) -> None:
    said = "Upgrade to GitHub Pro or make this repository public to enable this feature."
    github.fault("GET", r".*/rules/branches/main", 403, said)
    assert "GitHub's plan of this repository has no such rules" in lines(desk, 0)["main", "warning"]["detail"]


def test_gh_s_token_will_do(desk: Reconciler) -> None:
    desk.environment |= {"GITHUB_TOKEN": "", "GH_TOKEN": PERSONAL}
    lines(desk, 0)


def test_without_a_token_only_the_files_are_checked_and_the_way_to_one_is_told(desk: Reconciler) -> None:
    desk.environment |= {"GITHUB_TOKEN": "", "GH_TOKEN": ""}
    found = lines(desk, 1)
    assert set(found) == {("workflows", "ok"), ("github", "error")}
    assert found["github", "error"]["mend"] == "set GITHUB_TOKEN to what gh auth token prints"


def test_a_wrong_token_ends_the_list(desk: Reconciler) -> None:
    desk.environment["GITHUB_TOKEN"] = "ghp_wrong"
    assert set(lines(desk, 1)) == {("workflows", "ok"), ("github", "error")}


def test_a_limit_of_github_s_is_waited_for_elsewhere(desk: Reconciler, github: FakeGitHub) -> None:
    github.fault("GET", r".*/actions/secrets", 429, "API rate limit exceeded", retry_after="3600")
    assert ("limit", "error") in lines(desk, 7)


# ---- the files


def test_wrong_workflows_are_told_at_their_lines(desk: Reconciler) -> None:
    path = desk.repository.root / ".github" / "workflows" / "reconcile.yml"
    path.write_text(path.read_text("utf-8").replace("cancel-in-progress: false", "cancel-in-progress: true"), "utf-8")
    found = lines(desk, 1)["workflows", "error"]
    assert "reconcile.yml:" in found["detail"] and found["mend"] == "write cancel-in-progress: false"


def test_a_state_in_main_is_told(desk: Reconciler) -> None:
    project = desk.repository.root / "desired" / "project.yaml"
    project.write_text(project.read_text("utf-8") + "state: {branch: null}\n", "utf-8")
    assert ("state", "warning") in lines(desk, 0)


def test_a_job_without_an_environment_is_told(desk: Reconciler, github: FakeGitHub) -> None:
    path = desk.repository.root / ".github" / "workflows" / "reconcile.yml"
    whole = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in whole if "environment: meta" not in line), "utf-8")
    github.secrets.append("META_ACCESS_TOKEN")
    assert "reconcile.yml names none" in lines(desk, 0)["environment", "warning"]["detail"]
