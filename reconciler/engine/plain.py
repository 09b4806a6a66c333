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

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.engine.compare import Verdict, judge
from reconciler.engine.difference import Difference
from reconciler.engine.immutable import Retiring, compare_immutable, compare_named, removed, steps, titled, told
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling, OnChange
from reconciler.kinds.field_types import free_key
from reconciler.kinds.said import phrase, undoing
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
            _disowned(found, address, resource, live, record, resources, revert=revert_drift)
        elif resource is None and record is not None:
            _remove(found, address, record, live, referring.get(address), retiring)
        elif resource is not None and resource.existing:
            compare_named(found, resource, live, record, retiring)
        elif resource is not None and KINDS[address.kind].handling is Handling.IMMUTABLE:
            known = record if record and record.knows else None
            compare_immutable(found, resource, live, known, retiring, revert=revert_drift)
        elif resource is not None:
            _compare(found, resource, live, record, resources, revert=revert_drift)
    return found


def _disowned(
    found: Difference,
    address: Address,
    resource: Resource | None,
    live: Object,
    record: Record | None,
    beside: Mapping[Address, Resource],
    *,
    revert: bool,
) -> None:
    """Somebody has taken our marker off. Where that can be written, it is put back on demand."""
    kind = KINDS[live.kind]
    field, writable = kind.marked, kind.handling is Handling.PLAIN
    if resource is None:
        told_of = ("no longer managed; it bears no marker of ours",)
        found.changes.append(Change(Action.FORGET, address, live.id, consequences=told_of, removal=True))
        return
    if revert and writable:
        before, after = {field: live.fields.get(field)}, {field: resource.fields.get(field)}
        marking = Change(Action.UPDATE, address, live.id, before, after, origin=resource.origin)
        own = Difference()
        _update(own, resource, live, record, beside, revert=True)
        for change in own.changes:
            marking = replace(change, before={**change.before, **before}, after={**change.after, **after})
        found.changes.append(replace(marking, consequences=(f"our marker is put back into its {field}",)))
        found.drift += own.drift
        found.refusals += own.refusals
        return
    message = f"{titled(live)} bears our marker no more, so it is not written to"
    if writable:
        mend = f"{undoing(address)} to put it back, or remove its file to let go of it"
    else:
        as_to = _another(resource, beside)
        mend = f"rename its file, as to {as_to}, and name that key in ads, so that another one is made"
    found.refusals.append(Refusal("ownership", str(address), message, resource.origin, mend))


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
    others = retiring.strangers(record.id) if record.on_remove is OnRemove.DELETE and not gone else []
    if others:
        message = f"its YAML is gone, but {told(others)} using it"
        mend = "take it out there, or bring its file back and write lifecycle: {on_remove: forget} in it"
        found.refusals.append(Refusal("referred", str(address), message, mend=mend))
        return
    action = Action.FORGET if gone else REMOVED.get(record.on_remove, Action.FORGET)
    found.changes.append(
        Change(action, address, record.id, consequences=CONSEQUENCES[action], removal=True, unlabels=not gone)
    )


def _compare(
    found: Difference,
    resource: Resource,
    live: Object | None,
    record: Record | None,
    beside: Mapping[Address, Resource],
    *,
    revert: bool,
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
    _update(found, resource, live, record if record and record.knows else None, beside, revert=revert)


def _update(
    found: Difference,
    resource: Resource,
    live: Object,
    record: Record | None,
    beside: Mapping[Address, Resource],
    *,
    revert: bool,
) -> None:
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
    fixed = _fixed(resource, live, record, after, beside)
    if fixed is not None:
        found.refusals.append(fixed)
    elif after:
        change = Change(Action.UPDATE, resource.address, live.id, before, after, origin=resource.origin_of(min(after)))
        found.changes.append(change)


def _conflict(resource: Resource, name: str) -> Refusal:
    word = next(iter(KINDS[resource.kind].words({name: resource.fields[name]})), name)
    message = f"{word} was changed on both sides ({resource.origin_of(name).line_text})"
    mend = f"write what is live there to keep that, or {undoing(resource.address)} to overwrite it"
    return Refusal("conflict", str(resource.address), message, resource.origin_of(name), mend)


def _fixed(
    resource: Resource,
    live: Object,
    record: Record | None,
    after: Mapping[str, Any],
    beside: Mapping[Address, Resource],
) -> Refusal | None:
    """What cannot be changed in place, in the words of YAML and at its place there."""
    kind, applied = KINDS[resource.kind], record.applied if record else {}
    fixed = {name: api for name, api in kind.fields.items() if api.on_change is not OnChange.UPDATE}
    left = {name for name in fixed if name not in resource.fields and applied.get(name) is not None}
    names = [name for name in fixed if name in after or (after and name in left)]
    if not names:
        return None
    was, wanted = (
        kind.words({n: v for n in fixed if (v := fields.get(n)) is not None})
        for fields in ({**applied, **{n: live.fields[n] for n in names if n in live.fields}}, resource.fields)
    )
    path, old, new = next(iter(steps(was, wanted)), (names[0], None, None))
    reason, origin = fixed[names[0]].reason, resource.origin_of(path)
    step = f"{path} {phrase(old)} → {phrase(new)} {fixed[names[0]].on_change.value}"
    again = f"write {phrase(old)} here again" if old is not None else "take it out here"
    another = f"give what it is to be now a file of its own, {_another(resource, beside)}, and its key to what uses it"
    mend = f"{again}, and {another}"
    return Refusal("immutable", str(resource.address), f"{step}: {reason} ({origin.line_text})", origin, mend)


def _another(resource: Resource, beside: Mapping[Address, Resource]) -> str:
    """A file beside its own that is not there yet: `like-2.yaml`."""
    folder, _, name = resource.origin.file.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    key = free_key(stem, {stem, *(address.key for address in beside if address.kind == resource.kind)})
    return f"{folder}/{key}{dot}{ending}"


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
