"""A plan cut down to the addresses that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from reconciler.engine.difference import Difference
from reconciler.engine.immutable import LEAVING, Retiring, moving, stays_in_use
from reconciler.engine.plan import MAKING
from reconciler.engine.policy import stops_every_launch
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.errors import UsageError
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.resource import Resource

Targets = tuple[Address, ...]


MOST = 5
"""Addresses that are named where none is near."""


def check_targets(
    targets: Iterable[Address], account: str, resources: Mapping[Address, Resource], known: Collection[Address] = ()
) -> None:
    """Raises UsageError for one in this account that neither desired/ nor state/ knows."""
    for target in targets:
        if target.account == account and target not in resources and target not in known:
            raise UsageError(f"nothing has the address {target}{meant(target, resources, known)}")


def meant(target: Address, resources: Mapping[Address, Resource], known: Collection[Address] = ()) -> str:
    """What has it as its former address; what is near and of the same kind; else what there is of that."""
    renamed = next((at for at, resource in resources.items() if target in resource.aliases), None)
    if renamed is not None:
        return f"; it was renamed to {renamed}"
    known = {*resources, *known}
    alike = {one.key: one for one in sorted(known) if one.kind == target.kind and one.parent == target.parent}
    if not alike:
        alike = {one.key: one for one in sorted(known) if one.kind == target.kind}
    if near := get_close_matches(target.key, alike, n=1):
        return f"; did you mean {alike[near[0]]}?"
    there = [*map(str, alike.values())]
    more = f" and {len(there) - MOST} more" if len(there) > MOST else ""
    return f"; there are: {', '.join(there[:MOST])}{more}" if there else ""


def keep_targets(
    difference: Difference, targets: Targets, retiring: Retiring, resources: Mapping[Address, Resource]
) -> None:
    """Only what is asked for, the making of what it stands in and of what it refers to, and the references that move
    over to what is asked for and is made again."""
    if not targets:
        return
    kept = [change for change in difference.changes if _targeted(change, targets)]
    needed = _referred_to(kept, difference.changes)
    with_it = sorted({change.address for change in needed if not _within(change.address, targets)})
    covered = (*targets, *with_it)
    moved = list(_moving_to(difference, covered))
    judged = (*covered, *(change.address.root for change in moved))
    used = {to for at, one in resources.items() if _within(at, judged) for to in KINDS[at.kind].references(one.fields)}
    left = [c for c in difference.changes if c not in kept and c not in needed and _refers_to(c, covered, difference)]
    chosen = {id(change) for change in (*kept, *needed)}
    changes = [change for change in difference.changes if id(change) in chosen]
    difference.changes = [*_archived(changes, difference, retiring), *moved]
    difference.drift = [drift for drift in difference.drift if _within(drift.address, covered)]
    difference.conflicts = [drift for drift in difference.conflicts if _within(drift.address, covered)]
    difference.refusals = [refusal for refusal in difference.refusals if _concerns(refusal, (*judged, *used))]
    difference.notes += _told(targets, with_it, {change.address for change in left} - {c.address for c in moved})


def _told(targets: Targets, with_it: Iterable[Address], waiting: Iterable[Address]) -> Iterator[str]:
    referred = ", ".join(map(str, with_it))
    yield f"partial plan: only {', '.join(map(str, targets))}" + (
        f", and what that refers to: {referred}" * bool(referred)
    )
    for address in sorted(waiting):
        yield f"{address}: it refers to what is made anew, and moves over with an apply that is not partial"


def _within(address: Address, targets: Iterable[Address]) -> bool:
    return any(address.within(target) for target in targets)


def _concerns(refusal: Refusal, targets: Targets) -> bool:
    """What holds back all raises and launches of an account concerns all of it, wherever it stands."""
    wide = "/" not in refusal.address or stops_every_launch(refusal)
    return wide or _within(Address.parse(refusal.address), targets)


def _targeted(change: Change, targets: Targets) -> bool:
    return any(change.address.within(t) or (change.action in MAKING and t.within(change.address)) for t in targets)


def _referred_to(kept: Iterable[Change], changes: Sequence[Change]) -> list[Change]:
    """What has to be there before the changes that are kept, and before that what it refers to itself."""
    found, left = list[Change](), list(kept)
    while left:
        change = left.pop()
        for to in KINDS[change.kind].references(change.after):
            fresh = [c for c in changes if c.address == to and not c.removal and c.action not in LEAVING]
            fresh = [c for c in fresh if c not in found]
            found += fresh
            left += fresh
    return found


def _refers_to(change: Change, targets: Targets, difference: Difference) -> bool:
    """Whether it points to something that this plan makes."""
    made = {c.address for c in difference.changes if c.action in MAKING and KINDS[c.kind].stands_alone}
    return any(to in made and _within(to, targets) for to in KINDS[change.kind].references(change.after))


def _moving_to(difference: Difference, targets: Targets) -> Iterator[Change]:
    """Of what is not asked for, the references to what is: alone, where nothing of somebody's would go with them."""
    drifted = {(drift.address, drift.field) for drift in difference.drift}
    for change in difference.changes:
        names = difference.moves.get(change.address, set()) if change.action is Action.UPDATE else set()
        names = {name for name in names if (change.address, name) not in drifted}
        after = {name: change.after[name] for name in sorted(names)}
        if not _within(change.address, targets) and any(
            _within(to, targets) for to in KINDS[change.kind].references(after)
        ):
            yield replace(change, before={name: change.before.get(name) for name in after}, after=after)


def _archived(changes: Iterable[Change], difference: Difference, retiring: Retiring) -> Iterator[Change]:
    """What has been replaced stays in use while what uses it is not moved over."""
    changes = list(changes)
    rest = replace(retiring, moving=moving(changes))
    for change in changes:
        staying = rest.staying(change.id) if change.action is Action.ARCHIVE else []
        if staying:
            difference.notes.append(stays_in_use(change.address, change.id, staying))
        else:
            yield change
