from __future__ import annotations

from typing import Any

import pytest
from support.declaring import ACCOUNT, AD, desired_of, place, problems_of

from reconciler.kinds.delivery.checks.regulation import (
    COUNTRY_GROUPS,
    EU_COUNTRIES,
    EU_TERRITORIES,
    EVERYWHERE,
    REGIMES,
)
from reconciler.model.address import Address

AD_SET = Address.of("acme-sg", "spring", "a")
NOBODY = ACCOUNT[: ACCOUNT.index("regulated:")]
ALL = (
    ACCOUNT
    + """\
  australia: {beneficiary: "55", payer: "56"}
  india: {beneficiary: "57", payer: "58"}
  thailand: {beneficiary: "59", payer: "60"}
  brazil: {beneficiary: "59", payer: "60"}
"""
)
SG, TW, EU = {"SINGAPORE_UNIVERSAL"}, {"TAIWAN_UNIVERSAL"}, {"EU"}


def campaign(geo: str, *, excluded: str = "", more: str = "", above: str = "") -> str:
    out = f", excluded_geo_locations: {{{excluded}}}" if excluded else ""
    return (
        f"name: S\nobjective: OUTCOME_TRAFFIC\ndaily_budget: 50.00 SGD\n{above}ad_sets:\n  a:\n"
        f"    optimization_goal: LINK_CLICKS\n    ads: {{x: {AD}}}\n"
        f"    targeting: {{geo_locations: {{{geo}}}{out}}}\n{more}"
    )


def sent(text: str, account: str = ACCOUNT) -> dict[str, Any]:
    return desired_of(text, account=account).resources[AD_SET].fields


def named(text: str, account: str = ACCOUNT) -> set[str]:
    fields = sent(text, account)
    assert ("dsa_payor" in fields) == ("dsa_beneficiary" in fields)
    return {*fields.get("regional_regulated_categories", []), *({"EU"} if "dsa_payor" in fields else set())}


PLACES = [
    pytest.param("countries: [GF]", EU, id="French Guiana is in the EU"),
    *[pytest.param(f"countries: [{c}]", EU, id=f"{c} is in the EU") for c in sorted(EU_TERRITORIES)],
    *[pytest.param(f"countries: [{c}]", set(), id=f"{c} is not") for c in ("GB", "GI", "BL", "NC", "PF", "GL", "AW")],
    pytest.param("cities: [{key: '1', country: SG}]", SG, id="a city of Singapore"),
    pytest.param("regions: [{key: '1', country: DE}]", EU, id="a region of Germany"),
    pytest.param("zips: [{key: 'SG:018956'}]", SG, id="a postcode that begins with its country"),
    pytest.param("zips: [{key: 'US:90210'}]", set(), id="a postcode of the United States"),
    pytest.param("zips: [{key: '018956', country: SG}]", SG, id="a postcode with its country"),
    pytest.param("neighborhoods: [{key: '1', country: TW}]", TW, id="a neighbourhood of Taipei"),
    pytest.param("custom_locations: [{latitude: 1, longitude: 2, country: FR}]", EU, id="a circle in France"),
    pytest.param("custom_locations: [{country_group: eea}]", EU, id="a circle in a group"),
    pytest.param("country_groups: [eea]", EU, id="the EEA"),
    pytest.param("country_groups: [europe]", EU, id="Europe"),
    pytest.param("country_groups: [asia]", SG | TW | EU, id="Asia, in which Cyprus may be"),
    pytest.param("country_groups: [afta]", SG, id="AFTA"),
    pytest.param("country_groups: [worldwide]", SG | TW | EU, id="the whole world"),
    pytest.param("country_groups: [gcc, nafta]", set(), id="groups of countries without rules"),
    pytest.param("country_groups: [africa]", EU, id="a group that may hold a territory of the EU"),
    pytest.param("country_groups: [brave_new_group]", SG | TW | EU, id="a group that nobody knows here"),
    pytest.param("cities: [{key: '1'}]", SG | TW | EU, id="a city that may lie anywhere"),
    pytest.param("custom_locations: [{latitude: 1, longitude: 2}]", SG | TW | EU, id="a circle anywhere"),
    pytest.param("location_cluster_ids: [{key: '1'}]", SG | TW | EU, id="a cluster anywhere"),
]


@pytest.mark.parametrize(("geo", "expected"), PLACES)
def test_identities_are_sent_for_every_place_where_ads_may_be_shown(geo: str, expected: set[str]) -> None:
    assert named(campaign(geo)) == expected


EXCLUDED = [
    ("country_groups: [worldwide]", "countries: [SG, TW]", EU),
    ("country_groups: [asia]", "countries: [SG, CY]", TW),
    ("countries: [SG, MY]", "cities: [{key: '1', country: SG}]", SG),
    ("country_groups: [worldwide]", "country_groups: [asia]", EU),
]


@pytest.mark.parametrize(("geo", "excluded", "expected"), EXCLUDED)
def test_a_country_that_is_left_out_needs_no_identities(geo: str, excluded: str, expected: set[str]) -> None:
    assert named(campaign(geo, excluded=excluded)) == expected


def test_the_world_without_the_eea_may_still_hold_territories_of_the_eu_and_asks_for_nothing() -> None:
    text = campaign("country_groups: [worldwide]", excluded="countries: [SG, TW], country_groups: [eea]")
    assert named(text) == EU
    assert named(text, NOBODY) == set()


LACKING = [
    pytest.param("countries: [GF]", "ads shown in the EU must name a beneficiary and a payer: GF is a part of it"),
    pytest.param("country_groups: [eea]", "ads shown in the EU must name a beneficiary and a payer: eea holds it"),
    pytest.param("countries: [DE, GF]", "ads shown in the EU must name a beneficiary and a payer"),
    pytest.param("zips: [{key: 'SG:018956'}]", "ads shown in Singapore must name"),
    pytest.param("cities: [{key: '1'}]", "cities: which country this lies in is not known here"),
    pytest.param("custom_locations: [{latitude: 1}]", "ads in Singapore or Taiwan or the EU must name a payer"),
]


@pytest.mark.parametrize(("geo", "message"), LACKING)
def test_an_account_without_the_identities_is_refused_offline(geo: str, message: str) -> None:
    (problem,) = problems_of(campaign(geo), account=NOBODY)
    assert message in problem.message


def test_the_whole_world_asks_for_each_that_is_demanded() -> None:
    problems = problems_of(campaign("country_groups: [worldwide]"), account=NOBODY)
    assert [p.message.partition(" must")[0] for p in problems] == [
        "ads shown in Singapore",
        "ads shown in Taiwan",
        "ads shown in the EU",
    ]
    assert {p.message.rpartition(": ")[2] for p in problems} == {"worldwide holds it"}


def test_a_place_says_its_country_where_the_account_cannot_name_all_that_it_may_ask_for() -> None:
    only_singapore = NOBODY + 'regulated:\n  singapore: {beneficiary: "11", payer: "22"}\n'
    text = campaign("cities: [{key: '1'}, {key: '2', country: US}]")
    (problem,) = problems_of(text, account=only_singapore)
    assert "Taiwan or the EU" in problem.message
    assert problem.mend == "add the place's country: beside its key"
    assert named(text.replace("key: '1'", "key: '1', country: MY"), only_singapore) == set()


def test_an_identity_is_added_to_those_that_the_account_has() -> None:
    (problem,) = problems_of(campaign("countries: [FR]"), account=NOBODY + "regulated: {}\n")
    assert problem.mend.startswith("add regulated: {eu: {beneficiary: …, payer: …}} (names) to desired/accounts/")
    has_one = NOBODY + 'regulated: {singapore: {beneficiary: "1", payer: "2"}}\n'
    (problem,) = problems_of(campaign("countries: [TW]"), account=has_one)
    assert problem.mend.startswith(
        "add taiwan: {beneficiary: …, payer: …} (ids of verified identities, in quotes) below"
    )


OTHERS = [
    ("AU", "AUSTRALIA_FINSERV", "australia_finserv", "55", "56"),
    ("IN", "INDIA_FINSERV", "india_finserv", "57", "58"),
    ("TH", "THAILAND_UNIVERSAL", "universal", "59", "60"),
    ("BR", "BRAZIL_REGULATION", "universal", "59", "60"),
]


@pytest.mark.parametrize(("country", "category", "prefix", "beneficiary", "payer"), OTHERS)
def test_identities_of_further_countries_are_sent_where_the_account_has_them(
    country: str, category: str, prefix: str, beneficiary: str, payer: str
) -> None:
    fields = sent(campaign(f"countries: [{country}]"), ALL)
    assert fields["regional_regulated_categories"] == [category]
    ids = {f"{prefix}_beneficiary": beneficiary, f"{prefix}_payer": payer}
    assert fields["regional_regulation_identities"] == ids


FINANCIAL = "special_ad_categories: [FINANCIAL_PRODUCTS_SERVICES]\nspecial_ad_category_country: [AU]\n"
WARNED = [
    ("countries: [AU]", "", ""),
    ("countries: [AU]", FINANCIAL, "ads for financial services that are shown in Australia"),
    ("countries: [TH]", "", "ads that are shown in Thailand"),
    ("countries: [MY]", FINANCIAL.replace("AU", "MY"), ""),
    ("country_groups: [emerging_markets]", "", "ads that are shown in Brazil, ads that are shown in Thailand"),
]


@pytest.mark.parametrize(("geo", "above", "said"), WARNED)
def test_what_meta_may_ask_for_is_a_warning(geo: str, above: str, said: str) -> None:
    told = [w for w in desired_of(campaign(geo, above=above)).warnings if "Meta may want" in w.message]
    assert [w.message.partition(" named in ")[2] for w in told] == [part for part in said.split(", ") if part]
    assert desired_of(campaign(geo, above=above), account=ALL).warnings == ()


def test_a_cluster_that_lies_nowhere_is_a_warning_where_the_account_cannot_name_all() -> None:
    text = campaign("location_cluster_ids: [{key: '1'}]")
    assert len(desired_of(text, account=NOBODY).warnings) == 3
    assert desired_of(text).warnings == ()


RAW = """\
    raw:
      regional_regulated_categories: [TAIWAN_FINSERV]
      regional_regulation_identities: {taiwan_finserv_beneficiary: "7", taiwan_finserv_payer: "8"}
"""
RAW_DSA = "    raw: {dsa_beneficiary: Acme, dsa_payor: Agency}\n"


def test_raw_says_identities_in_place_of_the_accounts() -> None:
    for account in (ACCOUNT, NOBODY):
        fields = sent(campaign("countries: [TW]", more=RAW), account)
        assert fields["regional_regulated_categories"] == ["TAIWAN_FINSERV"]
        assert fields["regional_regulation_identities"]["taiwan_finserv_payer"] == "8"
        fields = sent(campaign("countries: [FR]", more=RAW_DSA), account)
        assert (fields["dsa_beneficiary"], fields["dsa_payor"]) == ("Acme", "Agency")


def test_raw_with_half_of_them_is_not_taken_for_all() -> None:
    half = RAW_DSA.replace(", dsa_payor: Agency", "")
    (problem,) = problems_of(campaign("countries: [FR]", more=half), account=NOBODY)
    assert "ads shown in the EU" in problem.message


def test_two_regimes_that_share_a_parameter_name_the_same_or_have_an_ad_set_each() -> None:
    two = ALL.replace('brazil: {beneficiary: "59"', 'brazil: {beneficiary: "61"')
    (problem,) = problems_of(campaign("countries: [TH, BR]"), account=two)
    assert "Thailand and Brazil share universal_beneficiary" in problem.message
    assert sent(campaign("countries: [BR]"), two)["regional_regulation_identities"]["universal_beneficiary"] == "61"
    assert named(campaign("countries: [TH, BR]"), ALL) == {"THAILAND_UNIVERSAL", "BRAZIL_REGULATION"}


def test_where_ads_surely_are_counts_before_where_they_may_be() -> None:
    two = ALL.replace('brazil: {beneficiary: "59"', 'brazil: {beneficiary: "61"')
    text = campaign("countries: [TH], location_cluster_ids: [{key: '1'}]")
    assert sent(text, two)["regional_regulation_identities"]["universal_beneficiary"] == "59"


def test_the_union_has_twenty_seven_members_and_each_regime_countries_of_its_own() -> None:
    assert len(EU_COUNTRIES) == 27
    assert sum(len(regime.countries) for regime in REGIMES) == len(EVERYWHERE)
    assert all(group.holds | group.may_hold <= EVERYWHERE for group in COUNTRY_GROUPS.values())


def test_a_problem_stands_where_the_place_is_named() -> None:
    (problem,) = problems_of(campaign("cities: [{key: '1'}]"), account=NOBODY)
    assert place(problem) == "spring.yaml:8:42"
    (problem,) = problems_of(campaign("countries: [GF]"), account=NOBODY)
    assert place(problem) == "spring.yaml:8:32"
