"""Whose pause it is. Our own ends when its reason ends: a new window, or YAML that comes back. A person's ends when a
person ends it."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

from reconciler.meta.client import Writer

WINDOW = STILL.replace("daily_budget", "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-10 18:00\ndaily_budget")
CAMPAIGN, AD = "acme-sg/still", "acme-sg/still/main/main"


@pytest.fixture
def running(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A campaign with a start and an end, which has started and runs."""
    repository.campaign("still", WINDOW)
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T09:05:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.status(CAMPAIGN) == "ACTIVE"
    return reconciler


def end_window(sandbox: LocalGraph, reconciler: Reconciler) -> None:
    sandbox.at("2026-12-10T18:05:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.status(CAMPAIGN) == "PAUSED"


OLD_END, NEW_END = "deactivate_at: 2026-12-10 18:00", "deactivate_at: 2026-12-20 18:00"
NEW_WINDOWS = {
    "a new window": (f"2026-12-01 09:00\n{OLD_END}", f"2026-12-15 09:00\n{NEW_END}"),
    "a later end": (OLD_END, NEW_END),
}


@pytest.mark.parametrize("memory", ["kept", "as it was before the end", "lost"])
@pytest.mark.parametrize("window", NEW_WINDOWS)
def test_after_our_own_end_a_new_window_starts(
    window: str, memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    records = repository.root / "state" / "acme-sg" / "still.json"
    older = records.read_bytes()
    end_window(sandbox, running)
    repository.edit_campaign("still", *NEW_WINDOWS[window])
    if memory == "lost":
        repository.forget_state()
    elif memory != "kept":
        records.write_bytes(older)
    sandbox.at("2026-12-14T09:00:00+08:00")
    running.apply("--late-activations").ended(0)
    sandbox.at("2026-12-15T09:05:00+08:00")
    running("activate").ended(0)
    assert sandbox.status(CAMPAIGN) == "ACTIVE"


@pytest.mark.share(3)
@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("seen", ["seen by a run", "seen by none"])
@pytest.mark.parametrize("window", NEW_WINDOWS)
def test_a_persons_pause_before_the_end_outlasts_a_new_window(
    window: str, seen: str, memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at("2026-12-05T12:00:00+08:00")
    sandbox.person_pauses(CAMPAIGN)
    if seen == "seen by a run":
        running.apply().ended(0)
    sandbox.at("2026-12-10T18:05:00+08:00")
    running("activate").ended(0)
    repository.edit_campaign("still", *NEW_WINDOWS[window])
    if memory == "lost":
        repository.forget_state()
    for moment in ("2026-12-14T09:00:00+08:00", "2026-12-15T09:05:00+08:00", "2026-12-15T10:05:00+08:00"):
        sandbox.at(moment)
        running.apply()
        running("activate")
        assert sandbox.status(CAMPAIGN) == "PAUSED"


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_reconciler_pause_is_a_persons_also_after_the_end(
    memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at("2026-12-05T12:00:00+08:00")
    running("pause", "--all").ended(0)
    sandbox.at("2026-12-10T18:05:00+08:00")
    running("activate").ended(0)
    repository.edit_campaign("still", *NEW_WINDOWS["a new window"])
    if memory == "lost":
        repository.forget_state()
    sandbox.at("2026-12-14T09:00:00+08:00")
    running.apply()
    sandbox.at("2026-12-15T09:05:00+08:00")
    running("activate")
    assert sandbox.status(CAMPAIGN) == "PAUSED"


def test_a_person_who_turns_it_on_ends_the_hold(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_pauses(CAMPAIGN)
    running.apply().ended(0)
    sandbox.at("2026-12-10T18:05:00+08:00")
    running("activate").ended(0)
    repository.edit_campaign("still", *NEW_WINDOWS["a later end"])
    sandbox.person_activates(CAMPAIGN)
    running.apply().ended(0)
    running.converged()
    assert "held" not in repository.state("still")[CAMPAIGN]


def test_yaml_that_is_restored_starts_again_what_its_removal_paused(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.remove("still")
    running.apply().ended(0)
    assert sandbox.status(CAMPAIGN) == "PAUSED"
    running.converged()
    sandbox.pass_time(600)
    repository.campaign("still", WINDOW)
    running.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    running.converged()


def test_a_persons_pause_before_the_removal_outlasts_the_return_of_the_yaml(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_pauses(CAMPAIGN)
    repository.remove("still")
    running.apply().ended(0)
    repository.campaign("still", WINDOW)
    running.apply()
    assert sandbox.status(CAMPAIGN) == "PAUSED"


@pytest.fixture
def ad_deleted(running: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """A person has deleted the ad, and state/ is lost."""
    sandbox.person_edits(AD, status="DELETED")
    repository.forget_state()
    return running


def newest_status(sandbox: LocalGraph) -> str:
    return str(sandbox.labelled(AD)[-1]["data"]["status"])


def test_an_ad_that_a_person_deleted_is_made_again_paused_and_said(ad_deleted: Reconciler, sandbox: LocalGraph) -> None:
    applied = ad_deleted.apply().ended(0)
    assert f"{AD}: was deleted by Mei in Ads Manager" in applied.out
    for _ in range(2):
        ad_deleted("activate")
        ad_deleted.apply()
        assert newest_status(sandbox) == "PAUSED"


def test_the_hold_on_it_outlasts_the_loss_of_state(
    ad_deleted: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    ad_deleted.apply().ended(0)
    repository.forget_state()
    ad_deleted.apply()
    ad_deleted("activate")
    assert newest_status(sandbox) == "PAUSED"


def test_an_ad_that_we_deleted_ourselves_is_made_and_launched_again(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "name: Still", "lifecycle: {on_remove: delete}\nname: Still")
    running.apply().ended(0)
    repository.remove("still")
    running.apply().ended(0)
    repository.forget_state()
    repository.campaign("still", WINDOW)
    running.apply("--late-activations").ended(0)
    assert sandbox.deliverable()["campaign"] == 1


@pytest.mark.parametrize("who", ["a person", "reconciler pause"])
def test_what_takes_the_place_of_something_stopped_stays_off(
    who: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    if who == "a person":
        sandbox.person_pauses(CAMPAIGN)
    else:
        running("pause", CAMPAIGN).ended(0)
    repository.edit_campaign(
        "still",
        "name: Still",
        "name: Still\nlifecycle: {replace: true}\nobjective: OUTCOME_TRAFFIC\noptimization_goal: LINK_CLICKS\n"
        "countries: [SG]",
    )
    assert f"{CAMPAIGN}: was stopped" in running.apply().out
    running("activate")
    running.apply()
    assert sandbox.deliverable()["campaign"] == 0
    assert sandbox.labelled(CAMPAIGN)[-1]["data"]["objective"] == "OUTCOME_TRAFFIC"


def test_what_is_in_a_campaign_that_a_person_deleted_is_held_with_it(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.control("edit", {"id": sandbox.id(CAMPAIGN), "actor": "Mei", "params": {"status": "DELETED"}})
    before = set(sandbox.activations())
    running.apply()
    repository.forget_state()
    for _ in range(2):
        running.apply()
        running("activate")
    assert set(sandbox.activations()) == before
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}


def test_a_removals_pause_whose_answer_was_lost_is_ours_when_the_yaml_comes_back(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    text = (repository.root / "desired/campaigns/acme-sg/still.yaml").read_text("utf-8")
    repository.remove("still")
    sandbox.fault("drop", f"/{sandbox.id(CAMPAIGN)}$", method="POST", when="after")
    sandbox.fault("drop", f"/{sandbox.id(CAMPAIGN)}$", method="GET", nth=2, times=0)
    running.apply()
    sandbox.no_faults()
    repository.campaign("still", text)
    running.apply().ended(0)
    assert sandbox.status(CAMPAIGN) == "ACTIVE"
    running.converged()


def test_a_create_that_was_never_answered_and_that_a_person_deleted_is_held(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", WINDOW)
    sandbox.settings(list_lag_seconds=200, label_lag_seconds=200)
    sandbox.fault("status", "/activities$", method="GET", times=0, status=200, body='{"data": []}')
    sandbox.fault("drop", "/campaigns$", method="POST", when="after")
    sandbox.fault("error", "/campaigns$", method="POST", code=2, nth=2, times=0)
    reconciler.apply().ended(6)
    sandbox.no_faults()
    sandbox.pass_time(600)
    sandbox.control("edit", {"id": sandbox.id(CAMPAIGN), "actor": "Mei", "params": {"status": "DELETED"}})
    sandbox.pass_time(600)
    assert "was deleted by Mei" in reconciler.apply().out
    sandbox.at("2026-12-01T09:05:00+08:00")
    reconciler("activate")
    assert sandbox.deliverable()["campaign"] == 0


def test_without_the_log_nothing_is_made_in_the_place_of_what_a_person_deleted(
    ad_deleted: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    sandbox.fault("error", "/activities$", method="GET", code=2, times=0)
    ad_deleted.apply().ended(3)
    sandbox.no_faults()
    for _ in range(2):
        ad_deleted.apply()
        ad_deleted("activate")
    assert newest_status(sandbox) == "PAUSED"


def test_a_start_that_is_moved_stops_what_a_later_run_than_the_records_has_started(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", WINDOW)
    reconciler.apply().ended(0)
    records = repository.root / "state" / "acme-sg" / "still.json"
    older = records.read_bytes()
    sandbox.at("2026-12-01T09:05:00+08:00")
    reconciler("activate").ended(0)
    records.write_bytes(older)
    repository.edit_campaign("still", "activate_at: 2026-12-01", "activate_at: 2026-12-03")
    sandbox.at("2026-12-01T12:00:00+08:00")
    reconciler.apply().ended(0)
    assert sandbox.status(CAMPAIGN) == "PAUSED"
    sandbox.at("2026-12-03T09:05:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.status(CAMPAIGN) == "ACTIVE"


def test_what_a_person_started_early_is_not_stopped_by_a_moved_start(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", WINDOW)
    reconciler.apply().ended(0)
    sandbox.person_activates(CAMPAIGN)
    repository.edit_campaign("still", "activate_at: 2026-12-01", "activate_at: 2026-12-03")
    reconciler.apply().ended(0)
    assert sandbox.status(CAMPAIGN) == "ACTIVE"


LAUNCH = """\
name: Launch
daily_budget: 50.00 SGD
activate_at: 2026-11-21 12:00
ad_sets:
  one: {ads: {ad: {image: outlet/banner.jpg, primary_text: P, headline: A, destination_url: https://acme.example/a}}}
  two: {ads: {ad: {image: outlet/banner.jpg, primary_text: P, headline: B, destination_url: https://acme.example/b}}}
"""


def test_a_pause_while_a_run_without_state_launches_something_else_stays(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ad that is gone makes the reading back look at the whole account, which no record tells of."""
    repository.campaign("still", STILL + "status: ACTIVE\n")
    repository.campaign("launch", LAUNCH)
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/launch/two/ad", status="DELETED")
    repository.forget_state()
    sandbox.at("2026-11-21T12:00:10+08:00")
    real, paused = Writer._write_batch, list[str]()

    def meanwhile(self: Writer, parts: Any, permits: Any) -> Any:
        if not paused:
            paused.append(AD)
            sandbox.person_pauses(AD)
        return real(self, parts, permits)

    monkeypatch.setattr(Writer, "_write_batch", meanwhile)
    reconciler("activate")
    assert (sandbox.status("acme-sg/launch"), paused) == ("ACTIVE", [AD])
    sandbox.pass_time(3 * 3600)
    assert f"Drift: {AD} status ACTIVE → PAUSED, by Mei" in reconciler.apply().said
    assert sandbox.status(AD) == "PAUSED"


# ---- Meta's review, which the log tells as changes of the status


@pytest.fixture
def waiting(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A campaign that is made and has not started, in an account whose log tells of reviews."""
    sandbox.settings(status_steps="reviewed")
    repository.campaign("still", WINDOW)
    reconciler.apply().ended(0)
    return reconciler


@pytest.fixture
def started(waiting: Reconciler, sandbox: LocalGraph) -> Reconciler:
    sandbox.at("2026-12-01T09:05:00+08:00")
    waiting("activate").ended(0)
    return waiting


def test_without_state_a_declared_hold_stops_what_meta_has_reviewed_since_we_started_it(
    repository: Repository, sandbox: LocalGraph, started: Reconciler
) -> None:
    repository.forget_state()
    repository.edit_campaign("still", "  headline: Outlet", "  headline: Outlet\n  status: PAUSED")
    sandbox.at("2026-12-02T09:05:00+08:00")
    started.apply().ended(0)
    assert (sandbox.status(CAMPAIGN), sandbox.status(AD)) == ("ACTIVE", "PAUSED")


@pytest.mark.parametrize("who", ["we", "a person"])
def test_without_state_a_waiting_ad_that_was_edited_is_launched(
    who: str, repository: Repository, sandbox: LocalGraph, waiting: Reconciler
) -> None:
    if who == "we":
        repository.edit_campaign("still", "primary_text: Shop.", "primary_text: Shop now.")
        waiting.apply().ended(0)
    else:
        sandbox.person_edits(AD, name="Mei's own name")
    repository.forget_state()
    sandbox.at("2026-12-01T09:05:00+08:00")
    waiting("activate")
    assert (sandbox.status(CAMPAIGN), sandbox.status(AD)) == ("ACTIVE", "ACTIVE")


def test_without_state_a_persons_pause_in_two_steps_stands(
    repository: Repository, sandbox: LocalGraph, started: Reconciler
) -> None:
    sandbox.pass_time(3600)
    sandbox.person_edits(AD, status="PAUSED")
    repository.forget_state()
    sandbox.pass_time(3600)
    started.apply()
    assert sandbox.status(AD) == "PAUSED"


def test_an_ad_whose_copy_changes_in_the_run_of_its_launch_is_launched_by_that_run(
    repository: Repository, sandbox: LocalGraph, waiting: Reconciler
) -> None:
    repository.edit_campaign("still", "primary_text: Shop.", "primary_text: Shop now.")
    sandbox.at("2026-12-01T09:05:00+08:00")
    waiting.apply().ended(0)
    assert sandbox.status(AD) == "ACTIVE"
