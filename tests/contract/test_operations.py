"""The operations without the command line: what they tell, and that they let go of every account on every path."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from support.command import CANARY, Reconciler
from support.repository import ACCOUNT_FILE, SPRING, STILL, Repository
from support.sandbox import NOW, LocalGraph

from reconciler.config.declared import load_desired
from reconciler.model.address import Address
from reconciler.model.errors import LockedError, StaleError, UsageError
from reconciler.model.plan import Plan
from reconciler.run.activate import activate
from reconciler.run.apply import PlanFile, apply
from reconciler.run.drift import drift
from reconciler.run.events import ChangeDone, Event, Finished, Started, Uploading, Waiting
from reconciler.run.forget import forget
from reconciler.run.pause import Wanted, pause
from reconciler.run.plan import plan
from reconciler.run.request import Request
from reconciler.run.results import Planned, Stopped
from reconciler.run.session import Sessions
from reconciler.run.show import show
from reconciler.run.sync import sync
from reconciler.store.opening import open_store

A = Address.parse("acme-sg/still")
ON = "status: ACTIVE\n"


@pytest.fixture
def request_(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Request:
    repository.campaign("still", STILL + ON)
    now = datetime.fromisoformat(NOW)
    environment = {"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": sandbox.url}
    return Request(repository.root, now, environment, clock=reconciler.patient_clock(now))


def is_free(root: Path, account: str = "acme-sg") -> bool:
    try:
        open_store(root).leases.acquire(account).release()
    except LockedError:
        return False
    return True


# ---- events


def test_an_apply_tells_the_plan_then_that_it_starts_then_each_change_then_that_the_account_is_done(
    request_: Request,
) -> None:
    told: list[Event] = []
    applied = apply(request_, told.append)
    assert [type(event) for event in told if not isinstance(event, Uploading)] == [
        Planned, Started, *[ChangeDone] * len(applied.planned.plan.changes), Finished,
    ]  # fmt: skip
    assert told[0] == applied.planned
    assert told[-1] == Finished(applied.results[0])
    assert Started(len(applied.planned.plan.changes)) in told


def test_a_plan_tells_only_itself(request_: Request) -> None:
    told: list[Event] = []
    planned = plan(request_, told.append)
    assert told == [planned]
    assert not planned.plan.empty


def test_the_uploads_of_an_account_are_told_apart(request_: Request, repository: Repository) -> None:
    repository.campaign("spring", SPRING)
    repository.campaign("square", SPRING.replace("Spring Sale", "Square").replace("hero.mp4", "hero-square.mp4"))
    told: list[Event] = []
    apply(request_, told.append)
    uploads = {event.number: event for event in told if isinstance(event, Uploading)}
    assert sorted(event.title for event in uploads.values()) == ["spring/hero-square.mp4", "spring/hero.mp4"]
    assert all(event.done == event.total for event in uploads.values())


def test_a_wait_for_meta_is_told_with_its_end_and_its_cause(request_: Request, sandbox: LocalGraph) -> None:
    sandbox.fault("drop", ".", method="POST", nth=3, when="before")
    told: list[Any] = []
    apply(request_, told.append)
    (wait,) = [event for event in told if isinstance(event, Waiting)]
    assert wait.account == "acme-sg"
    assert wait.until > request_.now
    assert wait.why


def test_a_stop_tells_each_object_at_once(request_: Request) -> None:
    apply(request_)
    told: list[Event] = []
    paused = pause(request_, Wanted(everything=True), told.append)
    wanted = Stopped("acme-sg", "campaign", paused.stopped[0].id, "Still", "acme-sg/still")
    assert told == list(paused.stopped) == [wanted]


def test_a_stop_without_a_word_of_what_is_refused() -> None:
    with pytest.raises(UsageError):
        Wanted()
    with pytest.raises(UsageError):
        Wanted((A,), everything=True)


# ---- what is held


def test_whoever_looks_and_writes_has_the_lock_and_whoever_only_looks_has_none(request_: Request) -> None:
    held: list[bool] = []

    def subscriber(event: Event) -> None:
        if isinstance(event, Planned):
            held.append(not is_free(request_.root))

    apply(request_, subscriber)
    activate(request_, subscriber)
    activate(request_, subscriber, dry_run=True)
    plan(request_, subscriber)
    assert held == [True, True, False, False]


def test_an_account_is_let_go_of_as_soon_as_its_own_work_is_done(
    request_: Request, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.account("act_2345678901")
    repository.write("accounts/other.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_2345678901"))
    repository.campaign("still", STILL, "other")
    free: dict[str, list[bool]] = {}

    def subscriber(event: Event) -> None:
        if isinstance(event, Finished):
            keys = ("acme-sg", "other")
            free[event.result.account] = [is_free(request_.root, key) for key in keys]

    apply(replace(request_, parallelism=1), subscriber)
    assert free == {"acme-sg": [True, False], "other": [True, True]}


class Ended(BaseException):
    """What no handler of errors catches."""


def raising(error: BaseException, kind: type[Any]) -> Callable[[Event], None]:
    def subscriber(event: Event) -> None:
        if isinstance(event, kind):
            raise error

    return subscriber


ENDS = [KeyboardInterrupt(), BrokenPipeError(), Ended()]


@pytest.mark.parametrize("error", ENDS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("when", [Planned, Started, ChangeDone, Finished], ids=lambda kind: kind.__name__)
def test_a_run_that_ends_in_whatever_it_tells_lets_go_of_every_account(
    when: type[Any], error: BaseException, request_: Request
) -> None:
    with pytest.raises(type(error)):
        apply(request_, raising(error, when))
    assert is_free(request_.root)


def test_a_refused_plan_file_an_unknown_target_and_a_no_let_go_of_every_account(request_: Request) -> None:
    def failing(plan: Plan) -> NoReturn:
        raise EOFError

    filed = plan(replace(request_, reviewed=True)).plan
    with pytest.raises(EOFError):
        apply(request_, confirm=failing)
    assert is_free(request_.root)
    assert not apply(request_, confirm=lambda plan: False).confirmed
    assert is_free(request_.root)
    apply(request_)
    file = PlanFile("plan.json", lambda project: replace(filed, changes=filed.changes[:1]))
    request_.root.joinpath("desired/campaigns/acme-sg/still.yaml").write_text(STILL.replace("50.00", "60.00"))
    with pytest.raises(StaleError):
        apply(request_, plan_file=file)
    assert is_free(request_.root)
    with pytest.raises(UsageError):
        apply(replace(request_, targets=(Address.parse("acme-sg/nothing"),)))
    assert is_free(request_.root)


@pytest.mark.parametrize(
    "operation",
    [apply, activate, sync, drift, lambda r: forget(r, "acme-sg/gone"), lambda r: pause(r, Wanted(everything=True))],
    ids=["apply", "activate", "sync", "drift", "forget", "pause"],
)
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_call_that_raises_whatever_it_be_leaves_no_lock(
    error: type[BaseException], operation: Callable[[Request], Any], request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **more: Any) -> NoReturn:
        raise error

    monkeypatch.setattr("reconciler.meta.client.Reader._call", broken)
    with suppress(error, UsageError):
        operation(request_)
    assert is_free(request_.root)


def test_a_session_writes_nothing_any_more_once_its_lock_was_taken_away(request_: Request) -> None:
    desired = load_desired(request_.root, request_.now)
    with Sessions(request_, desired, exclusive=True) as sessions:
        session = sessions.open(desired.accounts["acme-sg"])
        pause(request_, Wanted((A,)))
        with pytest.raises(LockedError):
            session.store.put_all({})
        with pytest.raises(LockedError):
            session.writer().post("act_1234567890/adimages", {})


# ---- results


def test_what_is_shown_is_desired_recorded_and_live(request_: Request) -> None:
    apply(request_)
    shown = show(request_, A)
    assert shown.resource and shown.record and shown.live
    assert shown.record.id == shown.live.id
    assert shown.currency == "SGD"


def test_a_sync_counts_what_it_keeps(request_: Request) -> None:
    apply(request_)
    assert sync(request_).kept == {"acme-sg": 3}
