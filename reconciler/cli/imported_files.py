"""What `import` has made of a sheet or of an older tool's files, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from reconciler.cli.console import say, say_json, say_problems

if TYPE_CHECKING:
    from reconciler.kinds.sheets import Difference
    from reconciler.run.declared_in_sheet import Added, Kept
    from reconciler.run.import_legacy import Converted
    from reconciler.run.import_sheet import Imported


def say_imported(done: Imported, *, as_json: bool, dry_run: bool) -> int:
    """The exit status: 1 where something of the sheet is left to be written by hand."""
    from reconciler.kinds.said import counted
    from reconciler.render.sheets import columns_text

    left = not done.is_whole
    if as_json:
        say_json(_json(done))
        return int(left)
    say_files({name: text for name, text in done.files.items() if name not in done.changed}, dry_run=dry_run)
    for name in done.changed:
        say(f"  {name}: with what is new in the sheet", "green")
    for kept in done.kept:
        _say_kept(kept, done)
    if done.left:
        say(f"Not read: {', '.join(columns_text(dict(done.left)))}", "yellow", err=True)
    for note in done.notes:
        say(f"Note: {note}", "yellow", err=True)
    if any(one.added is not None and one.added.becomes is not None for one in done.kept):
        say("To have these lines written: the same command with --new", "yellow", err=True)
    verb = "would be written" if dry_run else "written"
    say(f"{counted(len(done.files), 'file')} {verb}; times are read as {done.zone}'s.", "green")
    if done.files:
        say("Next: reconciler validate, then reconciler plan")
    return int(left)


def _say_kept(kept: Kept, done: Imported) -> None:
    from reconciler.render.sheets import difference_text

    if kept.file not in done.changed:
        say(f"{kept.address} is declared already, and {kept.file} was left as it is")
    for one in kept.differences:
        say(f"  {difference_text(one, done.currency)}", "yellow", err=True)
    say_problems(kept.problems, "yellow")
    if kept.added is not None:
        for line in _added_lines(kept.added, kept.file):
            say(line, "yellow", err=True)
    for mend in _mends(kept):
        say(f"  mend: {mend}", "yellow", err=True)


def _mends(kept: Kept) -> Iterator[str]:
    """What is to be done by hand: each sentence once a campaign."""
    if any(one.field for one in kept.differences):
        yield f"write what the sheet says otherwise into {kept.file}"
    if any(not one.field for one in kept.differences):
        yield (
            f"nothing is deleted for it: where it is to go, delete it in {kept.file}, and see the plan; else put its "
            "rows back, or leave it"
        )


def _new(kept: Kept) -> Iterator[tuple[Difference, str]]:
    if kept.added is not None:
        yield from ((one, kept.added.places[one.address]) for one in kept.added.differences)


def _added_lines(added: Added, file: str) -> Iterator[str]:
    """What is new in a sheet, and the lines that declare it."""
    from reconciler.render.sheets import difference_text

    for one in added.differences:
        yield f"  {difference_text(one, '')} ({added.places[one.address]})"
    if added.becomes is not None:
        was, becomes = (added.becomes.was or "").splitlines(), added.becomes.becomes.splitlines()
        yield from (f"    {line}" for line in unified_diff(was, becomes, file, file, lineterm=""))
        return
    for path, lines in added.lines.items():
        yield f"  mend: write it below {path.rpartition('.')[0]} in {file} by hand, since {added.why}"
        yield from (f"    {line}" for line in lines.splitlines())


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
    say_problems(done.problems, "red")
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
        "changed": list(done.changed),
        "kept": [
            {
                "address": str(one.address),
                "file": one.file,
                "differences": [
                    *(difference_json(each) for each in one.differences),
                    *(difference_json(each) | {"cell": cell} for each, cell in _new(one)),
                ],
                "new_lines": dict(one.added.lines) if one.added else {},
                "problems": [problem_json(each) for each in one.problems],
            }
            for one in done.kept
        ],
        "columns_not_read": dict(done.left),
        "notes": list(done.notes),
    }
