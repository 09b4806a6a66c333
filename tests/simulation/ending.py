"""What is judged when a run has come to its end: whether Meta is as declared, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.oracle import GONE, Oracle, Seen, address_root
from simulation.stack import ACTIVE, PAUSED, Want


def as_declared(oracle: Oracle, excused: set[str]) -> Iterator[str]:
    """Where Meta is not what the YAML says, campaigns in `excused` left out."""
    now = oracle.sandbox.clock.now()
    for want in oracle.wants.values():
        if address_root(want.address) not in excused:
            yield from _differs(oracle, want, want.campaign.wanted(now))
    for one in oracle.delivering():
        for address in one.addresses - set(oracle.wants):
            if address_root(address) not in excused and one.id not in oracle.made_by_hand:
                yield f"{address} is not declared any more, and {one.id} delivers"


def _differs(oracle: Oracle, want: Want, status: str) -> Iterator[str]:
    found = [
        o
        for o in oracle.objects.values()
        if want.address in o.addresses and o.status not in GONE and o.id not in oracle.made_by_hand
    ]
    running = [o for o in found if oracle.runs(o)]
    if not found:
        yield f"{want.address} does not exist"
    elif status == ACTIVE and len(running) != 1:
        told = [(one.id, one.status) for one in found]
        yield f"{want.address} should deliver, {len(running)} of {len(found)} do: {told}"
    elif status == PAUSED and running:
        yield f"{want.address} delivers, and should not"
    for one in running if status == ACTIVE else ():
        if (one.budget, one.values[2]) != (want.budget, want.name):
            yield f"{want.address} has {one.values[1:]}, declared are {(want.budget, want.name)}"


def lost(oracle: Oracle, remembered: str, told: str, pending: set[str]) -> Iterator[str]:
    """What bears a label of a declared address and is neither in state/ nor told."""
    for one in oracle.objects.values():
        ours = one.addresses & set(oracle.wants)
        accounted = _accounted(oracle, one, remembered, told)
        if ours and one.status != "DELETED" and not ours <= pending and not accounted:
            yield f"{one.kind} {one.id} of {sorted(ours)} ({one.status}) is neither in state/ nor told"


def _accounted(oracle: Oracle, one: Seen, remembered: str, told: str) -> bool:
    """Below a copy, everything belongs to the copy."""
    if (
        one.id in remembered
        or one.id in told
        or one.id in oracle.made_by_hand
        or one.status == "ARCHIVED"
        or not oracle.rooted(one)
    ):
        return True
    parent = oracle.objects.get(one.parent)
    while parent is not None:
        if (
            (parent.id in told and parent.id not in remembered)
            or parent.status in GONE
            or parent.id in oracle.made_by_hand
        ):
            return True
        parent = oracle.objects.get(parent.parent)
    return False
