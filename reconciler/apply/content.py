"""What ads show: videos and images uploaded, creatives made, each content once per account.

What is there already is told by the ads that show it, and by what was sent lately (`sent.py`). All are found again by
the digest in their names, and are listed where something tells that they are there. An image that no ad of ours has
shown is sent without asking, since the same bytes have the same hash, and a creative likewise, since Meta answers a
create of an identical one with the one that exists. A video is looked for first: to send it again would take long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from reconciler.apply.order import in_turn
from reconciler.apply.payload import with_ids
from reconciler.apply.sent import Sent
from reconciler.kinds import KINDS
from reconciler.kinds.creative.creative import content_of, creative_name, creative_params, format_of
from reconciler.kinds.creative.image import image_file_name
from reconciler.kinds.creative.video import video_title
from reconciler.kinds.identity import at_meta, creative_digest, media_digest, media_path
from reconciler.media import HashingReader, MediaError, open_media, reading
from reconciler.meta.answers import Answer, new_id
from reconciler.meta.client import BATCH, Writer
from reconciler.meta.pace import READ, WRITE
from reconciler.meta.request import Part
from reconciler.meta.upload import Progress, Watch, preferred_thumbnail, upload_image, upload_video, wait_until_ready
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import (
    STOPPING,
    AccountBlocked,
    Due,
    GraphError,
    Invalid,
    NotFound,
    ReconcilerError,
    TransferError,
    Unavailable,
)
from reconciler.model.record import Record
from reconciler.model.ref import address_in, is_ref
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.observe.library import Library, is_deleted
from reconciler.system.interrupt import gathered

Failure = ReconcilerError | MediaError

Medium = tuple[str, str]
"""A noun and a digest."""

VIDEO, IMAGE, CREATIVE = "video", "image", "creative"


class Contents:
    """The creatives of one account's ads."""

    def __init__(
        self,
        writer: Writer,
        account: Account,
        root: Path,
        progress: Callable[[str], Progress],
        ids: Mapping[Address, str],
        sent: Sent,
        shown: Shown,
        between: Callable[[], None] = lambda: None,
        waited: Callable[[], None] = lambda: None,
        at_once: int = 1,
    ) -> None:
        """`between` is called before each batch and each upload, `waited` before each part of an upload; either may
        raise Due. `at_once`: how many videos are uploaded side by side."""
        self._waited = waited
        self._at_once = at_once
        self._lock = Lock()
        self._stop: ReconcilerError | None = None
        self._writer = writer
        self._sent = sent
        self._shown = shown
        self._account = account
        self._root = root
        self._progress = progress
        self._ids = ids
        self._between = between
        self._library = Library(writer, account.id)
        self._videos: dict[str, str | Failure] = {}
        self._images: dict[str, str] = {}
        self._found: set[str] = set()
        """Digests of videos that a list has shown."""
        self._made: dict[str, str | Failure] = {}
        self._barred: dict[str, AccountBlocked] = {}
        """By digest of a creative or a video, what it has met with and all that comes after it would."""
        self._digests: dict[Address, str] = {}
        """Of the creative of each ad: asked for at every step of its way."""
        self._relied_on: set[Medium] = set()
        """Media whose ids were answered lately, and of which nobody has asked since whether they are there."""

    def creative(self, resource: Resource) -> str:
        """The id of the creative that `prepare` found or made. Raises what kept it from being made."""
        found = self._made[self._digest(resource)]
        if isinstance(found, str):
            return found
        raise found

    def _digest(self, ad: Resource) -> str:
        if ad.address not in self._digests:
            self._digests[ad.address] = creative_digest(content_of(ad.fields))
        return self._digests[ad.address]

    def barred(self, ad: Resource) -> AccountBlocked | None:
        """What stops the account, where the content of this ad has met with it."""
        content = content_of(ad.fields)
        digests = (self._digest(ad), *(media_digest(value) for value in _videos_of(content)))
        return next((self._barred[digest] for digest in digests if digest in self._barred), None)

    def awaits_a_film(self, ad: Resource) -> bool:
        """Whether one has to be sent, or may be in processing; nothing is asked for that."""
        if self._digest(ad) in self._shown.creatives:
            return False
        files = [media_digest(value) for value in _videos_of(content_of(ad.fields)) if not at_meta(value)]
        return any(digest not in self._videos and not self._sent.made(VIDEO, digest) for digest in files)

    def prepare(self, ads: Iterable[Resource]) -> None:
        """Media and creatives of all ads, before anything is made for them to stand in. A failure is the ad's."""
        wanted = {self._digest(ad): ad for ad in ads}
        known = self._known(wanted) if wanted else {}
        self._made |= known
        missing = [digest for digest in wanted if digest not in known]
        self._upload_videos(value for digest in missing for value in _videos_of(content_of(wanted[digest].fields)))
        self._made |= self._listed(
            {digest: wanted[digest] for digest in missing if self._shows_a_found(wanted[digest])}
        )
        missing = [digest for digest in missing if digest not in self._made]
        for digest in missing:
            self._between()
            self._attempt(digest, partial(self._media, content_of(wanted[digest].fields)))
        left = [digest for digest in missing if digest not in self._made]
        missing = in_turn(left, lambda digest: wanted[digest].address.root)
        while missing:
            self._between()
            most = self._writer.pace.ready(min(len(missing), BATCH), READ + WRITE)
            self._make({digest: wanted[digest] for digest in missing[:most]})
            missing = missing[most:]

    def _shows_a_found(self, ad: Resource) -> bool:
        """A video that is there, and that nothing here remembers, may be in a creative, too. That would be made again:
        its address of the video's still is signed anew each time, so that Meta does not take the two for one."""
        return any(media_digest(value) in self._found for value in _videos_of(content_of(ad.fields)))

    def _known(self, wanted: Mapping[str, Resource]) -> dict[str, str]:
        """Those that are there, as far as that can be told without a list. Which form one opens only a list tells."""
        shown = {digest: one for digest in wanted if (one := self._shown.creatives.get(digest))}
        found = shown | self._still_there([digest for digest in wanted if digest not in shown])
        plain = {digest: one for digest, one in found.items() if one and not self._opened(wanted[digest])}
        left = {digest: ad for digest, ad in wanted.items() if digest not in plain}
        return plain | self._listed(
            {digest: ad for digest, ad in left.items() if self._sent.doubted or self._opened(ad)}
        )

    def _still_there(self, digests: Iterable[str]) -> dict[str, str]:
        """The ids of those that were made lately. No ad is known to show them, so nobody would miss them."""
        made = {digest: one for digest in digests if (one := self._sent.made(CREATIVE, digest))}
        shown = zip(made, self._writer.get_all(list(made.values()), "id,status"), strict=True)
        gone = {digest for digest, one in shown if isinstance(one, (Invalid, NotFound)) or _is_deleted(one)}
        return {digest: one for digest, one in made.items() if digest not in gone}

    def _listed(self, wanted: Mapping[str, Resource]) -> dict[str, str]:
        """Of those that open a form that could not be made, none."""
        opened = {digest: self._opened(ad) for digest, ad in wanted.items()}
        opened = {digest: form for digest, form in opened.items() if not is_ref(form)}
        return self._library.creatives(opened, self._shown.others) if opened else {}

    def _opened(self, ad: Resource) -> str:
        """The id of the form; its reference while there is none, and "" where it opens none."""
        form = str(ad.fields.get("lead_form") or "")
        return self._ids.get(address_in(form), form) if is_ref(form) else form

    def _attempt(self, digest: str, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except (*STOPPING, Due) as error:
            self._note_barred(digest, error)
            raise
        except (ReconcilerError, MediaError) as error:
            self._made[digest] = error
            return None

    def _note_barred(self, digest: str, error: object) -> None:
        """What was not sent any more is answered with the error of another, which is that one's."""
        if isinstance(error, AccountBlocked) and all(error is not other for other in self._barred.values()):
            self._barred[digest] = error

    def _make(self, wanted: Mapping[str, Resource]) -> None:
        self._try_to_make(wanted)
        shown = {
            digest: _media_of(content_of(ad.fields))
            for digest, ad in wanted.items()
            if isinstance(self._made.get(digest), (Invalid, NotFound))
        }
        lost = {medium: value for media in shown.values() for medium, value in media.items() if self._is_lost(medium)}
        if lost:
            self._upload_videos(value for (noun, _), value in lost.items() if noun == VIDEO)
            self._try_to_make({digest: wanted[digest] for digest, media in shown.items() if lost.keys() & media.keys()})

    def _is_lost(self, medium: Medium) -> bool:
        """Whether it was relied on, and somebody has deleted it since. Then it is not known any more."""
        if medium not in self._relied_on:
            return False
        self._relied_on.discard(medium)
        noun, digest = medium
        try:
            lost = self._is_gone(str(self._videos[digest])) if noun == VIDEO else digest not in self._library.images
        except (Invalid, Unavailable):
            return False
        if lost:
            self._sent.forget(noun, digest)
            (self._videos if noun == VIDEO else self._images).pop(digest, None)
        return lost

    def _is_gone(self, object_id: str) -> bool:
        try:
            self._writer.read(object_id, "id")
        except NotFound:
            return True
        return False

    def _try_to_make(self, wanted: Mapping[str, Resource]) -> None:
        # Only now: the address of a video's thumbnail is good for a short time.
        params = {digest: self._attempt(digest, partial(self._params, ad)) for digest, ad in wanted.items()}
        ready = {digest: given for digest, given in params.items() if given is not None}
        self._send(ready)
        unknown = [digest for digest in ready if isinstance(self._made[digest], Unavailable)]
        if unknown:
            self._library.forget_creatives()
            self._made |= self._listed({digest: wanted[digest] for digest in unknown})
            self._send({d: ready[d] for d in unknown if not isinstance(self._made[d], str)})

    def _send(self, ready: Mapping[str, Mapping[str, Any]]) -> None:
        edge = f"{self._account.id}/{KINDS['creative'].edge}"
        answers = self._writer.write_all([Part("POST", edge, given) for given in ready.values()])
        for digest, answer in zip(ready, answers, strict=True):
            self._note_barred(digest, answer)
            if not isinstance(answer, STOPPING):
                self._attempt(digest, partial(self._take, digest, answer))
        made = {digest: one for digest in ready if isinstance(one := self._made.get(digest), str)}
        if made:
            self._sent.keep_made(CREATIVE, made)
        if stop := next((answer for answer in answers if isinstance(answer, STOPPING)), None):
            raise stop

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
        if known := at_meta(value):
            return known
        digest = media_digest(value)
        if digest not in self._videos:
            self._upload_videos([value])
        found = self._videos[digest]
        if isinstance(found, str):
            return found
        raise found

    def _upload_videos(self, values: Iterable[str]) -> None:
        """Side by side, each file once. What keeps one from being sent keeps no other; what stops the account is raised
        once all have ended, and what has arrived by then is remembered."""
        wanted = {media_digest(value): media_path(value) for value in values if not at_meta(value)}
        known = {digest: one for digest in wanted if (one := self._sent.made(VIDEO, digest))}
        self._relied_on |= {(VIDEO, digest) for digest in known if digest not in self._videos}
        self._videos |= known
        left = {digest: path for digest, path in wanted.items() if digest not in self._videos}
        if not left:
            return
        listed = self._library.videos
        step = partial(self._try_video, listed)
        if self._at_once == 1 or len(left) == 1:
            for file in left.items():
                step(file)
        else:
            with ThreadPoolExecutor(max_workers=self._at_once) as pool:
                list(gathered(pool, step, left.items()))
        if self._stop is not None:
            raise self._stop

    def _try_video(self, listed: Mapping[str, str], file: tuple[str, str]) -> None:
        """What is wrong with this one alone is kept for its ads. After what ends all of it none is begun."""
        digest, path = file
        if self._stop is not None:
            return
        try:
            with self._lock:
                self._between()
            self._videos[digest] = self._found_or_sent(path, digest, listed.get(digest, ""))
        except (*STOPPING, Due) as error:
            self._note_barred(digest, error)
            self._stop = error
        except Unavailable as error:
            # Of the ad nothing is unknown: it is not made. What was begun is kept.
            self._videos[digest] = TransferError(f"{path} did not get to Meta: {error.reply}\n  mend: {error.mend}")
        except (ReconcilerError, MediaError) as error:
            self._videos[digest] = error

    def _found_or_sent(self, path: str, digest: str, found: str) -> str:
        if found:
            self._found.add(digest)
            # A run that was stopped may have left it processing.
            wait_until_ready(self._writer, found, video_title(path, digest), self._waited)
        video_id = found or self._upload_video(path, digest)
        self._sent.keep_made(VIDEO, {digest: video_id})
        self._sent.end(digest)
        return video_id

    def _upload_video(self, path: str, digest: str) -> str:
        file = open_media(self._root / "creatives", path)
        with reading(file.root, path) as stream:
            source, title = HashingReader(stream), video_title(path, digest)
            which = " ".join(map(str, source.stamp))
            watch = Watch(
                partial(self._sent.keep_begun, digest, which), self._before_a_part, self._waited, self._progress(path)
            )
            begun = self._sent.begun(digest, which)
            try:
                return upload_video(self._writer, self._account.id, source, file.size, digest, title, watch, begun)
            except (TransferError, MediaError):
                self._sent.end(digest)
                raise

    def _before_a_part(self) -> None:
        """What has arrived is remembered, so a launch need not wait for the rest of a long film."""
        self._waited()
        self._writer.pace.make_room(WRITE)

    def _image(self, value: str) -> str:
        if known := at_meta(value):
            return known
        path, digest = media_path(value), media_digest(value)
        if digest not in self._images:
            known = self._sent.made(IMAGE, digest)
            if known:
                self._relied_on.add((IMAGE, digest))
            if not known and (self._sent.doubted or digest in self._shown.media):
                known = self._library.images.get(digest, "")
            self._images[digest] = known or self._upload_image(path, digest)
            self._sent.keep_made(IMAGE, {digest: self._images[digest]})
        return self._images[digest]

    def _upload_image(self, path: str, digest: str) -> str:
        file = open_media(self._root / "creatives", path)
        with reading(file.root, path) as stream:
            name = image_file_name(path, digest)
            return upload_image(self._writer, self._account.id, HashingReader(stream), file.size, digest, name)


@dataclass(frozen=True)
class Shown:
    """What the ads of an account have shown: creatives that some of them show now, by digest, and the digests of all
    videos and images."""

    creatives: Mapping[str, str]
    media: frozenset[str]
    others: frozenset[str] = frozenset()
    """Ids of creatives that bear the name of ours and show something else."""


def _videos_of(content: Mapping[str, Any]) -> Iterator[str]:
    media = format_of(content).media
    yield from (str(content[name]) for name, noun in media.items() if noun == VIDEO and content.get(name))


def _is_deleted(answer: Answer) -> bool:
    return not isinstance(answer, GraphError) and is_deleted(answer)


def _media_of(content: Mapping[str, Any]) -> dict[Medium, str]:
    """The files that it shows. What Meta's own id names cannot be sent again."""
    values = ((noun, str(content[name])) for name, noun in format_of(content).media.items() if content.get(name))
    return {(noun, media_digest(value)): value for noun, value in values if not at_meta(value)}


def shown_by(records: Mapping[Address, Record], objects: Mapping[Address, Object]) -> Shown:
    """As far as records tell. A creative that is not known by its name is a stranger's: it may show more than is
    declared."""
    contents = {at: content_of(one.applied) for at, one in records.items() if KINDS[one.kind].content and one.applied}
    creatives: dict[str, str] = {}
    for at, content in contents.items():
        live, known, digest = objects.get(at), records[at].creative_id, creative_digest(content)
        if known and live is not None and not live.gone and (live.creative_id, live.content_digest) == (known, digest):
            creatives.setdefault(digest, known)
    others = frozenset(live.creative_id for live in objects.values() if live.is_read_whole and not live.content_digest)
    return Shown(creatives, frozenset(_media_in(contents.values())), others)


def _media_in(value: Any) -> Iterator[str]:
    """Digests, however deep they stand."""
    if isinstance(value, str) and "@sha256:" in value:
        yield media_digest(value)
    elif isinstance(value, Mapping):
        yield from _media_in(value.values())
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _media_in(inner)
