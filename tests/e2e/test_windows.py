"""The main commands without what Windows does not have; see `support/windows.py`."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.command import PATIENCE, Reconciler
from support.repository import SPRING, STILL, Repository
from support.sandbox import LocalGraph

PROGRAM = Path(__file__).parents[1] / "support" / "windows.py"
A, LOCK = "acme-sg/still", "state/.acme-sg.lock"
HELD, FOR_EVER = 8.0, 3600.0
"""Seconds by which an answer is delayed. A test waits for HELD; during FOR_EVER the process is killed."""


@pytest.fixture
def windows(repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """Prints in an encoding of 256 characters, as on Windows into a pipe."""
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONWARNDEFAULTENCODING": "1"}
    program = (sys.executable, str(PROGRAM))
    return Reconciler(repository, sandbox, environment, program=program, encoding="cp1252")


def test_the_main_path_works(tmp_path: Path, windows: Reconciler, sandbox: LocalGraph) -> None:
    windows.process("init", str(tmp_path / "fresh")).ended(0)
    windows.repository.root = tmp_path / "fresh"
    sandbox.seed_from(tmp_path / "fresh")
    assert "Valid: 1 account" in windows.process("validate").ended(0).out
    windows.process("doctor").ended(0)
    assert "Plan: 3 to add" in windows.process("plan").ended(0).out
    windows.process("apply", "--auto-approve").ended(0)
    assert "No changes" in windows.process("plan").ended(0).out
    windows.process("schema", "--check").ended(0)
    recorded = sorted((tmp_path / "fresh" / "state").rglob("*.json"))
    assert recorded and not any(b"\r" in path.read_bytes() for path in recorded)


def test_a_video_goes_up_is_turned_on_at_its_time_and_stopped(
    repository: Repository, windows: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("spring", SPRING)
    windows.process("apply", "--auto-approve").ended(0)
    sandbox.at("2026-12-01T09:00:30+08:00")
    out = windows.process("activate").ended(0).out
    assert "PAUSED -> ACTIVE" in out
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert "Paused campaign" in windows.process("pause", "--all").ended(0).out
    assert sandbox.status("acme-sg/spring") == "PAUSED"


# ---- text


def test_what_the_encoding_lacks_is_told_in_characters_that_it_has(repository: Repository, windows: Reconciler) -> None:
    repository.campaign("still", STILL.replace("name: Still", "name: Frühling 二 – 🎉"))
    out = windows.process("plan").ended(0).out
    assert r'"Frühling \u4e8c – \U0001f389"' in out


def test_json_loses_no_character(repository: Repository, windows: Reconciler) -> None:
    repository.campaign("still", STILL.replace("name: Still", "name: Frühling 二 – 🎉"))
    changes = windows.process("plan", "--json").ended(0).json["resource_changes"]
    assert "Frühling 二 – 🎉" in [change["after"].get("name") for change in changes]


def test_text_is_whole_where_the_stream_takes_it(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL.replace("name: Still", "name: Frühling 二 – 🎉"))
    assert '"Frühling 二 – 🎉"' in reconciler.process("plan").ended(0).out


# ---- the lock


@contextmanager
def waiting_apply(windows: Reconciler, sandbox: LocalGraph, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """An apply that has sent its first campaign and waits for the answer."""
    sandbox.fault("slow", r"/campaigns$|^/(v[0-9.]+/)?$", method="POST", seconds=seconds, when="after")
    process = windows.start("apply", "--auto-approve")
    try:
        while process.poll() is None and not sandbox.objects("campaign"):
            time.sleep(0.01)
        assert process.poll() is None, process.communicate()
        sandbox.no_faults()
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_of_two_runs_the_second_is_told_who_is_at_work(
    repository: Repository, windows: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    with waiting_apply(windows, sandbox, FOR_EVER) as first:
        said = windows.process("apply", "--auto-approve").ended(5).said
    assert f"process {first.pid}" in said
    assert re.search(r"reconciler force-unlock [0-9a-f]{8}", said)


def test_a_holder_that_is_killed_leaves_no_lock(
    repository: Repository, windows: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    with waiting_apply(windows, sandbox, FOR_EVER):
        pass
    windows.process("apply", "--auto-approve").ended(0)
    assert len(sandbox.objects("campaign")) == 1
    windows.converged()


def test_who_is_unlocked_by_force_writes_no_more_and_others_do(
    repository: Repository, windows: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    with waiting_apply(windows, sandbox, HELD) as first:
        said = windows.process("apply", "--auto-approve").ended(5).said
        freed = windows.process("force-unlock", said.split("force-unlock ")[1][:8]).ended(0)
        assert "the lock was taken from" in freed.out and f"process {first.pid}" in freed.out
        windows.process("apply", "--auto-approve").ended(0)
        out, err = first.communicate(timeout=PATIENCE)
    assert first.returncode in (5, 6)
    assert "was taken away from this run" in out + err
    for kind in ("campaign", "ad_set", "ad"):
        assert len(sandbox.objects(kind)) == 1
    windows.process("apply", "--auto-approve").ended(0)
    windows.converged()


def test_the_emergency_stop_takes_the_lock_from_a_run_that_has_its_file_open(
    repository: Repository, windows: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    with waiting_apply(windows, sandbox, HELD) as first:
        out = windows.process("pause", "--all").ended(0).out
        first.communicate(timeout=PATIENCE)
    assert f"process {first.pid}" in out and "was stopped" in out
    assert first.returncode in (5, 6)


# ---- links, which a pull request can bring along


def a_link_to_media(root: Path) -> None:
    (root / "outside.jpg").write_bytes((root / "creatives/outlet/banner.jpg").read_bytes())
    (root / "creatives/outlet/banner.jpg").unlink()
    (root / "creatives/outlet/banner.jpg").symlink_to(root / "outside.jpg")


def a_linked_folder(root: Path) -> None:
    (root / "creatives/outlet").rename(root / "outside")
    (root / "creatives/outlet").symlink_to(root / "outside")


def a_folder_for_a_file(root: Path) -> None:
    (root / "creatives/outlet/banner.jpg").unlink()
    (root / "creatives/outlet/banner.jpg").mkdir()


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a link": (a_link_to_media, "a symbolic link leads out of creatives/"),
    "a linked folder": (a_linked_folder, "a symbolic link leads out of creatives/"),
    "a folder": (a_folder_for_a_file, "a folder, not a file"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_media_that_is_no_file_of_the_repository_is_refused(
    how: str, repository: Repository, windows: Reconciler
) -> None:
    put, said = REFUSED[how]
    repository.campaign("still", STILL)
    put(repository.root)
    assert said in windows.process("validate").ended(1).err


def test_a_lock_that_is_a_link_is_not_followed(repository: Repository, windows: Reconciler) -> None:
    repository.campaign("still", STILL)
    (repository.root / "state").mkdir()
    (repository.root / "precious").write_text("kept", "utf-8")
    (repository.root / LOCK).symlink_to(repository.root / "precious")
    assert f"{LOCK}: the lock is a link" in windows.process("apply", "--auto-approve").ended(1).said
    assert (repository.root / "precious").read_text("utf-8") == "kept"
