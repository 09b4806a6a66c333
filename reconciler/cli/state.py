"""`reconciler state`"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import ERROR, OK, PARTLY, Group
from reconciler.cli.options import Command, common_without, current_clock, make_request

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.run.state import Known, Moved


ACCOUNTS = "accounts are remembered as a whole: --account KEY"


@click.group("state", cls=Group)
def command() -> None:
    """What is remembered of each object: where it is, and what of it others know.

    It is kept on a branch of its own, which each command fetches and pushes by itself.
    """


@command.command("show", cls=Command)
@common_without(targets=ACCOUNTS)
def show(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Accounts, campaigns and ids, when they were pushed last, and what is not pushed yet."""
    from reconciler.cli.console import say_json
    from reconciler.cli.waits import say_waits
    from reconciler.run.state import show

    known = show(make_request(base), say_waits)
    if as_json:
        say_json(_known_json(known))
    else:
        _say_known(known, base["root"])
    return ERROR if any(one.error for one in known.accounts) else PARTLY if known.problem else OK


@command.command("rebuild", cls=Command)
@common_without(targets=ACCOUNTS)
def rebuild(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Forget what is remembered, find it again at Meta by its labels, and push that. Changes nothing at Meta."""
    from reconciler.cli.sync import say_synced
    from reconciler.cli.waits import say_waits
    from reconciler.run.state import rebuild

    return say_synced(rebuild(make_request(base), say_waits), as_json=as_json)


@command.command("push", cls=Command)
@common_without(targets=ACCOUNTS)
def push(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Push what is remembered here and not on the branch yet, merged with what others have pushed."""
    from reconciler.cli.waits import say_waits
    from reconciler.run.state import push

    return _say_moved(push(make_request(base), say_waits), "pushed to", as_json=as_json)


@command.command("pull", cls=Command)
@common_without(targets=ACCOUNTS)
def pull(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Fetch what others have pushed, and merge it into what is remembered here."""
    from reconciler.cli.waits import say_waits
    from reconciler.run.state import pull

    return _say_moved(pull(make_request(base), say_waits), "up to date with", as_json=as_json)


def _known_json(known: Known) -> dict[str, Any]:
    standing = known.standing
    return {
        "branch": standing.name if standing else None,
        "published": standing.published if standing else None,
        "unpublished": list(standing.unpublished) if standing else [],
        "tracked_beside": list(standing.strays) if standing else [],
        "problem": str(known.problem) if known.problem else None,
        "locks": [asdict(one) for one in known.locks],
        "accounts": [
            {
                "account": one.account,
                "ids": {str(address): id_ for address, id_ in one.ids.items()},
                "error": str(one.error) if one.error else None,
            }
            for one in known.accounts
        ],
    }


def _say_known(known: Known, root: Path) -> None:
    from reconciler.cli.console import say, say_error
    from reconciler.kinds.said import counted
    from reconciler.run.at_a_glance import zone_at
    from reconciler.text.sanitize import brief, plain_lines

    standing = known.standing
    if standing is None:
        say("state/ is kept in this working tree; nothing is pushed.")
    else:
        say(f"{standing.name}: {standing.pushed(zone_at(root)) or 'not there yet'}")
        if standing.unpublished:
            say(f"Not pushed yet: {', '.join(standing.unpublished)}", "yellow")
    for lock in known.locks:
        say(f"{lock.account} is being changed by {brief(lock.said(current_clock().now(), zone_at(root)))}", "yellow")
    if known.problem is not None:
        say(plain_lines(str(known.problem)), "red", err=True)
    for one in known.accounts:
        campaigns = len({address.root for address in one.ids})
        say(f"\n{one.account}: {counted(campaigns, 'campaign')}, {counted(len(one.ids), 'object')}")
        for address, id_ in one.ids.items():
            say(f"  {brief(str(address)):<60} {brief(id_) or '(under way)'}")
        if one.error is not None:
            say_error(f"{one.account}: {one.error}")


def _say_moved(moved: Moved, how: str, *, as_json: bool) -> int:
    from reconciler.cli.console import say, say_error, say_json

    if as_json:
        failures = {account: str(error) for account, error in moved.failures.items()}
        say_json({"branch": moved.name, "accounts": list(moved.accounts), "failures": failures})
    else:
        say(f"{', '.join(moved.accounts) or 'Nothing new'}: {how} {moved.name}")
        for account, error in moved.failures.items():
            say_error(f"{account}: {error}")
    return max((error.exit_code for error in moved.failures.values()), default=OK)
