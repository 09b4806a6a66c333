"""The command, as a process and inside this one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from reconciler.cli import run
from reconciler.system.clock import Clock
from support.repository import Repository
from support.sandbox import LocalGraph

CANARY = "canary4242SecretOfThisTest/with+signs"
"""The token of every run. It must not be seen anywhere but in the request."""

EXECUTABLE = Path(sys.executable).parent / "reconciler"
DEAF = ("sh", "-c", 'trap \'\' INT; exec "$0" "$@"')
PATIENCE = 300
"""Seconds after which a process counts as hung. No test waits for them, and none is judged by them."""


@dataclass(frozen=True)
class Run:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def ended(self, status: int) -> Run:
        assert self.status == status, f"exit status {self.status}, not {status}\n{self.out}\n{self.err}"
        return self

    @property
    def actions(self) -> list[tuple[str, str]]:
        """`(action, address)` of every change in a plan's JSON."""
        return [(action, c["address"]) for c in self.json["resource_changes"] for action in c["actions"]]


@dataclass
class Reconciler:
    """`reconciler("plan")` runs in this process with the sandbox's time; `.process("plan")` as a user would."""

    repository: Repository
    graph: LocalGraph
    environment: dict[str, str] = field(default_factory=dict)
    now: str = ""
    """The command's clock; the sandbox's unless given."""
    program: tuple[str, ...] = (str(EXECUTABLE),)
    """What is run as a process, and in which encoding it prints."""
    encoding: str = "utf-8"

    def variables(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("META_", "RECONCILER_", "COV_"))}
        return {
            **{k: v for k, v in kept.items() if k not in ("NO_COLOR", "FORCE_COLOR", "TZ")},
            "META_GRAPH_URL": self.graph.url,
            "META_ACCESS_TOKEN": CANARY,
            "RECONCILER_NOW": self.now or self.graph.now(),
            "TZ": "UTC",
            **self.environment,
        }

    def real_variables(self) -> dict[str, str]:
        """For a process, which waits in real seconds: the sandbox's clock has to run, too."""
        variables = self.variables()
        self.graph.let_time_run()
        self.graph.settings(video_seconds=0)
        return variables

    def arguments(self, command: str, rest: tuple[str, ...]) -> list[str]:
        return [command, "--chdir", str(self.repository.root), *rest]

    def __call__(self, command: str, *rest: str) -> Run:
        out, err = io.StringIO(), io.StringIO()
        variables = self.variables()
        with (
            patch.dict(os.environ, variables, clear=True),
            patch("reconciler.cli.options.moved_to", self.patient_clock),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = run(self.arguments(command, rest))
        return self.checked(Run(status, out.getvalue(), err.getvalue()))

    def patient_clock(self, start: datetime) -> Clock:
        """Waiting moves the sandbox's clock, and this one with it, instead of taking time."""
        waited = [0.0]

        def sleep(seconds: float) -> None:
            waited[0] += seconds
            self.graph.pass_time(seconds)

        return Clock(lambda: start + timedelta(seconds=waited[0]), sleep)

    def process(self, command: str, *rest: str, env: Mapping[str, str] | None = None) -> Run:
        done = subprocess.run(
            [*self.program, *self.arguments(command, rest)],
            env={**self.real_variables(), **(env or {})},
            capture_output=True,
            encoding=self.encoding,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
        return self.checked(Run(done.returncode, done.stdout, done.stderr))

    def start(self, command: str, *rest: str, deaf: bool = False) -> subprocess.Popen[str]:
        """`deaf`: by a parent that ignores SIGINT, as a shell's background does."""
        return subprocess.Popen(
            [*(DEAF if deaf else ()), *self.program, *self.arguments(command, rest)],
            env=self.real_variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding=self.encoding,
        )

    def checked(self, run: Run) -> Run:
        """True of every run in every test: no token, no traceback, nothing of either in state/."""
        assert CANARY not in run.said, "the token was printed"
        assert CANARY not in self.repository.state_text(hidden=True), "the token is in state/"
        assert "Traceback" not in run.said, run.said
        assert "a fault of the reconciler" not in run.said, run.said
        return run

    # common sequences

    def apply(self, *rest: str) -> Run:
        return self("apply", "--auto-approve", *rest)

    def plan(self, *rest: str) -> Run:
        return self("plan", "--json", *rest)

    def converged(self) -> None:
        """Nothing is left to do, and nothing is taken for drift."""
        plan = self.plan().ended(0).json
        assert plan["resource_changes"] == []
        assert plan["drift"] == []
        assert plan["refusals"] == []
