"""Every column that says something of ours: of what level, where in YAML and how. One table for both ways."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconciler.kinds.delivery.sheet import cells
from reconciler.kinds.delivery.sheet.cells import CellCodec
from reconciler.kinds.delivery.sheet.names import OF_ACCOUNT

CAMPAIGN, AD_SET, AD = "campaign", "ad_set", "ad"
LEVELS = (CAMPAIGN, AD_SET, AD)


@dataclass(frozen=True)
class Column:
    """One that holds one value. `path` leads to it from its level, in the full form of YAML, and the same way among
    the fields of the resource."""

    name: str
    level: str
    path: tuple[str, ...]
    cell: CellCodec
    raw: bool = False
    """Whether YAML says it under `raw`, which is no part of `path`."""

    @property
    def yaml_path(self) -> tuple[str, ...]:
        return ("raw", *self.path) if self.raw else self.path


def _of(level: str, *columns: tuple[str, str, CellCodec]) -> tuple[Column, ...]:
    return tuple(Column(name, level, tuple(path.split(".")), cell) for name, path, cell in columns)


def _placements() -> tuple[tuple[str, str, CellCodec], ...]:
    positions = ("Facebook", "Instagram", "Messenger", "Oculus", "WhatsApp", "Audience Network")
    named = [
        (f"{one} Positions", f"targeting.{one.lower().replace(' ', '_')}_positions", cells.LOWER) for one in positions
    ]
    return (
        ("Publisher Platforms", "targeting.publisher_platforms", cells.LOWER),
        ("Device Platforms", "targeting.device_platforms", cells.LOWER),
        *named,
    )


IDENTITIES = {
    "financial ads in Taiwan": "taiwan_finserv",
    "Taiwan": "taiwan_universal",
    "financial ads in Australia": "australia_finserv",
    "Singapore": "singapore_universal",
    "securities ads in India": "india_finserv",
    "selected locations": "universal",
}
"""What stands behind Beneficiary and Payer → the beginning of Meta's names for the two."""


def _identities() -> tuple[Column, ...]:
    return tuple(
        Column(
            f"{role} ({place})",
            AD_SET,
            ("regional_regulation_identities", f"{prefix}_{role.lower()}"),
            cells.ident(),
        )
        for place, prefix in IDENTITIES.items()
        for role in ("Beneficiary", "Payer")
    )


ENHANCEMENTS = "degrees_of_freedom_spec"
TEXT_OPTIMIZATIONS = (ENHANCEMENTS, "creative_features_spec", "text_optimizations", "enroll_status")
"""What Ads Manager calls text improvements now: a text may stand as headline, text or description."""

COLUMNS = (
    *_of(
        CAMPAIGN,
        ("Campaign Name", "name", cells.TEXT),
        ("Campaign Objective", "objective", cells.OBJECTIVE),
        ("Buying Type", "buying_type", cells.WORD),
        ("Special Ad Categories", "special_ad_categories", cells.CATEGORIES),
        ("Special Ad Category Country", "special_ad_category_country", cells.CODES),
        ("Campaign Spend Limit", "spend_cap", cells.MONEY),
        ("Campaign Daily Budget", "daily_budget", cells.MONEY),
        ("Campaign Lifetime Budget", "lifetime_budget", cells.MONEY),
        ("Campaign Bid Strategy", "bid_strategy", cells.STRATEGY),
        ("Product Catalog ID", "promoted_object.product_catalog_id", cells.ident()),
    ),
    *_of(
        AD_SET,
        ("Ad Set Name", "name", cells.TEXT),
        ("Ad Set Daily Budget", "daily_budget", cells.MONEY),
        ("Ad Set Lifetime Budget", "lifetime_budget", cells.MONEY),
        ("Optimization Goal", "optimization_goal", cells.WORD),
        ("Billing Event", "billing_event", cells.WORD),
        ("Bid Amount", "bid_amount", cells.MONEY),
        ("Ad Set Bid Strategy", "bid_strategy", cells.STRATEGY),
        ("Minimum ROAS", "bid_constraints.roas_average_floor", cells.RATIO),
        ("Attribution Spec", "attribution_spec", cells.JSON),
        ("Destination Type", "destination_type", cells.WORD),
        ("Use Dynamic Creative", "is_dynamic_creative", cells.FLAG),
        ("Countries", "targeting.geo_locations.countries", cells.CODES),
        ("Global Regions", "targeting.geo_locations.country_groups", cells.LOWER),
        ("Location Types", "targeting.geo_locations.location_types", cells.LOWER),
        ("Zip", "targeting.geo_locations.zips", cells.ZIPS),
        ("Excluded Countries", "targeting.excluded_geo_locations.countries", cells.CODES),
        ("Excluded Zip", "targeting.excluded_geo_locations.zips", cells.ZIPS),
        ("Excluded Global Regions", "targeting.excluded_geo_locations.country_groups", cells.LOWER),
        ("Gender", "targeting.genders", cells.GENDERS),
        ("Age Min", "targeting.age_min", cells.WHOLE),
        ("Age Max", "targeting.age_max", cells.WHOLE),
        ("Locales", "targeting.locales", cells.NUMBERS),
        ("Custom Audiences", "targeting.custom_audiences", cells.AUDIENCES),
        ("Excluded Custom Audiences", "targeting.excluded_custom_audiences", cells.AUDIENCES),
        ("Flexible Inclusions", "targeting.flexible_spec", cells.JSON),
        ("Flexible Exclusions", "targeting.exclusions", cells.JSON),
        ("Advantage Audience", "targeting.targeting_automation.advantage_audience", cells.BIT),
        ("Individual Setting", "targeting.targeting_automation.individual_setting", cells.SWITCHES),
        ("Age Range", "targeting.age_range", cells.AGES),
        ("Targeting Relaxation", "targeting.targeting_relaxation_types", cells.SWITCHES),
        ("Brand Safety Inventory Filtering Levels", "targeting.brand_safety_content_filter_levels", cells.CODES),
        *_placements(),
        ("User Device", "targeting.user_device", cells.LIST),
        ("User Operating System", "targeting.user_os", cells.LIST),
        ("Optimized Conversion Tracking Pixels", "promoted_object.pixel_id", cells.ident("tp:")),
        ("Optimized Event", "promoted_object.custom_event_type", cells.WORD),
        ("Custom Event Name", "promoted_object.custom_event_str", cells.TEXT),
        ("Optimized Custom Conversion ID", "promoted_object.custom_conversion_id", cells.ident()),
        ("Product Set ID", "promoted_object.product_set_id", cells.ident()),
        ("Application ID", "promoted_object.application_id", cells.ident("x:")),
        ("Object Store URL", "promoted_object.object_store_url", cells.TEXT),
    ),
    Column("Use Accelerated Delivery", AD_SET, ("pacing_type",), cells.ACCELERATED, raw=True),
    Column("Regional Regulated Categories", AD_SET, ("regional_regulated_categories",), cells.CODES),
    *_identities(),
    Column("Beneficiary", AD_SET, ("dsa_beneficiary",), cells.TEXT),
    Column("Payer", AD_SET, ("dsa_payor",), cells.TEXT),
    *_of(
        AD,
        ("Ad Name", "name", cells.TEXT),
        ("Title", "headline", cells.COPY),
        ("Body", "primary_text", cells.COPY),
        ("Link Description", "description", cells.COPY),
        ("Link", "destination_url", cells.TEXT),
        ("Call to Action", "call_to_action", cells.WORD),
        ("URL Tags", "url_tags", cells.TEXT),
        ("Image File Name", "image", cells.MEDIA),
        ("Video File Name", "video", cells.MEDIA),
        ("Lead Form ID", "lead_form", cells.LEAD_FORM),
        ("Link Object ID", "page", cells.ident("o:")),
        ("Instagram Account ID (New)", "instagram_user", cells.ident("x:")),
    ),
    Column("Optimize text per person", AD, TEXT_OPTIMIZATIONS, cells.ENROLLED, raw=True),
)

SPEND_LIMITS = {"Ad Set Minimum Spend Limit": "min_spend_target", "Ad Set Maximum Spend Limit": "spend_cap"}
"""Their parameters begin with `daily_` or `lifetime_`, as the campaign's budget does."""

ACCOUNT_ID, CURRENCY, TIME_ZONE, EXPORTED = OF_ACCOUNT
"""Whose sheet it is, what its amounts and times are, and which campaigns it was made of, in each row: a row may be
copied into another sheet."""

IDS = {CAMPAIGN: "Campaign ID", AD_SET: "Ad Set ID", AD: "Ad ID"}
NAMES = {CAMPAIGN: "Campaign Name", AD_SET: "Ad Set Name", AD: "Ad Name"}
STATUSES = {CAMPAIGN: "Campaign Status", AD_SET: "Ad Set Run Status", AD: "Ad Status"}
STARTS = {CAMPAIGN: "Campaign Start Time", AD_SET: "Ad Set Time Start", AD: "Ad Start Time"}
STOPS = {CAMPAIGN: "Campaign Stop Time", AD_SET: "Ad Set Time Stop", AD: "Ad Stop Time"}

SILENT = frozenset(
    """
    Tags|Campaign Is Using L3 Schedule|New Objective|Creative Type|Creative Optimization
    Call to Action Link|Preview Link|Instagram Preview Link|Permalink|Video Thumbnail URL|Campaign Page ID
    Use Page as Actor|Image Crops|Link Object Type|Degrees of Freedom Type|Instagram Account ID
    Creation Package Config ID|Buy With Prime Type|Buy With Integration Partner
    """.replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
"""Columns of Ads Manager's that are not read although their names are known: they follow from others, or change no
audience, no copy and no spend in a way that YAML has a word for."""

_MORE_TEXTS = "it belongs to ads that mix several texts or media, which are made in Ads Manager"
_UNDER_RAW = "write it under raw in the YAML afterwards"
_NARROWER = "write it in Ads Manager's words into the YAML afterwards, under targeting"
DANGEROUS = (
    (r"Additional Custom Tracking Specs", "what is counted", f"{_UNDER_RAW}, as tracking_specs of the ad"),
    (r"(Excluded )?(Cities|Regions|Addresses|Electoral Districts|Geo Markets \(DMA\)|Metro Areas|Subcities"
     r"|Neighborhoods|Subneighborhoods|(Large|Medium|Small) Geo Areas|Location Cluster IDs|Location Set IDs)",
     "whom the ads reach", _NARROWER),
    (r"Education Status|Education Schools|Fields of Study|College (Start|End) Year|Interested In|Relationship"
     r"|Family Statuses|Industries|Life Events|Income|Multicultural Affinity|Household Composition|Behaviors"
     r"|Work (Job Titles|Employers)|(Excluded )?Connections|Friends of Connections|Broad Category Clusters"
     r"|Unified Interests|Site Category|Excluded User AdClusters|Targeting Categories - ALL OF"
     r"|(Excluded )?(Dynamic Audiences|Product Audience Specs)|Targeted Business Locations|Excluded User Device"
     r"|Politics|Net Worth|Home (Type|Ownership|Value)|Generation|Moms|Office Type|Targeting Optimization"
     r"|User OS Version|Wireless Carrier|Excluded Publisher Categories",
     "whom the ads reach", _NARROWER),
    (r"Is Budget Scheduling Enabled For (Campaign|Ad Set)|(Campaign|Ad Set) High Demand Periods",
     "when more is spent", f"{_UNDER_RAW}, as budget_schedule_specs"),
    (r"Automatically Set Bid|Use Average Bid|Ad Set Schedule|Frequency Control|Ad Set Lifetime Impressions|Rate Card"
     r"|Optimized Pixel Rule|Place Page Set ID|Offer ID|Offline Event Data Set ID",
     "when and for what money is spent", f"{_UNDER_RAW}, by the Marketing API's name"),
    (r"Story ID", "which post is the ad", "ads made of an existing post are not supported yet: leave out their rows"),
    (r"Product [0-9]+ - .*", "the cards of a carousel", "carousels are not supported yet: leave out their rows"),
    (r"Additional .*|Dynamic Creative .*|Template URL|Text Transformations|(Title|Body|Link) Placement"
     r"|(Image|Video) (Placement|Customization)|Default Language|Autotranslated Languages|Optimized Ad Creative"
     r"|Instagram Platform Image .*", "what the ad shows", _MORE_TEXTS),
    (r"Image (Overlay|Layer) .*", "what the ad shows", "it belongs to ads of a catalogue's products, which are made in "
     "Ads Manager"),
    (r"Page Welcome Message|Marketing Message .*|Call Extension .*|Call to Action WhatsApp Number|Event ID"
     r"|Mobile App Deep Link|App Link Destination|App Destination.*|Deep [Ll]ink .*|Product Link"
     r"|(Android|iOS|iPad|iPhone|Windows) (App|Package|Store) .*", "where a click leads",
     "chats, calls, events and apps are not supported yet: leave out their rows"),
)  # fmt: skip
"""Columns that nothing here reads and that decide what people see or what is spent: pattern, what, mend. What stands in
them must not be lost with a line in a list."""


def danger_of(column: str) -> tuple[str, str] | None:
    """What a column decides, and the mend where something stands in it."""
    return next(((what, mend) for pattern, what, mend in DANGEROUS if re.fullmatch(pattern, column)), None)
