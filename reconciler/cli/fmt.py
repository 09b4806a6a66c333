"""`reconciler fmt`"""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import FilePath, common_without

if TYPE_CHECKING:
    from reconciler.store.declared import Rewritten


PATHS = "files and folders stand alone, such as reconciler fmt desired/campaigns/acme-sg"


@click.command("fmt")
@click.argument("paths", nargs=-1, type=FilePath(path_type=Path), metavar="[PATH...]")
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, and fail for them.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@common_without(accounts=PATHS, targets=PATHS)
def command(
    base: dict[str, Any], as_json: bool, verbose: bool, paths: tuple[Path, ...], check: bool, diff: bool
) -> int:
    """Lay the files below desired/ out: keys in their order, two spaces a level, two before a comment.

    Comments and meaning stay as they are; a file of which that is not certain is left, with a note.
    """
    from reconciler.cli.console import say, say_json, say_problems
    from reconciler.kinds.said import counted
    from reconciler.model.plan_codec import problem_json
    from reconciler.run.fmt import fmt

    root: Path = base["root"]
    found = fmt(root, [root / path for path in paths], dry_run=check or diff)
    is_bad = bool(found.problems) or (check and bool(found.rewritten))
    if as_json:
        problems = [problem_json(problem) for problem in found.problems]
        done = "would_change" if check or diff else "changed"
        say_json({done: list(found.rewritten), "left": found.left, "problems": problems})
        return int(is_bad)
    say_problems(found.problems, "red")
    for file, why in found.left.items():
        say(f"Left as it is: {file}: {why}", "yellow", err=True)
    for file, text in found.rewritten.items():
        if diff:
            for line in _difference(file, text):
                say(line, {"+": "green", "-": "red"}.get(line[0], ""))
        else:
            say(f"{'Would change' if check else 'Changed'}: {file}")
    if found.rewritten and check and not diff:
        say(f"{counted(len(found.rewritten), 'file')} not in order. Run: reconciler fmt", "red", err=True)
    elif not found.rewritten and not found.problems and not found.left:
        say("All files are in order.", "green")
    return int(is_bad)


def _difference(file: str, text: Rewritten) -> list[str]:
    lines = unified_diff((text.was or "").splitlines(), text.becomes.splitlines(), file, file, lineterm="")
    return list(lines)
