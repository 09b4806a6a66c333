"""Days from left to right, the same for the calendar and for the money: they are read one below the other. Pure.

Places are in percent, so a drawing is as wide as there is room, and its words keep their size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from reconciler.render.html.element import Markup, element

LEAST_WEEKS, MOST_WEEKS = 4, 26
MOST_LABELS = 9
NEAR = 5
"""Percent, within which two words would lie over each other."""


@dataclass(frozen=True)
class Axis:
    """Whole weeks from the Monday before `now` on."""

    now: datetime
    zone: tzinfo
    weeks: int

    @classmethod
    def of(cls, now: datetime, zone: tzinfo, moments: Iterable[datetime]) -> Axis:
        """Long enough for the moments, and a week more: for what goes on then. What lies beyond half a year is cut."""
        first = _monday(now.astimezone(zone).date())
        last = max((moment.astimezone(zone).date() for moment in moments), default=first)
        wanted = (last - first).days // 7 + 2
        return cls(now, zone, max(LEAST_WEEKS, min(MOST_WEEKS, wanted)))

    @property
    def start(self) -> datetime:
        return self._midnight(_monday(self.now.astimezone(self.zone).date()))

    @property
    def end(self) -> datetime:
        return self._midnight(self.start.date() + timedelta(weeks=self.weeks))

    @property
    def days(self) -> int:
        return 7 * self.weeks

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def at(self, moment: datetime) -> float:
        """Percent from the left; what lies outside is at the edge."""
        share = (moment - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 3)

    def day(self, day: date) -> float:
        return self.at(self._midnight(day))

    def mondays(self) -> Iterator[date]:
        yield from (self.start.date() + timedelta(weeks=week) for week in range(self.weeks))

    def grid(self) -> list[Markup]:
        """A hairline for each week, and one for now."""
        lines = [_line(self.day(monday), "week") for monday in self.mondays() if monday != self.start.date()]
        return [*lines, _line(self.at(self.now), "now")]

    def labels(self) -> Markup:
        """The first day of as many weeks as have room."""
        every = -(-self.weeks // MOST_LABELS)
        now = self.at(self.now)
        shown = [
            monday for at, monday in enumerate(self.mondays()) if at % every == 0 and self.day(monday) > now + NEAR
        ]
        texts = (element("text", said_day(day), x=f"{self.day(day)}%", dx=3, y=13) for day in shown)
        today = element("text", "now", x=f"{now}%", dx=3, y=13, class_="today")
        return element("svg", *self.grid(), today, *texts, class_="labels", aria_hidden="true")


def said_day(day: date) -> str:
    """`12-01`, as moments are written, without the year."""
    return f"{day:%m-%d}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _line(at: float, class_: str) -> Markup:
    return element("line", class_=class_, x1=f"{at}%", x2=f"{at}%", y1="0", y2="100%")
