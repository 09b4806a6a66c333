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

__all__ = ["KINDS", "Api", "Kind", "OnChange"]
