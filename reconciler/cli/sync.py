"""`reconciler sync`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Command, common_without, make_request, many_accounts

if TYPE_CHECKING:
    from reconciler.run.results import Synced


@click.command("sync", cls=Command)
@many_accounts
@common_without(targets="accounts are looked at as a whole: --account KEY")
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Write live state into state/, adopting what is found by its label. Changes nothing at Meta."""
    from reconciler.cli.waits import say_waits
    from reconciler.run.sync import sync

    return say_synced(sync(make_request(base), say_waits), as_json=as_json)


def say_synced(synced: Synced, *, as_json: bool) -> int:
    """The exit status."""
    from reconciler.cli.console import say, say_failures, say_json
    from reconciler.cli.status import plan_status, shared_status
    from reconciler.kinds.said import counted
    from reconciler.text.sanitize import brief

    plan, failures = synced.planned.plan, synced.planned.failures
    if as_json:
        unshared = {account: str(error) for account, error in synced.unshared.items()}
        say_json({"synced": synced.kept, "failures": plan.failures, "notes": list(plan.notes), "unshared": unshared})
    else:
        for account, number in synced.kept.items():
            say(f"{account}: {counted(number, 'resource')} in state/{account}/")
        for note in plan.notes:
            say(f"Note: {brief(note)}", "yellow")
        say_failures(plan.failures.items())
        say_failures((account, str(error)) for account, error in synced.unshared.items())
    status = plan_status(plan, failures, detailed=False) if failures else 0
    return shared_status(status, [synced.planned.unshared, *synced.unshared.values()])
