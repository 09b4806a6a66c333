"""Does what policy has approved, account by account, and reads it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from reconciler.apply import Work
from reconciler.apply import apply as apply_changes
from reconciler.engine.staleness import check_fresh
from reconciler.model.errors import Due, PlanFileError, ReconcilerError, StaleError, UsageError
from reconciler.model.plan import Outcome, Plan
from reconciler.model.resource import Desired
from reconciler.model.status import ACTIVE
from reconciler.run.declared import declared_by
from reconciler.run.events import ChangeDone, Finished, Started, Subscriber, ignore
from reconciler.run.facts import forget_facts
from reconciler.run.failures import failure_of
from reconciler.run.pages import with_its_page
from reconciler.run.plan import make_plans, with_checkout
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.record import accept, bring_up_records, read_back
from reconciler.run.request import Request
from reconciler.run.results import Applied, Planned, Result
from reconciler.run.session import Sessions
from reconciler.run.sharing import APPLIED, BEGUN
from reconciler.run.side_by_side import side_by_side
from reconciler.system.clock import Clock


class Remembering:
    """What an apply leaves for the next run of CI, with the account's lease. Of an account that is about to be changed
    nobody knows any more which files it was brought to: that is forgotten, for all others too, before the first write.
    So a run that fails half way, and an apply of files that were never merged, are looked at again."""

    def begin(self, prepared: Prepared) -> None:
        if prepared.plan.changes:
            prepared.session.publish_first(BEGUN)

    def end(self, prepared: Prepared, result: Result) -> None:
        """Before what is remembered of the account is published. Where a run of CI has looked meanwhile, it knows
        nothing of what was written after that."""
        if prepared.plan.changes:
            prepared.session.forget_run()


class Launching(Remembering):
    """Of what the clock asks for alone: the files stay applied. Of files that were never merged nobody would do the
    opposite, so what is known of the merged ones is forgotten."""

    def begin(self, prepared: Prepared) -> None:
        if not prepared.session.has_merged_files():
            super().begin(prepared)

    def end(self, prepared: Prepared, result: Result) -> None:
        if prepared.plan.changes:
            prepared.session.forget_run(of_other_files=True)


@dataclass(frozen=True)
class Pause:
    """When an apply is to stop between two batches: from `until` on, or when `asked` says so. Of the accounts that are
    `patient` the first batch waits for its room however long that takes."""

    until: datetime | None = None
    asked: Callable[[], bool] = lambda: False
    patient: frozenset[str] = frozenset()


UPLOADS_AT_ONCE = 4
"""Of one account."""

ENDLESS, OF_ANY_FILES, ONLY_LAUNCHES = Pause(), Remembering(), Launching()

Pausing = Callable[[Desired], Pause]
"""When an apply is to pause is told by what it has loaded."""


def endless(desired: Desired) -> Pause:
    return ENDLESS


@dataclass(frozen=True)
class PlanFile:
    """A plan that a person has seen. `name` is said in errors. `read` is given the project's name; it raises
    PlanFileError for what is no plan of the project."""

    name: str
    read: Callable[[str], Plan]


def apply(
    request: Request,
    notify: Subscriber = ignore,
    *,
    confirm: Callable[[Plan], bool] = lambda plan: True,
    plan_file: PlanFile | None = None,
    pausing: Pausing = endless,
    remember: Remembering = OF_ANY_FILES,
) -> Applied:
    """Makes what is live what the YAML says. `confirm` is asked where there is something to do, after `Planned` was
    told; a plan file was confirmed when it was made: what it shows is done, with its options, or nothing. After a
    `pause` no further batch is begun, but one is in any case.

    Raises what `plan` raises, PlanFileError, and StaleError where a file shows something else than would be done now.
    """
    desired = declared_by(request, by_account=True)
    if plan_file is not None:
        return _apply_file(request, desired, plan_file, notify)
    with Sessions(request, desired, notify, exclusive=True) as sessions:
        planned, prepared = make_plans(sessions, prepare)
        planned = with_checkout(sessions, planned)
        notify(planned)
        if planned.plan.changes and not confirm(planned.plan):
            return Applied(planned, confirmed=False)
        return carry_out(sessions, planned, prepared, pausing(desired), remember)


def _apply_file(request: Request, desired: Desired, file: PlanFile, notify: Subscriber) -> Applied:
    filed = file.read(desired.project)
    if not (filed.accounts or filed.failures or filed.refusals):
        # Of a shard with no account in it: what it shows is done.
        return Applied(Planned(filed, {}, desired))
    if not filed.accounts:
        raise PlanFileError(
            f"{file.name} shows no account that could be planned\n  mend: see what stood in the way there"
        )
    with Sessions(_as_filed(request, filed), desired, notify, exclusive=True) as sessions:
        try:
            planned, prepared = make_plans(sessions, prepare)
        except UsageError as error:
            raise StaleError(
                f"{file.name} is out of date, so nothing was applied: {error}\n  mend: plan again"
            ) from None
        running = {live.id for one in prepared for live in one.observed.orphans if live.status == ACTIVE}
        check_fresh(filed, planned.plan, desired, file.name, running)
        planned = with_checkout(sessions, planned)
        notify(planned)
        applied = carry_out(sessions, planned, prepared)
        return replace(applied, already_applied=_is_done(filed, planned))


def _is_done(filed: Plan, planned: Planned) -> bool:
    """Whether nothing is left of what a file shows."""
    left = planned.plan
    return bool(filed.changes) and not (left.changes or left.held or planned.failures)


def _as_filed(request: Request, filed: Plan) -> Request:
    options = {**asdict(filed.options), "targets": filed.options.targets}
    return replace(request, accounts=tuple(filed.accounts), **options)


def carry_out(
    sessions: Sessions,
    planned: Planned,
    prepared: Sequence[Prepared],
    pause: Pause = ENDLESS,
    remember: Remembering = OF_ANY_FILES,
) -> Applied:
    """Of each prepared account what policy has approved; side by side."""
    sessions.notify(Started(len(planned.plan.changes)))
    finish = partial(_finish, sessions.notify, pause, remember)
    results = side_by_side(finish, prepared, sessions.request.parallelism)
    # A push of its own for each of hundreds of accounts in which nothing was to be done would take minutes.
    untouched = [one.account for one, result in zip(prepared, results, strict=True) if _is_untouched(one, result)]
    failed = sessions.sharing.publish_together(untouched, APPLIED)
    return Applied(planned, tuple(replace(one, unshared=one.unshared or failed.get(one.account)) for one in results))


def _is_untouched(prepared: Prepared, result: Result) -> bool:
    return not (prepared.plan.changes or result.outcomes or result.error)


def _finish(notify: Subscriber, pause: Pause, remember: Remembering, prepared: Prepared) -> Result:
    with prepared.session:
        result = _remembered(remember, prepared, _apply_account(prepared, pause, remember))
        if result.error is not None or any(outcome.error for outcome in result.outcomes):
            forget_facts(prepared.session)
        if not _is_untouched(prepared, result):
            with prepared.session.timed("record"):
                result = replace(result, unshared=prepared.session.publish(APPLIED))
    notify(Finished(result))
    return result


def _remembered(remember: Remembering, prepared: Prepared, result: Result) -> Result:
    try:
        remember.end(prepared, result)
    except Exception as error:
        return replace(result, unshared=failure_of(error, result.account))
    return result


def _apply_account(prepared: Prepared, pause: Pause, remember: Remembering) -> Result:
    """An account's failure is kept, not raised."""
    key, refused, done = prepared.account.key, bool(prepared.plan.refusals), list[Outcome]()
    if refused and not prepared.plan.changes:
        return Result(key, refused=True)
    if prepared.is_idle:
        return Result(key)
    error: ReconcilerError | None = None
    turn = PausedTurn(prepared.session.request.clock, pause, key)
    try:
        remember.begin(prepared)
        done = _write_and_read_back(prepared, done, turn)
    except BrokenPipeError:
        # Nobody listens any more: that is no account's failure.
        raise
    except Exception as found:
        error = failure_of(found, key)
    return Result(key, tuple(done), error, refused, turn.over)


class PausedTurn:
    """How long an account may go on: called before each batch, it ends them after a pause was asked for. The first is
    sent in any case where there is room for it, so that what is due every few minutes does not keep the rest from ever
    being done; for room it waits past a pause only where the account is patient."""

    def __init__(self, clock: Clock, pause: Pause, account: str) -> None:
        self._clock, self._pause = clock, pause
        self._patient = account in pause.patient
        self._batches = 0
        self.over = False

    @property
    def until(self) -> datetime | None:
        return self._pause.until

    def __call__(self) -> None:
        """Raises Due."""
        self._end(self._batches > 0)
        self._batches += 1

    def waited(self) -> None:
        """Raises Due."""
        self._end(self._batches > 1 or not self._patient)

    def _end(self, may_end: bool) -> None:
        due = self._pause.until is not None and self._clock.now() >= self._pause.until
        # Several uploads may ask, and not each of them hears what has ended one.
        self.over = self.over or (may_end and (due or self._pause.asked()))
        if self.over:
            raise Due("something goes first\n  mend: run apply again for the rest")


def _write_and_read_back(prepared: Prepared, done: list[Outcome], turn: PausedTurn) -> list[Outcome]:
    """The outcomes as reading back has shown them; `done` has those so far, whatever is raised."""
    session = prepared.session
    writer = session.writer()
    try:
        with session.timed("record"):
            bring_up_records(prepared)
            accept(prepared)
        with suppress(Due), session.timed("apply"):
            for outcome in apply_changes(_work(prepared, turn), prepared.approved, writer):
                done.append(outcome)
                session.notify(ChangeDone(prepared.account.key, outcome))
        # A look is what the launch after it would wait for.
        session.connection.pace.yielding = None
        accept(prepared)
        return read_back(prepared, writer, done)
    finally:
        session.connection.pace.save()


def _work(prepared: Prepared, turn: PausedTurn) -> Work:
    session = prepared.session
    return Work(
        account=prepared.account,
        project=session.desired.project,
        root=session.request.root,
        resources=prepared.ground.resources,
        objects={**prepared.observed.objects, **prepared.plain.there},
        store=session.store,
        uploads=session.request.store.uploads,
        observed=prepared.observed,
        now=prepared.ground.now,
        zone=session.desired.zone,
        server_time=prepared.server_time,
        drifted=prepared.drifted(),
        looked_at=prepared.looked_at,
        applied=prepared.difference.applied,
        settled=prepared.difference.settled,
        held=prepared.difference.held,
        # One at a time means one thing at a time.
        uploads_at_once=UPLOADS_AT_ONCE if session.request.parallelism > 1 else 1,
        turn=turn,
        sharing=with_its_page(session.desired, prepared.account),
        progress=session.upload,
    )
