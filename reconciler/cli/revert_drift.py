"""`reconciler revert-drift`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import common, make_request, many_accounts
from reconciler.cli.pulled import addresses_of, say_pulled


@click.command("revert-drift")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--dry-run", is_flag=True, help="Show the lines that would change, and write nothing.")
@many_accounts
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, addresses: tuple[str, ...], dry_run: bool) -> int:
    """Write into the YAML that what was changed in Ads Manager is to be overwritten, of what is named and all in it.

    It takes the form lifecycle: {revert_drift: {daily_budget: 80.00 SGD}}, and is done once by the next apply, and only
    while that is what is live. Changes nothing at Meta.
    """
    from reconciler.cli.waits import say_waits
    from reconciler.run.pull import revert_drift

    request = make_request({**base, "targets": (*base["targets"], *addresses_of(addresses))})
    found = revert_drift(request, say_waits, dry_run=dry_run)
    return say_pulled(found, as_json=as_json, dry_run=dry_run, done="To be overwritten:")
