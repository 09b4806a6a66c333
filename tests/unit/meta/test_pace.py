"""Calls become slower before Meta has to refuse them, and nothing is sent while Meta blocks."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.meta.pace import COUNTED, FULL, LEFT, LIMITED, NO_ROOM, READ, TOO_MUCH, WRITE, Blocks, Pace
from reconciler.model.errors import Due, GraphReply, Throttled
from reconciler.model.limits import EVERY, Limit, Spent
from reconciler.store.files.limits import FileLimits
from reconciler.system.clock import Clock

NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
HELD = COUNTED.total_seconds()
ADS = ["act_1/ads"] * 50
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


def kept(time: Time, root: Path) -> Pace:
    """The pace as a later run reads it from the files."""
    return Pace(time.clock, FileLimits(root, time.clock), account="acme-sg")


def limited(time: Time, root: Path | None = None) -> Pace:
    pace = kept(time, root) if root else Pace(time.clock)
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
    assert time.passed == pytest.approx(HELD, abs=1)


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
    assert pace.fitting(ADS) == 18
    pace.enter(16 * WRITE)
    assert pace.fitting(ADS) == 2
    pace.enter(2 * WRITE)
    assert pace.fitting(ADS) == 18
    assert Pace(time.clock).fitting(ADS) == 50


def test_a_wait_is_told_before_it_begins(time: Time) -> None:
    told: list[tuple[float, str]] = []
    pace = limited(time)
    pace.waiting = lambda seconds, why: told.append((seconds, why))
    pace.enter(LIMITED.usable)
    pace.enter(READ)
    assert told == [(HELD, NO_ROOM)]


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
    pace.note({"x-ad-account-usage": '{"acc_id_util_pct":80}'})
    pace.enter(READ)
    assert time.passed == 1


NEARLY_FULL = {"x-ad-account-usage": '{"acc_id_util_pct":97}'}
FULL_GAUGE = {"x-ad-account-usage": '{"acc_id_util_pct":100}'}


def test_a_gauge_that_is_nearly_full_keeps_back_what_can_wait_and_no_launch(time: Time, tmp_path: Path) -> None:
    pace = kept(time, tmp_path)
    pace.note(NEARLY_FULL)
    pace.first = True
    pace.enter(WRITE)
    pace.first = False
    for _ in range(2):
        with pytest.raises(Throttled):
            pace.enter(READ)
    pace.first = True
    pace.enter(WRITE)
    pace.first = False
    time.sleep(300)
    pace.enter(READ)


def test_a_gauge_that_is_nearly_full_keeps_back_no_later_run(time: Time, tmp_path: Path) -> None:
    pace = kept(time, tmp_path)
    pace.note(NEARLY_FULL)
    with pytest.raises(Throttled):
        pace.enter(READ)
    kept(time, tmp_path).enter(READ)


def test_a_full_gauge_keeps_back_launches_too_and_later_runs(time: Time, tmp_path: Path) -> None:
    pace = kept(time, tmp_path)
    pace.note(FULL_GAUGE)
    pace.first = True
    with pytest.raises(Throttled):
        pace.enter(READ)
    with pytest.raises(Throttled):
        kept(time, tmp_path).enter(READ)


def test_what_a_gauge_said_before_a_long_wait_stops_nothing_after_it(time: Time) -> None:
    pace = Pace(time.clock, tier=LIMITED)
    for _ in range(18):
        pace.enter(WRITE)
    pace.note(NEARLY_FULL | LIMITED_HEADERS | NEARLY_FULL)
    pace.make_room(WRITE)
    assert time.passed == pytest.approx(HELD, abs=1)
    pace.enter(WRITE)


def test_refused_parts_of_one_batch_do_not_draw_out_the_block_that_their_headers_name(time: Time) -> None:
    pace = Pace(time.clock)
    row = {"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": 1}
    limit = pace.limit_of("act_1/ads")
    pace.note_parts([(limit, {"x-business-use-case-usage": json.dumps({"1": [row]})})] * 3)
    until = [pace.blocked(GraphReply(400, code=17, subcode=2446079), limit) for _ in range(3)]
    assert set(until) == {NOW + timedelta(seconds=61)}


def test_a_limit_of_the_app_stops_its_other_accounts_and_one_of_the_account_does_not(time: Time) -> None:
    app = Blocks("app:TOKEN", time.clock)
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
    pace = limited(time, tmp_path)
    pace.enter(LIMITED.usable)
    pace.note({"x-ad-account-usage": '{"acc_id_util_pct":100,"reset_time_duration":90}'})
    pace.blocked(GraphReply(400, code=17, subcode=2446079))
    later = kept(time, tmp_path)
    assert later.limits is LIMITED
    with pytest.raises(Throttled):
        later.enter(READ)
    time.sleep(91)
    later.enter(READ)
    assert time.passed == pytest.approx(HELD, abs=1)


def test_a_block_whose_end_nobody_named_is_kept_to_by_the_next_run(time: Time, tmp_path: Path) -> None:
    kept(time, tmp_path).blocked(GraphReply(400, code=17))
    with pytest.raises(Throttled):
        kept(time, tmp_path).enter(READ)
    time.sleep(300)
    kept(time, tmp_path).enter(READ)


def test_a_gauge_that_is_nearly_empty_ends_no_block(time: Time, tmp_path: Path) -> None:
    pace = kept(time, tmp_path)
    pace.note_parts(
        [(pace.limit_of("act_1/ads"), {"x-ad-account-usage": '{"acc_id_util_pct":2,"reset_time_duration":1}'})]
    )
    pace.blocked(GraphReply(400, code=17, subcode=2446079))
    time.sleep(100)
    with pytest.raises(Throttled):
        kept(time, tmp_path).enter(READ)


HOUR_TOLD = {
    "x-business-use-case-usage": '{"1": [{"type": "ads_management", "call_count": 100, '
    '"estimated_time_to_regain_access": 60}]}'
}


@pytest.mark.parametrize("code", [17, 4])
def test_of_two_blocks_the_longer_one_stands(time: Time, tmp_path: Path, code: int) -> None:
    pace = kept(time, tmp_path)
    pace.note(HOUR_TOLD)
    told = pace.blocked(GraphReply(400, code=code))
    assert pace.blocked(GraphReply(400, code=code)) == told
    time.sleep(3500)
    with pytest.raises(Throttled):
        pace.enter(READ)


def test_a_run_beside_it_neither_shortens_nor_forgets_a_block(time: Time, tmp_path: Path) -> None:
    beside = kept(time, tmp_path)
    beside.enter(READ)
    other = kept(time, tmp_path)
    other.note(HOUR_TOLD)
    other.blocked(GraphReply(400, code=17))
    beside.save()
    beside.blocked(GraphReply(400, code=17))
    time.sleep(3500)
    with pytest.raises(Throttled):
        kept(time, tmp_path).enter(READ)


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
    limits = FileLimits(tmp_path, time.clock)
    Pace(time.clock, app=Blocks("app:TOKEN", time.clock, limits)).blocked(GraphReply(403, code=4))
    later = Pace(time.clock, account="another", app=Blocks("app:TOKEN", time.clock, limits))
    with pytest.raises(Throttled):
        later.enter(READ)
    time.sleep(300)
    later.enter(READ)


def test_what_a_clock_that_ran_ahead_has_written_is_forgotten(time: Time, tmp_path: Path) -> None:
    pace = limited(time, tmp_path)
    pace.enter(LIMITED.usable)
    pace.save()
    time.sleep(-3600)
    again = kept(time, tmp_path)
    again.enter(READ)
    assert time.passed == -3600
    assert again.limits is LIMITED


def test_the_time_of_an_apply_grows_with_the_windows_it_needs(time: Time) -> None:
    pace = limited(time)
    assert pace.seconds_for(0, 18) < 60
    assert 300 <= pace.seconds_for(0, 19) < 330
    assert 1500 <= pace.seconds_for(15, 90) < 1560
    assert Pace(time.clock).seconds_for(15, 90) < 60


def test_a_limit_of_the_app_that_is_met_while_one_waits_is_kept_to(time: Time) -> None:
    app = Blocks("app:TOKEN", time.clock)
    pace = Pace(time.clock, app=app, tier=LIMITED)
    pace.enter(LIMITED.usable)
    pace.waiting = lambda seconds, why: app.close(EVERY, timedelta(hours=1))
    with pytest.raises(Throttled):
        pace.enter(WRITE)


def test_points_that_no_run_can_have_spent_delay_nothing(time: Time, tmp_path: Path) -> None:
    limits = FileLimits(tmp_path, time.clock)
    limits.keep_spent(Limit("acme-sg"), Spent(((NOW + timedelta(days=3650), 1_000_000),), "development_access"))
    kept(time, tmp_path).enter(READ)
    assert time.passed == 0


# ---- each limit for itself

INSIGHTS, FORMS, PRODUCTS, AUDIENCES = "act_1/insights", "77/leadgen_forms", "88/products", "act_1/customaudiences"
CAMPAIGNS = "act_1/campaigns"
APART = [(INSIGHTS, 80000), (FORMS, 80005), (PRODUCTS, 80009), (AUDIENCES, 80003)]


def calls(pace: Pace, path: str) -> None:
    pace.enter(READ, pace.limit_of(path))


@pytest.mark.parametrize(("path", "code"), APART)
def test_a_block_of_one_use_case_stops_no_campaigns_and_outlives_the_run(
    path: str, code: int, time: Time, tmp_path: Path
) -> None:
    pace = kept(time, tmp_path)
    pace.blocked(GraphReply(400, code=code), pace.limit_of(path))
    for one in (pace, kept(time, tmp_path)):
        one.enter(WRITE)
        with pytest.raises(Throttled):
            calls(one, path)


@pytest.mark.parametrize(("path", "code"), APART)
def test_a_block_of_campaigns_stops_no_other_use_case(path: str, code: int, time: Time, tmp_path: Path) -> None:
    pace = kept(time, tmp_path)
    pace.blocked(GraphReply(400, code=80004, subcode=2446079))
    for one in (pace, kept(time, tmp_path)):
        calls(one, path)
        with pytest.raises(Throttled):
            calls(one, CAMPAIGNS)


def test_what_meta_counts_of_an_account_as_a_whole_stops_all_of_it_and_nobody_elses(time: Time) -> None:
    pace = Pace(time.clock)
    pace.blocked(GraphReply(400, code=17, subcode=2446079), pace.limit_of(INSIGHTS))
    for path in (CAMPAIGNS, INSIGHTS, AUDIENCES):
        with pytest.raises(Throttled):
            calls(pace, path)
    for path in (FORMS, PRODUCTS):
        calls(pace, path)


def test_pages_are_blocked_each_for_itself(time: Time) -> None:
    pace = Pace(time.clock)
    pace.blocked(GraphReply(400, code=80005), pace.limit_of(FORMS))
    calls(pace, "78/leadgen_forms")
    with pytest.raises(Throttled):
        calls(pace, FORMS)


@pytest.mark.parametrize("subcode", [1504022, 1504039])
def test_a_limit_of_the_app_on_insights_stops_those_of_all_accounts_and_nothing_else(time: Time, subcode: int) -> None:
    app = Blocks("app:TOKEN", time.clock)
    one, other = (Pace(time.clock, account=key, app=app) for key in ("acme-sg", "acme-my"))
    one.blocked(GraphReply(403, code=4, subcode=subcode), one.limit_of(INSIGHTS))
    other.enter(WRITE)
    with pytest.raises(Throttled):
        calls(other, INSIGHTS)


@pytest.mark.parametrize(("code", "subcode", "other"), [(80001, None, INSIGHTS), (4, 1504022, AUDIENCES)])
def test_what_a_refusal_for_another_use_case_has_stopped_is_not_sent_again(
    time: Time, code: int, subcode: int | None, other: str
) -> None:
    pace = Pace(time.clock)
    pace.blocked(GraphReply(400, code=code, subcode=subcode), pace.limit_of(CAMPAIGNS))
    with pytest.raises(Throttled):
        calls(pace, CAMPAIGNS)
    calls(pace, other)


def gauge(use_case: str) -> dict[str, str]:
    row = {"type": use_case, "call_count": 100, "estimated_time_to_regain_access": 20}
    return {"x-business-use-case-usage": json.dumps({"1": [row]})}


@pytest.mark.parametrize(
    "headers", [gauge("ads_insights"), {"x-fb-ads-insights-throttle": '{"app_id_util_pct": 99, "acc_id_util_pct": 1}'}]
)
def test_a_full_gauge_of_insights_stops_insights_alone(time: Time, headers: dict[str, str]) -> None:
    pace = Pace(time.clock)
    pace.note(headers, [pace.limit_of(INSIGHTS)])
    pace.enter(WRITE)
    assert time.passed == 0
    with pytest.raises(Throttled):
        calls(pace, INSIGHTS)
    pace.enter(WRITE)


def test_a_full_gauge_of_campaigns_stops_no_insights_and_stands_until_campaigns_tell_otherwise(time: Time) -> None:
    pace = Pace(time.clock)
    pace.note(gauge("ads_management"))
    pace.note({}, [pace.limit_of(INSIGHTS)])
    calls(pace, INSIGHTS)
    with pytest.raises(Throttled) as refused:
        calls(pace, CAMPAIGNS)
    assert refused.value.retry_at == NOW + timedelta(minutes=20, seconds=1)


def test_of_a_gauge_the_newest_reply_counts_whatever_it_answers(time: Time) -> None:
    pace = Pace(time.clock)
    row = {"type": "ads_insights", "call_count": 5}
    emptied = {"x-business-use-case-usage": json.dumps({"1": [row]})}
    for tell in (pace.note, lambda headers: pace.note_parts([(pace.limit_of(CAMPAIGNS), headers)])):
        pace.note(gauge("ads_insights"))
        tell(emptied)
        calls(pace, INSIGHTS)


def test_insights_and_campaigns_have_points_of_their_own_and_audiences_share_those_of_campaigns(
    time: Time, tmp_path: Path
) -> None:
    pace = limited(time, tmp_path)
    pace.enter(LIMITED.usable, pace.limit_of(INSIGHTS))
    pace.enter(LIMITED.usable)
    assert time.passed == 0
    pace.save()
    later = kept(time, tmp_path)
    assert later.room == 0
    calls(later, AUDIENCES)
    assert time.passed == pytest.approx(HELD, abs=1)


def test_calls_of_pages_have_no_points(time: Time) -> None:
    pace = limited(time)
    for _ in range(100):
        calls(pace, FORMS)
    assert (time.passed, pace.room) == (0, LIMITED.usable)


def test_a_batch_holds_what_is_counted_in_one_place(time: Time) -> None:
    pace = limited(time)
    assert pace.fitting([AUDIENCES, CAMPAIGNS, FORMS, CAMPAIGNS]) == 2
    assert pace.fitting([FORMS] * 50) == 50


def test_a_part_of_a_batch_tells_of_its_own_scope(time: Time) -> None:
    pace = Pace(time.clock)
    pace.note_parts([(pace.limit_of(FORMS), gauge("leadgen")), (pace.limit_of(CAMPAIGNS), gauge("ads_insights"))])
    calls(pace, "78/leadgen_forms")
    pace.enter(WRITE)
    for path in (FORMS, INSIGHTS):
        with pytest.raises(Throttled):
            calls(pace, path)


# ---- what goes first


class Launch:
    """Needs so many points, and goes first from `until` on."""

    def __init__(self, time: Time, points: int, until: datetime | None = None, *, insists: bool = True) -> None:
        self._time, self._points, self._insists = time, points, insists
        self.until = until

    def points(self) -> int:
        return self._points

    def give_way(self) -> None:
        if self._insists and self.until is not None and self._time.now >= self.until:
            raise Due("the launch")


def behind(time: Time, launch: Launch) -> tuple[Pace, list[str]]:
    """A pace in the limited tier of which a window is spent but for 20 points, and why it waits."""
    told: list[str] = []
    pace = limited(time)
    pace.waiting = lambda seconds, why: told.append(why)
    pace.enter(LIMITED.usable - 20)
    pace.yielding = launch
    return pace, told


def test_points_of_what_goes_first_are_left_alone(time: Time) -> None:
    pace, told = behind(time, Launch(time, 15))
    pace.make_room(5)
    assert (time.passed, told) == (0, [])
    pace.make_room(6)
    assert (time.passed, told) == (HELD, [LEFT])
    assert pace.ready(50, READ + WRITE) == (LIMITED.usable - 15) // 4


def test_what_goes_first_itself_may_use_them(time: Time) -> None:
    pace, _ = behind(time, Launch(time, 15))
    pace.yielding = None
    pace.make_room(20)
    assert time.passed == 0


def test_without_what_goes_first_there_would_be_no_room_either(time: Time) -> None:
    pace, told = behind(time, Launch(time, 15))
    pace.make_room(21)
    assert told == [NO_ROOM]


def test_however_much_goes_first_a_third_of_a_window_is_for_the_rest_and_that_is_said_once(time: Time) -> None:
    pace, told = behind(time, Launch(time, 500))
    for _ in range(3):
        pace.make_room(100)
        assert pace.usable == LIMITED.usable // 3
        pace.enter(pace.usable)
    assert [why for why in told if "need 500 points" in why] == [TOO_MUCH.format(needed=500, most=36)]


def test_a_wait_for_room_ends_when_something_else_has_its_turn(time: Time) -> None:
    pace, _ = behind(time, Launch(time, 15, NOW + timedelta(seconds=100)))
    with pytest.raises(Due):
        pace.make_room(10)
    assert time.passed == 100


def test_who_is_asked_to_stay_away_gives_way_when_something_has_its_turn(time: Time) -> None:
    pace, _ = behind(time, Launch(time, 15, NOW + timedelta(seconds=100)))
    pace.stand_back(timedelta(seconds=200))
    with pytest.raises(Due):
        pace.make_room(1)
    assert time.passed == 100
    pace.yielding = None
    pace.enter(READ)
    assert time.passed == 201


def test_who_is_asked_to_stay_away_waits_for_each_use_case_of_that_owner_and_no_other(time: Time) -> None:
    pace = Pace(time.clock, account="acme-sg")
    pace.stand_back(timedelta(seconds=30), Limit("page:1", "leadgen"))
    pace.enter(READ)
    assert time.passed == 0
    pace.enter(READ, Limit("page:1", "pages"))
    assert time.passed == 31


@pytest.mark.parametrize("asked", [2, 3600])
def test_the_longer_stands_of_what_meta_s_header_names_and_what_an_answer_asks_for(asked: int, time: Time) -> None:
    row = {"type": "ads_management", "call_count": 90, "estimated_time_to_regain_access": 20}
    refused, failed = Pace(time.clock), Pace(time.clock)
    for pace in (refused, failed):
        pace.note({"x-business-use-case-usage": json.dumps({"1": [row]})})
    until = NOW + timedelta(seconds=max(asked, 1200) + 1)
    assert refused.blocked(GraphReply(400, code=80004), asked=timedelta(seconds=asked)) == until
    failed.stand_back(timedelta(seconds=asked))
    with pytest.raises(Throttled) as error:
        failed.enter(READ)
    assert error.value.retry_at == until


def test_who_need_not_give_way_waits_on(time: Time) -> None:
    pace, _ = behind(time, Launch(time, 15, NOW + timedelta(seconds=100), insists=False))
    pace.make_room(10)
    assert time.passed == HELD


def test_a_block_that_comes_while_something_waits_ends_it(time: Time) -> None:
    pace, _ = behind(time, Launch(time, 15))
    time.sleep(100)

    def blocked_meanwhile(seconds: float, why: str) -> None:
        pace.blocked(GraphReply(400, code=80004))

    pace.waiting = blocked_meanwhile
    with pytest.raises(Throttled):
        pace.make_room(10)


def test_who_was_never_asked_is_told_that_it_is_the_app_that_is_blocked(time: Time) -> None:
    app = Blocks("app:TOKEN", time.clock)
    one, other = (Pace(time.clock, account=key, app=app) for key in ("acme-sg", "acme-my"))
    one.blocked(GraphReply(400, code=4))
    with pytest.raises(Throttled, match="the app is blocked by Meta's rate limit, whichever account is asked"):
        other.enter(READ)
    third = Pace(time.clock, account="acme-th", app=Blocks("app:OTHER", time.clock))
    third.blocked(GraphReply(400, code=17))
    with pytest.raises(Throttled, match="the account is blocked"):
        third.enter(READ)
