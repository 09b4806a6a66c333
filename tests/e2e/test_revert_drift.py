"""`lifecycle: {revert_drift: …}`: what somebody set in Ads Manager is overwritten once, and never what came later."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

ROOT, BROAD = "acme-sg/still", "acme-sg/traffic/broad"
REVERT = "lifecycle: {revert_drift: {daily_budget: 80.00 SGD}}\n"


def text_of(repository: Repository, key: str) -> str:
    return (repository.root / f"desired/campaigns/acme-sg/{key}.yaml").read_text("utf-8")


@pytest.fixture
def drifted(reconciler: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """A campaign of 50.00 SGD, which Mei has set to 80.00 SGD."""
    reconciler.repository.campaign("still", STILL)
    reconciler("apply", "--auto-approve").ended(0)
    sandbox.person_edits(ROOT, daily_budget=8000)
    return reconciler


def budget(sandbox: LocalGraph) -> int:
    return int(sandbox.live(ROOT)["data"]["daily_budget"])


def test_the_command_writes_one_line_and_the_plan_says_whose_choice_is_reverted(
    drifted: Reconciler, sandbox: LocalGraph
) -> None:
    drifted("revert-drift", ROOT).ended(0)
    assert text_of(drifted.repository, "still").replace(REVERT, "") == STILL
    plan = drifted("plan").ended(0).out
    assert "80.00 SGD → 50.00 SGD" in plan
    assert "reverts what Mei set in Ads Manager, 80.00 SGD" in plan
    drifted("apply", "--auto-approve").ended(0)
    assert budget(sandbox) == 5000


def test_what_was_done_acts_no_more_and_says_that_it_can_be_removed(drifted: Reconciler, sandbox: LocalGraph) -> None:
    drifted("revert-drift", ROOT).ended(0)
    drifted("apply", "--auto-approve").ended(0)
    line = "desired/campaigns/acme-sg/still.yaml:8"
    note = f"acme-sg/still: lifecycle.revert_drift has no effect any more, since it has been done: remove it ({line})"
    assert note in drifted("plan").ended(0).out
    assert f"Warning: {line}" in drifted("validate").ended(0).err

    sandbox.pass_time(3600)
    sandbox.person_edits(ROOT, daily_budget=8000)
    drifted("apply", "--auto-approve").ended(0)
    assert budget(sandbox) == 8000


def test_what_somebody_sets_later_is_never_overwritten(drifted: Reconciler, sandbox: LocalGraph) -> None:
    drifted("revert-drift", ROOT).ended(0)
    sandbox.person_edits(ROOT, daily_budget=9000, actor="Jun")
    assert "90.00 SGD, by Jun" in drifted("plan").ended(0).out
    drifted("apply", "--auto-approve").ended(0)
    assert budget(sandbox) == 9000


def test_a_conflict_is_resolved_by_it(drifted: Reconciler, sandbox: LocalGraph) -> None:
    drifted.repository.edit_campaign("still", "50.00", "60.00")
    drifted("plan").ended(3)
    drifted("revert-drift", ROOT).ended(0)
    drifted("apply", "--auto-approve").ended(0)
    assert budget(sandbox) == 6000


def test_drift_is_told_and_kept_by_commands_that_only_look(drifted: Reconciler, sandbox: LocalGraph) -> None:
    drifted("revert-drift", ROOT).ended(0)
    assert "50.00 SGD → 80.00 SGD" in drifted("drift").ended(2).out
    assert budget(sandbox) == 8000


def test_a_dry_run_writes_nothing(drifted: Reconciler) -> None:
    assert f"+{REVERT}" in drifted("revert-drift", ROOT, "--dry-run").ended(0).out
    assert text_of(drifted.repository, "still") == STILL


def targeting(**more: Any) -> dict[str, Any]:
    spec = {"geo_locations": {"countries": ["SG"]}, "age_min": 21, "targeting_automation": {"advantage_audience": 0}}
    return {"targeting": {**spec, **more}}


EDITS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a place more": (
        BROAD,
        targeting(geo_locations={"countries": ["SG", "MY"]}),
        "{targeting: {geo_locations: {countries: [SG, MY]}}}",
    ),
    "a key more": (BROAD, targeting(age_max=44), "{targeting: {age_max: 44}}"),
    "a name": (BROAD, {"name": "Wide"}, "{name: Wide}"),
    "a budget": (BROAD, {"daily_budget": 3000}, "{daily_budget: 30.00 SGD}"),
    "a pause": ("acme-sg/traffic/broad/still", {"status": "PAUSED"}, "{status: PAUSED}"),
}


@pytest.mark.parametrize(("address", "params", "said"), [pytest.param(*row, id=name) for name, row in EDITS.items()])
def test_whatever_field_it_is_one_apply_brings_back_what_is_declared(
    reconciler: Reconciler, sandbox: LocalGraph, address: str, params: dict[str, Any], said: str
) -> None:
    reconciler.repository.campaign("traffic", TRAFFIC.replace("name: Always on\n", "name: Always on\nstatus: ACTIVE\n"))
    reconciler("apply", "--auto-approve").ended(0)
    sandbox.person_edits(address, **params)
    reconciler("revert-drift", address).ended(0)
    assert f"lifecycle: {{revert_drift: {said}}}" in text_of(reconciler.repository, "traffic")
    reconciler("apply", "--auto-approve").ended(0)
    plan = reconciler("plan", "--json").ended(0).json
    assert not plan["drift"]
    assert not plan["resource_changes"]


def test_only_what_it_names_is_overwritten_of_a_field_that_is_sent_whole(
    reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    reconciler.repository.campaign("traffic", TRAFFIC)
    reconciler("apply", "--auto-approve").ended(0)
    sandbox.person_edits(BROAD, **targeting(age_max=44))
    reconciler("revert-drift", BROAD).ended(0)
    sandbox.person_edits(BROAD, **targeting(age_max=44, genders=[1]), actor="Jun")
    reconciler("apply", "--auto-approve").ended(0)
    assert sandbox.live(BROAD)["data"]["targeting"]["genders"] == [1]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{daily_budgt: 80.00 SGD}", "daily_budgt is no field of this level"),
        ("{daily_budget: 80.00 USD}", "USD"),
        ("{status: OFF}", "'OFF' is no status"),
    ],
)
def test_what_it_cannot_mean_is_refused_at_its_line(reconciler: Reconciler, written: str, said: str) -> None:
    reconciler.repository.campaign("still", f"{STILL}lifecycle:\n  revert_drift: {written}\n")
    run = reconciler("validate").ended(1)
    assert "still.yaml:9:" in run.err
    assert said in run.err


def test_what_a_policy_leaves_of_a_change_still_says_whose_choice_is_reverted(
    drifted: Reconciler, sandbox: LocalGraph
) -> None:
    """The budget goes down to what is declared; the name of a campaign that is above its limit waits."""
    sandbox.pass_time(60)
    sandbox.person_edits(ROOT, name="Mei's own")
    drifted("revert-drift", ROOT).ended(0)
    drifted.repository.edit("project.yaml", "project:", "policies: {max_daily_budget: [40.00 SGD]}\nproject:")
    plan = drifted("plan").ended(3).out
    assert "Held back (max_daily_budget): acme-sg/still: 1 to change" in plan
    assert "80.00 SGD → 50.00 SGD" in plan
    assert "reverts what Mei set in Ads Manager, 80.00 SGD" in plan
    assert 'reverts what Mei set in Ads Manager, "Mei\'s own"' not in plan
