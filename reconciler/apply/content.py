"""What ads show: videos and images uploaded, creatives made, each content once per account.

All are found again by the digest in their names. Meta answers a create of an identical creative with the one that
exists, so a second create after an unknown outcome does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.apply.payload import with_ids
from reconciler.kinds import KINDS
from reconciler.kinds.creative.creative import content_of, creative_name, creative_params, format_of
from reconciler.kinds.creative.image import image_file_name
from reconciler.kinds.creative.video import video_title
from reconciler.kinds.identity import creative_digest, media_digest, media_path
from reconciler.media import HashingReader, MediaError, open_media, reading
from reconciler.meta.client import BATCH, Part, Writer, new_id
from reconciler.meta.upload import Progress, preferred_thumbnail, upload_image, upload_video, wait_until_ready
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import STOPPING, GraphError, ReconcilerError, Unavailable
from reconciler.model.resource import Resource
from reconciler.observe.library import Library

Failure = ReconcilerError | MediaError


class Contents:
    """The creatives of one account's ads."""

    def __init__(
        self,
        writer: Writer,
        account: Account,
        root: Path,
        progress: Callable[[str], Progress],
        ids: Mapping[Address, str],
    ) -> None:
        self._writer = writer
        self._account = account
        self._root = root
        self._progress = progress
        self._ids = ids
        self._library = Library(writer, account.id)
        self._videos: dict[str, str] = {}
        self._made: dict[str, str | Failure] = {}

    def creative(self, resource: Resource) -> str:
        """The id of the creative that `prepare` found or made. Raises what kept it from being made."""
        found = self._made[creative_digest(content_of(resource.fields))]
        if isinstance(found, str):
            return found
        raise found

    def prepare(self, ads: Iterable[Resource]) -> None:
        """Media and creatives of all ads, before anything is made for them to stand in. A failure is the ad's."""
        wanted = {creative_digest(content_of(ad.fields)): ad for ad in ads}
        known = self._library.creatives if wanted else {}
        self._made |= {digest: known[digest] for digest in wanted if digest in known}
        missing = [digest for digest in wanted if digest not in known]
        for digest in missing:
            self._attempt(digest, partial(self._media, content_of(wanted[digest].fields)))
        missing = [digest for digest in missing if digest not in self._made]
        for at in range(0, len(missing), BATCH):
            self._make({digest: wanted[digest] for digest in missing[at : at + BATCH]})

    def _attempt(self, digest: str, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except STOPPING:
            raise
        except (ReconcilerError, MediaError) as error:
            self._made[digest] = error
            return None

    def _make(self, wanted: Mapping[str, Resource]) -> None:
        # Only now: the address of a video's thumbnail is good for a short time.
        params = {digest: self._attempt(digest, partial(self._params, ad)) for digest, ad in wanted.items()}
        ready = {digest: given for digest, given in params.items() if given is not None}
        self._send(ready)
        unknown = [digest for digest in ready if isinstance(self._made[digest], Unavailable)]
        if unknown:
            self._library.forget_creatives()
            self._made |= {d: self._library.creatives[d] for d in unknown if d in self._library.creatives}
            self._send({d: ready[d] for d in unknown if not isinstance(self._made[d], str)})

    def _send(self, ready: Mapping[str, Mapping[str, Any]]) -> None:
        edge = f"{self._account.id}/{KINDS['creative'].edge}"
        answers = self._writer.write_all([Part("POST", edge, given) for given in ready.values()])
        for digest, answer in zip(ready, answers, strict=True):
            if isinstance(answer, STOPPING):
                raise answer
            self._attempt(digest, partial(self._take, digest, answer))

    def _take(self, digest: str, answer: dict[str, Any] | GraphError) -> None:
        if isinstance(answer, GraphError):
            raise answer
        self._made[digest] = new_id(answer, known={self._account.id.removeprefix("act_")})

    def _params(self, ad: Resource) -> dict[str, Any]:
        content = content_of(ad.fields)
        video_id = self._video(content["video"]) if content.get("video") else ""
        sent = with_ids(ad.kind, content, self._ids)
        # By what it refers to, and not by the ids: it is found again by its name.
        name = creative_name(ad.name, content)
        return creative_params(name, sent, video_id=video_id, image=self._still(content, video_id))

    def _media(self, content: Mapping[str, Any]) -> None:
        upload = {"video": self._video, "image": self._image}
        for name, noun in format_of(content).media.items():
            if content.get(name):
                upload[noun](content[name])

    def _still(self, content: Mapping[str, Any], video_id: str) -> dict[str, str]:
        own = content.get("image") or content.get("thumbnail")
        if own:
            return {"image_hash": self._image(own)}
        return {"image_url": preferred_thumbnail(self._writer, video_id)}

    def _video(self, value: str) -> str:
        path, digest = media_path(value), media_digest(value)
        if digest not in self._videos:
            found = self._library.videos.get(digest)
            if found:
                # A run that was stopped may have left it processing.
                wait_until_ready(self._writer, found, video_title(path, digest))
            self._videos[digest] = found or self._upload_video(path, digest)
        return self._videos[digest]

    def _upload_video(self, path: str, digest: str) -> str:
        file = open_media(self._root / "creatives", path)
        with reading(file.root, path) as stream:
            return upload_video(
                self._writer,
                self._account.id,
                HashingReader(stream),
                file.size,
                digest,
                video_title(path, digest),
                self._progress(path),
            )

    def _image(self, value: str) -> str:
        path, digest = media_path(value), media_digest(value)
        if digest not in self._library.images:
            file = open_media(self._root / "creatives", path)
            with reading(file.root, path) as stream:
                self._library.images[digest] = upload_image(
                    self._writer,
                    self._account.id,
                    HashingReader(stream),
                    file.size,
                    digest,
                    image_file_name(path, digest),
                )
        return self._library.images[digest]
