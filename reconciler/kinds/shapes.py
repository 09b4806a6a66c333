"""In which shapes an ad set's placements show its ads. Pure; the positions are the Marketing API's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FEED, STORY = "feed", "story"

POSITIONS: Mapping[str, Mapping[str, frozenset[str]]] = {
    FEED: {
        "facebook": frozenset({"feed", "profile_feed", "marketplace", "video_feeds", "search", "right_hand_column"}),
        "instagram": frozenset({"stream", "explore", "explore_home", "profile_feed", "ig_search"}),
        "threads": frozenset({"threads_stream"}),
    },
    STORY: {
        "facebook": frozenset({"story", "facebook_reels", "facebook_reels_overlay"}),
        "instagram": frozenset({"story", "reels", "profile_reels"}),
        "messenger": frozenset({"story"}),
    },
}
"""Those of each platform. A platform without positions in the targeting has all of them."""


def shapes(targeting: Mapping[str, Any]) -> frozenset[str]:
    """Without platforms Meta chooses, so all shapes; none where the ads run elsewhere, as in people's apps."""
    platforms = targeting.get("publisher_platforms")
    return frozenset(
        shape
        for shape, positions in POSITIONS.items()
        if not platforms or any(_has(targeting, name, of) for name, of in positions.items() if name in platforms)
    )


def _has(targeting: Mapping[str, Any], platform: str, positions: frozenset[str]) -> bool:
    chosen = targeting.get(f"{platform}_positions")
    return not chosen or bool(positions & set(chosen))
