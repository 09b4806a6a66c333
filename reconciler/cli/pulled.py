"""What `pull` and `revert-drift` have written into the YAML, and what they have left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import ERROR, OK
from reconciler.cli.console import say, say_failures, say_json, say_lines
from reconciler.cli.options import ACCOUNT

if TYPE_CHECKING:
    from reconciler.model.address import Address
    from reconciler.run.pull import Left, Pulled, Taken


def addresses_of(texts: tuple[str, ...], *, of_account: str = "") -> tuple[Address, ...]:
    """`of_account`: the option that takes the account alone, where the command has one."""
    from reconciler.kinds.file_addresses import parsed_address

    try:
        return tuple(map(parsed_address, texts))
    except ValueError as error:
        keys = [text for text in texts if ACCOUNT.fullmatch(text)] if of_account else []
        whole = f"; of a whole account: {' '.join(f'{of_account} {key}' for key in keys)}" if keys else ""
        raise click.BadParameter(f"{error}{whole}", param_hint="ADDRESS") from None


def say_pulled(found: Pulled, *, as_json: bool, dry_run: bool, done: str) -> int:
    """The exit status. `done`: what was done with each value."""
    from reconciler.cli.status import plan_status

    failures = found.planned.failures
    if as_json:
        say_json(_as_json(found))
    else:
        _say(found, dry_run=dry_run, done=done)
    if failures:
        return plan_status(found.planned.plan, failures, detailed=False)
    return ERROR if found.left else OK


def _say(found: Pulled, *, dry_run: bool, done: str) -> None:
    from reconciler.render.pulled import diff_lines, left_lines, taken_lines

    plan = found.planned.plan
    for file, text in found.files.items() if dry_run else ():
        say_lines(diff_lines(file, text.was or "", text.becomes))
    for taken in found.taken:
        one = taken.overtaken
        also = tuple(map(str, taken.also))
        say_lines(taken_lines(plan, "Would write" if dry_run else done, one, taken.edit.file, taken.line, also))
    for left in found.left:
        say_lines(left_lines(plan, left.overtaken, left.why, left.mend, tuple(map(str, left.also))))
    say_failures((account, str(error)) for account, error in found.planned.failures.items())
    if not (found.taken or found.left or found.planned.failures):
        say("No drift. What is live is what is declared.", "green")


def _as_json(found: Pulled) -> dict[str, Any]:
    return {
        "files": list(found.files),
        "written": found.written,
        "taken": [_taken(one) for one in found.taken],
        "left": [_left(one) for one in found.left],
        "failures": {key: str(error) for key, error in found.planned.failures.items()},
    }


def _taken(one: Taken) -> dict[str, Any]:
    known = {"address": str(one.overtaken.address), "path": one.overtaken.path, "live": one.overtaken.live}
    return {**known, "file": one.edit.file, "line": one.line, "also": list(map(str, one.also))}


def _left(one: Left) -> dict[str, Any]:
    known = {"address": str(one.overtaken.address), "path": one.overtaken.path, "live": one.overtaken.live}
    return {**known, "why": one.why, "mend": one.mend, "also": list(map(str, one.also))}
