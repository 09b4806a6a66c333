"""What an import has left out, and what is to be known of what it has taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol

from reconciler.text.sanitize import brief

MOST = 5


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


class Note(Protocol):
    @property
    def address(self) -> str: ...
    @property
    def text(self) -> str: ...


def left_lines(unfit: Iterable[Unfit], most: int = MOST) -> Iterator[tuple[str, str]]:
    """By reason; of many the first few, the rest counted: `--json` has them all."""

    def reason(one: Unfit) -> tuple[str, str]:
        return one.kind, one.why

    for (kind, why), group in groupby(sorted(unfit, key=reason), key=reason):
        found = list(group)
        yield f"Left out: {len(found)} {kind.replace('_', ' ')}{'s' * (len(found) > 1)}: {brief(why)}", "yellow"
        for one in found[:most]:
            yield f"  {one.id} {brief(one.name)}", ""
        if len(found) > most:
            yield f"  and {len(found) - most:,} more", ""


def note_lines(notes: Iterable[Note]) -> Iterator[tuple[str, str]]:
    for one in notes:
        yield f"Note: {one.address}: {brief(one.text)}", "yellow"
