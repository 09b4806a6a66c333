"""The words of a targeting spec, judged without Meta. Pure.

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

from reconciler.kinds.countries import meant
from reconciler.kinds.delivery.ad_set import PLACES_WITH_A_COUNTRY, AdSetSpec
from reconciler.kinds.delivery.checks.ages import ADULT, OLDEST, both_ages, bounds, is_free, one_age, suggestion
from reconciler.kinds.delivery.checks.placements import (
    META_CHOOSES,
    PLACEMENT_KEYS,
    in_a_list,
    platform_of,
    says_automatic,
)
from reconciler.kinds.delivery.synonyms import NUMBERS_OF_LOCALES, PARTS_OF_TARGETING
from reconciler.kinds.field_types import KEY_PATTERN
from reconciler.kinds.meant import is_placeholder
from reconciler.kinds.synonyms import MOST, as_key, slip_of
from reconciler.kinds.targeting_fields import PARTS, SHAPES, is_read_only, says_where
from reconciler.kinds.wire import AUDIENCE_KEYS
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

MOST_GUESSES = 200


@dataclass(frozen=True)
class Spot:
    """A key of a targeting spec, with its ad set and what the mapping that it stands in may hold."""

    scope: Scope
    ad_set_path: KeyPath
    ad_set: AdSetSpec
    path: KeyPath
    value: Any
    known: frozenset[str]
    guess: bool = True
    """Whether a near word is looked for; a mapping of hundreds of keys is not misspelt."""

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
                    yield Spot(scope, path, ad_set, (*at, name), value, known, len(holder) <= MOST_GUESSES)


TOPMOST = frozenset(SHAPES)


def _mappings(
    targeting: Mapping[str, Any], here: KeyPath
) -> Iterator[tuple[Mapping[str, Any], KeyPath, frozenset[str]]]:
    yield targeting, here, TOPMOST
    for part, known in PARTS.items():
        below = targeting.get(part)
        for at, each in [((*here, part), below)] if isinstance(below, dict) else _items(below, (*here, part)):
            if isinstance(each, dict):
                yield each, at, known


def _items(value: Any, here: KeyPath) -> list[tuple[KeyPath, Any]]:
    return [((*here, i), each) for i, each in enumerate(value)] if isinstance(value, list) else []


# ---- words


BESIDE = frozenset(AdSetSpec.model_fields) - set(SHAPES)
"""Keys of the level that targeting stands in, which narrow nothing within it."""


def targeting_words(scope: Scope) -> Iterator[Problem]:
    """Keys that are another tool's word or a slip of one of Meta's, and values of the wrong shape."""
    for spot in _spots(scope):
        if spot.is_top and is_read_only(spot.name):
            said = f"{spot.name} is what Meta makes of all settings; nobody can set it"
            yield spot.problem(said, _not_to_be_set(spot))
        elif mend := _other_word(spot):
            yield spot.problem(f"Meta knows no {spot.name} in {spot.path[_below(spot)]}", mend)
        elif spot.is_top and spot.name in BESIDE and spot.name not in spot.known:
            said = f"{spot.name} stands below targeting, a level too deep"
            yield spot.problem(said, f"write {spot.name} beside targeting, further out")
        elif spot.is_top or spot.path[-3] == "flexible_spec" or spot.path[-2] == "flexible_spec":
            yield from _shape(spot)
        elif spot.path[-2] in ("geo_locations", "excluded_geo_locations") and spot.name in KEYED:
            yield from _keyed(spot)


def unknown_targeting(scope: Scope) -> Iterator[Problem]:
    """Warnings: keys that the SDK does not know, near none that it does. They are sent; Meta judges them."""
    for spot in _spots(scope):
        is_told = spot.is_top and (is_read_only(spot.name) or spot.name in BESIDE)
        if spot.name not in spot.known and not _other_word(spot) and not is_told:
            said = f"Meta's SDK knows no {spot.name} in {spot.path[_below(spot)]}; it is sent as it is"
            yield spot.problem(said, "check its name with Meta's pages: a key that Meta does not know narrows nothing")


def _not_to_be_set(spot: Spot) -> str:
    own = spot.name.removeprefix("effective_")
    settable = own != spot.name and own in SHAPES and own not in (spot.ad_set.targeting or {})
    return "remove it: Meta alone says it" + (f"; what can be set is {own}" if settable else "")


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
        named = [meant(word) or word for word in _words_of(spot.value)] if said == "country" else spot.value
        return f"write {SINGULARS[said]}: {_list(named)}"
    homes = [part for part, known in PARTS.items() if spot.name in known] if spot.is_top else []
    if homes:
        return f"move it into {homes[0]}: {{{spot.name}: {_flow(spot.value)}}}"
    if near := spot.guess and slip_of(spot.name, spot.known):
        return f"did you mean {near}?"
    if not spot.is_top and spot.name in SHAPES:
        return "move it out, to stand in targeting itself"
    return (
        PARTS_OF_TARGETING.get(said, "").replace("targeting: {", "write ", 1).removesuffix("}") if spot.is_top else ""
    )


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


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words_of(value: Any) -> list[str]:
    parts = re.split(r"[,/;]", value) if isinstance(value, str) else _as_list(value)
    return [str(part).strip() for part in parts]


def _age(spot: Spot) -> str:
    low, high = both_ages(spot.value) or (ADULT, OLDEST)
    if spot.ad_set.advantage_audience and not is_free(low, high):
        alone = f"{bounds(low, high)} and, beside targeting, advantage_audience: false"
        return f"write {suggestion(low, high)}, or {alone}"
    return f"write {bounds(low, high)}"


MEN = frozenset("1 m man men male males boys".split())
WOMEN = frozenset("2 f w woman women female females girls".split())
BOTH = "remove it: without it all are meant"


def _gender(spot: Spot) -> str:
    return gender_mend(spot.value)


def gender_mend(value: Any) -> str:
    said = {word.lower() for word in _words_of(value)}
    if said <= MEN:
        return "write genders: [1]; 1 is men"
    if said <= WOMEN:
        return "write genders: [2]; 2 is women"
    return (
        BOTH
        if said <= MEN | WOMEN | {"all", "both", "any", "0", "everyone"}
        else "write genders: [2] for women, [1] for men"
    )


def _places(spot: Spot) -> str:
    codes = [meant(word) for word in _words_of(spot.value)]
    listed = f"countries: [{', '.join(codes) if all(codes) else spot.scope.sample_country}]"
    if says_where(spot.ad_set.targeting):
        return f"put it into geo_locations, as {listed}"
    origin = spot.scope.document.values.get((*spot.ad_set_path, "countries"))
    if origin is not None and origin.is_written:
        same = set(codes) == set(spot.ad_set.countries or [])
        return (
            f"remove it: countries says that already, at {origin}"
            if same
            else f"remove it, and write {listed} at {origin}"
        )
    return f"write {listed}, beside targeting"


def says_places(targeting: Mapping[str, Any]) -> bool:
    """Whether it names places where Meta does not look for them; told with the mend for that."""
    words = {as_key(name) for name in targeting}
    return bool(words & PARTS["geo_locations"]) or any(OTHER_WORDS.get(word) is _places for word in words)


def part_of_targeting(said: str, value: Any, beside: Mapping[str, Any], *, automatic: bool) -> str:
    """The part of targeting that a word beside it means, with its value; empty where that does not tell it.

    `beside` is the mapping that holds the word, `automatic` whether Advantage+ audience is on.
    """
    part = PARTS_OF_TARGETING.get(said, "")
    if part == PARTS_OF_TARGETING["age"]:
        return f"write targeting: {{{_ages_beside(beside, automatic=automatic)}}}"
    if part == PARTS_OF_TARGETING["gender"]:
        mend = gender_mend(value)
        numbers = mend[len("write ") :][: len("genders: [1]")]
        return mend if mend == BOTH else f"write targeting: {{{numbers}}}{mend[len('write ') + len(numbers) :]}"
    if part in AUDIENCES:
        named = _audiences_named(value)
        return f"write targeting: {{{AUDIENCES[part]}: [{', '.join(named)}]}}" if named else ""
    words = _words_of(value)
    if part == PARTS_OF_TARGETING["locales"] and value is not None and all(map(_is_number, words)):
        return f"write targeting: {{locales: [{', '.join(words)}]}}"
    if part == PARTS_OF_TARGETING["os"] and (systems := [SYSTEMS[w.lower()] for w in words if w.lower() in SYSTEMS]):
        return f"write targeting: {{user_os: [{', '.join(dict.fromkeys(systems))}]}}"
    return ""


AUDIENCES = {PARTS_OF_TARGETING[name]: name for name in AUDIENCE_KEYS}


def _audiences_named(value: Any) -> list[str]:
    """`like`, `{id: "120210"}`: keys and ids as a targeting has them; nothing where one is neither."""
    ids = [each.get("id") if isinstance(each, Mapping) else each for each in _as_list(value)]
    is_key = all(re.fullmatch(KEY_PATTERN, str(each)) and each is not None for each in ids)
    return [f'{{id: "{each}"}}' if str(each).isdigit() else str(each) for each in ids] if is_key else []


SYSTEMS = {
    **dict.fromkeys("ios iphone iphones ipad ipads apple".split(), "iOS"),
    **dict.fromkeys("android androids samsung".split(), "Android"),
}


def _ages_beside(beside: Mapping[str, Any], *, automatic: bool) -> str:
    """`age_min: 21` beside `age_max: 45`, or `age: 21-45`, in the form that the ad set takes."""
    said = {as_key(name): value for name, value in beside.items() if value is not None}
    whole = next((both_ages(said[name]) for name in ("age", "ages", "age_range") if name in said), None)
    low, high = whole or (ADULT, OLDEST)
    low = one_age(said["age_min"], "age_min") if "age_min" in said else low
    high = one_age(said["age_max"], "age_max") if "age_max" in said else high
    low, high = min(low, high), max(low, high)
    if automatic and not is_free(low, high):
        return suggestion(low, high)
    return f"age_min: {low}" if high == OLDEST and "age_max" not in said else bounds(low, high)


def _part_of_places(spot: Spot) -> str:
    origin = spot.scope.document.values.get((*spot.ad_set_path, "countries"))
    written = origin is not None and origin.is_written
    name = "zips" if spot.name in ("zip", "zip_codes", "postal_codes") else spot.name
    name = SINGULARS.get(name, name)
    if name != "country_groups" and any(not isinstance(each, dict) for each in _as_list(spot.value)):
        return f"name {name} by Meta's keys, in geo_locations: {{{name}: [{{key: …, country: SG}}]}}"
    return f"put it into geo_locations: {{{name}: {_flow(spot.value)}}}" + (", and remove countries" if written else "")


def _platforms(spot: Spot) -> str:
    if says_automatic(spot.value):
        return META_CHOOSES
    if spot.scope.preset == "advantage_plus_sales":
        return "remove it: Advantage+ Sales chooses where the ads stand"
    found = [platform_of(word) for word in _words_of(spot.value)]
    return f"write publisher_platforms: [{', '.join(found if found and all(found) else ('facebook', 'instagram'))}]"


def _beside(spot: Spot) -> str:
    return f"write advantage_audience: {'false' if spot.value in (0, False, '0') else 'true'}, beside targeting"


def _renamed(name: str) -> Callable[[Spot], str]:
    return lambda spot: f"write {name}: {_flow(spot.value)}"


def _numbers(spot: Spot) -> str:
    """The list of numbers that was meant."""
    words = _words_of(spot.value)
    if words and all(map(_is_number, words)):
        return f"write {spot.name}: [{', '.join(words)}]"
    return f"write {spot.name} with Meta's own numbers for them"


def _age_range(spot: Spot) -> str:
    return f"write {suggestion(*(both_ages(spot.value) or (ADULT, OLDEST)))}"


def _locales(spot: Spot) -> str:
    """Meta's numbers are found with Meta alone: a wrong one would reach people of another language."""
    said = [word for word in _words_of(spot.value) if not is_placeholder(word)]
    if said and all(map(_is_number, said)):
        return _numbers(spot).replace(spot.name, "locales", 1)
    return f"write locales: […], {NUMBERS_OF_LOCALES}{'&q=' + said[0] if said else ''}"


SHAPERS: Mapping[str, Callable[[Spot], str]] = {"age_range": _age_range, "genders": _gender, "locales": _locales}


OTHER_WORDS: Mapping[str, Callable[[Spot], str]] = {
    **dict.fromkeys(["age", "ages", "age_group", "age_groups"], _age),
    **dict.fromkeys(["gender", "sex", "sexes"], _gender),
    **dict.fromkeys(["location", "locations", "country", "countries", "geo", "geos", "geography", "places"], _places),
    **dict.fromkeys(
        ["city", "cities", "region", "regions", "zip", "zips", "zip_codes", "postal_codes", "country_groups"],
        _part_of_places,
    ),
    **dict.fromkeys(["platform", "platforms", "placement", "placements"], _platforms),
    **dict.fromkeys(["language", "languages", "locale"], _locales),
    "min_age": _renamed("age_min"),
    "max_age": _renamed("age_max"),
    "advantage_audience": _beside,
}
"""What is said elsewhere, and the mend made of the value beside it."""

MISPLACED = frozenset(["countries", "country", "cities", "regions", "zips", "country_groups"])
"""The SDK types these beside geo_locations, from a time before it; Meta looks for places there alone."""

SINGULARS = {"country": "countries", "city": "cities", "region": "regions", "zip": "zips", "interest": "interests"}


def _shape(spot: Spot) -> Iterator[Problem]:
    shape, value = SHAPES.get(spot.name), spot.value
    if shape == "numbers" and not (isinstance(value, list) and all(_is_number(each) for each in value)):
        wanted = SHAPERS.get(spot.name, _numbers)(spot)
        yield spot.problem(f"{spot.name} takes a list of whole numbers, not {_flow(value)}", wanted)
    elif spot.name == "genders" and not {str(each) for each in value} <= {"1", "2"}:
        kept = sorted({str(each) for each in value} & {"1", "2"})
        is_all = len(kept) != 1 or "0" in map(str, value)
        mend = BOTH if is_all else f"write genders: [{kept[0]}], or remove it: without it all are meant"
        yield spot.problem(f"genders takes 1, men, and 2, women, not {_flow(value)}", mend)
    elif spot.name in PLACEMENT_KEYS and not isinstance(value, list) and says_automatic(value):
        yield spot.problem(f"{_flow(value)} is no platform", META_CHOOSES)
    elif shape in ("list", "named") and not isinstance(value, list):
        mend = in_a_list(spot.name, value) or f"write {spot.name}: {_list(value)}"
        yield spot.problem(f"{spot.name} takes a list, not {_flow(value)}", mend)
    elif shape == "named":
        yield from _named(spot)
    elif shape == "mapping" and not isinstance(value, dict):
        yield spot.problem(
            f"{spot.name} takes a mapping, not {_flow(value)}", f"write {spot.name}: {{…}}, or remove it"
        )
    elif spot.is_top and spot.name == "exclusions":
        yield from _exclusions(spot)


def _named(spot: Spot) -> Iterator[Problem]:
    """Audiences, interests and the like: `{id: "123"}` each. A name alone says nothing to Meta."""
    declared = spot.scope.audiences if spot.name in AUDIENCE_KEYS else frozenset()
    wrong = next(
        (each for each in spot.value if not _has_id(each) and not (isinstance(each, str) and each in declared)), None
    )
    if wrong is None:
        return
    if spot.name in AUDIENCE_KEYS and (problem := _undeclared(spot, wrong, declared)):
        yield problem
        return
    message = f"{spot.name} holds things of Meta's by their ids, not {_flow(wrong)}"
    yield spot.problem(message, _with_ids(spot.name, spot.value, wrong))


def _undeclared(spot: Spot, wrong: Any, declared: frozenset[str]) -> Problem | None:
    """An audience by a word, in an account that declares some."""
    word = str(_id_of(wrong)).rpartition("audience:")[2]
    if not declared or _is_number(word) or not isinstance(_id_of(wrong), str):
        return None
    if word in declared:
        return spot.problem(f"a declared audience is named by its key alone, not {_flow(wrong)}", f"write {word}")
    near = get_close_matches(word, declared, n=1)
    elsewhere = "declare it, or write it as {id: …}, with the id that Ads Manager shows under Audiences"
    return spot.problem(f"no audience {word!r} is declared", f"did you mean {near[0]}?" if near else elsewhere)


def _with_ids(name: str, items: list[Any], wrong: Any) -> str:
    """The mend that writes all of a list by ids, of which `wrong` is the first that lacks its own."""
    whole = ", ".join(map(_with_id, items))
    if all(_is_number(_id_of(each)) for each in items):
        several = f"write each with its id in quotes, as in {_with_id(wrong)}"
        return f"write {name}: [{whole}]" if len(whole) <= MOST else several
    word = _word_of(next((each for each in items if not _is_number(_id_of(each))), wrong))
    where = _where(name, word)
    return f"write {name}: [{whole}], {where}" if len(whole) <= MOST else f"write each as {_with_id(wrong)}, {where}"


def _id_of(item: Any) -> Any:
    return item.get("id") if isinstance(item, dict) else item


def _has_id(item: Any) -> bool:
    named = _id_of(item)
    return isinstance(item, dict) and isinstance(named, str) and (_is_number(named) or is_placeholder(named))


def _with_id(item: Any) -> str:
    """A thing of Meta's by its id in quotes, or by a gap for it, and with its name where that is written."""
    word = _word_of(item)
    if not _is_number(_id_of(item)):
        shown = word if PLAIN.fullmatch(word) else _flow(word)
        return f"{{id: …, name: {shown}}}" if word != NAMELESS else "{id: …}"
    name = f", name: {_flow(item['name'])}" if isinstance(item, dict) and "name" in item else ""
    return f'{{id: "{_id_of(item)}"{name}}}'


def _word_of(item: Any) -> str:
    return str(item.get("name", NAMELESS)) if isinstance(item, dict) else str(item)


NAMELESS = "…"
PLAIN = re.compile(r"\w[\w -]*")
"""What YAML takes without quotes, also between brackets."""

CATEGORIES = frozenset("behaviors family_statuses income industries life_events".split())
"""What Meta lists whole, by `class`."""
SEARCHED = {
    "interests": "adinterest",
    "education_schools": "adeducationschool",
    "education_majors": "adeducationmajor",
    "work_employers": "adworkemployer",
    "work_positions": "adworkposition",
}
"""What Meta finds by its name → the `type` of the search."""


def _where(name: str, word: str) -> str:
    """Where a person finds an id of Meta's."""
    if name in AUDIENCE_KEYS:
        return "with the id that Ads Manager shows under Audiences"
    if name in SEARCHED:
        return f"with the id that Meta's Graph API Explorer tells for /search?type={SEARCHED[name]}&q={word}"
    if name in CATEGORIES:
        return f"with the id that Meta's Graph API Explorer tells for /search?type=adTargetingCategory&class={name}"
    return "with the id that Meta has for it"


def _exclusions(spot: Spot) -> Iterator[Problem]:
    """Since v22, and in all versions since April 2025, Meta takes no exclusions but whole audiences, by another name.
    Source: Removal of Detailed Targeting Exclusions (developers.facebook.com, January 2025)."""
    filled = [name for name, each in spot.value.items() if each]
    audiences = spot.value.get("custom_audiences")
    if audiences:
        is_alone = filled == ["custom_audiences"] and "excluded_custom_audiences" not in (spot.ad_set.targeting or {})
        ids = _with_ids("excluded_custom_audiences", audiences, audiences[0]) if isinstance(audiences, list) else ""
        instead = "move its custom_audiences into excluded_custom_audiences, by their ids, and remove the rest"
        if is_alone and ids:
            instead = f"in place of it {ids}"
        yield spot.problem("Meta takes no audiences in exclusions any more", instead)
    elif filled:
        mend = "remove it; people who are in an audience can be left out, with excluded_custom_audiences"
        yield spot.problem(f"Meta takes no {filled[0]} in exclusions any more", mend)


KEYED = frozenset([*PLACES_WITH_A_COUNTRY, "location_cluster_ids"])
"""Kinds of places that Meta knows by keys of its own."""
PIN = "{latitude: …, longitude: …, radius: 10, distance_unit: kilometer, country: …}"


def _keyed(spot: Spot) -> Iterator[Problem]:
    """`cities: [Singapore]`, in geo_locations and in excluded_geo_locations."""
    named = next((each for each in _as_list(spot.value) if _is_keyless(spot.name, each)), None)
    if named is None:
        return
    word = named.get("name", "…") if isinstance(named, dict) else named
    said = f"not {_flow(named)}"
    if spot.name == "custom_locations":
        yield spot.problem(f"custom_locations holds pins on a map, {said}", f"write custom_locations: [{PIN}]")
        return
    mend = f"write {spot.name}: [{{key: …, name: {word}, country: …}}], with the key that Meta has for it"
    if code := meant(str(word)):
        mend += f"; for the whole country, countries: [{code}]"
    yield spot.problem(f"{spot.name} holds places of Meta's by their keys, {said}", mend)


def _is_keyless(kind: str, place: Any) -> bool:
    if isinstance(place, dict):
        return kind in ("cities", "regions", "zips") and "key" not in place
    return not _is_number(place)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and bool(re.fullmatch(r"[0-9]{1,18}", str(value)))
