"""What is refused offline, beyond the cases of tests/mends/cases_offline.py: what is taken all the same, and how."""

from __future__ import annotations

import pytest
from mends.cases_offline import MY, ROAS, TWO, leads, sale, with_ad
from support.declaring import ACCOUNT, AD, SHORT, desired_of, place, problems_of


def test_without_a_pixel_the_mend_names_a_goal_that_needs_none() -> None:
    (problem,) = problems_of(leads("LEAD_GENERATION"), account=ACCOUNT.replace("pixel:", "#"))
    assert problem.mend == "write optimization_goal: LINK_CLICKS"


@pytest.mark.parametrize("domain", ["acme.example", "Acme.Example", "shop.acme.example", "bücher.example", "www.com"])
def test_a_domain_of_any_name_is_taken(domain: str) -> None:
    account = ACCOUNT.replace("domain: acme.example", f"domain: {domain}")
    fields = [r.fields for r in desired_of(account=account).resources.values() if r.kind == "ad"]
    assert [f["conversion_domain"] for f in fields] == [domain]


TAKEN = [
    pytest.param(leads("LEAD_GENERATION").replace(f"    ads: {{x: {AD}}}\n", ""), id="a lead form's ads elsewhere"),
    pytest.param(
        leads("LEAD_GENERATION").replace("{video", "{raw: {asset_feed_spec: {optimization_type: X}}, video"),
        id="a lead form in an asset feed",
    ),
    pytest.param(
        leads("LINK_CLICKS", more="    is_dynamic_creative: true\n").replace(
            "{video", "{raw: {asset_feed_spec: {titles: []}}, video"
        ),
        id="a dynamic ad set with its feed",
    ),
    pytest.param(leads("LINK_CLICKS", more="    is_dynamic_creative: false\n"), id="no dynamic ad set"),
    pytest.param(TWO.replace("daily_budget: 50.00 SGD\n", "").replace("{opt", "{daily_budget: 20.00 SGD, opt"), id="2"),
    pytest.param(
        TWO.replace("ad_sets", "bid_strategy: COST_CAP\nad_sets").replace("{opt", "{bid_amount: 5.00 SGD, opt"),
        id="two goals under one budget with a cap",
    ),
    pytest.param(
        TWO.replace("{optimization_goal: REACH", "{status: ARCHIVED, optimization_goal: REACH"), id="archived"
    ),
    pytest.param(sale("ad_set").replace("2026-12-01 18:00", "2026-12-02 09:01"), id="a minute more than a day"),
    pytest.param(sale("ad_set").replace("daily_budget", "lifetime_budget"), id="nine hours of a lifetime budget"),
    pytest.param(SHORT.replace("50.00 SGD", "200"), id="2.00 SGD as a whole number"),
    pytest.param(SHORT + "spend_cap: 150.00 SGD\n", id="a large enough cap"),
    pytest.param(with_ad(f"headline: {'x' * 40}, primary_text: {'x' * 125}, description: {'x' * 30}"), id="full texts"),
    pytest.param(
        MY + "targeting: {excluded_geo_locations: {countries: [RU]}, genders: ['2'], locales: [6, 24]}\n",
        id="a country that is left out anyway",
    ),
    pytest.param(MY + "targeting: {publisher_platforms: [audience_network, instagram]}\n", id="not alone"),
    pytest.param(MY + "targeting: {facebook_positions: [story]}\n", id="Instagram is meant where no platform is named"),
    pytest.param(
        MY + "targeting: {publisher_platforms: [facebook], facebook_positions: [facebook_reels]}\n", id="reels alone"
    ),
    pytest.param(MY + "special_ad_categories: [NONE]\n", id="no special category"),
    pytest.param(
        ROAS.replace("{roas_average_floor: 2.0}", "{}").replace("WITH_MIN_ROAS", "WITHOUT_CAP"), id="no floor"
    ),
]


@pytest.mark.parametrize("campaign", TAKEN)
def test_what_meta_takes_is_taken_without_a_word(campaign: str) -> None:
    assert desired_of(campaign).warnings == ()


@pytest.mark.parametrize(("written", "sent"), [("2.0", 20000), ("0.01", 100), ("1.2345", 12345), ("20000", 20000)])
def test_a_floor_is_sent_in_parts_of_ten_thousand(written: str, sent: int) -> None:
    resources = desired_of(ROAS.replace("2.0", written)).resources.values()
    assert [r.fields["bid_constraints"] for r in resources if r.kind == "ad_set"] == [{"roas_average_floor": sent}]


@pytest.mark.parametrize("written", ["50.00 SGD", "2.00 SGD", "100.00 SGD"])
def test_a_budget_as_the_mend_writes_it_is_large_enough(written: str) -> None:
    assert desired_of(SHORT.replace("50.00 SGD", written)).warnings == ()


def test_a_name_that_another_campaign_of_the_account_has_is_a_warning() -> None:
    (warning,) = desired_of(more={"again": SHORT}).warnings
    assert place(warning) == "spring.yaml:1:7"
    assert warning.message == "acme-sg/again has the name 'Spring' too"
    assert desired_of(more={"again": SHORT.replace("Spring", "Again")}).warnings == ()
    assert desired_of(more={"again": SHORT + "status: ARCHIVED\n"}).warnings == ()


def test_a_mapping_of_thousands_of_strange_keys_is_read_without_guessing() -> None:
    text = MY + f"targeting: {{{', '.join(f'age_mi{i}: 1' for i in range(3000))}}}\n"
    assert len(desired_of(text).warnings) == 3000
