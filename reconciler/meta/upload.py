"""Videos in chunks, images whole.

`finish` answers success even when most of the file is missing, so it is sent only after every byte has been
acknowledged, and believed only once the video is `ready`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from reconciler.meta.client import OK, Answer, Reader, Writer, new_id, taken
from reconciler.meta.errors import AGAIN, WRONG_OFFSET
from reconciler.model.errors import GraphError, GraphReply, TransferError, Unavailable
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


def upload_video(
    writer: Writer, account_id: str, source: Source, size: int, sha256: str, title: str, progress: Progress
) -> str:
    """The id of a video that is ready. Raises TransferError where the file did not arrive or cannot be processed."""
    edge = f"{account_id}/advideos"
    session, video_id, start, end = _try_again(lambda: _begin(writer, edge, size))
    stalls = 0
    while start < size and start != end and stalls < CHUNK_TRIES:
        before = start
        start, end = _transfer(writer, edge, session, source, start, min(end, size, start + LARGEST_CHUNK))
        stalls = 0 if start > before else stalls + 1
        progress(start, size)
    if start != size:
        raise TransferError(f"Meta acknowledged {start} of {size} bytes of {title}\n  mend: run apply again")
    source.verify(sha256)
    _finish(writer, edge, session, video_id, title)
    wait_until_ready(writer, video_id, title)
    return video_id


def _begin(writer: Writer, edge: str, size: int) -> tuple[str, str, int, int]:
    """Session, video and the first window. Raises Unavailable where the reply has not all of it."""
    begun = writer.post(edge, {"upload_phase": "start", "file_size": size}, video=True)
    return new_id(begun, "upload_session_id"), new_id(begun, "video_id"), *_offsets(begun)


def _transfer(writer: Writer, edge: str, session: str, source: Source, start: int, end: int) -> tuple[int, int]:
    params = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": start}
    for attempt in range(CHUNK_TRIES):
        chunk = source.read_range(start, end)
        files = {"video_file_chunk": ("chunk", chunk, "application/octet-stream")}
        try:
            return _offsets(writer.post(edge, params, files, video=True))
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


def wait_until_ready(reader: Reader, video_id: str, title: str) -> None:
    """Polls until Meta has processed the video. Raises TransferError on failure or after half an hour."""
    waited, pause, told = 0.0, 0.2, False
    while True:
        status = _status(reader, video_id)
        word = status.get("video_status")
        if word == "ready":
            return
        if word in FAILED:
            phase = status.get("processing_phase") or {}
            said = (phase.get("error") or phase.get("errors") or "") if isinstance(phase, Mapping) else ""
            raise TransferError(
                f"Meta could not process {title}: {word} {brief(str(said))}".rstrip()
                + "\n  mend: export the video again as H.264 MP4 with AAC sound"
            )
        if waited >= READY_SECONDS:
            raise TransferError(f"{title} is still {word} at Meta\n  mend: run apply again later")
        if waited > LONG and not told:
            told = True
            reader.connection.tell_wait(READY_SECONDS - waited, f"Meta is processing {brief(title, 100)}")
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
