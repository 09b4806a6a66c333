"""Desired, recorded and live of kinds that stand alone: no clock, no gate. Pure. Those that never change are compared
by `engine/immutable.py`, the others here:

| record | live | desired as recorded | live as recorded | what comes of it |
|---|---|---|---|---|
| none | none | | | create |
| none | there | | | adopt; what differs is drift |
| there | there | yes | yes | nothing |
| there | there | no | yes | update, or refused where Meta fixes the field |
| there | there | yes | no | drift; `--revert-drift` writes it again |
| there | there | no | no | conflict |
| there | deleted | | | drift; `--revert-drift` makes it again |

What is no longer declared is let go or deleted, and neither while something declared refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.engine.compare import Verdict, judge
from reconciler.engine.diff import Difference
from reconciler.engine.immutable import Retiring, compare_immutable, removed
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling, OnChange
from reconciler.kinds.said import undoing
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object
from reconciler.model.resource import OnRemove, Resource

REMOVED = {OnRemove.FORGET: Action.FORGET, OnRemove.DELETE: Action.DELETE}
CONSEQUENCES = {
    Action.FORGET: ("no longer managed; it stays as it is",),
    Action.DELETE: ("its YAML is gone", "cannot be undone"),
}


def compare_plain(
    resources: Mapping[Address, Resource],
    objects: Mapping[Address, Object],
    disowned: frozenset[Address],
    records: Mapping[Address, Record],
    referring: Mapping[Address, Address],
    retiring: Retiring,
    *,
    revert_drift: bool = False,
) -> Difference:
    """Of one account. `referring`: by address, something declared that refers to it."""
    found = Difference()
    for address in sorted({*resources, *records}):
        resource, live, record = resources.get(address), objects.get(address), records.get(address)
        if address in disowned and live is not None:
            found.refusals.append(_disowned(address, live))
        elif resource is None and record is not None:
            _remove(found, address, record, live, referring.get(address), retiring)
        elif resource is not None and KINDS[address.kind].handling is Handling.IMMUTABLE:
            known = record if record and record.knows else None
            compare_immutable(found, resource, live, known, retiring, revert=revert_drift)
        elif resource is not None:
            _compare(found, resource, live, record, revert=revert_drift)
    return found


def _disowned(address: Address, live: Object) -> Refusal:
    said = f"{KINDS[live.kind].title} {live.id} bears our marker no more, so it is not written to"
    field = KINDS[live.kind].marked
    return Refusal("ownership", str(address), f"{said}; put the marker back into its {field}, or let go of it")


def _remove(
    found: Difference,
    address: Address,
    record: Record,
    live: Object | None,
    by: Address | None,
    retiring: Retiring,
) -> None:
    if by is not None:
        message, mend = f"its YAML is gone, but {by} refers to it", "bring it back, or change what refers to it"
        found.refusals.append(Refusal("referred", str(address), message, mend=mend))
        return
    if KINDS[address.kind].handling is Handling.IMMUTABLE:
        removed(found, address, record, live, retiring)
        return
    gone = live is None or live.gone
    action = Action.FORGET if gone else REMOVED.get(record.on_remove, Action.FORGET)
    found.changes.append(
        Change(action, address, record.id, consequences=CONSEQUENCES[action], removal=True, unlabels=not gone)
    )


def _compare(
    found: Difference, resource: Resource, live: Object | None, record: Record | None, *, revert: bool
) -> None:
    address = resource.address
    if live is not None and live.gone:
        drift = Drift(address, "status", "ACTIVE", "DELETED", live.id, reverted=revert, origin=resource.origin)
        found.drift.append(drift)
        if not revert:
            return
    if live is None or live.gone:
        after = {name: value for name, value in resource.fields.items() if value is not None}
        found.changes.append(Change(Action.CREATE, address, after=after, origin=resource.origin))
        return
    if record is None or not record.knows:
        found.changes.append(Change(Action.ADOPT, address, live.id, consequences=("found by its marker",)))
    _update(found, resource, live, record if record and record.knows else None, revert=revert)


def _update(found: Difference, resource: Resource, live: Object, record: Record | None, *, revert: bool) -> None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, desired in resource.fields.items():
        verdict = judge(resource.kind, name, desired, record, live).verdict
        drifted = verdict in (Verdict.DRIFT, Verdict.CONFLICT)
        if drifted:
            was = record.applied.get(name) if record else desired
            origin = resource.origin_of(name)
            found.drift.append(
                Drift(resource.address, name, was, live.fields.get(name), live.id, reverted=revert, origin=origin)
            )
        if verdict is Verdict.CONFLICT and not revert:
            found.refusals.append(_conflict(resource, name))
        elif verdict is Verdict.CHANGE or (drifted and revert):
            before[name], after[name] = live.fields.get(name), desired
    fixed = list(_fixed(resource, after))
    if fixed:
        found.refusals += fixed
    elif after:
        change = Change(Action.UPDATE, resource.address, live.id, before, after, origin=resource.origin_of(min(after)))
        found.changes.append(change)


def _conflict(resource: Resource, name: str) -> Refusal:
    message = f"{name} was changed on both sides"
    mend = f"write what is live there to keep that, or {undoing(resource.address)} to overwrite it"
    return Refusal("conflict", str(resource.address), message, resource.origin_of(name), mend)


def _fixed(resource: Resource, after: Mapping[str, Any]) -> Iterator[Refusal]:
    kind = KINDS[resource.kind]
    for name in after:
        if (api := kind.fields[name]).on_change is not OnChange.UPDATE:
            message = f"{name} {api.on_change.value}: {api.reason}"
            yield Refusal("immutable", str(resource.address), message, resource.origin_of(name))


def applied_now(resource: Resource, live: Object, record: Record | None, drifted: frozenset[str]) -> Record:
    """What is remembered after a look: what was declared, and of what drifted what was applied before it did. Where no
    record says that, it is what is declared, so that the drift stays one."""
    before = record or Record(kind=resource.kind)
    kept = {name: before.applied[name] for name in drifted if name in before.applied}
    applied = {name: value for name, value in {**resource.fields, **kept}.items() if value is not None}
    references = tuple(sorted(str(at) for at in KINDS[resource.kind].references(resource.fields)))
    return replace(
        before, id=live.id, applied=applied, live=dict(live.fields), on_remove=resource.lifecycle.on_remove,
        references=references, pending="", removed=False,
    )  # fmt: skip
