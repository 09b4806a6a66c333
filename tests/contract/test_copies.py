"""A person duplicates in Ads Manager, label included: without state/ too, the copy is never taken for ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.command import Reconciler
from support.repository import SPRING, Repository
from support.sandbox import LocalGraph, label_of

STARTED = "2026-12-01T09:10:00+08:00"
LEVELS = ("acme-sg/spring", "acme-sg/spring/main/main")


@pytest.fixture
def waiting(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def archived(sandbox: LocalGraph, address: str, object_id: str) -> None:
    sandbox.control("edit", {"id": object_id, "actor": "Mei", "params": {"status": "ARCHIVED"}})


def deleted(sandbox: LocalGraph, address: str, object_id: str) -> None:
    sandbox.control("edit", {"id": object_id, "actor": "Mei", "params": {"status": "DELETED"}})


@pytest.mark.parametrize("address", LEVELS)
@pytest.mark.parametrize("done", [archived, deleted])
@pytest.mark.parametrize("name", ["another name", "the same name"])
def test_a_copy_whose_original_is_gone_is_not_launched_with_state_lost(
    address: str,
    done: Callable[[LocalGraph, str, str], None],
    name: str,
    waiting: Reconciler,
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
        waiting("activate")
        waiting.apply()
    assert copies
    assert not copies & set(sandbox.activations())
    assert [w for w in sandbox.writes() if w["path"].strip("/") in copies] == []


def test_what_somebody_made_with_our_label_is_not_launched(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Made by another application, without a source: the log tells who."""
    labels = [{"name": label_of("acme-sg/spring")}]
    deleted(sandbox, "acme-sg/spring", sandbox.id("acme-sg/spring"))
    made = sandbox.person_makes("campaigns", name="Spring Sale", objective="OUTCOME_SALES", adlabels=labels)
    repository.forget_state()
    sandbox.at(STARTED)
    said = waiting.apply().ended(3).out
    assert f"campaign {made} carries its label, but was made by Mei in Ads Manager" in said
    assert sandbox.activations() == []


def test_of_several_the_oldest_is_ours_where_the_log_shows_that_we_made_all(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Rival runs made two."""
    first = sandbox.id("acme-sg/spring")
    sandbox.reconciler_makes_a_twin("acme-sg/spring")
    repository.forget_state()
    assert {c["id"] for c in waiting.plan().ended(0).json["resource_changes"] if c["kind"] == "campaign"} == {first}


def test_forgetting_the_copy_lets_the_launch_go_on(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    original = sandbox.id("acme-sg/spring")
    sandbox.control("copy", {"id": original, "actor": "Mei"})
    (copy,) = {n["id"] for n in sandbox.labelled("acme-sg/spring")} - {original}
    waiting("forget", copy).ended(0)
    assert [n["id"] for n in sandbox.labelled("acme-sg/spring")] == [original]
    sandbox.at(STARTED)
    waiting("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


def test_a_copy_is_told_by_every_command_and_counted_while_it_runs(
    waiting: Reconciler, repository: Repository, sandbox: LocalGraph
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
    for command in (("plan",), ("apply", "--auto-approve"), ("activate",), ("drift",)):
        assert copy in waiting(*command).said
    sandbox.at(STARTED)
    assert waiting.plan().json["spend"]["acme-sg"]["active_before"] == 5000


def test_forget_that_meta_confirms_and_does_not_do_is_an_error(waiting: Reconciler, sandbox: LocalGraph) -> None:
    original = sandbox.id("acme-sg/spring")
    sandbox.control("copy", {"id": original, "actor": "Mei"})
    (copy,) = {n["id"] for n in sandbox.labelled("acme-sg/spring")} - {original}
    sandbox.fault("lie", f"/{copy}$", method="POST")
    assert "still carries our label" in waiting("forget", copy).ended(1).said
    waiting("forget", copy).ended(0)
    assert [n["id"] for n in sandbox.labelled("acme-sg/spring")] == [original]
