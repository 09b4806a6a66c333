"""What git is asked of a working copy: which files it has, and how often that is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.remote import ALONE, git

from reconciler.model.errors import UnsharedState
from reconciler.store.git.asked import ask_ahead, end_all
from reconciler.store.git.command import Git
from reconciler.store.git.source import Source, remote_head, source_of

FILES = ("desired/project.yaml", "desired/accounts/a b.yaml", "desired/campaigns/sale.yaml", "creatives/hero.jpg")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with all of it committed and pushed."""
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    git(tmp_path, "clone", "-q", (tmp_path / "remote.git").as_uri(), "clone")
    clone = tmp_path / "clone"
    for name in FILES:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(f"project: {name}\n", "utf-8")
    commit(clone)
    git(clone, "push", "-q", "-u", "origin", "HEAD:main")
    git(tmp_path / "remote.git", "symbolic-ref", "HEAD", "refs/heads/main")
    return clone


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "All")


def found(root: Path) -> Source:
    source = source_of(root)
    assert source is not None
    return source


def test_files_as_they_were_committed_are_known_by_the_ids_of_git(root: Path) -> None:
    source = found(root)
    ids = git(root, "rev-parse", "HEAD", "HEAD:desired", "HEAD:creatives").split("\n")
    assert [source.commit, source.desired, source.creatives] == ids
    assert source.edited == ()


def written(name: str, text: str = "other\n") -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text, "utf-8")


def run(*arguments: str) -> Callable[[Path], object]:
    return lambda root: git(root, *arguments)


def conflicting(root: Path) -> None:
    git(root, "checkout", "-q", "-b", "theirs")
    written(FILES[2], "theirs\n")(root)
    commit(root)
    git(root, "checkout", "-q", "-")
    written(FILES[2], "ours\n")(root)
    commit(root)
    with pytest.raises(AssertionError, match="git merge"):
        git(root, "merge", "-q", "theirs")


EDITS = {
    "written": (written(FILES[1]), {FILES[1]}),
    "staged": (run("rm", "-q", "--cached", FILES[2]), {FILES[2]}),
    "new": (written("desired/campaigns/a -> b.yaml"), {"desired/campaigns/a -> b.yaml"}),
    "of another alphabet": (written("creatives/夏.jpg"), {"creatives/夏.jpg"}),
    "removed": (lambda root: (root / FILES[3]).unlink(), {FILES[3]}),
    "renamed": (run("mv", FILES[3], "creatives/new name.jpg"), {"creatives/new name.jpg"}),
    "in conflict": (conflicting, {FILES[2]}),
    "moved": (lambda root: (root / FILES[3]).rename(root / "creatives/x.jpg"), {FILES[3], "creatives/x.jpg"}),
    "left out of a sparse checkout": (run("update-index", "--skip-worktree", FILES[2]), {FILES[2]}),
    "left alone by order": (run("update-index", "--assume-unchanged", FILES[1]), {FILES[1]}),
    "the project, left alone": (run("update-index", "--assume-unchanged", FILES[0]), {FILES[0]}),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_a_file_that_is_not_as_committed_is_named(edit: str, root: Path) -> None:
    change, names = EDITS[edit]
    change(root)
    assert set(found(root).edited) == names


@pytest.mark.parametrize("name", ["README.md", "state/runs/a.json", "creatives-of-old/x.jpg"])
def test_what_stands_elsewhere_is_no_edit(name: str, root: Path) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("x", "utf-8")
    assert found(root).edited == ()


def test_a_project_below_the_top_is_known_by_its_own_folders(root: Path) -> None:
    git(root, "mv", "-k", "creatives", "ads-creatives")
    (root / "ads").mkdir()
    git(root, "mv", "desired", "ads/desired")
    git(root, "mv", "ads-creatives", "ads/creatives")
    commit(root)
    written("ads/desired/new.yaml")(root)
    source = found(root / "ads")
    assert [source.desired, source.creatives] == git(
        root, "rev-parse", "HEAD:ads/desired", "HEAD:ads/creatives"
    ).split()
    assert source.edited == ("ads/desired/new.yaml",)


@pytest.mark.parametrize("name", ["desired", "creatives"])
def test_a_submodule_in_the_place_of_a_folder_is_known_by_its_commit(name: str, root: Path) -> None:
    git(root, "rm", "-q", "-r", "creatives")
    other = root.parent / "other"
    git(root.parent, "init", "-q", "other")
    (other / "x").write_text("x", "utf-8")
    commit(other)
    git(root, "submodule", "--quiet", "add", "--force", other.as_uri(), "creatives")
    commit(root)
    source = found(root)
    assert {"desired": source.desired, "creatives": source.creatives}[name] == git(root, "rev-parse", f"HEAD:{name}")


def test_before_the_first_commit_git_says_why_nothing_is_known(root: Path) -> None:
    git(root, "checkout", "-q", "--orphan", "fresh")
    with pytest.raises(UnsharedState, match=r"git rev-parse: .*HEAD"):
        source_of(root)


@pytest.mark.parametrize(
    "undo",
    [
        run("remote", "remove", "origin"),
        run("rm", "-q", "--cached", FILES[0]),
        lambda root: [git(root, "remote", *one) for one in (("rename", "origin", "a"), ("add", "b", "elsewhere"))],
    ],
)
def test_without_a_remote_to_share_with_or_a_project_in_git_nothing_is_known(
    undo: Callable[[Path], object], root: Path
) -> None:
    undo(root)
    assert source_of(root) is None


@pytest.mark.parametrize(
    "url", ["https://mei:secret@example.org/ads.git", "git@github.com:acme/ads.git", "/srv/a (fetch) b"]
)
def test_the_address_of_the_remote_is_that_which_git_asks(url: str, root: Path) -> None:
    git(root, "remote", "set-url", "origin", url)
    git(root, "remote", "set-url", "--push", "origin", "file:///nowhere")
    seen = found(root).place.seen
    assert seen is not None
    assert seen.url == git(root, "remote", "get-url", "origin") == url


def test_the_branch_that_a_remote_calls_its_head_is_told_with_its_commit(root: Path) -> None:
    place = found(root).place
    assert remote_head(place) == ("main", git(root, "rev-parse", "HEAD"))
    git(root.parent / "remote.git", "symbolic-ref", "HEAD", "refs/heads/nothing")
    assert remote_head(place) == ("", "")


# ---- how often


def asked(trace: Path, what: str) -> int:
    events = [json.loads(line) for line in trace.read_text("utf-8").splitlines()] if trace.exists() else []
    return sum(event["event"] == "start" and what in event["argv"] for event in events)


@pytest.fixture
def trace(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What git tells of its commands from then on."""
    file = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(file))
    return file


def test_what_was_asked_ahead_is_answered_once(root: Path, trace: Path) -> None:
    ask_ahead(os.path.realpath(root))
    found(root)
    assert asked(trace, "status") == 1
    written(FILES[1])(root)
    assert found(root).edited == (FILES[1],)
    assert asked(trace, "status") == 2


LOOKS = (
    ["ci", "look"],
    ["ci", "look", "--chdir", "."],
    ["ci", "reconcile", "--chdir=../first", "--chdir=."],
    ["activate", "--dry-run"],
)


@pytest.mark.parametrize("line", LOOKS, ids=" ".join)
def test_a_look_asks_git_for_its_files_once(line: list[str], root: Path, tmp_path: Path) -> None:
    trace, tool = tmp_path / "trace", Path(sys.executable).parent / "reconciler"
    variables = {"PATH": os.environ["PATH"], "GIT_TRACE2_EVENT": str(trace), **ALONE}
    (tmp_path / "first").mkdir()
    (root / "desired" / "accounts" / "a b.yaml").unlink()
    subprocess.run([tool, *line], cwd=root, env=variables, capture_output=True, timeout=120, check=False)
    asked_again = line[:2] == ["ci", "reconcile"]  # the work finds and tells why there was no look
    assert asked(trace, "status") == 1 + asked_again


def are_gone(trace: Path) -> bool:
    """Whether of the commands that were begun not even a status waits to be asked for."""
    return not any(Path("/proc", number).exists() for number in numbers(trace))


def numbers(trace: Path) -> set[str]:
    """Of the processes. A session's id ends with its process's number in hexadecimal."""
    lines = trace.read_text("utf-8").splitlines() if trace.exists() else []
    return {str(int(json.loads(line)["sid"].partition("/")[0].rpartition("-P")[2], 16)) for line in lines}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it does not tell of processes")
def test_a_command_that_nobody_has_read_is_ended(root: Path, trace: Path) -> None:
    git(root, "config", "alias.hang", "!touch begun && exec sleep 600")
    hanging = Git(root).begin("hang")
    while not (root / "begun").exists():
        time.sleep(0.01)
    assert not are_gone(trace)
    hanging.end()
    assert are_gone(trace)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it does not tell of processes")
def test_what_was_asked_ahead_and_not_answered_leaves_no_process(root: Path, trace: Path) -> None:
    ask_ahead(os.path.realpath(root))
    while not asked(trace, "remote"):
        time.sleep(0.01)
    assert not are_gone(trace)
    end_all()
    assert are_gone(trace)
