"""Where operating systems differ. The other system is simulated by a missing or added name, or by an error that it
raises."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reconciler.store.files import atomic
from reconciler.store.files.leases import FileLeases
from reconciler.system import platforms

JUNCTION, IN_THE_CLOUD = 0xA0000003, 0x9000001A
"""Tags of reparse points."""


def busy(number: int | None = 32) -> PermissionError:
    error = PermissionError(13, "The process cannot access the file because it is being used by another process")
    if number is not None:
        error.winerror = number  # type: ignore[attr-defined]
    return error


def failing(monkeypatch: pytest.MonkeyPatch, name: str, times: int, error: OSError) -> list[Any]:
    """A system call that fails so many times. The list gets the arguments of each call."""
    real: Callable[..., Any] = getattr(os, name)
    calls: list[Any] = []

    def call(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) <= times:
            raise error
        return real(*given, **named)

    monkeypatch.setattr(os, name, call)
    monkeypatch.setattr(atomic, "WAITS", (0.0,) * 5)
    return calls


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_file_that_somebody_reads_is_replaced_when_they_have_done(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = failing(monkeypatch, "replace", 3, busy(number))
    atomic.write_durably(tmp_path / "f.json", "new")
    assert (len(calls), (tmp_path / "f.json").read_text()) == (4, "new")


def test_a_file_that_is_never_let_go_keeps_its_content_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atomic.write_durably(tmp_path / "f.json", "old")
    failing(monkeypatch, "replace", 99, busy())
    with pytest.raises(PermissionError):
        atomic.write_durably(tmp_path / "f.json", "new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"f.json": "old"}


def test_a_refusal_that_no_waiting_mends_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = failing(monkeypatch, "replace", 99, busy(None))
    with pytest.raises(PermissionError):
        atomic.write_durably(tmp_path / "f.json", "new")
    assert len(calls) == 1


@pytest.mark.parametrize("taken", [True, False], ids=["macOS", "a drive that cannot"])
def test_where_fsync_leaves_content_in_the_drive_the_drive_is_asked_too(
    taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    asked: list[int] = []

    def asks(file: int, command: int) -> None:
        asked.append(command)
        if not taken:
            raise OSError(45, "Operation not supported")

    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", asks)
    atomic.write_durably(tmp_path / "f.json", "text")
    assert (asked, (tmp_path / "f.json").read_text()) == ([51], "text")


def test_a_folder_that_cannot_be_opened_is_not_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = failing(monkeypatch, "open", 0, busy())
    atomic.write_durably(tmp_path / "f.json", "text")
    assert [given[0] for given in opened][1:] == [tmp_path]
    opened.clear()
    monkeypatch.setattr(platforms, "OPENS_FOLDERS", False)
    atomic.write_durably(tmp_path / "f.json", "text")
    atomic.remove_durably(tmp_path / "f.json")
    assert len(opened) == 1 and tmp_path not in [given[0] for given in opened]


# ---- the lock, where a file that is open stays


def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, "unlink", 99, busy())


def test_a_lock_whose_file_cannot_be_removed_is_taken_away_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(monkeypatch)
    hanging = FileLeases(tmp_path).acquire("acme")
    second, (ousted,) = FileLeases(tmp_path).take_over("acme")
    assert ousted.holder == hanging.holder and not ousted.over()
    third, (again,) = FileLeases(tmp_path).take_over("acme")
    assert again.holder == second.holder
    for taken in (hanging, second):
        with pytest.raises(Exception, match="was taken away from this run"):
            taken.check()
    third.check()
    assert {p.name for p in (tmp_path / "state").iterdir()} == {".acme.lock", ".acme.lock.1", ".acme.lock.2"}


def test_the_newest_lock_is_freed_by_its_id_and_by_the_end_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(monkeypatch)
    first = FileLeases(tmp_path).acquire("acme")
    assert FileLeases(tmp_path).force_unlock(first.holder.id) == first.holder
    second = FileLeases(tmp_path).acquire("acme")
    assert FileLeases(tmp_path).force_unlock(second.holder.id) == second.holder
    third = FileLeases(tmp_path).acquire("acme")
    third.release()
    assert FileLeases(tmp_path).force_unlock(third.holder.id) is None
    FileLeases(tmp_path).acquire("acme").check()


def test_a_lock_that_may_not_be_removed_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = FileLeases(tmp_path).acquire("acme")
    failing(monkeypatch, "unlink", 99, busy(None))
    with pytest.raises(PermissionError):
        FileLeases(tmp_path).force_unlock(held.holder.id)
    held.check()


# ---- links


@dataclass
class Found:
    """What `lstat` tells on Windows."""

    st_reparse_tag: int
    st_mode: int = 0o040755


class Somewhere:
    def __init__(self, tag: int) -> None:
        self.lstat = lambda: Found(tag)


def test_a_junction_leads_away_and_a_file_that_onedrive_keeps_does_not() -> None:
    assert platforms.is_link(Somewhere(JUNCTION))  # type: ignore[arg-type]
    assert not platforms.is_link(Somewhere(IN_THE_CLOUD))  # type: ignore[arg-type]
    assert not platforms.is_link(Somewhere(0))  # type: ignore[arg-type]


def test_where_a_link_can_be_refused_in_the_open_itself_nobody_looks_before(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    platforms.refuse_link(tmp_path / "link")
    assert platforms.PLAIN & os.O_NOFOLLOW


# ---- what people type


def test_a_variable_is_set_as_the_system_s_own_shell_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert platforms.set_variable("A", "b") == 'export A="b"'
    assert platforms.unset_variable("A") == "unset A"
    monkeypatch.setattr(platforms.os, "name", "nt")
    assert platforms.set_variable("A", "b") == '$env:A = "b"'
    assert platforms.unset_variable("A") == "Remove-Item Env:A"


def test_a_process_without_a_name_has_a_number_where_there_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert platforms.user() == str(os.getuid())
    monkeypatch.delattr(os, "getuid")
    assert platforms.user() == "somebody"
