"""Launches to come that a refusal makes wait, though this plan has no change for them yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo

from reconciler.engine.lateness import declaring
from reconciler.engine.policy import PASSING, launch_waits, stops_every_launch, using
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Plan, Refusal
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.model.status import ACTIVE

MOST_TOLD = 5
ALL_OF = "launches and raises of "


def of_a_whole_account(note: str) -> bool:
    """Whether it tells that one refusal keeps everything of its account waiting, also what nobody would think of."""
    return note.startswith(ALL_OF)


Launches = Mapping[Address, datetime | None]
"""When each is due; None for what is to be on whatever the time."""


def waiting_note(
    plan: Plan, account: str, resources: Mapping[Address, Resource], objects: Mapping[Address, Object]
) -> str:
    """What of one account does not start at its time while the refusals of its plan stand; "" where nothing waits."""
    lasting = [refusal for refusal in plan.refusals if refusal.policy not in PASSING]
    if not lasting:
        return ""
    launches = _launches(plan, resources, objects)
    whole = next((r for r in lasting if r.lowers), None) or next(filter(stops_every_launch, lasting), None)
    held: Launches = launches
    if whole is not None:
        cause = _cause(whole)
    else:
        users = using(resources)
        ahead = {a: due for a, due in launches.items() if due is not None and due > plan.now}
        # What is not there yet is told as held back, as is what is due.
        held = {a: due for a, due in ahead.items() if a.root in objects and launch_waits(a.root, lasting, users)}
        cause = "their campaigns are refused, see below"
    if not held:
        return ""
    what = f"{ALL_OF}{account}" if whole is not None else f"launches of {account}"
    return f"{what} wait while {cause}, and do not count in the spend: {', '.join(_told(held, plan.zone))}"


def _cause(refusal: Refusal) -> str:
    if refusal.lowers:
        return f"a stop or decrease of {refusal.address} is held back ({refusal.policy})"
    return f"{refusal.address} is refused ({refusal.policy})"


def _launches(plan: Plan, resources: Mapping[Address, Resource], objects: Mapping[Address, Object]) -> Launches:
    """Those that this plan holds back, and those whose time has not come, each by the address that declares it."""
    found: dict[Address, datetime | None] = {}
    for change in (one.change for one in plan.held if one.change.action is Action.ACTIVATE):
        if change.address in resources:
            found[change.address] = change.due
    for address, resource in resources.items():
        due, live = resource.schedule.activate_at, objects.get(address)
        ahead = resource.schedule.timed and due is not None and due > plan.now
        if ahead and (live is None or live.status != ACTIVE) and "status" not in resource.lifecycle.ignore:
            found[address] = due
    return {a: due for a, due in found.items() if not any(above in found for above in _alike(a, resources))}


def _alike(address: Address, resources: Mapping[Address, Resource]) -> Iterator[Address]:
    """Those above it whose times it follows."""
    top = declaring(address, resources)
    yield from (above for above in address.ancestors if above.within(top))


def _told(launches: Launches, zone: tzinfo) -> Iterable[str]:
    """The next ones first."""
    inorder = sorted(launches, key=lambda address: (_moment(launches[address]), address))
    for address in inorder[:MOST_TOLD]:
        due = launches[address]
        yield f"{address} ({format_time(due, zone).rpartition(' ')[0] if due else 'now'})"
    if len(inorder) > MOST_TOLD:
        yield f"{len(inorder) - MOST_TOLD:,} more"


def _moment(due: datetime | None) -> float:
    return due.timestamp() if due else 0.0
