from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import (
    AD,
    AD_SET,
    CAMPAIGN,
    NOW,
    ZONE,
    account,
    at,
    change,
    desired,
    live,
    observed,
    plan,
    resource,
)

from reconciler.engine.difference import Difference
from reconciler.engine.plan import attribute, display_order, make_plan, merge_plans, too_small_budgets
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Refusal, Spend
from reconciler.model.problem import Origin
from reconciler.model.remote import Activity
from reconciler.model.status import Schedule

OTHER = Address.parse("acme-sg/other")


# ---- who did it


def event(kind: str, minute: int, who: str = "Mei", object_id: str = "100") -> Activity:
    return Activity(object_id, kind, at(f"12-04 10:{minute:02}"), who, "Ads Manager")


FITTING = [
    pytest.param("status", "update_campaign_run_status", id="status"),
    pytest.param("daily_budget", "update_campaign_budget", id="daily budget"),
    pytest.param("lifetime_budget", "update_ad_set_budget", id="lifetime budget"),
    pytest.param("name", "update_campaign_name", id="name"),
    pytest.param("targeting", "update_ad_set_target_spec", id="targeting"),
    pytest.param("targeting", "update_ad_targets_spec", id="targeting by its older name"),
    pytest.param("bid_amount", "update_ad_set_bidding", id="bid"),
    pytest.param("end_time", "update_ad_set_duration", id="end"),
    pytest.param("optimization_goal", "update_ad_set_optimization_goal", id="goal"),
    pytest.param("headline", "update_ad_creative", id="a creative's text"),
]


@pytest.mark.parametrize(("field", "kind"), FITTING)
def test_drift_is_attributed_to_the_last_event_that_speaks_of_the_field(field: str, kind: str) -> None:
    events = [event(kind, 1, "Ada"), event(kind, 2, "Mei"), event("something_else", 3, "Bot"), event(kind, 4, "X", "9")]
    found = attribute(Drift(CAMPAIGN, field, 1, 2, id="100"), observed({}, events))
    assert (found.actor, found.at, found.application) == ("Mei", at("12-04 10:02"), "Ads Manager")


def test_where_no_event_speaks_of_the_field_the_last_one_counts() -> None:
    events = [event("a", 1, "Ada"), event("b", 2, "Bo")]
    found = attribute(Drift(CAMPAIGN, "objective", 1, 2, id="100"), observed({}, events))
    assert found.actor == "Bo"


def test_drift_that_nobody_is_known_to_have_done_stays_anonymous() -> None:
    drift = Drift(CAMPAIGN, "name", 1, 2, id="100")
    assert attribute(drift, observed({}, [event("update_campaign_name", 1, object_id="9")])) == drift


# ---- putting it together


def test_a_plan_shows_changes_by_address_with_status_changes_last() -> None:
    changes = [
        change(Action.ACTIVATE, CAMPAIGN),
        change(Action.UPDATE, AD_SET),
        change(Action.UPDATE, CAMPAIGN),
        change(Action.PAUSE, AD),
        change(Action.CREATE, AD),
    ]
    ordered = sorted(changes, key=display_order)
    assert [(c.address, c.action) for c in ordered] == [
        (CAMPAIGN, Action.UPDATE),
        (CAMPAIGN, Action.ACTIVATE),
        (AD_SET, Action.UPDATE),
        (AD, Action.CREATE),
        (AD, Action.PAUSE),
    ]


def test_a_plan_has_the_differences_the_notes_and_the_copies() -> None:
    copy = live(CAMPAIGN, {"name": "Spring \x1b[31m- Copy"}, id="555")
    difference = Difference([change(Action.ADOPT)], [Drift(CAMPAIGN, "name", 1, 2, id="100")], [], ["one"])
    made = make_plan(
        desired([resource()]),
        NOW,
        account(),
        observed({}, [event("x_name", 1)], copies=((CAMPAIGN, copy),)),
        difference,
        ["two"],
    )
    assert made.drift[0].actor == "Mei"
    assert made.notes[:2] == ("two", "one")
    assert 'campaign 555 "Spring \\x1b[31m- Copy" is a copy' in made.notes[2]
    assert (made.now, made.zone, made.currencies) == (NOW, ZONE, {"acme-sg": "SGD"})


def test_plans_of_several_accounts_become_one() -> None:
    far = Address.parse("zz/late")
    first = plan([change(Action.UPDATE, far)], drift=(Drift(far, "b", 1, 2), Drift(far, "a", 1, 2)), notes=("n",))
    second = plan([change(Action.UPDATE)], refusals=(Refusal("p", "x", "m"),), spend={"b": Spend("SGD", 1, 1, 1, 1)})
    whole = merge_plans(desired(), NOW, [first, second], {"bad": "broken"})
    assert [c.address for c in whole.changes] == [CAMPAIGN, far]
    assert [d.field for d in whole.drift] == ["a", "b"]
    assert (set(whole.spend), whole.failures, len(whole.refusals), whole.notes) == (
        {"acme-sg", "b"},
        {"bad": "broken"},
        1,
        ("n",),
    )


# ---- the digest


@given(st.permutations([change(Action.UPDATE, a, id="1", after={"name": "x"}) for a in (CAMPAIGN, AD_SET, AD)]))
def test_the_digest_does_not_depend_on_order(changes: list[Change]) -> None:
    assert plan(changes).digest == plan(sorted(changes, key=lambda c: c.address)).digest


@pytest.mark.parametrize(
    "altered",
    [
        {"id": "2"},
        {"action": Action.REPLACE},
        {"address": AD_SET},
        {"before": {"name": "y"}},
        {"after": {"name": "y"}},
    ],
    ids=lambda a: next(iter(a)),
)
def test_the_digest_depends_on_what_would_be_done_and_on_what_it_was_decided(altered: dict[str, Any]) -> None:
    one = change(Action.UPDATE, id="1", before={"name": "a"}, after={"name": "b"})
    assert plan([one]).digest != plan([replace(one, **altered)]).digest


def test_the_digest_does_not_depend_on_the_clock_or_on_what_is_only_told() -> None:
    one = change(Action.UPDATE, id="1", after={"name": "b"})
    later = plan([replace(one, consequences=("x",), origin=Origin("f", 3))], now=at("12-06 10:00"), notes=("n",))
    assert plan([one]).digest == later.digest


# ---- budgets that Meta would refuse

MINIMUM = {"impressions": 100, "clicks": 500, "views": 400, "actions": 4000}
BY_GOAL = [
    pytest.param("IMPRESSIONS", 100, id="impressions"),
    pytest.param("LINK_CLICKS", 500, id="clicks"),
    pytest.param("THRUPLAY", 400, id="views"),
    pytest.param("APP_INSTALLS", 4000, id="rare events"),
]


def complaints(fields: dict[str, Any], billing: str, schedule: Schedule | None = None) -> list[str]:
    campaign = resource(fields=fields, schedule=schedule, origins={n: Origin("f.yaml", 7, 3) for n in fields})
    resources = {CAMPAIGN: campaign, AD_SET: resource(AD_SET, {"billing_event": billing})}
    changes = [change(Action.CREATE, after=fields)]
    found = too_small_budgets(account(), resources, observed(facts={"minimum_daily": MINIMUM}), changes)
    return [f"{r.origin}: {r.message}; {r.mend}" for r in found]


@pytest.mark.parametrize(("billing", "least"), BY_GOAL)
def test_a_daily_budget_below_the_accounts_minimum_is_told_at_its_line(billing: str, least: int) -> None:
    assert complaints({"daily_budget": least}, billing) == []
    (text,) = complaints({"daily_budget": least - 1}, billing)
    assert text.startswith("f.yaml:7:3: daily_budget")
    assert f"below the account's minimum of {least / 100:.2f} SGD" in text


def test_a_lifetime_budget_needs_the_minimum_for_every_day_begun() -> None:
    ten_days = Schedule(activate_at=at("12-01 09:00"), deactivate_at=at("12-10 10:00"))
    assert complaints({"lifetime_budget": 1000}, "IMPRESSIONS", ten_days) == []
    assert "10.00 SGD or more" in complaints({"lifetime_budget": 999}, "IMPRESSIONS", ten_days)[0]


def test_without_an_end_a_lifetime_budget_needs_one_day() -> None:
    assert complaints({"lifetime_budget": 100}, "IMPRESSIONS", Schedule()) == []


def test_a_change_that_sets_no_budget_is_not_looked_at() -> None:
    assert complaints({"name": "x"}, "IMPRESSIONS") == []
    removal = [change(Action.PAUSE, after={"daily_budget": 1})]
    assert list(too_small_budgets(account(), {}, observed(facts={"minimum_daily": MINIMUM}), removal)) == []


def test_a_paused_orphan_is_noted_with_its_way_out() -> None:
    orphan = live(CAMPAIGN, {"name": "Lost\x1b[2J"}, "PAUSED", id="999")
    (note,) = make_plan(desired(), NOW, account(), observed(orphans=(orphan,)), Difference()).notes
    assert 'campaign 999 "Lost\\x1b[2J" is PAUSED' in note
    assert "reconciler forget" in note
