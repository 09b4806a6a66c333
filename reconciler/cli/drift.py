"""`reconciler drift`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import Command, common, make_request, many_accounts
from reconciler.cli.timings import beside, timed_value

TOLD = ("format_version", "project", "now", "drift", "refusals", "notes", "failures")
OF_CHANGES = ("Plan:", "Spending now:", "No changes.")


@click.command("drift", cls=Command)
@many_accounts
@common
@timed_value
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Sync, then show what differs from what was applied, and who did it. Exits 2 where something does."""
    from reconciler.cli import CHANGES, OK
    from reconciler.cli.console import say, say_json, say_lines
    from reconciler.cli.status import plan_status
    from reconciler.cli.waits import say_waits
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text
    from reconciler.run.drift import drift

    request = make_request(base)
    found = drift(request, say_waits)
    plan = found.plan
    if as_json:
        with request.timings.of("render"):
            whole = plan_json(plan)
            say_json({**{name: whole[name] for name in TOLD}, **beside(request.timings)})
    else:
        if plan.accounts and not (plan.drift or plan.failures or plan.refusals):
            say("No drift. What is live is what was applied.", "green")
        lines = [line for line in as_text(plan) if not line[0].startswith(OF_CHANGES)]
        say_lines(lines[:-1] if lines and not lines[-1][0] else lines)
    if found.failures:
        return plan_status(plan, found.failures, detailed=False)
    return CHANGES if plan.drift or plan.refusals else OK
