"""`reconciler ci plan`"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.ci_options import ANY_FILE, artifacts_of, check_joining, of_the_ci, summary_in
from reconciler.cli.options import Command, FilePath, common, make_request, many_accounts
from reconciler.cli.timings import beside, timed_value
from reconciler.model.errors import ConfigError

if TYPE_CHECKING:
    from reconciler.ci.plan import Told
    from reconciler.forge.environment import CiRun
    from reconciler.run.results import Planned
    from reconciler.system.timings import Timings


@click.command("plan", cls=Command)
@click.option(
    "--offline", is_flag=True, help="Compare with state/ instead of Meta; needs no token. A fork's always is."
)
@click.option("--comment-file", type=ANY_FILE, help="Write the comment there, for another CI to post.")
@click.option(
    "--artifacts",
    type=FilePath(file_okay=False, path_type=Path),
    help="The folder for the plan file and the page. [default: in GitHub's RUNNER_TEMP, or reconciler-plan/]",
)
@summary_in
@many_accounts
@of_the_ci
@common
@timed_value
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    run: CiRun,
    offline: bool,
    comment_file: Path | None,
    summaries: tuple[Path, ...],
    outputs: tuple[Path, ...],
    artifacts: Path | None,
    results: tuple[Path, ...],
) -> int:
    """Tell a pull request what merging it would do: one comment, a summary, annotations, outputs, the plan as a file.

    Changes nothing at Meta. On GitHub it needs GITHUB_TOKEN with pull-requests: write; a fork gets an offline plan and
    no comment. Elsewhere it writes files for the CI to post.
    """
    from reconciler.ci.plan import Places, tell_plan
    from reconciler.cli.console import say_to_runner
    from reconciler.cli.waits import say_waits

    check_joining(base, results)
    places = Places(
        artifacts=artifacts_of(run, base, artifacts, "reconciler-plan"),
        comment=comment_file,
        summaries=summaries,
        outputs=outputs,
        results=results,
    )
    request = make_request(base, offline=offline)
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    told = tell_plan(request, say_waits, run=run, places=places, token=token, exitcode_of=_detailed)
    _say(told, request.timings, as_json=as_json, verbose=verbose)
    if run.provider == "github":
        say_to_runner(told.commands)
    return _status(told)


def _detailed(planned: Planned) -> int:
    from reconciler.cli.status import plan_status

    return plan_status(planned.plan, planned.failures, detailed=True)


def _status(told: Told) -> int:
    """Changes are no failure of the check; what could not be told is one."""
    from reconciler.cli.status import plan_status

    if told.planned is None:
        return ConfigError.exit_code
    status = plan_status(told.planned.plan, told.planned.failures, detailed=False)
    return status or max((trouble.exit_code for trouble in told.troubles), default=0)


def _say(told: Told, timings: Timings, *, as_json: bool, verbose: bool) -> None:
    from reconciler.cli.console import report, say, say_error, say_json, say_lines
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text

    if told.wrong is not None:
        report(told.wrong, verbose=verbose, as_json=as_json, beside=beside(timings) if as_json else {})
    elif told.planned is not None and as_json:
        with timings.of("render"):
            say_json(plan_json(told.planned.plan, beside(timings)))
    elif told.planned is not None:
        errors = [error for error in told.planned.failures.values() if isinstance(error, ConfigError)]
        if errors:
            report(ConfigError([p for error in errors for p in error.problems]), verbose=verbose, as_json=False)
        say_lines(as_text(told.planned.plan))
    if told.posted is not None:
        say(f"\nThe comment ({told.posted.written}): {told.posted.url}", err=True)
    if told.silence:
        say(f"\nNo comment: {told.silence}", err=True)
    for trouble in told.troubles:
        say_error(str(trouble))
