"""`reconciler activate`"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from reconciler.cli.options import Command, common, make_request


@click.command("activate", cls=Command)
@click.option("--dry-run", is_flag=True, help="Show what is due, and do nothing.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, dry_run: bool) -> int:
    """Do the status changes whose time has come, and nothing else.

    A late run catches up; a repeated one does nothing.
    """
    from reconciler.cli.console import say_json, say_lines
    from reconciler.cli.progress import Console
    from reconciler.cli.results import apply_json, say_results
    from reconciler.cli.status import apply_status, plan_status
    from reconciler.engine.agenda import said_next, upcoming
    from reconciler.engine.plan import merge_plans
    from reconciler.render.json import event_json
    from reconciler.render.text import as_text
    from reconciler.run.pipeline import apply_all, due_only, each_account, load_desired, make_plans, waiting_notes

    console = Console(quiet=as_json)
    with console.last_words():
        request = make_request(base, keep_drift=True, exclusive=not dry_run)
        desired = load_desired(request.root, request.now, by_account=True)
        _, prepared, failures = make_plans(request, desired)
        made = {address for one in prepared for address, live in one.observed.objects.items() if not live.gone}
        waits = waiting_notes(prepared)
        due = each_account(prepared, failures, due_only)
        plan = merge_plans(desired, request.now, [one.plan for one in due], {k: str(e) for k, e in failures.items()})
        plan = replace(plan, notes=(*plan.notes, *waits))
        coming = upcoming(desired, request.now, made, request.targets)
        if not as_json:
            idle = f"Nothing is due. {said_next(coming, request.now, desired.zone)}"
            say_lines(as_text(plan, full=verbose, idle=idle))
        console.expects(len(plan.changes))
        results = [] if dry_run else apply_all(request, desired, due, console.listener())
    if as_json:
        say_json({**apply_json(plan, results), "next": [event_json(event, desired.zone) for event in coming]})
    else:
        say_results(results, failures, desired.zone, pending=bool(plan.changes) and not dry_run)
    return apply_status(plan, failures, results) or plan_status(plan, failures, detailed=False)
