"""`reconciler pause`"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import common

if TYPE_CHECKING:
    from reconciler.model import Account, Address
    from reconciler.pause import Stopped


@click.command("pause")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--all", "everything", is_flag=True, help="Every active campaign of the project, in every account.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, addresses: tuple[str, ...], everything: bool) -> int:
    """Stop delivery now. Works without valid YAML; what it pauses stays paused until a person turns it on."""
    from reconciler.cli.console import say, say_error, say_json
    from reconciler.errors import ReconcilerError, UsageError
    from reconciler.inert import brief
    from reconciler.model import Address
    from reconciler.pause import accounts_at, project_at, still_to_start

    if everything == bool(addresses):
        raise click.UsageError("say what to pause: --all, or addresses such as acme-sg/spring-sale")
    try:
        wanted = [Address.parse(text) for text in addresses]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    root = base["root"]
    project = project_at(root)
    known = {account.key: account for account in accounts_at(root)}
    chosen = {a.account for a in wanted} or set(base["accounts"]) or set(known)
    if unknown := sorted(chosen - set(known)):
        raise UsageError(f"no account {unknown[0]!r} is known; there are: {', '.join(sorted(known)) or 'none'}")
    stopped: list[Stopped] = []
    failed: dict[str, str] = {}
    for key in sorted(chosen):
        try:
            stopped += _stopped(root, project, known[key], [a for a in wanted if a.account == key])
        except ReconcilerError as error:
            failed[key] = str(error)
    later = still_to_start(root)
    if as_json:
        say_json({"paused": [s.__dict__ for s in stopped], "failures": failed, "later": [str(a) for a, _ in later]})
        return 1 if failed else 0
    for one in stopped:
        say(f'Paused {one.kind} {one.id} "{brief(one.name)}" in {one.account}.', "yellow")
    if not stopped and not failed:
        say("Nothing of ours was active.")
    for key, text in failed.items():
        say_error(f"{key}: {text}")
    for address, moment in later:
        say(f"Note: {address} starts at {moment:%Y-%m-%d %H:%M %z} all the same; write status: PAUSED to hold it.")
    return 1 if failed else 0


def _stopped(root: Path, project: str, account: Account, addresses: list[Address]) -> list[Stopped]:
    """What was paused in one account: the addresses asked for, or everything."""
    from reconciler.meta.client import Writer
    from reconciler.pause import stop, stop_all
    from reconciler.pipeline import connection_for

    writer = Writer(connection_for(account, os.environ))
    if not addresses:
        return list(stop_all(root, project, account, writer))
    return [one for address in addresses for one in stop(root, project, account, address, writer)]
