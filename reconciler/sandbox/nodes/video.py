"""Videos: chunked or whole upload, then processing by the clock.

Recorded: string offsets, chunks larger than asked are taken, ``finish`` succeeds although bytes are missing,
6001/1363037 names the right offset, the shape of ``status``. Documented: at most 10 GB. Guessed: that a video which
was finished early ends in ``error``. ``file_url`` is believed, not fetched.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.account_fields import name_of_account
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, row, success
from reconciler.sandbox.spool import Session
from reconciler.sandbox.world import Node

_DEFAULT_SECONDS = 15.0
_ALIASES = {"name": "title", "title": "title", "description": "description"}


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    for field in ("name", "title"):
        if len(str(params.get(field) or "")) > 255:
            raise GraphError("param", name=field, what="no longer than 255 characters")
    phase = params.get("upload_phase")
    if phase:
        return _PHASES[phase](ctx, account, params)
    if params.get("file_url"):
        return _from_url(ctx, account, params)
    return _whole(ctx, account, params)


def _new(ctx: Context, account: Node, params: Params, size: int) -> Node:
    number = account.id.removeprefix("act_")
    data: dict[str, Any] = {_ALIASES[key]: str(params[key]) for key in _ALIASES if params.get(key)}
    data |= {"created_time": ctx.now, "updated_time": ctx.now, "account_id": number}
    hidden = {"state": "uploading", "size": size, "received": 0}
    return ctx.wrote(ctx.world.add(Node(ctx.world.new_id("video", number), "video", number, data, hidden)))


def _start(ctx: Context, account: Node, params: Params) -> Any:
    change.required(params, "file_size")
    size = int(params["file_size"])
    if size < 1:
        raise GraphError("upload_empty")
    if size > ctx.settings["max_video_bytes"]:
        raise GraphError("upload_too_large")
    ctx.about_to_write()
    node = _new(ctx, account, params, size)
    id = ctx.world.new_id("upload_session")
    session = ctx.spool.open(id, node.id, size)
    return {"video_id": node.id, "upload_session_id": id, **_offsets(ctx, session)}


def _offsets(ctx: Context, session: Session) -> dict[str, str]:
    window = ctx.settings["video_next_chunk_bytes" if session.received else "video_chunk_bytes"]
    end = min(session.received + int(window), session.size)
    return {"start_offset": str(session.received), "end_offset": str(max(end, session.received))}


def _session(ctx: Context, account: Node, params: Params) -> Session:
    change.required(params, "upload_session_id")
    session = ctx.spool.sessions.get(str(params["upload_session_id"]))
    if session is None or f"act_{ctx.world.nodes[session.video].account}" != account.id:
        raise GraphError("upload_session")
    return session


def _transfer(ctx: Context, account: Node, params: Params) -> Any:
    session = _session(ctx, account, params)
    change.required(params, "start_offset")
    upload = ctx.call.files.get("video_file_chunk")
    if upload is None:
        raise GraphError("required", name="video_file_chunk")
    if int(params["start_offset"]) != session.received:
        raise GraphError("upload_offset", data=_offsets(ctx, session))
    ctx.about_to_write()
    session.append(upload.content)
    video = ctx.world.nodes[session.video]
    video.hidden["received"] = session.received
    ctx.wrote(video)
    return _offsets(ctx, session)


def _finish(ctx: Context, account: Node, params: Params) -> Any:
    session = _session(ctx, account, params)
    ctx.about_to_write()
    video = ctx.world.nodes[session.video]
    for key, field in _ALIASES.items():
        if params.get(key):
            video.data[field] = str(params[key])
    _received(ctx, video, session)
    ctx.spool.drop(str(params["upload_session_id"]))
    return success()


def _received(ctx: Context, video: Node, session: Session) -> None:
    complete = session.received == session.size
    video.hidden.update(
        state="processing" if complete else "error",
        sha256=session.digest.hexdigest(),
        received=session.received,
        ready_at=ctx.now + ctx.settings["video_seconds"],
    )
    if complete and session.kept is not None:
        ctx.spool.keep(f"video/{video.id}.mp4", bytes(session.kept))
    video.data.setdefault("title", "")
    video.data.update(length=session.film.seconds or _DEFAULT_SECONDS, updated_time=ctx.now)
    ctx.wrote(video)


def _cancel(ctx: Context, account: Node, params: Params) -> Any:
    session = _session(ctx, account, params)
    ctx.about_to_write()
    ctx.world.nodes[session.video].hidden["state"] = "expired"
    ctx.spool.drop(str(params["upload_session_id"]))
    return success()


_PHASES = {"start": _start, "transfer": _transfer, "finish": _finish, "cancel": _cancel}


def _whole(ctx: Context, account: Node, params: Params) -> Any:
    upload = ctx.call.files.get("source") or next(iter(ctx.call.files.values()), None)
    if upload is None:
        raise GraphError("required", name="source")
    if not upload.content:
        raise GraphError("upload_empty")
    ctx.about_to_write()
    node = _new(ctx, account, {"name": upload.filename, **params}, len(upload.content))
    id = ctx.world.new_id("upload_session")
    session = ctx.spool.open(id, node.id, len(upload.content))
    session.append(upload.content)
    _received(ctx, node, session)
    ctx.spool.drop(id)
    return {"id": node.id}


def _from_url(ctx: Context, account: Node, params: Params) -> Any:
    url = urlsplit(str(params["file_url"]))
    if url.scheme not in ("http", "https") or not url.hostname or url.hostname.endswith(".invalid"):
        raise GraphError("file_url")
    ctx.about_to_write()
    node = _new(ctx, account, params, 0)
    digest = hashlib.sha256(str(params["file_url"]).encode()).hexdigest()
    ready = ctx.now + ctx.settings["video_seconds"]
    node.hidden.update(state="processing", sha256=digest, ready_at=ready)
    node.data["length"] = _DEFAULT_SECONDS
    return {"id": node.id}


def state_of(ctx: Context, node: Node) -> str:
    state = str(node.hidden["state"])
    if state in ("processing", "error") and ctx.now < node.hidden["ready_at"]:
        return "processing"
    return "ready" if state == "processing" else state


def _status(ctx: Context, node: Node) -> dict[str, Any]:
    state = state_of(ctx, node)
    uploaded = {"uploading": "in_progress", "expired": "error"}.get(state, "complete")
    progress = _progress(ctx, node, state)
    begun = "in_progress" if progress else "not_started"
    processed = {"ready": "complete", "error": "error", "processing": begun}.get(state, "not_started")
    published = {"status": "not_started"}
    if state == "ready":
        at = graph_time(node.hidden["ready_at"])
        published = {"status": "complete", "publish_status": "published", "publish_time": at}
    processing: dict[str, Any] = {"status": processed}
    if state == "error":
        processing["error"] = {"message": "There was a problem uploading your video file.", "code": 1363045}
    return {
        "video_status": state,
        "processing_progress": progress,
        "uploading_phase": {"status": uploaded, "bytes_transferred": node.hidden["received"]},
        "processing_phase": processing,
        "publishing_phase": published,
        "copyright_check_status": {"status": _copyright(ctx, state)},
    }


def _progress(ctx: Context, node: Node, state: str) -> int:
    """Nothing for the first half of the time (recorded), then half."""
    if state == "processing":
        return 0 if ctx.now < node.hidden["ready_at"] - ctx.settings["video_seconds"] / 2 else 50
    return 100 if state == "ready" else 0


def _copyright(ctx: Context, state: str) -> str:
    """``error`` beside a video that goes on being processed has been recorded."""
    wanted = str(ctx.settings["copyright_check"])
    return "in_progress" if wanted == "complete" and state != "ready" else wanted


def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "video")
    found = [one for one in found if one.hidden["state"] not in ("uploading", "expired")]
    wanted = params.get("title")
    return [one for one in found if wanted in one.data.get("title", "")] if wanted else found


def _thumbnails(ctx: Context, node: Node, params: Params) -> list[Node]:
    """Only once the video is ready; the addresses really serve a PNG, and change at every read."""
    if state_of(ctx, node) != "ready":
        return []
    found = []
    for number in range(3):
        id = str(int(node.id) * 10 + number)
        sign = f"{ctx.world.count('signature'):08x}"
        data = {
            "id": id,
            "uri": f"{ctx.call.base_url}/_media/thumbnail/{node.id}_{number}.png?oh={sign}",
            "height": 180,
            "width": 320,
            "scale": 1,
            "is_preferred": number == 0,
            "name": "",
        }
        found.append(row(id, "thumbnail", data, node.account, number + 1))
    return found


def _utc(name: str) -> Any:
    return lambda ctx, node: graph_time(node.data[name])


def update(ctx: Context, node: Node, params: Params) -> Any:
    changes = {_ALIASES[key]: str(params[key]) for key in _ALIASES if params.get(key)}
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


def remove(ctx: Context, node: Node, params: Params) -> Any:
    ctx.about_to_write()
    ctx.world.forget(node)
    ctx.wrote(node)
    return success()


def remove_by_id(ctx: Context, account: Node, params: Params) -> Any:
    change.required(params, "video_id")
    return remove(ctx, ctx.need(params["video_id"], "video"), params)


TYPE = NodeType(
    kind="video",
    label="Video",
    defaults=("id", "description", "updated_time"),
    readers={
        "account_name": name_of_account,
        "status": _status,
        "created_time": _utc("created_time"),
        "updated_time": _utc("updated_time"),
        "published": lambda ctx, node: state_of(ctx, node) == "ready",
        "is_instagram_eligible": lambda ctx, node: state_of(ctx, node) == "ready",
        "permalink_url": lambda ctx, node: f"/{node.id}/",
        "picture": lambda ctx, node: f"{ctx.call.base_url}/_media/thumbnail/{node.id}_0.png",
        "source": lambda ctx, node: f"{ctx.call.base_url}/_media/video/{node.id}.mp4",
        "name": lambda ctx, node: node.data.get("title"),
    },
    lists={"thumbnails": Listing("thumbnail", _thumbnails, newest_first=False)},
    update=update,
    remove=remove,
)

THUMBNAIL = NodeType(kind="thumbnail", label="VideoThumbnail", defaults=None)
