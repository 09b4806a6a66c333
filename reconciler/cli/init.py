"""`reconciler init`"""

from __future__ import annotations

from pathlib import Path

import click

NEXT = """
Next:
  1. write your account's ids into desired/accounts/my-account.yaml
  2. reconciler validate
  3. export META_ACCESS_TOKEN=…   (a system-user token with ads_management)
  4. reconciler doctor
  5. reconciler plan
"""


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--chdir", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output, and nothing else there.")
def command(folder: Path, chdir: Path, as_json: bool) -> int:
    """Start a new repository in FOLDER (here unless named): examples that validate as they stand."""
    from reconciler.cli.console import say, say_json
    from reconciler.starter import write_starter

    root = (chdir / folder).resolve()
    written = write_starter(root)
    if as_json:
        say_json({"root": str(root), "written": written})
        return 0
    for name in written:
        say(f"  {name}", "green")
    say(NEXT)
    return 0
