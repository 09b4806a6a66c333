"""`pull` of what belongs together: values that the file can say only beside one another are all written, in whatever
order they come; of one field that cannot be written whole nothing is, and that is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph

AD_SET = "acme-sg/traffic/broad"
FILE = "desired/campaigns/acme-sg/traffic.yaml"
TRAFFIC = """\
name: Traffic
objective: OUTCOME_TRAFFIC
ad_sets:
  broad:
    daily_budget: 20.00 SGD
    optimization_goal: LINK_CLICKS
    targeting:
      geo_locations: {countries: [SG]}
      %s
    ads:
      still:
        image: always-on/still.png
        primary_text: Coffee, always on.
        headline: Visit Acme
        destination_url: https://acme.example/
"""


def aims(**more: Any) -> dict[str, Any]:
    spec = {"geo_locations": {"countries": ["SG"]}, "targeting_automation": {"advantage_audience": 0}}
    return {"targeting": {**spec, **more}}


@dataclass(frozen=True)
class Case:
    targeting: str
    edit: dict[str, Any]
    written: tuple[str, ...]


SUGGESTED = "age_min: 21\n      age_max: 65\n      targeting_automation: {advantage_audience: 1}"
FACEBOOK = "publisher_platforms: [facebook]\n      facebook_positions: [feed]"
CASES = {
    "ages that Advantage+ audience forbids, once it is off": Case(
        SUGGESTED, aims(age_min=30, age_max=44), ("age_min: 30", "age_max: 44", "advantage_audience: 0")
    ),
    "Advantage+ audience, and the age that it demands": Case(
        "age_max: 40",
        aims(age_max=65, targeting_automation={"advantage_audience": 1}),
        ("age_max: 65", "advantage_audience: true"),
    ),
    "another platform with its positions": Case(
        FACEBOOK,
        aims(publisher_platforms=["instagram"], instagram_positions=["stream"]),
        ("publisher_platforms: [instagram]", "instagram_positions: [stream]"),
    ),
    "placements where there were none": Case(
        "age_min: 21",
        aims(
            age_min=21,
            publisher_platforms=["facebook", "instagram"],
            facebook_positions=["feed"],
            instagram_positions=["stream", "story"],
            device_platforms=["mobile"],
        ),
        ("publisher_platforms: [facebook, instagram]", "facebook_positions: [feed]", "device_platforms: [mobile]"),
    ),
    "a bid strategy and the bid that it needs": Case(
        "age_min: 21",
        {"bid_strategy": "COST_CAP", "bid_amount": 300},
        ("bid_strategy: COST_CAP", "bid_amount: 3.00 SGD"),
    ),
    "a budget for the whole run, in place of one a day, with its end": Case(
        "age_min: 21",
        {"daily_budget": 0, "lifetime_budget": 90000, "end_time": "2026-12-31T23:59:00+0800"},
        ("lifetime_budget: 900.00 SGD", "deactivate_at: 2026-12-31 23:59"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_belongs_together_is_written_together_and_the_plan_is_empty(
    case: Case, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("traffic", TRAFFIC % case.targeting)
    reconciler.apply().ended(0)
    sandbox.person_edits(AD_SET, **case.edit)
    assert "Not written" not in reconciler("pull").ended(0).said
    text = (repository.root / FILE).read_text("utf-8")
    assert [line for line in case.written if line not in text] == []
    reconciler.converged()


def test_of_a_field_that_cannot_be_written_whole_nothing_is_and_the_file_stays_valid_and_unchanged(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """The template's age is the other campaign's, too; the places alone would be a conflict."""
    repository.write("templates/base.yaml", "objective: OUTCOME_TRAFFIC\n")
    repository.write(
        "templates/aims.yaml", "ad_sets: {broad: {targeting: {age_min: 21, geo_locations: {countries: [SG]}}}}\n"
    )
    text = (TRAFFIC % "genders: [1]").replace("      geo_locations: {countries: [SG]}\n", "")
    repository.campaign("traffic", f"extends: aims\n{text}")
    repository.campaign("other", f"extends: aims\n{text}".replace("name: Traffic", "name: Other"))
    reconciler.apply().ended(0)
    before = (repository.root / FILE).read_text("utf-8")
    sandbox.person_edits(AD_SET, **aims(age_min=30, genders=[2], geo_locations={"countries": ["SG"]}))
    said = reconciler("pull").ended(1).out
    assert (repository.root / FILE).read_text("utf-8") == before
    assert "only a part of targeting could be written, which would be a conflict: see targeting.age_min" in said
    assert "conflict" not in reconciler("plan").ended(0).said
    reconciler("pull", "--shared").ended(0)
    assert "genders: [2]" in (repository.root / FILE).read_text("utf-8")


def test_a_campaign_s_bid_strategy_is_written_with_the_bids_of_its_ad_sets(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text = (TRAFFIC % "age_min: 21").replace("    daily_budget: 20.00 SGD\n", "")
    repository.campaign("traffic", text.replace("ad_sets:", "daily_budget: 50.00 SGD\nad_sets:"))
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/traffic", bid_strategy="COST_CAP")
    sandbox.person_edits(AD_SET, bid_amount=300)
    reconciler("pull").ended(0)
    written = (repository.root / FILE).read_text("utf-8")
    assert "\nbid_strategy: COST_CAP\n" in written
    assert "    bid_amount: 3.00 SGD\n" in written
    reconciler.converged()


def test_an_event_of_its_own_is_written_with_its_name(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    promoted = {"pixel_id": "5647382910", "custom_event_type": "PURCHASE"}
    said = 'promoted_object: {pixel_id: "5647382910", custom_event_type: PURCHASE}\n    targeting:'
    text = (TRAFFIC % "age_min: 21").replace("targeting:", said).replace("LINK_CLICKS", "OFFSITE_CONVERSIONS")
    repository.campaign("traffic", text.replace("OUTCOME_TRAFFIC", "OUTCOME_SALES"))
    reconciler.apply().ended(0)
    own = {**promoted, "custom_event_type": "OTHER", "custom_event_str": "Booked"}
    sandbox.person_edits(AD_SET, promoted_object=own)
    reconciler("pull").ended(0)
    written = (repository.root / FILE).read_text("utf-8")
    assert "custom_event_type: OTHER" in written
    assert "custom_event_str: Booked" in written
    reconciler.converged()
