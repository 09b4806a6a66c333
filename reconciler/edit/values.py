"""Meta's values in the words of YAML, as plain data to be put into a file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.edit.yaml_text import Letters
from reconciler.kinds import MONEY_FIELDS, TIME_FIELDS
from reconciler.kinds.budget_schedules import SCHEDULES, as_written
from reconciler.kinds.codecs import PARTS_OF_ROAS, Money, format_money, parse_wire_time
from reconciler.kinds.said import RATIOS, REFERENCE, SWITCHES, key_in
from reconciler.kinds.variables import escaped


def in_yaml(field: str, path: str, value: Any, currency: str, zone: ZoneInfo, word: str = "") -> Any:
    """`value` stands at `path` of the field, as it was read; `word` is YAML's for the place, where it has another."""
    if value is None:
        return None
    if field == SCHEDULES:
        return as_written(value)
    if field in MONEY_FIELDS and isinstance(value, int):
        return Letters(format_money(Money(value, currency)))
    if field in TIME_FIELDS and isinstance(value, str):
        return moment_in_yaml(parse_wire_time(value), zone)
    if path in SWITCHES and word:
        return str(value) == "1" or value is True
    if path in RATIOS:
        return int(value) / PARTS_OF_ROAS
    return escaped(_with_keys({} if value == {} else value, path))


def moment_in_yaml(moment: datetime, zone: ZoneInfo) -> Letters:
    """`2026-12-01 09:00`; seconds only where there are some."""
    local = moment.astimezone(zone)
    return Letters(local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M"))


def _with_keys(value: Any, path: str) -> Any:
    """What is declared is named by its key."""
    if isinstance(value, Mapping):
        named = value.get("id")
        if isinstance(named, str) and REFERENCE.fullmatch(named):
            return key_in(named)
        return {key: _inner(inner, f"{path}.{key}") for key, inner in value.items()}
    if isinstance(value, list):
        return [_inner(inner, path) for inner in value]
    return key_in(value) if isinstance(value, str) else value


def _inner(value: Any, path: str) -> Any:
    return int(value) / PARTS_OF_ROAS if path in RATIOS else _with_keys(value, path)
