"""Short words and the long forms that they stand for. One table for merging, for the checks and for docs/yaml.md.

A short word beats the long form of a lower layer, and the long form of a higher layer beats the short word of a lower
one. Both in one place, or a word that nothing uses where it stands, is an error. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.kinds.delivery.goals import GOALS
from reconciler.kinds.merging import below, holds, without
from reconciler.kinds.settings import PROJECT_FILE
from reconciler.kinds.targeting_fields import is_place
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.ad_set import AdSetSpec
    from reconciler.kinds.delivery.checks.scope import Scope

PIXEL_KEYS = frozenset({"pixel_id", "custom_event_type", "custom_event_str"})
"""A promoted_object of these alone is completed from `pixel` and `conversion_event`; any other says everything."""


@dataclass(frozen=True)
class Idle:
    """Why a word has no effect, and what could be written so that it has."""

    reason: str
    otherwise: str = ""


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Word:
    """A short word that stands on an ad set, or on a campaign for all its ad sets."""

    name: str
    becomes: str
    """What it is at Meta, for docs/yaml.md."""
    path: tuple[str, ...] = ()
    """The long form, from the ad set down; empty where YAML has none."""
    long: Callable[[Any], Any] = _as_it_is
    """The value that stands at `path`, made of the word's."""
    beside: tuple[str, ...] = ()
    """What may not stand beside the word; `path` unless written."""
    alike: Callable[[str], bool] | None = None
    """Which keys beside the last of `path` say the same thing in other words; `path` itself is among them."""
    to_ads: bool = False
    """Whether ads take it over. What is more than its long form stays when the long form wins."""
    idle: Callable[[Scope, AdSetSpec], Idle | None] = lambda scope, ad_set: None
    """Why an ad set makes no use of it; None where it does."""


def _no_pixel(key: str) -> Callable[[Scope, AdSetSpec], Idle | None]:
    def idle(scope: Scope, ad_set: AdSetSpec) -> Idle | None:
        goals = GOALS.get(str(scope.spec.objective), {})
        goal, written = goals.get(str(ad_set.optimization_goal)), ad_set.promoted_object
        if goal is None or key in (written or {}):
            return None
        if goal.promotes != "pixel":
            counting = [name for name, each in goals.items() if each.promotes == "pixel"]
            otherwise = f"use the goal {' or '.join(counting)}" if counting else ""
            return Idle(f"{ad_set.optimization_goal} counts no pixel's events", otherwise)
        if written is not None and not is_completed(written):
            return Idle(f"promoted_object is written without {key}", f"write {key} there")
        return None

    return idle


def _no_product_set(scope: Scope, ad_set: AdSetSpec) -> Idle | None:
    if "promoted_object" in scope.spec.raw:
        return Idle("raw.promoted_object says what the campaign promotes")
    if "product_set_id" in (ad_set.promoted_object or {}):
        return None
    return Idle("no product set is promoted", 'add promoted_object: {product_set_id: "…"}')


def is_completed(promoted: Mapping[str, Any]) -> bool:
    """Whether a written promoted_object of a pixel's goal takes what it leaves out from `pixel`, `conversion_event`."""
    return set(promoted) <= PIXEL_KEYS


WORDS = (
    Word(
        "countries",
        "`targeting.geo_locations.countries`",
        ("targeting", "geo_locations", "countries"),
        beside=("targeting", "geo_locations"),
        # Meta adds places up: those of a lower layer beside a higher one's would be paid for.
        alike=is_place,
    ),
    Word(
        "advantage_audience",
        "`targeting.targeting_automation.advantage_audience`",
        ("targeting", "targeting_automation", "advantage_audience"),
        long=lambda wanted: int(wanted is True),
    ),
    Word(
        "pixel",
        "`promoted_object.pixel_id`",
        ("promoted_object", "pixel_id"),
        beside=("promoted_object",),
        idle=_no_pixel("pixel_id"),
    ),
    Word(
        "conversion_event",
        "`promoted_object.custom_event_type`",
        ("promoted_object", "custom_event_type"),
        beside=("promoted_object",),
        idle=_no_pixel("custom_event_type"),
    ),
    Word(
        "page",
        "the creative's `page_id`, and `promoted_object.page_id` of page goals",
        ("promoted_object", "page_id"),
        to_ads=True,
    ),
    Word("instagram_user", "the creative's `instagram_user_id`", to_ads=True),
    Word("url_tags", "the creative's `url_tags`", to_ads=True),
    Word("catalog", "the campaign's `promoted_object.product_catalog_id`", idle=_no_product_set),
)

DELIVERY = tuple(word.name for word in WORDS)
"""Written on a campaign, these hold for its ad sets."""

TO_ADS = tuple(word.name for word in WORDS if word.to_ads)
"""Of those, the ones that an ad inherits."""

ALTERNATIVES = (("daily_budget", "lifetime_budget"),)
"""Fields of which a level has one: a higher layer's takes the place of the other one of a lower layer."""

EITHER = tuple(pair for names in ALTERNATIVES for pair in (names, names[::-1]))

START, END = "activate_at", "deactivate_at"


# ---- written out


# ---- merging


def give_way(base: Document, over: Document) -> Document:
    """The lower layer without what the higher one says in another form. Both are one level: campaign, ad set or ad."""
    for word in WORDS:
        if word.path and (word.name in over.data or word.path[0] in over.data):
            base = _to_word(base, word, over)
    for one, other in EITHER:
        if over.data.get(one) is not None and other not in over.data:
            base = without(base, (other,))
    return _clock(base, over)


def _to_word(base: Document, word: Word, over: Document) -> Document:
    in_other_words = any(below(over.data, path) is not None for path in _alike(over.data, word))
    if in_other_words or over.data.get(word.name) is not None:
        for path in _alike(base.data, word):
            base = without(base, path)
    if word.name in over.data:
        return _replaced(base, word, over)
    is_said = in_other_words or says(over.data, word.path)
    return without(base, (word.name,)) if is_said and not word.to_ads else base


def _alike(level: Mapping[str, Any], word: Word) -> list[tuple[str, ...]]:
    """Where a level says in other words what the word says."""
    above = word.path[:-1]
    holder = below(level, above) if word.alike and holds(level, above) else None
    return [(*above, key) for key in holder if word.alike and word.alike(key)] if isinstance(holder, dict) else []


def _replaced(base: Document, word: Word, over: Document) -> Document:
    """The base with the word's value in its long form, where the base has that."""
    if not holds(base.data, word.path):
        return base
    value = over.data[word.name]
    base = without(base, word.path)
    return base if value is None else _with(base, word.path, word.long(value), over.origin((word.name,)))


def _clock(base: Document, over: Document) -> Document:
    """ACTIVE and a time of its start are two ways to say one thing. A hold stays: only who wrote it lifts it."""
    if over.data.get(START) is not None and "status" not in over.data and base.data.get("status") == "ACTIVE":
        return without(base, ("status",))
    if over.data.get("status") == "ACTIVE" and START not in over.data:
        return without(base, (START,))
    return base


def says(level: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether a level writes `path`, something in its place higher up, or a promoted_object of another kind."""
    if path[0] == "promoted_object" and isinstance(level.get(path[0]), dict):
        return path[1] in level[path[0]] or not is_completed(level[path[0]])
    value: Any = level
    for step in path:
        if step not in value:
            return False
        value = value[step]
        if not isinstance(value, dict):
            return True
    return True


def _with(document: Document, path: tuple[str, ...], value: Any, origin: Origin) -> Document:
    steps: list[KeyPath] = [path[:size] for size in range(1, len(path) + 1)]
    places = {step: origin for step in steps if step not in document.values}
    return Document(
        _put(document.data, path, value), {**document.values, **places}, {**document.keys, **places, path: origin}
    )


def _put(data: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    if len(path) == 1:
        return {**data, path[0]: value}
    return {**data, path[0]: _put(data.get(path[0]) or {}, path[1:], value)}


# ---- two forms in one place


def two_forms(document: Document, levels: Iterator[KeyPath]) -> Iterator[Problem]:
    """A word beside its long form in one mapping of one file."""
    for path in levels:
        level: Any = document.data
        for step in path:
            level = level.get(step) if isinstance(level, dict) else None
        if isinstance(level, dict):
            for word in WORDS:
                if word.path and word.name in level and _is_beside(level, word):
                    yield _two(document, path, word)


def _is_beside(level: Mapping[str, Any], word: Word) -> bool:
    if not (_alike(level, word) if word.alike else holds(level, word.beside or word.path)):
        return False
    # A page is also what the ads run as: beside the same page in the promoted object it says nothing twice.
    return not word.to_ads or bool(below(level, word.path) != level[word.name])


def long_form_in(level: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Where a level says in the long form what the word `name` says; empty where it does not."""
    word = next((word for word in WORDS if word.name == name and word.path and not word.to_ads), None)
    return word.beside or word.path if word and _is_beside(level, word) else ()


def _two(document: Document, path: KeyPath, word: Word) -> Problem:
    here = (*path, word.name)
    long = ".".join(word.beside or word.path)
    return Problem(
        document.keys.get(here, document.origin(here)),
        f"{word.name} beside {long}: two forms of one thing",
        f"keep one of the two; {word.name} is short for {'.'.join(word.path)}",
    )


# ---- words without effect


def idle_words(scope: Scope) -> Iterator[Problem]:
    """Words of the file or its template that nothing uses. Defaults of the project need not fit every campaign."""
    if not scope.spec.ad_sets:
        return
    document = scope.document
    for word in WORDS:
        used: set[Origin] = set()
        idle: dict[Origin, Idle] = {}
        for path, ad_set in scope.ad_sets():
            origin = document.values.get((*path, word.name))
            if origin is not None and getattr(ad_set, word.name) is not None:
                why = word.idle(scope, ad_set) or _taken_over(scope, path, ad_set, word, origin)
                used |= set() if why else {origin}
                idle |= {origin: why} if why else {}
        # In the short form a word that is left there stands beside its long form, which is told.
        whole = document.values.get((word.name,)) if document.data.get(word.name) is not None else None
        if whole is not None and whole.file == document.origin(()).file and has_ad_sets(document):
            idle.setdefault(whole, Idle("each ad set says its own"))
        for origin, why in idle.items():
            if origin not in used and origin.is_written and origin.file != PROJECT_FILE:
                taken_away = (
                    "" if origin.file == document.origin(()).file else f"write {word.name}: ~ in the campaign file"
                )
                mend = ", or ".join(part for part in ("remove it", taken_away, why.otherwise) if part)
                yield Problem(origin, f"{word.name} has no effect here: {why.reason}", mend)


def has_ad_sets(document: Document) -> bool:
    """Whether its ad sets are written: the one of the short form has no key of its own."""
    main = ("ad_sets", "main")
    return main not in document.values or document.keys.get(main, document.values[main]) != document.values[main]


def _taken_over(scope: Scope, path: KeyPath, ad_set: AdSetSpec, word: Word, origin: Origin) -> Idle | None:
    """Why none of the ads takes the word of their ad set over."""
    if not word.to_ads or not ad_set.ads:
        return None
    goal = GOALS.get(str(scope.spec.objective), {}).get(str(ad_set.optimization_goal))
    if word.name == "page" and goal is not None and goal.promotes == "page":
        return None
    origins = [scope.document.values.get((*path, "ads", key, word.name)) for key in ad_set.ads]
    # An ad of the file may well say its own in place of a template's.
    overridden = all(each != origin and each is not None and each.file == origin.file for each in origins)
    return Idle("each ad says its own") if overridden else None


def two_catalogs(scope: Scope) -> Iterator[Problem]:
    """A campaign is tied to one catalogue, so ad sets that promote product sets name the same."""
    named = [
        (path, ad_set.catalog or scope.account.catalog)
        for path, ad_set in scope.ad_sets()
        if "product_set_id" in (ad_set.promoted_object or {})
    ]
    for path, catalog in named[1:]:
        if catalog != named[0][1]:
            mend = "write one catalog for all, or make it another campaign"
            yield scope.problem((*path, "catalog"), "a second catalog: a campaign is tied to one", mend)


def two_starts(scope: Scope) -> Iterator[Problem]:
    """`status: ACTIVE` beside times: the one says now and for ever, the others when."""
    for path, _, level in scope.levels():
        times = [name for name in (START, END) if getattr(level, name) is not None]
        if level.status == "ACTIVE" and times:
            said = f"status: ACTIVE starts it at once and never ends it: {' and '.join(times)} would have no effect"
            yield scope.problem((*path, "status"), said, _without_status(times))


def _without_status(times: list[str]) -> str:
    if START in times:
        return f"remove status: ACTIVE; {START} turns it on"
    return f"remove status: ACTIVE, and write {START} with the moment at which it starts"


def held_times(scope: Scope) -> Iterator[Problem]:
    """Warnings: a hold of a lower layer stands over times, and nobody should wait for a launch in vain."""
    document = scope.document

    def rank(origin: Origin) -> int:
        return 0 if origin.file == PROJECT_FILE else 2 if origin.file == document.origin(()).file else 1

    for path, _, level in scope.levels():
        if level.status not in ("PAUSED", "ARCHIVED") or level.activate_at is None:
            continue
        status, start = document.values.get((*path, "status")), document.values.get((*path, START))
        if status is not None and start is not None and rank(status) < rank(start):
            said = f"status: {level.status} at {status} holds it: this time turns nothing on"
            yield Problem(start, said, f"remove the hold there, or write status: ~ beside {START}")
