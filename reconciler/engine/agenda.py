"""What will start and stop, and when, from the YAML alone. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reconciler.engine.lateness import said_span
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.resource import Desired, Resource
from reconciler.model.status import ACTIVE, PAUSED

VERBS = {ACTIVE: "starts", PAUSED: "stops"}
MOST_TOLD = 5


@dataclass(frozen=True, order=True)
class Event:
    """At `at` (aware) the resource's desired status becomes `status`."""

    at: datetime
    address: Address
    status: str
    name: str


def agenda(desired: Desired, now: datetime, days: int) -> list[Event]:
    """Events of the next days, in order. What follows its campaign is not listed again."""
    until = now + timedelta(days=days)
    events = (e for r in desired.resources.values() for e in _events(r, desired))
    return sorted(e for e in events if now < e.at <= until)


def upcoming(
    desired: Desired, now: datetime, made: Collection[Address], targets: Collection[Address] = ()
) -> list[Event]:
    """What comes next, all of one moment, of what is at Meta already: what is not is for `apply` to make."""
    events = (e for r in desired.resources.values() for e in _events(r, desired))
    ahead = sorted(
        e
        for e in events
        if e.at > now and e.address in made and (not targets or any(e.address.within(t) for t in targets))
    )
    return [event for event in ahead if event.at == ahead[0].at]


def said_next(events: Sequence[Event], now: datetime, zone: ZoneInfo) -> str:
    """`Next: 2026-12-12 00:00 +08, in 11 days: acme-sg/product-launch starts.`"""
    if not events:
        return "No declared time lies ahead."
    told = [f"{event.address} {VERBS[event.status]}" for event in events[:MOST_TOLD]]
    told += [f"{len(events) - MOST_TOLD} more"] if len(events) > MOST_TOLD else []
    at = events[0].at
    span = said_span((at - now).total_seconds())
    return f"Next: {format_time(at, zone)}, in {span}: {', '.join(told)}."


def _events(resource: Resource, desired: Desired) -> Iterator[Event]:
    schedule, parent = resource.schedule, resource.address.parent
    if schedule.status is not None or (parent and _times(desired.resources[parent]) == _times(resource)):
        return
    if schedule.activate_at is not None:
        yield Event(schedule.activate_at, resource.address, ACTIVE, resource.name)
    if schedule.deactivate_at is not None:
        yield Event(schedule.deactivate_at, resource.address, PAUSED, resource.name)


def _times(resource: Resource) -> tuple[datetime | None, datetime | None]:
    return resource.schedule.activate_at, resource.schedule.deactivate_at


ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def as_ics(events: Iterable[Event], project: str, now: datetime) -> str:
    """An iCalendar file (RFC 5545), an event of no length for each start and stop."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reconciler//schedule//EN"]
    for event in events:
        verb = VERBS[event.status]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.address}-{event.status}-{_utc(event.at)}@{project}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(event.at)}",
            f"SUMMARY:{_escaped(f'{event.name} {verb}')}",
            f"DESCRIPTION:{_escaped(str(event.address))}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text)


def _folded(line: str) -> str:
    """Lines end after 75 bytes at most and go on behind a space."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        if len((piece + character).encode()) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
