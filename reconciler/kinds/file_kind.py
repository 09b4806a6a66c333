"""`FileKind`: what is so of the files of one kind. `kinds/files.py` has them all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from reconciler.kinds.base import EXISTING, Composing, Kind
from reconciler.kinds.meant import is_placeholder
from reconciler.kinds.variables import Combination, Variable
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
    level: Callable[[Document, Sequence[Document], Address], KeyPath] = lambda file, templates, address: ()
    """Where in a file, given its templates, what it declares at an address stands."""


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


class Shortened(Protocol):
    def __call__(self, tree: Mapping[str, Any], account: Any, project: Any) -> dict[str, Any]: ...


class LevelOfItsOwn(Protocol):
    def __call__(
        self, tree: Mapping[str, Any], address: Address, account: Any, project: Any, plainness: int
    ) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Importing:
    """How what is at Meta already becomes a file. All are pure functions; a full form is nested data with all that the
    file and what stands below it say."""

    reads: Mapping[str, frozenset[str]]
    """By kind, what is read beside the kind's own fields."""
    whole: Callable[[Mapping[str, Any]], Any]
    """Of the object that an ad shows: its `content`, `why` it cannot be written, and what is `kept` at Meta."""
    full_form: Callable[..., Any]
    """Of objects by address: the `tree`, and `notes` by address."""
    shortened: Shortened
    """A full form, given the account's spec and the project's, as a person writes it."""
    plainly: Callable[[dict[str, Any]], bool]
    """A full form is to be written without what stands below a file by default; False where it is already."""
    ignoring: Callable[[dict[str, Any], Address, str], None]
    """A field of an address is to be left alone."""
    without: Callable[[dict[str, Any], Address], None]
    """The level of an address is taken out."""
    level_of_its_own: LevelOfItsOwn
    """Of a full form, what it says at an address that is not its topmost, as it stands in a file that is there. The
    plainness, from 0 to 2, is how much is said of what something above may say otherwise."""
    names_one: Callable[[Sequence[Document], KeyPath], bool]
    """Whether documents have one without a key where a path leads to one of several."""
    in_short: frozenset[str]
    """What a file says at its top of the one thing that it has below, where that needs no key."""
    level_at: Callable[[dict[str, Any], Address], dict[str, Any]]
    """What either form says at an address; the only one of a short form needs no key."""
    below: Callable[[dict[str, Any], str], dict[str, Any]]
    """What a level of either form says of what stands in it by that key."""
    naming: Callable[[dict[str, Any], Mapping[Address, Any]], None]
    """Each level names the object of its address."""
    referring: Callable[[dict[str, Any], Mapping[str, str]], None]
    """A full form names by its key what it refers to and is declared; given the addresses by id."""
    of_account: Callable[[Iterable[Any]], dict[str, Any]]
    """Of all objects of an account, what its file says of what they have in common."""
    key_for: Callable[[str, bool, str], str]
    """The key of what is the only one, given its name and that of the topmost; "" where its name makes one."""


@dataclass
class Spread:
    """`layers`, lowest first, with what a matrix makes written out in them. `nearer`: variables by the path of what was
    made with them."""

    layers: list[Document]
    nearer: dict[KeyPath, Mapping[str, Variable]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LayeredFile(FileKind):
    """One whose files templates and the project's defaults stand below. All works on documents, before anything is
    typed: on the file, the templates that it extends, lowest first, and what is below those."""

    merged: Callable[[Document, Sequence[Document], Document], tuple[Document, set[Origin]]]
    """Everything merged, and the places of each `~` that takes something away by that."""
    too_large: Callable[[Document, Sequence[Document], Document], Problem | None]
    """Whether a small file asks for more than can be merged."""
    misplaced: Callable[[Document, Sequence[Document], Document], Iterator[Problem]]
    """What only the layers show; the last is the merged document."""
    of_template: Callable[[Document], Iterator[Problem]]
    of_defaults: Callable[[Document], Iterator[Problem]]
    stands_on: Callable[[Mapping[str, Any]], str]
    """Of the defaults that stand in the program, by its merged data, those that the file has: a preset."""
    idle_defaults: Callable[[Document, Collection[str]], Iterator[Problem]]
    """Warnings: what the project's file says for all and none of the files takes, which have these presets."""
    left_open: frozenset[str]
    """What comes from the account where a file leaves it open."""
    words: Words
    importing: Importing
    makes: Mapping[str, type[BaseModel]]
    """What a matrix may make many of, outermost first, with the spec of one; of the first, each is a file's whole."""
    spread: Callable[[Sequence[Document], Mapping[str, Sequence[Combination]]], Spread]
    """The layers, the file last, with what a matrix makes written out in them."""
    with_fields: Callable[[Document, Combination, Sequence[Document]], tuple[Document, list[Problem]]]
    """One of the outermost that a matrix makes: the file with what the combination says of it."""
    level_names: frozenset[str]
    """Names in `${…}` that are built in, and follow from where the text stands."""
    names_at: Callable[[Document, KeyPath, str], Mapping[str, Any]]
    """What they stand for, by the merged document, the place in it, and the file's key."""
    marks: frozenset[str]
    """Keys that no account's file has."""


def alone(kind: Kind) -> FileKind:
    """Of a kind whose file declares nothing but itself."""

    def resources(spec: Any, composing: Composing) -> Iterator[Resource]:
        yield _resource(kind, spec, composing)

    def problems(spec: Any, composing: Composing) -> Iterator[Problem]:
        for check in kind.checks:
            yield from check(spec, composing)
        yield from _placeholders(composing.document, composing.document.data, ())

    return FileKind(kind, resources, problems, alike=_same_names)


ANSWERS = frozenset({"n/a", "na", "?"})
"""What may be meant as it stands, as a choice among others."""


def _placeholders(document: Document, value: Any, path: KeyPath) -> Iterator[Problem]:
    """Texts that are yet to be filled in: people would read them."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _placeholders(document, inner, (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _placeholders(document, inner, (*path, at))
    elif isinstance(value, str) and is_placeholder(value) and value.strip().lower() not in ANSWERS:
        name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        said = f"{name}: {value!r} is yet to be filled in"
        yield Problem(document.origin(path), said, f"put the text in place of {value}")


def _same_names(files: Mapping[Address, tuple[Any, Document]]) -> Iterator[Problem]:
    """Warnings: two of one name in one account, which nobody can tell apart in Ads Manager."""
    first: dict[tuple[str, str], Document] = {}
    for address, (spec, document) in sorted(files.items(), key=lambda each: each[0]):
        known = first.setdefault((address.account, spec.name), document)
        if known is not document:
            message = f"{spec.name!r} is the name in {known.origin(()).file}, too"
            yield Problem(document.origin(("name",)), message, "give one of the two another name")


def _resource(kind: Kind, spec: Any, composing: Composing) -> Resource:
    document, address, former = composing.document, composing.address, composing.account.previously
    keys = [(account, key) for account in (address.account, *former) for key in (address.key, *spec.previously)]
    fields = kind.compose(spec, composing)
    existing = str(fields.get(EXISTING) or "")
    # What was there before is never written to, so that nothing is to be done once its file is gone.
    on_remove = OnRemove.FORGET if existing else OnRemove(spec.lifecycle.on_remove)
    return Resource(
        address=address,
        origin=document.origin(()),
        fields=fields,
        schedule=Schedule(),
        lifecycle=Lifecycle(on_remove=on_remove),
        aliases=tuple(Address.of_file(account, kind.name, key) for account, key in keys[1:]),
        existing=existing,
        origins=_origins(kind, fields, document),
    )


def _origins(kind: Kind, fields: Mapping[str, Any], document: Document) -> dict[str, Origin]:
    """By path of YAML (`lookalike.ratio`), and by Meta's field: where the word stands that says it."""
    by_path = {".".join(map(str, path)): origin for path, origin in document.keys.items()}
    words = {name: next(iter(kind.words({name: value})), name) for name, value in fields.items() if value is not None}
    return {**{name: by_path[word] for name, word in words.items() if word in by_path}, **by_path}
