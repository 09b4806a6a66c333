"""The reconciler as a client of the simulation: run as its commands run it, through `reconciler.run`, but with the
clock, the network and the disk of the simulator."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from reconciler.meta import client as meta_client
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.render.text import as_text
from reconciler.run import session, side_by_side
from reconciler.run.activate import activate
from reconciler.run.apply import apply
from reconciler.run.pause import Wanted, pause
from reconciler.run.reconcile import AsApplied, AsLaunched, Keeping
from reconciler.run.request import Request
from reconciler.run.results import Applied
from reconciler.store.files import atomic
from reconciler.store.files.leases import FileLeases
from reconciler.store.git.command import Git
from reconciler.store.git.place import Place
from reconciler.store.git.source import Source
from reconciler.store.leases import Holder
from reconciler.system.clock import Clock
from simulation.disk import Crash
from simulation.initial_world import GRAPH
from simulation.oracle import Violation
from simulation.simulator import CANARY, Report, Simulator

T = TypeVar("T")
R = TypeVar("R")


class InlineExecutor:
    """Stands in for ThreadPoolExecutor: does the same work in this thread, in the order in which it is submitted. With
    threads the order would differ from run to run, and the digest with it."""

    def __init__(self, max_workers: int = 1) -> None:
        pass

    def __enter__(self) -> InlineExecutor:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[[T], R], one: T) -> Future[R]:
        future: Future[R] = Future()
        future.set_result(work(one))
        return future


class NoLease:
    """In place of an account's lease: runs on other machines are kept apart by none, and those of a schedule may be
    such."""

    holder = Holder("", "", "", "")

    def check(self) -> None:
        pass

    def release(self) -> None:
        pass


@contextmanager
def captured_log(sink: io.StringIO) -> Iterator[None]:
    """Writes the tool's log, debug level included, to `sink`."""
    log = logging.getLogger("reconciler")
    handler, before = logging.StreamHandler(sink), (log.level, log.propagate)
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]


@contextmanager
def patched_system(simulator: Simulator) -> Iterator[None]:
    """Puts the simulator's disk, and randomness that follows from the seed, in place of the system's."""
    jitter = random.Random(f"{simulator.schedule.seed}/jitter")
    with (
        patch.object(side_by_side, "ThreadPoolExecutor", InlineExecutor),
        patch.object(FileLeases, "acquire", lambda leases, account: NoLease()),
        patch.object(atomic, "os", simulator.disk),
        patch.object(meta_client, "random", jitter),
        # Schedules run over weeks: so what was remembered for a launch is old when it is relied on.
        patch.object(session, "RELIED_ON", timedelta(days=400)),
    ):
        yield


class ReconcilerClient:
    """`reconciler apply --auto-approve` and `reconciler activate`."""

    def run_command(self, simulator: Simulator, command: str, number: int) -> Report:
        sink = io.StringIO()
        with patched_system(simulator), captured_log(sink):
            try:
                report = run_operation(simulator, command)
            except Crash:
                report = Report(crashed=True)
            except ReconcilerError as error:
                report = Report(output=str(error), errors=[type(error).__name__])
            except Exception as error:
                simulator.fail(Violation("I0", f"{type(error).__name__}: {error}"))
                report = Report(output=repr(error), errors=[type(error).__name__])
        report.output += sink.getvalue()
        return report

    def stop(self, simulator: Simulator, address: str) -> None:
        """`reconciler pause ADDRESS`, with no fault in its way."""
        with patched_system(simulator), simulator.without_faults():
            pause(request_for(simulator), Wanted((Address.parse(address),)))


SOURCE = Source("commit", "desired", "creatives", Place(Git(Path()), "", Path(), "origin"))

COMMANDS: dict[str, Callable[[Request], Applied]] = {
    "apply": lambda request: apply(request, remember=AsApplied(Keeping(request, SOURCE))),
    "activate": lambda request: activate(request, remember=AsLaunched(Keeping(request, SOURCE))),
}
"""As a round of `ci reconcile` does them, which keeps what the next launch need not look at again."""


def request_for(simulator: Simulator) -> Request:
    return Request(
        root=simulator.root,
        now=simulator.local_now(),
        clock=Clock(simulator.local_now, simulator.sleep),
        adapter=simulator.network,
        environment={"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": GRAPH},
        parallelism=1,
    )


def run_operation(simulator: Simulator, command: str) -> Report:
    request = request_for(simulator)
    return _report(COMMANDS[command](request), request)


def _report(applied: Applied, request: Request) -> Report:
    plan, results = applied.planned.plan, applied.results
    errors = [f"{type(e).__name__}: {e}" for e in applied.planned.failures.values()]
    errors += [f"{o.change.action} {o.change.address}: {o.error}" for r in results for o in r.outcomes if o.error]
    errors += [f"{type(r.error).__name__}: {r.error}" for r in results if r.error is not None]
    output = [text for text, _ in as_text(plan, full=False)]
    output += [*errors, repr(request.clock), repr(results)]
    return Report(
        "\n".join(output),
        errors,
        len(plan.changes),
        frozenset(refusal.policy for refusal in plan.refusals),
    )
