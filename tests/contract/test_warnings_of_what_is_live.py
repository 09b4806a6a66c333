"""A plan tells warnings one by one where it makes or changes what they are about, and counts the rest."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.existing import World, settled
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

FOLDED = "about names and ads that this plan leaves as they are: reconciler validate tells them"


@pytest.fixture
def imported(sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Three live ads with a text that reads as if it were yet to be filled in."""
    world = World(sandbox)
    ad_set = world.ad_set(world.campaign(name="TBC"))
    for number in range(3):
        creative = world.creative(object_story_spec=world.story(message=f"Save {{product}} {number}"))
        world.ad(ad_set, f"Ad {number}", creative_id=creative)
    settled(reconciler)
    return reconciler


def warned(reconciler: Reconciler, command: str = "plan") -> list[str]:
    return [line for line in reconciler(command).ended(0).err.splitlines() if line.startswith("Warning: ")]


def test_text_that_is_live_and_was_imported_is_told_of_in_one_line(imported: Reconciler) -> None:
    run = imported("plan").ended(0)
    assert "Warning: " not in run.err
    assert f"Note: 4 warnings {FOLDED}" in run.out
    assert imported("plan", "--json").ended(0).json["warnings"] == []
    assert len(warned(imported, "validate")) == 4


def test_text_that_somebody_edits_is_warned_of_again(imported: Reconciler, repository: Repository) -> None:
    repository.edit_campaign("tbc", "Save {product} 1", "Spare {product} 1")
    assert len(warned(imported)) == 1
    assert f"3 warnings {FOLDED}" in imported("plan").out


def test_a_new_ad_is_warned_of_until_it_is_made(reconciler: Reconciler, repository: Repository) -> None:
    repository.campaign("new", STILL.replace("Shop.", '"Save {product}"'))
    assert len(warned(reconciler)) == 1
    reconciler.apply().ended(0)
    assert warned(reconciler) == []


def test_what_is_held_back_or_could_not_be_planned_is_warned_of(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("new", STILL.replace("Shop.", '"Save {product}"'))
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: [10.00 SGD]}\n")
    assert "Warning: " in reconciler("plan").ended(3).err
    repository.write("project.yaml", "project: acme-agency\n")
    sandbox.fault("error", "/campaigns", times=0, code=190)
    assert "Warning: " in reconciler("plan").ended(1).err


def test_what_stands_outside_of_campaigns_is_told_in_every_plan(imported: Reconciler, repository: Repository) -> None:
    repository.edit("accounts/acme-sg.yaml", "name: Acme Singapore", "name: TBC")
    assert [line.split()[1] for line in warned(imported)] == ["desired/accounts/acme-sg.yaml:2:7:"]
