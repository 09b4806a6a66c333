"""`reconciler schedule`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import (
    A_CALENDAR,
    A_GANTT,
    A_PAGE,
    Command,
    WholeNumber,
    at_moment,
    common,
    make_request,
    moment_of,
)

if TYPE_CHECKING:
    from reconciler.run.schedule import Schedule


@click.command("schedule", cls=Command)
@click.option("--days", type=WholeNumber("days", 1, 3660), default=30, show_default=True, help="How far to look ahead.")
@click.option("--ics", type=A_CALENDAR, help="Also write a calendar file.")
@click.option("--html", type=A_PAGE, help="Also write a page, whole in itself, with a bar for each campaign.")
@click.option("--mermaid", type=A_GANTT, help="Also write a Mermaid gantt; in a fence where FILE ends in .md.")
@at_moment
@common
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    days: int,
    ics: Path | None,
    html: Path | None,
    mermaid: Path | None,
    moment: str | None,
) -> int:
    """Show what will start and stop by the YAML, and when. Offline.

    Which launches a refusal keeps waiting, plan says.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.engine.agenda import as_ics
    from reconciler.render.json import event_json
    from reconciler.run.schedule import schedule
    from reconciler.store.files.atomic import write_durably
    from reconciler.text.sanitize import brief

    request = make_request(base)
    found = schedule(request, days, at=moment_of(moment))
    if ics is not None:
        write_durably(ics, as_ics(found.events, found.project, request.now))
    if html is not None:
        write_durably(html, _page(found))
    undrawn = _write_gantt(found, mermaid) if mermaid is not None else 0
    if as_json:
        events = [event_json(event, found.zone) for event in found.events]
        say_json({"events": events, "notes": list(found.notes)})
    else:
        _say(found, days, undrawn)
        for file in filter(None, (ics, html, mermaid)):
            say(f"Written: {brief(str(file))}")
    return 0


def _page(found: Schedule) -> str:
    from reconciler import __version__
    from reconciler.render.html.schedule import Agenda, schedule_page

    made_by = f"reconciler {__version__}"
    whole = (found.project, found.zone, found.now, found.until, found.events, found.runs, found.notes, found.names)
    return schedule_page(Agenda(*whole, made_by))


def _write_gantt(found: Schedule, file: Path) -> int:
    """How many campaigns have no bar in it."""
    from reconciler.render.mermaid import fenced, gantt, undrawn
    from reconciler.store.files.atomic import write_durably

    diagram = gantt(found.runs, found.now, found.until, found.zone)
    write_durably(file, fenced(diagram) if file.suffix == ".md" else diagram)
    return len(undrawn(found.runs))


def _timeless(found: Schedule) -> int:
    return sum(not run.timed and run.status != "ACTIVE" for run in found.runs)


def _say(found: Schedule, days: int, undrawn: int) -> None:
    from reconciler.cli.console import say
    from reconciler.engine.agenda import VERBS
    from reconciler.kinds.said import counted
    from reconciler.model.moments import format_time
    from reconciler.render.mermaid import MOST_BARS
    from reconciler.text.sanitize import brief

    for event in found.events:
        colour = "green" if event.status == "ACTIVE" else "yellow"
        when = format_time(event.at, found.zone)
        say(f"{when}  {VERBS[event.status]:<6}  {event.address!s:<40} {brief(event.title)}", colour)
    looked = f"in the next {counted(days, 'day')}, until {format_time(found.until, found.zone)}"
    say(f"That is all {looked}." if found.events else f"Nothing starts or stops {looked}.")
    for note in found.notes:
        say(f"Note: {brief(note)}", "yellow")
    if undrawn:
        more = "" if undrawn == _timeless(found) else f", or more than the {MOST_BARS} that a diagram has room for"
        say(f"Not in the diagram: {counted(undrawn, 'run')} without times, held or turned on and off by hand{more}.")
