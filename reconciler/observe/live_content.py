"""What a creative shows, by Meta's ids: which files and which version of what it opens these are. Reads only.

Asked where a name alone says what an ad shows: of the media and frames that are shown, fifty at a time, and not of all
that the account has.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.creative.cover import Frames, frames_of
from reconciler.kinds.creative.creative import FORMATS, read_creative
from reconciler.kinds.identity import at_meta, digest_in, media_digest, version_in
from reconciler.meta.client import BATCH, Reader
from reconciler.model.account import Account
from reconciler.model.errors import GraphError
from reconciler.model.ref import version_of
from reconciler.observe.library import Library
from reconciler.observe.plain import find_by_id

NOUNS = {name: noun for one in FORMATS for name, noun in one.media.items()}
"""By field, whether it shows a video or an image."""


@dataclass
class LiveContent:
    reader: Reader
    account: Account
    library: Library
    _names: dict[str, str] = field(default_factory=dict)
    """By Meta's id or hash, what it is called."""
    _frames: dict[str, Frames] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)

    def look(self, creatives: Iterable[Mapping[str, Any]]) -> None:
        """Asks of the media of many creatives together."""
        read = [read_creative(one, {}, {}) for one in creatives]
        for noun, ask in (("video", self._ask_videos), ("image", self._ask_images)):
            named = (at_meta(str(one.get(name) or "")) for one in read for name in NOUNS if NOUNS[name] == noun)
            ask(sorted({key for key in named if key} - self._asked))

    def _ask_videos(self, ids: list[str]) -> None:
        self._asked |= set(ids)
        answers = self.reader.get_all(ids, "id,title,thumbnails{id,uri,is_preferred}")
        for one, answer in zip(ids, answers, strict=True):
            if isinstance(answer, GraphError):
                continue
            self._names[one] = str(answer.get("title") or "")
            self._frames[one] = frames_of((answer.get("thumbnails") or {}).get("data") or ())

    def _ask_images(self, hashes: list[str]) -> None:
        self._asked |= set(hashes)
        edge = f"{self.account.id}/{KINDS['image'].edge}"
        for at in range(0, len(hashes), BATCH):
            some = json.dumps(hashes[at : at + BATCH])
            for row in self.reader.pages(edge, fields=",".join(KINDS["image"].read_also), hashes=some):
                self._names[str(row.get("hash"))] = str(row.get("name") or "")

    def frames(self, video: str) -> Frames | None:
        """None where Meta shows none."""
        if video and video not in self._asked:
            self._ask_videos([video])
        return self._frames.get(video)

    def is_other_media(self, name: str, told: str, read: str) -> bool:
        """Whether another file is shown than the one that is told, as far as names tell. Bytes that were there before
        have the name that they were given then."""
        key, wanted = at_meta(read), media_digest(told)
        if at_meta(told):
            return True
        noun = NOUNS[name]
        if key not in self._asked:
            (self._ask_videos if noun == "video" else self._ask_images)([key])
        if key not in self._names:
            return False
        digest = digest_in(self._names[key])
        known = self.library.videos if noun == "video" else self.library.images
        return digest != wanted if digest else wanted in known

    def is_other_version(self, kind: str, page: str, told: str, object_id: str) -> bool:
        """Whether an object that no file stands for is of other content than a reference tells, by its marker. Of what
        nobody can look at, or what is gone, nothing is known."""
        found = find_by_id(self.reader, self.account, KINDS[kind], page or self.account.page or "", [object_id])
        wanted = version_of(told)
        return any(not live.gone and wanted not in map(version_in, live.labels) for live in found)
