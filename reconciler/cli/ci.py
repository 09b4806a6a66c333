"""`reconciler ci`: what the workflows run. A command is a row of the table and the module `ci_NAME`."""

from __future__ import annotations

import click

from reconciler.cli import Commands

COMMANDS = {
    "plan": "Tell a pull request what merging it would do.",
    "look": "See whether there is anything to reconcile, without asking Meta.",
    "reconcile": "Bring every account to what the newest main says, and do what is due.",
    "command": "Answer a comment that begins with /reconciler, with a pull request.",
    "drift": "Keep one issue per account with what needs a person.",
}


@click.group("ci", cls=Commands, table=COMMANDS, prefix="ci_", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """What a CI runs: reads its environment, and writes comments, issues, summaries, annotations and outputs."""
