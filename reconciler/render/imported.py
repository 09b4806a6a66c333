"""What an import has left out, and what is to be known of what it has taken. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol

from reconciler.text.sanitize import brief

MOST = 5
MOST_FOLDED = 20


class Unfit(Protocol):
    """One object that is not declared."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def folded(self) -> bool: ...


class Note(Protocol):
    @property
    def address(self) -> str: ...
    @property
    def text(self) -> str: ...


def left_lines(unfit: Iterable[Unfit], most: int = MOST) -> Iterator[tuple[str, str]]:
    """By reason; of many the first few, the rest counted: `--json` has them all."""

    def reason(one: Unfit) -> tuple[str, str]:
        return one.kind, one.why

    every = list(unfit)
    yield from _folded_lines(one for one in every if one.folded)
    for (kind, why), group in groupby(sorted((one for one in every if not one.folded), key=reason), key=reason):
        found = list(group)
        yield f"Left out: {_counted(kind, len(found))}: {brief(why)}", "yellow"
        for one in found[:most]:
            yield f"  {one.id} {brief(one.name)}", ""
        if len(found) > most:
            yield f"  and {len(found) - most:,} more", ""


def _folded_lines(unfit: Iterable[Unfit]) -> Iterator[tuple[str, str]]:
    """A line for each reason, whatever the kinds."""
    by_reason: dict[str, Counter[str]] = {}
    for one in unfit:
        by_reason.setdefault(one.why, Counter())[one.kind] += 1
    for why, kinds in list(by_reason.items())[:MOST_FOLDED]:
        yield f"Left out: {', '.join(_counted(*each) for each in kinds.items())}: {brief(why)}", "yellow"
    if len(by_reason) > MOST_FOLDED:
        rest = list(by_reason.values())[MOST_FOLDED:]
        kinds = sum(rest, Counter[str]())
        yield (
            f"Left out: {', '.join(_counted(*each) for each in kinds.items())} in {len(rest):,} more like these",
            "yellow",
        )


def _counted(kind: str, number: int) -> str:
    return f"{number:,} {kind.replace('_', ' ')}{'s' * (number > 1)}"


def note_lines(notes: Iterable[Note]) -> Iterator[tuple[str, str]]:
    for one in notes:
        yield f"Note: {one.address}: {brief(one.text)}", "yellow"
