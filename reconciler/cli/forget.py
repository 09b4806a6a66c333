"""`reconciler forget`"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import common, make_request

if TYPE_CHECKING:
    from reconciler.model.account import Account
    from reconciler.model.resource import Desired
    from reconciler.run.forget import Forgotten
    from reconciler.run.pipeline import Request


@click.command("forget")
@click.argument("target", metavar="ADDRESS|ID")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, target: str) -> int:
    """Take our label and record off an object and what is in it, and leave it as it is.

    ADDRESS is one whose YAML is gone; ID is an object's id at Meta, such as a copy's.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.run.pipeline import load_desired
    from reconciler.text.sanitize import brief

    request = make_request(base)
    desired = load_desired(request.root, request.now)
    forgotten = list(_forget(request, desired, target))
    if as_json:
        say_json({"forgotten": [asdict(one) for one in forgotten]})
        return 0
    for one in forgotten:
        say(f'Forgot {one.kind} {one.id} "{brief(one.name)}" in {one.account}: it stays {one.status}.', "yellow")
    if any(one.status == "ACTIVE" for one in forgotten):
        say("What is ACTIVE spends on, and no plan, no limit and no pause --all sees it from now on.", "yellow")
    if not forgotten:
        say(f"Nothing at Meta carries the label of {target}; its record was removed.")
    return 0


def _forget(request: Request, desired: Desired, target: str) -> Iterator[Forgotten]:
    from reconciler.model.address import Address
    from reconciler.model.errors import UsageError
    from reconciler.run.pipeline import chosen_accounts

    accounts = chosen_accounts(request, desired)
    if target.isdigit():
        for account in accounts:
            done = list(_in_account(request, desired, account, target))
            if done:
                yield from done
                return
        raise UsageError(f"no account that is declared here has an object {target}; archived ones need no forgetting")
    try:
        address = Address.parse(target)
    except ValueError as error:
        raise UsageError(f"{error}; or an object's id") from None
    owner = [account for account in accounts if account.key == address.account]
    if not owner:
        raise UsageError(f"no account {address.account!r} is declared")
    yield from _in_account(request, desired, owner[0], address)


def _in_account(request: Request, desired: Desired, account: Account, target: Any) -> Iterator[Forgotten]:
    from reconciler.meta.client import Writer
    from reconciler.run.forget import Forgetting
    from reconciler.run.pipeline import connect

    lock = request.store.leases.acquire(account.key)
    try:
        store = request.store.records(account.key, account.id, account.currency, account.previously)
        store.fence = lock.check
        writer = Writer(connect(request, account, desired), lock.check)
        forgetting = Forgetting(desired.project, account, writer, desired.of(account.key, request.now), store)
        if not isinstance(target, str):
            yield from forgetting.address(target)
        elif forgetting.has(target):
            yield from forgetting.object(target)
    finally:
        lock.release()
