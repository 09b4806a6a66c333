"""Where an ad set is shown, as far as its targeting tells, and which identities must be named there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.kinds.delivery.ad_set import PLACES_WITH_A_COUNTRY, AdSetSpec
from reconciler.kinds.regimes import EU_COUNTRIES, EU_TERRITORIES, REGIMES, Regime
from reconciler.kinds.targeting_fields import is_place, says_where
from reconciler.model.document import KeyPath
from reconciler.model.light import light
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope
    from reconciler.kinds.settings import IdentitySpec, RegulatedSpec

# ---- which places ask for identities

EVERYWHERE = frozenset[str]().union(*(regime.countries for regime in REGIMES))
"""All that matters here: a country without a regime asks for nothing."""

CATEGORIES, IDENTITIES = "regional_regulated_categories", "regional_regulation_identities"
DSA = ("dsa_beneficiary", "dsa_payor")
FINANCIAL = frozenset({"CREDIT", "FINANCIAL_PRODUCTS_SERVICES"})
"""Special ad categories of ads for financial services."""


@light(frozen=True)
class Group:
    """The countries of `EVERYWHERE` that one of Meta's country groups holds, and those that it may hold."""

    holds: frozenset[str] = frozenset()
    may_hold: frozenset[str] = frozenset()


def _group(holds: str = "", may_hold: str = "", *, eu: bool = False) -> Group:
    more = (EU_COUNTRIES, EU_TERRITORIES) if eu else (frozenset(), frozenset())
    return Group(frozenset(holds.split()) | more[0], frozenset(may_hold.split()) | more[1])


EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
STORES = "AU BR IN SG TH TW"

COUNTRY_GROUPS: Mapping[str, Group] = {
    "worldwide": Group(EVERYWHERE),
    "africa": _group(may_hold="RE YT"),
    "afta": _group("SG TH"),
    "android_app_store": _group(STORES, eu=True),
    "android_free_store": _group(STORES, eu=True),
    "android_paid_store": _group(STORES, eu=True),
    "apec": _group("AU SG TH TW"),
    "asia": _group("IN SG TH TW", "CY"),
    "caribbean": _group(may_hold="GP MF MQ"),
    "central_america": _group(),
    "cisfta": _group(),
    "eea": _group(eu=True),
    "emerging_markets": Group(frozenset({"BR", "IN", "TH"}), EVERYWHERE),
    "euro_area": Group(frozenset(EURO.split()), EU_COUNTRIES | EU_TERRITORIES),
    "europe": _group(eu=True),
    "gcc": _group(),
    "itunes_app_store": _group(STORES, eu=True),
    "mercosur": _group("BR"),
    "nafta": _group(),
    "north_america": _group(may_hold="GP MF MQ"),
    "oceania": _group("AU"),
    "south_america": _group("BR", "GF"),
}
"""From Meta's page on basic targeting. Which territories a group counts in stands nowhere."""

UNKNOWN_GROUP = Group(may_hold=EVERYWHERE)

# ---- where an ad set is shown

OF_COUNTRIES = frozenset({"countries", "country_groups"})
LED_BY_COUNTRY = re.compile(r"([A-Z]{2}):.")
"""`US:90210`: the key of a postcode says where it lies."""


@dataclass
class Reach:
    """Where ads are shown for certain, where they may be, and the places that do not say in which country they lie."""

    certain: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    """`certain`, and more."""
    nowhere: list[KeyPath] = field(default_factory=list)
    """Below `targeting`; a `country` can be written there."""
    unknown: list[KeyPath] = field(default_factory=list)
    """Below `targeting`; nothing that could be written would say it."""
    because: dict[str, str] = field(default_factory=dict)
    """By country, the group that brings it in."""

    def shown_in(self, regime: Regime) -> bool:
        return bool(self.certain & regime.countries)

    def may_be_shown_in(self, regime: Regime) -> bool:
        return bool(self.possible & regime.countries) or bool(self.nowhere or self.unknown)


def reach(targeting: Mapping[str, Any]) -> Reach:
    """Where the spec leads, less what it excludes."""
    found = _located(targeting.get("geo_locations"), "geo_locations")
    out = _located(targeting.get("excluded_geo_locations"), "excluded_geo_locations", countries_alone=True)
    found.certain -= out.possible
    found.possible -= out.certain
    return found


def _located(places: Any, name: str, *, countries_alone: bool = False) -> Reach:
    found = Reach()
    if not isinstance(places, Mapping):
        return found
    for country in _list(places.get("countries")):
        _add(found, Group(frozenset({str(country)})))
    for group in _list(places.get("country_groups")):
        _add_group(found, str(group))
    # A city that is left out leaves the rest of its country in.
    for kind in () if countries_alone else places:
        if is_place(kind) and kind not in OF_COUNTRIES:
            for i, place in enumerate(_list(places[kind])):
                _add_place(found, kind, place, (name, kind, i))
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _add(found: Reach, group: Group) -> None:
    found.certain |= group.holds
    found.possible |= group.holds | group.may_hold


def _add_group(found: Reach, name: str) -> None:
    group = COUNTRY_GROUPS.get(name, UNKNOWN_GROUP)
    _add(found, group)
    for country in group.holds:
        found.because.setdefault(country, name)


def _add_place(found: Reach, kind: str, place: Any, path: KeyPath) -> None:
    said = place if isinstance(place, Mapping) else {}
    led = LED_BY_COUNTRY.match(str(said.get("key", "")))
    if country := said.get("country") or (led and led.group(1)):
        _add(found, Group(frozenset({str(country)})))
    elif group := said.get("country_group"):
        _add_group(found, str(group))
    elif said and kind in PLACES_WITH_A_COUNTRY:
        found.nowhere.append(path)
    else:
        found.unknown.append(path)


# ---- what is named there


def named(where: Reach, regulated: RegulatedSpec) -> list[tuple[Regime, IdentitySpec]]:
    """The identities of the account that are sent: those of every place where the ads may be shown, those where they
    surely are last."""
    found = [(regime, getattr(regulated, regime.setting)) for regime in REGIMES if where.may_be_shown_in(regime)]
    return sorted((pair for pair in found if pair[1] is not None), key=lambda pair: where.shown_in(pair[0]))


def identity_fields(where: Reach, regulated: RegulatedSpec) -> dict[str, Any]:
    """The ad set's fields that name them."""
    fields: dict[str, Any] = {}
    for regime, identity in named(where, regulated):
        if regime.category:
            fields.setdefault(CATEGORIES, []).append(regime.category)
            fields.setdefault(IDENTITIES, {}).update(_ids(regime, identity))
        else:
            fields |= dict(zip(DSA, (identity.beneficiary, identity.payer), strict=True))
    return fields


def _ids(regime: Regime, identity: IdentitySpec) -> dict[str, str]:
    return {f"{regime.prefix}_beneficiary": identity.beneficiary, f"{regime.prefix}_payer": identity.payer}


def _own(ad_set: AdSetSpec, regime: Regime) -> bool:
    """Whether the ad set says all of it itself, under `raw`."""
    return set(ad_set.raw) >= ({CATEGORIES, IDENTITIES} if regime.category else set(DSA))


# ---- what is wrong with it


def unnamed(scope: Scope) -> Iterator[Problem]:
    """Ads that Meta would refuse, since nobody is named as who benefits and who pays."""
    regulated = scope.account.regulated
    for path, ad_set in scope.ad_sets():
        where = reach(ad_set.composed_targeting)
        wanted = [r for r in REGIMES if r.demanded and getattr(regulated, r.setting) is None and not _own(ad_set, r)]
        for regime in wanted:
            if where.shown_in(regime):
                said = f"ads shown in {regime.place} must name a beneficiary and a payer"
                if _is_of_preset(scope, path, ad_set):
                    yield _by_preset(scope, path, ad_set, regime, said)
                    continue
                yield scope.problem(
                    _place(path, ad_set), f"{said}{_because(where, regime)}", add_identities(scope, regime)
                )
        if wanted:
            yield from _nowhere(scope, path, where, wanted)
        yield from _shared(scope, path, ad_set, where)


def may_be_unnamed(scope: Scope) -> Iterator[Problem]:
    """Warnings: where Meta may ask for names, and cannot be seen to from here."""
    regulated = scope.account.regulated
    for path, ad_set in scope.ad_sets():
        where = reach(ad_set.composed_targeting)
        for regime in REGIMES:
            is_named = getattr(regulated, regime.setting) is not None or _own(ad_set, regime)
            if is_named or not _may_ask(scope, regime, where):
                continue
            what = "ads for financial services" if regime.finance else "ads"
            said = f"Meta may want a beneficiary and a payer named in {what} that are shown in {regime.place}"
            here = (*path, "targeting", *where.unknown[0]) if regime.demanded else _place(path, ad_set)
            yield scope.problem(here, said, add_identities(scope, regime))


def _may_ask(scope: Scope, regime: Regime, where: Reach) -> bool:
    if regime.demanded:
        return bool(where.unknown) and not where.shown_in(regime)
    financial = FINANCIAL & set(scope.spec.special_ad_categories or [])
    return where.shown_in(regime) and (bool(financial) or not regime.finance)


def _nowhere(scope: Scope, path: KeyPath, where: Reach, wanted: Sequence[Regime]) -> Iterator[Problem]:
    """Places without a country, where the account cannot name whom each of them may ask for."""
    unsure = [regime.place for regime in wanted if not where.shown_in(regime)]
    for place in where.nowhere if unsure else ():
        kind = str(place[-2])
        said = f"which country this lies in is not known here, and ads in {' or '.join(unsure)} must name a payer"
        is_pin = kind == "custom_locations"
        mend = f"add country: {scope.sample_country} to it" if is_pin else "add the place's country: beside its key"
        yield scope.problem((*path, "targeting", *place), f"{kind}: {said}", mend)


def _shared(scope: Scope, path: KeyPath, ad_set: AdSetSpec, where: Reach) -> Iterator[Problem]:
    """Two regimes that are one parameter at Meta, with different names."""
    if IDENTITIES in ad_set.raw:
        return
    sent: dict[str, tuple[Regime, str]] = {}
    for regime, identity in named(where, scope.account.regulated):
        for name, value in _ids(regime, identity).items() if regime.prefix else ():
            other, former = sent.setdefault(name, (regime, value))
            if former != value and where.shown_in(other) == where.shown_in(regime):
                said = f"{other.place} and {regime.place} share {name} at Meta, and the account names two"
                mend = f"make it one in desired/accounts/{scope.account_key}.yaml, or give each place an ad set"
                yield scope.problem(_place(path, ad_set), said, mend)
                return


def _place(path: KeyPath, ad_set: AdSetSpec) -> KeyPath:
    return (*path, "targeting", "geo_locations") if says_where(ad_set.targeting) else (*path, "countries")


def _is_of_preset(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> bool:
    """Whether nobody has written where the ads run, so that the preset says it."""
    return not scope.document.origin((*path, "countries")).is_written and not says_where(ad_set.targeting)


def _by_preset(scope: Scope, path: KeyPath, ad_set: AdSetSpec, regime: Regime, said: str) -> Problem:
    listed = ", ".join(ad_set.countries or ())
    message = f"{said}; no countries are written, and the preset {scope.preset} has [{listed}]"
    mend = (
        f"write where the ads run, such as countries: [{scope.sample_country}]; or, where {regime.place} is meant, add "
        f"{regime.setting}: {{beneficiary: …, payer: …}} below regulated in desired/accounts/{scope.account_key}.yaml"
    )
    return scope.problem((*path, "countries"), message, mend)


def _because(where: Reach, regime: Regime) -> str:
    """What a buyer may not think of: a country group, a territory."""
    shown = sorted(where.certain & regime.countries)
    groups = sorted({where.because[country] for country in shown if country in where.because})
    territories = sorted(EU_TERRITORIES & set(shown) - set(where.because))
    if groups:
        return f": {', '.join(groups)} holds it"
    return f": {', '.join(territories)} is a part of it" if len(territories) == len(shown) else ""


def add_identities(scope: Scope, regime: Regime) -> str:
    """The mend: what to write, and where."""
    who = "{beneficiary: …, payer: …}"
    are = "ids of verified identities, in quotes" if regime.category else "names"
    file = f"desired/accounts/{scope.account_key}.yaml"
    if any(getattr(scope.account.regulated, each.setting) is not None for each in REGIMES):
        return f"add {regime.setting}: {who} ({are}) below regulated in {file}"
    return f"add regulated: {{{regime.setting}: {who}}} ({are}) to {file}"
