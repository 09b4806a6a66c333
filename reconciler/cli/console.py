"""Printing: colours, redaction, errors. Everything that is printed passes through `screen`: no token, no escape."""

from __future__ import annotations

import codecs
import io
import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from reconciler.model.errors import ConfigError, ReconcilerError, Throttled
from reconciler.model.moments import format_time
from reconciler.text.redact import redact, redacted, remember_environment
from reconciler.text.sanitize import brief, plain, plain_lines, screen, screen_json

if TYPE_CHECKING:
    from reconciler.model.problem import Problem

MOST_PROBLEMS = 1000
"""That are printed as text; the JSON has them all."""


def colours_wanted(stream: Any) -> bool:
    """NO_COLOR and FORCE_COLOR decide; else a terminal has colours and a pipe has none."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return bool(stream.isatty())


def say(text: str = "", colour: str = "", *, err: bool = False) -> None:
    stream = sys.stderr if err else sys.stdout
    coloured = colours_wanted(stream)
    line = screen(text)
    click.echo(click.style(line, fg=colour) if colour and coloured else line, err=err, color=coloured)


def say_lines(lines: Iterable[tuple[str, str]], *, err: bool = False) -> None:
    for text, colour in lines:
        say(text, colour, err=err)


def say_json(value: Any) -> None:
    _echo_json(value, indent=2)


def say_json_line(value: Any) -> None:
    """One of many documents, each on a line of its own."""
    _echo_json(value, indent=None)


def _echo_json(value: Any, indent: int | None) -> None:
    text = json.dumps(redacted(value), indent=indent, ensure_ascii=not _takes_everything(sys.stdout))
    click.echo(screen_json(text))


def say_to_runner(commands: Iterable[str]) -> None:
    """Lines that a CI's runner is to obey, which `say` makes inert. On standard error, which it reads as well, so that
    --json stays alone on standard output. Whoever makes them makes what is quoted in them inert."""
    for line in commands:
        click.echo(redact(line), err=True)


def say_error(text: str) -> None:
    say(f"Error: {plain_lines(text)}", "red", err=True)


def say_usage(error: click.ClickException) -> None:
    """What click would print itself, had it a screen."""
    shown = io.StringIO()
    error.show(shown)
    say(shown.getvalue().rstrip("\n"), err=True)


def say_problem(problem: Problem, colour: str, head: str = "", also: str = "") -> None:
    """On two lines, whatever the file's names, keys and values hold. `also`: where else it stands."""
    say(f"{head}{brief(str(problem.origin))}: {brief(problem.message)}", colour, err=True)
    if also:
        say(f"  the same at {plain(also)}", colour, err=True)
    if problem.mend:
        say(f"  mend: {brief(problem.mend)}", colour, err=True)


def say_problems(problems: Iterable[Problem], colour: str, head: str = "") -> None:
    """What has one cause once. The JSON has them all."""
    from reconciler.render.alike import mistakes

    told = list(mistakes(problems))
    for one in told[:MOST_PROBLEMS]:
        say_problem(one.problem, colour, head, one.also)
    if (left := len(told) - MOST_PROBLEMS) > 0:
        say(f"… and {left:,} more", err=True)


def say_failures(failures: Iterable[tuple[str, str]], head: str = "") -> None:
    """Errors, each with its account; what many have met is said once. `head`: what did not come about."""
    from reconciler.render.alike import few, told_alike

    for accounts, text in told_alike(failures):
        say_error(f"{few(accounts)}{head}: {text}")


# ---- streams that cannot take every character: on Windows a pipe or a file has one of 256 characters

STAND_INS = {"→": "->", "⇒": "=>", "…": "...", "–": "-", "—": "-", "×": "x", "≥": ">=", "≤": "<=", "✓": "ok"}


def _stood_in(error: UnicodeError) -> tuple[str | bytes, int]:
    """What a person can read of a character that the stream lacks; nothing of it is lost, and no run ends over it."""
    if isinstance(error, UnicodeEncodeError) and (known := STAND_INS.get(error.object[error.start])):
        return known, error.start + 1
    return codecs.backslashreplace_errors(error)


def _takes_everything(stream: Any) -> bool:
    encoding = getattr(stream, "encoding", None)
    return encoding is None or codecs.lookup(encoding).name.startswith("utf")


def _let_print_everything(stream: Any) -> None:
    if isinstance(stream, io.TextIOWrapper) and not _takes_everything(stream):
        stream.reconfigure(errors="reconciler")


# ---- what Python itself would print


class _Screened(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record), err=True)


def guard_process() -> None:
    """Logs, warnings and the tracebacks of threads and crashes go through `say`, those of libraries as well."""
    remember_environment(os.environ)
    codecs.register_error("reconciler", _stood_in)
    for stream in (sys.stdout, sys.stderr):
        _let_print_everything(stream)
    logging.basicConfig(handlers=[_Screened()], format="%(message)s")
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda kind, error, trace: _say_crash(error)
    sys.unraisablehook = lambda crash: _say_crash(crash.exc_value)
    threading.excepthook = lambda crash: _say_crash(crash.exc_value)


def _say_crash(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, KeyboardInterrupt):
        say("".join(traceback.format_exception(error)), err=True)


def report(error: Exception, *, verbose: bool, as_json: bool, beside: Mapping[str, Any] = MappingProxyType({})) -> int:
    """Prints an error as a user should read it, and gives the exit status. `beside`: what its JSON has beside it."""
    if as_json:
        say_json_line({**_error_json(error), **beside})
    if isinstance(error, ConfigError):
        _say_problems(error)
        return error.exit_code
    if isinstance(error, ReconcilerError):
        _say_failure(error)
        return error.exit_code
    if isinstance(error, OSError):
        from reconciler.run.failures import failure_of

        _say_failure(failure_of(error))
        return 1
    say_error(f"this is a fault of the reconciler: {type(error).__name__}: {brief(str(error))}")
    say("  mend: run it again with -v and report what it prints", err=True)
    if verbose:
        say("".join(traceback.format_exception(error)), err=True)
    return 1


def say_account_error(account: str, error: ReconcilerError) -> None:
    """Of one of several accounts."""
    if isinstance(error, ConfigError):
        _say_problems(error)
    else:
        _say_failure(error, f"{account}: ")


def _say_failure(error: ReconcilerError, head: str = "") -> None:
    say_error(f"{head}{error}")
    if isinstance(error, Throttled):
        say(f"Run again after {format_time(error.retry_at, error.zone)}.", err=True)


def _say_problems(error: ConfigError) -> None:
    say_problems(error.problems, "red")
    noun = "problem" if len(error.problems) == 1 else "problems"
    sent = "What was written at Meta before stays." if error.after_writes else "Nothing was sent to Meta."
    say(f"\n{len(error.problems)} {noun}. {sent}", err=True)


def _error_json(error: Exception) -> dict[str, Any]:
    from reconciler.model.plan_codec import problem_json

    if isinstance(error, ConfigError):
        return {"error": "config", "problems": [problem_json(p) for p in error.problems]}
    return {"error": type(error).__name__, "message": str(error)}
