"""What an import writes: files that name their objects, records, labels, and the files as they stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.apply.label import put_labels
from reconciler.config.declared import load_desired
from reconciler.kinds import KINDS
from reconciler.meta.client import Reader
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.record import Record
from reconciler.model.resource import Desired, Resource
from reconciler.run.events import Progress, StateTold
from reconciler.run.existing import declared_fields
from reconciler.run.importing.managed import Managed
from reconciler.run.importing.results import Draft, Imported, Note, Wanted
from reconciler.run.session import Session
from reconciler.run.sharing import LIVE
from reconciler.store.declared import Rewritten, read_declared, write_declared
from reconciler.text.sanitize import in_a_line

EXISTING_LINE = re.compile(r'^ *existing: "([0-9]+)"\n', re.MULTILINE)


@dataclass
class Labelling:
    """One account's, whose session is exclusive."""

    session: Session
    reader: Reader
    wanted: Wanted
    managed: Managed
    written: set[str] = field(default_factory=set)
    """New files that are there by now."""

    def write_new(self, texts: Mapping[str, str]) -> None:
        new = {file: Rewritten(None, text) for file, text in texts.items() if file not in self.written}
        write_declared(self.session.request.root, new)
        self.written |= new.keys()

    def carry_out(
        self,
        found: Imported,
        texts: Mapping[str, str],
        drafts: Sequence[Draft],
        concerns: Callable[[Address], bool] = lambda address: True,
    ) -> Imported:
        """Files first, which name their objects; then labels; then the files as they stay. `concerns`: what of that
        which is named is to be labelled."""
        self.write_new(texts)
        new = {draft.file: Rewritten(draft.was, draft.named) for draft in drafts}
        if new:
            write_declared(self.session.request.root, new)
        found.written = bool(new or self.written)
        declared = load_desired(self.session.request.root, self.session.request.now, by_account=True)
        if self.session.account.key in declared.broken:
            broken = ConfigError(declared.broken[self.session.account.key])
            broken.after_writes = bool(found.labelled)
            raise broken
        named = {
            at: one
            for at, one in declared.of(self.session.account.key, self.session.request.now).items()
            if one.existing
        }
        # What a file names and the account does not have in its place may be anybody's: the plan tells of it.
        here = {**self.managed.there, **{at: one.id for draft in drafts for at, one in draft.live.items()}}
        named = {at: one for at, one in named.items() if not takes_label(one) or here.get(at) == one.existing}
        shown = {one.id: one.creative_id for draft in drafts for one in draft.live.values() if one.creative_id}
        self._remember(declared, {**self.managed.known, **{at: one.existing for at, one in named.items()}}, shown)
        labelled = {at: one for at, one in named.items() if takes_label(one)}
        ours = {at: one for at, one in labelled.items() if concerns(at)}
        if self.wanted.label and ours:
            done, found.unlabelled = self._label(ours)
            found.labelled += len(done)
            whole = {draft.file: draft for draft in drafts} if len(done) == len(labelled) else {}
            self._shorten_files({at: named[at] for at in done}, whole)
        error = self.session.publish(LIVE)
        if error is not None:
            self.session.notify(StateTold(str(error), failed=True))
        return found

    def _remember(self, declared: Desired, ids: Mapping[Address, str], compared: Mapping[str, str]) -> None:
        """What import has compared counts as applied: a creative of somebody else's is known by its id alone.
        `compared`: by id of an object, that of what it showed when its file was written."""
        account = declared.accounts[self.session.account.key]
        self.session.account = account
        store = self.session.store
        resources = declared.of(self.session.account.key, self.session.request.now)
        known = {at: store.get(at) for at in ids if at in resources}
        fresh = {at: ids[at] for at, record in known.items() if record is None or _is_unknown(record, ids[at])}
        shown = {**self._creatives({at: one for at, one in fresh.items() if one not in compared}), **compared}
        store.put_all(
            {
                at: replace(
                    known[at] or Record(at.kind, one, declared_fields(resources[at])), creative_id=shown.get(one, "")
                )
                for at, one in fresh.items()
            }
        )

    def _creatives(self, named: Mapping[Address, str]) -> dict[str, str]:
        """By id of an object, that of what it shows."""
        found = {}
        for kind in {at.kind for at in named if KINDS[at.kind].content_field}:
            ids = [one for at, one in named.items() if at.kind == kind]
            fields = f"id,{KINDS[kind].content_field}{{id}}"
            for one, row in zip(ids, self.reader.get_all(ids, fields), strict=True):
                if isinstance(row, Mapping):
                    found[one] = str((row.get(KINDS[kind].content_field) or {}).get("id", ""))
        return found

    def _label(self, named: Mapping[Address, Resource]) -> tuple[list[Address], tuple[Note, ...]]:
        """Those that carry it by now, and what Meta refuses it for."""
        wanted = {at: one.existing for at, one in named.items()}
        done: list[Address] = []
        refused: list[Note] = []
        for at, error in put_labels(
            self.session.writer(), self.session.account.id, self.session.desired.project, wanted
        ):
            if error is None:
                done.append(at)
            else:
                refused.append(Note(str(at), f"{at.kind} {wanted[at]} is not labelled: {in_a_line(str(error))}"))
            if len(done) % 50 == 0 or len(done) == len(wanted):
                self.session.notify(Progress(self.session.account.key, f"labelled {len(done)} of {len(wanted)}"))
        return done, tuple(refused)

    def _shorten_files(self, named: Mapping[Address, Resource], drafts: Mapping[str, Draft]) -> None:
        """Labelled objects need not be named any more."""
        files = sorted({one.origin.file for one in named.values()})
        texts = {}
        for file in files:
            was = read_declared(self.session.request.root, file)
            draft = drafts.get(file)
            becomes = draft.short if draft is not None and draft.named == was else _without(named, was)
            if becomes != was:
                texts[file] = Rewritten(was, becomes)
        if texts:
            write_declared(self.session.request.root, texts)


def takes_label(resource: Resource) -> bool:
    """Whether what a file names by its id is to be ours. What stands alone goes on being named."""
    return bool(resource.existing) and not KINDS[resource.kind].stands_alone


def _is_unknown(record: Record, object_id: str) -> bool:
    """Whether a run that had lost state/ has remembered an ad, and not what shows its files."""
    return bool(KINDS[record.kind].content_field) and record.id == object_id and not record.creative_id


def _without(named: Mapping[Address, Resource], text: str) -> str:
    """Less the lines that name these objects."""
    ids = {one.existing for one in named.values()}
    return EXISTING_LINE.sub(lambda found: "" if found[1] in ids else found[0], text)
