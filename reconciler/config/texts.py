"""Text that would be lost in silence: a field written with nothing, or cut off by a `#`. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel

from reconciler.kinds.copy import LINKS, OWN_WORDS, of_a_sheet
from reconciler.kinds.files import LAYERED
from reconciler.kinds.merging import NOTHING
from reconciler.kinds.spec_tree import is_text, written_fields
from reconciler.kinds.variables import TYPES
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem
from reconciler.text.yaml import AMOUNT, LONGEST, MOMENT, put_in_quotes, quoted


def lost_text(
    model: type[BaseModel],
    document: Document,
    within: KeyPath = (),
    *,
    taken_away: Collection[Origin] = (),
    account: Document | None = None,
) -> Iterator[Problem]:
    """Of one file, or of what stands in it at `within`, which `model` describes. What is taken away is not lost.
    `account` is the file of what a text comes from where it is left open."""
    size = len(within)
    for path in _nothing(document.value(within), within):
        if document.origin(path) not in taken_away and is_text(model, path[size:]):
            yield _of_account(document, path, account) or _written_with_nothing(document, path)
    yield from cut_text(model, document, within)


def left_open(document: Document, account: Document, taken_away: Collection[Origin]) -> Iterator[Problem]:
    """Warnings: `page: ~` that takes nothing away, so that the account's is used all the same."""
    for path, origin in document.values.items():
        if origin.written != NOTHING or origin in taken_away or not path or path[-1] not in LAYERED.left_open:
            continue
        name = str(path[-1])
        here = [document.value((*path[:size], name)) for size in range(len(path) - 1)]
        if account.value((name,)) is not None and all(value is None for value in here):
            there = account.origin((name,))
            said = f"{name}: ~ takes nothing away: left open, it is the account's, at {there.line_text}"
            yield Problem(origin, said, _without(name, there))


def _of_account(document: Document, path: KeyPath, account: Document | None) -> Problem | None:
    name, origin = str(path[-1]), document.origin(path)
    if account is None or name not in LAYERED.left_open or account.value((name,)) is None or path in document.cut:
        return None
    there = account.origin((name,))
    said = f"{name} is written with nothing: left open, it is the account's, at {there.line_text}"
    return Problem(origin, said, _without(name, there))


def _without(name: str, there: Origin) -> str:
    return f"delete the key; to have none here, take {name} out of {there.file}, and write it where it is wanted"


def cut_text(model: type[BaseModel], document: Document, within: KeyPath = ()) -> Iterator[Problem]:
    """The part of it that a `#` may have cut off."""
    size = len(within)
    for path, origin in document.cut.items():
        is_ours = path[:size] == within and document.value(path) is not None
        if is_ours and (is_text(model, path[size:]) or _goes_into_text(document, path)):
            yield _cut(path, document.value(path), origin)


def _cut(path: KeyPath, value: Any, origin: Origin) -> Problem:
    name = next(step for step in reversed(path) if isinstance(step, str))
    said = f"{name} ends here: YAML takes what follows the # for a comment"
    return Problem(origin, said, _cut_mend(name, str(value), origin.written))


def cut_anywhere(document: Document, texts: Collection[KeyPath]) -> Iterator[Problem]:
    """The same of a file that no model describes: of all values but numbers, save where `texts` are."""
    for path, origin in document.cut.items():
        value = document.value(path)
        if value is None:
            yield _written_with_nothing(document, path)
        elif isinstance(value, str) or path in texts:
            yield _cut(path, value, origin)


def _goes_into_text(document: Document, path: KeyPath) -> bool:
    """A value of a variable or a matrix that may become text. `50.00 SGD # tier a` is an amount all the same."""
    match path:
        case ("vars", _) | ("vars", _, "default" | "value", *_):
            pass
        case ("vars", _, int()):
            pass
        case ("matrix", str(word), str(name), _, *below) if word in LAYERED.makes:
            fields = written_fields(LAYERED.makes[word])
            if below or name in fields:
                own = below if name not in fields else [name, *below]
                return is_text(LAYERED.makes[word], own)
        case _:
            return False
    value, rest = document.value(path), document.cut[path].written[document.cut[path].column :]
    is_plain = not isinstance(value, str) or AMOUNT.fullmatch(value) or MOMENT.fullmatch(value) or value in TYPES
    return isinstance(value, str | int | float) and not (is_plain and rest.startswith(" "))


COMMENT = "a comment has two spaces before its # and one after"


def _cut_mend(name: str, text: str, line: str) -> str:
    """In a link nothing stands behind a space: `# landing` is a comment, and `#top` has slipped away from it."""
    if of_a_sheet(line.partition(":")[2].strip()):
        return OWN_WORDS
    if name not in LINKS:
        return f"{put_in_quotes(line)}; {COMMENT}"
    note = line.partition(" #")[2].rstrip()
    if note[:1] in ("", " ") or name != "destination_url" or "#" in text or len(text + note) > LONGEST:
        return f"delete the comment, or keep it: {COMMENT}"
    return f"write {name}: {text}#{note}; {COMMENT}"


def _written_with_nothing(document: Document, path: KeyPath) -> Problem:
    origin, name = document.origin(path), path[-1]
    if path in document.cut and (failed := of_a_sheet(document.cut[path].written)):
        said = f"{name} is written with nothing: {failed} is what a sheet shows where its formula fails"
        return Problem(origin, said, f"{OWN_WORDS}, or delete the key")
    if path in document.cut:
        return Problem(origin, f"{name} is written with nothing", put_in_quotes(document.cut[path].written))
    if origin.written.lower() == "null":
        mend = f"put it in quotes where it is the text: {name}: {quoted(origin.written)}; else delete the key"
        return Problem(origin, f"{name} is written with nothing: YAML takes {origin.written} for that", mend)
    return Problem(origin, f"{name} is written with nothing", "write the text, or delete the key")


def _nothing(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    if value is None and path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield from _nothing(item, (*path, step))
