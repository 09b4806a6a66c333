"""Two runs at the same time, and the result when one of them does not know of the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph

from reconciler.model.errors import LockedError
from reconciler.store.files.leases import FileLeases

NOW_ACTIVE = """\
name: Rival
daily_budget: 50.00 SGD
status: ACTIVE
ad: {image: outlet/banner.jpg, primary_text: Hi, headline: Hi, destination_url: "https://acme.example/x"}
"""
HELD = NOW_ACTIVE.replace("status: ACTIVE", "status: PAUSED")


def test_a_second_run_on_the_same_account_ends_locked_and_writes_nothing(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("rival", NOW_ACTIVE)
    held = FileLeases(repository.root).acquire("acme-sg")
    run = reconciler.apply().ended(5)
    assert f"acme-sg: it is being changed by {held.holder.owner}" in run.said
    assert f"reconciler force-unlock {held.holder.id}" in run.said
    assert not sandbox.writes()
    held.release()
    reconciler.apply().ended(0)


def test_a_run_whose_lock_was_taken_away_writes_no_more(repository: Repository, sandbox: LocalGraph) -> None:
    hanging = FileLeases(repository.root).acquire("acme-sg")
    assert FileLeases(repository.root).force_unlock(hanging.holder.id) == hanging.holder
    other = FileLeases(repository.root).acquire("acme-sg")
    with pytest.raises(LockedError, match="was taken away from this run"):
        hanging.check()
    other.check()


def test_force_unlock_takes_the_id_that_was_printed_and_no_other(
    repository: Repository, reconciler: Reconciler
) -> None:
    held = FileLeases(repository.root).acquire("acme-sg")
    wrong = reconciler("force-unlock", "00000000").ended(64)
    assert "no account is locked under the id '00000000'" in wrong.said
    freed = reconciler("force-unlock", held.holder.id).ended(0)
    assert "acme-sg" in freed.said and held.holder.owner in freed.said
    reconciler.apply().ended(0)


def test_a_lock_does_not_outlive_its_run(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("rival", NOW_ACTIVE)
    reconciler.process("apply", "--auto-approve").ended(0)
    reconciler.process("apply", "--auto-approve").ended(0)


def test_a_plan_needs_no_lock(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("rival", NOW_ACTIVE)
    held = FileLeases(repository.root).acquire("acme-sg")
    reconciler.plan().ended(0)
    held.check()


def test_of_two_campaigns_made_by_rivals_only_the_oldest_is_turned_on(
    tmp_path: Path, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """The second runner has a checkout of its own, and did not see yet what the first had made: for longer than the log
    is asked for what listings do not show."""
    repository.campaign("rival", HELD)
    sandbox.fault(
        "hide_fresh", r"^/act_\d+/(campaigns|adsets|ads)$", method="POST", seconds=3600, where="lists", times=0
    )
    reconciler.apply().ended(0)
    sandbox.pass_time(11 * 60)
    elsewhere = Repository(tmp_path / "elsewhere")
    elsewhere.campaign("rival", HELD)
    rival = Reconciler(elsewhere, sandbox)
    rival.apply().ended(0)
    sandbox.no_faults()
    assert len(sandbox.labelled("acme-sg/rival")) == 2

    elsewhere.campaign("rival", NOW_ACTIVE)
    said = rival.apply().ended(0).said
    assert "=> campaign acme-sg/rival" in said and "is a copy that carries its label (PAUSED)" in said
    repository.campaign("rival", NOW_ACTIVE)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert sandbox.status("acme-sg/rival") == "ACTIVE"
    for runner in (reconciler, rival):
        runner.converged()


def test_a_campaign_that_runs_under_a_key_nobody_knows_is_not_made_again(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("rival", NOW_ACTIVE)
    reconciler.apply().ended(0)
    repository.remove("rival")
    repository.forget_state()
    repository.campaign("renamed", NOW_ACTIVE)
    plan = reconciler.plan().ended(3).json
    assert [r["policy"] for r in plan["refusals"]] == ["possible_rename", "orphan"]
    reconciler.apply().ended(3)
    assert len(sandbox.objects("campaign")) == 1


def test_an_emergency_stop_of_a_misspelt_address_is_an_error(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("rival", NOW_ACTIVE)
    reconciler.apply().ended(0)
    run = reconciler("pause", "acme-sg/rivel").ended(1)
    assert "did you mean reconciler pause acme-sg/rival?" in run.said
    assert sandbox.status("acme-sg/rival") == "ACTIVE"


def test_times_added_to_an_ad_set_that_has_begun_leave_its_start_alone(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("rival", NOW_ACTIVE.replace("status: ACTIVE\n", ""))
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    times = "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:59\n"
    repository.campaign("rival", NOW_ACTIVE.replace("status: ACTIVE\n", times))
    (change,) = reconciler.plan().ended(0).json["resource_changes"]
    assert set(change["after"]) == {"end_time"}
    reconciler.apply().ended(0)
    reconciler.converged()
