"""Files that survive a crash: each system call may fail, and nothing is seen before it is on disk."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from simulation.disk import Crash, Disk

from reconciler.store.files import atomic
from reconciler.store.files.atomic import MANY, remove_durably, write_all_durably, write_durably
from reconciler.system import platforms

CALLS = ["open", "write", "fsync", "replace", "open", "fsync"]
"""The system calls of one write, without close."""


def counted(monkeypatch: pytest.MonkeyPatch, stop_at: int | None = None) -> list[str]:
    """Counts the calls of CALLS, and fails the one with this number."""
    seen: list[str] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            seen.append(name)
            if len(seen) - 1 == stop_at:
                raise OSError(28, f"no space left in {name}")
            return real(*given, **named)

        return call

    for name in {*CALLS, "unlink"}:
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return seen


def test_a_write_is_on_disk_before_it_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as watched:
        seen = counted(watched)
        write_durably(tmp_path / "f.json", "text")
    assert seen == CALLS


@pytest.mark.parametrize("nth", range(len(CALLS)))
def test_a_write_that_fails_leaves_the_old_content_or_the_whole_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    path = tmp_path / "f.json"
    write_durably(path, "old")
    with monkeypatch.context() as broken:
        counted(broken, nth)
        with pytest.raises(OSError, match="no space left"):
            write_durably(path, "new")
    assert path.read_text() == ("new" if nth > CALLS.index("replace") else "old")
    assert [p.name for p in tmp_path.iterdir()] == ["f.json"]


def test_a_write_that_the_system_takes_in_pieces_arrives_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with monkeypatch.context() as slow:
        slow.setattr(os, "write", lambda file, content: real(file, content[:3]))
        write_durably(tmp_path / "f.json", "a longer text than three bytes")
    assert (tmp_path / "f.json").read_text() == "a longer text than three bytes"


def test_a_removed_file_is_gone_for_good_and_a_missing_one_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.json"
    write_durably(path, "old")
    with monkeypatch.context() as watched:
        seen = counted(watched)
        remove_durably(path)
        remove_durably(path)
    assert seen == ["unlink", "open", "fsync", "unlink"]
    assert not path.exists()


def test_a_new_folder_is_on_disk_before_what_is_in_it_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_durably(tmp_path / "state" / "acme" / "x.json", "{}")
    assert [str(tmp_path), str(tmp_path / "state")] == synced[:2]


@pytest.mark.skipif(not platforms.SYNCS_ALL, reason="one call does not bring all to disk here")
@pytest.mark.parametrize("crash_at", range(0, 4 * (MANY + 1) + 2, 3))
def test_of_many_files_each_is_the_old_or_the_new_whenever_power_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash_at: int
) -> None:
    """One sync of everything before the first of them is seen, and one after the last."""
    paths = [tmp_path / f"{n % 3}" / f"{n}.json" for n in range(MANY + 1)]
    write_all_durably(dict.fromkeys(paths, "the old text"))
    disk = Disk(random.Random(crash_at))
    disk.start(crash_at)
    monkeypatch.setattr(atomic, "os", disk)
    try:
        write_all_durably(dict.fromkeys(paths, "a new text"))
        ended = True
    except Crash:
        ended = False
    disk.lose_power()
    found = {path.read_text() for path in paths}
    assert found <= ({"a new text"} if ended else {"the old text", "a new text"})


@pytest.mark.skipif(not platforms.SYNCS_ALL, reason="one call does not bring all to disk here")
def test_many_files_are_synced_by_two_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(random.Random(1))
    disk.start(None)
    monkeypatch.setattr(atomic, "os", disk)
    write_all_durably({tmp_path / f"{n}.json": "text" for n in range(MANY + 1)})
    assert (disk.calls.count("sync"), disk.calls.count("fsync")) == (2, 0)
