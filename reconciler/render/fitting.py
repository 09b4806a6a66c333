"""A text within a limit: what matters least is cut first, in whole pieces, so that nothing is left open. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.kinds.said import counted

Measure = Callable[[str], int]
"""Of what the limit counts; of two texts together it is the sum."""


def utf16_units(text: str) -> int:
    """What JavaScript counts as a text's length. No text has fewer of them than characters, nor more than three bytes
    for each."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def utf8_bytes(text: str) -> int:
    return len(text.encode())


@dataclass(frozen=True)
class Piece:
    """A part of the text in one or several forms, from the shortest to the whole, each with the rank of what it adds:
    the higher, the sooner it is left out. What has the rank ALWAYS is never left out."""

    forms: tuple[tuple[int, str], ...]
    noun: str = ""
    """What it is, for the words that say what was cut."""

    @property
    def whole(self) -> str:
        return self.forms[-1][1]


ALWAYS = -1


def always(text: str) -> Piece:
    return Piece(((ALWAYS, text),))


def fitted(pieces: Sequence[Piece], limit: int, measure: Measure) -> list[int]:
    """Of each piece how many of its forms there is room for: 0 is none of it. Raises ValueError where not even what is
    always there fits."""
    sizes = [[measure(text) for _, text in piece.forms] for piece in pieces]
    chosen = [int(piece.forms[0][0] == ALWAYS) for piece in pieces]
    left = limit - sum(size[0] for size, number in zip(sizes, chosen, strict=True) if number)
    if left < 0:
        raise ValueError(f"what is always said does not fit into {limit:,}")
    wishes = sorted(
        (rank, at, number)
        for at, piece in enumerate(pieces)
        for number, (rank, _) in enumerate(piece.forms)
        if rank != ALWAYS
    )
    for _, at, number in wishes:
        more = sizes[at][number] - (sizes[at][chosen[at] - 1] if chosen[at] else 0)
        if chosen[at] == number and more <= left:
            chosen[at], left = number + 1, left - more
    return chosen


def cut(pieces: Sequence[Piece], chosen: Sequence[int]) -> Iterator[str]:
    """`3 campaigns in one line`, `1,997 campaigns left out`"""
    shortened, dropped = Counter[str](), Counter[str]()
    for piece, number in zip(pieces, chosen, strict=True):
        if number < len(piece.forms):
            (shortened if number else dropped)[piece.noun] += 1
    yield from (f"{counted(number, noun)} in one line" for noun, number in shortened.items())
    yield from (f"{counted(number, noun)} left out" for noun, number in dropped.items())
