"""What apply would do. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from reconciler.config.declared import load_desired
from reconciler.engine.plan import merge_plans
from reconciler.model.account import Account
from reconciler.model.errors import ConfigError, ReconcilerError, UsageError
from reconciler.model.resource import Desired
from reconciler.run.events import Subscriber, ignore
from reconciler.run.failures import failure_of
from reconciler.run.notes import orphaned_state, undeclared_accounts, version_notes
from reconciler.run.prepare import Prepared, prepare
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.session import Sessions
from reconciler.run.side_by_side import side_by_side

Failures = dict[str, ReconcilerError]
"""By account. An account's failure is kept, not raised, so that the others go on."""

Step = Callable[[Prepared], Prepared]


def plan(
    request: Request, notify: Subscriber = ignore, *, at: Callable[[ZoneInfo], datetime] | None = None
) -> Planned:
    """`at` gives another moment than now, once the project's time zone is known. Raises ConfigError with every problem
    of every file, and UsageError for an account or address that there is not."""
    desired = load_desired(request.root, request.now)
    if at is not None:
        request = replace(request, now=at(desired.zone))
    with Sessions(request, desired, notify) as sessions:
        planned, _ = make_plans(sessions)
    notify(planned)
    return planned


def make_plans(sessions: Sessions) -> tuple[Planned, list[Prepared]]:
    """Of all chosen accounts, side by side."""
    request, desired = sessions.request, sessions.desired
    accounts = sessions.accounts
    failures = _unreadable(request, desired)
    attempts = side_by_side(partial(_attempt, sessions, failures), accounts, request.parallelism)
    prepared = [one for one in attempts if one is not None]
    merged = merge_plans(desired, request.now, [one.plan for one in prepared], said(failures))
    notes = (*merged.notes, *waiting_notes(prepared), *orphaned_state(request.store, desired))
    refused = (*merged.refusals, *undeclared_accounts(request.store, desired))
    whole = replace(
        merged,
        notes=(*notes, *version_notes(desired, request.now)),
        refusals=refused,
        options=request.options,
    )
    return Planned(whole, failures), prepared


def _attempt(sessions: Sessions, failures: Failures, account: Account) -> Prepared | None:
    """None where the account cannot be planned; then it is let go of at once."""
    try:
        session = sessions.open(account)
    except Exception as error:
        failures[account.key] = failure_of(error, account.key)
        return None
    try:
        return prepare(session)
    except UsageError:
        raise
    except Exception as error:
        failures[account.key] = failure_of(error, account.key)
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


def waiting_notes(prepared: Iterable[Prepared]) -> tuple[str, ...]:
    return tuple(one.waiting_note for one in prepared if one.waiting_note)


def _unreadable(request: Request, desired: Desired) -> Failures:
    """The chosen accounts whose own files are wrong. Raises ConfigError where no other is chosen, and where one of them
    may be a declared account under another key: what is not read of the one would be an orphan to the other."""
    wanted = request.named_accounts or {*desired.accounts, *desired.broken}
    found = {key: own for key, own in desired.broken.items() if key in wanted}
    ids = {account.id for account in desired.accounts.values()}
    if not wanted & set(desired.accounts) or any(request.store.account_id_of(key) in ids for key in desired.broken):
        raise ConfigError([problem for own in (found or desired.broken).values() for problem in own])
    return {key: ConfigError(own) for key, own in found.items()}
