"""What starts and stops, as one page in the look of the page that a client signs: no script, nothing from elsewhere.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reconciler.engine.agenda import VERBS, Event, Run
from reconciler.kinds.said import counted
from reconciler.model.moments import format_time
from reconciler.render.html.axis import Axis
from reconciler.render.html.calendar import KEYS, calendar
from reconciler.render.html.document import document
from reconciler.render.html.element import Markup, element

OF_ALL = {kind: KEYS[kind] for kind in ("run by-hand", "goes-on")}
"""Files tell what is declared, not what is there already."""


@dataclass(frozen=True)
class Agenda:
    """What the page is made of. `names`: of accounts, by key."""

    project: str
    zone: ZoneInfo
    now: datetime
    until: datetime
    events: Sequence[Event]
    runs: Sequence[Run]
    notes: Sequence[str]
    names: Mapping[str, str]
    made_by: str


def schedule_page(agenda: Agenda) -> str:
    """The whole file."""
    days = f"{_day(agenda.now, agenda)} to {_day(agenda.until, agenda)}"
    title = f"What runs when, {days}"
    starts = sum(VERBS[event.status] == "starts" for event in agenda.events)
    stops = len(agenda.events) - starts
    lead = f"{counted(starts, 'start')} and {counted(stops, 'stop')} by the files, as of {_said(agenda.now, agenda)}."
    who = ", ".join(agenda.names.values())
    head = element(
        "header",
        element("p", f"{agenda.project} · {who}" if who else agenda.project, class_="eyebrow", dir="auto"),
        element("h1", title, dir="auto"),
        element("p", lead, class_="lead"),
    )
    foot = element("footer", element("p", f"Made by {agenda.made_by}. What a refusal keeps waiting, plan says."))
    body = element("body", head, element("main", *_sections(agenda)), foot)
    return document(f"{agenda.project}: {title}", body)


def _sections(agenda: Agenda) -> Iterator[Markup]:
    if agenda.notes:
        items = element("ul", *(element("li", note, dir="auto") for note in agenda.notes))
        yield element("section", element("h2", "To look at"), items)
    if agenda.runs:
        axis = Axis.of(agenda.now, agenda.zone, _moments(agenda))
        drawn = calendar(agenda.runs, axis, {run.address for run in agenda.runs}, {}, keys=OF_ALL)
        yield element("section", element("h2", "What runs when"), drawn)
    if agenda.events:
        yield element("section", element("h2", "Starts and stops"), _events(agenda))


def _moments(agenda: Agenda) -> Iterator[datetime]:
    for run in agenda.runs:
        yield from (min(moment, agenda.until) for moment in (run.start, run.end) if moment is not None)


def _events(agenda: Agenda) -> Markup:
    heads = element("tr", *(element("th", text, scope="col") for text in ("When", "What", "Campaign")))
    rows = (
        element(
            "tr",
            element("td", _said(event.at, agenda), class_="times"),
            element("td", VERBS[event.status]),
            element("th", element("span", event.title, dir="auto"), element("small", str(event.address)), scope="row"),
        )
        for event in agenda.events
    )
    caption = element("caption", "Starts and stops", class_="unseen")
    table = element("table", caption, element("thead", heads), element("tbody", *rows))
    return element("div", table, class_="scroll")


def _said(moment: datetime, agenda: Agenda) -> str:
    return format_time(moment, agenda.zone)


def _day(moment: datetime, agenda: Agenda) -> str:
    return str(moment.astimezone(agenda.zone).date())
