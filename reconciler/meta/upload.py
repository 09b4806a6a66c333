"""Videos in chunks that are read from disk while they are sent, images whole.

`finish` answers success even when most of the file is missing, so it is sent only after every byte has been
acknowledged, and believed only once the video is `ready`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from reconciler.meta.answers import Answer, new_id, taken
from reconciler.meta.client import Reader, Writer
from reconciler.meta.errors import AGAIN, EXPORT, WRONG_OFFSET
from reconciler.meta.pace import LIMITED
from reconciler.meta.request import OK, Range
from reconciler.model.errors import GraphError, GraphReply, Invalid, NotFound, TransferError, Unavailable
from reconciler.text.sanitize import brief

LARGEST_CHUNK = 32 * 1024 * 1024
CHUNK_TRIES = 5
FINISH_TRIES = 3
READY_SECONDS = 30 * 60
LONG = 10.0
"""Seconds after which a person wants to know what is waited for."""
UNFINISHED = ("", "uploading", None)
FAILED = frozenset({"error", "expired", "upload_failed"})

OFFSET = re.compile(r"[0-9]{1,15}")
IMAGE_HASH = re.compile(r"[0-9a-f]{32,64}")

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with bytes acknowledged and bytes in all."""


class Source(Protocol):
    """A file that can give any range of its bytes and tell in the end whether they were the ones hashed."""

    def read_range(self, start: int, end: int) -> bytes: ...

    def verify(self, sha256: str) -> None: ...


@dataclass(frozen=True)
class Begun:
    """An upload that Meta knows: its ids, and the range of bytes that Meta has asked for next."""

    session: str
    video_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Watch:
    """Of one upload. `keep` is called with each answer, before it is used; `between` before each chunk,
    `waiting` before each wait for what Meta makes of it. Both may raise: what was kept goes on from there."""

    keep: Callable[[Begun], None] = lambda begun: None
    between: Callable[[], None] = lambda: None
    waiting: Callable[[], None] = lambda: None
    progress: Progress = lambda done, total: None


def upload_video(
    writer: Writer,
    account_id: str,
    source: Source,
    size: int,
    sha256: str,
    title: str,
    watch: Watch = Watch(),
    begun: Begun | None = None,
) -> str:
    """The id of a video that is ready. `begun`: an upload of this very file that was cut off; where Meta does not go on
    with it, whatever it says, it is begun anew. Raises TransferError where the file did not arrive or cannot be
    processed, and Unavailable where Meta has not answered: what was begun can be gone on with then."""
    upload = _Upload(writer, f"{account_id}/advideos", source, size, sha256, title, watch)
    if begun is not None and (video_id := upload.resumed(begun)):
        return video_id
    return upload.anew()


class _Unusable(TransferError):
    """Meta has all that it was sent, and can make nothing of it."""


IN_VAIN = (Invalid, NotFound, Unavailable, TransferError)
"""What an upload ends with that does not stop the account. Of a broken one Meta gives many codes, and the same for what
passes: so they are tried again, and what was resumed is let go of when the tries are spent."""


@dataclass(frozen=True)
class _Upload:
    """Of one file to one account."""

    writer: Writer
    edge: str
    source: Source
    size: int
    sha256: str
    title: str
    watch: Watch

    def anew(self) -> str:
        begun = _try_again(lambda: _begin(self.writer, self.edge, self.size))
        self.watch.keep(begun)
        self._send(begun)
        if (refusal := self._refusal(begun)) is not None:
            raise refusal
        wait_until_ready(self.writer, begun.video_id, self.title, self.watch.waiting)
        return begun.video_id

    def resumed(self, begun: Begun) -> str:
        """The video's id; "" where Meta does not go on with it, and nothing can be shown of it. Raises Unavailable
        where it may have come to its end all the same: there would be two of them."""
        try:
            self._send(begun)
        except IN_VAIN:
            return ""
        if self._refusal(begun) is not None:
            return ""
        try:
            wait_until_ready(self.writer, begun.video_id, self.title, self.watch.waiting)
        except _Unusable:
            # Several runs have sent its parts: the file may be sound.
            return ""
        return begun.video_id

    def _send(self, begun: Begun) -> None:
        """Returns once Meta has acknowledged all of it, and it was the file that it should be."""
        stalls = 0
        while begun.start < self.size and begun.start != begun.end and stalls < CHUNK_TRIES:
            self.watch.between()
            before, end = begun.start, min(begun.end, self.size, begun.start + LARGEST_CHUNK)
            start, end = _transfer(self.writer, self.edge, begun.session, self.source, before, end)
            begun = replace(begun, start=start, end=end)
            self.watch.keep(begun)
            stalls = 0 if start > before else stalls + 1
            self.watch.progress(start, self.size)
        if begun.start != self.size:
            raise TransferError(
                f"Meta acknowledged {begun.start} of {self.size} bytes of {self.title}\n  mend: run apply again"
            )
        # What an earlier run has sent is read as well: it was this very file.
        self.source.read_range(self.size, self.size)
        self.source.verify(self.sha256)

    def _refusal(self, begun: Begun) -> GraphError | None:
        """What keeps it from its end; None once it is there. Raises Unavailable where nobody tells."""
        self.watch.between()
        try:
            _finish(self.writer, self.edge, begun.session, begun.video_id, self.title)
        except (Invalid, NotFound, Unavailable) as error:
            return None if self._is_finished(begun) else error
        return None

    def _is_finished(self, begun: Begun) -> bool:
        """The answer to an earlier finish may have been lost, or the run that would have kept it."""
        try:
            word = _status(self.writer, begun.video_id).get("video_status")
        except (Invalid, NotFound):
            return False
        return word not in UNFINISHED and word not in FAILED


def _begin(writer: Writer, edge: str, size: int) -> Begun:
    """Session, video and the first window. Raises Unavailable where the reply has not all of it."""
    answer = writer.post(edge, {"upload_phase": "start", "file_size": size}, video=True)
    return Begun(new_id(answer, "upload_session_id"), new_id(answer, "video_id"), *_offsets(answer))


def _transfer(writer: Writer, edge: str, session: str, source: Source, start: int, end: int) -> tuple[int, int]:
    params = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": start}
    chunk = Range("video_file_chunk", source.read_range, start, end)
    for attempt in range(CHUNK_TRIES):
        try:
            return _offsets(writer.post(edge, params, chunk, video=True))
        except GraphError as error:
            if error.reply.subcode == WRONG_OFFSET and isinstance(error.reply.error_data, Mapping):
                return _offsets(error.reply.error_data)
            if not isinstance(error, Unavailable) or attempt == CHUNK_TRIES - 1:
                raise
            writer.connection.sleep(0.5 * 2**attempt)
    raise AssertionError("unreachable")


def _offsets(reply: Mapping[str, Any]) -> tuple[int, int]:
    start, end = (str(reply.get(name)) for name in ("start_offset", "end_offset"))
    if not (OFFSET.fullmatch(start) and OFFSET.fullmatch(end)):
        raise Unavailable(GraphReply(OK, message="Meta answered an upload without offsets"), AGAIN)
    return int(start), int(end)


def _finish(writer: Writer, edge: str, session: str, video_id: str, title: str) -> None:
    params = {"upload_phase": "finish", "upload_session_id": session, "title": title}
    for _ in range(FINISH_TRIES):
        answer = _answer(writer, edge, params)
        if not isinstance(answer, Unavailable):
            break
        # It may have been done: the status tells, and a second finish is refused when it has.
        if _status(writer, video_id).get("video_status") not in UNFINISHED:
            return
    if isinstance(answer, GraphError):
        raise answer


def _answer(writer: Writer, edge: str, params: Mapping[str, Any]) -> Answer:
    try:
        return taken(writer.post(edge, params, video=True))
    except GraphError as error:
        return error


def _try_again(call: Callable[[], T]) -> T:
    """Once more after an unknown outcome: an upload that nobody finished leaves nothing behind."""
    try:
        return call()
    except Unavailable:
        return call()


def _status(reader: Reader, video_id: str) -> dict[str, Any]:
    found = reader.read(video_id, "status").get("status")
    return found if isinstance(found, dict) else {}


def wait_until_ready(reader: Reader, video_id: str, title: str, waiting: Callable[[], None]) -> None:
    """Polls until Meta has processed the video, more seldom where each look counts. `waiting` is called before each
    wait, and may raise. Raises TransferError on failure or after half an hour."""
    waited, told = 0.0, False
    pause = 5.0 if reader.pace.limits is LIMITED else 0.2
    while True:
        status = _status(reader, video_id)
        word = status.get("video_status")
        if word == "ready":
            return
        if word in FAILED:
            phase = status.get("processing_phase") or {}
            said = (phase.get("error") or phase.get("errors") or "") if isinstance(phase, Mapping) else ""
            raise _Unusable(
                f"Meta could not process {title}: {word} {brief(str(said))}".rstrip() + f"\n  mend: {EXPORT}"
            )
        if waited >= READY_SECONDS:
            raise TransferError(f"{title} is still {word} at Meta\n  mend: run apply again later")
        if waited > LONG and not told:
            told = True
            reader.connection.tell_wait(READY_SECONDS - waited, f"Meta is processing {brief(title, 100)}")
        waiting()
        reader.connection.sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, 10.0)


def preferred_thumbnail(reader: Reader, video_id: str) -> str:
    """The URL of the frame that Meta prefers. Signed and short-lived: for use in one create call."""
    for pause in (0.5, 1.0, 2.0, 4.0, 0.0):
        rows = reader.pages(f"{video_id}/thumbnails", fields="id,uri,is_preferred")
        frames = [row for row in rows if isinstance(row.get("uri"), str)]
        if frames:
            chosen = next((f for f in frames if f.get("is_preferred")), frames[0])
            return str(chosen["uri"])
        reader.connection.sleep(pause)
    raise TransferError(f"Meta made no thumbnail of video {video_id}\n  mend: name one with thumbnail: in the ad")


def upload_image(writer: Writer, account_id: str, source: Source, size: int, sha256: str, file_name: str) -> str:
    """The image's hash at Meta. Safe to repeat: the same bytes have the same hash."""
    content = source.read_range(0, size)
    source.verify(sha256)
    kind = "image/png" if file_name.endswith("png") else "image/jpeg"
    files = {"filename": (file_name, content, kind)}
    return _try_again(lambda: _hash_in(writer.post(f"{account_id}/adimages", {}, files)))


def _hash_in(reply: Mapping[str, Any]) -> str:
    images = reply.get("images")
    rows = list(images.values()) if isinstance(images, dict) else []
    found = [str(row.get("hash")) for row in rows if isinstance(row, dict)]
    if len(found) != 1 or not IMAGE_HASH.fullmatch(found[0]):
        raise Unavailable(GraphReply(OK, message="Meta answered the upload of an image without its hash"), AGAIN)
    return found[0]
