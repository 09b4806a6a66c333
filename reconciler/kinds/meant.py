"""Amounts, moments and ids as people write them, and how they are written here.

Nothing of this is taken as it stands: what comes out is proposed in the mend, so that a person decides.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from reconciler.kinds.zones import offset_text, offsets

LONGEST = 60
"""Characters; what is longer is nothing that can be guessed."""
_QUOTES = "\"'“”„‘’«»`"


def clean(text: str) -> str:
    """Without what a paste brings along: full-width letters, no-break and invisible spaces, quotes of typesetting."""
    plain = unicodedata.normalize("NFKC", text)
    shown = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return re.sub(r"[‐‑‒–—−]", "-", " ".join(shown.split())).strip(_QUOTES + " ")


# ---- amounts

SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "$": ("SGD", "USD", "AUD", "CAD", "HKD", "NZD", "TWD", "MXN"),
    "S$": ("SGD",),
    "SG$": ("SGD",),
    "SINGAPORE DOLLARS": ("SGD",),
    "DOLLARS": ("SGD", "USD", "AUD", "CAD", "HKD", "NZD", "TWD"),
    "DOLLAR": ("SGD", "USD", "AUD", "CAD", "HKD", "NZD", "TWD"),
    "US$": ("USD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "C$": ("CAD",),
    "HK$": ("HKD",),
    "NZ$": ("NZD",),
    "NT$": ("TWD",),
    "NT": ("TWD",),
    "R$": ("BRL",),
    "RM": ("MYR",),
    "RINGGIT": ("MYR",),
    "RP": ("IDR",),
    "RUPIAH": ("IDR",),
    "฿": ("THB",),
    "BAHT": ("THB",),
    "₱": ("PHP",),
    "₫": ("VND",),
    "Đ": ("VND",),
    "DONG": ("VND",),
    "€": ("EUR",),
    "EURO": ("EUR",),
    "EUROS": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "RMB": ("CNY",),
    "YEN": ("JPY",),
    "₩": ("KRW",),
    "WON": ("KRW",),
    "₹": ("INR",),
    "RS": ("INR", "PKR", "LKR"),
    "INR": ("INR",),
}
"""What is written in place of a currency's code, and the codes that it may stand for."""

_PER_DAY = re.compile(r"(?:\s*(?:/|\bper\b|\ba\b|\beach\b)\s*(?:day|d)\b|\s*\b(?:daily|pd)(?=\W|$)).*$", re.IGNORECASE)
_PARTS = re.compile(
    r"([^\d\s.,+=-][^\d+=]*?)?\s*[=+]?((?=[.,]?[0-9])[0-9 .,'_]+)(k|m)?(?:\s*([^\d\s.,-][^\d]*?))?", re.IGNORECASE
)
_THOUSANDS = {"": 1, "K": 1000, "M": 1_000_000}


def amounts(text: str, decimals: Mapping[str, int], currency: str) -> Iterator[tuple[int, str]]:
    """`(minor units, currency)` that an amount may stand for, the likeliest first.

    `decimals` has those of each currency, `currency` is the account's. None where it is a range, or says no number.
    """
    said = clean(text)
    if len(said) > LONGEST:
        return
    said = re.sub(r"\.?-+$", "", _PER_DAY.sub("", said)).rstrip(" .,;/")
    match = _PARTS.fullmatch(said)
    if match is None:
        return
    words = [word.strip(" .,").upper() for word in (match[1], match[4]) if word and word.strip(" .,")]
    code = _code(words, decimals, currency)
    if code is None:
        return
    for whole, fraction in _numbers(match[2], decimals[code]):
        minor = int((whole + fraction.ljust(decimals[code], "0")) or 0) * _THOUSANDS[(match[3] or "").upper()]
        if minor:
            yield minor, code


def _code(words: list[str], decimals: Mapping[str, int], currency: str) -> str | None:
    found = {word: (word,) if word in decimals else SYMBOLS.get(word, ()) for word in words}
    if len(words) > 1:  # US$ 50.00 USD
        common = set.intersection(*(set(codes) for codes in found.values()))
        return next(iter(sorted(common)), None)
    for codes in found.values():
        return currency if currency in codes else next(iter(codes), None)
    return currency


def _numbers(text: str, decimals: int) -> Iterator[tuple[str, str]]:
    """Whole and fraction. A point or comma before three digits may be either; one before one or two is a decimal's."""
    digits = re.sub(r"[ '_]", "", text).rstrip(".,")
    marks = re.findall(r"[.,]", digits)
    whole, _, last = digits.replace(",", ".").rpartition(".")
    joined = re.sub(r"[.,]", "", digits)
    if not marks:
        yield digits, ""
    elif len(marks) > 1 and len(set(marks)) == 1:
        yield joined, ""
    elif len(marks) > 1:
        yield whole.replace(".", ""), last[:decimals]
    elif len(last) == 3 and (decimals == 0 or marks[0] == ","):
        yield joined, ""
    elif len(last) == 3:
        yield whole, last[:decimals]
        yield joined, ""
    else:
        yield whole, last[:decimals]


# ---- moments

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTHS |= {"mei": 5, "agu": 8, "ags": 8, "okt": 10, "des": 12, "ogos": 8, "dis": 12, "januari": 1, "desember": 12}
_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<y>20\d\d|\d\d)"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    rf"(?<!\d){pattern}(?!\d)"
    for pattern in (
        r"(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)",
        r"(?P<y>20\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})日?",
        rf"(?P<y>20\d\d)[\s-]{_MONTH}[\s-]{_DAY}",
        rf"{_DAY}[\s-]*(?:of )?{_MONTH}(?:[\s,-]*{_YEAR}(?![:\d]))?",
        rf"{_MONTH}[\s-]*{_DAY}(?:[\s,-]+{_YEAR}(?![:\d]))?",
        r"(?P<y>[23]\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)(?<!-[23]\d)",
        r"(?P<a>\d{1,2})(?P<mark>[/.-])(?P<b>\d{1,2})(?P=mark)(?P<y>20\d\d|[23]\d)",
    )
)
_CLOCKS = tuple(
    rf"(?<!\d){pattern}(?![\d:])"
    for pattern in (
        r"(?P<h>\d{1,2})\s?[:.h点]\s?(?P<min>\d\d)(?::(?P<s>\d\d))?\s*(?P<half>[ap]\.?m\.?)?",
        r"(?P<h>\d{1,2})\s*(?P<half>[ap]\.?m\.?)",
        r"(?P<h>[01]\d|2[0-4])(?P<min>[0-5]\d)(?P<s>)(?P<half>)",
    )
)
_MIDNIGHT = r"midnight|\b12(?:[:.]00)?\s*a\.?m\b"
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_FILLERS = (
    r"\b(?:at|on|um|hrs|hours|hour|h|o'clock|sharp|"
    + "|".join(name.lower() for name in (*calendar.day_name, *calendar.day_abbr))
    + r"|tues|thurs|t)\b\.?|[,;|@-]"
)
_EXCEL = r"([34567][0-9]{4})(?:\.([0-9]+))?"
_UNIX = r"1[0-9]{9}"


def moments(text: str) -> list[str]:
    """The moments that a text may stand for, as they are written here: a day alone where it says no time, `YYYY` for a
    year that it does not say."""
    said = clean(text).lower()
    if len(said) > LONGEST:
        return []
    if match := re.fullmatch(_EXCEL, said):  # days since 1899-12-30, as Excel stores a date
        seconds = round(float(f"0.{match[2] or 0}") * 86400 / 60) * 60
        day = datetime(1899, 12, 30) + timedelta(days=int(match[1]), seconds=seconds)  # noqa: DTZ001  no zone is said
        return [f"{day:%Y-%m-%d %H:%M}" if match[2] else f"{day:%Y-%m-%d}"]
    if re.fullmatch(_UNIX, said):
        return [_unix(int(said))]
    for pattern in _DATES:
        if date := re.search(pattern, said):
            rest = f"{said[: date.start()]} {said[date.end() :]}"
            return list(dict.fromkeys(_with_clock(list(_days(date)), rest, text)))
    return []


def _unix(seconds: int) -> str:
    return f"{datetime(1970, 1, 1) + timedelta(seconds=seconds):%Y-%m-%d %H:%M} +00"  # noqa: DTZ001  it is UTC


def _days(date: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """Year, month and day: of `12/01/2026` both readings."""
    found = date.groupdict()
    year = found.get("y") or "YYYY"
    year = f"20{year}" if len(year) == 2 else year
    if found.get("a"):
        first, second = int(found["a"]), int(found["b"])
        pairs = [(second, first)] if found["mark"] == "." else [(second, first), (first, second)]
    else:
        month = int(found["m"]) if found.get("m") else _MONTHS[found["name"]]
        pairs = [(month, int(found["d"]))]
    for month, day in pairs:
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(int(year) if year.isdigit() else 2024, month)[1]:
            yield year, month, day


def _with_clock(days: list[tuple[str, int, int]], rest: str, text: str) -> Iterator[str]:
    clocks = [f"{rest} {_NAMED[name]}" for name in _NAMED if name in rest.split()]
    rest = re.sub("|".join(_NAMED), " ", clocks[0]) if clocks and not re.search(r"\d", rest) else rest
    rest = re.sub(r"midnight|noon|midday", " ", rest)
    found = next((match for pattern in _CLOCKS if (match := re.search(pattern, rest))), None)
    left = rest if found is None else f"{rest[: found.start()]} {rest[found.end() :]}"
    left = re.sub(r"\s+", " ", re.sub(_FILLERS, " ", f" {left} ")).strip(" ()")
    if found is None and re.search(r"\d", left):
        return
    clock = _clock(found, "midnight" in text.lower()) if found else ""
    if clock is None:
        return
    # Midnight is where a day begins, and to many where it ends: an end that is a day too early costs the last one.
    clocks_meant = [clock, "23:59"] if clock == "00:00" and re.search(_MIDNIGHT, text.lower()) else [clock]
    for when in (f"{y}-{m:02d}-{d:02d} {each}".rstrip() for y, m, d in days for each in clocks_meant):
        if not left:
            yield when
        elif when[:4].isdigit():
            local = datetime.fromisoformat(when)
            yield from (f"{when} {offset_text(minutes)}" for minutes in offsets(left, local))


def _clock(found: re.Match[str], midnight: bool) -> str | None:
    parts = found.groupdict()
    hour, minute, half = int(parts["h"]), int(parts.get("min") or 0), (parts.get("half") or "")[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if midnight and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return None
    return f"{hour:02d}:{minute:02d}" + (f":{parts['s']}" if parts.get("s") not in (None, "", "00") else "")


# ---- ids

_PLACEHOLDER = re.compile(r"(?:…|\.{2,}|<.*>|\[.*\]|\{.*\}|x{2,}|\?+|tbd|tbc|todo|n/?a)", re.IGNORECASE)


def is_placeholder(text: str) -> bool:
    """Whether it only marks where an id or a name is to be put, as our own mends do with `…`."""
    return len(text) <= LONGEST and bool(_PLACEHOLDER.fullmatch(text.strip()))


_ID_OF_ADDRESS = r"(?:[?&](?:id|page_id|business_id|asset_id)=|\.com/)([0-9]{5,30})(?:[/?&#]|$)"
_ID = r"(?:[A-Za-z_ ]{0,20}[:=_#]|#)?\s*([0-9]{1,30})"


def identifier(text: str) -> str:
    """The digits of an id in what was pasted for it; empty where there are none, or where they may be others."""
    said = clean(text[:500])
    if match := re.search(_ID_OF_ADDRESS, said):
        return match[1]
    if not said.lower().startswith("act") and (match := re.fullmatch(_ID, re.sub(r"(?<=\d)[,. -](?=\d)", "", said))):
        return match[1]
    return ""
