"""`reconciler validate`"""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from reconciler.cli.options import Command, common, make_request


@click.command("validate", cls=Command)
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Check everything that can be checked offline: YAML, media, rules of Meta, policies. Needs no token."""
    from reconciler.cli.console import say, say_json, say_problem
    from reconciler.kinds import KINDS
    from reconciler.kinds.said import counted
    from reconciler.model.plan_codec import problem_json
    from reconciler.run.validate import validate

    valid = validate(make_request(base))
    if as_json:
        say_json({"valid": True, "problems": [], "warnings": [problem_json(w) for w in valid.warnings]})
        return 0
    for warning in valid.warnings:
        say_problem(warning, "yellow", head="Warning: ")
    resources = valid.desired.resources
    topmost = Counter(KINDS[address.kind].title for address in resources if address.parent is None)
    numbers = {"account": len(valid.desired.accounts), **topmost, "resource": len(resources)}
    say(f"Valid: {', '.join(counted(number, noun) for noun, number in numbers.items())}.", "green")
    return 0
