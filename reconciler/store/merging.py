"""Two histories of one account's records made one, record by record. Pure.

Where one side alone has changed a record, that side has it. Where both have, the later one has it, and keeps of the
other what must not be forgotten: an id, what is in flight, the receipts of launches and of what was reverted, a hold.
`base` is what both began with; without it all is a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.record_codec import record_json
from reconciler.model.values import canonical_json
from reconciler.store.runs import Run

NOTHING = Record(kind="")
LONG_AGO = datetime.min.replace(tzinfo=UTC)

Rows = Mapping[Address, Record]
Entries = Mapping[str, Any] | None


def merged(base: Rows, ours: Rows, theirs: Rows) -> dict[Address, Record]:
    """Does not depend on which side is called ours, and merging again what was merged changes nothing."""
    found = {at: merged_record(base.get(at), ours.get(at), theirs.get(at)) for at in {*ours, *theirs}}
    return {at: record for at, record in found.items() if record is not None}


def merged_record(base: Record | None, ours: Record | None, theirs: Record | None) -> Record | None:
    """None where it was removed. A record that one side has removed and the other has changed stays: an id too many
    costs a look, one too few an object that nobody remembers."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if ours is None or theirs is None:
        return ours or theirs
    first, second = sorted((ours, theirs), key=_standing, reverse=True)
    if _comes_after(second, first):
        first, second = second, first
    return _with_what_counts(first, second, base or NOTHING)


def merged_run(ours: Run | None, theirs: Run | None) -> Run | None:
    """Of two that tell the same but for when they looked the later one, and of which one has found something unusual
    that one; of two that do not agree none, so that the next one looks at everything."""
    if ours is None or theirs is None or replace(ours, looked_at=theirs.looked_at) != theirs:
        return None
    looked = (ours.looked_at, theirs.looked_at)
    return replace(ours, looked_at=None if None in looked else max(filter(None, looked)))


KEPT_OF_BOTH: Mapping[str, Any] = {
    "pending": "",
    "unheard": "",
    "in_flight": None,
    "activation": None,
    "reverted": None,
    "held": "",
    "replaced": (),
}
"""Fields that are merged by themselves, and what they are without anything."""


def _core(record: Record) -> str:
    return canonical_json(record_json(replace(record, **KEPT_OF_BOTH)))


def _standing(record: Record) -> tuple[Any, ...]:
    """The later of two; the text decides between what was written in the same second, so that both sides agree."""
    return bool(record.id), _moment(record.as_of), _core(record)


def _comes_after(record: Record, other: Record) -> bool:
    """Of two ids: what has replaced the other's object, or else the object that was turned on, or else the older one,
    on which all runs agree. A receipt beside the id of a twin would say that the twin has run."""
    if other.id in record.replaced or record.id in other.replaced:
        return bool(other.id) and other.id in record.replaced
    if not (record.id and other.id) or record.id == other.id:
        return False
    if _was_launched(record) != _was_launched(other):
        return _was_launched(record)
    mine, others = _made(record), _made(other)
    return bool(mine and others) and (_moment(mine), record.id) < (_moment(others), other.id)


def _made(record: Record) -> str:
    """When its object was made: as Meta tells it, where somebody has looked."""
    return str(record.live.get("created_time") or record.created_at)


def _was_launched(record: Record) -> bool:
    return "activate_at" in (record.activation or {})


def _with_what_counts(record: Record, other: Record, base: Record) -> Record:
    """`record`, with what `other` alone knows and must not be forgotten."""
    alike = _core(record) == _core(other)
    known = {name: getattr(base, name) for name in KEPT_OF_BOTH}
    return replace(
        record,
        id=record.id or ("" if other.id in record.replaced else other.id),
        pending=_one(record.pending, other.pending, known["pending"], alike=alike) or "",
        unheard=_one(record.unheard, other.unheard, known["unheard"], alike=alike) or "",
        held=_one(record.held, other.held, known["held"], alike=alike) or "",
        in_flight=_united(record.in_flight, other.in_flight, known["in_flight"], alike=alike),
        activation=_united(record.activation, other.activation, known["activation"], alike=alike),
        reverted=_united(record.reverted, other.reverted, known["reverted"], alike=alike),
        replaced=_all_of(record.replaced, other.replaced),
    )


def _united(mine: Entries, others: Entries, base: Entries, *, alike: bool) -> dict[str, Any] | None:
    """By name, each by itself."""
    mine, others, base = mine or {}, others or {}, base or {}
    found = {
        name: _one(mine.get(name), others.get(name), base.get(name), alike=alike) for name in sorted({*mine, *others})
    }
    return {name: value for name, value in found.items() if value} or None


def _one(mine: Any, others: Any, base: Any, *, alike: bool) -> Any:
    """One value of two. What the other has as it was before, and this one has no more, was settled since. `alike`:
    neither record is the later one."""
    if not alike:
        # What this one has as it was before is no answer to what the other has sent since.
        has_changed = others and others != base
        return others if has_changed and (not mine or mine == base) else mine
    if mine == base or not mine:
        return others if mine == base or others != base else mine
    return mine if others == base or not others else max(mine, others, key=canonical_json)


def _all_of(ids: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return ids if set(ids) == set(others) else tuple(sorted({*ids, *others}))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text) if text else LONG_AGO
