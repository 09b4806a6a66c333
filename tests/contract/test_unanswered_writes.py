"""Writes whose answer was lost, refused or false. What a person did meanwhile is kept, and no budget rises only because
Meta has confirmed that another one was lowered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.command import Reconciler
from support.interruption import Interrupted, interrupt
from support.repository import STILL, TRAFFIC, Repository, still_campaign
from support.sandbox import LocalGraph

from reconciler.apply import write
from reconciler.apply.activate import Gatekeeper
from reconciler.apply.memory import Memory
from reconciler.meta.client import Reader, Writer
from reconciler.model.remote import Activity
from reconciler.observe.account_log import read_log
from reconciler.run import apply, history

A = "acme-sg/still"
ON, OFF = "status: ACTIVE\n", "status: PAUSED\n"
REFUSED = {"code": 100, "subcode": 1885272}


def after_the_first_write(monkeypatch: pytest.MonkeyPatch, object_id: str, then: Callable[[Writer], None]) -> None:
    """Something happens while the client waits for the answer to its first write to the object."""
    real, seen = Writer._write_batch, []

    def meanwhile(self: Writer, parts: Any, permits: Any) -> Any:
        answers = real(self, parts, permits)
        if object_id in {part.path for part in parts} and not seen:
            seen.append(object_id)
            then(self)
        return answers

    monkeypatch.setattr(Writer, "_write_batch", meanwhile)


# ---- answers that are lost


def test_a_pause_while_the_answer_to_an_activation_was_waited_for_stands(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + OFF)
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + ON)
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", params={"status": "ACTIVE"}, when="after", times=1)

    def two_minutes_later(writer: Writer) -> None:
        sandbox.pass_time(120)
        assert sandbox.status(A) == "ACTIVE"
        sandbox.person_posts(A, status="PAUSED")

    after_the_first_write(monkeypatch, sandbox.id(A), two_minutes_later)
    assert "somebody has changed it while it was written" in reconciler.apply().said
    assert sandbox.status(A) == "PAUSED"
    reconciler.apply()
    assert sandbox.status(A) == "PAUSED"


@pytest.mark.parametrize("amount", [4000, 5000], ids=["another budget", "the former budget"])
def test_a_budget_that_somebody_sets_while_the_answer_was_waited_for_stands(
    amount: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "500.00")
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", when="after", times=1)

    def two_minutes_later(writer: Writer) -> None:
        sandbox.pass_time(120)
        sandbox.person_posts(A, daily_budget=amount)

    after_the_first_write(monkeypatch, sandbox.id(A), two_minutes_later)
    reconciler.apply()
    assert sandbox.value(A, "daily_budget") == str(amount)
    reconciler.apply()
    assert sandbox.value(A, "daily_budget") == str(amount)


def test_an_activation_is_not_sent_again_when_its_end_has_come(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\ndeactivate_at: 2026-11-22 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-22T11:59:00+08:00")
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", params={"status": "ACTIVE"}, when="before", times=1)
    after_the_first_write(monkeypatch, sandbox.id(A), lambda writer: writer.connection.sleep(120))
    reconciler("activate").ended(6)
    on = [datetime.fromisoformat(w["time"]) for w in sandbox.writes() if w["params"].get("status") == "ACTIVE"]
    assert max(on) < datetime.fromisoformat("2026-11-22T12:00:00+08:00")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("former", "latter"), [("50.00", "60.00"), (OFF, ON), (ON, OFF)])
def test_a_write_whose_answer_is_lost_is_done_once_and_by_the_same_run(
    former: str, latter: str, when: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + (former if former in (ON, OFF) else OFF))
    reconciler.apply().ended(0)
    repository.edit_campaign("still", former, latter)
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", when=when, times=1)
    before = len(sandbox.writes())
    reconciler.apply().ended(0)
    assert len([w for w in sandbox.writes()[before:] if w["path"] == f"/{sandbox.id(A)}"]) == 1
    reconciler.converged()


# ---- a run that ends before it knows


def crash_before_record(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(Memory, "updated", interrupt)
        reconciler("apply", "--auto-approve")


def lose_every_answer(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", when="after", times=0)
    sandbox.fault("error", f"/{sandbox.id(A)}$", method="GET", nth=2, code=190, times=0)
    reconciler.apply()
    sandbox.no_faults()


@pytest.mark.parametrize("ended", [crash_before_record, lose_every_answer])
def test_a_budget_that_is_put_back_after_a_write_that_was_never_recorded_stands(
    ended: Callable[..., None], repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "500.00")
    ended(repository, sandbox, reconciler)
    assert sandbox.value(A, "daily_budget") == "50000"
    sandbox.pass_time(600)
    sandbox.person_posts(A, daily_budget=5000)
    sandbox.pass_time(600)
    assert "daily_budget 500.00 SGD → 50.00 SGD" in reconciler.apply().said
    sandbox.pass_time(600)
    assert "daily_budget 500.00 SGD → 50.00 SGD" in reconciler.apply().said
    assert sandbox.value(A, "daily_budget") == "5000"


def test_a_decrease_that_meta_confirmed_and_did_not_do_is_done_by_the_next_run_though_nobody_read_it_back(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "20.00")
    sandbox.fault("lie", f"/{sandbox.id(A)}$", method="POST", times=1)
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(apply, "read_back", interrupt)
        reconciler("apply", "--auto-approve")
    sandbox.pass_time(600)
    reconciler.apply().ended(0)
    assert sandbox.value(A, "daily_budget") == "2000"
    reconciler.converged()


# ---- nothing rises before what pays for it was read back


def test_no_budget_rises_beside_a_decrease_that_meta_confirmed_and_did_not_do(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", still_campaign("A", ON))
    repository.campaign("b", still_campaign("B", ON))
    reconciler.apply().ended(0)
    repository.edit_campaign("a", "50.00", "20.00")
    repository.edit_campaign("b", "50.00", "80.00")
    sandbox.fault("lie", f"/{sandbox.id('acme-sg/a')}$", method="POST", times=1)
    assert "acme-sg/a was to spend less and does not yet" in reconciler.apply().said
    assert [sandbox.value(f"acme-sg/{key}", "daily_budget") for key in "ab"] == ["5000", "5000"]
    reconciler.apply().ended(0)
    assert [sandbox.value(f"acme-sg/{key}", "daily_budget") for key in "ab"] == ["2000", "8000"]
    reconciler.converged()


def test_nothing_starts_beside_a_stop_that_meta_confirmed_and_did_not_do(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", still_campaign("A", ON))
    repository.campaign("b", still_campaign("B", OFF))
    reconciler.apply().ended(0)
    repository.edit_campaign("a", ON.strip(), OFF.strip())
    repository.edit_campaign("b", OFF.strip(), ON.strip())
    sandbox.fault("lie", f"/{sandbox.id('acme-sg/a')}$", method="POST", times=1)
    reconciler.apply()
    assert [sandbox.status(f"acme-sg/{key}") for key in "ab"] == ["ACTIVE", "PAUSED"]
    reconciler.apply().ended(0)
    assert [sandbox.status(f"acme-sg/{key}") for key in "ab"] == ["PAUSED", "ACTIVE"]
    reconciler.converged()


# ---- what somebody did between the plan and the gate


def test_what_a_person_turned_on_and_off_after_the_plan_was_made_stays_off(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    real, seen = Gatekeeper.verdicts, []

    def meanwhile(self: Gatekeeper, wave: Any) -> Any:
        if wave[0].kind == "campaign" and not seen:
            seen.append(1)
            for status in ("ACTIVE", "PAUSED"):
                self._writer.connection.sleep(60)
                sandbox.person_posts(A, status=status)
        return real(self, wave)

    monkeypatch.setattr(Gatekeeper, "verdicts", meanwhile)
    assert "its status was changed after the plan was made, and is PAUSED" in reconciler.apply().said
    assert sandbox.status(A) == "PAUSED"


def test_a_look_that_lost_answers_have_drawn_out_turns_nothing_on(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + OFF)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", OFF, ON)
    real = Reader._got

    def slow(self: Reader, path: str, *asked: Any) -> Any:
        found = real(self, path, *asked)
        self.connection.sleep(101 if path.endswith(("/ads", "bylabels")) else 0)
        return found

    monkeypatch.setattr(Reader, "_got", slow)
    assert "took too long to rely on" in reconciler.apply().ended(6).said
    assert sandbox.status(A) == "PAUSED"


# ---- a definite refusal leaves nothing behind


def test_a_refused_stop_does_not_turn_a_later_pause_by_hand_into_our_own(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 09:00\ndeactivate_at: 2026-11-21 20:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T20:00:30+08:00")
    sandbox.fault("error", f"/{sandbox.id(A)}$", method="POST", times=1, **REFUSED)
    reconciler("activate")
    assert sandbox.status(A) == "ACTIVE"
    sandbox.pass_time(60)
    sandbox.person_posts(A, status="PAUSED")
    sandbox.pass_time(60)
    repository.edit_campaign("still", "2026-11-21 20:00", "2026-11-25 09:00")
    reconciler.apply()
    assert sandbox.status(A) == "PAUSED"


def test_a_revert_that_was_refused_is_not_done_by_a_later_run_that_was_not_asked_to(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 09:00\n")
    reconciler.apply().ended(0)
    sandbox.pass_time(600)
    sandbox.person_posts(A, status="PAUSED")
    sandbox.pass_time(600)
    sandbox.fault("error", f"/{sandbox.id(A)}$", method="POST", times=1, **REFUSED)
    reconciler.apply("--revert-drift")
    sandbox.pass_time(5 * 3600)
    reconciler("activate")
    assert sandbox.status(A) == "PAUSED"


# ---- limits that meet one part of a batch


def test_a_block_that_meta_has_timed_stands_though_several_parts_of_a_batch_met_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        repository.campaign(name, still_campaign(name, ON))
    reconciler.apply().ended(0)
    for name in "abc":
        repository.edit_campaign(name, "50.00", "20.00")
    row = {"type": "ads_management", "call_count": 90, "estimated_time_to_regain_access": 60}
    refused = json.dumps({"error": {"code": 80004, "error_subcode": 2446079, "message": "x"}})
    real = Reader._exchange

    def limited(self: Reader, method: str, path: str, params: Any, *more: Any, **named: Any) -> Any:
        if path == "" and "daily_budget=" in str(params):
            self._note({"x-business-use-case-usage": json.dumps({"1": [row]})})
            return [{"code": 400, "body": refused} for _ in json.loads(params["batch"])]
        return real(self, method, path, params, *more, **named)

    monkeypatch.setattr(Reader, "_exchange", limited)
    reconciler.apply().ended(7)
    sandbox.pass_time(3000)
    sandbox.forget_calls()
    reconciler("plan").ended(7)
    assert sandbox.calls() == []


def test_an_activation_that_somebody_made_after_the_end_and_before_a_late_run_stands(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\ndeactivate_at: 2026-11-21 20:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T21:00:00+08:00")
    sandbox.person_edits(A, status="ACTIVE")
    sandbox.pass_time(600)
    reconciler("activate").ended(0)
    assert sandbox.status(A) == "ACTIVE"


# ---- a log that comes late, or not at all


def replace_log(monkeypatch: pytest.MonkeyPatch, change: Callable[[list[Activity], datetime], list[Activity]]) -> None:
    """Replaces the activity log that the tool reads by `change(log, now)`, where `log` is what the sandbox has
    logged."""

    def whole(reader: Any, account: Any, since: datetime) -> tuple[Activity, ...]:
        return tuple(change(list(read_log(reader, account, since)), reader.connection.clock.now()))

    monkeypatch.setattr(history, "read_log", whole)
    monkeypatch.setattr(write, "read_log", whole)


def a_quarter_of_an_hour_late(log: list[Activity], now: datetime) -> list[Activity]:
    return [event for event in log if event.at < now - timedelta(minutes=15)]


def test_a_budget_that_is_neither_the_old_one_nor_ours_is_somebodys_whatever_the_log_says(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    replace_log(monkeypatch, a_quarter_of_an_hour_late)
    sandbox.pass_time(3600)
    repository.edit_campaign("still", "50.00", "500.00")
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", when="before", times=0)
    reconciler.apply()
    sandbox.no_faults()
    sandbox.pass_time(60)
    sandbox.person_posts(A, daily_budget=2000)
    sandbox.pass_time(120)
    assert "was changed on both sides" in reconciler.apply().said
    assert sandbox.value(A, "daily_budget") == "2000"


def test_a_pause_right_after_a_confirmed_activation_stands_though_the_log_does_not_know_it_yet(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    replace_log(monkeypatch, a_quarter_of_an_hour_late)
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(apply, "read_back", interrupt)
        reconciler("activate")
    sandbox.pass_time(60)
    sandbox.person_posts(A, status="PAUSED")
    for minutes in (4, 10, 30):
        sandbox.pass_time(60 * minutes)
        reconciler("activate").ended(0)
        assert sandbox.status(A) == "PAUSED"
    assert f"{A} status ACTIVE → PAUSED" in reconciler("plan").said


def test_without_the_log_what_is_to_stop_or_fall_does_and_nothing_rises(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", still_campaign("A", ON))
    repository.campaign("b", still_campaign("B", ON))
    repository.campaign("c", still_campaign("C", OFF))
    reconciler.apply().ended(0)
    repository.edit_campaign("a", ON.strip(), OFF.strip())
    repository.edit_campaign("a", "50.00", "20.00")
    repository.edit_campaign("b", "50.00", "80.00")
    repository.edit_campaign("c", OFF.strip(), ON.strip())
    sandbox.fault("error", "/activities$", method="GET", code=2, times=0)
    assert "the activity log cannot be read" in reconciler.apply().ended(3).said
    assert [sandbox.status(f"acme-sg/{key}") for key in "abc"] == ["PAUSED", "ACTIVE", "PAUSED"]
    assert [sandbox.value(f"acme-sg/{key}", "daily_budget") for key in "ab"] == ["2000", "5000"]
    sandbox.no_faults()
    reconciler.apply().ended(0)
    reconciler.converged()


def test_what_the_platform_logs_by_itself_is_nobodys_change(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", ON.strip(), OFF.strip())
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(Writer, "write_all", interrupt)
        reconciler("apply", "--auto-approve")
    sandbox.pass_time(60)
    review = Activity(
        sandbox.id(A), "update_ad_run_status_to_be_set_after_review", datetime.fromisoformat(sandbox.now()), ""
    )
    replace_log(monkeypatch, lambda log, now: [*log, review])
    sandbox.pass_time(60)
    reconciler.apply().ended(0)
    assert sandbox.status(A) == "PAUSED"


# ---- writes that were to overrule a person


def lose_every_request(sandbox: LocalGraph, reconciler: Reconciler) -> None:
    sandbox.fault("drop", f"/{sandbox.id(A)}$", method="POST", when="before", times=0)
    reconciler.apply("--revert-drift")
    sandbox.no_faults()


def kill_before_write(sandbox: LocalGraph, reconciler: Reconciler) -> None:
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(Writer, "write_all", interrupt)
        reconciler("apply", "--auto-approve", "--revert-drift")


@pytest.mark.parametrize("ended", [lose_every_request, kill_before_write])
@pytest.mark.parametrize("changed", [{"status": "PAUSED"}, {"daily_budget": 1000}], ids=["status", "budget"])
def test_a_revert_that_did_not_arrive_is_not_done_by_a_later_run_that_was_not_asked_to(
    ended: Callable[..., None],
    changed: dict[str, Any],
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 09:00\n")
    reconciler.apply().ended(0)
    sandbox.pass_time(600)
    sandbox.person_posts(A, **changed)
    sandbox.pass_time(600)
    ended(sandbox, reconciler)
    sandbox.pass_time(3 * 86400)
    for command in (["activate"], ["apply", "--auto-approve"]):
        reconciler(*command)
        assert {name: sandbox.value(A, name) for name in changed} == {n: str(v) for n, v in changed.items()}
    assert "Drift: acme-sg/still" in reconciler("plan").said


@pytest.mark.parametrize("lies", [1, 3], ids=["once", "for all three"])
def test_a_replacement_waits_until_the_old_one_is_seen_archived(
    lies: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC.replace("name: Always on", "status: ACTIVE\nname: Always on"))
    reconciler.apply().ended(0)
    repository.edit_campaign("t", "OUTCOME_TRAFFIC", "OUTCOME_LEADS\nlifecycle: {replace: true}")
    sandbox.fault("lie", r"/\d+$", method="POST", params={"status": "ARCHIVED"}, times=lies)
    for _ in range(lies):
        assert "Meta took the write but not the value" in reconciler.apply().said
        assert sandbox.deliverable()["campaign"] <= 1
        sandbox.pass_time(600)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    reconciler.converged()
