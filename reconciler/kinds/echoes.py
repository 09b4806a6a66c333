"""What Meta adds by itself to a field that is sent whole: one row a path, with the value that Meta's default has.

From replies of live accounts, 2017 to 2026. A value that is not Meta's default is somebody's choice: `age_min: 30` that
nobody declared is an addition, `age_min: 18` is none. A path names the items of a list by `[]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from reconciler.kinds.creative.features import default_of

Echo = Callable[[Any, Any], bool]
"""Of the value and of what it stands in: whether Meta writes that by itself."""

INDEX = re.compile(r"\[\d+\]")

YOUNGEST, OLDEST = 18, 65
PLACES_OF_PEOPLE = frozenset({"home", "recent", "frequently_in"})
"""Nobody can choose among them any more. Meta reads back `frequently_in`, which it takes from nobody, for what was sent
as home and recent, and for what was sent without."""

EVERYWHERE: Mapping[str, frozenset[str]] = {
    "publisher_platforms": frozenset({"facebook", "instagram", "audience_network", "messenger"}),
    "facebook_positions": frozenset(
        {"feed", "right_hand_column", "marketplace", "story", "search", "instream_video", "facebook_reels"}
    ),
    "device_platforms": frozenset({"mobile", "desktop"}),
}
"""Who chose no placements has read all of them; a list may have grown since."""

DESCRIBED = frozenset({"name", "country", "country_name", "region", "region_id", "primary_city", "primary_city_id"})
"""Of an item that is known by its id, its key or its coordinates: what Meta says of it."""

IDENTITIES = ("id", "key", "latitude")


def _is(*values: Any) -> Echo:
    return lambda value, inside: any(value == one and type(value) is type(one) for one in values)


def _all_of(words: frozenset[str]) -> Echo:
    return lambda value, inside: _words(value) >= words


def _among(words: frozenset[str]) -> Echo:
    return lambda value, inside: bool(_words(value)) and _words(value) <= words


def _words(value: Any) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _range_of_its_ages(value: Any, inside: Any) -> bool:
    """The two ages are compared themselves."""
    ages = [inside.get("age_min", YOUNGEST), inside.get("age_max", OLDEST)]
    return isinstance(value, list) and [str(age) for age in value] == [str(age) for age in ages]


def _anything(value: Any, inside: Any) -> bool:
    return True


def _view_of_a_film(value: Any, inside: Any) -> bool:
    return isinstance(value, list) and all(
        one == {"event_type": "ENGAGED_VIDEO_VIEW", "window_days": 1} for one in value
    )


FILTERS_BY_DEFAULT = (
    frozenset({"FACEBOOK_STANDARD", "AN_STANDARD"}),
    frozenset({"FACEBOOK_RELAXED", "AN_RELAXED"}),
    frozenset({"FACEBOOK_RELAXED", "AN_RELAXED", "FEED_RELAXED"}),
)


def _filter_by_default(value: Any, inside: Any) -> bool:
    """The inventory of whoever has chosen none. Replies of live accounts have the whole of one level: the standard one
    until 2024, the relaxed one in 345 of 360 ad sets of 2026. Levels that differ, a part of them, or the strict one are
    somebody's choice. What the account as a whole demands is read under another name."""
    return _words(value) in FILTERS_BY_DEFAULT


ON, NO = (1, "1", True), (0, "0", False)


def _suggestions(value: Any, inside: Any) -> bool:
    """Which of age and gender are suggestions that delivery may go beyond, each 0 or 1.

    With Advantage+ audience replies of live accounts, 2025 to 2026, have both as 1. Without it a 1 is somebody's choice
    (Ads Manager makes it for whoever turns that off there): Meta refuses an `age_max` below 65 beside it (100/1870189).
    0 is what Ads Manager's scripts of 2026 write for none, and what they take a missing one for. No public reply has
    both as 0 where nobody sent that; but then nobody is reached whom the ages do not let in.
    """
    if not isinstance(value, Mapping) or not isinstance(inside, Mapping):
        return False
    if inside.get("advantage_audience") in ON:
        return dict(value) == {"age": 1, "gender": 1}
    return bool(value) and all(one in NO for one in value.values())


ECHOES: Mapping[str, Echo] = {
    "targeting.geo_locations.location_types": _among(PLACES_OF_PEOPLE),
    "targeting.excluded_geo_locations.location_types": _among(PLACES_OF_PEOPLE),
    "targeting.age_min": _is(YOUNGEST, str(YOUNGEST)),
    "targeting.age_max": _is(OLDEST, str(OLDEST)),
    "targeting.age_range": _range_of_its_ages,
    "targeting.user_age_unknown": _is(True),
    "targeting.targeting_optimization": _is("expansion_all"),
    "targeting.targeting_automation.advantage_audience": _is(*NO),
    "targeting.targeting_automation.individual_setting": _suggestions,
    "targeting.brand_safety_content_filter_levels": _filter_by_default,
    "targeting.targeting_relaxation_types": _is(
        {"lookalike": 0, "custom_audience": 0}, {"lookalike": 1, "custom_audience": 1}
    ),
    **{f"targeting.{name}": _all_of(words) for name, words in EVERYWHERE.items()},
    "promoted_object.smart_pse_enabled": _is(False),
    "asset_feed_spec.optimization_type": _anything,
    "asset_feed_spec.reasons_to_shop": _is(False),
    "asset_feed_spec.shops_bundle": _is(False),
    "authorization_category": _is("NONE"),
    "contextual_multi_ads.eligibility": _anything,
    "contextual_multi_ads.enroll_status": _is("OPT_IN"),
    "degrees_of_freedom_spec.degrees_of_freedom_type": _anything,
    "destination_spec.destination_type": _is("WEBSITE"),
    "attribution_spec": _view_of_a_film,
}


def _standard_filter(value: Any, inside: Any) -> bool:
    return _words(value) == FILTERS_BY_DEFAULT[0]


UNWRITTEN: Mapping[str, Echo] = {**ECHOES, "targeting.brand_safety_content_filter_levels": _standard_filter}
"""What need not be written of what is live. The relaxed inventory is Meta's own in most ad sets and somebody's choice
in some: written, it is the same for both when the ad set is made anew."""


def is_echo(path: str, value: Any, inside: Any) -> bool:
    """Whether an addition at `path` is Meta's own."""
    row = ECHOES.get(INDEX.sub("[]", path))
    return row(value, inside) if row else _describes(path, inside) or _as_by_default(path, value)


FEATURES = "degrees_of_freedom_spec.creative_features_spec."


def _as_by_default(path: str, value: Any) -> bool:
    """An enhancement that stands as it does in a creative for which nobody has chosen it: Meta names others than those
    that were sent."""
    name = path.removeprefix(FEATURES)
    if name == path or "." in name or not isinstance(value, Mapping):
        return False
    return bool(value.get("enroll_status") == default_of(name))


def _describes(path: str, inside: Any) -> bool:
    if not path.startswith("targeting.") or not isinstance(inside, Mapping):
        return False
    return path.rpartition(".")[2] in DESCRIBED and any(name in inside for name in IDENTITIES)
