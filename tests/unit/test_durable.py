"""Files that survive a crash: each system call may fail, and nothing is seen before it is on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.store.files.atomic import remove_durably, write_durably

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
