"""Mends of what was copied from a read of Meta's, and that nobody can set."""

from __future__ import annotations

from mends.case import Case, full

WHERE = "geo_locations: {countries: [MY]}"


def targeting(more: str) -> str:
    return full(f"targeting: {{{WHERE}{more}}}")


CASES = [
    Case(
        "remove it: Meta alone says it; what can be set is brand_safety_content_filter_levels",
        targeting(", effective_brand_safety_content_filter_levels: [FACEBOOK_STRICT]"),
        targeting(", brand_safety_content_filter_levels: [FACEBOOK_STRICT]"),
        said="8:51: effective_brand_safety_content_filter_levels is what Meta makes of all settings; nobody can set it",
    ),
    Case(
        "remove it: Meta alone says it",
        targeting(", publisher_platforms: [facebook], effective_publisher_platforms: [facebook]"),
        targeting(", publisher_platforms: [facebook]"),
    ),
    Case("remove it: Meta alone says it", targeting(", effective_oculus_positions: [x]"), targeting("")),
    Case("remove it: Meta alone says it", targeting(", dt_consolidation_state: x"), targeting("")),
]
