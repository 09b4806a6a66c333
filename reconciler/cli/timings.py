"""`--timings`: at the end, however that comes, what each stage of the run has taken."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from reconciler.system.interrupt import Interrupted
from reconciler.system.timings import Timings

F = TypeVar("F", bound=Callable[..., Any])

NO_ERROR = (click.ClickException, click.Abort, click.exceptions.Exit, Interrupted, BrokenPipeError)
"""What ends a command and is no `error` in its JSON."""


class Asked(Timings):
    """Of a command with `--timings`. `told`: whether its JSON has them already."""

    told = False


def timed(command: F) -> F:
    """Adds `--timings` to a command whose JSON are events: they are one of their own, before the last. Stands below
    `common`, and arrives at the request with `base`."""
    return _timed(command, events=True)


def timed_value(command: F) -> F:
    """The same for a command whose JSON is one value: they are in it, also where it tells an error."""
    return _timed(command, events=False)


def beside(timings: Timings) -> dict[str, Any]:
    """`timings`, for a value or an event; empty where nobody has asked."""
    if not isinstance(timings, Asked):
        return {}
    timings.told = True
    return {"timings": _json(timings)}


def _timed(command: F, *, events: bool) -> F:
    @click.option("--timings", is_flag=True, help="At the end, on standard error: what each stage has taken.")
    @functools.wraps(command)
    def wrapped(*, base: dict[str, Any], as_json: bool, verbose: bool, timings: bool, **rest: Any) -> Any:
        from reconciler.cli.console import report

        given = {"as_json": as_json, "verbose": verbose, **rest}
        if not timings:
            return command(base=base, **given)
        measured = Asked()
        try:
            return command(base={**base, "timings": measured}, **given)
        except NO_ERROR:
            raise
        except Exception as error:
            if events or not as_json:
                raise
            return report(error, verbose=verbose, as_json=True, beside=beside(measured))
        finally:
            if as_json and not measured.told:
                _say_json(measured, events=events)
            _say(measured)

    return wrapped  # type: ignore[return-value]


def _say_json(measured: Asked, *, events: bool) -> None:
    """Of a run that has come to no last event, or to no value."""
    from reconciler.cli.console import say_json, say_json_line

    told = beside(measured)
    if events:
        say_json_line({"type": "timings", **told["timings"]})
    else:
        say_json(told)


def _json(timings: Timings) -> dict[str, Any]:
    """`seconds` of the whole run so far, and of each stage what it has taken in all accounts together."""
    return {
        "seconds": round(timings.whole, 3),
        "stages": [
            {"stage": stage, "seconds": round(one.seconds, 3), "requests": one.requests, "points": one.points}
            for stage, one in timings.taken.items()
        ],
    }


def _say(timings: Timings) -> None:
    from reconciler.cli.console import say

    taken = timings.taken
    say(f"\n{'stage':<12}{'seconds':>10}{'requests':>10}{'points':>10}", err=True)
    for stage, one in taken.items():
        say(f"{stage:<12}{one.seconds:>10.3f}{one.requests:>10,}{one.points:>10,}", err=True)
    whole = timings.whole
    rest = whole - sum(one.seconds for one in taken.values())
    if rest > 0:
        say(f"{'the rest':<12}{rest:>10.3f}{'':>20}   Python's start, and what belongs to no stage", err=True)
    requests, points = sum(one.requests for one in taken.values()), sum(one.points for one in taken.values())
    say(f"{'whole run':<12}{whole:>10.3f}{requests:>10,}{points:>10,}", err=True)
    if points:
        say("A point is what Meta counts against its limits: a read is one, a write three.", err=True)
    if rest <= 0:
        say("Accounts went side by side: their stages are added up.", err=True)
