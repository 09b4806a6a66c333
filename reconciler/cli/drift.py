"""`reconciler drift`"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import click

from reconciler.cli.options import common, make_request


@click.command("drift")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Sync, then show what differs from what was applied, and who did it. Exits 2 where something does."""
    from reconciler.cli import CHANGES, OK
    from reconciler.cli.console import say, say_json, say_lines
    from reconciler.cli.status import plan_status
    from reconciler.pipeline import each_account, load_desired, make_plans, sync_account, with_failures
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text

    request = make_request(base, keep_drift=True, exclusive=True)
    desired = load_desired(request.root, request.now)
    plan, prepared, failures = make_plans(request, desired)
    each_account(prepared, failures, partial(sync_account, desired))
    plan = with_failures(plan, failures)
    only = replace(plan, changes=(), held=(), spend={}, effort={}, refusals=(), late=())
    if as_json:
        whole = plan_json(only)
        say_json({name: whole[name] for name in ("format_version", "project", "now", "drift", "notes", "failures")})
    elif only.drift or only.failures:
        say_lines([line for line in as_text(only) if not line[0].startswith(("Plan:", "Spending now:"))])
    else:
        say("No drift. What is live is what was applied.", "green")
    if failures:
        return plan_status(plan, failures, detailed=False)
    return CHANGES if plan.drift else OK
