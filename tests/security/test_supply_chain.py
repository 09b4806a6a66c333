"""What runs in CI and what is installed there: pinned, without rights, and independent of what a pull request
contains."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "reconciler" / "starter" / "github" / "workflows"
WORKFLOWS = sorted([*STARTER.glob("*.yml"), *(ROOT / ".github" / "workflows").glob("*.yml")])
named = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.relative_to(ROOT).as_posix())


def read(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text("utf-8")))


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def test_the_starter_s_workflows_are_the_ones_used_here() -> None:
    assert {p.name for p in STARTER.glob("*.yml")} == {"plan.yml", "apply.yml"}
    for path in STARTER.glob("*.yml"):
        assert path.read_bytes() == (ROOT / ".github" / "workflows" / path.name).read_bytes()


@named
def test_every_action_is_pinned_to_a_commit(path: Path) -> None:
    uses = [step["uses"] for step in steps(path) if "uses" in step]
    assert uses
    assert [u for u in uses if not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", u)] == []


@named
def test_a_workflow_has_no_right_that_its_job_does_not_name(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    wanted = {"contents": "write"} if path.name == "apply.yml" else {"contents": "read"}
    assert all(job["permissions"] == wanted for job in workflow["jobs"].values())


@named
def test_no_checkout_leaves_its_credentials_behind(path: Path) -> None:
    checkouts = [step for step in steps(path) if str(step.get("uses", "")).startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize(
    "path", [p for p in WORKFLOWS if p.name == "apply.yml"], ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_only_the_newest_main_applies_and_pauses_orphans(path: Path) -> None:
    (checkout,) = [step for step in steps(path) if str(step.get("uses", "")).startswith("actions/checkout@")]
    assert checkout["with"]["ref"] == "main"
    assert "--pause-orphans" in str([step.get("run") for step in steps(path)])


@named
def test_a_stranger_s_pull_request_meets_no_secret(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "pull_request_target" not in text
    assert "workflow_run" not in text
    if "pull_request" in text:
        for step in steps(path):
            is_guarded = "head.repo.full_name == github.repository" in str(step.get("if", ""))
            assert is_guarded or "secrets." not in str(step)


@named
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    """`${{ }}` in `run:` is replaced before the shell reads the line, so a branch or a title could be run as a
    command."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@named
def test_a_secret_is_known_only_to_the_step_that_needs_it(path: Path) -> None:
    workflow = read(path)
    assert "secrets." not in str(workflow.get("env", ""))
    assert all("secrets." not in str(job.get("env", "")) for job in workflow["jobs"].values())


def test_the_lock_names_no_host_but_pypi_s_and_a_hash_for_every_file() -> None:
    text = (ROOT / "uv.lock").read_text("utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) <= {"pypi.org", "files.pythonhosted.org"}
    files = re.findall(r"\{ url = [^}]*\}", text)
    assert files
    assert [f for f in files if not re.search(r'hash = "sha256:[0-9a-f]{64}"', f)] == []
    assert "git+" not in text


def test_there_are_at_most_eight_things_to_trust_at_run_time() -> None:
    listed = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.M | re.S)
    assert listed
    assert len(listed[1].strip().splitlines()) <= 8


def test_an_audit_that_could_not_look_a_package_up_is_no_clean_audit() -> None:
    recipe = re.search(r"^audit:.*?(?=^\w)", (ROOT / "Makefile").read_text("utf-8"), re.M | re.S)
    assert recipe
    assert "--strict" in recipe[0] and "--require-hashes" in recipe[0] and "exit 1" in recipe[0]


def test_a_run_knows_what_the_one_before_it_has_learnt_of_limits() -> None:
    for path in STARTER.glob("*.yml"):
        named_ = [str(step.get("uses", "")).partition("@")[0] for step in steps(path)]
        kept = [step["with"]["path"] for step in steps(path) if "cache/" in str(step.get("uses", ""))]
        assert "actions/cache/restore" in named_
        assert ("actions/cache/save" in named_) == (path.name == "apply.yml")
        assert set(kept) == {"state/.*.json"}
