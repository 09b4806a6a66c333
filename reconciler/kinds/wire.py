"""How a canonical value is sent to Meta, read back, and compared: one `Codec` a family of fields.

Meta's echo differs from what was sent: numbers come back as strings, empty values vanish, specs come back with
keys nobody wrote, lists lose their order. `Codec.same` says whether a live value fulfils a declared one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.kinds.codecs import parse_wire_time, wire_time


@dataclass(frozen=True)
class Codec:
    """`encode`: canonical → wire. `decode`: wire → canonical, None when unset. `same(declared, live)`."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    same: Callable[[Any, Any], bool]


def covers(declared: Any, live: Any) -> bool:
    """True when `live` says all that `declared` says: extra keys in objects and the order of lists do not count."""
    if isinstance(declared, Mapping):
        if not isinstance(live, Mapping):
            return not declared and not live
        return all(covers(value, live.get(key)) for key, value in declared.items())
    if isinstance(declared, list):
        return _same_items(declared, live if isinstance(live, list) else [])
    if not declared and not live and declared != 0:
        return True
    return _same_scalar(declared, live)


def _same_items(declared: list[Any], live: list[Any]) -> bool:
    if len(declared) != len(live):
        return False
    if not any(isinstance(item, (Mapping, list)) for item in declared):
        return Counter(map(_scalar_text, declared)) == Counter(map(_scalar_text, live))
    return _assignable([[i for i, other in enumerate(live) if covers(item, other)] for item in declared])


def _assignable(choices: list[list[int]]) -> bool:
    """True when every item can have a choice of its own. The first that fits will not do: {a} fits {a, b} too."""
    taken: dict[int, int] = {}

    def place(item: int, tried: set[int]) -> bool:
        for choice in choices[item]:
            if choice not in tried:
                tried.add(choice)
                if choice not in taken or place(taken[choice], tried):
                    taken[choice] = item
                    return True
        return False

    return all(place(item, set()) for item in range(len(choices)))


def _scalar_text(value: Any) -> str:
    """Graph writes numbers as strings and flags as 0 and 1 here and there, so both sides are compared as text."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _same_scalar(declared: Any, live: Any) -> bool:
    if declared in (None, False, 0) and live in (None, "", "0", 0, False):
        return True
    return _scalar_text(declared) == _scalar_text(live) or _same_moment(declared, live)


def _same_moment(declared: Any, live: Any) -> bool:
    """Raw times may be declared in one zone and read back in the account's."""
    try:
        return "T" in declared and "T" in live and _moment(declared) == _moment(live)
    except (TypeError, ValueError):
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip()


def _minor_units(value: Any) -> int | None:
    # An unset budget comes back absent or as "0"; a budget of zero cannot be set.
    return int(value) or None if value not in (None, "") else None


def _moment_or_unset(value: Any) -> str | None:
    # Ancient objects without a time read as the epoch.
    if value in (None, "", "0", 0):
        return None
    moment = parse_wire_time(value)
    return wire_time(moment) if moment.year > 1970 else None


def _same_time(declared: Any, live: Any) -> bool:
    if declared is None or live is None:
        return declared is live
    return parse_wire_time(declared) == parse_wire_time(live)


def _without_none(categories: Any) -> list[str]:
    # The write takes [] or ["NONE"] for none at all; the read gives either.
    return sorted(c for c in categories or [] if c != "NONE")


AUDIENCE_KEYS = ("custom_audiences", "excluded_custom_audiences")


def _sendable_targeting(spec: Any) -> Any:
    """Audiences go out as `{id}` alone: with the name that the read adds, Meta refuses them (100/1359202)."""
    sent = dict(spec)
    for key in AUDIENCE_KEYS:
        if key in sent:
            sent[key] = [{"id": a["id"]} if isinstance(a, Mapping) else a for a in sent[key]]
    return sent


def _same_targeting(declared: Any, live: Any) -> bool:
    return covers(_sendable_targeting(declared), live)


def _identity(value: Any) -> Any:
    return value


def _equal(declared: Any, live: Any) -> bool:
    return bool(declared == live)


TEXT = Codec(_identity, _text, _equal)
MINOR_UNITS = Codec(_identity, _minor_units, _equal)
TIME = Codec(_identity, _moment_or_unset, _same_time)
FLAG = Codec(_identity, _identity, lambda declared, live: bool(declared) == bool(live))
JSON = Codec(_identity, _identity, covers)
CATEGORIES = Codec(_without_none, _without_none, _equal)
TARGETING = Codec(_sendable_targeting, _identity, _same_targeting)
