"""The fields of a targeting spec that Meta's SDK types, by the shape of their value.

Plain data, because the SDK is slow to import and only `meta/` may. The conformance test compares it with the installed
SDK, and prints what to write where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NUMBER = """
    age_max age_min
"""
_NUMBERS = """
    age_range college_years education_statuses genders interested_in locales political_views relationship_statuses
    user_event
"""
_FLAG = """
    direct_install_devices instream_video_skippable_excluded is_whatsapp_destination_ad user_age_unknown
"""
_TEXT = """
    adgroup_id alternate_auto_targeting_option app_install_state fb_deal_id install_state_application radius
    targeting_optimization
"""
_MAPPING = """
    catalog_based_targeting excluded_geo_locations exclusions geo_locations prospecting_audience subscriber_universe
    targeting_automation targeting_relaxation_types
"""
_LIST = """
    audience_network_positions brand_safety_content_filter_levels connections countries country country_groups
    device_platforms dynamic_audience_ids effective_audience_network_positions
    effective_brand_safety_content_filter_levels effective_device_platforms effective_facebook_positions
    effective_instagram_positions effective_messenger_positions effective_publisher_platforms
    effective_threads_positions effective_whatsapp_positions engagement_specs exclude_reached_since
    excluded_brand_safety_content_types excluded_connections excluded_dynamic_audience_ids excluded_engagement_specs
    excluded_mobile_device_model excluded_product_audience_specs excluded_publisher_categories
    excluded_publisher_list_ids excluded_user_device facebook_positions flexible_spec friends_of_connections
    instagram_positions keywords messenger_positions place_page_set_ids product_audience_specs publisher_platforms
    site_category threads_positions user_device user_os whatsapp_positions wireless_carrier zips
"""
_NAMED = """
    behaviors cities contextual_targeting_categories custom_audiences education_majors education_schools
    ethnic_affinity excluded_custom_audiences family_statuses generation home_ownership home_type home_value
    household_composition income industries interests life_events moms net_worth office_type politics regions
    user_adclusters work_employers work_positions
"""

SHAPES: Mapping[str, str] = {
    name: shape
    for shape, names in {
        "number": _NUMBER,
        "numbers": _NUMBERS,
        "flag": _FLAG,
        "text": _TEXT,
        "mapping": _MAPPING,
        "list": _LIST,
        "named": _NAMED,
    }.items()
    for name in names.split()
}
"""Field of a targeting spec → shape; a list of whole numbers is `numbers`, one of things that have ids `named`."""

_GEO = """
    cities countries country_groups custom_locations electoral_districts geo_markets large_geo_areas
    location_cluster_ids location_types medium_geo_areas metro_areas neighborhoods places political_districts
    regions small_geo_areas subcities subneighborhoods zips
"""
_FLEXIBLE = """
    behaviors college_years connections custom_audiences education_majors education_schools education_statuses
    ethnic_affinity family_statuses friends_of_connections generation home_ownership home_type home_value
    household_composition income industries interested_in interests life_events moms net_worth office_type politics
    relationship_statuses user_adclusters work_employers work_positions
"""
_AUTOMATION = """
    advantage_audience creative_audience_pairing individual_setting shared_audiences value_expression
"""

PARTS: Mapping[str, frozenset[str]] = {
    "geo_locations": frozenset(_GEO.split()),
    "excluded_geo_locations": frozenset(_GEO.split()),
    "flexible_spec": frozenset(_FLEXIBLE.split()),
    "exclusions": frozenset(_FLEXIBLE.split()),
    "targeting_automation": frozenset(_AUTOMATION.split()),
}
"""Field of a targeting spec → what the mapping there, or each of its mappings, may hold."""


OF_PLACES = frozenset({"location_types"})
"""What geo_locations holds besides places: how people are there."""


def is_place(name: str) -> bool:
    """Whether a key of geo_locations says where ads run. One that is not known here may: Meta adds up what it finds."""
    return name not in OF_PLACES


def says_where(targeting: Mapping[str, Any] | None) -> bool:
    """Whether a targeting spec has any key of geo_locations that says where ads run."""
    places = (targeting or {}).get("geo_locations")
    return isinstance(places, Mapping) and any(map(is_place, places))


def is_read_only(name: str) -> bool:
    """Whether Meta alone says it: what comes of the spec beside the account's own settings, new at every read."""
    return name.startswith("effective_") or name == "dt_consolidation_state"
