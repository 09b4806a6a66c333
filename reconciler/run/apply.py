"""Does what policy has approved, account by account, and reads it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial

from reconciler.apply import Work
from reconciler.apply import apply as apply_changes
from reconciler.config.declared import load_desired
from reconciler.engine.staleness import check_fresh
from reconciler.model.errors import PlanFileError, ReconcilerError, StaleError, UsageError
from reconciler.model.plan import Outcome, Plan
from reconciler.model.resource import Desired
from reconciler.model.status import ACTIVE
from reconciler.run.events import ChangeDone, Finished, Started, Subscriber, ignore
from reconciler.run.failures import failure_of
from reconciler.run.plan import make_plans
from reconciler.run.prepare import Prepared
from reconciler.run.record import accept, bring_up_records, read_back
from reconciler.run.request import Request
from reconciler.run.results import Applied, Planned, Result
from reconciler.run.session import Sessions
from reconciler.run.side_by_side import side_by_side


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
) -> Applied:
    """Makes what is live what the YAML says. `confirm` is asked where there is something to do, after `Planned` was
    told; a plan file was confirmed when it was made: what it shows is done, with its options, or nothing.

    Raises what `plan` raises, PlanFileError, and StaleError where a file shows something else than would be done now.
    """
    desired = load_desired(request.root, request.now, by_account=True)
    if plan_file is not None:
        return _apply_file(request, desired, plan_file, notify)
    with Sessions(request, desired, notify, exclusive=True) as sessions:
        planned, prepared = make_plans(sessions)
        notify(planned)
        if planned.plan.changes and not confirm(planned.plan):
            return Applied(planned, confirmed=False)
        return carry_out(sessions, planned, prepared)


def _apply_file(request: Request, desired: Desired, file: PlanFile, notify: Subscriber) -> Applied:
    filed = file.read(desired.project)
    if not filed.accounts:
        raise PlanFileError(
            f"{file.name} shows no account that could be planned\n  mend: see what stood in the way there"
        )
    with Sessions(_as_filed(request, filed), desired, notify, exclusive=True) as sessions:
        try:
            planned, prepared = make_plans(sessions)
        except UsageError as error:
            raise StaleError(
                f"{file.name} is out of date, so nothing was applied: {error}\n  mend: plan again"
            ) from None
        running = {live.id for one in prepared for live in one.observed.orphans if live.status == ACTIVE}
        check_fresh(filed, planned.plan, desired, file.name, running)
        notify(planned)
        return carry_out(sessions, planned, prepared)


def _as_filed(request: Request, filed: Plan) -> Request:
    options = {**asdict(filed.options), "targets": filed.options.targets}
    return replace(request, accounts=tuple(filed.accounts), **options)


def carry_out(sessions: Sessions, planned: Planned, prepared: Iterable[Prepared]) -> Applied:
    """Of each prepared account what policy has approved; side by side."""
    sessions.notify(Started(len(planned.plan.changes)))
    parallelism = sessions.request.parallelism
    return Applied(planned, tuple(side_by_side(partial(_finish, sessions.notify), prepared, parallelism)))


def _finish(notify: Subscriber, prepared: Prepared) -> Result:
    with prepared.session:
        result = _apply_account(prepared)
    notify(Finished(result))
    return result


def _apply_account(prepared: Prepared) -> Result:
    """An account's failure is kept, not raised."""
    key, refused, done = prepared.account.key, bool(prepared.plan.refusals), list[Outcome]()
    if refused and not prepared.plan.changes:
        return Result(key, refused=True)
    error: ReconcilerError | None = None
    try:
        done = _write_and_read_back(prepared, done)
    except BrokenPipeError:
        # Nobody listens any more: that is no account's failure.
        raise
    except Exception as found:
        error = failure_of(found, key)
    return Result(key, tuple(done), error, refused)


def _write_and_read_back(prepared: Prepared, done: list[Outcome]) -> list[Outcome]:
    """The outcomes as reading back has shown them; `done` has those so far, whatever is raised."""
    session = prepared.session
    writer = session.writer()
    try:
        bring_up_records(prepared)
        accept(prepared)
        for outcome in apply_changes(_work(prepared), prepared.approved, writer):
            done.append(outcome)
            session.notify(ChangeDone(prepared.account.key, outcome))
        accept(prepared)
        return read_back(prepared, writer, done)
    finally:
        session.connection.pace.save()


def _work(prepared: Prepared) -> Work:
    session = prepared.session
    return Work(
        account=prepared.account,
        project=session.desired.project,
        root=session.request.root,
        resources=prepared.ground.resources,
        objects={**prepared.observed.objects, **prepared.plain.there},
        store=session.store,
        observed=prepared.observed,
        now=prepared.ground.now,
        zone=session.desired.zone,
        server_time=prepared.server_time,
        drifted=prepared.drifted(),
        applied=prepared.difference.applied,
        held=prepared.difference.held,
        progress=session.upload,
    )
