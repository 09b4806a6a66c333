"""How a value stands in a cell, both ways. Every ValueError reads "<what is wrong>; <what would be right>"."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds.codecs import PARTS_OF_ROAS, Money, format_money, offset, parse_time
from reconciler.kinds.enums import OBJECTIVES
from reconciler.model.sheet import Failed

MONTH_FIRST, DAY_FIRST = "month-first", "day-first"
DATES = (MONTH_FIRST, DAY_FIRST)


@dataclass(frozen=True)
class Around:
    """What a cell alone does not say. `zone` is that of the sheet's times."""

    currency: str
    zone: ZoneInfo
    is_text: bool = False
    """Of a CSV: what was a number is text there."""
    declared: Mapping[str, str] = field(default_factory=dict)
    """The keys of what is declared beside campaigns, by its id at Meta."""
    media: Collection[str] = ()
    """The files below creatives/, by their paths."""
    dates: str = ""
    """One of DATES, where somebody has said it: what the first number of a date without am or pm is."""
    ids: Collection[str] = ()
    """Those that are known to be whole."""


@dataclass(frozen=True)
class CellCodec:
    """A composed value to a cell (text, a whole number or an amount), and a cell to what YAML says."""

    write: Callable[[Any, Around], Any]
    read: Callable[[Any, Around], Any]


# ---- text


def text_of(value: Any, around: Around) -> str:
    """A number that was typed as text is that number's digits; a date is nobody's text."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, datetime | date | time | timedelta):
        raise ValueError(f"{value} is a date to the sheet, and text is wanted; format the cell as text and type it")
    return str(value)


EXACT = 10**15
"""Below it each whole number is exact in a sheet, which keeps 15 digits."""


_FAILED = re.compile(
    r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|PYTHON!|EXTERNAL!"
    r"|ERROR!|GETTING_DATA)|Err:[0-9]{3}"
)
_NARROW = re.compile(r"#{3,}")


def unseen(value: Any) -> str:
    """What is wrong, and its mend, with a cell that shows something else than what was meant; "" for any other."""
    said = value.strip() if isinstance(value, str) else ""
    if isinstance(value, Failed) or _FAILED.fullmatch(said):
        return f"{said[:20]} is what a sheet shows where its formula fails; {MEND_OF_FAILED}"
    if _NARROW.fullmatch(said):
        return f"{said[:20]} is what Excel shows of a column that is too narrow; write what it should show"
    return ""


MEND_OF_FAILED = "write what it should show, or empty the cell where it should say nothing"


def _read_text(value: Any, around: Around) -> str:
    found = text_of(value, around)
    return found.replace("\r\n", "\n").replace("_x000D_\n", "\n").replace("\r", "\n")


TEXT = CellCodec(lambda value, around: str(value), _read_text)


def _read_copy(value: Any, around: Around) -> str:
    """What people read: `30%` that was typed into a cell is the number 0.3 to the sheet."""
    if isinstance(value, bool | int | float):
        what = f"{str(value).upper()} is yes or no" if isinstance(value, bool) else f"{value} is a number"
        raise ValueError(f"{what} to the sheet, and text is wanted; format the cell as text and type it")
    return _read_text(value, around)


COPY = CellCodec(lambda value, around: str(value), _read_copy)
_DATED = re.compile(r"[0-9]{1,2}-[A-Z][a-z]{2}(-[0-9]{2,4})?|[A-Z][a-z]{2}-[0-9]{2,4}")


def looks_dated(value: Any) -> bool:
    """`1-Dec`, `Dec-26`: what Excel writes into a CSV for a text that it took for a date."""
    return isinstance(value, str) and bool(_DATED.fullmatch(value.strip()))


def _read_word(value: Any, around: Around) -> str:
    return re.sub(r"[\s-]+", "_", _read_text(value, around).strip()).upper()


WORD = CellCodec(lambda value, around: str(value), _read_word)


def _read_objective(value: Any, around: Around) -> str:
    word = _read_word(value, around)
    return f"OUTCOME_{word}" if f"OUTCOME_{word}" in OBJECTIVES else word


OBJECTIVE = CellCodec(lambda value, around: value.replace("_", " ").title(), _read_objective)

STATUSES = ("ACTIVE", "PAUSED", "ARCHIVED")


def read_status(value: Any, around: Around) -> str:
    said = text_of(value, around).strip().upper()
    if said not in STATUSES:
        mend = "write ACTIVE or PAUSED; delete the rows of what is deleted"
        raise ValueError(f"{said[:40]!r} is no status that can be declared; {mend}")
    return said


STRATEGIES = {
    "LOWEST_COST_WITHOUT_CAP": "Highest volume or value",
    "LOWEST_COST_WITH_BID_CAP": "Bid cap",
    "COST_CAP": "Cost per result goal",
    "LOWEST_COST_WITH_MIN_ROAS": "ROAS goal",
}
SAID_STRATEGIES = {
    **{said.lower(): word for word, said in STRATEGIES.items()},
    "highest volume": "LOWEST_COST_WITHOUT_CAP",
    "highest value": "LOWEST_COST_WITHOUT_CAP",
    "lowest cost": "LOWEST_COST_WITHOUT_CAP",
    "cost cap": "COST_CAP",
}


def _read_strategy(value: Any, around: Around) -> str:
    said = _read_text(value, around).strip()
    return SAID_STRATEGIES.get(said.lower(), _read_word(said, around))


STRATEGY = CellCodec(lambda value, around: STRATEGIES.get(value, value), _read_strategy)

# ---- ids

_ID = re.compile(r"(?:([a-z]{1,4}):)?([0-9]{1,30})", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*e\+?[0-9]+", re.IGNORECASE)
AS_TEXT = "export the sheet again, and open it with the column set to text before anything is typed"


def read_id(value: Any, around: Around) -> str:
    if isinstance(value, bool) or not isinstance(value, str):
        said = f"{value:.0f}" if isinstance(value, float) else str(value)
        raise ValueError(f"this id is a number to the sheet ({said}), which keeps 15 of its digits; {AS_TEXT}")
    found = value.strip().lstrip("'")
    if _SCIENTIFIC.fullmatch(found):
        raise ValueError(f"{found} is what a sheet makes of an id: its last digits are lost; {AS_TEXT}")
    match = _ID.fullmatch(found)
    if match is None:
        raise ValueError(f"{found[:60]!r} is not an id of Meta's; write its digits")
    rest = match[2][KEPT:]
    if not match[1] and set(rest) == {"0"} and len(rest) >= _least(around) and match[2] not in around.ids:
        raise ValueError(
            f"{match[2]} ends in zeros from its 16th digit on, as a sheet writes an id whose last digits it has lost, "
            f"and neither state/ nor the account's file knows it; {AS_TEXT}. Where it ends so indeed, write "
            f"x:{match[2]}"
        )
    return match[2]


def _least(around: Around) -> int:
    """How many zeros make an id doubtful: of a workbook, whose ids are text, a thousandth of all ids has three."""
    return 1 if around.is_text else 3


KEPT = 15


def ident(prefix: str = "") -> CellCodec:
    return CellCodec(lambda value, around: f"{prefix}{value}", read_id)


# ---- money and numbers

THOUSANDS = 3
"""Digits behind a point that may part thousands: `1.500`."""
_AMOUNT = re.compile(r"(?:([A-Z]{3}) ?)?([0-9]+)(?:\.([0-9]+))?(?: ?([A-Z]{3}))?")


def amount(value: Any, around: Around) -> Decimal:
    """Minor units in major ones, as an exact number."""
    return Decimal(int(value)) / offset(around.currency)


def read_minor(value: Any, around: Around) -> int:
    """Minor units of the account's currency."""
    written = f"{Decimal(repr(value)):f}" if isinstance(value, float) else text_of(value, around).strip()
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise ValueError(
            f"{written[:60]!r} is not an amount; write the number alone in {around.currency}, such as 1234.50"
        )
    for code in (match[1], match[4]):
        if code and code != around.currency:
            raise ValueError(f"{written} is not in the account's currency; write the amount in {around.currency}")
    if isinstance(value, str) and len(match[3] or "") == THOUSANDS:
        whole = format_money(Money(int(match[2] + match[3]) * offset(around.currency), around.currency)).partition(" ")[
            0
        ]
        said = f"{written} may be thousands with a point, or a part of one"
        raise ValueError(f"{said}; write {whole} for thousands, or at most two digits behind the point")
    minor = Decimal(f"{match[2]}.{match[3] or 0}") * offset(around.currency)
    if minor <= 0:
        raise ValueError("an amount must be more than zero; write one, or leave the cell empty")
    if minor != minor.to_integral_value():
        near = [format_money(Money(near, around.currency)).partition(" ")[0] for near in _whole_beside(minor)]
        raise ValueError(f"{written} is finer than Meta counts {around.currency}; write {' or '.join(near)}")
    return int(minor)


def _whole_beside(minor: Decimal) -> list[int]:
    return [near for near in (int(minor), int(minor) + 1) if near]


MONEY = CellCodec(amount, read_minor)


def _read_whole(value: Any, around: Around) -> int:
    said = text_of(value, around).strip().removesuffix("+").removesuffix(".0")
    if not said.isdecimal():
        raise ValueError(f"{said[:60]!r} is not a whole number; write digits alone, such as 25")
    return int(said)


WHOLE = CellCodec(lambda value, around: int(value), _read_whole)


def _read_ratio(value: Any, around: Around) -> int:
    said = text_of(value, around).strip()
    parts = Decimal(said) * PARTS_OF_ROAS if re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", said) else Decimal("0.5")
    if parts != parts.to_integral_value():
        raise ValueError(f"{said[:60]!r} is not a ratio; write 2.5 for two and a half back for each one spent")
    return int(parts)


RATIO = CellCodec(lambda value, around: Decimal(int(value)) / PARTS_OF_ROAS, _read_ratio)


def _read_flag(value: Any, around: Around) -> bool:
    said = text_of(value, around).strip().lower()
    if said not in FLAGS:
        raise ValueError(f"{said[:60]!r} is neither yes nor no; write Yes or No")
    return FLAGS[said]


FLAGS = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
FLAG = CellCodec(lambda value, around: "Yes" if value else "No", _read_flag)
BIT = CellCodec(lambda value, around: str(int(value)), lambda value, around: int(_read_flag(value, around)))

# ---- lists and what Meta writes as JSON


def _words(value: Any, around: Around) -> list[str]:
    return [part.strip() for part in _read_text(value, around).split(",") if part.strip()]


def _joined(value: Any, around: Around) -> str:
    return ", ".join(map(str, value))


LIST = CellCodec(_joined, _words)
CODES = CellCodec(_joined, lambda value, around: [word.upper() for word in _words(value, around)])
LOWER = CellCodec(_joined, lambda value, around: [word.lower() for word in _words(value, around)])


def _read_categories(value: Any, around: Around) -> list[str]:
    return [word for part in _words(value, around) if (word := _read_word(part, around)) != "NONE"]


CATEGORIES = CellCodec(lambda value, around: _joined(value, around) or "None", _read_categories)


WHERE = "as /search?type=adlocale tells them in Meta's Graph API Explorer, such as 6, 24"


def _read_numbers(value: Any, around: Around) -> list[int]:
    words = _words(value, around)
    if wrong := next((word for word in words if not word.isdecimal()), None):
        raise ValueError(f"{wrong!r} is no number of Meta's; write the numbers of the locales, {WHERE}")
    return [int(word) for word in words]


NUMBERS = CellCodec(_joined, _read_numbers)


def _read_ages(value: Any, around: Around) -> list[int]:
    words = _words(value, around)
    if len(words) != 2 or not all(word.isdecimal() for word in words):
        said = f"{', '.join(words)[:60]!r} is no range of ages"
        raise ValueError(f"{said}; write the youngest and the oldest age as text, such as 18, 65")
    return [int(word) for word in words]


AGES = CellCodec(_joined, _read_ages)


def _read_switches(value: Any, around: Around) -> dict[str, int]:
    """`age: On, gender: Off`"""
    parts = [word.partition(":") for word in _words(value, around)]
    found = {name.strip().lower(): said.strip().lower() for name, _, said in parts}
    if wrong := next((name for name, said in found.items() if said not in ("on", "off")), None):
        raise ValueError(f"{wrong!r} is neither on nor off; write {wrong}: On, or {wrong}: Off")
    return {name: int(said == "on") for name, said in found.items()}


SWITCHES = CellCodec(
    lambda value, around: ", ".join(f"{name}: {'On' if said else 'Off'}" for name, said in value.items()),
    _read_switches,
)


def _yes(meant: Any) -> CellCodec:
    """A flag that is one value of a parameter where it says Yes, and nothing where it says No."""
    return CellCodec(
        lambda value, around: "Yes" if value == meant else "",
        lambda value, around: meant if _read_flag(value, around) else None,
    )


ACCELERATED = _yes(["no_pacing"])
ENROLLED = _yes("OPT_IN")

_ZIP = re.compile(r"[A-Z]{2}:[A-Z0-9][A-Z0-9 -]*")


def _read_zips(value: Any, around: Around) -> list[dict[str, str]]:
    """Each is Meta's own key."""
    words = [word.upper() for word in _words(value, around)]
    if wrong := next((word for word in words if not _ZIP.fullmatch(word)), None):
        raise ValueError(f"{wrong!r} is no postcode here; write it with its country, such as SG:018956")
    return [{"key": word} for word in words]


ZIPS = CellCodec(lambda value, around: ", ".join(str(one.get("key", "")) for one in value), _read_zips)

_GENDERS = {"men": 1, "male": 1, "women": 2, "female": 2}


def _read_genders(value: Any, around: Around) -> list[int] | None:
    words = [word.lower() for word in _words(value, around)]
    if wrong := next((word for word in words if word not in (*_GENDERS, "all")), None):
        raise ValueError(f"{wrong!r} is no gender here; write Men, Women, or leave the cell empty for all")
    found = sorted({_GENDERS[word] for word in words if word in _GENDERS})
    return None if "all" in words or not found else found


GENDERS = CellCodec(
    lambda value, around: ", ".join({1: "Men", 2: "Women"}.get(one, str(one)) for one in value), _read_genders
)


def _read_json(value: Any, around: Around) -> Any:
    said = _read_text(value, around)
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        raise ValueError(f"{said[:60]!r} is not JSON; copy the cell as Ads Manager exports it") from None


JSON = CellCodec(lambda value, around: json.dumps(value, ensure_ascii=False, separators=(",", ":")), _read_json)

_DECLARED = re.compile(r"[a-z0-9_-]+/audience:([a-z0-9_-]+)")
_AUDIENCE = re.compile(r"([0-9]{5,30})(?::(.*))?", re.DOTALL)


def _audience(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    name = str(one.get("name") or "").replace(",", " ")
    return f"{one.get('id', '')}:{name}" if name else str(one.get("id", ""))


def _read_audiences(value: Any, around: Around) -> list[Any]:
    if not isinstance(value, str):
        return [{"id": read_id(value, around)}]
    found: list[Any] = []
    for part in re.split(r",\s*(?=[0-9]{5,}(?::|,|$)|[a-z0-9_-]+/audience:)", value.strip()):
        if match := _DECLARED.fullmatch(part.strip()):
            found.append(match[1])
        elif match := _AUDIENCE.fullmatch(part.strip()):
            one = {"id": match[1], **({"name": match[2].strip()} if match[2] else {})}
            found.append(around.declared.get(match[1], one))
        else:
            raise ValueError(f"{part.strip()[:60]!r} is no audience; write its id and name, such as 12345:customers")
    return found


AUDIENCES = CellCodec(lambda value, around: ", ".join(map(_audience, value)), _read_audiences)

_FORM = re.compile(r"[a-z0-9_-]+/lead_form:([a-z0-9_-]+)")


def _read_form(value: Any, around: Around) -> str:
    if isinstance(value, str) and (match := _FORM.fullmatch(value.strip())):
        return match[1]
    found = read_id(value, around)
    return around.declared.get(found, found)


LEAD_FORM = CellCodec(lambda value, around: str(value), _read_form)

# ---- media


def read_media(value: Any, around: Around) -> str:
    """The path of the file below creatives/ that is meant: the path itself, or the name of one file alone."""
    said = text_of(value, around).strip().replace("\\", "/").removeprefix("creatives/")
    if said in around.media:
        return said
    name = said.rpartition("/")[2].casefold()
    found = sorted(path for path in around.media if path.rpartition("/")[2].casefold() == name)
    if not found:
        raise ValueError(f"no file below creatives/ is called {said[:80]!r}; put it there, or write its path")
    if len(found) > 1:
        raise ValueError(f"several files have the name {said[:80]!r}; write the path of one: {', '.join(found[:5])}")
    return found[0]


MEDIA = CellCodec(lambda value, around: str(value), read_media)
OF_ACCOUNT = re.compile(r"([0-9]{5,30}):(.+)")
"""An image's hash as Ads Manager exports it: the ad account whose image it is, and the hash."""


def read_hash(value: Any, around: Around) -> str:
    said = text_of(value, around).strip()
    match = OF_ACCOUNT.fullmatch(said)
    return match[2] if match else said


# ---- times

_CLOCK = r"(?:(?:T|,?\s+)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*([ap]\.?m\.?)?\s*(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
_BY_MONTH = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{2}}|[0-9]{{4}}){_CLOCK}", re.IGNORECASE)
_BY_YEAR = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_CLOCK}", re.IGNORECASE)
TIME_FORM = "write month/day/year and the time, such as 12/01/2026 9:00:00 am"
AS_TYPED = f"format the cell as text, and {TIME_FORM}"
"""A cell that is formatted as a day stays one, whatever is typed into it."""


def write_moment(moment: datetime, around: Around) -> str:
    """`06/17/2025 1:09:54 pm`, as Ads Manager exports it."""
    local = moment.astimezone(around.zone)
    return f"{local:%m/%d/%Y} {local.hour % 12 or 12}:{local:%M:%S} {'am' if local.hour < 12 else 'pm'}"


def read_moment(value: Any, around: Around) -> datetime:
    """Aware, in the sheet's time zone, or with an offset of its own: an hour that a clock change repeats needs one."""
    return parse_time(_written_moment(value, around.dates), around.zone)


def _written_moment(value: Any, dates: str) -> str:
    if isinstance(value, datetime):
        half = timedelta(milliseconds=500) if value.year < MAXYEAR else timedelta()
        return f"{value + half:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        raise ValueError(f"{value} has no time of day to the sheet; {AS_TYPED}")
    if isinstance(value, time | timedelta):
        raise ValueError(f"{value} is a time of day without a day to the sheet; {AS_TYPED}")
    if not isinstance(value, str):
        raise ValueError(f"{value} is a number to the sheet, not a time; {AS_TYPED}")
    said = value.strip()
    if match := _BY_MONTH.fullmatch(said):
        month, day, year, *clock = _in_order(said, match.groups(), dates)
    elif match := _BY_YEAR.fullmatch(said):
        year, month, day, *clock = match.groups()
    else:
        raise ValueError(f"{said[:60]!r} is not a time of Ads Manager's; {TIME_FORM}")
    if clock[0] is None:
        raise ValueError(f"{said} has no time of day; {TIME_FORM}")
    return f"{year}-{int(month):02d}-{int(day):02d} {_clock_of(said, *clock)}"


def _in_order(said: str, found: tuple[Any, ...], dates: str) -> tuple[Any, ...]:
    """Month, day, year and the clock's parts. Ads Manager writes am or pm, and the month first; what has neither, a
    person or Excel has written, of whom nobody knows what comes first."""
    first, second, year, *clock = found
    year, half = f"20{year}" if len(year) == 2 else year, clock[3]
    rest = re.sub("^[0-9/]+", "", said)
    if not half and dates == DAY_FIRST:
        first, second = second, first
    if int(first) > 12 >= int(second):
        turned = f"the month first, {second}/{first}/{year}" if not dates or half else f"{year}-{second}-{first}"
        raise ValueError(f"{said}: there is no month {first}; write {turned}{rest}")
    if clock[0] and not half and not dates and first != second and max(int(first), int(second)) <= 12:
        readings = [f"{year}-{int(one):02d}-{int(other):02d}" for one, other in ((first, second), (second, first))]
        raise ValueError(
            f"{said} is {readings[0]} where the month comes first, and {readings[1]} where the day does; write "
            f"{readings[0]}{rest} or {readings[1]}{rest}, or say it for all with --dates {MONTH_FIRST} or "
            f"--dates {DAY_FIRST}"
        )
    return first, second, year, *clock


def _clock_of(said: str, hour: str, minute: str, second: str | None, half: str | None, offset: str | None) -> str:
    hours = int(hour)
    if half and not 1 <= hours <= 12:
        raise ValueError(f"{said}: there is no {hour} o'clock {half}; {TIME_FORM}")
    if half:
        hours = hours % 12 + (12 if half.lower().startswith("p") else 0)
    return f"{hours:02d}:{minute}:{second or '00'}{(offset or '').upper()}"
