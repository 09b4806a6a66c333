"""`reconciler drift`"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from reconciler.cli.options import Command, common, make_request

TOLD = ("format_version", "project", "now", "drift", "refusals", "notes", "failures")
OF_CHANGES = ("Plan:", "Spending now:", "No changes.")
UNKNOWN = frozenset({"orphan", "copy", "undeclared_account"})
"""Refusals that tell of something at Meta which nobody declares."""


@click.command("drift", cls=Command)
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Sync, then show what differs from what was applied, and who did it. Exits 2 where something does."""
    from reconciler.cli import CHANGES, OK
    from reconciler.cli.console import say, say_json, say_lines
    from reconciler.cli.status import plan_status
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text
    from reconciler.run.pipeline import each_account, load_desired, make_plans, sync_account, with_failures

    request = make_request(base, keep_drift=True, exclusive=True)
    desired = load_desired(request.root, request.now, by_account=True)
    plan, prepared, failures = make_plans(request, desired)
    each_account(prepared, failures, sync_account)
    plan = with_failures(plan, failures)
    unknown = tuple(refusal for refusal in plan.refusals if refusal.policy in UNKNOWN)
    only = replace(plan, changes=(), held=(), spend={}, effort={}, refusals=unknown, late=())
    if as_json:
        whole = plan_json(only)
        say_json({name: whole[name] for name in TOLD})
    else:
        if not (only.drift or only.failures or only.refusals):
            say("No drift. What is live is what was applied.", "green")
        lines = [line for line in as_text(only) if not line[0].startswith(OF_CHANGES)]
        say_lines(lines[:-1] if lines and not lines[-1][0] else lines)
    if failures:
        return plan_status(plan, failures, detailed=False)
    return CHANGES if plan.drift or unknown else OK
