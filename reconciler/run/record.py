"""What state/ remembers of an account: brought up to date before anything is written, and by what is read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from reconciler.engine.activity import only_ours
from reconciler.engine.compare import baseline, reads_as
from reconciler.engine.in_flight import LOGGED, unconfirmed
from reconciler.engine.refresh import refreshed
from reconciler.engine.verify import check as check_read_back
from reconciler.kinds.structure import as_declared
from reconciler.meta.client import Reader
from reconciler.model.address import Address
from reconciler.model.plan import Action, Outcome
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.observe.objects import find_objects, with_log
from reconciler.run.prepare import Prepared
from reconciler.store.records import with_accepted, without

UNSEEN = frozenset({Action.ADOPT, Action.FORGET})
"""What changes nothing at Meta."""


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


def refresh_records(prepared: Prepared, observed: Observed) -> None:
    """Every record says what was applied and what is live."""
    drifted = prepared.drifted()
    fresh: dict[Address, Record] = {}
    for address, resource in prepared.ground.resources.items():
        live = observed.objects.get(address)
        if live is None or live.gone or address in observed.disowned or address in observed.unseen:
            continue
        if any(address.within(at) for at in prepared.difference.set_aside):
            continue
        record = prepared.session.store.get(address)
        applied, held = prepared.difference.applied.get(address), prepared.difference.held.get(address, "")
        names = drifted.get(address, frozenset())
        fresh[address] = refreshed(resource, record, live, names, prepared.ground.now, observed, applied, held)
    prepared.session.store.put_all(fresh)


def read_back(prepared: Prepared, reader: Reader, done: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes once all was looked at again: what Meta said it wrote may read otherwise."""
    done = list(done)
    observed = _as_it_is_now(prepared, reader, done)
    refresh_records(prepared, observed)
    checked = _checked(prepared, observed, done)
    for outcome in checked:
        if outcome.not_applied:
            _take_back(prepared, outcome, observed)
    return checked


def _as_it_is_now(prepared: Prepared, reader: Reader, done: list[Outcome]) -> Observed:
    """With the log of what was not taken."""
    if all(outcome.change.action in UNSEEN for outcome in done):
        return prepared.observed
    account, resources, store = prepared.account, prepared.ground.resources, prepared.session.store
    project = prepared.session.desired.project
    observed = find_objects(reader, account, project, resources, store.all(), prepared.observed)
    doubtful = [o for o in _checked(prepared, observed, done) if o.not_applied]
    ids = {observed.objects[o.change.address].id for o in doubtful}
    return with_log(reader, account, resources, store.all(), observed, ids)


def _checked(prepared: Prepared, observed: Observed, done: list[Outcome]) -> list[Outcome]:
    records, zone = prepared.session.store.all(), prepared.session.desired.zone
    return list(check_read_back(done, observed, records, prepared.account.currency, zone))


def _take_back(prepared: Prepared, outcome: Outcome, observed: Observed) -> None:
    """What Meta did not take was not applied: the next plan asks for it again instead of calling it drift. A value that
    was neither sent nor there before is somebody's, unless the log knows of nobody: then Meta has made it of what was
    sent. What spends is judged by the log alone: `engine/in_flight.py`."""
    address, live, ground = outcome.change.address, observed.objects[outcome.change.address], prepared.ground
    store = prepared.session.store
    record, former = store.get(address), prepared.records.get(address)
    if record is None:
        return
    untouched, made = _untouched_and_made(outcome, former, live, observed)
    left = without(record, former, untouched)
    sent = {name: outcome.change.after.get(name) for name in (*untouched, *made)}
    kept = {name: as_declared(sent[name], live.fields[name]) for name in made if name in live.fields}
    applied = {**left.applied, **kept}
    # What Meta has added to it is learnt too: what is mended later says just what Meta keeps.
    learnt, _ = baseline(ground.resources[address], left, applied, live, ground.now, observed)
    dropped = {**(left.dropped or {}), **sent} or None
    fresh = replace(left, applied=applied, dropped=dropped, baseline=learnt)
    store.put(address, unconfirmed(fresh, outcome.not_applied))


def _untouched_and_made(
    outcome: Outcome, former: Record | None, live: Object, observed: Observed
) -> tuple[list[str], list[str]]:
    """Of the fields that were not taken: those that read as before, and those that Meta has made of what was sent."""
    before = {**(former.applied if former else {}), **outcome.change.before}
    judged = [name for name in outcome.not_applied if name not in LOGGED and name != "status"]
    untouched = [name for name in judged if _as_before(name, before, live)]
    log, identity = observed.log_of(live.id), observed.identity
    made = [name for name in judged if name not in untouched and only_ours(log, identity, live.id, name)]
    return untouched, made


def _as_before(name: str, before: Mapping[str, Any], live: Object) -> bool:
    return live.fields.get(name) is None or (name in before and reads_as(live.kind, name, before[name], live))
