"""With state/ lost, old or never pushed: the account's log tells what an earlier run of ours has written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph, label_of

BROAD = "acme-sg/t/broad"


@pytest.fixture
def first_merge(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A first merge was applied, and its state was never pushed."""
    repository.campaign("t", TRAFFIC)
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def test_a_budget_that_the_next_merge_lowers_is_lowered(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    repository.edit_campaign("still", "50.00", "20.00")
    applied = first_merge.apply().ended(0)
    assert "Drift" not in applied.out
    assert sandbox.value("acme-sg/still", "daily_budget") == "2000"
    first_merge.converged()


def test_copy_that_the_next_merge_changes_is_changed(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    before = sandbox.value("acme-sg/still/main/main", "creative")
    repository.forget_state()
    repository.edit_campaign("still", "headline: Outlet", "headline: Outlet week")
    assert "Drift" not in first_merge.apply().ended(0).out
    assert sandbox.value("acme-sg/still/main/main", "creative") != before
    first_merge.converged()


CHANGES = (
    ("age_min: 21", "age_min: 25", BROAD, "targeting"),
    ("name: Broad", "name: Broader", BROAD, "name"),
    ("20.00 SGD", "30.00 SGD", BROAD, "daily_budget"),
)


@pytest.mark.parametrize(("old", "new", "address", "name"), CHANGES, ids=str)
def test_what_was_created_by_us_and_touched_by_nobody_is_ours(
    old: str, new: str, address: str, name: str, first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    before = sandbox.value(address, name)
    repository.forget_state()
    repository.edit_campaign("t", old, new)
    assert "Drift" not in first_merge.apply().ended(0).out
    assert sandbox.value(address, name) != before
    first_merge.converged()


@pytest.mark.parametrize("memory", ["lost", "from before our last write"])
def test_our_own_raise_that_state_does_not_know_is_no_persons(
    memory: str, first_merge: Reconciler, repository: Repository, sandbox: LocalGraph, tmp_path: Path
) -> None:
    """A change from 50 to 80 was applied, its state was never pushed, and then 60 is declared."""
    kept = tmp_path / "kept"
    shutil.copytree(repository.root / "state", kept)
    repository.edit_campaign("still", "50.00", "80.00")
    first_merge.apply().ended(0)
    repository.forget_state()
    if memory != "lost":
        shutil.copytree(kept, repository.root / "state")
    sandbox.pass_time(3600)
    repository.edit_campaign("still", "80.00", "60.00")
    assert "Refused" not in first_merge.apply().ended(0).out
    assert sandbox.value("acme-sg/still", "daily_budget") == "6000"
    first_merge.converged()


def test_a_persons_raise_after_ours_is_kept_with_state_lost(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "50.00", "80.00")
    first_merge.apply().ended(0)
    sandbox.person_posts("acme-sg/still", daily_budget=9000)
    repository.forget_state()
    repository.edit_campaign("still", "80.00", "60.00")
    assert "by Mei in Ads Manager" in first_merge.apply().ended(0).out
    assert sandbox.value("acme-sg/still", "daily_budget") == "9000"


def test_an_old_record_does_not_hide_a_person_who_set_an_earlier_value_again(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """We wrote 50, then 80, and the record says 80. Now 50 is live: a person has set it, although we once wrote it,
    too."""
    repository.edit_campaign("still", "50.00", "80.00")
    first_merge.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_posts("acme-sg/still", daily_budget=5000)
    repository.edit_campaign("still", "80.00", "60.00")
    first_merge.apply().ended(3)
    assert sandbox.value("acme-sg/still", "daily_budget") == "5000"


def test_what_a_late_create_of_ours_has_made_with_an_earlier_value_is_changed(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """A create of 50 was carried out hours after another one, of 20, was written down and had no answer either."""
    path = repository.root / "state" / "acme-sg" / "still.json"
    kept = json.loads(path.read_text("utf-8"))
    record = kept["resources"]["acme-sg/still"]
    sent = {**record["applied"], "daily_budget": 2000}
    pending = {"id": "", "pending": "2026-11-21T03:00:00+00:00", "applied": sent, "status": "PAUSED"}
    kept["resources"]["acme-sg/still"] = {"kind": "campaign", "on_remove": "pause", **pending}
    path.write_text(json.dumps(kept), "utf-8")
    repository.edit_campaign("still", "50.00", "20.00")
    assert "Drift" not in first_merge.apply().ended(0).out
    assert sandbox.value("acme-sg/still", "daily_budget") == "2000"
    first_merge.converged()


def test_a_launch_with_state_lost_that_meta_confirms_and_does_not_do_is_done_later(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    repository.forget_state()
    sandbox.fault("lie", f"/{sandbox.id('acme-sg/still/main')}$", method="POST", times=1)
    reconciler("activate").ended(6)
    sandbox.no_faults()
    sandbox.pass_time(7200)
    done = reconciler("activate").ended(0)
    assert "Drift" not in done.out
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    reconciler.converged()


def test_another_application_with_our_name_is_somebody(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    name = sandbox.writes()[-1]["actor"]
    sandbox.person_posts("acme-sg/still", actor=name, daily_budget=9000)
    repository.forget_state()
    repository.edit_campaign("still", "50.00", "20.00")
    first_merge.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "9000"


def test_where_the_log_cannot_be_read_nothing_is_overwritten(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    repository.edit_campaign("still", "50.00", "20.00")
    sandbox.fault("error", "/activities", method="GET", times=0, code=200, http=403)
    first_merge.apply()
    assert sandbox.value("acme-sg/still", "daily_budget") == "5000"


def test_a_hold_reaches_what_we_turned_on_ourselves_with_state_lost(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "daily_budget", "status: ACTIVE\ndaily_budget")
    first_merge.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    repository.forget_state()
    repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    first_merge.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_another_user_of_our_application_is_us_where_objects_are_concerned(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """A token is replaced now and then, and `state/` is lost."""
    sandbox.settings(strict_tokens=False)
    sandbox.token("another-token", user_name="Alice", user_id="77")
    repository.forget_state()
    first_merge.environment["META_ACCESS_TOKEN"] = "another-token"
    assert {action for action, _ in first_merge.plan().ended(0).actions} == {"adopt"}


def test_a_log_that_is_forbidden_stops_no_stop(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_activates("acme-sg/still")
    first_merge.apply().ended(0)
    repository.edit_campaign("still", "daily_budget", "status: PAUSED\ndaily_budget")
    sandbox.person_posts("acme-sg/still", daily_budget=9000)
    sandbox.fault("error", "/activities", method="GET", times=0, code=200, http=403)
    first_merge.apply()
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_a_change_of_one_text_does_not_undo_a_persons_other_text(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    ad = "acme-sg/still/main/main"
    story = sandbox.read(sandbox.id(ad), "creative{object_story_spec}")["creative"]["object_story_spec"]
    story["link_data"]["name"] = "Legal text"
    sandbox.person_edits(ad, creative={"name": "theirs", "object_story_spec": story})
    theirs = sandbox.value(ad, "creative")
    repository.edit_campaign("still", "primary_text: Shop.", "primary_text: Shop now.")
    assert "headline" in first_merge.apply().ended(3).out
    assert sandbox.value(ad, "creative") == theirs


@pytest.mark.parametrize("command", ["apply", "sync"])
def test_what_was_guessed_without_the_log_is_not_remembered_as_applied(
    command: str, first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    repository.edit_campaign("still", "50.00", "60.00")
    sandbox.fault("error", "/activities", method="GET", times=0, code=200, http=403)
    first_merge(command, *(["--auto-approve"] if command == "apply" else []))
    sandbox.no_faults()
    first_merge.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "6000"
    first_merge.converged()


def test_an_end_that_we_moved_is_moved_again_with_state_lost(
    first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "daily_budget", "deactivate_at: 2026-12-10 18:00\ndaily_budget")
    first_merge.apply().ended(0)
    repository.forget_state()
    repository.edit_campaign("still", "2026-12-10 18:00", "2026-12-09 18:00")
    first_merge.apply().ended(0)
    assert sandbox.value("acme-sg/still/main", "end_time") == "2026-12-09T18:00:00+0800"


@pytest.mark.parametrize("who", ["/me$", "/app$"])
@pytest.mark.parametrize("answer", ["null", "{}", '{"success":true}'])
def test_an_answer_that_does_not_say_whose_token_it_is_makes_nobodys_value_of_ours(
    answer: str, who: str, first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    repository.edit_campaign("still", "50.00", "60.00")
    sandbox.fault("status", who, method="GET", status=200, body=answer, times=0)
    first_merge.apply()
    sandbox.no_faults()
    first_merge.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "6000"


# ---- a log, or an identity, that cannot be read in one run

UNREAD = {"no log": ("/activities", 200), "no application": ("/app$", 10), "no user": ("/me$", 10)}


def make_unreadable(sandbox: LocalGraph, what: str) -> None:
    path, code = UNREAD[what]
    sandbox.fault("error", path, method="GET", times=0, code=code, http=403)


ON = STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget")
WINDOW = STILL.replace("daily_budget", "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-10 18:00\ndaily_budget")


@pytest.mark.parametrize("what", UNREAD)
def test_a_run_that_cannot_tell_whose_a_pause_is_does_not_write_its_guess_down(
    what: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", WINDOW)
    reconciler.apply().ended(0)
    records = repository.root / "state" / "acme-sg" / "still.json"
    sandbox.at("2026-12-01T09:05:00+08:00")
    reconciler("activate").ended(0)
    older = records.read_bytes()
    sandbox.at("2026-12-10T18:05:00+08:00")
    reconciler("activate").ended(0)
    records.write_bytes(older)
    make_unreadable(sandbox, what)
    reconciler("sync")
    sandbox.no_faults()
    later = ("12-01 09:00\ndeactivate_at: 2026-12-10", "12-15 09:00\ndeactivate_at: 2026-12-20")
    repository.edit_campaign("still", *later)
    sandbox.at("2026-12-15T09:05:00+08:00")
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"


@pytest.mark.parametrize("what", UNREAD)
def test_our_own_value_is_changed_by_the_run_that_can_tell_it(
    what: str, first_merge: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    repository.edit_campaign("still", "50.00", "20.00")
    make_unreadable(sandbox, what)
    first_merge.apply()
    sandbox.no_faults()
    first_merge.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "2000"


@pytest.mark.parametrize("what", UNREAD)
def test_nothing_is_made_in_what_may_be_a_strangers(
    what: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    theirs = sandbox.person_makes(
        "campaigns",
        name="Still",
        objective="OUTCOME_SALES",
        daily_budget=5000,
        bid_strategy="LOWEST_COST_WITHOUT_CAP",
        adlabels=[{"name": label_of("acme-sg/still")}],
    )
    make_unreadable(sandbox, what)
    reconciler.apply()
    assert sandbox.read(theirs, "status")["status"] == "PAUSED"
    assert sandbox.creates("ad_set") == []


@pytest.mark.parametrize("what", UNREAD)
def test_what_we_deleted_ourselves_is_made_again_by_the_run_that_can_tell_it(
    what: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON.replace("name: Still", "lifecycle: {on_remove: delete}\nname: Still"))
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(0)
    repository.remove("still")
    reconciler.apply().ended(0)
    repository.campaign("still", ON)
    make_unreadable(sandbox, what)
    reconciler.apply()
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert sandbox.deliverable()["campaign"] == 1


@pytest.mark.parametrize("what", UNREAD)
def test_a_doubt_about_one_campaign_stops_no_stop_of_another(
    what: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    repository.campaign("other", ON.replace("Still", "Other"))
    reconciler.apply().ended(0)
    sandbox.another_run_makes_a_duplicate("acme-sg/other")
    (repository.root / "state" / "acme-sg" / "other.json").unlink()
    repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    make_unreadable(sandbox, what)
    reconciler.apply()
    assert sandbox.status("acme-sg/still") == "PAUSED"
