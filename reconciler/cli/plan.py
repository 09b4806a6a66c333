"""`reconciler plan`"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from reconciler.cli.options import Command, FilePath, common, make_request

if TYPE_CHECKING:
    from reconciler.model.plan import Options


@click.command("plan", cls=Command)
@click.option(
    "--out", type=FilePath(dir_okay=False, path_type=Path), help="Write the plan to a file, for review and apply."
)
@click.option("--revert-drift", is_flag=True, help="Show what overwriting the changes made in Ads Manager would do.")
@click.option("--pause-orphans", is_flag=True, help="Show what pausing what nobody declares or remembers would do.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where there are changes.")
@click.option("--offline", is_flag=True, help="Compare with state/ instead of Meta; needs no token.")
@click.option("--full", is_flag=True, help="Every field of every object, what is technical too, and nothing folded.")
@click.option("--at", "moment", metavar="TIME", help="Show another moment, such as '2026-12-01 09:00'.")
@common
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    out: Path | None,
    revert_drift: bool,
    pause_orphans: bool,
    detailed_exitcode: bool,
    offline: bool,
    full: bool,
    moment: str | None,
) -> int:
    """Show what apply would do. Changes nothing.

    With --out it shows what `apply FILE` would do, which may turn on what is more than max_lateness late.
    """
    from reconciler.cli.console import say, say_json, say_lines, say_problem
    from reconciler.cli.progress import say_waits
    from reconciler.cli.status import plan_status
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text
    from reconciler.run.plan import plan as make_plan

    if out is not None and (offline or moment is not None):
        raise click.UsageError("--out takes neither --offline nor --at: apply does what is right by what is live now")
    options = {"revert_drift": revert_drift, "pause_orphans": pause_orphans}
    request = make_request(base, offline=offline, reviewed=out is not None, **options)
    planned = make_plan(request, say_waits, at=None if moment is None else partial(_moment, moment))
    plan = planned.plan
    for warning in plan.warnings:
        say_problem(warning, "yellow", head="Warning: ")
    if as_json:
        say_json(plan_json(plan))
    else:
        say_lines(as_text(plan, full=full or verbose))
    if out is not None:
        _save(plan, base["root"], out, quiet=as_json)
    elif plan.changes and not as_json and not offline and moment is None:
        say(f"\nNothing was changed. To do this: reconciler apply{_as_asked(plan.options, request.accounts)}")
    return plan_status(plan, planned.failures, detailed=detailed_exitcode)


def _as_asked(options: Options, accounts: Iterable[str]) -> str:
    """What the plan was asked for, as apply takes it."""
    asked = [f" --account {key}" for key in accounts] + [f" --target {target}" for target in options.targets]
    flags = ("revert_drift", "pause_orphans")
    return "".join([*asked, *(f" --{flag.replace('_', '-')}" for flag in flags if getattr(options, flag))])


def _save(plan: Any, root: Path, out: Path, *, quiet: bool) -> None:
    from reconciler.cli.console import say
    from reconciler.render.plan_file import plan_text
    from reconciler.store.opening import open_store
    from reconciler.system.platforms import typed_path

    open_store(root).plans.write(str(out), plan_text(plan))
    if not quiet:
        say(f"\nSaved. To do exactly this: reconciler apply {typed_path(out)}")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    from reconciler.kinds.codecs import parse_time

    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None
