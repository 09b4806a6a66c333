"""What was sent of media and creatives, in `state/.ACCOUNT.uploads.json`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.store.files.hidden import UNREADABLE, is_ahead, keep, kept_in
from reconciler.store.uploads import Made, Upload, Uploads
from reconciler.system.clock import SYSTEM, Clock

MOST = 2000
"""Things made that are remembered: the newest."""


class FileUploads:
    """`store/uploads.py`, below `root`."""

    def __init__(self, root: Path, clock: Clock = SYSTEM) -> None:
        self._folder, self._clock = root / "state", clock

    def get(self, account: str) -> Uploads | None:
        try:
            kept = kept_in(self._path(account))
            return None if is_ahead(kept, self._clock) else _uploads(kept)
        except UNREADABLE:
            return None

    def put(self, account: str, uploads: Uploads) -> None:
        newest = sorted(uploads.made.items(), key=lambda item: item[1].at)[-MOST:]
        begun = {digest: {**asdict(one), "at": one.at.isoformat()} for digest, one in uploads.begun.items()}
        made = {key: [one.id, one.at.isoformat()] for key, one in newest}
        content = {"basis": uploads.basis, "begun": begun, "made": made, "doubted": uploads.doubted}
        keep(self._path(account), content, self._clock)

    def forget(self, account: str) -> None:
        with suppress(OSError):
            self._path(account).unlink(missing_ok=True)

    def _path(self, account: str) -> Path:
        return self._folder / f".{account}.uploads.json"


def _uploads(kept: Mapping[str, Any]) -> Uploads:
    """Raises what UNREADABLE names for what no version has written."""
    begun = {str(digest): _upload(one) for digest, one in kept["begun"].items()}
    made = {str(key): Made(str(id_), _moment(at)) for key, (id_, at) in kept["made"].items()}
    return Uploads(str(kept["basis"]), begun, made, bool(kept["doubted"]))


def _upload(one: Mapping[str, Any]) -> Upload:
    session, video_id, file = (str(one[name]) for name in ("session", "video_id", "file"))
    return Upload(session, video_id, file, int(one["start"]), int(one["end"]), _moment(one["at"]))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without an offset")
    return at
