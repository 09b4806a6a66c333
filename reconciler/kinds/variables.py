"""Variables: what `${name}` stands for, and the types that a template may ask of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds import countries
from reconciler.kinds.codecs import parse_money, parse_time
from reconciler.kinds.field_types import COPY_ID, OneOf, read_id
from reconciler.kinds.merging import positions_below
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
REFERENCE = re.compile(r"\$(?:(?P<escaped>\$\{)|\{(?P<name>[^{}]*)(?P<end>\}?))")
"""`${name}`; `$${` stands for `${`, whatever comes behind it."""


def escaped(value: Any) -> Any:
    """Meta's text as a file has to say it, however deep it stands: `$${` for `${`."""
    if isinstance(value, Mapping):
        return {name: escaped(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [escaped(inner) for inner in value]
    return value.replace("${", "$${") if isinstance(value, str) and "${" in value else value


SEPARATOR = "+"
"""Between the items of a list that stands in a longer text: `SG+MY`."""


@dataclass(frozen=True)
class Variable:
    """One value by name, with the place of it and of all in it: `path` of `document`."""

    name: str
    document: Document
    path: KeyPath
    cell: bool = False
    """Whether it is a cell of a table, which is always text."""

    @property
    def value(self) -> Any:
        return self.document.value(self.path)

    @property
    def origin(self) -> Origin:
        return self.document.origin(self.path)

    @property
    def positions(self) -> Mapping[KeyPath, Origin]:
        """Of the value, `()`, and of what is in it."""
        return positions_below(self.document.values, self.path)

    def with_value(self, value: Any) -> Variable:
        return replace(self, document=Document({self.name: value}, {(self.name,): self.origin}, {}), path=(self.name,))

    def in_text(self) -> str:
        return as_text(self.value, self.origin.written)


def as_it_stands(value: Any) -> Any:
    """What YAML says for texts that are nobody's variables, in whatever they stand: `$${name}` for `${name}`."""
    if isinstance(value, Mapping):
        return {name: as_it_stands(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_it_stands(inner) for inner in value]
    return value.replace("${", "$${") if isinstance(value, str) else value


def as_text(value: Any, written: str = "") -> str:
    """As it stands in a longer text: a number with its own letters, `SG+MY` of a list."""
    if isinstance(value, list):
        return SEPARATOR.join(as_text(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else written or str(value)


@dataclass(frozen=True)
class Combination:
    """One thing that a matrix makes: its key, what its values are called, and the fields that they are."""

    key: str
    origin: Origin
    variables: Mapping[str, Variable] = field(default_factory=dict)
    fields: Document = field(default_factory=lambda: Document({}, {(): Origin("")}, {}))
    former: tuple[str, ...] = ()
    """Keys that it had, where a value had another one; "" is that of what its dimensions multiply."""


# ---- types


@dataclass(frozen=True)
class Judged:
    """What types depend on."""

    currency: str | None
    zone: ZoneInfo


def _string(value: Any, judged: Judged) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{_kind(value)} is no text; {_in_quotes(value)}")
    if not value.strip():
        raise ValueError("the text is empty; write it")


def _in_quotes(value: Any) -> str:
    plain = getattr(value, "written", value)
    return "write one text, in quotes" if isinstance(value, (list, dict)) else f'write "{as_text(plain)}" in quotes'


def _integer(value: Any, judged: Judged) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{_kind(value)} is no whole number; write one, such as 25, without quotes")


def _boolean(value: Any, judged: Judged) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{_kind(value)} is neither true nor false; write true or false")


def _countries(value: Any, judged: Judged) -> None:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{_kind(value)} is no list of countries; {_as_countries(value)}")
    for code in value:
        if not isinstance(code, str) or not re.fullmatch("[A-Z]{2}", code):
            raise ValueError(f"{_kind(code)} is no country code; {_as_countries(value)}")


def _as_countries(value: Any) -> str:
    said = value if isinstance(value, list) else re.split(r"[\s,;+/|&]+", str(value))
    codes = [countries.meant(str(one)) for one in said if str(one).strip()]
    return f"write [{', '.join(codes)}]" if codes and all(codes) else "write two-letter codes, such as [SG, MY]"


def _list(value: Any, judged: Judged) -> None:
    if not isinstance(value, list):
        raise ValueError(f"{_kind(value)} is no list; write one in brackets, such as [one, two]")


def _money(value: Any, judged: Judged) -> None:
    parse_money(value, judged.currency)


def _time(value: Any, judged: Judged) -> None:
    parse_time(value, judged.zone)


def _id(value: Any, judged: Judged) -> None:
    if not isinstance(read_id(value), str):
        raise ValueError(f"{_kind(value)} is no id; {COPY_ID}")


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value)) or repr(getattr(value, "written", value))


def _as_it_is(text: str) -> Any:
    return text


def _number(text: str) -> Any:
    return int(text) if re.fullmatch("-?[0-9]{1,18}", text) else text


def _flag(text: str) -> Any:
    return {"true": True, "false": False}.get(text.lower(), text)


def _several(text: str) -> Any:
    """`SG MY`, `SG, MY`, `[SG, MY]` and `SG+MY` are what people write into one cell."""
    return [part for part in re.split(r"[\s,;+|]+", text.strip().strip("[]")) if part]


def _items(text: str) -> Any:
    return [part.strip() for part in re.split(r"[,;|]", text.strip().strip("[]")) if part.strip()]


@dataclass(frozen=True)
class Type:
    check: Callable[[Any, Judged], None]
    """Raises ValueError("what is wrong; what would be right")."""
    example: Any
    of_cell: Callable[[str], Any] = _as_it_is
    """A table's cells are text: what such a text stands for."""


TYPES: Mapping[str, Type] = {
    "string": Type(_string, "Spring Sale"),
    "money": Type(_money, "50.00 SGD"),
    "time": Type(_time, "2026-12-01 09:00"),
    "integer": Type(_integer, 25, _number),
    "boolean": Type(_boolean, True, _flag),
    "countries": Type(_countries, ["SG"], _several),
    "id": Type(_id, "1029384756"),
    "list": Type(_list, ["one", "two"], _items),
}
TYPE_WORDS = OneOf(
    frozenset(TYPES),
    {
        **dict.fromkeys("text str word url link video image media enum name".split(), "string"),
        **dict.fromkeys("amount budget price decimal cost".split(), "money"),
        **dict.fromkeys("date datetime moment timestamp".split(), "time"),
        **dict.fromkeys("int number whole wholenumber count".split(), "integer"),
        **dict.fromkeys("bool flag yesno".split(), "boolean"),
        **dict.fromkeys("country countrylist listofcountries countrycodes geo".split(), "countries"),
        **dict.fromkeys("ids number_id page pixel".split(), "id"),
        **dict.fromkeys("array texts strings".split(), "list"),
    },
)


def example(type_: str) -> str:
    """As YAML has it, for a mend."""
    value = TYPES[type_ or "string"].example
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return f'"{value}"' if type_ == "id" else as_text(value)
