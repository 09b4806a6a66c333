"""What people, other runs and rate limits do between two steps of one run: no person's decision is lost, and nothing
spends more than declared."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.interruption import Interrupted, interrupt
from support.repository import STILL, Repository, still_campaign
from support.sandbox import ACCOUNT, EDGES, LocalGraph

from reconciler.apply.activate import Gatekeeper
from reconciler.apply.content import Contents
from reconciler.apply.memory import Memory
from reconciler.apply.order import REMOVALS
from reconciler.apply.waves import WAVES
from reconciler.apply.write import Writes
from reconciler.meta.client import Writer
from reconciler.meta.connection import Connection
from reconciler.observe.account_log import FIELDS
from reconciler.run import apply

A = "acme-sg/still"
ADDRESS_OF = {"campaign": A, "ad_set": f"{A}/main", "ad": f"{A}/main/main"}
ON, OFF = "status: ACTIVE\n", "status: PAUSED\n"


EMPTY_LOG = {"status": 200, "body": '{"data": []}'}
"""What it answers while it is late."""

LOWER = "was to spend less and does not yet, so nothing may spend more"


# ---- what can be spent never rises above what was declared, also midway


def spendable(sandbox: LocalGraph) -> int:
    on = [n["data"] for n in sandbox.objects("campaign") if n["data"]["status"] == "ACTIVE"]
    return sum(int(data["daily_budget"]) for data in on)


def test_nothing_rises_while_a_decrease_has_to_wait_for_the_hour(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", STILL + ON)
    repository.campaign("b", still_campaign("B", ON))
    reconciler.apply().ended(0)
    for amount in (5100, 5200, 5300, 5000):
        sandbox.person_posts("acme-sg/a", daily_budget=amount)
    repository.edit_campaign("a", "50.00", "20.00")
    repository.edit_campaign("b", "50.00", "80.00")
    assert LOWER in reconciler.apply().ended(7).said
    assert spendable(sandbox) == 10000
    sandbox.pass_time(3600)
    reconciler.apply().ended(0)
    assert spendable(sandbox) == 10000
    reconciler.converged()


@pytest.mark.parametrize(("before", "after"), [(OFF, ON), (ON, ON.replace("ACTIVE", "ACTIVE # more"))])
def test_nothing_starts_or_rises_beside_a_stop_that_failed(
    before: str, after: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", STILL + ON)
    repository.campaign("b", still_campaign("B", before))
    reconciler.apply().ended(0)
    declared = spendable(sandbox)
    repository.edit_campaign("a", "status: ACTIVE", "status: PAUSED")
    repository.campaign(
        "b", still_campaign("B", after) if before == OFF else still_campaign("B", after).replace("50.00", "100.00")
    )
    for address in ("acme-sg/a", "acme-sg/a/main", "acme-sg/a/main/main"):
        sandbox.fault("error", f"/{sandbox.id(address)}$", method="POST", code=2, times=0)
    assert LOWER in reconciler.apply().ended(6).said
    assert spendable(sandbox) == declared
    sandbox.no_faults()
    reconciler.apply().ended(0)
    reconciler.converged()


# ---- a person's decision


@pytest.mark.parametrize("rest", [ON, "activate_at: 2026-11-21 09:00\n"])
def test_a_pause_between_the_activation_and_the_reading_back_stands(
    rest: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + rest)
    real = apply.read_back

    def meanwhile(*given: Any) -> Any:
        sandbox.person_posts(A, status="PAUSED")
        return real(*given)

    with monkeypatch.context() as moment:
        moment.setattr(apply, "read_back", meanwhile)
        reconciler.apply()
    sandbox.pass_time(60)
    reconciler.apply().ended(0)
    assert sandbox.status(A) == "PAUSED"


def test_a_budget_that_somebody_puts_back_while_a_run_goes_on_stays(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "25.00")
    real = apply.read_back

    def meanwhile(*given: Any) -> Any:
        assert sandbox.value(A, "daily_budget") == "2500"
        sandbox.person_posts(A, daily_budget=5000)
        return real(*given)

    with monkeypatch.context() as moment:
        moment.setattr(apply, "read_back", meanwhile)
        assert "or somebody has changed it since: daily_budget reads 50.00 SGD" in reconciler.apply().said
    again = reconciler.apply()
    assert "daily_budget 25.00 SGD → 50.00 SGD" in again.said
    assert sandbox.value(A, "daily_budget") == "5000"


def test_an_activation_that_meta_confirmed_and_did_not_do_is_done_by_the_next_run_though_nobody_read_it_back(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + ON)
    sandbox.fault("lie", r"/\d+$", method="POST", params={"status": "ACTIVE"}, nth=2, times=1)
    with monkeypatch.context() as moment:
        moment.setattr(apply, "read_back", interrupt)
        with pytest.raises(Interrupted):
            reconciler("apply", "--auto-approve")
    assert sandbox.status(f"{A}/main") == "PAUSED"
    sandbox.pass_time(60)
    assert "whether somebody has changed it shows in the activity log within 30 min" in reconciler.apply().said
    sandbox.pass_time(1800)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    reconciler.converged()


@pytest.mark.parametrize("body", ['{"id": null}', '{"success": false}', "[]", "{}"])
def test_an_answer_to_an_update_that_does_not_say_it_was_done_is_not_believed(
    body: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "25.00")
    sandbox.fault("status", f"/{sandbox.id(A)}$", method="POST", status=200, body=body, times=1)
    reconciler.apply().ended(0)
    assert sandbox.value(A, "daily_budget") == "2500"
    reconciler.converged()


def test_a_run_for_one_address_forgets_nobodys_pause_of_another(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + ON)
    repository.campaign("other", still_campaign("B"))
    reconciler.apply().ended(0)
    sandbox.person_posts(A, status="PAUSED")
    repository.forget_state()
    sandbox.pass_time(60)
    reconciler.apply("--target", "acme-sg/other").ended(0)
    reconciler.apply().ended(0)
    assert sandbox.status(A) == "PAUSED"


def test_the_same_end_in_another_spelling_does_not_stop_what_a_person_restarted(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 09:00\ndeactivate_at: 2026-11-22 09:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-22T09:00:30+08:00")
    reconciler("activate").ended(0)
    sandbox.pass_time(600)
    sandbox.person_edits(A, status="ACTIVE")
    repository.edit_campaign("still", "2026-11-22 09:00", "2026-11-22T01:00:00Z")
    reconciler("activate").ended(0)
    assert sandbox.status(A) == "ACTIVE"


def test_a_budget_that_a_person_raised_right_after_a_second_try_to_make_it_stands(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("drop", "/campaigns$", method="POST", when="before", times=0)
    reconciler.apply().ended(6)
    sandbox.no_faults()
    sandbox.pass_time(3600)
    repository.edit_campaign("still", "50.00", "60.00")
    with monkeypatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(apply, "read_back", interrupt)
        reconciler("apply", "--auto-approve")
    sandbox.person_posts(A, daily_budget=9000)
    sandbox.pass_time(60)
    assert "daily_budget 60.00 SGD → 90.00 SGD" in reconciler.apply().said
    assert sandbox.value(A, "daily_budget") == "9000"


# ---- what is not ours any more, or not as it was planned


def test_nothing_is_put_into_what_has_lost_its_label_while_media_were_uploaded(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, ad = STILL.split("ad:\n")
    again = ad.replace("  ", "    ")
    repository.campaign("still", f"{head}ads:\n  main:\n{again}")
    reconciler.apply().ended(0)
    repository.campaign("still", f"{head}ads:\n  main:\n{again}  more:\n{again}".replace("Outlet", "More", 1))
    real = Contents.prepare

    def meanwhile(self: Contents, ads: Any) -> None:
        real(self, ads)
        sandbox.person_edits(f"{A}/main", adlabels=[])

    monkeypatch.setattr(Contents, "prepare", meanwhile)
    assert f"{A}/main has lost its label" in reconciler.apply().said
    assert len(sandbox.nodes("ad")) == 1


def test_an_object_that_has_lost_its_label_since_the_plan_is_not_written_to(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "60.00")
    campaign, real = sandbox.id(A), Writes.misgivings

    def meanwhile(self: Writes, wave: Any) -> Any:
        sandbox.control("edit", {"id": campaign, "actor": "Mei", "params": {"adlabels": []}})
        return real(self, wave)

    monkeypatch.setattr(Writes, "misgivings", meanwhile)
    assert "it has lost its label after the plan was made" in reconciler.apply().said
    assert sandbox.read(campaign, "daily_budget")["daily_budget"] == "5000"


@pytest.mark.parametrize(
    ("params", "why"), [({"adlabels": []}, "lost its label"), ({"status": "ACTIVE"}, "it is ACTIVE by now")]
)
def test_a_removal_that_was_planned_of_something_else_is_not_carried_out(
    params: dict[str, Any],
    why: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.campaign("still", STILL + "lifecycle: {on_remove: archive}\n")
    repository.campaign("keep", still_campaign("B"))
    reconciler.apply().ended(0)
    campaign, real = sandbox.id(A), WAVES[REMOVALS]
    repository.remove("still")

    def meanwhile(self: Any, wave: Any) -> Any:
        sandbox.control("edit", {"id": campaign, "actor": "Mei", "params": params})
        yield from real(self, wave)

    monkeypatch.setitem(WAVES, REMOVALS, meanwhile)
    assert why in reconciler.apply().said
    assert sandbox.read(campaign, "status")["status"] != "ARCHIVED"


def test_rivals_whose_names_differ_turn_on_one(
    tmp_path: Path, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + OFF)
    lists = r"^/act_\d+/(campaigns|adsets|ads)$"
    sandbox.fault("hide_fresh", lists, method="POST", seconds=3600, where="lists", times=0)
    reconciler.apply().ended(0)
    sandbox.pass_time(60)
    elsewhere = Repository(tmp_path / "elsewhere")
    elsewhere.campaign("still", (STILL + OFF).replace("name: Still", "name: Still 2"))
    rival = Reconciler(elsewhere, sandbox)
    rival.apply().ended(0)
    sandbox.no_faults()
    sandbox.pass_time(7200)
    for one in (elsewhere, repository):
        one.edit_campaign("still", "status: PAUSED", "status: ACTIVE")
    assert "carries the label of acme-sg/still too" in rival.apply().said
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_nothing_is_turned_on_for_review_below_a_campaign_that_a_person_has_turned_on(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + OFF)
    reconciler.apply().ended(0)
    sandbox.person_posts(A, status="ACTIVE")
    repository.campaign("still", STILL + "activate_at: 2026-12-01 09:00\npre_review: true\n")
    assert "its campaign is on before its time" in reconciler.apply().said
    assert sandbox.deliverable()["ad"] == 0


# ---- limits in the middle


def declare_many(repository: Repository, rest: str) -> list[str]:
    names = [f"c{number:02}" for number in range(25)]
    for name in names:
        repository.campaign(name, still_campaign(name, rest))
    return [f"acme-sg/{name}" for name in names]


def test_what_was_judged_before_a_wait_for_room_is_judged_anew_after_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = declare_many(repository, "activate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    sandbox.settings(throttle=True, tier="limited")
    first, last, real = sandbox.id(addresses[0]), addresses[-1], Writer._write_batch

    def meanwhile(self: Writer, parts: Any, permits: Any) -> Any:
        answers = real(self, parts, permits)
        if first in {part.path for part in parts}:
            sandbox.person_edits(last, daily_budget=900000)
        return answers

    monkeypatch.setattr(Writer, "_write_batch", meanwhile)
    assert f"daily_budget of {last} is not as declared" in reconciler("activate").said
    assert (sandbox.status(addresses[0]), sandbox.status(last)) == ("ACTIVE", "PAUSED")


def test_nothing_is_turned_on_after_its_end_however_long_a_run_had_to_wait(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    declare_many(repository, "activate_at: 2026-11-21 12:00\ndeactivate_at: 2026-11-22 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-22T11:42:30+08:00")
    sandbox.settings(throttle=True, tier="limited")
    reconciler("activate")
    on = [datetime.fromisoformat(w["time"]) for w in sandbox.writes() if w["params"].get("status") == "ACTIVE"]
    assert on and max(on) < datetime.fromisoformat("2026-11-22T12:00:00+08:00")


def test_the_budget_limit_of_one_object_keeps_no_other_from_starting(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", STILL + ON)
    repository.campaign("b", still_campaign("B", OFF))
    reconciler.apply().ended(0)
    repository.edit_campaign("a", "50.00", "60.00")
    repository.edit_campaign("b", "status: PAUSED", "status: ACTIVE")
    sandbox.fault("error", f"/{sandbox.id('acme-sg/a')}$", method="POST", code=613, subcode=1487632, times=0)
    assert "Run again after 2026-11-21 11:0" in reconciler.apply().ended(7).said
    assert sandbox.status("acme-sg/b") == "ACTIVE"


def test_a_token_that_dies_during_a_look_keeps_what_was_made_before_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for name in ("c0", "c1", "c2"):
        repository.campaign(name, still_campaign(name))
    sandbox.fault("null", "/campaigns$", method="POST", nth=2)
    sandbox.fault("error", "/campaigns$", method="GET", code=190, nth=3, times=0)
    reconciler.apply()
    known = [repository.state(name).get(f"acme-sg/{name}", {}).get("id") for name in ("c0", "c1", "c2")]
    assert len(list(filter(None, known))) == 2
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 3


def test_a_create_is_unknown_by_its_code_whatever_its_message_says(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    told = "Please reduce the amount of data you're asking for, then retry your request"
    sandbox.fault("error", "/campaigns$", method="POST", code=1, message=told, when="after")
    reconciler.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 1


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads", "adcreatives"])
def test_the_door_for_uploads_lets_nothing_else_through(edge: str, sandbox: LocalGraph) -> None:
    with pytest.raises(AssertionError, match="takes no upload"):
        Writer(Connection("a token", sandbox.url)).post(f"act_1234567890/{edge}", {"status": "ACTIVE"})
    assert sandbox.calls("POST") == []


STATE = [
    ("applied", []), ("live", "x"), ("activation", "x"), ("replaced", "abc"), ("pending", "2026-11-21T10:00:00"),
    ("created_at", "2026-11-21T10:00:00"), ("in_flight", "PAUSED"), ("in_flight", {"status": "PAUSED"}),
    ("in_flight", {"status": {"value": "PAUSED", "at": "2026-11-21T10:00:00", "known": 0, "former": ""}}),
    ("in_flight", {"status": {}}),
    ("in_flight", {"status": {"value": "PAUSED", "at": "2026-11-21T10:00:00+00:00", "known": "x", "former": ""}}),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), STATE)
def test_a_record_in_another_shape_stops_the_account_with_the_mend(
    field: str, value: object, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    path = repository.root / "state" / "acme-sg" / "still.json"
    data = json.loads(path.read_text())
    data["resources"][A][field] = value
    path.write_text(json.dumps(data))
    assert "it is not taken for empty" in reconciler("plan").ended(1).said


# ---- a run that is stopped between a status and its record


def interrupt_before_record(reconciler: Reconciler, *command: str) -> None:
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(Memory, "_status", interrupt)
        reconciler(*command)


@pytest.mark.parametrize("answered", [True, False])
def test_a_pause_after_an_activation_that_was_never_recorded_stands(
    answered: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + ON)
    interrupt_before_record(reconciler, "apply", "--auto-approve")
    ad = f"{A}/main/main"
    assert sandbox.status(ad) == "ACTIVE"
    sandbox.pass_time(5)
    if answered:
        sandbox.person_posts(ad, status="PAUSED")
    sandbox.pass_time(5)
    reconciler.apply()
    assert sandbox.status(ad) == ("PAUSED" if answered else "ACTIVE")
    if answered:
        assert f"{ad} status ACTIVE → PAUSED" in reconciler("plan").said
    else:
        reconciler.converged()


@pytest.mark.parametrize("answered", [True, False])
def test_a_restart_after_a_stop_that_was_never_recorded_stands(
    answered: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 09:00\ndeactivate_at: 2026-11-22 09:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-22T09:00:30+08:00")
    interrupt_before_record(reconciler, "activate")
    assert sandbox.status(A) == "PAUSED"
    sandbox.pass_time(5)
    if answered:
        sandbox.person_posts(A, status="ACTIVE")
    sandbox.pass_time(5)
    reconciler("activate").ended(0)
    assert sandbox.status(A) == ("ACTIVE" if answered else "PAUSED")


# ---- what Meta says it took and did not


@pytest.mark.parametrize("how", ["pause", "archive", "delete"])
def test_what_was_removed_stays_known_until_it_reads_as_removed(
    how: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + ON + f"lifecycle: {{on_remove: {how}}}\n")
    repository.campaign("keep", still_campaign("B"))
    reconciler.apply().ended(0)
    campaign = sandbox.id(A)
    repository.remove("still")
    sandbox.fault("lie", f"/{campaign}$", method="POST")
    assert "Meta took the write but not the value: status reads ACTIVE" in reconciler.apply().ended(6).said
    assert sandbox.deliverable()["campaign"] == 1
    reconciler.apply().ended(0)
    assert sandbox.deliverable()["campaign"] == 0
    path = repository.root / "state/acme-sg/still.json"
    known = repository.state("still").values() if path.exists() else ()
    assert {row["removed"] for row in known} == ({True} if how == "pause" else set())


def test_a_lost_create_that_is_found_later_is_changed_to_what_the_yaml_says_by_then(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.settings(list_lag_seconds=200, label_lag_seconds=200)
    sandbox.fault("status", "/activities$", method="GET", times=0, **EMPTY_LOG)
    sandbox.fault("drop", "/campaigns$", method="POST", when="after")
    sandbox.fault("error", "/campaigns$", method="POST", code=2, nth=2, times=0)
    reconciler.apply().ended(6)
    sandbox.no_faults()
    repository.edit_campaign("still", "50.00", "40.00")
    sandbox.pass_time(120)
    reconciler.apply()
    reconciler.apply().ended(0)
    assert sandbox.value(A, "daily_budget") == "4000"
    reconciler.converged()


def test_a_look_that_leaves_no_room_turns_nothing_on_and_tells_why(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("a", still_campaign("A", ON))
    repository.campaign("b", still_campaign("B", ON))
    with monkeypatch.context() as narrow:
        narrow.setattr(Gatekeeper, "_room", lambda self: 0)
        assert "leave no room right after a look" in reconciler.apply().ended(6).said
    assert sandbox.activations() == []
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 2, "ad_set": 2, "ad": 2}


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_what_somebody_deletes_while_it_is_looked_for_is_made_again_and_held(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ADDRESS_OF[kind]
    repository.campaign("still", STILL + ON)
    sandbox.fault("status", f"/{EDGES[kind]}$", method="POST", status=500, body="oops", when="after")
    real = Connection.sleep

    def meanwhile(connection: Connection, seconds: float) -> None:
        for made in sandbox.labelled(address):
            if made["data"]["status"] != "DELETED":
                sandbox.person_edits(address, status="DELETED")
        real(connection, seconds)

    with monkeypatch.context() as moment:
        moment.setattr(Connection, "sleep", meanwhile)
        assert "has been deleted by Mei" in reconciler.apply().ended(6).said
    assert [made["data"]["status"] for made in sandbox.labelled(address)] == ["DELETED"]
    held = reconciler.apply().ended(0)
    assert "was deleted by Mei" in held.said
    reconciler("activate").ended(0)
    assert [made["data"]["status"] for made in sandbox.labelled(address)] == ["DELETED", "PAUSED"]


def comes_late(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, kind: str) -> dict[str, Any]:
    """An object that Meta makes an hour after the run that asked for it, and that no listing shows for another."""
    repository.campaign("still", STILL + ON)
    sandbox.fault("late", f"/{EDGES[kind]}$", method="POST", seconds=3600)
    # The plan has read it, and of campaigns the archived, too; what looks for the object meets a limit.
    sandbox.fault("error", f"/{EDGES[kind]}$", method="GET", nth=3 if kind == "campaign" else 2, code=17, times=1)
    reconciler.apply().ended(7)
    sandbox.settings(list_lag_seconds=3600, label_lag_seconds=3600)
    sandbox.pass_time(3601)
    (late,) = sandbox.labelled(ADDRESS_OF[kind])
    return late


def archives(sandbox: LocalGraph, late: dict[str, Any], how: str) -> None:
    sandbox.control("edit", {"id": late["id"], "actor": "Mei", "params": {"status": how}})


@pytest.mark.parametrize("how", ["ARCHIVED", "DELETED"])
@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_what_came_late_and_was_put_away_unseen_is_made_again_and_held(
    kind: str, how: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    late = comes_late(repository, sandbox, reconciler, kind)
    archives(sandbox, late, how)
    assert f"was {how.lower()} by Mei" in reconciler.apply().said
    sandbox.pass_time(7200)
    reconciler.apply()
    reconciler("activate").ended(0)
    assert [made["data"]["status"] for made in sandbox.labelled(ADDRESS_OF[kind])] == [how, "PAUSED"]


@pytest.mark.parametrize("how", ["ARCHIVED", "DELETED"])
@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_what_was_put_away_is_held_too_where_the_log_tells_of_it_only_after_it_was_made_again(
    kind: str, how: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    late = comes_late(repository, sandbox, reconciler, kind)
    archives(sandbox, late, how)
    sandbox.fault("status", "/activities$", method="GET", times=0, **EMPTY_LOG)
    sandbox.pass_time(1)
    repository.edit_campaign("still", "status: ACTIVE", "activate_at: 2026-11-21 18:00")
    reconciler.apply()
    sandbox.no_faults()
    sandbox.at("2026-11-21T18:01:00+08:00")
    assert f"was {how.lower()} by Mei" in reconciler("activate").said
    reconciler.apply()
    assert [made["data"]["status"] for made in sandbox.labelled(ADDRESS_OF[kind])] == [how, "PAUSED"]


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_what_was_put_away_in_the_run_that_makes_it_again_is_not_turned_on_by_that_run(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log tells of it only after the create was sent again."""
    address = ADDRESS_OF[kind]
    repository.campaign("still", STILL + ON)
    sandbox.settings(list_lag_seconds=20, label_lag_seconds=20)
    sandbox.fault("late", f"/{EDGES[kind]}$", method="POST", seconds=30)
    sandbox.fault("status", "/activities$", method="GET", times=2, **EMPTY_LOG)
    real = Connection.sleep

    def meanwhile(connection: Connection, seconds: float) -> None:
        real(connection, seconds)
        for made in sandbox.labelled(address)[:1]:
            if made["data"]["status"] == "PAUSED":
                archives(sandbox, made, "ARCHIVED")

    with monkeypatch.context() as moment:
        moment.setattr(Connection, "sleep", meanwhile)
        said = reconciler.apply().ended(6).said
    assert "which it had before, was archived by Mei" in said
    assert "was archived by Mei" in reconciler.apply().said
    assert [made["data"]["status"] for made in sandbox.labelled(address)] == ["ARCHIVED", "PAUSED"]


@pytest.mark.parametrize("how", ["ARCHIVED", "DELETED"])
@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_of_two_sends_without_an_answer_the_one_that_is_left_is_held_where_the_other_was_put_away_before(
    kind: str, how: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    address = ADDRESS_OF[kind]
    repository.campaign("still", STILL + "activate_at: 2026-11-21 18:00\n")
    sandbox.fault("late", f"/{EDGES[kind]}$", method="POST", seconds=600)
    sandbox.fault("late", f"/{EDGES[kind]}$", method="POST", seconds=900, nth=2)
    reconciler.apply().ended(6)
    sandbox.pass_time(700)
    (first,) = sandbox.labelled(address)
    archives(sandbox, first, how)
    sandbox.pass_time(700)
    reconciler.apply()
    sandbox.at("2026-11-21T18:01:00+08:00")
    reconciler("activate")
    assert [made["data"]["status"] for made in sandbox.labelled(address)] == [how, "PAUSED"]


@pytest.mark.parametrize("how", ["ARCHIVED", "DELETED"])
@pytest.mark.parametrize("meanwhile", ["activate", "apply", "sync"])
def test_what_was_put_away_is_held_though_state_is_lost(
    meanwhile: str, how: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    late = comes_late(repository, sandbox, reconciler, "campaign")
    archives(sandbox, late, how)
    sandbox.pass_time(1)
    sandbox.fault("status", "/activities$", method="GET", times=0, **EMPTY_LOG)
    repository.edit_campaign("still", "status: ACTIVE", "activate_at: 2026-11-21 18:00")
    reconciler.apply()
    sandbox.no_faults()
    sandbox.settings(list_lag_seconds=0, label_lag_seconds=0)
    repository.forget_state()
    reconciler(meanwhile, *(["--auto-approve"] if meanwhile == "apply" else []))
    sandbox.at("2026-11-21T18:01:00+08:00")
    assert f"was {how.lower()} by Mei" in reconciler("activate").said
    assert f"held, since it was {how.lower()} by Mei" in reconciler.apply().said
    assert [made["data"]["status"] for made in sandbox.labelled(A)] == [how, "PAUSED"]
    plan = str(repository.root / "on.json")
    shown = reconciler("plan", "--out", plan).said
    assert f"Turns on again: acme-sg/still, which is held, since it was {how.lower()} by Mei" in shown
    reconciler("apply", plan).ended(0)
    assert [made["data"]["status"] for made in sandbox.labelled(A)] == [how, "ACTIVE"]


def test_what_was_renamed_and_put_away_is_held_whatever_the_language_of_the_log(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    late = comes_late(repository, sandbox, reconciler, "campaign")
    sandbox.control("edit", {"id": late["id"], "actor": "Mei", "params": {"name": "zz old"}})
    archives(sandbox, late, "ARCHIVED")
    log = sandbox.read(f"{ACCOUNT}/activities", FIELDS)
    told = json.dumps(log["data"]).replace("Archived", "Archiviert").replace("ARCHIVED", "Archiviert")
    assert "Archiviert" in told
    sandbox.fault("status", "/activities$", method="GET", times=0, status=200, body=f'{{"data": {told}}}')
    assert "was archived by Mei" in reconciler.apply().said
    sandbox.pass_time(7200)
    reconciler("activate")
    assert [made["data"]["status"] for made in sandbox.labelled(A)] == ["ARCHIVED", "PAUSED"]


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_of_two_the_one_that_is_left_is_turned_on(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Somebody who archives the one that came late, and has seen both, has chosen."""
    late = comes_late(repository, sandbox, reconciler, kind)
    repository.edit_campaign("still", "status: ACTIVE", "activate_at: 2026-11-21 18:00")
    sandbox.fault("status", "/activities$", method="GET", times=0, **EMPTY_LOG)
    reconciler.apply()
    sandbox.no_faults()
    sandbox.pass_time(10)
    archives(sandbox, late, "ARCHIVED")
    sandbox.at("2026-11-21T18:01:00+08:00")
    reconciler("activate").ended(0)
    assert [made["data"]["status"] for made in sandbox.labelled(ADDRESS_OF[kind])] == ["ARCHIVED", "ACTIVE"]


def test_what_may_be_deleted_and_cannot_be_looked_at_is_not_made_again(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Without a look nobody knows that it carried our label, and what is made anew would be turned on."""
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    deleted = sandbox.id(A)
    sandbox.person_edits(A, status="DELETED")
    repository.forget_state()
    sandbox.fault("null", f"/{deleted}$", method="GET", times=1)
    assert "nothing is made, turned on or raised" in reconciler.apply().ended(3).said
    assert [made["data"]["status"] for made in sandbox.labelled(A)] == ["DELETED"]
    assert "was deleted by Mei" in reconciler.apply().ended(0).said
    assert [made["data"]["status"] for made in sandbox.labelled(A)] == ["DELETED", "PAUSED"]


def test_a_hold_outlives_a_run_that_took_over_what_it_holds_and_was_cut_off(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    sandbox.person_edits(f"{A}/main/main", status="DELETED")
    for _ in range(2):
        repository.forget_state()
        with monkeypatch.context() as moment:
            moment.setattr(apply, "read_back", interrupt)
            with pytest.raises(Interrupted):
                reconciler.apply()
    reconciler.apply()
    ads = [made["data"]["status"] for made in sandbox.labelled(f"{A}/main/main")]
    assert ads == ["DELETED", "PAUSED"]
