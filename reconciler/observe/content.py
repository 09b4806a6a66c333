"""What an ad shows, as its creative says it, and what an object refers to, by the words of the YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from reconciler.engine.compare import reads_as
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling
from reconciler.kinds.creative.cover import COVERS, Cover, address_of, cover_of, is_chosen, with_cover
from reconciler.kinds.creative.creative import content_of, raw_content, read_creative
from reconciler.kinds.creative.unsaid import STORY, unsaid
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta, creative_digest
from reconciler.meta.client import Reader
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import GraphError, Invalid, NotFound
from reconciler.model.record import Record
from reconciler.model.ref import is_ref
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.observe.decode import readable_names
from reconciler.observe.library import Library
from reconciler.observe.live_content import LiveContent


@dataclass
class Content:
    reader: Reader
    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    library: Library
    shown: LiveContent
    creatives: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By id of what shows one, as it was read."""
    _formers: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def keep(self, kind: Kind, row: Mapping[str, Any]) -> None:
        if kind.content_field:
            self.creatives[str(row["id"])] = row.get(kind.content_field) or {}

    def with_content(self, kind: Kind, address: Address, live: Object) -> Object:
        """The object with what it refers to, and what it shows; `read_whole` has what is not known to be ours."""
        if self._refs:
            live = self._with_refs(kind, address, live)
        if not kind.content or self._is_to_be_read(address, live):
            return live
        return self._showing(kind, address, live, self._content(kind, address, live, live.content_digest))

    def _showing(self, kind: Kind, address: Address, live: Object, content: Mapping[str, Any]) -> Object:
        referred = {**live.referred, **self._shown_by(kind, address, live, content)}
        return replace(live, fields={**live.fields, **content}, referred=referred)

    @cached_property
    def _refs(self) -> dict[str, str]:
        """By id, what stands for it in what refers to it."""
        beside = {at: record for at, record in self.records.items() if at.kind not in LEVELS}
        named = {at: KINDS[at.kind].reference(at, record.applied) for at, record in beside.items()}
        # What somebody has deleted and was made again: what refers to the former one means the same.
        remade = {at: record for at, record in beside.items() if KINDS[at.kind].handling is Handling.PLAIN}
        former = {one: named[at] for at, record in remade.items() for one in record.replaced}
        return {**former, **{record.id: named[at] for at, record in beside.items() if record.id}}

    def _with_refs(self, kind: Kind, address: Address, live: Object) -> Object:
        referred = {text: self._refs[text] for text in kind.referred_texts(live.fields) if text in self._refs}
        return replace(live, fields=kind.named(live.fields, self._declared(address), self._refs), referred=referred)

    def _declared(self, address: Address) -> Mapping[str, Any]:
        return self.resources[address].fields if address in self.resources else {}

    def _applied(self, address: Address) -> Mapping[str, Any]:
        return self.records[address].applied if address in self.records else {}

    def _content(self, kind: Kind, address: Address, live: Object, digest: str) -> dict[str, Any]:
        """What the live creative says, in the words of an ad. `digest`: the one in its name, where that is believed."""
        creative = self.creatives[live.id]
        if (told := self._told(address, live, digest)) is not None:
            return as_shown(told, creative, live)
        named = {*self._declared(address), *self._applied(address)}
        raw = {name: value for name, value in raw_content(creative).items() if name in named}
        return self._read(kind, address, creative) | raw

    def _told(self, address: Address, live: Object, digest: str) -> Mapping[str, Any] | None:
        """What is known of it without a look. Creatives never change, so one whose id is recorded is not compared by
        its echo, which Meta rewrites."""
        record = self.records.get(address)
        if record is not None and live.creative_id == record.creative_id:
            return content_of(record.applied)
        return self._named(address, digest)

    def _named(self, address: Address, digest: str) -> Mapping[str, Any] | None:
        known = (content_of(fields) for fields in (self._applied(address), self._declared(address)))
        return next((one for one in known if digest and creative_digest(one) == digest), None)

    def _read(self, kind: Kind, address: Address, creative: Mapping[str, Any]) -> dict[str, Any]:
        videos = {id_: d for d, id_ in self.library.videos.items()}
        images = {hash_: d for d, hash_ in self.library.images.items()}
        read = read_creative(creative, videos, images)
        read = self._with_applied_media(self.records.get(address), read)
        return kind.named(read, self._declared(address), self._refs)

    def _named_at_meta(self, kind: Kind, address: Address, creative: Mapping[str, Any]) -> dict[str, Any]:
        """Media by Meta's id or hash, which costs no look."""
        return kind.named(read_creative(creative, {}, {}), self._declared(address), self._refs)

    # ---- what may be somebody else's

    def read_whole(self, objects: Mapping[Address, Object]) -> dict[Address, Object]:
        """Those whose creative may not be what a record or a name says of it, with all that it shows."""
        wanted = {at: live for at, live in objects.items() if self._is_to_be_read(at, live)}
        ids = sorted({live.creative_id for live in wanted.values()})
        if not ids:
            return {}
        kind = KINDS[next(iter(wanted)).kind]
        asked = [*kind.content_read, *sorted(kind.content_whole & readable_names(kind))]
        rows = dict(zip(ids, self.reader.get_all(ids, ",".join(asked)), strict=True))
        believed = (live.creative_id for at, live in wanted.items() if self._is_known_by_name(at, live))
        self.shown.look([row for one in believed if not isinstance(row := rows[one], GraphError)])
        return {at: self._whole(at, live, rows[live.creative_id]) for at, live in wanted.items()}

    def _is_to_be_read(self, address: Address, live: Object) -> bool:
        """A creative that was put there last is as it was then. Of one that somebody else had made before, a change
        would make another: then all that would be lost has to be known."""
        if not KINDS[live.kind].content or live.gone or not live.creative_id:
            return False
        record = self.records.get(address)
        if record is None or live.creative_id != record.creative_id:
            return True
        if live.content_digest:
            return False
        applied, declared = content_of(record.applied), content_of(self._declared(address))
        return bool(declared) and creative_digest(applied) != creative_digest(declared)

    def _whole(self, address: Address, live: Object, row: Mapping[str, Any] | GraphError) -> Object:
        """What Meta does not show by the creative's id is as the ad has shown it."""
        kind = KINDS[live.kind]
        creative = {**self.creatives[live.id], **(row if not isinstance(row, GraphError) else {})}
        self.creatives[live.id] = creative
        digest = live.content_digest if self._may_be_as_named(kind, address, live, creative) else ""
        live = replace(live, content_digest=digest, is_read_whole=True)
        content = self._content(kind, address, live, digest)
        beside = {name: value for name, value in unsaid(creative).items() if name not in content}
        if self._has_chosen_cover(address, live, creative):
            if not cover_of(creative).hash:
                beside[STORY] = joined(beside.get(STORY) or {}, address_of(creative))
        elif not self._names_a_cover(address, creative):
            content = {name: value for name, value in content.items() if name not in COVERS.values()}
        return self._showing(kind, address, live, {**content, **beside})

    def _may_be_as_named(self, kind: Kind, address: Address, live: Object, creative: Mapping[str, Any]) -> bool:
        """Whether a creative says what the digest in its name does, as far as that is known: a name may be copied."""
        told = self._named(address, live.content_digest)
        if told is None:
            return True
        if self._has_chosen_cover(address, live, creative):
            return False
        remembered = self._remembered(address) is not None
        read = self._read(kind, address, creative) if remembered else self._named_at_meta(kind, address, creative)
        seen = replace(live, fields={**read, **raw_content(creative)})
        unlike = {name for name in told if not reads_as(kind.name, name, told[name], seen)}
        unknown = {name for name in MEDIA_FIELDS if at_meta(str(read.get(name) or ""))}
        if remembered:
            return not unlike - unknown
        # A name is made of what it refers to and not of ids, and may be older than what stands for that now.
        media, refs = unlike & unknown, {name for name in unlike if is_ref(told[name])}
        if unlike - media - refs or any(self.shown.is_other_media(name, told[name], read[name]) for name in media):
            return False
        return not any(self._is_other(kind, name, told[name], read) for name in refs)

    def _is_other(self, kind: Kind, name: str, told: str, read: Mapping[str, Any]) -> bool:
        """Whether a creative refers to something else than its name says."""
        there = str(read.get(name) or "")
        if not there or is_ref(there):
            return True
        return self.shown.is_other_version(kind.fields[name].id_of, str(read.get("page") or ""), told, there)

    def _remembered(self, address: Address) -> Record | None:
        record = self.records.get(address)
        return record if record is not None and record.creative_id else None

    def _is_known_by_name(self, address: Address, live: Object) -> bool:
        return self._remembered(address) is None and self._named(address, live.content_digest) is not None

    def _names_a_cover(self, address: Address, creative: Mapping[str, Any]) -> bool:
        """Whether a file says which it is, or did: then it is compared as any field."""
        chosen = with_cover(creative)
        named = COVERS[chosen.part] if chosen else ""
        return any(fields.get(named) is not None for fields in (self._declared(address), self._applied(address)))

    def _has_chosen_cover(self, address: Address, live: Object, creative: Mapping[str, Any]) -> bool:
        """Whether the next creative would take from its film a cover that somebody has chosen."""
        chosen = with_cover(creative)
        if chosen is None or self._names_a_cover(address, creative):
            return False
        record, video = self._remembered(address), str(creative[STORY][chosen.part].get(f"{chosen.field}_id") or "")
        former = None
        if record is not None:
            is_as_imported = record.creative_id == live.creative_id
            former = Cover() if is_as_imported else self._cover_of_former(record)
        return is_chosen(cover_of(creative), former, self.shown.frames(video))

    def _cover_of_former(self, record: Record) -> Cover | None:
        former = self._former(record)
        return cover_of(former) if former is not None else None

    def _former(self, record: Record) -> Mapping[str, Any] | None:
        """The creative that was put there last, as it reads by now; None where Meta does not show it."""
        if record.creative_id not in self._formers:
            try:
                asked = ",".join(KINDS[record.kind].content_read)
                self._formers[record.creative_id] = self.reader.get(record.creative_id, fields=asked)
            except (NotFound, Invalid):
                self._formers[record.creative_id] = None
        return self._formers[record.creative_id]

    def _with_applied_media(self, record: Record | None, read: dict[str, Any]) -> dict[str, Any]:
        """A new creative of a person's may show the same file as the one before. Of a file that came from Meta, only
        that one tells: what is downloaded need not be what was uploaded."""
        names = [n for n in MEDIA_FIELDS if at_meta(str(read.get(n) or "")) and record and record.applied.get(n)]
        if record is None or not names or not record.creative_id:
            return read
        former = self._former(record)
        if former is None:
            return read
        shown = read_creative(former, {}, {})
        return {**read, **{n: record.applied[n] for n in names if shown.get(n) == read[n]}}

    def _shown_by(self, kind: Kind, address: Address, live: Object, content: Mapping[str, Any]) -> dict[str, str]:
        """By id what its creative really refers to, of what is declared as it was: that may have been made again since,
        and the creative's name, which tells the reference, says nothing of it."""
        creative = self.creatives[live.id]
        declared, read = self._declared(address), read_creative(creative, {}, {})
        names = (n for n, api in kind.fields.items() if api.refers and n in kind.content and read.get(n))
        same = {n for n in names if is_ref(content.get(n)) and content[n] == declared.get(n)}
        return {read[n]: content[n] for n in same}


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two stories as one, part by part."""
    return {part: {**one.get(part, {}), **other.get(part, {})} for part in (*one, *other)}


def as_shown(content: Mapping[str, Any], creative: Mapping[str, Any], live: Object) -> dict[str, Any]:
    """The content of a creative of ours, but what Meta has dropped of it: what stood under `raw` is believed when it is
    seen."""
    shown = {name: creative.get(name) for name in raw_content(content) if name not in live.unread}
    if not shown:
        return dict(content)
    seen = replace(live, fields={name: value for name, value in shown.items() if value is not None})
    dropped = {name for name in shown if not reads_as(live.kind, name, content[name], seen)}
    return {name: shown.get(name) if name in dropped else value for name, value in content.items()}
