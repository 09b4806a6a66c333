"""Options of the `ci` commands, and what they tell about the CI where its environment does not."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.options import FilePath

if TYPE_CHECKING:
    from reconciler.ci.reports import Reports
    from reconciler.forge.environment import CiRun

F = TypeVar("F", bound=Callable[..., Any])
ANY_FILE = FilePath(dir_okay=False, path_type=Path)

FILES = (
    click.option("--summary-file", type=ANY_FILE, help="Write the whole report as Markdown there."),
    click.option("--outputs-file", type=ANY_FILE, help="Add name=value lines there, as GitLab's dotenv reports are."),
    click.option("--commit", metavar="SHA", help="The commit that is planned, where the CI's variables do not say."),
    click.option("--run-url", metavar="URL", help="The address of this run, where the CI's variables do not say."),
)


def of_the_ci(command: F) -> F:
    """Adds the options of every `ci` command. What they say of the run arrives as `run`; as `summaries` and `outputs`
    the files that the CI or an option names."""

    @functools.wraps(command)
    def wrapped(
        *,
        commit: str | None,
        run_url: str | None,
        summary_file: Path | None,
        outputs_file: Path | None,
        **rest: Any,
    ) -> Any:
        run = _told(commit, run_url)
        summaries = tuple(filter(None, (run.summary_file, summary_file)))
        outputs = tuple(filter(None, (run.output_file, outputs_file)))
        return command(run=run, summaries=summaries, outputs=outputs, **rest)

    for option in reversed(FILES):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def _told(commit: str | None, run_url: str | None) -> CiRun:
    from reconciler.forge.environment import ci_run

    run = ci_run(os.environ)
    return replace(run, commit=commit or run.commit, run_url=run_url or run.run_url)


def reports_of(
    summaries: tuple[Path, ...], outputs: tuple[Path, ...], ping_url: str | None = None, **more: Any
) -> Reports:
    """Of `ci reconcile` and `ci look`."""
    from reconciler.ci.reports import Reports

    return Reports(summaries, outputs, ping_url or os.environ.get("RECONCILER_PING_URL", ""), **more)


def say_held(lines: Sequence[str]) -> None:
    """What an earlier run was refused, and what nothing is done about yet. Nothing is said for none."""
    from reconciler.ci.look import HELD

    _say_below(HELD, lines, "red")


def say_waiting(lines: Sequence[str]) -> None:
    """Launches that somebody's change keeps waiting. Nothing is said for none."""
    from reconciler.ci.look import WAITING

    _say_below(WAITING, lines, "yellow")


def _say_below(head: str, lines: Sequence[str], colour: str) -> None:
    if not lines:
        return
    from reconciler.cli.console import say
    from reconciler.text.sanitize import plain

    say("\n".join([f"{head}:", *(f"  {plain(line)}" for line in lines)]), colour, err=True)


summary_in = click.option(
    "--summary-in",
    "results",
    multiple=True,
    type=FilePath(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Tell what the shards have left below there, in place of a look of its own; may be repeated.",
)


def artifacts_of(run: CiRun, base: dict[str, Any], given: Path | None, name: str) -> Path:
    """What is given, or a folder that a runner of GitHub empties after each job, or one beside desired/."""
    return given.resolve() if given else (run.temporary or base["root"]) / name


def check_joining(base: dict[str, Any], results: tuple[Path, ...]) -> None:
    if results and base["shard"]:
        raise click.UsageError(
            "--shard and --summary-in together: the one leaves a result, the other joins those of all"
        )
