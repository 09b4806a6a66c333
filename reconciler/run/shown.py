"""What an ad shows since somebody has put another creative on it. A creative is one thing: what of it the files say has
to be all of it, so it is read whole before any of it is written down. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.engine.compare import put_beside
from reconciler.engine.overtaken import Overtaken
from reconciler.kinds import KINDS
from reconciler.kinds.files import LAYERED
from reconciler.kinds.identity import MAIN_MEDIA, MEDIA_FIELDS, at_meta, media_digest, media_path
from reconciler.media.incoming import Creatives
from reconciler.model.address import Address
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.resource import Resource
from reconciler.observe.decode import asked_of
from reconciler.run.prepare import Prepared

IMPORTING = LAYERED.importing
NO_WORD = "no YAML says it"
UNREAD = "Meta does not show what it shows"


@dataclass(frozen=True)
class Shown:
    """`content` by field, media by Meta's id or hash; `why` it cannot be written, "" where it can be."""

    content: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


def is_asked_for(address: Address, targets: tuple[Address, ...]) -> bool:
    return not targets or any(address.within(target) for target in targets)


def shown_by_others(prepared: Iterable[Prepared], targets: tuple[Address, ...]) -> dict[Address, Shown]:
    """By address of each ad whose creative is not the one that was put there last."""
    found: dict[Address, Shown] = {}
    for one in prepared:
        concerned = {at: live for at, live in _put_on_by_others(one) if is_asked_for(at, targets)}
        for kind in {at.kind for at in concerned}:
            found |= dict(_read(one, {at: live for at, live in concerned.items() if at.kind == kind}, kind))
    return found


def beyond_the_files(
    prepared: Prepared, shown: Mapping[Address, Shown], targets: tuple[Address, ...]
) -> Iterator[Overtaken]:
    """What an ad shows beside what is declared of it: the next creative that is made would be without it."""
    ground = prepared.ground
    for address, resource in ground.resources.items():
        live, one = ground.observed.objects.get(address), shown.get(address)
        if live is None or live.gone or not is_asked_for(address, targets):
            continue
        read = {**(one.content if one is not None else {}), **live.fields}
        seen = Object(live.kind, live.id, read, live.status, live.effective_status)
        named = [] if one is None or one.why else list(_unsaid(resource, one.content))
        beside = _beside(resource, live, prepared.records.get(address), ground.observed)
        for name in dict.fromkeys((*named, *beside)):
            yield Overtaken(resource, name, name, read[name], seen)


def _beside(resource: Resource, live: Object, record: Record | None, observed: Observed) -> Iterator[str]:
    for name in put_beside(live, record, observed, resource.fields):
        if name not in resource.lifecycle.ignore:
            yield name


def unwritable(kind: str, name: str) -> str:
    """Why no pull writes it down; "" where one may."""
    return KINDS[kind].in_place_of_content.get(name) or (NO_WORD if name in KINDS[kind].unwritten else "")


def _unsaid(resource: Resource, content: Mapping[str, Any]) -> Iterator[str]:
    for name in content:
        if name not in MAIN_MEDIA and resource.fields.get(name) is None and name not in resource.lifecycle.ignore:
            yield name


def _put_on_by_others(prepared: Prepared) -> Iterator[tuple[Address, Object]]:
    observed = prepared.ground.observed
    for address, resource in prepared.ground.resources.items():
        live, record = observed.objects.get(address), prepared.records.get(address)
        if live is None or live.gone or record is None or not KINDS[resource.kind].content:
            continue
        if live.is_read_whole and not live.content_digest:
            yield address, live


def _read(prepared: Prepared, objects: Mapping[Address, Object], kind: str) -> Iterator[tuple[Address, Shown]]:
    reader = prepared.session.reader()
    if reader is None:  # offline nothing was observed
        return
    holder = KINDS[kind].content_field
    rows = reader.get_all([live.id for live in objects.values()], asked_of(KINDS[kind], IMPORTING.reads[kind]))
    for address, row in zip(objects, rows, strict=True):
        if isinstance(row, Mapping) and row.get(holder):
            whole = IMPORTING.whole(row[holder])
            yield address, Shown(whole.content, whole.why)
        else:
            yield address, Shown(why=UNREAD)


def named_in_yaml(value: str, declared: Sequence[Resource], creatives: Path, account: str) -> Any:
    """A live video or image as YAML names it: the file of that content, or else Meta's own id or hash. `declared`:
    what may name the file already; `creatives`: the folder."""
    noun, _, key = media_path(value).partition(" ")
    if not key:
        return media_path(value)
    digest = "" if at_meta(value) else media_digest(value)
    named = (str(one.fields[name]) for one in declared for name in MEDIA_FIELDS if one.fields.get(name))
    path = next((media_path(each) for each in named if digest and media_digest(each) == digest), "")
    path = path or (Creatives(creatives, account).path_of(digest) if digest else "")
    return path or {"hash" if KINDS[noun].by_hash else "id": key}
