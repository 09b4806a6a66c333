"""Short words, their long forms, and the layers that contain them: the file wins over all others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.declaring import ACCOUNT, AD, NOW, PROJECT, SHORT, desired_of, place, problems_of

from reconciler.kinds.delivery.ad_set import Delivery
from reconciler.kinds.delivery.words import DELIVERY, WORDS
from reconciler.model.address import Address

A, B = "acme-sg/spring/a", "acme-sg/spring/b"
TEMPLATED = SHORT + "extends: t\n"


def live(address: str, campaign: str, **layers: Any) -> Mapping[str, Any]:
    return desired_of(campaign, **layers).resources[Address.parse(address)].fields


def countries(fields: Mapping[str, Any]) -> Any:
    return fields["targeting"]["geo_locations"]


# ---- whichever layers have a word, the value of the highest one is live


PLACES = ("defaults.campaign", "defaults.ad_set", "template", "template.a", "file", "file.a")
"""Lowest first. The preset stands between the defaults and the template."""
PRESET = {"countries": ["SG"], "conversion_event": "PURCHASE", "advantage_audience": True}
PAGES = ("7", "8", "9")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "countries": st.sampled_from([["MY"], ["TW"], ["US", "DE"]]),
    "advantage_audience": st.booleans(),
    "pixel": st.sampled_from(["1", "2", "3"]),
    "conversion_event": st.sampled_from(["LEAD", "CONTACT", "ADD_TO_CART"]),
}
NOTHING = {"advantage_audience": False, "pixel": "5647", "conversion_event": "PURCHASE"}
"""What is live where the highest layer says null."""


@dataclass(frozen=True)
class Statement:
    long: bool
    value: Any


def statements(where: str, word: str) -> st.SearchStrategy[Statement | None]:
    long = st.booleans() if "." in where and where != "defaults.campaign" else st.just(False)
    value = VALUES[word] if word == "countries" else VALUES[word] | st.none()
    said = st.builds(Statement, long, value).filter(lambda s: not s.long or s.value is not None)
    return st.none() | said


layers = st.fixed_dictionaries(
    {where: st.fixed_dictionaries({word: statements(where, word) for word in VALUES}) for where in PLACES}
)


def written(says: Mapping[str, Statement | None]) -> dict[str, Any]:
    """The YAML of one place."""
    short = {word: said.value for word, said in says.items() if said and not said.long}
    long = {word: said.value for word, said in says.items() if said and said.long}
    targeting: dict[str, Any] = {"age_min": 20}
    promoted: dict[str, Any] = {}
    if "countries" in long:
        targeting["geo_locations"] = {"countries": long["countries"]}
    if "advantage_audience" in long:
        targeting["targeting_automation"] = {"advantage_audience": int(long["advantage_audience"])}
    if "pixel" in long:
        promoted["pixel_id"] = long["pixel"]
    if "conversion_event" in long:
        promoted["custom_event_type"] = long["conversion_event"]
    return short | ({"targeting": targeting} if long else {}) | ({"promoted_object": promoted} if promoted else {})


def in_one_form(says: Mapping[str, Statement | None]) -> bool:
    """A promoted_object beside pixel or conversion_event is refused."""
    return len({said.long for word in ("pixel", "conversion_event") if (said := says[word])}) < 2


def expected(says: Mapping[str, Mapping[str, Statement | None]], places: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word in VALUES:
        chain = [says[where][word] for where in places]
        highest = next((said for said in reversed(chain[2:]) if said), None)
        if highest is None and word in PRESET:
            found[word] = PRESET[word]
            continue
        highest = highest or next((said for said in reversed(chain[:2]) if said), None)
        nothing = highest is None or highest.value is None
        found[word] = NOTHING[word] if nothing or highest is None else highest.value
    return found


def seen(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "countries": fields["targeting"]["geo_locations"]["countries"],
        "advantage_audience": bool(fields["targeting"]["targeting_automation"]["advantage_audience"]),
        "pixel": fields["promoted_object"]["pixel_id"],
        "conversion_event": fields["promoted_object"]["custom_event_type"],
    }


@settings(deadline=None, max_examples=150)
@given(layers.filter(lambda says: all(map(in_one_form, says.values()))))
def test_live_is_what_the_highest_layer_says_in_whatever_form(says: dict[str, dict[str, Statement | None]]) -> None:
    defaults = {level: written(says[f"defaults.{level}"]) for level in ("campaign", "ad_set")}
    template = {**written(says["template"]), "ad_sets": {"a": written(says["template.a"])}}
    file = {
        "name": "S",
        "extends": "t",
        "daily_budget": "50.00 SGD",
        **written(says["file"]),
        "ad_sets": {"a": written(says["file.a"]), "b": {}},
    }
    desired = desired_of(
        json.dumps(file),
        project=json.dumps({"project": "acme", "defaults": defaults}),
        templates={"t": json.dumps(template)},
    )
    assert seen(desired.resources[Address.parse(A)].fields) == expected(says, PLACES)
    of_b = ("defaults.campaign", "defaults.ad_set", "template", "file")
    assert seen(desired.resources[Address.parse(B)].fields) == expected(says, of_b)


AD_PLACES = ("defaults.campaign", "defaults.ad_set", "defaults.ad", "template", "template.a", "template.a.x", "file",
             "file.a", "file.a.x")  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from([("page", "1029"), ("instagram_user", "66")]),
    st.fixed_dictionaries({where: st.none() | st.sampled_from(["7", "8", "null"]) for where in AD_PLACES}),
)
def test_an_ad_runs_as_what_the_highest_layer_says(word: tuple[str, str], says: dict[str, str | None]) -> None:
    name, of_account = word

    def at(where: str) -> dict[str, Any]:
        said = says.get(where)
        return {} if said is None else {name: None if said == "null" else said}

    ad = {"image": "a.png", "destination_url": "https://acme.example/"}
    template = {**at("template"), "ad_sets": {"a": {**at("template.a"), "ads": {"x": at("template.a.x")}}}}
    ad_sets = {"a": {**at("file.a"), "ads": {"x": {**ad, **at("file.a.x")}, "y": ad}}, "b": {"ad": ad}}
    file = {"name": "S", "extends": "t", "daily_budget": "50.00 SGD", **at("file"), "ad_sets": ad_sets}
    defaults = {level: at(f"defaults.{level}") for level in ("campaign", "ad_set", "ad")}
    fields = live(
        f"{A}/x",
        json.dumps(file),
        project=json.dumps({"project": "acme", "defaults": defaults}),
        templates={"t": json.dumps(template)},
        account=ACCOUNT + 'instagram_user: "66"\n',
    )
    highest = next((said for where in reversed(AD_PLACES) if (said := says[where]) is not None), "null")
    assert fields[name] == (of_account if highest == "null" else highest)


# ---- and in examples


@pytest.mark.parametrize(
    ("template", "file", "where"),
    [
        ("targeting: {geo_locations: {countries: [MY]}}", "countries: [SG]", {"countries": ["SG"]}),
        ("targeting: {geo_locations: {cities: [{key: '1'}]}}", "countries: [SG]", {"countries": ["SG"]}),
        ("countries: [MY]", "targeting: {geo_locations: {countries: [SG]}}", {"countries": ["SG"]}),
        ("countries: [MY]", "targeting: {geo_locations: {cities: [{key: '1'}]}}", {"cities": [{"key": "1"}]}),
        ("countries: [MY]", "targeting: {age_min: 21}", {"countries": ["MY"]}),
    ],
)
def test_where_ads_run_is_what_the_file_says(template: str, file: str, where: dict[str, Any]) -> None:
    fields = live("acme-sg/spring/main", TEMPLATED + file + "\n", templates={"t": template + "\n"})
    assert countries(fields) == where


GROUND: dict[str, Any] = {
    "countries": ["MY"],
    "cities": [{"key": "1", "country": "TW"}],
    "zips": [{"key": "US:90210"}],
    "country_groups": ["oceania"],
    "places": [{"key": "7", "country": "DE"}],
}
"""One of some kinds of places each, no two in one country."""
TYPES = {"location_types": ["home", "recent"]}


@st.composite
def said_places(draw: st.DrawFn) -> tuple[bool, dict[str, Any]]:
    """Whether `countries` is written in short, and what a layer writes of places; None takes a kind away."""
    kinds = draw(st.lists(st.sampled_from(sorted(GROUND)), unique=True, max_size=3))
    said = {kind: draw(st.sampled_from([GROUND[kind], None])) for kind in kinds}
    return set(said) == {"countries"} and draw(st.booleans()), said | draw(st.sampled_from([{}, TYPES]))


def places_written(short: bool, said: Mapping[str, Any]) -> dict[str, Any]:
    long = {kind: value for kind, value in said.items() if not (short and kind == "countries")}
    return ({"countries": said["countries"]} if short else {}) | (
        {"targeting": {"geo_locations": long}} if long else {}
    )


@settings(deadline=None, max_examples=150)
@given(st.lists(said_places(), min_size=3, max_size=3))
def test_places_are_those_of_the_highest_layer_that_writes_any_in_whatever_form(
    says: list[tuple[bool, dict[str, Any]]],
) -> None:
    expected: dict[str, Any] = {"countries": ["SG"]}
    for _, said in says:
        types = {name: value for name, value in (expected | said).items() if name == "location_types"}
        written = {kind: value for kind, value in said.items() if value is not None and kind != "location_types"}
        kept = {kind: value for kind, value in expected.items() if kind not in said}
        expected = (written or kept) | types
    defaults, template, file = (places_written(*each) for each in says)
    project = json.dumps({"project": "acme", "defaults": {"ad_set": {"targeting": {"age_min": 20}}}})
    layers = {"project": project, "templates": {"low": json.dumps({**defaults, "url_tags": "a=b"}),
                                                "high": json.dumps({**template, "url_tags": "a=b"})}}  # fmt: skip
    text = SHORT + "extends: [low, high]\n" + "".join(f"{k}: {json.dumps(v)}\n" for k, v in file.items())
    if set(expected) <= {"location_types"}:
        assert any("no location is targeted" in problem.message for problem in problems_of(text, **layers))
    else:
        assert countries(live("acme-sg/spring/main", text, **layers)) == expected


@pytest.mark.parametrize("form", ["countries: [MY]", "targeting: {geo_locations: {countries: [MY]}}"])
def test_an_ad_sets_city_takes_the_place_of_its_campaigns_countries(form: str) -> None:
    city = "targeting: {geo_locations: {cities: [{key: '1', country: TW}]}}"
    text = f"name: S\nextends: t\ndaily_budget: 5.00 SGD\nad_sets: {{a: {{{city}, ads: {{x: {AD}}}}}}}\n"
    template = f"ad_sets: {{a: {{{form}}}}}\n"
    assert set(countries(live(A, text, templates={"t": template}))) == {"cities"}


def test_how_people_are_somewhere_may_stand_beside_the_word_for_where() -> None:
    text = SHORT + "countries: [MY]\ntargeting: {geo_locations: {location_types: [home, recent]}}\n"
    assert countries(live("acme-sg/spring/main", text)) == {"countries": ["MY"], **TYPES}


def test_what_is_excluded_below_stays_excluded_unless_it_is_taken_away() -> None:
    template = {"t": "targeting: {excluded_geo_locations: {regions: [{key: '4', country: SG}]}}\n"}
    more = TEMPLATED + "targeting: {excluded_geo_locations: {cities: [{key: '1', country: SG}]}}\n"
    fields = live("acme-sg/spring/main", more, templates=template)
    assert set(fields["targeting"]["excluded_geo_locations"]) == {"regions", "cities"}
    less = TEMPLATED + "targeting: {excluded_geo_locations: {regions: ~}}\n"
    assert "excluded_geo_locations" not in live("acme-sg/spring/main", less, templates=template)["targeting"]


@pytest.mark.parametrize(
    ("template", "file", "field", "value"),
    [
        ("targeting: {age_max: 40}\nadvantage_audience: false", "targeting: {age_max: ~}", "age_max", None),
        ("advantage_audience: true", "targeting: {targeting_automation: {advantage_audience: ~}}",
         "targeting_automation", {"advantage_audience": 0}),
    ],
)  # fmt: skip
def test_nothing_written_within_a_targeting_is_not_sent_as_null(
    template: str, file: str, field: str, value: Any
) -> None:
    fields = live("acme-sg/spring/main", TEMPLATED + file + "\n", templates={"t": template + "\n"})
    assert fields["targeting"].get(field, None) == value
    assert field in fields["targeting"] or value is None


def test_a_pixel_that_a_promoted_object_takes_away_is_the_accounts() -> None:
    text = TEMPLATED + "promoted_object: {pixel_id: ~}\n"
    assert live("acme-sg/spring/main", text, templates={"t": "pixel: '8'\n"})["promoted_object"]["pixel_id"] == "5647"


def test_a_file_wins_over_the_long_form_among_the_defaults() -> None:
    project = PROJECT + "defaults: {ad_set: {targeting: {geo_locations: {countries: [MY]}, genders: [1]}}}\n"
    fields = live("acme-sg/spring/main", SHORT + "countries: [TW]\n", project=project)
    assert countries(fields) == {"countries": ["TW"]}
    assert fields["targeting"]["genders"] == [1]


def test_a_word_of_the_files_campaign_wins_over_the_ad_sets_of_its_template() -> None:
    ad = f"ads: {{x: {AD}}}"
    template = f"ad_sets: {{a: {{countries: [MY], {ad}}}, b: {{targeting: {{geo_locations: {{countries: [MY]}}}}}}}}\n"
    text = "name: S\nextends: t\ndaily_budget: 5.00 SGD\ncountries: [TW]\n"
    assert countries(live(A, text, templates={"t": template})) == {"countries": ["TW"]}
    assert countries(live(B, text, templates={"t": template})) == {"countries": ["TW"]}


def test_a_page_of_the_file_is_promoted_in_place_of_the_templates() -> None:
    text = (
        "name: S\nextends: t\nobjective: OUTCOME_AWARENESS\noptimization_goal: REACH\ncountries: [TW]\n"
        f"daily_budget: 5.00 SGD\npage: '8'\nad: {AD}\n"
    )
    template = {"t": "promoted_object: {page_id: '7'}\n"}
    assert live("acme-sg/spring/main", text, templates=template)["promoted_object"] == {"page_id": "8"}
    assert live("acme-sg/spring/main/main", text, templates=template)["page"] == "8"


def test_an_ad_set_takes_from_words_what_its_promoted_object_leaves_out() -> None:
    fields = live("acme-sg/spring/main", SHORT + "promoted_object: {pixel_id: '9'}\n")
    assert fields["promoted_object"] == {"pixel_id": "9", "custom_event_type": "PURCHASE"}
    other = SHORT + "promoted_object: {custom_conversion_id: '5'}\n"
    assert live("acme-sg/spring/main", other)["promoted_object"] == {"custom_conversion_id": "5"}


def test_a_promoted_object_that_leaves_out_a_pixel_that_nobody_has_is_refused() -> None:
    text = SHORT + "promoted_object: {custom_event_type: LEAD}\n"
    (problem,) = problems_of(text, account=ACCOUNT.replace("pixel:", "#"))
    assert "no pixel" in problem.message


OWN_BUDGETS = "name: S\nobjective: OUTCOME_TRAFFIC\nextends: t\ncountries: [MY]\n"
GOAL = "optimization_goal: REACH"
BUDGETS = [
    pytest.param(
        TEMPLATED.replace("daily_budget: 50.00 SGD", "lifetime_budget: 900.00 SGD\ndeactivate_at: 2026-12-31 23:59"),
        "daily_budget: 50.00 SGD\n",
        {"acme-sg/spring": ("lifetime_budget", 90000)},
        id="a lifetime budget over a template's daily one",
    ),
    pytest.param(
        OWN_BUDGETS + f"daily_budget: 50.00 SGD\nad_sets: {{a: {{{GOAL}}}}}\n",
        "ad_sets: {a: {daily_budget: 20.00 SGD}}\n",
        {"acme-sg/spring": ("daily_budget", 5000), A: ("daily_budget", None)},
        id="a campaign's budget over the ad sets' of a template",
    ),
    pytest.param(
        OWN_BUDGETS + f"ad_sets: {{a: {{{GOAL}, daily_budget: 20.00 SGD}}}}\n",
        "daily_budget: 50.00 SGD\n",
        {"acme-sg/spring": ("daily_budget", None), A: ("daily_budget", 2000)},
        id="an ad set's budget over a template's campaign's",
    ),
]


@pytest.mark.parametrize(("file", "template", "budgets"), BUDGETS)
def test_the_budget_is_the_one_that_the_file_says(
    file: str, template: str, budgets: dict[str, tuple[str, int | None]]
) -> None:
    desired = desired_of(file, templates={"t": template})
    for address, (name, minor) in budgets.items():
        fields = desired.resources[Address.parse(address)].fields
        written = {n: fields[n] for n in ("daily_budget", "lifetime_budget") if n in fields}
        assert written == ({} if minor is None else {name: minor})


def test_a_campaigns_budget_is_not_hindered_by_a_default_for_ad_sets() -> None:
    project = PROJECT + "defaults: {ad_set: {daily_budget: 20.00 SGD, bid_strategy: COST_CAP}}\n"
    assert "daily_budget" not in live("acme-sg/spring/main", SHORT, project=project)


def test_a_bid_strategy_of_the_file_wins_over_the_ad_sets_of_its_template() -> None:
    file = OWN_BUDGETS + f"bid_strategy: LOWEST_COST_WITHOUT_CAP\nad_sets: {{a: {{{GOAL}, daily_budget: 20.00 SGD}}}}\n"
    template = "ad_sets: {a: {bid_strategy: COST_CAP, bid_amount: 1.00 SGD}}\n"
    assert live(A, file, templates={"t": template})["bid_strategy"] == "LOWEST_COST_WITHOUT_CAP"


SCHEDULES = [
    pytest.param(
        "status: ACTIVE", "activate_at: 2026-12-01 09:00", "PAUSED", True, id="a time over a template's ACTIVE"
    ),
    pytest.param(
        "activate_at: 2026-12-01 09:00", "status: ACTIVE", "ACTIVE", False, id="ACTIVE over a template's time"
    ),
    pytest.param("activate_at: 2026-12-01 09:00", "status: PAUSED", "PAUSED", True, id="a hold over a template's time"),
    pytest.param("status: PAUSED", "status: ~", None, False, id="a hold that the file lifts"),
]


@pytest.mark.parametrize(("template", "file", "status", "timed"), SCHEDULES)
def test_when_a_campaign_runs_is_what_the_file_says(template: str, file: str, status: str | None, timed: bool) -> None:
    desired = desired_of(TEMPLATED + file + "\n", templates={"t": template + "\n"})
    campaign = desired.resources[Address.parse("acme-sg/spring")]
    assert campaign.at(NOW).status == status
    assert (campaign.schedule.activate_at is not None) == timed
    assert desired.warnings == ()


def test_a_hold_of_a_template_stands_over_the_files_time_and_is_said() -> None:
    text = TEMPLATED + "activate_at: 2026-11-01 09:00\n"
    desired = desired_of(text, templates={"t": "bid_strategy: LOWEST_COST_WITHOUT_CAP\nstatus: PAUSED\n"})
    assert {r.at(NOW).status for r in desired.resources.values()} == {"PAUSED"}
    (warning,) = desired.warnings
    assert place(warning) == "spring.yaml:5:14"
    assert "status: PAUSED at desired/templates/t.yaml:2:9 holds it" in warning.message
    lifted = desired_of(text + "status: ~\n", templates={"t": "status: PAUSED\n"})
    assert {r.at(NOW).status for r in lifted.resources.values()} == {"ACTIVE"}


@pytest.mark.parametrize("value", ["~", "[]"])
def test_nothing_written_over_a_templates_countries_is_not_the_templates(value: str) -> None:
    (problem,) = problems_of(TEMPLATED + f"countries: {value}\n", templates={"t": "countries: [MY]\n"})
    assert "no location is targeted" in problem.message


def test_a_button_that_the_file_writes_is_not_the_defaults() -> None:
    project = PROJECT + "defaults: {ad: {call_to_action: LEARN_MORE}}\n"
    text = SHORT.replace("{video", "{call_to_action: SHOP_NOW, video")
    assert live("acme-sg/spring/main/main", text, project=project)["call_to_action"] == "SHOP_NOW"
    assert live("acme-sg/spring/main/main", SHORT, project=project)["call_to_action"] == "LEARN_MORE"


# ---- two forms in one layer

TWICE = [
    ("countries: [SG]\ntargeting: {geo_locations: {countries: [SG]}}", "countries beside targeting.geo_locations"),
    ("countries: [SG]\ntargeting: {geo_locations: {cities: []}}", "countries beside targeting.geo_locations"),
    (
        "advantage_audience: false\ntargeting: {targeting_automation: {advantage_audience: 1}}",
        "advantage_audience beside targeting.targeting_automation.advantage_audience",
    ),
    ("pixel: '8'\npromoted_object: {pixel_id: '9'}", "pixel beside promoted_object"),
    ("pixel: '8'\npromoted_object: {custom_conversion_id: '9'}", "pixel beside promoted_object"),
    ("conversion_event: LEAD\npromoted_object: {pixel_id: '9'}", "conversion_event beside promoted_object"),
    ("page: '8'\npromoted_object: {page_id: '9'}", "page beside promoted_object.page_id"),
]


@pytest.mark.parametrize(("text", "message"), TWICE)
def test_two_forms_of_one_thing_in_one_place_are_refused_there(text: str, message: str) -> None:
    indented = text.replace("\n", "\n    ")
    in_file = problems_of(SHORT + text + "\n")
    in_ad_set = problems_of(f"name: S\ndaily_budget: 5.00 SGD\nad_sets:\n  a:\n    {indented}\n")
    in_template = problems_of(TEMPLATED, templates={"t": text + "\n"})
    defaults = "defaults:\n  ad_set:\n    " + indented
    in_defaults = problems_of(project=f"{PROJECT}{defaults}\n", more={"other": SHORT})
    for problems, where in (
        (in_file, "spring.yaml:4:1"),
        (in_ad_set, "spring.yaml:5:5"),
        (in_template, "t.yaml:1:1"),
        (in_defaults, "project.yaml:4:5"),
    ):
        assert [place(p) for p in problems if message in p.message] == [where]


# ---- words without effect


def traffic(more: str = "", ad_sets: str = "") -> str:
    ad_set = "optimization_goal: LINK_CLICKS, targeting: {geo_locations: {countries: [MY]}}"
    campaign = f"name: S\nobjective: OUTCOME_TRAFFIC\ndaily_budget: 5.00 SGD\n{more}\n"
    return f"{campaign}ad_sets:\n  a: {{{ad_set}}}\n{ad_sets}"


SALES = SHORT.replace("ad:", "objective: OUTCOME_SALES\noptimization_goal: LINK_CLICKS\ncountries: [MY]\nad:")
NO_PIXEL = "LINK_CLICKS counts no pixel's events"
IDLE = [
    pytest.param(
        traffic("conversion_event: PURCHASE"),
        "spring.yaml:4:19",
        NO_PIXEL,
        "remove it",
        id="an event of link clicks",
    ),
    pytest.param(
        SALES + "pixel: '8'\n",
        "spring.yaml:7:8",
        NO_PIXEL,
        "use the goal OFFSITE_CONVERSIONS or VALUE",
        id="a pixel of link clicks",
    ),
    pytest.param(
        TEMPLATED + "conversion_event: LEAD\n",
        "spring.yaml:5:19",
        "promoted_object is written without custom_event_type",
        "write custom_event_type there",
        id="an event of a custom conversion",
    ),
    pytest.param(
        traffic("catalog: '8'"),
        "spring.yaml:4:10",
        "no product set is promoted",
        "product_set_id",
        id="a catalogue without a product set",
    ),
    pytest.param(
        traffic("countries: [SG]"),
        "spring.yaml:4:12",
        "each ad set says its own",
        "remove it",
        id="countries that every ad set overrides",
    ),
    pytest.param(
        SHORT.replace("{video", "{page: '9', video") + "page: '8'\n",
        "spring.yaml:4:7",
        "each ad says its own",
        "remove it",
        id="a page that every ad overrides",
    ),
    pytest.param(
        SHORT.replace("{video", "{url_tags: a=b, video") + "url_tags: c=d\n",
        "spring.yaml:4:11",
        "each ad says its own",
        "remove it",
        id="tags that every ad overrides",
    ),
]


@pytest.mark.parametrize(("text", "where", "reason", "mend"), IDLE)
def test_a_word_that_nothing_uses_is_refused_with_the_reason(text: str, where: str, reason: str, mend: str) -> None:
    (problem,) = problems_of(text, templates={"t": "promoted_object: {custom_conversion_id: '5'}\n"})
    assert place(problem) == where
    assert f"has no effect here: {reason}" in problem.message
    assert mend in problem.mend


def test_a_word_that_one_of_the_ad_sets_uses_has_an_effect() -> None:
    second = "  b: {optimization_goal: LINK_CLICKS, countries: [MY]}\n"
    sales = traffic("conversion_event: LEAD", second).replace("OUTCOME_TRAFFIC", "OUTCOME_SALES")
    # Ad sets that share a budget share a goal.
    sales = sales.replace("daily_budget: 5.00 SGD\n", "").replace(" {opt", " {daily_budget: 5.00 SGD, opt")
    assert desired_of(sales.replace("LINK_CLICKS", "VALUE", 1)).resources
    assert "has no effect" in problems_of(sales)[0].message


def test_a_word_of_a_template_that_the_goal_does_not_use_is_refused_in_the_template() -> None:
    template = {"t": "conversion_event: LEAD\n"}
    (problem,) = problems_of(SALES + "extends: t\n", templates=template)
    assert place(problem) == "t.yaml:1:19"
    assert "or write conversion_event: ~ in the campaign file" in problem.mend
    assert desired_of(SALES + "extends: t\nconversion_event: ~\n", templates=template).resources


def test_a_word_of_a_template_that_the_file_overrides_is_no_mistake() -> None:
    text = SHORT + "extends: t\npromoted_object: {custom_conversion_id: '5'}\n"
    assert desired_of(text, templates={"t": "pixel: '8'\nconversion_event: LEAD\n"}).resources
    ad = SHORT.replace("{video", "{page: '9', video") + "extends: t\n"
    assert desired_of(ad, templates={"t": "page: '8'\n"}).resources


@pytest.mark.parametrize("level", ["campaign", "ad_set"])
def test_defaults_of_the_project_need_not_fit_every_campaign(level: str) -> None:
    project = PROJECT + f"defaults: {{{level}: {{conversion_event: LEAD, pixel: '8', catalog: '9'}}}}\n"
    assert "promoted_object" not in live("acme-sg/spring/main", SALES, project=project)


def test_a_campaign_is_tied_to_one_catalogue() -> None:
    ad_set = "optimization_goal: VALUE, countries: [MY], promoted_object: {product_set_id: '1'}, catalog:"
    text = (
        f"name: S\nobjective: OUTCOME_SALES\ndaily_budget: 5.00 SGD\nad_sets:\n  a: {{{ad_set} '5'}}\n  b: {{{ad_set} "
    )
    assert desired_of(text + "'5'}\n").resources
    (problem,) = problems_of(text + "'6'}\n")
    assert place(problem).startswith("spring.yaml:6:")
    assert "a second catalog" in problem.message


@pytest.mark.parametrize(("level", "field"), [("campaign", "ads"), ("campaign", "extends"), ("ad_set", "ad")])
def test_an_ad_among_the_defaults_is_refused_and_not_dropped(level: str, field: str) -> None:
    value = {"ads": f"{{a: {AD}}}", "ad": AD, "extends": "t"}[field]
    problems = problems_of(project=PROJECT + f"defaults: {{{level}: {{{field}: {value}}}}}\n")
    assert f"{field} is no default" in problems[-1].message
    assert place(problems[-1]).startswith("project.yaml:2:")


def test_an_ad_that_is_left_empty_is_refused_and_not_dropped() -> None:
    (problem,) = problems_of(SHORT.replace(AD, ""))
    assert "ad: expected a mapping, found nothing" in problem.message


# ---- one table


def test_every_word_of_delivery_is_in_the_table() -> None:
    assert set(Delivery.model_fields) == set(DELIVERY)


def test_the_page_about_yaml_lists_every_word_with_what_it_becomes() -> None:
    page = (Path(__file__).parents[2] / "docs/yaml.md").read_text("utf-8")
    for word in WORDS:
        assert f"| `{word.name}` | {word.becomes} |" in page
