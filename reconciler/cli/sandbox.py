"""`reconciler sandbox`"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import click


@click.command("sandbox")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), help="Keep the world in this file.")
@click.option(
    "--chdir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Whose desired/accounts to seed, instead of this folder's.",
)
@click.option("--clock", metavar="TIME", help="Start at this ISO 8601 time instead of now.")
def command(port: int, data: Path | None, chdir: Path, clock: str | None) -> None:
    """Serve a local Graph API with the accounts of desired/, until interrupted."""
    # By name, not by import: the sandbox and the rest share no code, so that neither hides the other's mistakes.
    arguments = ["--port", str(port), "--chdir", str(chdir)]
    arguments += ["--data", str(data)] if data else []
    arguments += ["--clock", clock] if clock else []
    sys.argv = ["reconciler sandbox", *arguments]
    runpy.run_module("reconciler.sandbox", run_name="__main__")
