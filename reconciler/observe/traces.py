"""What came of creates that were never answered, as the log tells where no listing shows it yet. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.engine.activity import CLOCKS_APART, creations, end_of, kind_of
from reconciler.kinds import KINDS
from reconciler.kinds.identity import LABEL_PREFIX
from reconciler.meta.client import Reader
from reconciler.model.address import Address
from reconciler.model.errors import GraphError, NotFound
from reconciler.model.light import light
from reconciler.model.remote import Activity, Object, Observed
from reconciler.model.resource import Resource
from reconciler.model.status import ARCHIVED
from reconciler.observe.account_log import read_identity
from reconciler.observe.decode import read_all
from reconciler.observe.visible import VISIBLE_WITHIN


@light(frozen=True)
class Unheard:
    """What was sent, and when first (aware)."""

    kind: str
    name: str
    label: str
    parent_id: str
    since: datetime


@dataclass(frozen=True)
class Trace:
    """One object that a create may have made. `doubt`: why it cannot be taken for it; "" where it bears its label."""

    object_id: str
    doubt: str = ""


def made_unseen(made: Mapping[Address, Resource], log: Iterable[Activity], seen: Observed) -> dict[Address, datetime]:
    """Of what is about to be made: when we have made one of its name lately that the look has not `seen`. With `state/`
    lost, a listing that lags behind is no proof that there is none."""
    identity, wanted = seen.identity, defaultdict[tuple[str, str], list[Address]](list)
    for at, resource in made.items():
        if at not in seen.objects:
            wanted[at.kind, resource.name].append(at)
    beside = (*seen.beside, *seen.unmanaged, *seen.namesakes, *seen.foreign)
    known = {live.id for live in (*seen.objects.values(), *beside)}
    found: dict[Address, datetime] = {}
    if not wanted or identity is None or seen.seen_at is None:
        return found
    for event in creations(log):
        lately = event.at >= seen.seen_at - VISIBLE_WITHIN
        if lately and event.object_id not in known and identity.made(event):
            for at in wanted.get((kind_of(event), event.object_name), ()):
                found.setdefault(at, event.at)
    return found


def find_traces(
    reader: Reader, wanted: Sequence[Unheard], log: tuple[Activity, ...], known: Collection[str]
) -> list[Trace | None]:
    """Of each, in its place: the object of its name that the log tells was made since, and not put away. `known`: ids
    that others have. What was made by another application is none of ours. Raises GraphError where one could not be
    looked at."""
    fitting = [[event.object_id for event in _may_be(one, reader, log, known)] for one in wanted]
    asked = sorted({object_id for ids in fitting for object_id in ids})
    if not asked:
        return [None for _ in wanted]
    seen = dict(zip(asked, read_all(reader, KINDS[wanted[0].kind], asked), strict=True))
    return [_first(one, ((i, seen[i]) for i in ids)) for one, ids in zip(wanted, fitting, strict=True)]


def _may_be(one: Unheard, reader: Reader, log: tuple[Activity, ...], known: Collection[str]) -> Iterator[Activity]:
    for event in creations(log):
        fits = kind_of(event) == one.kind and event.object_name == one.name and event.object_id not in known
        if not fits or event.at < one.since - CLOCKS_APART or end_of(log, event.object_id) is not None:
            continue
        identity = read_identity(reader)
        if identity is None or event.application_id == identity.application_id or not identity.application_id:
            yield event


def _first(one: Unheard, found: Iterable[tuple[str, Object | GraphError]]) -> Trace | None:
    """The one that bears its label before one that may be it."""
    traces = [trace for object_id, live in found if (trace := _trace(one, object_id, live))]
    return next((trace for trace in traces if not trace.doubt), traces[0] if traces else None)


def _trace(one: Unheard, object_id: str, live: Object | GraphError) -> Trace | None:
    what = f"{KINDS[one.kind].title} {object_id}"
    if isinstance(live, NotFound):
        return Trace(
            object_id,
            f"the activity log tells that {what} was made of it, and Meta does not show that yet, so nothing is sent "
            f"again: run again in some minutes; if Ads Manager does not show {object_id} by then either, write "
            "lifecycle: {new: true}",
        )
    if isinstance(live, GraphError):
        raise live
    if live.gone or live.status == ARCHIVED or (one.parent_id and live.parent_id != one.parent_id):
        return None
    if one.label in live.labels:
        return Trace(object_id)
    if any(text.startswith(LABEL_PREFIX) for text in live.labels):
        return None
    return Trace(
        object_id,
        f"the activity log tells that {what} was made of it, which does not show its label yet, so nothing is sent "
        f"again: run again in some minutes; if it has none by then, give it the label {one.label} in Ads Manager",
    )
