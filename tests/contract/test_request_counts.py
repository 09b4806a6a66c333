"""How many requests a command sends for one campaign with one ad set and one ad. Each costs points and time, so a
change of these numbers has to be meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

A = "acme-sg/still"


@pytest.fixture
def applied(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.forget_calls()
    return reconciler


def requests(sandbox: LocalGraph) -> Counter[str]:
    return Counter(call["method"] for call in sandbox.calls())


def test_a_first_apply_takes_sixteen_reads_and_five_writes(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    assert requests(sandbox) == {"GET": 16, "POST": 5}


QUIET: dict[str, Callable[[Reconciler], object]] = {
    "plan": lambda reconciler: reconciler.plan(),
    "apply": lambda reconciler: reconciler.apply().ended(0),
    "activate": lambda reconciler: reconciler("activate").ended(0),
}


@pytest.mark.parametrize("command", QUIET)
def test_a_command_that_finds_nothing_to_do_takes_seven_reads(
    command: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    QUIET[command](applied)
    assert requests(sandbox) == {"GET": 7}


def test_a_new_budget_takes_seven_reads_and_two_writes_more(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "50.00", "60.00")
    applied.apply().ended(0)
    assert requests(sandbox) == {"GET": 14, "POST": 2}


def test_without_state_a_plan_takes_three_reads_more(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    applied.plan()
    assert requests(sandbox) == {"GET": 10}


def test_drift_takes_three_reads_more(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_posts(A, name="Renamed")
    sandbox.forget_calls()
    applied.plan()
    assert requests(sandbox) == {"GET": 10}
