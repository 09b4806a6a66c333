"""A run that is killed at any moment is finished by the next one, and nothing is created twice. A run that is asked to
end (SIGINT, SIGTERM) ends."""

from __future__ import annotations

import re
import signal
import subprocess
import time

import pytest
from support.command import CANARY, PATIENCE, Reconciler
from support.repository import SPRING, TRAFFIC, Repository
from support.sandbox import LocalGraph

KINDS = {"campaign": 2, "ad_set": 2, "ad": 2, "creative": 2, "image": 2}
SENT = 9
"""How many requests the apply below makes that write: two images, a video in three parts, four batches."""

REQUESTS = "^/$|/adimages$|/advideos$"
"""Their paths. The parts of a batch are not counted."""

FOR_EVER = 3600.0
"""Seconds by which an answer is delayed, so that the process is killed before it comes."""


def wait_for_posts(process: subprocess.Popen[str], sandbox: LocalGraph, posts: int) -> bool:
    """Waits until the process has sent so many POST requests; False where it ended before that."""
    while process.poll() is None:
        if len([call for call in sandbox.calls("POST") if "batch" not in call]) >= posts:
            return True
        time.sleep(0.01)
    return False


def killed_at(reconciler: Reconciler, sandbox: LocalGraph, post: int, fault: dict[str, str]) -> None:
    """Starts an apply and kills it while it waits for the answer to one of its requests."""
    sandbox.fault(**fault, path=REQUESTS, method="POST", nth=post, seconds=FOR_EVER)
    process = reconciler.start("apply", "--auto-approve")
    try:
        assert wait_for_posts(process, sandbox, post), "the run was over before it could be killed"
    finally:
        process.kill()
        out, err = process.communicate(timeout=PATIENCE)
    sandbox.no_faults()
    assert CANARY not in out + err


UNANSWERED = {
    "carried out": {"effect": "slow", "when": "after"},
    "not carried out": {"effect": "timeout", "when": "before"},
}


@pytest.mark.share(9)
@pytest.mark.parametrize("state", ["kept", "lost"])
@pytest.mark.parametrize("unanswered", UNANSWERED)
@pytest.mark.parametrize("post", range(1, SENT + 1))
def test_an_apply_killed_at_any_write_is_finished_by_the_next_with_exactly_one_of_each(
    post: int, unanswered: str, state: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING.replace("  video:", "  thumbnail: launch/thumbnail.jpg\n  video:"))
    repository.campaign("always-on", TRAFFIC)
    sandbox.settings(video_seconds=0)
    killed_at(reconciler, sandbox, post, UNANSWERED[unanswered])
    if state == "lost":
        repository.forget_state()

    reconciler.apply().ended(0)
    reconciler.converged()
    assert {kind: len(sandbox.objects(kind)) for kind in KINDS} == KINDS
    whole = [n for n in sandbox.nodes("video") if n["hidden"]["state"] != "uploading"]
    assert len(whole) == 1
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}


OWN_FILES = {
    "audiences/acme-sg/visitors.yaml": "name: Visitors\nwebsite: {days: 30}\n",
    "audiences/acme-sg/like.yaml": "name: Like\nlookalike: {of: visitors, countries: [SG], ratio: 1%}\n",
    "lead_forms/acme-sg/quote.yaml": (
        "name: Quote\nquestions: [{type: EMAIL}]\nprivacy_policy: {url: https://acme.example/privacy}\n"
        "follow_up_url: https://acme.example/\n"
    ),
}
REFERRING = (
    TRAFFIC.replace("age_min: 21", "age_min: 21, custom_audiences: [like], excluded_custom_audiences: [visitors]")
    .replace("OUTCOME_TRAFFIC", "OUTCOME_LEADS\nactivate_at: 2026-11-21 12:00")
    .replace("LINK_CLICKS", "LEAD_GENERATION")
    .replace("destination_url: https://acme.example/", "lead_form: quote")
)
EDGE = {"audience": "/customaudiences$", "form": "/leadgen_forms$", "campaign": "/campaigns$", "ad_set": "/adsets$"}
KILLED_AT = [("audience", 1), ("audience", 2), ("form", 1), ("campaign", 1), ("ad_set", 1)]


@pytest.mark.parametrize("state", ["kept", "lost"])
@pytest.mark.parametrize("unanswered", UNANSWERED)
@pytest.mark.parametrize(("edge", "nth"), KILLED_AT)
def test_an_apply_killed_while_it_makes_what_is_referred_to_is_finished_and_launched(
    edge: str,
    nth: int,
    unanswered: str,
    state: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
) -> None:
    for name, text in OWN_FILES.items():
        repository.write(name, text)
    repository.campaign("leads", REFERRING)
    sandbox.fault(**UNANSWERED[unanswered], path=EDGE[edge], method="POST", nth=nth, seconds=FOR_EVER)
    process = reconciler.start("apply", "--auto-approve")
    while process.poll() is None and _posted(sandbox, EDGE[edge]) < nth:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL
    sandbox.no_faults()
    if state == "lost":
        repository.forget_state()
    reconciler.apply().ended(0)
    reconciler.converged()
    assert {kind: len(sandbox.nodes(kind)) for kind in ("audience", "leadgen_form")} == {
        "audience": 2,
        "leadgen_form": 1,
    }
    sandbox.at("2026-11-21T12:00:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def _posted(sandbox: LocalGraph, edge: str) -> int:
    return sum(1 for call in sandbox.calls("POST") if re.search(edge, call["path"]))


def test_an_activation_killed_half_way_delivers_nothing_until_it_is_finished(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    before = len(sandbox.writes())
    sandbox.fault("slow", ".", method="POST", when="after", nth=2, seconds=FOR_EVER)
    process = reconciler.start("activate")
    while process.poll() is None and len(sandbox.writes()) < before + 2:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert len(sandbox.writes()) == before + 2
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}
    sandbox.no_faults()
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert len(sandbox.activations()) == 3


# ---- asked to end

ENDS = {signal.SIGINT: (130, "Interrupted."), signal.SIGTERM: (143, "Terminated.")}
EVERY = "."
"""With one object of each kind there are no batches: an image, a creative, a campaign, an ad set, an ad."""

HELD = 2.0
"""Seconds that each answer to a write takes, so that the signal arrives during one."""


def send_signals(process: subprocess.Popen[str], *numbers: signal.Signals) -> str:
    """Sends the signals; what the process prints on standard error until it ends."""
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.2 if len(numbers) > 1 else 0)
    _, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    assert CANARY not in err
    return err


@pytest.mark.parametrize("deaf", [False, True], ids=["", "parent ignores SIGINT"])
@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_run_that_is_asked_to_end_records_what_was_answered_sends_nothing_more_and_lets_go_of_its_lock(
    number: signal.Signals, deaf: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("always-on", TRAFFIC)
    sandbox.fault("slow", EVERY, method="POST", when="after", times=0, seconds=HELD)
    process = reconciler.start("apply", "--auto-approve", deaf=deaf)
    assert wait_for_posts(process, sandbox, 3)
    err = send_signals(process, number)
    status, word = ENDS[number]
    assert process.returncode == status, err
    done = sum(line.endswith(" created") for line in err.splitlines())
    told = f"{word} {done} of 3 changes done and recorded, {3 - done} not started. Run the command again to go on.\n"
    assert err.endswith(told)
    assert "not tried" not in err
    assert sandbox.nodes("ad") == []
    rows = list(repository.state("always-on").values())
    assert {node["id"] for node in sandbox.nodes("campaign")} <= {row["id"] for row in rows if row.get("id")}
    # Else the next run would look for what was never sent.
    assert not any(row.get("pending") for row in rows)
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert {kind: len(sandbox.objects(kind)) for kind in ("campaign", "ad_set", "ad")} == dict.fromkeys(
        ("campaign", "ad_set", "ad"), 1
    )


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_second_signal_ends_a_run_that_waits_for_an_answer(
    number: signal.Signals, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("always-on", TRAFFIC)
    sandbox.fault("slow", EVERY, method="POST", when="after", seconds=FOR_EVER)
    process = reconciler.start("apply", "--auto-approve", deaf=True)
    assert wait_for_posts(process, sandbox, 1)
    err = send_signals(process, number, number)
    assert process.returncode == ENDS[number][0]
    assert "waiting for the answer to what was sent. A second signal ends at once.\n" in err
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert len(sandbox.objects("ad")) == 1


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_run_that_waits_for_meta_ends_without_waiting_on(
    number: signal.Signals, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """A create without an answer is looked for during 45 seconds."""
    repository.campaign("always-on", TRAFFIC)
    sandbox.fault("drop", EVERY, method="POST", nth=3, when="before")
    process = reconciler.start("apply", "--auto-approve", deaf=True)
    assert wait_for_posts(process, sandbox, 3)
    err = send_signals(process, number)
    assert process.returncode == ENDS[number][0], err
    assert sandbox.nodes("campaign") == []
    reconciler.apply().ended(0)
    assert len(sandbox.objects("ad")) == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("plan",), "Interrupted. Nothing was changed, and nothing is lost; run the command again.\n"),
        (("drift",), "Interrupted. What was done is recorded; run the command again to go on.\n"),
        (
            ("apply", "--auto-approve"),
            "Interrupted. Nothing was changed, and nothing is lost. Run the command again to go on. It was waiting ",
        ),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_a_run_that_is_ended_while_it_waits_for_limits_says_what_is_lost_and_how_to_go_on(
    command: tuple[str, ...], said: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("always-on", TRAFFIC)
    sandbox.fault("status", "/campaigns$", method="GET", status=429, body="", retry_after="120")
    process = reconciler.start(*command)
    assert process.stderr is not None
    while "waits until" not in (line := process.stderr.readline()):
        assert line, "it has not waited"
    err = send_signals(process, signal.SIGINT)
    assert process.returncode == 130
    assert said in err


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_the_sandbox_ends_on_either_signal_and_keeps_its_world(
    number: signal.Signals, repository: Repository, reconciler: Reconciler
) -> None:
    world = repository.root / "world.json"
    process = reconciler.start("sandbox", "--port", "0", "--data", str(world), deaf=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Graph sandbox on http://127.0.0.1:")
    assert send_signals(process, number) == ""
    assert process.returncode == 0
    assert world.exists()


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_command_whose_reader_goes_away_ends_quietly(
    command: str, repository: Repository, reconciler: Reconciler
) -> None:
    """`reconciler plan | head -1`."""
    for number in range(40):
        repository.campaign(f"c{number}", TRAFFIC)
    process = reconciler.start(command, "-v")
    assert process.stdout is not None
    process.stdout.close()
    err = process.stderr.read() if process.stderr else ""
    process.wait(timeout=PATIENCE)
    assert "Traceback" not in err
    assert "Exception ignored" not in err
