"""The names of columns, as Ads Manager's bulk template (114 columns, in this order) and its full export have them."""

from __future__ import annotations

import re
from difflib import get_close_matches

_PLACES = (
    "Large Geo Areas", "Medium Geo Areas", "Small Geo Areas", "Metro Areas", "Subcities", "Neighborhoods",
    "Subneighborhoods",
)  # fmt: skip
_PEOPLE = (
    ("Beneficiary", "financial ads in Taiwan"),
    ("Beneficiary", "Taiwan"),
    ("Beneficiary", "financial ads in Australia"),
    ("Beneficiary", "Singapore"),
)
_MORE_PEOPLE = (("Beneficiary", "securities ads in India"), ("Beneficiary", "selected locations"))


def _both(people: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"{role} ({place})" for _, place in people for role in ("Beneficiary", "Payer"))


TEMPLATE = (
    "Campaign ID", "Campaign Name", "Campaign Status", "Special Ad Categories", "Special Ad Category Country",
    "Campaign Objective", "Buying Type", "Campaign Spend Limit", "Campaign Daily Budget", "Campaign Lifetime Budget",
    "Campaign Bid Strategy", "Tags", "Campaign Is Using L3 Schedule", "Campaign Start Time", "Campaign Stop Time",
    "Ad Set ID", "Ad Set Run Status", "Ad Set Name", "Ad Set Time Start", "Ad Set Time Stop", "Ad Set Daily Budget",
    "Ad Set Lifetime Budget", "Link Object ID", "Link", "Application ID", "Countries", "Global Regions",
    "Excluded Global Regions", "Cities", "Regions", "Zip", "Gender", "Age Min", "Age Max", "Education Status",
    "College Start Year", "College End Year", "Interested In", "Relationship", "Connections", "Excluded Connections",
    "Friends of Connections", "Locales", "Broad Category Clusters", "Custom Audiences", "Excluded Custom Audiences",
    "Location Cluster IDs", "Excluded Location Cluster IDs", "Publisher Platforms", "Device Platforms",
    "Facebook Positions", "Instagram Positions", "Messenger Positions", "Oculus Positions",
    "Audience Network Positions", "Optimization Goal", "Billing Event", "Bid Amount", "Ad Set Bid Strategy",
    *_both(_PEOPLE), "Minimum ROAS", "Ad Set Minimum Spend Limit", "Ad Set Maximum Spend Limit", *_both(_MORE_PEOPLE),
    *(f"{mark}{place}" for place in _PLACES for mark in ("", "Excluded ")),
    "Ad ID", "Ad Status", "Ad Name", "Title", "Body", "Link Description", "Display Link", "Image Hash",
    "Creative Type", "URL Tags", "Image File Name", "Creative Optimization",
    *(f"Product {at} - {part}" for at in (1, 2, 3) for part in ("Link", "Name", "Description", "Image Hash")),
    "Call to Action", "Story ID",
)  # fmt: skip

FROM_FULL_EXPORT = (
    "Product Catalog ID", "New Objective", "Destination Type", "Use Dynamic Creative",
    "Optimized Conversion Tracking Pixels", "Optimized Custom Conversion ID", "Optimized Event", "Custom Event Name",
    "Product Set ID", "Object Store URL", "Excluded Countries", "Location Types", "Flexible Inclusions",
    "Flexible Exclusions", "Advantage Audience", "WhatsApp Positions", "User Device", "User Operating System",
    "Attribution Spec", "Beneficiary", "Payer", "Regional Regulated Categories", "Video ID", "Video File Name",
    "Instagram Account ID (New)", "Call to Action Link", "Lead Form ID", "Ad Start Time", "Ad Stop Time",
)  # fmt: skip
"""Columns that the template lacks and the full export has: they hold what we declare beyond the template."""

OF_ACCOUNT = ("Account ID", "Currency", "Time Zone", "Exported")
"""Ours, after Ads Manager's: whose sheet it is, and of what. A report has such names, too, so they make no row the row
of headers."""

WRITTEN = (*TEMPLATE, *FROM_FULL_EXPORT, *OF_ACCOUNT)

OTHER_NAMES = {
    **{f"Advertiser{name.removeprefix('Beneficiary')}": name for name in TEMPLATE if name.startswith("Beneficiary")},
    "Instagram Account ID": "Instagram Account ID (New)",
    "Ad Set Status": "Ad Set Run Status",
    "Call To Action": "Call to Action",
}
"""What newer templates, or older exports, call a column."""


def plain_name(header: str) -> str:
    """A header without what differs from file to file: capitals, spaces, a `*` for required ones."""
    return re.sub(r"\s+", " ", header.replace("*", " ").replace("\ufeff", "")).strip().casefold()


KNOWN = {plain_name(name): name for name in (*WRITTEN, *OTHER_NAMES)}


NEAR = 0.88
"""How alike a header is to the name of a column that it misspells: `Campaign Daily Budgt`."""


def nearest(header: str) -> str:
    """The column whose name a header may be meant as; "" where none is like it."""
    near = get_close_matches(plain_name(header), KNOWN, n=1, cutoff=NEAR)
    return column_of(near[0]) if near else ""


def column_of(header: str) -> str:
    """The name that it has here; as it stands where nothing here has it."""
    found = KNOWN.get(plain_name(header), header.strip())
    return OTHER_NAMES.get(found, found)
