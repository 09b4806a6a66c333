"""What is remembered, looked at, sent to the branch and fetched from it, and made anew from what is at Meta."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from reconciler.config.declared import choose_accounts
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, StateError
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.failures import failure_of
from reconciler.run.request import Request
from reconciler.run.results import Synced
from reconciler.run.sharing import Sharing
from reconciler.run.sync import sync
from reconciler.store.leases import Holder
from reconciler.store.shared import SharedState, Standing


@dataclass(frozen=True)
class Remembered:
    """One account: the addresses that are remembered with their ids ("" while a create is under way), and what keeps
    them from being read."""

    account: str
    ids: dict[Address, str]
    error: ReconcilerError | None = None


@dataclass(frozen=True)
class Known:
    """`standing` is None where state/ is kept in the working tree; `problem` says why the branch could not be looked
    at."""

    accounts: tuple[Remembered, ...]
    standing: Standing | None
    problem: ReconcilerError | None
    locks: tuple[Holder, ...] = ()
    """Held right now, in this working copy."""


@dataclass(frozen=True)
class Moved:
    """The accounts whose memory was pushed or brought in, and of the others why not."""

    name: str
    accounts: tuple[str, ...]
    failures: dict[str, ReconcilerError]


def show(request: Request, notify: Subscriber = ignore) -> Known:
    """Of the chosen accounts, or all. Fetches first, where it can. Raises ConfigError, and UsageError for an account
    that is neither declared nor remembered."""
    # Fetching takes the locks of accounts itself.
    held = [one for one in request.store.leases.held() if not request.accounts or one.account in request.accounts]
    desired = declared_by(request, by_account=True)
    sharing = Sharing(request, desired.state_branch, notify)
    sharing.begin()
    standing = sharing.shared.standing() if sharing.shared is not None else None
    keys = request.store.recorded_accounts()
    _check_known(request, desired, {*keys, *(sharing.shared.accounts() if sharing.shared is not None else ())})
    wanted = [key for key in keys if not request.accounts or key in request.accounts]
    return Known(tuple(_remembered(request, key) for key in wanted), standing, sharing.problem, tuple(held))


def rebuild(request: Request, notify: Subscriber = ignore) -> Synced:
    """Forgets what is remembered of the chosen accounts, or of all, and finds it again by its labels, as any run does
    without records. What was published of them is replaced. Changes nothing at Meta. Raises what `sync` raises."""
    return sync(replace(request, rebuild=True), notify)


def push(request: Request, notify: Subscriber = ignore) -> Moved:
    """Of all accounts, merged with what others have pushed. Raises UsageError where state/ is not shared, and
    UnsharedState where the branch cannot be reached."""

    def pushed(shared: SharedState, key: str) -> bool:
        shared.bring_in(key)
        return shared.publish([key], f"Record what is known: {key}")

    return _each(request, notify, pushed)


def pull(request: Request, notify: Subscriber = ignore) -> Moved:
    """Of all accounts, merged into what is remembered here. Raises what `push` raises."""

    def pulled(shared: SharedState, key: str) -> bool:
        shared.bring_in(key)
        return True

    return _each(request, notify, pulled)


def _check_known(request: Request, desired: Desired, remembered: Collection[str]) -> None:
    """One whose file is gone may be remembered still."""
    choose_accounts(desired, set(request.accounts).difference(remembered))


def _each(request: Request, notify: Subscriber, step: Callable[[SharedState, str], bool]) -> Moved:
    desired = declared_by(request, by_account=True)
    shared = Sharing(request, desired.state_branch, notify).opened()
    done: list[str] = []
    failures: dict[str, ReconcilerError] = {}
    keys = sorted({*request.store.recorded_accounts(), *shared.accounts()})
    _check_known(request, desired, keys)
    for key in keys:
        if request.accounts and key not in request.accounts:
            continue
        try:
            lease = request.store.leases.acquire(key)
            try:
                if step(shared, key):
                    done.append(key)
            finally:
                lease.release()
        except Exception as error:
            failures[key] = failure_of(error, key)
    return Moved(shared.name, tuple(done), failures)


def _remembered(request: Request, key: str) -> Remembered:
    try:
        records = request.store.records(key).all()
    except StateError as error:
        return Remembered(key, {}, error)
    return Remembered(key, {at: record.id for at, record in sorted(records.items())})
