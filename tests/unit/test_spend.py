"""One daily equivalent for all that spends: policies count the days that it is for, the spend those that are left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from support.values import AD, AD_SET, CAMPAIGN, NOW, account, at, change, live, observed, record, resource

from reconciler.engine.spend.account import spend
from reconciler.engine.spend.fields import direction, unjudged
from reconciler.engine.spend.future import Future, declared
from reconciler.engine.spend.timeline import highest
from reconciler.kinds.budget_schedules import SCHEDULES
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Moment, Spend
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import Schedule

OTHER = Address.parse("acme-sg/other")


def money_of(
    objects: Mapping[Address, Object],
    changes: Iterable[Change] = (),
    resources: Iterable[Resource] = (),
    records: Mapping[Address, Record] | None = None,
    **more: Any,
) -> Spend:
    known = {r.address: r for r in resources}
    seen = observed(objects, orphans=more.pop("orphans", ()))
    return spend(account(), Future(known, seen, records or {}, NOW, tuple(changes), **more))


def tree(status: str = "ACTIVE", budget: int = 5000, at_ad_set: bool = False, **statuses: str) -> dict[Address, Object]:
    """A campaign, an ad set and an ad, all of one status unless named."""
    holder = AD_SET if at_ad_set else CAMPAIGN
    names = {"campaign": CAMPAIGN, "ad_set": AD_SET, "ad": AD}
    return {
        a: live(a, {"daily_budget": budget} if a == holder else {}, statuses.get(name, status))
        for name, a in names.items()
    }


def money(objects: dict[Address, Object], *changes: Change) -> tuple[int, int, int, int]:
    found = money_of(objects, changes)
    return found.daily_before, found.daily_after, found.active_before, found.active_after


# ---- spend


def test_a_running_campaigns_budget_is_spent_now() -> None:
    assert money(tree()) == (5000, 5000, 5000, 5000)


@pytest.mark.parametrize("off", ["campaign", "ad_set", "ad"])
@pytest.mark.parametrize("at_ad_set", [False, True])
def test_nothing_is_spent_unless_all_three_levels_are_active(off: str, at_ad_set: bool) -> None:
    assert money(tree(at_ad_set=at_ad_set, **{off: "PAUSED"})) == (5000, 5000, 0, 0)


def test_a_campaigns_budget_counts_once_however_many_ads_run() -> None:
    objects = tree()
    for key in ("b", "c"):
        for address in (AD_SET._replace(keys=("spring", key)), AD_SET._replace(keys=("spring", key, "x"))):
            objects[address] = live(address, {}, "ACTIVE")
    assert money(objects)[2] == 5000


def test_an_ad_sets_budget_counts_only_while_it_delivers_itself() -> None:
    objects = tree(at_ad_set=True)
    idle = AD_SET._replace(keys=("spring", "idle"))
    objects[idle] = live(idle, {"daily_budget": 700}, "ACTIVE")
    assert money(objects) == (5700, 5700, 5000, 5000)


@pytest.mark.parametrize("status", ["ARCHIVED", "DELETED"])
def test_what_is_archived_or_deleted_costs_nothing(status: str) -> None:
    assert money(tree(status)) == (0, 0, 0, 0)


CARRIED_OUT = [
    pytest.param(
        [change(Action.UPDATE, after={"daily_budget": 8000})], (5000, 8000, 5000, 8000), id="a budget that rises"
    ),
    pytest.param([change(Action.UPDATE, after={"daily_budget": None})], (5000, 0, 5000, 0), id="a budget that goes"),
    pytest.param([change(Action.PAUSE, after={"status": "PAUSED"})], (5000, 5000, 5000, 0), id="a pause"),
    pytest.param([change(Action.PAUSE, after={"status": "PAUSED"}, removal=True)], (5000, 0, 5000, 0), id="a removal"),
    pytest.param([change(Action.ARCHIVE, after={"status": "ARCHIVED"})], (5000, 0, 5000, 0), id="an archiving"),
    pytest.param([change(Action.FORGET, removal=True)], (5000, 0, 5000, 5000), id="what is forgotten runs on"),
    pytest.param([change(Action.ADOPT)], (5000, 5000, 5000, 5000), id="an adoption"),
    pytest.param(
        [change(Action.CREATE, OTHER, after={"daily_budget": 300, "status": "PAUSED"})],
        (5000, 5300, 5000, 5000),
        id="a new campaign, paused",
    ),
    pytest.param(
        [change(Action.REPLACE, after={"daily_budget": 300, "status": "PAUSED"})],
        (5000, 300, 5000, 0),
        id="a replacement starts paused",
    ),
    pytest.param(
        [change(Action.REPLACE, after={"status": "PAUSED"})], (5000, 0, 5000, 0), id="a replacement without a budget"
    ),
    pytest.param(
        [change(Action.ACTIVATE, AD, after={"status": "ACTIVE"})],
        (5000, 5000, 5000, 5000),
        id="an activation of what runs",
    ),
]


@pytest.mark.parametrize(("changes", "figures"), CARRIED_OUT)
def test_the_figures_after_are_those_of_the_changes_carried_out(
    changes: list[Change], figures: tuple[int, int, int, int]
) -> None:
    assert money(tree(), *changes) == figures


def test_activating_a_whole_campaign_spends_its_budget() -> None:
    changes = [change(Action.ACTIVATE, a, after={"status": "ACTIVE"}) for a in (AD, AD_SET, CAMPAIGN)]
    assert money(tree("PAUSED"), *changes) == (5000, 5000, 0, 5000)
    assert money(tree("PAUSED"), *changes[:2]) == (5000, 5000, 0, 0)


@given(st.lists(st.sampled_from(["ACTIVE", "PAUSED", "ARCHIVED"]), min_size=3, max_size=3), st.booleans())
def test_what_is_spent_now_is_never_more_than_what_is_planned(statuses: list[str], at_ad_set: bool) -> None:
    objects = tree(at_ad_set=at_ad_set, **dict(zip(("campaign", "ad_set", "ad"), statuses, strict=True)))
    before, after, active_before, active_after = money(objects)
    assert 0 <= active_before <= before
    assert (before, active_before) == (after, active_after)


# ---- now, and at each declared time

RUN = Schedule(activate_at=at("12-10 09:00"), deactivate_at=at("12-20 09:00"))


def campaign(
    schedule: Schedule, status: str, budget: int = 5000, key: str = "spring"
) -> tuple[dict[Address, Object], list[Resource]]:
    at_key = {a: a._replace(keys=(key, *a.keys[1:])) for a in (CAMPAIGN, AD_SET, AD)}
    objects = {new: live(new, {"daily_budget": budget} if a == CAMPAIGN else {}, status) for a, new in at_key.items()}
    return objects, [resource(a, {"name": "x", **o.fields}, schedule) for a, o in objects.items()]


def test_the_timeline_says_from_when_on_it_is_more_and_from_when_on_less() -> None:
    objects, resources = campaign(RUN, "PAUSED")
    running, others = campaign(Schedule("ACTIVE"), "ACTIVE", 7000, "always")
    found = money_of({**objects, **running}, resources=[*resources, *others])
    assert (found.active_before, found.active_after) == (7000, 7000)
    assert found.timeline == (Moment(at("12-10 09:00"), 12000), Moment(at("12-20 09:00"), 7000))


def test_what_is_made_counts_from_its_time_on() -> None:
    _, resources = campaign(RUN, "PAUSED")
    made = [change(Action.CREATE, r.address, after={**r.fields, "status": "PAUSED"}) for r in resources]
    found = money_of({}, made, resources)
    assert (found.active_after, found.daily_after) == (0, 5000)
    assert [m.daily for m in found.timeline] == [5000, 0]


def test_a_launch_that_a_refusal_holds_back_is_not_counted() -> None:
    objects, resources = campaign(RUN, "PAUSED")
    assert money_of(objects, resources=resources, waiting=[CAMPAIGN]).timeline == ()


def test_what_a_person_has_paused_stays_off_until_its_next_time() -> None:
    objects, resources = campaign(Schedule(activate_at=at("12-01 09:00"), deactivate_at=at("12-20 09:00")), "PAUSED")
    assert money_of(objects, resources=resources).timeline == ()


def test_a_hold_is_off_whatever_its_times_say() -> None:
    objects, resources = campaign(replace(RUN, status="PAUSED"), "PAUSED")
    assert money_of(objects, resources=resources).timeline == ()


def test_what_meta_starts_later_is_not_spent_now() -> None:
    objects = tree()
    objects[AD_SET] = live(AD_SET, {"start_time": "2026-12-10T09:00:00+0800"}, "ACTIVE")
    found = money_of(objects)
    assert found.active_before == 0
    assert found.timeline == (Moment(at("12-10 09:00"), 5000),)


def test_what_meta_has_ended_is_not_spent() -> None:
    objects = tree()
    objects[AD_SET] = live(AD_SET, {"end_time": "2026-12-01T09:00:00+0800"}, "ACTIVE")
    assert money_of(objects).active_before == 0


@pytest.mark.parametrize("status", ["DISAPPROVED", "PENDING_BILLING_INFO"])
def test_what_meta_does_not_show_is_not_spent(status: str) -> None:
    objects = tree()
    objects[AD] = live(AD, {}, "ACTIVE", effective_status=status)
    assert money_of(objects).active_before == 0


def test_an_orphan_that_runs_is_counted() -> None:
    lost = [
        live(CAMPAIGN, {"daily_budget": 9000}, "ACTIVE", id="9"),
        live(AD_SET, {}, "ACTIVE", id="90", parent_id="9"),
        live(AD, {}, "ACTIVE", id="900", parent_id="90"),
    ]
    assert money_of(tree(), orphans=tuple(lost)).active_before == 14000
    assert money_of(tree(), orphans=tuple(lost[:2])).active_before == 5000


def test_an_orphaned_ad_set_counts_in_the_campaign_that_it_stands_in() -> None:
    lost = [
        live(AD_SET, {"daily_budget": 300}, "ACTIVE", id="90", parent_id="100"),
        live(AD, {}, "ACTIVE", id="900", parent_id="90"),
    ]
    assert money_of(tree(at_ad_set=True), orphans=tuple(lost)).active_before == 5300


# ---- lifetime budgets

TWO_DAYS = Schedule(activate_at=at("12-10 09:00"), deactivate_at=at("12-12 09:00"))


def most(resources: Iterable[Resource], objects: Mapping[Address, Object] | None = None) -> int:
    return highest(declared({r.address: r for r in resources}, objects, NOW), NOW).daily


def with_budget(
    schedule: Schedule, campaign: Mapping[str, Any], ad_set: Mapping[str, Any] | None = None
) -> list[Resource]:
    return [
        resource(CAMPAIGN, {"name": "x", **campaign}, schedule),
        resource(AD_SET, {"name": "x", **(ad_set or {})}, schedule),
    ]


def test_a_lifetime_budget_counts_by_its_declared_days() -> None:
    assert most(with_budget(TWO_DAYS, {"lifetime_budget": 90000})) == 45000
    assert most(with_budget(TWO_DAYS, {}, {"lifetime_budget": 90000})) == 45000


@pytest.mark.parametrize(("end", "a_day"), [("12-10 10:00", 90000), ("12-11 21:00", 60000), ("12-12 08:59", 45000)])
def test_its_days_are_counted_by_the_hour_and_are_one_at_least(end: str, a_day: int) -> None:
    schedule = replace(TWO_DAYS, deactivate_at=at(end))
    assert most(with_budget(schedule, {"lifetime_budget": 90000})) == a_day


def test_the_policies_figure_does_not_grow_while_the_days_go_by() -> None:
    running = Schedule(activate_at=at("11-10 10:00"), deactivate_at=at("12-06 10:00"))
    there = {AD_SET: live(AD_SET, {}, "ACTIVE", created_time=at("11-01 10:00"))}
    assert most(with_budget(running, {"lifetime_budget": 26000}), there) == 1000


def test_where_no_start_is_declared_the_live_one_counts_and_offline_none() -> None:
    only_end = Schedule(deactivate_at=at("12-06 10:00"))
    there = {AD_SET: live(AD_SET, {"start_time": "2026-11-26T10:00:00+0800"}, "ACTIVE")}
    budget = with_budget(only_end, {"lifetime_budget": 90000})
    assert most(budget, there) == 9000
    assert most(budget, {}) == 90000
    assert most(budget, None) == 0


def test_a_campaigns_lifetime_budget_is_for_the_days_on_which_an_ad_set_runs() -> None:
    first = resource(AD_SET, {"name": "x"}, TWO_DAYS)
    last = resource(
        AD_SET._replace(keys=("spring", "last")),
        {"name": "x"},
        Schedule(activate_at=at("12-30 09:00"), deactivate_at=at("12-31 09:00")),
    )
    whole = Schedule(activate_at=at("12-10 09:00"), deactivate_at=at("12-31 09:00"))
    assert most([resource(CAMPAIGN, {"name": "x", "lifetime_budget": 90000}, whole), first, last]) == 30000


@pytest.mark.parametrize(("left", "a_day"), [(None, 45000), (30000, 15000), (0, 0)])
def test_the_spend_is_what_is_left_over_the_days_that_are_left(left: int | None, a_day: int) -> None:
    objects = tree(budget=0)
    objects[CAMPAIGN] = live(fields={"lifetime_budget": 90000}, status="ACTIVE", budget_remaining=left)
    objects[AD_SET] = live(AD_SET, {"end_time": "2026-12-07T10:00:00+0800"}, "ACTIVE")
    found = money_of(objects)
    assert found.active_before == a_day
    assert [m.daily for m in found.timeline] == ([0] if a_day else [])


def test_what_is_left_of_a_daily_budget_is_no_budget_of_its_own() -> None:
    objects = tree(budget=5000)
    objects[CAMPAIGN] = replace(objects[CAMPAIGN], budget_remaining=4200)
    assert money_of(objects).active_before == 5000


def test_no_more_than_what_is_left_is_spent_on_the_last_day() -> None:
    objects = tree(budget=0)
    objects[CAMPAIGN] = live(fields={"lifetime_budget": 90000}, status="ACTIVE", budget_remaining=5000)
    objects[AD_SET] = live(AD_SET, {"end_time": "2026-12-05T12:00:00+0800"}, "ACTIVE")
    assert money_of(objects).active_before == 5000


def test_a_raised_lifetime_budget_is_spent_on_the_days_that_are_left() -> None:
    objects = tree(budget=0)
    objects[CAMPAIGN] = live(fields={"lifetime_budget": 90000}, status="ACTIVE", budget_remaining=10000)
    objects[AD_SET] = live(AD_SET, {"end_time": "2026-12-07T10:00:00+0800"}, "ACTIVE")
    found = money_of(objects, [change(Action.UPDATE, id="100", after={"lifetime_budget": 100000})])
    assert (found.active_before, found.active_after) == (5000, 10000)


@given(
    st.integers(1, 10**9),
    st.integers(1, 400),
    st.integers(0, 24),
)
def test_a_days_figure_times_the_days_is_never_less_than_the_budget(total: int, days: int, hours: int) -> None:
    """And never more than the budget itself."""
    schedule = Schedule(
        activate_at=at("12-10 09:00"), deactivate_at=at("12-10 09:00") + timedelta(days=days, hours=hours)
    )
    found = most(with_budget(schedule, {"lifetime_budget": total}))
    assert found <= total <= found * (days * 24 + hours) / 24 + 1e-6


def test_what_runs_one_after_the_other_does_not_add_up() -> None:
    first = with_budget(Schedule(activate_at=at("12-10 09:00"), deactivate_at=at("12-20 09:00")), {"daily_budget": 400})
    second = [replace(r, address=r.address._replace(keys=("other", *r.address.keys[1:]))) for r in first]
    assert most([*first, *second]) == 800
    later = Schedule(activate_at=at("12-20 09:00"))
    assert most([*first, *(replace(r, schedule=later) for r in second)]) == 400


def test_a_hold_is_judged_as_if_it_ran() -> None:
    assert most(with_budget(Schedule("PAUSED"), {"daily_budget": 400})) == 400


def test_what_has_ended_and_what_is_archived_is_not_judged_any_more() -> None:
    assert most(with_budget(Schedule(deactivate_at=at("12-01 09:00")), {"daily_budget": 400})) == 0
    assert most(with_budget(Schedule("ARCHIVED"), {"daily_budget": 400})) == 0


@pytest.mark.parametrize("budget", [{"daily_budget": 900}, {"lifetime_budget": 900}])
def test_a_spend_cap_limits_what_a_campaign_can_spend_a_day(budget: dict[str, int]) -> None:
    one_day = replace(TWO_DAYS, deactivate_at=at("12-11 09:00"))
    assert most(with_budget(one_day, {"spend_cap": 500, **budget})) == 500
    assert most(with_budget(one_day, {"spend_cap": 500}, budget)) == 500


# ---- budget schedules


def busy(kind: str, value: object, start: str = "12-12 00:00", end: str = "12-13 00:00") -> dict[str, Any]:
    times = {"time_start": at(start).isoformat(), "time_end": int(at(end).timestamp())}
    return {"budget_value_type": kind, "budget_value": value, **times}


ADDED = [
    pytest.param([busy("ABSOLUTE", 10000)], 15000, id="an amount adds"),
    pytest.param([busy("MULTIPLIER", "140")], 12000, id="a share adds"),
    pytest.param([busy("ABSOLUTE", 1), busy("ABSOLUTE", 2, "12-12 12:00", "12-14 00:00")], 5003, id="two at once"),
    pytest.param(
        [busy("ABSOLUTE", 1), busy("ABSOLUTE", 2, "12-13 00:00", "12-14 00:00")], 5002, id="one after another"
    ),
    pytest.param([busy("ABSOLUTE", 9, "12-01 00:00", "12-02 00:00")], 5000, id="one that has passed"),
]


@pytest.mark.parametrize(("schedules", "highest_day"), ADDED)
@pytest.mark.parametrize("level", ["campaign", "ad_set"])
def test_budget_schedules_count_at_their_highest_moment(level: str, schedules: list[Any], highest_day: int) -> None:
    fields = {"daily_budget": 5000, SCHEDULES: schedules}
    assert most(with_budget(Schedule(), *((fields,) if level == "campaign" else ({}, fields)))) == highest_day


def with_live(*rows: dict[str, Any], hidden: bool = False) -> dict[Address, Object]:
    """The tree, with budget schedules on its campaign that are live, or that Meta does not show."""
    objects = dict(tree())
    live = objects[CAMPAIGN]
    fields = {**live.fields, **({SCHEDULES: list(rows)} if rows else {})}
    objects[CAMPAIGN] = replace(live, fields=fields, unread=frozenset({SCHEDULES} if hidden else ()))
    return objects


def test_the_timeline_shows_a_budget_schedule_that_is_live_whoever_has_made_it() -> None:
    assert money_of(with_live(busy("ABSOLUTE", 10000))).timeline == (
        Moment(at("12-12 00:00"), 15000),
        Moment(at("12-13 00:00"), 5000),
    )


def test_where_meta_shows_no_budget_schedules_those_that_were_applied_last_count() -> None:
    known = {CAMPAIGN: record(applied={"name": "Spring", SCHEDULES: [busy("ABSOLUTE", 10000)]})}
    assert money_of(with_live(), records=known).timeline == ()
    assert money_of(with_live(hidden=True), records=known).timeline[0].daily == 15000


def test_a_budget_schedule_of_somebody_counts_beside_the_declared_ones_and_ours_is_exchanged() -> None:
    ours, theirs, wanted = (busy("ABSOLUTE", value) for value in (10000, 700, 2000))
    known = {CAMPAIGN: record(applied={"name": "Spring", SCHEDULES: [ours]})}
    fields = {"daily_budget": 5000, SCHEDULES: [wanted]}
    parts = declared({r.address: r for r in with_budget(Schedule(), fields)}, with_live(ours, theirs), NOW, known)
    assert highest(parts, NOW).daily == 7700
    changed = [change(Action.UPDATE, id="100", before={}, after={SCHEDULES: [wanted]})]
    assert money_of(with_live(ours), changed, records=known).timeline[0].daily == 7000


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        pytest.param([], [busy("ABSOLUTE", 1)], 1, id="one more"),
        pytest.param([busy("ABSOLUTE", 1)], None, -1, id="one less"),
        pytest.param([busy("ABSOLUTE", 2)], [busy("ABSOLUTE", 1)], -1, id="a lower one"),
        pytest.param([busy("ABSOLUTE", 9)], [busy("ABSOLUTE", 1, "12-20 00:00", "12-21 00:00")], 1, id="another day"),
        pytest.param([busy("ABSOLUTE", 9)], [busy("MULTIPLIER", 1)], 1, id="a share in place of an amount"),
        pytest.param([busy("ABSOLUTE", 1)], [busy("ABSOLUTE", "1")], 0, id="the same in other letters"),
    ],
)
def test_a_change_of_budget_schedules_lowers_only_what_never_spends_more(before: Any, after: Any, way: int) -> None:
    assert direction(SCHEDULES, before, after) == way


@pytest.mark.parametrize(("status", "now"), [(1, 5000), (2, 0), (3, 0), (9, 5000)])
def test_an_account_that_meta_has_stopped_spends_nothing_now(status: int, now: int) -> None:
    seen = observed(tree(), facts={"status": status})
    assert spend(account(), Future({}, seen, {}, NOW)).active_before == now


WRONG = [
    pytest.param("all week", "it is no list", id="no list"),
    pytest.param(["x"], "str is no mapping", id="no mapping"),
    pytest.param([{}], "budget_value_type is missing", id="nothing in it"),
    pytest.param([busy("DOUBLE", 1)], "neither ABSOLUTE nor MULTIPLIER", id="another type"),
    pytest.param([busy("ABSOLUTE", "100.00 SGD")], "budget_value is no whole number", id="money as text"),
    pytest.param([{**busy("ABSOLUTE", 1), "time_start": "2026-12-12 00:00"}], "has no offset", id="a local time"),
    pytest.param([{**busy("ABSOLUTE", 1), "time_end": "tomorrow"}], "Invalid isoformat", id="no time"),
]


@pytest.mark.parametrize(("value", "why"), WRONG)
def test_a_budget_schedule_that_cannot_be_judged_is_refused(value: object, why: str) -> None:
    ((name, wrong, mend),) = unjudged({"daily_budget": 1, SCHEDULES: value}, {"daily_budget"})
    assert name == SCHEDULES and why in wrong and "budget_value_type: ABSOLUTE" in mend
    assert most(with_budget(Schedule(), {"daily_budget": 400, SCHEDULES: value})) == 400


def test_the_mend_of_a_budget_schedule_works_when_followed() -> None:
    ((_, _, mend),) = unjudged({"daily_budget": 1, SCHEDULES: 0}, {"daily_budget"})
    written = YAML(typ="safe").load(mend.removeprefix("write ").partition(", in minor")[0])
    assert list(unjudged({"daily_budget": 1, SCHEDULES: written}, {"daily_budget"})) == []
    assert "no daily_budget beside it" in next(unjudged({SCHEDULES: written}, ()))[1]


PARAMETERS = [
    ("adset_budgets", [{"daily_budget": 1}], "in each ad set"),
    ("rf_prediction_id", "1", "no policy can judge it"),
    ("is_budget_schedule_enabled", True, SCHEDULES),
    ("weekly_budget_of_tomorrow", 1, "no policy can judge it"),
    ("stop_time", "x", "write deactivate_at"),
]


@pytest.mark.parametrize(("name", "value", "mend"), PARAMETERS)
def test_a_parameter_that_spends_unseen_is_refused_by_its_name(name: str, value: object, mend: str) -> None:
    ((found, wrong, told),) = unjudged({name: value}, {"daily_budget"})
    assert found == name and name in wrong and mend in told


@pytest.mark.parametrize("name", ["daily_min_spend_target", "lifetime_spend_cap", "bid_amount", "pacing_type"])
def test_what_spends_no_more_than_the_budget_passes(name: str) -> None:
    assert list(unjudged({name: 5}, ())) == []


amounts = st.none() | st.integers(1, 10**6)


@given(st.sampled_from(["spend_cap", "bid_amount", "daily_spend_cap", "daily_min_spend_target"]), amounts, amounts)
def test_what_spends_more_one_way_spends_less_the_other(name: str, one: int | None, other: int | None) -> None:
    assert direction(name, one, other) == -direction(name, other, one)
