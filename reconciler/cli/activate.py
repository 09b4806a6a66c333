"""`reconciler activate`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Command, common, make_request

if TYPE_CHECKING:
    from reconciler.cli.progress import Lines
    from reconciler.run.results import Planned


@click.command("activate", cls=Command)
@click.option("--dry-run", is_flag=True, help="Show what is due, and do nothing.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, dry_run: bool) -> int:
    """Do the status changes whose time has come, and nothing else.

    A late run catches up; a repeated one does nothing.
    """
    from reconciler.cli.console import say_json
    from reconciler.cli.progress import Console
    from reconciler.cli.results import apply_json, say_results
    from reconciler.cli.status import apply_status, plan_status
    from reconciler.engine.agenda import said_next
    from reconciler.render.json import event_json
    from reconciler.render.text import as_text
    from reconciler.run.activate import activate

    def shown(planned: Planned) -> Lines:
        idle = f"Nothing is due. {said_next(planned.next, request.now, planned.plan.zone)}"
        return as_text(planned.plan, full=verbose, idle=idle)

    console = Console(quiet=as_json, shown=shown)
    with console.last_words():
        request = make_request(base)
        applied = activate(request, console, dry_run=dry_run)
    planned, results = applied.planned, applied.results
    plan, failures = planned.plan, planned.failures
    if as_json:
        say_json({**apply_json(plan, results), "next": [event_json(event, plan.zone) for event in planned.next]})
    else:
        say_results(results, failures, plan.zone, pending=bool(plan.changes) and not dry_run)
    return apply_status(plan, failures, results) or plan_status(plan, failures, detailed=False)
