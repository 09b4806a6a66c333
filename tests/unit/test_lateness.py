from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, NOW, ZONE, account, change, ground, live, plan, record, resource

from reconciler.engine.lateness import POLICY, Known, headline, missed, refusals, said_span, warnings
from reconciler.engine.policy import guard
from reconciler.kinds.codecs import parse_time
from reconciler.model.address import Address
from reconciler.model.moments import said_length
from reconciler.model.plan import Action, Change, Late, Refusal
from reconciler.model.problem import Origin
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import Schedule

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
WHOLE = (CAMPAIGN, AD_SET, AD)
OTHER_SET = Address.parse("acme-sg/spring/other")


def without_held(changes: Iterable[Change], late: Iterable[Late]) -> list[Change]:
    """The changes that are left after policy has held back late launches."""
    held = [Refusal(POLICY, str(one.address), "x") for one in late if one.held]
    return list(guard(plan(changes, refusals=held), ground()).plan.changes)


def starting(lateness: timedelta, end: timedelta | None = None, status: str | None = None) -> Schedule:
    """Due so long before now; ending so long after it."""
    return Schedule(status, NOW - lateness, NOW + end if end is not None else None)


def known(
    schedules: Mapping[Address, Schedule],
    objects: Mapping[Address, Object] | None = None,
    records: Mapping[Address, Record] | None = None,
    now: datetime = NOW,
    **policies: Any,
) -> Known:
    """What is declared; nothing is live or recorded unless given."""
    line = {"activate_at": Origin("desired/campaigns/acme-sg/spring.yaml", 3, 1)}
    declared: dict[Address, Resource] = {
        a: resource(a, schedule=s, now=now, origins=line) for a, s in schedules.items()
    }
    return Known(account(**policies), declared, objects or {}, records or {}, now, ZONE)


def launches(world: Known, addresses: Iterable[Address] = WHOLE) -> list[Change]:
    """The activations that the clock asks for, as the difference makes them."""
    due = {a: world.resources[a].schedule.activate_at for a in addresses}
    return [change(Action.ACTIVATE, a, id="1", timed=True, due=due[a], after={"status": "ACTIVE"}) for a in addresses]


def late(world: Known, *, allowed: bool = False, changes: Iterable[Change] | None = None) -> tuple[Late, ...]:
    return missed(launches(world, world.resources) if changes is None else changes, world, allowed=allowed)


def alike(lateness: timedelta) -> dict[Address, Schedule]:
    return dict.fromkeys(WHOLE, starting(lateness))


# ---- how late


LATENESS = [
    pytest.param(HOUR, False, False, id="an hour"),
    pytest.param(HOUR + SECOND, True, False, id="more than an hour"),
    pytest.param(DAY, True, False, id="a day"),
    pytest.param(DAY + SECOND, True, True, id="more than a day"),
]


@pytest.mark.parametrize(("lateness", "said", "held"), LATENESS)
def test_an_hour_late_is_said_and_a_day_late_is_held(lateness: timedelta, said: bool, held: bool) -> None:
    found = late(known(alike(lateness)))
    assert [one.address for one in found] == [CAMPAIGN] * said
    assert any(one.held for one in found) is held


@pytest.mark.parametrize(("limit", "held"), [(1800, True), (10**12, False)])
def test_the_project_says_how_late_is_too_late(limit: int, held: bool) -> None:
    lateness = timedelta(minutes=31) if held else 300 * DAY
    found = late(known(alike(lateness), max_lateness_seconds=limit))
    assert [one.held for one in found] == [held]


def test_a_review_or_the_option_lets_it_go_and_still_says_it() -> None:
    world = known(alike(314 * DAY))
    (one,) = late(world, allowed=True)
    assert not one.held
    assert list(refusals([one], world)) == []
    assert without_held(launches(world), [one]) == launches(world)


def test_a_clock_change_makes_nothing_an_hour_later() -> None:
    """On 2026-11-01 New York has 25 hours: from noon to noon is a day and an hour."""
    zone = ZoneInfo("America/New_York")
    due, noon = (parse_time(f"2026-{day} 12:00", zone) for day in ("10-31", "11-01"))
    (at_noon,) = late(known(dict.fromkeys(WHOLE, Schedule(activate_at=due)), now=noon))
    (earlier,) = late(known(dict.fromkeys(WHOLE, Schedule(activate_at=due)), now=noon - HOUR))
    assert (at_noon.held, earlier.held) == (True, False)


def test_what_was_written_in_another_time_zone_is_said_and_not_held() -> None:
    (one,) = late(known(alike(8 * HOUR)))
    assert (one.address, one.held) == (CAMPAIGN, False)


@given(seconds=st.integers(0, 10**8), limit=st.integers(60, 10**8), allowed=st.booleans())
def test_what_is_held_is_always_said_and_never_within_the_limit(seconds: int, limit: int, allowed: bool) -> None:
    world = known(alike(timedelta(seconds=seconds)), max_lateness_seconds=limit)
    found = late(world, allowed=allowed)
    assert any(one.held for one in found) == (seconds > limit and not allowed)
    assert len(list(refusals(found, world))) == sum(one.held for one in found)


# ---- whose time it is


def test_each_level_is_late_by_its_own_time() -> None:
    world = known({**alike(HOUR), AD_SET: starting(3 * DAY), AD: starting(3 * DAY)})
    assert [(one.address, one.held) for one in late(world)] == [(AD_SET, True)]
    assert [c.address for c in without_held(launches(world), late(world))] == [CAMPAIGN]


def test_a_late_campaign_holds_back_all_launches_in_it_and_nothing_else() -> None:
    world = known({**alike(3 * DAY), OTHER_SET: starting(HOUR)})
    others = [
        change(Action.CREATE, AD),
        change(Action.UPDATE, CAMPAIGN, id="1", after={"daily_budget": 1}),
        change(Action.PAUSE, AD_SET, id="1"),
        change(Action.ACTIVATE, Address.parse("acme-sg/springtime"), id="1"),
    ]
    assert without_held([*launches(world, world.resources), *others], late(world)) == others


def test_what_is_added_to_a_running_campaign_is_not_late() -> None:
    world = known(alike(300 * DAY), {CAMPAIGN: live(status="ACTIVE")})
    assert late(world, changes=launches(world, (AD_SET, AD))) == ()


def test_a_new_ad_set_with_an_old_time_of_its_own_is_late_in_a_running_campaign() -> None:
    world = known({**alike(300 * DAY), AD_SET: starting(200 * DAY)}, {CAMPAIGN: live(status="ACTIVE")})
    assert [one.address for one in late(world, changes=launches(world, (AD_SET,)))] == [AD_SET]


def test_a_launch_that_was_carried_out_is_not_late_when_it_goes_on_after_a_hold() -> None:
    world = known(alike(300 * DAY))
    receipt = {"activate_at": (NOW - 300 * DAY).isoformat()}
    assert late(replace(world, records={CAMPAIGN: record(activation=receipt)})) == ()
    assert late(replace(world, records={CAMPAIGN: record(activation={"activate_at": NOW.isoformat()})}))
    assert late(replace(world, records={CAMPAIGN: record(activation={"activate_at": "status"})}))


def test_a_status_without_a_time_is_never_late() -> None:
    world = known(dict.fromkeys(WHOLE, Schedule("ACTIVE")))
    assert late(world) == ()


def test_what_pre_review_turns_on_before_the_time_is_not_late() -> None:
    ahead = Schedule(activate_at=NOW + DAY, active_before=True)
    world = known({CAMPAIGN: Schedule(activate_at=NOW + DAY), AD_SET: ahead, AD: ahead})
    early = [change(Action.ACTIVATE, a, id="1", due=None) for a in (AD_SET, AD)]
    assert late(world, changes=early) == ()


def test_a_stop_is_never_late() -> None:
    world = known(dict.fromkeys(WHOLE, starting(300 * DAY, -200 * DAY)))
    stop = change(Action.PAUSE, id="1", timed=True, due=NOW - 200 * DAY)
    assert late(world, changes=[stop]) == ()
    assert without_held([stop], [Late(CAMPAIGN, NOW, held=True)]) == [stop]


# ---- ends that have passed


@pytest.mark.parametrize("schedule", [starting(300 * DAY, -200 * DAY), Schedule(deactivate_at=NOW - 200 * DAY)])
def test_something_new_whose_end_has_passed_is_said_once(schedule: Schedule) -> None:
    world = known(dict.fromkeys(WHOLE, schedule))
    found = late(world, changes=[change(Action.CREATE, a) for a in WHOLE])
    assert [(one.address, one.ended, one.held) for one in found] == [(CAMPAIGN, True, False)]
    assert list(headline(found, [], NOW, ZONE)) == [
        "Over: acme-sg/spring was to stop 2026-05-19 10:00 +08, 200 days ago; "
        "it is made PAUSED and never starts: correct deactivate_at"
    ]


def test_an_ad_that_is_added_after_the_end_of_its_campaign_is_no_news() -> None:
    world = known(dict.fromkeys(WHOLE, starting(300 * DAY, -200 * DAY)), {CAMPAIGN: live()})
    assert late(world, changes=[change(Action.CREATE, AD)]) == ()


# ---- what is said


def test_a_refusal_names_time_lateness_limit_place_and_ways_out() -> None:
    world = known(alike(314 * DAY))
    (refusal,) = refusals(late(world), world)
    assert (refusal.policy, refusal.address) == ("max_lateness", "acme-sg/spring")
    assert refusal.message == (
        "was to start 2026-01-25 10:00 +08, 314 days ago, and what is more than 24 h late is not turned on by itself: "
        "if that is the wrong time, correct activate_at (desired/campaigns/acme-sg/spring.yaml:3): 2027-01-25 10:00, "
        "perhaps; to start it now, write activate_at: 2026-12-05 10:00, or keep the time and let a person decide: "
        "reconciler plan --out plan.json, then reconciler apply plan.json; or reconciler apply --late-activations"
    )


@pytest.mark.parametrize(
    ("due", "now", "other"),
    [
        ("2026-01-12 09:00", "2026-11-21 10:00", "2027-01-12 09:00"),
        ("2025-12-01 09:00", "2026-11-21 10:00", "2026-12-01 09:00"),
        ("2016-12-01 09:00", "2026-11-21 10:00", "2026-12-01 09:00"),
        ("2024-02-29 09:00", "2026-11-21 10:00", ""),
        ("2024-02-29 09:00", "2027-11-21 10:00", "2028-02-29 09:00"),
        ("2026-11-19 09:00", "2026-11-21 10:00", ""),
    ],
)
def test_the_time_that_was_probably_meant_is_the_same_day_of_the_next_year(due: str, now: str, other: str) -> None:
    moment = parse_time(now, ZONE)
    world = known(dict.fromkeys(WHOLE, Schedule(activate_at=parse_time(due, ZONE))), now=moment)
    (refusal,) = refusals(late(world), world)
    assert ("perhaps" in refusal.message) == bool(other)
    assert other in refusal.message


@pytest.mark.parametrize(
    ("held", "starting", "end"),
    [
        (True, [], "stays PAUSED until a person decides"),
        (False, [CAMPAIGN], "is turned on now"),
        (False, [AD], "is turned on now"),
        (False, [Address.parse("acme-sg/other")], "stays PAUSED while something holds it back, see below"),
    ],
)
def test_the_headline_says_what_becomes_of_it(held: bool, starting: list[Address], end: str) -> None:
    changes = [change(Action.ACTIVATE, address) for address in starting]
    (line,) = headline([Late(CAMPAIGN, NOW - 30 * HOUR, held=held)], changes, NOW, ZONE)
    assert line.startswith(f"Late: acme-sg/spring was to start 2026-12-04 04:00 +08, 30 h ago; it {end}")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1800, "30 min"), (7199, "119 min"), (7200, "2 h"), (86400, "24 h"), (172799, "47 h"), (172800, "2 days")],
)
def test_a_span_is_cut_not_rounded(seconds: int, said: str) -> None:
    assert said_span(seconds) == said


# ---- validate


OLD = alike(314 * DAY)
SOME = {Address.parse("acme-sg/other"): record(Address.parse("acme-sg/other"))}


def test_validate_warns_of_a_start_that_state_does_not_know() -> None:
    (warning,) = warnings(known(OLD, records=SOME))
    assert "acme-sg/spring: activate_at was 2026-01-25 10:00 +08, 314 days ago" in warning.message
    assert "correct activate_at" in warning.mend


def test_validate_warns_of_an_end_that_came_before_anything_was_made() -> None:
    (warning,) = warnings(known(dict.fromkeys(WHOLE, starting(300 * DAY, -200 * DAY)), records=SOME))
    assert "never starts" in warning.message


SILENT = [
    pytest.param(OLD, {}, id="no state here, so nobody knows"),
    pytest.param(alike(HOUR), SOME, id="late by an hour"),
    pytest.param(OLD, {CAMPAIGN: record(activation={"activate_at": (NOW - 314 * DAY).isoformat()})}, id="launched"),
    pytest.param(OLD, {CAMPAIGN: record(status="ACTIVE")}, id="on as far as we know"),
    pytest.param(OLD, {CAMPAIGN: record(live={"status": "ACTIVE"})}, id="seen on"),
    pytest.param(dict.fromkeys(WHOLE, starting(300 * DAY, -DAY)), {CAMPAIGN: record()}, id="over"),
]


@pytest.mark.parametrize(("schedules", "records"), SILENT)
def test_validate_does_not_nag(schedules: dict[Address, Schedule], records: dict[Address, Record]) -> None:
    assert list(warnings(known(schedules, records=records))) == []


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "1 s"), (9 * 3600, "9 h"), (5400, "1 h 30 min"), (86399, "23 h 59 min 59 s"), (0, "0 s")]
)
def test_a_length_is_said_whole(seconds: float, said: str) -> None:
    assert said_length(seconds) == said
