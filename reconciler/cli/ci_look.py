"""`reconciler ci look`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import OK, REFUSED
from reconciler.cli.ci_options import of_the_ci, reports_of, say_held, say_waiting
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
    """See whether `ci reconcile` has anything to do: the output `work`. Asks git for main and the state, never Meta.

    Ends with 3 where nothing is to be done but what a policy or a conflict holds back still.
    """
    from reconciler.ci.look import BY_HAND_SAID, look_around, tell_look
    from reconciler.cli.console import say, say_json
    from reconciler.cli.waits import say_waits
    from reconciler.render.alike import failed_alike, few
    from reconciler.text.sanitize import brief

    reports = reports_of(summaries, outputs)
    found = look_around(make_request(base), say_waits, run=run)
    tell_look(found, reports)
    if as_json:
        accounts, why = dict(found.look.work), dict(found.look.why)
        held = {address: said for of in found.look.held.values() for address, said in of.items()}
        told = {"work": found.needed, "accounts": accounts, "why": why, "obstacle": found.obstacle, "held": held}
        waiting = {address: said for of in found.look.waiting.values() for address, said in of.items()}
        say_json({**told, "waiting": waiting})
        return REFUSED if found.held else OK
    lines = [f"{few(accounts)}: {brief(said)}" for accounts, said in failed_alike(found.look.told)]
    by_hand = [f"{BY_HAND_SAID[0].upper()}{BY_HAND_SAID[1:]}."] if found.needed and not found.look.why else []
    end = found.obstacle or ("There is something to do." if found.needed else "Nothing to do.")
    say("\n".join((*lines, *by_hand, end)))
    say_held(found.held)
    say_waiting(found.waiting)
    return REFUSED if found.held else OK
