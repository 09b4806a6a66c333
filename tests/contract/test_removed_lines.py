"""A line that was applied and is taken out of the file: taken away at Meta, or told by name as long as it is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

BROAD, STILL_AD = "acme-sg/t/broad", "acme-sg/still/main/main"
SHARED = TRAFFIC.replace("    daily_budget: 20.00 SGD\n", "").replace("ad_sets:", "daily_budget: 50.00 SGD\nad_sets:")
BY_DAY = SHARED
WHOLE = SHARED.replace(
    "daily_budget: 50.00 SGD",
    "lifetime_budget: 900.00 SGD\nactivate_at: 2026-12-02 09:00\ndeactivate_at: 2026-12-20 09:00",
)
HOURS = [{"start_minute": 540, "end_minute": 1080, "days": [1, 2, 3, 4, 5], "timezone_type": "ADVERTISER"}]


def with_line(text: str, line: str) -> str:
    return text.replace("  broad:\n", f"  broad:\n    {line}\n")


def shown(sandbox: LocalGraph, field: str) -> Any:
    return sandbox.read(sandbox.id(BROAD), field).get(field)


def one_line(text: str) -> str:
    return " ".join(text.split())


TAKEN_AWAY = (
    (BY_DAY, "daily_spend_cap: 30.00 SGD", "daily_spend_cap 30.00 SGD → (none)", {}),
    (BY_DAY, "daily_min_spend_target: 10.00 SGD", "daily_min_spend_target 10.00 SGD → (none)", {}),
    (WHOLE, "lifetime_spend_cap: 300.00 SGD", "lifetime_spend_cap 300.00 SGD → (none)", {}),
    (WHOLE, "lifetime_min_spend_target: 100.00 SGD", "lifetime_min_spend_target 100.00 SGD → (none)", {}),
    (
        WHOLE,
        f"raw: {{pacing_type: [day_parting], adset_schedule: {json.dumps(HOURS)}}}",
        "adset_schedule",
        {"pacing_type": ["standard"]},
    ),
)


@pytest.mark.parametrize(
    ("text", "line", "step", "then"), TAKEN_AWAY, ids=[line.partition(":")[0] for _, line, *_ in TAKEN_AWAY]
)
def test_what_meta_can_take_away_goes_with_its_line(
    text: str,
    line: str,
    step: str,
    then: dict[str, Any],
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
) -> None:
    name = step.partition(" ")[0]
    repository.campaign("t", with_line(text, line))
    reconciler.apply().ended(0)
    assert shown(sandbox, name)
    reconciler.converged()
    repository.campaign("t", text)
    assert step in one_line(reconciler("plan").ended(0).out)
    reconciler.apply().ended(0)
    for field, value in {name: None, **then}.items():
        assert (shown(sandbox, field) or None) == (value or None)
    reconciler.converged()


def test_a_cap_that_a_person_has_changed_is_not_taken_away_with_its_line(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", with_line(BY_DAY, "daily_spend_cap: 30.00 SGD"))
    reconciler.apply().ended(0)
    sandbox.person_edits(BROAD, daily_spend_cap=4000)
    repository.campaign("t", BY_DAY)
    refused = reconciler.apply().ended(3).out
    assert "daily_spend_cap was changed on both sides" in refused and "40.00 SGD is live" in refused
    assert str(shown(sandbox, "daily_spend_cap")) == "4000"


def test_an_end_that_has_passed_is_not_taken_away(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", WHOLE)
    reconciler.apply().ended(0)
    end = sandbox.value(BROAD, "end_time")
    sandbox.at("2026-12-21T09:00:00+08:00")
    assert "end_time" not in reconciler.apply().ended(0).out
    assert sandbox.value(BROAD, "end_time") == end


def ad_with(*lines: str) -> str:
    return STILL + "".join(f"  {line}\n" for line in lines)


def test_a_text_of_an_ad_goes_with_its_line_in_a_new_creative(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ad_with("url_tags: utm_source=meta"))
    reconciler.apply().ended(0)
    assert len(sandbox.creates("creative")) == 1
    repository.campaign("still", ad_with())
    assert 'url_tags "utm_source=meta" → (none)' in one_line(reconciler("plan").ended(0).out)
    reconciler.apply().ended(0)
    assert "url_tags" not in sandbox.creates("creative")[-1]["params"]
    assert len(sandbox.creates("creative")) == 2
    reconciler.converged()


LAST_CLICK = "attribution_spec: [{event_type: CLICK_THROUGH, window_days: 1}]"
STAYS = (
    ("bid_amount: 5.00 SGD\n    bid_strategy: COST_CAP", "bid_amount is still 5.00 SGD"),
    (LAST_CLICK, "attribution_spec is still"),
    ("raw: {frequency_control_specs: [{event: IMPRESSIONS, interval_days: 7, max_frequency: 3}]}",
     "frequency_control_specs is still"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "told"), STAYS, ids=[told for _, told in STAYS])
def test_what_meta_cannot_take_away_is_told_by_name_as_long_as_it_is_there(
    line: str, told: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", with_line(TRAFFIC, line))
    reconciler.apply().ended(0)
    reconciler.converged()
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    for _ in range(2):
        reconciler("sync").ended(0)
        for command in ("plan", "drift"):
            said = one_line(reconciler(command).ended(0).out)
            assert f"{BROAD}: {told}" in said and "no longer declared, and not taken away" in said
            assert "matches desired/." not in said
    name = told.partition(" ")[0]
    repository.campaign("t", with_line(TRAFFIC, f"lifecycle: {{ignore: [{name}]}}"))
    reconciler("plan").ended(0)
    assert "no longer declared" not in reconciler("plan").ended(0).out
    reconciler.converged()


def test_what_a_person_has_taken_out_after_its_line_is_told_no_more(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    spec = [{"event": "IMPRESSIONS", "interval_days": 7, "max_frequency": 3}]
    repository.campaign("t", with_line(TRAFFIC, f"raw: {{frequency_control_specs: {json.dumps(spec)}}}"))
    reconciler.apply().ended(0)
    repository.campaign("t", TRAFFIC)
    assert "frequency_control_specs is still" in reconciler("plan").ended(0).out
    sandbox.meta_changes(BROAD, frequency_control_specs=None)
    assert "frequency_control_specs" not in reconciler("plan").ended(0).out
    reconciler.converged()


# ---- a budget that moves


def test_a_budget_that_moves_to_the_ad_sets_is_refused_once_and_goes_on_once_a_person_has_switched_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", SHARED)
    reconciler.apply().ended(0)
    repository.campaign("t", TRAFFIC)
    refused = reconciler.apply().ended(3).out
    assert refused.count("Refused (immutable)") == 1
    assert "moves from daily_budget to its ad sets, which nothing here switches" in refused
    assert "switch it in Ads Manager" in refused and "lifecycle: {replace: true}" in refused
    budgets = [{"adset_id": sandbox.id(BROAD), "daily_budget": 2000}]
    sandbox.person_posts("acme-sg/t", adset_budgets=budgets)
    reconciler.apply().ended(0)
    reconciler.converged()


def test_a_budget_that_a_person_has_made_another_is_told_with_what_it_is_now(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", WHOLE.replace("lifetime_budget: 900.00", "daily_budget: 50.00"))
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/t", daily_budget=0, lifetime_budget=90000)
    told = one_line(reconciler("drift").ended(2).out)
    assert "daily_budget 50.00 SGD → (none)" in told
    assert "acme-sg/t: in place of daily_budget, lifetime_budget: 900.00 SGD is live" in told
    pulled = one_line(reconciler("pull").ended(0).out)
    assert "lifetime_budget 900.00 SGD" in pulled
    reconciler.converged()


# ---- a bid that comes, and goes, with its campaign's strategy


def test_a_campaign_takes_the_bids_of_its_ad_sets_along_to_a_strategy_with_a_cap(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", SHARED)
    reconciler.apply().ended(0)
    capped = with_line(SHARED, "bid_amount: 2.00 SGD").replace("ad_sets:", "bid_strategy: COST_CAP\nad_sets:")
    repository.campaign("t", capped)
    assert "bid_strategy LOWEST_COST_WITHOUT_CAP → COST_CAP # resets learning" in one_line(reconciler("plan").out)
    before = len(sandbox.writes())
    reconciler.apply().ended(0)
    (switch,) = [one["params"] for one in sandbox.writes(before) if "bid_strategy" in one["params"]]
    assert switch["adset_bid_amounts"] == {sandbox.id(BROAD): 200}
    assert str(shown(sandbox, "bid_amount")) == "200"
    reconciler.converged()
