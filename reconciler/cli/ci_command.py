"""`reconciler ci command`"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.ci_options import of_the_ci
from reconciler.cli.options import Command, common, make_request

if TYPE_CHECKING:
    from reconciler.forge.environment import CiRun


@click.command("command", cls=Command)
@of_the_ci
@common
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    run: CiRun,
    summaries: tuple[Path, ...],
    outputs: tuple[Path, ...],
) -> int:
    """Answer a comment that begins with /reconciler, with a pull request that changes the YAML.

    There are: pull ADDRESS… and revert-drift ADDRESS…, by somebody with write access. Changes nothing at Meta, and
    nothing on the default branch. Needs GITHUB_TOKEN with contents, issues and pull-requests: write.
    """
    from reconciler.ci.command import answer
    from reconciler.cli.console import say, say_error, say_json
    from reconciler.cli.waits import say_waits
    from reconciler.forge.reports import add_outputs

    answered = answer(make_request(base), say_waits, run=run, token=os.environ.get("GITHUB_TOKEN", "").strip())
    made, posted = answered.pull_request, answered.posted
    status = answered.trouble.exit_code if answered.trouble is not None else 0
    told: dict[str, str | int | bool] = {
        "exitcode": status,
        "pull_request": made.url if made else "",
        "comment_url": posted.url if posted else "",
    }
    for path in outputs:
        add_outputs(path, told)
    if as_json:
        say_json({**told, "silence": answered.silence})
    elif answered.silence:
        say(f"Nothing was answered: {answered.silence}")
    elif made is not None:
        say(f"Pull request: {made.url}")
    if answered.trouble is not None:
        say_error(str(answered.trouble))
    return status
