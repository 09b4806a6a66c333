"""`reconciler sync`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import Command, common, make_request


@click.command("sync", cls=Command)
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Write live state into state/, adopting what is found by its label. Changes nothing at Meta."""
    from reconciler.cli.console import say, say_error, say_json
    from reconciler.cli.progress import say_waits
    from reconciler.cli.status import plan_status
    from reconciler.kinds.said import counted
    from reconciler.run.sync import sync
    from reconciler.text.sanitize import brief

    synced = sync(make_request(base), say_waits)
    plan, failures = synced.planned.plan, synced.planned.failures
    if as_json:
        say_json({"synced": synced.kept, "failures": plan.failures, "notes": list(plan.notes)})
    else:
        for account, number in synced.kept.items():
            say(f"{account}: {counted(number, 'resource')} in state/{account}/")
        for note in plan.notes:
            say(f"Note: {brief(note)}", "yellow")
        for account, text in plan.failures.items():
            say_error(f"{account}: {text}")
    return plan_status(plan, failures, detailed=False) if failures else 0
