"""Which templates a file starts from, lowest first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from reconciler.kinds.field_types import KEY_PATTERN
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

EXTENDS = "extends"


def chain(file: Document, templates: Mapping[str, Document], problems: list[Problem] | None = None) -> list[Document]:
    """The templates that a file extends with all that those extend, each once; the later wins. What is wrong is put to
    `problems`, and the file goes without it."""
    found: dict[str, Document] = {}
    _follow(file, templates, (), found, problems if problems is not None else [])
    return list(found.values())


def _follow(
    file: Document,
    templates: Mapping[str, Document],
    way: tuple[str, ...],
    found: dict[str, Document],
    problems: list[Problem],
) -> None:
    brought: dict[str, str] = {}
    for key, path in _wanted(file):
        known = set(found)
        if key in brought:
            problems.append(_base_after(file.origin(path), key, brought[key]))
        elif key in way:
            circle = " → ".join((*way[way.index(key) :], key))
            mend = f"take {key} out of this line, or out of one of the others"
            problems.append(Problem(file.origin(path), f"templates extend each other in a circle: {circle}", mend))
        elif key not in templates:
            near = get_close_matches(key, templates, n=1)
            hint = f"did you mean {near[0]}?" if near else f"add desired/templates/{key}.yaml"
            problems.append(Problem(file.origin(path), f"there is no template {key!r}", hint))
        elif key not in found:
            _follow(templates[key], templates, (*way, key), found, problems)
            brought |= dict.fromkeys(found.keys() - known, key)
            found[key] = templates[key]


def _base_after(place: Origin, base: str, first: str) -> Problem:
    said = f"{base} is named after {first}, which extends it: the later wins, so {first} would lose to its own base"
    mend = f"take {base} out of this line: {first} brings it; what of {base} is to win is written here"
    return Problem(place, said, mend)


def _wanted(file: Document) -> Iterator[tuple[str, KeyPath]]:
    """The keys as they are written. What is none is told by the field's own type."""
    written = file.data.get(EXTENDS)
    each: list[tuple[KeyPath, object]] = [((EXTENDS,), written)]
    if isinstance(written, list):
        each = [((EXTENDS, at), one) for at, one in enumerate(written)]
    for path, one in each:
        if isinstance(one, str) and re.fullmatch(KEY_PATTERN, one):
            yield one, path


def names(file: Document, templates: Mapping[str, Document]) -> Iterator[str]:
    """All that it names, directly or by way of others, whether it is there or not."""
    for one in (file, *chain(file, templates)):
        yield from (key for key, _ in _wanted(one))


def in_a_circle(templates: Mapping[str, Document]) -> Iterator[Problem]:
    """Of each template by itself, whoever extends it."""
    for key, template in templates.items():
        problems: list[Problem] = []
        _follow(template, templates, (key,), {}, problems)
        yield from problems
