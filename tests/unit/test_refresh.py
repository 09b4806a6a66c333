from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from support.values import CAMPAIGN, NOW, ZONE, at, live, observed, resource

from reconciler.engine.activity import creation_of, speaks_of
from reconciler.engine.diff import diff
from reconciler.engine.difference import Difference
from reconciler.engine.refresh import refreshed, seen
from reconciler.engine.settle import settle
from reconciler.model.plan import Action
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.status import Schedule

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["a", "b", "c"]),
    "daily_budget": st.sampled_from([1000, 2000, 3000]),
    "special_ad_categories": st.sampled_from([["CREDIT"], ["HOUSING"], ["CREDIT", "HOUSING"]]),
    "pacing_type": st.sampled_from([["x"], ["x", "y"], ["y", "x"]]),
    "spend_cap": st.sampled_from([None, 9000]),
}
fields = st.fixed_dictionaries({}, optional=VALUES)
times = st.sampled_from([None, at("12-01 09:00"), at("12-04 09:00"), at("12-20 09:00")])
schedules = st.builds(Schedule, st.sampled_from([None, None, "ACTIVE", "PAUSED", "ARCHIVED"]), times, times)
statuses = st.sampled_from(["ACTIVE", "PAUSED", "ARCHIVED"])
receipts = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "activate_at": st.just(at("12-01 09:00").isoformat()),
            "deactivate_at": st.just(at("12-04 09:00").isoformat()),
        },
    ).map(lambda r: r or None),
)
activities = st.lists(
    st.builds(
        Activity,
        st.sampled_from(["100", "9"]),
        st.sampled_from(["update_campaign_run_status", "update_campaign_name"]),
        st.sampled_from([at("11-20 09:00"), at("12-02 09:00"), at("12-05 09:00")]),
        st.just("Mei"),
    ),
    max_size=2,
)


def without_unset(values: dict[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in values.items() if v is not None}


resources = st.builds(lambda f, s: resource(fields=f, schedule=s), fields, schedules)
objects = st.builds(lambda f, s: live(fields=without_unset(f), status=s), fields, statuses)
records = st.one_of(
    st.none(),
    st.builds(
        lambda f, status, receipt: Record("campaign", "100", without_unset(f), status=status, activation=receipt),
        fields,
        st.one_of(st.just(""), statuses),
        receipts,
    ),
)


def compared(declared: Resource, record: Record | None, seen_now: Object, log: list[Activity]) -> Difference:
    known = {CAMPAIGN: record} if record else {}
    look = observed({CAMPAIGN: seen_now}, log)
    return diff({CAMPAIGN: declared}, look, known, settle(known, look, NOW), {}, NOW, ZONE)


def drift_of(found: Difference) -> set[tuple[str, str]]:
    return {(d.field, repr(d.live)) for d in found.drift}


def changes_of(found: Difference) -> list[tuple[str, str, str]]:
    return [(str(c.action), repr(c.before), repr(c.after)) for c in found.changes if c.action is not Action.ADOPT]


def refresh(declared: Resource, record: Record | None, seen_now: Object, found: Difference) -> Record:
    return refreshed(declared, record, seen_now, frozenset(d.field for d in found.drift), NOW)


@settings(max_examples=400, deadline=None)
@given(resources, records, objects, activities)
def test_refreshing_hides_no_drift_and_turns_none_into_a_change(
    declared: Resource, record: Record | None, seen_now: Object, log: list[Activity]
) -> None:
    first = compared(declared, record, seen_now, log)
    second = compared(declared, refresh(declared, record, seen_now, first), seen_now, log)
    assert drift_of(second) == drift_of(first)
    assert changes_of(second) == changes_of(first)
    assert {r.policy for r in second.refusals} == {r.policy for r in first.refusals}


@settings(max_examples=200, deadline=None)
@given(resources, objects, activities)
def test_adopting_never_turns_drift_into_a_change(declared: Resource, seen_now: Object, log: list[Activity]) -> None:
    found = compared(declared, None, seen_now, log)
    adopted = compared(declared, refresh(declared, None, seen_now, found), seen_now, log)
    drifted = {d.field for d in found.drift}
    changed = {n for c in adopted.changes for n in c.after}
    assert not drifted & changed


@settings(max_examples=200, deadline=None)
@given(resources, records, objects, activities)
@example(resource(fields={"name": "a"}), None, live(fields={"name": "b"}), [])
def test_refreshing_twice_changes_nothing_more(
    declared: Resource, record: Record | None, seen_now: Object, log: list[Activity]
) -> None:
    once = refresh(declared, record, seen_now, compared(declared, record, seen_now, log))
    again = refresh(declared, once, seen_now, compared(declared, once, seen_now, log))
    assert again == once


@settings(max_examples=200, deadline=None)
@given(resources, objects)
def test_a_live_object_that_agrees_is_recorded_as_applied_and_leaves_an_empty_plan(
    declared: Resource, seen_now: Object
) -> None:
    assume(declared.status in (None, "ACTIVE", "PAUSED"))
    agreeing = live(fields=without_unset(dict(declared.fields)), status=declared.status or "PAUSED")
    record = refreshed(declared, None, agreeing, frozenset(), NOW)
    assert record.applied == without_unset(dict(declared.fields))
    assert compared(declared, record, agreeing, []) == Difference()


def test_the_record_remembers_what_was_in_force() -> None:
    declared = resource(lifecycle=Lifecycle(OnRemove.DELETE, protect=True))
    record = refreshed(
        declared, Record("campaign", pending="2026-11-21T04:00:00+00:00"), live(creative_id="7"), frozenset(), NOW
    )
    assert (record.on_remove, record.protect, record.creative_id, record.id, record.pending) == (
        OnRemove.DELETE,
        True,
        "7",
        "100",
        "",
    )


BY_MEI = Activity("100", "update_campaign_budget", at("12-02 09:00"), "Mei")


@pytest.mark.parametrize(("log", "drifted", "changed"), [([BY_MEI], 1, 0), ([], 0, 1)], ids=["a person's", "nobody's"])
def test_a_budget_that_the_twin_of_what_was_recorded_has_is_judged_once_the_log_is_there(
    log: list[Activity], drifted: int, changed: int
) -> None:
    declared, raised = resource(fields={"daily_budget": 1000}), live(fields={"daily_budget": 2000})
    of_its_twin = Record("campaign", "9", {"daily_budget": 1000}, status="PAUSED")
    kept = refreshed(declared, of_its_twin, raised, frozenset(), NOW, observed({CAMPAIGN: raised}, []))
    assert kept.id == "100"
    found = compared(declared, kept, raised, log)
    assert (len(drift_of(found)), len(changes_of(found))) == (drifted, changed)


def test_only_declared_fields_are_remembered_of_what_is_live() -> None:
    found = seen(resource(fields={"name": "x", "bid_strategy": "y"}), live(fields={"name": "x", "spend_cap": 5}))
    assert found == {"name": "x", "status": "PAUSED", "effective_status": "PAUSED"}


def test_an_activation_that_somebody_else_did_in_time_gets_its_receipt() -> None:
    declared = resource(schedule=Schedule(activate_at=at("12-01 09:00")))
    record = refreshed(declared, None, live(status="ACTIVE"), frozenset(), NOW)
    assert record.activation == {"activate_at": "2026-12-01T09:00:00+08:00"}


def test_a_receipt_stays_when_the_next_is_added() -> None:
    declared = resource(schedule=Schedule(activate_at=at("12-01 09:00"), deactivate_at=at("12-04 09:00")))
    before = Record("campaign", "100", activation={"activate_at": "then"})
    record = refreshed(declared, before, live(status="PAUSED"), frozenset(), NOW)
    assert record.activation == {"activate_at": "then", "deactivate_at": "2026-12-04T09:00:00+08:00"}


def test_only_run_status_events_speak_of_status() -> None:
    kinds = ["update_campaign_run_status", "update_ad_set_run_status", "update_campaign_name"]
    assert [speaks_of(Activity("1", kind, NOW, "x"), "status") for kind in kinds] == [True, True, False]


def test_an_agency_s_fee_makes_no_campaign_and_an_extra_budget_is_no_budget() -> None:
    fee, extra = "create_campaign_group_agency_fee", "update_ad_set_budget_scaling_extra_budget"
    log = [Activity("1", kind, NOW, "x") for kind in (fee, extra)]
    assert creation_of(log, "1") is None
    assert not any(speaks_of(one, "daily_budget") for one in log)
