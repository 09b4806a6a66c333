"""What Meta would refuse only after the campaign has been created is refused before anything is created; once the YAML
is corrected, all is created."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

LEADS = TRAFFIC.replace("OUTCOME_TRAFFIC", "OUTCOME_LEADS")
SALES = STILL.replace("daily_budget", "objective: OUTCOME_SALES\ncountries: [SG]\ndaily_budget")
ROAS = "bid_strategy: LOWEST_COST_WITH_MIN_ROAS\nbid_constraints: {roas_average_floor: 2.0}\noptimization_goal: "
TIMES = "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-01 18:00\n"
SECOND = "  reach: {daily_budget: 20.00 SGD, optimization_goal: REACH, countries: [SG]}\n"
SHARED = TRAFFIC.replace("ad_sets:", "daily_budget: 50.00 SGD\nad_sets:").replace("    daily_budget: 20.00 SGD\n", "")

CASES = [
    pytest.param(LEADS, "LINK_CLICKS", "LEAD_GENERATION", "OFFSITE_CONVERSIONS", id="a lead form"),
    pytest.param(TRAFFIC, "LINK_CLICKS", "CONVERSATIONS", "LINK_CLICKS", id="a chat"),
    pytest.param(TRAFFIC, "age_min: 21", "age: 21-40", "age_min: 21, age_max: 40", id="ages in a buyer's words"),
    pytest.param(TRAFFIC, "countries: [SG]", "countries: [SG, UK]", "countries: [SG, GB]", id="a country"),
    pytest.param(
        TRAFFIC,
        "age_min: 21",
        "publisher_platforms: [audience_network]",
        "publisher_platforms: [audience_network, facebook]",
        id="a placement",
    ),
    pytest.param(
        TRAFFIC,
        "ad_sets:",
        "special_ad_categories: [HOUSING]\nad_sets:",
        "special_ad_categories: [HOUSING]\nspecial_ad_category_country: [SG]\nad_sets:",
        id="a special category",
    ),
    pytest.param(SALES + ROAS, "goal: ", "goal: LINK_CLICKS\n", "goal: VALUE\n", id="a return with another goal"),
    pytest.param(SALES + ROAS + "VALUE\n", "2.0", "2", "2.0", id="a return as a whole number"),
    pytest.param(
        TIMES + TRAFFIC, "daily_budget: 20.00", "daily_budget: 25.00", "lifetime_budget: 25.00", id="a short sale"
    ),
    pytest.param(
        SHARED + SECOND.replace("daily_budget: 20.00 SGD, ", ""), "REACH", "REACH", "LINK_CLICKS", id="mixed goals"
    ),
    pytest.param(STILL, "Outlet", "O" * 430, "O" * 40, id="a headline"),
]


@pytest.mark.parametrize(("campaign", "place", "wrong", "mended"), CASES)
def test_nothing_is_made_until_it_is_mended(
    campaign: str,
    place: str,
    wrong: str,
    mended: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
) -> None:
    repository.campaign("still", campaign.replace(place, wrong))
    reconciler("validate").ended(1)
    reconciler.apply().ended(1)
    assert sandbox.writes() == []
    repository.campaign("still", campaign.replace(place, mended))
    reconciler.apply().ended(0)
    assert sandbox.creates("ad_set")
    reconciler.converged()


def test_a_return_is_sent_in_metas_count(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("still", SALES + ROAS + "VALUE\n")
    reconciler.apply().ended(0)
    assert [s["params"]["bid_constraints"] for s in sandbox.creates("ad_set")] == [{"roas_average_floor": 20000}]
    repository.edit_campaign("still", "2.0", "20000")
    reconciler.converged()


def test_validate_says_what_meta_advises_against_and_takes_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("again", STILL)
    repository.campaign("still", STILL.replace("headline: Outlet", f"headline: {'O' * 41}"))
    said = reconciler("validate").ended(0).said
    assert "acme-sg/again has the name 'Still' too" in said
    assert "headline has 41 characters: people see about 40" in said


def test_a_budget_in_cents_is_told_offline_and_held_back_by_the_accounts_own_minimum(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL.replace("50.00 SGD", "50"))
    said = reconciler("validate").ended(0).said
    assert "50 is 0.50 SGD, since a whole number counts the smallest unit" in said
    reconciler.apply().ended(3)
    assert sandbox.writes() == []
    repository.edit_campaign("still", "daily_budget: 50", "daily_budget: 50.00 SGD")
    reconciler.apply().ended(0)
