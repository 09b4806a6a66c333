"""What stands alone and is there already, as files of its own: each in the words of its kind, read again, compared.

    listed → keys → texts, until all that are left say what is live → markers → files

A marker comes before its file: what bears one and has no file is made by nobody, and the same command goes on. A file
without a marked object would be made a second time. What takes no marker is named by its file, and nothing is written
to it. What no file can say stays known by its id, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from typing import Any

from reconciler.apply.marker import put_markers
from reconciler.config.trial import Trial
from reconciler.edit.canonical import text_of
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import Handling, Owner
from reconciler.kinds.identity import label, project_prefix, unversioned
from reconciler.meta.client import Reader
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError, CredentialsError, GraphError, Throttled, TokenRefused
from reconciler.model.problem import Problem
from reconciler.model.remote import Object
from reconciler.model.resource import Desired
from reconciler.observe.inventory import Unfit
from reconciler.observe.plain import PlainObjects, list_existing
from reconciler.run.existing import key_from, of_another_clone, otherwise, unfit_for, unique
from reconciler.run.session import Session
from reconciler.text.sanitize import in_a_line

BY_ID = "what uses it names it by its id"
UNMARKED = f"{BY_ID}: import without --no-label declares it"


@dataclass
class PlainImport:
    """One account's. `here`: what is declared, as it is at Meta. `texts`: new files that all need, as the account's."""

    session: Session
    trial: Trial
    reader: Reader
    here: PlainObjects
    texts: Mapping[str, str]
    objects: dict[Address, Object] = field(default_factory=dict)
    """What gets a file."""
    unfit: list[Unfit] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def find(self, *, mark: bool) -> None:
        """All that can be declared, with nothing written yet. `mark`: whether a marker is going to be put on."""
        listed: dict[str, tuple[Object, str]] = {}
        for kind in KINDS.values():
            if kind.stands_alone and kind.folder:
                listed |= {live.id: (live, why) for live, why in self._listed(kind)}
        everything = listed.keys() | self.managed.keys()
        for live, said in sorted(listed.values(), key=lambda each: (len(each[0].id), each[0].id)):
            why = said or self._why_not(live, everything, mark=mark)
            if why:
                self.unfit.append(unfit_for(live, why))
        left_out = {one.id for one in self.unfit}
        self._name([live for live, _ in listed.values() if live.id not in left_out])
        self.fit()

    def mark(self) -> int:
        """Puts the markers on; how many are there. What is to have one and does not take it is left out."""
        done, project = 0, self.session.desired.project
        kinds = {at.kind: KINDS[at.kind] for at in self.objects if not KINDS[at.kind].takes_existing}
        for kind in kinds.values():
            wanted = {at: live.id for at, live in self.objects.items() if at.kind == kind.name}
            for at, why in put_markers(self.session.writer(), self.session.account, project, kind, wanted):
                done += not why
                if why:
                    self._leave(at, why)
        self.fit()
        return done

    @property
    def files(self) -> dict[str, str]:
        """By name the text; what is referred to comes first, so that whatever part of them is written is valid."""
        known = self._known
        in_order = TopologicalSorter(dict(self._graph(known))).static_order()
        return {_file(at): self._text(at, known) for at in in_order}

    @property
    def ids(self) -> dict[Address, str]:
        return {at: live.id for at, live in self.objects.items()}

    @property
    def managed(self) -> dict[str, Address]:
        """By id, whether it bears its marker still or not."""
        return {live.id: at for at, live in self.here.objects.items() if not live.gone}

    # ---- what is there

    def _listed(self, kind: Kind) -> Iterator[tuple[Object, str]]:
        """Without what is managed: what is left of former versions is nobody's to declare, either."""
        desired, account = self.session.desired, self.session.account
        declared = desired.of(account.key, self.session.request.now)
        ours = {label(desired.project, at) for at in declared if at.kind == kind.name}
        try:
            if error := self.here.unread.get(kind.name):
                raise error
            listed = list_existing(self.reader, account, kind)
        except (GraphError, CredentialsError) as error:
            # What Meta bars of this kind alone, or of a page, keeps no campaign from being imported.
            if isinstance(error, (Throttled, TokenRefused)) and kind.owner is Owner.ACCOUNT:
                raise
            self.unread.append(f"{kind.title}s could not be read: {in_a_line(str(error))}")
            return
        managed = self.managed
        for live, why in listed:
            of_a_version = kind.handling is Handling.IMMUTABLE and any(unversioned(one) in ours for one in live.labels)
            if live.id not in managed and not of_a_version:
                yield live, why

    def _why_not(self, live: Object, known: Collection[str], *, mark: bool) -> str:
        """Why no file can be tried; "" where one can. `known`: ids of all that the account lists."""
        kind, prefix = KINDS[live.kind], project_prefix(self.session.desired.project)
        if kind.handling is not Handling.PLAIN and not kind.takes_existing:
            return f"{BY_ID}: nobody can change its {kind.marked} at Meta, where our marker would stand"
        if others := sorted(text for text in live.labels if not text.startswith(prefix)):
            return f"it is another project's, as {others[0]} in its {kind.marked} tells"
        if kind.takes_existing and live.labels:
            return (
                f"{BY_ID}: {min(live.labels)} in its {kind.marked} is a marker of this project, and nothing here has it"
            )
        if not (mark or kind.takes_existing):
            return UNMARKED
        unlisted = sorted(text for text in kind.referred_texts(live.fields) if text.isdigit() and text not in known)
        if unlisted:
            return f"it refers to {', '.join(unlisted)}, which the account does not list"
        without = [name for name in kind.words(_own(live)) if name not in kind.written.model_fields]
        return f"a file has no word for its {', '.join(sorted(without))}" if without else ""

    def _name(self, found: Collection[Object]) -> None:
        account, taken = self.session.account.key, {(at[0], at[2]) for at in self.trial.keys if at[1] == self._key}
        remembered = {record.id: at for at, record in self.session.store.all().items() if record.id}
        taken |= {(at.kind, at.key) for at in remembered.values()}
        for live in sorted(found, key=lambda one: (len(one.id), one.id)):
            if live.id in remembered:
                self.unfit.append(of_another_clone(live, remembered[live.id]))
                continue
            stem = key_from(live)
            # A key of digits alone would be taken for an id.
            stem = f"{live.kind}-{stem}" if stem.isdigit() else stem
            key = next(unique(stem, (key for kind, key in taken if kind == live.kind)))
            taken.add((live.kind, key))
            self.objects[Address.of_file(account, live.kind, key)] = live

    @property
    def _key(self) -> str:
        return self.session.account.key

    # ---- files

    def fit(self) -> None:
        """Leaves out what a file cannot say, until what is left is right."""
        while self.objects:
            try:
                declared = self.trial.alone(self._key, {**self.texts, **self.files}, {})
            except ConfigError as error:
                self._refused(error.problems)
                continue
            unlike = self._unlike(declared)
            for at, names in unlike.items():
                self._leave(at, f"a file cannot say its {', '.join(names)} as it is")
            if not unlike:
                return

    def _refused(self, problems: Collection[Problem]) -> None:
        by_file = {problem.origin.file: problem for problem in reversed(list(problems))}
        wrong = {at: by_file[file] for at in self.objects if (file := _file(at)) in by_file}
        # What is wrong elsewhere, as in the account's own file, is in the way of all.
        for at, problem in (wrong or dict.fromkeys(self.objects, next(iter(problems)))).items():
            self._leave(at, f"no file may say it: {problem.message}")

    def _unlike(self, declared: Desired) -> dict[Address, list[str]]:
        resources = declared.of(self._key, self.session.request.now)
        refs = {one: str(at) for one, at in self._known.items()}
        found = {}
        for at, live in self.objects.items():
            named = KINDS[at.kind].named(live.fields, resources[at].fields, refs)
            found[at] = otherwise(resources[at], replace(live, fields=named))
        return {at: names for at, names in found.items() if names}

    def _leave(self, address: Address, why: str) -> None:
        self.unfit.append(unfit_for(self.objects.pop(address), why))

    @property
    def _known(self) -> dict[str, Address]:
        """By id what a file can name by its key."""
        return {**self.managed, **{live.id: at for at, live in self.objects.items()}}

    def _text(self, address: Address, known: Mapping[str, Address]) -> str:
        """A file of what stands alone names what it refers to by key."""
        kind = KINDS[address.kind]
        fields = kind.with_refs(_own(self.objects[address]), lambda one: known[one].key if one in known else one)
        said = {name: value for name, value in kind.words(fields).items() if value is not None}
        return text_of(_file(address), said)

    def _graph(self, known: Mapping[str, Address]) -> Iterator[tuple[Address, set[Address]]]:
        for at, live in sorted(self.objects.items(), key=lambda each: each[0]):
            texts = KINDS[at.kind].referred_texts(live.fields)
            yield at, {known[one] for one in texts if one in known and known[one] in self.objects}


def _own(live: Object) -> Mapping[str, Any]:
    """What a file of its own says of it."""
    return {name: value for name, value in live.fields.items() if name not in KINDS[live.kind].of_account}


def _file(address: Address) -> str:
    return f"desired/{KINDS[address.kind].folder}/{address.account}/{address.key}.yaml"
