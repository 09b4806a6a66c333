from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD_SET, CAMPAIGN, NOW, at, desired, resource

from reconciler.engine.agenda import Event, agenda, as_ics, runs
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


@pytest.mark.parametrize("moment", ["12-09 09:00", "12-10 09:00", "12-20 09:00", "12-25 09:00"])
def test_what_nobody_sees_in_a_campaign_that_is_off_is_not_told(moment: str) -> None:
    for own in (Schedule(activate_at=at(moment)), Schedule(deactivate_at=at(moment))):
        assert len(entries(resource(schedule=TIMED), resource(AD_SET, schedule=own))) == 2


@pytest.mark.parametrize("status", ["ACTIVE", "PAUSED", "ARCHIVED"])
def test_a_hold_starts_and_stops_nothing(status: str) -> None:
    assert entries(resource(schedule=Schedule(status, TIMED.activate_at, TIMED.deactivate_at))) == []


OWN = Schedule(activate_at=at("12-12 09:00"), deactivate_at=at("12-15 09:00"))


def test_what_is_in_a_held_campaign_starts_nothing_and_has_no_bar() -> None:
    held = [resource(schedule=Schedule("PAUSED", TIMED.activate_at)), resource(AD_SET, schedule=OWN)]
    assert entries(*held) == []
    assert [(run.status, run.timed) for run in runs(desired(held), {"acme-sg"})] == [("PAUSED", False)] * 2


def test_what_is_in_a_campaign_is_told_with_its_name() -> None:
    both = desired([resource(fields={"name": "Spring"}), resource(AD_SET, schedule=OWN, fields={"name": "Broad"})])
    titles = [line for line in ics(*agenda(both, NOW, 30)) if line.startswith("SUMMARY")]
    assert titles == ["SUMMARY:Spring: Broad starts", "SUMMARY:Spring: Broad stops"]


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


def test_a_launch_that_moves_moves_its_event() -> None:
    later = Event(at("12-11 09:00"), CAMPAIGN, "ACTIVE", "Spring")
    files = ics(EVENT), as_ics([later], "acme", NOW + timedelta(hours=1)).split("\r\n")
    uids, sequences = ([[each for each in file if each.startswith(word)] for file in files] for word in ("UID", "SEQ"))
    assert uids[0] == uids[1] == ["UID:acme-sg/spring-ACTIVE@acme"]
    assert [int(each[0].partition(":")[2]) for each in sequences][1] - int(sequences[0][0].partition(":")[2]) == 60


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_lines_are_folded_at_75_bytes_and_unfold_to_what_was_said(name: str) -> None:
    text = as_ics([Event(NOW, CAMPAIGN, "ACTIVE", name)], "acme", NOW)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    escaped = name.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped} starts\r\n" in text.replace("\r\n ", "")


# ---- runs


def told_runs(*resources: Resource) -> list[tuple[str, str, str]]:
    found = runs(desired(resources), ["acme-sg"])
    return [(str(r.address), f"{r.start:%m-%d}" if r.start else "", f"{r.end:%m-%d}" if r.end else "") for r in found]


def test_a_run_has_its_declared_times_and_is_told_once_for_what_follows_it() -> None:
    assert told_runs(resource(schedule=TIMED), resource(AD_SET, schedule=TIMED)) == [
        ("acme-sg/spring", "12-10", "12-20")
    ]


def test_an_ad_set_with_times_or_a_status_of_its_own_is_a_run_of_its_own() -> None:
    own = Schedule(activate_at=at("12-12 09:00"))
    held = Schedule("PAUSED", TIMED.activate_at, TIMED.deactivate_at)
    for schedule in (own, held):
        assert len(told_runs(resource(schedule=TIMED), resource(AD_SET, schedule=schedule))) == 2


def test_a_run_ends_with_what_it_is_in() -> None:
    own = Schedule(activate_at=at("12-12 09:00"), over_at=TIMED.deactivate_at)
    assert told_runs(resource(schedule=TIMED), resource(AD_SET, schedule=own))[1] == (str(AD_SET), "12-12", "12-20")


def test_what_has_no_times_is_a_run_whose_start_nobody_tells() -> None:
    assert told_runs(resource()) == [("acme-sg/spring", "", "")]


def test_the_archived_and_other_accounts_do_not_run() -> None:
    assert told_runs(resource(schedule=Schedule("ARCHIVED"))) == []
    assert runs(desired([resource()]), ["kopi-my"]) == []
