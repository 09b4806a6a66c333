"""`reconciler state`"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import ERROR, OK, PARTLY, Group
from reconciler.cli.options import Command, Dashed, common_without, current_clock, make_request

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.address import Address
    from reconciler.run.leaving import Leaving, Left
    from reconciler.run.state import Known, Moved


ACCOUNTS = "accounts are remembered as a whole: --account KEY"
NAMED = "it takes one account, as a whole: reconciler state forget ACCOUNT"


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


@command.command("forget", cls=Dashed)
@click.argument("account", metavar="ACCOUNT")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@common_without(accounts=NAMED, targets=NAMED)
def forget(base: dict[str, Any], as_json: bool, verbose: bool, account: str, auto_approve: bool) -> int:
    """Forget all of an account that nobody declares any more, here and on the branch. Changes nothing at Meta."""
    from reconciler.cli.asking import approved
    from reconciler.cli.console import say, say_json
    from reconciler.cli.waits import say_waits
    from reconciler.run.checkout import checkout_note
    from reconciler.run.leaving import forget_account
    from reconciler.text.sanitize import brief

    request = make_request(base)
    if note := checkout_note(request):
        say(f"Note: {brief(note)}", "yellow", err=True)

    def confirmed(leaving: Leaving) -> bool:
        if not as_json:
            _say_leaving(leaving)
        return auto_approve or approved("nothing was forgotten", as_json=as_json)

    left = forget_account(request, account, confirmed, say_waits)
    if not left.confirmed:
        return ERROR
    if as_json:
        say_json(_left_json(left))
    else:
        _say_left(left)
    return OK


def _say_leaving(leaving: Leaving) -> None:
    from reconciler.cli.console import say
    from reconciler.kinds.said import counted
    from reconciler.text.sanitize import brief, plain_lines

    key = leaving.account
    if leaving.error is not None:
        say(f"What is remembered of {key} cannot be read whole: {plain_lines(str(leaving.error))}", "yellow")
    said = f" of {brief(leaving.account_id)}" if leaving.account_id else ""
    say(f"{key}: {counted(leaving.objects, 'object')}{said} {'is' if leaving.objects == 1 else 'are'} remembered.")
    for address, (id_, held) in leaving.running.items():
        since = f"; it {held}" if held else ""
        say(f"  was on when it was last seen: {brief(str(address))} (campaign {brief(id_)}){brief(since)}", "yellow")
    say("Nothing at Meta is touched: what is on there goes on, and no plan, limit or pause --all sees it any more.")
    if leaving.error is not None or not all(held for _, held in leaving.running.values()):
        say(f"Where there is access still, stop it first: reconciler pause --all --account {key}")


def _say_left(left: Left) -> None:
    from reconciler.cli.console import say

    where = (
        f"here and on {left.branch}" if left.branch else "in this working tree; where git has its files, commit that"
    )
    say(f"Forgot {left.leaving.account} {where}.", "yellow")


def _left_json(left: Left) -> dict[str, Any]:
    leaving = left.leaving
    return {
        "forgotten": leaving.account,
        "account_id": leaving.account_id,
        "objects": leaving.objects,
        "was_on": [{"address": str(at), "id": id_, "held": held} for at, (id_, held) in leaving.running.items()],
        "branch": left.branch or None,
    }


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
        say(f"\n{one.account}: {', '.join([*_counted_files(one.ids), counted(len(one.ids), 'object')])}")
        for address, id_ in one.ids.items():
            say(f"  {brief(str(address)):<60} {brief(id_) or '(under way)'}")
        if one.error is not None:
            say_error(f"{one.account}: {one.error}")


def _counted_files(ids: Iterable[Address]) -> Iterator[str]:
    """Campaigns, and what stands beside them, by their kinds."""
    from reconciler.kinds import KINDS
    from reconciler.kinds.said import counted

    kinds = Counter(root.kind for root in {address.root for address in ids})
    for name in (name for name in KINDS if name in kinds):
        yield counted(kinds[name], KINDS[name].title)


def _say_moved(moved: Moved, how: str, *, as_json: bool) -> int:
    from reconciler.cli.console import say, say_failures, say_json

    if as_json:
        failures = {account: str(error) for account, error in moved.failures.items()}
        say_json({"branch": moved.name, "accounts": list(moved.accounts), "failures": failures})
    else:
        say(f"{', '.join(moved.accounts) or 'Nothing new'}: {how} {moved.name}")
        say_failures((account, str(error)) for account, error in moved.failures.items())
    return max((error.exit_code for error in moved.failures.values()), default=OK)
