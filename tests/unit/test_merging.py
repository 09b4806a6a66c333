"""Two histories of one account's records made one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN

from reconciler.model.address import Address
from reconciler.model.errors import StateError
from reconciler.model.record import Record
from reconciler.store.files.record_text import row_of, text_of
from reconciler.store.files.runs import run_of, run_text
from reconciler.store.git.contents import merged_text
from reconciler.store.git.files import kept_path
from reconciler.store.merging import merged, merged_record
from reconciler.store.runs import Run

EARLY, LATE = "2026-11-21T02:00:00+00:00", "2026-11-21T03:00:00+00:00"
BUDGET = {"at": EARLY, "former": 5000, "known": 0, "value": 6000}

ids = st.sampled_from(["", "1", "2"])
moments = st.sampled_from(["", EARLY, LATE])
in_flight = st.sampled_from([None, {"daily_budget": BUDGET}, {"status": {**BUDGET, "value": "ACTIVE"}}])
records = st.builds(
    Record,
    kind=st.just("campaign"),
    id=ids,
    applied=st.sampled_from([{}, {"daily_budget": 5000}, {"daily_budget": 6000}]),
    status=st.sampled_from(["", "PAUSED", "ACTIVE"]),
    in_flight=in_flight,
    activation=st.sampled_from([None, {"activate_at": "status"}, {"deactivate_at": LATE}]),
    held=st.sampled_from(["", "was paused by a command"]),
    pending=moments,
    unheard=moments,
    as_of=moments,
    created_at=moments,
)
rows = st.dictionaries(st.sampled_from([CAMPAIGN, AD_SET, AD]), records, max_size=3)


@given(rows, rows, rows)
def test_both_sides_come_to_the_same(
    base: dict[Address, Record], ours: dict[Address, Record], theirs: dict[Address, Record]
) -> None:
    assert merged(base, ours, theirs) == merged(base, theirs, ours)


@given(rows, rows, rows)
def test_what_was_merged_is_merged_again_without_a_change(
    base: dict[Address, Record], ours: dict[Address, Record], theirs: dict[Address, Record]
) -> None:
    once = merged(base, ours, theirs)
    assert merged(base, once, theirs) == merged(base, ours, once) == once


@given(rows, rows)
def test_no_address_is_lost_where_nobody_removed_it(ours: dict[Address, Record], theirs: dict[Address, Record]) -> None:
    assert set(merged({}, ours, theirs)) == {*ours, *theirs}


@given(records, records)
def test_no_id_intent_receipt_or_hold_of_either_is_lost(ours: Record, theirs: Record) -> None:
    found = merged_record(None, ours, theirs)
    assert found is not None
    for one in (ours, theirs):
        assert bool(found.id) >= bool(one.id)
        assert bool(found.pending) >= bool(one.pending)
        assert bool(found.unheard) >= bool(one.unheard)
        assert set(found.in_flight or {}) >= set(one.in_flight or {})
        assert set(found.activation or {}) >= set(one.activation or {})
        assert bool(found.held) >= bool(one.held)


@given(records, records)
def test_what_one_side_alone_has_changed_is_as_that_side_has_it(base: Record, ours: Record) -> None:
    assert merged_record(base, ours, base) == merged_record(base, base, ours) == ours
    assert merged_record(base, None, base) is None


def record(**more: Any) -> Record:
    return Record(**{"kind": "campaign", "id": "1", "as_of": EARLY, **more})


BASE = record(applied={"daily_budget": 5000})
LATER = replace(BASE, applied={"daily_budget": 6000}, as_of=LATE)


def test_of_two_changes_the_later_stands_with_the_receipt_and_intent_of_the_other() -> None:
    earlier = replace(BASE, activation={"activate_at": LATE}, in_flight={"status": BUDGET}, as_of=EARLY, held="x")
    found = merged_record(BASE, earlier, LATER)
    assert found == replace(LATER, activation={"activate_at": LATE}, in_flight={"status": BUDGET}, held="x")


def test_what_was_in_flight_before_and_has_been_settled_by_the_later_is_settled() -> None:
    before = replace(BASE, in_flight={"status": BUDGET}, held="x")
    found = merged_record(before, replace(before, live={"status": "PAUSED"}), replace(LATER, in_flight=None, held=""))
    assert found is not None and (found.in_flight, found.held) == (None, "")


NAME = {"at": LATE, "former": "A", "known": 0, "value": "B"}
AGAIN = {**BUDGET, "at": LATE, "value": 7000}


@pytest.mark.parametrize("later", ["ours", "theirs", "neither"])
def test_an_old_intent_of_both_sides_stays_beside_those_that_each_has_sent_since(later: str) -> None:
    before = replace(BASE, in_flight={"daily_budget": BUDGET})
    ours = replace(before, in_flight={"daily_budget": BUDGET, "name": NAME}, as_of=LATE if later == "ours" else EARLY)
    theirs = replace(
        before, in_flight={"daily_budget": BUDGET, "status": BUDGET}, as_of=LATE if later == "theirs" else EARLY
    )
    found = merged_record(before, ours, theirs)
    assert found is not None
    assert found.in_flight == {"daily_budget": BUDGET, "name": NAME, "status": BUDGET}


@pytest.mark.parametrize("later", ["sender", "other", "neither"])
def test_what_one_side_has_sent_in_place_of_an_old_intent_of_both_is_not_lost(later: str) -> None:
    before = replace(BASE, in_flight={"daily_budget": BUDGET})
    sender = replace(before, in_flight={"daily_budget": AGAIN}, as_of=LATE if later == "sender" else EARLY)
    other = replace(before, live={"status": "PAUSED"}, as_of=LATE if later == "other" else EARLY)
    found = merged_record(before, sender, other)
    assert found is not None
    assert found.in_flight == {"daily_budget": AGAIN}


def test_a_record_that_one_has_removed_and_the_other_changed_stays() -> None:
    assert merged_record(BASE, None, LATER) == LATER


def test_an_id_beats_an_intent_that_has_none() -> None:
    intent = record(id="", pending=LATE, as_of=LATE)
    made = record(id="7")
    assert merged_record(None, intent, made) == replace(made, pending=LATE)


def test_an_intent_to_replace_beats_the_object_that_it_replaces() -> None:
    replacing = record(id="", pending=LATE, replaced=("1",), as_of=LATE)
    found = merged_record(BASE, replacing, replace(BASE, as_of=LATE, live={"status": "ACTIVE"}))
    assert found is not None and (found.id, found.pending, found.replaced) == ("", LATE, ("1",))


def test_of_two_objects_that_rivals_have_made_the_older_is_the_one() -> None:
    older, younger = record(id="7", created_at=EARLY), record(id="8", created_at=LATE, as_of=LATE)
    found = merged_record(None, older, younger)
    assert found is not None and found.id == "7"


@pytest.mark.parametrize("later", ["launched", "twin"])
def test_of_two_objects_that_rivals_have_made_the_one_that_was_launched_is_the_one(later: str) -> None:
    launched = record(id="7", activation={"activate_at": LATE}, as_of=LATE if later == "launched" else EARLY)
    twin = record(id="8", created_at=EARLY, as_of=LATE if later == "twin" else EARLY)
    found = merged_record(None, launched, twin)
    assert found == merged_record(None, twin, launched) == replace(launched, created_at="")


# ---- as texts


def text(rows: dict[Address, Record], account: str = "act_1", currency: str = "SGD") -> str:
    return text_of(account, currency, {address: row_of(one) for address, one in rows.items()})


PATH = "acme-sg/spring.json"


def test_two_texts_are_merged_to_the_text_of_the_merged_records() -> None:
    ours, theirs = {CAMPAIGN: LATER}, {CAMPAIGN: BASE, AD: record(id="3")}
    assert merged_text("state/x", PATH, text({CAMPAIGN: BASE}), text(ours), text(theirs)) == text(
        {CAMPAIGN: LATER, AD: record(id="3")}
    )


UNMERGEABLE = {
    "markers": ("<<<<<<< HEAD\n", "git conflict markers"),
    "no JSON": ("{", "not JSON"),
    "another ad account": (text({CAMPAIGN: BASE}, "act_2"), "of ad account act_1, on the branch of ad account act_2"),
    "another currency": (text({CAMPAIGN: BASE}, currency="USD"), "in SGD, on the branch in USD"),
    "a newer version": (text({CAMPAIGN: BASE}).replace('"format_version": 2', '"format_version": 9'), "newer version"),
}


@pytest.mark.parametrize(("theirs", "said"), UNMERGEABLE.values(), ids=UNMERGEABLE.keys())
def test_what_cannot_be_merged_is_told_with_its_place_and_a_mend(theirs: str, said: str) -> None:
    with pytest.raises(StateError) as caught:
        merged_text("state/acme-sg/spring.json", PATH, None, text({CAMPAIGN: LATER}), theirs)
    assert said in str(caught.value)
    assert str(caught.value).startswith("state/acme-sg/spring.json")
    assert "\n  mend: " in str(caught.value)


def test_of_two_runs_that_do_not_agree_none_is_believed() -> None:
    merged = merged_text("state/x", "runs/acme-sg.json", None, '{"a": 1}', "[]")
    assert merged is not None and run_of(merged, "x") is None


NOON, HOUR = datetime(2026, 12, 1, 12, tzinfo=UTC), timedelta(hours=1)
EARLIER = Run("a", "b", "0.1.0", {"acme-sg/x": NOON}, NOON + HOUR, NOON - HOUR)
LOOKS = {
    "the later look stands": (replace(EARLIER, looked_at=NOON), NOON),
    "one that found something unusual stands": (replace(EARLIER, looked_at=None), None),
}


@pytest.mark.parametrize(("other", "looked_at"), LOOKS.values(), ids=LOOKS)
def test_two_runs_that_have_looked_at_different_times_agree(other: Run, looked_at: datetime | None) -> None:
    for ours, theirs in ((EARLIER, other), (other, EARLIER)):
        merged = merged_text("state/x", "runs/acme-sg.json", None, run_text(ours), run_text(theirs))
        assert merged is not None and run_of(merged, "x") == replace(EARLIER, looked_at=looked_at)


@pytest.mark.parametrize("change", [{"desired": "c"}, {"held": {}}, {"next_due": None}, {"tool": "0.2.0"}], ids=str)
def test_two_runs_that_differ_in_more_than_their_looks_do_not_agree(change: dict[str, Any]) -> None:
    other = replace(EARLIER, looked_at=NOON, **change)
    merged = merged_text("state/x", "runs/acme-sg.json", None, run_text(EARLIER), run_text(other))
    assert merged is not None and run_of(merged, "x") is None


@pytest.mark.parametrize(
    ("path", "account"),
    [
        ("acme-sg/spring.json", "acme-sg"), ("acme/audience.buyers.json", "acme"), ("runs/acme-sg.json", "acme-sg"),
        ("../x.json", ""), ("acme-sg/../x.json", ""), ("acme-sg/.x.json", ""), ("acme-sg/x.json\n", ""),
        ("acme-sg/A.json", ""), ("acme-sg/x.json/y", ""), ("/etc/x.json", ""), ("README.md", ""), ("x.json", ""),
    ],
)  # fmt: skip
def test_only_what_has_the_name_of_a_file_of_ours_is_one(path: str, account: str) -> None:
    assert kept_path(path) == account
