"""A spreadsheet file as cells: XLSX with python-calamine, CSV as Ads Manager and Excel write it."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.errors import FileError
from reconciler.model.sheet import Book, CellValue, Failed, Grid, letters
from reconciler.sheets.xlsx import FAILURES, Marks, marks_of

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

INSTALL = "pip install 'ads-reconciler[sheets]'"
MOST = 100 * 1024 * 1024
"""Bytes of a file, and of what an XLSX unpacks to times eight: ten thousand ads take 20 MB."""
MOST_ROWS = 100_000
TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm")
OTHER_BOOKS = (".xls", ".xlsb", ".ods")
AS_XLSX = "open it, and save it as .xlsx (Excel Workbook)"


def read_book(path: Path, head: str = "") -> Book:
    """`head`: a name that stands in the row of headers, which tells what parts a CSV. Raises FileError."""
    content = _content(path)
    suffix = path.suffix.lower()
    if suffix in TEXTS:
        return Book(path.name, (_of_text(path, content, head),), is_text=True)
    if suffix in OTHER_BOOKS:
        said = f"is {suffix}, in which failed formulas, formulas and hidden rows cannot be told from what was typed"
        raise _error(path, said, AS_XLSX)
    if suffix not in BOOKS:
        raise _error(path, "is no sheet by its name", "save it as .xlsx or .csv")
    return _of_workbook(path, content)


def _error(path: Path, said: str, mend: str) -> FileError:
    return FileError(f"{path.name} {said}\n  mend: {mend}")


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _error(path, "is not a file", "name the file of the sheet")
        if size > MOST:
            raise _error(path, f"has {size:,} bytes, and at most {MOST:,} are read", "export fewer campaigns at once")
        content = path.read_bytes()
    except FileNotFoundError:
        raise _error(path, "is not there", f"see that the path is right: {path}") from None
    except OSError as error:
        raise _error(
            path, f"could not be read ({error.strerror})", "close it elsewhere, and see that it is yours"
        ) from None
    if not content:
        raise _error(path, "is empty", "export it again")
    return content


# ---- text


def _of_text(path: Path, content: bytes, head: str) -> Grid:
    text = _decoded(path, content)
    if content.startswith(b"PK\x03\x04"):
        raise _error(path, "is an XLSX under another name", f"rename it to {path.stem}.xlsx")
    csv.field_size_limit(10_000_000)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, head), strict=True)
        rows = tuple(map(tuple, lines))
    except csv.Error as error:
        raise _error(path, f"is no CSV ({error})", "see that each quote is closed, or save it as .xlsx") from None
    if not text.endswith(("\n", "\r")) and len(rows) > 1 and len(rows[-1]) < _width(rows, head):
        raise _error(path, "ends within its last line, as a file does that was cut off", "export or download it again")
    return Grid(path.stem, rows)


def _width(rows: Sequence[Sequence[str]], head: str) -> int:
    """Cells of the row of headers."""
    return next((len(row) for row in rows if head.casefold() in (cell.strip().casefold() for cell in row)), 0)


ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def _decoded(path: Path, content: bytes) -> str:
    encoding = next((name for mark, name in ENCODINGS if content.startswith(mark)), "utf-8")
    if encoding == "utf-8" and content[1:2] == b"\0":
        encoding = "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if content.startswith(b"PK\x03\x04"):
            return ""
        said = f"is no {encoding.upper().removesuffix('-SIG')} at byte {error.start}"
        raise _error(path, said, "in Excel, save it as CSV UTF-8, or as .xlsx") from None
    if "\0" in text:
        raise _error(path, "holds zero bytes, as no text does", "export it again, as .xlsx or as CSV UTF-8")
    return text


def _delimiter(text: str, head: str) -> str:
    """The sign that parts the row of headers: a comma, a semicolon where the comma is the decimal sign, or a tab. What
    stands above and below that row may hold more of another sign."""
    lines = text.split("\n", 20)[:20]
    counts = {mark: max((line.count(mark) for line in lines), default=0) for mark in ",;\t"}
    parting = {mark: max((line.count(mark) for line in lines if _has(line, mark, head)), default=0) for mark in counts}
    found = parting if any(parting.values()) else counts
    return max(found, key=lambda mark: found[mark])


def _has(line: str, mark: str, head: str) -> bool:
    """Whether one of its cells is that name."""
    return head.casefold() in (cell.strip(' "*\ufeff\r').casefold() for cell in line.split(mark))


# ---- workbooks


def _of_workbook(path: Path, content: bytes) -> Book:
    try:
        from python_calamine import (  # noqa: PLC0415  an extra: who exports no sheet needs none
            CalamineError,
            CalamineWorkbook,
            PasswordError,
            SheetTypeEnum,
            SheetVisibleEnum,
        )
    except ImportError:
        raise _error(
            path, "needs a library that is not installed", f"{INSTALL}, or save the sheet as CSV UTF-8"
        ) from None
    _check_size(path, content)
    try:
        marks = _marks(path, content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if not marks:
            raise _error(path, "is another kind of sheet under the name of an XLSX", AS_XLSX)
        metadata = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        hidden = {one.name for one in metadata if one.visible != SheetVisibleEnum.Visible}
        grids = tuple(_grid(path, book, one.name, one.name in hidden, marks[one.name]) for one in metadata)
    except PasswordError:
        raise _error(path, "is protected by a password", "save it without one: File, Info, Protect workbook") from None
    except (CalamineError, *DAMAGED) as error:
        said = f"could not be read as a sheet ({str(error)[:120]})"
        raise _error(path, said, "open it in Excel, save it anew as .xlsx, and try again") from None
    return Book(path.name, grids)


DAMAGED = (ValueError, KeyError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged archive raises."""


def _marks(path: Path, content: bytes) -> dict[str, Marks]:
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = marks_of(archive)
    strange = [
        f"{name}!{letters(column)}{at + 1} ({shown})"
        for name, one in found.items()
        for (at, column), shown in one.failed.items()
        if shown not in FAILURES
    ]
    if strange:
        said = f"has cells whose formula failed: {', '.join(strange[:5])}"
        raise _error(path, said, "write what they should show, or empty them")
    return found


def _check_size(path: Path, content: bytes) -> None:
    """A small archive may unpack to more than any memory."""
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(one.file_size for one in archive.infolist())
    except zipfile.BadZipFile:
        raise _error(path, "is cut off or damaged", "export it again") from None
    if size > 8 * MOST:
        raise _error(path, f"unpacks to {size:,} bytes", "delete its pictures and unused sheets, and save it anew")


def _grid(path: Path, book: CalamineWorkbook, name: str, hidden: bool, marks: Marks) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows: list[list[CellValue]] = []
    height = max(sheet.total_height if sheet.height else 0, *(at + 1 for at, _ in marks.failed), 0)
    if height > MOST_ROWS:
        said = f"has {height:,} rows in {name}, and at most {MOST_ROWS:,} are read"
        raise _error(path, said, "delete the empty rows at its end, or part it")
    if sheet.height:
        rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (at, column), shown in marks.failed.items():
        rows += [[] for _ in range(at + 1 - len(rows))]
        rows[at] += [""] * (column + 1 - len(rows[at]))
        rows[at][column] = Failed(shown)
    for at, column in marks.timed:
        if at < len(rows) and column < len(rows[at]):
            rows[at][column] = _with_midnight(rows[at][column])
    return Grid(
        name,
        tuple(map(tuple, rows)),
        hidden,
        tuple(marks.merged),
        frozenset(marks.formula_cells(len(rows), max(map(len, rows), default=0))),
        frozenset(marks.hidden_rows),
        marks.units,
    )


def _with_midnight(value: CellValue) -> CellValue:
    """The reader gives midnight as a day alone."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value
