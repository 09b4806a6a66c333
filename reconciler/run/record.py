"""What state/ remembers of an account: brought up to date before anything is written, and by what is read back."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.engine.refresh import refreshed
from reconciler.engine.verify import check as check_read_back
from reconciler.kinds import KINDS
from reconciler.meta.client import Reader
from reconciler.model.address import Address
from reconciler.model.plan import Action, Outcome
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.observe.objects import find_objects, with_log
from reconciler.observe.part import find_part
from reconciler.run.prepare import Prepared
from reconciler.store.records import with_accepted

UNSEEN = frozenset({Action.ADOPT, Action.FORGET})
"""What changes nothing at Meta."""
STAYING = frozenset({Action.ACTIVATE, Action.PAUSE, Action.UPDATE, Action.CREATE})
"""What leaves an object at its address."""


# ---- before anything is written


def bring_up_records(prepared: Prepared) -> None:
    """Renamed addresses, and records that are older than our last run."""
    store = prepared.session.store
    for new, old in prepared.moves.items():
        store.move(old, new)
    store.put_all(prepared.difference.outdated)


def accept(prepared: Prepared) -> None:
    """What the plan has told as accepted is remembered, with the values that it told."""
    store = prepared.session.store
    accepted = [drift for drift in prepared.plan.drift if drift.accepted]
    for address in {drift.address for drift in accepted}:
        record = store.get(address)
        if record is not None and record.id == prepared.observed.objects[address].id:
            store.put(address, with_accepted(record, [d for d in accepted if d.address == address]))


# ---- by what is live


def refresh_records(prepared: Prepared, observed: Observed, done: Iterable[Outcome] = ()) -> None:
    """Every record says what was applied and what is live. `done`, what this run has sent, is judged by this look."""
    sent = _confirmed(done)
    drifted = prepared.drifted()
    fresh: dict[Address, Record] = {}
    for address, resource in prepared.ground.resources.items():
        live = observed.objects.get(address)
        if live is None or live.gone or address in observed.disowned or address in observed.unseen:
            continue
        if any(address.within(at) for at in prepared.difference.set_aside):
            continue
        if prepared.roots is not None and address.root not in prepared.roots:
            # Nobody has looked at it.
            continue
        record = prepared.session.store.get(address)
        applied, held = prepared.difference.applied.get(address), prepared.difference.held.get(address, "")
        names = drifted.get(address, frozenset())
        if record is None and "status" not in sent.get(address, ()) and _was_as_declared(prepared, resource, live):
            # Somebody has set it since the plan: taken for our own, it would be a change to undo.
            names |= {"status"}
        fresh[address] = refreshed(
            resource, record, live, names, prepared.ground.now, observed, applied, held, sent.get(address, ())
        )
    # Nothing is changed after it: what goes into the files at once need not go into a journal before.
    prepared.session.store.checkpoint(fresh)


def _was_as_declared(prepared: Prepared, resource: Resource, live: Object) -> bool:
    """Whether the plan has seen the declared status where another one reads now."""
    planned = prepared.observed.objects.get(resource.address)
    return planned is not None and planned.id == live.id and planned.status == resource.status != live.status


def read_back(prepared: Prepared, reader: Reader, done: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes once all was looked at again: what Meta said it wrote may read otherwise."""
    done = list(done)
    timed = prepared.session.timed
    with timed("verify"):
        observed, outcomes = _as_it_is_now(prepared, reader, done)
    with timed("record"):
        refresh_records(prepared, observed, done)
    if not any(outcome.not_applied for outcome in outcomes):
        return outcomes
    # By the log, and by what it has shown to be Meta's own.
    with timed("verify"):
        return _checked(prepared, observed, done)


def _confirmed(done: Iterable[Outcome]) -> dict[Address, set[str]]:
    """By address the fields that Meta has confirmed."""
    found: dict[Address, set[str]] = {}
    for outcome in done:
        if not outcome.error and outcome.change.action not in UNSEEN:
            found.setdefault(outcome.change.address, set()).update(outcome.change.after)
    return found


def _as_it_is_now(prepared: Prepared, reader: Reader, done: list[Outcome]) -> tuple[Observed, list[Outcome]]:
    """With the log of what was not taken; and the outcomes without it."""
    if all(outcome.change.action in UNSEEN for outcome in done):
        return prepared.observed, done
    account, resources, store = prepared.account, prepared.ground.resources, prepared.session.store
    observed = _seen_again(prepared, reader, done)
    outcomes = _checked(prepared, observed, done)
    ids = {observed.objects[one.change.address].id for one in outcomes if one.not_applied}
    return with_log(reader, account, resources, store.all(), observed, ids), outcomes


def _seen_again(prepared: Prepared, reader: Reader, done: Iterable[Outcome]) -> Observed:
    """What was written to, and its campaigns with it; the whole account where objects may have come or gone."""
    account, resources, store = prepared.account, prepared.ground.resources, prepared.session.store
    project, known = prepared.session.desired.project, prepared.observed
    delivered = [o for o in done if o.change.action not in UNSEEN and not KINDS[o.change.kind].stands_alone]
    if not all(o.change.action in STAYING for o in delivered):
        return find_objects(reader, account, project, resources, store.all(), known)
    roots = {outcome.change.address.root for outcome in delivered}
    return find_part(reader, account, project, resources, store.all(), known, roots, listed=False)


def _checked(prepared: Prepared, observed: Observed, done: list[Outcome]) -> list[Outcome]:
    records, zone = prepared.session.store.all(), prepared.session.desired.zone
    return list(check_read_back(done, observed, records, prepared.account.currency, zone))
