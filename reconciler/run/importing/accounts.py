"""The operation: the accounts that are named, one after the other, and a plan of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.config.declared import ACCOUNT_ID, choose_accounts
from reconciler.kinds.field_types import key_of
from reconciler.model.account import Account
from reconciler.model.errors import ConfigError, UsageError
from reconciler.model.problem import Origin
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.existing import unique
from reconciler.run.failures import failure_of
from reconciler.run.importing.account import AccountImport, online
from reconciler.run.importing.results import Imported, Wanted
from reconciler.run.plan import plan
from reconciler.run.request import Request
from reconciler.run.session import Sessions
from reconciler.run.sync import sync


def import_accounts(
    request: Request, names: Sequence[str], wanted: Wanted, notify: Subscriber = ignore
) -> Iterator[Imported]:
    """`names`: keys of declared accounts, or ids of ad accounts; all that are declared where none is named. What is
    wrong with one account is its `error`: what was done by then stays, another run goes on, and so do the others.
    Raises ConfigError and UsageError, before anything is done where it is for the names."""
    for name in _chosen(request, names):
        try:
            yield _import_account(request, name, wanted, notify)
        except UsageError:
            raise
        except Exception as error:
            yield Imported(name, error=failure_of(error, name))


def _chosen(request: Request, names: Sequence[str]) -> list[str]:
    """Each account once."""
    desired = declared_by(request, by_account=True)
    if not names:
        return sorted({*desired.accounts, *desired.broken})
    found = {account.id if (account := _account(desired, name)) else name: name for name in names}
    return list(found.values())


def _import_account(request: Request, name: str, wanted: Wanted, notify: Subscriber) -> Imported:
    desired = declared_by(request, by_account=True)
    account = _account(desired, name)
    known = account is not None
    if account is None:
        account = _undeclared(request, desired, name, notify)
    key = account.key
    own = replace(request, accounts=(key,), targets=())
    with Sessions(own, desired, notify, exclusive=not wanted.dry_run) as sessions, sessions.open(account) as session:
        found = AccountImport(session, wanted, is_declared=known).run()
    if wanted.dry_run or found.error is not None:
        return found
    return with_plan(found, own, notify, sync_first=wanted.label)


def with_plan(found: Imported, own: Request, notify: Subscriber, *, sync_first: bool = True) -> Imported:
    """Other accounts' files do not concern it. What is wrong only now does not undo what was written."""
    try:
        if sync_first:
            sync(own, notify)
        return replace(found, planned=plan(own, by_account=True))
    except ConfigError as error:
        error.after_writes = bool(found.labelled)
        raise


def _account(desired: Desired, name: str) -> Account | None:
    """None for an ad account that no file declares."""
    if name in desired.broken:
        raise ConfigError(desired.broken[name])
    if not ACCOUNT_ID.fullmatch(name):
        if name.isdigit():
            raise UsageError(f"an ad account's id begins with act_: reconciler import act_{name}")
        return choose_accounts(desired, [name])[0]
    return next((one for one in desired.accounts.values() if one.id == name), None)


def _undeclared(request: Request, desired: Desired, account_id: str, notify: Subscriber) -> Account:
    """As Meta describes it."""
    unread = Account(account_id, account_id, "", Origin(f"desired/accounts/{account_id}.yaml"))
    looking = replace(request, accounts=(), targets=())
    with Sessions(looking, desired, notify) as sessions, sessions.open(unread) as session:
        row = online(session).read(account_id, "id,name,currency")
    name = str(row.get("name") or account_id)
    taken = {*desired.accounts, *desired.broken}
    key = next(unique(key_of(name) or account_id.replace("_", "-"), taken))
    return Account(key, account_id, str(row.get("currency", "")), Origin(f"desired/accounts/{key}.yaml"), name=name)
