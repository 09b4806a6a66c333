"""What an account was sent of media and creatives: each answered id is on disk before it is used. A help: what is
forgotten is looked for at Meta, or sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from reconciler.meta.upload import Begun
from reconciler.store.uploads import Made, Upload, Uploads, UploadsKept

RELIED_ON = timedelta(days=1)
"""How long an id is used without asking whether it is there: somebody may have deleted what it is of."""


class Sent:
    """One account's. `basis` tells where it was sent: what another account or another Graph has is nothing here. Called
    from several threads."""

    def __init__(self, kept: UploadsKept, account: str, basis: str, now: Callable[[], datetime]) -> None:
        self._kept, self._account, self._now, self._lock = kept, account, now, Lock()
        found = kept.get(account)
        self._all = found if found is not None and found.basis == basis else Uploads(basis)
        self.doubted = self._all.doubted
        """Something has failed in the run before: what is there is looked for, not sent again."""

    def made(self, noun: str, digest: str) -> str:
        """The id of what was made of this content lately; "" where nothing is remembered."""
        found = self._all.made.get(f"{noun}:{digest}")
        return found.id if found is not None and self._is_fresh(found.at) else ""

    def keep_made(self, noun: str, ids: Mapping[str, str]) -> None:
        """By digest."""
        now = self._now()
        with self._lock:
            fresh = {key: one for key, one in self._all.made.items() if self._is_fresh(one.at)}
            made = fresh | {f"{noun}:{digest}": Made(one, now) for digest, one in ids.items()}
            self._put(replace(self._all, made=made, doubted=False))

    def forget(self, noun: str, digest: str) -> None:
        """It is gone at Meta."""
        with self._lock:
            self._put(replace(self._all, made={k: one for k, one in self._all.made.items() if k != f"{noun}:{digest}"}))

    def begun(self, digest: str, file: str) -> Begun | None:
        """An upload of this very file that is not known to have come to its end."""
        found = self._all.begun.get(digest)
        if found is None or found.file != file or not self._is_fresh(found.at):
            return None
        return Begun(found.session, found.video_id, found.start, found.end)

    def keep_begun(self, digest: str, file: str, begun: Begun) -> None:
        upload = Upload(begun.session, begun.video_id, file, begun.start, begun.end, self._now())
        with self._lock:
            self._put(replace(self._all, begun={**self._all.begun, digest: upload}))

    def end(self, digest: str) -> None:
        """It is ready, or will never be."""
        with self._lock:
            self._put(replace(self._all, begun={d: one for d, one in self._all.begun.items() if d != digest}))

    def _put(self, uploads: Uploads) -> None:
        self._all = uploads
        self._kept.put(self._account, uploads)

    def _is_fresh(self, at: datetime) -> bool:
        now = self._now()
        return at <= now < at + RELIED_ON
