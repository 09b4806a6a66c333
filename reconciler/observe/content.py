"""What an ad shows, as its creative says it, and what an object refers to, by the words of the YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from reconciler.engine.compare import reads_as
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling
from reconciler.kinds.creative.creative import content_of, raw_content, read_creative
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta, creative_digest, digest_in
from reconciler.meta.client import Reader
from reconciler.model.address import LEVELS, Address
from reconciler.model.errors import Invalid, NotFound
from reconciler.model.record import Record
from reconciler.model.ref import is_ref
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.observe.library import Library


@dataclass
class Content:
    reader: Reader
    resources: Mapping[Address, Resource]
    records: Mapping[Address, Record]
    library: Library
    creatives: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By id of what shows one, as it was read."""

    def keep(self, kind: Kind, row: Mapping[str, Any]) -> None:
        if kind.content_field:
            self.creatives[str(row["id"])] = row.get(kind.content_field) or {}

    def with_content(self, kind: Kind, address: Address, live: Object) -> Object:
        """The object with what it refers to, and what it shows."""
        if self._refs:
            live = self._with_refs(kind, address, live)
        if not kind.content:
            return live
        content = self._content(kind, address, live)
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

    def _content(self, kind: Kind, address: Address, live: Object) -> dict[str, Any]:
        """What the live creative says. Creatives never change, so one we know by id or digest is not compared
        by its echo, which Meta rewrites."""
        creative = self.creatives[live.id]
        digest = digest_in(str(creative.get("name") or ""))
        record, resource = self.records.get(address), self.resources.get(address)
        if record is not None:
            applied = content_of(record.applied)
            if live.creative_id == record.creative_id or digest == creative_digest(applied):
                return as_shown(applied, creative, live)
        if resource is not None and digest == creative_digest(content_of(resource.fields)):
            return as_shown(content_of(resource.fields), creative, live)
        videos = {id_: d for d, id_ in self.library.videos.items()}
        images = {hash_: d for d, hash_ in self.library.images.items()}
        read = self._with_applied_media(kind, record, read_creative(creative, videos, images))
        return kind.named(read, self._declared(address), self._refs) | raw_content(creative)

    def _with_applied_media(self, kind: Kind, record: Record | None, read: dict[str, Any]) -> dict[str, Any]:
        """A new creative of a person's may show the same file as the one before. Of a file that came from Meta, only
        that one tells: what is downloaded need not be what was uploaded."""
        names = [n for n in MEDIA_FIELDS if at_meta(str(read.get(n) or "")) and record and record.applied.get(n)]
        if record is None or not names or not record.creative_id:
            return read
        try:
            former = self.reader.get(record.creative_id, fields=",".join(kind.content_read))
        except (NotFound, Invalid):
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


def as_shown(content: Mapping[str, Any], creative: Mapping[str, Any], live: Object) -> dict[str, Any]:
    """The content of a creative of ours, but what Meta has dropped of it: what stood under `raw` is believed when it is
    seen."""
    shown = {name: creative.get(name) for name in raw_content(content) if name not in live.unread}
    if not shown:
        return dict(content)
    seen = replace(live, fields={name: value for name, value in shown.items() if value is not None})
    dropped = {name for name in shown if not reads_as(live.kind, name, content[name], seen)}
    return {name: shown.get(name) if name in dropped else value for name, value in content.items()}
