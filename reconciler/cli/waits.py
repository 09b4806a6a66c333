"""Why nothing happens for a while, told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.console import say
from reconciler.model.moments import format_time, said_wait
from reconciler.text.sanitize import brief, plain_lines

if TYPE_CHECKING:
    from reconciler.run.events import Event


def say_waits(event: Event) -> None:
    """On standard error, with --json, too: else nobody knows why nothing happens."""
    from reconciler.run.events import StateTold, StillWaiting, Waiting

    if isinstance(event, StateTold):
        say(f"  {plain_lines(event.text)}", "red" if event.failed else "yellow", err=True)
    if isinstance(event, StillWaiting):
        say(f"  {event.account}: still waiting for it after {said_wait(event.seconds)}", "yellow", err=True)
    if isinstance(event, Waiting):
        moment = format_time(event.until.replace(microsecond=0), event.until.tzinfo)
        wait = said_wait(event.seconds)
        say(f"  {event.account}: waits until {moment} at most ({wait}): {brief(event.why)}", err=True)
