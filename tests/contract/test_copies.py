"""A person duplicates something in Ads Manager, which copies the label, too. The copy is never taken for ours, not even
without state/."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.command import Reconciler
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph, label_of

STARTED = "2026-12-01T09:10:00+08:00"
LEVELS = ("acme-sg/spring", "acme-sg/spring/main/main")


@pytest.fixture
def applied(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def archive(sandbox: LocalGraph, address: str, object_id: str) -> None:
    sandbox.control("edit", {"id": object_id, "actor": "Mei", "params": {"status": "ARCHIVED"}})


def delete(sandbox: LocalGraph, address: str, object_id: str) -> None:
    sandbox.control("edit", {"id": object_id, "actor": "Mei", "params": {"status": "DELETED"}})


@pytest.mark.parametrize("address", LEVELS)
@pytest.mark.parametrize("done", [archive, delete])
@pytest.mark.parametrize("name", ["another name", "the same name"])
def test_a_copy_whose_original_is_gone_is_not_launched_with_state_lost(
    address: str,
    done: Callable[[LocalGraph, str, str], None],
    name: str,
    applied: Reconciler,
    repository: Repository,
    sandbox: LocalGraph,
) -> None:
    original = sandbox.id(address)
    options = {"rename_options": {"rename_strategy": "NO_RENAME"}} if name == "the same name" else {}
    sandbox.control("copy", {"id": original, "actor": "Mei", "params": options})
    copies = {n["id"] for n in sandbox.labelled(address)} - {original}
    done(sandbox, address, original)
    repository.forget_state()
    sandbox.at(STARTED)
    for _ in range(2):
        applied("activate")
        applied.apply()
    assert copies
    assert not copies & set(sandbox.activations())
    assert [w for w in sandbox.writes() if w["path"].strip("/") in copies] == []


def test_what_somebody_made_with_our_label_is_not_launched(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """The copy was made by another application and does not name its source; the log says who made it."""
    labels = [{"name": label_of("acme-sg/spring")}]
    delete(sandbox, "acme-sg/spring", sandbox.id("acme-sg/spring"))
    made = sandbox.person_makes("campaigns", name="Spring Sale", objective="OUTCOME_SALES", adlabels=labels)
    repository.forget_state()
    sandbox.at(STARTED)
    said = applied.apply().ended(3).out
    assert f"campaign {made} carries its label, but was made by Mei in Ads Manager" in said
    assert sandbox.activations() == []


def test_of_several_the_oldest_is_ours_where_the_log_shows_that_we_made_all(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Two runs of ours at the same time have each created one."""
    first = sandbox.id("acme-sg/spring")
    sandbox.another_run_makes_a_duplicate("acme-sg/spring")
    repository.forget_state()
    assert {c["id"] for c in applied.plan().ended(0).json["resource_changes"] if c["kind"] == "campaign"} == {first}


def test_forgetting_the_copy_lets_the_launch_go_on(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    original = sandbox.id("acme-sg/spring")
    sandbox.control("copy", {"id": original, "actor": "Mei"})
    (copy,) = {n["id"] for n in sandbox.labelled("acme-sg/spring")} - {original}
    applied("forget", copy).ended(0)
    assert [n["id"] for n in sandbox.labelled("acme-sg/spring")] == [original]
    sandbox.at(STARTED)
    applied("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


def test_a_copy_is_told_by_every_command_and_counted_while_it_runs(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    addresses = ("acme-sg/spring", "acme-sg/spring/main", "acme-sg/spring/main/main")
    originals = {sandbox.id(address) for address in addresses}
    params = {"deep_copy": True}
    sandbox.control("copy", {"id": sandbox.id("acme-sg/spring"), "actor": "Mei", "params": params})
    copies = [n["id"] for address in addresses for n in sandbox.labelled(address) if n["id"] not in originals]
    copy, *_ = copies
    for one in copies:
        sandbox.control("edit", {"id": one, "actor": "Mei", "params": {"status": "ACTIVE"}})
    repository.forget_state()
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        assert copy in applied(*command).said
    sandbox.at(STARTED)
    assert applied.plan().json["spend"]["acme-sg"]["active_before"] == 5000
    assert copy in applied("activate").said


def test_forget_that_meta_confirms_and_does_not_do_is_an_error(applied: Reconciler, sandbox: LocalGraph) -> None:
    original = sandbox.id("acme-sg/spring")
    sandbox.control("copy", {"id": original, "actor": "Mei"})
    (copy,) = {n["id"] for n in sandbox.labelled("acme-sg/spring")} - {original}
    sandbox.fault("lie", f"/{copy}$", method="POST")
    assert "still carries our label" in applied("forget", copy).ended(1).said
    applied("forget", copy).ended(0)
    assert [n["id"] for n in sandbox.labelled("acme-sg/spring")] == [original]


# ---- an ad set or ad that was duplicated into another parent

RUNNING = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")
NARROW = RUNNING[RUNNING.index("  broad:") :].replace("broad:", "narrow:").replace("Broad", "Narrow")


@pytest.fixture
def two_running(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Two campaigns that run, 20.00 SGD a day each."""
    for key in "ab":
        repository.campaign(key, RUNNING.replace("Always on", key, 1))
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def is_reported_as_copy(reconciler: Reconciler, copy: str) -> bool:
    return any(
        f" {copy} " in note and "is a copy that carries its label" in note for note in reconciler.plan().json["notes"]
    )


@pytest.mark.parametrize("state", ["kept", "lost"])
def test_a_copy_in_another_campaign_of_ours_is_told_and_counted_there(
    state: str, two_running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    copy = sandbox.person_duplicates("acme-sg/a/broad", campaign_id=sandbox.id("acme-sg/b"))
    if state == "lost":
        repository.forget_state()
    assert is_reported_as_copy(two_running, copy)
    assert two_running.plan().ended(0).json["spend"]["acme-sg"]["active_before"] == 6000
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 35.00 SGD}\n")
    (refusal,) = two_running.plan().ended(3).json["refusals"]
    assert (refusal["policy"], refusal["address"]) == ("max_daily_budget", "acme-sg/b")
    assert copy in refusal["message"]


def test_an_ad_copied_into_another_ad_set_of_ours_is_told_and_lets_its_ad_set_spend(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", RUNNING + NARROW.replace("still:", "b:"))
    reconciler.apply().ended(0)
    copy = sandbox.person_duplicates("acme-sg/t/broad/still", adset_id=sandbox.id("acme-sg/t/narrow"))
    sandbox.person_pauses("acme-sg/t/narrow/b")
    assert is_reported_as_copy(reconciler, copy)
    assert reconciler.plan().json["spend"]["acme-sg"]["active_before"] == 4000


@pytest.mark.parametrize("state", ["kept", "lost"])
def test_a_copy_in_a_persons_own_campaign_is_told_and_counted(
    state: str, two_running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    own = sandbox.person_makes("campaigns", name="Mei's", objective="OUTCOME_TRAFFIC", status="ACTIVE")
    copy = sandbox.person_duplicates("acme-sg/a/broad", campaign_id=own)
    if state == "lost":
        repository.forget_state()
    assert is_reported_as_copy(two_running, copy)
    assert two_running.plan().ended(0).json["spend"]["acme-sg"]["active_before"] == 6000
    sandbox.control("edit", {"id": own, "actor": "Mei", "params": {"status": "PAUSED"}})
    assert two_running.plan().ended(0).json["spend"]["acme-sg"]["active_before"] == 4000


def test_a_copy_elsewhere_keeps_no_launch_of_the_original_back(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for key in "ab":
        repository.campaign(key, TRAFFIC.replace("Always on", key, 1))
    reconciler.apply().ended(0)
    sandbox.person_duplicates("acme-sg/a/broad", campaign_id=sandbox.id("acme-sg/b"))
    repository.edit_campaign("a", "name: a", "name: a\nstatus: ACTIVE")
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/a/broad") == "ACTIVE"


def test_what_is_in_a_copied_campaign_is_told_once(two_running: Reconciler, sandbox: LocalGraph) -> None:
    copy = sandbox.person_duplicates("acme-sg/a")
    assert [note for note in two_running.plan().json["notes"] if "is a copy" in note and f" {copy} " not in note] == []
    assert two_running.plan().json["spend"]["acme-sg"]["active_before"] == 6000


def test_a_campaign_of_the_same_name_without_our_label_is_named_before_another_is_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    made = {"name": "Still", "objective": "OUTCOME_SALES", "daily_budget": 5000}
    theirs = sandbox.person_makes("campaigns", **made, bid_strategy="LOWEST_COST_WITHOUT_CAP")
    repository.campaign("still", STILL)
    said = f'campaign {theirs} "Still", which carries no label of ours, has the same name and is ACTIVE'
    paused = reconciler("plan").ended(0).out
    assert said not in paused
    assert f'is PAUSED; if it is the one that is meant, write existing: "{theirs}"' in paused
    sandbox.control("edit", {"id": theirs, "actor": "Mei", "params": {"status": "ACTIVE"}})
    assert said in reconciler("plan").ended(0).out
    reconciler.apply().ended(0)
    assert said not in reconciler("plan").ended(0).out
