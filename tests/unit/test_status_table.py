from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.status import Schedule, desired_status, due_since

START = datetime(2026, 12, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)

UNTIMED = Schedule()
BOTH = Schedule(activate_at=START, deactivate_at=END)
ONLY_START = Schedule(activate_at=START)
ONLY_END = Schedule(deactivate_at=END)
EARLY = Schedule(activate_at=START, deactivate_at=END, active_before=True)
OVER = END - SECOND
"""When what it is in ends."""

ROWS = [
    pytest.param(UNTIMED, START, None, None, id="nothing declared: the buyer's own"),
    pytest.param(Schedule("PAUSED", START, END), START + SECOND, "PAUSED", None, id="PAUSED is a hold during the run"),
    pytest.param(Schedule("PAUSED"), START, "PAUSED", None, id="PAUSED without times"),
    pytest.param(Schedule("ACTIVE"), START, "ACTIVE", None, id="ACTIVE without times"),
    pytest.param(Schedule("ACTIVE", START, END), END, "ACTIVE", None, id="ACTIVE outlasts the times"),
    pytest.param(Schedule("ARCHIVED"), START, "ARCHIVED", None, id="ARCHIVED"),
    pytest.param(Schedule("ARCHIVED", START, END), START, "ARCHIVED", None, id="ARCHIVED whatever the times say"),
    pytest.param(BOTH, START - SECOND, "PAUSED", None, id="a second before the start"),
    pytest.param(BOTH, START, "ACTIVE", START, id="at the start"),
    pytest.param(BOTH, END - SECOND, "ACTIVE", START, id="a second before the end"),
    pytest.param(BOTH, END, "PAUSED", END, id="at the end"),
    pytest.param(BOTH, END + SECOND, "PAUSED", END, id="after the end"),
    pytest.param(ONLY_START, START - SECOND, "PAUSED", None, id="only activate_at, before"),
    pytest.param(ONLY_START, START, "ACTIVE", START, id="only activate_at, at"),
    pytest.param(ONLY_END, END - SECOND, None, None, id="only deactivate_at, before: the buyer's own"),
    pytest.param(ONLY_END, END, "PAUSED", END, id="only deactivate_at, at"),
    pytest.param(EARLY, START - SECOND, "ACTIVE", None, id="pre_review: on before the campaign's time"),
    pytest.param(EARLY, START, "ACTIVE", START, id="pre_review: at the start"),
    pytest.param(EARLY, END, "PAUSED", END, id="pre_review ends like the rest"),
    pytest.param(replace(BOTH, over_at=OVER), OVER - SECOND, "ACTIVE", START, id="before the end of what it is in"),
    pytest.param(replace(BOTH, over_at=OVER), OVER, None, None, id="from the end of what it is in"),
    pytest.param(replace(BOTH, over_at=OVER), END, "PAUSED", END, id="its own end after that of what it is in"),
    pytest.param(replace(ONLY_START, over_at=END), END, None, None, id="only activate_at, in what has ended"),
    pytest.param(Schedule("ACTIVE", over_at=START), END, "ACTIVE", None, id="ACTIVE in what has ended"),
]


@pytest.mark.parametrize(("schedule", "now", "status", "due"), ROWS)
def test_status_and_the_moment_that_asks_for_it(
    schedule: Schedule, now: datetime, status: str | None, due: datetime | None
) -> None:
    assert desired_status(schedule, now) == status
    assert due_since(schedule, now) == due


minutes = st.integers(0, 700 * 24 * 60)
moments = minutes.map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
times = st.one_of(st.none(), moments)
schedules = st.builds(
    Schedule,
    st.one_of(st.none(), st.sampled_from(["ACTIVE", "PAUSED", "ARCHIVED"])),
    times,
    times,
    st.booleans(),
)


@given(schedules, moments)
def test_a_written_status_wins_over_any_clock(schedule: Schedule, now: datetime) -> None:
    if schedule.status is not None:
        assert desired_status(schedule, now) == schedule.status
        assert due_since(schedule, now) is None


@given(schedules, moments)
def test_a_due_moment_is_declared_past_and_accounts_for_the_status(schedule: Schedule, now: datetime) -> None:
    due = due_since(schedule, now)
    if due is None:
        return
    assert due <= now
    assert due in (schedule.activate_at, schedule.deactivate_at)
    assert desired_status(schedule, now) == ("PAUSED" if due == schedule.deactivate_at else "ACTIVE")


@given(schedules, moments, moments)
def test_between_two_declared_moments_the_status_stands_still(
    schedule: Schedule, one: datetime, other: datetime
) -> None:
    first, second = sorted((one, other))
    crossed = [t for t in (schedule.activate_at, schedule.deactivate_at) if t is not None and first < t <= second]
    if not crossed:
        assert desired_status(schedule, first) == desired_status(schedule, second)


@given(schedules, moments)
def test_the_same_instant_in_another_zone_gives_the_same_status(schedule: Schedule, now: datetime) -> None:
    assert desired_status(schedule, now.astimezone(ZoneInfo("Asia/Singapore"))) == desired_status(schedule, now)


@given(schedules, moments)
def test_nothing_is_active_after_its_end_unless_somebody_wrote_so(schedule: Schedule, now: datetime) -> None:
    if schedule.deactivate_at is not None and now >= schedule.deactivate_at:
        assert desired_status(schedule, now) == (schedule.status or "PAUSED")
