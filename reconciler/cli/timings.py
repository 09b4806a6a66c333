"""`--timings`: at the end, what each stage of the run has taken."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from reconciler.system.timings import Timings

F = TypeVar("F", bound=Callable[..., Any])


def timed(command: F) -> F:
    """Adds `--timings`. Stands below `common`: what the run has taken is told however it ends, and arrives at the
    request with `base`."""

    @click.option("--timings", is_flag=True, help="At the end, on standard error: what each stage has taken.")
    @functools.wraps(command)
    def wrapped(*, base: dict[str, Any], timings: bool, **rest: Any) -> Any:
        if not timings:
            return command(base=base, **rest)
        from reconciler.system.timings import Timings

        measured = Timings()
        try:
            return command(base={**base, "timings": measured}, **rest)
        finally:
            _say(measured)

    return wrapped  # type: ignore[return-value]


def timings_json(timings: Timings) -> dict[str, Any]:
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
    if rest <= 0:
        say("Accounts went side by side: their stages are added up.", err=True)
