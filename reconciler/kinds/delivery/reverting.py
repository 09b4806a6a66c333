"""`lifecycle: {revert_drift: {daily_budget: 80.00 SGD}}`: what somebody has set in Ads Manager and the YAML overwrites
once. In YAML's words, as everything there; compared with what is live by Meta's. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds.base import Api, Kind
from reconciler.kinds.codecs import END, PARTS_OF_ROAS, ROAS_FLOOR, START, parse_money, parse_time, wire_time
from reconciler.kinds.delivery import ad, ad_set, campaign
from reconciler.kinds.delivery.origins import TIMES
from reconciler.kinds.delivery.words import WORDS
from reconciler.kinds.wire import AUDIENCE_KEYS, MINOR_UNITS
from reconciler.model.address import Address
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED

OF_LEVELS: Mapping[str, Kind] = {kind.name: kind for kind in (campaign.KIND, ad_set.KIND, ad.KIND)}
MOMENTS = {word: field for field, word in TIMES.items()}
CLOCKS = {"activate_at": START, "deactivate_at": END}
SHORT = {word.name: word for word in WORDS if word.path and word.path[0] in ad_set.KIND.fields}
STATUSES = (ACTIVE, PAUSED, ARCHIVED)

NO_CREATIVE = "an ad's creative is made anew from all that is in it; overwrite it with reconciler apply --revert-drift"


def reverting(written: Mapping[str, Any], kind: str, account: str, currency: str, zone: ZoneInfo) -> dict[str, Any]:
    """By field, or by path in one (`targeting.age_min`), what is to be overwritten while it is live: Meta's values, and
    None for what is not set there. What is wrong is left out: `wrong` tells it."""
    found: dict[str, Any] = {}
    for name, value in written.items():
        try:
            found.update(_read(OF_LEVELS[kind], name, value, account, currency, zone))
        except ValueError:
            continue
    return found


def wrong(
    written: Mapping[str, Any], kind: str, account: str, currency: str, zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    """The name of each entry that cannot be read, and why, with the mend behind a semicolon."""
    for name, value in written.items():
        try:
            _read(OF_LEVELS[kind], name, value, account, currency, zone)
        except ValueError as error:
            yield name, str(error)


def _read(kind: Kind, name: str, value: Any, account: str, currency: str, zone: ZoneInfo) -> dict[str, Any]:
    """Raises ValueError."""
    if name == "status":
        return {name: _status(value)}
    if kind is ad_set.KIND and name in MOMENTS:
        moment = None if value is None else wire_time(parse_time(value, zone, clock=CLOCKS[name]))
        return {MOMENTS[name]: moment}
    if kind is ad_set.KIND and name in SHORT:
        return _short(name, value)
    if name == "raw":
        return dict(_leaves(value, "")) if isinstance(value, Mapping) else _not_a_mapping(name)
    api = kind.fields.get(name)
    if api is None or api.composed or name in kind.content:
        raise ValueError(_unknown(kind, name))
    return _field(name, api, value, account, currency)


def _status(value: Any) -> str:
    if value not in STATUSES:
        raise ValueError(f"{value!r} is no status; write one of {', '.join(STATUSES)}")
    return str(value)


def _short(name: str, value: Any) -> dict[str, Any]:
    word = SHORT[name]
    return {".".join(word.path): None if value is None else word.long(value)}


def _field(name: str, api: Api, value: Any, account: str, currency: str) -> dict[str, Any]:
    if value is None:
        return {name: None}
    if api.codec is MINOR_UNITS:
        return {name: parse_money(value, currency).minor}
    if not isinstance(value, Mapping):
        return {name: value}
    whole = _named(value, account) if api.refers else value
    return {path: _count(path, one) for path, one in _leaves(whole, name)}


def _leaves(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(inner, Mapping) and inner:
            yield from _leaves(inner, here)
        else:
            yield here, inner


def _count(path: str, value: Any) -> Any:
    """A ratio as Meta counts it."""
    is_ratio = path.endswith(f".{ROAS_FLOOR}") and isinstance(value, float)
    return round(value * PARTS_OF_ROAS) if is_ratio else value


def _named(targeting: Mapping[str, Any], account: str) -> dict[str, Any]:
    """A declared audience is named by its key."""

    def named(one: Any) -> Any:
        return {"id": str(Address.of(account, f"audience:{one}"))} if isinstance(one, str) else one

    lists = {name: targeting[name] for name in AUDIENCE_KEYS if isinstance(targeting.get(name), list)}
    return {**targeting, **{name: [named(one) for one in audiences] for name, audiences in lists.items()}}


def _not_a_mapping(name: str) -> dict[str, Any]:
    raise ValueError(f"{name} is not a mapping; write {name}: {{pacing_type: [standard]}}")


def _unknown(kind: Kind, name: str) -> str:
    if name in kind.content:
        return f"{name} is an ad's content; {NO_CREATIVE}"
    known = ["status", *(n for n, api in kind.fields.items() if not api.composed and n not in kind.content)]
    known += [*MOMENTS, *SHORT] if kind is ad_set.KIND else []
    near = get_close_matches(name, known, n=1)
    return f"{name} is no field of this level; " + (f"did you mean {near[0]}?" if near else f"use {', '.join(known)}")
