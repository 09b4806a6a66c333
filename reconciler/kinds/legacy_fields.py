"""The fields of an older tool's files: what is read, into which word of ours, and what may not be lost. Pure."""

from __future__ import annotations

import re

from reconciler.kinds.parameters import PARAMETERS
from reconciler.kinds.targeting_fields import SHAPES
from reconciler.model.document import KeyPath

MINOR, HUNDREDTHS = "minor", "hundredths"
CENTS = (MINOR, HUNDREDTHS)
"""What the older tool's "cents" are of a currency that has no hundredths at Meta."""

WORDS = {
    "name": ("name",),
    "daily_budget": ("daily_budget",),
    "status": ("status",),
    "activate_at": ("schedule", "activate_at"),
    "countries": ("geo_locations", "countries"),
    "pixel": ("pixel_id",),
    "page": ("page_id",),
    "video": ("video", "file_path"),
    "primary_text": ("primary_text",),
    "headline": ("headline",),
    "description": ("description",),
    "call_to_action": ("call_to_action",),
    "destination_url": ("destination_url",),
    "url_tags": ("url_parameters",),
    "existing": ("campaign_id",),
}
"""Our word → where the older tool has it."""
READ = frozenset({*WORDS.values(), ("client_account_id",), ("catalog_id",)})
DECIDING = frozenset({"geo_locations", "targeting", "schedule"})
"""What stands below these decides whom the ads reach or when they run."""
_DECIDING = re.compile(
    r"(^|_)(active|ages?|audiences?|bid|bids|budget|budgets|cap|deactivate|disabled|enabled|end"
    r"|exclude|excluded|excludes|genders?|interests?|languages?|paused|placements?|start|status|stop|targeting|until)(_|$)"
)
META = PARAMETERS["campaign"] | PARAMETERS["ad_set"]
"""What Meta calls the fields of a campaign and of an ad set."""
NEEDED = ("campaign_id", "client_account_id", "name", "daily_budget")
TEXTS = ("primary_text", "headline", "description", "call_to_action", "destination_url")
TEXT_PATHS = frozenset(WORDS[name] for name in ("name", *TEXTS))
OF_ACCOUNT = frozenset(
    "account_id client_name currency pixel_id page_id catalog_id domain beneficiary_id active".split()
)
ID = re.compile(r"[0-9]{1,30}")
MADE = {
    "campaign": re.compile(r"(meta_|fb_|facebook_)?campaign(_id)?"),
    "ad_set": re.compile(r"(meta_|fb_|facebook_)?ad_?set(_id)?"),
    "ad": re.compile(r"(meta_|fb_|facebook_)?ad(_id)?"),
}
"""How what it made is called in its campaigns.json."""


def decides(path: KeyPath) -> bool:
    """Whether a field that nothing reads has a name of Meta's for whom ads reach and what is spent, or one like it."""
    names = {str(step) for step in path}
    return bool(names & (DECIDING | SHAPES.keys() | META) or _DECIDING.search(str(path[-1])))
