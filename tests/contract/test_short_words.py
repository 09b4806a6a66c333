"""Short words of a file are sent to Meta in their long form, and a plan says where they contradict something."""

from __future__ import annotations

import re

from support.command import Reconciler, Run
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

AD_SET = "acme-sg/still/main"
MALAYSIA = (
    "targeting: {geo_locations: {countries: [MY]}, targeting_automation: {advantage_audience: 1}, genders: [1]}\n"
)


def test_the_files_short_words_are_live_in_place_of_a_templates_long_forms(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.write("templates/malaysia.yaml", MALAYSIA)
    repository.campaign("still", f"{STILL}extends: malaysia\ncountries: [SG]\nadvantage_audience: false\n")
    reconciler.apply().ended(0)
    targeting = sandbox.value(AD_SET, "targeting")
    assert targeting["geo_locations"]["countries"] == ["SG"]
    assert targeting["targeting_automation"]["advantage_audience"] == 0
    assert targeting["genders"] == [1]
    assert not reconciler.plan().json["resource_changes"]


def test_a_plan_and_validate_say_what_they_warn_of(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", f"{STILL}raw: {{quux_setting: 1}}\n")
    for command in ("validate", "plan"):
        run = reconciler(command).ended(0)
        assert (
            "Warning: desired/campaigns/acme-sg/still.yaml:8:21: Meta's SDK knows no parameter quux_setting" in run.err
        )


def test_times_of_the_command_line_are_read_as_those_of_the_files(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    assert "write 2026-12-01 09:00 +08" in reconciler("plan", "--at", "2026-12-01 09:00 SGT").ended(64).err
    reconciler.environment["RECONCILER_NOW"] = "2026-12-01T09:00:00 GMT+8"
    assert "write 2026-12-01T09:00:00 +08" in reconciler("plan").ended(64).err


IDLE_DEFAULTS = """\
defaults:
  campaign: {conversion_event: LEAD, url_tags: utm_source=meta}
  ad_set:
    targeting: {geo_locations: {countries: [MY]}, age_min: 20}
    optimization_goal: VALUE
    billing_event: IMPRESSIONS
"""
BEATEN = {"conversion_event": 3, "targeting.geo_locations.countries": 5, "optimization_goal": 6}


def idle(run: Run) -> dict[str, int]:
    """What is said to take effect nowhere, by the line of the project's file."""
    found = re.findall(r"Warning: desired/project\.yaml:(\d+):\d+: (\S+) takes effect nowhere", run.err)
    return {name: int(line) for line, name in found}


def test_defaults_that_the_preset_of_every_campaign_beats_are_told_and_others_are_not(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("project.yaml", f"project: acme\n{IDLE_DEFAULTS}")
    repository.campaign("still", STILL)
    for command in ("validate", "plan"):
        assert idle(reconciler(command).ended(0)) == BEATEN
    # One campaign without the preset takes them all.
    repository.campaign("other", STILL.replace("name: ", "name: Other ") + "objective: OUTCOME_SALES\n")
    assert idle(reconciler("validate").ended(0)) == {}


def test_defaults_are_not_told_to_take_no_effect_while_a_file_has_a_mistake(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("project.yaml", f"project: acme\n{IDLE_DEFAULTS}")
    repository.campaign("still", STILL)
    repository.campaign("other", "preset: none\nextends: nowhere\n")
    assert idle(reconciler("validate").ended(1)) == {}
