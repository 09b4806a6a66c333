"""Which words name a place whose clock can be read, and which place was meant by those that do not.

A bare offset or an abbreviation is no place: it knows no clock change, and `Etc/GMT+8` is eight hours *behind* UTC.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

AREAS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
    # Older names of a country's own regions. Each is a link to a city and cannot be taken for another.
    + "Brazil Canada Chile Mexico US".split()
)
"""What the name of a place begins with. Etc, posix, right and names without an area are not among them."""

PLACE_OF_OFFSET = {
    -660: "Pacific/Pago_Pago",
    -600: "Pacific/Honolulu",
    -570: "Pacific/Marquesas",
    -540: "America/Anchorage",
    -480: "America/Los_Angeles",
    -420: "America/Denver",
    -360: "America/Chicago",
    -300: "America/New_York",
    -240: "America/Puerto_Rico",
    -210: "America/St_Johns",
    -180: "America/Sao_Paulo",
    -120: "America/Noronha",
    -60: "Atlantic/Azores",
    0: "UTC",
    60: "Europe/Berlin",
    120: "Africa/Johannesburg",
    180: "Asia/Riyadh",
    210: "Asia/Tehran",
    240: "Asia/Dubai",
    270: "Asia/Kabul",
    300: "Asia/Karachi",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    360: "Asia/Dhaka",
    390: "Asia/Yangon",
    420: "Asia/Jakarta",
    480: "Asia/Singapore",
    525: "Australia/Eucla",
    540: "Asia/Tokyo",
    570: "Australia/Darwin",
    600: "Australia/Sydney",
    630: "Australia/Lord_Howe",
    660: "Pacific/Noumea",
    720: "Pacific/Auckland",
    765: "Pacific/Chatham",
    780: "Pacific/Tongatapu",
    840: "Pacific/Kiritimati",
}
"""Minutes ahead of UTC, in winter, → the place with most advertisers."""

ABBREVIATIONS: dict[str, tuple[tuple[int, str], ...]] = {
    "ACDT": ((630, "Australia/Adelaide"),),
    "ACST": ((570, "Australia/Adelaide"),),
    "AEDT": ((660, "Australia/Sydney"),),
    "AEST": ((600, "Australia/Sydney"),),
    "AKDT": ((-480, "America/Anchorage"),),
    "AKST": ((-540, "America/Anchorage"),),
    "AWST": ((480, "Australia/Perth"),),
    "BRT": ((-180, "America/Sao_Paulo"),),
    "BST": ((60, "Europe/London"),),
    "CDT": ((-300, "America/Chicago"),),
    "CEST": ((120, "Europe/Berlin"),),
    "CET": ((60, "Europe/Berlin"),),
    "CST": ((480, "Asia/Taipei"), (-360, "America/Chicago")),
    "EDT": ((-240, "America/New_York"),),
    "EEST": ((180, "Europe/Athens"),),
    "EET": ((120, "Europe/Athens"),),
    "EST": ((-300, "America/New_York"),),
    "GMT": ((0, "UTC"), (0, "Europe/London")),
    "GST": ((240, "Asia/Dubai"),),
    "HKT": ((480, "Asia/Hong_Kong"),),
    "HST": ((-600, "Pacific/Honolulu"),),
    "ICT": ((420, "Asia/Bangkok"),),
    "IST": ((330, "Asia/Kolkata"), (120, "Asia/Jerusalem")),
    "JST": ((540, "Asia/Tokyo"),),
    "KST": ((540, "Asia/Seoul"),),
    "MDT": ((-360, "America/Denver"),),
    "MET": ((60, "Europe/Berlin"),),
    "MSK": ((180, "Europe/Moscow"),),
    "MST": ((-420, "America/Denver"),),
    "MYT": ((480, "Asia/Kuala_Lumpur"),),
    "NZDT": ((780, "Pacific/Auckland"),),
    "NZST": ((720, "Pacific/Auckland"),),
    "PDT": ((-420, "America/Los_Angeles"),),
    "PHT": ((480, "Asia/Manila"),),
    "PKT": ((300, "Asia/Karachi"),),
    "PST": ((-480, "America/Los_Angeles"),),
    "SAST": ((120, "Africa/Johannesburg"),),
    "SGT": ((480, "Asia/Singapore"),),
    "SST": ((480, "Asia/Singapore"),),
    "WEST": ((60, "Europe/Lisbon"),),
    "WET": ((0, "Europe/Lisbon"),),
    "WIB": ((420, "Asia/Jakarta"),),
    "WIT": ((540, "Asia/Jayapura"),),
    "WITA": ((480, "Asia/Makassar"),),
    **dict.fromkeys(("GREENWICH", "UCT", "UNIVERSAL", "UTC", "Z", "ZULU"), ((0, "UTC"),)),
}
"""What is said in place of a place: minutes ahead of UTC and the place, the likeliest first."""

COUNTRIES = {
    "CHINA": "Asia/Shanghai",
    "CUBA": "America/Havana",
    "EGYPT": "Africa/Cairo",
    "EIRE": "Europe/Dublin",
    "GB": "Europe/London",
    "GB-EIRE": "Europe/London",
    "HONGKONG": "Asia/Hong_Kong",
    "ICELAND": "Atlantic/Reykjavik",
    "INDIA": "Asia/Kolkata",
    "INDONESIA": "Asia/Jakarta",
    "IRAN": "Asia/Tehran",
    "IRELAND": "Europe/Dublin",
    "ISRAEL": "Asia/Jerusalem",
    "JAPAN": "Asia/Tokyo",
    "KOREA": "Asia/Seoul",
    "LIBYA": "Africa/Tripoli",
    "MALAYSIA": "Asia/Kuala_Lumpur",
    "NAVAJO": "America/Denver",
    "NZ": "Pacific/Auckland",
    "NZ-CHAT": "Pacific/Chatham",
    "PHILIPPINES": "Asia/Manila",
    "POLAND": "Europe/Warsaw",
    "PORTUGAL": "Europe/Lisbon",
    "PRC": "Asia/Shanghai",
    "ROC": "Asia/Taipei",
    "ROK": "Asia/Seoul",
    "TAIWAN": "Asia/Taipei",
    "THAILAND": "Asia/Bangkok",
    "TURKEY": "Europe/Istanbul",
    "UK": "Europe/London",
    "VIETNAM": "Asia/Ho_Chi_Minh",
    "W-SU": "Europe/Moscow",
}

_OFFSET = re.compile(r"(?:UTC|GMT|UCT|Z)?\s*([+-])?\s*([0-9]{1,2})(?:[:.]?([0-9]{2}))?", re.IGNORECASE)
_POSIX = r"<?([A-Za-z]{3,5}|[+-][0-9]{2,4})>?[+-]?[0-9]{1,2}(?::[0-9]{2})?(?:<?[A-Z+-].{2,})?"
_FARTHEST = 14 * 60
_LONGEST = 60
"""Characters; what is longer is misspelt beyond guessing."""


def is_place(name: str) -> bool:
    """Whether `name` is the tz database's name of a place, letter by letter, or UTC."""
    if name == "UTC":
        return True
    return name.partition("/")[0] in AREAS and name in _names()


def meant(name: str) -> tuple[str, ...]:
    """Places that somebody who wrote `name` may have meant, the likeliest first; none where nothing is near."""
    text = name.strip()
    if len(text) > _LONGEST:
        return ()
    if area := re.match(r"(posix|right|etc)/", text, re.IGNORECASE):
        inner = text[area.end() :]
        # Etc/GMT+8 counts the other way round; who writes it may know that.
        turned = [-m for m in _minutes(inner)] if area.group(1).lower() == "etc" else []
        return tuple(dict.fromkeys([*meant(inner), *(p for m in turned if (p := PLACE_OF_OFFSET.get(m)))]))
    found = [place for _, place in _said(text)] or [p for m in _minutes(text) if (p := PLACE_OF_OFFSET.get(m))]
    if not found and (posix := re.fullmatch(_POSIX, text)):
        return meant(posix.group(1))
    return tuple(found) or tuple(_near(text))


def offsets(tail: str, local: datetime) -> tuple[int, ...]:
    """Minutes ahead of UTC that `tail`, written behind the time `local` (naive), may stand for."""
    text = tail.strip().strip("()")
    if len(text) > _LONGEST or text.isdigit():
        return ()
    if is_place(text) or (place := COUNTRIES.get(text.upper())):
        ahead = local.replace(tzinfo=ZoneInfo(text if is_place(text) else str(place))).utcoffset()
        return (int(ahead.total_seconds()) // 60,) if ahead is not None else ()
    return tuple(dict.fromkeys(m for m, _ in _said(text))) or tuple(_minutes(text))


def offset_text(minutes: int) -> str:
    """`+08`, and `+05:30`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}" + (f":{rest:02d}" if rest else "")


def _said(text: str) -> tuple[tuple[int, str], ...]:
    return ABBREVIATIONS.get(text.upper(), ())


def _minutes(text: str) -> Iterator[int]:
    if (match := _OFFSET.fullmatch(text)) and (match.group(1) or text[0].isalpha() or len(text) <= 2):
        minutes = int(match.group(2)) * 60 + int(match.group(3) or 0)
        if minutes <= _FARTHEST and int(match.group(3) or 0) < 60:
            yield -minutes if match.group(1) == "-" else minutes


def _near(text: str) -> Iterator[str]:
    wanted = re.sub(r"[\s_-]+", "_", text).casefold()
    by_name = {name.casefold(): name for name in sorted(_names()) if name.partition("/")[0] in AREAS}
    by_city = {folded.rpartition("/")[2]: name for folded, name in by_name.items()}
    if place := COUNTRIES.get(text.upper()) or by_name.get(wanted) or by_city.get(wanted):
        yield place
    elif near := get_close_matches(wanted, [*by_name, *by_city], n=1, cutoff=0.75):
        yield by_name.get(near[0]) or by_city[near[0]]


@functools.cache
def _names() -> frozenset[str]:
    listed = resources.files("tzdata").joinpath("zones")
    return frozenset(listed.read_text("utf-8").split()) if listed.is_file() else frozenset(available_timezones())
