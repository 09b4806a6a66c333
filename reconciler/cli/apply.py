"""`reconciler apply`"""

from __future__ import annotations

import sys
from typing import Any

import click

from reconciler.cli.options import common, make_request


@click.command("apply")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
@click.option("--revert-drift", is_flag=True, help="Overwrite what was changed in Ads Manager.")
@click.option(
    "--parallelism", type=click.IntRange(1, 64), default=4, show_default=True, help="Accounts worked on at once."
)
@common
def command(
    base: dict[str, Any], as_json: bool, verbose: bool, auto_approve: bool, revert_drift: bool, parallelism: int
) -> int:
    """Create and change what the YAML asks for. New objects are PAUSED; activation is a later, separate write."""
    from reconciler.cli.console import say, say_json, say_lines
    from reconciler.cli.progress import Console
    from reconciler.cli.results import apply_json, say_results
    from reconciler.cli.status import apply_status, plan_status
    from reconciler.pipeline import apply_all, load_desired, make_plans
    from reconciler.render.text import as_text

    request = make_request(base, revert_drift=revert_drift, parallelism=parallelism, exclusive=True)
    desired = load_desired(request.root, request.now)
    plan, prepared, failures = make_plans(request, desired)
    if not as_json:
        say_lines(as_text(plan, verbose=verbose))
    pending = bool(plan.changes)
    if pending and not auto_approve and not _approved(as_json):
        return 1
    results = apply_all(request, desired, prepared, Console(quiet=as_json).listener())
    if as_json:
        say_json(apply_json(plan, results))
    else:
        say_results(results, pending=pending)
        if plan.refusals:
            say("What a refusal holds back was not done.", "red", err=True)
    return apply_status(plan, failures, results) or plan_status(plan, failures, detailed=False)


def _approved(as_json: bool) -> bool:
    from reconciler.cli.console import say
    from reconciler.errors import ReconcilerError

    if as_json or not sys.stdin.isatty():
        raise ReconcilerError("nothing was applied: there is no terminal to ask on\n  mend: add --auto-approve")
    answer = click.prompt("\nDo you want to do this? Only 'yes' is taken", default="", show_default=False)
    if answer.strip() != "yes":
        say("Nothing was applied.", err=True)
        return False
    return True
