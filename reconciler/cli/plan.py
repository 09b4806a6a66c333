"""`reconciler plan`"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from reconciler.cli.options import common, make_request


@click.command("plan")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 where there are changes.")
@click.option("--offline", is_flag=True, help="Compare with state/ instead of Meta; needs no token.")
@click.option("--at", "moment", metavar="TIME", help="Show another moment, such as '2026-12-01 09:00'.")
@common
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    detailed_exitcode: bool,
    offline: bool,
    moment: str | None,
) -> int:
    """Show what apply would do. Changes nothing."""
    from reconciler.cli.console import say_json, say_lines, say_problem
    from reconciler.cli.status import plan_status
    from reconciler.pipeline import load_desired, make_plans
    from reconciler.render.json import as_json as plan_json
    from reconciler.render.text import as_text

    request = make_request(base, offline=offline)
    desired = load_desired(request.root, request.now)
    if moment is not None:
        desired = load_desired(request.root, _moment(moment, desired.zone))
    plan, _, failures = make_plans(request, desired)
    for warning in desired.warnings:
        say_problem(warning, "yellow", head="Warning: ")
    if as_json:
        say_json(plan_json(plan))
    else:
        say_lines(as_text(plan, verbose=verbose))
    return plan_status(plan, failures, detailed=detailed_exitcode)


def _moment(text: str, zone: Any) -> datetime:
    from reconciler.kinds.codecs import parse_time

    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None
