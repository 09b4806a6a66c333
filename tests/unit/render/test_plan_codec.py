from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import ADDRESSES, CAMPAIGN, NOW, ZONE, change, plan

from reconciler.model.errors import PlanFileError
from reconciler.model.plan import (
    Action,
    Basis,
    Change,
    Drift,
    Effort,
    Held,
    Late,
    Moment,
    Options,
    Plan,
    Refusal,
    Spend,
)
from reconciler.model.problem import Origin, Problem
from reconciler.render.plan_file import plan_text, read_plan
from reconciler.text.redact import remember_secret

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.dictionaries(st.sampled_from(["name", "daily_budget", "targeting", "status"]), VALUES, max_size=3)
MOMENTS = st.none() | st.integers(-(10**7), 10**7).map(lambda seconds: NOW + timedelta(seconds=seconds))
PLACES = st.sampled_from([*ADDRESSES.values()])
KNOWN = MOMENTS.filter(bool)
ORIGINS = st.none() | st.builds(Origin, st.sampled_from(["a.yaml", "b:1.yaml"]), st.integers(1, 9), st.integers(1, 9))
NUMBERS = st.integers(0, 10**9)
CHANGES = st.builds(
    Change, st.sampled_from(Action), PLACES, id=st.sampled_from(["", "1", "2"]), before=FIELDS, after=FIELDS,
    consequences=st.lists(TEXT, max_size=2).map(tuple), origin=ORIGINS, removal=st.booleans(),
    remembered=st.booleans(), unlabels=st.booleans(), timed=st.booleans(), not_before=MOMENTS, due=MOMENTS,
    until=MOMENTS, former=st.none() | PLACES,
)  # fmt: skip
DRIFTS = st.builds(
    Drift, PLACES, TEXT, VALUES, VALUES, id=TEXT, actor=TEXT, application=TEXT, at=MOMENTS, reverted=st.booleans(),
    path=st.sampled_from(["", "targeting.genders"]), accepted=st.booleans(), beyond=VALUES, origin=ORIGINS,
)  # fmt: skip
OPTIONS = st.builds(
    Options, targets=st.lists(PLACES, max_size=2).map(tuple), revert_drift=st.booleans(),
    late_activations=st.booleans(), reviewed=st.booleans(),
)  # fmt: skip
REFUSALS = st.builds(Refusal, TEXT, TEXT, TEXT, origin=ORIGINS, mend=TEXT, lowers=st.booleans())
TIMELINES = st.lists(st.builds(Moment, KNOWN, NUMBERS), max_size=2).map(tuple)
SPENDS = st.builds(Spend, st.just("SGD"), NUMBERS, NUMBERS, NUMBERS, NUMBERS, TIMELINES)
EFFORTS = st.builds(Effort, *[NUMBERS] * 3, st.sampled_from(["", "full"]), *[NUMBERS] * 4)
PLANS = st.builds(
    Plan, project=st.just("acme"), zone=st.sampled_from([ZONE, ZoneInfo("UTC"), ZoneInfo("America/New_York")]),
    now=KNOWN, changes=st.lists(CHANGES, max_size=3).map(tuple), drift=st.lists(DRIFTS, max_size=2).map(tuple),
    refusals=st.lists(REFUSALS, max_size=2).map(tuple),
    held=st.lists(st.builds(Held, CHANGES, TEXT, TEXT), max_size=1).map(tuple),
    notes=st.lists(TEXT, max_size=2).map(tuple), spend=st.dictionaries(st.just("acme-sg"), SPENDS),
    effort=st.dictionaries(st.just("acme-sg"), EFFORTS), currencies=st.just({"acme-sg": "SGD"}),
    failures=st.dictionaries(st.just("other"), TEXT),
    late=st.lists(st.builds(Late, PLACES, KNOWN, st.booleans(), st.booleans()), max_size=1).map(tuple),
    options=OPTIONS, accounts=st.just({"acme-sg": Basis("act_1", "0" * 64, {"acme-sg/t/#1": {"daily_budget": 4000}})}),
    warnings=st.lists(st.builds(Problem, ORIGINS.filter(bool), TEXT, TEXT), max_size=1).map(tuple),
    media=st.just({"0" * 64: "16:9, 0:15"}),
)  # fmt: skip


@given(PLANS)
def test_a_plan_is_the_same_after_its_file(shown: Plan) -> None:
    assert read_plan(plan_text(shown), "plan.json", "acme") == shown


def full_plan(changes: list[Change], drift: list[Drift], options: Options) -> Plan:
    return plan(
        changes, drift=tuple(drift), options=options,
        accounts={"acme-sg": Basis("act_1", "0" * 64, {"acme-sg/t/#1": {"daily_budget": 4000}})},
        refusals=(Refusal("p", "acme-sg/spring", "m"),), notes=("n",), failures={"other": "no"},
        late=(Late(CAMPAIGN, NOW, held=True),),
    )  # fmt: skip


WHOLE = full_plan(
    [change(Action.UPDATE, id="1", before={"daily_budget": 1}, after={"daily_budget": 2}), change(Action.CREATE)],
    [Drift(CAMPAIGN, "name", "a", "b")],
    Options(),
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [leaf for key, one in pairs for leaf in leaves(one, (*path, key))]
    return inner or [path]


PLACES_IN_FILE = leaves(json.loads(plan_text(WHOLE)))


@given(st.sampled_from(PLACES_IN_FILE), st.sampled_from([None, True, 7, "x", [], {}, "1" * 64]))
def test_no_edit_of_a_single_value_is_taken(place: tuple[Any, ...], value: Any) -> None:
    document = json.loads(plan_text(WHOLE))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    if inner[place[-1]] == value and type(inner[place[-1]]) is type(value):
        return
    inner[place[-1]] = value
    with pytest.raises(PlanFileError, match="mend: "):
        read_plan(json.dumps(document), "plan.json", "acme")


@given(st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "replace")) | VALUES.map(json.dumps))
def test_whatever_else_is_given_is_refused_with_a_mend(text: str) -> None:
    with pytest.raises(PlanFileError, match="mend: "):
        read_plan(text, "plan.json", "acme")


def test_a_plan_in_which_something_was_redacted_makes_no_file() -> None:
    """The file could not be compared with what is live."""
    remember_secret("secret-of-this-test")
    with pytest.raises(PlanFileError, match="looks like a token"):
        plan_text(full_plan([change(Action.UPDATE, after={"name": "secret-of-this-test"})], [], Options()))


def test_an_option_of_a_plan_is_read_back_whatever_its_name() -> None:
    from dataclasses import fields

    from reconciler.render.plan_schema import PLAN_SCHEMA
    from reconciler.run.request import Request

    names = {field.name for field in fields(Options)}
    assert names == set(PLAN_SCHEMA["properties"]["options"]["properties"])
    assert names <= {field.name for field in fields(Request)}
