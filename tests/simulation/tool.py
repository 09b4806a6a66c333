"""The tool, run as its commands run it: through `reconciler.run.pipeline`, with the story's time, network and disk."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar
from unittest.mock import patch

from reconciler.config.declared import load_desired
from reconciler.engine.plan import merge_plans
from reconciler.meta import client as meta_client
from reconciler.meta.client import Writer
from reconciler.meta.pace import Pace
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.plan import Plan
from reconciler.model.resource import Desired
from reconciler.render.text import as_text
from reconciler.run import pipeline
from reconciler.run.pause import Stop, accounts_at, carry_out, project_at
from reconciler.run.pipeline import Listener, Request, apply_all, connection_for, due_only, make_plans
from reconciler.store.files import atomic
from reconciler.system.clock import Clock
from simulation.disk import Crash
from simulation.oracle import Violation
from simulation.stack import ACCOUNT_KEY
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
        patch.object(pipeline, "ThreadPoolExecutor", AtOnce),
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
            account = next(one for one in accounts_at(story.root) if one.key == ACCOUNT_KEY)
            request = request_of(story, "pause")
            connection = replace(
                connection_for(account, request.environment),
                clock=request.clock,
                adapter=story.network,
                pace=Pace(request.clock, urgent=True),
            )
            writer = Writer(connection)
            carry_out([Stop(request.store, project_at(story.root), account, [Address.parse(address)], writer)])


def request_of(story: Story, command: str) -> Request:
    return Request(
        root=story.root,
        now=story.local_now(),
        clock=Clock(story.local_now, story.sleep),
        adapter=story.network,
        environment={"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": GRAPH},
        parallelism=1,
        keep_drift=command == "activate",
    )


def _run(story: Story, command: str) -> Report:
    request = request_of(story, command)
    desired = load_desired(request.root, request.now)
    plan, prepared, failures = make_plans(request, desired)
    if command == "activate":
        prepared = [due_only(one) for one in prepared]
        plan = merge_plans(
            desired, request.now, [one.plan for one in prepared], {k: str(e) for k, e in failures.items()}
        )
    results = apply_all(request, desired, prepared, Listener())
    return _report(desired, plan, failures, results, request)


def _report(
    desired: Desired, plan: Plan, failures: dict[str, ReconcilerError], results: list[Any], request: Request
) -> Report:
    errors = [f"{type(e).__name__}: {e}" for e in failures.values()]
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
