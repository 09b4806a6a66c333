"""What will start and stop, and when, from the YAML alone. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reconciler.kinds import KINDS
from reconciler.model import moments
from reconciler.model.address import Address
from reconciler.model.resource import Desired, Resource
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED

VERBS = {ACTIVE: "starts", PAUSED: "stops"}
MOST_TOLD = 5


@dataclass(frozen=True, order=True)
class Event:
    """At `at` (aware) the resource's desired status becomes `status`."""

    at: datetime
    address: Address
    status: str
    name: str
    within: str = ""
    """What the campaign is called that it is in."""

    @property
    def title(self) -> str:
        """`Spring Sale: Broad`; the name alone of a campaign, and of what is called like its own."""
        return self.name if self.within in ("", self.name) else f"{self.within}: {self.name}"


def agenda(desired: Desired, now: datetime, days: int, *, from_now: bool = False) -> list[Event]:
    """Events of the next days, in order; `from_now`: those of this very moment, too. What follows its campaign is not
    listed again, and what is in something held, or in something that is off then, neither starts nor stops."""
    until = now + timedelta(days=days)
    found = (e for r in desired.resources.values() if not _held_above(r, desired) for e in _events(r, desired))
    events = (event for event in found if _is_seen(event, desired))
    return sorted(e for e in events if now < e.at <= until or (from_now and e.at == now))


def upcoming(
    desired: Desired, now: datetime, made: Collection[Address], targets: Collection[Address] = ()
) -> list[Event]:
    """What comes next, all of one moment, of what is at Meta already: what is not is for `apply` to make."""
    events = (e for r in desired.resources.values() for e in _events(r, desired))
    ahead = sorted(e for e in events if e.at > now and e.address in made and _is_asked(e.address, targets))
    return [event for event in ahead if event.at == ahead[0].at]


def unmade(
    desired: Desired,
    now: datetime,
    accounts: Collection[str],
    known: Collection[Address],
    targets: Collection[Address] = (),
) -> list[Event]:
    """What was to be on by now and was never at Meta: it is for `apply` to make. What somebody has deleted there is
    `known`."""
    missing = (
        r
        for at, r in desired.resources.items()
        if at.parent is None and at.account in accounts and at not in known and _is_asked(at, targets)
    )
    due = [e for r in missing for e in _events(r, desired) if e.at <= now]
    stopped = {e.address for e in due if e.status == PAUSED}
    return sorted(e for e in due if e.address not in stopped)


def unmade_note(events: Sequence[Event], zone: ZoneInfo) -> str:
    first, more = events[0], f", and {len(events) - 1} more" if len(events) > 1 else ""
    since = moments.format_time(first.at, zone)
    return f"{first.address} was to start {since} and is not made yet{more}: that is for reconciler apply"


def moments_by_account(desired: Desired, now: datetime) -> dict[str, tuple[datetime, ...]]:
    """Of each declared account, the moments that lie ahead, in order."""
    found: dict[str, set[datetime]] = {key: set() for key in desired.accounts}
    for event in (e for r in desired.resources.values() for e in _events(r, desired)):
        if event.at > now:
            found.setdefault(event.address.account, set()).add(event.at)
    return {key: tuple(sorted(moments)) for key, moments in found.items()}


def said_next(events: Sequence[Event], now: datetime, zone: ZoneInfo) -> str:
    """`Next: 2026-12-12 00:00 +08, in 11 days: acme-sg/product-launch starts.`"""
    if not events:
        return moments.NOTHING_AHEAD
    told = [f"{event.address} {VERBS[event.status]}" for event in events[:MOST_TOLD]]
    told += [f"{len(events) - MOST_TOLD} more"] if len(events) > MOST_TOLD else []
    return moments.said_next(events[0].at, now, zone, ", ".join(told))


def _is_asked(address: Address, targets: Collection[Address]) -> bool:
    """Whether it is in one of the targets; without any, all is."""
    return not targets or any(address.within(target) for target in targets)


def _events(resource: Resource, desired: Desired) -> Iterator[Event]:
    schedule, parent = resource.schedule, resource.address.parent
    if schedule.status is not None or (parent and _times(desired.resources[parent]) == _times(resource)):
        return
    within = desired.resources[resource.address.root].name if parent else ""
    if schedule.activate_at is not None:
        yield Event(schedule.activate_at, resource.address, ACTIVE, resource.name, within)
    if schedule.deactivate_at is not None:
        yield Event(schedule.deactivate_at, resource.address, PAUSED, resource.name, within)


def _is_seen(event: Event, desired: Desired) -> bool:
    """Whether all that it stands in is on by then, and after."""
    above = (_times(desired.resources[at]) for at in event.address.ancestors if at in desired.resources)
    return all((start is None or start < event.at) and (end is None or event.at < end) for start, end in above)


def _held_above(resource: Resource, desired: Desired) -> str | None:
    """The status of the nearest thing above that is held, whatever the clock says."""
    above = (desired.resources[at].schedule.status for at in resource.address.ancestors if at in desired.resources)
    return next((status for status in above if status in (PAUSED, ARCHIVED)), None)


def _times(resource: Resource) -> tuple[datetime | None, datetime | None]:
    return resource.schedule.activate_at, resource.schedule.deactivate_at


@dataclass(frozen=True)
class Run:
    """When a resource is on. `start` None: it was on before, or nobody says; `end` None: without an end."""

    address: Address
    name: str
    start: datetime | None = None
    end: datetime | None = None
    status: str | None = None
    """Declared whatever the clock says: ACTIVE is always on, PAUSED is held. None with neither times nor status: a
    person's own."""

    @property
    def timed(self) -> bool:
        return self.status is None and (self.start is not None or self.end is not None)

    @property
    def by_hand(self) -> bool:
        """Whether somebody turns it on: nothing here knows when it is."""
        return self.status is None and self.start is None


def runs(desired: Desired, accounts: Collection[str]) -> list[Run]:
    """Of what is launched, and of what in it has times or a status of its own."""
    chosen = (one for one in desired.resources.values() if one.address.account in accounts)
    found = (_run(one, desired) for one in chosen if _is_told(one, desired))
    return sorted(found, key=lambda run: run.address.steps)


def _is_told(resource: Resource, desired: Desired) -> bool:
    kind, parent = KINDS[resource.kind], resource.address.parent
    if kind.stands_alone or resource.schedule.status == ARCHIVED:
        return False
    return kind.launches or (parent is not None and _own(resource) != _own(desired.resources[parent]))


def _own(resource: Resource) -> tuple[datetime | None, datetime | None, str | None]:
    return (*_times(resource), resource.schedule.status)


def _run(resource: Resource, desired: Desired) -> Run:
    schedule = resource.schedule
    status = _held_above(resource, desired) or schedule.status
    return Run(
        resource.address, resource.name, schedule.activate_at, schedule.ends_at if schedule.timed else None, status
    )


ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def as_ics(events: Iterable[Event], project: str, now: datetime) -> str:
    """An iCalendar file (RFC 5545), an event of no length for each start and stop. A later file moves the events of an
    earlier one: the same UID with a greater SEQUENCE."""
    sequence = int(now.timestamp()) // 60  # its limit of 2^31 is far as long as minutes are counted
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reconciler//schedule//EN"]
    for event in events:
        verb = VERBS[event.status]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.address}-{event.status}@{project}",
            f"SEQUENCE:{sequence}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(event.at)}",
            f"SUMMARY:{_escaped(f'{event.title} {verb}')}",
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
