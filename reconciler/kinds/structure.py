"""Two JSON values side by side: where what is live is not what was declared, in both directions.

Meta writes numbers as text, flags as 0 and 1, times in the account's zone, a host alone with a slash, lists in another
order, and leaves out what is empty. None of that is a difference. A key or a list item that nobody declared is one,
unless it is known that it may stand there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from reconciler.kinds.addresses import same_address
from reconciler.model.light import light
from reconciler.model.values import canonical_json


@light(frozen=True)
class Gap:
    """One place where live is not as declared. Nobody declared what is `added`: `beyond` is that alone, while
    `declared` and `live` are all that stands at the path. `alone`: of two lists, the declared and the live items that
    have no like in the other one, by their place."""

    path: str
    declared: Any
    live: Any
    added: bool = False
    beyond: Any = None
    alone: tuple[Mapping[int, Any], Mapping[int, Any]] | None = field(default=None, compare=False)


Known = Callable[[str, Any, Any], Iterator[Gap]]
"""What is left of an addition, given its path, its value and what it stands in: nothing where it may stand there."""


def nothing_known(path: str, value: Any, inside: Any) -> Iterator[Gap]:
    """Every addition counts."""
    yield Gap(path, None, value, added=True, beyond=value)


def gaps(declared: Any, live: Any, path: str, known: Known = nothing_known) -> Iterator[Gap]:
    """Where `live` is not `declared`. Paths are keys joined by dots, and `[n]` for the n-th declared item of a list."""
    if type(declared) is type(live) and repr(declared) == repr(live):
        return  # to the letter, as most values are; 1 and True are equal to Python
    if is_nothing(declared):
        yield from _undeclared(path, live, {}, known)
    elif is_nothing(live) and isinstance(declared, (Mapping, list)):
        if _says_something(declared):
            yield Gap(path, declared, None)
    elif isinstance(declared, Mapping) and isinstance(live, Mapping):
        yield from _in_mapping(declared, live, path, known)
    elif isinstance(declared, list) and isinstance(live, list):
        yield from _in_list(declared, live, path, known)
    elif not same_scalar(declared, live):
        yield Gap(path, declared, live)


def is_nothing(value: Any) -> bool:
    """What Meta leaves out as it leaves out what was never sent. 0 and false are something: a default may be true."""
    return value is None or (not value and isinstance(value, (str, list, Mapping)))


def _says_something(declared: Any) -> bool:
    """Whether Meta would keep anything of it. A list keeps its length."""
    if isinstance(declared, Mapping):
        return any(_says_something(value) for value in declared.values())
    return not same_scalar(declared, None) if not isinstance(declared, list) else bool(declared)


def _in_mapping(declared: Mapping[str, Any], live: Mapping[str, Any], path: str, known: Known) -> Iterator[Gap]:
    for key in [*declared, *(key for key in live if key not in declared)]:
        here = f"{path}.{key}"
        if key in NAMES and _is_one_thing(declared, live):
            continue
        if is_nothing(declared.get(key)):
            yield from _undeclared(here, live.get(key), live, known)
        else:
            yield from gaps(declared[key], live.get(key), here, known)


NAMES = frozenset({"name", "country_name", "region", "primary_city"})
"""What Meta says, in its own words of the day, of a thing that an id names."""


def _is_one_thing(declared: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Whether one id of Meta's names both; then what either is called tells nothing."""
    return any(key in declared and key in live and same_scalar(declared[key], live[key]) for key in IDS)


IDS = ("id", "key")


def names_one_thing(item: Mapping[str, Any]) -> bool:
    return any(key in item for key in IDS)


def _undeclared(path: str, value: Any, inside: Any, known: Known) -> Iterator[Gap]:
    """A mapping of which each part may stand there may itself."""
    if is_nothing(value):
        return
    left = list(known(path, value, inside))
    parts = value.items() if isinstance(value, Mapping) else ()
    if left and parts and not any(gap for key, one in parts for gap in _undeclared(f"{path}.{key}", one, value, known)):
        return
    yield from left


def _in_list(declared: list[Any], live: list[Any], path: str, known: Known) -> Iterator[Gap]:
    """Items are paired by their ids, then by what they say; order does not count, how often an item stands does."""
    at = dict(enumerate(declared))
    rest = dict(enumerate(live))
    _take_equal(at, rest)
    pairs = _pairs_by_id(at, rest)
    found = [gap for i, j in pairs for gap in gaps(declared[i], live[j], f"{path}[{i}]", known)]
    for i, j in _pairs(at, rest, lambda one, other: not any(gaps(one, other, path, known))):
        del at[i], rest[j]
    for i, j in _pairs(at, rest, lambda one, other: _covers(one, other, path, known)):
        found += gaps(at.pop(i), rest.pop(j), f"{path}[{i}]", known)
    if len(at) == len(rest) == 1 and all(isinstance(one, Mapping) for one in (*at.values(), *rest.values())):
        (i, one), (_, other) = at.popitem(), rest.popitem()
        found += gaps(one, other, f"{path}[{i}]", known)
    yield from found
    if at:
        yield Gap(path, declared, live, alone=(at, rest))
    elif rest:
        left = [gap for gap in known(path, list(rest.values()), live) if gap.added]
        for gap in left:
            beyond = dict(enumerate(gap.beyond))
            yield Gap(path, declared, live, added=True, beyond=gap.beyond, alone=({}, beyond))


def _take_equal(at: dict[int, Any], rest: dict[int, Any]) -> None:
    """Takes out what is equal to the letter: a list may hold thousands. A flag is left: `1` may be another item's."""
    for said in (canonical_json, scalar_text):
        where: dict[str, list[int]] = {}
        for j, item in rest.items():
            where.setdefault(said(item), []).append(j)
        for i, item in list(at.items()):
            if where.get(said(item)) and (said is canonical_json or not isinstance(item, bool)):
                del at[i], rest[where[said(item)].pop()]


def _pairs_by_id(at: dict[int, Any], rest: dict[int, Any]) -> list[tuple[int, int]]:
    """Takes out the items that name one thing, where each side names it once."""
    ours, theirs = _by_id(at), _by_id(rest)
    pairs = [(ours[one][0], theirs[one][0]) for one in ours if len(ours[one]) == len(theirs.get(one, ())) == 1]
    for i, j in pairs:
        del at[i], rest[j]
    return pairs


def _by_id(items: Mapping[int, Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, item in items.items():
        name = next((f"{key} {item[key]}" for key in IDS if key in item), "") if is_mapping(item) else ""
        if name:
            found.setdefault(name, []).append(at)
    return found


def is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _covers(declared: Any, live: Any, path: str, known: Known) -> bool:
    """Whether live says at least what was declared."""
    return is_mapping(declared) and is_mapping(live) and all(gap.added for gap in gaps(declared, live, path, known))


def _pairs(
    at: Mapping[int, Any], rest: Mapping[int, Any], fits: Callable[[Any, Any], bool]
) -> Sequence[tuple[int, int]]:
    """As many pairs as there can be. The first that fits will not do: {a} fits {a, b} too."""
    choices = {i: [j for j, other in rest.items() if fits(item, other)] for i, item in at.items()}
    taken: dict[int, int] = {}

    def place(item: int, tried: set[int]) -> bool:
        for choice in choices[item]:
            if choice not in tried:
                tried.add(choice)
                if choice not in taken or place(taken[choice], tried):
                    taken[choice] = item
                    return True
        return False

    for item in choices:
        place(item, set())
    return [(i, j) for j, i in taken.items()]


def as_declared(declared: Any, live: Any) -> Any:
    """Of what is live that which was declared, as it reads by now: without what stands there besides."""
    if isinstance(declared, Mapping) and isinstance(live, Mapping):
        return {key: as_declared(value, live[key]) for key, value in declared.items() if key in live}
    if not (isinstance(declared, list) and isinstance(live, list)):
        return live
    left, kept = list(declared), []
    for item in live:
        at = next((at for at, one in enumerate(left) if _is_of(one, item)), None)
        kept += [] if at is None else [as_declared(left.pop(at), item)]
    return kept


def _is_of(declared: Any, live: Any) -> bool:
    both = is_mapping(declared) and is_mapping(live)
    return (both and _is_one_thing(declared, live)) or all(gap.added for gap in gaps(declared, live, ""))


# ---- scalars


def scalar_text(value: Any) -> str:
    """One text for what Graph writes in two ways: numbers as text, flags as 0 and 1."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (Mapping, list)):
        return canonical_json(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def one_form(value: Any) -> Any:
    """As every other value that says the same; what an id names is told by that alone, as one word."""
    if isinstance(value, list):
        return [one_form(inner) for inner in value]
    if not isinstance(value, Mapping):
        return scalar_text(value)
    if not names_one_thing(value):
        return {key: one_form(inner) for key, inner in value.items()}
    return canonical_json({key: one_form(inner) for key, inner in value.items() if key not in NAMES})


def same_scalar(declared: Any, live: Any) -> bool:
    """Whether two scalars say one thing. 0 and false may be left out by Meta; what is empty is not 0."""
    if isinstance(declared, (Mapping, list)) or isinstance(live, (Mapping, list)):
        return False
    if live is None or live == "":
        return is_nothing(declared) or (not isinstance(declared, str) and not declared)
    if declared is None or declared == "":
        return False
    alike = _same_flag if isinstance(declared, bool) or isinstance(live, bool) else _same_value
    return alike(declared, live)


FLAGS = {"1": True, "true": True, "0": False, "false": False}


def _same_flag(one: Any, other: Any) -> bool:
    """Meta writes a flag as true, as 1 and as "True"."""
    flags = [FLAGS.get(scalar_text(value).lower()) for value in (one, other)]
    return flags[0] is not None and flags[0] is flags[1]


def _same_value(one: Any, other: Any) -> bool:
    if scalar_text(one) == scalar_text(other):
        return True
    if isinstance(one, str) and isinstance(other, str):
        return _same_moment(one, other) or same_address(one, other)
    return _same_number(one, other) or _same_moment(one, other)


def _same_number(one: Any, other: Any) -> bool:
    """One of the two is a number: an id is text on both sides, and never rounded."""
    try:
        numbers = [Decimal(str(value).strip()) for value in (one, other)]
    except InvalidOperation:
        return False
    return numbers[0] == numbers[1]


def _same_moment(one: Any, other: Any) -> bool:
    """Times that stand in a spec are read back in the account's zone; one without an offset was read in that zone."""
    moments = [_moment(value) for value in (one, other)]
    if moments[0] is None or moments[1] is None or not any("T" in str(value) for value in (one, other)):
        return False
    if None in (moments[0].tzinfo, moments[1].tzinfo):
        return moments[0].replace(tzinfo=None) == moments[1].replace(tzinfo=None)
    return moments[0] == moments[1]


SECONDS = 10
"""Digits of a moment of our time in seconds since 1970."""


def _moment(value: Any) -> datetime | None:
    text = str(value).strip()
    try:
        if text.isdigit() and len(text) == SECONDS:
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.fromisoformat(text) if "T" in text else None
    except (ValueError, OverflowError, OSError):
        return None
