"""`reconciler export`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reconciler.cli.options import A_SHEET, Command, common, make_request


@click.command("export", cls=Command)
@click.option(
    "--xlsx",
    "file",
    type=A_SHEET,
    required=True,
    metavar="FILE",
    help="The sheet to write: Ads Manager's bulk template, one row an ad.",
)
@click.option("--timezone", default="", metavar="ZONE", help="The ad account's, where it is not the project's.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, file: Path, timezone: str) -> int:
    """Write the declared campaigns of one account as a sheet that Ads Manager and Excel open.

    What no column holds is listed on standard error.
    """
    from reconciler.cli.console import say, say_json, say_problems
    from reconciler.kinds.said import counted
    from reconciler.model.plan_codec import problem_json
    from reconciler.render.sheets import difference_json, difference_text
    from reconciler.run.export_sheet import export_sheet

    done = export_sheet(make_request(base), file, timezone)
    if as_json:
        say_json(
            {
                "account": done.account,
                "currency": done.currency,
                "file": str(file),
                "timezone": done.zone,
                "rows": done.rows,
                "lost": [difference_json(one) for one in done.lost],
                "unread": [problem_json(one) for one in done.unread],
            }
        )
        return 0
    say_problems(done.unread, "yellow", head="The sheet alone would be refused: ")
    if done.lost:
        say("No column holds, or holds otherwise:", "yellow", err=True)
    for one in done.lost:
        say(f"  {difference_text(one, done.currency)}", "yellow", err=True)
    say(f"{file}: {counted(done.rows, 'row')} of {done.account}, times in {done.zone}.", "green")
    return 0
