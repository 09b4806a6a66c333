from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from support.values import AD, AD_SET, ADDRESSES, CAMPAIGN, NOW, ZONE, at, live, observed, record, resource

from reconciler.engine.compare import Verdict, equal, judge
from reconciler.engine.diff import diff
from reconciler.engine.difference import Difference
from reconciler.engine.settle import settle
from reconciler.kinds import KINDS, OnChange
from reconciler.kinds.budget_schedules import CODEC as SCHEDULES
from reconciler.kinds.codecs import NO_CAP
from reconciler.kinds.creative.creative import MEDIA, URL
from reconciler.kinds.wire import CATEGORIES, ENUM, FLAG, JSON, MINOR_UNITS, TARGETING, TEXT, TIME, WORDS, Codec
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change
from reconciler.model.problem import Origin
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.status import Schedule

# Three different values of each family of fields; a flag has only two.


def schedule(value: int) -> dict[str, Any]:
    times = {"time_start": "2026-12-12T00:00:00+0800", "time_end": "2026-12-13T00:00:00+0800"}
    return {"budget_value": value, "budget_value_type": "ABSOLUTE", **times}


VALUES: dict[Codec, tuple[Any, ...]] = {
    SCHEDULES: ([schedule(1000)], [schedule(1100)], [schedule(1200)]),
    TEXT: ("a", "b", "c"),
    ENUM: ("WEBSITE", "MESSENGER", "ON_AD"),
    MINOR_UNITS: (1000, 1100, 1200),
    TIME: ("2026-12-07T09:00:00+0800", "2026-12-08T09:00:00+0800", "2026-12-09T09:00:00+0800"),
    FLAG: (True, False),
    JSON: ({"k": "a"}, {"k": "b"}, {"k": "c"}),
    WORDS: (["A"], ["B"], ["C"]),
    CATEGORIES: (["CREDIT"], ["HOUSING"], ["EMPLOYMENT"]),
    TARGETING: tuple({"geo_locations": {"countries": [c]}} for c in ("SG", "MY", "TW")),
    MEDIA: tuple(f"a.mp4@sha256:{c * 64}" for c in "abc"),
    URL: ("https://a.example", "https://b.example", "https://c.example"),
}
FIELDS = [
    pytest.param(kind, name, id=f"{kind} {name}")
    for kind in ("campaign", "ad_set", "ad")
    for name in KINDS[kind].fields
]
UNREAD = [row for row in FIELDS if KINDS[str(row.values[0])].fields[str(row.values[1])].maybe_unread]
THREE_VALUED = [row for row in FIELDS if KINDS[str(row.values[0])].fields[str(row.values[1])].codec is not FLAG]


def run(
    resources: Iterable[Resource] = (),
    objects: Mapping[Address, Object] | None = None,
    records: Mapping[Address, Record] | None = None,
    *,
    activities: Iterable[Activity] = (),
    moves: Mapping[Address, Address] | None = None,
    now: datetime = NOW,
    revert: bool = False,
    disowned: frozenset[Address] = frozenset(),
    silent: Collection[Address] = frozenset(),
) -> Difference:
    seen, known = observed(objects, activities, disowned=disowned), records or {}
    return diff(
        {r.address: r for r in resources},
        seen,
        known,
        settle(known, seen, now),
        moves or {},
        now,
        ZONE,
        revert_drift=revert,
        silent=silent,
    )


def one_field(
    kind: str, name: str, desired: Any, recorded: Any, seen: Any, *, known: bool = True, **more: Any
) -> Difference:
    """One field of one object, with whatever it stands in left out."""
    address = ADDRESSES[kind]
    fields = {"name": "Spring", name: desired}
    applied = {k: v for k, v in {"name": "Spring", name: recorded}.items() if v is not None}
    values = {k: v for k, v in {"name": "Spring", name: seen}.items() if v is not None}
    return run(
        [resource(address, fields, lifecycle=more.pop("lifecycle", None))],
        {address: live(address, values)},
        {address: record(address, applied)} if known else {},
        **more,
    )


def values_of(kind: str, name: str) -> tuple[Any, ...]:
    return VALUES[KINDS[kind].fields[name].codec]


def innermost(one: Any, other: Any) -> tuple[Any, Any]:
    """Two values of one shape, down to where they differ."""
    while isinstance(one, dict):
        one, other = (next(iter(value.values())) for value in (one, other))
    return one, other


def said(found: Difference) -> list[str]:
    """`update`, `drift name`, `refused conflict`."""
    return [
        *(str(c.action) for c in found.changes),
        *(f"drift {d.field}" for d in found.drift),
        *(f"refused {r.policy}" for r in found.refusals),
    ]


# ---- the table: desired, recorded and live


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_where_all_three_agree_there_is_nothing_to_say(kind: str, name: str) -> None:
    a, *_ = values_of(kind, name)
    assert said(one_field(kind, name, a, a, a)) == []


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_an_edit_of_the_yaml_is_a_change_or_refused_where_meta_cannot_change_it(kind: str, name: str) -> None:
    a, b, *_ = values_of(kind, name)
    found = one_field(kind, name, b, a, a)
    if KINDS[kind].fields[name].on_change is OnChange.REFUSE:
        assert said(found) == ["refused immutable"]
        assert name in found.refusals[0].message
        return
    (update,) = found.changes
    assert said(found) == ["update"]
    assert (update.before, update.after) == ({name: a}, {name: b})
    assert (update.id, update.origin) == (live(ADDRESSES[kind]).id, resource().origin)


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_an_edit_in_ads_manager_is_drift_and_left_alone(kind: str, name: str) -> None:
    a, b, *_ = values_of(kind, name)
    found = one_field(kind, name, a, a, b)
    (drift,) = found.drift
    assert said(found) == [f"drift {name}"]
    assert (drift.recorded, drift.live, drift.reverted) == (*innermost(a, b), False)


@pytest.mark.parametrize(("kind", "name"), UNREAD)
def test_the_absence_of_a_field_that_no_known_reply_shows_proves_nothing(kind: str, name: str) -> None:
    a, b, *_ = values_of(kind, name)
    assert said(one_field(kind, name, a, a, None)) == []
    assert said(one_field(kind, name, a, None, None, known=False)) == ["adopt"]
    assert said(one_field(kind, name, b, a, None)) == ["update"]


@pytest.mark.parametrize(("kind", "name"), [row for row in FIELDS if row not in UNREAD])
def test_a_value_that_vanished_at_meta_is_drift(kind: str, name: str) -> None:
    a, *_ = values_of(kind, name)
    assert said(one_field(kind, name, a, a, None)) == [f"drift {name}"]


@pytest.mark.parametrize(("kind", "name"), THREE_VALUED)
def test_different_edits_on_both_sides_are_a_conflict(kind: str, name: str) -> None:
    a, b, c = values_of(kind, name)
    found = one_field(kind, name, c, a, b)
    assert said(found) == ["refused conflict"]
    assert name in found.refusals[0].message
    assert "--revert-drift" in found.refusals[0].mend


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_the_same_edit_on_both_sides_is_nothing_to_say(kind: str, name: str) -> None:
    a, b, *_ = values_of(kind, name)
    assert said(one_field(kind, name, b, a, b)) == []


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_without_a_record_a_difference_is_drift_and_not_a_change(kind: str, name: str) -> None:
    a, b, *_ = values_of(kind, name)
    found = one_field(kind, name, a, None, b, known=False)
    assert said(found) == ["adopt", f"drift {name}"]
    assert (found.drift[0].recorded, found.drift[0].live) == innermost(a, b)


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_without_a_record_what_agrees_is_adopted_in_silence(kind: str, name: str) -> None:
    a, *_ = values_of(kind, name)
    assert said(one_field(kind, name, a, None, a, known=False)) == ["adopt"]


@pytest.mark.parametrize(
    ("kind", "name"), [row for row in FIELDS if row.values[1] not in ("name", "daily_budget", "lifetime_budget")]
)
def test_a_field_that_is_declared_for_the_first_time_is_a_change_unless_live_has_it(kind: str, name: str) -> None:
    """Of what counts in any case, what is live by then is somebody's."""
    a, b, *_ = values_of(kind, name)
    api = KINDS[kind].fields[name]
    first = "refused immutable" if api.on_change is OnChange.REFUSE else "refused conflict" if api.told else "update"
    assert said(one_field(kind, name, a, None, a)) == []
    assert said(one_field(kind, name, a, None, b)) == [first]


@pytest.mark.parametrize(("kind", "name"), THREE_VALUED)
def test_reverting_overwrites_drift_and_lets_the_yaml_win_a_conflict(kind: str, name: str) -> None:
    a, b, c = values_of(kind, name)
    if KINDS[kind].fields[name].on_change is OnChange.REFUSE:
        assert said(one_field(kind, name, a, a, b, revert=True)) == [f"drift {name}", "refused immutable"]
        return
    drifted, conflict = one_field(kind, name, a, a, b, revert=True), one_field(kind, name, c, a, b, revert=True)
    assert said(drifted) == ["update", f"drift {name}"]
    assert drifted.drift[0].reverted
    assert drifted.changes[0].after == {name: a}
    assert said(conflict) == ["update"]
    assert (conflict.changes[0].before, conflict.changes[0].after) == ({name: b}, {name: c})


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_an_ignored_field_is_neither_compared_nor_changed(kind: str, name: str) -> None:
    a, b, *rest = values_of(kind, name)
    lifecycle = Lifecycle(ignore=frozenset({name}))
    assert said(one_field(kind, name, a, b, (rest or [b])[0], lifecycle=lifecycle)) == []


@pytest.mark.parametrize("revert", [False, True])
def test_what_meta_does_not_let_us_read_back_is_compared_with_the_record_alone(revert: bool) -> None:
    name = "regional_regulated_categories"
    assert said(one_field("ad_set", name, ["A"], ["A"], None, revert=revert)) == []
    assert said(one_field("ad_set", name, ["A"], None, None, known=False, revert=revert)) == ["adopt"]
    assert said(one_field("ad_set", name, ["B"], ["A"], None, revert=revert)) == ["update"]


def test_what_meta_adds_is_never_compared() -> None:
    seen = {"name": "Spring", "pacing_type": ["standard"], "daily_budget": 5000}
    assert said(run([resource()], {CAMPAIGN: live(fields=seen)}, {CAMPAIGN: record()})) == []


def test_a_raw_parameter_goes_through_the_same_table() -> None:
    for name in ("pacing_type", "smart_promotion_type"):

        def table(desired: Any, recorded: Any, seen: Any, name: str = name) -> list[str]:
            fields, applied = {"name": "Spring", name: desired}, {"name": "Spring", name: recorded}
            objects = {CAMPAIGN: live(fields={"name": "Spring", name: seen})}
            return said(run([resource(fields=fields)], objects, {CAMPAIGN: record(applied=applied)}))

        assert table(["a"], ["a"], ["a"]) == []
        assert table(["b"], ["a"], ["a"]) == ["update"]
        assert table(["a"], ["a"], ["b"]) == [f"drift {name}"]
        assert table(["c"], ["a"], ["b"]) == ["refused conflict"]
        assert table(["b"], ["a"], ["b"]) == []


CLEARED = [
    pytest.param("campaign", "spend_cap", 90000, id="a spend cap"),
    pytest.param("ad_set", "end_time", "2026-12-31T23:59:00+0800", id="an end"),
]


@pytest.mark.parametrize(("kind", "name", "was"), CLEARED)
def test_what_is_no_longer_declared_is_cleared_if_it_was_we_who_set_it(kind: str, name: str, was: Any) -> None:
    assert said(one_field(kind, name, None, was, was)) == ["update"]
    assert said(one_field(kind, name, None, was, None)) == []
    assert said(one_field(kind, name, None, None, was)) == []
    assert said(one_field(kind, name, None, None, was, known=False)) == ["adopt"]


def test_an_end_that_a_person_moved_and_the_yaml_dropped_is_a_conflict() -> None:
    moved = "2027-01-31T23:59:00+0800"
    assert said(one_field("ad_set", "end_time", None, "2026-12-31T23:59:00+0800", moved)) == ["refused conflict"]


def test_a_cleared_spend_cap_reads_as_none_at_all() -> None:
    assert KINDS["campaign"].fields["spend_cap"].clear == NO_CAP


def test_every_changed_field_of_an_object_goes_into_one_change() -> None:
    fields = {"name": "New", "daily_budget": 6000, "bid_strategy": "COST_CAP"}
    was = {"name": "Old", "daily_budget": 5000, "bid_strategy": "COST_CAP"}
    (update,) = run([resource(fields=fields)], {CAMPAIGN: live(fields=was)}, {CAMPAIGN: record(applied=was)}).changes
    assert update.after == {"name": "New", "daily_budget": 6000}


def test_a_change_points_at_the_line_of_its_first_field() -> None:
    origin = Origin("f.yaml", 9, 3)
    fields, was = {"daily_budget": 6000}, {"daily_budget": 5000}
    declared = resource(fields=fields, origins={"daily_budget": origin})
    (update,) = run([declared], {CAMPAIGN: live(fields=was)}, {CAMPAIGN: record(applied=was)}).changes
    assert update.origin == origin


# ---- judge and equal


def test_two_lists_are_equal_in_any_order_and_no_part_is_equal_to_the_whole() -> None:
    api = KINDS["ad_set"].marker("targeting")
    assert equal(api, {"a": [1, 2]}, {"a": [2, 1]})
    assert not equal(api, {"a": [1]}, {"a": [1], "b": 2})
    assert equal(api, None, None)
    assert not equal(api, None, {})


def test_a_key_added_to_or_taken_from_a_declared_mapping_is_a_change() -> None:
    was, now = {"genders": [1]}, {"genders": [1], "age_min": 21}
    for before, after in ((was, now), (now, was)):
        known, seen = record(AD_SET, {"targeting": before}), live(AD_SET, {"targeting": before})
        assert judge("ad_set", "targeting", after, known, seen).verdict is Verdict.CHANGE


# ---- creating


@pytest.mark.parametrize("who", ["Mei", ""])
@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_what_there_is_nothing_to_tell_of_need_not_be_compared_with_the_log(kind: str, name: str, who: str) -> None:
    a, b, *_ = values_of(kind, name)
    edited, others = ADDRESSES[kind], [at for at in (CAMPAIGN, AD_SET, AD) if at != ADDRESSES[kind]]
    resources = [*(resource(at) for at in others), resource(edited, {"name": "Spring", name: a})]
    objects = {**{at: live(at) for at in others}, edited: live(edited, {"name": "Spring", name: b})}
    records = {**{at: record(at) for at in others}, edited: record(edited, {"name": "Spring", name: a})}
    first = run(resources, objects, records)
    assert first.silent == set(others)
    log = [Activity(objects[edited].id, "update", NOW, who or "System", "Ads Manager")]
    again = run(resources, objects, records, activities=log, silent=first.silent)
    assert again == run(resources, objects, records, activities=log)
    assert again.drift


def test_what_is_nowhere_is_made_paused_with_its_declared_fields_only() -> None:
    found = run([resource(fields={"name": "Spring", "spend_cap": None})])
    (create,) = found.changes
    assert (create.action, create.after) == (Action.CREATE, {"name": "Spring", "status": "PAUSED"})


def test_what_should_be_active_already_is_made_paused_and_activated_separately() -> None:
    schedule = Schedule(activate_at=at("12-01 09:00"))
    create, activate = run([resource(schedule=schedule)]).changes
    assert create.after["status"] == "PAUSED"
    assert (activate.action, activate.after, activate.timed, activate.due) == (
        Action.ACTIVATE,
        {"status": "ACTIVE"},
        True,
        at("12-01 09:00"),
    )


def test_what_is_declared_archived_is_not_made() -> None:
    assert said(run([resource(schedule=Schedule("ARCHIVED"))])) == []


def test_a_whole_campaign_is_made_from_the_top() -> None:
    made = run([resource(a) for a in (AD, AD_SET, CAMPAIGN)]).changes
    assert [(c.action, c.address) for c in made] == [(Action.CREATE, a) for a in (CAMPAIGN, AD_SET, AD)]


def test_nothing_is_made_below_a_campaign_that_is_deleted_at_meta() -> None:
    gone = live(status="DELETED")
    found = run([resource(), resource(AD_SET)], {CAMPAIGN: gone}, {CAMPAIGN: record(status="ACTIVE")})
    assert said(found) == ["drift status"]
    assert (found.drift[0].recorded, found.drift[0].live) == ("ACTIVE", "DELETED")


def test_a_deleted_campaign_is_made_again_with_all_below_it_on_revert() -> None:
    objects = {CAMPAIGN: live(status="DELETED"), AD_SET: live(AD_SET, status="DELETED")}
    records = {CAMPAIGN: record(), AD_SET: record(AD_SET)}
    found = run([resource(), resource(AD_SET)], objects, records, revert=True)
    assert said(found) == ["create", "create", "drift status"]
    assert found.drift[0].reverted


def test_only_the_topmost_deleted_object_is_told() -> None:
    addresses = (CAMPAIGN, AD_SET, AD)
    objects = {a: live(a, status="DELETED") for a in addresses}
    found = run([resource(a) for a in addresses], objects, {a: record(a) for a in addresses})
    assert [d.address for d in found.drift] == [CAMPAIGN]


def test_a_deleted_object_without_a_record_is_drift_from_paused() -> None:
    found = run([resource()], {CAMPAIGN: live(status="DELETED")})
    assert (found.drift[0].recorded, found.drift[0].live) == ("PAUSED", "DELETED")


def test_a_create_that_was_cut_short_and_found_again_is_carried_on() -> None:
    fields = {"name": "Spring", "daily_budget": 5000}
    pending = Record("campaign", pending="2026-11-21T04:00:00+00:00")
    found = run([resource(fields=fields)], {CAMPAIGN: live(fields=fields)}, {CAMPAIGN: pending})
    assert said(found) == []


# ---- replacing

REPLACE = Lifecycle(replace=True)


def objective(value: str, lifecycle: Lifecycle | None = None) -> Resource:
    return resource(fields={"name": "Spring", "objective": value}, lifecycle=lifecycle)


def test_a_field_that_cannot_change_is_refused_with_the_reason_the_line_and_the_way_out() -> None:
    was = {"name": "Spring", "objective": "A"}
    found = run([objective("B")], {CAMPAIGN: live(fields=was)}, {CAMPAIGN: record(applied=was)})
    message = found.refusals[0].message
    assert "objective cannot be changed in place: Meta fixes it" in message
    assert "spring.yaml:1" in message
    assert "lifecycle: {replace: true}" in message


def test_replacing_takes_everything_below_along() -> None:
    was = {"name": "Spring", "objective": "A"}
    found = run(
        [objective("B", REPLACE), resource(AD_SET), resource(AD), resource(AD._replace(keys=(*AD.keys[:2], "new")))],
        {CAMPAIGN: live(fields=was), AD_SET: live(AD_SET), AD: live(AD)},
        {CAMPAIGN: record(applied=was), AD_SET: record(AD_SET), AD: record(AD)},
    )
    assert said(found) == ["replace", "replace", "replace", "create"]
    campaign = found.changes[0]
    assert (campaign.id, campaign.before["objective"], campaign.after["objective"]) == ("100", "A", "B")
    assert "loses its history" in campaign.consequences[0]


def test_a_replaced_campaign_that_should_be_active_is_activated_afterwards() -> None:
    was = {"name": "Spring", "objective": "A"}
    declared = replace(objective("B", REPLACE), schedule=Schedule("ACTIVE"), status="ACTIVE")
    found = run([declared], {CAMPAIGN: live(fields=was, status="ACTIVE")}, {CAMPAIGN: record(applied=was)})
    assert said(found) == ["replace", "activate"]
    assert found.changes[1].id == ""


PUBLISHED = [
    pytest.param("PAUSED", None, ["update"], id="never run: can be changed"),
    pytest.param("ACTIVE", None, ["refused immutable"], id="running: locked"),
    pytest.param("PAUSED", {"activate_at": "status"}, ["refused immutable"], id="activated once: locked"),
    pytest.param("PAUSED", {"deactivate_at": "x"}, ["update"], id="only ever paused: can be changed"),
]


@pytest.mark.parametrize(("status", "receipt", "outcome"), PUBLISHED)
@pytest.mark.parametrize(
    "name",
    [n for n, api in KINDS["ad_set"].fields.items() if api.on_change is OnChange.REFUSE_PUBLISHED],
)
def test_what_meta_locks_on_a_published_ad_set(
    name: str, status: str, receipt: Mapping[str, str] | None, outcome: list[str]
) -> None:
    a, b, *_ = values_of("ad_set", name)
    found = run(
        [resource(AD_SET, {name: b})],
        {AD_SET: live(AD_SET, {name: a}, status)},
        {AD_SET: record(AD_SET, {name: a}, activation=receipt)},
    )
    assert said(found) == outcome


BUDGETS = [
    pytest.param({"daily_budget": 5}, {"lifetime_budget": 9}, id="daily to lifetime"),
    pytest.param({"lifetime_budget": 5}, {"daily_budget": 9}, id="lifetime to daily"),
    pytest.param({"daily_budget": 5}, {}, id="to the ad sets"),
    pytest.param({"bid_strategy": "COST_CAP"}, {"bid_strategy": "COST_CAP", "daily_budget": 9}, id="from the ad sets"),
]


@pytest.mark.parametrize(("was", "now"), BUDGETS)
@pytest.mark.parametrize("address", [CAMPAIGN, AD_SET])
def test_a_budget_does_not_move_on_an_existing_object(
    address: Address, was: dict[str, Any], now: dict[str, Any]
) -> None:
    found = run([resource(address, now)], {address: live(address, was)}, {address: record(address, was)})
    assert said(found) == ["refused immutable"]
    assert "the budget moves from" in found.refusals[0].message


# ---- consequences


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param(1000, 1200, "+20 %", id="a fifth up keeps learning"),
        pytest.param(1000, 1210, "+21 %: resets learning", id="more than a fifth up"),
        pytest.param(1000, 800, "−20 %", id="a fifth down keeps learning"),
        pytest.param(1000, 790, "−21 %: resets learning", id="more than a fifth down"),
    ],
)
def test_a_budget_change_tells_its_size_and_whether_it_resets_learning(before: int, after: int, told: str) -> None:
    found = one_field("campaign", "daily_budget", after, before, before)
    assert found.changes[0].consequences == (told,)


def test_consequences_are_told_once_each() -> None:
    was = {"targeting": {"genders": [1]}, "bid_amount": 100}
    now = {"targeting": {"genders": [2]}, "bid_amount": 200}
    (update,) = run([resource(AD_SET, now)], {AD_SET: live(AD_SET, was)}, {AD_SET: record(AD_SET, was)}).changes
    assert update.consequences == ("resets learning",)


@pytest.mark.parametrize("name", sorted(KINDS["ad"].content))
def test_every_change_of_content_goes_to_review(name: str) -> None:
    a, b, *_ = values_of("ad", name) if name in KINDS["ad"].fields else VALUES[JSON]
    assert "goes to review" in one_field("ad", name, b, a, a).changes[0].consequences[0]


# ---- status

START, END = at("12-01 09:00"), at("12-31 23:59")
RUNNING = Schedule(activate_at=START, deactivate_at=END)
TIMED_START = {"activate_at": START.isoformat()}
TIMED_END = {"deactivate_at": END.isoformat()}
BEFORE, DURING, AFTER = at("11-30 09:00"), NOW, at("12-31 23:59")


def event(when: datetime, kind: str = "update_campaign_run_status", object_id: str = "100") -> Activity:
    return Activity(object_id, kind, when, "Mei", "Ads Manager")


HELD, ON, OFF = Schedule("PAUSED"), Schedule("ACTIVE"), Schedule()
STATUS = [
    # our own doing
    pytest.param(RUNNING, BEFORE, "PAUSED", {}, "PAUSED", [], [], id="waiting for its time"),
    pytest.param(RUNNING, START, "PAUSED", {}, "PAUSED", [], ["activate"], id="its time has come"),
    pytest.param(RUNNING, DURING, "ACTIVE", TIMED_START, "ACTIVE", [], [], id="running"),
    pytest.param(RUNNING, AFTER, "ACTIVE", TIMED_START, "ACTIVE", [], ["pause"], id="its end has come"),
    pytest.param(RUNNING, AFTER, "PAUSED", TIMED_START | TIMED_END, "PAUSED", [], [], id="over"),
    pytest.param(ON, DURING, "PAUSED", {}, "PAUSED", [], ["activate"], id="status: ACTIVE written"),
    pytest.param(HELD, DURING, "ACTIVE", TIMED_START, "ACTIVE", [], ["pause"], id="a hold written while it runs"),
    pytest.param(Schedule("ARCHIVED"), DURING, "PAUSED", {}, "PAUSED", [], ["archive"], id="ARCHIVED written"),
    # a person's doing
    pytest.param(RUNNING, DURING, "ACTIVE", TIMED_START, "PAUSED", [], ["drift status"], id="paused by a person"),
    pytest.param(RUNNING, BEFORE, "PAUSED", {}, "ACTIVE", [], ["drift status"], id="turned on by a person too early"),
    pytest.param(HELD, DURING, "PAUSED", {}, "ACTIVE", [], ["drift status"], id="turned on by a person despite a hold"),
    pytest.param(ON, DURING, "ACTIVE", {}, "PAUSED", [], ["drift status"], id="paused by a person despite ACTIVE"),
    pytest.param(RUNNING, AFTER, "PAUSED", TIMED_END, "ACTIVE", [], ["drift status"], id="on again after the end"),
    pytest.param(RUNNING, AFTER, "PAUSED", {}, "ACTIVE", [], ["pause"], id="turned on early and still on at the end"),
    pytest.param(RUNNING, DURING, "ACTIVE", TIMED_START, "ARCHIVED", [], ["drift status"], id="archived by a person"),
    # the buyer's own
    pytest.param(OFF, DURING, "", {}, "ACTIVE", [], [], id="nothing declared, on"),
    pytest.param(OFF, DURING, "", {}, "PAUSED", [], [], id="nothing declared, off"),
    pytest.param(OFF, DURING, "", {}, "ARCHIVED", [], ["drift status"], id="nothing declared, archived"),
    pytest.param(Schedule(deactivate_at=END), DURING, "", {}, "ACTIVE", [], [], id="only an end, before it, on"),
    pytest.param(Schedule(deactivate_at=END), DURING, "", {}, "PAUSED", [], [], id="only an end, before it, off"),
    pytest.param(Schedule(deactivate_at=END), AFTER, "", {}, "ACTIVE", [], ["pause"], id="only an end, after it, on"),
    pytest.param(Schedule(deactivate_at=END), AFTER, "", {}, "PAUSED", [], [], id="only an end, after it, off"),
    pytest.param(
        Schedule(deactivate_at=END), AFTER, "PAUSED", TIMED_END, "ACTIVE", [], ["drift status"], id="an end, on again"
    ),
    # a stale record: the log knows of what a lost run did
    pytest.param(
        RUNNING, DURING, "PAUSED", {}, "PAUSED", [event(at("12-02 09:00"))], ["drift status"], id="stale: paused since"
    ),
    pytest.param(
        RUNNING, DURING, "PAUSED", {}, "PAUSED", [event(at("11-29 09:00"))], ["activate"], id="stale: an old event"
    ),
    pytest.param(
        RUNNING, DURING, "PAUSED", {}, "PAUSED", [event(at("12-02 09:00"), "update_campaign_budget")], ["activate"],
        id="stale: an event of something else",
    ),
    pytest.param(
        RUNNING, DURING, "PAUSED", {}, "PAUSED", [event(at("12-02 09:00"), object_id="999")], ["activate"],
        id="stale: an event of another object",
    ),
    # a new time after the old one was carried out
    pytest.param(
        Schedule(activate_at=at("12-03 09:00")), DURING, "PAUSED", TIMED_START | TIMED_END, "PAUSED", [], ["activate"],
        id="a new start after an end",
    ),
    pytest.param(
        Schedule(deactivate_at=at("12-04 09:00")), DURING, "PAUSED", TIMED_END, "ACTIVE", [], ["pause"],
        id="a new end after another end",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "now", "was", "receipt", "seen", "activities", "outcome"), STATUS)
def test_status_with_a_record(
    schedule: Schedule,
    now: datetime,
    was: str,
    receipt: dict[str, str],
    seen: str,
    activities: list[Activity],
    outcome: list[str],
) -> None:
    found = run(
        [resource(schedule=schedule, now=now)],
        {CAMPAIGN: live(status=seen)},
        {CAMPAIGN: record(status=was, activation=receipt or None)},
        activities=activities,
        now=now,
    )
    assert said(found) == outcome
    assert all(c.before == {"status": seen} and c.id == "100" for c in found.changes)


LOST = [
    pytest.param(RUNNING, DURING, "PAUSED", [], ["activate"], id="due and nobody has touched it"),
    pytest.param(RUNNING, DURING, "PAUSED", [event(at("12-02 09:00"))], ["drift status"], id="paused after its start"),
    pytest.param(RUNNING, DURING, "PAUSED", [event(START)], ["drift status"], id="touched at its start"),
    pytest.param(RUNNING, DURING, "PAUSED", [event(at("11-30 09:00"))], ["drift status"], id="paused before its start"),
    pytest.param(RUNNING, DURING, "ACTIVE", [event(START)], [], id="running as it should"),
    pytest.param(RUNNING, BEFORE, "ACTIVE", [], ["drift status"], id="on before its time: never paused by accident"),
    pytest.param(HELD, DURING, "ACTIVE", [], ["drift status"], id="on despite a hold: never paused by accident"),
    pytest.param(RUNNING, AFTER, "ACTIVE", [event(at("12-01 09:00"))], ["pause"], id="still on at its end"),
    pytest.param(
        RUNNING, at("12-31 23:59"), "ACTIVE", [event(at("12-31 23:59"))], ["drift status"], id="on again after"
    ),
    pytest.param(ON, DURING, "PAUSED", [], ["activate"], id="ACTIVE written and nobody has touched it"),
    pytest.param(ON, DURING, "PAUSED", [event(at("12-02 09:00"))], ["drift status"], id="ACTIVE written, paused since"),
    pytest.param(OFF, DURING, "ACTIVE", [], [], id="the buyer's own"),
    pytest.param(Schedule("ARCHIVED"), DURING, "PAUSED", [], ["archive"], id="ARCHIVED written"),
]


@pytest.mark.parametrize(("schedule", "now", "seen", "activities", "outcome"), LOST)
def test_status_with_state_lost(
    schedule: Schedule, now: datetime, seen: str, activities: list[Activity], outcome: list[str]
) -> None:
    found = run([resource(schedule=schedule, now=now)], {CAMPAIGN: live(status=seen)}, activities=activities, now=now)
    assert said(found) == ["adopt", *outcome]


def test_the_last_event_counts() -> None:
    activities = [event(at("11-28 09:00")), event(at("12-02 09:00"))]
    found = run([resource(schedule=RUNNING)], {CAMPAIGN: live()}, activities=activities)
    assert said(found) == ["adopt", "drift status"]


def test_reverting_sets_a_persons_status_back_but_cannot_unarchive() -> None:
    declared = resource(schedule=RUNNING)
    remembered = {CAMPAIGN: record(status="ACTIVE", activation=TIMED_START)}
    paused = run([declared], {CAMPAIGN: live(status="PAUSED")}, remembered, revert=True)
    archived = run([declared], {CAMPAIGN: live(status="ARCHIVED")}, remembered, revert=True)
    assert said(paused) == ["activate", "drift status"]
    assert paused.drift[0].reverted
    assert said(archived) == ["drift status"]
    assert not archived.drift[0].reverted


def test_an_ignored_status_is_left_alone() -> None:
    declared = resource(schedule=ON, lifecycle=Lifecycle(ignore=frozenset({"status"})))
    assert said(run([declared], {CAMPAIGN: live()}, {CAMPAIGN: record(status="PAUSED")})) == []


@pytest.mark.parametrize(
    ("schedule", "timed"),
    [
        pytest.param(RUNNING, True, id="by the clock"),
        pytest.param(ON, False, id="by hand"),
        pytest.param(Schedule(activate_at=at("12-20 09:00"), active_before=True), False, id="early, for review"),
    ],
)
def test_only_what_the_clock_asks_for_is_timed(schedule: Schedule, timed: bool) -> None:
    (activate,) = run([resource(schedule=schedule)], {CAMPAIGN: live()}, {CAMPAIGN: record(status="PAUSED")}).changes
    assert activate.timed is timed


def test_turning_a_campaign_on_spends_and_turning_an_ad_on_does_not_by_itself() -> None:
    for address, told in ((CAMPAIGN, ("spends now",)), (AD, ())):
        declared, remembered = resource(address, schedule=ON), record(address, status="PAUSED")
        (activate,) = run([declared], {address: live(address)}, {address: remembered}).changes
        assert activate.consequences == told


def test_an_archived_object_takes_no_change() -> None:
    was = {"name": "Old"}
    found = run(
        [resource(schedule=Schedule("ARCHIVED"))],
        {CAMPAIGN: live(fields=was, status="ARCHIVED")},
        {CAMPAIGN: record(applied=was, status="ARCHIVED")},
    )
    assert said(found) == ["refused archived"]


# ---- removing

REMOVED = [
    pytest.param(OnRemove.PAUSE, "ACTIVE", "pause", {"status": "PAUSED"}, id="paused"),
    pytest.param(OnRemove.PAUSE, "PAUSED", "forget", {}, id="paused already"),
    pytest.param(OnRemove.PAUSE, "ARCHIVED", "forget", {}, id="archived already"),
    pytest.param(OnRemove.ARCHIVE, "ACTIVE", "archive", {"status": "ARCHIVED"}, id="archived"),
    pytest.param(OnRemove.ARCHIVE, "ARCHIVED", "forget", {}, id="archived by a person"),
    pytest.param(OnRemove.DELETE, "PAUSED", "delete", {"status": "DELETED"}, id="deleted"),
    pytest.param(OnRemove.DELETE, "ARCHIVED", "delete", {"status": "DELETED"}, id="deleted from the archive"),
    pytest.param(OnRemove.DELETE, "DELETED", "forget", {}, id="deleted by a person"),
    pytest.param(OnRemove.FORGET, "ACTIVE", "forget", {}, id="forgotten"),
]


@pytest.mark.parametrize(("policy", "seen", "action", "after"), REMOVED)
def test_what_becomes_of_an_object_whose_yaml_is_gone(
    policy: OnRemove, seen: str, action: str, after: dict[str, str]
) -> None:
    (change,) = run([], {CAMPAIGN: live(status=seen)}, {CAMPAIGN: record(on_remove=policy)}).changes
    assert (change.action, change.after, change.removal, change.id) == (action, after, True, "100")


def test_what_was_made_without_an_answer_is_removed_by_the_id_that_it_turned_out_to_have() -> None:
    unanswered = Record(kind="campaign", pending="2026-11-21T10:00:00+08:00")
    (change,) = run([], {CAMPAIGN: live(status="ACTIVE")}, {CAMPAIGN: unanswered}).changes
    assert (change.action, change.id) == (Action.PAUSE, "100")


def test_a_record_of_nothing_is_forgotten() -> None:
    (change,) = run([], {}, {CAMPAIGN: record(on_remove=OnRemove.DELETE)}).changes
    assert change.action is Action.FORGET


@pytest.mark.parametrize("policy", [OnRemove.ARCHIVE, OnRemove.DELETE])
def test_what_goes_with_its_campaign_is_only_forgotten(policy: OnRemove) -> None:
    addresses = (CAMPAIGN, AD_SET, AD)
    found = run(
        [], {a: live(a, status="ACTIVE") for a in addresses}, {a: record(a, on_remove=policy) for a in addresses}
    )
    assert said(found) == [str(policy), "forget", "forget"]


def test_what_is_below_a_paused_campaign_is_paused_too() -> None:
    addresses = (CAMPAIGN, AD_SET)
    found = run([], {a: live(a, status="ACTIVE") for a in addresses}, {a: record(a) for a in addresses})
    assert said(found) == ["pause", "pause"]


def test_a_protected_object_is_not_removed() -> None:
    found = run([], {CAMPAIGN: live(status="ACTIVE")}, {CAMPAIGN: record(protect=True)})
    assert said(found) == ["refused protect"]
    assert "bring the YAML back" in found.refusals[0].message


def test_a_removal_that_cannot_be_undone_says_so() -> None:
    (change,) = run([], {CAMPAIGN: live()}, {CAMPAIGN: record(on_remove=OnRemove.DELETE)}).changes
    assert "cannot be undone" in change.consequences


# ---- identity


def test_an_object_without_our_label_is_never_written_to() -> None:
    declared = resource(fields={"name": "New"}, schedule=ON)
    found = run([declared], {CAMPAIGN: live()}, {CAMPAIGN: record()}, disowned=frozenset({CAMPAIGN}))
    assert said(found) == ["refused ownership"]
    assert "100" in found.refusals[0].message


def test_a_disowned_object_whose_yaml_is_gone_is_only_forgotten() -> None:
    remembered = {CAMPAIGN: record(on_remove=OnRemove.DELETE)}
    found = run([], {CAMPAIGN: live(status="ACTIVE")}, remembered, disowned=frozenset({CAMPAIGN}))
    assert said(found) == ["forget"]


def test_a_renamed_address_is_adopted_without_touching_the_object() -> None:
    moved = {CAMPAIGN: Address.parse("acme-sg/old")}
    found = run([resource()], {CAMPAIGN: live()}, {CAMPAIGN: record()}, moves=moved)
    (adopt,) = found.changes
    assert (adopt.action, adopt.consequences) == (Action.ADOPT, ("was acme-sg/old",))


def test_changes_come_parents_first_whatever_the_order_of_what_is_declared() -> None:
    addresses = [AD, CAMPAIGN, AD_SET]
    found = run([resource(a, {"name": "New"}) for a in addresses], {a: live(a) for a in addresses},
                {a: record(a) for a in addresses})  # fmt: skip
    assert [c.address for c in found.changes] == sorted(addresses)


def test_nothing_declared_and_nothing_known_is_nothing_to_do() -> None:
    assert run() == Difference()


def test_a_change_knows_its_kind() -> None:
    assert Change(Action.UPDATE, AD_SET).kind == "ad_set"


def stranger(name: str = "Spring", address: Address = CAMPAIGN) -> Object:
    return live(address, {"name": name}, "ACTIVE", id="999")


def test_a_campaign_that_runs_already_under_another_address_is_not_made_a_second_time() -> None:
    known = replace(observed(), orphans=(stranger(),))
    found = diff({CAMPAIGN: resource()}, known, {}, {}, {}, NOW, ZONE)
    assert said(found) == ["refused possible_rename", "refused orphan"]
    assert "999" in found.refusals[0].message
    assert "previously:" in found.refusals[0].message


@pytest.mark.parametrize(
    "other",
    [pytest.param(stranger("Autumn"), id="another name"), pytest.param(stranger("Spring", AD_SET), id="no campaign")],
)
def test_an_unrelated_stranger_stops_no_create(other: Object) -> None:
    found = diff({CAMPAIGN: resource()}, replace(observed(), orphans=(other,)), {}, {}, {}, NOW, ZONE)
    assert said(found) == ["create", "refused orphan"]


def test_protection_of_a_campaign_keeps_everything_below_it() -> None:
    addresses = (CAMPAIGN, AD_SET, AD)
    objects = {a: live(a, status="ACTIVE") for a in addresses}
    records = {a: record(a, protect=a == CAMPAIGN, on_remove=OnRemove.DELETE) for a in addresses}
    assert said(run([], objects, records)) == ["refused protect"]


@pytest.mark.parametrize(
    ("started", "outcome"),
    [
        pytest.param("2026-12-05T09:59:00+0800", [], id="started"),
        pytest.param("2026-12-05T10:01:00+0800", ["update"], id="not yet"),
    ],
)
def test_a_start_that_has_passed_is_not_moved(started: str, outcome: list[str]) -> None:
    later = "2026-12-09T09:00:00+0800"
    assert said(one_field("ad_set", "start_time", later, started, started)) == outcome


def test_an_ad_set_with_ads_is_no_draft_any_more() -> None:
    was, now = {"optimization_goal": "REACH"}, {"optimization_goal": "LINK_CLICKS"}
    ad = {AD: live(AD)}
    resources, records = [resource(AD_SET, now), resource(AD)], {AD_SET: record(AD_SET, was), AD: record(AD)}
    assert said(run(resources, {AD_SET: live(AD_SET, was), **ad}, records)) == ["refused immutable"]


def test_nothing_is_made_or_edited_below_an_archived_campaign() -> None:
    objects = {CAMPAIGN: live(status="ARCHIVED"), AD_SET: live(AD_SET, {"name": "Old"}, "PAUSED")}
    records = {CAMPAIGN: record(status="PAUSED"), AD_SET: record(AD_SET, {"name": "Old"})}
    found = run([resource(), resource(AD_SET, {"name": "New"}), resource(AD)], objects, records)
    assert said(found) == ["drift status"]
