from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD_SET, CAMPAIGN, NOW, at, desired, resource

from reconciler.engine.agenda import Event, agenda, as_ics
from reconciler.model.resource import Resource
from reconciler.model.status import Schedule

TIMED = Schedule(activate_at=at("12-10 09:00"), deactivate_at=at("12-20 09:00"))


def entries(*resources: Resource, days: int = 30) -> list[tuple[str, str, str]]:
    return [(str(e.address), e.status, f"{e.at:%m-%d}") for e in agenda(desired(resources), NOW, days)]


def test_starts_and_stops_are_told_in_order() -> None:
    assert entries(resource(schedule=TIMED)) == [
        ("acme-sg/spring", "ACTIVE", "12-10"),
        ("acme-sg/spring", "PAUSED", "12-20"),
    ]


def test_what_follows_its_campaign_is_not_told_again() -> None:
    assert len(entries(resource(schedule=TIMED), resource(AD_SET, schedule=TIMED))) == 2


def test_an_ad_set_with_times_of_its_own_is_told() -> None:
    own = Schedule(activate_at=at("12-12 09:00"))
    assert ("acme-sg/spring/main", "ACTIVE", "12-12") in entries(
        resource(schedule=TIMED), resource(AD_SET, schedule=own)
    )


@pytest.mark.parametrize("status", ["ACTIVE", "PAUSED", "ARCHIVED"])
def test_a_hold_starts_and_stops_nothing(status: str) -> None:
    assert entries(resource(schedule=Schedule(status, TIMED.activate_at, TIMED.deactivate_at))) == []


@pytest.mark.parametrize(("days", "count"), [(4, 0), (5, 1), (14, 1), (15, 2), (0, 0)])
def test_only_the_days_asked_for_are_told(days: int, count: int) -> None:
    exact = Schedule(activate_at=NOW + timedelta(days=5), deactivate_at=NOW + timedelta(days=15))
    assert len(entries(resource(schedule=exact), days=days)) == count


def test_what_is_past_or_now_is_not_told() -> None:
    assert entries(resource(schedule=Schedule(activate_at=NOW, deactivate_at=NOW - timedelta(days=1)))) == []


EVENT = Event(at("12-10 09:00"), CAMPAIGN, "ACTIVE", "Spring; Sale, 30\\% \n")


def ics(*events: Any) -> list[str]:
    return as_ics(events, "acme", NOW).split("\r\n")


def test_the_calendar_has_an_event_for_each_start_and_stop() -> None:
    stop = Event(at("12-20 09:00"), CAMPAIGN, "PAUSED", "Spring")
    lines = ics(EVENT, stop)
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reconciler//schedule//EN"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20261210T010000Z",
        "DTSTART:20261220T010000Z",
    ]
    assert "SUMMARY:Spring stops" in lines
    assert len({line for line in lines if line.startswith("UID")}) == 2


def test_text_is_escaped_as_the_standard_says() -> None:
    assert "SUMMARY:Spring\\; Sale\\, 30\\\\% \\n starts" in ics(EVENT)


def test_the_same_event_has_the_same_identity_in_every_export() -> None:
    first, second = as_ics([EVENT], "acme", NOW), as_ics([EVENT], "acme", NOW + timedelta(days=1))
    assert [line for line in first.splitlines() if line.startswith("UID")] == [
        line for line in second.splitlines() if line.startswith("UID")
    ]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_lines_are_folded_at_75_bytes_and_unfold_to_what_was_said(name: str) -> None:
    text = as_ics([Event(NOW, CAMPAIGN, "ACTIVE", name)], "acme", NOW)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    escaped = name.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped} starts\r\n" in text.replace("\r\n ", "")
