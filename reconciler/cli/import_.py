"""`reconciler import`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.import_files import import_files, of_a_file, of_files
from reconciler.cli.imported import say_imported, tell
from reconciler.cli.options import ACCOUNT, address_in, common_without, make_request


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
@common_without(targets="name campaigns by their ids: --campaign ID")
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
    from reconciler.run.importing.accounts import import_accounts
    from reconciler.run.importing.results import Wanted

    if names and base["accounts"] and not files["legacy"]:
        raise click.UsageError("an account is named once: as ACCOUNT, or by --account; leave one of the two out")
    if of_a_file(files):
        if every or campaigns or no_label or relabel:
            raise click.UsageError(
                "--all, --campaign, --no-label and --relabel are for what stands at Meta, not for files"
            )
        return import_files(base, names, files, dry_run=dry_run, as_json=as_json)
    names = (*names, *base["accounts"])
    _check_names(names, every=every)
    if campaigns and len(names) != 1:
        raise click.UsageError("--campaign names campaigns of one account: say which")
    wrong = next((one for one in campaigns if not one.isdigit()), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is no id of a campaign: digits, as Ads Manager shows them")
    wanted = Wanted(tuple(campaigns), dry_run=dry_run, label=not no_label, relabel=relabel)
    request = make_request({**base, "accounts": ()})
    found = import_accounts(request, names, wanted, tell(as_json=as_json))
    return say_imported(found, as_json=as_json, dry_run=dry_run)


def _check_names(names: tuple[str, ...], *, every: bool) -> None:
    """Raises UsageError for what can be no account, before the first is looked at."""
    if every and names:
        raise click.UsageError(f"--all is every declared account; leave it out to import {' '.join(names)} alone")
    if not names and not every:
        raise click.UsageError("say which account: its key, act_ and digits, or --all")
    for name in names:
        if name.startswith("act_") or ACCOUNT.fullmatch(name):
            continue
        if address_in(name):
            mend = "an account is imported; of it single campaigns are named by their ids: --campaign ID"
        else:
            mend = f"a file goes with --xlsx {name} (a sheet of Ads Manager's) or --legacy (an older tool's files)"
        raise click.UsageError(f"{name!r} is no account; {mend}")
