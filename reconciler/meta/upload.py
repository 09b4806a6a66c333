"""Videos in chunks, images whole.

`finish` answers success even when most of the file is missing, so it is sent only after every byte has been
acknowledged, and believed only once the video is `ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from reconciler.errors import GraphError, GraphReply, TransferError, Unavailable
from reconciler.inert import brief
from reconciler.meta.client import Reader, Writer
from reconciler.meta.errors import AGAIN, WRONG_OFFSET

LARGEST_CHUNK = 32 * 1024 * 1024
CHUNK_TRIES = 5
READY_SECONDS = 30 * 60
FAILED = frozenset({"error", "expired", "upload_failed"})

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
    begun = _try_again(lambda: writer.post(edge, {"upload_phase": "start", "file_size": size}, video=True))
    start, end = _offsets(begun)
    session, video_id = str(begun.get("upload_session_id") or ""), str(begun.get("video_id") or "")
    if not session or not video_id:
        raise TransferError(f"Meta began the upload of {title} without a session\n  mend: run apply again")
    while start < size and start != end:
        start, end = _transfer(writer, edge, session, source, start, min(end, size, start + LARGEST_CHUNK))
        progress(start, size)
    if start != size:
        raise TransferError(f"Meta acknowledged {start} of {size} bytes of {title}\n  mend: run apply again")
    source.verify(sha256)
    _finish(writer, edge, session, video_id, title)
    wait_until_ready(writer, video_id, title)
    return video_id


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
    try:
        return int(reply["start_offset"]), int(reply["end_offset"])
    except (KeyError, ValueError, TypeError):
        raise Unavailable(GraphReply(200, message="Meta answered an upload without offsets"), AGAIN) from None


def _finish(writer: Writer, edge: str, session: str, video_id: str, title: str) -> None:
    params = {"upload_phase": "finish", "upload_session_id": session, "title": title}
    try:
        writer.post(edge, params, video=True)
    except Unavailable:
        # The finish may have been done: the status tells, and a second finish is refused when it has.
        if _status(writer, video_id).get("video_status") in ("", "uploading", None):
            _try_again(lambda: writer.post(edge, params, video=True))


def _try_again(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Once more after an unknown outcome: an upload that nobody finished leaves nothing behind."""
    try:
        return call()
    except Unavailable:
        return call()


def _status(reader: Reader, video_id: str) -> dict[str, Any]:
    return dict(reader.get(video_id, fields="status").get("status") or {})


def wait_until_ready(reader: Reader, video_id: str, title: str) -> None:
    """Polls until Meta has processed the video. Raises TransferError on failure or after half an hour."""
    waited, pause = 0.0, 0.2
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
        reader.connection.sleep(pause)
        waited, pause = waited + pause, min(pause * 1.5, 10.0)


def preferred_thumbnail(reader: Reader, video_id: str) -> str:
    """The URL of the frame that Meta prefers. Signed and short-lived: for use in one create call."""
    for pause in (0.5, 1.0, 2.0, 4.0, 0.0):
        frames = list(reader.pages(f"{video_id}/thumbnails", fields="id,uri,is_preferred"))
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
    reply = _try_again(lambda: writer.post(f"{account_id}/adimages", {}, files))
    images = list((reply.get("images") or {}).values())
    if len(images) != 1 or not images[0].get("hash"):
        raise TransferError(f"Meta answered the upload of {file_name} without a hash\n  mend: run apply again")
    return str(images[0]["hash"])
