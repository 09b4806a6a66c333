"""How a canonical value is sent to Meta, read back, and compared: one `Codec` a family of fields.

Meta's echo differs from what was sent: numbers come back as strings, empty values vanish, lists lose their order.
`Codec.same` says whether two values are one. What comes back with keys that nobody wrote is `whole`:
`engine/compare.py` says whose they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.codecs import NO_CAP, parse_wire_time, wire_time
from reconciler.kinds.structure import gaps, same_scalar
from reconciler.kinds.targeting_fields import is_read_only


@dataclass(frozen=True)
class Codec:
    """`encode`: canonical → wire. `decode`: wire → canonical, None when unset. `same(one, other)`: in both directions.
    `whole`: each update replaces all of it, so that what it leaves out is lost. `in_parts(recorded, sent, live)`: of a
    value that takes several writes, what counts as applied where not all of them were done."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    same: Callable[[Any, Any], bool]
    whole: bool = False
    in_parts: Callable[[Any, Any, Any], Any] | None = None


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip()


def _minor_units(value: Any) -> int | None:
    # What is unset comes back absent, as "0", or as what removes a cap; a budget of zero cannot be set.
    minor = int(value) if value not in (None, "") else 0
    return minor if minor not in (0, NO_CAP) else None


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
    """Audiences go out as `{id}` alone: with the name that the read adds, Meta refuses them (100/1359202). What has
    another shape than that goes as it is."""
    if not isinstance(spec, Mapping):
        return spec
    return {name: _by_id_alone(value) if name in AUDIENCE_KEYS else value for name, value in spec.items()}


def _by_id_alone(audiences: Any) -> Any:
    if not isinstance(audiences, list):
        return audiences
    return [{"id": each["id"]} if isinstance(each, Mapping) and "id" in each else each for each in audiences]


def _settable_targeting(spec: Any) -> Any:
    """Without what Meta alone says: that changes with the account's own settings, and no update takes it away."""
    return (
        {name: value for name, value in spec.items() if not is_read_only(name)} if isinstance(spec, Mapping) else spec
    )


def _same_targeting(one: Any, other: Any) -> bool:
    return _same_json(_sendable_targeting(one), _sendable_targeting(other))


def _same_json(one: Any, other: Any) -> bool:
    return not any(gaps(one, other, "")) and not any(gaps(other, one, ""))


def _words_or_unread(value: Any) -> list[str] | None:
    """Meta shows them in words of its own; what is none cannot be compared with one."""
    words = isinstance(value, list) and all(isinstance(one, str) and one.isupper() for one in value)
    return list(value) if words else None


def _in_lists(specs: Any) -> Any:
    """What is tracked may be written as one word or as a list of them; Meta reads it back in lists."""
    if isinstance(specs, list):
        return [_in_lists(spec) for spec in specs]
    if not isinstance(specs, Mapping):
        return specs
    return {name: value if isinstance(value, list) or value is None else [value] for name, value in specs.items()}


def _same_tracking(one: Any, other: Any) -> bool:
    return _same_json(_in_lists(one), _in_lists(other))


def _same_text(one: Any, other: Any) -> bool:
    """A space at the end says nothing, and Meta drops it."""
    return _text(one) == _text(other)


def _same_flag(one: Any, other: Any) -> bool:
    return one is other or (same_scalar(one, other) if one is not None else same_scalar(other, one))


def _enum_or_unset(value: Any) -> str | None:
    # UNDEFINED is read where nothing was sent; it cannot be written.
    return None if value == "UNDEFINED" else _text(value)


def _identity(value: Any) -> Any:
    return value


def _equal(declared: Any, live: Any) -> bool:
    return bool(declared == live)


TEXT = Codec(_identity, _text, _same_text)
ENUM = Codec(_identity, _enum_or_unset, _equal)
MINOR_UNITS = Codec(_identity, _minor_units, _equal)
TIME = Codec(_identity, _moment_or_unset, _same_time)
FLAG = Codec(_identity, _identity, _same_flag)
JSON = Codec(_identity, _identity, _same_json, whole=True)
CATEGORIES = Codec(_without_none, _without_none, _equal)
WORDS = Codec(_identity, _words_or_unread, _same_json, whole=True)
TRACKING = Codec(_in_lists, _identity, _same_tracking, whole=True)
TARGETING = Codec(_sendable_targeting, _settable_targeting, _same_targeting, whole=True)
