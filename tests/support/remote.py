"""A git remote on this disk, and clones of it in which the command runs, each as a machine of its own."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph

BRANCH = "reconciler-state"
GIT = shutil.which("git") or "git"
ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": os.devnull}
"""Nothing of this machine's configuration."""


def git(folder: Path, *arguments: str, given: str = "") -> str:
    """What git prints. It must not fail."""
    settings = ("init.defaultBranch=main", "user.name=Mei", "user.email=mei@acme.example", "protocol.file.allow=always")
    done = subprocess.run(
        [GIT, *(word for one in settings for word in ("-c", one)), *arguments],
        cwd=folder,
        env={**os.environ, **ALONE},
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


class Remote:
    """`below` is the folder of the project in the repository, such as `ads/`."""

    def __init__(self, folder: Path, graph: LocalGraph, below: str = "") -> None:
        self.folder, self.path, self.below = folder, folder / "remote.git", below
        self._graph = graph
        folder.mkdir(exist_ok=True)
        git(folder, "init", "-q", "--bare", str(self.path))

    def starts_from(self, repository: Repository) -> Reconciler:
        """The first clone, with what the repository has as main."""
        root = self.folder / "first"
        shutil.copytree(repository.root, root / self.below, dirs_exist_ok=True)
        git(root, "init", "-q")
        git(root, "remote", "add", "origin", self.url)
        (root / self.below / ".gitignore").write_text("state/.*\n")
        self.commit(root)
        git(root, "push", "-q", "-u", "origin", "HEAD:main")
        return self._in(root)

    @property
    def url(self) -> str:
        return self.path.as_uri()

    def clone(self, name: str, *options: str) -> Reconciler:
        git(self.folder, "clone", "-q", *options, self.url, name)
        return self._in(self.folder / name)

    def worktree(self, of: Reconciler, name: str) -> Reconciler:
        git(of.repository.root, "worktree", "add", "-q", "--detach", str(self.folder / name))
        return self._in(self.folder / name)

    def _in(self, root: Path) -> Reconciler:
        return Reconciler(Repository.at(root / self.below), self._graph, dict(ALONE))

    def commit(self, root: Path, message: str = "Edit") -> None:
        git(root, "add", "-A")
        git(root, "commit", "-q", "-m", message)

    # what is there

    def branches(self) -> list[str]:
        return git(self.path, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def commits(self, branch: str = BRANCH) -> list[str]:
        """Messages, the oldest first."""
        return (
            git(self.path, "log", "--reverse", "--format=%s", branch).splitlines() if branch in self.branches() else []
        )

    def files(self, branch: str = BRANCH) -> list[str]:
        return sorted(git(self.path, "ls-tree", "-r", "--name-only", branch).splitlines())

    def text(self, path: str, branch: str = BRANCH) -> str:
        return git(self.path, "show", f"{branch}:{self.below}{path}")

    def records(self, campaign: str, account: str = "acme-sg") -> dict[str, Any]:
        return dict(json.loads(self.text(f"{account}/{campaign}.json"))["resources"])

    def ids(self, campaign: str, account: str = "acme-sg") -> dict[str, str]:
        return {address: record["id"] for address, record in self.records(campaign, account).items()}

    # what becomes of it

    def hook(self, name: str, script: str) -> None:
        path = self.path / "hooks" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def put(self, path: str, text: str, branch: str = BRANCH) -> None:
        """A file of the branch, as somebody else has pushed it."""
        blob = git(self.path, "hash-object", "-w", "--stdin", given=text)
        self.put_entry(f"100644 {blob}", path, branch)

    def put_entry(self, entry: str, path: str, branch: str = BRANCH) -> None:
        """`entry` is a mode and an object, such as a link's."""
        index = {"GIT_INDEX_FILE": str(self.folder / "index.tmp")}
        (self.folder / "index.tmp").unlink(missing_ok=True)
        env = {**os.environ, **ALONE, **index}
        subprocess.run([GIT, "read-tree", branch], cwd=self.path, env=env, check=True)
        given = f"{entry}\t{path}\0"
        subprocess.run(
            [GIT, "update-index", "-z", "--index-info"], cwd=self.path, env=env, input=given.encode(), check=True
        )
        tree = subprocess.run([GIT, "write-tree"], cwd=self.path, env=env, check=True, capture_output=True).stdout
        commit = git(self.path, "commit-tree", tree.decode().strip(), "-p", branch, "-m", "Somebody's")
        git(self.path, "update-ref", f"refs/heads/{branch}", commit)

    def wrap(self, name: str) -> None:
        """Beside what there is, a folder with a name that git itself takes from nobody, with x.json in it."""
        blob = git(self.path, "hash-object", "-w", "--stdin", given="hostile")
        inner = git(self.path, "mktree", given=f"100644 blob {blob}\tx.json\n")
        listed = git(self.path, "ls-tree", "-z", BRANCH)
        tree = git(self.path, "mktree", "-z", given=f"{listed}040000 tree {inner}\t{name}\0")
        commit = git(self.path, "commit-tree", tree, "-p", BRANCH, "-m", "Somebody's")
        git(self.path, "update-ref", f"refs/heads/{BRANCH}", commit)

    def delete(self, branch: str = BRANCH) -> None:
        git(self.path, "update-ref", "-d", f"refs/heads/{branch}")

    def moved_away(self) -> Path:
        """It cannot be reached until it is moved back."""
        return self.path.rename(self.path.with_suffix(".away"))

    def moved_back(self) -> None:
        self.path.with_suffix(".away").rename(self.path)


def refusing_git(folder: Path, word: str, said: str) -> dict[str, str]:
    """Variables with which git says this, and fails, where the word is in its command line."""
    return _as_git(folder / f"bin-no-{word}", word, f"echo {shlex.quote(said)} >&2; exit 128")


def _as_git(folder: Path, words: str, first: str) -> dict[str, str]:
    """`first` is done before each command that has one of the words, such as `fetch|push`."""
    folder.mkdir(exist_ok=True)
    script = f'hit=\nfor word; do case "$word" in {words}) hit=yes;; esac; done\nif [ $hit ]; then {first}; fi\n'
    (folder / "git").write_text(f'#!/bin/sh\n{script}exec {GIT} "$@"\n')
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def deadly_git(folder: Path, at: str) -> dict[str, str]:
    """Variables with which a process is killed (SIGKILL) by its own git: `at` is a word of the command line, such as
    push, before it is carried out; `after push` is when that was done."""
    when, _, word = at.rpartition(" ")
    done = f'{GIT} "$@"; ' if when else ""
    return _as_git(folder / f"bin-{at.replace(' ', '-')}", word, f"{done}kill -9 $PPID; exit 1")


def counting_git(folder: Path, words: str, deadly: int = 0) -> tuple[dict[str, str], Path]:
    """Variables with which git writes a line for each command that has one of the words, and that file. Right before
    the command with the number `deadly` the process that has started it is killed (SIGKILL)."""
    log = folder / "log"
    count = f'echo "$*" >>"{log}"; if [ $(wc -l <"{log}") -eq {deadly} ]; then kill -9 $PPID; exit 1; fi'
    return _as_git(folder, words, count), log
