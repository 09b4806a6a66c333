"""Stage 7: the only one that changes anything at Meta. One account's plan, change by change.

Order: pauses (campaign first), removals, budget decreases, media, creatives, campaigns, ad sets, ads, budget
increases, activations (ads, ad sets, campaign last). Before a create its intent is on disk; after each success its
record is. A create whose outcome is not known is looked for by its label before anything is sent again. A failed
address blocks only what depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.diff import BUDGETS, marker_of
from reconciler.errors import (
    AccountBlocked,
    AccountError,
    GraphError,
    NotFound,
    ReconcilerError,
    Throttled,
    TokenRefused,
    Unavailable,
)
from reconciler.identity import creative_digest, label, media_digest, media_path
from reconciler.kinds import KINDS
from reconciler.kinds.base import UNSET
from reconciler.kinds.creative import content_of, creative_params
from reconciler.kinds.image import image_file_name
from reconciler.kinds.video import video_title
from reconciler.library import Library
from reconciler.media import HashingReader, MediaError, open_media, reading
from reconciler.meta.client import Writer
from reconciler.meta.upload import Progress, preferred_thumbnail, upload_image, upload_video, wait_until_ready
from reconciler.model import LEVELS, Account, Action, Address, Change, Object, Observed, Outcome, Record, Resource
from reconciler.observe import age, find_labelled, find_objects
from reconciler.record import Records, amended
from reconciler.refresh import refreshed
from reconciler.status import ACTIVE, ARCHIVED, PAUSED

STOPPING = (AccountBlocked, TokenRefused, Throttled)
"""Errors after which no further call for the account makes sense."""

LOOK_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
"""Seconds between looks for an object whose create got no answer: a label may take a while to show."""

SETTLED_AFTER = timedelta(minutes=5)
"""A create that has not shown up by then is taken for not done."""

YOUNG_PARENT_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Meta may deny for seconds that a parent exists which it has just made (100/33)."""


@dataclass
class Work:
    """One account, ready to be changed."""

    account: Account
    project: str
    root: Path
    resources: Mapping[Address, Resource]
    objects: Mapping[Address, Object]
    store: Records
    observed: Observed
    now: datetime
    drifted: Mapping[Address, frozenset[str]]
    progress: Callable[[str], Progress] = field(default=lambda title: lambda done, total: None)


def apply(work: Work, changes: tuple[Change, ...], writer: Writer) -> Iterator[Outcome]:
    """Does the changes in a safe order, an Outcome each. Raises what stops the account."""
    yield from _Apply(work, writer).run(changes)


def execution_order(change: Change) -> tuple[int, int, tuple[str, ...]]:
    """Sort key: phase, level within the phase, address."""
    level = LEVELS.index(change.kind)
    phase = _phase(change)
    return phase, -level if phase in BOTTOM_UP else level, change.address.steps


RECORDS_ONLY, PAUSES, REMOVALS, DECREASES, MAKES, CHANGES, INCREASES, ACTIVATIONS = range(8)

BOTTOM_UP = frozenset({REMOVALS, ACTIVATIONS})
"""Nothing delivers until the campaign is on, and nothing below an archived campaign can be edited any more."""

PHASES = {
    Action.ADOPT: RECORDS_ONLY,
    Action.FORGET: RECORDS_ONLY,
    Action.PAUSE: PAUSES,
    Action.ARCHIVE: REMOVALS,
    Action.DELETE: REMOVALS,
    Action.CREATE: MAKES,
    Action.REPLACE: MAKES,
    Action.ACTIVATE: ACTIVATIONS,
}


def _phase(change: Change) -> int:
    if change.action is not Action.UPDATE:
        return PHASES[change.action]
    steps = {(change.after.get(n) or 0) - (change.before.get(n) or 0) for n in BUDGETS if n in change.after}
    if any(step > 0 for step in steps):
        return INCREASES
    return DECREASES if steps else CHANGES


def payload(kind: str, fields: Mapping[str, Any], former: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Fields as the parameters of a create or update. None is sent only to clear what was set before."""
    sent: dict[str, Any] = {}
    for name, value in fields.items():
        if name in KINDS[kind].content or name == "status":
            continue
        api = marker_of(kind, name)
        if value is not None:
            sent[name] = api.codec.encode(value)
        elif former is not None and api.clear is not UNSET:
            sent[name] = api.clear
    return sent


class _Apply:
    def __init__(self, work: Work, writer: Writer) -> None:
        self.work = work
        self.writer = writer
        self.library = Library(writer, work.account.id)
        self.ids = {a: o.id for a, o in work.objects.items() if not o.gone}
        self.failed: dict[Address, str] = {}
        self.videos: dict[str, str] = {}
        self.creatives: dict[str, str] = {}
        self.creative_errors: dict[str, ReconcilerError | MediaError] = {}
        self.media_done = False
        self.turned_on: dict[Address, list[Address]] = {}
        self.leaving: list[Address] = []
        self.twins: frozenset[Address] | None = None

    def run(self, changes: tuple[Change, ...]) -> Iterator[Outcome]:
        ordered = sorted(changes, key=execution_order)
        for change in ordered:
            if change.action is Action.ACTIVATE and change.address.parent:
                self.turned_on.setdefault(change.address.parent, []).append(change.address)
        for change in ordered:
            if _phase(change) >= MAKES and not self.media_done:
                self._prepare_creatives(ordered)
            blocker = self._blocker(change)
            if blocker is not None:
                self.failed[change.address] = blocker
                yield Outcome(change, error=f"not tried: {blocker}")
                continue
            try:
                yield self._do(change)
            except STOPPING as error:
                yield Outcome(change, error=_words(error))
                raise
        # Only now, children first: a removal that was cut short must find its records again.
        for address in sorted(self.leaving, reverse=True):
            self.work.store.remove(address)

    def _do(self, change: Change) -> Outcome:
        try:
            DO[change.action](self, change)
        except STOPPING:
            raise
        except (ReconcilerError, MediaError) as error:
            self.failed[change.address] = f"{change.address} failed"
            return Outcome(change, error=_words(error), unknown=isinstance(error, Unavailable))
        return Outcome(change)

    def _blocker(self, change: Change) -> str | None:
        """A parent that could not be made; or, for an activation, children of which none could be turned on."""
        if change.address in self.failed and change.action in (Action.ACTIVATE, Action.UPDATE):
            return self.failed[change.address]
        parent = change.address.parent
        if change.action in (Action.CREATE, Action.REPLACE) and parent in self.failed:
            return self.failed[parent]
        if change.action is Action.ACTIVATE:
            return self._nothing_below(change)
        return None

    def _nothing_below(self, change: Change) -> str | None:
        below = self.turned_on.get(change.address, [])
        if below and all(address in self.failed for address in below):
            return f"nothing in {change.address} could be activated"
        return None

    def _create(self, change: Change) -> None:
        resource = self.work.resources[change.address]
        record = self.work.store.get(change.address)
        params = payload(resource.kind, change.after)
        creative_id = ""
        if resource.kind == "ad":
            creative_id = self._creative(resource)
            params["creative"] = {"creative_id": creative_id}
        kind = KINDS[resource.kind]
        if kind.parent_param and resource.address.parent:
            params[kind.parent_param] = self.ids[resource.address.parent]
        own_label = label(self.work.project, change.address)
        params |= {"status": PAUSED, "adlabels": [{"name": own_label}]}
        replaced = _with_former(record)
        self._put(
            resource,
            amended(
                record, resource.kind, id="", pending=_moment(), applied={}, live={}, activation=None, replaced=replaced
            ),
        )
        lost = self._look_for(resource, own_label) if _unanswered(record) else ""
        object_id = lost or self._send_create(kind.edge, params, resource, own_label)
        self.ids[change.address] = object_id
        self._put(
            resource,
            amended(
                self.work.store.get(change.address),
                resource.kind,
                id=object_id,
                pending="",
                applied=_declared(resource),
                created_at=_moment(),
                status=PAUSED if resource.status is not None else "",
                creative_id=creative_id,
            ),
        )

    def _send_create(self, edge: str, params: Mapping[str, Any], resource: Resource, own_label: str) -> str:
        """Sent once; sent again only after the label was looked for and found nowhere."""
        try:
            return self._create_below_young_parent(edge, params)
        except Unavailable:
            found = self._look_for(resource, own_label)
            return found or self._create_below_young_parent(edge, params)
        except ReconcilerError:
            # A definite refusal: nothing was made, and the next run has nothing to look for.
            self._put(resource, amended(self.work.store.get(resource.address), resource.kind, pending=""))
            raise

    def _create_below_young_parent(self, edge: str, params: Mapping[str, Any]) -> str:
        for pause in YOUNG_PARENT_PAUSES:
            try:
                return self.writer.create(self.work.account.id, edge, params)
            except NotFound:
                self.writer.connection.sleep(pause)
        return self.writer.create(self.work.account.id, edge, params)

    def _look_for(self, resource: Resource, own_label: str) -> str:
        parent = self.ids.get(resource.address.parent, "") if resource.address.parent else ""
        for pause in LOOK_PAUSES:
            self.writer.connection.sleep(pause)
            found = find_labelled(self.writer, self.work.account, KINDS[resource.kind], own_label, parent)
            if found:
                return found
        return ""

    def _replace(self, change: Change) -> None:
        """The old object is archived first: a run that is stopped in between still knows it and goes on. Then it is
        remembered as replaced, so that its label does not bring it back."""
        old = self.work.objects.get(change.address)
        resource = self.work.resources[change.address]
        if old is not None:
            if old.status != ARCHIVED:
                self.writer.update(old.id, {"status": ARCHIVED})
            record = amended(self.work.store.get(change.address), resource.kind, id=old.id)
            self._put(
                resource,
                amended(record, resource.kind, id="", applied={}, replaced=_with_former(record), activation=None),
            )
        self._create(change)

    def _update(self, change: Change) -> None:
        resource = self.work.resources[change.address]
        record = self.work.store.get(change.address)
        former = record.applied if record else {}
        params = payload(resource.kind, change.after, former)
        creative_id = record.creative_id if record else ""
        if set(change.after) & KINDS[resource.kind].content:
            creative_id = self._creative(resource)
            params["creative"] = {"creative_id": creative_id}
        if params:
            self.writer.update(change.id, params)
        applied = {**former, **change.after}
        self._put(
            resource,
            amended(
                record,
                resource.kind,
                id=change.id,
                applied={n: v for n, v in applied.items() if v is not None and n in resource.fields},
                creative_id=creative_id,
            ),
        )

    def _activate(self, change: Change) -> None:
        if change.address in self._twins():
            raise AccountError(
                f"another object carries the label and the name of {change.address}: neither is turned on\n"
                "  mend: archive the one that is too many in Ads Manager, then run again"
            )
        self.writer.activate(self.ids[change.address])
        self._put_status(change, ACTIVE, {"activate_at": change.due.isoformat() if change.due else "status"})

    def _twins(self) -> frozenset[Address]:
        """Addresses that a rival run has made a second time, and where the other may be turned on too.

        A person's copy has another name. Of two with the same, all runs agree that the oldest is the one.
        """
        if self.twins is None:
            work = self.work
            seen = find_objects(
                self.writer, work.account, work.project, work.resources, work.store.all(), work.observed
            )
            self.twins = frozenset(
                address
                for address, copy in seen.copies
                if copy.fields.get("name") == seen.objects[address].fields.get("name")
                and (copy.status == ACTIVE or age(copy) < age(seen.objects[address]))
            )
        return self.twins

    def _pause(self, change: Change) -> None:
        self.writer.update(change.id, {"status": PAUSED})
        if change.removal:
            self.leaving.append(change.address)
        else:
            self._put_status(change, PAUSED, {"deactivate_at": change.due.isoformat()} if change.due else {})

    def _archive(self, change: Change) -> None:
        self.writer.update(change.id, {"status": ARCHIVED})
        self._after_removal(change, ARCHIVED)

    def _delete(self, change: Change) -> None:
        self.writer.update(change.id, {"status": "DELETED"})
        self._after_removal(change, "DELETED")

    def _after_removal(self, change: Change, status: str) -> None:
        if change.removal:
            self.leaving.append(change.address)
        else:
            self._put_status(change, status, {})

    def _adopt(self, change: Change) -> None:
        """Written at once, so that what a person changed is remembered as drift whatever comes next."""
        live = self.work.objects[change.address]
        resource = self.work.resources[change.address]
        drifted = self.work.drifted.get(change.address, frozenset())
        record = self.work.store.get(change.address)
        self.work.store.put(change.address, refreshed(resource, record, live, drifted, self.work.now))

    def _forget(self, change: Change) -> None:
        self.leaving.append(change.address)

    def _put_status(self, change: Change, status: str, receipt: Mapping[str, str]) -> None:
        record = self.work.store.get(change.address)
        resource = self.work.resources[change.address]
        activation = {**((record.activation or {}) if record else {}), **receipt}
        self._put(
            resource,
            amended(record, change.kind, id=self.ids[change.address], status=status, activation=activation or None),
        )

    def _put(self, resource: Resource, record: Record) -> None:
        lifecycle = resource.lifecycle
        kept = amended(record, resource.kind, on_remove=lifecycle.on_remove, protect=lifecycle.protect)
        self.work.store.put(resource.address, kept)

    def _prepare_creatives(self, ordered: list[Change]) -> None:
        """Media and creatives of all ads before anything is made for them to stand in. A failure is the ad's."""
        self.media_done = True
        content = KINDS["ad"].content
        for change in ordered:
            if change.kind == "ad" and _phase(change) in (MAKES, CHANGES) and content & set(change.after):
                resource = self.work.resources[change.address]
                try:
                    self._creative(resource)
                except STOPPING:
                    raise
                except (ReconcilerError, MediaError) as error:
                    self.creative_errors[creative_digest(content_of(resource.fields))] = error

    def _creative(self, resource: Resource) -> str:
        """The id of the creative with this content: known from this run, found in the account, or made."""
        content = content_of(resource.fields)
        digest = creative_digest(content)
        if digest in self.creative_errors:
            raise self.creative_errors[digest]
        if digest not in self.creatives:
            found = self.library.creatives.get(digest)
            self.creatives[digest] = found or self._make_creative(resource, content, digest)
        return self.creatives[digest]

    def _make_creative(self, resource: Resource, content: Mapping[str, Any], digest: str) -> str:
        video_id = self._video(content["video"]) if content.get("video") else ""
        params = creative_params(resource.name, content, video_id=video_id, image=self._still(content, video_id))
        edge = KINDS["creative"].edge
        try:
            return self.writer.create(self.work.account.id, edge, params)
        except Unavailable:
            self.library.forget_creatives()
            return self.library.creatives.get(digest) or self.writer.create(self.work.account.id, edge, params)

    def _still(self, content: Mapping[str, Any], video_id: str) -> dict[str, str]:
        own = content.get("image") or content.get("thumbnail")
        if own:
            return {"image_hash": self._image(own)}
        return {"image_url": preferred_thumbnail(self.writer, video_id)}

    def _video(self, value: str) -> str:
        path, digest = media_path(value), media_digest(value)
        if digest not in self.videos:
            found = self.library.videos.get(digest)
            if found:
                # A run that was stopped may have left it processing.
                wait_until_ready(self.writer, found, video_title(path, digest))
            self.videos[digest] = found or self._upload_video(path, digest)
        return self.videos[digest]

    def _upload_video(self, path: str, digest: str) -> str:
        file = open_media(self.work.root / "creatives", path)
        with reading(file.root, path) as stream:
            return upload_video(
                self.writer,
                self.work.account.id,
                HashingReader(stream),
                file.size,
                digest,
                video_title(path, digest),
                self.work.progress(path),
            )

    def _image(self, value: str) -> str:
        path, digest = media_path(value), media_digest(value)
        if digest not in self.library.images:
            file = open_media(self.work.root / "creatives", path)
            with reading(file.root, path) as stream:
                self.library.images[digest] = upload_image(
                    self.writer,
                    self.work.account.id,
                    HashingReader(stream),
                    file.size,
                    digest,
                    image_file_name(path, digest),
                )
        return self.library.images[digest]


DO: dict[Action, Callable[[_Apply, Change], None]] = {
    Action.CREATE: _Apply._create,
    Action.REPLACE: _Apply._replace,
    Action.UPDATE: _Apply._update,
    Action.ACTIVATE: _Apply._activate,
    Action.PAUSE: _Apply._pause,
    Action.ARCHIVE: _Apply._archive,
    Action.DELETE: _Apply._delete,
    Action.ADOPT: _Apply._adopt,
    Action.FORGET: _Apply._forget,
}


def _with_former(record: Record | None) -> tuple[str, ...]:
    """The ids that an address has had, with the one that it has until now."""
    if record is None:
        return ()
    return (*record.replaced, record.id) if record.id else record.replaced


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _unanswered(record: Record | None) -> bool:
    """A create that an earlier run sent lately and never heard of: it may still show up."""
    if record is None or not record.pending:
        return False
    return datetime.now(UTC) - datetime.fromisoformat(record.pending) < SETTLED_AFTER


def _declared(resource: Resource) -> dict[str, Any]:
    return {name: value for name, value in resource.fields.items() if value is not None}


def _words(error: Exception) -> str:
    if isinstance(error, MediaError):
        return f"{error.message}\n  mend: {error.mend}" if error.mend else error.message
    if isinstance(error, GraphError) and isinstance(error, Unavailable):
        return f"{error.reply}: the outcome is not known\n  mend: {error.mend or 'run apply again'}"
    return str(error)
