from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.declaring import ACCOUNT, AD, PROJECT, SHORT

from reconciler.config.document import parse_document
from reconciler.kinds.buttons import OFFERED
from reconciler.kinds.enums import BUTTONS_OF_OTHERS, CALLS_TO_ACTION
from reconciler.render.schema import SCHEMAS, local_schema_files, schema_files

ROOT = Path(__file__).parents[2]
FILES = {name.removesuffix(".schema.json"): json.loads(text) for name, text in schema_files().items()}
FULL = f"""\
name: Always on
objective: OUTCOME_TRAFFIC
special_ad_categories: []
bid_strategy: LOWEST_COST_WITHOUT_CAP
previously: [old]
lifecycle: {{on_remove: archive, ignore: [name], protect: true, replace: true}}
ad_sets:
  broad:
    daily_budget: 20.00 SGD
    lifetime_budget: 90000
    optimization_goal: LINK_CLICKS
    billing_event: IMPRESSIONS
    targeting: {{geo_locations: {{countries: [SG]}}, age_min: 21}}
    activate_at: 2026-12-02 09:00
    deactivate_at: 2026-12-31T23:59+08:00
    ads: {{hero: {AD}}}
    raw: {{pacing_type: [standard]}}
"""


def complaints(name: str, text: str) -> list[str]:
    return [e.message for e in Draft202012Validator(FILES[name]).iter_errors(parse_document(text, "f.yaml").data)]


GOOD = [
    pytest.param("project", PROJECT, id="a project"),
    pytest.param(
        "project",
        PROJECT
        + "timezone: Asia/Tokyo\ndefaults: {campaign: {countries: [SG]}}\npolicies: {max_daily_budget: 5.00 SGD}\n",
        id="a project with all",
    ),
    pytest.param("account", ACCOUNT, id="an account"),
    pytest.param(
        "account", ACCOUNT + "token: env/X\npolicies: {max_removals: 5, drift: revert}\n", id="an account with all"
    ),
    pytest.param("campaign", SHORT, id="the short form"),
    pytest.param("campaign", FULL, id="the full form"),
    pytest.param("template", "url_tags: a=b\n", id="a template without a name"),
]
BAD = [
    pytest.param("project", "timezone: Asia/Singapore\n", id="a project without a name"),
    pytest.param("project", "project: Acme Agency\n", id="a project's name with a space"),
    pytest.param("account", ACCOUNT.replace("act_1", "1"), id="an account without act_"),
    pytest.param("account", ACCOUNT + "token: EAAB123\n", id="a token in the file"),
    pytest.param("account", ACCOUNT + "nmae: x\n", id="a misspelt key"),
    pytest.param("campaign", f"daily_budget: 50.00 SGD\nad: {AD}\n", id="a campaign without a name"),
    pytest.param("campaign", SHORT.replace("50.00 SGD", "50.50"), id="money without a currency"),
    pytest.param("campaign", SHORT.replace("50.00 SGD", "0"), id="no money"),
    pytest.param("campaign", SHORT + "objective: OUTCOME_SALE\n", id="a misspelt objective"),
    pytest.param("campaign", SHORT + "activate_at: 2026-12-01\n", id="a date without a time"),
    pytest.param("campaign", SHORT + "page: 1029\n", id="an id without quotes"),
    pytest.param("campaign", SHORT + "countries: [sg]\n", id="a country in small letters"),
    pytest.param("campaign", SHORT + "lifecycle: {on_remove: burn}\n", id="an unknown removal"),
    pytest.param("campaign", FULL.replace("hero:", "Hero Ad:"), id="a bad key"),
    pytest.param("campaign", FULL + "    start_time: 2026-12-01T09:00:00+0800\n", id="a field made from others"),
    pytest.param("template", "budget: 5\n", id="a template with an unknown key"),
]


@pytest.mark.parametrize("name", FILES)
def test_every_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(FILES[name])


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_good_files_pass(name: str, text: str) -> None:
    assert complaints(name, text) == []


@pytest.mark.parametrize(("name", "text"), BAD)
def test_bad_files_do_not(name: str, text: str) -> None:
    assert complaints(name, text)


def schemas_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from (p for p in value.get("properties", {}).values() if isinstance(p, dict))
        for inner in value.values():
            yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


@pytest.mark.parametrize("name", FILES)
def test_every_property_explains_itself(name: str) -> None:
    assert FILES[name]["description"]
    # Of a field whose text is that of its own spec, pydantic keeps the spec's alone: word them apart.
    silent = [p for p in schemas_in(FILES[name]) if not p.get("description")]
    assert silent == []


@pytest.mark.parametrize("name", FILES)
def test_no_schema_allows_unknown_keys(name: str) -> None:
    specs = [FILES[name], *FILES[name]["$defs"].values()]
    assert all(s["additionalProperties"] is False for s in specs if s.get("properties"))


def test_words_are_offered_for_completion() -> None:
    assert "OUTCOME_SALES" in json.dumps(FILES["campaign"]["properties"]["objective"])
    assert "SHOP_NOW" in json.dumps(FILES["campaign"]["$defs"]["AdSpec"])


def test_generating_twice_gives_the_same_text() -> None:
    assert schema_files() == schema_files()


def test_every_kind_with_files_has_a_schema_and_plan_files_have_one() -> None:
    assert set(FILES) == {*SCHEMAS, "plan"} == {
        "project", "account", "audience", "lead_form", "campaign", "template", "plan"
    }  # fmt: skip


EXAMPLES = sorted((ROOT / "desired").rglob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_worked_example_passes(path: Path) -> None:
    kinds = {"accounts": "account", "templates": "template", "campaigns": "campaign"}
    name = kinds.get(path.relative_to(ROOT / "desired").parts[0], "project")
    assert complaints(name, path.read_text("utf-8")) == []


def test_the_buttons_that_people_use_are_offered_and_all_others_taken() -> None:
    told = FILES["campaign"]["$defs"]["AdSpec"]["properties"]["call_to_action"]["anyOf"]
    assert told[0]["enum"] == list(OFFERED) and len(OFFERED) >= 50
    assert not OFFERED.keys() & BUTTONS_OF_OTHERS.keys()
    for word in CALLS_TO_ACTION:
        assert complaints("campaign", f"name: X\nad: {{call_to_action: {word}}}\n") == []


def test_the_schemas_of_a_clone_offer_its_names_and_take_others() -> None:
    names = {
        "template": ["sale"],
        "audience": ["visitors"],
        "lead_form": ["quote"],
        "video": ["a.mp4"],
        "image": ["b.png"],
    }
    local = json.loads(local_schema_files(names)["campaign.schema.json"])
    ad = local["$defs"]["AdSpec"]["properties"]
    assert ad["video"]["anyOf"][0]["enum"] == ["a.mp4"] and ad["lead_form"]["anyOf"][0]["enum"] == ["quote"]
    assert "sale" in json.dumps(local["properties"]["extends"])
    assert "visitors" in json.dumps(local["properties"]["targeting"])
    data = {"name": "X", "extends": "other", "ad": {"video": "new.mp4"}}
    assert Draft202012Validator(local).is_valid(data)


def test_what_is_published_names_nothing_of_a_repository_and_has_no_marks_of_ours() -> None:
    assert not any(mark in text for text in schema_files().values() for mark in ('"x-names"', '"x-shared"'))
