from __future__ import annotations

import subprocess
from pathlib import Path

from reconciler.store.git.source import UNCOMMITTED, revision


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Mei", "-c", "user.email=mei@acme.example"]
    done = subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_folder_without_a_commit_has_no_revision(tmp_path: Path) -> None:
    assert revision(tmp_path) == ""
    git(tmp_path, "init", "-q")
    assert revision(tmp_path) == ""


def test_where_git_is_not_installed_there_is_no_revision(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision(tmp_path) == ""


def test_only_changes_below_the_given_paths_count(tmp_path: Path) -> None:
    (tmp_path / "desired").mkdir()
    (tmp_path / "desired/a.yaml").write_text("a: 1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "a")
    commit = git(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "plan.html").write_text("x")
    assert revision(tmp_path) == commit
    (tmp_path / "desired/b.yaml").write_text("b: 1\n")
    assert revision(tmp_path) == commit + UNCOMMITTED
