"""What a plan tells of objects, before it is lines, a comment or a page: one with its fields, or a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.model.problem import Origin
from reconciler.render.fields import Lines, Row, field_lines, table


@dataclass(frozen=True)
class Told:
    """One object, or several of which the same is so. `aside`: its status, what goes with it, what it sets off."""

    symbol: str
    label: str
    """Its kind, or how many of it: `campaign`, `3 ads`."""
    address: str
    aside: str = ""
    rows: tuple[Row, ...] = ()
    changed: bool = False
    """True where `rows` are steps from what was to what will be."""
    origin: Origin | None = None
    """Where what is changed is declared."""


@dataclass(frozen=True)
class Tabled:
    """Objects with the same short fields, by what they are called."""

    symbol: str
    rows: Mapping[str, Mapping[str, Lines]]

    @property
    def lines(self) -> list[str] | None:
        """None where their fields are not the same, or not short."""
        return table(self.rows, self.symbol)


Part = Told | Tabled


def head_line(symbol: str, label: str, address: str, aside: str = "") -> str:
    return f"{symbol:>3} {f'{label:<8} {address}':<50} {aside}".rstrip()


def part_lines(part: Part) -> Iterator[str]:
    if isinstance(part, Tabled):
        yield from part.lines or ()
        return
    place = [part.origin.line_text] if part.origin else []
    yield head_line(part.symbol, part.label, part.address, " ".join([*place, *([part.aside] if part.aside else [])]))
    yield from field_lines("~" if part.changed else "+", part.rows)
