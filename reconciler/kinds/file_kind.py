"""`FileKind`: what is so of the files of one kind. `kinds/files.py` has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from reconciler.kinds.base import Composing, Kind
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.status import Schedule

Found = Callable[[Any, Composing], Iterator[Problem]]


@dataclass(frozen=True)
class FileKind:
    """One kind of file: what it declares, and what is wrong with it. All are pure functions of its spec."""

    kind: Kind
    """The topmost of what it declares."""
    resources: Callable[[Any, Composing], Iterator[Resource]]
    problems: Found
    warnings: Found = lambda spec, composing: iter(())
    """What is no mistake for certain, but should be seen."""
    alike: Callable[[Mapping[Address, tuple[Any, Document]]], Iterator[Problem]] = lambda files: iter(())
    """Warnings of what only all of them together show."""
    media: Callable[[Any], Iterator[str]] = lambda spec: iter(())
    """The files below creatives/ that it names."""
    uses: Callable[[Any, Any], Iterator[tuple[str, str]]] = lambda spec, account: iter(())
    """The account's word and the id of each `page` and `pixel` that it needs."""


@dataclass(frozen=True)
class Words:
    """What people write at the levels of a file that holds others, in place of what is meant."""

    slip: Callable[[type[BaseModel], Document, KeyPath], Problem | None]
    """What is told of an unknown key because of its value."""
    meant: Callable[[type[BaseModel], Document, KeyPath], tuple[str, str]]
    """A note on any other unknown key, and its mend."""
    right_name: Callable[[type[BaseModel], str], str]
    """The mend of a word alone."""
    several: Callable[[type[BaseModel], KeyPath, Any, str], str]
    """The mend of a value, as it is written, that is several where one is taken."""
    parts: Mapping[str, str]
    """By field that holds what is below, the mend of a value that it does not take."""
    twice: Mapping[str, str]
    """By key that is written twice, what else may be meant, at the end of the mend."""
    keys: Mapping[str, str]
    """Where a writer chooses the keys → such a key."""


@dataclass(frozen=True, kw_only=True)
class LayeredFile(FileKind):
    """One whose files templates and the project's defaults stand below. All works on documents, before anything is
    typed: on the file, the template that it extends, and what is below those."""

    merged: Callable[[Document, Document | None, Document], tuple[Document, set[Origin]]]
    """Everything merged, and the places of each `~` that takes something away by that."""
    too_large: Callable[[Document, Document | None, Document], Problem | None]
    """Whether a small file asks for more than can be merged."""
    misplaced: Callable[[Document, Document | None, Document], Iterator[Problem]]
    """What only the layers show; the last is the merged document."""
    of_template: Callable[[Document], Iterator[Problem]]
    of_defaults: Callable[[Document], Iterator[Problem]]
    words: Words
    marks: frozenset[str]
    """Keys that no account's file has."""


def alone(kind: Kind) -> FileKind:
    """Of a kind whose file declares nothing but itself."""

    def resources(spec: Any, composing: Composing) -> Iterator[Resource]:
        yield _resource(kind, spec, composing)

    def problems(spec: Any, composing: Composing) -> Iterator[Problem]:
        for check in kind.checks:
            yield from check(spec, composing)

    return FileKind(kind, resources, problems)


def _resource(kind: Kind, spec: Any, composing: Composing) -> Resource:
    document, address, former = composing.document, composing.address, composing.account.previously
    keys = [(account, key) for account in (address.account, *former) for key in (address.key, *spec.previously)]
    fields = kind.compose(spec, composing)
    return Resource(
        address=address,
        origin=document.origin(()),
        fields=fields,
        schedule=Schedule(),
        lifecycle=Lifecycle(on_remove=OnRemove(spec.lifecycle.on_remove)),
        aliases=tuple(Address.of_file(account, kind.name, key) for account, key in keys[1:]),
        origins={name: document.keys[(name,)] for name in fields if (name,) in document.keys},
    )
