"""Public holidays of whole countries, by the `holidays` library. Pure: its tables are installed with it.

Holidays of a region only, and those of countries that the library does not know, are left out; what follows the moon is
estimated for years to come, and the library says so in the name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

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
    try:
        return dict(_calendar(country)(years=year, language="en_US"))
    except (AttributeError, ValueError):
        return {}


def _calendar(country: str) -> Any:
    """The library's class. Asked for one, it loads those of the whole world, a tenth of a second: so its file is loaded
    alone, as long as it stands where the library's table says. Raises AttributeError for a country that has none."""
    # A command without a launch need not wait for it.
    import holidays  # noqa: PLC0415
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    module, name = next(((file, name) for file, (name, *codes) in COUNTRIES.items() if country in codes), ("", country))
    spec = PathFinder.find_spec(module, [f"{holidays.__path__[0]}/countries"]) if module else None
    if spec is None or spec.loader is None:
        return getattr(holidays, country)
    alone = module_from_spec(spec)
    spec.loader.exec_module(alone)
    return getattr(alone, name)


MOST_NAMED = 3


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return f"{', '.join(names[:MOST_NAMED])} and {more} more" if more > 0 else " and ".join(names)
