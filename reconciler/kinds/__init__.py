"""One file a resource kind. `KINDS` is the list: a new kind is one file and one line here."""

from __future__ import annotations

from reconciler.kinds import ad, ad_set, campaign, creative, image, video
from reconciler.kinds.base import Api, Kind, OnChange

KINDS: dict[str, Kind] = {
    "video": video.KIND,
    "image": image.KIND,
    "creative": creative.KIND,
    "campaign": campaign.KIND,
    "ad_set": ad_set.KIND,
    "ad": ad.KIND,
}

BUDGETS = ("daily_budget", "lifetime_budget")
"""Fields that say how much may be spent; a resource has one of them, or none."""

__all__ = ["BUDGETS", "KINDS", "Api", "Kind", "OnChange"]
