from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.declaring import AD, PROJECT, SHORT, desired_of, problems_of

from reconciler.config.document import parse_document
from reconciler.kinds.delivery.layers import SETTINGS, layered, written_out
from reconciler.kinds.delivery.presets import PRESETS, preset_of
from reconciler.kinds.delivery.words import DELIVERY
from reconciler.kinds.merging import at, merge
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.resource import Desired

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.text("ab", max_size=2)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)),
    max_leaves=8,
)
mappings = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


def document(data: Mapping[str, Any], name: str = "f.yaml") -> Document:
    """The data as JSON, which is YAML, with one item a line, so that every value has a line of its own."""
    return parse_document(json.dumps(data, indent=1), name)


def without_origins(desired: Desired) -> dict[str, Any]:
    """Everything about the resources except their places in the file."""
    return {
        str(address): [dict(r.fields), asdict(r.schedule), r.status, asdict(r.lifecycle), r.aliases]
        for address, r in desired.resources.items()
    }


def naive_merge(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: naive_merge(base[k], v) if k in base else v for k, v in over.items()}}
    return over


# ---- merging


@given(mappings, mappings)
def test_mappings_merge_key_by_key_and_all_else_is_replaced(base: dict[str, Any], over: dict[str, Any]) -> None:
    assert merge(document(base), document(over)).data == naive_merge(base, over)


@given(mappings, mappings)
def test_every_merged_value_keeps_the_place_it_came_from(base: dict[str, Any], over: dict[str, Any]) -> None:
    low, high = document(base, "low.yaml"), document(over, "high.yaml")
    merged = merge(low, high)
    for path, origin in merged.values.items():
        source = high if origin.file == "high.yaml" else low
        assert source.values.get(path) == origin or path == ()
    written = [path for path in high.values if path]
    assert all(merged.values[path].file == "high.yaml" for path in written)


@given(mappings, mappings)
def test_no_place_is_kept_of_a_value_that_was_replaced(base: dict[str, Any], over: dict[str, Any]) -> None:
    merged = merge(document(base), document(over))
    for path in merged.values:
        value: Any = merged.data
        for step in path:
            value = value[step]


@given(mappings)
def test_merging_onto_nothing_changes_nothing(data: dict[str, Any]) -> None:
    assert merge(document({}), document(data)).data == data
    assert merge(document(data), document({})).data == data


def test_a_part_of_a_document_keeps_its_places() -> None:
    part = at(parse_document("a:\n  b: {c: 1}\n", "f.yaml"), "a", "b")
    assert part.data == {"c": 1}
    assert str(part.origin(("c",))) == "f.yaml:2:10"


def test_a_part_that_is_not_there_is_empty_and_stands_where_it_would() -> None:
    part = at(parse_document("a: {b: 1}\n", "f.yaml"), "a", "x")
    assert part.data == {}
    assert str(part.origin(())) == "f.yaml:1:4"


# ---- precedence: defaults < preset < template < file

CHAIN = [
    pytest.param(
        "{ad_set: {countries: [MY]}}", "", "", "SG", id="the preset wins over the project's defaults of an ad set"
    ),
    pytest.param("{campaign: {countries: [MY]}}", "", "countries: [TW]", "TW", id="the file wins over the defaults"),
    pytest.param("{}", "countries: [TW]", "", "TW", id="the template wins over the preset"),
    pytest.param("{}", "countries: [TW]", "countries: [MY]", "MY", id="the file wins over the template"),
    pytest.param(
        "{ad_set: {countries: [MY]}}", "countries: [TW]", "", "TW", id="the template wins over defaults and preset"
    ),
]


@pytest.mark.parametrize(("defaults", "template", "file", "country"), CHAIN)
def test_precedence(defaults: str, template: str, file: str, country: str) -> None:
    desired = desired_of(
        f"extends: base\n{file}\n{SHORT}",
        project=f"{PROJECT}defaults: {defaults}\n",
        templates={"base": f"{template}\nbid_strategy: LOWEST_COST_WITHOUT_CAP\n"},
    )
    ad_set = desired.resources[Address.parse("acme-sg/spring/main")]
    assert ad_set.fields["targeting"]["geo_locations"]["countries"] == [country]


@pytest.mark.parametrize("written", ["defaults", "template", "file"])
def test_a_problem_is_told_where_the_losing_or_winning_layer_wrote_the_value(written: str) -> None:
    wrong = {"defaults": "SALE_1", "template": "SALE_2", "file": "SALE_3"}
    layers = ["defaults", "template", "file"]
    texts = {
        name: f"objective: {wrong[name]}\n" if layers.index(name) <= layers.index(written) else "" for name in layers
    }
    (problem,) = problems_of(
        SHORT + "extends: base\n" + texts["file"],
        project=f"{PROJECT}defaults: {{campaign: {{{texts['defaults'].strip()}}}}}\n",
        templates={"base": "bid_strategy: COST_CAP\n" + texts["template"]},
    )
    places = {
        "defaults": "desired/project.yaml:2:34",
        "template": "desired/templates/base.yaml:2:12",
        "file": "desired/campaigns/acme-sg/spring.yaml:5:12",
    }
    assert str(problem.origin) == places[written]
    assert wrong[written] in problem.message


def test_an_ad_set_wins_over_its_campaign_and_an_ad_over_its_ad_set() -> None:
    desired = desired_of(
        f"""\
name: S
daily_budget: 50.00 SGD
page: "1"
url_tags: of=campaign
countries: [TW]
ad_sets:
  a: {{countries: [MY], page: "2", ads: {{x: {AD}, y: {AD[:-1]}, page: "3", url_tags: of=ad}}}}}}
  b: {{ad: {AD}}}
"""
    )
    found = {
        str(a).removeprefix("acme-sg/spring/"): (r.fields.get("page"), r.fields.get("url_tags"))
        for a, r in desired.resources.items()
        if r.kind == "ad"
    }
    assert found == {"a/x": ("2", "of=campaign"), "a/y": ("3", "of=ad"), "b/main": ("1", "of=campaign")}


# ---- presets


@pytest.mark.parametrize(
    ("text", "preset"),
    [
        pytest.param("name: a", "advantage_plus_sales", id="no objective"),
        pytest.param("objective: OUTCOME_SALES", "none", id="an objective and no preset"),
        pytest.param("objective: OUTCOME_SALES\npreset: advantage_plus_sales", "advantage_plus_sales", id="both"),
        pytest.param("preset: none", "none", id="none"),
        pytest.param("objective:", "advantage_plus_sales", id="an objective left empty"),
    ],
)
def test_the_preset_in_force(text: str, preset: str) -> None:
    assert preset_of(parse_document(text, "f.yaml").data) == preset


@pytest.mark.parametrize("preset", ["", "preset: advantage_plus_sales\n"])
def test_the_preset_in_force_is_the_same_after_the_layers_are_merged(preset: str) -> None:
    file = parse_document(SHORT + preset, "f.yaml")
    assert preset_of(layered(file, [], document({})).data) == "advantage_plus_sales"


def test_the_preset_says_what_the_specification_lists() -> None:
    desired = desired_of()
    campaign, ad_set, _ = desired.resources.values()
    assert campaign.fields["objective"] == "OUTCOME_SALES"
    assert campaign.fields["bid_strategy"] == "LOWEST_COST_WITHOUT_CAP"
    assert ad_set.fields["optimization_goal"] == "OFFSITE_CONVERSIONS"
    assert ad_set.fields["billing_event"] == "IMPRESSIONS"
    assert ad_set.fields["promoted_object"] == {"pixel_id": "5647", "custom_event_type": "PURCHASE"}
    assert ad_set.fields["targeting"] == {
        "geo_locations": {"countries": ["SG"]},
        "targeting_automation": {"advantage_audience": 1},
    }


def test_the_preset_none_gives_nothing() -> None:
    assert not any(PRESETS["none"].values())


# ---- the short form

SHORT_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "activate_at": st.just("2026-12-01 09:00"),
    "deactivate_at": st.just("2026-12-31 23:59"),
    "status": st.sampled_from(["ACTIVE", "PAUSED", "ARCHIVED"]),
    "countries": st.lists(st.sampled_from(["SG", "MY", "TW"]), min_size=1, max_size=3, unique=True),
    "conversion_event": st.sampled_from(["PURCHASE", "LEAD"]),
    "advantage_audience": st.booleans(),
    "page": st.just("77"),
    "pixel": st.just("88"),
    "url_tags": st.just("utm=1"),
    "optimization_goal": st.sampled_from(["OFFSITE_CONVERSIONS", "VALUE"]),
    "billing_event": st.just("IMPRESSIONS"),
    "targeting": st.just({"age_min": 21, "genders": [1]}),
    "promoted_object": st.just({"pixel_id": "9", "custom_event_type": "LEAD"}),
    "attribution_spec": st.just([{"event_type": "CLICK_THROUGH", "window_days": 7}]),
    "lifecycle": st.fixed_dictionaries({"on_remove": st.sampled_from(["pause", "delete"])}),
    "previously": st.just(["old"]),
    "raw": st.just({"pacing_type": ["standard"]}),
    "pre_review": st.booleans(),
    "spend_cap": st.just("900.00 SGD"),
}
ads = st.fixed_dictionaries(
    {"video": st.sampled_from(["a.mp4", "b.mp4"]), "destination_url": st.just("https://acme.example/x")},
    optional={"headline": st.text("abc", min_size=1, max_size=4), "name": st.just("Ad")},
)


def in_one_form(fields: Mapping[str, Any]) -> bool:
    timed = fields.get("status") == "ACTIVE" and {"activate_at", "deactivate_at"} & set(fields)
    return not timed and ("promoted_object" not in fields or not {"pixel", "conversion_event"} & set(fields))


shorts = st.fixed_dictionaries(
    {"name": st.just("S"), "daily_budget": st.just("50.00 SGD")}, optional=SHORT_FIELDS
).filter(in_one_form)
PER_AD_SET = {*SETTINGS, "ad", "ads"}


def in_full(short: Mapping[str, Any]) -> dict[str, Any]:
    ad_set = {k: v for k, v in short.items() if k in SETTINGS}
    ad_set["ads"] = {"main": short["ad"]} if "ad" in short else short["ads"]
    return {**{k: v for k, v in short.items() if k not in PER_AD_SET}, "ad_sets": {"main": ad_set}}


@settings(deadline=None, max_examples=60)
@given(
    shorts,
    st.one_of(
        ads.map(lambda a: {"ad": a}), st.dictionaries(st.sampled_from("xyz"), ads, min_size=1).map(lambda a: {"ads": a})
    ),
)
def test_the_short_form_is_the_full_form_written_out(short: dict[str, Any], below: dict[str, Any]) -> None:
    whole = {**short, **below}
    assert without_origins(desired_of(json.dumps(whole))) == without_origins(desired_of(json.dumps(in_full(whole))))


@pytest.mark.parametrize("name", DELIVERY)
def test_what_holds_for_all_ad_sets_reaches_each(name: str) -> None:
    values = {"countries": ["MY"], "advantage_audience": False}
    full = layered(document({name: values.get(name, "1"), "ad_sets": {"a": {}, "b": {}}}), [], document({}))
    assert [s[name] for s in full.data["ad_sets"].values()] == [values.get(name, "1")] * 2


def test_writing_out_leaves_the_places_of_what_it_moves() -> None:
    full = written_out(parse_document("name: S\nad:\n  video: a.mp4\n", "f.yaml"))
    assert full.data == {"name": "S", "ad_sets": {"main": {"ads": {"main": {"video": "a.mp4"}}}}}
    path = ("ad_sets", "main", "ads", "main")
    assert str(full.origin((*path, "video"))) == "f.yaml:3:10"
    assert str(full.keys[path]) == "f.yaml:2:1"


def test_ad_sets_and_ads_are_named_like_the_campaign_unless_named() -> None:
    desired = desired_of(SHORT + "url_tags: a=b\n")
    assert {r.fields["name"] for r in desired.resources.values()} == {"Spring"}


def test_the_preset_wins_over_the_projects_defaults_of_a_campaign() -> None:
    desired = desired_of(project=PROJECT + "defaults: {campaign: {bid_strategy: LOWEST_COST_WITH_MIN_ROAS}}\n")
    assert desired.resources[Address.parse("acme-sg/spring")].fields["bid_strategy"] == "LOWEST_COST_WITHOUT_CAP"
