"""Public holidays of whole countries, by the `holidays` library. Pure: its tables are installed with it.

Holidays of a region only, and those of countries that the library does not know, are left out; what follows the moon is
estimated for years to come, and the library says so in the name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache

from reconciler.kinds.countries import NAMES


def holidays_on(day: date, countries: Collection[str]) -> dict[str, str]:
    """By the holiday's name, where it is one: `{"Christmas Day": "Malaysia and Singapore"}`. Codes of two letters."""
    found: dict[str, list[str]] = {}
    for code in sorted(countries):
        if name := _of(code, day.year).get(day):
            found.setdefault(name, []).append(NAMES.get(code, code))
    return {name: _listed(where) for name, where in found.items()}


@cache
def _of(country: str, year: int) -> Mapping[date, str]:
    # A tenth of a second, which a command without a launch need not wait.
    import holidays  # noqa: PLC0415

    try:
        return dict(holidays.country_holidays(country, years=year, language="en_US"))
    except (NotImplementedError, ValueError):
        return {}


MOST_NAMED = 3


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return f"{', '.join(names[:MOST_NAMED])} and {more} more" if more > 0 else " and ".join(names)
