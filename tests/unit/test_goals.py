from __future__ import annotations

import pytest
from support.declaring import AD, desired_of

from reconciler.kinds.delivery.checks.formats import GOALS_OF_OTHERS
from reconciler.kinds.delivery.goals import BILLABLE, DEFAULT_EVENT, GOALS
from reconciler.kinds.enums import (
    BILLING_EVENTS,
    CUSTOM_EVENT_TYPES,
    DESTINATION_TYPES,
    FORM_GOALS,
    OBJECTIVES,
    OPTIMIZATION_GOALS,
)

FORM_AD = "{video: a.mp4, lead_form: '8190'}"

PAIRS = [
    pytest.param(objective, goal, id=f"{objective} {goal}") for objective, goals in GOALS.items() for goal in goals
]


def test_each_of_metas_six_objectives_has_goals() -> None:
    assert set(GOALS) == OBJECTIVES
    assert all(GOALS.values())


@pytest.mark.parametrize(("objective", "goal"), PAIRS)
def test_every_word_of_the_table_is_metas(objective: str, goal: str) -> None:
    rule = GOALS[objective][goal]
    assert goal in OPTIMIZATION_GOALS
    assert rule.promotes in ("pixel", "page", "app", "")
    assert rule.destination in {*DESTINATION_TYPES, ""}


@pytest.mark.parametrize(("objective", "goal"), PAIRS)
def test_every_allowed_pair_makes_an_ad_set_that_promotes_what_it_should(objective: str, goal: str) -> None:
    app = "    promoted_object: {application_id: '1', object_store_url: 'https://x.example'}\n"
    rule = GOALS[objective][goal]
    text = (
        f"name: S\nobjective: {objective}\ndaily_budget: 5.00 SGD\nad_sets:\n  a:\n    countries: [MY]\n"
        f"    optimization_goal: {goal}\n"
        + ("" if goal in GOALS_OF_OTHERS else f"    ads: {{x: {FORM_AD if goal in FORM_GOALS else AD}}}\n")
        + (app if rule.promotes == "app" else "")
    )
    fields = next(r for r in desired_of(text).resources.values() if r.kind == "ad_set").fields
    promoted = {
        "pixel": {"pixel_id": "5647", "custom_event_type": DEFAULT_EVENT.get(objective)},
        "page": {"page_id": "1029"},
        "app": {"application_id": "1", "object_store_url": "https://x.example"},
    }
    assert fields["optimization_goal"] == goal
    assert fields["billing_event"] == "IMPRESSIONS"
    assert fields.get("promoted_object") == promoted.get(rule.promotes)
    assert fields.get("destination_type", "") == rule.destination


def test_every_pixel_goal_has_an_event_to_count() -> None:
    counting = {o for o, goals in GOALS.items() if any(g.promotes == "pixel" for g in goals.values())}
    assert counting == set(DEFAULT_EVENT)
    assert set(DEFAULT_EVENT.values()) <= CUSTOM_EVENT_TYPES


def test_what_can_be_billed_is_a_billing_event_for_a_goal_that_exists() -> None:
    assert set(BILLABLE) <= BILLING_EVENTS
    assert set(BILLABLE.values()) <= {goal for goals in GOALS.values() for goal in goals}
