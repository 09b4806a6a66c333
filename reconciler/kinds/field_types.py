"""Types that the fields of many kinds have: how a value is read from YAML, said in the schema, and refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from itertools import count
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from reconciler.kinds.codecs import END, START, parse_money, parse_time
from reconciler.kinds.countries import COUNTRY_SCHEMA
from reconciler.kinds.meant import identifier, is_placeholder


@dataclass(frozen=True)
class OneOf:
    """A text that must be one of the listed words; a near miss is suggested."""

    allowed: frozenset[str]
    said: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What is said elsewhere, in small letters without spaces → the word here."""
    first: tuple[str, ...] = ()
    """The words that most people look for, where there are many."""
    others: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Words of ads that cannot be made here yet → what such ads open."""
    instead: str = ""
    """What is proposed in place of one of those; `{word}` is it."""
    offered: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Word → what it is for. Where there are some, an editor offers these, and takes the others too."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        if not self.offered:
            return {**handler(schema), "enum": sorted(self.allowed)}
        rest = "|".join(sorted(self.allowed - self.offered.keys()))
        told = {"enum": list(self.offered), "enumDescriptions": list(self.offered.values())}
        return {"anyOf": [{"type": "string", **told}, {"type": "string", "pattern": f"^({rest})$"}]}

    def check(self, value: str) -> str:
        if value in self.allowed:
            return value
        shown = self.first or sorted(self.allowed)[:12]
        listed = ", ".join(shown) + (", …" if len(self.allowed) > len(shown) else "")
        meant = self.meant(value)
        mend = f"did you mean {meant}?" if meant else f"use one of {listed}"
        if opens := self.others.get(meant):
            mend = f"{self.instead.format(word=meant)}: ads that open {opens} can be made only in Ads Manager yet"
        raise ValueError(f"{value!r} is not known here; {mend}")

    def meant(self, value: str) -> str:
        """The listed word that somebody may have meant; empty where none is near."""
        letters, by_letters = _letters(value), {_letters(word): word for word in self.allowed}
        near = get_close_matches(letters, by_letters, n=1)
        return by_letters.get(letters) or self.said.get(letters) or (by_letters[near[0]] if near else "")


@dataclass(frozen=True)
class Named:
    """Marks text that names something in the repository: an editor offers what is there (`reconciler schema --local`),
    and takes anything else."""

    of: str
    """`video`, `image`, `template`, or a kind."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "x-names": self.of}


def _letters(text: str) -> str:
    """`Shop now!` and `SHOP_NOW` are one word."""
    return "".join(c for c in unicodedata.normalize("NFKC", text[:100]).casefold() if c.isalnum())


def _read_money(value: object, info: ValidationInfo) -> int | None:
    if value is None:
        return None
    context = info.context or {}
    return parse_money(value, context.get("currency")).minor


def _read_time(value: object, info: ValidationInfo) -> datetime | None:
    if value is None:
        return None
    context = info.context or {}
    return parse_time(value, context["zone"], clock=END if info.field_name == "deactivate_at" else START)


def read_id(value: object) -> object:
    if value is None:
        return value
    if isinstance(value, float):
        letters = getattr(value, "written", str(value))
        raise ValueError(f"{letters} is a number, and may have lost digits of the id in a sheet; {COPY_ID}")
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f'an id is text; write "{value}" in quotes')
    if isinstance(value, str) and is_placeholder(value):
        raise ValueError(f"{value!r} is yet to be filled in; put the id in place of {value}, in quotes: {COPY_ID}")
    if isinstance(value, str) and not _ID.fullmatch(value):
        digits = identifier(value)
        raise ValueError(f"{value!r} is no id; " + (f'write "{digits}"' if digits else COPY_ID))
    return value


COPY_ID = "copy the digits of the id from Business settings, and write them in quotes"
_ID = re.compile(r"[0-9]{1,30}")
KEY_PATTERN = r"[a-z0-9][a-z0-9_-]{0,62}"


def key_of(text: str) -> str:
    """A key made of a name: `spring-sale` of `Spring Sale`, `sale` of `templates/sale.yaml`."""
    stem = re.sub(r"\.ya?ml$", "", text.strip(), flags=re.IGNORECASE).rpartition("/")[2]
    parts = unicodedata.normalize("NFKD", stem[:100]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", parts).strip("-_")[:63]


def free_key(key: str, taken: Collection[str], mark: str = "-") -> str:
    """`hero`, and where that is taken `hero-2`, `hero-3` and so on, short enough to be a key still."""
    numbered = (f"{key[:MOST_OF_A_KEY].rstrip('-_')}{mark}{number}" for number in count(2))
    return key if key not in taken else next(one for one in numbered if one not in taken)


def free_keys(beside: Collection[str], meant: Callable[[str], str], mark: str = "-") -> dict[str, str]:
    """Of what stands beside each other, what each may be called that is meant as something else than it says."""
    taken, found = set(beside), dict[str, str]()
    for one in beside:
        if right := meant(one):
            found[one] = free_key(right, taken, mark)
            taken.add(found[one])
    return found


MOST_OF_A_KEY = 57
"""Letters of a key, so that there is room for a number behind it."""


MoneyField = Annotated[
    int,
    BeforeValidator(_read_money),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? [A-Z]{3}$"},
                {"type": "integer", "minimum": 1},
            ],
            "examples": ["50.00 SGD"],
        }
    ),
]
TimeField = Annotated[
    datetime,
    BeforeValidator(_read_time),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}",
            "examples": ["2026-12-01 09:00"],
        }
    ),
]
Id = Annotated[str, BeforeValidator(read_id), StringConstraints(pattern=r"^[0-9]{1,30}$")]
Key = Annotated[str, StringConstraints(pattern=f"^{KEY_PATTERN}$")]


def _former(value: object) -> object:
    """Somebody who moves a file to another account names the former one by its address."""
    if isinstance(value, str) and "/" in value:
        raise ValueError(
            f"{value!r} is an address, and nothing moves to another ad account at Meta; write its former key alone, "
            f"{value.rpartition('/')[2]!r}, if it was renamed in this account; if it was in another one leave the line "
            "out: the old one is paused there, and a new one made here"
        )
    return value


FormerKey = Annotated[Key, BeforeValidator(_former)]


def _several_keys(value: object) -> object:
    return [value] if isinstance(value, str) else [] if value is None else value


_KEY_SCHEMA = {"type": "string", "pattern": f"^{KEY_PATTERN}$"}
_TEMPLATE_SCHEMA = {**_KEY_SCHEMA, "x-names": "template"}
Templates = Annotated[
    list[Key],
    BeforeValidator(_several_keys),
    WithJsonSchema({"anyOf": [_TEMPLATE_SCHEMA, {"type": "array", "items": _TEMPLATE_SCHEMA, "minItems": 1}]}),
]
Vars = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "examples": [{"budget": "50.00 SGD"}]})]
"""Read before anything is merged: see `config/variables.py`."""
_VALUES_SCHEMA = {
    "description": "Values, or keys with values; a value that is a mapping sets several fields.",
    "anyOf": [{"type": "array", "minItems": 1}, {"type": "object", "minProperties": 1}],
}
_FROM_SCHEMA = {
    "type": "string",
    "description": "A CSV file beside this one: a line for each, its columns are variables, one is called key.",
    "examples": ["launches.csv"],
}
_MADE_SCHEMA = {
    "type": "object",
    "minProperties": 1,
    "properties": {"from": _FROM_SCHEMA},
    "additionalProperties": _VALUES_SCHEMA,
}
Matrix = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "campaigns": {**_MADE_SCHEMA, "description": "A campaign for each combination of values."},
                "ad_sets": {**_MADE_SCHEMA, "description": "An ad set for each combination of values."},
                "ads": {**_MADE_SCHEMA, "description": "An ad for each combination of values, made of ad:."},
                "from": _FROM_SCHEMA,
            },
        }
    ),
]
"""Read before anything is merged: see `config/matrix.py`."""


@dataclass(frozen=True)
class Prose:
    """Marks text that a person reads or follows: written with nothing, or cut off by a `#`, it is refused."""


MOST_OF_A_NAME = 400
"""Characters. Meta documents none for audiences and forms; what it cuts off all the same is seen after the create."""
Name = Annotated[str, Prose(), StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_OF_A_NAME)]
Text = Annotated[str, Prose(), StringConstraints(strip_whitespace=True, min_length=1)]
Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    WithJsonSchema(dict(COUNTRY_SCHEMA)),
]
Raw = Annotated[dict[str, Any], Field(default_factory=dict)]
