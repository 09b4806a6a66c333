"""`reconciler import`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.import_files import import_files, of_a_file, of_files
from reconciler.cli.imported import say_imported, tell
from reconciler.cli.options import common, make_request


@click.command("import")
@click.argument("names", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--campaign", "campaigns", multiple=True, metavar="ID", help="Only this campaign; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Every declared account.")
@click.option("--dry-run", is_flag=True, help="Show the files, and write nothing, neither here nor at Meta.")
@click.option("--no-label", is_flag=True, help="Write nothing at Meta: the files name their objects by their ids.")
@click.option(
    "--relabel", is_flag=True, help="Also take over what carries this project's label for an address unknown here."
)
@of_files
@common
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    names: tuple[str, ...],
    campaigns: tuple[str, ...],
    every: bool,
    files: dict[str, Any],
    dry_run: bool,
    no_label: bool,
    relabel: bool,
) -> int:
    """Write YAML for what an account has already: campaigns, ad sets, ads and audiences, whoever made them.

    ACCOUNT is the key of a declared account, or the id of one that is not declared yet: act_1234567890. Labels what it
    has written files for, and ends with a plan that says "No changes". What cannot be declared is listed with the
    reason.

    With --xlsx FILE a sheet of Ads Manager's is read instead, and with --legacy FILES the campaigns of an older tool;
    nothing is sent to Meta then.
    """
    from reconciler.run.importing import Wanted, import_accounts

    if of_a_file(files):
        if every or campaigns or no_label or relabel:
            raise click.UsageError(
                "--all, --campaign, --no-label and --relabel are for what stands at Meta, not for files"
            )
        return import_files(base, names, files, dry_run=dry_run, as_json=as_json)
    if every == bool(names or base["accounts"]):
        raise click.UsageError("say which account: its key, act_ and digits, or --all")
    names = (*names, *base["accounts"])
    if campaigns and len(names) != 1:
        raise click.UsageError("--campaign names campaigns of one account: say which")
    wrong = next((one for one in campaigns if not one.isdigit()), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is no id of a campaign: digits, as Ads Manager shows them")
    wanted = Wanted(tuple(campaigns), dry_run=dry_run, label=not no_label, relabel=relabel)
    request = make_request({**base, "accounts": ()})
    found = import_accounts(request, names, wanted, tell(as_json=as_json))
    return say_imported(found, as_json=as_json, dry_run=dry_run)
