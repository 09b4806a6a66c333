"""The examples of docs/scale.md: the command takes what machines of GitHub and of Kubernetes are told to run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML
from support.command import Reconciler
from support.repository import PROJECT_ROOT

EXAMPLES = PROJECT_ROOT / "docs/examples"
WORKFLOWS = sorted((EXAMPLES / "github").glob("*.yml"))
CRON_JOB = EXAMPLES / "kubernetes/reconcile.yaml"


def read(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(path.read_text("utf-8")))


def pod(manifest: dict[str, Any]) -> dict[str, Any]:
    return dict(manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0])


def said_options(text: str) -> set[str]:
    return set(re.findall(r"--[a-z]+[a-z-]*", text))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_command_of_a_workflow_takes_the_options_that_it_is_given(path: Path, reconciler: Reconciler) -> None:
    runs = [str(step["run"]) for job in read(path)["jobs"].values() for step in job["steps"] if "run" in step]
    commands = [run for run in runs if run.startswith("reconciler ")]
    assert len(commands) >= 2
    for command in commands:
        _, group, name, *_ = command.split()
        known = said_options(reconciler(f"{group} {name}", "--help").ended(0).out)
        assert said_options(command) <= known


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_number_of_machines_stands_in_one_place_and_the_last_job_waits_for_all(path: Path) -> None:
    jobs = read(path)["jobs"]
    matrix = jobs["shard"]["strategy"]["matrix"]["shard"]
    assert matrix == [*range(1, len(matrix) + 1)]
    assert not jobs["shard"]["strategy"]["fail-fast"]
    assert "/${{ strategy.job-total }}" in path.read_text("utf-8")
    (last,) = [job for job in jobs.values() if "--summary-in" in str(job)]
    assert "shard" in last["needs"]
    assert "!cancelled()" in last["if"]


def test_kubernetes_takes_the_manifest() -> None:
    kubernetes_validate.validate(read(CRON_JOB), kubernetes_validate.latest_version(), strict=True)


def test_the_machines_of_kubernetes_are_the_shards_each_once(tmp_path: Path) -> None:
    job = read(CRON_JOB)["spec"]["jobTemplate"]["spec"]
    container = pod(read(CRON_JOB))
    shards = next(one["value"] for one in container["env"] if one["name"] == "SHARDS")
    assert {job["completions"], job["parallelism"], int(shards)} == {4}
    for name in ("git", "reconciler"):
        (tmp_path / name).write_text('#!/bin/sh\necho "$@"\n')
        (tmp_path / name).chmod(0o755)
    said = []
    for index in range(job["completions"]):
        given = {"PATH": f"{tmp_path}:/usr/bin:/bin", "JOB_COMPLETION_INDEX": str(index), "SHARDS": shards}
        command = [*container["command"], *container["args"]]
        done = subprocess.run(command, env=given, capture_output=True, text=True, check=True)
        said += re.findall(r"--shard (\S+)", done.stdout)
    assert said == ["1/4", "2/4", "3/4", "4/4"]
