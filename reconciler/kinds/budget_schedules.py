"""Budget schedules, which Ads Manager calls high demand periods: so much more a day between two moments.

A create takes them as `budget_schedule_specs`, which no read shows. Each is an object of its own, with an id, and the
edge `budget_schedules` lists them: what is there is compared as that field, as a set. Those that have ended say
nothing any more; Meta keeps them, as the past.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reconciler.kinds.codecs import parse_wire_time, wire_moment, wire_time
from reconciler.kinds.wire import Codec
from reconciler.model.values import canonical_json

SCHEDULES = "budget_schedule_specs"
EDGE = "budget_schedules"
MOST = 50
"""Of one object, as Meta documents."""
READ = f"{EDGE}.limit({MOST}){{id,budget_value,budget_value_type,time_start,time_end,recurrence_type}}"

ONCE = "ONE_TIME"
SAYS = ("budget_value", "budget_value_type", "time_start", "time_end")
Row = Mapping[str, Any]


def _time(value: Any) -> str:
    """One text for each moment, however it is written."""
    try:
        return wire_time(wire_moment(value).astimezone(UTC))
    except (ValueError, OverflowError):
        return str(value)


def _canonical(row: Any) -> str:
    """What a schedule says, without the id that Meta has given it."""
    if not isinstance(row, Mapping):
        return canonical_json(row)
    said: dict[str, Any] = {n: v for n, v in row.items() if n != "id" and (n, v) != ("recurrence_type", ONCE)}
    said |= {name: _time(said[name]) for name in ("time_start", "time_end") if name in said}
    return canonical_json({name: str(value) for name, value in said.items()})


def _counted(rows: Any) -> Counter[str]:
    return Counter(_canonical(row) for row in rows_of(rows))


def rows_of(value: Any) -> Sequence[Any]:
    """Of a field that may be unset, or no list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _same(one: Any, other: Any) -> bool:
    return _counted(one) == _counted(other)


def _decode(value: Any) -> list[dict[str, Any]] | None:
    """What an edge shows, as YAML would say it. Of an object without one Meta leaves the edge out."""
    page = value.get("data") if isinstance(value, Mapping) else value
    rows = [_decoded(row) for row in page if isinstance(row, Mapping)] if isinstance(page, list) else []
    return rows or None


def _decoded(row: Row) -> dict[str, Any]:
    found = {name: row[name] for name in ("id", *SAYS) if name in row}
    if re.fullmatch("[0-9]+", str(found.get("budget_value"))):
        found["budget_value"] = int(found["budget_value"])
    found |= {name: _as_read(found[name]) for name in ("time_start", "time_end") if name in found}
    recurs = row.get("recurrence_type")
    return found if recurs in (None, "", ONCE) else {**found, "recurrence_type": recurs}


def _as_read(value: Any) -> Any:
    """In the offset in which Meta shows it, the ad account's."""
    try:
        return wire_time(parse_wire_time(value))
    except ValueError:
        return value


# ---- which are over


def end_of(row: Any) -> datetime | None:
    """None where it does not say when it ends."""
    try:
        return wire_moment(row["time_end"]) if isinstance(row, Mapping) and row.get("time_end") else None
    except (ValueError, OverflowError):
        return None


def unended(value: Any, now: datetime) -> Any:
    """Without the schedules that have ended; None where none is left of them."""
    if not isinstance(value, list):
        return value
    left = [row for row in value if (end := end_of(row)) is None or end > now]
    return left if left or not value else None


# ---- whose they are


def beyond(rows: Any, *known: Any) -> list[Any]:
    """The rows that none of the others has, each as often as it stands there in excess."""
    left = Counter[str]()
    for each in known:
        left |= _counted(each)
    found = []
    for row in rows_of(rows):
        text = _canonical(row)
        if left[text]:
            left[text] -= 1
        else:
            found.append(row)
    return found


def ours(recorded: Any, sent: Any, live: Any) -> list[Any] | None:
    """What counts as applied where a change of `recorded` to `sent` was carried out in part: of what is live all that
    one of the two says, and what both say, which nobody was to take away."""
    said = {*_counted(recorded), *_counted(sent)}
    there = [row for row in rows_of(live) if _canonical(row) in said]
    kept = [row for row in rows_of(recorded) if _canonical(row) in _counted(sent)]
    return [_without_id(row) for row in (*there, *beyond(kept, there))] or None


CODEC = Codec(lambda value: value, _decode, _same, in_parts=ours)


def _without_id(row: Any) -> Any:
    return {name: value for name, value in row.items() if name != "id"} if isinstance(row, Mapping) else row


def as_written(rows: Any) -> list[Any]:
    """As YAML says what was read."""
    return [_without_id(row) for row in rows_of(rows)]


# ---- what carries a change out


@dataclass(frozen=True)
class Steps:
    """From what is there to what is declared: first what ends, by its id; then others, as they should be."""

    ended: tuple[str, ...] = ()
    changed: tuple[tuple[str, Row], ...] = ()
    made: tuple[Row, ...] = ()


def steps(live: Any, declared: Any) -> Steps:
    """One that begins at the same moment is changed in place: Meta makes none whose beginning has passed."""
    there, wanted = beyond(live, declared), beyond(declared, live)
    changed: list[tuple[str, Row]] = []
    for alike in (("time_start", "time_end"), ("time_start",)):
        for row in list(wanted):
            old = next((one for one in there if _alike(one, row, alike)), None)
            if old is not None:
                there.remove(old)
                wanted.remove(row)
                changed.append((str(old["id"]), _said(row)))
    return Steps(tuple(str(one["id"]) for one in there), tuple(changed), tuple(_said(row) for row in wanted))


def _alike(one: Row, other: Row, names: Iterable[str]) -> bool:
    return one.get("recurrence_type") is None and all(_time(one.get(n)) == _time(other.get(n)) for n in names)


def _said(row: Row) -> dict[str, Any]:
    """The edge takes times in seconds since 1970."""
    times = {name: int(wire_moment(row[name]).timestamp()) for name in ("time_start", "time_end")}
    return {**{name: row[name] for name in SAYS}, **times}


# ---- what they add


@dataclass(frozen=True)
class More:
    """So much more a day between two moments."""

    value: int
    share: bool
    start: datetime
    end: datetime

    def amount(self, budget: int) -> int:
        """Documented, and seen in what is spent: the value adds to the budget."""
        return -(-budget * self.value // 100) if self.share else self.value


def read_more(row: Row) -> More:
    """Raises TypeError, KeyError or ValueError where it cannot be judged. One that comes again each week counts for the
    whole of its time."""
    kind, value = row["budget_value_type"], row["budget_value"]
    if kind not in ("ABSOLUTE", "MULTIPLIER"):
        raise ValueError("budget_value_type is neither ABSOLUTE nor MULTIPLIER")
    if isinstance(value, bool) or not re.fullmatch("[0-9]{1,15}", str(value)):
        raise ValueError("budget_value is no whole number")
    return More(int(value), kind == "MULTIPLIER", wire_moment(row["time_start"]), wire_moment(row["time_end"]))


def readable(rows: Any) -> Iterator[More]:
    for row in rows_of(rows):
        try:
            yield read_more(row)
        except (TypeError, KeyError, ValueError):
            continue


def direction(before: Any, after: Any) -> int:
    """1 where it may spend more at some moment than before, −1 where it spends less and never more, 0 where the
    same."""
    if _same(before, after):
        return 0
    was, becomes = (list(readable(rows)) for rows in (before, after))
    if len(becomes) < len(rows_of(after)):
        return 1
    edges = {moment for one in (*was, *becomes) for moment in (one.start, one.end)}
    rises = any(_at(becomes, at, share) > _at(was, at, share) for at in edges for share in (True, False))
    return 1 if rises else -1


def _at(rows: Iterable[More], moment: datetime, share: bool) -> int:
    return sum(one.value for one in rows if one.share is share and one.start <= moment < one.end)
