"""Calls become slower before Meta has to refuse them, and nothing is sent while Meta blocks."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.meta.pace import FULL, LIMITED, NO_ROOM, READ, WRITE, Block, Pace
from reconciler.model.errors import GraphReply, Throttled
from reconciler.system.clock import Clock

NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
LIMITED_HEADERS = {"x-ad-account-usage": '{"acc_id_util_pct":0,"ads_api_access_tier":"development_access"}'}


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = NOW
        self.clock = Clock(lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def passed(self) -> float:
        return (self.now - NOW).total_seconds()


@pytest.fixture
def time() -> Time:
    return Time()


def kept(time: Time, path: Path) -> Pace:
    """The pace as a later run reads it from the file."""
    return Pace(time.clock, path, Block.kept_at(path.with_suffix(".block"), time.now))


def limited(time: Time, path: Path | None = None) -> Pace:
    pace = kept(time, path) if path else Pace(time.clock)
    pace.note(LIMITED_HEADERS)
    return pace


def test_the_tier_comes_from_a_header_and_is_full_without_one(time: Time) -> None:
    assert Pace(time.clock).limits is FULL
    assert limited(time).limits is LIMITED


def test_what_fits_is_sent_at_once_and_the_rest_when_there_is_room(time: Time) -> None:
    pace = limited(time)
    for _ in range(18):
        pace.enter(WRITE)
    assert time.passed == 0
    pace.enter(WRITE)
    assert time.passed == pytest.approx(300, abs=1)


@given(st.lists(st.tuples(st.sampled_from([READ, WRITE, 10 * WRITE]), st.integers(0, 100)), max_size=80))
def test_no_five_minutes_ever_hold_more_points_than_the_tier_has(calls: list[tuple[int, int]]) -> None:
    time = Time()
    pace, sent = limited(time), []
    for cost, pause in calls:
        time.sleep(pause)
        pace.enter(cost)
        sent.append((time.now, cost))
    for end, _ in sent:
        window = sum(cost for at, cost in sent if end - timedelta(seconds=300) < at <= end)
        assert window <= LIMITED.points


def test_a_batch_is_cut_to_what_fits(time: Time) -> None:
    pace = limited(time)
    assert pace.fitting(50) == 18
    pace.enter(16 * WRITE)
    assert pace.fitting(50) == 2
    pace.enter(2 * WRITE)
    assert pace.fitting(50) == 18
    assert Pace(time.clock).fitting(50) == 50


def test_a_wait_is_told_before_it_begins(time: Time) -> None:
    told: list[tuple[float, str]] = []
    pace = limited(time)
    pace.waiting = lambda seconds, why: told.append((seconds, why))
    pace.enter(LIMITED.usable)
    pace.enter(READ)
    assert told == [(300, NO_ROOM)]


def test_nothing_is_sent_inside_a_block_and_the_time_to_come_back_is_told(time: Time) -> None:
    pace = Pace(time.clock)
    until = pace.blocked(GraphReply(400, code=80004, subcode=2446079))
    assert until == NOW + timedelta(seconds=301)
    with pytest.raises(Throttled) as refused:
        pace.enter(READ)
    assert refused.value.retry_at == until
    time.sleep(300)
    pace.enter(READ)


def test_the_wait_that_a_header_names_is_kept_to(time: Time) -> None:
    pace = Pace(time.clock)
    row = {"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": 20}
    pace.note({"x-business-use-case-usage": json.dumps({"1": [row]})})
    with pytest.raises(Throttled) as refused:
        pace.enter(READ)
    assert refused.value.retry_at == NOW + timedelta(minutes=20, seconds=1)
    time.sleep(1199)
    with pytest.raises(Throttled):
        pace.enter(READ)
    time.sleep(2)
    pace.enter(READ)


def test_a_full_gauge_slows_before_it_stops(time: Time) -> None:
    pace = Pace(time.clock)
    pace.note({"x-app-usage": '{"call_count":80}'})
    pace.enter(READ)
    assert time.passed == 1


def test_a_limit_of_the_app_stops_its_other_accounts_and_one_of_the_account_does_not(time: Time) -> None:
    app = Block()
    one, other = Pace(time.clock, app=app), Pace(time.clock, app=app)
    one.blocked(GraphReply(400, code=17, subcode=2446079))
    other.enter(READ)
    one.blocked(GraphReply(403, code=4))
    with pytest.raises(Throttled):
        other.enter(READ)


def test_a_block_by_points_shows_the_tier_where_no_header_did(time: Time) -> None:
    pace = Pace(time.clock)
    pace.blocked(GraphReply(400, code=613, subcode=1487742))
    assert pace.limits is LIMITED


def test_points_and_a_named_block_outlive_the_run(time: Time, tmp_path: Path) -> None:
    path = tmp_path / "state" / ".acme-sg.usage.json"
    pace = limited(time, path)
    pace.enter(LIMITED.usable)
    pace.note({"x-ad-account-usage": '{"acc_id_util_pct":100,"reset_time_duration":90}'})
    pace.blocked(GraphReply(400, code=17, subcode=2446079))
    later = kept(time, path)
    assert later.limits is LIMITED
    with pytest.raises(Throttled):
        later.enter(READ)
    time.sleep(91)
    later.enter(READ)
    assert time.passed == pytest.approx(300, abs=1)


def test_a_block_whose_end_nobody_named_is_kept_to_by_the_next_run(time: Time, tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    kept(time, path).blocked(GraphReply(400, code=17))
    with pytest.raises(Throttled):
        kept(time, path).enter(READ)
    time.sleep(300)
    kept(time, path).enter(READ)


def test_a_gauge_that_is_nearly_empty_ends_no_block(time: Time, tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    pace = kept(time, path)
    pace.note_parts([{"x-ad-account-usage": '{"acc_id_util_pct":2,"reset_time_duration":1}'}])
    pace.blocked(GraphReply(400, code=17, subcode=2446079))
    time.sleep(100)
    with pytest.raises(Throttled):
        kept(time, path).enter(READ)


HOUR_TOLD = {
    "x-business-use-case-usage": '{"1": [{"type": "ads_management", "call_count": 100, '
    '"estimated_time_to_regain_access": 60}]}'
}


@pytest.mark.parametrize("code", [17, 4])
def test_of_two_blocks_the_longer_one_stands(time: Time, tmp_path: Path, code: int) -> None:
    pace = kept(time, tmp_path / "usage.json")
    pace.note(HOUR_TOLD)
    told = pace.blocked(GraphReply(400, code=code))
    assert pace.blocked(GraphReply(400, code=code)) == told
    time.sleep(3500)
    with pytest.raises(Throttled):
        pace.enter(READ)


def test_a_run_beside_it_neither_shortens_nor_forgets_a_block(time: Time, tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    beside = kept(time, path)
    beside.enter(READ)
    other = kept(time, path)
    other.note(HOUR_TOLD)
    other.blocked(GraphReply(400, code=17))
    beside.save()
    beside.blocked(GraphReply(400, code=17))
    time.sleep(3500)
    with pytest.raises(Throttled):
        kept(time, path).enter(READ)


def test_the_emergency_stop_asks_whatever_the_limits_say(time: Time) -> None:
    pace = limited(time)
    pace.urgent = True
    pace.enter(LIMITED.usable)
    pace.note(HOUR_TOLD)
    pace.enter(READ)
    pace.blocked(GraphReply(400, code=17))
    pace.enter(READ)
    assert time.passed == 0


def test_a_limit_of_the_app_outlives_the_run_for_all_accounts_of_its_token(time: Time, tmp_path: Path) -> None:
    path = tmp_path / "app.json"
    Pace(time.clock, app=Block.kept_at(path, time.now)).blocked(GraphReply(403, code=4))
    later = Pace(time.clock, tmp_path / "another.json", app=Block.kept_at(path, time.now))
    with pytest.raises(Throttled):
        later.enter(READ)
    time.sleep(300)
    later.enter(READ)


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"saved_at": 5}', '{"saved_at": "2026-12-01T09:00:00+08:00"}'])
def test_what_cannot_be_read_of_earlier_runs_is_forgotten(time: Time, tmp_path: Path, text: str) -> None:
    path = tmp_path / "usage.json"
    path.write_text(text)
    Pace(time.clock, path, Block.kept_at(path, time.now)).enter(READ)


def test_what_a_clock_that_ran_ahead_has_written_is_forgotten(time: Time, tmp_path: Path) -> None:
    path = tmp_path / "usage.json"
    pace = limited(time, path)
    pace.enter(LIMITED.usable)
    pace.save()
    time.sleep(-3600)
    again = Pace(time.clock, path)
    again.enter(READ)
    assert time.passed == -3600
    assert again.limits is LIMITED


def test_a_folder_that_cannot_be_written_stops_no_run(time: Time, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    pace = limited(time, tmp_path / "file" / "usage.json")
    pace.enter(WRITE)


def test_the_time_of_an_apply_grows_with_the_windows_it_needs(time: Time) -> None:
    pace = limited(time)
    assert pace.seconds_for(0, 18) < 60
    assert 300 <= pace.seconds_for(0, 19) < 330
    assert 1500 <= pace.seconds_for(15, 90) < 1560
    assert Pace(time.clock).seconds_for(15, 90) < 60


def test_a_limit_of_the_app_that_is_met_while_one_waits_is_kept_to(time: Time) -> None:
    app = Block()
    pace = Pace(Clock(lambda: time.now, time.sleep), app=app, tier=LIMITED)
    pace.enter(LIMITED.usable)
    pace.waiting = lambda seconds, why: setattr(app, "until", NOW + timedelta(hours=1))
    with pytest.raises(Throttled):
        pace.enter(WRITE)


SAVED = '{"saved_at": "2026-12-01T00:00:00+00:00", "tier": %s, "spent": %s}'


@pytest.mark.parametrize(
    ("tier", "spent"),
    [
        ("[]", "[]"),
        ('""', '[["2026-12-01T00:59:00", 3]]'),
        ('"development_access"', '[["2036-12-01T00:00:00+00:00", 1000000]]'),
    ],
)
def test_what_no_run_has_written_delays_nothing(time: Time, tmp_path: Path, tier: str, spent: str) -> None:
    path = tmp_path / "usage.json"
    path.write_text(SAVED % (tier, spent))
    Pace(time.clock, path).enter(READ)
    assert time.passed == 0


@pytest.mark.parametrize("until", ['"2026-12-01T10:00:00"', '"2126-12-01T10:00:00+00:00"', "5", "[]"])
def test_a_block_that_no_run_has_written_blocks_nothing(time: Time, tmp_path: Path, until: str) -> None:
    path = tmp_path / "block.json"
    path.write_text(f'{{"saved_at": "2026-12-01T00:00:00+00:00", "blocked_until": {until}}}')
    Pace(time.clock, own=Block.kept_at(path, time.now)).enter(READ)


def test_a_block_that_a_clock_wrote_that_ran_ahead_blocks_nothing(time: Time, tmp_path: Path) -> None:
    kept(time, tmp_path / "usage.json").blocked(GraphReply(400, code=17))
    time.sleep(-3600)
    kept(time, tmp_path / "usage.json").enter(READ)
