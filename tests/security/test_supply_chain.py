"""What runs in CI and what is installed there: pinned, without rights, and independent of what a pull request
contains."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "reconciler" / "starter" / "github"
HERE = ROOT / ".github"
WORKFLOWS = sorted([*STARTER.glob("workflows/*.yml"), *HERE.glob("workflows/*.yml")])
ACTIONS = sorted([*STARTER.glob("actions/*/action.yml"), ROOT / "action.yml"])
RIGHTS: dict[str, dict[str, str]] = {
    "plan.yml": {"contents": "read", "pull-requests": "write"},
    "reconcile.yml": {"contents": "write", "pull-requests": "write"},
    "drift.yml": {"contents": "write", "issues": "write"},
    "command.yml": {"contents": "write", "issues": "write", "pull-requests": "write"},
    "tests.yml": {"contents": "read"},
}
"""All that a job may do."""
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")
OWN, STARTERS = "./", "./.github/actions/reconciler"


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda p: p.relative_to(ROOT).as_posix())


def read(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text("utf-8")))


def steps(path: Path) -> list[dict[str, Any]]:
    whole = read(path)
    jobs = whole["jobs"].values() if "jobs" in whole else [whole["runs"]]
    return [step for job in jobs for step in job["steps"]]


def test_the_starter_s_workflows_are_the_ones_used_here() -> None:
    """But for the place of the action, which is the same here."""
    for path in STARTER.glob("workflows/*.yml"):
        here = (HERE / path.relative_to(STARTER)).read_text("utf-8")
        assert path.read_text("utf-8").replace(f"uses: {STARTERS}", f"uses: {OWN}") == here


def test_the_action_at_the_top_is_the_one_that_init_writes() -> None:
    """Another repository may use it by its address."""
    assert (ROOT / "action.yml").read_bytes() == (STARTER / "actions" / "reconciler" / "action.yml").read_bytes()


@named([*WORKFLOWS, *ACTIONS])
def test_every_action_is_pinned_to_a_commit(path: Path) -> None:
    uses = [step["uses"] for step in steps(path) if "uses" in step]
    assert uses
    assert [u for u in uses if not PINNED.fullmatch(u) and u not in (OWN, STARTERS)] == []


@named(WORKFLOWS)
def test_a_workflow_has_no_right_that_its_job_does_not_name(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert all(job["permissions"] == RIGHTS[path.name] for job in workflow["jobs"].values())


@named(WORKFLOWS)
def test_no_checkout_leaves_its_credentials_behind(path: Path) -> None:
    checkouts = [step for step in steps(path) if str(step.get("uses", "")).startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@named([p for p in WORKFLOWS if p.name != "tests.yml"])
def test_no_run_that_has_begun_is_cancelled(path: Path) -> None:
    assert read(path)["concurrency"]["cancel-in-progress"] is False


@named(WORKFLOWS)
def test_a_stranger_s_pull_request_meets_no_secret(path: Path) -> None:
    """`pull_request` gives a fork's no secret; the other two ways in would."""
    text = path.read_text("utf-8")
    assert "pull_request_target" not in text
    assert "workflow_run" not in text


@named([p for p in WORKFLOWS if p.name != "tests.yml"])
def test_only_what_applies_knows_a_token_that_may_write(path: Path) -> None:
    secrets = set(re.findall(r"secrets\.(\w+)", path.read_text("utf-8")))
    assert secrets == {"META_ACCESS_TOKEN" if path.name == "reconcile.yml" else "META_ACCESS_TOKEN_READ"}


@named([p for p in WORKFLOWS if p.name == "command.yml"])
def test_a_comment_runs_only_what_the_default_branch_has_and_none_of_its_words(path: Path) -> None:
    """`issue_comment` has secrets whoever has written: so nothing of a pull request is checked out, and of the text
    only its beginning is looked at, outside of every script."""
    text = path.read_text("utf-8")
    assert "ref:" not in text
    assert re.findall(r".*comment\.body.*", text) == [
        "    if: startsWith(github.event.comment.body, '/reconciler')",
    ]


@named([*WORKFLOWS, *ACTIONS])
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    """`${{ }}` in `run:` is replaced before the shell reads the line, so a branch or a title could be run as a
    command."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@named(WORKFLOWS)
def test_a_secret_is_known_only_to_the_step_that_needs_it(path: Path) -> None:
    workflow = read(path)
    assert "secrets." not in str(workflow.get("env", ""))
    assert all("secrets." not in str(job.get("env", "")) for job in workflow["jobs"].values())
    assert {str(step.get("uses")) for step in steps(path) if "secrets." in str(step)} <= {OWN, STARTERS}


def test_the_lock_names_no_host_but_pypi_s_and_a_hash_for_every_file() -> None:
    text = (ROOT / "uv.lock").read_text("utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) <= {"pypi.org", "files.pythonhosted.org"}
    files = re.findall(r"\{ url = [^}]*\}", text)
    assert files
    assert [f for f in files if not re.search(r'hash = "sha256:[0-9a-f]{64}"', f)] == []
    assert "git+" not in text


def test_there_are_at_most_nine_things_to_trust_at_run_time() -> None:
    listed = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.M | re.S)
    assert listed
    # requests brings urllib3 along; it is named for its version, of which web/answer.py needs one that has read1.
    named = [line for line in listed[1].strip().splitlines() if "urllib3" not in line]
    assert len(named) <= 9


def test_an_audit_that_could_not_look_a_package_up_is_no_clean_audit() -> None:
    recipe = re.search(r"^audit:.*?(?=^\w)", (ROOT / "Makefile").read_text("utf-8"), re.M | re.S)
    assert recipe
    assert "--strict" in recipe[0] and "--require-hashes" in recipe[0] and "exit 1" in recipe[0]


@named(ACTIONS)
def test_a_run_knows_what_the_one_before_it_has_learnt_of_limits(path: Path) -> None:
    kept = [step for step in steps(path) if "limits-" in str(step.get("with", {}).get("key", ""))]
    assert [step["uses"].partition("@")[0] for step in kept] == ["actions/cache/restore", "actions/cache/save"]
    assert {step["with"]["path"] for step in kept} == {"${{ inputs.chdir }}/state/.*.json"}
