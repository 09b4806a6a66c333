"""The table of ads in a file: the sheet that has it, its row of headers, and what stands below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.kinds.delivery.sheet.cells import MEND_OF_FAILED
from reconciler.kinds.delivery.sheet.columns import NAMES
from reconciler.kinds.delivery.sheet.names import (
    KNOWN,
    OF_ACCOUNT,
    column_of,
    is_other_name,
    nearest,
    plain_name,
)
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.model.sheet import Book, Cell, CellValue, Failed, Grid, SheetRow, Table, letters

HEADS = 20
"""Rows from the top among which the headers are looked for."""

ENGLISH = "in Ads Manager, set the language to English (US) under Settings, and export again"
_LANGUAGES = {
    "Portuguese": "nome da campanha|conjunto de anúncios|orçamento|anúncio|objetivo da campanha",
    "Spanish": "nombre de la campaña|conjunto de anuncios|presupuesto|anuncio|objetivo de la campaña",
    "French": "nom de la campagne|ensemble de publicités|budget de la campagne|publicité",
    "German": "kampagnenname|anzeigengruppe|werbeanzeigengruppe|tagesbudget|name der anzeige",
    "Italian": "nome della campagna|nome campagna|gruppo di inserzioni|inserzione",
    "Russian": "название кампании|группы? объявлений|бюджет|объявлени",
    "Chinese": "广告系列|广告组|广告名称|廣告活動|行銷活動|廣告組合|預算",
    "Japanese": "キャンペーン|広告セット|広告名|予算",
    "Korean": "캠페인|광고 세트|광고 이름",
    "Vietnamese": "chiến dịch|nhóm quảng cáo|ngân sách|quảng cáo",
    "Indonesian or Malay": "nama kampanye|set iklan|anggaran|nama kempen|belanjawan",
    "Thai": "แคมเปญ|ชุดโฆษณา|งบประมาณ",
    "Arabic": "الحملة|المجموعة الإعلانية|الميزانية",
    "Turkish": "kampanya adı|reklam seti|bütçe",
}
_REPORT = re.compile(
    r"reporting (starts|ends)|amount spent( \(.*\))?|impressions|reach|results|cost per results?|delivery|"
    r"attribution setting|link clicks|cpm( \(.*\))?|frequency"
)
NO_REPORT = (
    "in Ads Manager, select the campaigns and choose Export, then Export selected under Bulk editing, not a report"
)


def table_in(book: Book, wanted: str = "") -> Table:
    """`wanted`: the name of a sheet. Raises ConfigError where no sheet, or more than one, has the table."""
    grids = [grid for grid in book.grids if not wanted or grid.name == wanted]
    if not grids:
        there = ", ".join(grid.name for grid in book.grids) or "none"
        raise ConfigError(
            [
                Problem(
                    Origin(book.file),
                    f"there is no sheet {wanted!r}; write one of: {there}",
                    f"--sheet with one of: {there}",
                )
            ]
        )
    found = [(grid, row) for grid in grids if (row := _head(grid)) is not None]
    seen = [(grid, row) for grid, row in found if not grid.hidden or wanted]
    if not seen:
        raise ConfigError([_no_table(book, grids, [grid.name for grid, _ in found])])
    if len(seen) > 1:
        names = ", ".join(grid.name for grid, _ in seen)
        raise ConfigError(
            [
                Problem(
                    Origin(book.file),
                    f"several sheets have campaigns: {names}",
                    "name the one that is meant with --sheet",
                )
            ]
        )
    hidden = [f"the sheet {grid.name} is hidden and was not read" for grid, _ in found if grid.hidden and not wanted]
    return _table(book, *seen[0], tuple(hidden))


def _head(grid: Grid) -> int | None:
    """The row whose texts are names of columns."""
    for at, row in enumerate(grid.rows[:HEADS]):
        names = {column_of(value) for value in row if isinstance(value, str)}
        if len(names & (set(KNOWN.values()) - set(OF_ACCOUNT))) >= LEAST:
            return at
    return None


LEAST = 3
"""Known headers that make a row the row of headers: a report has two of them by chance."""


def _no_table(book: Book, grids: list[Grid], hidden: list[str]) -> Problem:
    if hidden:
        said = f"only hidden sheets have campaigns: {', '.join(hidden)}"
        return Problem(Origin(book.file), said, "show the sheet, or name it with --sheet")
    for grid in grids:
        for at, row in enumerate(grid.rows[:HEADS]):
            heads = [plain_name(value) for value in row if isinstance(value, str) and value.strip()]
            if language := _language(heads):
                said = f"the headers look {language}, and Ads Manager's English ones are read"
                return Problem(book.origin(grid, at, 0), said, ENGLISH)
            if len([head for head in heads if _REPORT.fullmatch(head)]) > 1:
                return Problem(
                    book.origin(grid, at, 0), "this is a report of results, not a sheet of campaigns", NO_REPORT
                )
    said = "no row has the headers of Ads Manager's sheets, such as Campaign Name, Ad Set Name and Ad Name"
    return Problem(
        Origin(book.file),
        said,
        "write them into the first row: reconciler export --xlsx FILE makes a sheet to start from",
    )


def _language(heads: list[str], least: int = 2) -> str:
    found = {name: sum(bool(re.search(words, head)) for head in heads) for name, words in _LANGUAGES.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] >= least else ""


def language_of(heads: Iterable[str], least: int = 2) -> str:
    """The language of at least so many headers, where it is not English."""
    return _language([plain_name(head) for head in heads], least)


def _table(book: Book, grid: Grid, head: int, notes: tuple[str, ...]) -> Table:
    own = _own(grid.rows[head])
    columns: dict[str, Origin] = {}
    places: dict[int, str] = {}
    problems: list[Problem] = []
    for at, value in enumerate(grid.rows[head]):
        name = column_of(value) if isinstance(value, str) and not isinstance(value, Failed) else ""
        origin = book.origin(grid, head, at)
        if not name:
            continue
        if name in own and is_other_name(str(value)):
            name = str(value).strip()
        if name in columns:
            problems.append(Problem(origin, f"a second column {name}", "delete one of the two"))
        columns.setdefault(name, origin)
        places[at] = name
    problems += _hidden(book, grid, head)
    problems += _merged(book, grid, head)
    problems += _without_header(book, grid, head, places)
    rows: list[SheetRow] = []
    for at, row in enumerate(grid.rows[head + 1 :], start=head + 1):
        cells = {
            places[column]: Cell(value, places[column], book.origin(grid, at, column), grid.units.get((at, column), ()))
            for column, value in enumerate(row)
            if column in places and _is_filled(value)
        }
        problems += _formulas(book, grid, at, cells, places)
        _fill(cells)
        if cells:
            rows.append(SheetRow(cells, book.origin(grid, at, 0)))
    if problems:
        raise ConfigError(problems)
    if missing := [name for name in NAMES.values() if name not in columns][:1]:
        strange = [name for name in columns if name not in KNOWN.values()]
        said = f"there is no column {missing[0]}" + (f"; nothing reads {', '.join(strange)}" if strange else "")
        mend = f"add it, with the names: {', '.join(NAMES.values())}"
        if language_of(strange, 1):
            mend = ENGLISH
        elif near := next((name for name in strange if nearest(name) == missing[0]), ""):
            mend = f"write {missing[0]} over the column {near}"
        raise ConfigError([Problem(book.origin(grid, head, 0), said, mend)])
    if not rows:
        said = "there is nothing below the headers"
        raise ConfigError([Problem(book.origin(grid, head, 0), said, "write one row for each ad")])
    return Table(tuple(rows), columns, book.is_text, notes)


def _own(row: Iterable[CellValue]) -> set[str]:
    """The columns that stand under their own name, beside which another name of theirs stays as it is: Ads Manager
    exports both Instagram Account ID and Instagram Account ID (New)."""
    return {column_of(value) for value in row if isinstance(value, str) and not is_other_name(value)}


def _fill(cells: dict[str, Cell]) -> None:
    """What stands under a column's other name alone, where both are there."""
    for name in [each for each in cells if is_other_name(each) and column_of(each) not in cells]:
        cells[column_of(name)] = replace(cells.pop(name), column=column_of(name))


def _is_filled(value: CellValue) -> bool:
    return bool(value.strip("\u00a0\u200b \t\r\n")) if isinstance(value, str) else value is not None


def _hidden(book: Book, grid: Grid, head: int) -> Iterator[Problem]:
    """A filter hides rows that nobody thinks of; whether they are meant, too, nobody says."""
    filled = [at for at in range(head + 1, len(grid.rows)) if any(map(_is_filled, grid.rows[at]))]
    if hidden := [at for at in filled if at in grid.hidden_rows]:
        rows = ", ".join(str(at + 1) for at in hidden[:MOST_NAMED])
        more = f" and {len(hidden) - MOST_NAMED} more" if len(hidden) > MOST_NAMED else ""
        said = f"rows are hidden, by a filter or by hand: {rows}{more}"
        mend = "show them where they are meant (Data, Clear the filter; Unhide), else delete them"
        yield Problem(book.origin(grid, hidden[0], 0), said, mend)


MOST_NAMED = 10


def _merged(book: Book, grid: Grid, head: int) -> Iterator[Problem]:
    for cells in grid.merged:
        last = int(re.sub(r"[^0-9]", "", cells.partition(":")[2]) or 0)
        if last > head + 1 or re.sub(r"[0-9]", "", cells.partition(":")[0]) != re.sub(
            r"[0-9]", "", cells.partition(":")[2]
        ):
            said = f"the cells {cells} are merged, so only the first of them holds anything"
            yield Problem(
                Origin(f"{book.file} {grid.name}!{cells.partition(':')[0]}"), said, "unmerge them, and fill each"
            )


def _without_header(book: Book, grid: Grid, head: int, places: dict[int, str]) -> Iterator[Problem]:
    told: set[int] = set()
    for at, row in enumerate(grid.rows[head + 1 :], start=head + 1):
        for column, value in enumerate(row):
            if column not in places and column not in told and _is_filled(value):
                told.add(column)
                yield Problem(
                    book.origin(grid, at, column),
                    "this stands in a column without a header",
                    "name the column in the row of headers, or empty the cell",
                )


def _formulas(book: Book, grid: Grid, at: int, cells: dict[str, Cell], places: dict[int, str]) -> Iterator[Problem]:
    for column, name in places.items():
        if f"{letters(column)}{at + 1}" in grid.formulas:
            cell = cells.pop(name, None)
            said = f"{name} is a formula, and what it shows may be out of date here"
            mend = "copy the column and paste its values: Paste special, Values"
            if cell and isinstance(cell.value, Failed):
                said, mend = f"{name} is a formula that fails ({cell.value})", MEND_OF_FAILED
            yield Problem(book.origin(grid, at, column), said, mend)
