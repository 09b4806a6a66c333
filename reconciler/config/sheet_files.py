"""A sheet where a YAML file is expected, under its own name or under YAML's: `import` is what reads it. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.text.csv import delimiter_of

BOOK = b"PK\x03\x04"
"""How a workbook of Excel's begins, as each ZIP file does."""
READ = (".xlsx", ".xlsm", ".csv", ".tsv")
SAVED_FIRST = (".xls", ".xlsb", ".ods", ".numbers")
OF_YAML = re.compile(r"[-{\[#%&*!|>'?]|---|[A-Za-z_]+:(?:[ \t]|$)")
LINES_LOOKED_AT = 20


def mend_of(name: str) -> str:
    """Of a file below desired/ by its ending; "" where no sheet is called so."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix in SAVED_FIRST:
        return f"open it, save it as .xlsx outside of desired/, and read that: {_reading(path, path.stem + '.xlsx')}"
    if suffix not in READ:
        return ""
    return f"move it out of desired/, and read it there: {_reading(path, path.name)}"


def refuse_sheet(text: bytes | str, name: str) -> None:
    """Raises ConfigError for the content of a file that is called like YAML and is a sheet. To be asked only where it
    is no YAML of ours."""
    suffix = _suffix_of(text)
    if suffix:
        path = PurePosixPath(name)
        file = f"{path.stem}{suffix}"
        mend = f"move it out of desired/ as {file}, and read it there: {_reading(path, file)}"
        raise ConfigError([Problem(Origin(name, 1, 1), "a sheet, and no YAML, whatever its name says", mend)])


def _suffix_of(text: bytes | str) -> str:
    if isinstance(text, bytes) and text.startswith(BOOK):
        return ".xlsx"
    lines = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).removeprefix("\ufeff").splitlines()
    filled = [line for line in lines[:LINES_LOOKED_AT] if line.strip()]
    if len(filled) < 2 or any(OF_YAML.match(line) for line in filled):
        return ""
    mark = delimiter_of(filled[0])
    cells = [re.sub('"[^"]*"', "", line).count(mark) for line in filled]
    return ".csv" if cells[0] and len(set(cells)) == 1 else ""


def reading(name: str) -> str:
    """The command that reads a file which stands there now."""
    path = PurePosixPath(name)
    return _reading(path, path.name)


def _reading(path: PurePosixPath, file: str) -> str:
    """The command, with the account whose folder it stands in."""
    account = path.parent.name if path.parent.parent.name == "campaigns" else "ACCOUNT"
    return f"reconciler import {account} --xlsx {_quoted(file)}"


def _quoted(file: str) -> str:
    return f'"{file}"' if " " in file else file
