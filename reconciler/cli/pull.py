"""`reconciler pull`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import common, make_request, many_accounts
from reconciler.cli.pulled import addresses_of, say_pulled

if TYPE_CHECKING:
    from reconciler.run.request import Request


@click.command("pull")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option(
    "--shared",
    is_flag=True,
    help="Also change what others share: a line of a template, an account, a matrix; a cell of several fields.",
)
@click.option("--new", is_flag=True, help="Instead: what a person has made in managed campaigns becomes managed, too.")
@click.option(
    "--relabel", is_flag=True, help="With --new: also what carries this project's label for an address unknown here."
)
@click.option("--dry-run", is_flag=True, help="Show the lines that would change, and write nothing.")
@many_accounts
@common
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    addresses: tuple[str, ...],
    shared: bool,
    new: bool,
    relabel: bool,
    dry_run: bool,
) -> int:
    """Write what was changed in Ads Manager into the YAML: of all, or of what is named and what is in it.

    With --new the ad sets and ads that somebody has made in a managed campaign are written into its file, and labelled.

    Only the lines of those values change. Exits 1 where something is left to be written by hand.
    """
    from reconciler.cli.waits import say_waits
    from reconciler.run.pull import pull

    request = make_request({**base, "targets": (*base["targets"], *addresses_of(addresses, of_account="--account"))})
    if new:
        return _pull_new(request, as_json=as_json, dry_run=dry_run, relabel=relabel)
    if relabel:
        raise click.UsageError("--relabel is for --new")
    found = pull(request, say_waits, shared=shared, dry_run=dry_run)
    return say_pulled(found, as_json=as_json, dry_run=dry_run, done="Pulled")


def _pull_new(request: Request, *, as_json: bool, dry_run: bool, relabel: bool) -> int:
    from reconciler.cli.imported import say_imported, tell
    from reconciler.run.adopting import pull_new

    found = pull_new(request, tell(as_json=as_json), dry_run=dry_run, relabel=relabel)
    return say_imported(found, as_json=as_json, dry_run=dry_run)
