"""An account that does not answer keeps nothing from the others, and is named."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from support.command import PATIENCE, Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import ACCOUNT, LocalGraph

OTHER = "act_2345678901"
HUNG, BEHIND = "acme-sg/still", "beta-sg/still"
HELD = 12.0
"""Seconds that each answer of the hung account takes: the signal arrives during one, and the run ends after it."""


@pytest.fixture
def two_running(repository: Repository, reconciler: Reconciler, sandbox: LocalGraph) -> Reconciler:
    sandbox.account(OTHER)
    repository.write("accounts/beta-sg.yaml", ACCOUNT_FILE.replace(ACCOUNT, OTHER))
    for account in ("acme-sg", "beta-sg"):
        repository.campaign("still", STILL + "status: ACTIVE\n", account)
    reconciler.apply().ended(0)
    sandbox.pass_time(60)
    assert (sandbox.status(HUNG), sandbox.status(BEHIND)) == ("ACTIVE", "ACTIVE")
    return reconciler


def wait_until(process: subprocess.Popen[str], sandbox: LocalGraph, address: str, status: str) -> None:
    while process.poll() is None and sandbox.status(address) != status:
        time.sleep(0.05)


def test_the_stop_of_others_waits_for_no_account_that_hangs_and_a_signal_names_what_was_not_reached(
    two_running: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("slow", f"/{ACCOUNT}/campaigns", method="GET", seconds=HELD, times=0)
    process = two_running.start("pause", "--all")
    wait_until(process, sandbox, BEHIND, "PAUSED")
    assert (sandbox.status(HUNG), sandbox.status(BEHIND)) == ("ACTIVE", "PAUSED")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143
    assert "Not all of acme-sg was reached" in err
    assert "reconciler pause --all --account acme-sg, or" in err
    two_running.graph.no_faults()
    two_running.apply().ended(0)
    assert sandbox.status(BEHIND) == "PAUSED"
