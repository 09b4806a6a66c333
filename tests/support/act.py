"""The shipped workflows, run by `act` on this machine as GitHub's runner would: no container, no network.

Actions of others are stood in for by the least that the workflows use of them. What act does not emulate (concurrency,
environments, the rights of a token, rules of branches) is checked in the files: `validate --workflows`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.command import EXECUTABLE, PATIENCE, Reconciler
from support.github import REPOSITORY, TOKEN, FakeGitHub
from support.remote import git

ACT = Path(sys.executable).parent / "act"
USES = re.compile(r"uses: (actions/[\w-]+)(?:/\w+)*@([0-9a-f]{40})")

PYTHON = """\
name: stand-in
description: the Python of this machine
inputs: {python-version: {description: not looked at}}
outputs: {python-version: {description: one, value: "3"}}
runs: {using: composite, steps: [{shell: bash, run: "true"}]}
"""
CACHE = """\
name: stand-in
description: a cache that has the installed packages, and nothing else
inputs: {path: {description: ''}, key: {description: ''}, restore-keys: {description: ''}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {WANTED: "${{ inputs.path }}"}
      run: |
        case "$WANTED" in
          */reconciler) mkdir -p "$WANTED/bin"; ln -sf EXECUTABLE "$WANTED/bin/reconciler";;
        esac
"""
UPLOAD = """\
name: stand-in
description: keeps a folder
inputs: {name: {description: ''}, path: {description: ''}, if-no-files-found: {description: ''}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {WANTED: "${{ inputs.path }}"}
      run: if [ -d "$WANTED" ]; then cp -r "$WANTED" "$KEPT"; fi
"""
STAND_INS = {
    "actions/setup-python": {"action.yml": PYTHON},
    "actions/cache": {f"{below}action.yml": CACHE for below in ("", "restore/", "save/")},
    "actions/upload-artifact": {"action.yml": UPLOAD},
}


@dataclass
class Ran:
    status: int
    said: str
    kept: Path
    """The artifact; not there where the run kept none."""

    @property
    def summary(self) -> str:
        """What the run's steps have added to its page, as `act` prints it."""
        return "".join(re.findall(r"Summary - (.*?)^\[", self.said, re.DOTALL | re.MULTILINE))

    @property
    def annotations(self) -> list[str]:
        return re.findall(r"::(?:error|warning|notice) .*", self.said)

    @property
    def outputs(self) -> dict[str, str]:
        """Of all steps; of two of one name the last."""
        return dict(re.findall(r"::set-output:: (\w+)=(.*)", self.said))

    def ended(self, status: int) -> Ran:
        assert self.status == status, self.said
        return self


class Act:
    def __init__(self, folder: Path, github: FakeGitHub, secrets: dict[str, str]) -> None:
        folder.mkdir()
        self._folder, self._github, self._secrets = folder, github, secrets
        self._runs = 0
        for action, files in STAND_INS.items():
            for name, text in files.items():
                path = folder / "actions" / action / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text.replace("EXECUTABLE", str(EXECUTABLE)), "utf-8")

    def __call__(self, here: Reconciler, workflow: str, event: str, payload: dict[str, Any]) -> Ran:
        """One run of a workflow's file in a checkout, started by an event."""
        self._runs += 1
        kept = self._folder / f"kept-{self._runs}"
        path = self._folder / f"event-{self._runs}.json"
        path.write_text(json.dumps(payload), "utf-8")
        root = here.repository.root
        command = [
            str(ACT), event, "--workflows", f".github/workflows/{workflow}.yml", "--eventpath", str(path),
            "--platform", "ubuntu-latest=-self-hosted", *self._stand_ins(root),
            *self._given("--secret", {"GITHUB_TOKEN": TOKEN, **self._secrets}),
            *self._given("--env", self._variables(here, kept)),
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=root, env=self._environment(), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return Ran(done.returncode, done.stdout + done.stderr, kept)

    def _variables(self, here: Reconciler, kept: Path) -> dict[str, str]:
        wanted = ("META_GRAPH_URL", "RECONCILER_NOW", "TZ")
        of_the_tool = {name: value for name, value in here.real_variables().items() if name in wanted}
        return {
            **of_the_tool,
            "CI": "true",
            "GITHUB_API_URL": self._github.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(7300 + self._runs),
            "KEPT": str(kept),
        }

    def _environment(self) -> dict[str, str]:
        """Nothing of this machine's but where programs are: what the tool needs has to be in the workflow."""
        home = self._folder / "home"
        return {
            "PATH": f"{Path(shutil.which('git') or '').parent}:/usr/bin:/bin",
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def _stand_ins(self, root: Path) -> Iterator[str]:
        files = [*(root / ".github").rglob("*.yml")]
        used = {found for path in files for found in USES.findall(path.read_text("utf-8"))}
        for action, commit in sorted(used):
            if action != "actions/checkout":
                yield from ("--local-repository", f"{action}@{commit}={self._folder / 'actions' / action}")

    @staticmethod
    def _given(option: str, values: dict[str, str]) -> Iterator[str]:
        for name, value in values.items():
            yield from (option, f"{name}={value}")


def head(here: Reconciler) -> str:
    return git(here.repository.root, "rev-parse", "HEAD")
