"""A sheet as it is read, and as it is written: cells with their places, before anybody knows what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from reconciler.model.problem import Origin


class Failed(str):
    """What a cell shows whose formula failed: `#N/A`."""

    __slots__ = ()


CellValue = str | int | float | bool | datetime | date | time | timedelta
"""As a reader of files gives it: "" for an empty cell, and a float for every number."""


def letters(column: int) -> str:
    """The name of a column, counted from 0: `A`, `Z`, `AA`."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@dataclass(frozen=True)
class Grid:
    """One sheet of a file. Rows and columns count from 0, `merged` and `formulas` are ranges and cells by name;
    `units`: by row and column, what a cell's format writes beside its number."""

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
    hidden: bool = False
    merged: tuple[str, ...] = ()
    formulas: frozenset[str] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    units: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """A file of one sheet or several. `is_text`: a CSV, which has text alone."""

    file: str
    grids: tuple[Grid, ...]
    is_text: bool = False

    def origin(self, grid: Grid, row: int, column: int) -> Origin:
        cell = f"{letters(column)}{row + 1}"
        place = f"{self.file} {cell}" if self.is_text else f"{self.file} {grid.name}!{cell}"
        return Origin(place, column=column + 1)


@dataclass(frozen=True)
class Cell:
    """One that holds something. `column` is its column's name as it is known here; `units` is what its format writes
    beside a number."""

    value: Any
    column: str
    origin: Origin
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """A row of which at least one cell holds something; `origin` is its first cell."""

    cells: Mapping[str, Cell]
    origin: Origin


@dataclass(frozen=True)
class Table:
    """The rows below a row of headers. `is_text`: of a CSV, where a number is the text of one."""

    rows: tuple[SheetRow, ...]
    columns: Mapping[str, Origin]
    """Each column that has a header, by its name as it is known here."""
    is_text: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """A sheet to be written: a header's text, and rows of texts, whole numbers and amounts (Decimal)."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)
