"""A repository that is wholly applied, and the sandbox that has it, in a process of its own.

Made once and kept below `.make/bench/`: a first apply of 10,000 campaigns takes minutes. What is kept is asked for a
plan before anything is timed, and made anew where that finds a change.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import repository
from bench.measure import Timed, timed
from reconciler.kinds.said import counted

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".make" / "bench"
IMAGE = ROOT / "creatives" / "outlet" / "banner.jpg"
TOOL = Path(sys.executable).parent / "reconciler"
NO_CHANGES = "No changes."
OF_A_WINDOW = 450
"""Campaigns of six writes that one account takes within five minutes."""
FROM_HERE = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@dataclass(frozen=True)
class Stage:
    """`reconciler` runs in the repository, against its sandbox."""

    root: Path
    url: str
    campaigns: int
    accounts: int

    def reconciler(self, *arguments: str, ends: tuple[int, ...] = (0,)) -> Timed:
        return timed([str(TOOL), *arguments], self.environment(), self.root, ends=ends)

    def requests(self) -> int:
        """How many the sandbox has seen since this was asked last."""
        with urllib.request.urlopen(f"{self.url}/_sandbox/calls") as reply:
            seen = len(json.load(reply)["calls"])
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sandbox/calls", method="DELETE")):
            return seen

    def merged(self) -> Stage:
        """The same as a clone of a remote that has all of it, and with nothing left to be done."""
        clone, remote = self.root.parent / "clone", self.root.parent / "remote.git"
        stage = Stage(clone, self.url, self.campaigns, self.accounts)
        if not clone.exists():
            shutil.copytree(self.root, clone)
            for command in (
                ("init", "--quiet", "--bare", "--initial-branch=main", str(remote)),
                ("init", "--quiet", "--initial-branch=main", "."),
                ("add", "desired", "creatives"),
                ("-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", "All"),
                ("remote", "add", "origin", str(remote)),
                ("push", "--quiet", "--set-upstream", "origin", "main"),
            ):
                subprocess.run(["git", *command], cwd=clone, check=True, env=clean_environment())
            stage.reconciler("ci", "reconcile")
        return stage

    def environment(self) -> dict[str, str]:
        return {**clean_environment(), "META_GRAPH_URL": self.url, "META_ACCESS_TOKEN": "bench"}


def clean_environment() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name in FROM_HERE}


@contextmanager
def applied(campaigns: int, accounts: int = 1) -> Iterator[Stage]:
    folder = KEPT / f"{campaigns}-in-{accounts}"
    root, world = folder / "repository", folder / "world.json"
    fresh = not world.exists()
    if fresh:
        repository.write(root, IMAGE, campaigns, accounts)
    with sandbox(root, world) as url:
        stage = Stage(root, url, campaigns, accounts)
        if not fresh and NO_CHANGES not in stage.reconciler("plan").out:
            fresh = True
    if fresh:
        world.unlink(missing_ok=True)
        repository.write(root, IMAGE, campaigns, accounts)
        windows = campaigns // accounts // OF_A_WINDOW
        wait = f", waiting about {5 * windows} minutes for Meta's limits" if windows else ""
        sys.stderr.write(f"Applying {campaigns:,} campaigns in {counted(accounts, 'account')} once{wait} …\n")
    with sandbox(root, world) as url:
        stage = Stage(root, url, campaigns, accounts)
        if fresh:
            stage.reconciler("apply", "--auto-approve")
        yield stage


@contextmanager
def sandbox(root: Path, world: Path, *, fresh: bool = False) -> Iterator[str]:
    """Until it is left; then the world is written. `fresh`: without what was written before."""
    if fresh:
        world.unlink(missing_ok=True)
    command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", "--chdir", str(root), "--data", str(world)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment(), cwd=ROOT)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://\S+", said)
        if found is None:
            raise RuntimeError(f"the sandbox did not start: {said}")
        yield found[0]
    finally:
        process.terminate()
        process.wait()
