"""What is remembered of what was sent, so that a run which is cut off goes on where it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.store.files.uploads import MOST, FileUploads
from reconciler.store.uploads import Made, Upload, Uploads
from reconciler.system.clock import Clock
from store.implementations import Implementation

NOW = datetime(2026, 12, 1, 1, tzinfo=UTC)
CLOCK = Clock(lambda: NOW, lambda seconds: None)
UPLOADS = Uploads(
    "c" * 64,
    {"a" * 64: Upload("984800000000001", "984700000000001", "1 2 9000 4", 10, 20, NOW)},
    {"image:b": Made("0f", NOW)},
)


def test_uploads_are_kept_for_who_opens_them_next_by_account(kind: Implementation) -> None:
    kept = kind.open(CLOCK).uploads
    kept.put("acme-sg", UPLOADS)
    assert kind.open(CLOCK).uploads.get("acme-sg") == UPLOADS
    assert kept.get("acme-my") is None
    kept.forget("acme-sg")
    kept.forget("acme-sg")
    assert kind.open(CLOCK).uploads.get("acme-sg") is None


def test_uploads_of_an_account_that_is_discarded_are_gone(kind: Implementation) -> None:
    store = kind.open(CLOCK)
    store.uploads.put("acme-sg", UPLOADS)
    store.discard("acme-sg")
    assert store.uploads.get("acme-sg") is None


def test_uploads_that_a_clock_which_ran_ahead_has_kept_are_not_believed(kind: Implementation) -> None:
    ahead = Clock(lambda: NOW + timedelta(hours=1), lambda seconds: None)
    kind.open(ahead).uploads.put("acme-sg", UPLOADS)
    assert kind.open(CLOCK).uploads.get("acme-sg") is None


def test_of_what_was_made_the_newest_is_remembered(tmp_path: Path) -> None:
    made = {f"image:{number}": Made("0f", NOW + timedelta(seconds=number)) for number in range(MOST + 1)}
    FileUploads(tmp_path, CLOCK).put("acme-sg", Uploads("c", {}, made))
    kept = FileUploads(tmp_path, CLOCK).get("acme-sg")
    assert kept is not None
    assert set(made) - set(kept.made) == {"image:0"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"saved_at": 1}', '{"saved_at": "2026-11-30T00:00:00+00:00"}'])
def test_uploads_that_cannot_be_read_are_as_if_never_kept(text: str, tmp_path: Path) -> None:
    path = tmp_path / "state" / ".acme-sg.uploads.json"
    path.parent.mkdir()
    path.write_text(text)
    assert FileUploads(tmp_path, CLOCK).get("acme-sg") is None
