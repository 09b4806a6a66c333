"""The tool, run as its commands run it: through `reconciler.run`, with the story's time, network and disk."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
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
from reconciler.run.request import Request
from reconciler.run.results import Applied
from reconciler.store.files import atomic
from reconciler.system.clock import Clock
from simulation.disk import Crash
from simulation.oracle import Violation
from simulation.story import CANARY, Report, Story
from simulation.template import GRAPH

T = TypeVar("T")
R = TypeVar("R")


class AtOnce:
    """In place of a pool of threads: the same work in the same order, in this thread."""

    def __init__(self, max_workers: int = 1) -> None:
        pass

    def __enter__(self) -> AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[[T], R], one: T) -> Future[R]:
        future: Future[R] = Future()
        future.set_result(work(one))
        return future


class NoLock:
    """In place of an account's lock: runs elsewhere are kept apart by none, and those of a story may be such."""

    def __init__(self, root: Path, account: str, clock: Clock) -> None:
        pass

    def check(self) -> None:
        pass

    def release(self) -> None:
        pass


@contextmanager
def listening(sink: io.StringIO) -> Iterator[None]:
    """The tool's log at its most talkative."""
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
def in_the_story(story: Story) -> Iterator[None]:
    """What the tool asks of the system, it asks of the story."""
    jitter = random.Random(f"{story.schedule.seed}/jitter")
    with (
        patch.object(side_by_side, "ThreadPoolExecutor", AtOnce),
        patch.object(session, "AccountLock", NoLock),
        patch.object(atomic, "os", story.disk),
        patch.object(meta_client, "random", jitter),
    ):
        yield


class Tool:
    """`reconciler apply --auto-approve` and `reconciler activate`."""

    def run(self, story: Story, command: str, number: int) -> Report:
        sink = io.StringIO()
        with in_the_story(story), listening(sink):
            try:
                report = _run(story, command)
            except Crash:
                report = Report(crashed=True)
            except ReconcilerError as error:
                report = Report(told=str(error), errors=[type(error).__name__])
            except Exception as error:
                story.fail(Violation("I0", f"{type(error).__name__}: {error}"))
                report = Report(told=repr(error), errors=[type(error).__name__])
        report.told += sink.getvalue()
        return report

    def stop(self, story: Story, address: str) -> None:
        """`reconciler pause ADDRESS`, undisturbed."""
        with in_the_story(story), story.undisturbed():
            pause(request_of(story), Wanted((Address.parse(address),)))


COMMANDS: dict[str, Callable[[Request], Applied]] = {"apply": apply, "activate": activate}


def request_of(story: Story) -> Request:
    return Request(
        root=story.root,
        now=story.local_now(),
        clock=Clock(story.local_now, story.sleep),
        adapter=story.network,
        environment={"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": GRAPH},
        parallelism=1,
    )


def _run(story: Story, command: str) -> Report:
    request = request_of(story)
    return _report(COMMANDS[command](request), request)


def _report(applied: Applied, request: Request) -> Report:
    plan, results = applied.planned.plan, applied.results
    errors = [f"{type(e).__name__}: {e}" for e in applied.planned.failures.values()]
    errors += [f"{o.change.action} {o.change.address}: {o.error}" for r in results for o in r.outcomes if o.error]
    errors += [f"{type(r.error).__name__}: {r.error}" for r in results if r.error is not None]
    told = [text for text, _ in as_text(plan, full=False)]
    told += [*errors, repr(request.clock), repr(results)]
    return Report(
        "\n".join(told),
        errors,
        len(plan.changes),
        frozenset(refusal.policy for refusal in plan.refusals),
    )
