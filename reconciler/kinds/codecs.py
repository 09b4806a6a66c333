"""Money and time: from what a file says or Meta sends to exact values, and back.

Every ValueError reads "<what is wrong>; <what would be right>".
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from reconciler.kinds.meant import LONGEST, SYMBOLS, amounts, clean, moments
from reconciler.kinds.zones import offset_text, offsets
from reconciler.model.moments import format_time

# developers.facebook.com/docs/marketing-api/currencies and the SDK's AdAccount.Currency, less the
# currencies that no longer exist. Meta's offsets, not ISO's: BHD and JOD have 100 here, TWD and COP 1.
_WHOLE_UNITS = "CLP COP CRC HUF IDR ISK JPY KRW PYG TWD VND"
_HUNDREDTHS = """
    AED ARS AUD BDT BGN BHD BOB BRL CAD CHF CNY CZK DKK DZD EGP EUR GBP GTQ HKD HNL ILS INR JOD KES LKR MOP
    MXN MYR NGN NIO NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY UAH USD UYU VES ZAR
"""
OFFSETS = {**dict.fromkeys(_WHOLE_UNITS.split(), 1), **dict.fromkeys(_HUNDREDTHS.split(), 100)}
_DECIMALS = {1: 0, 100: 2}

MAX_MINOR = 10**15
NO_CAP = 922337203685478
"""What the pages of campaigns and ad sets call the value that removes a spend cap. A read may show it, too."""
ROAS_FLOOR = "roas_average_floor"
PARTS_OF_ROAS = 10_000
"""A return of 2.0 is 20000 at Meta."""
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Money:
    """A positive amount in the currency's minor units as Meta counts them: 5000 SGD is 50.00 SGD."""

    minor: int
    currency: str


def offset(currency: str) -> int:
    """How many minor units make one unit at Meta: 1 or 100. Raises ValueError for an unknown code."""
    if currency in OFFSETS:
        return OFFSETS[currency]
    near = meant_currency(currency)
    mend = f"did you mean {near}?" if near else "write a code such as SGD or USD"
    raise ValueError(f"{_quoted(currency)} is not a currency of Meta ad accounts; {mend}")


def meant_currency(text: str) -> str:
    """The code that a currency's name, sign or misspelt code stands for; empty where none is near."""
    said = clean(text[:LONGEST]).upper()
    signs = SYMBOLS.get(said, ())
    if said in OFFSETS or len(signs) == 1:
        return said if said in OFFSETS else signs[0]
    # SDG is as near to USD as to SGD by difflib's count, and swapped letters are the likelier slip.
    swapped = [code for code in OFFSETS if sorted(code) == sorted(said)]
    near = swapped or get_close_matches(said, OFFSETS, n=1)
    return near[0] if near else ""


# ---- money

_AMOUNT = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))? ([A-Z]{3})")


def parse_money(value: object, account_currency: str | None) -> Money:
    """Read `"50.00 SGD"`, or an int of minor units in the account's currency.

    Raises ValueError for anything else: another currency than the account's, no currency, more decimals
    than Meta counts, zero, less, or more than 10^15 minor units.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{_kind(value)} is not an amount; write 50.00 {account_currency or 'SGD'}")
    if isinstance(value, float):
        letters = getattr(value, "written", f"{Decimal(repr(value)):f}")
        raise ValueError(f"{letters} has no currency; {_proposed(_meant(letters, account_currency), account_currency)}")
    if isinstance(value, str):
        return _checked(_money_of_text(value, account_currency))
    if account_currency is None:
        raise ValueError("a number of minor units has no currency here; write an amount such as 50.00 SGD")
    offset(account_currency)
    return _checked(Money(value, account_currency))


_SAMPLES = {"CLP": 20_000, "COP": 100_000, "IDR": 500_000, "KRW": 50_000, "PYG": 200_000, "VND": 500_000}


def sample_money(currency: str) -> str:
    """An amount that a day of ads may cost, for a mend: `"50.00 SGD"`, `"5000 JPY"`. The currency is known."""
    return format_money(Money(_SAMPLES.get(currency, 5000), currency))


def format_money(money: Money) -> str:
    """`"50.00 SGD"`, `"5000 JPY"`. parse_money reads it back to the same value."""
    decimals = _DECIMALS[offset(money.currency)]
    if not decimals:
        return f"{money.minor} {money.currency}"
    digits = f"{abs(money.minor):0{decimals + 1}d}"
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]} {money.currency}"


def grouped_money(minor: int, currency: str) -> str:
    """`1,531.25 SGD`, `10,855,827 CLP`, `0 SGD`: of sums, which are for people only. What YAML may hold is said as
    `format_money` does, since YAML takes no commas."""
    amount, _, code = format_money(Money(minor, currency)).partition(" ")
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest} {code}" if minor else f"0 {code}"


def _money_of_text(text: str, account_currency: str | None) -> Money:
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise ValueError(f"{_quoted(text)} is not an amount; {amount_mend(text, account_currency)}")
    sign, whole, fraction, currency = match.group(1), match.group(2), match.group(3) or "", match.group(4)
    decimals = _DECIMALS[offset(currency)]
    if account_currency is not None and currency != account_currency:
        raise ValueError(
            f"{text} is not in the account's currency; write the amount in {account_currency}, or mend currency: in "
            f"the account's file, if that is not {account_currency}"
        )
    if len(whole) > len(str(MAX_MINOR)):
        raise ValueError("the amount is too large; write one that a campaign can spend")
    if len(fraction) > decimals:
        limit = f"{decimals} decimals" if decimals else "no decimals"
        mend = (
            _proposed(_meant(text, currency), currency)
            if fraction[2:] == "0" and whole != "0"
            else _rounded(whole, fraction, currency)
        )
        raise ValueError(f"{text} is too fine, {currency} has {limit} at Meta; {mend}")
    minor = int(whole + fraction.ljust(decimals, "0"))
    return Money(-minor if sign else minor, currency)


def _checked(money: Money) -> Money:
    if money.minor < 0:
        raise ValueError(f"an amount must be more than zero; write {format_money(Money(-money.minor, money.currency))}")
    if not money.minor:
        raise ValueError(f"an amount must be more than zero; write one above 0, as in {sample_money(money.currency)}")
    if money.minor == NO_CAP:
        raise ValueError(f"{NO_CAP} is Meta's word for no limit at all; remove the line")
    if money.minor > MAX_MINOR:
        raise ValueError("the amount is too large; write one that a campaign can spend")
    return money


def _rounded(whole: str, fraction: str, currency: str) -> str:
    decimals = _DECIMALS[offset(currency)]
    kept = int(whole + fraction[:decimals])
    exact = not fraction[decimals:].strip("0")
    candidates = [Money(minor, currency) for minor in (kept, kept + (not exact)) if minor]
    return "write " + " or ".join(dict.fromkeys(format_money(money) for money in candidates))


def amount_mend(text: str, account_currency: str | None) -> str:
    meant = _meant(text, account_currency)
    if meant and account_currency in OFFSETS and meant[0].currency != account_currency:
        return f"write the amount in {account_currency}, the account's currency, as in {sample_money(account_currency)}"
    if meant and re.fullmatch("[1-9][0-9]*", text) and _DECIMALS[offset(meant[0].currency)]:
        # Meta answers budgets so, in minor units, and a number without quotes is one of those.
        counted = format_money(Money(int(text), meant[0].currency))
        return f"write {counted} where Meta's count is meant, or {format_money(meant[0])}"
    return _proposed(meant, account_currency)


def _meant(text: str, account_currency: str | None) -> list[Money]:
    decimals = {code: _DECIMALS[each] for code, each in OFFSETS.items()}
    found = dict.fromkeys(Money(*each) for each in amounts(text, decimals, _known(account_currency)))
    return [money for money in found if money.minor <= MAX_MINOR]


def _proposed(meant: list[Money], account_currency: str | None) -> str:
    if not meant:
        return f"write one amount and its currency, as in {sample_money(_known(account_currency))}"
    return "write " + " or ".join(format_money(money) for money in meant)


def _known(currency: str | None) -> str:
    return currency if currency in OFFSETS else "SGD"


# ---- time

_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?"
    r"(?: ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_TAILED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(.+)")
_FRACTION = re.compile(r"(.*:[0-9]{2})[.,]([0-9]+)(.*)")
_WIRE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_UNIX = re.compile(r"-?[0-9]{1,12}")
_MAX_UTC_OFFSET = timedelta(hours=14)
START, END = "09:00", "23:59"
"""The times of day at which most campaigns start, and end."""
_FORM = "write YYYY-MM-DD HH:MM, as in 2026-12-01 09:00"


def parse_time(value: object, zone: ZoneInfo, *, clock: str = START) -> datetime:
    """Read `YYYY-MM-DD HH:MM[:SS]` (a `T` will do) in `zone`, or with an offset or `Z` of its own.

    The result is aware, with a fixed offset, so that differences are true durations across a clock change.
    Raises ValueError for a local time that the zone skips or has twice, for a date alone, a number, an
    impossible date, and years outside 2000 to 2100. `clock` is the time of day that a mend gives to a date alone.
    """
    if not isinstance(value, str):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        letters = getattr(value, "written", str(value)) if is_number else ""
        raise ValueError(
            f"{_quoted(letters) if letters else _kind(value)} is not a time; {_moment_mend(letters, clock)}"
        )
    match = _TIME.fullmatch(value)
    if not match:
        raise ValueError(f"{_quoted(value)} is not a time; {_time_mend(value, clock)}")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the year {year} is not one to advertise in; write {FIRST_YEAR} to {LAST_YEAR}")
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - made aware below
    except ValueError as error:
        raise ValueError(f"{value} does not exist ({error}); {_near_moment(match)}") from None
    if match.group(7):
        return local.replace(tzinfo=_fixed_offset(match.group(7)))
    return _in_zone(local, zone)


def parse_moment(text: str) -> datetime:
    """Read a time that has an offset of its own, also with a fraction of a second, as clocks tell it.

    Raises ValueError as parse_time does, and where the offset is missing.
    """
    fraction = _FRACTION.fullmatch(text)
    whole = fraction.group(1) + fraction.group(3) if fraction else text
    if (match := _TIME.fullmatch(whole)) and not match.group(7):
        raise ValueError(f"{_quoted(text)} has no offset; write it too, as in {whole} +08")
    moment = parse_time(whole, ZoneInfo("UTC"))
    return moment.replace(microsecond=int(fraction.group(2)[:6].ljust(6, "0"))) if fraction else moment


def wire_time(dt: datetime) -> str:
    """`"2026-12-01T09:00:00+0800"`, Meta's form, in the offset that `dt` has. `dt` must be aware."""
    said = _aware(dt).isoformat(timespec="seconds")  # a tenth of what strftime takes
    return said[:TO_SECONDS] + said[TO_SECONDS:].replace(":", "")


TO_SECONDS = len("2026-12-01T09:00:00")


def parse_wire_time(text: str | int) -> datetime:
    """Read Meta's `2026-06-16T09:49:54+0800`, or seconds since 1970 as int or digits. Raises ValueError."""
    said = str(text)
    try:
        if _UNIX.fullmatch(said):
            return datetime.fromtimestamp(int(said), UTC)
        if _WIRE.fullmatch(said):
            return datetime.fromisoformat(said)
    except (ValueError, OverflowError, OSError):
        pass
    raise ValueError(f"{_quoted(said)} is not a time of Meta's; it should read 2026-06-16T09:49:54+0800")


def wire_moment(value: object) -> datetime:
    """The same, and ISO 8601 with an offset, as Meta takes it below `raw`. Raises ValueError."""
    try:
        return parse_wire_time(str(value))
    except ValueError:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError(f"{value} has no offset, such as +0800") from None
        return moment


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return _with_fixed_offset(first)
    # A skipped time, taken through UTC, comes out on the other side of the gap.
    existing = sorted(dt.astimezone(UTC).astimezone(zone) for dt in (first, second))
    candidates = " or ".join(format_time(dt, zone) for dt in existing)
    what = "exists twice" if existing[0].replace(tzinfo=None, fold=0) == local else "does not exist"
    raise ValueError(f"{local:%Y-%m-%d %H:%M} {what} in {zone}, where the clock changes; write {candidates}")


def _with_fixed_offset(dt: datetime) -> datetime:
    utc_offset = dt.utcoffset()
    assert utc_offset is not None  # a ZoneInfo gave it
    return dt.replace(tzinfo=timezone(utc_offset))


def _fixed_offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    size = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or size > _MAX_UTC_OFFSET:
        raise ValueError(f"no place has the offset {text}; write one from -14:00 to +14:00, as in +08")
    return timezone(-size if text[0] == "-" else size)


def _time_mend(text: str, clock: str) -> str:
    if match := _FRACTION.fullmatch(text):
        return f"write whole seconds: {match.group(1)}{match.group(3)}"
    if (match := _TAILED.fullmatch(text)) and (with_offsets := _with_offsets(match.group(1), match.group(2))):
        return f"write {' or '.join(with_offsets)}"
    if text.strip().lower() in ("now", "asap", "today", "immediately"):
        return f"{_FORM}; or status: ACTIVE in place of it"
    if (found := moments(text)) and not found[0][0].isdigit():
        return f"write the year too, in place of YYYY: {' or '.join(_with_clock(each, clock) for each in found)}"
    return _moment_mend(text, clock)


def _moment_mend(text: str, clock: str) -> str:
    found = moments(text)
    meant = " or ".join(_with_clock(each, clock) for each in found)
    if any(each != _with_clock(each, clock) for each in found):
        return f"write the time of day too: {meant}"
    return f"write {meant}" if found else _FORM


def _with_clock(moment: str, clock: str) -> str:
    """A day alone gets a time of day."""
    return f"{moment} {clock}" if len(moment) == len("YYYY-MM-DD") else moment


def _near_moment(match: re.Match[str]) -> str:
    """The mend for a date or a time of day that the calendar does not have."""
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if month > 12 >= day > 0:
        month, day = day, month
    if not (1 <= month <= 12 and day > 0):
        return "write a date and time of the calendar, from 00:00 to 23:59"
    date = f"{year}-{month:02d}-{min(day, calendar.monthrange(year, month)[1]):02d}"
    mark, tail = match.string[10], match.string[match.end(6) if match.group(6) else match.end(5) :]
    if hour > LAST_HOUR:
        return f"write a time of day from 00:00 to 23:59, as in {date} 09:00"
    clock = _near_clock(hour, minute, second if match.group(6) else None)
    after = hour * 3600 + minute * 60 + second - 86400
    if after < 0:
        return f"write {date}{mark}{clock}{tail}"
    return f"write {date}{mark}{clock}{tail}, or {after // 3600:02d}:{after // 60 % 60:02d} of the day after it"


LAST_HOUR = 30
"""Broadcasters count the hours of the night on to 30:00."""


def _near_clock(hour: int, minute: int, second: int | None) -> str:
    if hour > 23:
        return END
    return f"{hour:02d}:{min(minute, 59):02d}" + ("" if second is None else f":{min(second, 59):02d}")


def _with_offsets(when: str, tail: str) -> list[str]:
    """The time with each offset that the words behind it may stand for; none where the day does not exist."""
    try:
        local = datetime.fromisoformat(when)
    except ValueError:
        return []
    return [f"{when} {offset_text(minutes)}" for minutes in offsets(tail, local)]


def _aware(dt: datetime) -> datetime:
    if dt.utcoffset() is None:
        raise ValueError(f"{dt.isoformat()} has no offset; give an aware datetime")
    return dt


def _kind(value: object) -> str:
    names = {bool: "true or false", dict: "a mapping", list: "a list", type(None): "nothing"}
    return names.get(type(value)) or _quoted(str(value))


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
