"""Audiences: made once, found again by their marker, named by key in a targeting; what is not ours is left alone."""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import TRAFFIC, Repository
from support.sandbox import LocalGraph, label_of

VISITORS = "audiences/acme-sg/visitors.yaml"
LIKE = "audiences/acme-sg/like.yaml"
A, B, SET = "acme-sg/audience:visitors", "acme-sg/audience:like", "acme-sg/t/broad"
WEBSITE = "name: Visitors\nwebsite: {days: 30, url_contains: /shop}\n"
LOOKALIKE = "name: Like them\nlookalike: {of: visitors, countries: [SG, MY], ratio: 2%}\n"
USING = ", custom_audiences: [like], excluded_custom_audiences: [visitors]"
BOTH = "BOTH_USER_AND_PARTNER_PROVIDED"
BY_ID = "name: Like them\nlookalike: {of: '%s', countries: [SG], ratio: 1%%}\n"


@pytest.fixture
def using(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A website audience, a lookalike of it, and an ad set that names both."""
    repository.write(VISITORS, WEBSITE)
    repository.write(LIKE, LOOKALIKE)
    repository.campaign("t", TRAFFIC.replace("age_min: 21", f"age_min: 21{USING}"))
    return reconciler


def audiences(sandbox: LocalGraph) -> dict[str, dict[str, Any]]:
    """Those that are not deleted, by address or name."""
    known = {label_of(address): address for address in (A, B)}
    found = [node for node in sandbox.nodes("audience") if not node["hidden"].get("deleted")]
    marks = {node["id"]: str(node["data"].get("description", "")).rpartition(" ")[2] for node in found}
    return {known.get(marks[node["id"]], node["data"]["name"]): node for node in found}


def targeted(sandbox: LocalGraph) -> list[list[str]]:
    """Ids that are included, and that are excluded."""
    spec = sandbox.live(SET)["data"]["targeting"]
    return [[one["id"] for one in spec.get(f"{kept}custom_audiences", [])] for kept in ("", "excluded_")]


def days(node: dict[str, Any]) -> int:
    rule = json.loads(node["data"]["rule"])
    return int(rule["inclusions"]["rules"][0]["retention_seconds"]) // 86400


def made_by_hand(sandbox: LocalGraph, name: str) -> str:
    return sandbox.person_makes("customaudiences", name=name, subtype="CUSTOM", customer_file_source=BOTH)


def edited(sandbox: LocalGraph, address: str, **data: Any) -> None:
    sandbox.control("edit", {"id": audiences(sandbox)[address]["id"], "actor": "Mei", "params": data})


def test_what_is_referred_to_is_made_first_and_the_second_plan_is_empty(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    made = audiences(sandbox)
    assert set(made) == {A, B}
    assert targeted(sandbox) == [[made[B]["id"]], [made[A]["id"]]]
    assert made[B]["data"]["lookalike_spec"]["origin"][0]["id"] == made[A]["id"]
    edges = [write["path"].rpartition("/")[2] for write in sandbox.writes()]
    assert edges.index("customaudiences") < edges.index("adsets")
    using.converged()


def test_without_state_everything_is_found_again_and_nothing_is_made(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    before = audiences(sandbox)
    using.repository.forget_state()
    assert {action for action, _ in using.plan().actions} == {"adopt"}
    using.apply().ended(0)
    assert audiences(sandbox) == before
    using.converged()


def test_an_audience_that_is_not_ours_is_left_alone_whatever_its_name(using: Reconciler, sandbox: LocalGraph) -> None:
    theirs = made_by_hand(sandbox, "Visitors")
    using.apply().ended(0)
    using.repository.edit(VISITORS, "Visitors", "Our visitors")
    using.apply().ended(0)
    assert not [write for write in sandbox.writes() if write["path"].strip("/") == theirs]


def test_drift_is_told_with_the_name_kept_and_undone_on_demand(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    edited(sandbox, A, name="By hand")
    told = using("plan")
    assert f'Drift: {A} name "Visitors" → "By hand", by Mei' in told.out
    using.apply().ended(0)
    assert audiences(sandbox)[A]["data"]["name"] == "By hand"
    using.repository.edit(VISITORS, "name: Visitors", "name: Other")
    assert f"Refused (conflict): {A}" in using.apply().ended(3).said
    using.apply("--revert-drift").ended(0)
    assert audiences(sandbox)[A]["data"]["name"] == "Other"
    using.converged()


def test_a_changed_rule_is_sent_to_the_audience_and_the_marker_stays(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit(VISITORS, "days: 30", "days: 60")
    using.repository.edit(VISITORS, "name: Visitors", "name: Visitors\ndescription: Of the shop")
    using.apply().ended(0)
    assert (
        json.loads(audiences(sandbox)[A]["data"]["rule"])["inclusions"]["rules"][0]["retention_seconds"] == 60 * 86400
    )
    assert audiences(sandbox)[A]["data"]["description"] == f"Of the shop {label_of(A)}"
    using.converged()


def test_what_an_audience_is_made_of_cannot_be_changed(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit(LIKE, "ratio: 2%", "ratio: 3%")
    refused = using.apply().ended(3).said
    assert f"Refused (immutable): {B}: lookalike_spec cannot be changed in place" in refused
    assert audiences(sandbox)[B]["data"]["lookalike_spec"]["ratio"] == 0.02


def test_what_is_no_longer_declared_is_let_go_and_bears_no_marker(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit_campaign("t", USING, "")
    (using.repository.root / "desired" / LIKE).unlink()
    assert ("forget", B) in using.plan().actions
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A, "Like them"}
    assert not (using.repository.root / "state/acme-sg/audience.like.json").exists()
    using.converged()


def test_with_delete_it_is_deleted_once_nothing_refers_to_it(using: Reconciler, sandbox: LocalGraph) -> None:
    using.repository.edit(LIKE, "name:", "lifecycle: {on_remove: delete}\nname:")
    using.apply().ended(0)
    using.repository.edit_campaign("t", USING, "")
    (using.repository.root / "desired" / LIKE).unlink()
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A}
    assert targeted(sandbox) == [[], []]
    using.converged()


def test_what_something_refers_to_cannot_be_removed(using: Reconciler) -> None:
    using.apply().ended(0)
    (using.repository.root / "desired" / VISITORS).unlink()
    refused = using("plan").ended(1).said
    assert "no audience 'visitors' is declared" in refused


@pytest.mark.parametrize("effect", ["reset", "timeout", "garbage", "drop"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_without_an_answer_is_never_made_twice(
    effect: str, when: str, using: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault(effect, "/customaudiences$", method="POST", nth=1, when=when)
    using.apply()
    sandbox.no_faults()
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A, B}
    assert len(audiences(sandbox)) == len([n for n in sandbox.nodes("audience") if not n["hidden"].get("deleted")])
    using.converged()


def test_what_refers_to_an_audience_that_could_not_be_made_waits(using: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/customaudiences$", method="POST", times=0, code=100, subcode=1713098)
    failed = using.apply().ended(6).said
    assert re.search(f"{SET}: create failed: not tried: acme-sg/audience:[a-z]+ failed, and it refers to it", failed)
    assert not sandbox.labelled(SET)
    sandbox.no_faults()
    using.apply().ended(0)
    using.converged()


def test_the_id_of_an_audience_that_is_not_declared_may_be_named(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    theirs = made_by_hand(sandbox, "Buyers")
    repository.write(LIKE, BY_ID % theirs)
    reconciler.apply().ended(0)
    assert audiences(sandbox)[B]["data"]["lookalike_spec"]["origin"][0]["id"] == theirs
    reconciler.converged()


def test_one_that_bears_our_marker_no_more_is_not_written_to(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    edited(sandbox, A, description="Taken over by hand")
    using.repository.edit(VISITORS, "days: 30", "days: 60")
    assert f"Refused (ownership): {A}" in using.apply().ended(3).said
    assert days(audiences(sandbox)["Visitors"]) == 30


def test_a_repository_without_audiences_asks_for_none(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    assert not [call for call in sandbox.calls() if "customaudiences" in call["path"]]


def test_a_lost_folder_of_audiences_is_told_before_anything_is_sent(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    before = len(sandbox.calls("POST"))
    shutil.rmtree(using.repository.root / "desired" / "audiences")
    using.apply().ended(1)
    assert len(sandbox.calls("POST")) == before


def test_forget_says_how_an_audience_loses_its_marker(using: Reconciler) -> None:
    using.apply().ended(0)
    told = using("forget", A).ended(64).said
    assert "remove its file and apply; it stays at Meta" in told
    using.converged()


def test_pause_says_that_an_audience_is_never_on(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    writes = len(sandbox.writes())
    told = using("pause", A).ended(64).said
    assert "acme-sg/audience:visitors is never on, so it cannot be paused; pause what uses it" in told
    assert len(sandbox.writes()) == writes


def test_a_renamed_audience_can_be_removed(using: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    """Its marker is that of the former key, which was written in the file that is gone."""
    repository.write("campaigns/acme-sg/t.yaml", TRAFFIC)
    repository.write(LIKE, BY_ID % made_by_hand(sandbox, "Theirs"))
    using.apply().ended(0)
    (repository.root / "desired" / VISITORS).unlink()
    repository.write("audiences/acme-sg/guests.yaml", WEBSITE + "previously: [visitors]\n")
    using.apply().ended(0)
    using.converged()
    (repository.root / "desired" / "audiences/acme-sg/guests.yaml").unlink()
    using.apply().ended(0)
    assert "reconciler:" not in str(audiences(sandbox)["Visitors"]["data"].get("description"))
    using.converged()


def test_an_audience_that_was_renamed_and_renamed_back_is_not_taken_from_its_new_file(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """The record of the key between has its id, and what it bears is the marker of the file that is there again."""
    guests, deletes = "audiences/acme-sg/guests.yaml", "lifecycle: {on_remove: delete}\n"
    repository.campaign("t", TRAFFIC)
    repository.write(VISITORS, WEBSITE)
    reconciler.apply().ended(0)
    (made,) = audiences(sandbox).values()
    (repository.root / "desired" / VISITORS).unlink()
    repository.write(guests, WEBSITE + "previously: [visitors]\n" + deletes)
    reconciler.apply().ended(0)
    (repository.root / "desired" / guests).unlink()
    repository.write(VISITORS, WEBSITE)
    reconciler.apply().ended(0)
    assert [node["id"] for node in audiences(sandbox).values()] == [made["id"]]
    assert label_of(A) in audiences(sandbox)[A]["data"]["description"]
    reconciler.converged()
