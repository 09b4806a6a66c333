"""`reconciler ci look`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.ci_options import of_the_ci, reports_of
from reconciler.cli.options import Command, common, make_request

if TYPE_CHECKING:
    from reconciler.forge.environment import CiRun


@click.command("look", cls=Command)
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
    """See whether `ci reconcile` has anything to do: the output `work`. Asks git for main and the state, never Meta."""
    from reconciler.ci.look import look_around, tell_look
    from reconciler.cli.console import say, say_json
    from reconciler.cli.waits import say_waits

    reports = reports_of(summaries, outputs)
    found = look_around(make_request(base), say_waits, run=run)
    tell_look(found, reports)
    if as_json:
        say_json({"work": found.needed, "accounts": dict(found.look.work), "obstacle": found.obstacle})
        return 0
    lines = [f"{account}: {work}" for account, work in found.look.work.items()]
    say("\n".join((*lines, found.obstacle or ("There is something to do." if found.needed else "Nothing to do."))))
    return 0
