"""Files of campaigns: the short form of what is live, read again by the code that plans, until both say the same."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from reconciler.config.document import parse_document
from reconciler.config.trial import Trial
from reconciler.edit.canonical import text_of
from reconciler.kinds import KINDS
from reconciler.kinds.files import LAYERED
from reconciler.kinds.identity import project_prefix
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Problem
from reconciler.model.remote import Object
from reconciler.model.resource import Desired, Resource
from reconciler.observe.inventory import Stock
from reconciler.run.existing import otherwise, unfit_by
from reconciler.run.importing.managed import Managed
from reconciler.run.importing.media import ImportedMedia
from reconciler.run.importing.places import addressed, lowest, place_of
from reconciler.run.importing.results import Draft, Note, Told
from reconciler.run.session import Session

IMPORTING = LAYERED.importing
FOLDER = f"desired/{LAYERED.kind.folder}"
ROUNDS = 200
"""Of leaving out what is not valid here, one thing after the other."""


@dataclass
class Drafts:
    """One account's."""

    session: Session
    trial: Trial
    managed: Managed
    media: ImportedMedia
    told: Told

    def all(self, stock: Stock, placed: Mapping[Address, Object]) -> Iterator[Draft]:
        spec, project = self.trial.specs(self.session.account.key)
        shorten = partial(IMPORTING.shortened, account=spec, project=project)
        for root, top in placed.items():
            draft = self._draft(root, top, stock, shorten)
            if draft is not None:
                yield draft

    def _draft(
        self, root: Address, top: Object, stock: Stock, shorten: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> Draft | None:
        file = f"{FOLDER}/{root.account}/{root.key}.yaml"
        live = addressed(root, top, stock)
        ours = any(text.startswith(project_prefix(self.session.desired.project)) for text in top.labels)
        whole = IMPORTING.full_form(live, self.media.said, self.session.request.now, ours, False)
        IMPORTING.referring(whole.tree, self.managed.refs)
        tree, notes = whole.tree, [Note(str(at), text) for at, text in whole.notes]
        for _ in range(ROUNDS):
            text = text_of(file, shorten(tree))
            try:
                declared = self.trial.alone(root.account, {file: text}, self.media.facts)
            except ConfigError as error:
                if IMPORTING.plainly(tree):
                    continue
                if not self._leave_out(error.problems, file, text, root, tree, live):
                    self.told.unfit.append(unfit_by(top, error.problems[0]))
                    return None
                continue
            if not self._left_alone(declared, live, tree, notes):
                break
        kept = ((at, stock.kept[one.id]) for at, one in live.items() if one.id in stock.kept)
        notes += [
            Note(str(at), f"{', '.join(names)} stays at Meta as long as the ad shows what it does")
            for at, names in kept
        ]
        self.told.notes += notes
        named = copy.deepcopy(tree)
        IMPORTING.naming(named, live)
        return Draft(file, text_of(file, shorten(named)), text, live)

    def _leave_out(
        self,
        problems: Sequence[Problem],
        file: str,
        text: str,
        root: Address,
        tree: dict[str, Any],
        live: dict[Address, Object],
    ) -> bool:
        """The lowest level that a problem stands in; False where that is all of it."""
        document = parse_document(text, file)
        for problem in problems:
            gone = lowest(place_of(document, problem, root, live), root, live)
            for at in gone:
                self.told.unfit.append(unfit_by(live.pop(at), problem))
                IMPORTING.without(tree, at)
            if gone:
                return True
        return False

    def _left_alone(
        self, declared: Desired, live: Mapping[Address, Object], tree: dict[str, Any], notes: list[Note]
    ) -> bool:
        """Whether something had to be, since the YAML would say otherwise than what is there."""
        found = False
        for address, resource in declared.of(next(iter(live)).account, self.session.request.now).items():
            one = live.get(address)
            if one is None:
                continue
            for name in self.otherwise(resource, one):
                IMPORTING.ignoring(tree, address, name)
                notes.append(Note(str(address), f"{name} is left alone: the YAML cannot say what is live"))
                found = True
        return found

    def otherwise(self, resource: Resource, live: Object) -> list[str]:
        """Fields of which the YAML says something else than what is live, once media and references are known."""
        seen = self.media.with_digests(live)
        named = KINDS[live.kind].named(seen.fields, resource.fields, self.managed.refs)
        return otherwise(resource, replace(seen, fields=named))
