"""How values are said to people. Text from Meta is hostile: see `text/sanitize.py`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds import KINDS, MONEY_FIELDS, TIME_FIELDS
from reconciler.kinds.codecs import PARTS_OF_ROAS, ROAS_FLOOR, Money, format_money, parse_wire_time, wire_moment
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta, media_digest, media_path
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.values import canonical_json
from reconciler.text.sanitize import JOINERS, LONGEST, brief, plain, plain_lines

WORD = re.compile("[A-Z0-9_]*[A-Z][A-Z0-9_]*")
"""One of Meta's own words, such as LINK_CLICKS; anything else stands in quotes."""

__all__ = ["JOINERS", "brief", "plain", "plain_lines", "said"]


def said(name: str, value: Any, currency: str, zone: ZoneInfo, path: str = "") -> str:
    """One field's value as the plan prints it. `path`: where in the field it stands, such as `targeting.genders`."""
    if value is None:
        return "(none)"
    if isinstance(value, (Mapping, list)) or path not in ("", name):
        return brief(phrase(readable(name, value, currency, zone), path or name))
    if name in MONEY_FIELDS and _is_number(value):
        return _money(str(value), currency)
    if name in TIME_FIELDS and isinstance(value, str):
        return format_time(parse_wire_time(value), zone)
    if name in MEDIA_FIELDS and isinstance(value, str):
        return brief(media_path(value)) + ("" if at_meta(value) else f" ({media_digest(value)[:8]})")
    if isinstance(value, str) and name in REFERRING and REFERENCE.fullmatch(value):
        return key_in(value)
    if isinstance(value, str):
        return value if WORD.fullmatch(value) else f'"{brief(value)}"'
    return brief(canonical_json(value))


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | str) and str(value).isdecimal()


class Read(str):
    """A value within a structure, as people read it: nothing is done to it any more."""

    __slots__ = ()


def readable(name: str, value: Any, currency: str, zone: ZoneInfo) -> Any:
    """A structure with the times and amounts in it as people read them. What is neither stays as it is."""
    if name != "budget_schedule_specs" or not isinstance(value, list):
        return value
    return [_read_schedule(row, currency, zone) if isinstance(row, Mapping) else row for row in value]


def _read_schedule(row: Mapping[str, Any], currency: str, zone: ZoneInfo) -> dict[str, Any]:
    times = {key: _read_time(row[key], zone) for key in ("time_start", "time_end") if key in row}
    found = {key: times.get(key, inner) for key, inner in row.items() if key != "id"}
    kind, amount = row.get("budget_value_type"), row.get("budget_value")
    if kind in ("ABSOLUTE", "MULTIPLIER") and _is_number(amount):
        found["budget_value"] = Read(f"{amount} %" if kind == "MULTIPLIER" else _money(str(amount), currency))
    return found


def _money(minor: str, currency: str) -> str:
    return format_money(Money(int(minor), currency)) if currency else minor


def _read_time(value: Any, zone: ZoneInfo) -> Any:
    try:
        return Read(format_time(wire_moment(value), zone))
    except ValueError:
        return value


REFERRING = frozenset(name for kind in KINDS.values() for name, api in kind.fields.items() if api.refers)
ALONE = "|".join(sorted(kind.name for kind in KINDS.values() if kind.stands_alone))
REFERENCE = re.compile(rf"[a-z0-9][a-z0-9_-]*/(?:{ALONE}):(?P<key>[a-z0-9][a-z0-9_-]*)(?:@[0-9a-f]+)?")


def key_in(value: str) -> str:
    """A reference as YAML has it: the key of what it is to. Any other text as it is."""
    found = REFERENCE.fullmatch(value)
    return found["key"] if found else value


# ---- words


def counted(number: int, noun: str) -> str:
    """`1 account`, `2 accounts`"""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def with_article(noun: str) -> str:
    """`an image`, `a video`"""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def undoing(address: Address) -> str:
    """The command that overwrites what somebody has changed."""
    return f"reconciler apply --revert-drift --target {address}"


def written_out_below(address: Address) -> str:
    """Where the status of one can stand that a short form may have beside what it is in: `ad_sets.main`; "" of all
    others, whose level is their own."""
    return f"{address.kind}s.{address.key}" if address.key == KINDS[address.kind].short_key else ""


LETTING_GO = "let go of the ad: remove its YAML with lifecycle: {on_remove: forget}"


def keeping(address: Address, names: Collection[str]) -> str:
    """What to do where a new creative would be without what is live under these names."""
    kind, undo = KINDS[address.kind], f"or {undoing(address)} to overwrite it"
    if any(name in kind.in_place_of_content for name in names):
        return f"take it back in Ads Manager, or {LETTING_GO}"
    if any(name in kind.unwritten for name in names):
        return f"no YAML says it: to keep it, take the change out of the YAML; {undo}"
    return f"write what is live into the YAML to keep it, as reconciler pull {address} does, {undo}"


def going_on(address: Address, name: str, undo: str) -> str:
    """The same where nobody wants to change anything. `undo`: the command."""
    kind = KINDS[address.kind]
    if name in kind.in_place_of_content:
        return f"nothing here can say or undo it: take it back in Ads Manager, or {LETTING_GO}"
    if name in kind.unwritten:
        return f"no YAML says it: it stays while nothing of the ad is changed here; to undo it: {undo}"
    return f"to keep it, write it into the YAML, as reconciler pull {address} does; to undo it: {undo}"


YAML_NAMES = {"start_time": "activate_at", "end_time": "deactivate_at"}


def written(name: str, value: Any, currency: str, zone: ZoneInfo, word: str = "") -> str:
    """The line of YAML that says so, such as `daily_budget: 80.00 SGD`; "" where it takes more than one plain value.
    `word`: of YAML, where it is another one than Meta's."""
    if name in MONEY_FIELDS and isinstance(value, int):
        return f"{name}: {format_money(Money(value, currency))}"
    if name in TIME_FIELDS and isinstance(value, str):
        return f"{YAML_NAMES[name]}: {format_time(parse_wire_time(value), zone)[:16]}"
    if word == "advantage_audience" and value in (0, 1, "0", "1"):
        return f"{word}: {'true' if int(value) else 'false'}"
    if word and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return f"{word}: {plain(json.dumps(value, ensure_ascii=False))}"
    if not isinstance(value, str) or name in MEDIA_FIELDS or len(value) > LONGEST:
        return ""
    return f"{word or name}: {value if WORD.fullmatch(value) else plain(json.dumps(value, ensure_ascii=False))}"


# ---- structures


def phrase(value: Any, name: str = "") -> str:
    """A structure in words: `countries SG, MY; age_min 21; advantage_audience on`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{path} {text}" for path, text in _leaves(value, f"{name}." if name else "")) or "(none)"
    return "(none)" if value is None else _leaf(name, value)


DROPPED = ("targeting.geo_locations.", "targeting.targeting_automation.", "targeting.")
"""What goes without saying before the names of a targeting spec."""

RATIOS = frozenset({f"bid_constraints.{ROAS_FLOOR}"})
"""As YAML has them, 2.0, and not in Meta's parts of ten thousand."""

SWITCHES = frozenset({"targeting.targeting_automation.advantage_audience"})
DAY = 86_400
"""Seconds: Meta's count of how long somebody stays in an audience."""
GENDERS = {1: "men", 2: "women"}


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        here = f"{path}{key}"
        if isinstance(inner, Mapping) and inner:
            yield from _leaves(inner, f"{here}.")
        else:
            yield (leaf_name(here) if path else _bare_text(key)), _leaf(here, inner)


def leaf_name(path: str) -> str:
    """`targeting.geo_locations.countries` → `countries`; "" for a field as a whole."""
    field = re.match(r"[^.[]*", path)[0]  # type: ignore[index]
    dropped = next((prefix for prefix in DROPPED if path.startswith(prefix)), field)
    name = path.removeprefix(dropped).removeprefix(".")
    return name if PATH.fullmatch(name) and name.isascii() else f'"{brief(name)}"'


def _leaf(path: str, value: Any) -> str:
    if isinstance(value, Read):
        return value
    if path in RATIOS and isinstance(value, int):
        return canonical_json(value / PARTS_OF_ROAS)
    if path in SWITCHES and value in (0, 1):
        return "on" if value else "off"
    if path == "targeting.genders" and isinstance(value, list):
        return ", ".join(GENDERS.get(one, str(one)) if isinstance(one, int) else _leaf("", one) for one in value)
    if path.endswith("retention_seconds") and isinstance(value, int) and value % DAY == 0:
        return counted(value // DAY, "day")
    if isinstance(value, Mapping) and set(value) == {"id"}:
        return key_in(_leaf("", value["id"]))
    if isinstance(value, Mapping):
        return f"{{{phrase(value)}}}" if "name" not in value else _named(value)
    if isinstance(value, list):
        return ", ".join(_leaf("", one) for one in value) or "(none)"
    return key_in(_bare_text(value)) if isinstance(value, str) else canonical_json(value)


def _named(value: Mapping[str, Any]) -> str:
    """`"Coffee" (6003)`: an interest, a city, with what tells it from others of that name."""
    rest = {key: inner for key, inner in value.items() if key != "name"}
    told = key_in(str(rest["id"])) if set(rest) == {"id"} else phrase(rest)
    return f'"{brief(str(value["name"]))}" ({_bare_text(told) if set(rest) == {"id"} else told})'


BARE = re.compile(r"[\w./:@+%-]+")
PATH = re.compile(rf"({BARE.pattern}|\[\d+\])*")


def _bare_text(text: str) -> str:
    """In quotes where it could be taken for more than one word."""
    return text if BARE.fullmatch(text) and text.isascii() else f'"{brief(text)}"'


# ---- columns


def width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    total, joined = 0, False
    for character in text:
        if character == "\u200d":
            joined = True
            continue
        if not joined and unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        joined = False
    return total


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def fill_in(name: str, said: str) -> str:
    noun = "id" if name == "id" else "key" if name == "key" else name
    return f"put the {noun} in place of {said}"
