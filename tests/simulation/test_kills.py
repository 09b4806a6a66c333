"""The real command over real HTTP, killed with SIGKILL at a hundred random calls, either while it waits for the answer
or soon after it: the next run must finish what was begun."""

from __future__ import annotations

import random
import signal
import time

import pytest
from support.command import CANARY, PATIENCE, Reconciler
from support.repeat import full_or_share
from support.repository import TRAFFIC, Repository
from support.sandbox import LocalGraph

KILLS = full_or_share(100, 5)
CHUNK = min(KILLS, 10)
CALLS = 20
"""An apply makes at least so many."""

FOR_EVER = 3600.0
"""Seconds by which an answer is delayed, so that the process is killed before it comes."""


@pytest.mark.parametrize("first", range(0, KILLS, CHUNK))
def test_a_command_killed_at_any_moment_is_finished_by_the_next_with_exactly_one_of_each(
    first: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed = 0
    for made, seed in enumerate(range(first, first + CHUNK), start=1):
        rng = random.Random(seed)
        key = f"killed{seed}"
        repository.campaign(key, TRAFFIC.replace("Always on", f"Killed {seed}") + "status: ACTIVE\n")
        killed += kill(reconciler, sandbox, rng.randint(1, CALLS), held=rng.random() < 0.5)
        sandbox.no_faults()
        if rng.random() < 0.5:
            repository.forget_state()
        reconciler.apply().ended(0)
        reconciler.converged()
        counted = {kind: len(sandbox.objects(kind)) for kind in ("campaign", "ad_set", "ad")}
        assert counted == dict.fromkeys(counted, made), f"seed {seed}"
        assert sandbox.deliverable() == dict.fromkeys(counted, made), f"seed {seed}"
    assert killed, "the runs were over before they could be killed"


def kill(reconciler: Reconciler, sandbox: LocalGraph, call: int, *, held: bool) -> bool:
    """Starts an apply and kills it at its `call`-th call, with `held` while that answer is held back. False where the
    apply ended before it could be killed."""
    sandbox.forget_calls()
    if held:
        sandbox.fault("slow", ".", when="after", nth=call, seconds=FOR_EVER)
    process = reconciler.start("apply", "--auto-approve")
    try:
        while process.poll() is None and len(sandbox.calls()) < call:
            time.sleep(0.01)
        process.kill()
    finally:
        out, err = process.communicate(timeout=PATIENCE)
    assert CANARY not in out + err
    return process.returncode == -signal.SIGKILL
