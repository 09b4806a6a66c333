"""`Retry-After`, in a refusal or failure of Meta's or of what stands before it: nothing is sent before that time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

A = "acme-sg/still"
ASKED = "has asked for it (Retry-After)"


@pytest.fixture
def applied(repository: Repository, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    return reconciler


def seconds_since(sandbox: LocalGraph, begun: str) -> float:
    return (datetime.fromisoformat(sandbox.now()) - datetime.fromisoformat(begun)).total_seconds()


def in_seconds(sandbox: LocalGraph, seconds: float) -> str:
    """As a date of HTTP."""
    moment = datetime.fromisoformat(sandbox.now()) + timedelta(seconds=seconds)
    return format_datetime(moment.astimezone(UTC), usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("as_date", [False, True])
def test_a_read_is_asked_again_when_the_time_has_come_and_the_wait_is_told(
    status: int, as_date: bool, applied: Reconciler, sandbox: LocalGraph
) -> None:
    begun, after = sandbox.now(), in_seconds(sandbox, 90) if as_date else "90"
    sandbox.fault("status", "/campaigns$", method="GET", status=status, body="", retry_after=after)
    run = applied("plan", "--timings").ended(0)
    assert 90 <= seconds_since(sandbox, begun) < 100
    assert "acme-sg: waits until 2026-11-21 10:01:3" in run.err and ASKED in run.err
    assert "\nwait " in run.err


def test_a_limit_of_meta_s_lasts_as_long_as_its_refusal_asks_for(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", ".", method="GET", code=17, http=400, retry_after="1200")
    assert "after 2026-11-21 10:20" in applied("plan").ended(7).said
    sandbox.pass_time(1100)
    sandbox.forget_calls()
    applied("plan").ended(7)
    assert sandbox.calls() == []
    sandbox.pass_time(200)
    applied("plan").ended(0)


def test_what_is_longer_than_a_run_waits_ends_it_with_the_time_and_later_runs_ask_nobody(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("status", "/campaigns$", method="GET", status=503, retry_after="3600")
    assert "run the same command again after 2026-11-21 11:00" in applied("plan").ended(7).said
    sandbox.pass_time(3500)
    sandbox.forget_calls()
    applied("activate").ended(0)
    applied("plan").ended(7)
    assert sandbox.calls() == []
    sandbox.pass_time(200)
    applied("plan").ended(0)


def test_a_block_names_its_file_and_ends_when_that_is_deleted(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.fault("status", "/campaigns$", method="GET", status=503, retry_after="3600")
    applied("plan").ended(7)
    assert "state/.*.block.json keeps that until then" in applied("plan").ended(7).said
    (repository.root / "state" / ".acme-sg.block.json").unlink()
    applied("plan").ended(0)


@pytest.mark.parametrize(
    ("after", "remark"),
    [
        ("-5", "has passed already"),
        ("Sat, 01 Jan 2000 00:00:00 GMT", "has passed already"),
        ("soon", "is no time, and is not heeded"),
        ("1e5", "is no time, and is not heeded"),
        ("9" * 300, "is more than a day, of which one day is kept to"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "is more than a day, of which one day is kept to"),
    ],
)
def test_what_is_no_time_to_come_within_a_day_is_told_and_never_waited_for(
    after: str, remark: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    begun = sandbox.now()
    sandbox.fault("status", "/campaigns$", method="POST", status=503, times=0, retry_after=after)
    applied.repository.campaign("more", STILL)
    said = applied.apply().said
    assert f"Retry-After '{after[:60]}' {remark}" in said
    assert seconds_since(sandbox, begun) < 100
    sandbox.no_faults()
    sandbox.pass_time(3600)
    applied("plan").ended(7 if "a day" in remark else 0)
    sandbox.pass_time(23 * 3600)
    applied("plan").ended(0)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_that_was_answered_so_is_looked_for_after_that_time_and_made_once(
    when: str, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    begun = sandbox.now()
    sandbox.fault("status", "/campaigns$", method="POST", status=503, when=when, retry_after="120")
    reconciler.apply().ended(0)
    assert len(sandbox.creates("campaign")) == len(sandbox.objects("campaign")) == 1
    assert seconds_since(sandbox, begun) >= 120


def test_a_create_that_is_to_be_looked_for_after_an_hour_is_left_to_a_later_run(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("status", "/campaigns$", method="POST", status=503, when="after", retry_after="3600")
    assert "after 2026-11-21 11:00" in reconciler.apply().ended(7).said
    sandbox.pass_time(3700)
    reconciler.apply().ended(0)
    assert len(sandbox.creates("campaign")) == 1


def test_a_part_of_a_batch_asks_for_it_as_well(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for name in "ab":
        repository.campaign(name, STILL)
    begun = sandbox.now()
    sandbox.fault("error", "/campaigns$", method="POST", code=2, retry_after="120")
    reconciler.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 2
    assert seconds_since(sandbox, begun) >= 120


def test_the_emergency_stop_asks_all_the_same(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_posts(A, status="ACTIVE")
    begun = sandbox.now()
    sandbox.fault("status", ".", method="POST", status=503, retry_after="3600")
    applied("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"
    assert seconds_since(sandbox, begun) < 60


def test_a_redirect_asks_for_nothing(applied: Reconciler, sandbox: LocalGraph) -> None:
    begun = sandbox.now()
    sandbox.fault("redirect", "/campaigns$", method="GET", retry_after="3600")
    applied("plan").ended(0)
    assert seconds_since(sandbox, begun) < 60
    assert json.loads(applied("plan", "--json").ended(0).out)["failures"] == []
