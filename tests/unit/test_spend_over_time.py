"""Money by day: what a chart shows and what a client signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, NOW, ZONE, at

from reconciler.engine.spend.over_time import daily, until_declared_end
from reconciler.engine.spend.parts import Part
from reconciler.engine.spend.timeline import campaigns, rests, timeline
from reconciler.model.plan import Capped, Moment, Spend


def spend(active: int, *moments: tuple[datetime, int]) -> Spend:
    return Spend("SGD", 0, 0, 0, active, tuple(Moment(*moment) for moment in moments))


def test_a_whole_day_is_the_daily_budget() -> None:
    found = daily(spend(0, (at("12-07 00:00"), 5000), (at("12-08 23:59"), 0)), NOW, ZONE, 5)
    assert found == tuple((date(2026, 12, day), money) for day, money in enumerate((0, 0, 5000, 5000, 0), 5))


def test_a_part_of_a_day_counts_by_its_hours() -> None:
    assert daily(spend(4800), at("12-05 18:00"), ZONE, 2) == ((date(2026, 12, 5), 1200), (date(2026, 12, 6), 4800))


def test_an_hour_that_is_begun_counts() -> None:
    assert daily(spend(0, (at("12-06 22:30"), 2400), (at("12-06 23:10"), 0)), NOW, ZONE, 2)[1][1] == 200


def test_the_total_is_what_a_budget_comes_to_in_its_run() -> None:
    run = spend(0, (at("12-06 09:00"), 5000), (at("12-31 23:59"), 0))
    total = until_declared_end(run, NOW, ZONE)
    assert (total.amount, total.until) == (5000 * 25 + 5000 * 15 // 24, at("12-31 23:59"))


def test_what_has_no_declared_end_says_so_and_counts_until_the_last_moment_known() -> None:
    total = until_declared_end(spend(1000, (at("12-07 10:00"), 3000)), NOW, ZONE)
    assert (total.amount, total.until, total.known_until, total.onward) == (2000, None, at("12-07 10:00"), 3000)


def test_an_hour_in_which_something_ends_counts_where_something_else_goes_on() -> None:
    run = spend(2400, (at("12-06 00:00"), 4800), (at("12-06 18:10"), 2400))
    assert until_declared_end(run, at("12-05 00:00"), ZONE).amount == 2400 + 4800 * 19 // 24


# ---- spend caps


def capped(left: int, active: int, *moments: tuple[datetime, int]) -> Capped:
    return Capped(left, active, tuple(Moment(*moment) for moment in moments))


RUNS = (at("12-06 00:00"), 5000), (at("12-31 00:00"), 0)


def test_a_spend_cap_ends_the_total_and_the_days_of_its_campaign_alone() -> None:
    both = [(moment, money + (1000 if money else 0)) for moment, money in RUNS]
    account = replace(spend(0, *both), capped=(capped(12_000, 0, *RUNS),))
    total = until_declared_end(account, NOW, ZONE)
    assert (total.amount, total.until, total.capped) == (12_000 + 25 * 1000, at("12-31 00:00"), True)
    assert [money for _, money in daily(account, NOW, ZONE, 5)] == [0, 6000, 6000, 3000, 1000]


def test_what_has_no_end_but_a_spend_cap_comes_to_the_cap() -> None:
    account = replace(spend(5000), capped=(capped(30_000, 5000),))
    total = until_declared_end(account, NOW, ZONE)
    assert (total.amount, total.until, total.onward, total.capped) == (30_000, None, 0, True)
    assert sum(money for _, money in daily(account, NOW, ZONE, 30)) == 30_000


def test_what_goes_on_beside_a_spent_cap_goes_on_alone() -> None:
    """Until the last moment known the capped one has spent all that it may."""
    later = at("12-31 00:00")
    account = replace(spend(6000, (later, 6100)), capped=(capped(30_000, 5000),))
    total = until_declared_end(account, at("12-06 00:00"), ZONE)
    assert (total.amount, total.until, total.onward) == (30_000 + 25 * 1000, None, 1100)


def test_an_account_in_which_nothing_runs_spends_nothing() -> None:
    total = until_declared_end(spend(0), NOW, ZONE)
    assert (total.amount, total.until, total.onward) == (0, NOW, 0)


@pytest.mark.parametrize("day", ["2026-10-25", "2026-03-29"])
def test_a_day_on_which_the_clocks_change_is_a_day(day: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=berlin) - timedelta(days=1)
    assert [money for _, money in daily(spend(5000), now, berlin, 3)] == [5000, 5000, 5000]


@given(
    active=st.integers(0, 10**7),
    steps=st.lists(st.tuples(st.integers(1, 60 * 24 * 40), st.integers(0, 10**7)), max_size=8),
    zone=st.sampled_from([ZONE, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")]),
)
def test_the_days_add_up_to_the_total(active: int, steps: list[tuple[int, int]], zone: ZoneInfo) -> None:
    moments = [(NOW + timedelta(minutes=minutes), money) for minutes, money in sorted(dict(steps).items())]
    run = spend(active, *moments, (NOW + timedelta(days=50), 0))
    days = daily(run, NOW, zone, 60)
    assert abs(sum(money for _, money in days) - until_declared_end(run, NOW, zone).amount) <= len(days)
    assert all(money <= max([active, *(money for _, money in moments)]) * 2 for _, money in days)


@pytest.mark.parametrize(("left", "now"), [(9_000_00, "12-08 03:00"), (120_00, "12-08 15:20"), (7, "12-08 23:30")])
def test_in_its_last_day_a_lifetime_budget_comes_to_what_is_left_of_it(left: int, now: str) -> None:
    own = {CAMPAIGN: Part({}), AD_SET: Part({"lifetime_budget": 9_000_00}, at("12-01 09:00"), at("12-08 23:59"), left)}
    parts = {**own, AD: Part({})}
    moments, clock = timeline(parts, at(now)), at(now).astimezone(ZONE)
    running = [campaign for _, campaign in campaigns(parts, clock, whole=False, ads=True)]
    assert moments[0].daily <= left
    run = Spend("SGD", 0, 0, 0, moments[0].daily, tuple(moments[1:]), tuple(rests(running)))
    assert until_declared_end(run, clock, ZONE).amount == left
    assert sum(money for _, money in daily(run, clock, ZONE, 3)) in (left - 1, left)


@pytest.mark.parametrize("zone", ["Asia/Singapore", "Asia/Kolkata", "Australia/Adelaide", "Asia/Kathmandu"])
@pytest.mark.parametrize("told", ["+00:00", "+08:00", "+05:30"])
@pytest.mark.parametrize(
    ("start", "end"), [("06T09:30", "08T09:10"), ("06T09:00", "08T23:59"), ("06T00:00", "08T00:00")]
)
def test_a_lifetime_budget_comes_to_itself_however_its_times_lie_on_the_clock(
    start: str, end: str, told: str, zone: str
) -> None:
    clock = ZoneInfo(zone)
    first, last = (datetime.fromisoformat(f"2026-12-{one}:00{told}") for one in (start, end))
    own = {CAMPAIGN: Part({}), AD_SET: Part({"lifetime_budget": 9_000_00}, first, last), AD: Part({})}
    moments = timeline(own, NOW.astimezone(clock))
    total = until_declared_end(spend(0, *((one.at, one.daily) for one in moments[1:])), NOW, clock)
    assert 9_000_00 <= total.amount <= 9_000_00 + 3
