from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.declaring import ACCOUNT, AD, NOW, PROJECT, SHORT, desired_of, place, problems_of, resources_of

from reconciler.model.address import Address
from reconciler.model.media import MediaFact
from reconciler.model.resource import Lifecycle, OnRemove, Resource

CAMPAIGN, AD_SET, HERO = (Address.parse(f"acme-sg/spring{rest}") for rest in ("", "/main", "/main/main"))


def resource(text: str = SHORT, address: Address = CAMPAIGN, **more: Any) -> Resource:
    return resources_of(text, **more)[address]


def fields(text: str = SHORT, address: Address = CAMPAIGN, **more: Any) -> dict[str, Any]:
    return dict(resource(text, address, **more).fields)


def own_budgets(ad_set: str = "", campaign: str = "") -> str:
    return (
        f"name: S\nobjective: OUTCOME_TRAFFIC\n{campaign}ad_sets:\n  main:\n    optimization_goal: LINK_CLICKS\n"
        f"    countries: [MY]\n    daily_budget: 5.00 SGD\n    ad: {AD}\n{ad_set}"
    )


# ---- what Meta demands and a buyer need not know


def test_a_campaign_with_a_budget_is_sent_explicitly() -> None:
    assert fields() == {
        "name": "Spring",
        "objective": "OUTCOME_SALES",
        "special_ad_categories": [],
        "spend_cap": None,
        "budget_schedule_specs": None,
        "daily_budget": 5000,
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
    }


def test_without_a_campaign_budget_sharing_is_off_and_the_ad_set_bids() -> None:
    campaign, ad_set = fields(own_budgets()), fields(own_budgets(), AD_SET)
    assert campaign["is_adset_budget_sharing_enabled"] is False
    assert "bid_strategy" not in campaign
    assert (ad_set["bid_strategy"], ad_set["daily_budget"]) == ("LOWEST_COST_WITHOUT_CAP", 500)


def test_budget_sharing_can_be_asked_for() -> None:
    assert fields(own_budgets(campaign="is_adset_budget_sharing_enabled: true\n"))["is_adset_budget_sharing_enabled"]


def test_a_campaigns_bid_strategy_is_its_ad_sets_where_they_have_the_budgets() -> None:
    text = own_budgets("    bid_amount: 2.00 SGD\n", "bid_strategy: COST_CAP\n")
    assert fields(text, AD_SET)["bid_strategy"] == "COST_CAP"
    assert fields(text, AD_SET)["bid_amount"] == 200


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        pytest.param(SHORT, 1, id="the preset"),
        pytest.param(SHORT + "advantage_audience: false\n", 0, id="switched off"),
        pytest.param(own_budgets(), 0, id="no preset"),
        pytest.param(own_budgets("    advantage_audience: true\n"), 1, id="switched on"),
        pytest.param(
            SHORT + "targeting: {targeting_automation: {advantage_audience: 0}}\n", 0, id="written in targeting itself"
        ),
    ],
)
def test_advantage_audience_is_always_sent(text: str, flag: int) -> None:
    assert fields(text, AD_SET)["targeting"]["targeting_automation"] == {"advantage_audience": flag}


@pytest.mark.parametrize(
    ("written", "sent"),
    [("[]", []), ("[NONE]", []), ("[HOUSING, CREDIT]", ["CREDIT", "HOUSING"]), ("", [])],
)
def test_special_categories_are_sent_sorted_and_never_as_none(written: str, sent: list[str]) -> None:
    text = SHORT + f"special_ad_categories: {written}\nspecial_ad_category_country: [SG]\n"
    assert fields(text)["special_ad_categories"] == sent


def test_a_written_targeting_keeps_its_own_locations() -> None:
    targeting = fields(SHORT + "targeting: {geo_locations: {countries: [MY]}, genders: [1]}\n", AD_SET)["targeting"]
    assert (targeting["geo_locations"], targeting["genders"]) == ({"countries": ["MY"]}, [1])


def test_money_becomes_minor_units_as_meta_counts_them() -> None:
    yen = ACCOUNT.replace("SGD", "JPY")
    assert fields(SHORT.replace("50.00 SGD", "5000 JPY"), account=yen)["daily_budget"] == 5000
    assert fields(SHORT.replace("50.00 SGD", "5000"))["daily_budget"] == 5000


@pytest.mark.parametrize(
    ("extra", "promoted"),
    [
        pytest.param("", {"pixel_id": "5647", "custom_event_type": "PURCHASE"}, id="the account's pixel"),
        pytest.param('pixel: "9"\n', {"pixel_id": "9", "custom_event_type": "PURCHASE"}, id="the campaign's pixel"),
        pytest.param(
            "promoted_object: {custom_event_type: OTHER, custom_event_str: my_event}\n",
            {"pixel_id": "5647", "custom_event_type": "OTHER", "custom_event_str": "my_event"},
            id="an event of one's own",
        ),
        pytest.param(
            "promoted_object: {custom_event_str: my_event}\n",
            {"pixel_id": "5647", "custom_event_type": "OTHER", "custom_event_str": "my_event"},
            id="an event of one's own, by its name alone",
        ),
        pytest.param("conversion_event: LEAD\n", {"pixel_id": "5647", "custom_event_type": "LEAD"}, id="another event"),
        pytest.param(
            "promoted_object: {pixel_id: '9', custom_event_type: OTHER, custom_conversion_id: '7'}\n",
            {"pixel_id": "9", "custom_event_type": "OTHER", "custom_conversion_id": "7"},
            id="a custom conversion, which says the event",
        ),
        pytest.param(
            """promoted_object: {pixel_id: '9', custom_event_type: LEAD, pixel_rule: '{"event": {"eq": "Lead"}}'}\n""",
            {"pixel_id": "9", "custom_event_type": "LEAD", "pixel_rule": '{"event": {"eq": "Lead"}}'},
            id="a rule, which is JSON",
        ),
        pytest.param("promoted_object: {page_id: '3'}\n", {"page_id": "3"}, id="written out"),
    ],
)
def test_what_is_promoted(extra: str, promoted: dict[str, str]) -> None:
    assert fields(SHORT + extra, AD_SET)["promoted_object"] == promoted


def test_a_catalogue_is_tied_to_the_campaign_only_where_a_product_set_is_promoted() -> None:
    account = ACCOUNT + 'catalog: "77"\n'
    text = SHORT + "promoted_object: {product_set_id: '5', pixel_id: '5647', custom_event_type: PURCHASE}\n"
    assert fields(text, account=account)["promoted_object"] == {"product_catalog_id": "77"}
    assert "promoted_object" not in fields(account=account)


def test_raw_parameters_are_sent_beside_the_others() -> None:
    assert fields(SHORT + "raw: {smart_promotion_type: X}\n")["smart_promotion_type"] == "X"


# ---- regulated countries

SG_IDS = {"singapore_universal_beneficiary": "11", "singapore_universal_payer": "22"}
TW_IDS = {"taiwan_universal_beneficiary": "33", "taiwan_universal_payer": "44"}


@pytest.mark.parametrize(
    ("countries", "categories", "identities", "dsa"),
    [
        pytest.param("[SG]", ["SINGAPORE_UNIVERSAL"], SG_IDS, None, id="Singapore"),
        pytest.param("[TW]", ["TAIWAN_UNIVERSAL"], TW_IDS, None, id="Taiwan"),
        pytest.param(
            "[SG, TW]",
            ["SINGAPORE_UNIVERSAL", "TAIWAN_UNIVERSAL"],
            {**SG_IDS, **TW_IDS},
            None,
            id="Singapore and Taiwan",
        ),
        pytest.param("[MY]", None, None, None, id="a country without rules"),
        pytest.param("[DE]", None, None, ("Acme", "Acme Ltd"), id="the EU"),
        pytest.param("[SG, FR]", ["SINGAPORE_UNIVERSAL"], SG_IDS, ("Acme", "Acme Ltd"), id="Singapore and the EU"),
        pytest.param("[GB]", None, None, None, id="Britain is not in the EU"),
    ],
)
def test_identities_go_to_the_ad_sets_whose_countries_need_them(
    countries: str, categories: list[str] | None, identities: dict[str, str] | None, dsa: tuple[str, str] | None
) -> None:
    found = fields(SHORT + f"countries: {countries}\n", AD_SET)
    assert found.get("regional_regulated_categories") == categories
    assert found.get("regional_regulation_identities") == identities
    assert (found.get("dsa_beneficiary"), found.get("dsa_payor")) == (dsa or (None, None))


# ---- ads


def test_an_ad_carries_its_content_and_what_the_account_adds() -> None:
    assert fields(SHORT + "url_tags: a=b\n", HERO, account=ACCOUNT + 'instagram_user: "178"\n') == {
        "name": "Spring",
        "video": f"a.mp4@sha256:{'61' * 32}",
        "call_to_action": "SHOP_NOW",
        "destination_url": "https://acme.example/",
        "url_tags": "a=b",
        "page": "1029",
        "instagram_user": "178",
        "conversion_domain": "acme.example",
    }


def test_the_accounts_url_tags_are_a_default_only() -> None:
    account = ACCOUNT + "url_tags: of=account\n"
    assert fields(SHORT, HERO, account=account)["url_tags"] == "of=account"
    assert fields(SHORT + "url_tags: of=campaign\n", HERO, account=account)["url_tags"] == "of=campaign"


def test_the_conversion_domain_is_sent_for_pixel_ads_only() -> None:
    assert "conversion_domain" not in fields(own_budgets(), HERO)
    assert fields(own_budgets().replace("{video", "{conversion_domain: b.example, video"), HERO)[
        "conversion_domain"
    ] == ("b.example")


def test_a_media_field_holds_the_path_for_people_and_the_digest_for_comparing() -> None:
    found = fields(SHORT, HERO, media={"a.mp4": MediaFact("video", "f" * 64)})
    assert found["video"] == f"a.mp4@sha256:{'f' * 64}"


# ---- times

TIMED = SHORT + "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:59\n"
START, END = NOW.replace(month=12, day=1, hour=9), NOW.replace(month=12, day=31, hour=23, minute=59)


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        pytest.param(
            NOW, {"start_time": "2026-12-01T09:00:00+0800", "end_time": "2026-12-31T23:59:00+0800"}, id="before both"
        ),
        pytest.param(START, {"end_time": "2026-12-31T23:59:00+0800"}, id="at the start: Meta refuses a past start"),
        pytest.param(
            END - timedelta(seconds=1), {"end_time": "2026-12-31T23:59:00+0800"}, id="a second before the end"
        ),
        pytest.param(END, {}, id="at the end"),
    ],
)
def test_times_are_sent_with_their_offset_until_they_have_passed(now: Any, sent: dict[str, str]) -> None:
    found = fields(TIMED, AD_SET, now=now)
    assert {n: found[n] for n in ("start_time", "end_time") if n in found} == sent


def test_what_is_declared_can_be_asked_for_at_any_moment() -> None:
    early, late = (NOW.replace(month=month, year=year) for month, year in ((11, 2026), (1, 2028)))
    first, second = (desired_of(TIMED, now=now) for now in (early, late))
    assert (first.resources, first.accounts) == (second.resources, second.accounts)
    for now in (early, late):
        assert first.of("acme-sg", now) == second.of("acme-sg", now)
    assert first.of("acme-sg", early) != first.of("acme-sg", late)


def test_an_ad_set_without_an_end_asks_for_none() -> None:
    assert fields(SHORT, AD_SET)["end_time"] is None
    assert "end_time" not in fields(TIMED, CAMPAIGN)


def test_ad_sets_and_ads_follow_their_campaign_unless_they_have_times_or_a_status() -> None:
    text = f"""\
name: S
daily_budget: 50.00 SGD
activate_at: 2026-12-01 09:00
ad_sets:
  follows: {{ad: {AD}}}
  later: {{activate_at: 2026-12-05 09:00, ad: {AD}}}
  held: {{status: PAUSED, ads: {{a: {AD}, b: {{status: ACTIVE, {AD[1:]}}}}}
"""
    found = {
        str(a).removeprefix("acme-sg/spring"): r.status
        for a, r in resources_of(text, now=NOW.replace(month=12, day=2)).items()
    }
    assert found == {
        "": "ACTIVE",
        "/follows": "ACTIVE",
        "/follows/main": "ACTIVE",
        "/later": "PAUSED",
        "/later/main": "PAUSED",
        "/held": "PAUSED",
        "/held/a": "PAUSED",
        "/held/b": "ACTIVE",
    }


REVIEW = {"project": "pre_review: true\n", "account": "pre_review: true\n"}


@pytest.mark.parametrize(
    ("campaign", "project", "account", "early"),
    [
        pytest.param("", "", "", False, id="not unless asked for"),
        pytest.param("pre_review: true\n", "", "", True, id="the campaign asks"),
        pytest.param("", "pre_review: true\n", "", True, id="the project asks"),
        pytest.param("", "", "pre_review: true\n", True, id="the account asks"),
        pytest.param("", "pre_review: true\n", "pre_review: false\n", False, id="the account wins over the project"),
        pytest.param("pre_review: false\n", "", "pre_review: true\n", False, id="the campaign wins over the account"),
    ],
)
def test_pre_review_turns_what_is_below_a_waiting_campaign_on(
    campaign: str, project: str, account: str, early: bool
) -> None:
    found = resources_of(TIMED + campaign, project=PROJECT + project, account=ACCOUNT + account)
    statuses = [r.status for r in found.values()]
    assert statuses == ["PAUSED", *["ACTIVE" if early else "PAUSED"] * 2]


def test_pre_review_turns_nothing_on_that_nothing_will_start() -> None:
    statuses = [r.status for r in resources_of(SHORT + "pre_review: true\n").values()]
    assert statuses == [None, None, None]


# ---- addresses, places, lifecycle


def test_former_keys_of_every_level_give_every_former_address() -> None:
    text = f"""\
name: S
daily_budget: 50.00 SGD
previously: [old]
ad_sets:
  main: {{previously: [was], ads: {{main: {{previously: [one, two], {AD[1:]}}}}}
"""
    aliases = {str(alias) for alias in resource(text, HERO).aliases}
    assert aliases == {
        f"acme-sg/{campaign}/{ad_set}/{ad}"
        for campaign in ("spring", "old")
        for ad_set in ("main", "was")
        for ad in ("main", "one", "two")
    } - {"acme-sg/spring/main/main"}


def test_a_former_key_that_is_in_use_is_refused() -> None:
    (problem, *_) = problems_of(SHORT + "previously: [autumn]\n", more={"autumn": SHORT})
    assert "acme-sg/autumn, which is declared itself" in problem.message
    assert place(problem) == "spring.yaml:1:1"


def test_every_resource_and_field_remembers_its_place() -> None:
    text = own_budgets("    raw:\n      pacing_type: [standard]\n")
    ad_set = resource(text, AD_SET)
    assert str(ad_set.origin) == "desired/campaigns/acme-sg/spring.yaml:4:3"
    assert ad_set.origin_of("daily_budget").line == 7
    assert ad_set.origin_of("pacing_type").line == 10
    assert ad_set.origin_of("bid_strategy") == ad_set.origin


def test_a_lifecycle_reaches_its_resource_alone() -> None:
    text = SHORT + "lifecycle: {on_remove: archive, ignore: [name], protect: true, replace: true}\n"
    assert resource(text).lifecycle == Lifecycle(OnRemove.ARCHIVE, frozenset({"name"}), True, True)
    assert resource(text, AD_SET).lifecycle == Lifecycle()


def test_only_declared_fields_are_resolved() -> None:
    assert "age_min" not in fields(SHORT, AD_SET)["targeting"]
    assert "bid_amount" not in fields(SHORT, AD_SET)
    assert "headline" not in fields(SHORT, HERO)


# ---- accounts and their policies


def test_an_account_names_the_pages_and_pixels_that_are_used() -> None:
    account = desired_of(SHORT + 'page: "7"\npixel: "8"\n').accounts["acme-sg"]
    assert (account.pages, account.pixels) == (("1029", "7"), ("5647", "8"))
    assert (account.id, account.currency, account.token) == ("act_1", "SGD", "META_ACCESS_TOKEN")


def test_a_token_is_the_name_of_a_variable() -> None:
    assert desired_of(account=ACCOUNT + "token: env/META_TOKEN_ACME\n").accounts["acme-sg"].token == "META_TOKEN_ACME"


STRICTER = [
    pytest.param("max_daily_budget", "500.00 SGD", "300.00 SGD", 30000, id="the smaller amount, the account's"),
    pytest.param("max_daily_budget", "200.00 SGD", "300.00 SGD", 20000, id="the smaller amount, the project's"),
    pytest.param("max_daily_budget", "200.00 USD", "300.00 SGD", 30000, id="another currency says nothing"),
    pytest.param("max_daily_budget", "[200.00 USD, 100.00 SGD]", "300.00 SGD", 10000, id="its own currency's amount"),
    pytest.param("max_account_daily_budget", "9.00 SGD", None, 900, id="only the project's"),
    pytest.param("lacking", None, None, (), id="no limit at all lacks in no currency"),
    pytest.param("max_budget_increase", "50", "20", 20, id="the smaller step"),
    pytest.param("max_removals", "5", None, 5, id="fewer removals than the default"),
    pytest.param("max_removals", "90", "40", 40, id="more removals than the default, when both say so"),
    pytest.param("max_removals", None, None, 20, id="a fifth unless written"),
    pytest.param("require_url_tags", "true", "false", True, id="tags when either asks"),
    pytest.param("allowed_domains", "[a.example, b.example]", "[b.example]", ("b.example",), id="domains of both"),
    pytest.param("allowed_domains", None, "[b.example]", ("b.example",), id="domains of one"),
    pytest.param(
        "allowed_domains",
        "[bücher.example]",
        "[xn--bcher-kva.example]",
        ("xn--bcher-kva.example",),
        id="one in two forms",
    ),
    pytest.param("allowed_domains", "[a.example]", "[b.example]", (), id="no domain in both: none"),
    pytest.param("drift", "revert", "keep", "keep", id="the account says what becomes of drift"),
    pytest.param("drift", None, None, "keep", id="drift is kept unless written"),
    pytest.param("name_pattern", "a.*", None, "a.*", id="the project's pattern"),
]


@pytest.mark.parametrize(("name", "project", "account", "result"), STRICTER)
def test_the_stricter_policy_wins(name: str, project: str | None, account: str | None, result: object) -> None:
    def written(value: str | None) -> str:
        return f"policies: {{{name}: {value}}}\n" if value else ""

    found = desired_of(project=PROJECT + written(project), account=ACCOUNT + written(account))
    assert getattr(found.accounts["acme-sg"].policies, name) == result


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("24h", 86400), ("2d", 172800)])
def test_lateness_is_counted_in_seconds(text: str, seconds: int) -> None:
    found = desired_of(project=PROJECT + f"policies: {{max_lateness: {text}}}\n")
    assert found.accounts["acme-sg"].policies.max_lateness_seconds == seconds


def test_a_problem_anywhere_keeps_everything_back() -> None:
    problems = problems_of(more={"autumn": "name: A\n"})
    assert {p.origin.file for p in problems} == {"desired/campaigns/acme-sg/autumn.yaml"}
