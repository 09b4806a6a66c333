"""The tables of `engine/settle.py`, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.values import CAMPAIGN, NOW, live, observed

from reconciler.engine.intents import as_before, create_again, may_show_up, sending, with_intent, without_status
from reconciler.engine.settle import Became, Settled, judged, settle
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Identity

EARLIER, LATELY = NOW - timedelta(minutes=31), NOW - timedelta(minutes=29)
SENT = {
    "daily_budget": (5000, 8000, "update_campaign_budget"),
    "status": ("PAUSED", "ACTIVE", "update_campaign_run_status"),
}
"""By field: what was applied, what was sent over it, and how the log calls a change of it."""


def said(record: Record, name: str) -> Any:
    return record.status if name == "status" else record.applied.get(name)


def known(name: str, *, at: Any = EARLIER, confirmed: bool = False, **more: Any) -> Record:
    former, value, _ = SENT[name]
    now = value if confirmed else former
    fields: dict[str, Any] = {"status": now} if name == "status" else {"applied": {name: now}}
    record = Record("campaign", "100", **fields, **more)
    before = Record("campaign", "100", status="PAUSED", applied={"daily_budget": 5000})
    return with_intent(record, sending({name: value}, at.isoformat() if at else "", "100", (), before))


def looked(record: Record, name: str, value: Any, *, event: bool = False) -> Settled:
    there = live(status=value) if name == "status" else live(fields={name: value})
    log = [Activity("100", SENT[name][2], NOW, "Mei")] if event else []
    return settle({CAMPAIGN: record}, observed({CAMPAIGN: there}, log), NOW)[CAMPAIGN]


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("event", [True, False])
def test_what_reads_as_sent_has_arrived(name: str, confirmed: bool, event: bool) -> None:
    value = SENT[name][1]
    found = looked(known(name, confirmed=confirmed), name, value, event=event)
    assert (found.became(name), said(found.record, name), found.undecided) == (Became.ARRIVED, value, {})


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("confirmed", [True, False])
def test_an_event_since_it_was_sent_tells_that_somebody_has_come_after_it(name: str, confirmed: bool) -> None:
    former, value, _ = SENT[name]
    found = looked(known(name, at=LATELY, confirmed=confirmed), name, former, event=True)
    assert (found.became(name), said(found.record, name), found.undecided) == (Became.SUPERSEDED, value, {})


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize(("at", "confirmed"), [(EARLIER, True), (EARLIER, False), (LATELY, False), (None, True)])
def test_without_an_event_it_was_not_taken(name: str, at: Any, confirmed: bool) -> None:
    former, *_ = SENT[name]
    found = looked(known(name, at=at, confirmed=confirmed), name, former)
    assert (found.became(name), said(found.record, name), found.undecided) == (Became.NOT_TAKEN, former, {})


@pytest.mark.parametrize("name", SENT)
def test_what_meta_has_confirmed_lately_is_undecided_until_the_log_has_had_its_time(name: str) -> None:
    former, *_ = SENT[name]
    found = looked(known(name, at=LATELY, confirmed=True), name, former)
    assert said(found.record, name) == former
    assert name in found.undecided[name] and "30 min" in found.undecided[name]


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("name", SENT)
def test_where_nobody_has_looked_the_record_stands_and_is_undecided(name: str, confirmed: bool) -> None:
    record = known(name, confirmed=confirmed)
    found = settle({CAMPAIGN: record}, observed(), NOW)[CAMPAIGN]
    assert said(found.record, name) == said(record, name)
    assert "nobody has looked since" in found.undecided[name]


@pytest.mark.parametrize("name", SENT)
def test_what_is_settled_has_nothing_in_flight(name: str) -> None:
    assert looked(known(name), name, SENT[name][0]).record.in_flight is None


def test_our_last_word_may_be_one_that_is_undecided() -> None:
    found = looked(known("status", at=LATELY, confirmed=True), "status", "PAUSED")
    assert [found.may_be_on(status) for status in ("ACTIVE", "PAUSED", "ARCHIVED")] == [True, True, False]


def test_what_has_arrived_or_is_decided_is_no_longer_in_flight() -> None:
    there = looked(known("daily_budget"), "daily_budget", 8000)
    open_ = looked(known("daily_budget"), "daily_budget", 5000)
    assert there.left(()) is None
    assert open_.left({"daily_budget"}) is None
    assert open_.left(()) == known("daily_budget").in_flight


def test_a_twins_record_says_nothing_of_what_is_in_flight_to_this_one() -> None:
    twin = known("daily_budget", confirmed=True)
    found = settle({CAMPAIGN: twin}, observed({CAMPAIGN: live(id="99", fields={"daily_budget": 5000})}), NOW)
    assert found[CAMPAIGN].sent == {}
    assert found[CAMPAIGN].record.applied == {}


def test_a_record_that_knows_nothing_is_not_settled() -> None:
    assert settle({CAMPAIGN: Record("campaign")}, observed(), NOW) == {}


# ---- what does not spend

US = Identity("ours", frozenset({"7"}))


def written(*, at: Any = EARLIER, confirmed: bool = True, **more: Any) -> Record:
    """A name that was sent over another."""
    before = Record("campaign", "100", applied={"name": "a"})
    sent = sending({"name": "b"}, at.isoformat(), "100", (), before, more.pop("seen", {"name": "a"}))
    return with_intent(Record("campaign", "100", applied={"name": "b" if confirmed else "a"}), sent)


def event(by: str) -> Activity:
    application = "ours" if by == "7" else "Ads Manager"
    return Activity("100", "update_campaign_name", NOW, by, actor_id=by, application_id=application)


def named(record: Record, value: str | None, *by: str) -> Settled:
    there = live(fields={} if value is None else {"name": value})
    look = observed({CAMPAIGN: there}, [event(each) for each in by], identity=US)
    return settle({CAMPAIGN: record}, look, NOW)[CAMPAIGN]


ROWS = {
    "reads as sent": (written(), "b", (), Became.ARRIVED, "b"),
    "reads as sent, without an answer": (written(confirmed=False), "b", (), Became.ARRIVED, "b"),
    "without an answer": (written(confirmed=False), "a", (), Became.NOT_TAKEN, "a"),
    "lately": (written(at=LATELY), "a", (), Became.CONFIRMED, "b"),
    "reads as before": (written(), "a", ("7",), Became.DROPPED, "a"),
    "reads as before, which was not ours": (written(seen={"name": "x"}), "x", (), Became.DROPPED, "a"),
    "reads as before, and somebody came": (written(), "a", ("9",), Became.SUPERSEDED, "b"),
    "altered by Meta": (written(), "c", ("7",), Became.ALTERED, "c"),
    "altered by somebody": (written(), "c", ("7", "9"), Became.SUPERSEDED, "b"),
    "altered by nobody knows whom": (written(), "c", (), Became.SUPERSEDED, "b"),
}


@pytest.mark.parametrize(("record", "value", "by", "became", "applied"), ROWS.values(), ids=ROWS)
def test_what_does_not_spend_is_judged_by_its_own_table(
    record: Record, value: str, by: tuple[str, ...], became: Became, applied: str
) -> None:
    found = named(record, value, *by)
    assert (found.became("name"), found.record.applied["name"]) == (became, applied)
    assert found.record.dropped == ({"name": "b"} if became in (Became.DROPPED, Became.ALTERED) else None)
    assert bool(found.left(())) == bool(found.undecided) == (became is Became.CONFIRMED)


def test_the_run_that_has_sent_it_need_not_wait() -> None:
    look = observed({CAMPAIGN: live(fields={"name": "a", "daily_budget": 5000})})
    record = with_intent(written(at=LATELY), known("daily_budget", at=LATELY, confirmed=True).in_flight or {})
    record = replace(record, applied={"name": "b", "daily_budget": 8000})
    found = judged(record, look.objects[CAMPAIGN], look, NOW, {"name", "daily_budget"})
    assert found.record.applied == {"name": "a", "daily_budget": 5000}
    assert found.undecided == {}


def test_of_what_was_made_and_never_looked_at_all_was_sent() -> None:
    made = Record("campaign", "100", applied={"name": "b", "daily_budget": 5000}, created_at=EARLIER.isoformat())
    there = observed({CAMPAIGN: live(fields={"daily_budget": 5000})})
    found = settle({CAMPAIGN: made}, there, NOW)[CAMPAIGN]
    assert (found.record.applied, found.record.dropped) == ({"daily_budget": 5000}, {"name": "b"})
    assert settle({CAMPAIGN: replace(made, live={"status": "PAUSED"})}, there, NOW)[CAMPAIGN].sent == {}


# ---- what is written down


def test_a_value_that_was_undecided_when_another_is_sent_gives_the_former_as_settled() -> None:
    before = looked(known("daily_budget"), "daily_budget", 8000).record
    assert sending({"daily_budget": 9000}, "", "100", (), before)["daily_budget"]["former"] == 8000


def test_events_that_were_known_when_it_was_sent_are_none_since() -> None:
    log = [Activity("100", "update_campaign_budget", NOW, "Mei")]
    sent = sending({"daily_budget": 8000}, "", "100", log, Record("campaign", "100", applied={"daily_budget": 5000}))
    record = with_intent(Record("campaign", "100", applied={"daily_budget": 5000}), sent)
    assert looked(record, "daily_budget", 5000, event=True).became("daily_budget") is Became.NOT_TAKEN


def test_a_refusal_leaves_what_was_in_flight_before() -> None:
    earlier = known("daily_budget")
    later = with_intent(earlier, sending({"status": "ACTIVE"}, "", "100", (), earlier))
    assert as_before(later, earlier).in_flight == earlier.in_flight


def test_a_status_that_is_known_leaves_the_rest_in_flight() -> None:
    both = with_intent(known("daily_budget"), known("status").in_flight or {})
    assert without_status(both).in_flight == known("daily_budget").in_flight
    assert without_status(known("status")).in_flight is None


def test_of_two_creates_without_an_answer_only_what_both_say_is_known() -> None:
    first = create_again(None, "campaign", {"name": "a", "daily_budget": 5000, "objective": "x"})
    assert first == Record("campaign", applied={"name": "a", "daily_budget": 5000, "objective": "x"})
    again = create_again(
        Record("campaign", pending=NOW.isoformat(), applied=first.applied),
        "campaign",
        {"name": "b", "daily_budget": 6000, "objective": "x"},
    )
    assert again.applied == {"daily_budget": 5000, "objective": "x"}
    assert (again.in_flight or {})["daily_budget"]["value"] == 6000


def test_a_create_may_show_up_for_five_minutes() -> None:
    sent = Record("campaign", pending=(NOW - timedelta(minutes=4)).isoformat())
    assert may_show_up(sent, NOW)
    assert not may_show_up(sent, NOW + timedelta(minutes=2))
    assert not may_show_up(Record("campaign", "100"), NOW)
    assert not may_show_up(None, NOW)
