"""`reconciler apply`"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.asking import approved
from reconciler.cli.options import FilePath, common, make_request, many_accounts
from reconciler.cli.timings import timed

if TYPE_CHECKING:
    from reconciler.cli.progress import Lines
    from reconciler.model.errors import ReconcilerError
    from reconciler.model.plan import Plan
    from reconciler.run.apply import PlanFile
    from reconciler.run.results import Planned


@click.command("apply")
@click.argument("planfile", required=False, type=FilePath(path_type=Path))
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--revert-drift", is_flag=True, help="Overwrite what was changed in Ads Manager.")
@click.option("--pause-orphans", is_flag=True, help="Pause what carries our label and nobody declares or remembers.")
@click.option("--late-activations", is_flag=True, help="Turn on what is more than max_lateness late, too.")
@click.option("--accept-live", is_flag=True, help="Let stand what was added in Ads Manager; takes nothing away.")
@click.option("--full", is_flag=True, help="Every field of every object, what is technical too, and nothing folded.")
@many_accounts
@common
@timed
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    planfile: Path | None,
    auto_approve: bool,
    revert_drift: bool,
    late_activations: bool,
    pause_orphans: bool,
    accept_live: bool,
    full: bool,
) -> int:
    """Create and change what the YAML asks for. New objects are PAUSED; activation is a later, separate write.

    With PLANFILE, which `plan --out` has written, it does what that plan shows, or nothing (exit status 4).
    """
    from reconciler.cli.console import say
    from reconciler.cli.progress import Console
    from reconciler.cli.results import say_results
    from reconciler.cli.status import apply_status, plan_status, shared_status
    from reconciler.cli.stream import EventStream, results_json
    from reconciler.render.text import as_text
    from reconciler.run.apply import apply
    from reconciler.text.sanitize import brief

    if revert_drift and accept_live:
        raise click.UsageError("--revert-drift and --accept-live together: the one removes what the other lets stand")
    options = {
        "revert_drift": revert_drift,
        "accept_live": accept_live,
        "late_activations": late_activations,
        "pause_orphans": pause_orphans,
    }
    if planfile is not None and (base["accounts"] or base["targets"] or base["shard"] or any(options.values())):
        raise click.UsageError("a plan file has its options in it: give them to plan --out FILE")
    request = make_request(base, **options)
    stream = EventStream() if as_json else None

    def shown(planned: Planned) -> Lines:
        with request.timings.of("render"):
            return list(as_text(planned.plan, full=full or verbose))

    console = Console(shown=shown, stream=stream)
    with console.last_words():
        applied = apply(
            request,
            console,
            confirm=lambda plan: auto_approve or approved("nothing was applied", as_json=as_json),
            plan_file=None if planfile is None else _plan_file(base["root"], planfile),
        )
    if not applied.confirmed:
        return 1
    plan, failures, results = applied.planned.plan, applied.planned.failures, applied.results
    if stream is not None:
        stream.say_timings(request.timings)
        stream.say("applied", {**results_json(results, failures), "already_applied": applied.already_applied})
    else:
        say_results(results, failures, plan.zone, pending=bool(plan.changes))
        if applied.already_applied:
            say(f"\n{brief(str(planfile))} has been applied already: all that it shows is done.")
        if plan.refusals:
            say("What a refusal holds back was not done.", "red", err=True)
    status = apply_status(plan, failures, results) or plan_status(plan, failures, detailed=False)
    return shared_status(status, [applied.planned.unshared, *(result.unshared for result in results)])


def _plan_file(root: Path, path: Path) -> PlanFile:
    from reconciler.run.apply import PlanFile
    from reconciler.text.sanitize import brief

    return PlanFile(brief(str(path)), partial(_read, root, path))


def _read(root: Path, path: Path, project: str) -> Plan:
    """Raises PlanFileError, or UsageError for an address."""
    from reconciler.kinds.file_addresses import address_of_file
    from reconciler.model.errors import PlanFileError, UsageError
    from reconciler.render.plan_file import AGAIN, read_plan
    from reconciler.store.opening import open_store
    from reconciler.text.sanitize import brief

    name = brief(str(path))
    try:
        return read_plan(open_store(root).plans.read(str(path)), name, project)
    except PlanFileError:
        if (meant := address_of_file(str(path))) is not None:
            raise UsageError(f"{name} is no plan file\n  mend: say reconciler apply --target {meant}") from None
        raise
    except FileNotFoundError:
        raise _no_such_file(str(path)) from None
    except UnicodeDecodeError:
        raise PlanFileError(f"{name} is no plan file: it is not UTF-8\n  mend: {AGAIN}") from None


def _no_such_file(text: str) -> ReconcilerError:
    from reconciler.cli.options import address_in
    from reconciler.model.errors import PlanFileError, UsageError
    from reconciler.text.sanitize import brief

    said = f"there is no plan file {brief(text)}\n  mend: write one with reconciler plan --out FILE"
    meant = address_in(text)
    return UsageError(f"{said}; if it is an address, say --target {meant}") if meant else PlanFileError(said)
