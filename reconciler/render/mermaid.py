"""What runs when, as a Mermaid gantt for a comment or a page in Markdown. Pure.

    gantt
        dateFormat YYYY-MM-DDTHH:mm
        section acme-sg
        “Spring Sale” :2026-12-01T09:00, 2026-12-31T23:59

A name could be a word of Mermaid's (`click`, `title`, a date), end the line, or begin a comment or a directive. So it
stands in quotation marks, which begin no word of it, and letters that mean something are written with look-alikes that
mean nothing. The grammar: mermaid-js/mermaid, diagrams/gantt/parser/gantt.jison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from reconciler.engine.agenda import Run
from reconciler.model.status import ACTIVE
from reconciler.text.sanitize import brief

MOST_LETTERS = 60
MOST_BARS = 300
"""Mermaid draws no diagram of more than 50,000 characters, and GitHub's is the same; a line has at most 160."""

LOOK_ALIKES = str.maketrans(
    {
        ":": "\N{FULLWIDTH COLON}",
        ";": "\N{FULLWIDTH SEMICOLON}",
        "#": "\N{FULLWIDTH NUMBER SIGN}",
        "%": "\N{FULLWIDTH PERCENT SIGN}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "&": "\N{FULLWIDTH AMPERSAND}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
        "{": "\N{FULLWIDTH LEFT CURLY BRACKET}",
        "}": "\N{FULLWIDTH RIGHT CURLY BRACKET}",
        "[": "\N{FULLWIDTH LEFT SQUARE BRACKET}",
        "]": "\N{FULLWIDTH RIGHT SQUARE BRACKET}",
        "\\": "\N{FULLWIDTH REVERSE SOLIDUS}",
        "~": "\N{FULLWIDTH TILDE}",
        "$": "\N{FULLWIDTH DOLLAR SIGN}",
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{FULLWIDTH LOW LINE}",
        '"': "\N{MODIFIER LETTER DOUBLE APOSTROPHE}",
        "“": "\N{MODIFIER LETTER DOUBLE APOSTROPHE}",
        "”": "\N{MODIFIER LETTER DOUBLE APOSTROPHE}",
        "@": "\N{FULLWIDTH COMMERCIAL AT}",
    }
)
AXIS = "%m-%d"


def gantt(runs: Sequence[Run], now: datetime, until: datetime, zone: tzinfo) -> str:
    """What is on between the two moments (aware). What somebody turns on by hand, and what is held, has no bar, and
    of very many runs the last to start have none; see `undrawn`."""
    drawn = sorted(_drawn(runs), key=lambda run: run.address.steps)
    title = f"What runs when, in the time of {inert(str(zone))}"
    lines = ["gantt", f"    title {title}", "    dateFormat YYYY-MM-DDTHH:mm", f"    axisFormat {AXIS}"]
    return "\n".join([*lines, *_sections(drawn, now, until, zone)]) + "\n"


def undrawn(runs: Iterable[Run]) -> list[Run]:
    """What is held, or turned on and off by hand, or too many."""
    known = list(runs)
    drawn = {run.address for run in _drawn(known)}
    return [run for run in known if run.address not in drawn]


def fenced(diagram: str) -> str:
    """As a block of GitHub's Markdown."""
    return f"```mermaid\n{diagram}```\n"


def inert(name: str) -> str:
    """One line, with nothing in it that Mermaid, or the Markdown around it, reads as anything but letters."""
    return brief(name, MOST_LETTERS).translate(LOOK_ALIKES).strip()


def _drawn(runs: Iterable[Run]) -> list[Run]:
    timed = [run for run in runs if (run.timed and not run.by_hand) or run.status == ACTIVE]
    return sorted(timed, key=lambda run: run.start.timestamp() if run.start else 0)[:MOST_BARS]


def _sections(runs: Sequence[Run], now: datetime, until: datetime, zone: tzinfo) -> Iterator[str]:
    account = ""
    for run in runs:
        if run.address.account != account:
            account = run.address.account
            yield f"    section {account}"
        yield _task(run, now, until, zone)
    if not runs:
        # Mermaid draws a diagram of nothing as an error.
        yield "    section nothing runs"
        yield f"    now :milestone, {_moment(now, zone)}, 0m"


def _task(run: Run, now: datetime, until: datetime, zone: tzinfo) -> str:
    name = inert(run.name)
    place = "" if run.address.parent is None else f" ({run.address.key})"
    start = max(run.start, now) if run.start is not None else now
    end = min(run.end, until) if run.end is not None else until
    tag = "active, " if run.end is None or run.end > until else ""
    return f"    “{name}”{place} :{tag}{_moment(start, zone)}, {_moment(max(start, end), zone)}"


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
