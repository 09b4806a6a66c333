"""Sheets as a buyer has them: written cell by cell, and read back as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

AD = {
    "Campaign Name": "Winter",
    "Campaign Status": "PAUSED",
    "Campaign Objective": "Outcome Traffic",
    "Campaign Daily Budget": 50,
    "Ad Set Run Status": "PAUSED",
    "Ad Set Name": "Broad",
    "Countries": "SG",
    "Optimization Goal": "LINK_CLICKS",
    "Ad Status": "PAUSED",
    "Ad Name": "Hero",
    "Body": "Shop our winter sale.",
    "Title": "Save 30%",
    "Link": "https://acme.example/winter",
    "Image File Name": "banner.jpg",
    "Call to Action": "SHOP_NOW",
}
"""A row that is one campaign with one ad set and one ad."""

Cells = dict[str, Any]


def row(**cells: Any) -> Cells:
    """AD with other cells; `Ad_Name` is the column `Ad Name`, and None leaves a cell empty."""
    return {**AD, **{name.replace("_", " "): value for name, value in cells.items()}}


def sheet(
    path: Path, rows: Sequence[Cells], *, more: Callable[[Any, Any], object] | None = None, name: str = "Ads"
) -> Path:
    """An XLSX with a header for every cell's name. A text that begins with `{=}` is a formula; `more` gets the book and
    the page."""
    headers = list(dict.fromkeys(column for cells in rows for column in cells))
    with xlsxwriter.Workbook(path) as book:
        page, day = book.add_worksheet(name), book.add_format({"num_format": "mm/dd/yyyy hh:mm"})
        page.write_row(0, 0, headers)
        for number, cells in enumerate(rows, start=1):
            for column, value in ((headers.index(each), value) for each, value in cells.items()):
                if isinstance(value, str) and value.startswith("{=}"):
                    page.write_formula(number, column, value[3:], None, 55)
                elif isinstance(value, str):
                    page.write_string(number, column, value)
                elif hasattr(value, "year"):
                    page.write_datetime(number, column, value, day)
                elif isinstance(value, bool):
                    page.write_boolean(number, column, value)
                elif value is not None:
                    page.write_number(number, column, value)
        if more is not None:
            more(book, page)
    return path


def rewritten(path: Path, change: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> Path:
    """An XLSX of whose parts one is changed, as other programs write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = change(parts[part].decode())
    assert changed.encode() != parts[part]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, part: changed.encode()}.items():
            archive.writestr(name, content)
    return path


def with_cell(name: str, xml: str) -> Callable[[str], str]:
    """Puts a cell's own XML in its place."""
    return lambda text: re.sub(rf'<c r="{name}"[^>]*?(/>|>.*?</c>)', xml, text)


def prefixed(text: str) -> str:
    """With a prefix before each name, as the Open XML SDK writes it."""
    return re.sub(r"<(/?)([a-zA-Z]+)(?=[\s/>])", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=")


def lines(path: Path) -> list[list[Any]]:
    """Every row of the only sheet."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def cells(path: Path) -> list[Cells]:
    """By header, the filled cells of each row below it."""
    head, *rest = lines(path)
    return [{str(name): value for name, value in zip(head, each, strict=True) if value != ""} for each in rest]
