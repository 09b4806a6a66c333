"""What a CI's variables say of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.github import FakeGitHub

from reconciler.forge.environment import CiRun, ci_run
from reconciler.model.errors import ForgeError


def run_of(github: FakeGitHub, folder: Path, name: str = "pull_request", **variables: str) -> CiRun:
    event: dict[str, Any] = github.event(name, 7, after="f" * 40)
    path = folder / "event.json"
    path.write_text(json.dumps(event), "utf-8")
    known = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REF_NAME": "main",
        "GITHUB_REPOSITORY": "acme/ads",
        "GITHUB_RUN_ATTEMPT": "2",
        "GITHUB_RUN_ID": "7301",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_SHA": "e" * 40,
        "GITHUB_WORKSPACE": str(folder),
    }
    return ci_run({**known, **variables})


def test_of_a_pull_request_the_commit_is_its_head(github: FakeGitHub, tmp_path: Path) -> None:
    github.pull(7, "a" * 40, draft=True)
    run = run_of(github, tmp_path)
    assert run.commit == "a" * 40
    assert run.pull_request is not None
    assert (run.pull_request.number, run.pull_request.is_draft, run.is_trusted) == (7, True, True)
    assert run.run_url == "https://github.example/acme/ads/actions/runs/7301/attempts/2"


def test_of_a_push_the_commit_is_the_one_that_was_pushed(github: FakeGitHub, tmp_path: Path) -> None:
    run = run_of(github, tmp_path, "push", GITHUB_SHA="f" * 40)
    assert (run.commit, run.pull_request, run.default_branch) == ("f" * 40, None, "main")


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_fork_is_not_trusted_whatever_has_started_the_run(github: FakeGitHub, tmp_path: Path, event: str) -> None:
    """With pull_request_target a fork's run would have secrets and a token that writes."""
    github.pull(7, "a" * 40, fork=True)
    path = tmp_path / "event.json"
    path.write_text(json.dumps(github.event("pull_request", 7)), "utf-8")
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(path)}
    assert not ci_run(variables).is_trusted


def test_a_fork_that_was_deleted_is_a_fork(github: FakeGitHub, tmp_path: Path) -> None:
    github.pull(7, "a" * 40)["head"]["repo"] = None
    assert not run_of(github, tmp_path).is_trusted


def test_a_file_of_a_fork_is_linked_to_the_fork(github: FakeGitHub, tmp_path: Path) -> None:
    github.pull(7, "a" * 40, fork=True)
    url = run_of(github, tmp_path).file_url("creatives/a b#1.png")
    assert url == f"https://github.example/stranger/ads/blob/{'a' * 40}/creatives/a%20b%231.png"


def test_a_project_in_a_folder_of_the_repository_names_its_files_from_the_top(
    github: FakeGitHub, tmp_path: Path
) -> None:
    github.pull(7, "a" * 40)
    run = run_of(github, tmp_path)
    assert run.path_in_repository(tmp_path / "ads", "desired/x.yaml") == "ads/desired/x.yaml"
    assert run.path_in_repository(Path("/elsewhere"), "desired/x.yaml") == "desired/x.yaml"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"pull_request": {"number": 7}}', '{"pull_request": []}'])
def test_an_event_without_a_pull_request_is_an_error_and_not_a_push(tmp_path: Path, content: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ForgeError, match="mend: "):
        ci_run(
            {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)},
        )


OTHERS = {
    "GitLab": ({"GITLAB_CI": "true", "CI_COMMIT_SHA": "c1", "CI_JOB_URL": "https://x/1"}, ("c1", "https://x/1")),
    "Bitbucket": ({"BITBUCKET_BUILD_NUMBER": "5", "BITBUCKET_COMMIT": "c2"}, ("c2", "")),
    "Jenkins": ({"JENKINS_URL": "https://j", "GIT_COMMIT": "c3", "BUILD_URL": "https://j/3"}, ("c3", "https://j/3")),
    "Azure Pipelines": ({"TF_BUILD": "True", "BUILD_SOURCEVERSION": "c4"}, ("c4", "")),
    "none": ({"CI": "true"}, ("", "")),
}


@pytest.mark.parametrize("ci", OTHERS)
def test_other_cis_name_the_commit_and_the_run(ci: str) -> None:
    variables, (commit, url) = OTHERS[ci]
    run = ci_run(variables)
    assert (run.provider, run.commit, run.run_url) == ("", commit, url)
