"""One writer per account on this machine, told by owner, age and id."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.clock import Clock
from reconciler.errors import LockedError, UsageError
from reconciler.lock import AccountLock, Holder, force_unlock

UNDATED = '{"id": "1", "account": "acme", "owner": "me", "since": "lately"}'
NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")


def at(moment: datetime) -> Clock:
    return Clock(lambda: moment)


def test_the_second_is_told_who_holds_it_since_when_and_under_which_id(tmp_path: Path) -> None:
    first = AccountLock(tmp_path, "acme", at(NOW))
    with pytest.raises(LockedError) as refused:
        AccountLock(tmp_path, "acme", at(NOW + timedelta(hours=2, minutes=5)))
    said = str(refused.value)
    assert f"process {os.getpid()}" in said and "since 2026-12-01T01:00:00+00:00 (2 h 5 min)" in said
    assert f"reconciler force-unlock {first.holder.id}" in said


@pytest.mark.parametrize(
    ("age", "said"), [(timedelta(seconds=7), "(7 s)"), (timedelta(minutes=3), "(3 min 0 s)"), (-timedelta(1), "(0 s)")]
)
def test_an_age_reads_as_people_say_it(age: timedelta, said: str) -> None:
    assert said in Holder("1", "acme", "me", NOW.isoformat()).said(NOW + age)


def test_accounts_are_locked_apart_and_free_after_release(tmp_path: Path) -> None:
    first = AccountLock(tmp_path, "acme")
    AccountLock(tmp_path, "other")
    first.release()
    AccountLock(tmp_path, "acme").check()


@pytest.mark.parametrize("text", ["", "not JSON", "[]", '{"id": "1"}', UNDATED])
def test_a_holder_that_has_not_written_its_name_yet_is_another_process(tmp_path: Path, text: str) -> None:
    held = AccountLock(tmp_path, "acme")
    (tmp_path / "state" / ".acme.lock").write_text(text)
    with pytest.raises(LockedError, match="being changed by another process"):
        AccountLock(tmp_path, "acme")
    held.check()
    with pytest.raises(UsageError, match="no account is locked under the id"):
        force_unlock(tmp_path, held.holder.id)


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
    AccountLock(tmp_path, "acme").check()
    assert len(calls) == 2


def test_a_user_without_a_name_has_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert AccountLock(tmp_path, "acme").holder.owner.startswith(f"{os.getuid()}@")
