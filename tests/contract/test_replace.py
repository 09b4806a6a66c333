"""A field that Meta cannot change: the change is refused with the reason, or a new object replaces the old one."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import TRAFFIC, Repository
from support.sandbox import BLOCK, LEVELS, LocalGraph

ADDRESSES = ("acme-sg/t", "acme-sg/t/broad", "acme-sg/t/broad/still")


@pytest.fixture
def replacing(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Applied; the objective has changed since, and a new object may take its place."""
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    repository.edit_campaign("t", "OUTCOME_TRAFFIC", "OUTCOME_LEADS\nlifecycle: {replace: true}")
    return reconciler


def replaced_whole(sandbox: LocalGraph) -> None:
    """Asserts that each address has one live object, in the live object above it, and that the old ones are archived or
    in an archived campaign."""
    nodes = {n["id"]: n for n in sandbox.nodes() if n["kind"] in LEVELS}
    campaign, ad_set, ad = (
        [n for n in sandbox.labelled(address) if n["data"]["status"] != "ARCHIVED"] for address in ADDRESSES
    )
    assert len(campaign) == 1
    current = [n for n in ad_set if n["data"]["campaign_id"] == campaign[0]["id"]]
    assert len(current) == 1
    assert len([n for n in ad if n["data"]["adset_id"] == current[0]["id"]]) == 1
    for node in (*ad_set, *ad):
        if node["data"]["campaign_id"] != campaign[0]["id"]:
            assert nodes[node["data"]["campaign_id"]]["data"]["status"] == "ARCHIVED"


def test_a_replaced_campaign_takes_its_ad_sets_and_ads_along(replacing: Reconciler, sandbox: LocalGraph) -> None:
    replacing.apply().ended(0)
    replaced_whole(sandbox)
    replacing.converged()
    replacing.repository.forget_state()
    replacing.apply().ended(0)
    replaced_whole(sandbox)
    replacing.converged()


@pytest.mark.share(3)
@pytest.mark.parametrize("done", range(7))
@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_a_replacement_that_stops_after_any_write_is_finished_by_the_next_run(
    done: int, memory: str, replacing: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", ".", method="POST", nth=done + 1, times=0, code=17, http=400)
    replacing.apply()
    sandbox.no_faults()
    sandbox.pass_time(BLOCK)
    if memory == "lost":
        replacing.repository.forget_state()
    # Without state/, a new value of what is not replaced yet would count as drift, so a person says which value is
    # right.
    replacing.apply(*(["--revert-drift"] if memory == "lost" else [])).ended(0)
    replaced_whole(sandbox)
    replacing.converged()


def test_an_ad_set_that_has_run_is_locked(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("t", TRAFFIC.replace("name: Always on", "status: ACTIVE\nname: Always on"))
    reconciler.apply().ended(0)
    repository.edit_campaign("t", "LINK_CLICKS", "LANDING_PAGE_VIEWS")
    refused = reconciler.apply().ended(3)
    assert "Refused (immutable): acme-sg/t/broad: optimization_goal cannot be changed once" in refused.out
    repository.edit_campaign("t", "    name: Broad", "    lifecycle: {replace: true}\n    name: Broad")
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    reconciler.converged()


def test_a_budget_cannot_move_between_levels_in_place(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    text = TRAFFIC.replace("    daily_budget: 20.00 SGD\n", "").replace("ad_sets:", "daily_budget: 20.00 SGD\nad_sets:")
    repository.campaign("t", text)
    writes = len(sandbox.writes())
    assert "Refused (immutable): acme-sg/t:" in reconciler.apply().ended(3).out
    assert len(sandbox.writes()) == writes
