"""Runs the `reconciler` command, in this process or as a process of its own."""

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
"""The token of every run. It must appear nowhere but in requests; every run is checked for that."""

EXECUTABLE = Path(sys.executable).parent / "reconciler"
IGNORING_SIGINT = ("sh", "-c", 'trap \'\' INT; exec "$0" "$@"')
OF_THE_MACHINE = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
"""What a command under test takes over from where the tests run. All else would let a test pass at a desk and fail in
CI, where `CI=true` alone lets an apply go on without its remote."""
PATIENCE = 300
"""Seconds after which a process counts as hung. A test that passes never waits so long."""


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[Any]:
        """Of a command that prints a line of JSON an event."""
        return [json.loads(line) for line in self.out.split("\n") if line]

    def ended(self, status: int) -> Run:
        """Asserts the exit status."""
        assert self.status == status, f"exit status {self.status}, not {status}\n{self.out}\n{self.err}"
        return self

    @property
    def actions(self) -> list[tuple[str, str]]:
        """`(action, address)` of every change in a plan's JSON."""
        return [(action, c["address"]) for c in self.json["resource_changes"] for action in c["actions"]]


@dataclass
class Reconciler:
    """`reconciler("plan")` runs in this process, and waiting moves the sandbox's clock instead of taking time.
    `reconciler.process("plan")` runs as a process, as a user would, and waits in real seconds."""

    repository: Repository
    graph: LocalGraph
    environment: dict[str, str] = field(default_factory=dict)
    now: str = ""
    """The command's time; without it, the sandbox's."""
    program: tuple[str, ...] = (str(EXECUTABLE),)
    """What is started as a process; `encoding` is that of its output."""
    encoding: str = "utf-8"

    def variables(self) -> dict[str, str]:
        return {
            **{name: text for name, text in os.environ.items() if name in OF_THE_MACHINE},
            "META_GRAPH_URL": self.graph.url,
            "META_ACCESS_TOKEN": CANARY,
            "RECONCILER_NOW": self.now or self.graph.now(),
            "TZ": "UTC",
            **self.environment,
        }

    def real_variables(self) -> dict[str, str]:
        """For a process, which waits in real seconds: lets the sandbox's clock run, too."""
        variables = self.variables()
        self.graph.let_time_run()
        self.graph.settings(video_seconds=0)
        return variables

    def arguments(self, command: str, rest: tuple[str, ...]) -> list[str]:
        """`command` may have two words: `state show`."""
        return [*command.split(), "--chdir", str(self.repository.root), *rest]

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
        """A clock whose `sleep` returns at once and moves itself and the sandbox's clock on."""
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
        """Starts a process. With `deaf` it inherits that SIGINT is ignored, as a job does that a shell starts in the
        background."""
        return subprocess.Popen(
            [*(IGNORING_SIGINT if deaf else ()), *self.program, *self.arguments(command, rest)],
            env=self.real_variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding=self.encoding,
        )

    def checked(self, run: Run) -> Run:
        """Checks what must hold for every run in every test: no token in output or state/, and no traceback."""
        assert CANARY not in run.said, "the token was printed"
        assert CANARY not in self.repository.state_text(hidden=True), "the token is in state/"
        assert "Traceback" not in run.said, run.said
        assert "a fault of the reconciler" not in run.said, run.said
        return run

    # commands that many tests begin with

    def apply(self, *rest: str) -> Run:
        return self("apply", "--auto-approve", *rest)

    def plan(self, *rest: str) -> Run:
        return self("plan", "--json", *rest)

    def converged(self) -> None:
        """Asserts that a plan has no changes, no drift and no refusals."""
        plan = self.plan().ended(0).json
        assert plan["resource_changes"] == []
        assert plan["drift"] == []
        assert plan["refusals"] == []
