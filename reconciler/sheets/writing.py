"""A sheet written as XLSX, with XlsxWriter: ids and texts as text, amounts as numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from reconciler.model.errors import FileError
from reconciler.model.sheet import Written
from reconciler.sheets.reading import INSTALL

MOST_LETTERS = 32_767
"""Of a cell of Excel's."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a formula may begin with."""


def write_book(path: Path, sheet: Written) -> None:
    """Whole, or not at all. Raises FileError."""
    try:
        import xlsxwriter  # noqa: PLC0415  an extra
        from xlsxwriter.exceptions import XlsxWriterException  # noqa: PLC0415
    except ImportError:
        raise FileError(f"writing {path.name} needs a library that is not installed\n  mend: {INSTALL}") from None
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with xlsxwriter.Workbook(
            temporary,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        ) as book:
            _fill(book, sheet)
        temporary.replace(path)
    except (OSError, XlsxWriterException) as error:
        temporary.unlink(missing_ok=True)
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
        said = getattr(cause, "strerror", None) or type(cause).__name__
        raise FileError(
            f"{path} could not be written ({said})\n  mend: close it where it is open, and see that its folder is there"
        ) from None


def _fill(book: Any, sheet: Written) -> None:
    text, head = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    # Also after somebody has edited the cell, it is no formula.
    marked = book.add_format({"num_format": "@", "quote_prefix": True})
    formats = {True: book.add_format({"num_format": "0.00"}), False: book.add_format({"num_format": "0"})}
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for column, name in enumerate(sheet.headers):
        page.write_string(0, column, name, head)
        page.set_column(column, column, max(12, len(name) + 2), text)
    for number, row in enumerate(sheet.rows, start=1):
        for column, name in enumerate(sheet.headers):
            value = row.get(name)
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                is_fine = Decimal(value) != Decimal(value).to_integral_value()
                page.write_number(number, column, float(value), formats[is_fine])
            elif len(str(value or "")) > MOST_LETTERS:
                said = f"{name} has {len(str(value)):,} letters, and a cell holds {MOST_LETTERS:,}"
                raise FileError(f"{said}: row {number + 1}\n  mend: make the text shorter")
            elif value is not None and value != "":
                page.write_string(number, column, str(value), marked if str(value)[0] in FORMULA else text)
