"""What the activity log tells of an object that no listing shows: that it was made, and that somebody deleted it."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import EDGES, IDENTITY, INSTAGRAM, PAGE, PIXEL, LocalGraph

A = "acme-sg/still"
ADDRESS_OF = {"campaign": A, "ad_set": f"{A}/main", "ad": f"{A}/main/main"}
KINDS = list(ADDRESS_OF)
STARTS = STILL + "activate_at: 2026-11-21 18:00\n"
AFTER_THE_START = "2026-11-21T18:01:00+08:00"
HIDDEN = {"list_lag_seconds": 3000, "label_lag_seconds": 3000}
DENIED: dict[str, Any] = {"code": 100, "subcode": 33, "type": "GraphMethodException"}


OF_PEOPLE = "|".join((PAGE, PIXEL, INSTAGRAM, IDENTITY))
ANY_ID = rf"/(?!({OF_PEOPLE})$)\d+$"
"""The paths of all that may be made."""


def statuses(sandbox: LocalGraph, kind: str) -> list[str]:
    return [str(made["data"]["status"]) for made in sandbox.labelled(ADDRESS_OF[kind])]


def deny(sandbox: LocalGraph, object_id: str) -> None:
    sandbox.fault("error", f"/{object_id}$", method="GET", times=0, **DENIED)


# ---- what somebody deleted, and Meta does not know any more


@pytest.fixture
def made(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STARTS)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def deleted(kind: str, repository: Repository, sandbox: LocalGraph, actor: str = "Mei") -> None:
    """Somebody has deleted it, Meta denies its id, and `state/` is lost."""
    object_id = sandbox.id(ADDRESS_OF[kind])
    sandbox.control("edit", {"id": object_id, "actor": actor, "params": {"status": "DELETED"}})
    deny(sandbox, object_id)
    repository.forget_state()
    sandbox.pass_time(60)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_deleted_and_meta_denies_is_not_turned_on_again_by_the_clock(
    kind: str, made: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    deleted(kind, repository, sandbox)
    assert f"{ADDRESS_OF[kind]}: was deleted by Mei in Ads Manager, 2026-11-21 11:00 +08" in made("plan").said
    made.apply().ended(0)
    for _ in range(2):
        sandbox.at(AFTER_THE_START)
        made("activate")
        made.apply()
        assert statuses(sandbox, kind) == ["DELETED", "PAUSED"]
        repository.forget_state()


def test_a_plan_that_was_read_turns_on_what_was_made_again_in_place_of_what_meta_denies(
    made: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    deleted("campaign", repository, sandbox)
    made.apply().ended(0)
    sandbox.at(AFTER_THE_START)
    plan = str(repository.root / "on.json")
    made("plan", "--out", plan)
    made("apply", plan).ended(0)
    assert statuses(sandbox, "campaign") == ["DELETED", "ACTIVE"]


def test_the_deletion_of_what_another_application_made_or_of_another_name_holds_nothing(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    theirs = sandbox.person_makes("campaigns", name="Still", objective="OUTCOME_TRAFFIC", daily_budget=1000)
    for one in (theirs, sandbox.person_makes("campaigns", name="Else", objective="OUTCOME_TRAFFIC", daily_budget=1000)):
        sandbox.control("edit", {"id": one, "actor": "Mei", "params": {"status": "DELETED"}})
        deny(sandbox, one)
    repository.campaign("still", STARTS)
    assert "was deleted" not in reconciler.apply().ended(0).said
    sandbox.at(AFTER_THE_START)
    reconciler("activate").ended(0)
    assert statuses(sandbox, "campaign") == ["ACTIVE"]


def test_what_is_remembered_of_another_address_is_not_taken_for_what_is_missing(
    made: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """An ad bears the name of its campaign, and so does another's."""
    repository.campaign("twin", STARTS.replace("Outlet", "Second"))
    made.apply().ended(0)
    ad = sandbox.id(ADDRESS_OF["ad"])
    sandbox.control("edit", {"id": ad, "actor": "Mei", "params": {"status": "DELETED"}})
    deny(sandbox, ad)
    repository.campaign("third", STARTS.replace("Outlet", "Third"))
    assert "was deleted" not in made.apply().ended(0).said
    sandbox.at(AFTER_THE_START)
    made("activate")
    assert sandbox.status("acme-sg/third/main/main") == "ACTIVE"


def test_an_ad_that_we_deleted_ourselves_and_meta_denies_is_launched(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STARTS + "lifecycle: {on_remove: delete}\n")
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(0)
    former = sandbox.id(A)
    repository.remove("still")
    reconciler.apply().ended(0)
    deny(sandbox, former)
    repository.forget_state()
    repository.campaign("still", STARTS)
    reconciler.apply().ended(0)
    sandbox.at(AFTER_THE_START)
    reconciler("activate").ended(0)
    assert statuses(sandbox, "campaign") == ["DELETED", "ACTIVE"]


# ---- what was made, and no listing shows yet


@pytest.mark.parametrize("kind", KINDS)
def test_a_create_without_an_answer_that_the_log_tells_of_is_not_sent_again(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STARTS)
    sandbox.settings(**HIDDEN)
    sandbox.fault("drop", f"/{EDGES[kind]}$", method="POST", when="after")
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    assert {one: statuses(sandbox, one) for one in KINDS} == {one: ["PAUSED"] for one in KINDS}
    reconciler.converged()
    sandbox.at(AFTER_THE_START)
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == dict.fromkeys(KINDS, 1)


@pytest.mark.parametrize("last", [*KINDS, "none"])
def test_with_state_lost_and_listings_that_lag_what_the_log_tells_of_is_not_made_a_second_time(
    last: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """As far as a run had come that was killed; then `state/` went, too."""
    repository.campaign("still", STARTS)
    sandbox.settings(**HIDDEN)
    if last != "none":
        sandbox.fault("error", f"/{EDGES[last]}$", method="POST", code=100)
    reconciler.apply()
    repository.forget_state()
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    assert {one: statuses(sandbox, one) for one in KINDS} == {one: ["PAUSED"] for one in KINDS}
    reconciler.converged()
    sandbox.at(AFTER_THE_START)
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == dict.fromkeys(KINDS, 1)


def test_with_state_lost_what_the_yaml_says_is_another_one_is_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.settings(**HIDDEN)
    reconciler.apply().ended(0)
    repository.forget_state()
    repository.campaign("still", STILL + "lifecycle: {new: true}\n")
    reconciler.apply().ended(0)
    assert len(statuses(sandbox, "campaign")) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_create_that_the_log_tells_of_and_that_cannot_be_read_yet_is_left_open(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STARTS)
    sandbox.settings(**HIDDEN)
    sandbox.fault("error", ANY_ID, method="GET", times=0, **DENIED)
    sandbox.fault("drop", f"/{EDGES[kind]}$", method="POST", when="after")
    said = reconciler.apply().ended(6).said
    assert "the activity log tells that" in said
    assert "Meta does not show that yet, so nothing is sent again" in said
    sandbox.no_faults()
    sandbox.settings(**HIDDEN)
    deny(sandbox, sandbox.id(ADDRESS_OF[kind]))
    sandbox.pass_time(320)
    assert "the activity log tells that" in reconciler.apply().ended(6).said
    assert statuses(sandbox, kind) == ["PAUSED"]
    sandbox.no_faults()
    reconciler.apply().ended(0)
    sandbox.pass_time(3000)
    assert {one: statuses(sandbox, one) for one in KINDS} == {one: ["PAUSED"] for one in KINDS}
    reconciler.converged()


def test_of_ads_of_one_name_each_create_without_an_answer_gets_its_own(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    ad = "{image: outlet/banner.jpg, primary_text: P, headline: %s, destination_url: https://acme.example/%s}"
    ads = "".join(f"  {key}: {ad % (key, key)}\n" for key in ("one", "two", "three"))
    repository.campaign("still", f"name: Still\ndaily_budget: 50.00 SGD\nads:\n{ads}")
    sandbox.settings(**HIDDEN)
    sandbox.fault("null", "/ads$", method="POST", when="after", times=2)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    assert [len(sandbox.labelled(f"{A}/main/{key}")) for key in ("one", "two", "three")] == [1, 1, 1]
    reconciler.converged()


def test_what_the_log_tells_of_is_made_where_the_yaml_says_that_it_is_another_one(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STARTS)
    sandbox.settings(**HIDDEN)
    sandbox.fault("error", ANY_ID, method="GET", times=0, **DENIED)
    sandbox.fault("drop", "/campaigns$", method="POST", when="after")
    assert "write lifecycle: {new: true}" in reconciler.apply().ended(6).said
    sandbox.pass_time(3000)
    denied = sandbox.id(A)
    sandbox.meta_shows(denied, status="DELETED")
    sandbox.no_faults()
    deny(sandbox, denied)
    assert "write lifecycle: {new: true}" in reconciler.apply().ended(6).said
    repository.campaign("still", STARTS + "lifecycle: {new: true}\n")
    reconciler.apply().ended(0)
    assert statuses(sandbox, "campaign") == ["DELETED", "PAUSED"]


def test_a_create_is_sent_again_where_the_log_tells_of_none(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """What another application has made of that name, and what is older, is none."""
    theirs = {"name": "Still", "objective": "OUTCOME_SALES", "daily_budget": 1000}
    sandbox.person_makes("campaigns", **theirs)
    repository.campaign("still", STARTS)
    sandbox.fault("drop", "/campaigns$", method="POST")
    reconciler.apply().ended(0)
    assert statuses(sandbox, "campaign") == ["PAUSED"]
    reconciler.converged()


# ---- a label that shows late


LOST = "has lost its label"
LATE = {"shown_label_lag_seconds": 300}


def test_a_label_that_shows_minutes_after_the_create_was_not_taken_off_by_anybody(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STARTS)
    sandbox.settings(**LATE)
    assert LOST not in reconciler.apply().ended(0).said
    reconciler.converged()
    repository.edit_campaign("still", "50.00", "40.00")
    assert LOST not in reconciler.apply().ended(0).said
    assert sandbox.value(A, "daily_budget") == "4000"
    sandbox.at(AFTER_THE_START)
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == dict.fromkeys(KINDS, 1)


def test_what_does_not_show_its_label_yet_is_not_turned_on_and_is_once_it_does(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    sandbox.settings(**LATE)
    said = reconciler.apply().ended(6).said
    assert "it was just made, and Meta does not show its label yet: run again in some minutes" in said
    assert sandbox.activations() == []
    sandbox.pass_time(300)
    reconciler.apply().ended(0)
    assert {one: statuses(sandbox, one) for one in KINDS} == {one: ["ACTIVE"] for one in KINDS}
    reconciler.converged()


@pytest.mark.parametrize("seen", ["the label was seen once", "no label was seen for ten minutes"])
def test_a_label_that_is_missing_otherwise_was_taken_off(
    seen: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STARTS)
    if seen == "the label was seen once":
        reconciler.apply().ended(0)
        sandbox.settings(shown_label_lag_seconds=100_000)
    else:
        sandbox.settings(shown_label_lag_seconds=100_000)
        reconciler.apply().ended(0)
        sandbox.pass_time(601)
    repository.edit_campaign("still", "50.00", "40.00")
    assert "label" in reconciler.apply().said
    assert sandbox.value(A, "daily_budget") == "5000"
