"""Checks after a run without faults: is everything at Meta as declared (I5), and is every object known (I4)?"""

from __future__ import annotations

from collections.abc import Iterator

from simulation.oracle import GONE, Oracle, Snapshot, address_root
from simulation.stack import ACTIVE, PAUSED, DeclaredObject


def differences(oracle: Oracle, excused: set[str]) -> Iterator[str]:
    """In words, each difference between the YAML and what is live, except in the campaigns whose addresses are in
    `excused`."""
    now = oracle.sandbox.clock.now()
    for want in oracle.declared.values():
        if address_root(want.address) not in excused:
            yield from _differences(oracle, want, want.campaign.declared_status(now))
    for one in oracle.delivering():
        for address in one.addresses - set(oracle.declared):
            if address_root(address) not in excused and one.id not in oracle.made_by_people:
                yield f"{address} is not declared any more, and {one.id} delivers"


def _differences(oracle: Oracle, want: DeclaredObject, status: str) -> Iterator[str]:
    found = [
        o
        for o in oracle.objects.values()
        if want.address in o.addresses and o.status not in GONE and o.id not in oracle.made_by_people
    ]
    running = [o for o in found if oracle.runs(o)]
    if not found:
        yield f"{want.address} does not exist"
    elif status == ACTIVE and len(running) != 1:
        output = [(one.id, one.status) for one in found]
        yield f"{want.address} should deliver, {len(running)} of {len(found)} do: {output}"
    elif status == PAUSED and running:
        yield f"{want.address} delivers, and should not"
    for one in running if status == ACTIVE else ():
        if (one.budget, one.values[2]) != (want.budget, want.name):
            yield f"{want.address} has {one.values[1:]}, declared are {(want.budget, want.name)}"


def unaccounted(oracle: Oracle, remembered: str, output: str, pending: set[str]) -> Iterator[str]:
    """In words, each object with the label of a declared address whose id is neither in `remembered`, which is all of
    state/, nor in `output`. `pending` are addresses with a create that has no answer yet: they may have an unknown
    object."""
    for one in oracle.objects.values():
        ours = one.addresses & set(oracle.declared)
        accounted = _accounted(oracle, one, remembered, output)
        if ours and one.status != "DELETED" and not ours <= pending and not accounted:
            yield f"{one.kind} {one.id} of {sorted(ours)} ({one.status}) is neither in state/ nor told"


def _accounted(oracle: Oracle, one: Snapshot, remembered: str, output: str) -> bool:
    """Also true of what is below a person's copy, or below an object that is gone or was reported: that one accounts
    for it."""
    if (
        one.id in remembered
        or one.id in output
        or one.id in oracle.made_by_people
        or one.status == "ARCHIVED"
        or not oracle.parents_are_labelled(one)
    ):
        return True
    parent = oracle.objects.get(one.parent)
    while parent is not None:
        if (
            (parent.id in output and parent.id not in remembered)
            or parent.status in GONE
            or parent.id in oracle.made_by_people
        ):
            return True
        parent = oracle.objects.get(parent.parent)
    return False
