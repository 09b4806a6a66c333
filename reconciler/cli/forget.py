"""`reconciler forget`"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from reconciler.cli import OK, PARTLY
from reconciler.cli.options import common_without, make_request


@click.command("forget")
@click.argument("target", metavar="ADDRESS|ID")
@common_without(targets="an address stands alone: reconciler forget ADDRESS")
def command(base: dict[str, Any], as_json: bool, verbose: bool, target: str) -> int:
    """Take our label and record off an object and what is in it, and leave it as it is.

    ADDRESS is one whose YAML is gone; ID is an object's id at Meta, such as a copy's.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.cli.pause_words import did_you_mean
    from reconciler.cli.waits import say_waits
    from reconciler.kinds.file_addresses import address_of_file
    from reconciler.run.events import Event, StateTold
    from reconciler.run.forget import forget
    from reconciler.text.sanitize import brief

    if (meant := address_of_file(target)) is not None:
        raise click.UsageError(f"{target!r} is a file; say reconciler forget {meant}")
    if not ("/" in target or target.isdigit()) and (near := did_you_mean("forget", target, base["root"])):
        raise click.UsageError(f"{target!r} is neither an address nor an object's id{near}")
    unshared = []

    def told(event: Event) -> None:
        say_waits(event)
        if isinstance(event, StateTold) and event.failed:
            unshared.append(event)

    forgotten = forget(make_request(base), target, told)
    status = PARTLY if unshared else OK
    if as_json:
        say_json({"forgotten": [asdict(one) for one in forgotten]})
        return status
    for one in forgotten:
        say(f'Forgot {one.kind} {one.id} "{brief(one.name)}" in {one.account}: it stays {one.status}.', "yellow")
    if any(one.status == "ACTIVE" for one in forgotten):
        say("What is ACTIVE spends on, and no plan, no limit and no pause --all sees it from now on.", "yellow")
    if not forgotten:
        say(f"Nothing at Meta carries the label of {target}; its record was removed.")
    return status
