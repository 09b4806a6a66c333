"""What `import` has made of a sheet or of an older tool's files, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reconciler.cli.console import say, say_json, say_problem

if TYPE_CHECKING:
    from reconciler.run.import_legacy import Converted
    from reconciler.run.import_sheet import Imported


def say_imported(done: Imported, *, as_json: bool, dry_run: bool) -> int:
    """The exit status: 1 where something of the sheet is left to be written by hand."""
    from reconciler.kinds.said import counted
    from reconciler.render.sheets import columns_text, difference_text

    left = any(kept.differences or kept.problems for kept in done.kept)
    if as_json:
        say_json(_json(done))
        return int(left)
    say_files(done.files, dry_run=dry_run)
    for kept in done.kept:
        say(f"{kept.address} is declared already, and {kept.file} was left as it is")
        for one in kept.differences:
            say(f"  {difference_text(one, done.currency)}", "yellow", err=True)
        for problem in kept.problems:
            say_problem(problem, "yellow")
    if left:
        say("  mend: write what the sheet says otherwise into those files", "yellow", err=True)
    if done.left:
        say(f"Not read: {', '.join(columns_text(dict(done.left)))}", "yellow", err=True)
    for note in done.notes:
        say(f"Note: {note}", "yellow", err=True)
    verb = "would be written" if dry_run else "written"
    say(f"{counted(len(done.files), 'file')} {verb}; times are read as {done.zone}'s.", "green")
    if done.files:
        say("Next: reconciler validate, then reconciler plan")
    return int(left)


def say_converted(done: Converted, *, as_json: bool, dry_run: bool) -> int:
    """The exit status: 1 where campaigns could not be written."""
    from reconciler.kinds.said import counted
    from reconciler.model.plan_codec import problem_json

    if as_json:
        say_json(
            {
                "timezone": done.zone,
                "written": done.written,
                "files": dict(done.files),
                "kept": [{"campaign_id": one, "address": str(at)} for one, at in done.kept],
                "fields_not_read": dict(done.left),
                "notes": list(done.notes),
                "problems": [problem_json(each) for each in done.problems],
            }
        )
        return int(bool(done.problems))
    say_files(done.files, dry_run=dry_run)
    for one, at in done.kept:
        say(f"{one} is declared already, as {at}, and was left as it is")
    if done.left:
        told = (f"{name} ({counted(number, 'time')})" for name, number in done.left.items())
        say(f"Not read: {', '.join(told)}", "yellow", err=True)
    for note in done.notes:
        say(f"Note: {note}", "yellow", err=True)
    for problem in done.problems:
        say_problem(problem, "red")
    verb = "would be written" if dry_run else "written"
    if done.problems:
        say(f"\n{counted(len(done.problems), 'problem')}: no campaign {verb}.", err=True)
        return 1
    adopted = f"; at Meta already, and not made again: {counted(done.adopted, 'campaign')}" if done.adopted else ""
    say(f"{counted(len(done.files), 'file')} {verb}{adopted}; times without an offset are {done.zone}'s.", "green")
    return 0


def say_files(files: Mapping[str, str], *, dry_run: bool) -> None:
    for name, text in files.items():
        say(f"  {name}", "green")
        if dry_run:
            for line in text.rstrip("\n").split("\n"):
                say(f"    {line}")


def _json(done: Imported) -> dict[str, Any]:
    from reconciler.model.plan_codec import problem_json
    from reconciler.render.sheets import difference_json

    return {
        "account": done.account,
        "currency": done.currency,
        "timezone": done.zone,
        "written": done.written,
        "files": dict(done.files),
        "kept": [
            {
                "address": str(one.address),
                "file": one.file,
                "differences": [difference_json(each) for each in one.differences],
                "problems": [problem_json(each) for each in one.problems],
            }
            for one in done.kept
        ],
        "columns_not_read": dict(done.left),
        "notes": list(done.notes),
    }
