"""CSV tables beside YAML files: a line for each thing that a matrix makes, its cells as text with their places. Pure.

Sheets write commas, semicolons or tabs, a byte order mark, and line breaks within quotes; all are read. `csv` of the
standard library tells no columns, which every message here needs, so the few rules of RFC 4180 are followed here.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from reconciler.config.sheet_files import reading
from reconciler.kinds.field_types import KEY_PATTERN, free_key, key_of
from reconciler.kinds.variables import NAME, REFERENCE
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.text.csv import delimiter_of
from reconciler.text.redact import META_TOKEN
from reconciler.text.yaml import named

KEY = "key"
FORMER = "previously"
"""Columns that are no variables."""
MAX_BYTES = 1_000_000
MAX_CELLS = 100_000
SAVE = "save it as CSV UTF-8: in Excel, Save as, CSV UTF-8; from Google Sheets, Download, CSV"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LEAKED = "delete it here and in git's history, revoke it at Meta, and put a new one into the environment"


@dataclass(frozen=True)
class Row:
    """One line below the header. `cells` holds text by column."""

    key: str
    origin: Origin
    """Of its key."""
    cells: Document
    former: tuple[str, ...] = ()
    """What its key was."""


@dataclass(frozen=True)
class Table:
    """One file; `columns` are places by name, `key` among them."""

    name: str
    columns: dict[str, Origin] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()


def parse_table(data: bytes | str, name: str) -> Table:
    """`name` is what errors call it. Raises ConfigError with all problems found."""
    text = _text(data, name)
    problems: list[Problem] = []
    lines = list(_lines(text, name, problems))
    if problems:
        raise ConfigError(problems)
    if not lines:
        raise ConfigError([Problem(Origin(name, 1, 1), "the table is empty", "write a line of column names: key, …")])
    header, *rest = lines
    if header[0][0].lower().startswith("sep="):
        raise ConfigError([Problem(header[0][1], f"{header[0][0]} is a line for Excel alone", "delete this line")])
    columns = _columns(header, problems)
    rows: dict[str, Row] = {}
    at = next((number for number, (said, _) in enumerate(header) if said == KEY), len(header))
    taken = {line[at][0] for line in rest if at < len(line)}
    for line in rest:
        if (row := _row(line, header, rows, taken, problems)) is not None:
            rows[row.key] = row
    if not rows and not problems:
        problems.append(Problem(Origin(name, 1, 1), "the table has no line below its column names", "add a line"))
    problems.extend(_wrong_former(rows.values()))
    if problems:
        raise ConfigError(problems)
    return Table(name, columns, tuple(rows.values()))


Cell = tuple[str, Origin]
Line = list[Cell]


def _text(data: bytes | str, name: str) -> str:
    if len(data) > MAX_BYTES:
        said = f"the table is larger than {MAX_BYTES:,} bytes"
        raise ConfigError([Problem(Origin(name), said, "split it into several files")])
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise ConfigError([Problem(Origin(name, 1, 1), "the table is UTF-16 or no text", SAVE)])
    # Taken off first: the codec that leaves the mark out counts without it.
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        said = f"byte 0x{data[error.start]:02X} is not UTF-8"
        raise ConfigError([Problem(Origin(name, line, column), said, SAVE)]) from None


def _lines(text: str, name: str, problems: list[Problem]) -> Iterator[Line]:
    """Lines that hold something, as cells without the space around them."""
    cells = 0
    for line in _Cells(text, name, problems).lines():
        cells += len(line)
        if cells > MAX_CELLS:
            problems.append(Problem(line[0][1], f"more than {MAX_CELLS:,} cells", "split it into several files"))
            return
        for said, origin in line:
            if control := _CONTROL.search(said):
                problems.append(Problem(origin, f"the cell holds {named(control[0])}", "delete it"))
            if META_TOKEN.search(said):
                problems.append(Problem(origin, "this holds an access token", LEAKED))
        if any(said for said, _ in line):
            yield line


@dataclass
class _Cells:
    """Reads one text cell by cell, and counts lines and columns as an editor does."""

    text: str
    name: str
    problems: list[Problem]
    at: int = 0
    line: int = 1
    start: int = 0
    """Where the line begins."""

    def __post_init__(self) -> None:
        self.text = self.text.replace("\r\n", "\n").replace("\r", "\n")
        self.delimiter = delimiter_of(self.text)

    def lines(self) -> Iterator[Line]:
        while self.at < len(self.text):
            line = [self.cell()]
            while self.text[self.at : self.at + 1] == self.delimiter:
                self.at += 1
                line.append(self.cell())
            self.break_()
            yield line

    def break_(self) -> None:
        self.at += 1
        self.line, self.start = self.line + 1, self.at

    def cell(self) -> Cell:
        origin = Origin(self.name, self.line, self.at - self.start + 1)
        quoted = re.compile(r'[ ]*"').match(self.text, self.at)
        if quoted:
            self.at = quoted.end()
            return self.quoted(origin), origin
        end = self.end()
        said = self.text[self.at : end]
        self.at = end
        return said.strip(), origin

    def end(self) -> int:
        found = [self.text.find(mark, self.at) for mark in (self.delimiter, "\n")]
        return min((at for at in found if at >= 0), default=len(self.text))

    def quoted(self, origin: Origin) -> str:
        said = ""
        while True:
            close = self.text.find('"', self.at)
            if close < 0:
                self.problems.append(Problem(origin, "the quotes of this cell do not close", 'write " at its end'))
                self.at = len(self.text)
                return said
            inner = self.text[self.at : close]
            said += inner
            if "\n" in inner:
                self.line += inner.count("\n")
                self.start = self.at + inner.rfind("\n") + 1
            self.at = close + 1
            if self.text[self.at : self.at + 1] != '"':
                break
            said, self.at = said + '"', self.at + 1
        end = self.end()
        if self.text[self.at : end].strip():
            self.problems.append(
                Problem(origin, "something stands behind the closing quotes of this cell", 'write "" for a quote in it')
            )
        self.at = end
        return said.strip()


def _columns(header: Line, problems: list[Problem]) -> dict[str, Origin]:
    columns: dict[str, Origin] = {}
    taken = {said for said, _ in header}
    for said, origin in header:
        if said in columns:
            problems.append(Problem(origin, f"a second column {said}", "give it another name, or delete it"))
        elif not said:
            problems.append(Problem(origin, "the column has no name", "write one, or delete the column"))
        elif not NAME.fullmatch(said):
            meant = re.sub(r"[^a-z0-9]+", "_", _without_marks(said.lower())).strip("_")
            right = free_key(meant if NAME.fullmatch(meant) else "budget", taken, "_")
            taken.add(right)
            mend = f"write {right}" if NAME.fullmatch(meant) else f"write a name such as {right}"
            problems.append(
                Problem(origin, f"{said!r} cannot be the name of a column", f"{mend}: small letters, digits and _")
            )
        columns.setdefault(said, origin)
    if KEY not in columns:
        near = get_close_matches(KEY, {one.lower(): one for one in columns}, n=1)
        written = next((one for one in columns if near and one.lower() == near[0]), "")
        hint = f"rename {written} to key" if written else _keyed_or_read(header[0][1].file)
        problems.append(Problem(header[0][1], "the table has no column key", hint))
    return columns


def _keyed_or_read(name: str) -> str:
    """A table of a matrix, or a sheet of Ads Manager's, which has no such column."""
    own = "add a column key, with a name of its own in each line"
    return f"{own}; where it is a sheet for Ads Manager, move it out of desired/ and read it: {reading(name)}"


def _without_marks(text: str) -> str:
    """`orcamento` of `orçamento`."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _row(line: Line, header: Line, rows: Mapping[str, Row], taken: set[str], problems: list[Problem]) -> Row | None:
    """`taken`: keys of all lines, and those that are proposed in their stead."""
    if len(line) != len(header):
        cells = "1 cell" if len(line) == 1 else f"{len(line)} cells"
        here = line[len(header)][1] if len(line) > len(header) else line[-1][1]
        more = "put a cell with the separator in it in quotes" if len(line) > len(header) else "add the cells it lacks"
        said = f"this line has {cells}, and the header {len(header)}"
        problems.append(Problem(here, said, f"{more}; an empty cell has its separator too"))
        return None
    names = [said for said, _ in header]
    cells_by = dict(zip(names, line, strict=True))
    if KEY not in cells_by:
        return None
    key, origin = cells_by[KEY]
    if problem := _wrong_key(key, origin, rows, taken):
        problems.append(problem)
        return None
    for name, (said, place) in cells_by.items():
        if REFERENCE.search(said):
            wrong = f"{name}: a cell is taken as it is, and holds no ${{…}}"
            problems.append(Problem(place, wrong, "write the value out"))
    values: dict[KeyPath, Origin] = {(name,): place for name, (_, place) in cells_by.items()}
    document = Document({name: said for name, (said, _) in cells_by.items()}, {(): origin, **values}, {})
    former = re.split(r"[\s,;|]+", cells_by[FORMER][0].strip()) if FORMER in cells_by else []
    return Row(key, origin, document, tuple(filter(None, former)))


def _wrong_former(rows: Collection[Row]) -> Iterator[Problem]:
    """A former key is one line's: of two, each would claim the same objects."""
    by = {row.key: row for row in rows}
    for row in rows:
        for former in row.former:
            place = row.cells.origin((FORMER,))
            if not re.fullmatch(KEY_PATTERN, former):
                yield Problem(
                    place, f"{former!r} cannot have been a key", "write the former key of this line as it was"
                )
            elif (other := by.setdefault(former, row)) is not row or former == row.key:
                said = f"{FORMER} names {former}, which is of line {other.origin.line}, too"
                yield Problem(place, said, f"take {former} out here: one line alone takes over what was called so")


def _wrong_key(key: str, origin: Origin, rows: Mapping[str, Row], taken: set[str]) -> Problem | None:
    if not key:
        return Problem(origin, "the line has no key", "write one into the column key")
    if not re.fullmatch(KEY_PATTERN, key):
        right = free_key(key_of(key) or "spring-sale", taken)
        taken.add(right)
        mend = f"write {right}: keys are at most 63 small letters, digits, - and _"
        return Problem(origin, f"{key!r} cannot be a key", mend)
    if key in rows:
        return Problem(origin, f"the key {key} is in line {rows[key].origin.line}, too", "give each line its own key")
    return None
