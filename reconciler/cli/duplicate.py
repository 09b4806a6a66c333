"""`reconciler duplicate`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import common_without, make_request, pair


@click.command("duplicate")
@click.argument("address")
@click.argument("key")
@click.option(
    "--budget", "budgets", multiple=True, metavar="AMOUNT", help="Each amount anew, in the order of the file."
)
@click.option("--name", metavar="TEXT", default="", help="Another name; that of the copied one unless written.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Another value in the copy.")
@common_without(targets="an address stands alone: reconciler duplicate ADDRESS KEY")
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    address: str,
    key: str,
    budgets: tuple[str, ...],
    name: str,
    pairs: tuple[str, ...],
) -> int:
    """Copy the file of the campaign ADDRESS to KEY, comments and all; with --account into that account.

    What is about the one object alone (previously, times that have passed …) is left out, and said; a table of its
    matrix is copied beside it. Never writes over a file.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.cli.pulled import addresses_of
    from reconciler.model.errors import UsageError
    from reconciler.run.duplicate import Wanted, duplicate

    (source,) = addresses_of((address,))
    if len(base["accounts"]) > 1:
        raise UsageError("a copy goes into one account\n  mend: write --account once")
    account = base["accounts"][0] if base["accounts"] else ""
    values = dict(pair(text) for text in pairs)
    done = duplicate(make_request({**base, "accounts": ()}), Wanted(source, key, account, budgets, name, values))
    if as_json:
        say_json({"file": done.file, "left": list(done.left)})
        return 0
    say(f"  {done.file}", "green")
    for line in done.left:
        say(f"  {line}", "yellow")
    say("Next: reconciler plan")
    return 0
