"""`reconciler show`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import common, make_request


@click.command("show")
@click.argument("address")
@click.option("--offline", is_flag=True, help="Show state/ instead of Meta; needs no token.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, address: str, offline: bool) -> int:
    """Show one resource: desired, recorded and live side by side."""
    from reconciler.cli.console import say, say_json
    from reconciler.model.address import Address
    from reconciler.model.errors import UsageError
    from reconciler.render.side_by_side import side_by_side, side_by_side_json
    from reconciler.run.pipeline import chosen_accounts, load_desired, prepare

    try:
        wanted = Address.parse(address)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    request = make_request({**base, "accounts": (wanted.account,), "targets": ()}, offline=offline)
    desired = load_desired(request.root, request.now)
    prepared = prepare(request, desired, chosen_accounts(request, desired)[0])
    resource, record = prepared.ground.resources.get(wanted), prepared.records.get(wanted)
    live = prepared.observed.objects.get(wanted)
    if resource is None and record is None:
        known = "\n  ".join(str(a) for a in sorted(a for a in desired.resources if a.account == wanted.account))
        raise UsageError(f"nothing has the address {wanted}; there are:\n  {known}")
    if as_json:
        say_json(side_by_side_json(wanted, resource, record, live))
    else:
        for line in side_by_side(wanted, resource, record, live, prepared.account.currency, desired.zone):
            say(line)
    return 0
