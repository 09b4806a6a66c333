"""Whom a targeting spec reaches, in words for somebody who has never seen one. Pure.

What the table of words does not know is told as it stands, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.kinds.countries import NAMES
from reconciler.kinds.said import GENDERS, phrase
from reconciler.text.sanitize import brief

Spec = Mapping[str, Any]

PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "messenger": "Messenger",
    "audience_network": "other people's apps (Audience Network)",
    "threads": "Threads",
    "whatsapp": "WhatsApp",
}
OLDEST = 65
"""Meta's highest age stands for everybody above it, too."""


def reach(targeting: Spec) -> str:
    """`people in Singapore and Malaysia, women, aged 25 to 55; on Facebook and Instagram`"""
    known = {name for names, _ in WORDS for name in names}
    people = [text for _, say in WORDS[:AUDIENCE] if (text := say(targeting))]
    about = [text for _, say in WORDS[AUDIENCE:] if (text := say(targeting))]
    rest = {name: value for name, value in targeting.items() if name not in known and value not in (None, [], {})}
    return "; ".join([", ".join(people), *about, *([phrase(rest, "targeting")] if rest else [])])


def countries_reached(targeting: Spec) -> frozenset[str]:
    """The codes of countries that are named whole; those in which a city or region is named count as well."""
    places = targeting.get("geo_locations")
    if not isinstance(places, Mapping):
        return frozenset()
    inside = (one for name in ("regions", "cities", "zips") for one in places.get(name) or ())
    codes = [*(places.get("countries") or ()), *(one.get("country") for one in inside if isinstance(one, Mapping))]
    return frozenset(code for code in codes if isinstance(code, str) and code)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _places(targeting: Spec) -> str:
    told = _geo(targeting.get("geo_locations"))
    out = _geo(targeting.get("excluded_geo_locations"))
    return f"people in {told or 'every country'}{f', without {out}' if out else ''}"


def _geo(places: Any) -> str:
    if not isinstance(places, Mapping) or not places:
        return ""
    countries = [NAMES.get(code, str(code)) for code in places.get("countries") or ()]
    rest = {name: value for name, value in places.items() if name != "countries" and value}
    return " and ".join([*([_listed(countries)] if countries else []), *([phrase(rest)] if rest else [])])


def _genders(targeting: Spec) -> str:
    genders = targeting.get("genders") or ()
    return _listed([GENDERS.get(one, str(one)) for one in genders]) if genders else ""


def _ages(targeting: Spec) -> str:
    youngest, eldest = targeting.get("age_min"), targeting.get("age_max")
    if youngest is None and eldest is None:
        return ""
    if eldest is None or eldest == OLDEST:
        return f"aged {youngest or 18} and over"
    return f"aged {youngest} to {eldest}" if youngest is not None else f"aged up to {eldest}"


def _audiences(targeting: Spec) -> str:
    told = _names(targeting.get("custom_audiences"))
    out = _names(targeting.get("excluded_custom_audiences"))
    return ", ".join([*([f"in the audience {told}"] if told else []), *([f"not in the audience {out}"] if out else [])])


def _names(audiences: Any) -> str:
    names = [one.get("name") or one.get("id") if isinstance(one, Mapping) else one for one in audiences or ()]
    return " or ".join(brief(str(name)) for name in names)


def _platforms(targeting: Spec) -> str:
    chosen = targeting.get("publisher_platforms") or ()
    return f"on {_listed([PLATFORMS.get(one, str(one)) for one in chosen])}" if chosen else "wherever Meta shows ads"


def _beyond(targeting: Spec) -> str:
    automation = targeting.get("targeting_automation") or {}
    if automation.get("advantage_audience") in (1, "1"):
        return "Meta may go beyond these people where it expects more of others (Advantage+ audience)"
    return ""


def _automation_rest(targeting: Spec) -> str:
    automation = targeting.get("targeting_automation") or {}
    rest = {name: value for name, value in automation.items() if name != "advantage_audience"}
    return phrase(rest) if rest else ""


Row = tuple[tuple[str, ...], Callable[[Spec], str]]
WORDS: tuple[Row, ...] = (
    (("geo_locations", "excluded_geo_locations"), _places),
    (("genders",), _genders),
    (("age_min", "age_max"), _ages),
    (("custom_audiences", "excluded_custom_audiences"), _audiences),
    (("publisher_platforms",), _platforms),
    (("targeting_automation",), _beyond),
    (("targeting_automation",), _automation_rest),
)
AUDIENCE = 4
"""So many of the first are told in one go."""
