"""What runs when: a table, with a bar in each row. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.engine.agenda import Run
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.status import ACTIVE
from reconciler.render.html.axis import Axis
from reconciler.render.html.element import Markup, element, joined

MOST_LINES = 20
"""More than that, and what runs alike is told together."""

HELD = "held: off until a person turns it on"
BY_HAND = "turned on and off by hand"
KEYS = {
    "run new": "Dark: new with this plan.",
    "run": "Light: there already.",
    "run waits": "Outlined: its time is declared, and something keeps it off.",
    "run by-hand": "Dashed: somebody turns it on by hand, and nothing here says when.",
    "goes-on": "An arrow: it runs on without an end, or longer than this calendar.",
}
"""What is said of the kinds of bars that are drawn."""
ON = "on as soon as it is there, without an end"


def calendar(
    runs: Sequence[Run],
    axis: Axis,
    new: Collection[Address],
    waits: Mapping[Address, str],
    *,
    keys: Mapping[str, str] = KEYS,
) -> Markup:
    """`new`: what the plan makes; the rest is there already. `waits`: what keeps it off, whatever its times. `keys`:
    what is said of the kinds of bars, where they are drawn."""
    head = element(
        "tr",
        element("th", "Campaign", scope="col"),
        element("th", element("span", "Weeks", class_="unseen"), axis.labels(), scope="col"),
        element("th", "Runs", scope="col"),
    )
    listed = [_Line(run, run.address in new, waits.get(run.address, "")) for run in _by_start(runs, axis)]
    rows = [_row(line, axis) for line in (_together(listed) if len(listed) > MOST_LINES else listed)]
    table = element(
        "table",
        element("caption", "What runs when", class_="unseen"),
        element("thead", head),
        element("tbody", *rows),
        class_="calendar",
    )
    said = [text for kind, text in keys.items() if any(f'class="{kind}"' in row for row in rows)]
    return joined(table, element("p", " ".join(said), class_="keys") if said else None)


def _by_start(runs: Sequence[Run], axis: Axis) -> list[Run]:
    """The earliest first, each followed by what in it has times of its own; what has none at the end."""
    starts = {run.address: run.start or axis.now for run in runs if run.timed or run.status == ACTIVE}
    return sorted(runs, key=lambda run: (starts.get(run.address.root, axis.end), run.address.root, run.address.steps))


@dataclass(frozen=True)
class _Line:
    run: Run
    is_new: bool
    waits: str
    more: int = 0
    """Others that run as it does, and stand on its line."""

    @property
    def alike(self) -> object:
        """What is the same of those that may stand on one line."""
        run = self.run
        return (run.address.account, run.start, run.end, run.status, self.is_new, self.waits)


def _together(lines: Sequence[_Line]) -> list[_Line]:
    """Those of one account that run alike on one line, but what has times of its own in another."""
    found: dict[object, _Line] = {}
    for line in lines:
        key = line.alike if line.run.address.parent is None else line.run.address
        known = found.get(key)
        found[key] = replace(known, more=known.more + 1) if known else line
    return list(found.values())


def _row(line: _Line, axis: Axis) -> Markup:
    run, waits = line.run, line.waits
    inner = run.address.parent is not None
    place = run.address.account if not inner else run.address.key
    more = element("span", f" and {line.more} more", class_="soft") if line.more else None
    name = element("th", element("span", run.name, dir="auto"), more, element("small", place), scope="row")
    said = f"{said_run(run, axis)}{f'; {waits}' if waits else ''}"
    kind = "run waits" if waits else "run by-hand" if run.by_hand else "run new" if line.is_new else "run"
    drawing = element(
        "svg", *axis.grid(), *_bar(run, axis, kind), class_="bar", role="img", aria_label=f"{run.name}: {said}"
    )
    return element(
        "tr",
        name,
        element("td", drawing),
        element("td", said, class_="times"),
        class_="inner" if inner else None,
    )


def said_run(run: Run, axis: Axis) -> str:
    if not run.timed:
        return {None: BY_HAND, ACTIVE: ON}.get(run.status, HELD)
    start = f"from {format_time(run.start, axis.zone)}" if run.start else "started by hand"
    end = f"until {format_time(run.end, axis.zone)}" if run.end else "without an end"
    return f"{start} {end}" if run.start else f"{start}, {end}"


def _bar(run: Run, axis: Axis, kind: str) -> Iterator[Markup]:
    if not run.timed and run.status != ACTIVE:
        yield element("line", class_="idle", x1=f"{axis.at(axis.now)}%", x2="100%", y1="50%", y2="50%")
        return
    start, end = axis.at(run.start or axis.now), axis.at(run.end or axis.end)
    if end > start:
        yield element("rect", class_=kind, x=f"{start}%", width=f"{round(end - start, 3)}%", y="50%", height=14, rx=3)
    if end > start and _goes_on(run.end, axis):
        arrows = element("path", d="M-18 -4 l4 4 l-4 4 M-11 -4 l4 4 l-4 4", class_="goes-on")
        yield element("svg", arrows, x="100%", y="50%", overflow="visible")


def _goes_on(end: datetime | None, axis: Axis) -> bool:
    return end is None or end > axis.end
