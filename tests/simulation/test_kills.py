"""The real command over real HTTP, killed by the kernel at a hundred random moments: the next run finishes the work."""

from __future__ import annotations

import random
import signal
import time

import pytest
from support.command import CANARY, Reconciler
from support.repository import TRAFFIC, Repository
from support.sandbox import LocalGraph

KILLS = 100
CHUNK = 10
SLOW = 0.01
"""Seconds that each reply takes, so that there is time to fall into."""

WORK = 0.45
"""Seconds that an apply works from its first call on, about."""


@pytest.mark.parametrize("first", range(0, KILLS, CHUNK))
def test_a_command_killed_at_any_moment_is_finished_by_the_next_with_exactly_one_of_each(
    first: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed = 0
    for made, seed in enumerate(range(first, first + CHUNK), start=1):
        chance = random.Random(seed)
        key = f"killed{seed}"
        repository.campaign(key, TRAFFIC.replace("Always on", f"Killed {seed}") + "status: ACTIVE\n")
        sandbox.fault("slow", ".", when="after", times=0, seconds=SLOW)
        killed += kill(reconciler, sandbox, chance.uniform(0, WORK))
        sandbox.no_faults()
        if chance.random() < 0.5:
            repository.forget_state()
        reconciler.apply().ended(0)
        reconciler.converged()
        counted = {kind: len(sandbox.objects(kind)) for kind in ("campaign", "ad_set", "ad")}
        assert counted == dict.fromkeys(counted, made), f"seed {seed}"
        assert sandbox.deliverable() == dict.fromkeys(counted, made), f"seed {seed}"
    assert killed > CHUNK // 2, "the runs were over before they could be killed"


def kill(reconciler: Reconciler, sandbox: LocalGraph, after: float) -> bool:
    """Starts an apply and kills it some time after its first call; False where it was faster."""
    sandbox.forget_calls()
    process = reconciler.start("apply", "--auto-approve")
    try:
        deadline = time.monotonic() + 30
        while process.poll() is None and not sandbox.calls() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    finally:
        out, err = process.communicate(timeout=30)
    assert CANARY not in out + err
    return process.returncode == -signal.SIGKILL
