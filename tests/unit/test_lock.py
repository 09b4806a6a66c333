"""One writer per account on this machine, told by owner, age and id."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.errors import LockedError, StateError, UsageError
from reconciler.store.files.leases import FileLeases
from reconciler.store.leases import Holder
from reconciler.system.clock import Clock

UNDATED = '{"id": "1", "account": "acme", "owner": "me", "since": "lately"}'
NO_OFFSET = '{"id": "1", "account": "acme", "owner": "me", "since": "2026-12-01T09:00:00"}'
NO_TEXT = '{"id": "1", "account": "acme", "owner": [], "since": "2026-12-01T09:00:00+00:00"}'
STRANGE = ["", "not JSON", "[]", '{"id": "1"}', UNDATED, NO_OFFSET, NO_TEXT, "[" * 4000, "x" * 5000]
EIGHT = timezone(timedelta(hours=8))
NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")


def at(moment: datetime) -> Clock:
    return Clock(lambda: moment)


def test_the_second_is_told_who_holds_it_since_when_and_under_which_id(tmp_path: Path) -> None:
    first = FileLeases(tmp_path, at(NOW)).acquire("acme")
    with pytest.raises(LockedError) as refused:
        FileLeases(tmp_path, at(NOW + timedelta(hours=2, minutes=5)), lambda: EIGHT).acquire("acme")
    said = str(refused.value)
    assert f"process {os.getpid()}" in said and "since 2026-12-01 09:00 +08 (2 h 5 min)" in said
    assert f"reconciler force-unlock {first.holder.id}" in said


@pytest.mark.parametrize(
    ("age", "said"), [(timedelta(seconds=7), "(7 s)"), (timedelta(minutes=3), "(3 min 0 s)"), (-timedelta(1), "(0 s)")]
)
def test_an_age_reads_as_people_say_it(age: timedelta, said: str) -> None:
    assert said in Holder("1", "acme", "me", NOW.isoformat()).said(NOW + age, EIGHT)


@pytest.mark.parametrize("text", STRANGE)
def test_a_holder_that_has_not_written_its_name_yet_is_another_process(tmp_path: Path, text: str) -> None:
    held = FileLeases(tmp_path).acquire("acme")
    (tmp_path / "state" / ".acme.lock").write_text(text)
    with pytest.raises(LockedError, match="being changed by another process"):
        FileLeases(tmp_path).acquire("acme")
    held.check()
    with pytest.raises(UsageError, match="no account is locked under the id"):
        FileLeases(tmp_path).force_unlock(held.holder.id)


def test_a_lock_that_is_taken_away_while_it_is_acquired_is_acquired_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    path, real, calls = tmp_path / "state" / ".acme.lock", fcntl.flock, []

    def flock(file: Any, how: int) -> None:
        calls.append(how)
        real(file, how)
        if len(calls) == 1:
            path.unlink()

    monkeypatch.setattr(fcntl, "flock", flock)
    FileLeases(tmp_path).acquire("acme").check()
    assert len(calls) == 2


def test_a_user_without_a_name_has_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert FileLeases(tmp_path).acquire("acme").holder.owner.startswith(f"{os.getuid()}@")


def test_a_lock_that_is_gone_again_at_each_try_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(file: Any, how: int) -> None:
        raise OSError("no locks on this disk")

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(LockedError):
        FileLeases(tmp_path).take_over("acme")


def linked(path: Path) -> None:
    path.symlink_to(path.parent.parent / "precious")


@pytest.mark.parametrize("put", [linked, os.mkfifo, Path.mkdir])
def test_a_lock_that_is_no_file_is_neither_followed_nor_waited_for(tmp_path: Path, put: Callable[[Path], Any]) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (tmp_path / "state").mkdir()
    put(tmp_path / "state" / ".acme.lock")
    for take in (FileLeases.acquire, FileLeases.take_over):
        with pytest.raises(StateError, match=r"state/.acme.lock: the lock is a link, or no file at all\n  mend: rm -r"):
            take(FileLeases(tmp_path), "acme")
    with pytest.raises(UsageError, match="no account is locked"):
        FileLeases(tmp_path).force_unlock("1")
    assert precious.read_text() == "kept"


def test_a_lock_that_a_link_replaces_is_taken_away(tmp_path: Path) -> None:
    held, path = FileLeases(tmp_path).acquire("acme"), tmp_path / "state" / ".acme.lock"
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    with pytest.raises(LockedError, match="was taken away"):
        held.check()


def test_a_folder_that_cannot_be_written_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PermissionError):
        FileLeases(tmp_path).acquire("acme")
