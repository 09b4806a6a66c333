"""What would be declared if some files said something else. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from reconciler.config import variables
from reconciler.config.declared import media_fact
from reconciler.config.document import parse_document
from reconciler.config.layering import named_tables
from reconciler.config.load import Repository, load
from reconciler.config.resolve import media_paths, resolve
from reconciler.config.specs import BUILT_IN, Declared, declare
from reconciler.config.tables import Table, parse_table
from reconciler.config.templates import chain
from reconciler.kinds import KINDS
from reconciler.kinds.files import LAYERED
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import ConfigError
from reconciler.model.media import MediaFact
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired

Key = TypeVar("Key")
TABLE = ".csv"
TABLED = (LAYERED.kind.name,)
"""Kinds beside whose files tables stand."""


@dataclass
class Trial:
    """The repository at `root`, read once. `now` is aware."""

    root: Path
    now: datetime
    _media: dict[str, MediaFact] = field(default_factory=dict)

    @cached_property
    def _repository(self) -> Repository:
        return load(self.root)

    def document(self, file: str) -> Document:
        """As it is written, by its path from the root. Raises KeyError where nothing reads such a file."""
        return self._documents[file]

    def templates_of(self, document: Document) -> list[Document]:
        """What a file extends, lowest first."""
        return chain(document, self._repository.templates)

    def accounts(self) -> list[str]:
        return sorted(self._repository.accounts)

    def asked_by(self, template: str) -> dict[str, variables.Declared]:
        """Variables that a template, and those that it extends, declare."""
        return {name: one for layer in self._layers(template) for name, one in layer.declared.items()}

    def lacking(self, template: str, account: str) -> list[str]:
        """Those of them that a file which extends it has to give a value."""
        base, layers = self._repository, self._layers(template)
        above = [one for one in (base.project, base.accounts.get(account)) if one is not None]
        given = {name for layer in layers for name, one in layer.declared.items() if one.default}
        for layer in (*layers, *(variables.read(one, [], BUILT_IN) for one in above)):
            given |= set(layer.values)
        return [name for name in self.asked_by(template) if name not in given]

    def _layers(self, template: str) -> list[variables.Layer]:
        found = self._repository.templates
        each = [*chain(found[template], found), found[template]] if template in found else []
        return [variables.read(one, [], BUILT_IN, template=True) for one in each]

    def problems_with(
        self,
        kind: str,
        account: str,
        key: str,
        file: str,
        text: str,
        tables: Mapping[str, Table] = MappingProxyType({}),
    ) -> list[Problem]:
        """Of a file that is not there yet, and tables beside it: what it alone is wrong in. `kind` "" is a template."""
        before = set(self._problems(self._repository))
        try:
            document = parse_document(text, file)
        except ConfigError as error:
            return list(error.problems)
        after = self._problems(self._and_file(kind, account, key, document, tables))
        return [one for one in after if one not in before]

    def with_file(
        self, kind: str, account: str, key: str, file: str, text: str, tables: Mapping[str, Table]
    ) -> Desired:
        """What such a file declares, with what its account's files may be referred to by. Raises ConfigError with every
        problem of it."""
        base = self._repository
        beside = {at: one for at, one in base.files.items() if at[1] == account and KINDS[at[0]].stands_alone}
        files = {**beside, (kind, account, key): parse_document(text, file)}
        accounts = {account: base.accounts[account]}
        found = self._narrowed(accounts=accounts, files=files, problems=[], warnings=[], unread=set())
        return self._resolved(declare(replace(found, tables={**found.tables, **tables})))

    def template_path(self, place: Origin) -> KeyPath:
        """What stands at a place of a template; () where that is in another file."""
        for document in self._repository.templates.values():
            if document.origin(()).file == place.file:
                found = [path for path, there in (*document.values.items(), *document.keys.items()) if there == place]
                return max(found, key=len, default=())
        return ()

    def account_file(self, account: str) -> Document:
        return self._repository.accounts[account]

    def made_by(self, kind: str, account: str, key: str, file: str, text: str, tables: Mapping[str, Table]) -> str:
        """What the matrix of such a file makes: `14 campaigns from launches.csv`; "" where it has none."""
        declared = declare(self._and_file(kind, account, key, parse_document(text, file), tables))
        return dict(declared.matrices).get(Address.of_file(account, kind, key), "")

    def _and_file(self, kind: str, account: str, key: str, one: Document, tables: Mapping[str, Table]) -> Repository:
        base = self._repository
        templates, files = dict(base.templates), dict(base.files)
        if kind:
            files[kind, account, key] = one
        else:
            templates[key] = one
        return replace(
            base, templates=templates, files=files, tables={**base.tables, **tables}, problems=[*base.problems]
        )

    def _problems(self, repository: Repository) -> list[Problem]:
        declared = declare(replace(repository, problems=list(repository.problems), warnings=[]))
        for path in media_paths(declared.files):
            if path not in self._media:
                self._media[path] = media_fact(self.root, path)
        try:
            resolve(declared, self._media, self.now)
        except ConfigError as error:
            return list(error.problems)
        return []

    @cached_property
    def _documents(self) -> dict[str, Document]:
        found = self._repository
        whole = [found.project, *found.accounts.values(), *found.templates.values(), *found.files.values()]
        return {one.origin(()).file: one for one in whole if one is not None}

    def beside(
        self, documents: Mapping[tuple[str, str, str], Document], texts: Mapping[str, str] = MappingProxyType({})
    ) -> Desired:
        """With other files by kind, account and key: new ones, or in place of those that are there. `texts` has those
        of accounts, by their names. Raises ConfigError with every problem of every file."""
        base = self._repository
        new = {key: parse_document(text, name) for name, text in texts.items() if (key := _key_in(name, "accounts"))}
        declared = declare(
            replace(
                base,
                accounts={**base.accounts, **new},
                files={**base.files, **documents},
                problems=list(base.problems),
                warnings=[],
            )
        )
        return self._resolved(declared)

    def instead(self, account: str, documents: Mapping[tuple[str, str, str], Document]) -> Desired:
        """With other files in place of all of one account's that do not stand alone, and without other accounts.
        Raises ConfigError with every problem of every file."""
        base = self._repository
        alone = {at: one for at, one in base.files.items() if at[1] == account and KINDS[at[0]].stands_alone}
        accounts = {account: base.accounts[account]}
        files = {**alone, **documents}
        return self._resolved(declare(self._narrowed(accounts=accounts, files=files, problems=[], warnings=[])))

    def alone(self, account: str, texts: Mapping[str, str], media: Mapping[str, MediaFact]) -> Desired:
        """What new files of one account declare, by their names, beside what its campaigns may refer to. `media`: what
        is known of files that may not be there yet. Raises ConfigError with every problem of them."""
        new = {name: parse_document(text, name) for name, text in texts.items()}
        base = self._repository
        accounts = {key: one for key, one in base.accounts.items() if key == account}
        accounts |= {key: one for name, one in new.items() if (key := _key_in(name, "accounts"))}
        beside = {at: one for at, one in base.files.items() if at[1] == account and KINDS[at[0]].stands_alone}
        own = {at: one for name, one in new.items() if (at := _file_at(name)) is not None}
        files = {**beside, **own}
        declared = declare(self._narrowed(accounts=accounts, files=files, problems=[], warnings=[], unread=set()))
        known = {
            path: media[path] if path in media else media_fact(self.root, path) for path in media_paths(declared.files)
        }
        return resolve(declared, known, self.now)

    def take_in(self, texts: Mapping[str, str]) -> None:
        """From now on these new files count as if they were there."""
        base, new = self._repository, {name: parse_document(text, name) for name, text in texts.items()}
        accounts = {key: one for name, one in new.items() if (key := _key_in(name, "accounts"))}
        files = {at: one for name, one in new.items() if (at := _file_at(name)) is not None}
        self._repository = replace(base, accounts={**base.accounts, **accounts}, files={**base.files, **files})

    @property
    def keys(self) -> frozenset[tuple[str, str, str]]:
        """Of all files that there are, the kind, the account and the key."""
        return frozenset(self._repository.files)

    def specs(self, account: str, texts: Mapping[str, str] = MappingProxyType({})) -> tuple[AccountSpec, ProjectSpec]:
        """Of an account that is declared, here or in `texts`. Raises ConfigError."""
        new = {key: parse_document(text, name) for name, text in texts.items() if (key := _key_in(name, "accounts"))}
        accounts = {**self._repository.accounts, **new}
        declared = declare(self._narrowed(accounts={account: accounts[account]}, files={}, problems=[]))
        if declared.problems or declared.project is None:
            raise ConfigError(declared.problems)
        return declared.accounts[account][0], declared.project

    def desired(self, texts: Mapping[str, str], accounts: Collection[str]) -> Desired:
        """Of these accounts, with other texts in some files and tables. Raises ConfigError with every problem of every
        file."""
        tables = {name: parse_table(text, name) for name, text in texts.items() if name.endswith(TABLE)}
        new = {name: parse_document(text, name) for name, text in texts.items() if name not in tables}
        base = self._repository
        narrowed = self._narrowed(
            project=new.get("desired/project.yaml", base.project),
            accounts=_exchanged(base.accounts, new),
            templates=_exchanged(base.templates, new),
            files={at: one for at, one in _exchanged(base.files, new).items() if at[1] in accounts},
            problems=list(base.problems),
            warnings=[],
        )
        read = {name: tables.get(name, one) for name, one in narrowed.tables.items()}
        return self._resolved(declare(replace(narrowed, tables=read)))

    def _narrowed(self, **changed: Any) -> Repository:
        """The repository with other files, without the tables that files name which are not among them."""
        base = self._repository
        found = replace(base, **changed)
        absent = replace(base, files={at: one for at, one in base.files.items() if at not in found.files})
        gone = named_tables(absent, TABLED) - named_tables(found, TABLED)
        return replace(found, tables={name: one for name, one in base.tables.items() if name not in gone})

    def _resolved(self, declared: Declared) -> Desired:
        for path in media_paths(declared.files):
            if path not in self._media:
                self._media[path] = media_fact(self.root, path)
        return resolve(declared, self._media, self.now)


def _key_in(file: str, folder: str) -> str:
    """`acme-sg` of `desired/accounts/acme-sg.yaml`; "" for a file elsewhere."""
    steps = file.removesuffix(".yaml").split("/")
    return steps[2] if steps[:2] == ["desired", folder] and len(steps) == 3 else ""


def _file_at(file: str) -> tuple[str, str, str] | None:
    """`(kind, account, key)` of a file in a folder of its kind."""
    steps = file.removesuffix(".yaml").split("/")
    kinds = {kind.folder: name for name, kind in KINDS.items() if kind.folder}
    return (kinds[steps[1]], steps[2], steps[3]) if len(steps) == 4 and steps[1] in kinds else None


def _exchanged(documents: Mapping[Key, Document], new: Mapping[str, Document]) -> dict[Key, Document]:
    return {key: new.get(one.origin(()).file, one) for key, one in documents.items()}
