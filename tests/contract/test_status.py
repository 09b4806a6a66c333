"""Objects are born PAUSED, the clock turns them on and off in a safe order, and a person's choice stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.command import Reconciler, Run
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LEVELS, LocalGraph

START, LATER, END = "2026-12-01T09:00:00+08:00", "2026-12-05T12:00:00+08:00", "2026-12-31T23:59:00+08:00"
ADDRESSES = ("acme-sg/spring", "acme-sg/spring/main", "acme-sg/spring/main/main")
NEVER_LATE = "project: acme-agency\npolicies: {max_lateness: 90d}\n"


def kinds_of(sandbox: LocalGraph, ids: list[str]) -> list[str]:
    known = {n["id"]: n["kind"] for n in sandbox.nodes()}
    return [known[i] for i in ids]


@pytest.fixture
def scheduled(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Applied, with its start ten days ahead."""
    repository.write("project.yaml", NEVER_LATE)
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    return reconciler


@pytest.fixture
def started(scheduled: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """Turned on by `activate` at its time."""
    sandbox.at(START)
    scheduled("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    return scheduled


@pytest.mark.parametrize(
    "text",
    [
        SPRING,
        SPRING.replace("2026-12-01 09:00", "2026-11-20 09:00"),
        STILL + "status: ACTIVE\n",
        SPRING + "pre_review: true\n",
        TRAFFIC + "raw: {smart_promotion_type: GUIDED_CREATION}\n",
    ],
    ids=["timed", "overdue", "ACTIVE", "pre_review", "raw"],
)
def test_every_object_is_created_paused(
    text: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", text)
    reconciler.apply()
    created = [sandbox.creates(kind) for kind in LEVELS]
    assert all(created)
    assert {w["params"]["status"] for writes in created for w in writes} == {"PAUSED"}


def test_status_cannot_be_smuggled_in_through_raw(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", STILL + "raw: {status: ACTIVE}\n")
    assert "status is written by the reconciler alone" in reconciler.apply().ended(1).err
    assert sandbox.writes() == []


def test_ads_are_turned_on_first_and_the_campaign_last(scheduled: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(START)
    scheduled("activate").ended(0)
    assert kinds_of(sandbox, sandbox.activations()) == ["ad", "ad_set", "campaign"]


def test_apply_creates_and_activates_in_the_same_order(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    assert kinds_of(sandbox, sandbox.activations()) == ["ad", "ad_set", "campaign"]
    reconciler.converged()


def test_deactivation_starts_with_the_campaign(started: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(END)
    after = sandbox.ledger()[-1]["n"]
    started("activate").ended(0)
    paused = [w["id"] for w in sandbox.writes(after) if w["params"].get("status") == "PAUSED"]
    assert kinds_of(sandbox, paused) == ["campaign", "ad_set", "ad"]
    started.converged()


def test_nothing_is_turned_on_a_second_before_its_time(scheduled: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at("2026-12-01T08:59:59+08:00")
    scheduled("activate").ended(0)
    scheduled.apply().ended(0)
    assert sandbox.activations() == []


def test_activating_again_does_nothing(started: Reconciler, sandbox: LocalGraph) -> None:
    writes = len(sandbox.writes())
    assert "Nothing is due." in started("activate").ended(0).out
    assert len(sandbox.writes()) == writes


def test_a_dry_run_of_activate_writes_nothing(scheduled: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(START)
    shown = scheduled("activate", "--dry-run").ended(0)
    assert "PAUSED → ACTIVE (since 2026-12-01 09:00 +08) with 1 ad set and 1 ad" in shown.out
    assert sandbox.activations() == []


def test_a_late_run_catches_up(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-02T08:00:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.deliverable()["ad"] == 1


def test_a_run_that_is_too_late_leaves_it_to_a_person(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-02T09:00:01+08:00")
    refused = reconciler("activate").ended(3)
    assert "Refused (max_lateness): acme-sg/spring: was to start 2026-12-01 09:00 +08" in refused.out
    reconciler.apply().ended(3)
    assert sandbox.activations() == []
    reconciler.apply("--late-activations").ended(0)
    assert sandbox.deliverable()["ad"] == 1


def test_activate_changes_status_and_nothing_else(
    scheduled: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("spring", "50.00", "55.00")
    repository.campaign("still", STILL + "activate_at: 2026-11-30 09:00\n")
    sandbox.at(START)
    after = sandbox.ledger()[-1]["n"]
    scheduled("activate").ended(0)
    assert [sorted(w["params"]) for w in sandbox.writes(after)] == [["status"]] * 3
    assert sandbox.labelled("acme-sg/still") == []


def test_after_an_activation_the_effective_status_is_told(scheduled: Reconciler, sandbox: LocalGraph) -> None:
    said_by_meta = {"global": {"GRAMMAR": "Too loud"}}
    sandbox.control("review", {"id": sandbox.id(ADDRESSES[2]), "decision": "reject", "feedback": said_by_meta})
    sandbox.at(START)
    said = scheduled("activate").ended(0).said
    assert "not delivering yet: DISAPPROVED" in said
    assert "Too loud" in said


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_a_rejected_ad_is_told_before_its_launch(command: str, scheduled: Reconciler, sandbox: LocalGraph) -> None:
    feedback = {"global": {"GRAMMAR": "Too loud"}}
    sandbox.control("review", {"id": sandbox.id(ADDRESSES[2]), "decision": "reject", "feedback": feedback})
    said = scheduled(command).said
    assert f"Note: {ADDRESSES[2]}: Meta's review has rejected it (GRAMMAR: Too loud), so it does not run" in said
    scheduled.repository.edit_campaign("spring", "Save 30%", "Save a third")
    assert "rejected" not in scheduled("plan").said


def test_pre_review_turns_on_all_but_the_campaign(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING + "pre_review: true\n")
    reconciler.apply().ended(0)
    assert [sandbox.status(a) for a in ADDRESSES] == ["PAUSED", "ACTIVE", "ACTIVE"]
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}
    reconciler.converged()
    sandbox.at(START)
    after = sandbox.ledger()[-1]["n"]
    reconciler("activate").ended(0)
    assert kinds_of(sandbox, sandbox.activations(after)) == ["campaign"]


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_what_a_person_paused_under_pre_review_stays_paused_at_the_launch(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING + "pre_review: true\n")
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_pauses("acme-sg/spring/main/main")
    sandbox.at(START)
    if memory == "lost":
        repository.forget_state()
    reconciler("activate").ended(0)
    reconciler.apply().ended(0)
    assert [sandbox.status(a) for a in ADDRESSES] == ["ACTIVE", "ACTIVE", "PAUSED"]


def test_an_ad_that_could_not_be_made_is_made_and_started_by_the_next_apply(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    sandbox.fault("error", "/ads$", method="POST", times=0, code=100, subcode=1487891)
    reconciler.apply().ended(6)
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    reconciler.converged()


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_what_a_person_archived_is_neither_brought_back_nor_made_again(
    memory: str, started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_posts("acme-sg/spring", status="ARCHIVED")
    if memory == "lost":
        repository.forget_state()
    creates = [len(sandbox.creates(kind)) for kind in LEVELS]
    for _ in range(2):
        started.apply().ended(0)
        started("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ARCHIVED"
    assert [len(sandbox.creates(kind)) for kind in LEVELS] == creates


def test_without_status_or_times_the_status_is_the_buyer_s_own(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.person_activates("acme-sg/still")
    reconciler.converged()
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"


def test_with_only_an_end_it_is_the_buyer_s_own_until_then(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "deactivate_at: 2026-12-01 09:00\n")
    reconciler.apply().ended(0)
    sandbox.person_activates("acme-sg/still")
    reconciler.converged()
    sandbox.at("2026-12-01T09:00:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_status_paused_holds_whatever_the_times_say(
    scheduled: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("spring", "name:", "status: PAUSED\nname:")
    sandbox.at(LATER)
    scheduled.apply().ended(0)
    scheduled("activate").ended(0)
    assert sandbox.activations() == []
    scheduled.converged()


def test_writing_status_paused_stops_what_runs(
    started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("spring", "name:", "status: PAUSED\nname:")
    started.apply().ended(0)
    assert sandbox.deliverable()["campaign"] == 0
    started.converged()


def test_status_archived_archives(started: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    repository.edit_campaign("spring", "name:", "status: ARCHIVED\nname:")
    started.apply().ended(0)
    assert sandbox.status("acme-sg/spring") == "ARCHIVED"
    started.converged()


def assert_choice_kept(reconciler: Reconciler, sandbox: LocalGraph, address: str, status: str) -> Run:
    """Neither the scheduled job nor an ordinary apply turns a person's choice back; both can be repeated."""
    writes = [w for w in sandbox.writes() if "status" in w["params"]]
    for _ in range(2):
        reconciler("activate").ended(0)
        reconciler.apply().ended(0)
    assert sandbox.status(address) == status
    assert [w for w in sandbox.writes() if "status" in w["params"]] == writes
    return reconciler("plan").ended(0)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("memory", ["kept", "lost", "older"])
def test_what_a_person_paused_stays_paused(
    address: str,
    memory: str,
    scheduled: Reconciler,
    repository: Repository,
    sandbox: LocalGraph,
    tmp_path: Path,
) -> None:
    """With the receipt of the activation in state/, without state/, and with a state/ from before the activation."""
    shutil.copytree(repository.root / "state", tmp_path / "older")
    sandbox.at(START)
    scheduled("activate").ended(0)
    sandbox.pass_time(3600)
    sandbox.person_pauses(address, actor="Mei")
    sandbox.pass_time(3600)
    if memory != "kept":
        repository.forget_state()
    if memory == "older":
        shutil.copytree(tmp_path / "older", repository.root / "state")
    plan = assert_choice_kept(scheduled, sandbox, address, "PAUSED")
    assert f"Drift: {address} status ACTIVE → PAUSED, by Mei in Ads Manager, 2026-12-01 10:00 +08 (kept)" in plan.out


def test_what_a_person_paused_before_its_time_is_turned_on_at_its_time(
    scheduled: Reconciler, sandbox: LocalGraph
) -> None:
    """It was PAUSED already, so no person has decided against the later start."""
    sandbox.person_activates("acme-sg/spring")
    sandbox.person_pauses("acme-sg/spring")
    sandbox.at(START)
    scheduled("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "ACTIVE"


def test_what_a_person_started_early_is_drift_and_left_on(scheduled: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_activates("acme-sg/spring", actor="Mei")
    plan = assert_choice_kept(scheduled, sandbox, "acme-sg/spring", "ACTIVE")
    assert "Drift: acme-sg/spring status PAUSED → ACTIVE, by Mei" in plan.out


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_what_a_person_turned_on_after_its_end_stays_on(
    memory: str, started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at(END)
    started("activate").ended(0)
    sandbox.pass_time(3600)
    sandbox.person_activates("acme-sg/spring")
    if memory == "lost":
        repository.forget_state()
    sandbox.pass_time(3600)
    assert_choice_kept(started, sandbox, "acme-sg/spring", "ACTIVE")


def test_revert_drift_turns_it_back_on(started: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_pauses("acme-sg/spring")
    reverted = started.apply("--revert-drift").ended(0)
    assert "(reverted)" in reverted.out
    assert sandbox.status("acme-sg/spring") == "ACTIVE"
    started.converged()


def test_the_end_still_comes_for_what_a_person_had_paused_and_turned_on_again(
    started: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.pass_time(60)
    sandbox.person_pauses("acme-sg/spring")
    started("activate").ended(0)
    sandbox.person_activates("acme-sg/spring")
    sandbox.at(END)
    started("activate").ended(0)
    assert sandbox.status("acme-sg/spring") == "PAUSED"


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_what_pause_all_stopped_stays_paused(
    memory: str, started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.pass_time(3600)
    started("pause", "--all").ended(0)
    if memory == "lost":
        repository.forget_state()
    sandbox.pass_time(3600)
    assert_choice_kept(started, sandbox, "acme-sg/spring", "PAUSED")


def test_what_was_deleted_in_ads_manager_is_not_made_again_by_itself(started: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/spring", status="DELETED")
    creates = len(sandbox.creates("campaign"))
    assert "status ACTIVE → DELETED" in started.apply().ended(0).out
    assert len(sandbox.creates("campaign")) == creates
    started.apply("--revert-drift").ended(0)
    assert len(sandbox.creates("campaign")) == creates + 1


def test_an_ad_set_may_have_times_of_its_own(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text = TRAFFIC.replace("name: Always on", "name: Always on\nactivate_at: 2026-12-01 09:00")
    repository.campaign("t", text.replace("    name: Broad", "    name: Broad\n    activate_at: 2026-12-02 09:00"))
    reconciler.apply().ended(0)
    sandbox.at(START)
    reconciler("activate").ended(0)
    assert [sandbox.status(f"acme-sg/t{rest}") for rest in ("", "/broad", "/broad/still")] == [
        "ACTIVE",
        "PAUSED",
        "PAUSED",
    ]
    sandbox.at("2026-12-02T09:00:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.deliverable()["ad"] == 1


def test_times_reach_meta_as_the_ad_set_s_own(scheduled: Reconciler, sandbox: LocalGraph) -> None:
    """So Meta neither starts early nor continues after the end, even if no run takes place."""
    sent = sandbox.creates("ad_set")[0]["params"]
    assert (sent["start_time"], sent["end_time"]) == ("2026-12-01T09:00:00+0800", "2026-12-31T23:59:00+0800")
