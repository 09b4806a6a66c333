"""Times that never meet those of what they stand in: such an ad set or ad would wait for ever. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.kinds.delivery.windows import Bound, Inside, inside
from reconciler.kinds.delivery.words import END, START
from reconciler.model.moments import format_time
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope


@dataclass(frozen=True)
class Miss:
    """How two times do not meet: that of a level, and that of what it is in."""

    word: str
    other: str
    does: str
    other_does: str
    nearer: str
    """What to write in place of the level's own."""
    farther: str
    """What to write above."""


LATE = Miss(START, END, "starts", "ends", f"an {START} before", f"a {END} after")
EARLY = Miss(END, START, "ends", "starts", f"a {END} after", f"an {START} before")


def apart(scope: Scope) -> Iterator[Problem]:
    """What starts once that has ended in which it stands, or ends before that starts."""
    for one in inside(scope.spec):
        own, above = one.own, one.above
        if own.is_empty or above.is_empty:
            continue
        if own.start and above.end and own.start.moment >= above.end.moment:
            yield _told(scope, one, LATE, own.start, above.end)
        elif own.end and above.start and own.end.moment <= above.start.moment:
            yield _told(scope, one, EARLY, own.end, above.start)


def _told(scope: Scope, one: Inside, miss: Miss, own: Bound, other: Bound) -> Problem:
    above = "ad set" if other.level else "campaign"
    where = scope.document.origin((*other.level, miss.other)).line_text
    here, there = (format_time(each.moment, each.moment.tzinfo) for each in (own, other))
    return scope.problem(
        (*one.path, miss.word),
        f"it {miss.does} at {here}, and its {above} {miss.other_does} at {there} ({where})",
        f"it would never run: write {miss.nearer} {there}; or {miss.farther} {here} for the {above}; or, where "
        "it is to stay off, status: PAUSED in place of its times",
    )
