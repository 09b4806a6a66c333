"""The short form says what the full form did: shortened, written, read and composed, a campaign is the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.declaring import ACCOUNT, NOW, PROJECT, desired_of

from reconciler.edit.canonical import text_of
from reconciler.kinds.delivery.imported import full_form
from reconciler.kinds.delivery.shorten import shortened
from reconciler.kinds.identity import MEDIA_FIELDS, media_path
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.text.yaml import as_yaml

FILE = "desired/campaigns/acme-sg/spring.yaml"
SPEC = AccountSpec(
    account="act_1",
    currency="SGD",
    page="1029",
    pixel="5647",
    domain="acme.example",
    regulated={  # type: ignore[arg-type]
        "singapore": {"beneficiary": "11", "payer": "22"},
        "taiwan": {"beneficiary": "33", "payer": "44"},
        "eu": {"beneficiary": "Acme", "payer": "Acme Ltd"},
    },
)
DEFAULTS: list[dict[str, Any]] = [
    {},
    {"ad_set": {"billing_event": "IMPRESSIONS"}, "ad": {"call_to_action": "LEARN_MORE"}},
    {"campaign": {"url_tags": "utm_source=meta"}, "ad_set": {"advantage_audience": False}},
]
GOALS = {
    "OUTCOME_SALES": ["OFFSITE_CONVERSIONS", "LINK_CLICKS"],
    "OUTCOME_TRAFFIC": ["LINK_CLICKS", "LANDING_PAGE_VIEWS"],
    "OUTCOME_AWARENESS": ["REACH"],
    "OUTCOME_LEADS": ["OFFSITE_CONVERSIONS"],
}
NAMES = st.sampled_from(["Spring", "🌸", "A: b", "null", "x" * 60])
PLACES = st.sampled_from(
    [
        {"countries": ["SG"]},
        {"countries": ["MY", "SG"]},
        {"targeting": {"geo_locations": {"countries": ["TW"]}}},
        {"countries": ["SG"], "targeting": {"publisher_platforms": ["facebook"], "facebook_positions": ["feed"]}},
    ]
)


def _maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


SHOWN = {"image": "b.png", "primary_text": "T", "headline": "H", "destination_url": "https://acme.example/"}
ADS = _maybe(
    name=NAMES,
    page=st.sampled_from(["1029", "7777"]),
    url_tags=st.sampled_from(["utm_source=meta", "utm_source=x"]),
    call_to_action=st.sampled_from(["SHOP_NOW", "LEARN_MORE"]),
    instagram_user=st.just("17841"),
).map(lambda more: {**SHOWN, **more})


@st.composite
def campaigns(draw: st.DrawFn) -> dict[str, Any]:
    objective = draw(st.sampled_from(sorted(GOALS)))
    goal = draw(st.sampled_from(GOALS[objective]))
    own_budgets = draw(st.booleans())
    sets: dict[str, Any] = {}
    for key in draw(st.sampled_from([["main"], ["a", "b"], ["a", "b", "c"]])):
        one = {"optimization_goal": goal, **draw(PLACES), **draw(_maybe(name=NAMES, advantage_audience=st.booleans()))}
        if goal == "OFFSITE_CONVERSIONS":
            one |= draw(_maybe(conversion_event=st.sampled_from(["PURCHASE", "LEAD"]), pixel=st.just("9999")))
        if goal == "REACH":
            one |= draw(_maybe(page=st.sampled_from(["1029", "7777"])))
        one |= {"daily_budget": "20.00 SGD"} if own_budgets else {}
        sets[key] = {**one, "ads": draw(st.dictionaries(st.sampled_from("pq"), ADS, min_size=1, max_size=2))}
    tree = {"name": draw(NAMES), "objective": objective, "ad_sets": sets}
    tree |= {} if own_budgets else {"daily_budget": "50.00 SGD"}
    return tree | draw(_maybe(deactivate_at=st.just("2026-12-31 23:59"), spend_cap=st.just("900.00 SGD")))


def live_of(resource: Resource) -> Object:
    fields = {name: value for name, value in resource.fields.items() if value is not None}
    return Object(resource.kind, "1", fields, "PAUSED", "PAUSED")


def composed(text: str, project: str) -> dict[Address, Resource]:
    return {at: one.at(NOW) for at, one in desired_of(text, project=project, account=ACCOUNT).resources.items()}


@given(campaigns(), st.sampled_from(DEFAULTS))
def test_what_is_shortened_says_the_same(tree: dict[str, Any], defaults: dict[str, Any]) -> None:
    project = f"{PROJECT}defaults: {as_yaml(defaults)}\n"
    before = composed(text_of(FILE, tree), project)
    media = {
        str(one.fields[n]): media_path(str(one.fields[n]))
        for one in before.values()
        for n in MEDIA_FIELDS
        if n in one.fields
    }
    whole = full_form(
        {at: live_of(one) for at, one in before.items()}, media.__getitem__, NOW, ours=True, existing=False
    )
    short = shortened(whole.tree, SPEC, ProjectSpec(project="acme", defaults=defaults))  # type: ignore[arg-type]
    after = composed(text_of(FILE, short), project)
    assert len(after) == len(before)
    for was, one in zip(before.values(), after.values(), strict=True):
        assert {n: v for n, v in one.fields.items() if v is not None} == {
            n: v for n, v in was.fields.items() if v is not None
        }
        assert one.schedule == was.schedule


def test_what_goes_without_saying_is_not_written() -> None:
    text = "name: S\ndaily_budget: 50.00 SGD\nad: {image: b.png, destination_url: https://acme.example/}\n"
    before = composed(text, PROJECT)
    whole = full_form(
        {at: live_of(one) for at, one in before.items()}, lambda value: "b.png", NOW, ours=True, existing=False
    )
    assert shortened(whole.tree, SPEC, ProjectSpec(project="acme")) == {
        "name": "S",
        "daily_budget": "50.00 SGD",
        "ad": {"image": "b.png", "destination_url": "https://acme.example/"},
    }
