"""`state/` is as it was before our last run. What that run did, and what people did since, is found in the activity
log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

ON = STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget")
OFF = STILL.replace("daily_budget", "status: PAUSED\ndaily_budget")
WINDOW = STILL.replace("daily_budget", "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-10 18:00\ndaily_budget")
LATER = ("12-01 09:00\ndeactivate_at: 2026-12-10", "12-15 09:00\ndeactivate_at: 2026-12-20")
ANEW = (
    "name: Still",
    "name: Still\nlifecycle: {replace: true}\nobjective: OUTCOME_TRAFFIC\noptimization_goal: LINK_CLICKS\n"
    "countries: [SG]",
)
A = "acme-sg/still"
Restore = Callable[[], None]


@pytest.fixture
def applied(repository: Repository, reconciler: Reconciler) -> Callable[[str], Restore]:
    """A function that applies a campaign and returns another function, which puts the records of that moment back."""

    def first(text: str) -> Restore:
        repository.campaign("still", text)
        repository.campaign("other", STILL.replace("Still", "Other"))
        reconciler.apply().ended(0)
        path = repository.root / "state" / "acme-sg" / "still.json"
        older = path.read_bytes()
        return lambda: path.write_bytes(older) and None

    return first


Applied = Callable[[str], Restore]


@pytest.mark.parametrize("who", ["Mei", "reconciler pause"])
def test_a_stop_after_a_start_that_the_records_do_not_know_stands(
    who: str, applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(OFF)
    repository.edit_campaign("still", "status: PAUSED", "status: ACTIVE")
    sandbox.pass_time(3600)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    if who == "Mei":
        sandbox.person_pauses(A)
    else:
        reconciler("pause", "--all").ended(0)
    restore()
    for _ in range(2):
        reconciler.apply()
        assert sandbox.status(A) == "PAUSED"


def test_reconciler_pause_in_a_window_stands(applied: Applied, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    restore = applied(WINDOW)
    sandbox.at("2026-12-01T09:05:00+08:00")
    reconciler("activate").ended(0)
    sandbox.at("2026-12-01T12:00:00+08:00")
    reconciler("pause", A).ended(0)
    restore()
    for command in (("activate",), ("apply", "--auto-approve"), ("activate",)):
        reconciler(*command)
        assert sandbox.status(A) == "PAUSED"


def test_a_stop_before_a_start_that_has_been_moved_since_stands(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(WINDOW)
    sandbox.at("2026-12-01T09:05:00+08:00")
    reconciler("activate").ended(0)
    sandbox.at("2026-12-05T12:00:00+08:00")
    sandbox.person_pauses(A)
    restore()
    repository.edit_campaign("still", *LATER)
    sandbox.at("2026-12-15T09:05:00+08:00")
    for _ in range(2):
        reconciler.apply()
        assert sandbox.status(A) == "PAUSED"


def test_what_a_person_turned_on_after_our_stop_stays_on(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(ON)
    repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    sandbox.pass_time(3600)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_activates(A)
    restore()
    for _ in range(2):
        assert "by Mei" in reconciler.apply().ended(0).out
        assert sandbox.status(A) == "ACTIVE"


PUT_BACK = {
    "daily_budget": (("50.00", "80.00"), A, "5000"),
    "end_time": (("2026-12-10 18:00", "2026-12-12 18:00"), f"{A}/main", "2026-12-10T18:00:00+0800"),
}


@pytest.mark.parametrize("field", PUT_BACK)
def test_what_a_person_put_back_is_kept_and_told(
    field: str, applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    edit, address, value = PUT_BACK[field]
    restore = applied(WINDOW)
    sandbox.pass_time(3600)
    repository.edit_campaign("still", *edit)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_posts(address, **{field: value})
    restore()
    for _ in range(2):
        assert "by Mei" in reconciler.apply().ended(0).out
        assert sandbox.value(address, field) == value


def test_what_we_wrote_last_is_ours_and_changes_with_the_yaml(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(ON)
    sandbox.pass_time(3600)
    repository.edit_campaign("still", "50.00", "80.00")
    reconciler.apply().ended(0)
    restore()
    repository.edit_campaign("still", "80.00", "50.00")
    reconciler.apply().ended(0)
    assert sandbox.value(A, "daily_budget") == "5000"
    reconciler.converged()


MOVED = {
    "both": ("12-01 09:00\ndeactivate_at: 2026-12-10", "12-02 09:00\ndeactivate_at: 2026-12-12"),
    "the start": ("12-01 09:00", "12-02 09:00"),
    "the end": ("deactivate_at: 2026-12-10", "deactivate_at: 2026-12-12"),
}


@pytest.mark.parametrize("moved", MOVED)
def test_the_log_s_word_of_a_start_is_not_taken_for_that_of_an_end(
    moved: str, applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Both have events of one type, which name a value and not whose it is."""
    restore = applied(WINDOW)
    sandbox.pass_time(3600)
    repository.edit_campaign("still", *MOVED[moved])
    reconciler.apply().ended(0)
    restore()
    reconciler.converged()
    restore()
    repository.edit_campaign("still", "deactivate_at: 2026-12-1", "# deactivate_at: 2026-12-1")
    told = reconciler.apply().ended(0)
    assert "Drift" not in told.out
    reconciler.converged()


def test_a_removal_that_a_person_has_undone_is_not_done_again(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(ON)
    sandbox.pass_time(3600)
    repository.remove("still")
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_activates(A)
    restore()
    for _ in range(2):
        assert "Refused (orphan)" in reconciler.apply().ended(3).out
        assert sandbox.status(A) == "ACTIVE"


def test_what_a_later_run_put_in_its_place_is_ours_and_nothing_is_made_again(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(ON)
    sandbox.pass_time(3600)
    repository.edit_campaign("still", *ANEW)
    reconciler.apply().ended(0)
    restore()
    reconciler.apply().ended(0)
    assert len(sandbox.labelled(A)) == 2
    assert sandbox.labelled(A)[1]["data"]["status"] == "ACTIVE"
    reconciler.converged()
    repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    reconciler.apply().ended(0)
    assert sandbox.labelled(A)[1]["data"]["status"] == "PAUSED"


def test_a_hold_reaches_what_was_made_again_after_a_deletion(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    restore = applied(ON)
    sandbox.person_edits(A, status="DELETED")
    sandbox.pass_time(3600)
    reconciler.apply("--revert-drift").ended(0)
    restore()
    repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    reconciler.apply().ended(0)
    assert sandbox.deliverable()["campaign"] == 0


def test_a_twin_of_what_a_person_deleted_is_held(
    applied: Applied, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """A create without an answer that arrived late is ours, too, and not something that a person wanted."""
    applied(OFF)
    sandbox.another_run_makes_a_duplicate(A)
    sandbox.person_edits(A, status="DELETED")
    repository.edit_campaign("still", "status: PAUSED", "status: ACTIVE")
    assert "PAUSED → DELETED, by Mei in Ads Manager" in reconciler.apply().said
    for command in (("activate",), ("apply", "--auto-approve")):
        reconciler(*command)
        assert [made["data"]["status"] for made in sandbox.labelled(A)] == ["DELETED", "PAUSED"]
