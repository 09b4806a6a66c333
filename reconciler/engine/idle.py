"""Launches after which nothing is delivered, since every ad of the campaign is off. Pure.

The campaign is turned on all the same: its status is declared, and so is that of an ad, or it is a person's choice. But
nobody is told that it spends. Nor of one that starts later, with all its ads off then: declared so, held, or left to
somebody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cache

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Change
from reconciler.model.remote import Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE, PAUSED

SPENDS_NOW = "spends now"
DELIVERS_NOTHING = "delivers nothing"

MOST_NAMED = 5

MAKING = frozenset({Action.CREATE, Action.REPLACE})


def says_idle(consequence: str) -> bool:
    return consequence.startswith(DELIVERS_NOTHING)


def is_idle(change: Change) -> bool:
    """Whether it turns on a campaign in which no ad can run."""
    return any(map(says_idle, change.consequences))


def told_idle(
    changes: Sequence[Change],
    resources: Mapping[Address, Resource],
    observed: Observed,
    now: datetime,
    held: Collection[Address] = (),
) -> Iterator[Change]:
    """The changes, each launch with what comes of it as all of them leave the campaign; of what is made for a start to
    come, with what comes of that. `held`: what the clock does not turn on."""
    after = cache(lambda: _statuses(changes, observed))
    then = cache(lambda: _by_root(_statuses_then(after(), resources, held)))
    for change in changes:
        if not KINDS[change.kind].launches:
            yield change
        elif change.action is Action.ACTIVATE and (off := _off_in(change.address, after(), observed)):
            told = () if _start_later(change.address, resources, now) else (_said(off),)
            others = tuple(one for one in change.consequences if one != SPENDS_NOW)
            yield replace(change, consequences=(*told, *others))
        elif _is_made_for_later(change) and (off := _off_in(change.address, then()[change.address], observed)):
            yield replace(change, consequences=(*change.consequences, _said(off)))
        else:
            yield change


def _is_made_for_later(change: Change) -> bool:
    return change.action in MAKING and change.due is not None


def idle_starts(
    changes: Sequence[Change],
    resources: Mapping[Address, Resource],
    observed: Observed,
    now: datetime,
    held: Collection[Address],
    zone: tzinfo,
) -> Iterator[str]:
    """The notes on campaigns that are there, start later, and deliver nothing then."""
    objects, made = observed.objects, {change.address for change in changes if change.action in MAKING}
    coming = [
        at
        for at, live in objects.items()
        if KINDS[at.kind].launches and at in resources and at not in {*made, *held} and not live.gone
        if live.status == PAUSED and "status" not in resources[at].lifecycle.ignore
        if (start := _start_to_come(resources[at], now)) is not None
    ]
    then = _by_root(_statuses_then(_statuses(changes, observed), resources, held)) if coming else {}
    for at in sorted(coming):
        start = _start_to_come(resources[at], now)
        if start is not None and (off := _off_in(at, then[at], observed)):
            yield f"{at} starts {format_time(start, zone)} and {_said(off)}"


def _start_to_come(resource: Resource, now: datetime) -> datetime | None:
    start = resource.schedule.activate_at if resource.schedule.timed else None
    return start if start is not None and start > now else None


def _statuses(changes: Iterable[Change], observed: Observed) -> dict[Address, str]:
    """What is on and off once the changes are carried out. Only what delivers has one."""
    found = {at: live.status for at, live in observed.objects.items() if not live.gone}
    for change in changes:
        if change.action in MAKING:
            found[change.address] = PAUSED
        elif change.action is Action.DELETE:
            found.pop(change.address, None)
        else:
            found[change.address] = str(change.after.get("status", found.get(change.address, PAUSED)))
    return found


def _statuses_then(
    after: Mapping[Address, str], resources: Mapping[Address, Resource], held: Collection[Address]
) -> dict[Address, str]:
    """What may be on once all declared starts have come."""
    starting = {
        at
        for at, resource in resources.items()
        if at in after and at not in held and resource.schedule.starts and "status" not in resource.lifecycle.ignore
    }
    fixed = {at: status for at in after if (one := resources.get(at)) and (status := one.schedule.status)}
    return {**after, **fixed, **dict.fromkeys(starting, ACTIVE)}


def _by_root(statuses: Mapping[Address, str]) -> dict[Address, dict[Address, str]]:
    found: dict[Address, dict[Address, str]] = {}
    for at, status in statuses.items():
        found.setdefault(at.root, {})[at] = status
    return found


def _off_in(root: Address, statuses: Mapping[Address, str], observed: Observed) -> list[Address]:
    """What keeps each ad of a campaign from running; empty where one can run, and where there is none."""
    inside = sorted(at for at in statuses if at != root and at.within(root))
    ads = [at for at in inside if KINDS[at.kind].content]
    off = [next((at for at in (*ad.ancestors, ad) if at in inside and statuses[at] != ACTIVE), None) for ad in ads]
    if None in off or _another_runs(root, statuses, observed):
        return []
    return list(dict.fromkeys(at for at in off if at is not None))


def _another_runs(root: Address, statuses: Mapping[Address, str], observed: Observed) -> bool:
    """Whether an ad that is not ours, or has no YAML, runs there."""
    others = [live for live in (*observed.unmanaged, *observed.beside) if live.status == ACTIVE and not live.gone]
    objects = observed.objects.items() if others else ()
    on = {live.id for at, live in objects if at.within(root) and (at == root or statuses.get(at) == ACTIVE)}
    on |= {live.id for live in others if live.parent_id in on}
    return any(KINDS[live.kind].content and live.parent_id in on for live in others)


def _start_later(root: Address, resources: Mapping[Address, Resource], now: datetime) -> bool:
    """Whether the clock turns something in it on later: then nothing is delivered until that alone."""
    inside = (resource.schedule for at, resource in resources.items() if at != root and at.within(root))
    return any(one.timed and one.activate_at is not None and one.activate_at > now for one in inside)


def _said(off: Sequence[Address]) -> str:
    names = ["/".join(at.steps[2:]) for at in off[:MOST_NAMED]]
    more = f" and {len(off) - MOST_NAMED:,} more" if len(off) > MOST_NAMED else ""
    return f"{DELIVERS_NOTHING}, since every ad in it is off: {', '.join(names)}{more}"
