"""The one comparison: of the plan, the gate, the last look before a write and the look after it. Pure.

| desired ≠ recorded | live ≠ recorded |                                                             |
|--------------------|-----------------|-------------------------------------------------------------|
| no                 | no              | nothing                                                     |
| yes                | no              | a change                                                    |
| no                 | yes             | drift: reported, left alone                                 |
| yes                | yes             | nothing where they agree with each other, else a conflict   |

With no record, live ≠ desired is drift, so that nothing is overwritten by accident.

A field that is sent whole is compared whole: what is live beyond the declared is somebody's addition, unless it is in
the table of echoes, in the baseline that the record keeps of what Meta added to our own write, or was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any

from reconciler.engine.activity import LOG_LAG, only_ours
from reconciler.kinds import KINDS, Api
from reconciler.kinds.echoes import is_echo
from reconciler.kinds.identity import MAIN_MEDIA
from reconciler.kinds.structure import Gap, gaps, is_nothing
from reconciler.model.address import Address
from reconciler.model.light import light
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.values import Fields, canonical_json


class Verdict(Enum):
    SAME = "same"
    CHANGE = "change"
    DRIFT = "drift"
    CONFLICT = "conflict"


@light(frozen=True)
class Judged:
    """`gaps`: where live is not what was recorded."""

    verdict: Verdict
    gaps: tuple[Gap, ...] = ()


@light(frozen=True)
class Standing:
    """What may be live beyond the declared, by path: added by Meta, or accepted. `proven`: whatever there is."""

    meta: Fields = field(default_factory=dict)
    accepted: Fields = field(default_factory=dict)
    proven: bool = False


NONE = Standing()

SKEW = timedelta(minutes=1)
"""How far the clock that dates a look and that of Meta's log may be apart."""


def equal(api: Api, one: Any, other: Any) -> bool:
    """The same declared value, whatever the order of its lists."""
    if one is None or other is None:
        return one is other
    return _to_the_letter(one, other) or api.codec.same(one, other)


def _to_the_letter(one: Any, other: Any) -> bool:
    """Most values are just what was sent. `1` and `True` are equal to Python, and not by their letters."""
    return type(one) is type(other) and repr(one) == repr(other)


def visible(kind: str, name: str, live: Object) -> bool:
    """Whether the read tells anything of the field."""
    return name not in live.unread and KINDS[kind].marker(name).compared(live.fields.get(name))


def differing(kind: str, name: str, value: Any, live: Object, standing: Standing = NONE) -> list[Gap]:
    """Where what was read is not the value, as far as a read can tell. None: must not be set."""
    if plainly_read(name, value, live) or (value is not None and live.reads_as.get(name) is value):
        return []
    api, read = KINDS[kind].marker(name), live.fields.get(name)
    if not visible(kind, name, live) or (value is None and api.reads_unset(read)):
        return []
    if value is None or not api.codec.whole:
        return [] if value is not None and api.codec.same(value, read) else [Gap(name, value, read)]
    sent = _encoded(api, value)
    # What Meta adds to a creative is not documented, and nobody can change one that is known to be ours.
    may_be_added = api.appends or (name in KINDS[kind].content and not live.is_read_whole)

    def left(may: Standing) -> list[Gap]:
        return [gap for gap in gaps(sent, read, name, _known(may)) if not (gap.added and may_be_added)]

    letters = repr(sent), repr(read)
    alike = type(sent) is type(read) and letters[0] == letters[1]
    if not alike and not _nothing_left(_Pair(name, letters, sent, read), may_be_added):
        return left(standing)
    live.reads_as[name] = value
    return []


@light(frozen=True)
class _Pair:
    """A field as it was sent and as it was read, known again by the letters of both."""

    name: str
    letters: tuple[str, str]
    sent: Any = field(compare=False)
    read: Any = field(compare=False)


@lru_cache(maxsize=256)
def _nothing_left(pair: _Pair, may_be_added: bool) -> bool:
    """Whether there is no gap but what Meta adds by itself. The campaigns of one template have the same audience."""
    found = gaps(pair.sent, pair.read, pair.name, _known(NONE))
    return all(gap.added and may_be_added for gap in found)


def reads_as(kind: str, name: str, value: Any, live: Object, standing: Standing = NONE) -> bool:
    """Whether what was read is the value that was sent."""
    return not differing(kind, name, value, live, standing)


def _encoded(api: Api, value: Any) -> Any:
    """As it is sent, so as it is read."""
    return api.codec.encode(value) if isinstance(value, (Mapping, list)) else value


def is_live(kind: str, path: str, value: Any, live: Object, standing: Standing = NONE) -> bool:
    """Whether just that value is live at a path of a field, such as `targeting.age_min`, with nothing of somebody's
    beside it."""
    name, *steps = path.split(".")
    read = live.fields.get(name)
    if not visible(kind, name, live):
        return False
    if not steps:
        return read is None if value is None else not differing(kind, name, value, live, standing)
    for step in steps:
        read = read.get(step) if isinstance(read, Mapping) else None
    return is_nothing(read) if value is None else not any(gaps(value, read, path, _known(standing)))


def shared(record: Record, live: Object, kept: Collection[str]) -> dict[str, Any]:
    """Of what was applied to another object of the address: what this one has as well, and the fields to keep."""
    return {n: v for n, v in record.applied.items() if n in kept or reads_as(record.kind, n, v, live, ANYTHING)}


ANYTHING = Standing(proven=True)


def plainly_read(name: str, value: Any, live: Object) -> bool:
    """Whether what was read is the value to the letter, a text or a number as most are. Then nothing stands beyond it,
    whatever may."""
    return isinstance(value, (str, int)) and type(read := live.fields.get(name)) is type(value) and read == value


def unlike(fields: Fields, record: Record | None, live: Object) -> dict[str, Any]:
    """The declared fields that are to be looked into: all but those of which declared, recorded and live are one text
    or number, as most are, and those of which neither declared nor recorded says anything, nor what is live where that
    counts by itself."""
    if record is None:
        return dict(fields)
    applied, read, unread = record.applied, live.fields, live.unread
    return {
        name: desired
        for name, desired in fields.items()
        if not (
            isinstance(desired, (str, int))
            and desired == (recorded := applied.get(name))
            and type(desired) is type(recorded) is type(seen := read.get(name))
            and desired == seen
            and name not in unread
        )
        and not (desired is None and applied.get(name) is None and (name not in TOLD or name not in read))
    }


def put_beside(live: Object, record: Record | None, observed: Observed | None, *told: Fields) -> list[str]:
    """What an ad shows beside its one film or picture, and `told` has no word for. The log is asked only where nothing
    is remembered of what was put there: it may be late."""
    kind, remembered = KINDS[live.kind], record is not None and bool(record.creative_id)
    content = kind.content if live.is_read_whole else NO_NAMES
    beyond = (content | kind.in_place_of_content.keys()) & live.fields.keys() - MAIN_MEDIA
    unsaid = sorted(name for name in beyond if all(fields.get(name) is None for fields in told))
    if remembered:
        return unsaid
    proven = {name for name in unsaid if name in content and standing(None, live, name, observed).proven}
    return [name for name in unsaid if name not in proven]


NO_NAMES = frozenset[str]()


TOLD = frozenset(name for kind in KINDS.values() for name, api in kind.fields.items() if api.told)
"""What is live of these counts though nobody says anything of them."""


def judge(kind: str, name: str, desired: Any, record: Record | None, live: Object, standing: Standing = NONE) -> Judged:
    """One field. `desired` None means: must not be set, if it was we who set it; of what is told in any case, what is
    live then is somebody's."""
    told = name in TOLD
    if record is None:
        return _drift([] if desired is None and not told else differing(kind, name, desired, live, standing))
    recorded = record.applied.get(name)
    if equal(KINDS[kind].marker(name), desired, recorded):
        return _drift([] if recorded is None and not told else differing(kind, name, recorded, live, standing))
    if not visible(kind, name, live):
        return A_CHANGE
    left = differing(kind, name, desired, live, standing)
    if not left and _withdrawn(kind, name, desired, recorded, live):
        return A_CHANGE
    if not left or (recorded is None and not told):
        return A_CHANGE if left else NOTHING_TO_SAY
    lost = _lost(differing(kind, name, recorded, live, standing), left)
    lost = lost or _wiped(kind, name, desired, recorded, live, standing)
    return Judged(Verdict.CONFLICT, tuple(lost)) if lost else A_CHANGE


def _withdrawn(kind: str, name: str, desired: Any, recorded: Any, live: Object) -> bool:
    """Whether an item that was applied, and is no longer declared, stands among those that Meta has appended."""
    api, read = KINDS[kind].marker(name), live.fields.get(name)
    if not (api.appends and isinstance(read, list) and isinstance(desired, list) and isinstance(recorded, list)):
        return False
    there, wanted, was = ({canonical_json(item) for item in _encoded(api, each)} for each in (read, desired, recorded))
    return bool(was & there - wanted)


def _lost(moved: list[Gap], left: list[Gap]) -> list[Gap]:
    """Of what somebody changed that which is not as desired either. What the YAML has taken over is nobody's loss."""
    return [gap for gap in moved if any(_nested(gap.path, other.path) for other in left)]


def _drift(found: list[Gap]) -> Judged:
    return Judged(Verdict.DRIFT, tuple(found)) if found else NOTHING_TO_SAY


NOTHING_TO_SAY, A_CHANGE = Judged(Verdict.SAME), Judged(Verdict.CHANGE)


def _wiped(kind: str, name: str, desired: Any, recorded: Any, live: Object, may: Standing) -> list[Gap]:
    """What was accepted, is there, and would go with the desired value."""
    if not may.accepted or desired is None:
        return []
    alone = Standing(may.meta)
    there = [gap.path for gap in differing(kind, name, recorded, live, alone) if gap.path in may.accepted]
    return [gap for gap in differing(kind, name, desired, live, alone) if any(_nested(gap.path, at) for at in there)]


def _nested(one: str, other: str) -> bool:
    """Whether one of two paths lies within the other, or is it. A list is one place, in whatever order."""
    short, long = sorted((one.partition("[")[0], other.partition("[")[0]), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in ("", ".")


# ---- what may stand beyond the declared


def _known(standing: Standing) -> Callable[[str, Any, Any], Iterator[Gap]]:
    def left(path: str, value: Any, inside: Any) -> Iterator[Gap]:
        if standing.proven or is_echo(path, value, inside):
            return
        for kept in (standing.meta, standing.accepted):
            if path in kept and isinstance(value, list) and isinstance(kept[path], list):
                value = _without(value, kept[path], path)
            elif not is_nothing(kept.get(path)):
                inner = gaps(kept[path], _kept(value), path, left)
                yield from [gap for gap in inner if not is_nothing(gap.live)]
                return
        if not is_nothing(value):
            yield Gap(path, None, value, added=True, beyond=value)

    return left


def _without(items: list[Any], kept: list[Any], path: str) -> list[Any]:
    """The items that are not among those to keep."""
    left, spare = [], list(kept)
    for item in items:
        same = next((one for one in spare if not any(gaps(one, _kept(item), path, _known(NONE)))), None)
        if same is None:
            left.append(item)
        else:
            spare.remove(same)
    return left


def _kept(value: Any) -> Any:
    """As a record keeps it: without the signature that a URL of Meta's carries, which is new at every read."""
    if isinstance(value, Mapping):
        return {key: _kept(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_kept(inner) for inner in value]
    return value.partition("?")[0] if isinstance(value, str) and value.startswith("https://") else value


def standing(record: Record | None, live: Object, name: str, observed: Observed | None) -> Standing:
    """What may stand in one field. Without a baseline the log has to show that nobody but us has written the field
    since; while it is young, that nobody had until the look that it is of: what was there then is nobody's of later."""
    record = record if record and record.id in ("", live.id) else None
    entry = ((record.baseline or {}) if record else {}).get(name)
    accepted = ((record.accepted or {}) if record else {}).get(name, {})
    if entry is not None and (not entry["at"] or not entry["beyond"]):
        return Standing(entry["beyond"], accepted)
    log = observed.log_of(live.id) if observed is not None else ()
    if not log and not accepted:
        return NONE
    if entry is not None:
        log = _until(datetime.fromisoformat(entry["at"]), live, log)
    proven = observed is not None and only_ours(log, observed.identity, live.id, name)
    if not proven:
        return Standing({}, accepted)
    return Standing(proven=True, accepted=accepted) if entry is None else Standing(entry["beyond"], accepted)


def _until(look: datetime, live: Object, log: tuple[Activity, ...]) -> tuple[Activity, ...]:
    """What the log tells until a look. One that is older than what it has seen is dated wrongly, by a clock that was
    behind or by the beginning of a long run: then all counts."""
    if live.created_time is not None and look + SKEW < live.created_time:
        return log
    return tuple(event for event in log if event.at <= look + SKEW)


def undecided(record: Record | None, live: Object, name: str) -> bool:
    """Whether the log would have to tell whose an addition is."""
    entry = ((record.baseline or {}) if record and record.id in ("", live.id) else {}).get(name)
    return entry is None or bool(entry["at"] and entry["beyond"])


def undecided_objects(
    resources: Mapping[Address, Resource], records: Mapping[Address, Record], objects: Mapping[Address, Object]
) -> frozenset[str]:
    """Ids of what has something beyond the declared of which only the log can tell whose it is."""
    return frozenset(
        live.id
        for address, resource in resources.items()
        if (live := objects.get(address)) is not None and not live.gone
        for name, value in {**resource.fields, **_applied_to(records.get(address), live)}.items()
        if value is not None and not plainly_read(name, value, live) and undecided(records.get(address), live, name)
        if any(gap.added for gap in differing(resource.kind, name, value, live))
    )


def _applied_to(record: Record | None, live: Object) -> Fields:
    return record.applied if record and record.id == live.id else {}


def baseline(
    resource: Resource, record: Record | None, applied: Fields, live: Object, now: datetime, observed: Observed | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """`Record.baseline` and `Record.accepted` as a look of this moment leaves them. `record` is what stood there before
    the look, and `applied` what stands there now. What is not as applied is not learnt from."""
    learnt: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for name, value in applied.items():
        if name not in resource.fields or not _compared_whole(resource.kind, name, live):
            continue
        may = standing(record, live, name, observed)
        before = ((record.baseline or {}) if record else {}).get(name)
        found = differing(resource.kind, name, value, live)
        if found and differing(resource.kind, name, value, live, may):
            entry = {**before, "at": ""} if before and may.meta and _is_old(before["at"], now) else before
        else:
            entry = _entry(found, may, before, now)
        learnt |= {name: entry} if entry is not None else {}
        kept |= {name: dict(may.accepted)} if may.accepted else {}
    return learnt or None, kept or None


def _compared_whole(kind: str, name: str, live: Object) -> bool:
    nested = isinstance(live.fields.get(name), (Mapping, list))
    whole = KINDS[kind].marker(name).codec.whole and visible(kind, name, live)
    return nested and whole and name not in KINDS[kind].content


def _entry(found: Iterable[Gap], may: Standing, before: Any, now: datetime) -> dict[str, Any]:
    added = {gap.path: _kept(gap.beyond) for gap in found if gap.added}
    beyond = {path: extra for path, extra in added.items() if path not in may.accepted}
    if before is not None:
        beyond = {**before["beyond"], **beyond}
    at = before["at"] if before is not None else now.isoformat(timespec="seconds")
    return {"at": "" if not beyond or _is_old(at, now) else at, "beyond": beyond}


def _is_old(at: str, now: datetime) -> bool:
    """Whether the log has had the time to name whoever came before that look."""
    return not at or now - datetime.fromisoformat(at) >= LOG_LAG
