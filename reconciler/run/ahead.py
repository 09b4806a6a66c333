"""What a look asks git first is asked before the rest of the program is loaded, so that neither waits for the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

LOOKS = (("ci", "look"), ("ci", "reconcile"), ("activate",))
OTHERWISE = {"ci": ("--shard", "--summary-in"), "activate": ("--json",)}
"""With these the command does something else before it looks."""
FOLDER = "--chdir"
HELP = ("-h", "--help")


@contextmanager
def asked_ahead(arguments: Sequence[str]) -> Iterator[None]:
    """While a command runs whose line begins with a look. What the line says wrongly, the command tells: git has only
    read."""
    if not _begins_with_a_look(arguments):
        yield
        return
    from reconciler.store.git.asked import ask_ahead, end_all  # noqa: PLC0415  other commands need none of it

    try:
        ask_ahead(os.path.realpath(_folder(arguments)))
        yield
    finally:
        end_all()


def _begins_with_a_look(arguments: Sequence[str]) -> bool:
    if not any(tuple(arguments[: len(look)]) == look for look in LOOKS):
        return False
    names = {argument.partition("=")[0] for argument in arguments}
    return names.isdisjoint((*OTHERWISE[arguments[0]], *HELP))


def _folder(arguments: Sequence[str]) -> str:
    """The last that is given, as the command takes it; else this one."""
    found = "."
    for argument, following in zip(arguments, (*arguments[1:], ""), strict=True):
        name, equals, value = argument.partition("=")
        if name == FOLDER:
            found = value if equals else following
    return found
