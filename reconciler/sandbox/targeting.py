"""The targeting spec: what Meta refuses and what it adds on the way in.

Every echo difference and subcode here is recorded. The sandbox always demands ``advantage_audience`` on
create (recorded "in many set-ups"), and keeps the former one when an update leaves it out (documented).
"""

from __future__ import annotations

import re
from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.params import filled, words
from reconciler.sandbox.regions import GROUPS
from reconciler.sandbox.world import Node

_AGE = re.compile(r"[0-9]{1,3}$")
_PLACES = (
    "countries", "country_groups", "regions", "cities", "zips", "geo_markets", "custom_locations", "places",
    "electoral_districts", "subcities", "neighborhoods", "location_cluster_ids",
)  # fmt: skip
_RESTRICTED = {"CU", "IR", "KP", "RU"}
# a position, and those of which one has to stand beside it (documented)
_BESIDE = {
    ("facebook_positions", "story"): (("facebook_positions", "feed"), ("instagram_positions", "story")),
    ("facebook_positions", "marketplace"): (("facebook_positions", "feed"),),
    ("facebook_positions", "search"): (("facebook_positions", "feed"),),
    ("facebook_positions", "profile_feed"): (("facebook_positions", "feed"),),
    ("facebook_positions", "notification"): (("facebook_positions", "feed"),),
    ("threads_positions", "threads_stream"): (("instagram_positions", "stream"),),
    ("whatsapp_positions", "status"): (("instagram_positions", "story"),),
}
_PLACEMENTS = (
    "publisher_platforms", "facebook_positions", "instagram_positions", "messenger_positions",
    "audience_network_positions", "threads_positions", "whatsapp_positions", "device_platforms",
)  # fmt: skip
# which of Meta's keys come back is recorded, the whole list of values is not
_EVERYWHERE = {
    "publisher_platforms": ("facebook", "instagram", "audience_network", "messenger"),
    "facebook_positions": (
        "feed", "right_hand_column", "marketplace", "story", "search", "instream_video", "facebook_reels",
    ),
}  # fmt: skip
_HOME = {"home", "recent"}
_LISTS = (
    "interests", "behaviors", "flexible_spec", "custom_audiences", "excluded_custom_audiences", "genders",
    "locales", "publisher_platforms", "facebook_positions", "instagram_positions", "messenger_positions",
    "audience_network_positions", "threads_positions", "whatsapp_positions", "device_platforms", "user_os",
    "user_device",
)  # fmt: skip
_AUDIENCES = ("custom_audiences", "excluded_custom_audiences")


def stored(ctx: Context, account: str, sent: Any, former: dict[str, Any] | None) -> dict[str, Any]:
    """The whole spec replaces the former one (recorded)."""
    spec = filled(sent) if isinstance(sent, dict) else {}
    spec = {key: value for key, value in spec.items() if not key.startswith("effective_")}
    _shapes(spec)
    if "targeting_optimization" in spec:
        raise GraphError("targeting_optimization", blame=["targeting", "targeting_optimization"])
    spec["geo_locations"] = _locations(spec)
    automation = _automation(spec, former)
    _ages(spec, automation)
    _placements(spec)
    _retired(ctx, spec)
    for key in _AUDIENCES:
        if key in spec:
            spec[key] = _audiences(ctx, account, spec[key])
    return _with_additions(filled(spec), automation)


def _shapes(spec: dict[str, Any]) -> None:
    for key in _LISTS:
        if key in spec and not isinstance(spec[key], list):
            raise GraphError("bad_targeting", field=key, blame=["targeting", key])
    for key in ("geo_locations", "excluded_geo_locations", "targeting_automation", "exclusions"):
        if key in spec and not isinstance(spec[key], dict):
            raise GraphError("bad_targeting", field=key, blame=["targeting", key])


def _locations(spec: dict[str, Any]) -> dict[str, Any]:
    geo = dict(spec.get("geo_locations") or {})
    places = {key: geo[key] for key in _PLACES if key in geo}
    if not places:
        raise GraphError("no_location", blame=["targeting", "geo_locations"])
    if not all(found and isinstance(found, list) for found in places.values()):
        raise GraphError("bad_targeting", field="geo_locations", blame=["targeting", "geo_locations"])
    countries = geo.get("countries", [])
    known = words("campaign", "SpecialAdCategoryCountry")
    if not all(isinstance(one, str) and one in known for one in countries):
        raise GraphError("bad_targeting", field="geo_locations", blame=["targeting", "geo_locations"])
    _restricted(places)
    _overlaps(places, countries)
    types = geo.get("location_types", list(_HOME))
    if not isinstance(types, list) or {str(one) for one in types} != _HOME:
        raise GraphError("location_types", blame=["targeting", "geo_locations", "location_types"])
    # What Meta reads back since 2026 is not what was sent, and is refused where it is sent back.
    read = ["frequently_in", "home", "recent"] if "location_types" in geo else ["frequently_in", "home"]
    return {**geo, "location_types": read}


def _restricted(places: dict[str, Any]) -> None:
    """Which countries these are is folk, but for Russia (announced in March 2022)."""
    found = [place.get("country") if isinstance(place, dict) else place for each in places.values() for place in each]
    if closed := _RESTRICTED & {one for one in found if isinstance(one, str)}:
        raise GraphError("restricted_location", country=min(closed))


def _overlaps(places: dict[str, Any], countries: list[str]) -> None:
    for key, found in places.items():
        for place in found:
            if isinstance(place, dict) and place.get("country") in countries and countries:
                raise GraphError("overlapping_location", data='{"blame_field":"targeting"}', where=key)


def _automation(spec: dict[str, Any], former: dict[str, Any] | None) -> dict[str, Any]:
    automation = dict(spec.get("targeting_automation") or {})
    flag = automation.get("advantage_audience")
    if flag is None and former is not None:
        flag = former.get("targeting_automation", {}).get("advantage_audience")
    if flag is None:
        raise GraphError("flag_required", blame=["targeting", "targeting_automation", "advantage_audience"])
    if str(flag).lower() not in ("0", "1", "true", "false"):
        raise GraphError("flag_invalid", blame=["targeting", "targeting_automation"])
    automation["advantage_audience"] = int(str(flag).lower() in ("1", "true"))
    return automation


def _ages(spec: dict[str, Any], automation: dict[str, Any]) -> None:
    for key, lowest, highest in (("age_min", 13, 65), ("age_max", 13, 65)):
        age = spec.get(key)
        if age is None:
            continue
        if not _AGE.match(str(age)) or not lowest <= int(age) <= highest:
            raise GraphError("bad_targeting", field=key, blame=["targeting", key])
        spec[key] = int(age)
    if spec.get("age_min", 18) > spec.get("age_max", 65):
        raise GraphError("bad_targeting", field="age_max", blame=["targeting", "age_max"])
    if automation["advantage_audience"] == 1:
        if spec.get("age_min", 18) > 25:
            raise GraphError("age_min_high", blame=["targeting", "age_min"])
        if spec.get("age_max", 65) < 65:
            raise GraphError("age_max_low", blame=["targeting", "age_max"])


def _placements(spec: dict[str, Any]) -> None:
    if "video_feeds" in spec.get("facebook_positions", []):
        raise GraphError("video_feeds", blame=["targeting", "facebook_positions"])
    if "explore" in spec.get("instagram_positions", []):
        raise GraphError("explore", blame=["targeting", "instagram_positions"])
    if "messenger_positions" in spec:
        # retired, and dropped without a word (documented)
        spec["messenger_positions"] = [one for one in spec["messenger_positions"] if one != "story"]
    _beside(spec)


def _beside(spec: dict[str, Any]) -> None:
    platforms = set(map(str, spec.get("publisher_platforms") or []))
    for alone, other in (("audience_network", "another platform"), ("threads", "instagram")):
        if platforms == {alone}:
            blame = ["targeting", "publisher_platforms"]
            raise GraphError("lonely_placement", position=alone, others=other, blame=blame)
    for (key, position), others in _BESIDE.items():
        if position in (spec.get(key) or []) and not any(_placed(spec, *one) for one in others):
            said = " or ".join(one for _, one in others)
            raise GraphError("lonely_placement", position=position, others=said, blame=["targeting", key])


def _placed(spec: dict[str, Any], key: str, position: str) -> bool:
    """A platform without positions means all of them (documented)."""
    platforms = spec.get("publisher_platforms") or [key.removesuffix("_positions")]
    return key.removesuffix("_positions") in platforms and position in (spec.get(key) or [position])


def _retired(ctx: Context, spec: dict[str, Any]) -> None:
    """Retired interests vanish without a word (documented)."""
    gone = set(ctx.settings["retired_interests"])
    for one in (spec, *spec.get("flexible_spec", [])) if gone else ():
        if isinstance(one, dict) and isinstance(one.get("interests"), list):
            one["interests"] = [i for i in one["interests"] if not (isinstance(i, dict) and i.get("id") in gone)]


def _audiences(ctx: Context, account: str, sent: list[Any]) -> list[dict[str, Any]]:
    echoed = []
    for one in sent:
        if not isinstance(one, dict) or "id" not in one:
            raise GraphError("bad_targeting", field="custom_audiences", blame=["targeting", "custom_audiences"])
        if "name" in one:
            raise GraphError("audience_with_name", blame=["targeting", "custom_audiences"])
        audience = ctx.world.get(str(one["id"]), "audience")
        if audience is None or audience.account != account or audience.hidden.get("deleted"):
            raise GraphError("audience_gone", id=one["id"], blame=["targeting", "custom_audiences"])
        echoed.append({"id": audience.id, "name": audience.data["name"]})
    return echoed


def echoed(ctx: Context, node: Node) -> Any:
    """Who chose no placements has been seen to read all of them (recorded), and to read none (folk). Its keys are
    alphabetical at every depth (recorded), those of other structures are as they were sent."""
    spec = node.data.get("targeting")
    if spec:
        spec = {**spec, _EFFECTIVE: _strictest(spec, ctx.settings["inventory_filter"])}
    if not spec or not ctx.settings["echo_placements"] or any(key in spec for key in _PLACEMENTS):
        return _alphabetical(spec)
    return _alphabetical({**spec, **{key: list(value) for key, value in _EVERYWHERE.items()}})


_EFFECTIVE = "effective_brand_safety_content_filter_levels"
_STRICTNESS = ("RELAXED", "STANDARD", "STRICT")


def _strictest(spec: dict[str, Any], accounts: list[str]) -> list[str]:
    """Of each place the most conservative of the account's level and the ad set's own (documented)."""
    found: dict[str, str] = {}
    for level in (*spec.get("brand_safety_content_filter_levels", []), *accounts):
        place, _, strictness = str(level).rpartition("_")
        if strictness in _STRICTNESS:
            found[place] = max(found.get(place, "RELAXED"), strictness, key=_STRICTNESS.index)
    return [f"{place}_{strictness}" for place, strictness in found.items()]


def _alphabetical(value: Any) -> Any:
    if isinstance(value, list):
        return [_alphabetical(one) for one in value]
    return {key: _alphabetical(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def _with_additions(spec: dict[str, Any], automation: dict[str, Any]) -> dict[str, Any]:
    spec.setdefault("age_min", 18)
    spec.setdefault("age_max", 65)
    spec.setdefault("age_range", [spec["age_min"], spec["age_max"]])
    if automation["advantage_audience"] == 1:
        automation.setdefault("individual_setting", {"age": 1, "gender": 1})
    spec["targeting_automation"] = automation
    spec["targeting_optimization"] = "expansion_all"
    spec.setdefault("brand_safety_content_filter_levels", ["FACEBOOK_STANDARD", "AN_STANDARD"])
    spec.setdefault("targeting_relaxation_types", {"lookalike": 0, "custom_audience": 0})
    spec.setdefault("user_age_unknown", True)
    return spec


def countries(spec: dict[str, Any]) -> set[str]:
    """Every country that the locations lie in, as far as the spec tells."""
    geo = spec.get("geo_locations", {})
    found = set(geo.get("countries", []))
    for group in geo.get("country_groups", []):
        found |= GROUPS.get(str(group), set())
    for key in ("regions", "cities", "zips", "custom_locations", "geo_markets", "places"):
        for place in geo.get(key, []):
            if isinstance(place, dict) and (place.get("country") or ":" in str(place.get("key"))):
                found.add(str(place.get("country") or str(place["key"]).partition(":")[0]))
    excluded = spec.get("excluded_geo_locations", {})
    return found - set(excluded.get("countries", []))
