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
    from reconciler.run.events import StateTold, StillWaiting, Unreached, Waiting

    if isinstance(event, StateTold):
        say(f"  {plain_lines(event.text)}", "red" if event.failed else "yellow", err=True)
    if isinstance(event, StillWaiting):
        say(f"  {event.account}: still waiting for it after {said_wait(event.seconds)}", "yellow", err=True)
    if isinstance(event, Unreached):
        named = "".join(f" --account {key}" for key in event.accounts)
        where = f"Not all of {', '.join(event.accounts)} was reached: what is on there goes on"
        say(f"{where}. To stop it: reconciler pause --all{named}, or Ads Manager.", "red", err=True)
    if isinstance(event, Waiting):
        moment = format_time(event.until.replace(microsecond=0), event.until.tzinfo)
        wait = said_wait(event.seconds)
        say(f"  {event.account}: waits until {moment} at most ({wait}): {brief(event.why)}", err=True)
