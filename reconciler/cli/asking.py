"""A person's yes, before something is done that cannot be taken back."""

from __future__ import annotations

import sys

import click


def approved(undone: str, *, as_json: bool) -> bool:
    """`undone` says what is not done without it, such as "nothing was applied". Raises ReconcilerError where there is
    nobody to ask."""
    from reconciler.cli.console import say
    from reconciler.model.errors import ReconcilerError

    if as_json or not sys.stdin.isatty():
        raise ReconcilerError(f"{undone}: there is no terminal to ask on\n  mend: add --auto-approve")
    answer = click.prompt("\nDo you want to do this? Only 'yes' is taken", default="", show_default=False)
    if answer.strip() != "yes":
        say(f"{undone.capitalize()}.", err=True)
        return False
    return True
