"""`reconciler schedule`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reconciler.cli.options import Command, FilePath, WholeNumber, common, make_request


@click.command("schedule", cls=Command)
@click.option("--days", type=WholeNumber("days", 1, 3660), default=30, show_default=True, help="How far to look ahead.")
@click.option("--ics", type=FilePath(dir_okay=False, path_type=Path), help="Also write a calendar file.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, days: int, ics: Path | None) -> int:
    """Show what will start and stop by the YAML, and when. Offline.

    Which launches a refusal keeps waiting, plan says.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.engine.agenda import VERBS, as_ics
    from reconciler.kinds.said import counted
    from reconciler.model.moments import format_time
    from reconciler.render.json import event_json
    from reconciler.run.schedule import schedule
    from reconciler.store.files.atomic import write_durably
    from reconciler.text.sanitize import brief

    request = make_request(base)
    found = schedule(request, days)
    events, zone = found.events, found.zone
    if ics is not None:
        write_durably(ics, as_ics(events, found.project, request.now))
    if as_json:
        say_json({"events": [event_json(event, zone) for event in events]})
        return 0
    for event in events:
        colour = "green" if event.status == "ACTIVE" else "yellow"
        verb = VERBS[event.status]
        moment = format_time(event.at, zone)
        say(f"{moment}  {verb:<6}  {event.address!s:<40} {brief(event.name)}", colour)
    if not events:
        say(f"Nothing starts or stops in the next {counted(days, 'day')}.")
    return 0
