"""What apply would do. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from reconciler.engine.plan import merge_plans
from reconciler.model.account import Account
from reconciler.model.errors import ConfigError, ReconcilerError, UsageError
from reconciler.model.plan import Plan
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.facts import forget_facts
from reconciler.run.failures import failure_of
from reconciler.run.notes import (
    launch_notes,
    matrix_notes,
    once_of_clocks,
    orphaned_state,
    shard_note,
    undeclared_accounts,
    version_notes,
)
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.request import Moment, Request
from reconciler.run.results import Planned
from reconciler.run.session import Session, Sessions
from reconciler.run.side_by_side import Watch, side_by_side

NO_ACCOUNT = Problem(
    Origin("desired/accounts"),
    "no account is declared",
    "write what one has already into files: reconciler import act_… with its id; or begin desired/accounts/<key>.yaml",
)

Failures = dict[str, ReconcilerError]
"""By account. An account's failure is kept, not raised, so that the others go on."""

Step = Callable[[Prepared], Prepared]


def plan(
    request: Request,
    notify: Subscriber = ignore,
    *,
    at: Moment | None = None,
    by_account: bool = False,
) -> Planned:
    """`at` gives another moment than now, once the project's time zone is known. Raises ConfigError with every problem
    of every file, and UsageError for an account or address that there is not. With `by_account` an account whose own
    files are wrong is a failure beside the others, as it is to apply."""
    desired = declared_by(request, by_account=by_account)
    if at is not None:
        request = replace(request, now=at(desired.zone))
    with Sessions(request, desired, notify) as sessions:
        planned, _ = make_plans(sessions, _told)
        planned = with_checkout(sessions, planned)
    notify(planned)
    return planned


def declared(request: Request) -> Desired:
    """What an apply would take as declared. Raises ConfigError where no account's files can be used."""
    return declared_by(request, by_account=True)


@dataclass(frozen=True)
class Told:
    """Of one account all that a plan says, once what it was made of is let go of."""

    plan: Plan
    waiting_note: str


def _told(session: Session) -> Told:
    """Of hundreds of accounts what is live and what is remembered would fill the memory."""
    prepared = prepare(session)
    told = Told(prepared.plan, prepared.waiting_note)
    session.let_go()
    return told


class Makes(Protocol):
    @property
    def plan(self) -> Plan: ...

    @property
    def waiting_note(self) -> str: ...


Made = TypeVar("Made", bound=Makes)


def make_plans(sessions: Sessions, preparing: Callable[[Session], Made]) -> tuple[Planned, list[Made]]:
    """Of all chosen accounts, side by side."""
    request, desired = sessions.request, sessions.desired
    accounts = sessions.accounts
    failures = _unreadable(request, desired)
    watch = Watch(request.clock, sessions.notify)
    attempt = partial(_watched, watch, partial(_attempt, sessions, failures, preparing))
    attempts = side_by_side(attempt, accounts, request.parallelism, watch)
    prepared = [one for one in attempts if one is not None]
    with request.timings.of("plan"):
        return _whole(sessions, prepared, failures), prepared


def with_checkout(sessions: Sessions, planned: Planned) -> Planned:
    """With what the files here lack, or have before others do."""
    notes = (*sessions.desk.notes(applying=sessions.exclusive), *planned.plan.notes)
    return replace(planned, plan=replace(planned.plan, notes=notes))


def _whole(sessions: Sessions, prepared: Sequence[Makes], failures: Failures) -> Planned:
    request, desired, accounts = sessions.request, sessions.desired, sessions.accounts
    merged = merge_plans(desired, request.now, [one.plan for one in prepared], said(failures))
    sharing = sessions.sharing
    of_shard = shard_note(request, {*(account.key for account in accounts), *failures})
    notes = (*of_shard, *once_of_clocks(merged.notes), *sharing.plan_notes(), *waiting_notes(prepared))
    notes = (*notes, *launch_notes(request, desired, merged))
    refused = (*merged.refusals, *undeclared_accounts(request, desired))
    whole = replace(
        merged,
        notes=(
            *notes,
            *orphaned_state(request, desired),
            *version_notes(desired, request.now),
            *matrix_notes(request, desired),
        ),
        refusals=refused,
        options=request.options,
    )
    return Planned(whole, failures, desired, sharing.failure)


def _watched(watch: Watch, attempt: Callable[[Account], Made | None], account: Account) -> Made | None:
    watch.begin(account.key)
    try:
        return attempt(account)
    finally:
        watch.end(account.key)


def _attempt(
    sessions: Sessions, failures: Failures, preparing: Callable[[Session], Made], account: Account
) -> Made | None:
    """None where the account cannot be planned; then it is let go of at once."""
    try:
        session = sessions.open(account)
    except Exception as error:
        failures[account.key] = failure_of(error, account.key)
        return None
    try:
        return preparing(session)
    except UsageError:
        raise
    except Exception as error:
        failures[account.key] = failure_of(error, account.key)
        forget_facts(session)
        session.close()
        return None


def each_account(prepared: Iterable[Prepared], failures: Failures, step: Step) -> list[Prepared]:
    """Those with which the step went well; the others are let go of."""
    done = []
    for one in prepared:
        try:
            done.append(step(one))
        except Exception as error:
            failures[one.account.key] = failure_of(error, one.account.key)
            one.session.close()
    return done


def said(failures: Mapping[str, ReconcilerError]) -> dict[str, str]:
    """As a plan holds them."""
    return {key: str(error) for key, error in sorted(failures.items())}


def waiting_notes(prepared: Iterable[Makes]) -> tuple[str, ...]:
    return tuple(one.waiting_note for one in prepared if one.waiting_note)


def _unreadable(request: Request, desired: Desired) -> Failures:
    """The chosen accounts whose own files are wrong. Raises ConfigError where no other is chosen, and where one of them
    may be a declared account under another key: what is not read of the one would be an orphan to the other."""
    if not desired.accounts and not desired.broken:
        raise ConfigError([NO_ACCOUNT])
    found = {key: own for key, own in desired.broken.items() if request.chooses(key)}
    ids = {account.id for account in desired.accounts.values()}
    # A shard with nothing in it that can be read is a shard like any other; the rest is told by the rest.
    nothing_else = request.shard is None and not any(map(request.chooses, desired.accounts))
    if nothing_else or any(request.store.account_id_of(key) in ids for key in desired.broken):
        raise ConfigError([problem for own in (found or desired.broken).values() for problem in own])
    return {key: ConfigError(own) for key, own in found.items()}
