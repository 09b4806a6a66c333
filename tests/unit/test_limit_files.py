"""Files that anybody may have written, or an earlier version."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reconciler.model.limits import Limit, Spent
from reconciler.store.files.limits import FileLimits
from reconciler.system.clock import Clock

NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
CLOCK = Clock(lambda: NOW)
WHOLE = Limit("acme-sg")
NAMES = {
    WHOLE: ".acme-sg.block.json",
    Limit("acme-sg", "ads_insights"): ".acme-sg.ads_insights.block.json",
    Limit("app:META_ACCESS_TOKEN"): ".app.META_ACCESS_TOKEN.block.json",
    Limit("page:77", "leadgen"): ".page.77.leadgen.block.json",
}


def written(root: Path, name: str, text: str) -> FileLimits:
    (root / "state").mkdir()
    (root / "state" / name).write_text(text)
    return FileLimits(root, CLOCK)


@pytest.mark.parametrize(("limit", "name"), NAMES.items(), ids=NAMES.values())
def test_each_limit_has_a_file_that_git_ignores(limit: Limit, name: str, tmp_path: Path) -> None:
    FileLimits(tmp_path, CLOCK).block(limit, NOW + timedelta(hours=1))
    assert [path.name for path in (tmp_path / "state").iterdir()] == [name]


@pytest.mark.parametrize("name", [".acme-sg.usage.json", ".acme-sg.block.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"saved_at": 5}', '{"saved_at": "2026-12-01T09:00:00+08:00"}'])
def test_what_no_run_has_written_says_nothing(tmp_path: Path, name: str, text: str) -> None:
    limits = written(tmp_path, name, text)
    assert (limits.spent(WHOLE), limits.blocked_until(WHOLE)) == (Spent(), None)


@pytest.mark.parametrize(
    ("tier", "spent"), [("[]", "[]"), ('""', '[["2026-12-01T00:59:00", 3]]'), ('""', "[[5, 3]]"), ('""', "[3]")]
)
def test_points_that_no_run_has_written_are_none(tmp_path: Path, tier: str, spent: str) -> None:
    text = f'{{"saved_at": "2026-12-01T00:00:00+00:00", "tier": {tier}, "spent": {spent}}}'
    assert written(tmp_path, ".acme-sg.usage.json", text).spent(WHOLE) == Spent()


@pytest.mark.parametrize("until", ['"2026-12-01T10:00:00"', '"2126-12-01T10:00:00+00:00"', "5", "[]"])
def test_a_block_that_no_run_has_written_is_none(tmp_path: Path, until: str) -> None:
    text = f'{{"saved_at": "2026-12-01T00:00:00+00:00", "blocked_until": {until}}}'
    assert written(tmp_path, ".acme-sg.block.json", text).blocked_until(WHOLE) is None


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    limits = FileLimits(tmp_path, CLOCK)
    limits.keep_spent(WHOLE, Spent(((NOW, 3),)))
    assert limits.block(WHOLE, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert (limits.spent(WHOLE), limits.blocked_until(WHOLE)) == (Spent(), None)
