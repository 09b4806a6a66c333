"""What an XLSX says of its cells beside their values, read from its XML: python-calamine gives the values alone, and ""
for a cell whose formula failed."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from reconciler.model.sheet import letters

Place = tuple[int, int]
"""Row and column, counted from 0."""
Attributes = Mapping[str, str]

FAILED = "#ERROR!"
"""Of a failed cell that does not say how it failed."""
FAILURES = (FAILED, "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
"""Those that python-calamine can read: of a sheet with another it reads nothing."""
LEAST_HEIGHT = 1.0
"""In points: a row that is lower cannot be seen."""
SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
    "",
)
"""Namespaces of a sheet's elements: the usual one, the strict one, none. Others' elements have names of these, too."""
TRUE = ("1", "true")


@dataclass
class Marks:
    """Of one sheet. `failed`: what a cell shows whose formula failed; `formulas`: rectangles of cells that a formula
    fills; `timed`: cells whose format shows a time of day; `units`: what a cell's format writes beside its number."""

    failed: dict[Place, str] = field(default_factory=dict)
    formulas: list[tuple[Place, Place]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    timed: set[Place] = field(default_factory=set)
    units: dict[Place, tuple[str, ...]] = field(default_factory=dict)

    def formula_cells(self, rows: int, columns: int) -> Iterator[str]:
        """The names of those that are among so many rows and columns."""
        for (top, left), (bottom, right) in self.formulas:
            for at in range(top, min(bottom + 1, rows)):
                for column in range(left, min(right + 1, columns)):
                    yield f"{letters(column)}{at + 1}"


def marks_of(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """By the name of the sheet; {} where there is no XLSX inside. Raises ValueError where its XML is damaged."""
    package = _Package(archive)
    found: dict[str, Marks] = {}
    for book in package.related("", "officeDocument").values():
        styles = package.related(book, "styles").values()
        formats = _Formats.of([code for part in styles for code in _codes(package, part)])
        parts = package.related(book, "worksheet")
        sheets = {tag["id"]: tag.get("name", "") for name, tag in package.tags(book) if name == "sheet" and "id" in tag}
        for number in parts.keys() & sheets.keys():
            found[sheets[number]] = _Sheet(formats).read(package, parts[number])
    return found


class _Package:
    """The parts of the file, by names without their capitals."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def related(self, part: str, kind: str) -> dict[str, str]:
        """What a part, or the file as a whole (""), names as one of that kind, by the number of the relation."""
        folder, _, name = part.rpartition("/")
        relations = posixpath.join(folder, f"_rels/{name}.rels")
        tags = self.tags(relations) if relations.lower() in self._names else []
        return {
            tag.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, tag.get("Target", ""))).lstrip("/")
            for name, tag in tags
            if name == "Relationship" and tag.get("Type", "").endswith(f"/{kind}")
        }

    def tags(self, part: str) -> list[tuple[str, dict[str, str]]]:
        """Each element's name and attributes in order, without their namespaces."""
        found: list[tuple[str, dict[str, str]]] = []
        parser = _parser()
        parser.StartElementHandler = lambda name, tag: found.append((_local(name), {_local(n): tag[n] for n in tag}))
        self.parse(part, parser)
        return found

    def parse(self, part: str, parser: expat.XMLParserType) -> None:
        if part.lower() not in self._names:
            raise ValueError(f"{part} is not in it")
        try:
            with self._archive.open(self._names[part.lower()]) as content:
                parser.ParseFile(content)
        except expat.ExpatError as error:
            raise ValueError(f"{part} is damaged: {error}") from None


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*said: object) -> None:
    """No sheet has one, and its entities may grow to more than any memory."""
    raise ValueError("it declares a document type")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


# ---- formats


@dataclass(frozen=True)
class _Formats:
    """By the number of a cell's style: which show a day and its time, and what the others write beside a number."""

    timed: frozenset[str]
    units: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, codes: list[str]) -> _Formats:
        units = {str(at): found for at, code in enumerate(codes) if (found := tuple(_units(code)))}
        return cls(frozenset(str(at) for at, code in enumerate(codes) if _shows_time(code)), units)


def _codes(package: _Package, styles: str) -> Iterator[str]:
    """The format of each style of cells, in order."""
    codes = {"9": "0%", "10": "0.00%", "22": "m/d/yy h:mm"}
    numbers: list[str] = []
    inside = ""
    for name, tag in package.tags(styles):
        if name == "numFmt":
            codes[tag.get("numFmtId", "")] = tag.get("formatCode", "")
        elif name == "xf" and inside == "cellXfs":
            numbers.append(tag.get("numFmtId", ""))
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name
    yield from (codes.get(number, "") for number in numbers)


def _shows_time(code: str) -> bool:
    signs = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code).lower()
    return "h" in signs and ("d" in signs or "y" in signs)


_BESIDE = re.compile(r'\[\$([^\]-]+)[^\]]*\]|"([^"]+)"|\\(.)|_.|\*.|\[[^\]]*\]|([$£€¥₩%])')


def _units(code: str) -> Iterator[str]:
    """`USD` of `[$USD] #,##0.00`, `RM` of `"RM"0`, `%`."""
    for found in _BESIDE.findall(code.partition(";")[0]):
        if unit := "".join(found).strip():
            yield unit


# ---- the cells of a sheet


class _Sheet:
    """Follows the rows and cells, which need not say where they stand."""

    def __init__(self, formats: _Formats) -> None:
        self._formats = formats
        self._marks = Marks()
        self._row = -1
        self._cell = ""
        self._is_failed = self._is_shown = False
        self._parser = _parser()
        starts = {"row": self._on_row, "c": self._on_cell, "v": self._on_value, "f": self._on_formula}
        starts["mergeCell"] = self._on_merged
        self._starts = {f"{space}{name}": starts[name] for space in SPACES for name in starts}

    def read(self, package: _Package, part: str) -> Marks:
        self._parser.StartElementHandler = self._on_root
        package.parse(part, self._parser)
        return self._marks

    def _on_root(self, name: str, tag: Attributes) -> None:
        if name not in [f"{space}worksheet" for space in SPACES]:
            raise ValueError(f"{name} is no sheet")
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, tag: Attributes) -> None:
        if found := self._starts.get(name):
            found(tag)

    def _text(self, text: str) -> None:
        if self._is_shown and text.strip():
            self._marks.failed[_place(self._cell)] = text.strip()
            self._is_shown = False

    def _on_row(self, tag: Attributes) -> None:
        self._row = int(tag["r"]) - 1 if "r" in tag else self._row + 1
        self._cell = ""
        if tag.get("hidden") in TRUE or float(tag.get("ht", LEAST_HEIGHT)) < LEAST_HEIGHT:
            self._marks.hidden_rows.add(self._row)

    def _on_cell(self, tag: Attributes) -> None:
        self._cell = tag.get("r") or self._next()
        self._is_failed, self._is_shown = tag.get("t") == "e", False
        if self._is_failed:
            self._marks.failed[_place(self._cell)] = FAILED
            self._parser.CharacterDataHandler = self._text
        style = tag.get("s", "")
        if style in self._formats.timed:
            self._marks.timed.add(_place(self._cell))
        if style in self._formats.units:
            self._marks.units[_place(self._cell)] = self._formats.units[style]

    def _on_value(self, tag: Attributes) -> None:
        self._is_shown = self._is_failed

    def _next(self) -> str:
        column = _place(self._cell)[1] + 1 if self._cell else 0
        return f"{letters(column)}{self._row + 1}"

    def _on_formula(self, tag: Attributes) -> None:
        """An array's formula stands in its first cell, and fills all of its range."""
        here = _place(self._cell)
        first, _, last = tag.get("ref", "").partition(":")
        fills = tag.get("t") in ("array", "dataTable") and last
        self._marks.formulas.append((_place(first), _place(last)) if fills else (here, here))

    def _on_merged(self, tag: Attributes) -> None:
        self._marks.merged.append(tag.get("ref", ""))


_NAME = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def _place(name: str) -> Place:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name[:20]!r} is no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
