"""The last look before anything is turned on: whatever is in doubt stays PAUSED, with the reason. Pure.

An object may go ACTIVE when this computer's clock and Meta's agree and are both past its time, when it is the one
object of its address and a listing shows it, and when what is live is what was declared when it was last applied, of
itself, of all below it that is on already, and of what is on above it and delivers nothing before. What those refer to
has to be there and in use.

Why the listing has to show it: of two objects that rival runs have made, the older is seen wherever the younger is
seen. So a run that sees its own object sees every older one, and only the run that has the oldest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from reconciler.engine.compare import TOLD, differing, equal, put_beside, reads_as, standing
from reconciler.engine.history import said_end
from reconciler.engine.restarts import delivers, ended_at
from reconciler.engine.standing_drift import UNJUDGED
from reconciler.kinds import BUDGETS, KINDS
from reconciler.kinds.said import going_on, said, undoing
from reconciler.kinds.structure import Gap
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Change, Permit
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, ARCHIVED

SKEW = timedelta(seconds=60)
"""How far this computer's clock and Meta's may be apart."""

SET_IT_RIGHT = "\n  mend: set the clock right, then run again"


@dataclass(frozen=True)
class Sight:
    """What is known at this moment. `server` is the `Date` of the reply that has just come, if it had one."""

    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    seen: Observed
    ids: Mapping[Address, str]
    local: datetime
    server: datetime | None
    zone: ZoneInfo
    restless: frozenset[str] = frozenset()
    """Ids whose status somebody has changed since the plan was made."""
    unusable: Mapping[Address, str] = field(default_factory=dict)
    """What may be referred to and does not work as it is, and why."""
    started: frozenset[str] = frozenset()
    """Names of what somebody has turned on since the plan, and no look shows."""
    ended: Mapping[Address, Activity] = field(default_factory=dict)
    """Of what was made while another create of it was unheard of: who has put that one away since the plan."""


@dataclass(frozen=True)
class Doubt:
    """Why an object stays PAUSED. `passing`: another look in some seconds may settle it."""

    reason: str
    passing: bool = False


def judge(change: Change, sight: Sight) -> Permit | Doubt:
    """The permit to turn the change's object on, or the first doubt."""
    for check in CHECKS:
        for doubt in check(change, sight):
            return doubt
    return Permit(sight.ids[change.address], sight.local)


def stops_wrongly(
    change: Change, resource: Resource | None, local: datetime, server: datetime | None, zone: tzinfo
) -> Doubt | None:
    """A clock that is wrong must not stop what is to run on. Without a date a stop goes through: it costs less."""
    if resource is None or not resource.schedule.timed or server is None:
        return None
    apart = clocks_apart(local, server, zone)
    if apart:
        return Doubt(f"{apart}{SET_IT_RIGHT}")
    if change.due is not None and server < change.due:
        due, there = format_time(change.due, zone), format_time(server, zone)
        return Doubt(f"its end, {due}, has not come by Meta's clock: {there}")
    return None


HERE = "this computer's clock says "


def tells_clocks(text: str) -> bool:
    """Whether it is what `clocks_apart` says. Of several accounts each was read at a second of its own, so that the
    same difference is told in other words."""
    return text.startswith(HERE)


def clocks_apart(local: datetime, server: datetime | None, zone: tzinfo) -> str:
    """What to say where this computer's clock and Meta's are too far apart; "" where they are not."""
    if server is None or abs(server - local) <= SKEW:
        return ""
    return f"{HERE}{format_time(local, zone)}, Meta's {format_time(server, zone)}"


def _clocks(change: Change, sight: Sight) -> Iterator[Doubt]:
    if sight.server is None:
        yield Doubt("Meta's reply has no date, so that nothing confirms this computer's clock", passing=True)
    elif apart := clocks_apart(sight.local, sight.server, sight.zone):
        yield Doubt(f"{apart}{SET_IT_RIGHT}")


def _time(change: Change, sight: Sight) -> Iterator[Doubt]:
    """Both clocks: the earlier one decides on a start, the later one on an end."""
    schedule = sight.resources[change.address].schedule
    moments = [sight.local, sight.server or sight.local]
    if change.due is not None and min(moments) < change.due:
        yield Doubt(f"its time, {format_time(change.due, sight.zone)}, has not come by both clocks")
    root = sight.seen.objects.get(change.address.root)
    waits = schedule.active_before and schedule.activate_at is not None and min(moments) < schedule.activate_at
    if waits and root is not None and root.status == ACTIVE:
        yield Doubt(f"its campaign is on before its time, {schedule.activate_at}: it would deliver at once")
    end = schedule.ends_at if schedule.timed else None
    if end is not None and max(moments) >= end:
        yield Doubt(f"its end, {format_time(end, sight.zone)}, has passed")


def _there(change: Change, sight: Sight) -> Iterator[Doubt]:
    address = change.address
    live = sight.seen.objects.get(address)
    if live is None or address in sight.seen.unlisted:
        yield Doubt("Meta's listings do not show it yet: run again in a minute", passing=True)
    elif live.id != sight.ids.get(address):
        yield Doubt(f"object {live.id} has taken the place of {sight.ids.get(address)}: run again")
    elif address in sight.seen.disowned | sight.seen.unlabelled_yet:
        yield Doubt("it has lost its label, so it is not ours any more")
    elif address in sight.seen.label_awaited:
        yield Doubt("it was just made, and Meta does not show its label yet: run again in some minutes", passing=True)
    elif live.gone or live.status == ARCHIVED:
        yield Doubt(f"it was {live.status.lower()} by somebody")


def _has_ads(change: Change, sight: Sight) -> Iterator[Doubt]:
    """A campaign without any of its ads delivers nothing, and would be told as launched: another's empty twin, or what
    is left where somebody has deleted the rest."""
    inside = [at for at in sight.resources if at != change.address and at.within(change.address)]
    ads = [at for at in inside if KINDS[at.kind].content and sight.resources[at].status != ARCHIVED]
    there = (sight.seen.objects.get(at) for at in ads)
    if ads and not any(live is not None and not live.gone and live.status != ARCHIVED for live in there):
        yield Doubt("none of its ads is there: reconciler plan says why, and reconciler apply makes those never made")


def _untouched(change: Change, sight: Sight) -> Iterator[Doubt]:
    live = sight.seen.objects[change.address]
    if live.id in sight.restless and live.status != ACTIVE:
        yield Doubt(f"its status was changed after the plan was made, and is {live.status}: plan again")


def _alone(change: Change, sight: Sight) -> Iterator[Doubt]:
    """An older object with its label keeps it off; a younger one stays off for good, unless it is on. In it, only twins
    count: what a person has copied there, under another name, is to run beside it. What stands in something else was
    duplicated to run there. What the log alone knows may be a create of ours that came late."""
    live = sight.seen.objects[change.address]
    if (end := sight.ended.get(change.address)) and live.created_time and end.at <= live.created_time:
        yield Doubt(f"{change.kind} {end.object_id}, which it had before, {said_end(end, sight.zone)}: plan again")
    if KINDS[change.kind].launches and sight.resources[change.address].name in sight.started:
        yield Doubt("somebody has turned on one of its name, which no list shows yet: run again", passing=True)
    for address, copy in sight.seen.copies:
        original = sight.seen.objects.get(address)
        if original is None or copy.parent_id != original.parent_id:
            continue
        if address == change.address:
            doubtful = copy.status == ACTIVE or _older(copy, live)
        else:
            inside = address.within(change.address) and copy.status == ACTIVE
            doubtful = inside and copy.is_twin_of(original)
        if doubtful:
            yield Doubt(
                f"{copy.kind} {copy.id} carries the label of {address} too, and is {copy.status}\n"
                "  mend: run again; if it stays so, archive the one that is too many in Ads Manager"
            )


def _older(one: Object, other: Object) -> bool:
    if one.created_time is None or other.created_time is None:
        return True
    return (one.created_time, one.id) < (other.created_time, other.id)


def _on_with(change: Change, sight: Sight) -> list[Address]:
    """It, and all in it that is on already."""
    return [
        address
        for address, live in sorted(sight.seen.objects.items())
        if address.within(change.address) and (address == change.address or live.status == ACTIVE)
    ]


def _usable(change: Change, sight: Sight) -> Iterator[Doubt]:
    for address in _on_with(change, sight):
        resource, live = sight.resources.get(address), sight.seen.objects[address]
        kind = KINDS[address.kind]
        referred = kind.references(live.fields) | (kind.references(resource.fields) if resource else frozenset())
        for to in sorted(referred & set(sight.unusable)):
            of = "it" if address == change.address else str(address)
            yield Doubt(f"{of} refers to {to}, {sight.unusable[to]}")


def _as_declared(change: Change, sight: Sight) -> Iterator[Doubt]:
    for address in _on_with(change, sight):
        yield from _not_as_declared(address, sight)


def _starts_above(change: Change, sight: Sight) -> Iterator[Doubt]:
    """What is on already above it and delivers nothing yet, its launch starts: with the budget that is live there."""
    for above in change.address.ancestors:
        live = sight.seen.objects.get(above)
        if live is not None and live.status == ACTIVE:
            doubt = next(_not_as_declared(above, sight), None)
            if doubt and not delivers(change.address.root, sight.seen, sight.local, beside=change.address):
                yield doubt


def _not_as_declared(address: Address, sight: Sight) -> Iterator[Doubt]:
    resource, live = sight.resources.get(address), sight.seen.objects[address]
    record = sight.records.get(address)
    for name, gap in _differing(resource, record, live, sight.seen) if resource else ():
        yield Doubt(
            f"{gap.path} of {address} is not as declared: {_said(name, gap.live, sight, gap.path)} is live, "
            f"{_said(name, gap.declared, sight, gap.path)} is declared\n  mend: {_mend(name, gap, record)}"
        )
    for name in _beside(resource, record, live, sight.seen) if resource else ():
        yield Doubt(
            f"{name} {_said(name, live.fields[name], sight, name)} of {address} is live and not declared\n"
            f"  mend: {going_on(address, name, undoing(address))}"
        )


def _beside(resource: Resource, record: Record | None, live: Object, seen: Observed) -> list[str]:
    """What an ad shows and no word says. What it had when it was imported goes on."""
    if record is not None and live.creative_id == record.creative_id:
        live = replace(live, is_read_whole=False)
    found = put_beside(live, record, seen, resource.fields, record.applied if record else {})
    return [name for name in found if name not in resource.lifecycle.ignore]


UNSENT = "and the later one is not sent yet: run reconciler apply"
UNKNOWN_END = "and state/ does not know that it was ours: remove it in Ads Manager, or write a later deactivate_at"


def _has_later_end(change: Change, sight: Sight) -> Iterator[Doubt]:
    """On in vain until that goes out, it would be started by it."""
    resource, live = sight.resources[change.address], sight.seen.objects[change.address]
    end = ended_at(live, sight.local)
    if end is not None and "end_time" in resource.fields and "end_time" not in resource.lifecycle.ignore:
        later = resource.fields["end_time"] is not None
        yield Doubt(f"its end at Meta, {format_time(end, sight.zone)}, has passed, {UNSENT if later else UNKNOWN_END}")


CHANGED = "write the live value into the YAML, or apply with --revert-drift"
ADDED = "write it into the YAML, or apply with --accept-live to let it stand, or with --revert-drift to remove it"


DROPPED = "Meta has taken it and not kept it: take it out of the YAML, or write what Meta keeps"


def _mend(name: str, gap: Gap, record: Record | None) -> str:
    if record is not None and name in (record.dropped or {}):
        return DROPPED
    return ADDED if gap.added else CHANGED


def _differing(resource: Resource, record: Record | None, live: Object, seen: Observed) -> Iterator[tuple[str, Gap]]:
    """A change of the YAML that nobody has applied yet is no doubt, unless more would be spent than it says."""
    applied = record.applied if record is not None and record.id == live.id else {}
    for name, declared in resource.fields.items():
        if (declared is None and name not in TOLD) or name in UNJUDGED or name in resource.lifecycle.ignore:
            continue
        may = standing(record, live, name, seen)
        gaps = differing(resource.kind, name, declared, live, may)
        waiting = name in applied and reads_as(resource.kind, name, applied[name], live, may)
        if record is not None and equal(KINDS[resource.kind].marker(name), declared, (record.dropped or {}).get(name)):
            waiting = False
        if gaps and (not waiting or (name in BUDGETS and live.fields.get(name, 0) > declared)):
            yield from ((name, gap) for gap in gaps)


def _said(name: str, value: object, sight: Sight, path: str) -> str:
    return said(name, value, sight.seen.facts.currency, sight.zone, path)


Check = Callable[[Change, Sight], Iterator[Doubt]]
CHECKS: tuple[Check, ...] = (
    _clocks,
    _time,
    _there,
    _has_ads,
    _untouched,
    _alone,
    _usable,
    _as_declared,
    _starts_above,
    _has_later_end,
)
"""In this order: the later ones rely on the object being there."""
