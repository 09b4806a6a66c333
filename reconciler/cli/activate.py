"""`reconciler activate`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Command, common, make_request, many_accounts
from reconciler.cli.timings import timed

if TYPE_CHECKING:
    from reconciler.cli.progress import Lines
    from reconciler.run.look import Idle
    from reconciler.run.request import Request
    from reconciler.run.results import Planned


@click.command("activate", cls=Command)
@click.option("--dry-run", is_flag=True, help="Show what is due, and do nothing.")
@many_accounts
@common
@timed
def command(base: dict[str, Any], as_json: bool, verbose: bool, dry_run: bool) -> int:
    """Do the status changes whose time has come, and nothing else.

    A late run catches up; a repeated one does nothing.
    """
    from reconciler.cli.waits import say_waits
    from reconciler.run.look import look_idle

    request = make_request(base)
    # JSON has all that comes next, which only the files tell.
    idle = None if as_json else look_idle(request, say_waits)
    if idle is None:
        return _activated(request, as_json=as_json, dry_run=dry_run, verbose=verbose)
    _say_idle(idle, request)
    return 0


def _say_idle(idle: Idle, request: Request) -> None:
    """Where the last runs have left that nothing is due, neither files nor Meta are asked."""
    from reconciler.cli.console import say
    from reconciler.model.moments import NOTHING_AHEAD, said_next
    from reconciler.run.at_a_glance import zone_at

    several = f"{idle.accounts[0]} and {len(idle.accounts) - 1} more accounts" if len(idle.accounts) > 1 else ""
    what = f"something in {several or ''.join(idle.accounts)} starts or stops"
    coming = said_next(idle.at, request.now, zone_at(request.root), what) if idle.at else NOTHING_AHEAD
    say(f"Nothing is due. {coming}")


def _activated(request: Request, *, as_json: bool, dry_run: bool, verbose: bool) -> int:
    from reconciler.cli.progress import Console
    from reconciler.cli.results import say_results
    from reconciler.cli.status import apply_status, plan_status, shared_status
    from reconciler.cli.stream import EventStream, results_json
    from reconciler.render.json import event_json
    from reconciler.render.text import as_text
    from reconciler.run.activate import activate

    def shown(planned: Planned) -> Lines:
        with request.timings.of("render"):
            return list(as_text(planned.plan, full=verbose, idle=_idle(planned)))

    stream = EventStream() if as_json else None
    console = Console(shown=shown, stream=stream)
    with console.last_words():
        applied = activate(request, console, dry_run=dry_run)
    planned, results = applied.planned, applied.results
    plan, failures = planned.plan, planned.failures
    if stream is not None:
        stream.say_timings(request.timings)
        coming = [event_json(event, plan.zone) for event in planned.next]
        stream.say("activated", {**results_json(results, failures), "next": coming})
    else:
        say_results(results, failures, plan.zone, pending=bool(plan.changes) and not dry_run)
    status = apply_status(plan, failures, results) or plan_status(plan, failures, detailed=False)
    return shared_status(status, [applied.planned.unshared, *(result.unshared for result in results)])


def _idle(planned: Planned) -> str:
    from reconciler.cli.results import nothing_due
    from reconciler.engine.agenda import said_next

    return nothing_due(planned, said_next(planned.next, planned.plan.now, planned.plan.zone))
