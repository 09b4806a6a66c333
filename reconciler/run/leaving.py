"""Forgets an account that nobody declares any more, here and on the branch. Touches nothing at Meta.

A file of `state/` that is only missing comes back, since git and people lose files. So what is to be forgotten is
brought in first, and then removed and published: of that alone the branch knows that it is gone for good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, SourceError, StaleError, StateError, UsageError
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.request import Request
from reconciler.run.sharing import FORGOTTEN, Sharing
from reconciler.store.opening import running
from reconciler.store.shared import SharedState


@dataclass(frozen=True)
class Leaving:
    """What is remembered of the account: how many objects, and of the campaigns that were on when they were last
    written the id and why they are held, "" for nothing. `error`: why it cannot be read."""

    account: str
    account_id: str
    objects: int
    running: dict[Address, tuple[str, str]]
    error: ReconcilerError | None = None


@dataclass(frozen=True)
class Left:
    """`branch` is where it is gone for all others, "" where state/ is kept in the working tree."""

    leaving: Leaving
    confirmed: bool
    branch: str


def forget_account(request: Request, key: str, confirm: Callable[[Leaving], bool], notify: Subscriber = ignore) -> Left:
    """Raises ConfigError, UsageError for an account that is declared or not remembered, UnsharedState where others
    cannot be told, LockedError, and StaleError where another run has changed what is remembered meanwhile."""
    desired = declared_by(request, by_account=True)
    _refuse_declared(desired, key)
    sharing = Sharing(request, desired.state_branch, notify)
    sharing.begin({key})
    if sharing.problem is not None:
        raise sharing.problem
    _refuse_unknown(request, key, sharing.shared)
    lease = request.store.leases.acquire(key)
    try:
        return _forget(request, desired, key, confirm, sharing.shared)
    finally:
        lease.release()


def _forget(
    request: Request, desired: Desired, key: str, confirm: Callable[[Leaving], bool], shared: SharedState | None
) -> Left:
    leaving = _leaving(request, key, _brought_in(shared, key))
    _refuse_renamed(desired, leaving)
    name = shared.name if shared is not None else ""
    if not confirm(leaving):
        return Left(leaving, confirmed=False, branch=name)
    request.store.discard(key)
    if shared is not None:
        shared.publish([key], f"Record what was {FORGOTTEN}: {key}")
    if key in request.store.recorded_accounts():
        raise StaleError(
            f"another run has changed what is remembered of {key} meanwhile, so that stays\n"
            f"  mend: reconciler state forget {key}, which shows it"
        )
    return Left(leaving, confirmed=True, branch=name)


def _brought_in(shared: SharedState | None, key: str) -> StateError | None:
    """Why what others have published cannot be merged; it goes all the same."""
    if shared is None:
        return None
    try:
        shared.bring_in(key)
    except StateError as error:
        shared.take_ours(key)
        return error
    return None


def _leaving(request: Request, key: str, error: StateError | None) -> Leaving:
    store = request.store
    account_id = store.account_id_of(key)
    try:
        records = store.records(key).all()
    except StateError as unreadable:
        return Leaving(key, account_id, 0, {}, unreadable)
    on = {address: (record.id, record.held) for address, record in sorted(running(records).items())}
    return Leaving(key, account_id, len(records), on, error)


def _refuse_unknown(request: Request, key: str, shared: SharedState | None) -> None:
    known = {*request.store.recorded_accounts(), *(shared.accounts() if shared is not None else ())}
    if key not in known:
        raise UsageError(f"nothing is remembered of {key!r}, so there is nothing to forget; see reconciler state show")


def _refuse_declared(desired: Desired, key: str) -> None:
    if desired.unlisted is not None:
        why = f"{desired.unlisted.message}, so nobody knows whether a YAML is gone"
        raise SourceError(f"{why}\n  mend: {desired.unlisted.mend}")
    if key in {*desired.accounts, *desired.broken}:
        raise UsageError(
            f"desired/accounts/{key}.yaml declares {key}, so that the next run would remember it again\n"
            f"  mend: remove desired/accounts/{key}.yaml and desired/campaigns/{key} first"
        )
    heir = next((one.key for one in desired.accounts.values() if key in one.previously), "")
    if heir:
        raise UsageError(f"{key} is what {heir} was called: what is remembered of it moves there with the next apply")


def _refuse_renamed(desired: Desired, leaving: Leaving) -> None:
    """It would forget holds and what is under way of an account that is looked after still."""
    heir = next((one.key for one in desired.accounts.values() if one.id == leaving.account_id), "")
    if heir:
        raise UsageError(
            f"state/{leaving.account} remembers objects of {leaving.account_id}, which {heir} declares: it is the same "
            "ad account under another key\n"
            f"  mend: write previously: [{leaving.account}] in desired/accounts/{heir}.yaml"
        )
