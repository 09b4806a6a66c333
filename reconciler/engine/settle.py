"""What was sent and nobody has read back, judged once: of this run by verify, of earlier ones before compare. Pure.

A value stays in `Record.in_flight`, with Meta's time, until a look has shown what became of it; of an object that
nobody has looked at since it was made, all that was sent. So a run that is cut off anywhere leaves the same judgement
to the next one. The activity log tells whether somebody has come after it.

Statuses and budgets, whose events in the log are known by type:

| live reads as sent | the log has a new event | Meta confirmed it less than `LOG_LAG` ago | it | counts as applied |
|---|---|---|---|---|
| yes | | | arrived | the value |
| no | yes | | is superseded: Meta had taken it, and somebody has come after | the value, so that live is drift |
| no | no | yes | is undecided: the log may not know yet who has come after | what was applied before |
| no | no | no | was not taken | what was applied before, so that it is sent again |
| nobody has looked | | | is undecided | what the record says |

What does not spend:

| live reads as sent | Meta confirmed it | less than `LOG_LAG` ago | live reads as before | it | counts as applied |
|---|---|---|---|---|---|
| yes | | | | arrived | the value |
| no | no | | | was not taken | what the record says |
| no | yes | yes | | is undecided | the value |
| no | yes | no | yes, or has nothing, and the log knows of nobody | was dropped by Meta | what was applied before |
| no | yes | no | no, and the log knows of us alone | was altered by Meta | what Meta has made of it |
| no | yes | no | otherwise | is superseded | the value, so that live is drift |

The run that has sent it looks right after: for it nothing is too early. What was dropped or altered is in `dropped`.

    sent 80 over 50, live 80              =>  80 is ours
    sent 80 over 50, live 50, an event    =>  80 was ours, and 50 is somebody's
    sent 80 over 50, live 50, no event    =>  50 is ours: a change to 80, once the log has had the time

What is `undecided` is not raised nor turned on. All others read `Settled`: only this module, who writes down what is
about to be sent (`engine/intents.py`) and the codec know `Record.in_flight`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from reconciler.engine.activity import LOG_LAG, events_of, may_speak_of, only_ours
from reconciler.engine.compare import plainly_read, reads_as, shared, standing
from reconciler.kinds import KINDS, SPENDS
from reconciler.kinds.budget_schedules import SCHEDULES, unended
from reconciler.kinds.structure import as_declared
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.values import Fields


class Became(Enum):
    """What became of a value that was sent."""

    ARRIVED = "arrived"
    SUPERSEDED = "superseded"
    CONFIRMED = "confirmed"
    NOT_TAKEN = "not taken"
    DROPPED = "dropped"
    ALTERED = "altered"
    UNSEEN = "unseen"


TAKEN = frozenset({Became.ARRIVED, Became.SUPERSEDED})
KEPT_OTHERWISE = frozenset({Became.DROPPED, Became.ALTERED})
UNDECIDED = {
    Became.CONFIRMED: "Meta has confirmed its {name}, and it reads otherwise: whether somebody has changed it shows in "
    "the activity log within 30 min",
    Became.UNSEEN: "its {name} was sent, and nobody has looked since",
}
"""Why nothing can be said yet."""


@dataclass(frozen=True)
class Sent:
    """One value that was in flight. `former`: what counted as applied before it was sent."""

    value: Any
    former: Any
    became: Became


@light(frozen=True)
class Settled:
    """What counts as applied to one address, and which status counts as ours. `record` has nothing in flight."""

    record: Record
    sent: Mapping[str, Sent] = field(default_factory=dict)
    in_flight: Fields = field(default_factory=dict)
    """As it was written down; for `left` alone."""

    @property
    def undecided(self) -> dict[str, str]:
        """The fields of which nothing can be said yet, and why."""
        return {n: UNDECIDED[one.became].format(name=n) for n, one in self.sent.items() if one.became in UNDECIDED}

    def became(self, name: str) -> Became | None:
        """None where the field was not in flight."""
        return self.sent[name].became if name in self.sent else None

    def may_be_on(self, status: str) -> bool:
        """Whether our last word was this status, as far as anybody knows."""
        return status == self.record.status or ("status" in self.undecided and self.sent["status"].value == status)

    def left(self, decided: Collection[str]) -> Fields | None:
        """What stays in flight after the look. `decided` names fields of which something else is known by now. What
        spends stays until it has arrived: Meta may carry it out late."""
        undecided = self.undecided
        open_ = {n: one for n, one in self.in_flight.items() if n not in decided}
        return {n: one for n, one in open_.items() if n in undecided or self._may_come(n)} or None

    def _may_come(self, name: str) -> bool:
        return name in SPENDS and self.sent[name].became is not Became.ARRIVED


@light(frozen=True)
class _Look:
    """One object as it was seen, and what the log knew by then. `just_sent`: what this run has sent and Meta has
    confirmed."""

    live: Object
    observed: Observed | None
    now: datetime
    just_sent: Collection[str]

    @property
    def log(self) -> tuple[Activity, ...]:
        return self.observed.log_of(self.live.id) if self.observed else ()

    def is_early(self, at: str) -> bool:
        """Whether the log may not know yet who has come after that moment; "" is any."""
        return bool(at) and self.now - datetime.fromisoformat(at) < LOG_LAG

    def is_ours_alone(self, name: str) -> bool:
        return self.observed is not None and only_ours(self.log, self.observed.identity, self.live.id, name)

    def somebody_came(self, name: str, at: str) -> bool:
        identity = self.observed.identity if self.observed else None
        told = [event for event in self.log if may_speak_of(event, name)]
        others = [event for event in told if identity is None or not identity.made(event)]
        return any(not at or event.at >= datetime.fromisoformat(at) for event in others)


def settle(records: Mapping[Address, Record], observed: Observed, now: datetime) -> dict[Address, Settled]:
    """By address, of what is remembered. `now` by this computer's clock."""
    known = {address: record for address, record in records.items() if record.knows}
    return {
        address: _settled(record, observed.objects.get(address), observed, now) for address, record in known.items()
    }


def _settled(record: Record, live: Object | None, observed: Observed, now: datetime) -> Settled:
    return judged(_of_this(record, live, observed), live, observed, now)


def _of_this(record: Record, live: Object | None, observed: Observed) -> Record:
    """A record of a younger twin tells of the older one what both have, and what somebody has changed in it."""
    if live is None or record.id in ("", live.id):
        return record
    edited = {name for name in record.applied if events_of(observed.log_of(live.id), live.id, name)}
    return replace(record, applied=shared(record, live, edited), in_flight=None)


def judged(
    record: Record, live: Object | None, observed: Observed | None, now: datetime, just_sent: Collection[str] = ()
) -> Settled:
    """One record by one look; `live` None where nobody has looked. `just_sent`: fields that this run has sent, and that
    Meta has confirmed."""
    record = _unended(record, now)
    in_flight = {**_of_a_create(record, live), **(record.in_flight or {})}
    if not in_flight and _is_settled(record):
        return Settled(record)
    look = _Look(live, observed, now, just_sent) if live is not None else None
    sent = {
        name: Sent(one["value"], one["former"], _became(record, name, one, look) if look else Became.UNSEEN)
        for name, one in in_flight.items()
    }
    told = {name: _counts(name, one, live) for name, one in sent.items() if one.became not in _as_recorded(name)}
    told |= _partly_done(record, sent, live)
    applied = {n: v for n, v in {**record.applied, **told}.items() if n != "status" and v is not None}
    dropped = {n: one.value for n, one in sent.items() if one.became in KEPT_OTHERWISE}
    settled = replace(
        record,
        applied=applied,
        status=told.get("status", record.status),
        dropped={**(record.dropped or {}), **dropped} or None,
        in_flight=None,
    )
    return Settled(settled, sent, in_flight)


def _unended(record: Record, now: datetime) -> Record:
    """Without the budget schedules that have ended, which are not declared any more, nor read."""
    rows = record.applied.get(SCHEDULES)
    left = unended(rows, now)
    return record if left == rows else replace(record, applied={**record.applied, SCHEDULES: left})


PARTLY = frozenset({Became.NOT_TAKEN, Became.ALTERED})


def _partly_done(record: Record, sent: Mapping[str, Sent], live: Object | None) -> dict[str, Any]:
    """Of what takes several writes some may have been done, where the whole was not."""
    if live is None:
        return {}
    found = {}
    for name, one in sent.items():
        in_parts = KINDS[live.kind].marker(name).codec.in_parts
        if in_parts is not None and one.became in PARTLY:
            found[name] = in_parts(record.applied.get(name), one.value, live.fields.get(name))
    return found


def _is_settled(record: Record) -> bool:
    """Whether it says already what it would be made to say with nothing in flight."""
    told = "status" not in record.applied and None not in record.applied.values()
    return told and record.in_flight is None and record.dropped != {}


def _of_a_create(record: Record, live: Object | None) -> dict[str, Any]:
    """Of an object that nobody has looked at since it was made all that was sent is in flight. What spends is known:
    Meta makes no object with another budget."""
    if live is None or record.live or not record.created_at or record.id != live.id:
        return {}
    entry = {"former": None, "at": record.created_at, "known": 0}
    return {name: {**entry, "value": value} for name, value in record.applied.items() if name not in SPENDS}


def _as_recorded(name: str) -> Collection[Became]:
    """When the record is left to say what it says. Of what does not spend nothing is recorded before Meta's answer."""
    return {Became.UNSEEN} if name in SPENDS else {Became.UNSEEN, Became.CONFIRMED, Became.NOT_TAKEN}


def _counts(name: str, sent: Sent, live: Object | None) -> Any:
    if sent.became is Became.ALTERED and live is not None:
        return as_declared(sent.value, live.fields[name])
    return sent.value if sent.became in TAKEN else sent.former


def _became(record: Record, name: str, sent: Fields, look: _Look) -> Became:
    """The tables above."""
    judge = _of_what_spends if name in SPENDS else _of_the_rest
    return judge(record, name, sent, look)


def _of_what_spends(record: Record, name: str, sent: Fields, look: _Look) -> Became:
    live = look.live
    if sent["value"] == (live.status if name == "status" else live.fields.get(name)):
        return Became.ARRIVED
    if len(events_of(look.log, live.id, name, sent["at"])) > int(sent["known"]):
        return Became.SUPERSEDED
    confirmed = sent["value"] == (record.status if name == "status" else record.applied.get(name))
    early = look.is_early(sent["at"]) and name not in look.just_sent
    return Became.CONFIRMED if confirmed and early else Became.NOT_TAKEN


def _of_the_rest(record: Record, name: str, sent: Fields, look: _Look) -> Became:
    live, value, just_sent = look.live, sent["value"], name in look.just_sent
    if plainly_read(name, value, live) or reads_as(
        live.kind, name, value, live, standing(record, live, name, look.observed)
    ):
        return Became.ARRIVED
    if not just_sent and not record.applied.get(name) == value != sent["former"]:
        return Became.NOT_TAKEN
    if not just_sent and look.is_early(sent["at"]):
        return Became.CONFIRMED
    before = sent.get("before", sent["former"])
    as_before = live.fields.get(name) is None or (before is not None and reads_as(live.kind, name, before, live))
    if as_before and (just_sent or not look.somebody_came(name, sent["at"])):
        return Became.DROPPED
    altered = not as_before and look.is_ours_alone(name)
    return Became.ALTERED if altered else Became.SUPERSEDED
