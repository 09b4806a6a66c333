"""What a targeting spec may hold, judged without Meta: its words, its countries, its placements. Pure.

Meta passes over a key that it does not know, and the ads then run for everybody. So a near or a known word is an
error; a word that is near none of the SDK's is sent with a warning, because Meta may know more than the SDK.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from reconciler.document import KeyPath
from reconciler.kinds.ad_set import AdSetSpec
from reconciler.kinds.countries import NAMES, NO_ADS, PERHAPS_NO_ADS, meant
from reconciler.kinds.targeting_fields import PARTS, SHAPES
from reconciler.model import Problem
from reconciler.synonyms import PARTS_OF_TARGETING, as_key

if TYPE_CHECKING:
    from reconciler.checks import Scope

NEAR = 0.8
"""How alike two names are, from 0 to 1, where one is taken for a slip of the other."""
MOST = 80
"""Letters of a name that a near one is looked for."""


@dataclass(frozen=True)
class Spot:
    """A key of a targeting spec, with its ad set and what the mapping that it stands in may hold."""

    scope: Scope
    ad_set_path: KeyPath
    ad_set: AdSetSpec
    path: KeyPath
    value: Any
    known: frozenset[str]

    @property
    def name(self) -> str:
        return str(self.path[-1])

    @property
    def is_top(self) -> bool:
        return len(self.path) == len(self.ad_set_path) + 2

    def problem(self, message: str, mend: str) -> Problem:
        document = self.scope.document
        return Problem(document.keys.get(self.path, document.origin(self.path)), message, mend)


def _spots(scope: Scope) -> Iterator[Spot]:
    for path, ad_set in scope.ad_sets():
        here = (*path, "targeting")
        for holder, at, known in _mappings(ad_set.targeting or {}, here):
            for name, value in holder.items():
                if value is not None:
                    yield Spot(scope, path, ad_set, (*at, name), value, known)


def _mappings(
    targeting: Mapping[str, Any], here: KeyPath
) -> Iterator[tuple[Mapping[str, Any], KeyPath, frozenset[str]]]:
    yield targeting, here, frozenset(SHAPES)
    for part, known in PARTS.items():
        below = targeting.get(part)
        for at, each in [((*here, part), below)] if isinstance(below, dict) else _items(below, (*here, part)):
            if isinstance(each, dict):
                yield each, at, known


def _items(value: Any, here: KeyPath) -> list[tuple[KeyPath, Any]]:
    return [((*here, i), each) for i, each in enumerate(value)] if isinstance(value, list) else []


# ---- words


def targeting_words(scope: Scope) -> Iterator[Problem]:
    """Keys that are another tool's word or a slip of one of Meta's, and values of the wrong shape."""
    for spot in _spots(scope):
        if mend := _other_word(spot):
            yield spot.problem(f"Meta knows no {spot.name} in {spot.path[_below(spot)]}", mend)
        elif spot.is_top and spot.name in SHAPES:
            yield from _shape(spot)


def unknown_targeting(scope: Scope) -> Iterator[Problem]:
    """Warnings: keys that the SDK does not know, near none that it does. They are sent; Meta judges them."""
    for spot in _spots(scope):
        if spot.name not in spot.known and not _other_word(spot):
            said = f"Meta's SDK knows no {spot.name} in {spot.path[_below(spot)]}; it is sent as it is"
            yield spot.problem(said, "check its name with Meta's pages: a key that Meta does not know narrows nothing")


def _below(spot: Spot) -> int:
    """Where in the path the name of the mapping stands that the key is in."""
    return -3 if isinstance(spot.path[-2], int) else -2


def _other_word(spot: Spot) -> str:
    """The mend for a key that is not Meta's word; empty where it is, or near none."""
    said = as_key(spot.name)
    if spot.is_top and said in OTHER_WORDS and (spot.name not in SHAPES or said in MISPLACED):
        return OTHER_WORDS[said](spot)
    if spot.name in spot.known:
        return ""
    if not spot.is_top and said in SINGULARS and SINGULARS[said] in spot.known:
        return f"write {SINGULARS[said]}: {_list(spot.value)}"
    homes = [part for part, known in PARTS.items() if spot.name in known] if spot.is_top else []
    if homes:
        return f"move it into {homes[0]}: {{{spot.name}: {_flow(spot.value)}}}"
    if near := _near(spot.name, spot.known):
        return f"did you mean {near}?"
    if not spot.is_top and spot.name in SHAPES:
        return "move it out, to stand in targeting itself"
    return (
        PARTS_OF_TARGETING.get(said, "").replace("targeting: {", "write ", 1).removesuffix("}") if spot.is_top else ""
    )


def _near(name: str, known: frozenset[str]) -> str:
    if len(name) > MOST:
        return ""
    plain = {_plain(each): each for each in sorted(known)}
    near = get_close_matches(_plain(name), plain, n=1, cutoff=NEAR)
    return plain[near[0]] if near else ""


def _plain(name: str) -> str:
    """`ageMin` and `age_min` are one word."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def _flow(value: Any) -> str:
    """A value as YAML takes it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MOST else "…"


def _list(value: Any) -> str:
    parts = re.split(r"\s*,\s*", value) if isinstance(value, str) else value if isinstance(value, list) else [value]
    return f"[{', '.join(each if isinstance(each, str) and _is_bare(each) else _flow(each) for each in parts)}]"


def _is_bare(text: str) -> bool:
    """Whether YAML reads it as this very text without quotes: no is a flag."""
    return bool(re.fullmatch(r"[A-Za-z][\w-]*", text)) and text.lower() not in (
        "no",
        "yes",
        "on",
        "off",
        "true",
        "null",
    )


def _words_of(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else re.split(r"[,/;]", str(value))
    return [str(part).strip() for part in parts]


AGES = re.compile(r"(\d{1,2})\s*(?:-|–|to|,)\s*(\d{1,2})\+?|(\d{1,2})\s*\+?")
YOUNGEST, OLDEST = 18, 65


def _age(spot: Spot) -> str:
    said = AGES.fullmatch(", ".join(_words_of(spot.value)))
    low, high = (int(said[1] or said[3]), int(said[2] or OLDEST)) if said else (YOUNGEST, OLDEST)
    if not 13 <= low <= high <= OLDEST:
        low, high = YOUNGEST, OLDEST
    if spot.ad_set.advantage_audience and (high != OLDEST or low > 25):
        return f"write age_range: [{low}, {high}], or advantage_audience: false and age_min: {low}, age_max: {high}"
    return f"write age_min: {low}, age_max: {high}"


MEN = frozenset("1 m man men male males boys".split())
WOMEN = frozenset("2 f w woman women female females girls".split())
BOTH = "remove it: without it all are meant"


def _gender(spot: Spot) -> str:
    said = {word.lower() for word in _words_of(spot.value)}
    if said <= MEN:
        return "write genders: [1], which is men"
    if said <= WOMEN:
        return "write genders: [2], which is women"
    return (
        BOTH
        if said <= MEN | WOMEN | {"all", "both", "any", "0", "everyone"}
        else "write genders: [2] for women, [1] for men"
    )


def _places(spot: Spot) -> str:
    codes = [meant(word) for word in _words_of(spot.value)]
    listed = f"countries: [{', '.join(codes)}]" if all(codes) else "countries: [SG]"
    if "geo_locations" in (spot.ad_set.targeting or {}):
        return f"put it into geo_locations, as {listed}"
    origin = spot.scope.document.values.get((*spot.ad_set_path, "countries"))
    if origin is not None and origin.line:
        return f"remove it: countries says that already, at {origin}"
    return f"write {listed}, beside targeting"


def _part_of_places(spot: Spot) -> str:
    origin = spot.scope.document.values.get((*spot.ad_set_path, "countries"))
    written = origin is not None and bool(origin.line)
    name = "zips" if spot.name in ("zip", "zip_codes", "postal_codes") else spot.name
    name = SINGULARS.get(name, name)
    return f"put it into geo_locations: {{{name}: {_flow(spot.value)}}}" + (", and remove countries" if written else "")


def _platforms(spot: Spot) -> str:
    if spot.scope.preset == "advantage_plus_sales":
        return "remove it: Advantage+ Sales chooses where the ads stand"
    found = [PLATFORM_WORDS.get(_plain(word), "") for word in _words_of(spot.value)]
    return f"write publisher_platforms: [{', '.join(found if found and all(found) else ('facebook', 'instagram'))}]"


def _beside(spot: Spot) -> str:
    return f"write advantage_audience: {'false' if spot.value in (0, False, '0') else 'true'}, beside targeting"


def _renamed(name: str) -> Callable[[Spot], str]:
    return lambda spot: f"write {name}: {_flow(spot.value)}"


OTHER_WORDS: Mapping[str, Callable[[Spot], str]] = {
    **dict.fromkeys(["age", "ages", "age_group", "age_groups"], _age),
    **dict.fromkeys(["gender", "sex", "sexes"], _gender),
    **dict.fromkeys(["location", "locations", "country", "countries", "geo", "geos", "geography", "places"], _places),
    **dict.fromkeys(
        ["city", "cities", "region", "regions", "zip", "zips", "zip_codes", "postal_codes", "country_groups"],
        _part_of_places,
    ),
    **dict.fromkeys(["platform", "platforms", "placement", "placements"], _platforms),
    "min_age": _renamed("age_min"),
    "max_age": _renamed("age_max"),
    "advantage_audience": _beside,
}
"""What is said elsewhere, and the mend made of the value beside it."""

MISPLACED = frozenset(["countries", "country", "cities", "regions", "zips", "country_groups"])
"""The SDK types these beside geo_locations, from a time before it; Meta looks for places there alone."""

SINGULARS = {"country": "countries", "city": "cities", "region": "regions", "zip": "zips", "interest": "interests"}


def _shape(spot: Spot) -> Iterator[Problem]:
    shape, value = SHAPES[spot.name], spot.value
    if shape == "numbers" and not (isinstance(value, list) and all(_is_number(each) for each in value)):
        wanted = _gender(spot) if spot.name == "genders" else f"write {spot.name}: [6], with Meta's own numbers"
        yield spot.problem(f"{spot.name} takes a list of whole numbers, not {_flow(value)}", wanted)
    elif shape == "list" and not isinstance(value, list):
        yield spot.problem(f"{spot.name} takes a list, not {_flow(value)}", f"write {spot.name}: {_list(value)}")
    elif shape == "mapping" and not isinstance(value, dict):
        yield spot.problem(
            f"{spot.name} takes a mapping, not {_flow(value)}", f"write {spot.name}: {{…}}, or remove it"
        )


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and bool(re.fullmatch(r"[0-9]{1,18}", str(value)))


# ---- countries


@dataclass(frozen=True)
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
        for at, each in _items(places[name], (*here, name)):
            alone = len(filled) == len(places[name]) == 1
            if name == "countries":
                yield Named(at, str(each), alone, shown)
            elif isinstance(each, dict) and isinstance(each.get("country"), str):
                yield Named((*at, "country"), each["country"], alone, shown)


def countries(scope: Scope) -> Iterator[Problem]:
    """Codes that are no country's, and countries in which Meta shows no ads."""
    for named in _named(scope):
        if named.code not in NAMES:
            code = meant(named.code)
            mend = f"did you mean {code}, {NAMES[code]}?" if code else "write two-letter codes, such as SG"
            yield scope.problem(named.path, f"{named.code!r} is no country's code", mend)
        elif named.shown and named.code in NO_ADS:
            mend = "write another country, such as SG" if named.alone else f"remove {named.code}"
            yield scope.problem(named.path, f"Meta shows no ads in {NAMES[named.code]} ({named.code})", mend)


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
    if declared and not spec.special_ad_category_country:
        targeted = sorted(named.code for named in _named(scope) if named.shown and named.code in NAMES)
        wanted = ", ".join(dict.fromkeys(targeted)) or "SG"
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
    for named in _named(scope) if chosen and declared else ():
        if named.shown and named.code not in chosen and named.code in NAMES:
            said = f"{NAMES[named.code]} is targeted outside special_ad_category_country"
            yield scope.problem(named.path, said, f"add {named.code} to special_ad_category_country")


# ---- placements

PLATFORMS = ("facebook", "instagram", "threads", "messenger", "audience_network", "whatsapp")
PLATFORM_WORDS = {
    **{name.replace("_", ""): name for name in PLATFORMS},
    "fb": "facebook",
    "ig": "instagram",
    "insta": "instagram",
    "an": "audience_network",
    "network": "audience_network",
}


@dataclass(frozen=True)
class Companion:
    """A position that Meta takes only beside one of others."""

    holder: str
    position: str
    others: tuple[tuple[str, str], ...]


FEED = (("facebook_positions", "feed"),)
COMPANIONS = (
    Companion("facebook_positions", "story", (*FEED, ("instagram_positions", "story"))),
    Companion("facebook_positions", "marketplace", FEED),
    Companion("facebook_positions", "search", FEED),
    Companion("facebook_positions", "profile_feed", FEED),
    Companion("facebook_positions", "notification", FEED),
    Companion("threads_positions", "threads_stream", (("instagram_positions", "stream"),)),
    Companion("whatsapp_positions", "status", (("instagram_positions", "story"),)),
)
"""From the limitations on Meta's page on placement targeting."""


def placements(scope: Scope) -> Iterator[Problem]:
    """Platforms and positions that Meta does not take alone."""
    for path, ad_set in scope.ad_sets():
        targeting, here = ad_set.targeting or {}, (*path, "targeting")
        platforms = targeting.get("publisher_platforms")
        for i, word in enumerate(platforms if isinstance(platforms, list) else ()):
            if word not in PLATFORMS and (right := _platform(word)):
                place = (*here, "publisher_platforms", i)
                yield scope.problem(place, f"Meta knows no platform {word!r}", f"did you mean {right}?")
        if _only(platforms, "audience_network") and not _is_app(scope):
            yield scope.problem((*here, "publisher_platforms"), ALONE, "add facebook to publisher_platforms")
        if _only(platforms, "threads"):
            message = "Meta takes threads only beside instagram"
            yield scope.problem((*here, "publisher_platforms"), message, "add instagram to publisher_platforms")
        for companion in COMPANIONS:
            yield from _lonely(scope, here, targeting, companion)


ALONE = "Meta does not take Audience Network alone"


def doubtful_placements(scope: Scope) -> Iterator[Problem]:
    """Warnings: platforms that are not known here, and rewarded video of apps without another placement."""
    for path, ad_set in scope.ad_sets():
        platforms = (ad_set.targeting or {}).get("publisher_platforms")
        here = (*path, "targeting", "publisher_platforms")
        for i, word in enumerate(platforms if isinstance(platforms, list) else ()):
            if word not in PLATFORMS and not _platform(word):
                said = f"no platform {word!r} is known here; it is sent as it is"
                yield scope.problem((*here, i), said, f"known are {', '.join(PLATFORMS)}")
        if _only(platforms, "audience_network") and _is_app(scope):
            yield scope.problem(here, ALONE, "add facebook to publisher_platforms")


def _only(platforms: Any, name: str) -> bool:
    return isinstance(platforms, list) and bool(platforms) and all(each == name for each in platforms)


def _is_app(scope: Scope) -> bool:
    return scope.spec.objective == "OUTCOME_APP_PROMOTION"


def _platform(word: Any) -> str:
    plain = _plain(str(word)[:MOST])
    near = [plain] if plain in PLATFORM_WORDS else get_close_matches(plain, PLATFORM_WORDS, n=1, cutoff=NEAR)
    return PLATFORM_WORDS[near[0]] if near else ""


def _lonely(scope: Scope, here: KeyPath, targeting: Mapping[str, Any], rule: Companion) -> Iterator[Problem]:
    positions = targeting.get(rule.holder)
    if not isinstance(positions, list) or rule.position not in positions:
        return
    if any(_is_placed(targeting, *other) for other in rule.others):
        return
    wanted = " or ".join(f"{position} in {holder}" for holder, position in rule.others)
    holder, position = rule.others[0]
    platform = holder.removesuffix("_positions")
    platforms = targeting.get("publisher_platforms")
    absent = isinstance(platforms, list) and platform not in platforms
    mend = f"add {position} to {holder}" + (f" and {platform} to publisher_platforms" if absent else "")
    message = f"Meta takes {rule.position} only beside {wanted}"
    yield scope.problem((*here, rule.holder, positions.index(rule.position)), message, mend)


def _is_placed(targeting: Mapping[str, Any], holder: str, position: str) -> bool:
    """Whether ads stand there. Of a platform without a list of positions all are meant."""
    platforms, positions = targeting.get("publisher_platforms"), targeting.get(holder)
    if isinstance(platforms, list) and holder.removesuffix("_positions") not in platforms:
        return False
    return not isinstance(positions, list) or position in positions
