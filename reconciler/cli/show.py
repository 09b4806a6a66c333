"""`reconciler show`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import common_without, make_request


@click.command("show")
@click.argument("address")
@click.option("--offline", is_flag=True, help="Show state/ instead of Meta; needs no token.")
@common_without(accounts="the address says it", targets="an address stands alone: reconciler show ADDRESS")
def command(base: dict[str, Any], as_json: bool, verbose: bool, address: str, offline: bool) -> int:
    """Show one resource: desired, recorded and live side by side."""
    from reconciler.cli.console import say, say_json
    from reconciler.cli.pause_words import did_you_mean
    from reconciler.cli.waits import say_waits
    from reconciler.kinds.file_addresses import parsed_address
    from reconciler.render.side_by_side import side_by_side, side_by_side_json
    from reconciler.run.show import show

    try:
        wanted = parsed_address(address)
    except ValueError as error:
        meant = did_you_mean("show", address, base["root"])
        raise click.UsageError(f"{error}{meant}") from None
    shown = show(make_request(base, offline=offline), wanted, say_waits)
    three = shown.resource, shown.record, shown.live
    if as_json:
        say_json(side_by_side_json(wanted, *three))
    else:
        for line in side_by_side(wanted, *three, shown.currency, shown.zone):
            say(line)
    return 0
