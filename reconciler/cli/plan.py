"""`reconciler plan`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import (
    A_COMMENT,
    A_PAGE,
    A_PLAN,
    Command,
    at_moment,
    common,
    make_request,
    many_accounts,
    moment_of,
)
from reconciler.cli.timings import beside, timed_value

if TYPE_CHECKING:
    from reconciler.model.plan import Options, Plan
    from reconciler.run.request import Request
    from reconciler.run.results import Planned


@click.command("plan", cls=Command)
@click.option(
    "--out",
    type=A_PLAN,
    help="Write the plan to a file, for review and apply. It turns on again what was paused; its first line says so.",
)
@click.option(
    "--markdown",
    type=A_COMMENT,
    help="Write the plan as the comment of a pull request, in GitHub's Markdown.",
)
@click.option(
    "--html",
    type=A_PAGE,
    help="Write a page to a file, whole in itself, for whoever signs the plan.",
)
@click.option("--revert-drift", is_flag=True, help="Show what overwriting the changes made in Ads Manager would do.")
@click.option("--pause-orphans", is_flag=True, help="Show what pausing what nobody declares or remembers would do.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where there are changes.")
@click.option("--offline", is_flag=True, help="Compare with state/ instead of Meta; needs no token.")
@click.option("--full", is_flag=True, help="Every field of every object, what is technical too, and nothing folded.")
@at_moment
@many_accounts
@common
@timed_value
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    out: Path | None,
    markdown: Path | None,
    html: Path | None,
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
    from reconciler.cli.console import say, say_json, say_lines, say_problems
    from reconciler.cli.status import plan_status
    from reconciler.cli.waits import say_waits
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text
    from reconciler.run.plan import plan as make_plan

    if out is not None and (offline or moment is not None):
        raise click.UsageError("--out takes neither --offline nor --at: apply does what is right by what is live now")
    options = {"revert_drift": revert_drift, "pause_orphans": pause_orphans}
    request = make_request(base, offline=offline, reviewed=out is not None, **options)
    planned = make_plan(request, say_waits, at=moment_of(moment))
    plan = planned.plan
    say_problems(plan.warnings, "yellow", head="Warning: ")
    if as_json:
        with request.timings.of("render"):
            say_json(plan_json(plan, beside(request.timings)))
    else:
        with request.timings.of("render"):
            say_lines(as_text(plan, full=full or verbose))
    if markdown is not None:
        _write_markdown(plan, markdown, quiet=as_json)
    if out is not None:
        _save(plan, base["root"], out, quiet=as_json)
    if html is not None:
        _write_page(planned, base["root"], html, quiet=as_json)
    if out is None and plan.changes and not as_json and not offline and moment is None:
        say(f"\nNothing was changed. To do this: reconciler apply{_as_asked(plan.options, request)}")
    return plan_status(plan, planned.failures, detailed=detailed_exitcode)


def _as_asked(options: Options, request: Request) -> str:
    """What the plan was asked for, as apply takes it."""
    asked = [f" --account {key}" for key in request.accounts] + [f" --target {target}" for target in options.targets]
    asked += [f" --shard {request.shard}"] if request.shard else []
    flags = ("revert_drift", "pause_orphans")
    return "".join([*asked, *(f" --{flag.replace('_', '-')}" for flag in flags if getattr(options, flag))])


def _write_markdown(plan: Plan, file: Path, *, quiet: bool) -> None:
    from reconciler import __version__
    from reconciler.cli.console import say
    from reconciler.render.markdown import comment
    from reconciler.render.review import About, review_of
    from reconciler.system.platforms import typed_path

    review = review_of(plan, about=About(as_of=plan.now, tool_version=__version__))
    file.write_text(comment(review), encoding="utf-8", newline="\n")
    if not quiet:
        say(f"\nWritten: {typed_path(file)}, the comment of a pull request")


def _save(plan: Any, root: Path, out: Path, *, quiet: bool) -> None:
    from reconciler.cli.console import say
    from reconciler.render.plan_file import plan_text
    from reconciler.store.opening import open_store
    from reconciler.system.platforms import typed_path

    open_store(root).plans.write(str(out), plan_text(plan))
    if not quiet:
        say(f"\nSaved. To do exactly this: reconciler apply {typed_path(out)}")


def _write_page(planned: Planned, root: Path, file: Path, *, quiet: bool) -> None:
    from reconciler import __version__
    from reconciler.cli.console import say
    from reconciler.render.html.page import page, sheet_of
    from reconciler.render.review import About
    from reconciler.run.previews import previews_of
    from reconciler.store.files.atomic import write_durably
    from reconciler.store.git.source import revision
    from reconciler.system.platforms import typed_path

    about = About(planned.plan.now, __version__, revision(root))
    previews = previews_of(root, planned.plan, planned.desired)
    write_durably(file, page(sheet_of(planned.plan, planned.desired, previews, about)))
    if not quiet:
        say(f"\nWritten: {typed_path(file)}, a page to read, mail and sign")
