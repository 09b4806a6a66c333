"""The `ci` commands as a workflow of GitHub starts them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.github import REPOSITORY, TOKEN, FakeGitHub


@dataclass
class Workflow:
    """Runs of one workflow: each call is a run of its own, with the event and the variables that GitHub gives it."""

    github: FakeGitHub
    reconciler: Reconciler
    folder: Path
    runs: int = 7300
    without: list[str] = field(default_factory=list)
    """Variables that this workflow does not pass."""
    machine: dict[str, str] = field(default_factory=dict)
    """Those that the machine has anyway."""

    def __call__(
        self,
        command: str,
        *rest: str,
        event: str = "pull_request",
        number: int = 7,
        payload: dict[str, Any] | None = None,
        **variables: str,
    ) -> Run:
        """`payload` in place of what the fake would tell of the event."""
        self.runs += 1
        self.folder.mkdir(exist_ok=True)
        for name in ("outputs", "summary.md"):
            (self.folder / name).unlink(missing_ok=True)
        told = self.folder / "event.json"
        told.write_text(json.dumps(payload or self.github.event(event, number)), "utf-8")
        given = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "mei",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(told),
            "GITHUB_OUTPUT": str(self.folder / "outputs"),
            "GITHUB_REF": f"refs/pull/{number}/merge" if event == "pull_request" else "refs/heads/main",
            "GITHUB_REF_NAME": f"{number}/merge" if event == "pull_request" else "main",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": str(self.runs),
            "GITHUB_SERVER_URL": "https://github.example",
            # On pull_request the commit of a merge that nobody has seen.
            "GITHUB_SHA": "e" * 40,
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_WORKSPACE": str(self.reconciler.repository.root),
            "RUNNER_TEMP": str(self.folder),
            **variables,
        }
        passed = {name: value for name, value in given.items() if name not in self.without}
        self.reconciler.environment = {**self.machine, **passed}
        run = self.reconciler(command, *rest)
        assert TOKEN not in run.said
        return run

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "outputs").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text("utf-8")


@pytest.fixture
def workflow(github: FakeGitHub, reconciler: Reconciler, tmp_path: Path) -> Workflow:
    """Of a repository with pull request 7, whose head is `aaaa…`."""
    github.pull(7, "a" * 40)
    return Workflow(github, reconciler, tmp_path / "runner")


@pytest.fixture
def annotations() -> Callable[[Run], list[str]]:
    return lambda run: [line for line in run.err.splitlines() if line.startswith("::")]
