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
    "Product Set ID", "Object Store URL", "Excluded Countries", "Excluded Zip", "Location Types", "Flexible Inclusions",
    "Flexible Exclusions", "Advantage Audience", "Individual Setting", "Age Range", "Targeting Relaxation",
    "WhatsApp Positions", "User Device", "User Operating System", "Brand Safety Inventory Filtering Levels",
    "Attribution Spec", "Use Accelerated Delivery", "Beneficiary", "Payer", "Regional Regulated Categories",
    "Optimize text per person", "Video ID", "Video File Name", "Instagram Account ID (New)", "Call to Action Link",
    "Lead Form ID", "Ad Start Time", "Ad Stop Time",
)  # fmt: skip
"""Columns that the template lacks and the full export has: they hold what we declare beyond the template."""

OF_ACCOUNT = ("Account ID", "Currency", "Time Zone", "Exported")
"""Ours, after Ads Manager's: whose sheet it is, and of what. A report has such names, too, so they make no row the row
of headers."""

WRITTEN = (*TEMPLATE, *FROM_FULL_EXPORT, *OF_ACCOUNT)


def _numbered(form: str, last: int) -> tuple[str, ...]:
    return tuple(form.format(at) for at in range(1, last + 1))


_OF_AN_AD_WITH_SEVERAL = (
    "Language {}", "Title {}", "Title {} Placement", "Body {}", "Body {} Placement", "Link {}", "Display Link {}",
    "Link {} Placement", "Link Description {}", "Image {} Hash", "Image {} Crops", "Image {} Customization",
    "Image {} Placement", "Video {} ID", "Video {} Thumbnail URL", "Video {} Customization", "Video {} Placement",
    "Call To Action {}", "Dynamic Creative Call To Action Type {}", "Dynamic Creative Lead Gen Form ID {}",
)  # fmt: skip
_OF_A_CARD = (
    "Link", "Name", "Description", "Marketing Message - Description", "Image Hash", "Image Crops", "Video ID",
    "Call To Action Link", "Mobile App Deep Link", "Display Link", "Place Data", "Is Static Card",
)  # fmt: skip
_OF_A_LAYER = (
    "layer_type", "image_source", "overlay_shape", "text_font", "shape_color", "text_color", "content_type", "price",
    "low_price", "high_price", "frame_source", "frame_image_hash", "scale", "blending_mode", "opacity",
    "overlay_position", "pad_image", "crop_image",
)  # fmt: skip
_OF_A_MESSAGE = (
    "Primary Text", "Auto Reply - Body Text", "Auto Reply - Image Hash", "Auto Reply - Video ID",
    *(f"Auto Reply - Button 1 - {part}" for part in ("Text", "Type", "URL")),
    *(
        f"Button {at} - {part}"
        for at in (1, 2)
        for part in (
            "Button Text", "Type", "Response Text", "Image Hash", "Video ID", "Video Thumbnail URL",
            "Call to Action Button - Type", "Call to Action Button - Text", "Call to Action Button - URL",
        )
    ),
)  # fmt: skip
_OF_AN_APP = (
    "Android App Name", "Android Package Name", "Deep Link For Android", "Facebook App ID", "iOS App Name",
    "iOS App Store ID", "Deep Link For iOS", "iPad App Name", "iPad App Store ID", "Deep Link For iPad",
    "iPhone App Name", "iPhone App Store ID", "Deep Link For iPhone", "Deep link to website", "Windows Store ID",
    "Windows App Name", "Deep Link For Windows Phone", "App Destination", "App Destination Page ID",
)  # fmt: skip

UNWRITTEN = (
    "Creation Package Config ID", "Campaign Page ID", "Buy With Prime Type", "Buy With Integration Partner",
    "Is Budget Scheduling Enabled For Campaign", "Campaign High Demand Periods", "Ad Set Lifetime Impressions",
    "Is Budget Scheduling Enabled For Ad Set", "Ad Set High Demand Periods", "Rate Card", "Ad Set Schedule",
    "Frequency Control", "Link Object Type", "Optimized Pixel Rule", "Place Page Set ID", "Offer ID",
    "Offline Event Data Set ID", "Automatically Set Bid", "Use Average Bid",
    *(
        f"{mark}{place}"
        for mark in ("", "Excluded ")
        for place in ("Cities", "Regions", "Addresses", "Electoral Districts", "Geo Markets (DMA)")
    ),
    "Location Set IDs", "Fields of Study", "Education Schools", "Work Job Titles", "Work Employers",
    "Family Statuses", "Industries", "Life Events", "Politics", "Income", "Net Worth", "Home Type", "Home Ownership",
    "Home Value", "Multicultural Affinity", "Generation", "Household Composition", "Moms", "Office Type", "Behaviors",
    "Site Category", "Unified Interests", "Excluded User AdClusters", "Targeting Categories - ALL OF",
    "Targeting Optimization", "Product Audience Specs", "Excluded Product Audience Specs",
    "Targeted Business Locations", "Dynamic Audiences", "Excluded Dynamic Audiences", "Excluded User Device",
    "User OS Version", "Wireless Carrier", "Excluded Publisher Categories", "Preview Link", "Instagram Preview Link",
    "Dynamic Creative Ad Format", "Automatic Format", "Default Language", "Autotranslated Languages",
    "Title Placement", "Body Placement", "Link Placement", "Retailer IDs", "Post Click Item Headline",
    "Post Click Item Description", "Conversion Tracking Pixels", "Optimized Ad Creative", "Image Crops",
    "Image Customization", "Image Placement", "Video Thumbnail URL", "Video Customization", "Video Placement",
    *(f"Instagram Platform Image {part}" for part in ("Hash", "Crops", "URL")),
    "Carousel Delivery Mode", "View Tags", "Event ID", "Mobile App Deep Link", "Product Link", "App Link Destination",
    "Call Extension Phone Data ID", "Call to Action WhatsApp Number", "Additional Custom Tracking Specs",
    "Video Retargeting", "Permalink", "Force Single Link", "Format Option", "Dynamic Ad Voice", "Template URL",
    "Add End Card", "Dynamic Ads Ad Context", "Page Welcome Message", "Use Page as Actor", "Product Sales Channel",
    "Dynamic Creative Lead Form ID", "Dynamic Creative Call to Action", "Dynamic Creative Additional Optimizations",
    "Degrees of Freedom Type", "Creative Destination Type", "Creative Onsite Destinations", "Mockup ID",
    "Text Transformations", *_OF_AN_APP,
    *(f"Marketing Message {part}" for part in _OF_A_MESSAGE),
    *(f"Image Overlay {part}" for part in ("Template", "Text Type", "Text Font", "Position", "Theme Color",
                                           "Float With Margin")),
    *(f"Image Layer {at} - {part}" for at in (1, 2, 3) for part in _OF_A_LAYER),
    *(name for form in _OF_AN_AD_WITH_SEVERAL for name in _numbered(f"Additional {form}", 9)),
    *(name for part in _OF_A_CARD for name in _numbered(f"Product {{}} - {part}", 10)),
)  # fmt: skip
"""The rest of what Ads Manager's full export may have: nothing of ours goes into them. What is more than nothing there
(`nothing.py`) is refused, or listed."""

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


KNOWN = {plain_name(name): name for name in (*UNWRITTEN, *WRITTEN, *OTHER_NAMES)}


NEAR = 0.88
"""How alike a header is to the name of a column that it misspells: `Campaign Daily Budgt`."""


def nearest(header: str) -> str:
    """The column whose name a header may be meant as; "" where none is like it."""
    near = get_close_matches(plain_name(header), KNOWN, n=1, cutoff=NEAR)
    return column_of(near[0]) if near else ""


def is_other_name(header: str) -> bool:
    """Whether it is what another age of Ads Manager calls a column."""
    return plain_name(header) != plain_name(column_of(header))


def column_of(header: str) -> str:
    """The name that it has here; as it stands where nothing here has it."""
    found = KNOWN.get(plain_name(header), header.strip())
    return OTHER_NAMES.get(found, found)
