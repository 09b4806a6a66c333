"""Videos and images that an import meets: files of this repository where that can be, else Meta's own ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.kinds.field_types import key_of
from reconciler.kinds.identity import AT_META, MEDIA_FIELDS, at_meta, digest_in, media_value
from reconciler.media import MediaError
from reconciler.media.incoming import Creatives
from reconciler.meta.client import Reader
from reconciler.meta.download import downloaded
from reconciler.model.errors import TransferError
from reconciler.model.media import MediaFact
from reconciler.model.remote import Object
from reconciler.observe.inventory import Stock, media_rows
from reconciler.run.events import Progress
from reconciler.run.importing.results import Note, Told
from reconciler.run.session import Session

ADDRESSES = {True: ("source",), False: ("url", "permalink_url")}
"""Where the file itself is, of a video and of an image. A video's permalink is a page."""
NO_DIGEST = "0" * 64


@dataclass
class ImportedMedia:
    """One account's."""

    session: Session
    reader: Reader
    told: Told
    dry_run: bool
    facts: dict[str, MediaFact] = field(default_factory=dict)
    """Of files, by their path below creatives/."""
    resolved: dict[str, Any] = field(default_factory=dict)
    """By media value what YAML says for it."""

    def fetch(self, stock: Stock, tops: Sequence[Object]) -> None:
        """Each once: a file that is there, one that is downloaded, or Meta's own id."""
        wanted: dict[str, set[str]] = {}
        for live in _below(stock, tops):
            for name in MEDIA_FIELDS:
                if value := live.fields.get(name):
                    wanted.setdefault(str(value).partition(" ")[0], set()).add(at_meta(str(value)))
        creatives = Creatives(self.session.request.root / "creatives", self.session.account.key)
        for noun, keys in sorted(wanted.items()):
            rows = media_rows(self.reader, self.session.account, noun, keys)
            for number, key in enumerate(sorted(keys), 1):
                self._say(f"{noun} {number} of {len(keys)}")
                self._resolve(creatives, noun, key, rows.get(key))

    def _resolve(self, creatives: Creatives, noun: str, key: str, row: Mapping[str, Any] | None) -> None:
        value = f"{noun} {key}@sha256:{AT_META}{key}"
        title = str((row or {}).get("title") or (row or {}).get("name") or "")
        path, digest = creatives.path_of(digest_in(title)) if digest_in(title) else "", digest_in(title)
        why = "" if row else "Meta does not show it"
        if not path and row:
            path, digest, why = self._fetched(creatives, noun, key, row, title)
        if path:
            self.resolved[value] = path
            self.facts[path] = MediaFact(noun, digest)
        else:
            by_hash = noun != "video"
            self.resolved[value] = {"hash" if by_hash else "id": key}
            said = f"{noun} {key} could not be downloaded ({why}): it stays at Meta"
            self.told.notes.append(Note(self.session.account.key, said))

    def _fetched(
        self, creatives: Creatives, noun: str, key: str, row: Mapping[str, Any], title: str
    ) -> tuple[str, str, str]:
        """Path, digest, and why there is none."""
        stem = f"{self.session.account.key}/{key_of(_stem(title)) or noun}-{key[-6:]}"
        addresses = [str(row[name]) for name in ADDRESSES[noun == "video"] if row.get(name)]
        if self.dry_run and addresses:
            return f"{stem}.{'mp4' if noun == 'video' else 'jpg'}", NO_DIGEST, ""
        why = "Meta gives no address for it"
        for address in addresses:
            try:
                with downloaded(self.reader, address) as pieces:
                    return (*creatives.keep(noun, stem, pieces), "")
            except (TransferError, MediaError) as error:
                why = str(error)
        return "", "", why

    def said(self, value: str) -> Any:
        return self.resolved.get(value, value)

    def with_digests(self, live: Object) -> Object:
        known = {}
        for name in MEDIA_FIELDS:
            path = self.resolved.get(str(live.fields.get(name)))
            if isinstance(path, str):
                known[name] = media_value(path, self.facts[path].sha256)
        return replace(live, fields={**live.fields, **known})

    def _say(self, text: str) -> None:
        self.session.notify(Progress(self.session.account.key, text))


def _stem(title: str) -> str:
    """A file's name without what it ends in, and without the digest that we have put there."""
    return re.sub(r"\.[A-Za-z0-9]{2,4}$", "", title.replace(digest_in(title), "").strip())


def _below(stock: Stock, tops: Iterable[Object]) -> Iterator[Object]:
    for one in tops:
        yield one
        yield from _below(stock, stock.inside(one))
