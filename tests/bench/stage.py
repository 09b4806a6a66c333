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
from dataclasses import dataclass, replace
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

    def checkout(self) -> Stage:
        """A fresh clone of a remote that has all of it, state/ on a branch of its own, and nothing left to be done:
        what a CI starts with."""
        remote, root = self.root.parent / "remote.git", self.root.parent / "checkout"
        if not remote.exists():
            self._merge(remote)
        shutil.rmtree(root, ignore_errors=True)
        _git(self.root.parent, "clone", "--quiet", "--depth=1", remote.as_uri(), str(root))
        return replace(self, root=root)

    def _merge(self, remote: Path) -> None:
        """All of it becomes the remote's main, and what is remembered its branch."""
        clone = self.root.parent / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        shutil.copytree(self.root, clone)
        (clone / "desired" / "project.yaml").write_text("project: bench\n", "utf-8")
        _git(clone, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
        _git(clone, "init", "--quiet", "--initial-branch=main", ".")
        _git(clone, "add", "desired", "creatives")
        _git(clone, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", "All")
        _git(clone, "remote", "add", "origin", remote.as_uri())
        _git(clone, "push", "--quiet", "--set-upstream", "origin", "main")
        replace(self, root=clone).reconciler("ci", "reconcile")
        shutil.rmtree(clone)

    def apart_from_the_remote(self, *arguments: str) -> Timed:
        """The same as `reconciler`, without the time of the git commands that ask the remote: how long those take
        depends on where it is."""
        trace = self.root.parent / "git.trace"
        trace.unlink(missing_ok=True)
        environment = {**self.environment(), "GIT_TRACE2_EVENT": str(trace)}
        done = timed([str(TOOL), *arguments], environment, self.root)
        return replace(done, seconds=done.seconds - seconds_at_the_remote(trace.read_text("utf-8")))

    def environment(self) -> dict[str, str]:
        return {**clean_environment(), "META_GRAPH_URL": self.url, "META_ACCESS_TOKEN": "bench"}


ASKING = frozenset({"fetch", "ls-remote"})


def seconds_at_the_remote(trace: str) -> float:
    """Of what GIT_TRACE2_EVENT has written: how long the commands have taken that ask a remote, from their start to
    their end. What git starts itself is part of them."""
    asking, taken = set[str](), 0.0
    for event in map(json.loads, trace.splitlines()):
        if event["event"] == "start" and ASKING.intersection(event["argv"]):
            asking.add(event["sid"])
        if event["event"] == "exit" and event["sid"] in asking:
            taken += float(event["t_abs"])
    return taken


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, env=clean_environment())


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
