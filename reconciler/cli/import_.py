"""`reconciler import`"""

from __future__ import annotations

from pathlib import Path
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
        whole = " ".join(dict.fromkeys((*names, *base["accounts"])))
        raise click.UsageError(f"an account is named once; leave one of the two out: say reconciler import {whole}")
    if of_a_file(files):
        if every or campaigns or no_label or relabel:
            raise click.UsageError(
                "--all, --campaign, --no-label and --relabel are for what stands at Meta, not for files"
            )
        return import_files(base, names, files, dry_run=dry_run, as_json=as_json)
    names = (*names, *base["accounts"])
    _check_names(names, base["root"], every=every)
    if campaigns and len(names) != 1:
        raise click.UsageError("--campaign names campaigns of one account: say which")
    wrong = next((one for one in campaigns if not one.isdigit()), None)
    if wrong is not None:
        said = f"{wrong!r} is no id of a campaign: digits, as Ads Manager shows them"
        raise click.BadParameter(f"{said}; {_by_id(names[0])}, and reconciler import {names[0]} --dry-run shows all")
    wanted = Wanted(tuple(campaigns), dry_run=dry_run, label=not no_label, relabel=relabel)
    request = make_request({**base, "accounts": ()})
    found = import_accounts(request, names, wanted, tell(as_json=as_json))
    return say_imported(found, as_json=as_json, dry_run=dry_run)


def _by_id(account: str, campaign: str = "ID") -> str:
    return f"say reconciler import {account} --campaign {campaign}"


def _check_names(names: tuple[str, ...], root: Path, *, every: bool) -> None:
    """Raises UsageError for what can be no account, before the first is looked at."""
    if every and names:
        raise click.UsageError(f"--all is every declared account; leave it out to import {' '.join(names)} alone")
    if not names and not every:
        raise click.UsageError("say which account: its key, act_ and digits, or --all, as in reconciler import --all")
    accounts = [name for name in names if name.startswith("act_") or _is_declared(name, root)]
    for name in names:
        if accounts and name not in accounts and (name.isdigit() or ACCOUNT.fullmatch(name)):
            as_account = f"; an account's id begins with act_: reconciler import act_{name}" if name.isdigit() else ""
            by_id = _by_id(accounts[0], name if name.isdigit() else "ID")
            raise click.UsageError(f"no account {name!r} is declared; for a single campaign, {by_id}{as_account}")
        if name.startswith("act_") or ACCOUNT.fullmatch(name):
            continue
        if address := address_in(name):
            own = address.partition("/")[0]
            mend = f"an account is imported; of it single campaigns are named by their ids: {_by_id(own)}"
        else:
            mend = f"a file goes with --xlsx {name} (a sheet of Ads Manager's) or --legacy (an older tool's files)"
        raise click.UsageError(f"{name!r} is no account; {mend}")


def _is_declared(name: str, root: Path) -> bool:
    return any((root / "desired/accounts" / f"{name}{ending}").is_file() for ending in (".yaml", ".yml"))
