"""A run that is killed at any moment is finished by the next one, with nothing twice."""

from __future__ import annotations

import random
import signal
import time

import pytest
from support.command import CANARY, Reconciler
from support.repository import SPRING, TRAFFIC, Repository
from support.sandbox import LocalGraph

KINDS = {"campaign": 2, "ad_set": 2, "ad": 2, "creative": 2, "image": 2}
WRITES = 12
SLOW = 0.03
"""Seconds for each reply to a write, so that a kill may fall between a write and its answer."""


def kill_after(reconciler: Reconciler, sandbox: LocalGraph, writes: int, pause: float) -> bool:
    """Starts an apply and kills it; False where it was faster."""
    process = reconciler.start("apply", "--auto-approve")
    try:
        deadline = time.monotonic() + 20
        while process.poll() is None and len(sandbox.writes()) < writes and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
    finally:
        out, err = process.communicate(timeout=20)
    assert CANARY not in out + err
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(10))
def test_an_apply_killed_at_any_moment_is_finished_by_the_next_with_exactly_one_of_each(
    seed: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    chance = random.Random(seed)
    repository.campaign("spring", SPRING.replace("  video:", "  thumbnail: launch/thumbnail.jpg\n  video:"))
    repository.campaign("always-on", TRAFFIC)
    sandbox.settings(video_seconds=0)
    sandbox.fault("slow", ".", method="POST", when="after", times=0, seconds=SLOW)
    moment = seed * WRITES // 10 + chance.randint(0, 1)
    killed = kill_after(reconciler, sandbox, moment, chance.uniform(0, SLOW))
    assert killed, f"seed {seed}: the run was over before it could be killed"
    if chance.random() < 0.5:
        repository.forget_state()
    sandbox.no_faults()

    reconciler.apply().ended(0)
    reconciler.converged()
    assert {kind: len(sandbox.objects(kind)) for kind in KINDS} == KINDS, f"seed {seed}"
    whole = [n for n in sandbox.nodes("video") if n["hidden"]["state"] != "uploading"]
    assert len(whole) == 1, f"seed {seed}"
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}


def test_an_activation_killed_half_way_delivers_nothing_until_it_is_finished(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    sandbox.fault("slow", ".", method="POST", when="after", times=0, seconds=0.3)
    before = len(sandbox.writes())
    process = reconciler.start("activate")
    while process.poll() is None and len(sandbox.writes()) < before + 2:
        time.sleep(0.005)
    process.kill()
    process.communicate(timeout=20)
    assert len(sandbox.writes()) == before + 2
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}
    sandbox.no_faults()
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert len(sandbox.activations()) == 3


def test_an_interrupt_says_that_the_command_can_be_run_again(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("always-on", TRAFFIC)
    sandbox.fault("slow", ".", method="POST", when="after", times=0, seconds=0.3)
    process = reconciler.start("apply", "--auto-approve")
    while process.poll() is None and not sandbox.writes():
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert len(sandbox.objects("ad")) == 1


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
    process.wait(timeout=30)
    assert "Traceback" not in err
    assert "Exception ignored" not in err
