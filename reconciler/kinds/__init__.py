"""One file a resource kind. `KINDS` is the list: a new kind is one file and one line here."""

from __future__ import annotations

from reconciler.kinds import audience, lead_form
from reconciler.kinds.base import BUDGETS, Api, Kind, OnChange
from reconciler.kinds.creative import creative, image, video
from reconciler.kinds.delivery import ad, ad_set, campaign
from reconciler.kinds.wire import MINOR_UNITS, TIME, Codec

KINDS: dict[str, Kind] = {
    "video": video.KIND,
    "image": image.KIND,
    "creative": creative.KIND,
    "campaign": campaign.KIND,
    "ad_set": ad_set.KIND,
    "ad": ad.KIND,
    "audience": audience.KIND,
    "lead_form": lead_form.KIND,
}


def _of(codec: Codec) -> frozenset[str]:
    return frozenset(name for kind in KINDS.values() for name, api in kind.fields.items() if api.codec is codec)


MONEY_FIELDS, TIME_FIELDS = _of(MINOR_UNITS), _of(TIME)

SPENDS = frozenset({"status", *BUDGETS})
"""What decides whether and how much is spent; of these Meta's log knows each event by its type."""

__all__ = ["BUDGETS", "KINDS", "MONEY_FIELDS", "SPENDS", "TIME_FIELDS", "Api", "Kind", "OnChange"]
