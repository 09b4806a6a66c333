"""`pause`: it stops all that it can reach, no other run on this machine undoes that, and it says what it has not
stopped."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import PATIENCE, Reconciler
from support.repository import ACCOUNT_FILE, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph, label_of

from reconciler.store.files.leases import FileLeases

ON, OFF = "status: ACTIVE\n", "status: PAUSED\n"
A = "acme-sg/still"
HELD = 8
"""Seconds by which an answer is delayed, so that the stop begins while a run waits for it."""

NOTHING = "Nothing of ours was active."


def campaign(headline: str, rest: str = "") -> str:
    return STILL.replace("headline: Outlet", f"headline: {headline}") + rest


@pytest.fixture
def running(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """One campaign that is on."""
    repository.campaign("still", STILL + ON)
    reconciler.apply().ended(0)
    reconciler.graph.pass_time(60)
    return reconciler


@pytest.fixture
def three_running(repository: Repository, reconciler: Reconciler) -> Reconciler:
    for name in "abc":
        repository.campaign(name, campaign(name, ON))
    reconciler.apply().ended(0)
    reconciler.graph.pass_time(60)
    return reconciler


def statuses(sandbox: LocalGraph) -> list[str]:
    return [sandbox.status(f"acme-sg/{name}") for name in "abc"]


# ---- limits


def test_a_gauge_at_its_end_does_not_keep_the_stop_from_asking(running: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.settings(throttle=True, tier="full", hourly_limits={"ads_management": 50})
    for number in range(49):
        sandbox.person_posts(A, name=f"Still {number}")
        sandbox.pass_time(1)
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


# ---- one that fails


def test_what_one_object_meets_with_keeps_no_other_on_and_everything_is_reported(
    three_running: Reconciler, sandbox: LocalGraph
) -> None:
    refusing = sandbox.id("acme-sg/b")
    sandbox.fault("error", f"/{refusing}$", method="POST", code=100, message="not this one", times=0)
    run = three_running("pause", "--all").ended(1)
    assert statuses(sandbox) == ["PAUSED", "ACTIVE", "PAUSED"]
    assert all(f"Paused campaign {sandbox.id(f'acme-sg/{name}')}" in run.out for name in "ac")
    assert refusing in run.err and "not this one" in run.err


def test_the_json_has_what_was_paused_beside_what_was_not(three_running: Reconciler, sandbox: LocalGraph) -> None:
    refusing = sandbox.id("acme-sg/b")
    sandbox.fault("error", f"/{refusing}$", method="POST", code=100, message="not this one", times=0)
    told = three_running("pause", "--all", "--json").ended(1).json
    assert {one["id"] for one in told["paused"]} == {sandbox.id("acme-sg/a"), sandbox.id("acme-sg/c")}
    assert refusing in told["failures"]["acme-sg"] and "not this one" in told["failures"]["acme-sg"]


def test_what_was_paused_before_a_listing_broke_off_is_reported(three_running: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/campaigns$", method="GET", code=100, nth=2, times=0)
    run = three_running("pause", "--all").ended(1)
    assert statuses(sandbox) == ["PAUSED"] * 3
    assert run.out.count("Paused campaign") == 3
    assert "Meta error 100" in run.err


ONLY_BELOW = (A, f"{A}/main")


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_where_campaigns_are_not_listed_what_is_known_of_them_and_what_is_in_them_is_stopped(
    memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    if memory == "lost":
        repository.forget_state()
    sandbox.fault("error", "/campaigns$", method="GET", code=2, times=0)
    run = running("pause", "--all").ended(1)
    stopped, on = ONLY_BELOW if memory == "kept" else reversed(ONLY_BELOW)
    assert (sandbox.status(stopped), sandbox.status(on)) == ("PAUSED", "ACTIVE")
    assert f"Paused {'campaign' if memory == 'kept' else 'ad_set'} {sandbox.id(stopped)}" in run.out
    assert "acme-sg: not all campaigns could be listed" in run.err and "Meta error 2" in run.err
    told = running("pause", "--all", "--json").ended(1).json
    assert "not all campaigns could be listed" in told["failures"]["acme-sg"]


def test_what_was_stopped_below_an_unlisted_campaign_stays_so(running: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", f"/({sandbox.id(A)}|campaigns)$", method="GET", code=2, times=0)
    sandbox.fault("error", "^/$", method="POST", code=2, times=0)
    running("pause", "--all").ended(1)
    assert sandbox.status(f"{A}/main") == "PAUSED"
    sandbox.no_faults()
    sandbox.pass_time(60)
    running.apply().ended(0)
    assert sandbox.status(f"{A}/main") == "PAUSED"


def test_a_list_that_comes_whole_at_the_next_look_is_no_failure(running: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/campaigns$", method="GET", code=100, times=1)
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


def test_where_nothing_can_be_listed_one_reason_is_told(running: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", ".", method="GET", code=200, times=0)
    assert running("pause", "--all").ended(1).err.count("Meta error 200") == 1


@pytest.mark.parametrize("how", [A, "id"])
def test_one_that_is_asked_for_is_stopped_though_the_list_breaks_off(
    how: str, running: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "/campaigns$", method="GET", code=2, times=0)
    run = running("pause", sandbox.id(A) if how == "id" else how).ended(1)
    assert sandbox.status(A) == "PAUSED"
    assert "not all campaigns could be listed" in run.err


@pytest.mark.parametrize("how", [A, "id"])
def test_of_one_that_could_not_be_looked_at_it_is_not_said_that_it_is_not_there(
    how: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    sandbox.fault("error", "/campaigns$", method="GET", code=2, times=0)
    err = running("pause", sandbox.id(A) if how == "id" else how).ended(1).err
    assert "it is not among what could be looked at, so it was not paused" in err
    assert "nothing at Meta carries" not in err and "no account that is known here has it" not in err


def test_what_failed_at_one_look_is_tried_again_at_the_next(running: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", f"/{sandbox.id(A)}$", method="POST", code=100, times=1)
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


def test_one_address_that_nobody_knows_keeps_no_other_on(running: Reconciler, sandbox: LocalGraph) -> None:
    run = running("pause", "acme-sg/stil", A).ended(1)
    assert "did you mean reconciler pause acme-sg/still?" in run.err
    assert sandbox.status(A) == "PAUSED"


@pytest.mark.parametrize("state", ["a file", "unreadable"])
def test_state_that_cannot_be_used_keeps_nothing_on(
    state: str, running: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    if state == "a file":
        repository.forget_state()
        (repository.root / "state").write_text("")
    else:
        (repository.root / "state/acme-sg/still.json").write_text("<<<<<<< ours")
    run = running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"
    assert ("a run that is under way here could not be stopped" in run.out) == (state == "a file")


# ---- what the next run would still turn on


@pytest.mark.parametrize(
    ("rest", "when"),
    [
        (ON, "with the next apply"),
        ("activate_at: 2026-11-21 09:00\n", "with the next apply or activate"),
        ("activate_at: 2026-11-21 12:00\n", "at 2026-11-21 12:00 +08"),
    ],
)
@pytest.mark.parametrize("how", [["--all"], [A]])
def test_the_stop_says_what_an_apply_or_activate_would_still_turn_on(
    how: list[str], rest: str, when: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + OFF)
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + rest)
    run = reconciler("pause", *how).ended(0)
    assert (NOTHING if how == ["--all"] else "Nothing of what was asked for was active.") in run.out
    hold = "write status: PAUSED (desired/campaigns/acme-sg/still.yaml:1), commit and merge that to hold it"
    assert f"Note: {A} starts {when} all the same; {hold}." in re.sub(r"yaml:\d+", "yaml:1", run.out)
    assert reconciler("pause", *how, "--json").json["later"] == [A]
    sandbox.at("2026-11-21T12:00:00+08:00")
    reconciler.apply().ended(0)
    assert sandbox.status(A) == "ACTIVE"


LATE = "activate_at: 2026-11-01 09:00\n"


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize(
    ("rest", "late"),
    [(LATE, True), ("activate_at: 2026-11-20 10:00\n", False), ("activate_at: 2026-11-20 09:59\n", True)],
)
def test_of_what_is_too_late_the_stop_says_that_a_person_has_to_decide(
    rest: str, late: bool, made: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    if made:
        repository.campaign("still", STILL + OFF)
        reconciler.apply().ended(0)
    repository.campaign("still", STILL + rest)
    out = reconciler("pause", "--all").ended(0).out
    how = "with a reviewed plan or apply --late-activations only"
    assert (f"Note: {A} starts {how}; write status: PAUSED (desired/campaigns/acme-sg/still.yaml:" in out) is late
    assert ("all the same" in out) is not late
    assert reconciler("pause", "--all", "--json").json["later"] == ([] if late else [A])
    reconciler.apply().ended(3 if late else 0)
    assert sandbox.status(A) == ("PAUSED" if late else "ACTIVE")


def test_an_account_that_allows_more_lateness_is_judged_by_its_own_limit(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + LATE)
    repository.edit("accounts/acme-sg.yaml", "name:", "policies: {max_lateness: 720h}\nname:")
    assert f"{A} starts with the next apply or activate all the same" in reconciler("pause", "--all").ended(0).out


def test_the_stop_says_that_what_is_not_even_made_yet_starts(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL + ON)
    assert f"Note: {A} starts with the next apply all the same" in reconciler("pause", "--all").ended(0).out


@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("rest", [ON, "activate_at: 2026-11-21 09:00\n"])
def test_of_what_the_stop_has_paused_it_does_not_say_that_it_starts_and_it_does_not(
    rest: str, memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + rest)
    reconciler.apply().ended(0)
    sandbox.pass_time(60)
    if memory == "lost":
        repository.forget_state()
    assert "Note" not in reconciler("pause", "--all").ended(0).out
    sandbox.pass_time(60)
    reconciler("activate").ended(0)
    reconciler.apply().ended(0)
    assert sandbox.status(A) == "PAUSED"


def test_a_stop_stands_though_a_status_was_in_question(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    path = repository.root / "state/acme-sg/still.json"
    for value in ("PAUSED", "ACTIVE"):
        sent = {"at": "2026-11-21T02:00:00+00:00", "former": "", "known": 9, "value": value}
        asked = f'"in_flight": {json.dumps({"status": sent})},\n'
        text = path.read_text()
        path.write_text(text.replace('"status": "ACTIVE"\n    }', asked + '"status": "ACTIVE"\n    }'))
        sandbox.person_posts(A, status="ACTIVE")
        running("pause", "--all").ended(0)
        sandbox.pass_time(60)
        running.apply().ended(0)
        assert sandbox.status(A) == "PAUSED"


def test_files_with_problems_are_no_promise_that_nothing_starts(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", "name: [")
    assert "nobody knows what starts once they are mended" in running("pause", "--all").ended(0).out
    assert sandbox.status(A) == "PAUSED"


# ---- other runs


@pytest.mark.share(3)
@pytest.mark.parametrize("how", ["--all", A])
@pytest.mark.parametrize(("slow", "done"), [(f"{A}/main/main", 1), (A, 3)], ids=["ads first", "the campaign last"])
def test_a_run_that_is_turning_something_on_does_not_outrun_the_stop(
    slow: str, done: int, how: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + OFF)
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + ON)
    sandbox.fault("slow", f"/{sandbox.id(slow)}$", method="POST", seconds=HELD)
    before = max(write["n"] for write in sandbox.ledger())
    other = reconciler.start("apply", "--auto-approve")
    try:
        while other.poll() is None and len(sandbox.activations(before)) < done:
            time.sleep(0.01)
        run = reconciler.process("pause", how).ended(0)
        out, err = other.communicate(timeout=PATIENCE)
    finally:
        other.kill()
    assert "a run of " in run.out and f"process {other.pid}" in run.out and "was stopped" in run.out
    assert other.returncode in (5, 6)
    assert "was taken away from this run" in out + err
    assert sandbox.status(A) == "PAUSED"
    was_on = slow == A
    assert (f"Paused campaign {sandbox.id(A)}" in run.out) == was_on
    assert (f"Note: {A} starts with the next apply all the same" in run.out) == (not was_on)
    sandbox.pass_time(60)
    reconciler.apply().ended(0)
    assert sandbox.status(A) == ("PAUSED" if was_on else "ACTIVE")


def test_what_comes_on_after_the_first_look_is_paused_by_the_next(
    running: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.run.stop import Stop

    real, turned_on = Stop._let_end, []

    def meanwhile(self: Stop) -> None:
        real(self)
        if not turned_on:
            turned_on.append(sandbox.person_posts(A, status="ACTIVE"))

    monkeypatch.setattr(Stop, "_let_end", meanwhile)
    assert running("pause", "--all").ended(0).out.count("Paused campaign") == 1
    assert sandbox.status(A) == "PAUSED"


def test_a_stop_that_somebody_undoes_again_and_again_does_not_claim_to_be_done(
    running: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.run.stop import Stop

    monkeypatch.setattr(Stop, "_let_end", lambda self: sandbox.person_posts(A, status="ACTIVE"))
    assert "something was on at each of 3 looks" in running("pause", "--all").ended(1).err


def test_a_run_that_does_not_end_is_told_of(running: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    held = FileLeases(repository.root).acquire("acme-sg")
    run = running("pause", "--all").ended(0)
    assert f"lock {held.holder.id} was stopped" in run.out
    assert "the run that was stopped has not ended within 20 s" in run.out
    assert sandbox.status(A) == "PAUSED"


def test_a_run_that_has_not_written_its_name_is_stopped_as_well(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    held = FileLeases(repository.root).acquire("acme-sg")
    (repository.root / "state/.acme-sg.lock").write_text("")
    assert "a run of somebody was stopped" in running("pause", "--all").ended(0).out
    assert sandbox.status(A) == "PAUSED"
    held.release()


def test_the_stop_leaves_the_account_unlocked(running: Reconciler) -> None:
    running("pause", "--all").ended(0)
    running.apply().ended(0)


# ---- what is not ours


@pytest.mark.parametrize("labels", [["somebody-elses"], []])
def test_what_has_lost_our_label_is_not_paused_and_the_reason_is_told(
    labels: list[str], running: Reconciler, sandbox: LocalGraph
) -> None:
    stranger = sandbox.id(A)
    rows = [{"name": name} for name in labels]
    sandbox.control("edit", {"id": stranger, "actor": "Mei", "params": {"adlabels": rows}})
    for how in (A, "--all"):
        run = running("pause", how).ended(1)
        assert f"campaign {stranger}" in run.err and "bears no label of acme-agency" in run.err
        assert sandbox.read(stranger, "status")["status"] == "ACTIVE"


# ---- files that cannot be read, and other ways to name an account


@pytest.mark.parametrize("text", ["api_version: v25.0\n", 'api_version: "v25.0" # {\n', "\t[\napi_version: v25.0\n"])
def test_the_stop_speaks_the_api_version_of_the_project(
    text: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.write("project.yaml", f"project: acme-agency\n{text}")
    sandbox.settings(auto_upgrade=False, live_versions=["v25.0"])
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


def made_a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def made_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("spoil", [made_a_link, made_a_pipe])
def test_an_account_whose_file_is_no_file_is_stopped_by_what_state_knows(
    spoil: Callable[[Path], object], running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    spoil(repository.root / "desired/accounts/acme-sg.yaml")
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


@pytest.mark.parametrize("spoil", [made_a_link, made_a_pipe, lambda path: path.write_text("name: Acme\n")])
def test_an_account_that_nobody_can_name_is_no_account_without_anything_active(
    spoil: Callable[[Path], object], running: Reconciler, repository: Repository
) -> None:
    repository.forget_state()
    spoil(repository.root / "desired/accounts/acme-sg.yaml")
    run = running("pause", "--all").ended(1)
    assert "no account: act_… can be read in desired/accounts/acme-sg.yaml" in run.err
    assert NOTHING not in run.out


def test_no_account_at_all_is_wrong_usage(running: Reconciler, repository: Repository) -> None:
    repository.forget_state()
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    assert "nothing was paused" in running("pause", "--all").ended(64).err


def test_a_byte_that_is_no_utf_8_does_not_hide_the_account(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    repository.write("accounts/acme-sg.yaml", b"# Caf\xe9\n" + ACCOUNT_FILE.encode())
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


@pytest.mark.parametrize("spoil", [made_a_link, made_a_pipe])
def test_a_project_whose_file_is_no_file_is_wrong_usage_and_waits_for_nothing(
    spoil: Callable[[Path], object], running: Reconciler, repository: Repository
) -> None:
    spoil(repository.root / "desired/project.yaml")
    assert "no project: line in desired/project.yaml" in running("pause", "--all").ended(64).err


def test_what_a_state_file_calls_an_account_does_not_become_a_url(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.write("accounts/acme-sg.yaml", "name: Acme\n")
    path = repository.root / "state/acme-sg/still.json"
    path.write_text(path.read_text().replace("act_1234567890", "me/accounts?x="))
    sandbox.forget_calls()
    running("pause", "--all").ended(1)
    assert sandbox.calls() == []


def test_a_clock_that_is_set_wrongly_does_not_keep_the_stop_from_acting(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    running.environment["RECONCILER_NOW"] = "yesterday"
    running("pause", "--all").ended(0)
    assert sandbox.status(A) == "PAUSED"


def test_a_lock_that_is_a_link_neither_stops_the_stop_nor_is_followed(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    lock, victim = repository.root / "state/.acme-sg.lock", repository.root / "creatives/precious"
    victim.write_text("kept")
    lock.unlink(missing_ok=True)
    lock.symlink_to(victim)
    assert "state/.acme-sg.lock: the lock is a link" in running.apply().ended(1).said
    run = running("pause", "--all").ended(0)
    assert "could not be stopped: state/.acme-sg.lock: the lock is a link" in run.out
    assert (sandbox.status(A), victim.read_text()) == ("PAUSED", "kept")


def test_a_copy_that_is_paused_does_not_hide_that_its_original_starts(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-22 09:00\n")
    reconciler.apply().ended(0)
    sandbox.person_copies(A)
    copy = next(n["id"] for n in sandbox.labelled(A) if n["id"] != sandbox.id(A))
    sandbox.control("edit", {"id": copy, "actor": "Mei", "params": {"status": "ACTIVE"}})
    run = reconciler("pause", "--all").ended(0)
    assert f"Paused campaign {copy}" in run.out
    assert f"Note: {A} starts at 2026-11-22 09:00 +08 all the same" in run.out
    assert label_of(A) not in run.out


# ---- the lock's id, and the doctor


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_id_of_a_run_that_has_ended_takes_nothing_away_and_says_so(
    form: list[str], running: Reconciler, repository: Repository
) -> None:
    held = FileLeases(repository.root).acquire("acme-sg")
    held.release()
    run = running("force-unlock", held.holder.id, *form).ended(0)
    if form:
        assert run.json == {"unlocked": None}
    else:
        assert f"Nobody holds the lock {held.holder.id}: its run has ended" in run.out
        assert "was taken from" not in run.out


@pytest.mark.parametrize("known", [True, False])
def test_the_doctor_tells_a_limit_as_a_limit_with_the_time_to_come_back(
    known: bool, running: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "act_", method="GET", code=17, http=400, times=0)
    if known:
        running("plan").ended(7)
    run = running("doctor").ended(7)
    (line,) = [line for line in run.out.splitlines() if line.startswith("NO")]
    assert line.split()[2] == "limit"
    assert "mend: run the same command again after 2026-11-21 10:0" in line
    assert "assign" not in run.out


def test_the_doctor_does_not_blame_the_id_of_an_account_when_the_network_is_down(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("drop", "act_", method="GET", times=0)
    line = next(line for line in running("doctor").ended(1).out.splitlines() if line.startswith("NO"))
    assert "mend: check the network" in line


# ---- objects with our label in a campaign without one

RUNNING = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")


@pytest.mark.parametrize("state", ["kept", "lost"])
@pytest.mark.parametrize("without", [("acme-sg/t",), ("acme-sg/t", "acme-sg/t/broad")])
def test_what_bears_our_label_in_a_campaign_without_one_is_stopped_itself(
    without: tuple[str, ...], state: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", RUNNING)
    reconciler.apply().ended(0)
    below = sandbox.id("acme-sg/t/broad" if len(without) == 1 else "acme-sg/t/broad/still")
    for at in without:
        sandbox.person_edits(at, adlabels=[])
    if state == "lost":
        repository.forget_state()
    run = reconciler("pause", "--all").ended(1 if state == "kept" else 0)
    assert below in run.out and NOTHING not in run.out
    assert sandbox.deliverable()["ad"] == 0


def test_what_stands_in_a_campaign_that_is_stopped_is_left_on(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", RUNNING)
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/t/broad", adlabels=[])
    reconciler("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/t") == "PAUSED"
    assert sandbox.status("acme-sg/t/broad/still") == "ACTIVE"


# ---- what --all is all of


@pytest.fixture
def two_clients(running: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    sandbox.account("act_999")
    repository.write("accounts/globex.yaml", ACCOUNT_FILE.replace("1234567890", "999"))
    repository.campaign("sale", STILL + ON, account="globex")
    running.apply().ended(0)
    return running


def test_a_stop_of_one_account_says_that_the_others_go_on(two_clients: Reconciler, sandbox: LocalGraph) -> None:
    left = "only acme-sg was asked for: what is on in globex goes on; reconciler pause --all stops that, too"
    assert f"Note: {left}." in two_clients("pause", "--all", "--account", "acme-sg").ended(0).said
    assert (sandbox.status(A), sandbox.status("globex/sale")) == ("PAUSED", "ACTIVE")
    again = two_clients("pause", "--all", "--account", "acme-sg").ended(0).said
    assert "Nothing of ours was active in acme-sg." in again
    assert left in two_clients("pause", "--all", "--account", "acme-sg", "--json").ended(0).json["notes"]
    assert "asked for" not in two_clients("pause", "--all").ended(0).said
    assert sandbox.status("globex/sale") == "PAUSED"


def test_an_address_in_another_account_than_is_named_is_wrong_usage(
    two_clients: Reconciler, sandbox: LocalGraph
) -> None:
    told = two_clients("pause", A, "--account", "globex").ended(64).said
    assert f"{A} is not in globex, so nothing was paused" in told
    assert "mend: leave out --account" in told
    two_clients("pause", A).ended(0)
    assert sandbox.status(A) == "PAUSED"
    assert "Nothing of what was asked for was active." in two_clients("pause", A).ended(0).said


def test_since_when_somebody_holds_an_account_is_told_in_the_project_s_zone(
    running: Reconciler, repository: Repository
) -> None:
    moment = r"since \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? \+08 \("
    held = FileLeases(repository.root).acquire("acme-sg")
    try:
        assert re.search(moment, running.apply().ended(5).said)
        assert re.search(moment, running("pause", "--all").ended(0).said)
    finally:
        held.release()
