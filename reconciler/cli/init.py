"""`reconciler init`"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import FilePath
from reconciler.text.redact import OF_THE_SANDBOX

if TYPE_CHECKING:
    from reconciler.starter import Written

SANDBOX = "http://127.0.0.1:8765"
SANDBOX_WORLD = "sandbox.json"
"""Where it keeps what it has, for its next start: `state/` remembers it too. Git ignores it (`starter/`)."""


@click.command("init")
@click.argument("folder", type=FilePath(file_okay=False, path_type=Path), default=Path())
@click.option("--chdir", type=FilePath(exists=True, file_okay=False, path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output, and nothing else there.")
@click.option(
    "--workflows",
    is_flag=True,
    help="Write what .github/ lacks, and in the workflows there the tokens that desired/accounts names; nothing else.",
)
@click.option(
    "--schedule", is_flag=True, help="The same, and runs that follow the declared times instead of every ten minutes."
)
def command(folder: Path, chdir: Path, as_json: bool, workflows: bool, schedule: bool) -> int:
    """Start a new repository in FOLDER (here unless named): examples that validate as they stand."""
    from reconciler.cli.console import say, say_json
    from reconciler.starter import write_starter

    root = (chdir / folder).resolve()
    if workflows or schedule:
        return _write_workflows(root, schedule=schedule, as_json=as_json)
    done = write_starter(root, _branch(root))
    if as_json:
        say_json({"root": str(root), "written": done.names, "kept": done.kept, "within": done.within})
        return 0
    for name in done.names:
        say(f"  {name}", "green")
    for line in (*_about_kept(done), *_about_the_one_above(done)):
        say(line, "yellow")
    for number, (what, *typed) in enumerate(_steps(root), start=1):
        say(f"\n{number}. {what}")
        for line in typed:
            say(f"     {line}", "cyan")
    return 0


def _write_workflows(root: Path, *, schedule: bool, as_json: bool) -> int:
    from reconciler.cli.console import say, say_json
    from reconciler.cli.options import make_request
    from reconciler.run.pipeline import pipeline
    from reconciler.starter.cron import cron_of, minutes_a_month
    from reconciler.starter.workflows import place_of, write_workflows

    request = make_request({"root": root})
    needs = pipeline(request)
    cron = cron_of(needs.moments, request.now) if schedule else None
    done = write_workflows(place_of(root, _branch(root)), needs.variables, cron)
    cost = minutes_a_month(done.cron)
    if as_json:
        written = sorted([*done.new, *done.changed])
        say_json({"written": written, "left": done.left, "cron": done.cron, "minutes_a_month": cost})
        return 0
    for name in done.new:
        say(f"  {name}", "green")
    for name in done.changed:
        say(f"  {name} (changed: only the lines of tokens{' and times' if schedule else ''})", "green")
    for name in done.same:
        say(f"  {name} (as it was)")
    for name, why in done.left.items():
        say(f"  {name} is left as it was: {why}", "yellow")
    say(f"\nThe runs of reconcile by the clock take about {cost:,} minutes a month of GitHub's time.")
    if schedule:
        say("They follow the times that are declared now: run this again when these change.")
        say("reconciler validate --workflows tells when a declared time has no run.")
    return 0


def _branch(root: Path) -> str:
    from reconciler.starter.workflows import MAIN
    from reconciler.store.git.default_branch import branch_to_write

    return branch_to_write(root) or MAIN


def _about_kept(done: Written) -> Iterator[str]:
    if done.kept:
        yield f"\nThere already, and left as it was: {', '.join(done.kept)}."
    for name, missing in done.kept.items():
        if missing:
            yield f"Add to {name}:"
            yield from (f"     {line}" for line in missing)


def _about_the_one_above(done: Written) -> Iterator[str]:
    if done.within:
        yield (
            f"\nThis stands within {done.within}, a repository of the reconciler already: commands in here see this "
            "one alone, and those up there do not. If that is not meant, remove what is listed above, and go on there."
        )


def _steps(root: Path) -> Iterator[tuple[str, ...]]:
    """What to do next, and the lines to type for it."""
    from reconciler.system.platforms import set_variable, typed_path, unset_variable

    if root != Path.cwd():
        yield "Go there:", f"cd {typed_path(_from_here(root))}"
    yield from _git(root)
    yield "Try it without Meta. In a second terminal, in this folder:", f"reconciler sandbox --data {SANDBOX_WORLD}"
    yield (
        "Here again; this plan asks the sandbox:",
        set_variable("META_GRAPH_URL", SANDBOX),
        set_variable("META_ACCESS_TOKEN", OF_THE_SANDBOX),
        "reconciler plan",
    )
    yield (
        "Write the ids of your account into desired/accounts/my-account.yaml. README.md says where each is found, also "
        "those of verified identities. Then:",
        "reconciler validate",
    )
    yield (
        "Ask Meta, with the token of a system user that has ads_management and ads_read in place of the dots:",
        unset_variable("META_GRAPH_URL"),
        set_variable("META_ACCESS_TOKEN", "…"),
        "reconciler doctor",
        "reconciler plan",
    )
    yield (
        "Commit it:",
        "git add -A",
        'git commit -m "Start"',
    )
    yield from _push(root)


def _push(root: Path) -> Iterator[tuple[str, ...]]:
    from reconciler.store.git.default_branch import has_remote

    yield (
        "In GitHub make two secrets: META_ACCESS_TOKEN_READ, with a token that may only read, for the repository, and "
        "META_ACCESS_TOKEN in the environment meta. README.md says where. Then push it, with the address of your "
        "repository in place of the dots:",
        *([] if has_remote(root) else ["git remote add origin …"]),
        f"git push -u origin {_branch(root)}",
    )


def _git(root: Path) -> Iterator[tuple[str, ...]]:
    from reconciler.system.platforms import typed_path

    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    missing = [
        f"{name} ({where})"
        for program, name, where in (
            ("git", "git", "https://git-scm.com"),
            ("git-lfs", "Git LFS", "https://git-lfs.com"),
        )
        if not shutil.which(program)
    ]
    if missing:
        yield (f"Install {' and '.join(missing)}.",)
    lines = ["git lfs install"]
    if top is None:
        yield "There is no git repository here yet. Images and videos go through Git LFS:", "git init -b main", *lines
    else:
        yield "Images and videos go through Git LFS:", *lines
    if top not in (None, root):
        chdir = typed_path(root.relative_to(top))
        yield (
            f"This is a folder inside the repository {top}: GitHub runs workflows only from .github/ at its top. This "
            f"writes them there, with chdir: {chdir}:",
            "reconciler init --workflows",
        )


def _from_here(root: Path) -> Path:
    return root.relative_to(Path.cwd()) if root.is_relative_to(Path.cwd()) else root
