"""Printing: colours, redaction, errors. Everything that is printed passes through `redact`."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterable
from typing import Any

import click

from reconciler.errors import ConfigError, ReconcilerError, Throttled
from reconciler.redact import redact


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
    line = redact(text)
    click.echo(click.style(line, fg=colour) if colour and coloured else line, err=err, color=coloured)


def say_lines(lines: Iterable[tuple[str, str]], *, err: bool = False) -> None:
    for text, colour in lines:
        say(text, colour, err=err)


def say_json(value: Any) -> None:
    click.echo(redact(json.dumps(value, indent=2, ensure_ascii=False, default=str)))


def say_error(text: str) -> None:
    say(f"Error: {text}", "red", err=True)


def report(error: Exception, *, verbose: bool, as_json: bool) -> int:
    """Prints an error as a user should read it, and gives the exit status."""
    if as_json:
        say_json(_error_json(error))
    if isinstance(error, ConfigError):
        _say_problems(error)
        return error.exit_code
    if isinstance(error, ReconcilerError):
        say_error(str(error))
        if isinstance(error, Throttled):
            say(f"Run again after {error.retry_at.astimezone():%Y-%m-%d %H:%M:%S %z}.", err=True)
        return error.exit_code
    if isinstance(error, OSError):
        say_error(f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": "))
        return 1
    say_error(f"this is a fault of the reconciler: {type(error).__name__}: {error}")
    say("  mend: run it again with -v and report what it prints", err=True)
    if verbose:
        say("".join(traceback.format_exception(error)), err=True)
    return 1


def _say_problems(error: ConfigError) -> None:
    for problem in error.problems:
        say(str(problem), "red", err=True)
    noun = "problem" if len(error.problems) == 1 else "problems"
    say(f"\n{len(error.problems)} {noun}. Nothing was sent to Meta.", err=True)


def _error_json(error: Exception) -> dict[str, Any]:
    from reconciler.render.json import problem_json

    if isinstance(error, ConfigError):
        return {"error": "config", "problems": [problem_json(p) for p in error.problems]}
    return {"error": type(error).__name__, "message": str(error)}
