"""`reconciler validate`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import common, current_clock


@click.command("validate")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Check everything that can be checked offline: YAML, media, rules of Meta, policies. Needs no token."""
    from reconciler.cli.console import say, say_json, say_problem
    from reconciler.declared import choose_accounts, load_desired
    from reconciler.errors import ConfigError
    from reconciler.policies import breaches
    from reconciler.render.json import problem_json

    desired = load_desired(base["root"], current_clock().now())
    choose_accounts(desired, {*base["accounts"], *(t.account for t in base["targets"])})
    if refused := breaches(desired):
        raise ConfigError(refused)
    if as_json:
        say_json({"valid": True, "problems": [], "warnings": [problem_json(w) for w in desired.warnings]})
        return 0
    for warning in desired.warnings:
        say_problem(warning, "yellow", head="Warning: ")
    campaigns = sum(1 for r in desired.resources.values() if r.kind == "campaign")
    say(
        f"Valid: {len(desired.accounts)} accounts, {campaigns} campaigns, {len(desired.resources)} resources.",
        "green",
    )
    return 0
