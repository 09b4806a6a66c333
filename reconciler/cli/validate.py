"""`reconciler validate`"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Command, common, make_request
from reconciler.cli.timings import beside, timed_value

if TYPE_CHECKING:
    from reconciler.run.request import Request


@click.command("validate", cls=Command)
@click.option(
    "--workflows",
    is_flag=True,
    help="Also that .github/workflows give each account its token, and run when they have to.",
)
@common
@timed_value
def command(base: dict[str, Any], as_json: bool, verbose: bool, workflows: bool) -> int:
    """Check everything that can be checked offline: YAML, media, rules of Meta, policies. Needs no token."""
    from reconciler.cli.console import say, say_json, say_problems
    from reconciler.kinds import KINDS
    from reconciler.kinds.said import counted
    from reconciler.run.validate import validate

    request = make_request(base)
    valid = validate(request)
    if workflows:
        _check_workflows(request)
    if as_json:
        from reconciler.model.plan_codec import problem_json

        warnings = [problem_json(warning) for warning in valid.warnings]
        value = {"valid": True, "problems": [], "warnings": warnings, "notes": list(valid.notes)}
        say_json({**value, **beside(request.timings)})
        return 0
    say_problems(valid.warnings, "yellow", head="Warning: ")
    for note in valid.notes:
        say(f"Note: {note}", "yellow")
    resources = valid.desired.resources
    topmost = Counter(KINDS[address.kind].title for address in resources if address.parent is None)
    numbers = {"account": len(valid.desired.accounts), **topmost, "resource": len(resources)}
    say(f"Valid: {', '.join(counted(number, noun) for noun, number in numbers.items())}.", "green")
    return 0


def _check_workflows(request: Request) -> None:
    """Raises ConfigError."""
    from reconciler.model.errors import ConfigError
    from reconciler.run.pipeline import pipeline
    from reconciler.starter.workflow_checks import Wanted, problems
    from reconciler.starter.workflows import place_of
    from reconciler.store.git.default_branch import default_branch

    needs = pipeline(request)
    root = request.root.resolve()
    found = problems(place_of(root, default_branch(root)), Wanted(needs.variables, needs.moments, request.now))
    if found:
        raise ConfigError(found)
