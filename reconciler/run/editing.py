"""Values put into the files of desired/, one after the other: each proposal is tried on the texts, read again, and
kept only where the YAML then says what it is to say. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reconciler.config.document import parse_document
from reconciler.config.trial import Trial
from reconciler.edit.places import Places, Way
from reconciler.edit.yaml_text import CannotEditError
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.resource import Desired, Resource
from reconciler.store.declared import Rewritten, read_declared

BOM = "\ufeff"
SHARED = ("desired/project.yaml", "desired/accounts/", "desired/templates/")
"""Files whose lines may hold for more than one campaign, by the beginning of their names."""

Says = Callable[[Resource], bool]


@dataclass(frozen=True)
class Also:
    """A field of another resource, or another one of the same, that changes with an edit."""

    address: Address
    field: str

    def __str__(self) -> str:
        return f"{self.address} {self.field}"


@dataclass(frozen=True)
class Tried:
    """What becomes of the files, and of what they declare."""

    way: Way
    texts: Mapping[str, str]
    also: tuple[Also, ...]

    def keeps_to(self, root: Address) -> bool:
        return all(one.address.within(root) for one in self.also)


@dataclass
class Editing:
    """The files of the repository at `root`. `now` is aware."""

    root: Path
    now: datetime
    desired: Desired
    _read: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)
    _declared: dict[frozenset[str], Desired] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._trial = Trial(self.root, self.now)

    # ---- as the files are by now

    @property
    def rewritten(self) -> dict[str, Rewritten]:
        """By file, those that differ from what is on the disk."""
        return {
            file: Rewritten(self._read[file], _as_read(self._read[file], text))
            for file, text in sorted(self._texts.items())
            if _as_read(self._read[file], text) != self._read[file]
        }

    def places(self, account: str) -> Places:
        currency = self.desired.accounts[account].currency
        return Places(self.document, currency, self.desired.zone, self._root_of, self._trial.templates_of)

    def document(self, file: str) -> Document:
        if file not in self._documents:
            self._documents[file] = parse_document(self.text(file), file)
        return self._documents[file]

    def text(self, file: str) -> str:
        if file not in self._read:
            self._read[file] = read_declared(self.root, file)
        return self._texts.get(file, self._read[file].removeprefix(BOM))

    def resource(self, address: Address) -> Resource:
        return self._now(frozenset({address.account})).resources[address].at(self.now)

    def _root_of(self, address: Address) -> Resource:
        return self.resource(address.root)

    def _now(self, accounts: frozenset[str]) -> Desired:
        if accounts not in self._declared:
            self._declared[accounts] = self._trial.desired(self._texts, accounts)
        return self._declared[accounts]

    # ---- as they could be

    def attempt(self, way: Way, address: Address, name: str, says: Says) -> Tried | str:
        """What comes of it; in words, why it will not do. `says`: whether the resource is as wanted then."""
        accounts = self._concerned(way, address)
        try:
            texts = {**self._texts, **self._edited(way)}
            before, after = self._now(accounts), self._trial.desired(texts, accounts)
        except CannotEditError as error:
            return str(error)
        except ConfigError as error:
            return f"the file would not be valid: {error.problems[0].message}"
        if set(before.resources) != set(after.resources) or not says(after.resources[address].at(self.now)):
            return "the YAML cannot say it there"
        also = (one for one in _changed(before, after, self.now) if one != Also(address, name))
        return Tried(way, texts, tuple(also))

    def keep(self, tried: Tried) -> None:
        self._texts = dict(tried.texts)
        self._documents.clear()
        self._declared.clear()

    def _concerned(self, way: Way, address: Address) -> frozenset[str]:
        shared = any(edit.file.startswith(SHARED) and edit.file != _account_file(address) for edit in way)
        return frozenset(self.desired.accounts if shared else {address.account})

    def _edited(self, way: Way) -> dict[str, str]:
        texts: dict[str, str] = {}
        for edit in way:
            texts[edit.file] = edit.applied_to(texts.get(edit.file, self.text(edit.file)))
        return texts


def _account_file(address: Address) -> str:
    return f"desired/accounts/{address.account}.yaml"


def _as_read(was: str, text: str) -> str:
    return BOM + text if was.startswith(BOM) else text


def _changed(before: Desired, after: Desired, now: datetime) -> Iterator[Also]:
    for address, one in before.resources.items():
        was, becomes = one.at(now), after.resources[address].at(now)
        names = [*was.fields, *(name for name in becomes.fields if name not in was.fields)]
        yield from (Also(address, name) for name in names if was.fields.get(name) != becomes.fields.get(name))
        if was.status != becomes.status:
            yield Also(address, "status")
