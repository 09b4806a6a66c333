"""A plan right after an apply is empty: for the examples of this repository, and for every field of every kind."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.command import CANARY, Reconciler
from support.repository import PROJECT_ROOT, Repository
from support.sandbox import CATALOG, INSTAGRAM, PAGE, PIXEL, LocalGraph

from reconciler.kinds import KINDS

DESIRED = PROJECT_ROOT / "desired"
EXAMPLES = sorted(p.relative_to(DESIRED).as_posix() for p in (DESIRED / "campaigns").glob("*/*.y*ml"))


def with_every_token(reconciler: Reconciler) -> None:
    files = (DESIRED / "accounts").glob("*.y*ml")
    names = {line.partition("env/")[2].strip() for f in files for line in f.read_text().splitlines() if "env/" in line}
    reconciler.environment |= dict.fromkeys(names, CANARY)


def keep_only(repository: Repository, kept: str) -> None:
    """The repository's examples, with only one campaign left."""
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(DESIRED, repository.root / "desired")
    for path in (repository.root / "desired" / "campaigns").glob("*/*"):
        if path.relative_to(repository.root / "desired").as_posix() != kept:
            path.unlink()


@pytest.mark.parametrize("example", EXAMPLES)
def test_plan_after_apply_is_empty_for_every_example_of_this_repository(
    example: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    keep_only(repository, example)
    sandbox.seed_from(repository.root)
    with_every_token(reconciler)
    applied = reconciler.apply().ended(0)
    assert " 0 added" not in applied.out
    reconciler.converged()


def test_plan_after_apply_is_empty_for_all_examples_together_whatever_the_hour(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(DESIRED, repository.root / "desired")
    sandbox.seed_from(repository.root)
    with_every_token(reconciler)
    reconciler.apply().ended(0)
    reconciler.converged()
    for moment in ("2026-12-01T09:00:01+08:00", "2026-12-15T12:00:00+08:00", "2027-03-01T00:00:00+08:00"):
        sandbox.at(moment)
        reconciler.apply("--late-activations").ended(0)
        reconciler.converged()


TEXTS = {"primary_text": "Shop.", "headline": "Outlet", "destination_url": "https://acme.example/outlet"}
AD = {"image": "outlet/banner.jpg", **TEXTS}
FILM = {"video": "spring/hero.mp4", **TEXTS}
SET = {"optimization_goal": "LINK_CLICKS", "countries": ["SG"], "ads": {"main": AD}}
ON_AD_SETS = {"name": "Law", "objective": "OUTCOME_TRAFFIC", "ad_sets": {"main": {"daily_budget": "20.00 SGD", **SET}}}
ON_CAMPAIGN = {"name": "Law", "objective": "OUTCOME_TRAFFIC", "daily_budget": "50.00 SGD", "ad_sets": {"main": SET}}
SALES = {"name": "Law", "daily_budget": "50.00 SGD", "ad": AD}
TIMES = {"activate_at": "2026-12-01 09:00", "deactivate_at": "2026-12-31 23:59"}
REFUSED = "refused"
AUDIENCES = [{"id": "23850001"}]


@dataclass(frozen=True)
class Example:
    """A campaign that declares a field, and the value that it is changed to; `after` is None where it cannot be
    changed."""

    base: dict[str, Any]
    path: str
    first: Any
    after: Any
    outcome: str = ""
    account: tuple[str, str] = ("", "")
    files: tuple[str, ...] = ()
    """Keys of lead forms that the account declares."""


A, S, C = "ad_sets.main.ads.main.", "ad_sets.main.", ""
IN_EU = {**ON_AD_SETS, "ad_sets": {"main": {**ON_AD_SETS["ad_sets"]["main"], "countries": ["DE"]}}}  # type: ignore[index]
WITHOUT_COUNTRIES = {k: v for k, v in ON_AD_SETS["ad_sets"]["main"].items() if k != "countries"}  # type: ignore[index]
ELSEWHERE = {**ON_AD_SETS, "ad_sets": {"main": WITHOUT_COUNTRIES}}
ADLESS = {**ON_AD_SETS, "ad_sets": {"main": {k: v for k, v in ON_AD_SETS["ad_sets"]["main"].items() if k != "ads"}}}  # type: ignore[index]
CAPPED = {**ON_AD_SETS, "bid_strategy": "LOWEST_COST_WITH_BID_CAP"}
LEADS = {
    "name": "Law",
    "objective": "OUTCOME_LEADS",
    "ad_sets": {
        "main": {
            "daily_budget": "20.00 SGD",
            "optimization_goal": "LEAD_GENERATION",
            "countries": ["SG"],
            "ads": {"main": {k: v for k, v in AD.items() if k != "destination_url"}},
        }
    },
}
FORM = """\
name: Form %s
questions: [{type: EMAIL}]
privacy_policy: {url: https://acme.example/privacy}
follow_up_url: https://acme.example/
"""
LIFETIME = {k: v for k, v in ON_CAMPAIGN.items() if k != "daily_budget"} | TIMES
SHARED = {**ON_CAMPAIGN, "ad_sets": {"main": SET}}
SHARED_LIFETIME = {**LIFETIME, "lifetime_budget": "900.00 SGD", "ad_sets": {"main": SET}}
SET_LIFETIME = {**ON_AD_SETS, "ad_sets": {"main": SET}, **TIMES}
SHOP = {**SALES, "catalog": CATALOG}
TARGETS = {"geo_locations": {"countries": ["SG"]}, "age_min": 21}
OTHERS = {
    "geo_locations": {"countries": ["SG", "MY"]},
    "age_min": 25,
    "age_max": 54,
    "genders": [2],
    "locales": [6],
    "publisher_platforms": ["instagram", "facebook"],
    "custom_audiences": AUDIENCES,
}


def period(value: int, start: str, end: str) -> dict[str, Any]:
    times = {"time_start": f"2026-12-{start}:00+0800", "time_end": f"2026-12-{end}:00+0800"}
    return {"budget_value": value, "budget_value_type": "ABSOLUTE", **times}


PEAK, OTHER_PEAK = (
    [period(1000, "10T09:00", "12T09:00")],
    [period(2000, "10T09:00", "13T09:00"), period(500, "20T09:00", "21T09:00")],
)
WITH_RAW = {**ON_AD_SETS, "ad_sets": {"main": {**ON_AD_SETS["ad_sets"]["main"], "raw": {}}}}  # type: ignore[index]

EXAMPLES_OF_FIELDS: dict[tuple[str, str], Example] = {
    ("campaign", "name"): Example(ON_AD_SETS, C + "name", "First", "Second | with a bar"),
    ("campaign", "objective"): Example(ON_AD_SETS, C + "objective", "OUTCOME_TRAFFIC", "OUTCOME_LEADS", REFUSED),
    ("campaign", "buying_type"): Example(ON_AD_SETS, C + "buying_type", "AUCTION", "RESERVED", REFUSED),
    ("campaign", "special_ad_categories"): Example(
        {**ON_AD_SETS, "special_ad_category_country": ["SG"]}, C + "special_ad_categories", [], ["EMPLOYMENT"]
    ),
    ("campaign", "special_ad_category_country"): Example(
        {**ON_AD_SETS, "special_ad_categories": ["EMPLOYMENT"]}, C + "special_ad_category_country", ["SG"], ["SG", "MY"]
    ),
    ("campaign", "bid_strategy"): Example(
        {**ON_CAMPAIGN, "ad_sets": {"main": {**SET, "bid_amount": "5.00 SGD"}}},
        C + "bid_strategy",
        "LOWEST_COST_WITH_BID_CAP",
        "COST_CAP",
    ),
    ("campaign", "daily_budget"): Example(ON_CAMPAIGN, C + "daily_budget", "50.00 SGD", "81.50 SGD"),
    ("campaign", "lifetime_budget"): Example(LIFETIME, C + "lifetime_budget", "900.00 SGD", "950.00 SGD"),
    ("campaign", "spend_cap"): Example(ON_CAMPAIGN, C + "spend_cap", "900.00 SGD", None),
    ("campaign", "budget_schedule_specs"): Example(
        {**ON_CAMPAIGN, "raw": {}}, C + "raw.budget_schedule_specs", PEAK, OTHER_PEAK
    ),
    ("campaign", "is_adset_budget_sharing_enabled"): Example(
        ON_AD_SETS, C + "is_adset_budget_sharing_enabled", False, True
    ),
    ("campaign", "promoted_object"): Example(
        SHOP | {"promoted_object": {"product_set_id": "700100"}}, C + "name", "First", "Second"
    ),
    ("ad_set", "name"): Example(ON_AD_SETS, S + "name", "First", "Zweite Gruppe – «ü» 二"),
    ("ad_set", "optimization_goal"): Example(
        ON_AD_SETS, S + "optimization_goal", "LINK_CLICKS", "LANDING_PAGE_VIEWS", REFUSED
    ),
    ("ad_set", "billing_event"): Example(ON_AD_SETS, S + "billing_event", "IMPRESSIONS", "LINK_CLICKS", REFUSED),
    ("ad_set", "bid_amount"): Example(CAPPED, S + "bid_amount", "5.00 SGD", 725),
    ("ad_set", "bid_constraints"): Example(
        {**SALES, "bid_strategy": "LOWEST_COST_WITH_MIN_ROAS", "optimization_goal": "VALUE"},
        "bid_constraints",
        {"roas_average_floor": 2.0},
        {"roas_average_floor": 25000},
    ),
    ("ad_set", "targeting"): Example(ELSEWHERE, S + "targeting", TARGETS, OTHERS),
    ("ad_set", "promoted_object"): Example(SALES, "conversion_event", "PURCHASE", "ADD_TO_CART", REFUSED),
    ("ad_set", "destination_type"): Example(ON_AD_SETS, S + "destination_type", "WEBSITE", "FACEBOOK", REFUSED),
    ("ad_set", "attribution_spec"): Example(
        SALES,
        "attribution_spec",
        [{"event_type": "CLICK_THROUGH", "window_days": 7}, {"event_type": "VIEW_THROUGH", "window_days": 1}],
        [{"event_type": "CLICK_THROUGH", "window_days": 1}],
    ),
    ("ad_set", "bid_strategy"): Example(
        ON_AD_SETS | {"ad_sets": {"main": {**ON_AD_SETS["ad_sets"]["main"], "bid_amount": "5.00 SGD"}}},  # type: ignore[index]
        S + "bid_strategy",
        "LOWEST_COST_WITH_BID_CAP",
        "COST_CAP",
    ),
    ("ad_set", "daily_budget"): Example(ON_AD_SETS, S + "daily_budget", "20.00 SGD", 1750),
    ("ad_set", "budget_schedule_specs"): Example(WITH_RAW, S + "raw.budget_schedule_specs", PEAK, None),
    ("ad_set", "lifetime_budget"): Example(SET_LIFETIME, S + "lifetime_budget", "900.00 SGD", "800.00 SGD"),
    ("ad_set", "daily_min_spend_target"): Example(SHARED, S + "daily_min_spend_target", "10.00 SGD", None),
    ("ad_set", "daily_spend_cap"): Example(SHARED, S + "daily_spend_cap", "30.00 SGD", "25.00 SGD"),
    ("ad_set", "lifetime_min_spend_target"): Example(
        SHARED_LIFETIME, S + "lifetime_min_spend_target", "100.00 SGD", "90.00 SGD"
    ),
    ("ad_set", "lifetime_spend_cap"): Example(SHARED_LIFETIME, S + "lifetime_spend_cap", "300.00 SGD", None),
    ("ad_set", "is_dynamic_creative"): Example(ADLESS, S + "is_dynamic_creative", False, True, REFUSED),
    ("ad_set", "start_time"): Example(SALES | TIMES, "activate_at", "2026-12-01 09:00", "2026-12-02 10:30"),
    ("ad_set", "end_time"): Example(SALES | TIMES, "deactivate_at", "2026-12-31 23:59", None),
    ("ad_set", "regional_regulated_categories"): Example(ON_AD_SETS, S + "countries", ["SG"], ["TW", "SG"]),
    ("ad_set", "regional_regulation_identities"): Example(
        ON_AD_SETS, C + "name", "First", "First", account=('"112233", payer', '"445566", payer')
    ),
    ("ad_set", "dsa_beneficiary"): Example(IN_EU, C + "name", "First", "First", account=("Acme Pte", "Acme GmbH")),
    ("ad_set", "dsa_payor"): Example(IN_EU, C + "name", "First", "First", account=("payer: Acme", "payer: Agency")),
    ("ad", "name"): Example(ON_AD_SETS, A + "name", "First", "Second"),
    ("ad", "conversion_domain"): Example(ON_AD_SETS, A + "conversion_domain", "acme.example", "shop.example"),
    ("ad", "video"): Example({**SALES, "ad": FILM}, "ad.video", "spring/hero.mp4", "spring/hero-square.mp4"),
    ("ad", "thumbnail"): Example({**SALES, "ad": FILM}, "ad.thumbnail", "launch/thumbnail.jpg", "outlet/banner.jpg"),
    ("ad", "image"): Example(ON_AD_SETS, A + "image", "outlet/banner.jpg", "always-on/still.png"),
    ("ad", "primary_text"): Example(ON_AD_SETS, A + "primary_text", "One.", "Two\nlines, 50 % “off” 🎉"),
    ("ad", "headline"): Example(ON_AD_SETS, A + "headline", "One", "Two"),
    ("ad", "description"): Example({**SALES, "ad": FILM}, "ad.description", "Ends Sunday", "Ends Monday"),
    ("ad", "call_to_action"): Example(ON_AD_SETS, A + "call_to_action", "LEARN_MORE", "SIGN_UP"),
    ("ad", "destination_url"): Example(
        ON_AD_SETS, A + "destination_url", "https://acme.example", "https://acme.example/a?b=1&c=%20"
    ),
    ("ad", "lead_form"): Example(LEADS, A + "lead_form", "first", "second", files=("first", "second")),
    ("ad", "url_tags"): Example(ON_AD_SETS, A + "url_tags", "utm_source=a", "utm_source=b&utm_id={{ad.id}}"),
    ("ad", "page"): Example(ON_AD_SETS, A + "page", PAGE, "2029384757"),
    ("ad", "instagram_user"): Example(ON_AD_SETS, A + "instagram_user", INSTAGRAM, "17841400000001"),
}

LEVELS = ("campaign", "ad_set", "ad")
FIELDS = sorted((kind, name) for kind in LEVELS for name in KINDS[kind].fields)


def campaign_yaml(base: dict[str, Any], path: str, value: Any) -> str:
    """The campaign as YAML (JSON is YAML) with one value put in, or taken out where it is None."""
    data = deepcopy(base)
    *steps, last = path.split(".")
    here = data
    for step in steps:
        here = here[step]
    here.pop(last, None)
    if value is not None:
        here[last] = value
    return json.dumps(data, indent=2, ensure_ascii=False)


def with_all_assets(repository: Repository, sandbox: LocalGraph) -> None:
    repository.edit(
        "accounts/acme-sg.yaml",
        "regulated:\n",
        'regulated:\n  taiwan: {beneficiary: "112233", payer: "112233"}\n  eu: {beneficiary: Acme Pte, payer: Acme}\n',
    )
    sandbox.account(
        identities=["112233", "445566"],
        pages=[PAGE, "2029384757"],
        ig_users=[INSTAGRAM, "17841400000001"],
        pixels=[PIXEL],
        audiences=[{"id": "23850001", "name": "Buyers"}],
    )


def test_every_field_has_an_example_here() -> None:
    assert sorted(EXAMPLES_OF_FIELDS) == FIELDS


@pytest.mark.share(2)
@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda text: text)
def test_a_declared_field_converges_and_so_does_its_change(
    kind: str, name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    example = EXAMPLES_OF_FIELDS[kind, name]
    with_all_assets(repository, sandbox)
    for key in example.files:
        repository.write(f"lead_forms/acme-sg/{key}.yaml", FORM % key)
    repository.campaign("law", campaign_yaml(example.base, example.path, example.first))
    reconciler.apply().ended(0)
    reconciler.converged()
    assert name in repository.state("law")[_address(kind)]["applied"]

    repository.campaign("law", campaign_yaml(example.base, example.path, example.after))
    if example.account[0]:
        repository.edit("accounts/acme-sg.yaml", *example.account)
    writes = len(sandbox.writes())
    if example.outcome == REFUSED:
        plan = reconciler.plan().ended(3).json
        assert any(name in r["message"] for r in plan["refusals"] if r["policy"] == "immutable"), plan["refusals"]
        reconciler.apply().ended(3)
        assert len(sandbox.writes()) == writes
        return
    changes = reconciler.plan().ended(0).json["resource_changes"]
    assert [c["actions"] for c in changes if c["address"] == _address(kind)] == [["update"]]
    reconciler.apply().ended(0)
    assert len(sandbox.writes()) > writes
    reconciler.converged()
    repository.forget_state()
    assert {action for action, _ in reconciler.plan().ended(0).actions} == {"adopt"}


def _address(kind: str) -> str:
    return "/".join(["acme-sg", "law", "main", "main"][: LEVELS.index(kind) + 2])


RAW = (
    ("ad_sets.main.", "pacing_type", ["standard"]),
    ("ad_sets.main.", "frequency_control_specs", [{"event": "IMPRESSIONS", "interval_days": 7, "max_frequency": 2}]),
    ("", "budget_rebalance_flag", False),
    ("ad_sets.main.ads.main.", "display_sequence", 0),
)


@pytest.mark.parametrize(("level", "name", "value"), RAW, ids=lambda v: str(v)[:24])
def test_a_raw_parameter_converges(
    level: str, name: str, value: Any, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("law", campaign_yaml(ON_AD_SETS, f"{level}raw", {name: value}))
    reconciler.apply().ended(0)
    reconciler.converged()


def test_writing_out_the_short_form_changes_nothing(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("law", json.dumps(SALES))
    reconciler.apply().ended(0)
    full = {"name": "Law", "daily_budget": "50.00 SGD", "ad_sets": {"main": {"ads": {"main": AD}}}}
    repository.campaign("law", json.dumps(full))
    reconciler.converged()


def test_moving_a_media_file_changes_nothing(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("law", json.dumps(SALES))
    reconciler.apply().ended(0)
    old = repository.root / "creatives" / "outlet" / "banner.jpg"
    old.rename(Path(old).with_name("moved.jpg"))
    repository.edit_campaign("law", "outlet/banner.jpg", "outlet/moved.jpg")
    reconciler.converged()
