"""The command line. The only place that prints or exits; a command imports only what it uses.

Exit status: 0 done or nothing to do · 1 error · 2 changes present · 3 refused by a policy · 4 the plan file is
stale · 5 locked · 6 partly applied, run again · 7 rate limit, run again later · 64 wrong usage · 130 interrupted · 143
terminated.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from reconciler import __version__
from reconciler.system import interrupt

OK, ERROR, CHANGES, REFUSED, STALE, LOCKED, PARTLY, THROTTLED, USAGE = 0, 1, 2, 3, 4, 5, 6, 7, 64

COMMANDS = {
    "init": "Start a new repository.",
    "new": "Begin a file: a campaign, template, audience or lead form.",
    "duplicate": "Copy a campaign's file to another key or account.",
    "validate": "Check everything that can be checked offline; needs no token.",
    "fmt": "Lay the YAML out in its canonical order; comments and meaning stay.",
    "schema": "Write JSON Schemas for editors to schemas/.",
    "doctor": "Check token, scopes, accounts, pages, pixels, identities, payment, currency and clock.",
    "sync": "Write live state into state/.",
    "plan": "Show what apply would do.",
    "apply": "Create and change what the YAML asks for; new objects are always PAUSED.",
    "activate": "Do the time-based status changes that are due, and nothing else.",
    "schedule": "Show what will start and stop, and when.",
    "drift": "Show what was changed outside, and by whom.",
    "export": "Write the declared campaigns as a sheet of Ads Manager's.",
    "import": "Write YAML for what an account, a sheet or an older tool's files have already.",
    "pull": "Write what was changed outside into the YAML.",
    "revert-drift": "Write into the YAML that what was changed outside is to be overwritten, once.",
    "show": "Show one resource: desired, recorded and live side by side.",
    "force-unlock": "Take an account's lock away from a run that hangs.",
    "pause": "Stop delivery now, even when the YAML does not parse.",
    "state": "Show, rebuild, push, pull or forget what is remembered.",
    "forget": "Take our label and record off an object, and leave it as it is.",
    "ci": "Plan, reconcile and watch, as a CI does: comments, issues, summaries, annotations, outputs.",
    "sandbox": "Serve a local Graph API to try things on.",
}


WHEN_INTERRUPTED = {
    **dict.fromkeys(
        ("sync", "drift", "pause", "forget", "import", "pull", "state", "ci"),
        " What was done is recorded; run the command again to go on.",
    ),
    **dict.fromkeys(("plan", "doctor", "show"), " Nothing was changed, and nothing is lost; run the command again."),
}
"""What becomes of the work, by command; `apply`, `activate` and `ci reconcile` say what is done and what is not."""


class Group(click.Group):
    """Of a word that is no command of its own it says which one is meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            from difflib import get_close_matches

            from reconciler.cli.other_words import of_a_command

            near = get_close_matches(name, known, n=1, cutoff=0.7)
            otherwise = of_a_command(ctx.command.name if ctx.parent is not None and ctx.command.name else "", name)
            mend = otherwise or (f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}")
            ctx.fail(f"there is no command {name!r}; {mend}")
        return super().resolve_command(ctx, args)


class Commands(Group):
    """Loads a command's module when it is called; the list and its help need none."""

    def __init__(self, *args: Any, table: Mapping[str, str], prefix: str = "", **rest: Any) -> None:
        """`table` has a line of help by name; a command's module is named after it, behind `prefix`."""
        super().__init__(*args, **rest)
        self.table, self.prefix = table, prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        name = f"{cmd_name.replace('-', '_')}{'_' * iskeyword(cmd_name)}"
        module = import_module(f"reconciler.cli.{self.prefix}{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))


@click.group(
    cls=Commands, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False
)
@click.version_option(__version__, prog_name="reconciler", message="%(prog)s %(version)s")
def main() -> None:
    """Terraform for Meta ads: campaigns as YAML in git, planned in the pull request, applied on merge."""


def run(arguments: list[str]) -> int:
    """The exit status of a command line. Prints errors; never a traceback unless -v asks for one."""
    try:
        return int(main.main(arguments, prog_name="reconciler", standalone_mode=False) or OK)
    except click.UsageError as error:
        from reconciler.cli.other_words import of_options

        meant = of_options(error, arguments)
        _say_usage(click.UsageError(meant, error.ctx) if meant else error)
        return USAGE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"\n{interrupt.word()}.{WHEN_INTERRUPTED.get(arguments[0], '')}", err=True)
        return interrupt.status()
    except interrupt.Interrupted as stop:
        click.echo(f"\n{interrupt.word()}. {stop}", err=True)
        return interrupt.status()
    except BrokenPipeError:
        sys.stderr.close()
        return ERROR
    except click.ClickException as error:
        _say_usage(error)
        return ERROR
    except Exception as error:
        from reconciler.cli.console import report

        return report(error, verbose=bool({"-v", "--verbose"} & set(arguments)), as_json="--json" in arguments)


def _say_usage(error: click.ClickException) -> None:
    from reconciler.cli.console import say_usage

    say_usage(error)
