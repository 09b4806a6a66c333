"""Countries that a campaign names: codes that are none, countries without ads, and special ad categories. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reconciler.kinds.countries import NAMES, NO_ADS, PERHAPS_NO_ADS, meant
from reconciler.kinds.regimes import EU_COUNTRIES
from reconciler.model.document import KeyPath
from reconciler.model.light import light
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

MOST_GUESSES = 200
POLITICAL = "ISSUES_ELECTIONS_POLITICS"


@light(frozen=True)
class Named:
    """A country that is named somewhere. `alone`: nothing would be left of its list without it."""

    path: KeyPath
    code: str
    alone: bool = False
    shown: bool = True
    """Whether ads are to run there."""


def _named(scope: Scope) -> Iterator[Named]:
    for i, code in enumerate(scope.spec.special_ad_category_country or []):
        yield Named(("special_ad_category_country", i), code, shown=False)
    for path, ad_set in scope.ad_sets():
        targeting = ad_set.targeting or {}
        countries = ad_set.countries or []
        for i, code in enumerate(countries):
            yield Named((*path, "countries", i), code, alone=len(countries) == 1)
        for part, shown in (("geo_locations", True), ("excluded_geo_locations", False)):
            yield from _in_places(targeting.get(part), (*path, "targeting", part), shown=shown)


def _in_places(places: Any, here: KeyPath, *, shown: bool) -> Iterator[Named]:
    filled = (
        [name for name, each in places.items() if each and name != "location_types"] if isinstance(places, dict) else []
    )
    for name in filled:
        for i, each in enumerate(places[name] if isinstance(places[name], list) else ()):
            at = (*here, name, i)
            alone = len(filled) == len(places[name]) == 1
            if name == "countries":
                yield Named(at, str(each), alone, shown)
            elif isinstance(each, dict) and isinstance(each.get("country"), str):
                yield Named((*at, "country"), each["country"], alone, shown)


def countries(scope: Scope) -> Iterator[Problem]:
    """Codes that are no country's, and countries in which Meta shows no ads."""
    guesses = 0
    for named in _named(scope):
        if named.code not in NAMES:
            guesses += 1
            code = meant(named.code) if guesses <= MOST_GUESSES else ""
            example = f"write two-letter codes, such as {scope.sample_country}"
            mend = f"did you mean {code}, {NAMES[code]}?" if code else example
            yield scope.problem(named.path, f"{named.code!r} is no country's code", mend)
        elif named.shown and named.code in NO_ADS:
            another = f"write another country, such as {scope.sample_country}"
            instead = another if named.alone else f"remove {named.code}"
            yield scope.problem(named.path, f"Meta shows no ads in {NAMES[named.code]} ({named.code})", instead)


def doubtful_countries(scope: Scope) -> Iterator[Problem]:
    """Warnings: Meta may refuse these."""
    for named in _named(scope):
        if named.shown and named.code in PERHAPS_NO_ADS:
            said = f"Meta may show no ads in {NAMES[named.code]} ({named.code})"
            yield scope.problem(named.path, said, "see in Ads Manager whether it can be chosen")


# ---- special ad categories


def special_categories(scope: Scope) -> Iterator[Problem]:
    """A special category holds in countries that have to be named."""
    spec = scope.spec
    declared = [each for each in spec.special_ad_categories or [] if each != "NONE"]
    if declared and "NONE" in (spec.special_ad_categories or []):
        at = ("special_ad_categories", (spec.special_ad_categories or []).index("NONE"))
        yield scope.problem(at, f"NONE beside {declared[0]}: an ad is of a category, or of none", "remove NONE")
    if declared and not spec.special_ad_category_country:
        targeted = sorted(named.code for named in _named(scope) if named.shown and named.code in NAMES)
        wanted = ", ".join(dict.fromkeys(targeted)) or scope.sample_country
        message = f"{declared[0]} needs the countries in which it applies"
        yield scope.problem(("special_ad_categories",), message, f"add special_ad_category_country: [{wanted}]")


def doubtful_categories(scope: Scope) -> Iterator[Problem]:
    """Warnings: Meta refuses ad sets outside those countries (2909034), as some have reported."""
    spec = scope.spec
    declared = [each for each in spec.special_ad_categories or [] if each != "NONE"]
    chosen = spec.special_ad_category_country or []
    if chosen and not declared:
        message = "special_ad_category_country has no effect without special_ad_categories"
        yield scope.problem(("special_ad_category_country",), message, "remove it, or add the category")
    if "CREDIT" in declared:
        newer = "FINANCIAL_PRODUCTS_SERVICES"
        mend = "remove CREDIT" if newer in declared else f"write {newer}"
        at = ("special_ad_categories", (spec.special_ad_categories or []).index("CREDIT"))
        yield scope.problem(at, f"since January 2025 Meta has {newer} in place of CREDIT", mend)
    yield from _political(scope, chosen) if POLITICAL in declared else ()
    for named in _named(scope) if chosen and declared else ():
        if named.shown and named.code not in chosen and named.code in NAMES:
            said = f"{NAMES[named.code]} is targeted outside special_ad_category_country"
            yield scope.problem(named.path, said, f"add {named.code} to special_ad_category_country")


def _political(scope: Scope, chosen: Collection[str]) -> Iterator[Problem]:
    where = " and ".join(sorted(EU_COUNTRIES.intersection(chosen)))
    if where:
        said = f"since October 2025 Meta runs no ads of politics, elections or social issues in the EU: {where}"
        mend = f"take {where} out here and of the targeting"
        yield scope.problem(("special_ad_category_country",), said, mend)


EQUAL_CHANCES = frozenset({"HOUSING", "EMPLOYMENT", "CREDIT", "FINANCIAL_PRODUCTS_SERVICES"})
"""In the United States their ads leave out nobody for age, gender or postcode. Source: Special Ad Categories,
Audience Restrictions (developers.facebook.com, April 2026)."""
WHOLE = {"age_min": 18, "age_max": 65, "genders": []}


def narrowed_categories(scope: Scope) -> Iterator[Problem]:
    """Warnings: what Meta takes from nobody in the United States for a category that gives equal chances."""
    chosen = sorted(EQUAL_CHANCES.intersection(scope.spec.special_ad_categories or []))
    in_the_us = {named.path[:2] for named in _named(scope) if named.shown and named.code == "US"}
    for path, ad_set in scope.ad_sets() if chosen else ():
        for at in _narrowed(ad_set.targeting or {}) if path[:2] in in_the_us else ():
            message = f"Meta may refuse {at[-1]} of {chosen[0]} in the United States, where all adults are reached"
            yield scope.problem((*path, "targeting", *at), message, f"remove {at[-1]}")


def _narrowed(targeting: Mapping[str, Any]) -> Iterator[KeyPath]:
    yield from ((name,) for name, whole in WHOLE.items() if targeting.get(name, whole) != whole)
    if (targeting.get("geo_locations") or {}).get("zips"):
        yield "geo_locations", "zips"
