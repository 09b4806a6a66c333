"""`reconciler ci reconcile`"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import OK, REFUSED
from reconciler.cli.ci_options import (
    artifacts_of,
    check_joining,
    of_the_ci,
    reports_of,
    say_held,
    say_waiting,
    summary_in,
)
from reconciler.cli.options import Command, FilePath, common, make_request, many_accounts
from reconciler.cli.timings import beside, timed

if TYPE_CHECKING:
    from reconciler.ci.look import Looked
    from reconciler.ci.reconcile import Done
    from reconciler.ci.reports import Reports
    from reconciler.forge.environment import CiRun
    from reconciler.run.reconcile import Reconciled
    from reconciler.run.request import Request
    from reconciler.system.timings import Timings


@click.command("reconcile", cls=Command)
@click.option("--late-activations", is_flag=True, help="Turn on what is more than max_lateness late, too.")
@click.option("--ping-url", metavar="URL", help="A dead man's check, told at the end. [default: RECONCILER_PING_URL]")
@click.option(
    "--artifacts",
    type=FilePath(file_okay=False, path_type=Path),
    help="The folder for the result of a shard. [default: in GitHub's RUNNER_TEMP, or reconciler-reconcile/]",
)
@summary_in
@many_accounts
@of_the_ci
@common
@timed
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    run: CiRun,
    late_activations: bool,
    ping_url: str | None,
    summaries: tuple[Path, ...],
    outputs: tuple[Path, ...],
    artifacts: Path | None,
    results: tuple[Path, ...],
) -> int:
    """Bring every account to what the newest main says, and do what is due meanwhile.

    Whatever has started the run, it does all that is left to do; a run of an older commit does nothing. Accounts in
    which nothing is to be applied and nothing is due are not asked for. On GitHub it needs GITHUB_TOKEN with contents:
    write, for the state branch, and pull-requests: write, for the comment of what was merged.
    """
    from reconciler.ci.look import look_first
    from reconciler.cli.waits import say_waits

    check_joining(base, results)
    folder = artifacts_of(run, base, artifacts, "reconciler-reconcile")
    reports = reports_of(summaries, outputs, ping_url, artifacts=folder, results=results)
    request = make_request(base, late_activations=late_activations)
    # A shard leaves its result, whatever it has found.
    alone = request.shard is None and not results
    looked = look_first(request, say_waits, run=run) if alone else None
    if looked is not None and looked.idle:
        return _say_idle(looked, reports, request.timings, as_json=as_json)
    return _reconciled(request, run, reports, looked, verbose=verbose, as_json=as_json)


def _say_idle(looked: Looked, reports: Reports, timings: Timings, *, as_json: bool) -> int:
    """Loads nothing that only work needs."""
    from reconciler.ci.look import tell_idle
    from reconciler.cli.console import say_error, say_json_line

    status = REFUSED if looked.held else OK
    troubles, idle = tell_idle(looked, reports, status), sorted(looked.look.work)
    if as_json:
        for kind, line in beside(timings).items():
            say_json_line({"type": kind, **line})
        say_json_line({"type": "reconciled", **_told(status, [], idle, "", looked.look.held, looked.look.waiting)})
    else:
        _say_nothing_to_do(idle)
        say_held(looked.held)
        say_waiting(looked.waiting)
    for trouble in troubles:
        say_error(str(trouble))
    return status or max((trouble.exit_code for trouble in troubles), default=0)


def _reconciled(
    request: Request, run: CiRun, reports: Reports, looked: Looked | None, *, verbose: bool, as_json: bool
) -> int:
    from reconciler.ci.reconcile import reconcile_all
    from reconciler.cli.console import say_error, say_to_runner
    from reconciler.cli.progress import Console
    from reconciler.cli.results import nothing_due
    from reconciler.cli.stream import EventStream
    from reconciler.render.text import as_text

    stream = EventStream() if as_json else None
    console = Console(
        shown=lambda planned: as_text(planned.plan, full=verbose, idle=nothing_due(planned)), stream=stream
    )
    with console.last_words():
        done = reconcile_all(
            request,
            console,
            run=run,
            reports=reports,
            token=os.environ.get("GITHUB_TOKEN", "").strip(),
            exitcode_of=_exitcode,
            looked=looked,
        )
    if stream is not None:
        stream.say_timings(request.timings)
    if done.error is not None:
        return _failed(done, run, verbose=verbose, as_json=as_json)
    status = _exitcode(done.reconciled)
    if stream is not None:
        stream.say("reconciled", _as_json(done.reconciled, status))
    else:
        _say(done.reconciled)
    for trouble in done.troubles:
        say_error(str(trouble))
    if run.provider == "github":
        say_to_runner(done.commands)
    return status or max((trouble.exit_code for trouble in done.troubles), default=0)


def _failed(done: Done, run: CiRun, *, verbose: bool, as_json: bool) -> int:
    from reconciler.cli.console import report, say_error, say_to_runner

    assert done.error is not None
    status = report(done.error, verbose=verbose, as_json=as_json)
    for trouble in done.troubles:
        say_error(str(trouble))
    if run.provider == "github":
        say_to_runner(done.commands)
    return status


def _exitcode(reconciled: Reconciled) -> int:
    """Of the rounds, the one that tells best what to do next: an account that was not finished comes first."""
    from reconciler.cli.status import apply_status, shared_status

    found = []
    for one in reconciled.rounds:
        applied = one.applied
        status = apply_status(applied.planned.plan, applied.planned.failures, applied.results)
        found.append(shared_status(status, [applied.planned.unshared, *(r.unshared for r in applied.results)]))
    return next((status for status in found if status), REFUSED if reconciled.held else OK)


def _as_json(reconciled: Reconciled, status: int) -> dict[str, Any]:
    from reconciler.cli.stream import results_json

    rounds = [
        {"work": one.work.value, **results_json(one.applied.results, one.applied.planned.failures)}
        for one in reconciled.rounds
    ]
    return _told(status, rounds, sorted(reconciled.idle), reconciled.stopped, reconciled.held, reconciled.waiting)


def _told(
    status: int,
    rounds: list[dict[str, Any]],
    idle: list[str],
    stopped: str,
    held: Mapping[str, Mapping[str, str]],
    waiting: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    stands = {
        name: {address: why for of in each.values() for address, why in of.items()}
        for name, each in (("held", held), ("waiting", waiting))
    }
    return {"exitcode": status, "rounds": rounds, "idle": idle, "stopped": stopped, **stands}


def _say_nothing_to_do(accounts: list[str]) -> None:
    from reconciler.cli.console import say
    from reconciler.render.alike import few

    if accounts:
        say(f"Nothing to do, so Meta was not asked: {few(accounts)}.")


def _say(reconciled: Reconciled) -> None:
    from reconciler.cli.console import say
    from reconciler.cli.results import say_results
    from reconciler.run.look import held_lines

    for one in reconciled.rounds:
        plan = one.applied.planned.plan
        say_results(one.applied.results, one.applied.planned.failures, plan.zone, pending=bool(plan.changes))
        if plan.refusals:
            say("What a refusal holds back was not done; it is looked at again within the hour.", "red", err=True)
    _say_nothing_to_do(sorted(reconciled.idle))
    say_held(held_lines(reconciled.held))
    say_waiting(held_lines(reconciled.waiting))
    if reconciled.stopped:
        say(f"Nothing more was done: {reconciled.stopped}.", "yellow")
