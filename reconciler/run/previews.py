"""What the new and changed ads of a plan show, with their files as long as there is room. Reads `creatives/`, and what
`state/` says was shown before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.identity import MEDIA_FIELDS, media_digest, media_path
from reconciler.kinds.shapes import shapes
from reconciler.media import HashingReader, MediaError, MediaFile, open_media, reading, shape
from reconciler.media.still import still_of
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Plan
from reconciler.model.preview import Medium, Preview, Showing
from reconciler.model.resource import Desired
from reconciler.model.values import Fields
from reconciler.store.opening import open_store
from reconciler.store.records import rehomed

MAKING = frozenset({Action.CREATE, Action.REPLACE})
TEXTS = ("primary_text", "headline", "description", "call_to_action", "destination_url", "url_tags", "lead_form")

MB = 1024**2
MOST_OF_A_FILE = {"image": 3 * MB, "video": 4 * MB}
MOST_IN_ALL = 12 * MB
"""As text a third more: what most mail servers take is 20 to 25 MB."""

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
FILM = "video/mp4"
"""Of .mov, too: browsers play what is in it, and refuse it under its own name."""


def previews_of(root: Path, plan: Plan, desired: Desired) -> tuple[Preview, ...]:
    """Of the ads that apply would make or change, in the order of the plan."""
    shelf = _Shelf(root / "creatives")
    shown = [change for change in plan.changes if _is_shown(change, desired)]
    applied = _applied(
        root, desired, {change.address.account for change in shown if change.action is not Action.CREATE}
    )
    found = [_preview(change, desired, applied.get(change.address, {}), shelf) for change in shown]
    files = shelf.filled(dict.fromkeys(one.sha256 for preview in found for one in _media(preview)))
    return tuple(_with_files(preview, files) for preview in found)


def _applied(root: Path, desired: Desired, accounts: Collection[str]) -> dict[Address, Fields]:
    """What was applied last. A change tells only what it changes, and not what is no longer declared beside it."""
    store = open_store(root)
    found: dict[Address, Fields] = {}
    for account in (desired.accounts[key] for key in accounts):
        kept = store.records(account.key, account.id, account.currency, account.previously).all()
        records, _ = rehomed(kept, {at: one for at, one in desired.resources.items() if at.account == account.key})
        found |= {address: record.applied for address, record in records.items()}
    return found


def _is_shown(change: Change, desired: Desired) -> bool:
    content = KINDS[change.kind].content
    made = change.action in MAKING or (change.action is Action.UPDATE and bool(content & set(change.after)))
    return bool(content) and made and change.address in desired.resources


def _preview(change: Change, desired: Desired, applied: Fields, shelf: _Shelf) -> Preview:
    resource = desired.resources[change.address]
    parent = desired.resources[change.address.ancestors[0]]
    account = desired.accounts[change.address.account]
    is_new = change.action is Action.CREATE
    return Preview(
        change.address,
        resource.name,
        account.name or account.key,
        _showing(resource.fields, shelf),
        None if is_new else _showing({**(applied or resource.fields), **change.before}, shelf),
        shapes(parent.fields.get("targeting") or {}),
    )


def _showing(fields: Mapping[str, Any], shelf: _Shelf) -> Showing:
    texts = {name: str(fields[name]) for name in TEXTS if fields.get(name)}
    named = {name: shelf.of(fields[name]) for name in MEDIA_FIELDS if isinstance(fields.get(name), str)}
    return Showing(**texts, medium=named.get("video") or named.get("image"), poster=named.get("thumbnail"))


def _media(preview: Preview) -> Iterator[Medium]:
    for showing in (preview.after, preview.before):
        if showing is not None:
            yield from (one for one in (showing.poster, showing.medium) if one is not None)


def _with_files(preview: Preview, files: Mapping[str, Medium]) -> Preview:
    before = preview.before and _showing_files(preview.before, files)
    return replace(preview, after=_showing_files(preview.after, files), before=before)


def _showing_files(showing: Showing, files: Mapping[str, Medium]) -> Showing:
    return replace(showing, medium=_filled(showing.medium, files), poster=_filled(showing.poster, files))


def _filled(medium: Medium | None, files: Mapping[str, Medium]) -> Medium | None:
    return medium and replace(files.get(medium.sha256, medium), path=medium.path)


@dataclass
class _Shelf:
    """The files of one plan, each looked into once. What was live before may be here no more, or be another file by
    now: only the digest tells."""

    creatives: Path
    _known: dict[str, Medium] = field(default_factory=dict)
    _files: dict[str, MediaFile] = field(default_factory=dict)

    def of(self, value: str) -> Medium:
        path, digest = media_path(value), media_digest(value)
        if digest not in self._known:
            self._known[digest] = self._looked_at(path, digest)
        return replace(self._known[digest], path=path)

    def _looked_at(self, path: str, digest: str) -> Medium:
        try:
            file = open_media(self.creatives, path)
            if file.sha256 != digest:
                return Medium(path, digest, "", lacking="this version of the file is not in the repository any more")
        except MediaError as error:
            return Medium(path, digest, "", lacking=error.message)
        self._files[digest] = file
        info = file.info
        return Medium(path, digest, file.kind, info.width, info.height, file.size, shape(info))

    def filled(self, digests: Iterable[str]) -> dict[str, Medium]:
        """With their content: pictures and stills first, so that every ad has one, then films while there is room."""
        here = [digest for digest in digests if digest in self._files]
        films = [digest for digest in here if self._known[digest].kind == "video"]
        for digest in films:
            self._known[digest] = replace(self._known[digest], still=self._still(self._files[digest]))
        left = MOST_IN_ALL - sum(len(self._known[digest].still) for digest in films)
        for digest in sorted(here, key=films.__contains__):
            medium = self._read(self._known[digest], self._files[digest], left)
            self._known[digest], left = medium, left - len(medium.content)
        return self._known

    def _read(self, medium: Medium, file: MediaFile, left: int) -> Medium:
        if file.size > MOST_OF_A_FILE[file.kind]:
            return replace(medium, lacking="too large to be in this page")
        if file.size > left:
            return replace(medium, lacking="left out to keep this page small enough to mail")
        try:
            with reading(self.creatives, file.path) as opened:
                content = HashingReader(opened).read()
        except MediaError as error:
            return replace(medium, lacking=error.message)
        return replace(medium, content=content, type=TYPES.get(PurePosixPath(file.path).suffix.lower(), FILM))

    def _still(self, file: MediaFile) -> bytes:
        """Empty where none can be cut out, or where it would be large itself."""
        try:
            with reading(self.creatives, file.path) as opened:
                still = still_of(opened, file.size)
        except (MediaError, OSError):
            return b""
        return still if len(still) <= MOST_OF_A_FILE["image"] else b""
