"""Another creative that somebody has put on an ad of ours stays theirs, whichever command looks at it first."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

AD = "acme-sg/still/main/main"
LOOKS = ("drift", "sync", "apply --auto-approve", "activate", "state rebuild", "plan", "show", "doctor")


@pytest.fixture
def edited(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """An ad with the text of another campaign's."""
    repository.campaign("still", STILL)
    repository.campaign("other", STILL.replace("primary_text: Shop.", "primary_text: Mei's words."))
    reconciler.apply().ended(0)
    others = sandbox.live("acme-sg/other/main/main")["data"]["creative"]
    sandbox.person_edits(AD, creative={"creative_id": others})
    return reconciler


def told(reconciler: Reconciler) -> list[tuple[str, str]]:
    return [(each["field"], each["live"]) for each in reconciler.plan().json["drift"]]


@pytest.mark.parametrize("look", LOOKS)
def test_a_persons_text_stays_drift_after_any_command(look: str, edited: Reconciler) -> None:
    edited(look)
    assert told(edited) == [("primary_text", "Mei's words.")]
    edited(look)
    assert told(edited) == [("primary_text", "Mei's words.")]


@pytest.mark.parametrize("look", ["drift", "sync", "apply --auto-approve"])
def test_a_later_change_beside_it_is_a_conflict_and_not_an_overwrite(
    look: str, edited: Reconciler, sandbox: LocalGraph
) -> None:
    edited(look)
    edited.repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    edited.apply()
    assert told(edited) == [("primary_text", "Mei's words.")]
    assert any(each["policy"] == "conflict" for each in edited.plan().json["refusals"])
    assert sandbox.live(AD)["data"]["creative"] == sandbox.live("acme-sg/other/main/main")["data"]["creative"]


def test_what_the_yaml_has_taken_over_is_nobodys_drift_any_more(edited: Reconciler) -> None:
    edited("drift")
    edited("pull").ended(0)
    edited("sync").ended(0)
    edited.converged()
