"""`reconciler pause`"""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import common, current_clock
from reconciler.system.clock import SYSTEM, Clock

if TYPE_CHECKING:
    from reconciler.meta.client import Writer
    from reconciler.model.account import Account
    from reconciler.model.address import Address
    from reconciler.run.pause import Start, Stop, Stopped


@click.command("pause")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS|ID]...")
@click.option("--all", "everything", is_flag=True, help="All that is active of the project, in every account.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, addresses: tuple[str, ...], everything: bool) -> int:
    """Stop delivery now. Works without valid YAML; what it pauses stays paused until a person turns it on.

    A run of this working copy that is under way is stopped first. Runs elsewhere are not.
    """
    from reconciler.cli.console import say_json
    from reconciler.model.address import Address
    from reconciler.run.pause import carry_out

    if everything == bool(addresses):
        raise click.UsageError("say what to pause: --all, or addresses such as acme-sg/spring-sale")
    ids = {text for text in addresses if text.isdigit()}
    try:
        wanted = [Address.parse(text) for text in addresses if text not in ids]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    root, clock = base["root"], _clock()
    accounts = _chosen(root, set(base["accounts"]) or (set() if ids else {a.account for a in wanted}))
    stops, failed = _stops(root, clock, accounts, wanted, ids, quiet=as_json)
    carry_out(stops)
    for unmet in sorted(ids - {met for one in stops for met in one.met}):
        failed[unmet] = ["no account that is known here has it, so nothing was paused"]
    for one in stops:
        if one.failed:
            failed.setdefault(one.account.key, []).extend(one.failed.values())
    starts, notes = _to_come(root, clock.now(), stops)
    notes = [note for one in stops for note in one.notes] + notes
    if as_json:
        say_json(
            {
                "paused": [asdict(stopped) for one in stops for stopped in one.paused.values()],
                "failures": {key: "\n".join(texts) for key, texts in failed.items()},
                "later": [str(start.address) for start in starts if not start.late],
                "notes": notes,
            }
        )
    else:
        _say_rest(any(one.paused for one in stops), failed, starts, notes)
    return 1 if failed else 0


def _clock() -> Clock:
    """The stop must not hang on a clock that somebody has set wrongly for trying things out."""
    from reconciler.model.errors import CredentialsError

    try:
        return current_clock()
    except (CredentialsError, click.BadParameter):
        return SYSTEM


def _chosen(root: Path, wanted: set[str]) -> list[Account]:
    from reconciler.model.errors import UsageError
    from reconciler.run.pause import accounts_at

    known = accounts_at(root)
    keys = {account.key for account in known}
    if unknown := sorted(wanted - keys):
        raise UsageError(f"no account {unknown[0]!r} is known; there are: {', '.join(sorted(keys)) or 'none'}")
    if not known:
        raise UsageError("neither desired/accounts/ nor state/ knows an account, so nothing can be paused")
    return [account for account in known if not wanted or account.key in wanted]


def _stops(
    root: Path, clock: Clock, accounts: list[Account], wanted: list[Address], ids: set[str], *, quiet: bool
) -> tuple[list[Stop], dict[str, list[str]]]:
    """One for each account that can be reached, and why the others cannot."""
    from reconciler.run.failures import failure_of
    from reconciler.run.pause import Stop, project_at
    from reconciler.store.opening import open_store

    project, told = project_at(root), _say_nothing if quiet else _say_stopped
    store, stops, failed = open_store(root, clock), [], {}
    for account in accounts:
        addresses = [a for a in wanted if a.account == account.key]
        if wanted and not addresses and not ids:
            continue
        try:
            stops.append(Stop(store, project, account, addresses, _writer(root, clock, account), told, ids))
        except Exception as error:
            failed[account.key] = [str(failure_of(error, account.key))]
    return stops, failed


def _writer(root: Path, clock: Clock, account: Account) -> Writer:
    from reconciler.meta.client import Writer
    from reconciler.meta.pace import Pace
    from reconciler.model.errors import StateError
    from reconciler.run.pause import version_at, zone_at
    from reconciler.run.pipeline import connection_for

    if not account.id:
        raise StateError(
            f"no account: act_… can be read in {account.origin.file}, and state/ has none: nothing was paused there\n"
            "  mend: write the line, or pause in Ads Manager"
        )
    made = connection_for(account, os.environ)
    pace = Pace(clock, urgent=True, zone=zone_at(root))
    return Writer(replace(made, version=version_at(root, clock.now()), clock=clock, pace=pace))


def _to_come(root: Path, now: datetime, stops: list[Stop]) -> tuple[list[Start], list[str]]:
    """What is still to start, or a note that nobody knows."""
    from reconciler.model.errors import ReconcilerError
    from reconciler.run.pause import still_to_start

    try:
        return still_to_start(root, now, stops), []
    except (ReconcilerError, OSError, ValueError, RecursionError):
        return [], ["desired/ has problems, so nobody knows what starts once they are mended: see reconciler validate"]


def _say_nothing(one: Stopped) -> None:
    """JSON is one document."""


def _say_stopped(one: Stopped) -> None:
    """At once: the command may still have to wait."""
    from reconciler.cli.console import say
    from reconciler.text.sanitize import brief

    say(f'Paused {one.kind} {one.id} "{brief(one.name)}" in {one.account}.', "yellow")


def _say_rest(any_paused: bool, failed: dict[str, list[str]], starts: list[Start], notes: list[str]) -> None:
    from reconciler.cli.console import say, say_error

    if not any_paused and not failed:
        say("Nothing of ours was active.")
    for key, texts in failed.items():
        for text in texts:
            say_error(f"{key}: {text}")
    for note in notes:
        say(f"Note: {note}.")
    for start in starts:
        how = "only" if start.late else "all the same"
        say(f"Note: {start.address} starts {start.when} {how}; write status: PAUSED to hold it.")
